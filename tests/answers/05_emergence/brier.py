# %% right: loops
def brier(probabilities, labels):
    N, C = probabilities.shape
    hits, score = 0, 0.0
    for n in range(N):
        row = probabilities[n]
        if abs(row.sum() - 1) > 1e-6:
            raise ValueError(f"row {n} adds up to {row.sum()}")
        best = 0
        for c in range(C):
            if row[c] > row[best]:
                best = c
            score += (row[c] - (1 if c == labels[n] else 0)) ** 2
        hits += best == labels[n]
    score /= N
    return hits / N, score, 1 - score / (1 - 1 / C)


# %% right: multiplied out
def brier(probabilities, labels):
    N, C = probabilities.shape
    sums = probabilities.sum(1)
    for n in range(N):
        if not 1 - 1e-6 <= sums[n] <= 1 + 1e-6:
            raise ValueError(f"question {n}")
    at = probabilities[np.arange(len(labels)), labels]
    score = np.mean(1 - 2 * at + np.einsum("nc,nc->n", probabilities, probabilities))
    return np.mean(np.argmax(probabilities, 1) == labels), score, (1 - 1 / C - score) / (1 - 1 / C)


# %% right: a copy with 1 taken away
def brier(probabilities, labels):
    wrong = np.abs(probabilities.sum(axis=-1) - 1) > 1e-6
    if wrong.any():
        raise ValueError("row " + str(int(wrong.argmax())))
    d = probabilities.copy()
    d[np.arange(len(labels)), labels] -= 1
    score = np.square(d).sum() / len(labels)
    C = d.shape[1]
    guess = np.array([list(row).index(max(row)) for row in probabilities])
    return (guess == labels).sum() / len(labels), score, 1 - score * C / (C - 1)


# %% right: torch
def brier(probabilities, labels):
    import torch
    from torch.nn import functional as F

    for n, row in enumerate(probabilities):
        if abs(float(row.sum()) - 1) > 1e-6:
            raise ValueError(f"the probabilities of question {n} do not add up to 1")
    C = probabilities.shape[1]
    p, y = torch.from_numpy(probabilities), torch.from_numpy(labels)
    score = (p - F.one_hot(y, C)).pow(2).sum(1).mean().item()
    return (p.argmax(1) == y).double().mean().item(), score, 1 - score / (1 - 1 / C)


# %% wrong: right class only  says: all classes count: what the wrong ones get is squared, too.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((1 - probabilities[np.arange(len(labels)), labels]) ** 2).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: mean over the classes  says: the squares of a question are *added up* over the classes; this takes their mean.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: sum over the questions  says: the score is a *mean* over the questions.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: absolute differences  says: the differences are squared.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = abs(probabilities - right).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: the root of it  says: no root: the score is the squared distance itself.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = np.sqrt(((probabilities - right) ** 2).sum(axis=1)).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: against the guess  says: compare with the *right* class, not with the class that the model prefers.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[probabilities.argmax(axis=1)]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: log loss  says: this is the cross-entropy; the Brier score squares differences of probabilities.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: square of the mean  says: square first, then take the mean; this squares the mean difference.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right).mean(axis=0) ** 2).sum()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: the probability of the right class  says: this is the mean probability of the right class, not a squared distance.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = probabilities[np.arange(len(labels)), labels].mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: last class on a tie  says: on a tie the *smallest* class is the guess.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (C - 1 - probabilities[:, ::-1].argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: soft accuracy  says: accuracy looks only at the class on top; this is the mean probability of the right one.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = probabilities[np.arange(len(labels)), labels].mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: more than a half  says: the largest probability need not be above a half.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities[np.arange(len(labels)), labels] > 0.5).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: number of right guesses  says: accuracy is a share, not a number.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).sum()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: error instead of accuracy  says: this is the share of wrong guesses.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) != labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: skill against 1/C  says: one who always says 1/C has the score 1 − 1/C, not 1/C.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 / C)


# %% wrong: skill as a quotient  says: the skill is 1 *minus* the quotient.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, score / (1 - 1 / C)


# %% wrong: skill against the worst  says: the skill compares with one who always says 1/C, not with the worst score, 2.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / 2


# %% wrong: skill without comparison  says: the skill compares with the score of one who always says 1/C.
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0]}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score


# %% wrong: rows not checked  says: accepted bad input
def brier(probabilities, labels):
    C = probabilities.shape[1]
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: a row counted from 1  says: it should name 3
def brier(probabilities, labels):
    C = probabilities.shape[1]
    bad = np.flatnonzero(abs(probabilities.sum(axis=1) - 1) > 1e-6)
    if len(bad):
        raise ValueError(f"expected rows that add up to 1, not so in row {bad[0] + 1}")
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)


# %% wrong: rows made to fit  says: accepted bad input
def brier(probabilities, labels):
    C = probabilities.shape[1]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    accuracy = (probabilities.argmax(axis=1) == labels).mean()
    right = np.eye(C)[labels]
    score = ((probabilities - right) ** 2).sum(axis=1).mean()
    return accuracy, score, 1 - score / (1 - 1 / C)
