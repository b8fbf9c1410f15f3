# %% right: searchsorted
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% right: loops
def expected_reward(policy, rewards, uniform):
    if len(uniform) < 2:
        raise ValueError(f"{len(uniform)} draws")
    got = []
    for u in uniform.tolist():
        total = 0.0
        for p, r in zip(policy.tolist(), rewards.tolist()):
            total += p
            if total > u:
                got.append(r)
                break
    mean = math.fsum(got) / len(got)
    s2 = math.fsum((r - mean) ** 2 for r in got) / (len(got) - 1)
    return math.fsum(p * r for p, r in zip(policy, rewards)), mean, (s2 / len(got)) ** 0.5


# %% right: compare with all cumulative sums
def expected_reward(policy, rewards, uniform):
    if uniform.size <= 1:
        raise ValueError("too few: " + str(uniform.size))
    y = (np.cumsum(policy)[None, :] <= uniform[:, None]).sum(axis=1)
    sampled = np.take(rewards, y)
    return float(np.sum(policy * rewards)), float(np.average(sampled)), float(np.sqrt(sampled.var(ddof=1) / sampled.size))


# %% right: counts of each answer, torch
def expected_reward(policy, rewards, uniform):
    n = uniform.shape[0]
    if n in (0, 1):
        raise ValueError(f"got {n}")
    c = torch.from_numpy(policy).cumsum(0)
    y = torch.searchsorted(c, torch.from_numpy(uniform), right=True)
    share = np.bincount(y.numpy(), minlength=len(policy)) / n
    estimate = share @ rewards
    variance = share @ (rewards - estimate) ** 2 * n / (n - 1)
    return np.dot(policy, rewards), estimate, np.sqrt(variance) / np.sqrt(n)


# %% wrong: mean without the policy  says: each reward counts with the probability of its answer; here all answers count alike.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return rewards.mean(), R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: the best answer's reward  says: this is the reward of the likeliest answer; an expectation is over all of them.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return rewards[policy.argmax()], R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: exact is the estimate  says: the exact value is a sum over the list; it needs no draws.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return R.mean(), R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: weighted with π again  says: the draws already come from π: likely answers are there more often. Weight them again, and π counts twice.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    again = (policy[drawn] * R).sum() / policy[drawn].sum()
    return policy @ rewards, again, R.std(ddof=1) / math.sqrt(N)


# %% wrong: uniform over the list  says: every answer is drawn equally often here; answer k must be drawn with probability π_k.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = (uniform * len(policy)).astype(int)
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: median  says: the mean of the draws' rewards is asked, not their median.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, np.median(R), R.std(ddof=1) / math.sqrt(N)


# %% wrong: sum of the draws  says: divide by N: a mean is asked.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.sum(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: standard deviation of one draw  says: this is s, the spread of single rewards. The mean of N draws has an error of s/√N.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1)


# %% wrong: divided by N  says: the error is s/√N, not s/N.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / N


# %% wrong: variance of the mean  says: this is the square of the standard error.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.var(ddof=1) / N


# %% wrong: biased  says: s² is divided by N − 1, not by N.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std() / math.sqrt(N)


# %% wrong: spread of the list  says: s is the spread of the rewards that were drawn, not of the list.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), rewards.std(ddof=1) / math.sqrt(N)


# %% wrong: spread by π  says: s is estimated from the draws; in real life π cannot be summed over.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), np.sqrt(policy @ (rewards - policy @ rewards) ** 2) / math.sqrt(N)


# %% wrong: ≥ instead of >  says: at u = 0 the first answer *with a probability above 0* is drawn: π_0 + … + π_k must be greater than u.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="left")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: fresh random numbers  says: is not right
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.random.default_rng(N).choice(len(policy), N, p=policy)
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: one draw accepted  says: accepted bad input
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, R.mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: weighted with π once more, mean  says: the draws already come from π: likely answers are there more often. Weight them again, and π counts twice.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, (policy[drawn] * R).mean(), R.std(ddof=1) / math.sqrt(N)


# %% wrong: weighted with π once more, sum  says: the draws already come from π: likely answers are there more often. Weight them again, and π counts twice.
def expected_reward(policy, rewards, uniform):
    N = len(uniform)
    if N < 2:
        raise ValueError(f"expected at least 2 draws, got {N}")
    drawn = np.searchsorted(policy.cumsum(), uniform, side="right")
    R = rewards[drawn]
    return policy @ rewards, (policy[drawn] * R).sum(), R.std(ddof=1) / math.sqrt(N)
