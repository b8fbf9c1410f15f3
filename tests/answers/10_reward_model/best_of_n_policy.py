# %% right: sorted, cumsum, diff
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% right: each answer by itself
def best_of_n_policy(policy, proxy, gold, n):
    if n <= 0:
        raise ValueError(str(n))
    q = []
    for k in range(len(policy)):
        upto = policy[proxy <= proxy[k]].sum()
        below = policy[proxy < proxy[k]].sum()
        q.append(upto**n - below**n)
    q = np.array(q)
    kl = sum(a * math.log(a / b) for a, b in zip(q, policy) if a > 0)
    return q, float((q * gold).sum()), kl


# %% right: from the top
def best_of_n_policy(policy, proxy, gold, n):
    if not n >= 1:
        raise ValueError(f"n = {n}")
    order = proxy.argsort()[::-1]
    F = policy[order][::-1].cumsum()[::-1]
    lower = np.append(F[1:], 0.0)
    q = np.zeros_like(policy)
    q[order] = F**n - lower**n
    terms = np.where(q > 0, q * (np.log(np.where(q > 0, q, 1)) - np.log(np.where(q > 0, policy, 1))), 0)
    return q, np.dot(gold, q), terms.sum()


# %% right: a comparison matrix, torch
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"{n} draws")
    p, s = torch.from_numpy(policy), torch.from_numpy(proxy)
    F = (s[:, None] >= s[None, :]).double() @ p
    q = F**n - (F - p).clamp(min=0) ** n
    kl = torch.special.xlogy(q, torch.where(q > 0, q / p, 1.0)).sum()
    return q.numpy(), float(q @ torch.from_numpy(gold)), float(kl)


# %% wrong: F^n without the difference  says: F_k^n is the probability that the best one is *at most* k; subtract that of the next lower answer.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = at_most
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: order not undone  says: q stands in sorted order here; it is asked in the order of the input.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[:] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: worst of n  says: the highest proxy reward is given; this is the worst of n.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(-proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: chosen by gold  says: the *proxy* chooses among the n.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(gold)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: is among the n  says: this is the probability that answer k is *among* the n; it must also be the best of them.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = 1 - (1 - policy) ** n
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: policy to the power n  says: this is what is left if all n draws are the same answer.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = policy**n / (policy**n).sum()
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: n times  says: this is policy^… times n: the probability of the best answer cannot grow beyond 1.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = n * policy
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: only the best answer  says: for a finite n every answer of the policy keeps a share.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.eye(len(policy))[proxy.argmax()]
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: one draw fewer  says: all n draws count: F^n.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** (n - 1) * (policy[order].cumsum() if n == 1 else 1)
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: independent of n  says: n is missing: F_k to the power n.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum()
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: tilted by exp  says: this is the policy of a KL *penalty*; best of n has q_k = F_k^n − F_(k−1)^n.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = policy * np.exp(math.log(n) * proxy)
    q = q / q.sum()
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: proxy instead of gold  says: the expected *gold* reward is asked.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ proxy, kl


# %% wrong: reward of the policy  says: the reward is that of best-of-n, q; this is the policy's.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, policy @ gold, kl


# %% wrong: gold of the likeliest  says: an expectation is over all answers.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, gold[q.argmax()], kl


# %% wrong: KL the other way round  says: KL(q ‖ policy) is weighted with q; this is KL(policy ‖ q).
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (policy[some] * np.log(policy[some] / q[some])).sum()
    return q, q @ gold, kl


# %% wrong: KL by the formula  says: log n − (n − 1)/n is an upper bound, reached where every single answer is very rare; the exact KL is asked.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = math.log(n) - (n - 1) / n
    return q, q @ gold, kl


# %% wrong: entropy  says: this is the entropy of q; the policy is missing.
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = -(q[some] * np.log(q[some])).sum()
    return q, q @ gold, kl


# %% wrong: 0 log 0  says: log of 0
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > -1
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: n not checked  says: accepted bad input
def best_of_n_policy(policy, proxy, gold, n):
    order = np.argsort(proxy)  # the worst one first
    at_most = policy[order].cumsum() ** n
    q = np.empty(len(policy))
    q[order] = np.diff(at_most, prepend=0.0)
    some = q > 0
    kl = (q[some] * np.log(q[some] / policy[some])).sum()
    return q, q @ gold, kl


# %% wrong: the density of the continuous formula  says: these do not add up to 1: with a list of answers q is a *difference* of powers, not n · π · F^(n−1).
def best_of_n_policy(policy, proxy, gold, n):
    if n < 1:
        raise ValueError(f"expected n of at least 1, got {n}")
    order = np.argsort(proxy)
    F_ = np.empty(len(policy))
    F_[order] = policy[order].cumsum()
    q = n * policy * F_ ** (n - 1)
    some = q > 0
    return q, q @ gold, (q[some] * np.log(q[some] / policy[some])).sum()
