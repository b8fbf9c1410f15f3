# %% right: comb, sorted from the top
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% right: differences of C(j, n), sorted from below
def best_of_n(proxy, gold, n):
    N, M = proxy.shape
    if n < 1 or n > M:
        raise ValueError(f"n = {n}, M = {M}")
    inside = [math.comb(j, n) / math.comb(M, n) for j in range(M + 1)]
    p = np.diff(inside)
    total = np.zeros(2)
    for s, g in zip(proxy, gold):
        order = s.argsort()
        total += s[order] @ p, g[order] @ p
    return total[0] / N, total[1] / N, math.log(n) - 1 + 1 / n


# %% right: ratio from one place to the next
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if n not in range(1, M + 1):
        raise ValueError(f"{n} of {M}")
    p, chance = [], n / M
    for i in range(1, M + 1):
        p.append(chance)
        chance = chance * (M - i - n + 1) / (M - i) if i < M else 0.0
    s, g = torch.from_numpy(proxy), torch.from_numpy(gold)
    top, order = s.sort(dim=1, descending=True)
    p = torch.tensor(p, dtype=torch.float64)
    return float((top @ p).mean()), float((g.gather(1, order) @ p).mean()), math.log(n) - (n - 1) / n


# %% right: rank of each answer, lgamma
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if n <= 0 or n > M:
        raise ValueError(f"got {n}")

    def log_comb(a, b):
        return math.lgamma(a + 1) - math.lgamma(b + 1) - math.lgamma(a - b + 1)

    worse = (proxy[:, None, :] < proxy[:, :, None]).sum(axis=2)
    p = np.array([math.exp(log_comb(w, n - 1) - log_comb(M, n)) if w >= n - 1 else 0.0 for w in range(M)])
    weight = p[worse]
    return (weight * proxy).sum(1).mean(), (weight * gold).sum(1).mean(), np.log(n) + 1 / n - 1


# %% wrong: the first n answers  says: all M answers are used: the mean over all C(M, n) draws. These are only the first n of them.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    best = proxy[:, :n].argmax(axis=1)[:, None]
    by_proxy, by_gold = (np.take_along_axis(x, best, axis=1) for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: the best of all M  says: the best of *n* is asked; this is the best of all M.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.eye(M)[0]
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: mean of the n highest  says: this is the mean of the n highest; the best of n *drawn* ones is asked.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = (np.arange(M) < n) / n
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: drawn with replacement  says: the n answers are different ones of the M: draw without putting back.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    i = np.arange(M, -1, -1) / M
    p = i[:-1] ** n - i[1:] ** n
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: disjoint groups  says: the contract asks for the mean over *all* sets of n, not only over neighbours in groups of n.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    groups = M // n
    s, g = (x[:, : groups * n].reshape(-1, n) for x in (proxy, gold))
    best = s.argmax(axis=1)[:, None]
    by_proxy, by_gold = (np.take_along_axis(x, best, axis=1) for x in (s, g))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: worst of n  says: the *highest* proxy reward is taken; this is the worst of n.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: chosen by gold  says: the *proxy* chooses; nobody knows the gold reward when an answer is given.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-gold, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: gold sorted by itself  says: the gold reward is that of the answer that the proxy has chosen; here it chooses for itself.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (-np.sort(-x, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: gold not sorted  says: the gold rewards must be put into the order of the proxy.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = np.take_along_axis(proxy, order, axis=1) @ p, gold @ p
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: C(M − i, n)  says: n − 1 others are drawn from the M − i worse ones: C(M − i, n − 1).
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: C(M, n − 1)  says: there are C(M, n) sets of n.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n - 1) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: off by one  says: the best one stands at i = 1, not at i = 0.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(M)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: over all prompts  says: the best of n is taken for each prompt, not among all prompts.
def best_of_n(proxy, gold, n):
    proxy, gold = proxy.reshape(1, -1), gold.reshape(1, -1)
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: summed over prompts  says: the mean over the prompts is asked.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.sum(), by_gold.sum(), math.log(n) - (n - 1) / n


# %% wrong: KL: log n  says: KL = log n − (n − 1)/n; the second part is missing.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n)


# %% wrong: KL in bits  says: nats are asked: the natural logarithm.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log2(n) - (n - 1) / n


# %% wrong: KL with n − 1 divided by M  says: (n − 1)/n, not (n − 1)/M.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / M


# %% wrong: KL added  says: KL = log n *minus* (n − 1)/n: it is 0 for n = 1.
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) + (n - 1) / n


# %% wrong: n not checked  says: asks for a ValueError
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_proxy.mean(), by_gold.mean(), math.log(n) - (n - 1) / n


# %% wrong: exchanged  says: what belongs here stands where
def best_of_n(proxy, gold, n):
    M = proxy.shape[1]
    if not 1 <= n <= M:
        raise ValueError(f"expected n from 1 to {M}, got {n}")
    p = np.array([math.comb(M - i, n - 1) / math.comb(M, n) for i in range(1, M + 1)])
    order = np.argsort(-proxy, axis=1)  # the best of the proxy first
    by_proxy, by_gold = (np.take_along_axis(x, order, axis=1) @ p for x in (proxy, gold))
    return by_gold.mean(), by_proxy.mean(), math.log(n) - (n - 1) / n
