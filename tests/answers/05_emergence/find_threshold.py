# %% right: loops
def find_threshold(scores, share, level, draws, seed):
    def look(x):
        S, M = x.shape
        curve = x.sum(axis=0) / S
        d = curve[1:] - curve[:-1]
        variance = 0.0
        for m in range(M):
            variance += sum((x[s, m] - curve[m]) ** 2 for s in range(S)) / (S - 1)
        return curve, d, max(d) - np.median(d), (variance / M) ** 0.5

    if len(scores) == 1:
        raise ValueError(f"one run only: {scores.shape}")
    curve, d, J, sigma = look(scores)
    if sigma < 1e-12:
        raise ValueError(f"no spread: {scores.shape}")
    count = 0
    for z in np.random.default_rng(seed).normal(size=(draws, *scores.shape)):
        _, _, j, s = look(z)
        if j / s >= J / sigma:
            count += 1
    p = (count + 1) / (draws + 1)
    part = max(d) / (max(curve) - min(curve))
    if p > level or part < share:
        return -1, part, p
    return list(d).index(max(d)), part, p


# %% right: all tables in one array; divisor S, which cancels
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape
    if S == 1 or np.all(scores.std(axis=0) < 1e-13):
        raise ValueError("got shape " + str(scores.shape))
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    both = np.concatenate([scores[None], Z])
    curves = both.mean(1)
    d = curves @ (np.eye(M, M - 1, k=-1) - np.eye(M, M - 1))
    T = (d.max(1) - np.quantile(d, 0.5, axis=1)) / np.sqrt(both.var(1).mean(1))
    p = np.mean(T >= T[0])  # the curve itself is among them
    part = d[0].max() / np.ptp(curves[0])
    return (int(np.argmax(d[0])) if (p <= level) & (part >= share) else -1), part, p


# %% right: statistics
def find_threshold(scores, share, level, draws, seed):
    import statistics as st

    S, M = scores.shape
    if S < 2 or max(np.ptp(scores[:, m]) for m in range(M)) < 1e-12:
        raise ValueError(f"{scores.shape}: no spread")

    def measure(x):
        mean = [st.fmean(x[:, m].tolist()) for m in range(M)]
        steps = [b - a for a, b in zip(mean, mean[1:])]
        sd = st.fmean(st.variance(x[:, m].tolist()) for m in range(M)) ** 0.5
        return mean, steps, (max(steps) - st.median(steps)) / sd

    mean, steps, T = measure(scores)
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + sum(measure(z)[2] >= T for z in Z)) / (1 + draws)
    part = max(steps) / (max(mean) - min(mean))
    return (steps.index(max(steps)) if p <= level and part >= share else -1), part, p


# %% wrong: no look at the noise  says: the largest step of pure noise is not a threshold: p ≤ level is asked as well.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if part >= share else -1
    return place, part, p


# %% wrong: no look at the size of the step  says: the step must also be large: part ≥ share.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level else -1
    return place, part, p


# %% wrong: either of the two
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level or part >= share else -1
    return place, part, p


# %% wrong: one place too far  says: `place` is the size *before* the step.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) + 1 if p <= level and part >= share else -1
    return place, part, p


# %% wrong: place of the largest score  says: `place` is where the largest *step* is, not the largest score.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(mean.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: no median  says: a straight line has steps, too: subtract the median step.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return d.max(axis=-1) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: mean instead of median  says: subtract the *median* step: the mean is pulled up by the jump itself.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - d.mean(axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: falls count too  says: only rises count: the largest step, not the largest in absolute value.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (abs(d).max(axis=-1) - np.median(abs(d), axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: largest against smallest  says: T compares the largest step with the median, not with the smallest.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - d.min(axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: not divided by the noise  says: divide by σ: a step is large or small beside the spread of the runs.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return d.max(axis=-1) - np.median(d, axis=-1)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: divided by the variance  says: divide by σ, the root of the mean variance.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x) ** 2

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: one σ for all noise  says: every table of noise has a σ of its own, as yours has: T(Z_r) divides by it.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) * sigma(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: spread of all scores  says: σ² is the variance of runs at the *same* size; over all scores it contains the rise itself.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=(-2, -1), ddof=1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: spread along the sizes  says: σ² is the variance of the runs at each size, a column; this is that of each run, a row.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-1, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: noise without runs  says: Z holds tables of S runs, like `scores`: size=(draws, S, M).
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, M))
    p = (1 + ((np.diff(Z).max(axis=1) - np.median(np.diff(Z), axis=1)) / math.sqrt(S) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: noise of a single run  says: the steps of noise are steps of a *mean* of S runs.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + ((np.diff(Z[:, 0]).max(axis=1) - np.median(np.diff(Z[:, 0]), axis=1)) / sigma(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: p the wrong way round  says: p counts the noise that stands out *at least* as far as the curve.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) < T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: p can be 0  says: count the curve itself, too: (1 + …) / (1 + draws).
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (T(Z) >= T(scores)).sum() / draws
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: part of the end  says: the range is max mean − min mean, not the difference of the two ends.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean[-1] - mean[0])
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: part of the largest score  says: `part` is measured by the range, max mean − min mean.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / mean.max()
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: part without the median step  says: `part` is the largest step itself by the range; the median plays no part in it.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = (steps.max() - np.median(steps)) / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: part of all scores  says: the range is that of the *means*, not of all scores.
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        raise ValueError(f"expected runs that differ, got scores of shape {scores.shape}")
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (scores.max() - scores.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: one run accepted  says: accepted bad input
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape

    def sigma(x):  # (…, S, M) → (…)
        return np.sqrt(x.var(axis=-2, ddof=1).mean(axis=-1))

    def T(x):
        d = np.diff(x.mean(axis=-2), axis=-1)
        return (d.max(axis=-1) - np.median(d, axis=-1)) / sigma(x)

    if S < 2 or sigma(scores) < 1e-12:
        return -1, 0.0, 1.0
    mean = scores.mean(axis=0)
    steps = np.diff(mean)
    part = steps.max() / (mean.max() - mean.min())
    Z = np.random.default_rng(seed).normal(size=(draws, S, M))
    p = (1 + (T(Z) >= T(scores)).sum()) / (1 + draws)
    place = int(steps.argmax()) if p <= level and part >= share else -1
    return place, part, p


# %% wrong: the mean of the standard deviations  says: this is the mean of the standard deviations
def find_threshold(scores, share, level, draws, seed):
    S, M = scores.shape
    if S<2: raise ValueError(scores.shape)
    def T(x):
        d=np.diff(x.mean(-2)); return (d.max(-1)-np.median(d,-1))/x.std(-2,ddof=1).mean(-1)
    if scores.std(0).max()<1e-12: raise ValueError(scores.shape)
    mean=scores.mean(0); d=np.diff(mean)
    part=d.max()/(mean.max()-mean.min())
    Z=np.random.default_rng(seed).normal(size=(draws,S,M))
    p=(1+(T(Z)>=T(scores)).sum())/(1+draws)
    return (int(d.argmax()) if p<=level and part>=share else -1), part, p
