# %% right: as in the contract
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N


# %% right: a loop
def bandit_gradient(logits, actions, rewards, baseline):
    n = len(actions)
    if n == 0 or n != len(rewards):
        raise ValueError(f"{n} actions, {len(rewards)} rewards")
    p = np.exp(logits - np.max(logits))
    p /= p.sum()
    g = np.zeros(len(logits))
    for a, r in zip(actions, rewards):
        g -= (r - baseline) * p
        g[a] += r - baseline
    return g / n


# %% right: bincount and the mean advantage
def bandit_gradient(logits, actions, rewards, baseline):
    N, K = rewards.size, logits.size
    if not N or actions.size != N:
        raise ValueError("lengths: " + str(actions.size) + ", " + str(N))
    advantage = rewards - baseline
    z = logits - logits.max()
    p = np.exp(z - np.log(np.exp(z).sum()))
    return np.bincount(actions, weights=advantage, minlength=K) / N - advantage.mean() * p


# %% right: autograd
def bandit_gradient(logits, actions, rewards, baseline):
    if len(rewards) != len(actions) or len(rewards) < 1:
        raise ValueError(f"got {len(actions)} and {len(rewards)}")
    z = torch.tensor(logits, requires_grad=True)
    gain = torch.tensor(rewards) - baseline
    (torch.log_softmax(z, 0)[torch.tensor(actions)] * gain).mean().backward()
    return z.grad.numpy()


# %% wrong: no baseline  says: the baseline is missing: subtract it from each reward.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return rewards @ slopes / N


# %% wrong: baseline added  says: the baseline is subtracted from the reward, not added.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards + baseline) @ slopes / N


# %% wrong: mean of these pulls  says: the baseline is handed over; this takes the mean of the same pulls instead, each of which then fights against itself.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - rewards.mean()) @ slopes / N


# %% wrong: the best of these pulls  says: the baseline is handed over; it is not the best of these pulls.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - rewards.max()) @ slopes / N


# %% wrong: a mean for each arm  says: a baseline for each arm takes away what is to be learnt: it must not depend on the action.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    own = np.array([rewards[actions == a].mean() for a in actions])
    return (rewards - own) @ slopes / N


# %% wrong: baseline divided by N  says: the baseline is subtracted from *each* reward.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline / N) @ slopes / N


# %% wrong: downhill  says: the size is right and the sign is wrong
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return -(rewards - baseline) @ slopes / N


# %% wrong: p forgotten  says: ∇ log p[a] is e_a − p: the −p is missing.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions]
    return (rewards - baseline) @ slopes / N


# %% wrong: p only at the arm that was pulled  says: −p belongs to all arms: those that were not pulled become less likely.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    one = np.eye(len(p))[actions]
    slopes = one * (1 - p)
    return (rewards - baseline) @ slopes / N


# %% wrong: gradient of p  says: the gradient of *log* p is asked; this is that of p.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = p[actions][:, None] * (np.eye(len(p))[actions] - p)
    return (rewards - baseline) @ slopes / N


# %% wrong: divided by p  says: the pulls come from the policy already: no division by p.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = (np.eye(len(p))[actions] - p) / p[actions][:, None]
    return (rewards - baseline) @ slopes / N


# %% wrong: e_a/p  says: ∇ by the *logits* is asked; this is the gradient by the probabilities.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] / p
    return (rewards - baseline) @ slopes / N


# %% wrong: uniform policy  says: p is softmax(z); this takes all arms as equally likely.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = np.full(len(p), 1 / len(p))
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N


# %% wrong: logits instead of p  says: p is softmax(z), not z.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = logits
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N


# %% wrong: sum, no mean  says: a mean over the pulls is asked; this is the sum.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes


# %% wrong: divided by K  says: a mean over the pulls divides by N, their number, not by the number of arms.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / len(p)


# %% wrong: divided by N − 1  says: the mean over the pulls divides by N.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / (N - 1)


# %% wrong: mean for each arm  says: the mean is over all pulls, not over those of each arm.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    pulls = np.maximum(np.bincount(actions, minlength=len(p)), 1)
    return (rewards - baseline) @ slopes / pulls


# %% wrong: whitened  says: the rewards are only shifted, not divided by their standard deviation.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return ((rewards - baseline) / rewards.std()) @ slopes / N


# %% wrong: baseline after the product  says: the baseline is subtracted from the reward, before the product.
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards @ slopes - baseline) / N


# %% wrong: exp overflows  says: exp of a large number
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits)
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N


# %% wrong: lengths not looked at  says: asks for a ValueError
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N


# %% wrong: in place  says: changed its input
def bandit_gradient(logits, actions, rewards, baseline):
    N = len(rewards)
    logits -= logits.max()
    if len(actions) != N or N == 0:
        raise ValueError(f"expected as many rewards as actions, got {len(actions)} and {N}")
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    slopes = np.eye(len(p))[actions] - p  # (N, K)
    return (rewards - baseline) @ slopes / N
