# %% right: rows and diagonals
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% right: loops
def continual_scores(R, untrained):
    T = len(R)
    if T < 2 or R.shape != (T, T):
        raise ValueError("bad shape " + str(R.shape))
    back, fwd, forg = [], [], []
    for j in range(T):
        if j + 1 < T:
            back.append(R[T - 1][j] - R[j][j])
            forg.append(max(R[i][j] for i in range(T - 1)) - R[T - 1][j])
        if j:
            fwd.append(R[j - 1][j] - untrained[j])
    return sum(R[T - 1]) / T, sum(back) / (T - 1), sum(fwd) / (T - 1), sum(forg) / (T - 1)


# %% right: np.diag with offsets, a list
def continual_scores(R, untrained):
    if len(set(R.shape)) != 1 or R.ndim != 2 or R.shape[0] == 1:
        raise ValueError(f"shape {R.shape}")
    n = R.shape[0] - 1
    return [
        np.mean(R[n]),
        np.sum(R[n, :n] - np.diag(R)[:n]) / n,
        np.mean(np.diag(R, k=1) - untrained[1:]),
        float(np.mean(np.max(R[:n, :n], axis=0) - R[n, :n])),
    ]


# %% right: torch
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected a square matrix, got {R.shape}")
    r, u = torch.tensor(R), torch.tensor(untrained)
    last = r[-1]
    return (
        last.mean(),
        (last - r.diag())[:-1].mean(),
        (r.diag(1) - u[1:]).mean(),
        (r[:-1].amax(0) - last)[:-1].mean(),
    )


# %% wrong: transposed  says: this reads the wrong triangle of the matrix: R[i, j] is stage i, task j. The last stage is the last row, and tasks that are still to come stand above the diagonal.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    R = R.T
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: average of the last column  says: this reads the wrong triangle of the matrix: R[i, j] is stage i, task j. The last stage is the last row, and tasks that are still to come stand above the diagonal.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = R[:, -1].mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: average over the whole matrix  says: the average is over the *last stage*, one row, not over the whole matrix.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = R.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: average of the diagonal  says: the diagonal says how well each task was learnt when it came; the average is taken at the end.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = R.diagonal().mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: average over all stages so far  says: the average is over the last stage, not over all stages up to it.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = R[np.tril_indices(T)].mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: average without the last task  says: the average has all T tasks, the last one too.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last[:-1].mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: backward from the wrong triangle  says: this reads the wrong triangle of the matrix: R[i, j] is stage i, task j. The last stage is the last row, and tasks that are still to come stand above the diagonal.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (R[:, -1] - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: divided by T  says: T − 1 tasks can have been forgotten: divide by T − 1.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal()).mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].sum() / T
    return average, backward, forward, forgetting


# %% wrong: sign of backward  says: the size is right and the sign is wrong.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (R.diagonal() - last)[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: backward from the first stage  says: backward transfer compares with the stage at which task j was learnt, R[j, j], not with the first stage.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R[0])[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: backward against the stage before  says: backward transfer compares with R[j, j], not with the stage before the last.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R[-2])[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: backward as a ratio  says: backward transfer is a difference, not a ratio.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last / R.diagonal() - 1)[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward from below the diagonal  says: this reads the wrong triangle of the matrix: R[i, j] is stage i, task j. The last stage is the last row, and tasks that are still to come stand above the diagonal.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j, j - 1] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward without the untrained network  says: subtract what the untrained network gets on task j.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward against another task's chance  says: the untrained accuracy belongs to the same task j.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j - 1] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward of the task itself  says: forward transfer is measured *before* task j is trained on: stage j − 1.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward over T  says: forward transfer has T − 1 tasks: divide by T − 1.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = sum([R[j - 1, j] - untrained[j] for j in range(1, T)]) / T
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forward from the first stage only  says: task j is compared after stage j − 1, not after the first stage.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[0, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forgetting is minus backward  says: forgetting compares with the *best* stage before the last, not with R[j, j].
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = -backward
    return average, backward, forward, forgetting


# %% wrong: maximum over all stages  says: forgetting may be negative: a task can get better at the last stage. The maximum runs over the stages before it, and nothing is cut off at 0.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R.max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: maximum from the own stage on  says: the maximum runs over *all* stages but the last, also over those before task j was trained on.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = np.mean([R[j:-1, j].max() - R[-1, j] for j in range(T - 1)])
    return average, backward, forward, forgetting


# %% wrong: maximum over the tasks  says: the best *stage* of each task: the maximum of a column, axis 0.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:, :-1].max(axis=1) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: forgetting is the largest  says: forgetting is the mean over the tasks, not the worst of them.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].max()
    return average, backward, forward, forgetting


# %% wrong: forgetting cut at zero  says: forgetting may be negative: a task can get better at the last stage. The maximum runs over the stages before it, and nothing is cut off at 0.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = np.maximum(R[:-1].max(axis=0) - last, 0)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: sign of forgetting  says: the size is right and the sign is wrong.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (last - R[:-1].max(axis=0))[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: in per cent  says: accuracies are numbers from 0 to 1, not per cent.
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return 100 * average, 100 * backward, 100 * forward, 100 * forgetting


# %% wrong: backward and forward exchanged  says: what belongs here stands where
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, forward, backward, forgetting


# %% wrong: three scores  says: expected a tuple (average, backward, forward, forgetting)
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forgetting


# %% wrong: rounded  says: rounded
def continual_scores(R, untrained):
    if R.ndim != 2 or R.shape[0] != R.shape[1] or len(R) < 2:
        raise ValueError(f"expected R of shape (T, T) with T ≥ 2, got {R.shape}")
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return round(average, 2), round(backward, 2), round(forward, 2), round(forgetting, 2)


# %% wrong: no check  says: so that the reader sees what went wrong
def continual_scores(R, untrained):
    T = len(R)
    last = R[-1]
    average = last.mean()
    backward = (last - R.diagonal())[:-1].mean()
    forward = np.mean([R[j - 1, j] - untrained[j] for j in range(1, T)])
    forgetting = (R[:-1].max(axis=0) - last)[:-1].mean()
    return average, backward, forward, forgetting


# %% wrong: hard-coded for the example
def continual_scores(R, untrained):
    return 0.7, -0.3, 0.1, 0.3
