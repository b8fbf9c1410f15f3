# %% right: broadcasting
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% right: loops
def ewc_penalty(theta, anchors, fishers, strength):
    if np.shape(anchors) != np.shape(fishers):
        raise ValueError(f"{np.shape(anchors)} does not fit {np.shape(fishers)}")
    total, slope = 0.0, np.zeros(len(theta))
    for anchor, fisher in zip(anchors, fishers):
        for i in range(len(theta)):
            d = theta[i] - anchor[i]
            total += strength * fisher[i] * d * d / 2
            slope[i] += strength * fisher[i] * d
    return total, slope


# %% right: autograd
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError("anchors %s, fishers %s" % (anchors.shape, fishers.shape))
    t = torch.tensor(theta, requires_grad=True)
    loss = (t * 0).sum()
    for a, f in zip(torch.from_numpy(anchors), torch.from_numpy(fishers)):
        loss = loss + 0.5 * strength * (f * (t - a).square()).sum()
    loss.backward()
    return loss.item(), t.grad.numpy()


# %% right: merged into one spring
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"{anchors.shape} against {fishers.shape}")
    F, FA, FAA = fishers.sum(0), (fishers * anchors).sum(0), (fishers * anchors**2).sum()
    return 0.5 * strength * float((F * theta**2 - 2 * FA * theta).sum() + FAA), strength * (F * theta - FA)


# %% wrong: the newest anchor for all tasks  says: each old task has an anchor of its own; here all Fishers pull towards the newest.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors[-1:]  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: the first anchor for all tasks  says: each old task has an anchor of its own; here all Fishers pull towards the first.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors[:1]  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: only the newest task  says: all old tasks pull; here only the newest does.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    anchors, fishers = anchors[-1:], fishers[-1:]
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: only the first task  says: all old tasks pull; here only the first does.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    anchors, fishers = anchors[:1], fishers[:1]
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: anchored at zero  says: the anchor is the weights after the old task, not 0: this is weight decay.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta + 0 * anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: anchored at the mean  says: each old task pulls towards its own weights, not towards the mean of all.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors.mean(axis=0, keepdims=True) + 0 * anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: anchored at the present weights  says: the distance is 0 if the anchor is the present weights; it is where an *old* task ended.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - theta + 0 * anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: half forgotten  says: the ½ is missing in the penalty.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: half in the gradient  says: the 2 of the square takes the ½ away: λ F (θ − θ*).
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength / 2 * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: two in the gradient  says: the ½ takes the 2 of the square away: λ F (θ − θ*).
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = 2 * strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: no strength  says: λ is missing.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = np.sum(fishers * away**2) / 2
    gradient = np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: strength squared  says: λ appears once.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength**2 / 2 * np.sum(fishers * away**2)
    gradient = strength**2 * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: no Fisher  says: all weights are held alike here: the Fisher is missing, and this is L2.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(away**2)
    gradient = strength * np.sum(away, axis=0)
    return penalty, gradient


# %% wrong: Fisher squared  says: F enters as it is, not squared; the square is on the distance alone.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers**2 * away**2)
    gradient = strength * np.sum(fishers**2 * away, axis=0)
    return penalty, gradient


# %% wrong: root of the Fisher  says: F enters as it is, not its root.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(np.sqrt(fishers) * away**2)
    gradient = strength * np.sum(np.sqrt(fishers) * away, axis=0)
    return penalty, gradient


# %% wrong: divided by the Fisher  says: a large F holds a weight *more* firmly: multiply by it.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(1 / (fishers + 1e-8) * away**2)
    gradient = strength * np.sum(1 / (fishers + 1e-8) * away, axis=0)
    return penalty, gradient


# %% wrong: Fisher inside the square  says: F enters as it is, not squared; the square is on the distance alone.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum((fishers * away) ** 2)
    gradient = strength * np.sum(fishers**2 * away, axis=0)
    return penalty, gradient


# %% wrong: Fisher normalised  says: F is used as it is, not scaled so that it sums to 1.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors
    fishers = fishers / fishers.sum(axis=1, keepdims=True)  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: distance, not squared  says: the distance is squared.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * np.abs(away))
    gradient = strength / 2 * np.sum(fishers * np.sign(away), axis=0)
    return penalty, gradient


# %% wrong: mean over the weights  says: sums are asked, not means over the weights.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(np.mean(fishers * away**2, axis=1))
    gradient = strength * np.sum(fishers * away, axis=0) / len(theta)
    return penalty, gradient


# %% wrong: mean over the tasks  says: the tasks add up; this is their mean.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2) / max(len(anchors), 1)
    gradient = strength * np.sum(fishers * away, axis=0) / max(len(anchors), 1)
    return penalty, gradient


# %% wrong: square of the sum  says: square each distance before adding up.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(np.sum(fishers * away, axis=0) ** 2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: sign of the gradient  says: the sign is wrong
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * (anchors - theta), axis=0)
    return penalty, gradient


# %% wrong: gradient for each task  says: has shape (3, 4)
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * fishers * away
    return penalty, gradient


# %% wrong: gradient summed over the weights  says: expected a NumPy array of shape (4,)
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away)
    return penalty, gradient


# %% wrong: weights after a step  says: return the gradient, not the weights after a step.
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, theta - gradient


# %% wrong: no old task: an index error  says: IndexError
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    newest = anchors[-1]
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: no old task: None  says: returned None
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    if len(anchors) == 0:
        return None
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: the penalty alone  says: expected a tuple (penalty, gradient)
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty


# %% wrong: broadcasts what does not fit  says: accepted bad input
def ewc_penalty(theta, anchors, fishers, strength):
    away = theta - anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: moves the anchors  says: changed its input
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape:
        raise ValueError(f"expected fishers of shape {anchors.shape}, got {fishers.shape}")
    anchors -= theta
    away = -anchors  # (K, P): how far each weight is from where each task left it
    penalty = strength / 2 * np.sum(fishers * away**2)
    gradient = strength * np.sum(fishers * away, axis=0)
    return penalty, gradient


# %% wrong: hard-coded for the example
def ewc_penalty(theta, anchors, fishers, strength):
    return 5.0, np.array([0.0, 20.0])


# %% wrong: the gradient is not added up over the tasks  says: add up over the tasks, axis 0
def ewc_penalty(theta, anchors, fishers, strength):
    if anchors.shape != fishers.shape: raise ValueError(f"{anchors.shape} and {fishers.shape}")
    away=theta-anchors
    return strength/2*(fishers*away**2).sum(), strength*(fishers*away)
