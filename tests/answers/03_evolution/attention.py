# %% right: masked_fill and softmax
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% right: einsum and where
def attention(q, k, v, allowed):
    if tuple(allowed.shape) != (q.size(1), k.size(1)):
        raise ValueError(f"mask {list(allowed.shape)}, expected {[q.size(1), k.size(1)]}")
    s = torch.einsum("btd,bsd->bts", q, k) * q.shape[-1] ** -0.5
    s = torch.where(allowed, s, torch.tensor(-1e30, dtype=s.dtype))
    e = torch.exp(s - s.amax(dim=-1, keepdim=True)) * allowed
    a = e / e.sum(dim=-1, keepdim=True).clamp(min=1e-300)
    return torch.einsum("bts,bse->bte", a, v), a


# %% right: one query at a time
def attention(q, k, v, allowed):
    B, T, D = q.shape
    S = k.shape[1]
    if allowed.dim() != 2 or allowed.shape[0] != T or allowed.shape[1] != S:
        raise ValueError(f"expected {T} x {S}")
    rows = []
    for b in range(B):
        for t in range(T):
            at = torch.nonzero(allowed[t]).flatten()
            row = torch.zeros(S, dtype=q.dtype)
            if len(at):
                row = row.index_put((at,), torch.softmax(k[b, at] @ q[b, t] / D**0.5, dim=0))
            rows.append(row)
    A = torch.stack(rows).reshape(B, T, S)
    return torch.bmm(A, v), A


# %% right: an additive mask
def attention(q, k, v, allowed):
    if allowed.shape != q.shape[1:2] + k.shape[1:2]:
        raise ValueError(f"expected {q.shape[1], k.shape[1]}, got {tuple(allowed.shape)}")
    mask = torch.zeros(allowed.shape, dtype=q.dtype)
    mask[~allowed] = float("-inf")
    A = F.softmax((q / math.sqrt(q.shape[2])).bmm(k.mT) + mask, dim=-1)
    A = torch.where(allowed.any(dim=1)[None, :, None], A, 0.0)
    return A @ v, A


# %% wrong: softmax, mask, then normalised  says: 0 / 0: where large scores are hidden, the others are 0 after the softmax. The mask comes first.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    weights = (weights / weights.sum(dim=2, keepdim=True)).nan_to_num(0.0)
    return weights @ v, weights


# %% wrong: no division by the root of D  says: the division by √D is missing.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: divided by D  says: the scores are divided by √D, not by D.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / D  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: multiplied by the root of D  says: the scores are divided by √D, not multiplied with it.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) * math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: divided by the root of S  says: D is the length of a query, not the number of places: divide by √D.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(S)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: mask after the softmax  says: the mask came after the softmax, so the weights of a row no longer add up to 1.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: mask left out  says: the mask is not used: a hidden place was looked at.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    weights = scores.softmax(dim=2)
    return weights @ v, weights


# %% wrong: True and False swapped  says: True means *may look*; here the places that may be seen are hidden, and the others are seen.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: softmax over the queries  says: the softmax runs over the places that are looked at, the last axis, not over the queries.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=1).nan_to_num(0.0)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: softmax over the batch  says: the softmax runs over the places that are looked at, the last axis, not over the batch.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=0).nan_to_num(0.0)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: everything where nothing is allowed  says: a query that may look nowhere gets weights of 0, not equal ones.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -1e30)
    weights = scores.softmax(dim=2)
    return weights @ v, weights


# %% wrong: hidden scores set to 0  says: a hidden score of 0 is no mask, since exp(0) is 1: it needs −∞.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, 0.0)
    weights = scores.softmax(dim=2)
    return weights @ v, weights


# %% wrong: scores multiplied with the mask  says: a hidden score of 0 is no mask, since exp(0) is 1: it needs −∞.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores * allowed
    weights = scores.softmax(dim=2)
    return weights @ v, weights


# %% wrong: mask of minus nine thousand  says: a large score can still win against the mask: hidden scores need −∞.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -9000.0)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: NaN where nothing is allowed  says: a query that may look nowhere gets 0: the softmax of nothing but −∞ is NaN.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    return weights @ v, weights


# %% wrong: no softmax  says: the softmax is missing.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: softmax without shift  says: exp of a large score overflows: subtract the largest of each row, or use `softmax`.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.exp() / scores.exp().sum(dim=2, keepdim=True)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: keys in place of values  says: the weights mix the *values* V, not the keys.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ k, weights


# %% wrong: scores returned  says: A are the weights after the softmax, not the scores before it.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, scores


# %% wrong: weights before the mask  says: the mask came after the softmax, so the weights of a row no longer add up to 1.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: only the best place  says: attention mixes the values by their weights; it does not pick the best one.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    weights = F.one_hot(weights.argmax(dim=2), S).double().where(allowed, 0.0)
    return weights @ v, weights


# %% wrong: keys normalised  says: the score is the plain dot product over √D; nothing is divided by the lengths of q and k.
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = F.normalize(q, dim=2) @ F.normalize(k, dim=2).transpose(1, 2)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights


# %% wrong: returned in the other order  says: what belongs here stands where
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights, weights @ v


# %% wrong: outputs alone  says: expected a tuple (y, weights)
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    if allowed.shape != (T, S):
        raise ValueError(f"expected a mask of shape ({T}, {S}), got {tuple(allowed.shape)}")
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v


# %% wrong: shape not checked  says: the contract asks for a ValueError
def attention(q, k, v, allowed):
    T, S, D = q.shape[1], k.shape[1], k.shape[2]
    scores = q @ k.transpose(1, 2) / math.sqrt(D)  # (B, T, S)
    scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(dim=2)
    weights = weights.masked_fill(~allowed, 0.0)  # also where a whole row is NaN
    return weights @ v, weights
