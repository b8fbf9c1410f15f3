# %% right: a loop over the sorted tokens
def top_p(probs, p, u):
    if p <= 0 or p > 1:
        raise ValueError(f"p must lie in (0, 1], got {p}")
    kept, total = [], 0.0
    for token in sorted(range(len(probs)), key=lambda t: (-probs[t], t)):
        kept.append(token)
        total += probs[token]
        if total >= p:
            break
    nucleus = np.zeros(len(probs))
    for token in kept:
        nucleus[token] = probs[token] / total
    running = 0.0
    for token, share in enumerate(nucleus):
        running += share
        if running > u:
            return nucleus, token
    return nucleus, max(kept)


# %% right: mass before each token
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    sums = np.cumsum(nucleus)
    return nucleus, int(np.argmax(sums > u)) if sums[-1] > u else int(keep.max())


# %% right: searchsorted
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.array(sorted(range(probs.size), key=lambda i: probs[i], reverse=True))
    count = np.searchsorted(np.cumsum(probs[order]), p, side="left") + 1
    nucleus = np.where(np.isin(np.arange(probs.size), order[:count]), probs, 0.0)
    nucleus = nucleus / nucleus.sum()
    cdf = nucleus.cumsum()
    return nucleus, min(np.searchsorted(cdf, u, side="right"), np.flatnonzero(nucleus)[-1])


# %% right: torch, as in the usual libraries
def top_p(probs, p, u):
    import torch

    if p > 1 or p <= 0:
        raise ValueError("p = %r" % p)
    ordered, ids = torch.sort(torch.from_numpy(probs), descending=True, stable=True)
    remove = torch.cumsum(ordered, 0) - ordered >= p
    ordered = ordered.masked_fill(remove, 0.0)
    nucleus = torch.zeros_like(ordered).scatter(0, ids, ordered / ordered.sum())
    token = min(int((torch.cumsum(nucleus, 0) <= u).sum()), int(nucleus.nonzero().max()))
    return nucleus.numpy(), token


# %% right: masks, no sorting
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    V = len(probs)
    earlier = (probs[None, :] > probs[:, None]) | (
        (probs[None, :] == probs[:, None]) & (np.arange(V)[None, :] < np.arange(V)[:, None])
    )
    mass_before = earlier @ probs
    nucleus = probs * (mass_before < p)
    nucleus = nucleus / np.sum(nucleus)
    inside = [t for t in range(V) if nucleus[: t + 1].sum() > u]
    return [nucleus, inside[0] if inside else max(np.flatnonzero(nucleus))]


# %% right: u scaled to the mass kept
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    left, kept, mass = probs.copy(), [], 0
    while mass < p and len(kept) < len(probs):
        best = int(np.argmax(left))
        kept.append(best)
        mass += probs[best]
        left[best] = -1.0
    threshold, running = u * mass, 0.0
    for t in sorted(kept):
        running += probs[t]
        if running > threshold:
            break
    nucleus = np.zeros_like(probs)
    nucleus[kept] = probs[kept] / mass
    return nucleus, t


# %% right: lexsort, and p = 1 apart
def top_p(probs, p, u):
    if p <= 0 or p > 1:
        raise ValueError(f"bad p {p}")
    order = np.lexsort((np.arange(len(probs)), -probs))
    if p == 1:
        f = probs.copy()
    else:
        k = np.flatnonzero(np.cumsum(probs[order]) >= p)[0] + 1
        f = np.zeros_like(probs)
        f[order[:k]] = probs[order[:k]]
        f = f / f.sum()
    c = 0
    for t in np.flatnonzero(f):
        c += f[t]
        if c > u:
            break
    return f, t


# %% wrong: argmax of sums none of which is above u  says: the last kept id
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    return nucleus, int(np.argmax(np.cumsum(nucleus) > u))


# %% wrong: searchsorted, one place behind the end  says: the last kept id
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    return nucleus, int(np.searchsorted(np.cumsum(nucleus), u, side="right"))


