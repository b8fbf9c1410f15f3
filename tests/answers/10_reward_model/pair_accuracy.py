# %% right: signs
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2)[ordered].mean()


# %% right: loops
def pair_accuracy(scores, truth):
    right, pairs = 0.0, 0
    for s, t in zip(scores.tolist(), truth.tolist()):
        for i in range(len(s)):
            for j in range(len(s)):
                if t[i] > t[j]:
                    pairs += 1
                    right += 1.0 if s[i] > s[j] else 0.5 if s[i] == s[j] else 0.0
    if pairs == 0:
        raise ValueError("no order anywhere")
    return right / pairs


# %% right: all ordered pairs at once
def pair_accuracy(scores, truth):
    better = truth[:, :, None] > truth[:, None, :]
    gap = scores[:, :, None] - scores[:, None, :]
    if better.sum() == 0:
        raise ValueError("all equal")
    return float((np.heaviside(gap, 0.5) * better).sum() / better.sum())


# %% right: wins and ties counted, torch
def pair_accuracy(scores, truth):
    s, t = torch.from_numpy(scores), torch.from_numpy(truth)
    i, j = torch.combinations(torch.arange(s.shape[1]), 2).T
    product = (s[:, i] - s[:, j]).sign() * (t[:, i] - t[:, j]).sign()
    counted = t[:, i] != t[:, j]
    n = int(counted.sum())
    if n < 1:
        raise ValueError(f"{n} pairs")
    wins, ties = (product == 1).sum(), (counted & (product == 0)).sum()
    return (wins.item() + ties.item() / 2) / n


# %% wrong: tied scores count 0  says: where the scores are equal, the pair counts ½, not 0.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (said * true > 0)[ordered].mean()


# %% wrong: tied scores count 1  says: where the scores are equal, the pair counts ½, not 1: a model that says the same of everything would be perfect.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (said * true >= 0)[ordered].mean()


# %% wrong: tied scores left out  says: pairs with equal *scores* are not left out; they count ½. Left out are those with equal truth.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = (true != 0) & (said != 0)
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2)[ordered].mean()


# %% wrong: pairs without an order count half  says: pairs that are equal in truth are left out; here they count ½.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2).mean()


# %% wrong: pairs without an order count as wrong  says: pairs that are equal in truth are left out; here they count as wrong.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (((1 + said * true) / 2) * ordered).mean()


# %% wrong: pairs without an order: tie against tie  says: pairs that are equal in truth are left out, also where the scores are equal, too.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return np.where(ordered, (1 + said * true) / 2, said == 0).mean()


# %% wrong: mean over the prompts  says: each pair counts the same; here each *prompt* does.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    right = ((1 + said * true) / 2 * ordered).sum(1)
    some = ordered.any(1)
    return (right[some] / ordered.sum(1)[some]).mean()


# %% wrong: pairs across prompts  says: only answers to the same prompt are compared; rewards of different prompts say nothing.
def pair_accuracy(scores, truth):
    scores, truth = scores.reshape(1, -1), truth.reshape(1, -1)
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2)[ordered].mean()


# %% wrong: correlation  says: this is Kendall's correlation, from −1 to 1; the share of right pairs is asked.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (said * true)[ordered].mean()


# %% wrong: the best answer alone  says: all pairs count; this only asks whether the best answer was found.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (scores.argmax(1) == truth.argmax(1)).mean()


# %% wrong: neighbours  says: all pairs of a prompt count, not only neighbours.
def pair_accuracy(scores, truth):
    a = np.arange(scores.shape[1] - 1)
    b = a + 1
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2)[ordered].mean()


# %% wrong: the other way round  says: this is the share of *wrong* pairs.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 - said * true) / 2)[ordered].mean()


# %% wrong: places compared  says: this asks whether each answer has the right place; pairs are asked.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return (scores.argsort(1).argsort(1) == truth.argsort(1).argsort(1)).mean()


# %% wrong: sum  says: the share of the pairs is asked, not their number.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        raise ValueError("expected a pair of answers that differ in truth, got none")
    return ((1 + said * true) / 2)[ordered].sum()


# %% wrong: nothing to compare  says: accepted bad input
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    said = np.sign(scores[:, a] - scores[:, b])
    true = np.sign(truth[:, a] - truth[:, b])
    ordered = true != 0
    if not ordered.any():
        return 0.5
    return ((1 + said * true) / 2)[ordered].mean()


# %% wrong: equal signs, over all pairs  says: pairs that are equal in truth are left out, and a tie of the scores counts ½.
def pair_accuracy(scores, truth):
    a, b = np.triu_indices(scores.shape[1], 1)
    s, t = np.sign(scores[:, a] - scores[:, b]), np.sign(truth[:, a] - truth[:, b])
    if not t.any():
        raise ValueError("nothing to compare")
    return (s == t).mean()
