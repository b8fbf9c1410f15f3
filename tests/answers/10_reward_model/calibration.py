# %% right: loop over the bins that are used
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% right: weighted bincounts
def calibration(predicted, observed, bins):
    if predicted.min() < 0 or predicted.max() > 1:
        raise ValueError(f"{predicted.min()} to {predicted.max()}")
    k = np.clip(np.floor(predicted * bins).astype(np.int64), 0, bins - 1)
    n = np.bincount(k, minlength=bins)
    with np.errstate(invalid="ignore"):
        said = np.bincount(k, predicted, bins) / n
        came = np.bincount(k, observed, bins) / n
    return said, came, n, np.nansum(n * np.abs(said - came)) / n.sum()


# %% right: plain Python
def calibration(predicted, observed, bins):
    groups = [[] for _ in range(bins)]
    for p, y in zip(predicted.tolist(), observed.tolist()):
        if not 0 <= p <= 1:
            raise ValueError(f"{p} is no probability")
        groups[min(int(p * bins), bins - 1)].append((p, y))
    mean = np.array([sum(p for p, _ in g) / len(g) if g else math.nan for g in groups])
    rate = np.array([sum(y for _, y in g) / len(g) if g else math.nan for g in groups])
    count = np.array([len(g) for g in groups])
    error = sum(abs(sum(p - y for p, y in g)) for g in groups) / len(predicted)
    return mean, rate, count, error


# %% right: one-hot of the bins
def calibration(predicted, observed, bins):
    if np.any((predicted < 0) | (predicted > 1)):
        raise ValueError("not probabilities")
    at = (predicted * bins).astype(int)
    at[at == bins] = bins - 1
    inside = at[None, :] == np.arange(bins)[:, None]  # (bins, M)
    count = inside.sum(axis=1)
    full = np.where(count > 0, count, 1)
    mean = np.where(count > 0, inside @ predicted / full, np.nan)
    rate = np.where(count > 0, inside @ observed / full, np.nan)
    gaps = np.abs(np.nan_to_num(mean) - np.nan_to_num(rate))
    return mean, rate, count, float(count @ gaps) / len(predicted)


# %% wrong: empty bins 0  says: an empty bin is NaN: 0 would say that its predictions never came true.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.zeros(bins), np.zeros(bins)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: middle of the bin  says: the mean of the predictions in the bin is asked, not the middle of the bin.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = (k + 0.5) / bins, observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: left end of the bin  says: the mean of the predictions in the bin is asked, not its left end.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = k / bins, observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: every bin alike  says: a bin counts as often as it has predictions: weight with count/M.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += 1 / (count > 0).sum() * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: divided by the number of bins  says: divide by the number of predictions M; the weights are count/M.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += 1 / bins * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: not divided  says: the weights are count/M; divide by M.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: largest gap  says: this is the *largest* gap; the mean over the predictions is asked.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error = max(error, abs(mean[k] - rate[k]))
    return mean, rate, count, error


# %% wrong: gaps with their signs  says: too high in one bin and too low in another must not cancel: |mean − rate|.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * (mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: squared gaps  says: |mean − rate| is asked, not its square.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * (mean[k] - rate[k]) ** 2
    return mean, rate, count, error


# %% wrong: each prediction by itself  says: this is the mean of |p − y| for each prediction: it is large even for perfect probabilities. First average inside the bins.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
    return mean, rate, count, np.abs(predicted - observed).mean()


# %% wrong: rounded to the nearest bin  says: bin k begins at k/bins; here predictions are rounded to the *nearest* multiple.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum(np.rint(predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: right ends  says: k/bins itself belongs to bin k, not to the one before.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.clip(np.ceil(predicted * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: equally full bins  says: the bins are equally wide, not equally full.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = predicted.argsort(kind="stable").argsort(kind="stable") * bins // len(predicted)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: from the smallest to the largest  says: the bins cut the interval from 0 to 1, not the range of these predictions.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    low, high = predicted.min(), predicted.max()
    place = np.minimum(((predicted - low) / (high - low + 1e-12) * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: only ½ to 1  says: predictions below ½ are not folded over: bins go from 0 to 1.
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    predicted, observed = np.maximum(predicted, 1 - predicted), np.where(predicted < 0.5, 1 - observed, observed)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: p = 1 forgotten  says: IndexError
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = (predicted * bins).astype(int)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: p = 1 thrown away  says: is not right
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    kept = predicted < 1
    predicted, observed = predicted[kept], observed[kept]
    place = (predicted * bins).astype(int)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error


# %% wrong: rate and mean exchanged  says: what belongs here stands where
def calibration(predicted, observed, bins):
    if (predicted < 0).any() or (predicted > 1).any():
        raise ValueError("expected probabilities from 0 to 1")
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return rate, mean, count, error


# %% wrong: rewards accepted  says: accepted bad input
def calibration(predicted, observed, bins):
    predicted = predicted.clip(0, 1)
    mean, rate = np.full(bins, np.nan), np.full(bins, np.nan)
    place = np.minimum((predicted * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    error = 0.0
    for k in np.flatnonzero(count):
        mean[k], rate[k] = predicted[place == k].mean(), observed[place == k].mean()
        error += count[k] / len(predicted) * abs(mean[k] - rate[k])
    return mean, rate, count, error
