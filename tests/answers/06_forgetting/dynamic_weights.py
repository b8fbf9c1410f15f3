# %% right: whole arrays
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% right: loops
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"{least} is not above 0")
    e = [max(L - f, least) for L, f in zip(losses, floors)]
    total = sum(e)
    w = np.array([x / total for x in e])
    g = np.zeros(gradients.shape[1])
    for k in range(len(w)):
        g += w[k] * gradients[k]
    return w, g


# %% right: clip and einsum
def dynamic_weights(losses, floors, gradients, least):
    if not least > 0:
        raise ValueError("least = %r" % least)
    e = (losses - floors).clip(min=least)
    w = e / np.linalg.norm(e, 1)
    return w, np.einsum("k,kp->p", w, gradients)


# %% wrong: by the loss  says: the excess counts, not the loss: subtract the floor.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: equal weights  says: all tasks weigh alike here.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = np.full(len(losses), 1 / len(losses))
    return weights, weights @ gradients


# %% wrong: softmax of the excess  says: the weights are in proportion to the excess; this is a softmax.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = np.exp(excess) / np.exp(excess).sum()
    return weights, weights @ gradients


# %% wrong: softmax of the losses  says: the weights are in proportion to the excess; this is a softmax of the losses.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = np.exp(losses) / np.exp(losses).sum()
    return weights, weights @ gradients


# %% wrong: inverse  says: the task with the *larger* excess gets the larger weight.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = (1 / excess) / (1 / excess).sum()
    return weights, weights @ gradients


# %% wrong: all to the worst  says: the weights are in proportion; here the largest excess takes all.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = (excess == excess.max()) / (excess == excess.max()).sum()
    return weights, weights @ gradients


# %% wrong: squared  says: in proportion to the excess, not to its square.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess**2 / (excess**2).sum()
    return weights, weights @ gradients


# %% wrong: root  says: in proportion to the excess, not to its root.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = np.sqrt(excess) / np.sqrt(excess).sum()
    return weights, weights @ gradients


# %% wrong: relative excess  says: the excess is a difference, L − floor, not relative to the floor.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum((losses - floors) / floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: ratio  says: the excess is a difference, L − floor, not a ratio.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses / floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: no least  says: a loss below its floor gives a negative weight: take the maximum with `least`.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = losses - floors
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: cut at zero  says: an excess is at least `least`, not 0.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, 0)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: absolute value  says: below the floor is as good as at the floor; its distance does not count.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(np.abs(losses - floors), least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: least added  says: `least` is a lower bound; it is not added.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, 0) + least
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: least as an upper bound  says: `least` is a lower bound: the maximum, not the minimum.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.minimum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: cut after the division  says: cut first, then divide by the sum, so that the weights add up to 1.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = losses - floors
    weights = np.maximum(excess / excess.sum(), least)
    return weights, weights @ gradients


# %% wrong: not normalised  says: the weights add up to 1: divide by the sum.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess
    return weights, weights @ gradients


# %% wrong: divided by the largest  says: the weights add up to 1: divide by the sum, not by the largest.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.max()
    return weights, weights @ gradients


# %% wrong: divided by the mean  says: the weights add up to 1: divide by the sum, not by the mean.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.mean()
    return weights, weights @ gradients


# %% wrong: one floor for all  says: each task has a floor of its own; here all have the mean.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors.mean(), least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: the lowest floor for all  says: each task has a floor of its own; here all have the lowest.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors.min(), least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: sign of the excess  says: the excess is L − floor, not floor − L.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(floors - losses, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: mean of the gradients  says: the gradients are weighted with w; this is their plain mean.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, gradients.mean(axis=0)


# %% wrong: sum of the gradients  says: the gradients are weighted with w; this is their plain sum.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, gradients.sum(axis=0)


# %% wrong: divided by the number of tasks  says: the weights add up to 1 already; do not divide by the number of tasks again.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients / len(weights)


# %% wrong: weighted with the excess  says: the gradients are weighted with w, not with the excess.
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, excess @ gradients


# %% wrong: gradients not added up  says: has shape (4, 3)
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights[:, None] * gradients


# %% wrong: the weights alone  says: expected a tuple (weights, mixed)
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights


# %% wrong: a list of weights  says: is a list
def dynamic_weights(losses, floors, gradients, least):
    if least <= 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights.tolist(), weights @ gradients


# %% wrong: zero allowed  says: accepted bad input
def dynamic_weights(losses, floors, gradients, least):
    if least < 0:
        raise ValueError(f"expected least > 0, got {least}")
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: no check  says: accepted bad input
def dynamic_weights(losses, floors, gradients, least):
    excess = np.maximum(losses - floors, least)
    weights = excess / excess.sum()
    return weights, weights @ gradients


# %% wrong: hard-coded for the example
def dynamic_weights(losses, floors, gradients, least):
    return np.array([0.25, 0.75]), np.array([0.25, 0.75])
