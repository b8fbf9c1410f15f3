# %% right: mean and std
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / reference.std(ddof=1)


# %% right: plain sums
def standardise(rewards, reference):
    M = len(reference)
    if M < 2:
        raise ValueError(f"{M} reference rewards")
    if reference.min() == reference.max():
        raise ValueError("they are all equal")
    mu = sum(reference) / M
    s2 = sum((x - mu) ** 2 for x in reference) / (M - 1)
    return (rewards - mu) * s2**-0.5


# %% right: torch
def standardise(rewards, reference):
    if reference.size <= 1 or np.ptp(reference) == 0:
        raise ValueError("no spread")
    sd, mean = torch.std_mean(torch.from_numpy(reference))
    return ((torch.from_numpy(rewards) - mean) / sd).numpy()


# %% right: variance, corrected
def standardise(rewards, reference):
    m = reference.shape[0]
    if m < 2 or len(set(reference.tolist())) == 1:
        raise ValueError(m)
    shifted = reference - reference[0]
    variance = np.var(shifted) * m / (m - 1)
    return (rewards - reference[0] - shifted.mean()) / np.sqrt(variance)


# %% wrong: by its own mean and spread  says: mean and spread are those of the *reference* answers; with their own, all batches would be alike, and no progress could be seen.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - rewards.mean()) / (rewards.std(ddof=1) if rewards.size > 1 else 1.0)


# %% wrong: own mean, reference spread  says: the mean, too, is that of the reference answers.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - rewards.mean()) / reference.std(ddof=1)


# %% wrong: reference mean, own spread  says: the spread, too, is that of the reference answers.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / (rewards.std(ddof=1) if rewards.size > 1 else 1.0)


# %% wrong: only shifted  says: the division by the standard deviation is missing.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean())


# %% wrong: only scaled  says: the mean is not subtracted.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return rewards / reference.std(ddof=1)


# %% wrong: divided by the variance  says: divide by the standard deviation, not by the variance.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / reference.var(ddof=1)


# %% wrong: biased  says: s² is divided by M − 1, not by M.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / reference.std()


# %% wrong: standard error  says: divide by s, not by the error of the mean.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / (reference.std(ddof=1) / math.sqrt(len(reference)))


# %% wrong: range 0 to 1  says: mean 0 and standard deviation 1 are asked, not the range from 0 to 1.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.min()) / (reference.max() - reference.min())


# %% wrong: median  says: the mean is asked, not the median.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - np.median(reference)) / reference.std(ddof=1)


# %% wrong: the wrong way round  says: this is what the *reference* answers are worth in the units of a fixed scale: r · s + μ undoes it. (r − μ)/s is asked.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return rewards * reference.std(ddof=1) + reference.mean()


# %% wrong: mean subtracted last  says: subtract first, then divide.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return rewards / reference.std(ddof=1) - reference.mean()


# %% wrong: around 0  says: the spread is around the mean; here it is around 0.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / np.sqrt((reference**2).sum() / (len(reference) - 1))


# %% wrong: clipped  says: nothing is cut off: rewards far from the reference stay far.
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return np.clip((rewards - reference.mean()) / reference.std(ddof=1), -1, 1)


# %% wrong: reference returned  says: has shape
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (reference - reference.mean()) / reference.std(ddof=1)


# %% wrong: equal rewards accepted  says: accepted bad input
def standardise(rewards, reference):
    if len(reference) < 2:
        raise ValueError("too few")
    return (rewards - reference.mean()) / reference.std(ddof=1)


# %% wrong: small number added  says: is not right
def standardise(rewards, reference):
    if len(reference) < 2 or (reference == reference[0]).all():
        raise ValueError("expected at least two different reference rewards")
    return (rewards - reference.mean()) / (reference.std(ddof=1) + 1e-5)
