# %% right: only the terms with p > 0
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"expected q of shape {p.shape}, got {q.shape}")
    for name, x in (("p", p), ("q", q)):
        if (x < 0).any() or abs(x.sum() - 1) > 1e-6:
            raise ValueError(f"{name} is no distribution: {x}")
    on = p > 0
    with np.errstate(divide="ignore"):
        log_p, log_q = np.log(p[on]), np.log(q[on])
    entropy, cross = -np.sum(p[on] * log_p), -np.sum(p[on] * log_q)
    return entropy, cross, cross - entropy


# %% right: plain Python
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"shapes {p.shape} and {q.shape}")
    if min(p) < 0 or min(q) < 0 or not math.isclose(sum(p), 1, abs_tol=1e-6) or not math.isclose(sum(q), 1, abs_tol=1e-6):
        raise ValueError("not a distribution")
    H = X = D = 0.0
    for a, b in zip(p.tolist(), q.tolist()):
        if a == 0:
            continue
        H -= a * math.log(a)
        if b == 0:
            X = D = math.inf
        else:
            X -= a * math.log(b)
            D += a * (math.log(a) - math.log(b))
    return H, X, D


# %% right: scipy
def entropy_and_kl(p, q):
    from scipy.special import entr, rel_entr

    if np.shape(p) != np.shape(q):
        raise ValueError(f"{np.shape(p)} against {np.shape(q)}")
    for x in (p, q):
        if x.min() < 0 or not np.isclose(x.sum(), 1, rtol=0, atol=1e-6):
            raise ValueError(f"sum {x.sum()}, smallest {x.min()}")
    H, D = entr(p).sum(), rel_entr(p, q).sum()
    return H, H + D, D


# %% right: torch
def entropy_and_kl(p, q):
    import torch

    if p.shape != q.shape:
        raise ValueError(f"{p.shape} != {q.shape}")
    P, Q = torch.from_numpy(p), torch.from_numpy(q)
    if (P < 0).any() or (Q < 0).any() or max(abs(P.sum() - 1), abs(Q.sum() - 1)) > 1e-6:
        raise ValueError("expected two distributions")
    H = -torch.xlogy(P, P).sum()
    X = -torch.where(P > 0, P * torch.log(Q), torch.zeros_like(P)).sum()
    return H, X, X - H


# %% right: np.where, and warnings left alone
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"shape {q.shape} does not fit {p.shape}")
    if any(np.any(x < 0) or np.abs(np.sum(x) - 1.0) > 1e-6 for x in [p, q]):
        raise ValueError("probabilities wanted")
    H = np.where(p == 0, 0, -p * np.log(p)).sum()
    X = np.where(p == 0, 0, -p * np.log(q)).sum()
    return [H, X, X - H]


# %% right: bits turned into nats
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"p {p.shape}, q {q.shape}")
    for x in p, q:
        if not (np.all(x >= 0) and abs(math.fsum(x) - 1) <= 1e-6):
            raise ValueError(f"no distribution: {x.tolist()}")
    pairs = [(a, b) for a, b in zip(p, q) if a != 0]
    H = math.fsum(a * -np.log2(a) for a, _ in pairs) * math.log(2)
    X = math.inf if any(b == 0 for _, b in pairs) else math.fsum(-a * math.log2(b) for a, b in pairs) * math.log(2)
    return H, X, X - H


# %% right: scipy.stats
def entropy_and_kl(p, q):
    from scipy import stats

    if p.shape != q.shape:
        raise ValueError(f"{p.shape} {q.shape}")
    for x in (p, q):
        if np.any(x < 0) or abs(1 - x.sum()) > 1e-6:
            raise ValueError(f"no distribution: {x}")
    h, kl = stats.entropy(p), stats.entropy(p, q)
    return h, h + kl, kl


# %% wrong: bits  says: base 2
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log2(p[on])), -np.sum(p[on] * np.log2(q[on]))
    return H, X, X - H


# %% wrong: base 10  says: base 10
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log10(p[on])), -np.sum(p[on] * np.log10(q[on]))
    return H, X, X - H


# %% wrong: KL reversed  says: p and q are exchanged
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, np.sum(q[yes] * (np.log(q[yes]) - np.log(p[yes])))


# %% wrong: cross-entropy reversed  says: p and q are exchanged
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, -np.sum(q[yes] * np.log(p[yes])), X - H


# %% wrong: the entropy of q  says: this is the entropy of q
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    X = -np.sum(p[on] * np.log(q[on]))
    return -np.sum(q[yes] * np.log(q[yes])), X, X + np.sum(p[on] * np.log(p[on]))


# %% wrong: KL as entropy minus cross-entropy  says: the sign is flipped
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, H - X


# %% wrong: signs of the entropies forgotten  says: the minus
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = np.sum(p[on] * np.log(p[on])), np.sum(p[on] * np.log(q[on]))
    return H, X, H - X


# %% wrong: KL is the cross-entropy  says: subtract the entropy
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X


# %% wrong: KL with the entropy of q subtracted  says: the entropy of p is subtracted
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X + np.sum(q[yes] * np.log(q[yes]))


# %% wrong: symmetric KL  says: not symmetric
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    back = np.sum(q[yes] * (np.log(q[yes]) - np.log(p[yes])))
    return H, X, (X - H + back) / 2


