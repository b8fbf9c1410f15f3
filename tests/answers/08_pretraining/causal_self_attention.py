# %% right: one matrix for all heads
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% right: einsum, a mask that is added
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads != 0:
        raise ValueError(f"{heads} heads do not divide {C} channels")
    w = w_qkv.reshape(C, 3, heads, C // heads)
    q, k, v = torch.einsum("btc,cnhd->nbhtd", x, w)
    mask = torch.full((T, T), float("-inf"), dtype=x.dtype).triu(1)
    weights = torch.softmax(torch.einsum("bhtd,bhsd->bhts", q, k) * (C // heads) ** -0.5 + mask, -1)
    y = torch.einsum("bhts,bhsd->bthd", weights, v).reshape(B, T, C)
    return torch.einsum("btc,cd->btd", y, w_out)


# %% right: torch's scaled_dot_product_attention
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    D, rest = divmod(C, heads)
    if rest:
        raise ValueError(f"C = {C}, heads = {heads}")
    q, k, v = (x @ w_qkv).view(B, T, 3, heads, D).permute(2, 0, 3, 1, 4)
    y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return y.permute(0, 2, 1, 3).flatten(2) @ w_out


# %% right: loops over batch, heads and positions
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C // heads * heads != C:
        raise ValueError(f"width {C} cannot be cut into {heads}")
    D = C // heads
    rows = []
    for b in range(B):
        q, k, v = x[b] @ w_qkv[:, :C], x[b] @ w_qkv[:, C : 2 * C], x[b] @ w_qkv[:, 2 * C :]
        for t in range(T):
            parts = []
            for h in range(heads):
                c = slice(h * D, (h + 1) * D)
                s = k[: t + 1, c] @ q[t, c] / D**0.5
                e = torch.exp(s - s.max())
                parts.append((e / e.sum()) @ v[: t + 1, c])
            rows.append(torch.cat(parts) @ w_out)
    return torch.stack(rows).reshape(B, T, C)


# %% right: one head after the other, its part of W_out
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"got width {C} and heads {heads}")
    size = C // heads
    q, k, v = torch.tensor_split(torch.matmul(x, w_qkv), 3, dim=-1)
    keep = torch.tril(torch.ones(T, T)) > 0
    total = torch.zeros_like(x)
    for q_h, k_h, v_h, w_h in zip(*(p.split(size, -1) for p in (q, k, v)), w_out.split(size, 0)):
        scores = torch.bmm(q_h, k_h.mT) / size**0.5
        scores = torch.where(keep, scores, torch.tensor(-torch.inf, dtype=scores.dtype))
        weights = (scores - scores.logsumexp(-1, keepdim=True)).exp()
        total = total + weights @ v_h @ w_h
    return total


# %% right: a large negative number as mask
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"width {C}, heads {heads}")
    D = C // heads
    q, k, v = (x @ w_qkv).chunk(3, dim=-1)
    q, k, v = [z.reshape(B, T, heads, D).permute(0, 2, 1, 3).reshape(B * heads, T, D) for z in (q, k, v)]
    s = torch.baddbmm(torch.ones(T, T, dtype=x.dtype).triu(1) * -1e12, q / D**0.5, k.mT)
    return torch.bmm(s.softmax(-1), v).view(B, heads, T, D).transpose(1, 2).reshape(B, T, C).matmul(w_out)


# %% wrong: no division by √D  says: the division by √D is missing.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: divided by D  says: the scores are divided by √D, not by D.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / D
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: divided by √C  says: D is the size of *one* head: divide by √(C/H), not by √C.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(C)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: divided by C  says: D is the size of *one* head: divide by √(C/H), not by C.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / C
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: multiplied by √D  says: the scores are divided by √D; this multiplies.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) * math.sqrt(D)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: divided by √T  says: the scores are divided by √D; T plays no part.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: divided by √H  says: the scores are divided by √D, D the size of a head, not by the root of their number.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(heads)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: both q and k divided  says: the scores are divided by √D, not by D.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = (q / math.sqrt(D)) @ (k / math.sqrt(D)).transpose(2, 3)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: no mask  says: there is no mask: every position sees the future.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask after the softmax  says: the mask came after the softmax, so the weights of a row no longer add up to 1.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.softmax(dim=3).masked_fill(future, 0.0)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask multiplied before the softmax  says: hidden scores became 0, and exp(0) = 1: put −∞ there.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, 0.0).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask of −1  says: hidden scores need −∞; a small negative number still lets the future through.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = (scores - future.double()).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask of −10  says: hidden scores need −∞; a small negative number still lets the future through.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -10.0).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask one place too loose  says: the mask is off by one: position t sees position t + 1.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(2)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask one place too tight  says: the mask is off by one: a position sees itself.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(0)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: too tight, NaN made 0  says: the mask is off by one: a position sees itself.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(0)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3).nan_to_num()
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: the past hidden  says: the mask hides the past and shows the future; it is the other way round.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).tril(-1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: softmax over the queries  says: the softmax runs over the wrong axis: each query's weights add up to 1 (the last axis).
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=2)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: softmax over the heads  says: the softmax runs over the heads; it belongs over s, the last axis.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1).nan_to_num()
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: softmax over the batch  says: the softmax runs over the batch; it belongs over s, the last axis.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=0).nan_to_num()
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: softmax over everything  says: the softmax runs over all scores at once; each row has its own.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).flatten(2).softmax(dim=2).view_as(scores)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: no softmax  says: the softmax is missing.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, 0.0)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: sum without exp  says: the weights are exp(score) over its sum, not score over its sum.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, 0.0)
    weights = weights / weights.sum(dim=3, keepdim=True)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: sigmoid  says: the weights come from a softmax, not from sigmoids.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.sigmoid().masked_fill(future, 0.0)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: heads by a wrong view  says: the heads were mixed up: first `.view(B, T, H, D)`, then `.transpose(1, 2)`.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.reshape(B, heads, T, D) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: wrong view, there and back  says: the heads were mixed up: first `.view(B, T, H, D)`, then `.transpose(1, 2)`.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.reshape(B, heads, T, D) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).reshape(B, T, C)
    return y @ w_out


