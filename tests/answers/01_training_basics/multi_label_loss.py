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
