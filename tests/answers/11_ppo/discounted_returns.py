# %% right: backwards, once
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns * mask


# %% right: one double loop, the definition
def discounted_returns(rewards, mask, gamma):
    B, T = rewards.shape
    G = torch.zeros(B, T, dtype=rewards.dtype)
    for b in range(B):
        places = [t for t in range(T) if mask[b, t]]
        for i, t in enumerate(places):
            G[b, t] = sum(gamma ** (s - t) * rewards[b, s] for s in places[i:])
    return G


# %% right: a matrix of powers
def discounted_returns(rewards, mask, gamma):
    T = rewards.shape[1]
    t = torch.arange(T, dtype=rewards.dtype)
    ahead = t[:, None] - t[None, :]  # source, target
    powers = torch.where(ahead >= 0, torch.tensor(float(gamma), dtype=rewards.dtype) ** ahead.clamp(min=0), torch.zeros_like(ahead))
    return (torch.where(mask, rewards, 0.0 * rewards) @ powers).where(mask, 0.0)


# %% right: row by row in plain Python
def discounted_returns(rewards, mask, gamma):
    rows = []
    for row, marks in zip(rewards.tolist(), mask.tolist()):
        out, later = [], 0.0
        for r, m in zip(row[::-1], marks[::-1]):
            later = r + gamma * later if m else 0.0
            out.append(later)
        rows.append(out[::-1])
    return torch.tensor(rows, dtype=torch.float64)


# %% wrong: forwards  says: rewards are added up from the end backwards: G_t has what is still to come, not what has come so far.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in range(rewards.shape[1]):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns * mask


# %% wrong: no discount  says: γ is missing: a reward one step later counts γ times as much.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + running
        returns[:, t] = running
    return returns * mask


# %% wrong: discounted from the start of the row  says: discount by the distance from t, not by the position in the row.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    powers = gamma ** torch.arange(rewards.shape[1], dtype=rewards.dtype)
    return (rewards * powers).flip(1).cumsum(1).flip(1) * mask


# %% wrong: own reward discounted  says: the reward of the token itself is not discounted: γ⁰ = 1.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = gamma * (rewards[:, t] + running)
        returns[:, t] = running
    return returns * mask


# %% wrong: own reward left out  says: G_t begins with r_t; here it begins with the next reward.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        returns[:, t] = running
        running = rewards[:, t] + gamma * running
    return returns * mask


# %% wrong: own reward left out, discounted  says: G_t begins with r_t; here it begins with the next reward.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        returns[:, t] = gamma * running
        running = rewards[:, t] + gamma * running
    return returns * mask


# %% wrong: padding rewarded  says: what stands in the padding is no reward: mask the rewards first.
def discounted_returns(rewards, mask, gamma):
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns * mask


# %% wrong: prompt filled  says: 0 where the mask is False: here the prompt has returns.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns


# %% wrong: neither masked  says: what stands in the padding is no reward: mask the rewards first.
def discounted_returns(rewards, mask, gamma):
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns


# %% wrong: the total everywhere  says: each token has the sum from itself on; this is the sum of the whole answer everywhere.
def discounted_returns(rewards, mask, gamma):
    return (rewards * mask).sum(dim=1, keepdim=True) * mask


# %% wrong: only the next reward  says: all later rewards count, not only the next one.
def discounted_returns(rewards, mask, gamma):
    r = rewards * mask
    return (r + gamma * F.pad(r[:, 1:], (0, 1))) * mask


# %% wrong: a weighted mean  says: no weighting with 1 − γ: this is an average of rewards, not their sum.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = (1 - gamma) * rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns * mask


# %% wrong: divided by the length  says: a sum is asked, not a mean over the tokens that are left.
def discounted_returns(rewards, mask, gamma):
    rewards = rewards * mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    left = mask.double().flip(1).cumsum(1).flip(1).clamp(min=1)
    return returns / left * mask


# %% wrong: runs on into the next answer  says: the answers of a batch do not touch: begin each row with 0.
def discounted_returns(rewards, mask, gamma):
    r, m = (rewards * mask).flatten(), mask
    out, running = torch.zeros_like(r), 0.0
    for i in reversed(range(len(r))):
        running = r[i] + gamma * running
        out[i] = running
    return out.view_as(rewards) * m


# %% wrong: over the batch  says: time is the second axis; this adds up over the answers of the batch.
def discounted_returns(rewards, mask, gamma):
    r = rewards * mask
    out, running = torch.zeros_like(r), torch.zeros_like(r[0])
    for b in reversed(range(len(r))):
        running = r[b] + gamma * running
        out[b] = running
    return out * mask


# %% wrong: the last reward alone  says: all rewards of the answer count, not only the last one.
def discounted_returns(rewards, mask, gamma):
    r = rewards * mask
    n = mask.sum(dim=1)
    first = mask.int().argmax(dim=1)
    last = (first + n - 1).clamp(min=0)
    t = torch.arange(r.shape[1])
    end = r.gather(1, last[:, None])
    return gamma ** (last[:, None] - t).clamp(min=0).double() * end * mask


# %% wrong: in place  says: changed its input
def discounted_returns(rewards, mask, gamma):
    rewards *= mask
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running
        returns[:, t] = running
    return returns * mask


# %% wrong: mask forgotten in the carry  says: what stands in the padding is no reward: mask the rewards first.
def discounted_returns(rewards, mask, gamma):
    returns = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        running = rewards[:, t] + gamma * running * mask[:, t]
        returns[:, t] = running
    return returns * mask
