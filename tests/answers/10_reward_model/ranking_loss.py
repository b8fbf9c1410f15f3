# %% right: gather and triu_indices
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% right: loops
def ranking_loss(scores, ranking):
    N, K = scores.shape
    if K <= 1:
        raise ValueError(f"{K} answers")
    total = 0.0
    for i in range(N):
        for a in range(K):
            for b in range(a + 1, K):
                total = total + F.softplus(scores[i, ranking[i, b]] - scores[i, ranking[i, a]])
    return total / N / math.comb(K, 2)


# %% right: places, all differences, a mask
def ranking_loss(scores, ranking):
    n, k = scores.shape
    if k < 2:
        raise ValueError(f"only {k}")
    place = ranking.argsort(dim=1)
    better = place[:, :, None] < place[:, None, :]
    gap = scores[:, :, None] - scores[:, None, :]
    return -F.logsigmoid(gap)[better].sum() / (n * k * (k - 1) / 2)


# %% right: combinations, with pairwise_loss
def ranking_loss(scores, ranking):
    from itertools import combinations

    if scores.size(1) < 2:
        raise ValueError(f"got {scores.size(1)}")
    r = torch.take_along_dim(scores, ranking, dim=1)
    losses = [pairwise_loss(r[:, a], r[:, b]) for a, b in combinations(range(r.shape[1]), 2)]
    return torch.stack(losses).mean()


# %% wrong: ranking ignored  says: the scores stand in the order of the answers; take them in the order of the ranking first.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: ranking read as places  says: `ranking` holds the answers' numbers, the best first; here it was read as each answer's place.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking.argsort(dim=1))  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: worst first  says: the best one stands first in the ranking; here the last one wins.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, lost] - ranked[:, won]).mean()


# %% wrong: sum over the pairs  says: 1/C(K,2) is missing: a prompt with many answers must not count more.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).sum() / len(scores)


# %% wrong: mean over K  says: divide by the number of *pairs*, C(K,2) = K(K − 1)/2.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).sum() / len(scores) / K


# %% wrong: divided by K²  says: divide by the number of *pairs*, C(K,2) = K(K − 1)/2.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).sum() / len(scores) / K**2


# %% wrong: divided by K(K − 1)  says: divide by the number of *pairs*, C(K,2) = K(K − 1)/2.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).sum() / len(scores) / (K * (K - 1))


# %% wrong: summed over the prompts  says: the mean over the prompts is asked.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean() * len(scores)


# %% wrong: neighbours only  says: all pairs count, not only neighbours in the ranking.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.arange(K - 1), torch.arange(1, K)
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: the best against the rest  says: all pairs count, not only those with the best answer.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.zeros(K - 1, dtype=torch.long), torch.arange(1, K)
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: best against worst  says: all pairs count, not only the best against the worst.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.tensor([0]), torch.tensor([K - 1])
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: both directions  says: each pair counts once, with the better answer as w.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = (~torch.eye(K, dtype=torch.bool)).nonzero().T
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: an answer against itself  says: an answer is not compared with itself: K(K − 1)/2 pairs, none on the diagonal.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 0)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: Plackett–Luce  says: this is the likelihood of the whole ranking (Plackett and Luce); the mean over pairs is asked.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    tails = ranked.flip(1).logcumsumexp(1).flip(1)
    return (tails - ranked).sum(1).mean()


# %% wrong: softmax, best answer  says: this is a softmax over all K answers; each *pair* goes through σ.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    return -ranked.log_softmax(1)[:, 0].mean()


# %% wrong: plain differences  says: −log σ of each difference is asked, not the difference.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: negative expected reward  says: this pushes all rewards up, whatever the raters said; nothing is compared.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -ranked.mean()


# %% wrong: detached  says: no gradient arrives at the scores: something was detached, or taken out of torch.
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.detach().gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()


# %% wrong: σ, then log  says: log of 0
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    if K < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {K}")
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -torch.sigmoid(ranked[:, won] - ranked[:, lost]).log().mean()


# %% wrong: one answer accepted  says: asks for a ValueError
def ranking_loss(scores, ranking):
    K = scores.shape[1]
    ranked = scores.gather(1, ranking)  # the best one first
    won, lost = torch.triu_indices(K, K, 1)  # all pairs, the better one first
    return -F.logsigmoid(ranked[:, won] - ranked[:, lost]).mean()
