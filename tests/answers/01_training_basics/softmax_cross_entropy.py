# %% right: row maximum and log-sum-exp
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for target in targets:
        if target < 0 or target >= K:
            raise ValueError(f"expected a class from 0 to {K - 1}, got {target}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets].mean()


# %% right: logaddexp.reduce
def softmax_cross_entropy(logits, targets):
    K = logits.shape[1]
    if np.any(targets < 0) or np.any(targets > K - 1):
        raise ValueError(f"targets must lie in [0, {K - 1}], got {targets.tolist()}")
    normaliser = np.logaddexp.reduce(logits, axis=1)
    return float(np.mean(normaliser - np.take_along_axis(logits, targets[:, None], 1)[:, 0]))


# %% right: loop in plain Python
import math


def softmax_cross_entropy(logits, targets):
    losses = []
    for row, target in zip(logits, targets):
        if not 0 <= target < len(row):
            raise ValueError("no class %d among %d" % (target, len(row)))
        top = max(row)
        losses.append(math.log(sum(math.exp(z - top) for z in row)) + top - row[target])
    return sum(losses) / len(losses)


# %% right: torch
def softmax_cross_entropy(logits, targets):
    import torch

    if targets.min() < 0 or targets.max() >= logits.shape[1]:
        raise ValueError(f"got targets {targets.min()} to {targets.max()}")
    return torch.nn.functional.cross_entropy(
        torch.from_numpy(logits), torch.from_numpy(targets.astype(np.int64))
    ).item()


# %% right: one-hot
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if not np.isin(targets, np.arange(K)).all():
        raise ValueError(f"targets {targets} do not fit {K} classes")
    z = logits - np.max(logits, 1)[:, np.newaxis]
    onehot = np.eye(K)[targets]
    return (np.log(np.exp(z).sum(1)) - (onehot * z).sum(1)).sum() / B


# %% right: scipy logsumexp
def softmax_cross_entropy(logits, targets):
    from scipy.special import logsumexp
    K = logits.shape[1]
    for y in targets:
        if y < 0 or y >= K:
            raise ValueError(f"bad target {y}")
    return (logsumexp(logits, axis=1) - np.take_along_axis(logits, targets[:, None], 1)[:, 0]).mean()


# %% right: scipy log_softmax, einsum with one-hot
def softmax_cross_entropy(logits, targets):
    from scipy.special import log_softmax
    if not set(targets.tolist()) <= set(range(logits.shape[1])):
        bad = set(targets.tolist()) - set(range(logits.shape[1]))
        raise ValueError(f"no class: {sorted(bad)}")
    return -np.einsum("bk,bk->", np.eye(logits.shape[1])[targets], log_softmax(logits, axis=1)) / len(logits)


# %% wrong: overflow, the softmax as written  says: exp of a large number overflows
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(B), targets]).mean()


# %% wrong: clipped probabilities  says: something was clipped
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(np.clip(p[np.arange(B), targets], 1e-12, 1)).mean()


# %% wrong: stable softmax, logarithm afterwards  says: a probability became 0
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(B), targets]).mean()


# %% wrong: clipped logits  says: something was clipped
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(np.clip(logits, -100, 100))
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(B), targets]).mean()


# %% wrong: epsilon inside the logarithm  says: a small number was added
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(B), targets] + 1e-15).mean()


# %% wrong: one maximum for the whole batch  says: each row needs its own
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max()
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets].mean()


# %% wrong: softmax over the batch  says: the softmax runs over the batch
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=0)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=0))
    return -log_p[np.arange(B), targets].mean()


# %% wrong: sum over the batch  says: the contract takes the mean
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets].sum()


# %% wrong: positive sign  says: the sign is flipped
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_p[np.arange(B), targets].mean()


# %% wrong: targets counted from 1  says: each target is off by one
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets - 1].mean()


# %% wrong: forgets the logarithm  says: without the logarithm
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -p[np.arange(B), targets].mean()


# %% wrong: one loss per example  says: is a mean or a sum missing
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets]


# %% wrong: subtracts the maximum in place  says: changed its input
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    logits -= logits.max(axis=1, keepdims=True)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -log_p[np.arange(B), targets].mean()


# %% wrong: does not look at the targets  says: the contract asks for a ValueError
def softmax_cross_entropy(logits, targets):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(targets)), targets].mean()


# %% wrong: logarithm to base 2  says: base 2
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if (targets < 0).any() or (targets >= K).any():
        raise ValueError(f"bad targets {targets}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(shifted)
    normaliser = np.log2(p.sum(axis=1))
    return (normaliser - shifted[np.arange(B), targets] / np.log(2)).mean()


# %% wrong: subtracts the mean instead of the maximum  says: subtract the largest logit of each row
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.mean(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(B), targets])


# %% wrong: keepdims forgotten  says: `keepdims`
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1))
    return -np.mean(logp[np.arange(B), targets])


# %% wrong: max over the batch axis  says: the maximum runs over the batch
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.max(axis=0, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(B), targets])


# %% wrong: only the first target is checked  says: accepted bad input
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    if not 0 <= targets[0] < K: raise ValueError(f"{targets[0]}")
    z = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(B), targets % K])


# %% wrong: mean of p then log  says: the mean comes after the logarithm
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(np.mean(p[np.arange(B), targets]))


# %% wrong: max added back twice  says: subtract it from every logit
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    m = logits.max(axis=1, keepdims=True)
    z = logits - m
    return np.mean(np.log(np.exp(z).sum(axis=1)) - logits[np.arange(B), targets])


# %% wrong: float32 torch  says: computed in float32
def softmax_cross_entropy(logits, targets):
    for t in targets:
        if not 0 <= t < logits.shape[1]: raise ValueError(f"{t}")
    return torch.nn.functional.cross_entropy(torch.tensor(logits).float(), torch.tensor(targets)).item()


# %% wrong: probabilities given to torch's cross entropy (softmax twice)  says: applied twice
def softmax_cross_entropy(logits, targets):
    for t in targets:
        if not 0 <= t < logits.shape[1]: raise ValueError(f"{t}")
    return torch.nn.functional.cross_entropy(torch.tensor(logits).softmax(1), torch.tensor(targets)).item()


# %% wrong: loss of all classes, with (1 - y) log(1 - p)  says: belongs to independent labels
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    y = np.eye(K)[targets]
    return -np.mean((y * np.log(p) + (1 - y) * np.log(1 - p)).sum(axis=1))


# %% wrong: entropy of the prediction  says: the entropy of the prediction
def softmax_cross_entropy(logits, targets):
    B, K = logits.shape
    for t in targets:
        if not 0 <= t < K: raise ValueError(f"{t}")
    z = logits - logits.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean((np.exp(logp) * logp).sum(axis=1))