# %% wrong: Jeffreys' sum of both directions  says: not symmetric
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, yes = p > 0, q > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    back = np.sum(q[yes] * (np.log(q[yes]) - np.log(p[yes])))
    return H, X, X - H + back


# %% wrong: no weights in front of the logarithms  says: weighted with p
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(np.log(p[on])), -np.sum(np.log(q[on]))
    return H, X, X - H


# %% wrong: mean instead of sum  says: the expectation is a sum
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])) / len(p), -np.sum(p[on] * np.log(q[on])) / len(p)
    return H, X, X - H


# %% wrong: terms not added up  says: is a mean or a sum missing
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    H, X = -p * np.log(p), -p * np.log(q)
    return H, X, X - H


# %% wrong: 0 log 0 is NaN  says: 0 · log 0
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    H, X = -np.sum(p * np.log(p)), -np.sum(p * np.log(q))
    return H, X, X - H


# %% wrong: a small number in every logarithm  says: a small number was added
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    H, X = -np.sum(p * np.log(p + 1e-12)), -np.sum(p * np.log(q + 1e-12))
    return H, X, X - H


# %% wrong: clipped  says: was clipped
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    safe_p, safe_q = np.clip(p, 1e-10, 1), np.clip(q, 1e-10, 1)
    H, X = -np.sum(p * np.log(safe_p)), -np.sum(p * np.log(safe_q))
    return H, X, X - H


# %% wrong: terms with q = 0 left out  says: makes it infinite
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on, both = p > 0, (p > 0) & (q > 0)
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[both] * np.log(q[both]))
    return H, X, np.sum(p[both] * np.log(p[both] / q[both]))


# %% wrong: nan_to_num  says: makes it infinite
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    H = -np.sum(np.nan_to_num(p * np.log(p)))
    X = -np.sum(np.nan_to_num(p * np.log(q), posinf=0, neginf=0))
    return H, X, X - H


# %% wrong: any q of zero makes it infinite  says: where p is 0, too
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H = -np.sum(p[on] * np.log(p[on]))
    if (q == 0).any():
        return H, np.inf, np.inf
    X = -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: a zero of the model is an error  says: stopped with ValueError
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q <= 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: broadcasts  says: accepted bad input
def entropy_and_kl(p, q):
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    with np.errstate(all="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(np.where(on, p * np.log(q), 0))
    return H, X, X - H


# %% wrong: no look at the sums  says: accepted bad input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any():
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: only p is looked at  says: accepted bad input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or abs(p.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: negative entries accepted  says: accepted bad input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: the sum must be exactly 1  says: stopped with ValueError
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or p.sum() != 1 or q.sum() != 1:
        raise ValueError(f"no distribution: the sums are {p.sum()} and {q.sum()}")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: zeros replaced in the caller's arrays  says: changed its input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    q[p == 0] = 1.0
    p[p == 0] = 1.0
    H, X = -np.sum(np.where(p < 1, p * np.log(p), 0)), -np.sum(p * np.log(q))
    return H, X, X - H


# %% wrong: chi-squared distance  says: this is another distance
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, np.sum((p - q) ** 2 / q)


# %% wrong: total variation distance  says: this is another distance
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, np.abs(p - q).sum() / 2


# %% wrong: binary cross-entropy of every entry  says: 1 − p
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    H = -np.sum(p * np.log(p) + (1 - p) * np.log(1 - p))
    X = -np.sum(p * np.log(q) + (1 - p) * np.log(1 - q))
    return H, X, X - H


# %% wrong: perplexities  says: without the exponential
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return np.exp(H), np.exp(X), X - H


# %% wrong: hard-coded for the example  says: the answer of the example
def entropy_and_kl(p, q):
    return np.log(2), 1.5 * np.log(2), 0.5 * np.log(2)


# %% wrong: a tolerance of one percent  says: accepted bad input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-2 or abs(q.sum() - 1) > 1e-2:
        raise ValueError("no distribution")
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: normalised instead of refused  says: accepted bad input
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any():
        raise ValueError("no distribution")
    p, q = p / p.sum(), q / q.sum()
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: absolute values of the terms  says: some of its terms are negative
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, np.sum(np.abs(p[on] * np.log(p[on] / q[on])))


# %% wrong: Jensen-Shannon divergence  says: this is another distance
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    M, yes = (p + q) / 2, q > 0
    back = np.sum(q[yes] * np.log(q[yes] / M[yes]))
    return H, X, (np.sum(p[on] * np.log(p[on] / M[on])) + back) / 2


# %% wrong: clipped and normalised again  says: a small number was added to q
def entropy_and_kl(p, q):
    if p.shape != q.shape:
        raise ValueError(f"{p.shape}, {q.shape}")
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    q = np.maximum(q, 1e-9) / np.maximum(q, 1e-9).sum()
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H


# %% wrong: an assertion instead of a ValueError  says: that you raise yourself
def entropy_and_kl(p, q):
    assert p.shape == q.shape
    if (p < 0).any() or (q < 0).any() or abs(p.sum() - 1) > 1e-6 or abs(q.sum() - 1) > 1e-6:
        raise ValueError("no distribution")
    on = p > 0
    with np.errstate(divide="ignore"):
        H, X = -np.sum(p[on] * np.log(p[on])), -np.sum(p[on] * np.log(q[on]))
    return H, X, X - H
