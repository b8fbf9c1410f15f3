# %% right: a copy, changed in its rows
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% right: a change of the whole matrix
def merge_lora(weight, adapters, alpha, undo):
    for part, (a, b) in adapters.items():
        if part not in {"q", "k", "v"}:
            raise ValueError("unknown part " + part)
        if a.shape[0] != b.shape[1]:
            raise ValueError(f"ranks {a.shape[0]} and {b.shape[1]}")
    C, n_in = len(weight) // 3, weight.shape[1]
    parts = [
        adapters[p][1] @ adapters[p][0] * (alpha / len(adapters[p][0])) if p in adapters else np.zeros((C, n_in))
        for p in ("q", "k", "v")
    ]
    sign = -1.0 if undo else 1.0
    return weight + sign * np.concatenate(parts)


# %% right: split and joined
def merge_lora(weight, adapters, alpha, undo):
    parts = dict(zip("qkv", np.split(weight, 3)))
    scale = -alpha if undo else alpha
    for name in adapters:
        if name not in parts:
            raise ValueError(name)
        a, b = adapters[name]
        r = a.shape[0]
        if r != b.shape[-1]:
            raise ValueError(f"{r} != {b.shape[-1]}")
        parts[name] = parts[name] + scale * np.einsum("or,ri->oi", b, a) / r
    return np.vstack([parts["q"], parts["k"], parts["v"]])


# %% wrong: all rows changed  says: each adapter changes only the C rows of its own part.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = np.tile(alpha / r * b @ a, (3, 1))
        merged += -change if undo else change
    return merged


# %% wrong: k before q  says: the first C rows make q, the next C make k, the last C make v.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "kqv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: v first  says: the first C rows make q, the next C make k, the last C make v.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "vkq".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: in the order of the dict  says: the place of a part is that of its name, not that in the dict.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = list(adapters).index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: rows taken in turns  says: the rows of a part stand together, and are not dealt out in turns.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged["qkv".index(part) :: 3] += -change if undo else change
    return merged


# %% wrong: no scale  says: the scale α/r is missing.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: α alone  says: the scale is α/r, with r the rows of A.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: α/n_in  says: the scale is α/r, with r the rows of A.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / a.shape[1] * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: α/3C  says: the scale is α/r, with r the rows of A.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / len(weight) * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: α/√r  says: the scale is α/r; α/√r is another method, rsLoRA.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / math.sqrt(r) * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: r/α  says: the scale is α/r, not r/α.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = r / alpha * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: one rank for all  says: each adapter is scaled with its own rank; here all have that of the first.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / len(next(iter(adapters.values()))[0]) * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: scaled with the sum of ranks  says: each adapter is scaled with its own rank, not with the sum of all.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / sum(len(x) for x, _ in adapters.values()) * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: B A transposed  says: the change is B A, not its transpose.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * (b @ a).T
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: the part replaced  says: the change is *added* to the part; here the part is lost.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] = -change if undo else change
    return merged


# %% wrong: undo ignored  says: with `undo` the change is subtracted.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += change
    return merged


# %% wrong: undo the wrong way round  says: `undo` is the wrong way round: False adds, True subtracts.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += change if undo else -change
    return merged


# %% wrong: undo gives the matrix back unchanged  says: with `undo` the change is subtracted from the matrix that came.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += 0 if undo else change
    return merged


# %% wrong: undo subtracts twice  says: with `undo` the change is subtracted once.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -2 * change if undo else change
    return merged


# %% wrong: only the first adapter  says: all adapters are merged, not only the first.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
        return merged
    return merged


# %% wrong: only q and v  says: an adapter on k is merged, too.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += 0 if part == 'k' else -change if undo else change
    return merged


# %% wrong: the change alone  says: the whole matrix is asked, not the change alone.
def merge_lora(weight, adapters, alpha, undo):
    merged = np.zeros_like(weight)
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: a nonlinear adapter  says: LoRA has no nonlinearity: the change is the plain product B A.
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ np.maximum(a, 0)
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: in place  says: changed its input
def merge_lora(weight, adapters, alpha, undo):
    merged = weight
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: unknown parts left out  says: accepted bad input
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            continue
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: the smaller rank taken  says: accepted bad input
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = min(len(a), b.shape[1])
        a, b = a[:r], b[:, :r]
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: message without the ranks  says: it should name 3 and 5
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"ranks differ")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged


# %% wrong: float32  says: has dtype float32
def merge_lora(weight, adapters, alpha, undo):
    merged = weight.copy()
    C = len(weight) // 3
    for part, (a, b) in adapters.items():
        if part not in ("q", "k", "v"):
            raise ValueError(f"expected parts q, k and v, got {part}")
        r = len(a)
        if b.shape[1] != r:
            raise ValueError(f"expected B with {r} columns, as A has rows, got {b.shape[1]}")
        start = "qkv".index(part) * C
        change = alpha / r * b @ a
        merged[start : start + C] += -change if undo else change
    return merged.astype(np.float32)
