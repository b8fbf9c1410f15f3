# %% right: search backwards
def induction_score(attention, tokens):
    B, H, T = attention.shape[:3]
    total, chance, n = np.zeros(H), 0.0, 0
    for b in range(B):
        for t in range(T):
            r = t - 1
            while r >= 0 and tokens[b, r] != tokens[b, t]:
                r -= 1
            if r >= 0 and r != t - 1:
                total += attention[b, :, t, r + 1]
                chance += 1 / (t + 1)
                n += 1
    if n == 0:
        raise ValueError(f"no repetition in tokens of shape {tokens.shape}")
    before = np.zeros(H)
    for t in range(1, T):
        before += attention[:, :, t, t - 1].sum(axis=0)
    return total / n, before / (B * (T - 1)), chance / n


# %% right: masks
def induction_score(attention, tokens):
    B, H, T, _ = attention.shape
    same = (tokens[:, :, None] == tokens[:, None, :]) & np.tri(T, k=-1, dtype=bool)
    r = np.where(same, np.arange(T), -1).max(axis=2)  # (B, T)
    where = np.argwhere((r >= 0) & (r + 1 < np.arange(T)))
    if where.size == 0:
        raise ValueError("tokens " + str(tokens.shape))
    b, t = where.T
    picked = attention[b, :, t, r[b, t] + 1]
    T_ = np.arange(1, T)
    return picked.mean(axis=0), attention[:, :, T_, T_ - 1].mean(axis=(0, 2)), (1 / (t + 1)).mean()


# %% right: torch gather
def induction_score(attention, tokens):
    import torch

    A, x = torch.from_numpy(attention), torch.from_numpy(tokens)
    B, H, T, _ = A.shape
    t = torch.arange(T)
    same = (x[:, :, None] == x[:, None, :]) & (t[None, :] < t[:, None])
    r = torch.where(same, t, -1).amax(2)
    ok = (r >= 0) & (r < t - 1)
    if not ok.any():
        raise ValueError("nothing repeated: %s" % (tokens.shape,))
    target = (r + 1).clamp(max=T - 1)
    seen = A.gather(3, target[:, None, :, None].expand(B, H, T, 1))[..., 0]  # (B, H, T)
    weight = ok[:, None, :].double()
    induction = (seen * weight).sum((0, 2)) / weight.sum()
    previous = A.diagonal(-1, 2, 3).mean((0, 2))
    chance = ((1 / (t + 1).double()) * ok).sum() / ok.sum()
    return induction.numpy(), previous.numpy(), chance.item()


# %% wrong: looks at the earlier occurrence itself  says: an induction head looks at the token *after* the earlier occurrence, at r + 1.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: looks before the earlier occurrence  says: an induction head looks at the token *after* the earlier occurrence, not before it.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, max(r - 1, 0)])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: attention turned round  says: A[t, s] is the attention *from* t *to* s; this reads it the other way round.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, r + 1, t])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: first occurrence  says: the *last* earlier occurrence counts, not the first.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last.setdefault(int(tokens[b, t]), t)
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: occurrences of other sequences  says: every sequence starts with an empty memory: its positions are its own.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    last = {}
    for b in range(B):
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: the position itself counted  says: where a token follows itself at once, r + 1 is t itself: leave it out.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: mean over all positions  says: the mean goes over the pairs of P alone, not over all positions.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.sum(looks, axis=0) / (B * T), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: sum instead of mean  says: a mean is asked, not a sum.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.sum(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: one number for all heads  says: every head has a score of its own: shape (H,).
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: sequences count alike  says: all pairs of P count alike; this gives sequences with few pairs more weight.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places, means = [], [], []
    for b in range(B):
        last, start = {}, len(looks)
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
        if len(looks) > start:
            means.append(np.mean(looks[start:], axis=0))
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(means, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: the largest attention  says: the attention on one certain place is asked, not the largest.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t].max(axis=1))
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: hits instead of attention  says: the amount of attention is asked, not how often that place has the largest.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append((attention[b, :, t].argmax(axis=1) == r + 1).astype(float))
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: previous: attention to itself  says: the *previous* token stands at t − 1; this is the attention to the position itself.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=0, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: previous: turned round  says: A[t, t − 1] is below the diagonal; above it is the future, where attention is 0.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: previous: sum over the positions  says: `previous` is a mean over the T − 1 positions from 1 on.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).sum(axis=2).mean(axis=0)
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: previous: divided by T  says: there are T − 1 positions that have a previous token.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).sum(axis=2).mean(axis=0) / T
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: previous: first sequence only  says: `previous` is a mean over all sequences.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention[0], offset=-1, axis1=1, axis2=2).mean(axis=1)
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))


# %% wrong: chance: 1/t  says: position t may look at t + 1 positions, itself included.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / np.array(places))


# %% wrong: chance: 1/T  says: position t may look at t + 1 positions, not at all T.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, 1 / T


# %% wrong: chance: all positions  says: `chance` is a mean over the pairs of P alone.
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        raise ValueError(f"expected a token that comes back, got none in tokens {tokens.shape}")
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.arange(T) + 1))


# %% wrong: nothing comes back
def induction_score(attention, tokens):
    B, _, T, _ = attention.shape
    looks, places = [], []
    for b in range(B):
        last = {}
        for t in range(T):
            r = last.get(int(tokens[b, t]), t)
            if r + 1 < t:
                looks.append(attention[b, :, t, r + 1])
                places.append(t)
            last[int(tokens[b, t])] = t
    if not looks:
        return np.zeros(attention.shape[1]), np.zeros(attention.shape[1]), 0.0
    previous = np.diagonal(attention, offset=-1, axis1=2, axis2=3).mean(axis=(0, 2))
    return np.mean(looks, axis=0), previous, np.mean(1 / (np.array(places) + 1))
