# %% right: entropies
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% right: loops
def predict_losses(joint):
    for p in joint.flatten().tolist():
        if p < 0:
            raise ValueError(f"negative probability {p}")
    total = joint.sum()
    if not 1 - 1e-6 <= total <= 1 + 1e-6:
        raise ValueError(f"sum {total}")
    V = joint.shape[0]
    unigram = floor = 0.0
    for j in range(V):
        q = sum(joint[i, j] for i in range(V))
        if q > 0:
            unigram -= q * math.log(q)
    for i in range(V):
        row = sum(joint[i])
        for j in range(V):
            if joint[i, j] > 0:
                floor -= joint[i, j] * math.log(joint[i, j] / row)
    return np.log(V), unigram, floor


# %% right: scipy
def predict_losses(joint):
    from scipy.special import entr

    if (joint < 0).any():
        raise ValueError(f"got {joint[joint < 0][0]}")
    if not np.isclose(joint.sum(), 1, rtol=0, atol=1e-6):
        raise ValueError(f"the entries add up to {joint.sum()}")
    here, following = joint.sum(1), joint.sum(0)
    return math.log(joint.shape[0]), entr(following).sum(), entr(joint).sum() - entr(here).sum()


# %% right: weighted entropies of the rows
def predict_losses(joint):
    if np.any(joint < 0):
        raise ValueError("negative entry %r" % float(joint.min()))
    if abs(1 - joint.sum()) > 1e-6:
        raise ValueError("sum is %r" % float(joint.sum()))
    weight = joint.sum(axis=1)
    floor = 0.0
    for w, row in zip(weight, joint):
        if w > 0:
            p = (row / w)[row > 0]
            floor += w * -(p * np.log(p)).sum()
    q = joint.sum(axis=0)
    return np.log(len(q)), -(q[q > 0] * np.log(q[q > 0])).sum(), floor


# %% wrong: base 2  says: nats are asked: the natural logarithm.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start / math.log(2), unigram / math.log(2), floor / math.log(2)


# %% wrong: perplexities  says: losses are asked, not perplexities: leave out the exp.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return math.exp(start), math.exp(unigram), math.exp(floor)


# %% wrong: start: number of pairs  says: one word is predicted, out of V: log V.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(joint.size)
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: start: V  says: losses are asked, not perplexities: leave out the exp.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = float(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: start: 1/V  says: the loss of one word out of V equally likely ones is −log(1/V).
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = 1 / len(joint)
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: start: only words that occur  says: an untrained model gives V words the same probability, also those that never come.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(np.count_nonzero(joint.sum(axis=0)))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: start: no sign  says: the loss is −log(1/V) = log V, which is positive.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = -math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: words that come first  says: the *next* word is predicted: add up each column, over i.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=1))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: joint entropy  says: this is the entropy of the pair; one word is predicted.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint)
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: mean of both  says: the *next* word is predicted: add up each column, over i.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy((joint.sum(axis=0) + joint.sum(axis=1)) / 2)
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: cross-entropy with the first word  says: the best model knows how often each *next* word comes; this one uses the frequencies of the first word.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    here, after = joint.sum(axis=1), joint.sum(axis=0)
    ok = (after > 0) & (here > 0)
    unigram = -np.sum(after[ok] * np.log(here[ok]))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: most frequent word only  says: the loss is the expected −log p over all words, not that of the most frequent one.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = -math.log(joint.sum(axis=0).max())
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: log not weighted  says: each −log p is weighted with its p: a mean over the text, not over the words.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    q = joint.sum(axis=0)
    unigram = -np.mean(np.log(q[q > 0]))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: unigram: −log of the mean of p  says: the mean comes after the logarithm.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    q = joint.sum(axis=0)
    unigram = -math.log(np.sum(q * q))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: floor 0  says: no model can get to 0: the language itself is random.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = 0.0
    return start, unigram, floor


# %% wrong: floor: joint entropy  says: this is the entropy of the pair; word i is known, so subtract its entropy.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint)
    return start, unigram, floor


# %% wrong: floor: half of the joint entropy  says: this is half of the entropy of the pair; subtract the entropy of word i instead.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) / 2
    return start, unigram, floor


# %% wrong: floor: conditional the other way  says: word j is predicted from word i: divide by the sum of the *row*.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=0))
    return start, unigram, floor


# %% wrong: floor: mutual information  says: this is what looking at i gains, the mutual information, and not what is left.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint.sum(axis=0)) + entropy(joint.sum(axis=1)) - entropy(joint)
    return start, unigram, floor


# %% wrong: floor: rows with equal weight  says: rows count as often as their word i occurs, not all alike.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    rows = [row / row.sum() for row in joint if row.sum() > 0]
    floor = np.mean([entropy(row) for row in rows])
    return start, unigram, floor


# %% wrong: floor: sum of the rows' entropies  says: rows count as often as their word i occurs, not all alike.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    rows = [row / row.sum() for row in joint if row.sum() > 0]
    floor = np.sum([entropy(row) for row in rows])
    return start, unigram, floor


# %% wrong: floor: weighted by the next word  says: the entropy of row i is weighted with the probability of i, not with that of j.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = sum(w * entropy(row / row.sum()) for w, row in zip(joint.sum(axis=0), joint) if row.sum() > 0)
    return start, unigram, floor


# %% wrong: floor: rows not normalised  says: each row must be divided by its sum: p(j | i) = P[i, j] / P[i].
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = sum(row.sum() * entropy(row) for row in joint)
    return start, unigram, floor


# %% wrong: floor: the best guess  says: a model gives probabilities; this counts only the likeliest next word.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = -sum(row.sum() * math.log(row.max() / row.sum()) for row in joint if row.sum() > 0)
    return start, unigram, floor


# %% wrong: floor: share of errors  says: this is the share of wrong best guesses, not a loss in nats.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = 1 - joint.max(axis=1).sum()
    return start, unigram, floor


# %% wrong: sign  says: the sign is wrong
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: 0 log 0 is NaN  says: log of 0
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: small number added  says: a small number added
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        return -np.sum(p * np.log(p + 1e-4))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: floor before unigram  says: return start, unigram, floor.
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, floor, unigram


# %% wrong: negative entries accepted  says: accepted bad input
def predict_losses(joint):
    if abs(joint.sum() - 1) > 1e-6:
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: any sum accepted  says: accepted bad input
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: normalised instead of refused  says: accepted bad input
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    joint = joint / joint.sum()

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor


# %% wrong: rows must add up to 1  says: stopped with ValueError
def predict_losses(joint):
    if joint.min() < 0:
        raise ValueError(f"expected probabilities, got {joint.min()}")
    if np.any(abs(joint.sum(axis=1) - 1) > 1e-6):
        raise ValueError(f"expected probabilities that add up to 1, got {joint.sum()}")

    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))

    start = math.log(len(joint))
    unigram = entropy(joint.sum(axis=0))
    floor = entropy(joint) - entropy(joint.sum(axis=1))  # H(i, j) − H(i)
    return start, unigram, floor
