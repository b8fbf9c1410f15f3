# %% right: whole arrays
def kneser_ney(counts, D):
    if not 0 <= D <= 1:
        raise ValueError(f"expected a discount from 0 to 1, got {D}")
    if counts.sum() == 0:
        raise ValueError("no bigram at all")
    seen = counts > 0
    continuation = seen.sum(axis=0) / seen.sum()
    total = counts.sum(axis=1, keepdims=True)
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * continuation
    return continuation, np.where(total > 0, p, continuation)


# %% right: plain loops
def kneser_ney(counts, D):
    if D < 0 or D > 1:
        raise ValueError("D = %s" % D)
    table = counts.tolist()
    V = len(table)
    before = [sum(table[v][w] > 0 for v in range(V)) for w in range(V)]
    types = sum(before)
    if types == 0:
        raise ValueError("expected at least one bigram, got none")
    cont = [b / types for b in before]
    rows = []
    for row in table:
        N = sum(row)
        if N == 0:
            rows.append(cont)
            continue
        lam = D * len([c for c in row if c > 0]) / N
        rows.append([max(c - D, 0) / N + lam * q for c, q in zip(row, cont)])
    return np.array(cont), np.array(rows)


# %% right: torch
def kneser_ney(counts, D):
    import torch

    if D > 1 or D < 0:
        raise ValueError(f"discount {D}")
    c = torch.as_tensor(counts.astype(float))
    if not c.any():
        raise ValueError("all counts are zero")
    ones = (c != 0).double()
    cont = ones.sum(0) / ones.sum()
    p = torch.zeros_like(c)
    for v in range(len(c)):
        if c[v].sum() == 0:
            p[v] = cont
        else:
            p[v] = ((c[v] - D).clamp(min=0) + D * ones[v].sum() * cont) / c[v].sum()
    return cont.numpy(), p.numpy()


# %% right: the mass taken away is given back
def kneser_ney(counts, D):
    if not (D >= 0 and D <= 1):
        raise ValueError(f"D must lie in [0, 1]: {D}")
    if (counts == 0).all():
        raise ValueError("nothing counted")
    cont = np.count_nonzero(counts, axis=0) / np.count_nonzero(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(counts >= 1, counts - D, 0.0) / counts.sum(axis=1)[:, None]
    kept[counts.sum(axis=1) == 0] = 0.0
    return cont, kept + np.outer(1 - kept.sum(axis=1), cont)


# %% right: division warnings left alone, nan_to_num avoided
def kneser_ney(counts, D):
    if not 0.0 <= D <= 1.0 or counts.max() < 1:
        raise ValueError(f"got D = {D}, {counts.sum()} bigrams")
    binary = np.sign(counts)
    cont = np.einsum("vw->w", binary) / np.einsum("vw->", binary)
    n = np.einsum("vw->v", counts)
    lam = D * np.einsum("vw->v", binary) / n
    p = (counts - D * binary) / n[:, None] + lam[:, None] * cont[None, :]
    p[n == 0] = cont
    return cont, p


# %% right: np.divide with where
def kneser_ney(counts, D):
    if D < 0 or D > 1:
        raise ValueError("discount out of range: " + str(D))
    if not np.any(counts):
        raise ValueError("no counts")
    b = (counts > 0).astype(float)
    pc = b.sum(0) / b.sum()
    n = counts.sum(1, keepdims=True).astype(float)
    first = np.divide(np.maximum(counts - D, 0), n, out=np.zeros(counts.shape), where=n > 0)
    lam = np.divide(D * b.sum(1, keepdims=True), n, out=np.ones_like(n), where=n > 0)
    return pc, first + lam * pc


# %% wrong: row sums without keepdims  says: belong to row v
def kneser_ney(counts, D):
    if D < 0 or D > 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D} and {counts.sum()} bigrams")
    seen = counts > 0
    continuation = seen.sum(axis=0) / seen.sum()
    total = np.maximum(counts.sum(axis=1), 1)
    weight = D * seen.sum(axis=1) / total
    P = np.maximum(counts - D, 0) / total + weight * continuation
    return continuation, np.where(counts.any(axis=1)[:, None], P, continuation)


# %% wrong: row sums without keepdims in the first part only  says: belong to row v
def kneser_ney(counts, D):
    if D < 0 or D > 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D} and {counts.sum()} bigrams")
    seen = counts > 0
    continuation = seen.sum(axis=0) / seen.sum()
    total = np.maximum(counts.sum(axis=1), 1)
    weight = (D * seen.sum(axis=1) / total)[:, None]
    P = np.maximum(counts - D, 0) / total + weight * continuation
    return continuation, np.where(counts.any(axis=1)[:, None], P, continuation)


# %% wrong: the discounted counts and D times the continuation, not divided  says: both parts are divided
def kneser_ney(counts, D):
    if D < 0 or D > 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D} and {counts.sum()} bigrams")
    seen = counts > 0
    continuation = seen.sum(axis=0) / seen.sum()
    P = np.maximum(counts - D, 0) + D * continuation
    return continuation, np.where(counts.any(axis=1)[:, None], P, continuation)


# %% wrong: the discounted counts and D times the continuation, normalised  says: the factor N₁₊(v·)
def kneser_ney(counts, D):
    if D < 0 or D > 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D} and {counts.sum()} bigrams")
    seen = counts > 0
    continuation = seen.sum(axis=0) / seen.sum()
    P = np.maximum(counts - D, 0) + D * continuation
    P = P / P.sum(axis=1, keepdims=True)
    return continuation, np.where(counts.any(axis=1)[:, None], P, continuation)


