# %% right: concatenate, triu
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% right: one place at a time
def attend_with_memory(x, memory, w_q, w_k, w_v):
    if x.size(1) != memory.size(1):
        raise ValueError(f"widths {x.size(1)} and {memory.size(1)}")
    old = memory.clone().detach()
    rows = []
    for t in range(len(x)):
        seen = torch.cat([old, x[: t + 1]], dim=0)
        a = torch.softmax((seen @ w_k) @ (x[t] @ w_q) / len(x[t]) ** 0.5, dim=0)
        rows.append(a @ (seen @ w_v))
    with torch.no_grad():
        new = torch.cat([memory, x])[len(x) :].clone()
    return torch.stack(rows), new


# %% right: two blocks of scores
def attend_with_memory(x, memory, w_q, w_k, w_v):
    T, C = x.shape
    M, width = memory.shape
    if width != C:
        raise ValueError(f"{C} != {width}")
    memory = memory.detach()
    q = x @ w_q / math.sqrt(C)
    past, now = q @ (memory @ w_k).T, q @ (x @ w_k).T
    now = now.where(torch.ones(T, T).tril() > 0, -1e300)
    a = torch.cat([past, now], dim=1).softmax(dim=1)
    y = a[:, :M] @ (memory @ w_v) + a[:, M:] @ (x @ w_v)
    return y, torch.cat((memory, x.detach()), 0)[T : T + M]


# %% right: torch's attention with comparisons of places
def attend_with_memory(x, memory, w_q, w_k, w_v):
    if x.shape[-1] != memory.shape[-1]:
        raise ValueError(f"X is {tuple(x.shape)}, memory {tuple(memory.shape)}")
    with torch.no_grad():
        constant = memory * 1.0
    z = torch.vstack([constant, x])
    M, T = len(memory), len(x)
    allowed = torch.arange(M + T)[None, :] <= torch.arange(M, M + T)[:, None]
    y = F.scaled_dot_product_attention((x @ w_q)[None], (z @ w_k)[None], (z @ w_v)[None], attn_mask=allowed[None])
    return y[0], z.detach()[T:]


# %% wrong: gradient flows into the memory  says: a gradient flows into the memory: it is a constant here (`detach`).
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory, x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: gradient of the weights cut too  says: only the memory's *vectors* are constants: W_K and W_V do get a gradient from its rows.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q = x @ w_q
    k = torch.cat([(memory @ w_k).detach(), x @ w_k])
    v = torch.cat([(memory @ w_v).detach(), x @ w_v])
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: gradient of the segment cut too  says: the segment itself must keep its gradient; only the memory is a constant.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory, x]).detach()  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: new memory with a gradient  says: the new memory still carries its gradient: it holds on to the whole segment, and the one before it (`detach`).
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:]
    return weights @ v, new_memory


# %% wrong: memory not looked at  says: the memory is not looked at: keys and values come from [memory ; X].
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: mask without the memory's columns  says: the mask does not count the memory: place t sits in column M + t of the scores (`triu(M + 1)`).
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: mask moved by T  says: the mask is moved by T, the length of the segment; it is M, that of the memory (`triu(M + 1)`).
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(T + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: mask one too far  says: place t must not see place t + 1: the mask is off by one.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 2)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: mask without itself  says: place t sees itself too: the mask is off by one.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: no mask  says: within the segment a place must not see later ones: the mask is missing.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: a sliding window  says: place t sees the *whole* memory, not only the last M places before it.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    future = future | torch.ones(T, M + T, dtype=torch.bool).tril(-1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: mask on the memory  says: the memory is all past: no part of it is hidden.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    future[:, :M] = torch.ones(T, M, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: memory asks too  says: expected a NumPy array of shape
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = z @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(M + T, M + T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: memory behind the segment  says: the memory comes *before* the segment: [memory ; X].
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([x, memory.detach()])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = torch.cat([memory, x])[-M:].detach()
    return weights @ v, new_memory


# %% wrong: memory enters as it is  says: the memory's vectors go through W_K and W_V like those of the segment.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, torch.cat([memory.detach(), x @ w_k]), torch.cat([memory.detach(), x @ w_v])
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: memory added to the input  says: the memory is looked at, place by place; it is not added to X.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    x = x + memory.detach().mean(dim=0)
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: new memory from the outputs  says: the memory keeps what this layer *read*, X, not what it computed, Y.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = torch.cat([memory, weights @ v])[-M:].detach()
    return weights @ v, new_memory


# %% wrong: new memory from the keys  says: the memory keeps X itself, not its keys.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = k[-M:].detach()
    return weights @ v, new_memory


# %% wrong: oldest rows kept  says: the new memory holds the *last* M rows.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[:M].detach()
    return weights @ v, new_memory


# %% wrong: memory never renewed  says: the new memory holds the *last* M rows.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = memory.detach().clone()
    return weights @ v, new_memory


# %% wrong: segment alone as memory  says: the memory keeps its length M: where the segment is shorter, old rows stay.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = x[-M:].detach()
    return weights @ v, new_memory


# %% wrong: memory grows  says: expected a NumPy array of shape
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z.detach()
    return weights @ v, new_memory


# %% wrong: newest first  says: oldest first: the rows of the new memory are in reverse order.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach().flip(0)
    return weights @ v, new_memory


# %% wrong: no division by the root of C  says: the division by √C is missing.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: softmax over the queries  says: the softmax runs over the places that are looked at, the last axis.
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=0).nan_to_num(0.0)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory


# %% wrong: output alone  says: expected a tuple
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    if memory.shape[1] != C:
        raise ValueError(f"expected a memory of width {C}, got {memory.shape[1]}")
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v


# %% wrong: widths not checked  says: the contract asks for a ValueError
def attend_with_memory(x, memory, w_q, w_k, w_v):
    (T, C), M = x.shape, memory.shape[0]
    memory = memory[:, :C]
    z = torch.cat([memory.detach(), x])  # (M + T, C)
    q, k, v = x @ w_q, z @ w_k, z @ w_v
    scores = q @ k.T / math.sqrt(C)  # (T, M + T)
    future = torch.ones(T, M + T, dtype=torch.bool).triu(M + 1)
    weights = scores.masked_fill(future, -math.inf).softmax(dim=1)
    new_memory = z[-M:].detach()
    return weights @ v, new_memory
