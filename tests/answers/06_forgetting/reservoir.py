# %% right: algorithm R
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% right: a coin, then a slot
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory, history = [-1] * capacity, []
    for t in range(n_items):
        if t < capacity:
            memory[t] = t
        elif rng.random() < capacity / (t + 1):
            memory[int(rng.integers(0, capacity))] = t
        history.append(list(memory))
    return np.array(history)


# %% right: random keys: the items with the smallest keys stay
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    out = np.full((n_items, capacity), -1, dtype=np.int64)
    keys = np.full(capacity, np.inf)
    for t in range(n_items):
        key = rng.random()
        if t > 0:
            out[t] = out[t - 1]
        slot = t if t < capacity else int(np.argmax(keys))
        if key < keys[slot]:
            keys[slot], out[t, slot] = key, t
    return out


# %% right: a shuffle, followed item by item
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    history = np.full((n_items, capacity), -1)
    order = []  # a random order of all items seen; the memory is its first part
    for t in range(n_items):
        j = int(rng.integers(0, t, endpoint=True)) if t >= capacity else t
        order.append(t)
        order[j], order[t] = order[t], order[j]
        history[t, : t + 1] = order[:capacity]
    return history


# %% wrong: always lets the newest in  says: every new item gets in; item t must get in with probability capacity / (t + 1) only.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: first in, first out  says: every new item gets in; item t must get in with probability capacity / (t + 1) only.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t % capacity
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: keeps the first  says: no item gets in once the memory is full.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: one too few to draw from  says: it gets in with capacity / (t + 1), not capacity / t.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: one too many to draw from  says: late items get in too rarely.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 2)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: half of the time  says: the chance to get in must fall from item to item; here it stays the same.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (rng.integers(capacity) if rng.random() < 0.5 else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: draws from the whole stream  says: the chance to get in must fall from item to item; here it stays the same.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(n_items)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: one slot after the other  says: which old item leaves must be left to chance, every slot alike.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (t % capacity if rng.random() < capacity / (t + 1) else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: always the first slot  says: which old item leaves must be left to chance, every slot alike.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (0 if rng.random() < capacity / (t + 1) else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: the oldest leaves  says: which old item leaves must be left to chance, every slot alike.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (int(memory.argmin()) if rng.random() < capacity / (t + 1) else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: the newest leaves  says: which old item leaves must be left to chance, every slot alike.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (int(memory.argmax()) if rng.random() < capacity / (t + 1) else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: one over t  says: late items get in too rarely.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else (rng.integers(capacity) if rng.random() < 1 / (t + 1) else capacity)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: the seed is ignored  says: all runs keep the same items: use the seed.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(0)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: no seed  says: gives two different results, and the seed is the same
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng()
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: seeded again at each item  says: the draws for different items must not depend on each other.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        rng = np.random.default_rng(seed)
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: one draw for all items  says: the draws for different items must not depend on each other.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    u = rng.random()
    for t in range(n_items):
        slot = t if t < capacity else int(u * (t + 1))
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: samples anew from all  says: an item that has left is gone; do not sample anew from all.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        if t < capacity:
            memory[t] = t
        else:
            memory = rng.choice(t + 1, capacity, replace=False)
        history.append(memory.copy())
    return np.array(history)


# %% wrong: samples with replacement  says: do not sample anew from all.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        if t < capacity:
            memory[t] = t
        else:
            memory = rng.choice(t + 1, capacity)
        history.append(memory.copy())
    return np.array(history)


# %% wrong: chooses at the beginning  says: it should hold 1 of the items seen
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    chosen = np.sort(rng.choice(n_items, min(capacity, n_items), replace=False))
    for t in range(n_items):
        memory = np.full(capacity, -1)
        come = chosen[chosen <= t]
        memory[: len(come)] = come
        history.append(memory.copy())
    return np.array(history)


# %% wrong: rows are one and the same array  says: each row must be a copy: here all rows are one and the same array.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory)
    return np.array(history)


# %% wrong: two draws for two slots  says: an item stands there twice.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if t >= capacity and rng.integers(t + 1) < capacity:
            memory[rng.integers(capacity)] = t
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: empty slots are 0  says: an empty slot is −1.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, 0)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: fills from the end  says: as long as there is room, item t goes into slot t.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[capacity - 1 - slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: fills at random slots  says: as long as there is room, item t goes into slot t.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        free = np.flatnonzero(memory < 0)
        slot = rng.choice(free) if len(free) else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: only the last memory  says: has shape (6,)
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return memory


# %% wrong: shifts the memory  says: only the item that has just come may enter.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory = np.append(np.delete(memory, slot), t) if t >= capacity else np.where(np.arange(capacity) == t, t, memory)
        history.append(memory.copy())
    return np.array(history)


# %% wrong: items counted from one  says: items are numbered from 0.
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t + 1
        history.append(memory.copy())
    return np.array(history)


# %% wrong: a list of rows  says: is a list
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return [row.tolist() for row in history]


# %% wrong: float items  says: has dtype float64
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1.0)
    history = []
    for t in range(n_items):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: stops when the memory is full  says: the history has shape
def reservoir(n_items, capacity, seed):
    rng = np.random.default_rng(seed)
    memory = np.full(capacity, -1)
    history = []
    for t in range(min(n_items, capacity)):
        slot = t if t < capacity else rng.integers(t + 1)
        if slot < capacity:
            memory[slot] = t
        history.append(memory.copy())
    return np.array(history)


# %% wrong: hard-coded for the example
def reservoir(n_items, capacity, seed):
    return np.array([[0, -1, -1], [0, 1, -1], [0, 1, 2]])
