# %% right: loops
def exact_match(right, k):
    N, K = right.shape
    if k < 1 or k > K:
        raise ValueError(f"k = {k} is not from 1 to {K}")
    exact = total = 0
    for n in range(N):
        good = [bool(r) for r in right[n, :k]]
        total += sum(good)
        exact += all(good)
    predicted = 1.0
    for i in range(k):
        predicted *= sum(right[:, i]) / N
    return total / (N * k), exact / N, predicted


# %% right: numbers and logs
def exact_match(right, k):
    if k not in range(1, right.shape[1] + 1):
        raise ValueError("got k = %d, K = %d" % (k, right.shape[1]))
    r = right[:, :k].astype(np.float64)
    with np.errstate(divide="ignore"):
        predicted = np.exp(np.log(r.mean(0)).sum())
    return r.mean(), np.prod(r, axis=1).mean(), predicted


# %% right: cumulative
def exact_match(right, k):
    if k <= 0 or k > right.shape[1]:
        raise ValueError(f"{k} {right.shape[1]}")
    so_far = np.logical_and.accumulate(right, axis=1)
    each = right.mean(axis=0)
    return float(np.mean(each[:k])), float(so_far[:, k - 1].mean()), float(np.cumprod(each)[k - 1])


# %% right: torch
def exact_match(right, k):
    import torch

    K = right.shape[1]
    if k > K or k < 1:
        raise ValueError(f"expected 1 ≤ k ≤ {K}, got {k}")
    r = torch.from_numpy(right)[:, :k].double()
    return r.mean().item(), (r.sum(1) == k).double().mean().item(), r.mean(0).prod().item()


# %% wrong: any instead of all  says: an answer counts only if *all* of its tokens are right; here one is enough.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.any(axis=1).mean(), predicted


# %% wrong: a mean accuracy to the power k  says: every position has an accuracy of its own: multiply the a_i. Their mean to the power k is something else.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean() ** k
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: positions that are always right  says: `exact` goes over answers: all tokens of a row, then the mean over rows.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=0).mean(), predicted


# %% wrong: all tokens instead of k  says: the answers are cut after their first k tokens.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: the last k tokens  says: the *first* k tokens count, not the last.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, -k:]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: one token more  says: the first k tokens are `[:k]`; this takes another number of them.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, : k + 1]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: one token less  says: the first k tokens are `[:k]`; this takes another number of them.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, : max(1, k - 1)]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: product before the mean  says: a_i is the accuracy of a position: first the mean over the answers, then the product.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.prod(axis=1).mean()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: accuracies of answers multiplied  says: a_i is the accuracy of position i, over all answers (a column); these are the accuracies of answers.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=1).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: mistakes added up  says: independent chances are multiplied; this adds up the mistakes.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = max(0.0, 1 - (1 - first.mean(axis=0)).sum())
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: the weakest position  says: independent chances are multiplied; this is the accuracy of the worst position alone.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).min()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: most of the tokens  says: one wrong token spoils an answer; this asks for most of them.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), (first.mean(axis=1) >= 0.5).mean(), predicted


# %% wrong: only token k  says: all of the first k tokens must be right, not only the last of them.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first[:, -1].mean(), predicted


# %% wrong: numbers instead of shares  says: shares are asked, not numbers of tokens and answers.
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.sum(), first.all(axis=1).sum(), predicted


# %% wrong: exact and token exchanged  says: what belongs here stands where
def exact_match(right, k):
    K = right.shape[1]
    if not 1 <= k <= K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.all(axis=1).mean(), first.mean(), predicted


# %% wrong: k not checked  says: accepted bad input
def exact_match(right, k):
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: k of 0 let through  says: accepted bad input
def exact_match(right, k):
    K = right.shape[1]
    if k > K:
        raise ValueError(f"expected k from 1 to {K}, got {k}")
    first = right[:, :k]
    predicted = first.mean(axis=0).prod()
    return first.mean(), first.all(axis=1).mean(), predicted


# %% wrong: hard-coded for the example
def exact_match(right, k):
    return 0.75, 0.5, 0.5


# %% wrong: the first k answers instead of tokens  says: these are the first k answers
def exact_match(right, k):
    if not 1 <= k <= right.shape[0]: raise ValueError(f"{k} {right.shape[0]}")
    first=right[:k]
    return first.mean(), first.all(axis=1).mean(), first.mean(axis=0).prod()
