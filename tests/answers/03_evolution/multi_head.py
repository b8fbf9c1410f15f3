# %% right: view and transpose
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% right: one head at a time
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    C = x.shape[2]
    D, rest = divmod(C, heads)
    if rest != 0:
        raise ValueError(f"{heads} heads, {C} columns")
    y = []
    for h in range(heads):
        at = slice(h * D, (h + 1) * D)
        q, k, v = x @ w_q[:, at], source @ w_k[:, at], source @ w_v[:, at]
        y.append(torch.softmax(q @ k.mT * D**-0.5, dim=-1) @ v)
    return torch.cat(y, dim=-1) @ w_o


# %% right: einsum
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    width = x.shape[-1]
    if width // heads * heads != width:
        raise ValueError(f"cannot share {width} among {heads}")
    d = width // heads
    q = torch.einsum("btc,chd->bthd", x, w_q.reshape(width, heads, d))
    k = torch.einsum("bsc,chd->bshd", source, w_k.reshape(width, heads, d))
    v = torch.einsum("bsc,chd->bshd", source, w_v.reshape(width, heads, d))
    a = torch.einsum("bthd,bshd->bhts", q, k).div(d**0.5).softmax(-1)
    return torch.einsum("bhts,bshd,hdc->btc", a, v, w_o.reshape(heads, d, width))


# %% right: torch's function
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    if x.shape[2] % heads != 0:
        raise ValueError(f"{x.shape[2]} / {heads}")
    split = lambda a: a.unflatten(2, (heads, -1)).transpose(1, 2)
    y = F.scaled_dot_product_attention(split(x @ w_q), split(source @ w_k), split(source @ w_v))
    return y.transpose(1, 2).flatten(2).matmul(w_o)


# %% right: heads in the batch
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.size()
    S = source.size(1)
    if C % heads > 0:
        raise ValueError(f"{C} is no multiple of {heads}")
    def cut(a, n):
        return a.reshape(B, n, heads, C // heads).permute(0, 2, 1, 3).reshape(B * heads, n, C // heads)
    q, k, v = cut(x @ w_q, T), cut(source @ w_k, S), cut(source @ w_v, S)
    scores = torch.bmm(q, k.transpose(1, 2)) / (C / heads) ** 0.5
    y = torch.bmm(F.softmax(scores, dim=2), v).reshape(B, heads, T, C // heads)
    return y.permute(0, 2, 1, 3).reshape(B, T, C) @ w_o


# %% wrong: heads by a view without a transpose  says: the heads were mixed up: first `.view(B, T, H, D)`, then `.transpose(1, 2)`.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).reshape(B, heads, T, D)  # (B, H, T, D)
    k = (source @ w_k).reshape(B, heads, -1, D)  # (B, H, S, D)
    v = (source @ w_v).reshape(B, heads, -1, D)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: heads by a view, and back by a view  says: the heads were mixed up: first `.view(B, T, H, D)`, then `.transpose(1, 2)`.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).reshape(B, heads, T, D)  # (B, H, T, D)
    k = (source @ w_k).reshape(B, heads, -1, D)  # (B, H, S, D)
    v = (source @ w_v).reshape(B, heads, -1, D)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).reshape(B, T, C)
    return y @ w_o


# %% wrong: not transposed back  says: the heads were mixed up on the way back: transpose to (B, T, H, D) before the reshape.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).reshape(B, T, C)
    return y @ w_o


# %% wrong: heads interleaved  says: a head has D *neighbouring* columns: `.view(B, T, H, D)`, not (B, T, D, H).
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, D, heads).permute(0, 3, 1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, D, heads).permute(0, 3, 1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, D, heads).permute(0, 3, 1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: heads interleaved, there and back  says: a head has D *neighbouring* columns: `.view(B, T, H, D)`, not (B, T, D, H).
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, D, heads).permute(0, 3, 1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, D, heads).permute(0, 3, 1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, D, heads).permute(0, 3, 1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).permute(0, 2, 3, 1).reshape(B, T, C)
    return y @ w_o


# %% wrong: attention among the heads  says: each head looks over the *places*: move the heads to the front before you multiply.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D)[:, torch.arange(T) % source.shape[1]]  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D)[:, torch.arange(T) % source.shape[1]]
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).reshape(B, T, C)
    return y @ w_o


# %% wrong: one head only  says: all C columns were used as one head; each head has a softmax of its own.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    heads = 1
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: no division by the root of D  says: the division by √D is missing.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: divided by the root of C  says: D is the size of *one* head: divide by √(C/H), not by √C.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(C)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: divided by D  says: the scores are divided by √D, not by D.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / D).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: divided by the root of H  says: D is the size of one head, C/H, not the number of heads.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(heads)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: no last matrix  says: the product with W_O is missing.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y


# %% wrong: last matrix transposed  says: the result is Y W_O, without a transpose.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o.T


# %% wrong: matrices transposed  says: Q = X W_Q: the matrices are used as they are, not transposed as in `nn.Linear`.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q.T).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k.T).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v.T).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o.T


# %% wrong: the source is not looked at  says: keys and values come from `source`: this looks only at x itself.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (x @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (x @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: values from x  says: keys *and* values come from `source`.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (F.pad(x, (0, 0, 0, max(0, source.shape[1] - T)))[:, : source.shape[1]] @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: roles exchanged  says: expected a NumPy array of shape
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = source.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (source @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (x @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (x @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: keys and values exchanged  says: W_K and W_V are exchanged.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: softmax over the queries  says: the softmax runs over the places that are looked at, the last axis.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=2)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: softmax over the heads  says: the softmax runs over the places that are looked at, not over the heads.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=1)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: no softmax  says: the softmax is missing.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D))  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: causal mask  says: there is no mask here: every query may look at every place.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).masked_fill(torch.ones(T, k.shape[2]).triu(1) > 0, -math.inf).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: heads averaged  says: the heads stand side by side; they are not averaged.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).mean(dim=1).repeat(1, 1, heads)
    return y @ w_o


# %% wrong: weights averaged over the heads  says: each head has weights of its own; they are not averaged.
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights.mean(dim=1, keepdim=True) @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o


# %% wrong: heads that do not divide accepted  says: the contract asks for a ValueError
def multi_head(x, source, w_q, w_k, w_v, w_o, heads):
    B, T, C = x.shape
    D = C // heads
    q = (x @ w_q).view(B, T, heads, D).transpose(1, 2)  # (B, H, T, D)
    k = (source @ w_k).view(B, -1, heads, D).transpose(1, 2)  # (B, H, S, D)
    v = (source @ w_v).view(B, -1, heads, D).transpose(1, 2)
    weights = (q @ k.transpose(2, 3) / math.sqrt(D)).softmax(dim=3)  # (B, H, T, S)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_o
