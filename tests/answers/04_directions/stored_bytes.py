# %% right: math.ceil
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% right: whole numbers
def stored_bytes(rows, columns, share, bits):
    if share < 0 or share > 1:
        raise ValueError(f"share: {share}")
    up = lambda n: -(-n // 8)
    N = rows * columns
    gone = round(share * N)
    scales = 0 if bits == 32 else rows * 4
    return up(N * bits) + scales, up(N) + up((N - gone) * bits) + scales, 1.0 - (bits - 1) / bits


# %% right: NumPy
def stored_bytes(rows, columns, share, bits):
    if not (0 <= share and share <= 1):
        raise ValueError(str(share))
    total = int(np.prod([rows, columns]))
    left = total - round(share * total)
    extra = rows * 4 * (bits != 32)
    sizes = [int(np.ceil(n / 8)) for n in (total * bits, total, left * bits)]
    pays = np.divide(1, bits)
    return sizes[0] + extra, sizes[1] + sizes[2] + extra, pays


# %% wrong: bits taken for bytes  says: 8 bits are one byte: divide by 8.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = N * bits + scales
    sparse = math.ceil(N / 8) + kept * bits + scales
    return dense, sparse, 1 / bits


# %% wrong: bitmap of one byte a place  says: the map has one *bit* a place, N / 8 bytes.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = N + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: no bitmap  says: without the map of one bit a place, nobody knows where the kept weights belong.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: an index for each weight  says: places are stored as one bit each, not as a 32-bit index for each kept weight.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = 4 * kept + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: scales forgotten  says: with fewer than 32 bits, each row has a scale of 4 bytes.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: scales for 32 bits too  says: with 32 bits there are no scales.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: a scale for each column  says: each *row* has a scale.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * columns if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: one scale for the matrix  says: each row has a scale, not the matrix.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: a scale of one byte  says: a scale has 4 bytes.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: scales missing in sparse  says: the scales are needed in both ways to store.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8)
    return dense, sparse, 1 / bits


# %% wrong: share that is kept  says: `share` is the share that is *pruned*.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: dense without zeros  says: dense stores zeros like all other weights.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(kept * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: rounded down  says: parts of bytes are rounded *up*.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = N * bits // 8 + scales
    sparse = N // 8 + kept * bits // 8 + scales
    return dense, sparse, 1 / bits


# %% wrong: not rounded  says: parts of bytes are rounded up, to whole ones.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = N * bits / 8 + scales
    sparse = N / 8 + kept * bits / 8 + scales
    return dense, sparse, 1 / bits


# %% wrong: rounded together  says: the map and the weights are rounded up each by itself.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil((N + kept * bits) / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: kept cut off  says: how many are pruned is *rounded*, not cut off.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - int(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits


# %% wrong: pays from half on  says: solve the equation of the contract: it depends on the bits alone.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 0.5


# %% wrong: pays turned round  says: `pays` is the share that is *pruned*, not the one that is kept.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 - 1 / bits


# %% wrong: pays with bytes  says: the map takes one *bit* of a weight's bits: pays = 1 / bits.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 8 / bits


# %% wrong: pays of 32 bits  says: `pays` depends on the bits of a weight: with fewer bits the map weighs more.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / 32


# %% wrong: whether it pays  says: `pays` is the share from which on it does, not whether it does.
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, float(sparse < dense)


# %% wrong: order exchanged  says: what belongs here stands where
def stored_bytes(rows, columns, share, bits):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return sparse, dense, 1 / bits


# %% wrong: share not checked  says: the contract asks for a ValueError
def stored_bytes(rows, columns, share, bits):
    N = rows * columns
    kept = N - round(share * N)
    scales = 4 * rows if bits < 32 else 0
    dense = math.ceil(N * bits / 8) + scales
    sparse = math.ceil(N / 8) + math.ceil(kept * bits / 8) + scales
    return dense, sparse, 1 / bits
