# %% right: broadcast comparisons
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% right: loops
def attention_mask(kind, T, n=0, order=None):
    if kind not in ("bidirectional", "causal", "prefix", "content", "query"):
        raise ValueError(kind)
    if kind == "prefix" and (n < 0 or n > T):
        raise ValueError(f"n = {n}")
    if kind in ("content", "query") and (len(order) != T or set(order) != set(range(T))):
        raise ValueError("no order")
    mask = np.zeros((T, T), dtype=bool)
    for t in range(T):
        for s in range(T):
            if kind == "bidirectional":
                mask[t, s] = True
            elif kind == "causal":
                mask[t, s] = s <= t
            elif kind == "prefix":
                mask[t, s] = s < n or s <= t
            else:
                earlier = order.index(s) < order.index(t)
                mask[t, s] = earlier or (kind == "content" and s == t)
    return mask


# %% right: triangles
def attention_mask(kind, T, n=0, order=None):
    lower = np.tril(np.ones((T, T))) == 1
    if kind == "bidirectional":
        return np.full((T, T), True)
    elif kind == "causal":
        return lower
    elif kind == "prefix":
        if n not in range(T + 1):
            raise ValueError(f"a prefix of {n} places?")
        lower[:, :n] = True
        return lower
    elif kind in {"content", "query"}:
        z = np.array(order)
        if not np.array_equal(np.sort(z), np.arange(T)):
            raise ValueError(f"{order}")
        triangle = np.tril(np.ones((T, T), dtype=bool), 0 if kind == "content" else -1)
        mask = np.empty((T, T), dtype=bool)
        mask[np.ix_(z, z)] = triangle
        return mask
    raise ValueError("expected a kind of mask, got " + repr(kind))


# %% right: set by set
def attention_mask(kind, T, n=0, order=None):
    kinds = {"bidirectional": lambda t: range(T), "causal": lambda t: range(t + 1),
             "prefix": lambda t: range(max(n, t + 1)),
             "content": lambda t: order[: order.index(t) + 1],
             "query": lambda t: order[: order.index(t)]}
    if kind not in kinds:
        raise ValueError(f"got {kind!r}")
    if kind == "prefix" and not (n >= 0 and n <= T):
        raise ValueError(f"got {n}")
    if kind in ("content", "query") and sorted(order) != [*range(T)]:
        raise ValueError(f"got {order}")
    mask = np.zeros((T, T), dtype=np.bool_)
    for t in range(T):
        mask[t, list(kinds[kind](t))] = True
    return mask


# %% wrong: transposed  says: rows look, columns are looked at: this mask is transposed, so that places see what comes *later*.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return t <= s
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (t < n) | (t <= s)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[:, None] <= rank[None, :]
        return rank[:, None] < rank[None, :]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: True and False swapped  says: True means *may look*; here True is what is hidden.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.zeros((T, T), dtype=bool)
    if kind == "causal":
        return ~(s <= t)
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return ~((s < n) | (s <= t))
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return ~(rank[None, :] <= rank[:, None])
        return ~(rank[None, :] < rank[:, None])
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: causal without itself  says: a causal place sees itself too: s ≤ t.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s < t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: bidirectional without itself  says: a bidirectional place sees itself too.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return s != t
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: one place too far  says: the place after t must stay hidden: s ≤ t.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t + 1
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix that is only causal  says: all places see the whole prefix, also those inside it.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return s <= t
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix seen from behind only  says: all places see the whole prefix, also those inside it.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) & (t >= n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix one too long  says: the prefix is the places 0 … n − 1: s < n.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s <= n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix that sees everything  says: places of the prefix see the prefix, not what comes after it.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (t < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix and everything between  says: after the prefix the mask is causal: a place sees itself and the places between as well.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s == t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix alone  says: after the prefix the mask is causal; here only the prefix is seen.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) & (t >= 0)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: prefix and rest apart  says: places after the prefix see the prefix too.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) & (t < n) | (s >= n) & (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: order taken for the ranks  says: order says *which* place is read at each step; a place's rank is the step at which it is read (the inverse: `np.argsort(order)`).
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.array(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: places decide, not ranks  says: the *order of reading* decides who sees whom, not the places: compare ranks.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.arange(T)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: query sees itself  says: a place of the query stream must not see itself: it is about to be guessed.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] <= rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: content does not see itself  says: a place of the content stream sees itself too: r(s) ≤ r(t).
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] < rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: streams exchanged  says: a place of the query stream must not see itself: it is about to be guessed.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] < rank[:, None]
        return rank[None, :] <= rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: mask in the order of reading  says: row t is about *place* t, not about the step t: the rows and columns stay in the order of the text.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= t
        return rank[None, :] < t
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: rank and place both  says: only the order of reading decides; a place that is read earlier is seen also where it stands later in the text.
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return (rank[None, :] <= rank[:, None]) & (s <= t)
        return (rank[None, :] < rank[:, None]) & (s <= t)
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: numbers in place of bool  says: expected a NumPy array of bool
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return (s <= t).astype(float)
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: minus infinity in place of bool  says: expected a NumPy array of bool
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return np.where(s <= t, 0.0, -np.inf)
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: unknown kinds are bidirectional  says: the contract asks for a ValueError
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    return np.ones((T, T), dtype=bool)


# %% wrong: prefix not checked  says: the contract asks for a ValueError
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        if sorted(order) != list(range(T)):
            raise ValueError(f"expected an order of 0 … {T - 1}, got {order}")
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")


# %% wrong: order not checked  says: the contract asks for a ValueError
def attention_mask(kind, T, n=0, order=None):
    t, s = np.arange(T)[:, None], np.arange(T)[None, :]
    if kind == "bidirectional":
        return np.ones((T, T), dtype=bool)
    if kind == "causal":
        return s <= t
    if kind == "prefix":
        if not 0 <= n <= T:
            raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
        return (s < n) | (s <= t)
    if kind in ("content", "query"):
        rank = np.argsort(order)
        if kind == "content":
            return rank[None, :] <= rank[:, None]
        return rank[None, :] < rank[:, None]
    raise ValueError(f"unknown kind of mask: {kind}")
