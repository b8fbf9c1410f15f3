# %% right: one draw after the other
def bootstrap_interval(scores, level, draws, seed):
    S, N = scores.shape
    if S == 1:
        raise ValueError(f"only one run: {scores.shape}")
    table = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    means = []
    for row in table:
        total = 0.0
        for s in row:
            total += scores[s].sum()
        means.append(total / (S * N))
    return np.quantile(means, (1 - level) / 2), scores.mean(), np.quantile(means, (1 + level) / 2)


# %% right: all answers at once, percentiles
def bootstrap_interval(scores, level, draws, seed):
    if scores.shape[0] <= 1:
        raise ValueError("two runs at least, got " + str(scores.shape))
    I = np.random.default_rng(seed).integers(0, scores.shape[0], size=(draws, scores.shape[0]))
    m = scores[I].mean(axis=(1, 2))
    side = 100 * (1 - level) / 2
    low, high = np.percentile(m, [side, 100 - side])
    return low, np.mean(scores), high


# %% right: counts of runs as weights
def bootstrap_interval(scores, level, draws, seed):
    S = scores.shape[0]
    if S < 2:
        raise ValueError("scores of shape %s" % (scores.shape,))
    I = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    weights = np.array([np.bincount(row, minlength=S) for row in I]) / S
    m = np.sort(weights @ scores.mean(axis=1))
    return np.quantile(m, (1 - level) / 2), scores.mean(), np.quantile(m, 1 - (1 - level) / 2)


# %% wrong: single answers are drawn  says: whole runs are drawn: answers of one run are not independent of one another.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, scores.size, size=(draws, scores.size))
    runs = scores.ravel()
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: questions are drawn  says: whole runs are drawn, not questions: the rows of `scores`.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = scores.shape[1]
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=0)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: columns averaged  says: take the mean of each *run* first, a row.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=0)[np.arange(S) % scores.shape[1]]
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: all on one side  says: what is left out is shared between both sides: (1 − level)/2 each.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [1 - level, level])
    return low, runs.mean(), high


# %% wrong: the extreme draws  says: quantiles are asked, not the smallest and the largest draw.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = (means.min(), means.max())
    return low, runs.mean(), high


# %% wrong: always 95 %  says: the level is an argument; this is always 95 %.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return low, runs.mean(), high


# %% wrong: quantiles of the runs  says: these are quantiles of the runs, not of the means of draws.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(runs, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: quantiles of the answers  says: these are quantiles of the answers, not of the means of draws.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: without replacement  says: runs are drawn *with* replacement; without it every draw has the same mean.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    generator = np.random.default_rng(seed)
    rows = np.array([generator.permutation(S) for _ in range(draws)])
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: normal approximation  says: the bootstrap needs no normal distribution: take quantiles of the draws.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = runs.mean() + 1.96 * runs.std(ddof=1) / math.sqrt(S) * np.array([-1, 1])
    return low, runs.mean(), high


# %% wrong: two standard deviations of the draws  says: take quantiles of the draws, not their mean and standard deviation.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = means.mean() + 1.96 * means.std() * np.array([-1, 1])
    return low, runs.mean(), high


# %% wrong: medians  says: the mean of the drawn runs is asked, not their median.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = np.median(runs[rows], axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: mean over the draws  says: each *draw* has a mean: along its S runs.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=0)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: mean of the draws returned  says: `mean` is that of the runs that there are; the draws are for low and high alone.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, means.mean(), high


# %% wrong: a table turned round  says: the call with which runs are drawn is part of the contract: size=(draws, S).
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(S, draws)).T
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: distances from the mean  says: low and high are places on the scale, not distances from the mean.
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return runs.mean() - low, runs.mean(), high - runs.mean()


# %% wrong: seed ignored  says: the call with which runs are drawn is part of the contract: default_rng(seed).
def bootstrap_interval(scores, level, draws, seed):
    if len(scores) < 2:
        raise ValueError(f"expected at least two runs, got scores of shape {scores.shape}")
    S = len(scores)
    rows = np.random.default_rng(0).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high


# %% wrong: one run accepted  says: accepted bad input
def bootstrap_interval(scores, level, draws, seed):
    S = len(scores)
    rows = np.random.default_rng(seed).integers(0, S, size=(draws, S))
    runs = scores.mean(axis=1)
    means = runs[rows].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return low, runs.mean(), high
