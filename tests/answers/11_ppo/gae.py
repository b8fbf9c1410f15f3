# %% right: backwards, once
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% right: the sum of all later δ
def gae(rewards, values, mask, gamma, lam):
    B, T = rewards.shape
    A = torch.zeros(B, T, dtype=rewards.dtype)
    V = values.detach()
    for b in range(B):
        where = mask[b].nonzero().flatten().tolist()
        delta = []
        for t in where:
            following = V[b, t + 1] if t != where[-1] else 0.0
            delta.append(rewards[b, t] + gamma * following - V[b, t])
        for i, t in enumerate(where):
            A[b, t] = sum((gamma * lam) ** k * d for k, d in enumerate(delta[i:]))
    return A, torch.where(mask, A + V, torch.zeros_like(A))


# %% right: no_grad, next mask
@torch.no_grad()
def gae(rewards, values, mask, gamma, lam):
    m = mask.to(values.dtype)
    T = values.shape[1]
    gains, last = [], 0.0
    for t in range(T - 1, -1, -1):
        alive = m[:, t + 1] if t < T - 1 else torch.zeros_like(m[:, 0])
        following = values[:, t + 1] if t < T - 1 else torch.zeros_like(values[:, 0])
        delta = rewards[:, t] + gamma * following * alive - values[:, t]
        last = (delta + gamma * lam * alive * last) * m[:, t]
        gains.append(last)
    advantages = torch.stack(gains[::-1], dim=1)
    return advantages, (advantages + values) * m


# %% right: a matrix of powers
def gae(rewards, values, mask, gamma, lam):
    with torch.no_grad():
        r = torch.where(mask, rewards, 0.0)
        v = torch.where(mask, values, 0.0)
        delta = r - v + gamma * torch.cat([v[:, 1:], torch.zeros_like(v[:, :1])], dim=1)
        delta = torch.where(mask, delta, 0.0)
        n = torch.arange(r.shape[1])
        steps = (n[None, :] - n[:, None])  # from row t to column s
        weight = torch.where(steps >= 0, float(gamma * lam) ** steps.clamp(min=0).double(), 0.0)
        advantages = torch.einsum("ts,bs->bt", weight, delta) * mask
        return advantages, advantages + v


# %% wrong: bootstrap from the padding  says: after the last token comes nothing: V there is 0, not what stands in the padding.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach()
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = (delta + gamma * lam * running) * mask[:, t]
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, (advantages + values) * mask


# %% wrong: padding not masked at all  says: rewards and values in the padding must not reach the answer: set them to 0 first.
def gae(rewards, values, mask, gamma, lam):
    values = values.detach()
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, (advantages + values) * mask


# %% wrong: bootstrap from itself at the end  says: after the last token comes nothing: V there is 0; here the last value is used once more.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    running = torch.zeros_like(rewards[:, 0])
    T = rewards.shape[1]
    for t in reversed(range(T)):
        last = mask[:, t] & (~mask[:, t + 1] if t < T - 1 else True)
        after = values[:, t + 1] if t < T - 1 else values[:, t]
        after = torch.where(last, values[:, t], after)
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = (delta + gamma * lam * running) * mask[:, t]
        advantages[:, t] = running
    return advantages, advantages + values


# %% wrong: prompt filled  says: 0 where the mask is False: here the prompt has advantages.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    return advantages, advantages + values


# %% wrong: sign of δ  says: δ is what came minus what was expected: r + γ V' − V; here the sign is turned.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = values[:, t] - rewards[:, t] - gamma * after
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: V added  says: δ = r + γ V_{t+1} − V_t: the value before the token is subtracted.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after + values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: next value not discounted  says: V_{t+1} is discounted with γ in δ.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: next value times λ  says: λ belongs to the running sum; V_{t+1} is discounted with γ alone.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * lam * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: no next value  says: γ V_{t+1} is missing in δ.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: λ forgotten  says: the running sum is multiplied by γλ; λ is missing.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: γ forgotten in the sum  says: the running sum is multiplied by γλ; γ is missing.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: only δ  says: this is δ alone (λ = 0); later ones belong to it, weighted with γλ.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: sum divided by its weights  says: a sum is asked, without a factor 1 − λ.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = (1 - lam) * delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: previous value  says: the value *after* token t is V_{t+1}; this takes the one before.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        after = values[:, t - 1] if t else torch.zeros_like(values[:, 0])
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: forwards  says: advantages are added up from the end backwards.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in range(rewards.shape[1]):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: returns are the advantages  says: the returns are A + V; V is missing.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages


# %% wrong: returns: A − V  says: the returns are A + V: the value is added back.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages - values


# %% wrong: returns: A + r  says: the returns are A + V, not A + r.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + rewards


# %% wrong: returns: discounted rewards  says: the returns are A + V; these are the discounted rewards, which is the same for λ = 1 alone.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    later, G = torch.zeros_like(rewards[:, 0]), torch.zeros_like(rewards)
    for t in reversed(range(rewards.shape[1])):
        later = rewards[:, t] + gamma * later
        G[:, t] = later
    return advantages, G * mask


# %% wrong: returns not masked  says: the returns are 0 where the mask is False.
def gae(rewards, values, mask, gamma, lam):
    rewards, all_values, values = rewards * mask, values.detach(), values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + all_values


# %% wrong: whitened  says: the advantages are asked as they are; whitening comes later.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    x = advantages[mask]
    white = ((advantages - x.mean()) / x.std(unbiased=False)) * mask
    return white, advantages + values


# %% wrong: returns before advantages  says: what belongs here stands where
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages + values, advantages


# %% wrong: not detached  says: advantages and returns are constants: detach the values, or the policy's loss moves the critic.
def gae(rewards, values, mask, gamma, lam):
    rewards, values = rewards * mask, values * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values


# %% wrong: returns not detached  says: advantages and returns are constants: detach the values, or the policy's loss moves the critic.
def gae(rewards, values, mask, gamma, lam):
    rewards, live, values = rewards * mask, values * mask, values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + live


# %% wrong: in place  says: changed its input
def gae(rewards, values, mask, gamma, lam):
    rewards *= mask
    values = values.detach() * mask
    advantages = torch.zeros_like(rewards)
    after = running = torch.zeros_like(rewards[:, 0])
    for t in reversed(range(rewards.shape[1])):
        delta = rewards[:, t] + gamma * after - values[:, t]
        running = delta + gamma * lam * running
        advantages[:, t] = running
        after = values[:, t]
    advantages = advantages * mask
    return advantages, advantages + values