# %% wrong: not transposed back  says: the heads were mixed up on the way back: transpose to (B, T, H, D) before the reshape.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).reshape(B, T, C)
    return y @ w_out


# %% wrong: transposed back too far  says: the heads were mixed up on the way back: transpose to (B, T, H, D) before the reshape.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 3).reshape(B, T, C)
    return y @ w_out


# %% wrong: heads interleaved  says: a head has D *neighbouring* columns: `.view(B, T, H, D)`, not (B, T, D, H).
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, D, heads).permute(0, 3, 1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: interleaved there and back  says: a head has D *neighbouring* columns: `.view(B, T, H, D)`, not (B, T, D, H).
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, D, heads).permute(0, 3, 1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).permute(0, 2, 3, 1).reshape(B, T, C)
    return y @ w_out


# %% wrong: q, k, v of each head side by side  says: the columns of W_qkv are [Q | K | V], C of each; here every head has its own q, k, v in a row.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (x @ w_qkv).view(B, T, heads, 3 * D).transpose(1, 2).split(D, dim=3)
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: q, k, v taken in turns  says: the columns of W_qkv are [Q | K | V], C of each; this takes every third column.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (x @ w_qkv).view(B, T, heads, D, 3).permute(4, 0, 2, 1, 3)
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: attention over the heads  says: positions must look at positions; here the heads of one position look at each other.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"{C} {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    return (scores.softmax(dim=3) @ v).reshape(B, T, C) @ w_out


# %% wrong: one head whatever is asked  says: this is one head over all C columns; cut them into H heads.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    heads, D = 1, C
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: k and q exchanged  says: queries and keys are exchanged: scores[t, s] is q of t with k of s.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = k @ q.transpose(2, 3) / math.sqrt(D)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: v before k  says: the columns of W_qkv are in the order Q, K, V.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, v, k = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: v first  says: the columns of W_qkv are in the order Q, K, V.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    v, q, k = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: v, k, q  says: the columns of W_qkv are in the order Q, K, V.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    v, k, q = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: keys instead of values  says: the weights average the *values* V.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ k).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: x instead of values  says: the weights average the *values* V, not the inputs.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ x.view(B, T, heads, D).transpose(1, 2)).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: weights transposed  says: Y = weights · V: row t of the weights belongs to position t.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights.transpose(2, 3) @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: no output projection  says: the product with W_out is missing.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y


# %% wrong: output projection transposed  says: the result is Y W_out, without a transpose (unlike `nn.Linear`).
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out.T


# %% wrong: input projection transposed  says: [Q | K | V] = X W_qkv; the rows of W_qkv belong to the inputs.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv.reshape(3 * C, C).T).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: residual added  says: the input is not added here; the block does that.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return x + y @ w_out


# %% wrong: keys normalised  says: queries and keys are used as they are, without a norm.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    q, k = F.normalize(q, dim=3), F.normalize(k, dim=3)
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: softmax by hand, overflows  says: exp of a large score overflows: subtract the largest of each row, or use `softmax`.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    e = scores.exp().masked_fill(future, 0.0)
    weights = e / e.sum(dim=3, keepdim=True)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: mask subtracts 1000  says: a large score can still win against the mask: hidden scores need −∞.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = (scores - 1000.0 * future).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: scores clamped  says: the scores were clamped; use them as they are.
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.clamp(-50, 50).masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: float32  says: has dtype float32
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return (y @ w_out).float()


# %% wrong: computed in float32  says: computed in float32
def causal_self_attention(x, w_qkv, w_out, heads):
    x, w_qkv, w_out = x.float(), w_qkv.float(), w_out.float()
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return (y @ w_out).double()


# %% wrong: heads that do not divide  says: that you raise yourself
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    D = C // heads
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3) / math.sqrt(D)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out


# %% wrong: heads that do not divide: columns dropped  says: accepted bad input
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    D = C // heads
    parts = []
    for h in range(heads):
        c = slice(h * D, (h + 1) * D)
        q, k, v = (p[..., c] for p in (x @ w_qkv).split(C, dim=2))
        s = (q @ k.mT / D**0.5).masked_fill(torch.ones(T, T).triu(1) > 0, -math.inf)
        parts.append(s.softmax(-1) @ v)
    y = torch.cat(parts, -1)
    return y @ w_out[: y.shape[-1]]


# %% wrong: in place  says: changed its input
def causal_self_attention(x, w_qkv, w_out, heads):
    B, T, C = x.shape
    if C % heads:
        raise ValueError(f"expected a number of heads that divides the width {C}, got {heads}")
    D = C // heads
    w_qkv[:, :C] /= math.sqrt(D)
    q, k, v = (p.view(B, T, heads, D).transpose(1, 2) for p in (x @ w_qkv).split(C, dim=2))
    scores = q @ k.transpose(2, 3)  # (B, H, T, T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=3)
    y = (weights @ v).transpose(1, 2).reshape(B, T, C)
    return y @ w_out
