# %% right: whole array
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    return x - x.mean(axis=0, keepdims=True)


# %% right: column by column
def centre(x):
    if len(x.shape) != 2:
        raise ValueError(str(x.shape))
    c = x.copy()
    for d in range(x.shape[1]):
        c[:, d] -= sum(x[:, d]) / len(x)
    return c


# %% wrong: one mean for everything  says: each column has its own
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    return x - x.mean()


# %% wrong: rows instead of columns  says: the contract centres columns
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    return x - x.mean(axis=1, keepdims=True)


# %% wrong: standard score  says: do not divide by the standard deviation
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    return (x - x.mean(axis=0)) / x.std(axis=0)


# %% wrong: the input is changed in place  says: in place
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    x -= x.mean(axis=0)
    return x


# %% wrong: bad input is not refused  says: accepted bad input
def centre(x):
    return x - x.mean(axis=0)


# %% wrong: median  says: median
def centre(x):
    if x.ndim != 2:
        raise ValueError(f"got {x.shape}")
    return x - np.median(x, axis=0)
