# %% right: only what counts
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% right: mask as weights
def kl_estimates(log_p, log_q, mask):
    n = mask.sum()
    if n == 0:
        raise ValueError("no token")
    log_ratio = log_q - log_p
    ratio = torch.exp(log_ratio * mask)

    def mean(x):
        return (x * mask).sum() / n

    return mean(-log_ratio), mean(log_ratio.square()) * 0.5, mean(ratio - 1 - log_ratio)


# %% right: a loop
def kl_estimates(log_p, log_q, mask):
    totals, n = [0.0, 0.0, 0.0], 0
    for a, b, m in zip(log_p.flatten().tolist(), log_q.flatten().tolist(), mask.flatten().tolist()):
        if not m:
            continue
        n += 1
        totals[0] += a - b
        totals[1] += 0.5 * (a - b) * (a - b)
        totals[2] += math.exp(b - a) - 1 - (b - a)
    if not n:
        raise ValueError(f"{n} tokens")
    return tuple(t / n for t in totals)


# %% right: three stacked means
def kl_estimates(log_p, log_q, mask):
    p, q = log_p[mask], log_q[mask]
    if len(p) == 0:
        raise ValueError("nothing to average over")
    k = torch.stack([p - q, (q - p).pow(2).div(2), (q - p).exp() - (q - p) - 1])
    k1, k2, k3 = k.mean(dim=1).tolist()
    return k1, k2, k3


# %% wrong: reversed  says: d is log p − log q, and not the other way round: p is the distribution that the tokens came from.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_q - log_p)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k1 without sign  says: k1 may be negative; no absolute value.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.abs().mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k1 cut at 0  says: k1 may be negative; here negative terms were cut off, which makes it biased.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.clamp(min=0).mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k1 weighted with p  says: the tokens were sampled from p already: their plain mean is asked, not one weighted with p.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return (log_p[mask].exp() * d).mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k2 without the half  says: k2 is d²/2; the half is missing.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2).mean(), k3.mean()


# %% wrong: k2: square of the mean  says: square first, then take the mean.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), d.mean() ** 2 / 2, k3.mean()


# %% wrong: k2: absolute value  says: k2 is d²/2, a square.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), d.abs().mean() / 2, k3.mean()


# %% wrong: k3 with p/q  says: k3 = e^(−d) − 1 + d with d = log p − log q: here both signs are turned, or d is.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(d) - d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k3: sign of d  says: k3 = e^(−d) − 1 + d: here d is subtracted.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) - d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k3: sign in the exponent  says: k3 = e^(−d) − 1 + d: here the exponent has the wrong sign.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k3 without −1  says: k3 must be 0 where p = q: the −1 is missing.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.exp(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k3 without + d  says: k3 without its + d is the mean of q/p − 1, which estimates 0.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d)
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: k3 of the means  says: k3 is worked out for each token; the mean comes last.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d.mean()) + d.mean()
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: no mask  says: padding counts: take the mean over the tokens that the mask marks.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = log_p - log_q
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: padding in the number  says: padding counts: take the mean over the tokens that the mask marks.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q) * mask
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: mean of the rows' means  says: every token counts alike; this is a mean of means, in which a short answer's token counts more.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    rows = [r for r in range(len(mask)) if mask[r].any()]
    means = [kl_estimates(log_p[r][mask[r]][None], log_q[r][mask[r]][None], mask[r][mask[r]][None]) for r in rows] if len(rows) > 1 else [(d.mean(), (d**2 / 2).mean(), k3.mean())]
    return tuple(sum(x) / len(x) for x in zip(*means))


# %% wrong: sum over each answer  says: a mean over tokens is asked; this is the sum over an answer's tokens, averaged over answers.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    n = len(mask)
    return d.sum() / n, (d**2 / 2).sum() / n, k3.sum() / n


# %% wrong: sum  says: a mean is asked; this is the sum.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.sum(), (d**2 / 2).sum(), k3.sum()


# %% wrong: k2 and k3 exchanged  says: what belongs here stands where
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), k3.mean(), (d**2 / 2).mean()


# %% wrong: probabilities subtracted  says: log-probabilities are compared, not probabilities.
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        raise ValueError("expected at least one token that counts, got none")
    d = (log_p.exp() - log_q.exp())[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: no token: NaN  says: accepted bad input
def kl_estimates(log_p, log_q, mask):
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()


# %% wrong: no token: 0  says: accepted bad input
def kl_estimates(log_p, log_q, mask):
    if not mask.any():
        return 0.0, 0.0, 0.0
    d = (log_p - log_q)[mask]
    k3 = torch.expm1(-d) + d
    return d.mean(), (d**2 / 2).mean(), k3.mean()