# %% wrong: how often, not after how many words  says: how *often* the word occurs
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = counts.sum(axis=0) / counts.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: words that follow instead of words before  says: how many different words *follow*
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=1) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: continuation share of the vocabulary  says: divide by the number of different bigrams
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / len(counts)
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: continuation over all bigram tokens  says: divide by the number of different bigrams
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / counts.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: uniform continuation  says: every word alike
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = np.full(len(counts), 1 / len(counts))
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: continuation counts not normalised  says: these are the numbers of words before
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0).astype(float)
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the discount below zero  says: never below 0
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = (counts - D) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: not discounted  says: the discount was not subtracted
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = counts / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: discounted after the division  says: the discount belongs to the count
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts / safe - D, 0) + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight is the discount alone  says: D · N₁₊(v·) / c(v·)
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight is D over the total  says: D · N₁₊(v·) / c(v·)
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the discount missing in the weight  says: D is missing in the weight
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight counts tokens, not types  says: the different words after v
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * total / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight counts the whole vocabulary  says: different words after v
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * len(counts) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight counts words before v  says: different words after v
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=0)[:, None] / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: a weight for each word that comes  says: belongs to the word before
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1) / np.maximum(counts.sum(axis=1), 1) * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: backs off only for unseen words (no interpolation)  says: interpolated
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    rest = D * seen.sum(axis=1, keepdims=True) / safe * cont
    p = np.where(seen, (counts - D) / safe, rest)
    return cont, np.where(total > 0, p, cont)


# %% wrong: rest shared out uniformly (absolute discounting)  says: absolute discounting
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe / len(counts)
    return cont, np.where(total > 0, p, cont)


# %% wrong: rest shared out by frequency (absolute discounting)  says: absolute discounting
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    unigram = counts.sum(axis=0) / counts.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * unigram
    return cont, np.where(total > 0, p, cont)


# %% wrong: divided by the column's total  says: c(v·) is the sum of row v
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(counts.sum(axis=0), 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the table transposed  says: transposed
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont).T


# %% wrong: a fixed discount of 0.75  says: the discount is an argument
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    D = 0.75
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: a row without counts is NaN  says: 0/0
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    return cont, np.maximum(counts - D, 0) / total + D * seen.sum(axis=1, keepdims=True) / total * cont


# %% wrong: a row without counts is all zeros  says: gets the continuation probabilities
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    return cont, np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont


# %% wrong: a row without counts is uniform  says: gets the continuation probabilities
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, 1 / len(counts))


# %% wrong: any discount goes  says: accepted bad input
def kneser_ney(counts, D):
    if counts.sum() == 0:
        raise ValueError("nothing counted")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the borders 0 and 1 are refused  says: stopped with ValueError
def kneser_ney(counts, D):
    if not 0 < D < 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: an empty table gives NaN  says: accepted bad input
def kneser_ney(counts, D):
    if not 0 <= D <= 1:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: empty rows filled in place  says: changed its input
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen = counts > 0
    empty = ~seen.any(axis=1)
    cont = seen.sum(axis=0) / seen.sum()
    types = seen.sum(axis=1, keepdims=True)
    counts[empty] = 1
    total = counts.sum(axis=1, keepdims=True)
    p = np.maximum(counts - D, 0) / total + D * types / total * cont
    p[empty] = cont
    return cont, p


# %% wrong: rows rescaled at the end  says: the discount was not subtracted
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    p = counts / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    p = np.where(total > 0, p, cont)
    return cont, p / p.sum(axis=1, keepdims=True)


# %% wrong: a uniform mixture added  says: very near, but not exact
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = (seen.sum(axis=0) + 1e-3) / (seen.sum() + 1e-3 * len(counts))
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: float32  says: float32
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = (seen.sum(axis=0) / seen.sum()).astype(np.float32)
    safe = np.maximum(total, 1)
    p = np.maximum(counts - D, 0) / safe + D * seen.sum(axis=1, keepdims=True) / safe * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: continuations that were seen once  says: every bigram that occurs counts
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = (counts == 1).sum(axis=0) / max(1, (counts == 1).sum())
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = np.maximum(counts - D, 0) / safe + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight 1 − D  says: λ(v) = D
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = 1 - D
    p = np.maximum(counts - D, 0) / safe + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the weight over all bigrams  says: λ(v) = D
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / seen.sum()
    p = np.maximum(counts - D, 0) / safe + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: divided by the discounted total  says: the sum of the counts before the discount
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = np.maximum(counts - D, 0) / np.maximum(np.maximum(counts - D, 0).sum(axis=1, keepdims=True), 1e-12) + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: divided by all counts  says: c(v·) is the sum of row v
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = np.maximum(counts - D, 0) / counts.sum() + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: the second part forgotten  says: the second part is missing
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = np.maximum(counts - D, 0) / safe
    return cont, np.where(total > 0, p, cont)


# %% wrong: a mixture with 1 − λ  says: not a mixture
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = (1 - lam) * counts / safe + lam * cont
    return cont, np.where(total > 0, p, cont)


# %% wrong: integer table  says: has dtype int64
def kneser_ney(counts, D):
    if not 0 <= D <= 1 or counts.sum() == 0:
        raise ValueError(f"got D = {D}")
    seen, total = counts > 0, counts.sum(axis=1, keepdims=True)
    cont = seen.sum(axis=0) / seen.sum()
    safe = np.maximum(total, 1)
    lam = D * seen.sum(axis=1, keepdims=True) / safe
    p = np.maximum(counts - D, 0) / safe + lam * cont
    return cont, np.where(total > 0, p, cont).astype(int)
