# %% right: logaddexp
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean(np.logaddexp(0, logits) - targets * logits)


# %% right: two branches with where
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"{logits.shape} against {targets.shape}")
    signed = np.where(targets == 1, logits, -logits)
    return np.mean(np.where(signed > 0, np.log1p(np.exp(-np.abs(signed))),
                            np.log1p(np.exp(-np.abs(signed))) - signed))


# %% right: the PyTorch formula in a loop
import math


def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError("shapes " + str(logits.shape) + " and " + str(targets.shape))
    B, L = logits.shape
    total = 0
    for b in range(B):
        for l in range(L):
            z, y = logits[b][l], targets[b][l]
            total += max(z, 0) - z * y + math.log(1 + math.exp(-abs(z)))
    return total / (B * L)


# %% right: torch
def multi_label_loss(logits, targets):
    import torch

    z, y = torch.as_tensor(logits), torch.as_tensor(targets)
    if z.shape != y.shape:
        raise ValueError(f"expected {tuple(z.shape)}, got {tuple(y.shape)}")
    return torch.nn.functional.binary_cross_entropy_with_logits(z, y)


# %% right: scipy log_expit
def multi_label_loss(logits, targets):
    from scipy.special import log_expit
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} vs {targets.shape}")
    return -(targets * log_expit(logits) + (1 - targets) * log_expit(-logits)).mean()


# %% right: sign trick and softplus
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(logits.shape, targets.shape)
    s = (1 - 2 * targets) * logits
    return np.mean(np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s))))


# %% wrong: softmax over the labels  says: Labels do not compete
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -(targets * log_p).sum(axis=1).mean()


# %% wrong: sum over the labels  says: sums over the labels
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return (np.logaddexp(0, logits) - targets * logits).sum(axis=1).mean()


# %% wrong: sum over everything  says: this is the sum
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return (np.logaddexp(0, logits) - targets * logits).sum()


# %% wrong: only the ones count  says: only the labels that are 1 count
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean(targets * np.logaddexp(0, -logits))


# %% wrong: overflow, as written  says: exp of a large number overflows, or log(0)
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    p = 1 / (1 + np.exp(-logits))
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% wrong: clipped probabilities  says: clipped
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    return -np.mean(targets * np.log(p) + (1 - targets) * np.log(1 - p))


# %% wrong: stable for negative logits only  says: or log(0) occurs
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean(np.log(1 + np.exp(logits)) - targets * logits)


# %% wrong: targets exchanged  says: exchanged
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean(np.logaddexp(0, -logits) - targets * -logits)


# %% wrong: sigmoid twice  says: the sigmoid was applied twice
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    p = 1 / (1 + np.exp(-logits))
    return np.mean(np.logaddexp(0, p) - targets * p)


# %% wrong: broadcasts shapes  says: accepted bad input
def multi_label_loss(logits, targets):
    return np.mean(np.logaddexp(0, logits) - targets * logits)


# %% wrong: sign flipped  says: the sign is flipped
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean(targets * logits - np.logaddexp(0, logits))


# %% wrong: squared error of the probabilities  says: squared error
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape:
        raise ValueError(f"expected targets of shape {logits.shape}, got {targets.shape}")
    return np.mean((1 / (1 + np.exp(-logits)) - targets) ** 2)


# %% wrong: compares sizes instead of shapes  says: accepted bad input
def multi_label_loss(logits, targets):
    if logits.size != targets.size:
        raise ValueError(f"expected {logits.shape}, got {targets.shape}")
    return np.mean(np.logaddexp(0, logits) - targets * logits)


# %% wrong: the hint without the second part  says: treats every label as 0
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return np.mean(np.logaddexp(0, logits))


# %% wrong: adds the logit where the target is 1  says: the logit is *subtracted*
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return np.mean(np.logaddexp(0, logits) + targets * logits)


# %% wrong: sigmoid forgotten, logits as probabilities  says: has no logarithm
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return -np.mean(targets * np.log(logits) + (1 - targets) * np.log(1 - logits))


# %% wrong: torch BCE on sigmoid (clamps log at -100)  says: something was clipped
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return torch.nn.functional.binary_cross_entropy(torch.sigmoid(torch.tensor(logits)), torch.tensor(targets)).item()


# %% wrong: hinge loss  says: hinge loss
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return np.mean(np.maximum(0, 1 - (2 * targets - 1) * logits))


# %% wrong: mean over the ones and over the zeros apart  says: averaged apart
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    l = np.logaddexp(0, logits) - targets * logits
    return (l[targets == 1].mean() + l[targets == 0].mean()) / 2


# %% wrong: checks the batch only  says: accepted bad input
def multi_label_loss(logits, targets):
    if len(logits) != len(targets): raise ValueError(f"{logits.shape} {targets.shape}")
    return np.mean(np.logaddexp(0, logits) - targets * logits)


# %% wrong: mean of sums weighted by number of ones  says: divides by the number of ones
def multi_label_loss(logits, targets):
    if logits.shape != targets.shape: raise ValueError(f"{logits.shape} {targets.shape}")
    return np.sum(np.logaddexp(0, logits) - targets * logits) / targets.sum()