# %% wrong: the token that crosses p is dropped  says: the token that crosses p
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[: max(1, int((np.cumsum(probs[order]) <= p).sum()))]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: dropped, and nothing may be left  says: the token that crosses p
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[np.cumsum(probs[order]) < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: one token too many  says: one token too many
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[: int((before < p).sum()) + 1]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: p reached exactly is not enough  says: reaches p exactly
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before <= p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: not sorted  says: most probable first
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.arange(len(probs))
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: sorted the wrong way  says: least probable
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: sorted, and left in that order  says: back to its own place
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[: len(keep)] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: not renormalised  says: do not add up to 1
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep]
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: divided by p  says: divide by their sum
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / p
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: softmax of the probabilities  says: a softmax of probabilities
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = np.exp(probs[keep]) / np.exp(probs[keep]).sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: uniform over the nucleus  says: all tokens of the nucleus alike
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = 1 / len(keep)
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: p as a threshold on single probabilities  says: p is a total
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[probs[order] >= min(p, probs.max())]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: threshold relative to the largest (min-p)  says: min-p
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[probs[order] >= p * probs.max()]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: threshold 1 − p on single probabilities  says: p is a total
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[probs[order] >= min(1 - p, probs.max())]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: top-k with a share p of the vocabulary  says: p is a share of the probability
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[: max(1, int(np.ceil(p * len(probs))))]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: only the most probable token  says: greedy
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[:1]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: nothing cut off  says: nothing was cut off
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: argmax of cumsum ≥ p, which finds nothing for p = 1  says: rounding may keep the total
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[: int(np.argmax(np.cumsum(probs[order]) >= p)) + 1]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: on a tie the larger id  says: on a tie
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = len(probs) - 1 - np.argsort(-probs[::-1], kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: every token of a tie kept  says: on a tie
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = np.flatnonzero(probs >= probs[order[before < p]].min())
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: the kept tokens are zeroed  says: the other way round
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus = probs.copy()
    nucleus[keep] = 0.0
    nucleus = nucleus / max(nucleus.sum(), 1e-300)
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: drawn from the whole distribution  says: draw from the nucleus
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(probs) > u))
    return nucleus, token


# %% wrong: always the most probable token  says: the draw must depend on u
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(nucleus))
    return nucleus, token


# %% wrong: ≥ in the draw  says: strictly
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) >= u))
    return nucleus, token


# %% wrong: the token before  says: one too small
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = max(0, int(np.argmax(np.cumsum(nucleus) > u)) - 1)
    return nucleus, token


# %% wrong: the token after  says: one too large
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = min(len(probs) - 1, int(np.argmax(np.cumsum(nucleus) > u)) + 1)
    return nucleus, token


# %% wrong: the place in the sorted order is returned  says: the id of the token
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(probs[keep] / probs[keep].sum()) > u))
    return nucleus, token


# %% wrong: drawn in the sorted order  says: in the order of their ids
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(keep[np.argmax(np.cumsum(probs[keep] / probs[keep].sum()) > u)])
    return nucleus, token


# %% wrong: u ignored, an own random number  says: draw none yourself
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.random.default_rng(0).choice(len(probs), p=nucleus))
    return nucleus, token


# %% wrong: only tokens with p > u  says: added up
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(nucleus > u))
    return nucleus, token


# %% wrong: the renormalised mass compared with u times p  says: of the nucleus, which add up to 1
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u * p))
    return nucleus, token


# %% wrong: p not checked  says: accepted bad input
def top_p(probs, p, u):
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: p = 1 refused  says: stopped with ValueError
def top_p(probs, p, u):
    if not 0 < p < 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: p = 0 let through  says: accepted bad input
def top_p(probs, p, u):
    if not 0 <= p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: probabilities zeroed in place  says: changed its input
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    drop = np.setdiff1d(order, keep)
    probs[drop] = 0.0
    nucleus = probs / probs.sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: a shortened array  says: has shape
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus[nucleus > 0], token


# %% wrong: the ids instead of the distribution  says: has shape
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return keep.astype(float), token


# %% wrong: a list  says: `np.array(…)` turns it into an array
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus.tolist(), token


# %% wrong: only the distribution  says: expected a tuple
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus


# %% wrong: token first  says: stands where
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return token, nucleus


# %% wrong: hard-coded for the example  says: does the function use its arguments
def top_p(probs, p, u):
    return np.array([0.0, 0.5, 0.25, 0.25]), 2


# %% wrong: reversed argsort  says: on a tie
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(probs, kind="stable")[::-1]
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: the first sum that reaches p, if there is one  says: stopped with IndexError
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[: np.flatnonzero(np.cumsum(probs[order]) >= p)[0] + 1]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: the rest goes to the most probable token  says: divide by their sum
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep]
    nucleus[order[0]] += 1 - nucleus.sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: the rest is shared equally  says: divide by their sum
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] + (1 - probs[keep].sum()) / len(keep)
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: a tail of less than 1 − p cut off  says: reaches p exactly
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    rising = order[::-1]
    keep = rising[~(np.cumsum(probs[rising]) < 1 - p)]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: square roots of the probabilities  says: keep their proportions
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = np.sqrt(probs[keep]) / np.sqrt(probs[keep]).sum()
    token = int(np.argmax(np.cumsum(nucleus) > u))
    return nucleus, token


# %% wrong: u from the top  says: from id 0 upwards
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.argmax(np.cumsum(nucleus) > 1 - u))
    return nucleus, token


# %% wrong: every kept token equally likely  says: in proportion to the nucleus
def top_p(probs, p, u):
    if not 0 < p <= 1:
        raise ValueError(f"expected 0 < p <= 1, got {p}")
    order = np.argsort(-probs, kind="stable")
    before = np.cumsum(probs[order]) - probs[order]
    keep = order[before < p]
    nucleus = np.zeros(len(probs))
    nucleus[keep] = probs[keep] / probs[keep].sum()
    token = int(np.sort(keep)[int(u * len(keep))])
    return nucleus, token
