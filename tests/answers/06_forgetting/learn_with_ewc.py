# %% right: mended in place
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% right: a new array each step, Fisher in a loop
def learn_with_ewc(tasks, classes, steps, lr, strength):
    D = tasks[0][0].shape[1]
    W = np.zeros((D, classes))
    old, stages = [], []
    for x, y in tasks:
        targets = np.eye(classes)[y]
        for _ in range(steps):
            g = x.T @ (softmax(x @ W) - targets) / len(x)
            g = g + sum(strength * F * (W - A) for A, F in old)
            W = W - lr * g
        F = np.zeros_like(W)
        for row in x:
            p = softmax(row[None] @ W)[0]
            for c in range(classes):  # every class as the label, with its probability
                F += p[c] * np.outer(row, np.eye(classes)[c] - p) ** 2 / len(x)
        old.append((W, F))
        stages.append(W)
    return np.stack(stages)


# %% right: autograd
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = torch.zeros((tasks[0][0].shape[1], classes), dtype=torch.float64, requires_grad=True)
    old, stages = [], []
    for x, y in tasks:
        x, y = torch.from_numpy(x), torch.from_numpy(y)
        for _ in range(steps):
            loss = torch.nn.functional.cross_entropy(x @ W, y)
            for A, F in old:
                loss = loss + strength / 2 * (F * (W - A) ** 2).sum()
            (g,) = torch.autograd.grad(loss, W)
            with torch.no_grad():
                W -= lr * g
        with torch.no_grad():
            p = (x @ W).softmax(1)
            old.append((W.clone(), (x**2).T @ (p - p**2) / len(x)))
            stages.append(W.numpy().copy())
    return np.array(stages)


# %% wrong: as it was  says: this is plain training: nothing holds the weights. Is the penalty's gradient 0?
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W)
        gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
        fishers.append(gradient**2)
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: only the anchors mended  says: the Fisher information is made of the squares of single examples' gradients; this is the square of their mean.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x.T @ (p - np.eye(classes)[y]) / len(x)) ** 2)
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: only the Fisher mended  says: this is plain training: nothing holds the weights. Is the penalty's gradient 0?
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W)
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: a view is no copy  says: this is plain training: nothing holds the weights. Is the penalty's gradient 0?
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W[:])
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: empirical Fisher  says: these are the squares for the labels of the data; the contract takes every class, with its probability.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p - np.eye(classes)[y]) ** 2 / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: Fisher with p alone  says: a class that is sure has no Fisher information: p (1 − p), not p.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ p / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: Fisher with p squared  says: the factor is p (1 − p).
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ p**2 / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: inputs not squared  says: the inputs are squared in F.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append(x.T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: square after the mean over the inputs  says: square each input before the mean, not after.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x.T @ (p * (1 - p)) / len(x)) ** 2)
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: Fisher summed  says: F is a mean over the N inputs.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: no Fisher  says: all weights are held alike here: this is L2.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append(np.ones(W.shape))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: p from before the last step  says: p belongs to the weights at the end of the task; this one is from before the last step.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: anchored where the task began  says: the anchor is W at the *end* of the task; this is where it began.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        anchors.append(W.copy())
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: anchored at zero  says: the anchor is W at the end of the task, not 0.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * W
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: only the newest task  says: *all* tasks before this one hold, not only the newest.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors[-1:], fishers[-1:]):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: only the first task  says: *all* tasks before this one hold, not only the first.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors[:1], fishers[:1]):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: all Fishers at the newest anchor  says: each task holds W at its own anchor; here all Fishers pull towards the newest.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors[-1:] * len(fishers), fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: mean over the tasks  says: the penalties of the tasks add up.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A) / len(anchors)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: two in the gradient  says: the gradient of λ/2 F (W − A)² is λ F (W − A).
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += 2 * strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: half in the gradient  says: the gradient of λ/2 F (W − A)² is λ F (W − A), without the ½.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength / 2 * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: sign of the penalty  says: the penalty pushes W *away* from the anchor: wrong sign.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient -= strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: starts afresh on each task  says: W goes on from task to task; it starts at 0 only once.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        W = np.zeros(W.shape)
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: penalty only at the first step  says: the penalty's gradient belongs to every step.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for step in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers) if step == 0 else []:
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return np.array(stages)


# %% wrong: stages are one array  says: all stages are the same here: `W -= …` changes W in place, so put a copy into `stages`.
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W)
    return np.array(stages)


# %% wrong: only the end  says: has shape (2, 3), expected
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return W


# %% wrong: a list of arrays  says: is a list
def learn_with_ewc(tasks, classes, steps, lr, strength):
    W = np.zeros((tasks[0][0].shape[1], classes))
    anchors, fishers, stages = [], [], []
    for x, y in tasks:
        for _ in range(steps):
            p = softmax(x @ W)
            gradient = x.T @ (p - np.eye(classes)[y]) / len(x)
            for A, F in zip(anchors, fishers):
                gradient += strength * F * (W - A)
            W -= lr * gradient
        p = softmax(x @ W)
        anchors.append(W.copy())
        fishers.append((x**2).T @ (p * (1 - p)) / len(x))
        stages.append(W.copy())
    return stages


# %% wrong: hard-coded for the example
def learn_with_ewc(tasks, classes, steps, lr, strength):
    return np.full((len(tasks), tasks[0][0].shape[1], classes), 0.76)
