# %% right: chunks
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% right: slices, gates one by one
def lstm_cell(x, h, c, w_x, w_h, b):
    B, H = h.shape
    if tuple(c.shape) != (B, H):
        raise ValueError(f"h {tuple(h.shape)} but c {tuple(c.shape)}")
    def part(k):
        at = slice(k * H, (k + 1) * H)
        return torch.matmul(x, w_x[:, at]) + torch.matmul(h, w_h[:, at]) + b[at]
    write, keep, show = torch.sigmoid(part(0)), torch.sigmoid(part(1)), torch.sigmoid(part(3))
    memory = keep * c + write * torch.tanh(part(2))
    return show * torch.tanh(memory), memory


# %% right: one matrix for both
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape[0] != c.shape[0] or h.shape[1] != c.shape[1]:
        raise ValueError(f"{h.shape} {c.shape}")
    z = torch.cat([x, h], dim=1) @ torch.cat([w_x, w_h], dim=0)
    z = (z + b).view(len(h), 4, h.shape[1])
    i, f, o = torch.sigmoid(z[:, [0, 1, 3]]).unbind(1)
    c = f.mul(c).addcmul(i, z[:, 2].tanh())
    return o.mul(c.tanh()), c


# %% right: torch's own cell
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected {list(h.shape)}, got {list(c.shape)}")
    return torch.lstm_cell(x, (h, c), w_x.T.contiguous(), w_h.T.contiguous(), b, torch.zeros_like(b))


# %% right: tanh by way of sigmoid
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    i, f, g, o = torch.split(torch.addmm(b, x, w_x).addmm(h, w_h), h.shape[1], dim=1)
    g = 2 * torch.sigmoid(2 * g) - 1
    cell = torch.sigmoid(f) * c + torch.sigmoid(i) * g
    return torch.sigmoid(o) * (2 * torch.sigmoid(2 * cell) - 1), cell


# %% wrong: gradient cut  says: no gradient arrives at the old memory: c was detached, or changed in place.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c.detach() + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: gates in the order i, f, o, g  says: the four blocks are in another order: the contract says i, f, g, o.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, o, g = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: gates in the order f, i, o, g  says: the four blocks are in another order: the contract says i, f, g, o.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    f, i, o, g = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: input and forget gate swapped  says: i and f are exchanged: the blocks stand in the order i, f, g, o, and c′ = f ⊙ c + i ⊙ g.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    f, i, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: input and output gate swapped  says: the four blocks are in another order: the contract says i, f, g, o.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    o, f, g, i = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: gates interleaved  says: each gate is a block of H neighbouring columns, not every fourth column.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = (sums[:, k::4] for k in range(4))
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: sigmoid for the candidate  says: the candidate g goes through tanh: it must be able to write negative numbers.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.sigmoid()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: tanh for the gates  says: the gates go through σ: a gate is between 0 and 1.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.tanh(), f.tanh(), o.tanh()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: sigmoid and tanh swapped  says: σ and tanh are swapped: σ for the gates i, f, o and tanh for the candidate g.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.tanh(), f.tanh(), o.tanh()
    g = g.sigmoid()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: forget gate missing  says: the forget gate is missing: c′ = f ⊙ c + i ⊙ g.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: input gate missing  says: the input gate is missing: c′ = f ⊙ c + i ⊙ g.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: coupled gates  says: the forget gate has its own columns; it is not 1 − i.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = (1 - i) * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: forgetting instead of keeping  says: f is how much is *kept*: f ⊙ c, not (1 − f) ⊙ c.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = (1 - f) * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: gates on the wrong terms  says: i and f are exchanged: the blocks stand in the order i, f, g, o, and c′ = f ⊙ c + i ⊙ g.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = i * c + f * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: no tanh on the way out  says: the memory goes through tanh before the output gate: h′ = o ⊙ tanh(c′).
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new
    return h_new, c_new


# %% wrong: tanh around the product  says: tanh is around c′ alone: h′ = o ⊙ tanh(c′).
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = (o * c_new).tanh()
    return h_new, c_new


# %% wrong: sigmoid on the way out  says: the memory goes through tanh, not σ, before the output gate.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.sigmoid()
    return h_new, c_new


# %% wrong: old memory shown  says: h′ shows the *new* memory c′.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c.tanh()
    return h_new, c_new


# %% wrong: memory through tanh  says: c′ itself does not go through tanh: it may grow beyond 1.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = (f * c + i * g).tanh()
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: output gate missing  says: the output gate is missing: h′ = o ⊙ tanh(c′).
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = c_new.tanh()
    return h_new, c_new


# %% wrong: h forgotten  says: the term h W_h is missing.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: x forgotten  says: the term x W_x is missing.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: no bias  says: the bias b is missing.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: memory in place of h  says: the gates read h, not the memory c.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + c @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: simple recurrent cell  says: this is a simple recurrent cell; the gates and the memory are missing.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new, h_new = c, g
    return h_new, c_new


# %% wrong: added to the old h  says: h′ does not contain the old h: it is o ⊙ tanh(c′).
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = h + o * c_new.tanh()
    return h_new, c_new


# %% wrong: returned in the other order  says: what belongs here stands where
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return c_new, h_new


# %% wrong: h alone  says: expected a tuple (h_new, c_new
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new


# %% wrong: memory changed in place  says: in place
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = c.detach()
    c_new *= f
    c_new += i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: shapes not checked  says: the contract asks for a ValueError
def lstm_cell(x, h, c, w_x, w_h, b):
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = i.sigmoid(), f.sigmoid(), o.sigmoid()
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new


# %% wrong: exponentials that overflow  says: exp of a large number overflows, and ∞/∞ is NaN: use `sigmoid` and `tanh`.
def lstm_cell(x, h, c, w_x, w_h, b):
    if h.shape != c.shape:
        raise ValueError(f"expected c of shape {tuple(h.shape)}, got {tuple(c.shape)}")
    sums = x @ w_x + h @ w_h + b  # (B, 4H)
    i, f, g, o = sums.chunk(4, dim=1)
    i, f, o = (z.exp() / (1 + z.exp()) for z in (i, f, o))
    g = g.tanh()
    c_new = f * c + i * g
    h_new = o * c_new.tanh()
    return h_new, c_new
