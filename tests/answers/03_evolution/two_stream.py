# %% right: mended
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% right: step by step in the order of reading
def two_stream(h, g, order, w_q, w_k, w_v):
    T, C = h.shape
    h_new, g_new = h.clone(), g.clone()
    for r, t in enumerate(order):
        for new, old, seen in ((g_new, g, order[:r]), (h_new, h, order[: r + 1])):
            if len(seen):
                scores = h[seen] @ w_k @ (old[t] @ w_q) / math.sqrt(C)
                new[t] = old[t] + torch.softmax(scores, dim=0) @ (h[seen] @ w_v)
    return h_new, g_new


# %% right: two masks, query stream first
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.zeros(len(order), dtype=torch.long)
    rank[order] = torch.arange(len(order))
    allowed = rank[None, :] <= rank[:, None]
    g = g + look(g @ w_q, h @ w_k, h @ w_v, allowed & ~torch.eye(len(order), dtype=torch.bool))
    h = h + look(h @ w_q, h @ w_k, h @ w_v, allowed)
    return h, g


# %% right: sorted, then sorted back
def two_stream(h, g, order, w_q, w_k, w_v):
    a, b = h[order], g[order]
    T = len(order)
    back = [order.index(t) for t in range(T)]
    lower = torch.ones(T, T).tril().bool()
    h_new = a + look(a @ w_q, a @ w_k, a @ w_v, lower)
    g_new = b + look(b @ w_q, a @ w_k, a @ w_v, lower.tril(-1))
    return h_new[back], g_new[back]


# %% wrong: nothing mended  says: the query stream
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order)
    allowed = rank[None, :] <= rank[:, None]
    h = h + look(h @ w_q, h @ w_k, h @ w_v, allowed)
    g = g + look(g @ w_q, h @ w_k, h @ w_v, allowed)
    return h, g


# %% wrong: only the mask of the query stream left  says: the query stream sees its own content: the word it has to guess. That is why the loss goes to 0.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    allowed = rank[None, :] <= rank[:, None]
    h_old = h
    h = h + look(h @ w_q, h @ w_k, h @ w_v, allowed)
    g = g + look(g @ w_q, h_old @ w_k, h_old @ w_v, allowed)
    return h, g


# %% wrong: order taken for the ranks  says: `order` says which place is read at each step; a place's rank is the step at which it is read, the inverse (`argsort`).
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order)
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: query stream sees itself  says: the query stream sees its own content: the word it has to guess. That is why the loss goes to 0.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: query stream reads the new contents  says: both streams read the contents that come *into* the layer; here the query stream reads the new ones.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    g_new = g + look(g @ w_q, h_new @ w_k, h_new @ w_v, earlier)
    return h_new, g_new


# %% wrong: content stream does not see itself  says: the content stream sees its own word too: r(s) ≤ r(t).
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier)
    return h_new, g_new


# %% wrong: streams exchanged  says: the content stream sees its own word too: r(s) ≤ r(t).
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    h_new = h + look(h @ w_q, k, v, earlier)
    return h_new, g_new


# %% wrong: query stream reads the queries  says: keys and values of both streams are made of the contents h.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, g @ w_k, g @ w_v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: query stream asks with the contents  says: the query stream asks with g, which does not know the word: asking with h gives it away.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(h @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: later places seen  says: places see those that are read *earlier*; here they see the later ones.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] > rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: places in place of ranks  says: the order of reading decides who sees whom; here the places themselves do.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.arange(len(order))
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: no residual  says: the layer *adds* to h and g; the old vectors are missing.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = look(g @ w_q, k, v, earlier)
    h_new = look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: queries start from the contents  says: g′ is g plus what was found; here h was added, which holds the word.
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = h + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return h_new, g_new


# %% wrong: returned in the other order  says: what belongs here stands where
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    return g_new, h_new


# %% wrong: contents changed in place  says: in place
def two_stream(h, g, order, w_q, w_k, w_v):
    rank = torch.tensor(order).argsort()
    earlier = rank[None, :] < rank[:, None]
    k, v = h @ w_k, h @ w_v
    g_new = g + look(g @ w_q, k, v, earlier)
    h_new = h + look(h @ w_q, k, v, earlier | torch.eye(len(h), dtype=torch.bool))
    h += h_new - h
    g += g_new - g
    return h, g
