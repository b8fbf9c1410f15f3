# %% right: over the entries that count
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% right: mask as weights
def whiten(x, mask):
    m = mask.to(x.dtype)
    n = m.sum()
    if n.item() == 0:
        raise ValueError("all masked")
    mu = (x * m).sum() / n
    centred = (x - mu) * m
    return centred * torch.rsqrt((centred * centred).sum() / n + 1e-8)


# %% right: torch.var, scattered back
def whiten(x, mask):
    values = torch.masked_select(x, mask)
    if values.numel() < 1:
        raise ValueError(f"{values.numel()} entries")
    var = torch.var(values, correction=0)
    out = torch.zeros_like(x)
    out[mask] = (values - values.mean()) / (var + 1e-8) ** 0.5
    return out


# %% right: plain Python
def whiten(x, mask):
    kept = [v for v, m in zip(x.flatten().tolist(), mask.flatten().tolist()) if m]
    if kept == []:
        raise ValueError("nothing to whiten")
    mu = math.fsum(kept) / len(kept)
    var = math.fsum((v - mu) ** 2 for v in kept) / len(kept)
    return torch.where(mask, (x - mu) / math.sqrt(var + 1e-8), torch.zeros(1, dtype=x.dtype))


# %% wrong: n − 1  says: the biased variance is asked: divide by n, not by n − 1.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = counted.var()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: padding in mean and variance  says: padding counts in mean and variance: take only the entries where the mask is True.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: padding as zeros  says: padding counts as zeros in mean and variance: divide by the number of True entries.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x * mask
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: padding in the variance alone  says: the variance, too, is over the entries that count alone.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((x - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: masked, but divided by all  says: divide by the number of entries that count, not by the size of the whole tensor.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = (x * mask).sum() / x.numel()
    variance = (((x - mean) * mask) ** 2).sum() / x.numel()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: variance around 0  says: the variance is around the mean; subtract it before you square.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = (counted**2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: padding not zero  says: 0 where the mask is False.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8))


# %% wrong: each row for itself  says: one mean and one variance for the whole batch; here each answer has its own.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    out = torch.zeros_like(x)
    for b in range(len(x)):
        if mask[b].any():
            row = x[b][mask[b]]
            out[b][mask[b]] = (row - row.mean()) / torch.sqrt(row.var(unbiased=False) + 1e-8)
    return out


# %% wrong: each column for itself  says: one mean and one variance for the whole batch; here each column has its own.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    out = torch.zeros_like(x)
    for t in range(x.shape[1]):
        if mask[:, t].any():
            row = x[:, t][mask[:, t]]
            out[:, t][mask[:, t]] = (row - row.mean()) / torch.sqrt(row.var(unbiased=False) + 1e-8)
    return out


# %% wrong: mean added back  says: the mean was added back; whitened numbers have mean 0.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8) + mean).where(mask, 0.0)


# %% wrong: not centred  says: the mean is not subtracted; this only scales.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return (x / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: only centred  says: the division by the standard deviation is missing.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return (x - mean).where(mask, 0.0)


# %% wrong: divided by the variance  says: divide by the *root* of the variance.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / (variance + 1e-8)).where(mask, 0.0)


# %% wrong: mean of the row means  says: μ is the mean over all entries that count; this is a mean of the answers' means.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = torch.stack([row[m].mean() for row, m in zip(x, mask) if m.any()]).mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: scaled to 0 … 1  says: mean 0 and variance 1 are asked, not the range 0 to 1.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    low, high = counted.min(), counted.max()
    return ((x - low) / (high - low).clamp(min=1e-8)).where(mask, 0.0)


# %% wrong: median  says: the mean is asked, not the median.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.median()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: 10⁻⁸ outside of the root  says: 10⁻⁸ is added to σ², under the root.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / (torch.sqrt(variance) + 1e-8)).where(mask, 0.0)


# %% wrong: nothing under the root  says: 10⁻⁸ is added to σ², under the root.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("expected at least one entry that counts, got none")
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance)).where(mask, 0.0)


# %% wrong: nothing counts  says: accepted bad input
def whiten(x, mask):
    counted = x[mask]
    mean = counted.mean()
    variance = ((counted - mean) ** 2).mean()
    return ((x - mean) / torch.sqrt(variance + 1e-8)).where(mask, 0.0)


# %% wrong: the naive line  says: padding counts in mean and variance: take only the entries where the mask is True.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("no entry counts")
    return (x - x.mean()) / x.std() * mask


# %% wrong: padding as zeros, n − 1  says: padding counts as zeros in mean and variance: divide by the number of True entries.
def whiten(x, mask):
    if not mask.any():
        raise ValueError("no entry counts")
    x = x * mask
    return (x - x.mean()) / (x.var() + 1e-8).sqrt() * mask
