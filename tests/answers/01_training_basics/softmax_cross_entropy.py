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
