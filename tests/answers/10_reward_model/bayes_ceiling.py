# %% right: upper triangle
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% right: loops
def bayes_ceiling(P):
    N, K, _ = P.shape
    if K < 2:
        raise ValueError(f"K = {K}")
    best, same = [], []
    for i in range(N):
        for a in range(K):
            for b in range(a):
                p, q = P[i, a, b], P[i, b, a]
                best.append(max(p, q))
                same.append(p * p + q * q)
    return sum(best) / len(best), sum(same) / len(same)


# %% right: all off the diagonal
def bayes_ceiling(P):
    k = P.shape[-1]
    if k == 1 or k == 0:
        raise ValueError(f"only {k}")
    p = P[:, ~np.eye(k, dtype=bool)]
    return float((0.5 + np.abs(p - 0.5)).mean()), float((1 - 2 * p * (1 - p)).mean())


# %% right: einsum of the agreement
def bayes_ceiling(P):
    N, K = P.shape[:2]
    if K <= 1:
        raise ValueError(f"got {K}")
    pairs = N * K * (K - 1)
    top = np.maximum(P, np.swapaxes(P, 1, 2))
    squares = np.einsum("iab,iab->", P, P) - np.einsum("iaa,iaa->", P, P)
    return (top.sum() - np.trace(top, axis1=1, axis2=2).sum()) / pairs, 2 * squares / pairs


# %% wrong: mean of p  says: this is the mean of p: it knows nothing of which answer is likelier to win. max(p, 1 − p) is what the best prediction gets right.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return p.mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: diagonal counted  says: an answer is not compared with itself: without the diagonal.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    p = P.reshape(-1)
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: the agreement as the ceiling  says: this is how often two raters *agree*; the best prediction is right more often, as it always says the likelier outcome.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return (p**2 + (1 - p) ** 2).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: the ceiling as the agreement  says: two raters agree with p² + (1 − p)²: each of them draws.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), np.maximum(p, 1 - p).mean()


# %% wrong: agreement with p²  says: they also agree where both say the other answer: + (1 − p)².
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), (p**2).mean()


# %% wrong: disagreement  says: this is how often they *disagree*.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), (2 * p * (1 - p)).mean()


# %% wrong: error rate  says: this is the error of the best prediction, min(p, 1 − p).
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.minimum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: hard preferences  says: even the best prediction is wrong where the raters' chance decides otherwise; here only the likelier side is counted.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return (p > 0.5).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: max of the mean  says: the maximum is taken for each pair, and then the mean.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return max(p.mean(), 1 - p.mean()), (p**2 + (1 - p) ** 2).mean()


# %% wrong: the surest pair  says: the mean over all pairs is asked; this is the surest one.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).max(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: best of each prompt  says: a mean over all pairs is asked; this takes the surest pair of each prompt.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).max(axis=1).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: first row alone  says: all pairs a < b count, not only those of the first answer.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    p = P[:, 0, 1:]
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: neighbours  says: all pairs a < b count, not only neighbours.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a = np.arange(K - 1)
    p = P[:, a, a + 1]
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: exchanged  says: this is how often two raters *agree*
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return (p**2 + (1 - p) ** 2).mean(), np.maximum(p, 1 - p).mean()


# %% wrong: sum  says: the mean over the pairs is asked, not the sum.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).sum(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: entropy  says: this is the mean of the entropies, which bounds the *loss*; the ceiling of the accuracy is the mean of max(p, 1 − p).
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to a prompt, got {K}")
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return -(p * np.log(p) + (1 - p) * np.log(1 - p)).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: one answer accepted  says: accepted bad input
def bayes_ceiling(P):
    K = P.shape[1]
    a, b = np.triu_indices(K, 1)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()


# %% wrong: the diagonal along  says: an answer is not compared with itself: without the diagonal.
def bayes_ceiling(P):
    K = P.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers, got {K}")
    a, b = np.triu_indices(K)
    p = P[:, a, b]
    return np.maximum(p, 1 - p).mean(), (p**2 + (1 - p) ** 2).mean()
