# %% right: whole arrays
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% right: row by row
def quantise(w, per_row, cap):
    if cap <= 0:
        raise ValueError(f"cap {cap}")
    groups = list(w) if per_row else [w]
    scales, codes = [], []
    for g in groups:
        m = min(float(np.max(np.abs(g))), cap)
        s = m / 127 if m else 1.0
        scales.append([s])
        codes.append(np.rint(np.clip(g, -127 * s, 127 * s) / s))
    q = np.array(codes).reshape(w.shape).astype(np.int8)
    s = np.array(scales)
    return q, s, q * s


# %% right: torch
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"{cap} is not above 0")
    t = torch.tensor(w)
    top = t.abs().amax(dim=1, keepdim=True) if per_row else t.abs().amax().reshape(1, 1)
    top = top.clamp(max=cap)
    s = torch.where(top == 0, torch.ones_like(top), top / 127)
    q = (t / s).round().clamp(-127, 127)
    return q.to(torch.int8).numpy(), s.numpy(), (q * s).numpy()


# %% right: plain numbers
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError("cap: " + str(cap))
    R, C = w.shape
    tops = [max(abs(x) for x in row) for row in w.tolist()]
    if not per_row:
        tops = [max(tops)] * R
    s = np.array([[min(t, cap) / 127 or 1.0] for t in tops])
    q = np.zeros((R, C), dtype=np.int8)
    for i in range(R):
        for j in range(C):
            q[i, j] = max(-127, min(127, round(w[i, j] / s[i, 0])))
    s = s if per_row else s[:1]
    return q, s, q.astype(np.float64) * s


# %% wrong: 128  says: the largest whole number is 127: int8 has no 128.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 128, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: 255  says: the largest whole number is 127; 255 would be without a sign.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 255, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: 256 levels  says: the scale is max |w| / 127, not the whole range divided by 255.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, 2 * top / 255, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: maximum without magnitude  says: the scale comes from max |w|: a weight of −9 is large.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.maximum(w.max(axis=1, keepdims=True) if per_row else w.max(keepdims=True), 0)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: magnitude of the maximum  says: the scale comes from max |w|: a weight of −9 is large.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w.max(axis=1, keepdims=True) if per_row else w.max(keepdims=True))
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: range from smallest to largest  says: the grid is symmetric around 0: the scale comes from max |w|, not from max − min.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = (np.ptp(w, axis=1, keepdims=True) if per_row else np.ptp(w, keepdims=True)) / 2
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: mean magnitude  says: the scale comes from the *largest* magnitude, not from the mean.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).mean(axis=1, keepdims=True) if per_row else np.abs(w).mean(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: always one scale  says: per_row = True: each row has a scale of its own.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if False else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: always a scale a row  says: per_row = False: one scale for the whole matrix, of shape (1, 1).
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if True else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: a scale for each column  says: a scale for each *row*, of shape (R, 1), not for each column.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=0, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: truncation  says: round to the *nearest* whole number: turning into int8 cuts off.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.trunc(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: rounded down  says: round to the *nearest* whole number, not down.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.floor(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: rounded up  says: round to the *nearest* whole number, not up.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.ceil(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: half added, then cut off  says: adding ½ and cutting off is wrong for negative numbers.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.trunc(w / s + 0.5)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: no clamp  says: above the cap, q stops at ±127; clamp *before* turning into int8, where what does not fit comes out as something else.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = q.astype(np.int64).astype(np.int8)
    return q, s, s * q


# %% wrong: clamped too late  says: above the cap, q stops at ±127; clamp *before* turning into int8, where what does not fit comes out as something else.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q.astype(np.int64).astype(np.int8), -127, 127)
    return q, s, s * q


# %% wrong: down to −128  says: at least −127, so that the grid is symmetric: −128 is not used.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -128, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: negative weights clamped to 0  says: q runs from −127 to 127, not from 0.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, 0, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: cap ignored  says: the scale is min(max |w|, cap) / 127: the cap is missing.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: cap without the maximum  says: where max |w| is smaller than the cap, it counts: min(max |w|, cap).
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.where(np.isinf(cap), top, np.full(top.shape, float(cap)))
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: larger of both  says: the *smaller* of max |w| and cap.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.where(np.isinf(cap), top, np.maximum(top, cap))
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: weights above the cap dropped  says: weights above the cap become ±127, not 0.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(np.where(np.abs(w) > cap, 0.0, w) / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: maximum of those below the cap  says: the scale is cap / 127 where something lies above it, not the largest weight below.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    low = np.where(np.abs(w) > cap, 0.0, np.abs(w))
    top = low.max(axis=1, keepdims=True) if per_row else low.max(keepdims=True)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: scale upside down  says: s = max / 127, and w ≈ s · q; here s is upside down.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    s = 1 / s
    q = np.round(w * s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, q / s


# %% wrong: restored with a division  says: restored is s · q, not q / s.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, q / s


# %% wrong: restored without the scale  says: restored is s · q: the scale is missing.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, q.astype(float)


# %% wrong: restored is w itself  says: restored is s · q: what the whole numbers stand for, not w.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, w.copy()


# %% wrong: restored without rounding  says: restored is s · q, with the q of eight bits.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, np.clip(w, -127 * s, 127 * s)


# %% wrong: zeros divided by zero  says: where the maximum is 0, s is 1.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = top / 127
    q = np.nan_to_num(np.round(w / s))
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: a small number for zero rows  says: where the maximum is 0, s is 1.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.maximum(top, 1e-8) / 127
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: a small number added  says: nothing is added to the scale.
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, (top + 1e-3) / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q


# %% wrong: flat scales  says: has shape
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s.ravel(), s * q


# %% wrong: q of floats  says: expected integers
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127)
    return q, s, s * q


# %% wrong: q of 64 bits  says: expected q of dtype int8
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int64)
    return q, s, s * q


# %% wrong: order exchanged  says: where `restored` should be
def quantise(w, per_row, cap):
    if not cap > 0:
        raise ValueError(f"expected a cap above 0, got {cap}")
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return s * q, s, q


# %% wrong: cap not checked  says: the contract asks for a ValueError
def quantise(w, per_row, cap):
    top = np.abs(w).max(axis=1, keepdims=True) if per_row else np.abs(w).max(keepdims=True)
    top = np.minimum(top, cap)
    s = np.where(top > 0, top / 127, 1.0)
    q = np.round(w / s)
    q = np.clip(q, -127, 127).astype(np.int8)
    return q, s, s * q
