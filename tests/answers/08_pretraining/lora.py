# %% right: two small products
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% right: merge, then F.linear
def lora(x, weight, a, b, alpha):
    if a.shape[0] != b.shape[1]:
        raise ValueError(f"rank {a.shape[0]} of a, {b.shape[1]} of b")
    merged = torch.addmm(weight, b, a, alpha=alpha / a.shape[0])
    return F.linear(x, merged), merged


# %% right: einsum
def lora(x, weight, a, b, alpha):
    r, n_in = a.shape
    if r != b.size(-1):
        raise ValueError("ranks %d and %d" % (r, b.size(-1)))
    delta = torch.einsum("or,ri->oi", b, a) * (alpha / r)
    y = torch.einsum("ni,oi->no", x, weight) + torch.einsum("ni,oi->no", x, delta)
    return y, weight.clone().add_(delta)


# %% right: sum of outer products
def lora(x, weight, a, b, alpha):
    if len(a) != len(b.T):
        raise ValueError(f"{len(a)} != {len(b.T)}")
    merged = weight.clone()
    y = torch.mm(x, weight.t())
    for row, column in zip(a, b.unbind(1)):
        merged += alpha * torch.outer(column, row) / len(a)
        y = y + torch.outer(x @ row, column) * alpha / len(a)
    return y, merged


# %% wrong: no scale  says: the scale α/r is missing.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = 1.0
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α alone  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: 1/r  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = 1 / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: r/α  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = r / alpha
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α·r  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha * r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α/√r  says: the scale is α/r; α/√r is another method, rsLoRA.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / math.sqrt(r)
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α/n_in  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / a.shape[1]
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α/n_out  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / len(b)
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: α/√n_in  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / a.shape[1] ** 0.5
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: only the adapter  says: the frozen layer x Wᵀ is missing: the adapter is *added* to it.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: only the frozen layer  says: the adapter is missing in y.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T
    return y, weight + scale * b @ a


# %% wrong: scaled twice  says: the scale counts once; here it was used twice.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ (scale * b.T)  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: everything scaled  says: only the adapter is scaled, not x Wᵀ.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = scale * (x @ weight.T + (x @ a.T) @ b.T)  # the thin way: two small products
    return y, scale * (weight + b @ a)


# %% wrong: subtracted  says: the adapter is added, not subtracted.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T - scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight - scale * b @ a


# %% wrong: W not transposed  says: the layer is x Wᵀ, as in torch: W has the shape (n_out, n_in).
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: A and B in the wrong order  says: A comes first, then B: x Aᵀ Bᵀ.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ b) @ a  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: nonlinear adapter  says: LoRA has no nonlinearity between A and B; else it could not be merged.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T).relu() @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: merged: the update alone  says: the merged weight is W plus the update.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, scale * b @ a


# %% wrong: merged: W alone  says: the adapter is missing in the merged weight.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight.clone()


# %% wrong: merged without the scale  says: the scale α/r is missing.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + b @ a


# %% wrong: merged: scaled twice  says: the scale counts once; here it was used twice.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * scale * b @ a


# %% wrong: merged: α only  says: the scale is α/r, with r the number of rows of A.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + alpha * b @ a


# %% wrong: merged: BA transposed  says: the update of W is B A, not its transpose.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * (b @ a).T


# %% wrong: merged and transposed  says: the merged weight has the shape of W, (n_out, n_in): no transpose.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, (weight + scale * b @ a).T


# %% wrong: adapter added to both  says: in y the adapter counts once: it was applied to the merged weight again.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ (weight + scale * b @ a).T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: returned in the other order  says: return y, merged.
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return weight + scale * b @ a, y


# %% wrong: merged in place  says: changed its input
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    weight += scale * b @ a
    return y, weight


# %% wrong: merged first, in place  says: changed its input
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    weight.add_(scale * b @ a)
    y = x @ weight.T
    return y, weight


# %% wrong: y alone  says: expected a tuple (y, merged)
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y


# %% wrong: ranks not compared  says: that you raise yourself
def lora(x, weight, a, b, alpha):
    r = len(a)
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: the smaller rank taken  says: accepted bad input
def lora(x, weight, a, b, alpha):
    r = min(len(a), b.shape[1])
    a, b = a[:r], b[:, :r]
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y, weight + scale * b @ a


# %% wrong: float32  says: has dtype float32
def lora(x, weight, a, b, alpha):
    r = len(a)
    if b.shape[1] != r:
        raise ValueError(f"expected b with {r} columns, as many as a has rows, got {b.shape[1]}")
    scale = alpha / r
    y = x @ weight.T + scale * (x @ a.T) @ b.T  # the thin way: two small products
    return y.float(), weight + scale * b @ a
