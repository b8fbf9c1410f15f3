# %% right: reshaped
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% right: loops
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    if K % per_task != 0:
        raise ValueError(f"{K} classes do not split into tasks of {per_task}")
    hits = [0, 0, 0, 0]
    for z, y in zip(logits, labels):
        start = y // per_task * per_task
        hits[0] += start + np.argmax(z[start : start + per_task]) == y
        e = [math.exp(v - max(z)) for v in z]
        sums = [sum(e[r::per_task]) for r in range(per_task)]
        hits[1] += int(np.argmax(sums)) == y % per_task
        hits[2] += np.argmax(z) == y
        hits[3] += np.argmax(z) // per_task == y // per_task
    return tuple(h / N for h in hits)


# %% right: masks and torch
def scenario_scores(logits, labels, per_task):
    z, y = torch.from_numpy(logits), torch.from_numpy(labels)
    K = z.shape[1]
    if K / per_task != K // per_task:
        raise ValueError("K = %d, n = %d" % (K, per_task))
    c = torch.arange(K)
    other = (c // per_task)[None] != (y // per_task)[:, None]
    told = z.masked_fill(other, -math.inf).argmax(1) == y
    place = torch.nn.functional.one_hot(c % per_task, per_task).double()
    domain = (z.softmax(1) @ place).argmax(1) == y % per_task
    best = z.argmax(1)
    found = torch.div(best, per_task, rounding_mode="floor") == y // per_task
    return [float(r.double().mean()) for r in (told, domain, best == y, found)]


# %% wrong: task guessed instead of told  says: the task is told: look only at the classes of the label's own task.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), logits.argmax(axis=1) // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: task told is class  says: with the task told, the other tasks' classes are no candidates.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(best == labels),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: tasks interleaved  says: class c belongs to task ⌊c / n⌋ and is number c mod n in it, not the other way round.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, n, K // n).transpose(0, 2, 1)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels % (K // n)].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, n, K // n).transpose(0, 2, 1)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels // (K // n)),
        np.mean(number == labels // (K // n)),
        np.mean(best == labels),
        np.mean(best % (K // n) == labels % (K // n)),
    )


# %% wrong: domain by the largest class  says: the classes of a number are added up; this takes the number of the single likeliest class.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = logits.argmax(axis=1) % n
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain by the sum of logits  says: add up *probabilities*, not logits: classes that exclude each other.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = by_task.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain by the largest logit of each number  says: the classes of a number are added up; this takes the number of the single likeliest class.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = by_task.max(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain with a softmax within each task  says: the softmax runs over all K classes; here every task counts alike.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    q = np.exp(by_task - by_task.max(axis=2, keepdims=True))
    number = (q / q.sum(axis=2, keepdims=True)).sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain with the task told  says: in the domain scenario the task is not told.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(told == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain must name the class  says: in the domain scenario only the number within the task is asked, not the class.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean((number == labels % n) & (best == labels)),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain over the tasks  says: add up over the tasks, axis 1, so that one number for each place in a task is left.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=2).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain overflows  says: subtract the largest logit before `exp`: exp(1000) is infinite.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: domain by multiplied probabilities  says: add up *probabilities*, not logits: classes that exclude each other.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = np.log(p + 1e-300).sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: class with the task told  says: in the class scenario the task is not told.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(told == labels % n),
        np.mean(best // n == labels // n),
    )


# %% wrong: class is task times found  says: whether the task is found and whether the class is right within it go together: count, do not multiply.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(told == labels % n) * np.mean(best // n == labels // n),
        np.mean(best // n == labels // n),
    )


# %% wrong: found is class  says: the task is found also where the class within it is wrong.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best == labels),
    )


# %% wrong: found by the place  says: the task of class c is c // n, not c % n.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best % n == labels % n),
    )


# %% wrong: found by probability mass  says: the task found is that of the single class with the largest z, not the task with the largest sum.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(p.sum(axis=2).argmax(axis=1) == labels // n),
    )


# %% wrong: smallest logit  says: the *largest* logit wins.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmin(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmin(axis=1)
    best = logits.argmin(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: error rates  says: shares of right answers are asked, not error rates.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told != labels % n),
        np.mean(number != labels % n),
        np.mean(best != labels),
        np.mean(best // n != labels // n),
    )


# %% wrong: counts  says: shares are asked, not counts.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.sum(told == labels % n),
        np.sum(number == labels % n),
        np.sum(best == labels),
        np.sum(best // n == labels // n),
    )


# %% wrong: in per cent  says: numbers from 0 to 1, not per cent.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        100 * np.mean(told == labels % n),
        100 * np.mean(number == labels % n),
        100 * np.mean(best == labels),
        100 * np.mean(best // n == labels // n),
    )


# %% wrong: mean over the tasks  says: the share of all examples is asked, not the mean of the tasks' shares.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    mean = lambda hit: np.mean([hit[labels // n == t].mean() for t in np.unique(labels // n)])
    return (
        mean(told == labels % n),
        mean(number == labels % n),
        mean(best == labels),
        mean(best // n == labels // n),
    )


# %% wrong: n taken for the number of tasks  says: n is the number of classes in a task, not the number of tasks.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    if K % per_task:
        raise ValueError(f"expected a multiple of {per_task} classes, got {K}")
    n = K // per_task
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: one result for each example  says: is a mean or a sum missing?
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        (told == labels % n) * 1.0,
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: task and class exchanged  says: with the task told, the other tasks' classes are no candidates.
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(best == labels),
        np.mean(number == labels % n),
        np.mean(told == labels % n),
        np.mean(best // n == labels // n),
    )


# %% wrong: three scores  says: expected a tuple (task, domain, class, found)
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    if K % n:
        raise ValueError(f"expected a multiple of {n} classes, got {K}")
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
    )


# %% wrong: no check  says: so that the reader sees what went wrong
def scenario_scores(logits, labels, per_task):
    N, K = logits.shape
    n = per_task
    by_task = logits.reshape(N, K // n, n)  # class c is at [c // n, c % n]
    told = by_task[np.arange(N), labels // n].argmax(axis=1)
    p = np.exp(logits - logits.max(axis=1, keepdims=True)).reshape(N, K // n, n)
    number = p.sum(axis=1).argmax(axis=1)
    best = logits.argmax(axis=1)
    return (
        np.mean(told == labels % n),
        np.mean(number == labels % n),
        np.mean(best == labels),
        np.mean(best // n == labels // n),
    )


# %% wrong: hard-coded for the example
def scenario_scores(logits, labels, per_task):
    return 1.0, 0.5, 0.0, 0.0
