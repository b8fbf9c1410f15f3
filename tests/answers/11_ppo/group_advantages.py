# %% right: whole arrays
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% right: a loop over the groups
def group_advantages(rewards):
    if rewards.shape[1] < 2:
        raise ValueError(f"G = {rewards.shape[1]}")
    A = np.zeros(rewards.shape)
    for n, group in enumerate(rewards):
        A[n] = (group - np.mean(group)) / (np.std(group, ddof=1) + 0.0001)
    return A


# %% right: torch
def group_advantages(rewards):
    r = torch.tensor(rewards)
    if r.shape[1] <= 1:
        raise ValueError(f"a group of {r.shape[1]}")
    centred = r - r.mean(1, keepdim=True)
    return centred.div(r.std(1, keepdim=True) + 1e-4).numpy()


# %% right: in plain Python
def group_advantages(rewards):
    out = []
    for group in rewards.tolist():
        n = len(group)
        if n < 2:
            raise ValueError(f"{n} answer")
        mean = math.fsum(group) / n
        sd = math.sqrt(math.fsum((r - mean) ** 2 for r in group) / (n - 1))
        out.append([(r - mean) / (sd + 1e-4) for r in group])
    return np.array(out)


# %% wrong: over the whole batch  says: each group has its own mean and standard deviation; here all prompts share one.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - rewards.mean()) / (rewards.std(ddof=1) + 1e-4)


# %% wrong: mean of the group, spread of the batch  says: the standard deviation, too, is that of the group.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(ddof=1)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: mean of the batch, spread of the group  says: the mean, too, is that of the group.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean()
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: over the prompts  says: a group is a row, the answers to one prompt; this compares the answers of one column.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=0, keepdims=True)
    sd = rewards.std(axis=0, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: divided by G  says: the standard deviation has G − 1 in the denominator; NumPy's default is G.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: not divided  says: the division by the standard deviation is missing (that is Dr. GRPO, Liu et al. 2025).
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return rewards - mean


# %% wrong: divided by the variance  says: divide by the standard deviation, not by the variance.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.var(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: not centred  says: the mean of the group is not subtracted.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return rewards / (sd + 1e-4)


# %% wrong: leave one out  says: the mean of the whole group is asked, the answer itself included.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = (rewards.sum(axis=1, keepdims=True) - rewards) / (G - 1)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: median  says: the mean is asked, not the median.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = np.median(rewards, axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: the best of the group  says: the mean of the group is the baseline, not its best answer.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.max(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: ranks  says: the rewards themselves count, not their ranks.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    rewards = rewards.argsort(axis=1).argsort(axis=1).astype(float)
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)


# %% wrong: softmax  says: the advantages are standardised rewards, not a softmax.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    e = np.exp(rewards - rewards.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% wrong: scaled to 0 … 1  says: mean 0 and standard deviation 1 are asked, not the range 0 to 1.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    low, high = rewards.min(axis=1, keepdims=True), rewards.max(axis=1, keepdims=True)
    return (rewards - low) / (high - low + 1e-4)


# %% wrong: sign  says: the size is right and the sign is wrong
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (mean - rewards) / (sd + 1e-4)


# %% wrong: nothing added: 0/0  says: 10⁻⁴ is added to each standard deviation; here it is (nearly) missing.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd)


# %% wrong: 10⁻⁴ under the root  says: 10⁻⁴ is added to the standard deviation, not to the variance.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / np.sqrt(sd**2 + 1e-4)


# %% wrong: 10⁻⁸ added  says: 10⁻⁴ is added to each standard deviation; here it is (nearly) missing.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-8)


# %% wrong: equal rewards skipped, nothing added elsewhere  says: 10⁻⁴ is added to each standard deviation; here it is (nearly) missing.
def group_advantages(rewards):
    G = rewards.shape[1]
    if G < 2:
        raise ValueError(f"expected groups of at least 2 answers, got {G}")
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / np.where(sd > 0, sd, 1.0)


# %% wrong: groups of one  says: asks for a ValueError
def group_advantages(rewards):
    G = rewards.shape[1]
    mean = rewards.mean(axis=1, keepdims=True)
    sd = rewards.std(axis=1, ddof=1, keepdims=True)
    return (rewards - mean) / (sd + 1e-4)
