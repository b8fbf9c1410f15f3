# %% right: returns first, mean not added
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% right: a copy is whitened
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    white = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return white * mask, (advantages + values) * mask


# %% right: with one's own gae and whiten
def ppo_targets(rewards, values, mask, gamma, lam):
    advantages, returns = gae(rewards, values, mask, gamma, lam)
    return whiten(advantages, mask), returns


# %% right: flat tensors
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = torch.where(mask, rewards, 0.0), torch.where(mask, values, 0.0)
    T = rewards.shape[1]
    after = torch.cat([values[:, 1:], torch.zeros(len(values), 1, dtype=values.dtype)], 1)
    delta = rewards + gamma * after - values
    A = torch.stack([sum((gamma * lam) ** (s - t) * delta[:, s] for s in range(t, T)) for t in range(T)], 1)
    flat = A[mask]
    W = torch.zeros_like(A)
    W[mask] = (flat - flat.mean()) / (flat.var(unbiased=False) + 1e-8).sqrt()
    return W, (A + values) * mask


# %% wrong: as it was  says: the mean was added back after the whitening: W must have mean 0.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8) + mean
    returns = advantages + values
    return advantages * mask, returns * mask


# %% wrong: only the order mended  says: the mean was added back after the whitening: W must have mean 0.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8) + mean
    return advantages * mask, returns * mask


# %% wrong: only the mean mended  says: the returns were made of whitened advantages: they are no longer in units of reward. Make them first.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    returns = advantages + values
    return advantages * mask, returns * mask


# %% wrong: returns whitened, too  says: the returns are what the critic is to say; they are not whitened.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    mean = (returns * mask).sum() / n
    variance = ((returns - mean) ** 2 * mask).sum() / n
    returns = (returns - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: nothing whitened  says: the advantages are whitened for the policy.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    return advantages * mask, returns * mask


# %% wrong: mean kept: not subtracted  says: the mean was not subtracted: W must have mean 0.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = advantages / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: whitening undone for the returns, without the mean  says: the returns lack the mean that whitening took from the advantages.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    returns = advantages * torch.sqrt(variance + 1e-8) + values
    return advantages * mask, returns * mask


# %% wrong: returns: whitened plus mean  says: the returns were made of whitened advantages: they are no longer in units of reward. Make them first.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    returns = advantages + mean + values
    return advantages * mask, returns * mask


# %% wrong: returns are the advantages  says: the returns are A + V; V is missing.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: returns: rewards to go  says: G = A + V, also where λ < 1; these are the plain returns.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns, later = torch.zeros_like(rewards), torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        later = rewards[:, t] + gamma * later
        returns[:, t] = later
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: mean subtracted from the returns  says: the returns lack the mean that whitening took from the advantages.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, (returns - mean) * mask


# %% wrong: the rewards whitened  says: the advantages are whitened, not the rewards.
def ppo_targets(rewards, values, mask, gamma, lam):
    kept = rewards[mask]
    rewards = (rewards - kept.mean()) / torch.sqrt(kept.var(unbiased=False) + 1e-8)
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    return advantages * mask, returns * mask


# %% wrong: variance with n − 1  says: σ² is divided by the number of tokens, n.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / (n - 1)
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: mask lost in the mean  says: prompt and padding do not count in mean and variance.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.numel()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages * mask, returns * mask


# %% wrong: mask lost at the end  says: 0 where the mask is False.
def ppo_targets(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * after - values[:, t] + gamma * lam * running
        advantages[:, t], after = running, values[:, t]
    returns = advantages + values
    n = mask.sum()
    mean = (advantages * mask).sum() / n
    variance = ((advantages - mean) ** 2 * mask).sum() / n
    advantages = (advantages - mean) / torch.sqrt(variance + 1e-8)
    return advantages, returns * mask
