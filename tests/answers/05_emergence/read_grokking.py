# %% right: runs counted
def read_grokking(steps, train, test, level, patience, factor):
    sizes = (len(steps), len(train), len(test))
    if len(set(sizes)) != 1:
        raise ValueError(f"lengths {sizes}")
    found = []
    for curve in (train, test):
        streak, where = 0, -1
        for i in range(len(steps)):
            streak = streak + 1 if curve[i] >= level else 0
            if streak >= patience:
                where = int(steps[i - patience + 1])
                break
        found.append(where)
    a, b = found
    if a == -1:
        verdict = "nothing"
    elif b == -1:
        verdict = "remembered"
    elif b >= factor * a:
        verdict = "grokking"
    else:
        verdict = "together"
    return a, b, verdict


# %% right: windows
def read_grokking(steps, train, test, level, patience, factor):
    if len(steps) != len(train) or len(steps) != len(test):
        raise ValueError("%d, %d, %d" % (len(steps), len(train), len(test)))

    def first(good):
        if patience > len(good):
            return -1
        window = np.lib.stride_tricks.sliding_window_view(good, patience).all(axis=1)
        return steps[window.argmax()] if window.any() else -1

    a, b = first(train >= level), first(test >= level)
    if a < 0:
        return a, b, "nothing"
    return a, b, "remembered" if b < 0 else ["together", "grokking"][int(b >= factor * a)]


# %% right: sums
def read_grokking(steps, train, test, level, patience, factor):
    if not (train.shape == test.shape == steps.shape):
        raise ValueError(f"{train.shape} {test.shape} {steps.shape}")
    at = {}
    for name, curve in {"train": train, "test": test}.items():
        sums = np.concatenate([[0], np.cumsum(curve >= level)])
        full = np.flatnonzero(sums[patience:] - sums[:-patience] == patience) if len(curve) >= patience else []
        at[name] = int(steps[full[0]]) if len(full) else -1
    if at["train"] == -1:
        said = "nothing"
    elif at["test"] == -1:
        said = "remembered"
    else:
        said = "together" if at["test"] < factor * at["train"] else "grokking"
    return at["train"], at["test"], said


# %% wrong: number of the record  says: the *step* is asked, steps[i], not the number of the record.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return i
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: no patience  says: one good record may be luck: it and the next patience − 1 must all be at least the level.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + 1] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: above the level  says: the level itself counts: at least, not above.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] > level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: one record too many  says: with a patience of 3, the record itself and the next *two* count.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience + 1] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: one record too few  says: the record itself and the next patience − 1 count; this takes one fewer.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + max(1, patience - 1)] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: the end of the good run  says: a curve arrives at the *first* of the good records, not at the last.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i + patience - 1])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: not enough records at the end  says: all of the patience records must exist: near the end there are too few.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve)):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: must stay to the end  says: only the next patience − 1 records matter; later ones may fall again.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i:] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: mean of the window  says: each of the records must be at least the level, not their mean.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if curve[i : i + patience].mean() >= level:
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: any of the window  says: *all* of the records must be at least the level.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).any():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: the last arrival  says: the *first* arrival counts.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in reversed(range(len(curve) - patience + 1)):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: best record  says: a curve arrives where it first reaches the level, not where it is highest.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        return int(steps[curve.argmax()]) if curve.max() >= level else -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: train and test exchanged  says: what belongs here stands where
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(test), arrival(train)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: a difference instead of a factor  says: grokking is judged by the *ratio* of the steps: test_at ≥ factor · train_at.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at - train_at >= factor * train_at else "together"


# %% wrong: equality left out  says: at test_at = factor · train_at it is grokking.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at > factor * train_at else "together"


# %% wrong: grokking wherever test is later  says: a test accuracy that comes a little later is no grokking yet: mind the factor.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at > train_at else "together"


# %% wrong: remembered and nothing mixed up  says: if the training accuracy arrives and the test accuracy never does, it is remembered.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "nothing"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: test alone is enough  says: if the training accuracy never arrives, the verdict is nothing.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0 and test_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: never is the last step  says: −1 for never.
def read_grokking(steps, train, test, level, patience, factor):
    if not len(steps) == len(train) == len(test):
        raise ValueError(f"expected one length, got {len(steps)}, {len(train)} and {len(test)}")

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return int(steps[-1])

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"


# %% wrong: lengths not checked  says: accepted bad input
def read_grokking(steps, train, test, level, patience, factor):

    def arrival(curve):
        for i in range(len(curve) - patience + 1):
            if (curve[i : i + patience] >= level).all():
                return int(steps[i])
        return -1

    train_at, test_at = arrival(train), arrival(test)
    if train_at < 0:
        return train_at, test_at, "nothing"
    if test_at < 0:
        return train_at, test_at, "remembered"
    return train_at, test_at, "grokking" if test_at >= factor * train_at else "together"
