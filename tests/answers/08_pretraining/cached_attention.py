# %% right: one mask with an offset
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% right: torch's attention with a mask of positions
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if tuple(keys.shape) != tuple(values.shape):
        raise ValueError(f"keys {tuple(keys.shape)}, values {tuple(values.shape)}")
    B, T, C = x.shape
    q, k, v = torch.einsum("btc,cnhd->nbhtd", x, w_qkv.reshape(C, 3, heads, C // heads))
    keys = torch.cat((keys, k), -2)
    values = torch.cat((values, v), -2)
    place = torch.arange(keys.shape[2])
    seen = place[None, :] <= place[-T:, None]
    y = F.scaled_dot_product_attention(q, keys, values, attn_mask=seen)
    return y.transpose(1, 2).flatten(2) @ w_out, keys, values


# %% right: one new position at a time
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"{keys.shape} against {values.shape}")
    B, T, C = x.shape
    D, outputs = C // heads, []
    for t in range(T):
        q, k, v = (x[:, t] @ w_qkv).view(B, 3, heads, 1, D).unbind(1)
        keys, values = torch.cat([keys, k], 2), torch.cat([values, v], 2)
        weights = torch.softmax((q * keys).sum(-1) / D**0.5, -1)
        outputs.append(torch.einsum("bhs,bhsd->bhd", weights, values).reshape(B, C) @ w_out)
    return torch.stack(outputs, 1), keys, values


# %% right: the whole square, last rows
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError("shapes " + str(tuple(keys.shape)) + " and " + str(tuple(values.shape)))
    B, T, C = x.shape
    D, S = C // heads, keys.size(2)
    def split(z):
        return z.reshape(B, T, heads, D).permute(0, 2, 1, 3)
    new_k, new_v = split(x @ w_qkv[:, C : 2 * C]), split(x @ w_qkv[:, 2 * C :])
    ks, vs = x.new_zeros(B, heads, S + T, D), x.new_zeros(B, heads, S + T, D)
    ks[:, :, :S], ks[:, :, S:], vs[:, :, :S], vs[:, :, S:] = keys, new_k, values, new_v
    mask = torch.full((S + T, S + T), -torch.inf, dtype=x.dtype).triu(1)[S:]
    att = (split(x @ w_qkv[:, :C]) @ ks.mT * D**-0.5 + mask).softmax(-1)
    return [(att @ vs).permute(0, 2, 1, 3).reshape(B, T, C) @ w_out, ks, vs]


# %% wrong: new ones in front  says: the new keys and values come *after* the old ones: oldest position first.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([k, keys], dim=2), torch.cat([v, values], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: new keys in front only  says: the new keys and values come *after* the old ones: oldest position first.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([k, keys], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: mask without offset  says: the mask forgets the S old positions: new position t sees positions 0 … S + t (`triu(S + 1)`).
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: is_causal  says: the mask forgets the S old positions: new position t sees positions 0 … S + t (`triu(S + 1)`).
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"{keys.shape} {values.shape}")
    B, T, C = x.shape
    q, k, v = ((x @ w_qkv).view(B, T, 3, heads, C // heads)).permute(2, 0, 3, 1, 4)
    keys, values = torch.cat([keys, k], 2), torch.cat([values, v], 2)
    y = F.scaled_dot_product_attention(q, keys, values, is_causal=True)
    return y.transpose(1, 2).reshape(B, T, C) @ w_out, keys, values


# %% wrong: no mask among the new  says: the new positions see each other's future: they need a mask among themselves.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.zeros(T, S + T, dtype=torch.bool)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: is_causal only without a cache  says: the new positions see each other's future: they need a mask among themselves.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(1) & (S == 0)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: mask too tight  says: the mask is off by one: a new position sees itself.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3).nan_to_num()
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: mask too loose  says: the mask is off by one: a position must not see the next one.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 2)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: sees the cache only  says: the new positions see themselves and each other too, not the cache alone.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    old_keys, old_values = keys[:, :, :S], values[:, :, :S]
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    weights = (q @ old_keys.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)
    y = (weights @ old_values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: sees the new ones only  says: the new queries look at the cache as well, not at the new keys alone.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"{keys.shape} {values.shape}")
    B, T, C = x.shape
    q, k, v = ((x @ w_qkv).view(B, T, 3, heads, C // heads)).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return y.transpose(1, 2).reshape(B, T, C) @ w_out, torch.cat([keys, k], 2), torch.cat([values, v], 2)


# %% wrong: only the new part returned  says: return the whole cache, old and new.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, k, v


# %% wrong: the old cache returned  says: the returned cache must hold the new positions too.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys[:, :, :S], values[:, :, :S]


# %% wrong: cache of one position dropped  says: nothing is dropped from the cache.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys[:, :, 1:], values[:, :, 1:]


# %% wrong: only the last new position kept  says: every new position goes into the cache.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, torch.cat([keys[:, :, :S], k[:, :, -1:]], 2), torch.cat([values[:, :, :S], v[:, :, -1:]], 2)


# %% wrong: only the first new position kept  says: every new position goes into the cache.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys[:, :, : S + 1], values[:, :, : S + 1]


# %% wrong: keys and values exchanged in the result  says: keys and values are exchanged: return y, keys, values.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, values, keys


# %% wrong: keys kept as values  says: the new *values* belong into the cache of values.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, k], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: queries kept as keys  says: the new *keys* belong into the cache of keys, not the queries.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, q], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: inputs kept  says: the cache holds keys and values, made with W_qkv, not the inputs.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    raw = x.view(B, T, heads, D).transpose(1, 2)
    keys, values = torch.cat([keys, raw], dim=2), torch.cat([values, raw], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: k and v in the wrong order  says: the columns of W_qkv are in the order Q, K, V.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, v, k = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: heads by a wrong view  says: the heads were mixed up: first `.view(B, T, H, D)`, then `.transpose(1, 2)`.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.reshape(B, heads, T, D) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: heads interleaved  says: a head has D *neighbouring* columns: `.view(B, T, H, D)`, not (B, T, D, H).
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, D, heads).permute(0, 3, 1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: not transposed back  says: the heads were mixed up on the way back: transpose to (B, T, H, D) before the reshape.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: no division by √D  says: the division by √D is missing.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: divided by √C  says: D is the size of *one* head: divide by √(C/H), not by √C.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(C)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: divided by the length  says: the scores are divided by √D; the length plays no part.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(S + T)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: no output projection  says: the product with W_out is missing.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C)
    return y, keys, values


# %% wrong: output projection transposed  says: the result is Y W_out, without a transpose.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out.T
    return y, keys, values


# %% wrong: softmax over the queries  says: the softmax runs over the keys, the last axis.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=2)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: mask after the softmax  says: the mask came after the softmax, so the weights of a row no longer add up to 1.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.softmax(dim=3).masked_fill(future, 0.0)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: only the last output  says: one output for each new position is asked, not the last alone.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y[:, -1:], keys, values


# %% wrong: old positions counted as empty  says: the cached keys are used as they are; only new positions go through W_qkv.
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    old = keys.transpose(1, 2).reshape(B, S, C) @ w_qkv[:, C : 2 * C]
    old = old.view(B, S, heads, D).transpose(1, 2)
    keys, values = torch.cat([old, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: appended along the heads  says: stopped with
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=1), torch.cat([values, v], dim=1)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: newest cache entry overwritten  says: changed its input
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys[:, :, -T:], values[:, :, -T:] = k, v
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: output alone  says: expected a tuple (y, keys, values)
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y


# %% wrong: different shapes accepted  says: the contract asks for a ValueError
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)  # (B, H, T, S + T)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(S + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values


# %% wrong: mask moved by T instead of S  says: the mask is moved by T, the number of the new positions; it is S, that of the old ones (`triu(S + 1)`).
def cached_attention(x, w_qkv, w_out, heads, keys, values):
    if keys.shape != values.shape:
        raise ValueError(f"expected values of shape {tuple(keys.shape)}, got {tuple(values.shape)}")
    B, T, C = x.shape
    S, D = keys.shape[2], C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    keys, values = torch.cat([keys, k], dim=2), torch.cat([values, v], dim=2)
    scores = q @ keys.transpose(2, 3) / math.sqrt(D)
    future = torch.ones(T, S + T, dtype=torch.bool).triu(T + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ values).transpose(1, 2).reshape(B, T, C) @ w_out
    return y, keys, values
