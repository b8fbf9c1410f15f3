# %% right: task by task
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% right: bincount
def multi_task_loss(losses, tasks, weights):
    if losses.shape != tasks.shape:
        raise ValueError(f"shapes {losses.shape} and {tasks.shape}")
    real = tasks >= 0
    if not np.any(real):
        raise ValueError("nothing but padding")
    K = weights.size
    count = np.bincount(tasks[real], minlength=K)
    total = np.bincount(tasks[real], weights=losses[real], minlength=K)
    means = total / np.maximum(count, 1)
    u = np.where(count > 0, weights, 0.0)
    return float(u @ means / u.sum()), means


# %% right: plain Python
def multi_task_loss(losses, tasks, weights):
    if len(tasks) != len(losses):
        raise ValueError(f"{len(tasks)} != {len(losses)}")
    groups = {}
    for loss, k in zip(losses.tolist(), tasks.tolist()):
        if k != -1:
            groups.setdefault(k, []).append(loss)
    if not groups:
        raise ValueError("no task is present")
    means = np.array([math.fsum(groups[k]) / len(groups[k]) if k in groups else 0.0 for k in range(len(weights))])
    above = sum(weights[k] * means[k] for k in groups)
    return above / sum(weights[k] for k in groups), means


# %% right: a matrix of who belongs to whom
def multi_task_loss(losses, tasks, weights):
    if losses.shape[0] != tasks.shape[0]:
        raise ValueError(f"{losses.shape[0]} losses for {tasks.shape[0]} places")
    member = tasks[None, :] == np.arange(len(weights))[:, None]
    clean = np.where(tasks < 0, 0.0, losses)
    n = member.sum(axis=1)
    if n.sum() == 0:
        raise ValueError("empty batch")
    means = (member @ clean) / np.where(n == 0, 1, n)
    return np.average(means[n > 0], weights=weights[n > 0]), means


# %% wrong: mean over all places  says: each task's loss is a mean of its own; here a task with many places counts more.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return losses[tasks >= 0].mean(), means


# %% wrong: weighted mean over all places  says: each task's loss is a mean of its own; here each *place* carries its task's weight, and a task with many places counts more.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    real = tasks >= 0
    return (weights[tasks[real]] * losses[real]).sum() / weights[tasks[real]].sum(), means


# %% wrong: sums in place of means  says: L_k is the mean over the task's places, not the sum.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.sum(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% wrong: weights ignored  says: the weights are missing: this is the plain mean over the tasks.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = present / present.sum()
    return (share * means).sum(), means


# %% wrong: weights not normalised  says: the weights are in any unit: divide by their sum.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present
    return (share * means).sum(), means


# %% wrong: divided by the number of tasks  says: the weights are in any unit: divide by their sum, not by the number of tasks.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / K
    return (share * means).sum(), means


# %% wrong: divided by the number of tasks present  says: the weights are in any unit: divide by their sum, not by the number of tasks.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / present.sum()
    return (share * means).sum(), means


# %% wrong: absent tasks in the denominator  says: a task without a place counts neither above nor below: leave its weight out of the sum.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / weights.sum()
    return (share * means).sum(), means


# %% wrong: weights through a softmax  says: the weights are divided by their sum; there is no softmax.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = np.exp(weights) * present / (np.exp(weights) * present).sum()
    return (share * means).sum(), means


# %% wrong: divided by the weight  says: a large weight makes a task *more* important: multiply by it.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = present / weights / (present / weights).sum()
    return (share * means).sum(), means


# %% wrong: divided by the largest weight  says: divide by the sum of the weights, not by the largest.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).max()
    return (share * means).sum(), means


# %% wrong: the weights in the means  says: `means` are the L_k, without weights.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), share * means


# %% wrong: padding counted for the last task  says: k = −1 is padding: as an index, −1 is the last task.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    tasks = tasks % K
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% wrong: padding counted as a place  says: padding is no place: leave it out of the number of places.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = np.where(tasks == k, losses, 0.0).mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% wrong: NaN for an absent task  says: contains nan
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        present[k] = len(here) > 0
        means[k] = here.mean() if len(here) else np.nan
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return np.nansum(share * means), means


# %% wrong: padding multiplied by 0  says: contains nan
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = (losses * (tasks == k)).sum() / (tasks == k).sum(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% wrong: one mean for all  says: there is one mean for each task.
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), np.full(K, means[present].mean())


# %% wrong: order exchanged  says: expected a single number
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return means, (share * means).sum()


# %% wrong: lengths not checked  says: the contract asks for a ValueError
def multi_task_loss(losses, tasks, weights):
    losses, tasks = losses[: len(tasks)], tasks[: len(losses)]
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        raise ValueError("expected a task in the batch, got padding alone")
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means


# %% wrong: padding alone accepted  says: the contract asks for a ValueError
def multi_task_loss(losses, tasks, weights):
    if len(losses) != len(tasks):
        raise ValueError(f"expected {len(losses)} tasks, got {len(tasks)}")
    K = len(weights)
    means, present = np.zeros(K), np.zeros(K, dtype=bool)
    for k in range(K):
        here = losses[tasks == k]
        if len(here):
            means[k], present[k] = here.mean(), True
    if not present.any():
        return 0.0, means
    share = weights * present / (weights * present).sum()
    return (share * means).sum(), means
