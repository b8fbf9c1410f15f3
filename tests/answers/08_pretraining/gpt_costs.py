# %% right: by formula
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% right: adding up the shapes
def gpt_costs(vocab, context, layers, width):
    for name, value in dict(vocab=vocab, context=context, layers=layers, width=width).items():
        if value <= 0:
            raise ValueError(f"{name} = {value}")
    block = [(width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)]
    shapes = block * layers + [(vocab, width)]
    parameters = sum(a * b for a, b in shapes) + width
    flops = sum(2 * a * b for a, b in shapes)
    for _ in range(layers):
        parameters += width + width
        flops += 2 * width * context + 2 * width * context
    cache = sum(4 * width for _ in range(layers) for _ in ("key", "value")) * context
    return parameters, flops + 2 * flops, cache


# %% right: counted on a torch model
def gpt_costs(vocab, context, layers, width):
    if min(vocab, context, layers, width) < 1:
        raise ValueError(f"got {[n for n in (vocab, context, layers, width) if n < 1]}")
    C = width
    with torch.device("meta"):
        block = [torch.nn.Linear(C, 3 * C, bias=False), torch.nn.Linear(C, C, bias=False),
                 torch.nn.Linear(C, 4 * C, bias=False), torch.nn.Linear(4 * C, C, bias=False),
                 torch.nn.LayerNorm(C, bias=False), torch.nn.LayerNorm(C, bias=False)]
    in_block = sum(p.numel() for m in block for p in m.parameters())
    products = sum(p.numel() for m in block for p in m.parameters() if p.dim() == 2)
    parameters = layers * in_block + vocab * C + C
    flops = 6 * (layers * products + vocab * C) + 12 * layers * C * context
    return parameters, flops, 8 * layers * context * C


# %% right: NumPy integers
def gpt_costs(vocab, context, layers, width):
    sizes = np.array([vocab, context, layers, width], dtype=np.int64)
    if (sizes < 1).any():
        raise ValueError(f"sizes {sizes[sizes < 1]} are too small")
    V, T, L, C = sizes
    params = L * (12 * C**2 + 2 * C) + V * C + C
    return params, 6 * (params - (2 * L + 1) * C) + 12 * L * T * C, np.prod([2, 4, L, T, C])


# %% wrong: embedding counted twice  says: the embedding and the output share one matrix: V·C counts once.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = 2 * V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: embedding forgotten  says: the embedding is missing: V·C.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: learned positions  says: positions are rotations here, they have no parameters: no T·C.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + T * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: norms forgotten  says: the norms are missing: two gains a block, and one at the end.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: last norm forgotten  says: the last norm is missing.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + 2 * L * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: one norm a block  says: each block has two norms.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: only the last norm  says: each block has two norms.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: norms with bias  says: the norms have a gain and no bias: C numbers each.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + 2 * (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: biases in the matrices  says: no matrix has a bias.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C + L * 9 * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: biases of the MLP  says: no matrix has a bias.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C + L * 5 * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: one matrix for q, k and v  says: the attention's first matrix is C × 3C: q, k and v.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 10 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: no output matrix  says: the attention has an output matrix as well, C × C.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 11 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: no attention matrices  says: 8·C² a block: either the attention's matrices are missing (3 + 1) or one of the MLP's (4 + 4).
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 8 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: no MLP  says: the MLP is missing: C × 4C and 4C × C.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 4 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: one layer  says: there are L blocks.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: 2 FLOPs a parameter  says: these are the FLOPs of the forward pass; training costs three times as much.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, forward, 2 * L * T * C * 4


# %% wrong: backward as expensive as forward  says: the backward pass costs twice the forward pass: 3 in all.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 2 * forward, 2 * L * T * C * 4


# %% wrong: backward alone, three times  says: the backward pass costs twice the forward pass: 3 in all.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 4 * forward, 2 * L * T * C * 4


# %% wrong: one FLOP an entry  says: a multiplication and an addition are two FLOPs.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward // 2, 2 * L * T * C * 4


# %% wrong: 6N  says: this is 6 times the parameters; the norms are no matrices, and the attention's scores are missing.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 6 * parameters, 2 * L * T * C * 4


# %% wrong: 6N and the scores  says: only matrices cost FLOPs here: the norms do not.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 6 * parameters + 12 * L * T * C, 2 * L * T * C * 4


# %% wrong: no scores  says: the scores and the weighted sum are missing: 4·C·T a block.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C)
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: scores without values  says: scores *and* the weighted sum of the values: 4·C·T a block.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 2 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: half of the scores  says: the half that the mask hides is counted as well: 4·C·T a block.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 2 * C * (T + 1)
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: scores of one block  says: every block has its scores: L times.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: scores squared  says: per *token* there are T scores, not T².
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: no output layer  says: the comparison with every token costs 2·V·C, though the matrix is shared.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * matrices + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: look-up counted  says: looking up an embedding costs nothing: V·C counts once, for the output.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + 2 * V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: per sequence  says: the FLOPs are per token, not for a whole context.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward * T, 2 * L * T * C * 4


# %% wrong: cache of keys only  says: half of what is asked: keys *and* values are kept, and a float32 has four bytes.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, L * T * C * 4


# %% wrong: cache of one block  says: every block has a cache of its own.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * T * C * 4


# %% wrong: cache of one position  says: the cache holds a key and a value for each of the T positions.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * C * 4


# %% wrong: numbers, not bytes  says: bytes are asked: a float32 has four.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C


# %% wrong: 2 bytes  says: half of what is asked: keys *and* values are kept, and a float32 has four bytes.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 2


# %% wrong: bits  says: bytes are asked: a float32 has four.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 32


# %% wrong: cache squared  says: the cache grows with T, not with T²: scores are not kept.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * T * 4


# %% wrong: queries cached too  says: queries are not kept: each is used once.
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 3 * L * T * C * 4


# %% wrong: in millions  says: is not right
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return round(parameters / 1e6, 2), 3 * forward, 2 * L * T * C * 4


# %% wrong: sizes of 0 accepted  says: accepted bad input
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: only negative sizes refused  says: accepted bad input
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 0:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * 12 * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4


# %% wrong: one MLP matrix  says: 8·C² a block: either the attention's matrices are missing (3 + 1) or one of the MLP's (4 + 4).
def gpt_costs(vocab, context, layers, width):
    V, T, L, C = vocab, context, layers, width
    for size in (V, T, L, C):
        if size < 1:
            raise ValueError(f"expected sizes from 1 up, got {size}")
    matrices = L * (3 + 1 + 4) * C * C  # 3 + 1 + 4 + 4
    parameters = V * C + matrices + (2 * L + 1) * C
    forward = 2 * (matrices + V * C) + L * 4 * C * T
    return parameters, 3 * forward, 2 * L * T * C * 4
