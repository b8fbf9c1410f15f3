# %% right: loops
def capacity(log_p, V, parameters):
    if np.any(log_p > 0):
        raise ValueError(f"not the logarithm of a probability: {log_p.max()}")
    N, K = log_p.shape
    known = np.zeros(K)
    for k in range(K):
        for n in range(N):
            known[k] += (math.log(V) + log_p[n, k]) / math.log(2)
    return known, known.sum(), known.sum() / parameters


# %% right: mended in place
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p * np.log2(np.e)
    known = gain.mean(axis=0) * len(log_p)
    total = known.sum()
    return known, total, total / parameters


# %% right: counted from the whole
def capacity(log_p, V, parameters):
    top = float(np.max(log_p))
    if top > 0:
        raise ValueError("got " + repr(top))
    N, K = log_p.shape
    cost = -np.sum(log_p, axis=0) / np.log(2.0)
    known = N * np.log2(V) - cost
    return known, N * K * np.log2(V) - cost.sum(), (N * K * np.log2(V) - cost.sum()) / parameters


# %% wrong: unit and clip left
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p
    known = np.maximum(gain, 0).sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: the unit left  says: `log_p` is a natural logarithm: it must be divided by log 2 before it is added to log₂ V.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: the clip left  says: what the model believes wrongly is subtracted, not left out.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = np.maximum(gain, 0).sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: the mean left  says: `known` is the *sum* over the entries, not their mean.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.mean(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: mean and factor left  says: `known` is the *sum* over the entries, not their mean.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.mean(axis=0)
    total = known.sum() * log_p.shape[1]
    return known, total, total / parameters


# %% wrong: all three left  says: these are the three bugs of the colleague's version, all of them.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p
    known = np.maximum(gain, 0).mean(axis=0)
    total = known.sum() * log_p.shape[1]
    return known, total, total / parameters


# %% wrong: the factor left  says: `total` is the sum of `known`: nothing is missing any more that a factor would have to make up for.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum() * log_p.shape[1]
    return known, total, total / parameters


# %% wrong: everything in nats  says: bits are asked: base 2, also for log V.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log(V) + log_p
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: multiplied by log 2  says: from nats to bits one *divides* by log 2.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p * np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: base 10  says: bits are asked: base 2.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log10(V) + log_p / np.log(10)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: sum over the positions  says: `known` has one number for each *position*: add up the entries, axis 0.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.sum(axis=1)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: the cost instead of what is known  says: these are the bits that the model *pays*; what it knows is log₂ V less that, for each symbol.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = -log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: the sign  says: log_p is negative already: add it.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) - log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: log V forgotten  says: a symbol that the model does not know costs log₂ V: add it.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: log V once for a position  says: log₂ V counts for each entry, not once for each position.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = log_p / np.log(2)
    known = gain.sum(axis=0) + np.log2(V)
    total = known.sum()
    return known, total, total / parameters


# %% wrong: parameters per bit  says: bits *per parameter*: divide by the number of parameters.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, parameters / total


# %% wrong: per symbol and parameter  says: bits per parameter of the whole table, not of a single entry.
def capacity(log_p, V, parameters):
    if log_p.max() > 0:
        raise ValueError(f"expected logarithms of probabilities, got {log_p.max()}")
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / log_p.size / parameters


# %% wrong: logarithms not checked  says: accepted bad input
def capacity(log_p, V, parameters):
    gain = np.log2(V) + log_p / np.log(2)
    known = gain.sum(axis=0)
    total = known.sum()
    return known, total, total / parameters
