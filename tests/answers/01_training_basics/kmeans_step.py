# %% right: broadcasting
def kmeans_step(points, centres):
    distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    labels = distances.argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% right: loops
def kmeans_step(points, centres):
    N, D = points.shape
    labels = np.zeros(N, dtype=np.int32)
    for n in range(N):
        best = None
        for k in range(len(centres)):
            distance = np.sqrt(np.sum((points[n] - centres[k]) ** 2))
            if best is None or distance < best:
                best, labels[n] = distance, k
    new_centres = np.empty_like(centres)
    for k in range(len(centres)):
        mine = [points[n] for n in range(N) if labels[n] == k]
        new_centres[k] = sum(mine) / len(mine) if mine else centres[k]
    return labels, new_centres


# %% right: one-hot matrix product
def kmeans_step(points, centres):
    squares = np.linalg.norm(points[:, None] - centres, axis=-1)
    labels = np.argmin(squares, axis=1)
    onehot = (labels[:, None] == np.arange(len(centres))).astype(float)
    counts = onehot.sum(axis=0)[:, None]
    means = onehot.T @ points / np.maximum(counts, 1)
    return labels, np.where(counts > 0, means, centres)


# %% right: torch
def kmeans_step(points, centres):
    import torch

    x, c = torch.tensor(points), torch.tensor(centres)
    labels = torch.cdist(x, c, compute_mode="donot_use_mm_for_euclid_dist").argmin(dim=1)
    new = c.clone()
    for k in range(len(c)):
        if (labels == k).any():
            new[k] = x[labels == k].mean(dim=0)
    return labels.numpy(), new.numpy()


# %% right: scipy cdist and bincount
def kmeans_step(points, centres):
    from scipy.spatial.distance import cdist
    K = len(centres)
    labels = cdist(points, centres).argmin(1)
    counts = np.bincount(labels, minlength=K)
    sums = np.stack([np.bincount(labels, weights=col, minlength=K) for col in points.T], axis=1)
    return labels, np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)


# %% right: expanded squares
def kmeans_step(points, centres):
    d = (points**2).sum(1)[:, None] - 2 * points @ centres.T + (centres**2).sum(1)
    labels = d.argmin(1)
    new = np.array([points[labels == k].mean(0) if (labels == k).any() else centres[k] for k in range(len(centres))])
    return [labels, new]


# %% right: np.add.at, int8 labels
def kmeans_step(points, centres):
    labels = np.linalg.norm(points[:, None] - centres, axis=-1).argmin(-1).astype(np.int8)
    total, n = np.zeros_like(centres), np.zeros(len(centres))
    np.add.at(total, labels, points)
    np.add.at(n, labels, 1)
    new = centres.copy()
    new[n > 0] = total[n > 0] / n[n > 0, None]
    return labels, new


# %% wrong: the farthest centre  says: *farthest* centre
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmax(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: an empty cluster becomes NaN  says: the mean of no points is NaN
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    return labels, np.array([points[labels == k].mean(axis=0) for k in range(len(centres))])


# %% wrong: an empty cluster goes to zero  says: the empty centre went to 0
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = np.zeros_like(centres)
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: an empty cluster is dropped  says: disappeared
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    return labels, np.array([points[labels == k].mean(axis=0) for k in np.unique(labels)])


# %% wrong: sum of absolute differences  says: asks for the Euclidean distance
def kmeans_step(points, centres):
    labels = np.abs(points[:, None] - centres).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: until nothing changes  says: do one step only
def kmeans_step(points, centres):
    new_centres = centres.copy()
    while True:
        labels = ((points[:, None] - new_centres) ** 2).sum(axis=2).argmin(axis=1)
        old = new_centres.copy()
        for k in np.unique(labels):
            new_centres[k] = points[labels == k].mean(axis=0)
        if np.allclose(old, new_centres):
            return labels, new_centres


# %% wrong: labels after the move  says: labels for the *new* centres
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    labels = ((points[:, None] - new_centres) ** 2).sum(axis=2).argmin(axis=1)
    return labels, new_centres


# %% wrong: sum of the points  says: the mean divides by their number
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].sum(axis=0)
    return labels, new_centres


# %% wrong: median  says: this is the median
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = np.median(points[labels == k], axis=0)
    return labels, new_centres


# %% wrong: mean over the coordinates too  says: take it over the points
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean()
    return labels, new_centres


# %% wrong: moves the caller's centres  says: changed its input
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    for k in np.unique(labels):
        centres[k] = points[labels == k].mean(axis=0)
    return labels, centres


# %% wrong: labels counted from 1  says: the labels are counted from 1
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels + 1, new_centres


# %% wrong: ties go to the last centre  says: on a tie
def kmeans_step(points, centres):
    squares = ((points[:, None] - centres) ** 2).sum(axis=2)
    labels = len(centres) - 1 - squares[:, ::-1].argmin(axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: labels as a column  says: has shape
def kmeans_step(points, centres):
    labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1, keepdims=True)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels[:, 0] == k].mean(axis=0)
    return labels, new_centres


# %% wrong: running update while assigning  says: moved after each point
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference**2, axis=2), axis=1)
    new_centres = centres.copy()
    for n, k in enumerate(labels):
        new_centres[k] = (new_centres[k] + points[n]) / 2
    return labels, new_centres


# %% wrong: square of the sum  says: square first, then sum
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference, axis=2)**2, axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: Chebyshev distance  says: the largest difference
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.max(abs(difference), axis=2), axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: inner product as similarity  says: scalar products
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(-(points @ centres.T), axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: an empty centre goes to a random point  says: went to one of the points
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference**2, axis=2), axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    for k in range(len(centres)):
        if k not in labels:
            new_centres[k] = points[0]
    return labels, new_centres


# %% wrong: the last cluster is skipped  says: did not move
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference**2, axis=2), axis=1)
    new_centres = centres.copy()
    for k in range(len(centres) - 1):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres


# %% wrong: new centres transposed  says: one row for each centre
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference**2, axis=2), axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k].mean(axis=0)
    return labels, new_centres.T


# %% wrong: nearest point of each cluster (medoid)  says: these are points
def kmeans_step(points, centres):
    difference = points[:, None, :] - centres[None, :, :]  # (N, K, D)
    labels = np.argmin(np.sum(difference**2, axis=2), axis=1)
    new_centres = centres.copy()
    for k in np.unique(labels):
        new_centres[k] = points[labels == k][0]
    return labels, new_centres
