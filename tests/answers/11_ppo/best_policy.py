# %% right: a softmax of log q + r/β
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% right: scaled weights, KL from the normaliser
def best_policy(reference, rewards, beta):
    if not beta > 0:
        raise ValueError(f"beta = {beta}")
    top = rewards[reference > 0].max()
    weight = np.where(reference > 0, reference * np.exp(np.minimum((rewards - top) / beta, 0.0)), 0.0)
    p = weight / weight.sum()
    kl = 0.0
    for a, b, r in zip(p, reference, rewards):
        if b > 0:
            kl += a * ((r - top) / beta - np.log(weight.sum()))
    return p, np.sum(p * rewards), kl


# %% right: torch
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError("beta must be positive, got " + str(beta))
    q, r = torch.tensor(reference), torch.tensor(rewards)
    log_p = (q.log() + r / beta).log_softmax(0)
    p = log_p.exp()
    kl = torch.where(p > 0, p * (log_p - q.log()), torch.zeros_like(p)).sum()
    return p.numpy(), (p * r).sum().item(), kl.item()


# %% right: plain Python
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(beta)
    pairs = [(q, r) for q, r in zip(reference.tolist(), rewards.tolist()) if q > 0]
    z = [math.log(q) + r / beta for q, r in pairs]
    log_norm = max(z) + math.log(sum(math.exp(x - max(z)) for x in z))
    log_p = iter([x - log_norm for x in z])
    p, reward, kl = [], 0.0, 0.0
    for q, r in zip(reference.tolist(), rewards.tolist()):
        if q == 0:
            p.append(0.0)
            continue
        lp = next(log_p)
        p.append(math.exp(lp))
        reward += p[-1] * r
        kl += p[-1] * (lp - math.log(q))
    return np.array(p), reward, kl


# %% wrong: no reference  says: the reference is missing: p_k is *q_k* times exp(r_k/β).
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: multiplied by β  says: rewards are divided by β: a small price lets the policy go far.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r * beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: β forgotten  says: β is missing: exp(r_k/β).
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: sign  says: good answers become likelier: exp(+r/β).
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) - r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: q inside the exponent  says: p is q · exp(r/β); here q itself was put into the exponent.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = q + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: log q over β  says: only the reward is divided by β.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = (np.log(q) + r) / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: no exp  says: the weights are exp(r/β), not r/β.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    w = q * np.maximum(r / beta, 1e-12)
    logits = np.log(w)
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: the best answer alone  says: at β > 0 the optimum is not one answer alone: every answer of the reference keeps a share.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + np.where(r == r.max(), 1e6, 0.0)
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: not normalised  says: the probabilities must add up to 1.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: squared reference  says: the reference counts once: q, not q².
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = 2 * np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: rewards centred by the plain mean, halved  says: the reward is r, not r/2.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / (2 * beta)
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: reward of the reference  says: the expected reward is that of p, not of the reference.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, reference @ rewards, np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: reward minus β KL  says: this is the objective, reward minus β · KL; the reward alone is asked.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    kl = np.exp(log_p) @ (log_p - np.log(q))
    return policy, policy @ rewards - beta * kl, kl


# %% wrong: plain mean of the rewards  says: each reward is weighted with the probability of its answer.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, rewards.mean(), np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: KL the other way round  says: KL(p ‖ q) is asked: weighted with p. This is KL(q ‖ p).
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, q @ (np.log(q) - log_p)


# %% wrong: KL with the sign of q/p  says: KL is Σ p log(p/q), which is never negative.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (np.log(q) - log_p)


# %% wrong: KL times β  says: the KL itself is asked, without β.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, beta * np.exp(log_p) @ (log_p - np.log(q))


# %% wrong: KL weighted with q  says: KL(p ‖ q) is weighted with p.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, q @ (log_p - np.log(q))


# %% wrong: entropy instead of KL  says: this is minus the entropy of p; the reference is missing in the KL.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ log_p


# %% wrong: KL in bits  says: nats are asked: the natural logarithm.
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q)) / np.log(2)


# %% wrong: reward and KL exchanged  says: what belongs here stands where
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, np.exp(log_p) @ (log_p - np.log(q)), policy @ rewards


# %% wrong: exp overflows  says: exp of a large number
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    weight = reference * np.exp(rewards / beta)
    p = weight / weight.sum()
    some = p > 0
    return p, p @ rewards, p[some] @ np.log(p[some] / reference[some])


# %% wrong: 0 log 0  says: log of 0
def best_policy(reference, rewards, beta):
    if beta <= 0:
        raise ValueError(f"expected beta > 0, got {beta}")
    weight = reference * np.exp((rewards - rewards.max()) / beta)
    p = weight / weight.sum()
    return p, p @ rewards, p @ np.log(p / reference)


# %% wrong: β = 0 accepted  says: asks for a ValueError
def best_policy(reference, rewards, beta):
    some = reference > 0
    q, r = reference[some], rewards[some]
    logits = np.log(q) + r / beta
    log_p = logits - logits.max()
    log_p = log_p - np.log(np.exp(log_p).sum())
    policy = np.zeros(len(reference))
    policy[some] = np.exp(log_p)
    return policy, policy @ rewards, np.exp(log_p) @ (log_p - np.log(q))
