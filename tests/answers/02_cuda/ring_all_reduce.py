# %% right: views of one array
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% right: a list of chunks, one loop
def ring_all_reduce(comm, x):
    p = comm.world_size
    chunks = [chunk.copy() for chunk in np.array_split(x, p)]
    moving = comm.rank
    for step in range(2 * (p - 1)):
        comm.send(chunks[moving], (comm.rank + 1) % p)
        moving = (moving - 1) % p
        came = comm.recv((comm.rank + p - 1) % p)
        chunks[moving] = chunks[moving] + came if step < p - 1 else came
    return np.concatenate(chunks)


# %% right: chunks of equal size by padding, another start
def ring_all_reduce(comm, x):
    p, r, n = comm.world_size, comm.rank, len(x)
    size = -(-n // p)
    padded = np.zeros(p * size)
    padded[:n] = x
    table = padded.reshape(p, size)
    carried = table[(r - 1) % p].copy()
    for step in range(1, p):
        comm.send(carried, (r + 1) % p)
        carried = comm.recv((r - 1) % p) + table[(r - 1 - step) % p]
    table[r] = carried
    for step in range(p - 1):
        comm.send(table[(r - step) % p], (r + 1) % p)
        table[(r - step - 1) % p] = comm.recv((r - 1) % p)
    return padded[:n].copy()


# %% wrong: whole arrays around the ring says: whole arrays are sent
def ring_all_reduce(comm, x):
    p, total, moving = comm.world_size, x.copy(), x
    for _ in range(p - 1):
        comm.send(moving, (comm.rank + 1) % p)
        moving = comm.recv((comm.rank - 1) % p)
        total = total + moving
    return total


# %% wrong: everything to rank 0 and back says: whole arrays are sent
def ring_all_reduce(comm, x):
    p, total = comm.world_size, x.copy()
    if comm.rank == 0:
        for other in range(1, p):
            total += comm.recv(other)
        for other in range(1, p):
            comm.send(total, other)
        return total
    comm.send(x, 0)
    return comm.recv(0)


# %% wrong: everybody sends to everybody says: whole arrays are sent
def ring_all_reduce(comm, x):
    p, total = comm.world_size, x.copy()
    for other in range(p):
        if other != comm.rank:
            comm.send(x, other)
    for other in range(p):
        if other != comm.rank:
            total += comm.recv(other)
    return total


# %% wrong: chunks sent directly, not around the ring says: did not go to the right neighbour
def ring_all_reduce(comm, x):
    p, r = comm.world_size, comm.rank
    others = [k for k in range(p) if k != r]
    chunks = [c.copy() for c in np.array_split(x, p)]
    for k in others:
        comm.send(chunks[k], k)
    for k in others:
        chunks[r] += comm.recv(k)
    for k in others:
        comm.send(chunks[r], k)
    for k in others:
        chunks[k] = comm.recv(k)
    return np.concatenate(chunks)


# %% wrong: comm.all_reduce says: no message went to the right neighbour
def ring_all_reduce(comm, x):
    return comm.all_reduce(x)


# %% wrong: to the left says: no message went to the right neighbour
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank - 1) % p, (rank + 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank + step) % p], right)
        chunks[(rank + step + 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank - 1 + step) % p], right)
        chunks[(rank + step) % p][:] = comm.recv(left)
    return total


# %% wrong: no all-gather says: the all-gather is missing
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    return total


# %% wrong: the all-gather adds says: a finished chunk replaces
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] += comm.recv(left)
    return total


# %% wrong: one step too few says: each half has p − 1 steps
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 2):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 2):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: one step too many says: rank 0 cannot exchange messages with itself
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: the input is changed says: changed its input
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: the mean says: this is the mean
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total / p


# %% wrong: own numbers only says: nothing was added up
def ring_all_reduce(comm, x):
    return x.copy()


# %% wrong: only the neighbour says: only the neighbour
def ring_all_reduce(comm, x):
    p = comm.world_size
    if p == 1:
        return x.copy()
    comm.send(x, (comm.rank + 1) % p)
    return x + comm.recv((comm.rank - 1) % p)


# %% wrong: receives before it sends says: no rank can go on
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        chunks[(rank - step - 1) % p] += comm.recv(left)
        comm.send(chunks[(rank - step) % p], right)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: always sends its own chunk says: is not right
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[rank], right)
        chunks[(rank - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: chunks of N // p numbers says: numbers were lost
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = [total[k * (len(x) // p):(k + 1) * (len(x) // p)] for k in range(p)]
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: np.split says: array split does not result
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: a dropped result says: is None, expected a NumPy array
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)


# %% wrong: the neighbour without mod p says: expected a rank
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = rank + 1, rank - 1
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: the all-gather starts with its own chunk says: is not right
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p][:] = comm.recv(left)
    return total


# %% wrong: sends everything as one chunk, in halves says: is not right
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = [total] * p
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total


# %% wrong: a list is returned says: `np.array(…)` turns it into an array
def ring_all_reduce(comm, x):
    p, rank = comm.world_size, comm.rank
    right, left = (rank + 1) % p, (rank - 1) % p
    total = x.copy()
    chunks = np.array_split(total, p)
    for step in range(p - 1):
        comm.send(chunks[(rank - step) % p], right)
        chunks[(rank - step - 1) % p] += comm.recv(left)
    for step in range(p - 1):
        comm.send(chunks[(rank + 1 - step) % p], right)
        chunks[(rank - step) % p][:] = comm.recv(left)
    return total.tolist()
