# %% right: stable argsort
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% right: a sorted list of places
def keep_masks(first, second, share, together):
    if share < 0 or share > 1:
        raise ValueError(f"share = {share}")
    masks = [np.full(w.shape, True) for w in (first, second)]
    places = [(abs(w[i, j]), k, i, j) for k, w in enumerate((first, second)) for i in range(w.shape[0]) for j in range(w.shape[1])]
    groups = [places] if together else [[p for p in places if p[1] == k] for k in (0, 1)]
    for group in groups:
        for _, k, i, j in sorted(group)[: round(share * len(group))]:
            masks[k][i, j] = False
    return tuple(masks)


# %% right: a threshold, and the ties counted off
def keep_masks(first, second, share, together):
    if not (share >= 0 and share <= 1):
        raise ValueError(f"{share} is no share")
    def one(sizes):
        go = round(share * sizes.size)
        if go == 0:
            return np.ones(sizes.size, bool)
        limit = np.sort(sizes)[go - 1]
        mask = sizes > limit
        ties = np.flatnonzero(sizes == limit)
        spare = go - int((sizes < limit).sum())
        mask[ties[spare:]] = True
        return mask
    x, y = np.abs(first.flatten()), np.abs(second.flatten())
    if together:
        x, y = np.split(one(np.hstack((x, y))), [x.size])
    else:
        x, y = one(x), one(y)
    return x.reshape(first.shape), y.reshape(second.shape)


# %% right: ranks, in torch
def keep_masks(first, second, share, together):
    if share != min(max(share, 0), 1):
        raise ValueError(f"share {share} out of range")
    flat = [torch.tensor(w).abs().flatten() for w in (first, second)]
    sizes = [len(f) for f in flat]
    groups = [torch.cat(flat)] if together else flat
    masks = []
    for g in groups:
        rank = torch.empty(len(g), dtype=torch.long)
        rank[torch.sort(g, stable=True).indices] = torch.arange(len(g))
        masks.append(rank >= round(share * len(g)))
    m = torch.cat(masks).split(sizes)
    return m[0].view(first.shape).numpy(), m[1].view(second.shape).numpy()


# %% wrong: the largest go  says: the *smallest* weights go, not the largest.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(-sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: True where it goes  says: True says that a weight is *kept*.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return ~mask_a.reshape(first.shape), ~mask_b.reshape(second.shape)


# %% wrong: sign not dropped  says: a weight of −3 is large: compare magnitudes, |w|.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = first.ravel(), second.ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: share that is kept  says: `share` is the share that *goes*.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round((1 - share) * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: rounded down  says: how many go is *rounded*, not cut off.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: int(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: rounded up  says: how many go is *rounded*, to the nearest whole number.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: math.ceil(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: all ties go  says: exactly round(share · N) go, also where several are equally large: a threshold alone takes all of them.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        go = round(share * len(sizes))
        keep = sizes > np.sort(sizes)[go - 1] if go else keep
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: no tie goes  says: exactly round(share · N) go, also where several are equally large: a threshold alone takes none of them.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        go = round(share * len(sizes))
        keep = sizes >= np.sort(sizes)[go] if go < len(sizes) else ~keep
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: the last of equal ones go  says: of equal magnitudes, those that stand *first* go.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = len(sizes) - 1 - np.argsort(sizes[::-1], kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: column by column  says: equal magnitudes go row by row, not column by column.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel("F"), np.abs(second).ravel("F")
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape, order="F"), mask_b.reshape(second.shape, order="F")


# %% wrong: second matrix first  says: of equal magnitudes, those of the first matrix go before those of the second.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([b, a]))
        mask_b, mask_a = both[: len(b)], both[len(b) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: always each by itself  says: together = True: the smallest of *both* matrices go, whichever they are in.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if False:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: always together  says: together = False: the share is taken from each matrix by itself.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if True:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: together turned round  says: together = False: the share is taken from each matrix by itself.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if not together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: scaled to each matrix  says: together compares the magnitudes as they are, not relative to the largest of each matrix.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together and a.size and b.size:
        a, b = a / a.max(), b / b.max()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: a fraction of the largest  says: a *number* of weights goes, share · N; the share is not a fraction of the largest magnitude.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        keep = sizes > share * sizes.max()
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: a quantile  says: exactly round(share · N) go, also where several are equally large: a threshold alone takes all of them.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        keep = sizes > np.quantile(sizes, share)
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: share of each row  says: the share is taken from a whole matrix, not from each row.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = (np.concatenate([kept(row) for row in np.abs(w)]) for w in (first, second))
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: one weight too many  says: exactly round(share · N) weights go; here it is one more.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes)) + 1]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: the order taken for ranks  says: `argsort` gives places in order of size, not the rank of each place.
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep = order >= round(share * len(sizes))
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: pruned weights returned  says: arrays of bool
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return first * mask_a.reshape(first.shape), second * mask_b.reshape(second.shape)


# %% wrong: flat masks  says: has shape
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a, mask_b


# %% wrong: weights changed  says: in place
def keep_masks(first, second, share, together):
    if not 0 <= share <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    first *= mask_a.reshape(first.shape)
    second *= mask_b.reshape(second.shape)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: share not checked  says: the contract asks for a ValueError
def keep_masks(first, second, share, together):
    share = min(max(share, 0), 1)

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)


# %% wrong: share of 1 refused  says: stopped with
def keep_masks(first, second, share, together):
    if not 0 <= share < 1:
        raise ValueError(f"expected a share from 0 to 1, got {share}")

    def kept(sizes):
        keep = np.ones(len(sizes), dtype=bool)
        order = np.argsort(sizes, kind="stable")
        keep[order[: round(share * len(sizes))]] = False
        return keep

    a, b = np.abs(first).ravel(), np.abs(second).ravel()
    if together:
        both = kept(np.concatenate([a, b]))
        mask_a, mask_b = both[: len(a)], both[len(a) :]
    else:
        mask_a, mask_b = kept(a), kept(b)
    return mask_a.reshape(first.shape), mask_b.reshape(second.shape)
