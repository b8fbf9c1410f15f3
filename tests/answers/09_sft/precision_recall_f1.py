# %% right: counts by comparison
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% right: confusion table
def precision_recall_f1(targets, predictions, classes):
    if targets.shape != predictions.shape:
        raise ValueError(f"{len(targets)} targets, {len(predictions)} predictions")
    both = np.concatenate([targets, predictions])
    bad = both[(both < 0) | (both >= classes)]
    if bad.size:
        raise ValueError(f"no class {bad[0]}")
    table = np.bincount(targets * classes + predictions, minlength=classes**2).reshape(classes, classes)
    hits = table.diagonal().astype(float)
    said, there = table.sum(axis=0), table.sum(axis=1)
    with np.errstate(invalid="ignore"):
        precision = np.nan_to_num(hits / said)
        recall = np.nan_to_num(hits / there)
        f1 = np.nan_to_num(2 * hits / (said + there))
    return precision, recall, f1, float(f1.mean())


# %% right: harmonic mean, loops
def precision_recall_f1(targets, predictions, classes):
    n, m = len(targets), len(predictions)
    if n != m:
        raise ValueError(f"{n} and {m}")
    for t in targets.tolist() + predictions.tolist():
        if t not in range(classes):
            raise ValueError(t)
    P, R, F = [], [], []
    for k in range(classes):
        tp = sum(t == k == p for t, p in zip(targets, predictions))
        said = sum(p == k for p in predictions)
        there = sum(t == k for t in targets)
        p = tp / said if said else 0.0
        r = tp / there if there else 0.0
        P.append(p), R.append(r), F.append(2 * p * r / (p + r) if p + r else 0.0)
    return np.array(P, float), np.array(R, float), np.array(F, float), sum(F) / classes


# %% right: scikit-learn
def precision_recall_f1(targets, predictions, classes):
    from sklearn.metrics import precision_recall_fscore_support

    if len(targets) != len(predictions):
        raise ValueError(f"{len(targets)} != {len(predictions)}")
    for values in (targets, predictions):
        for v in (values.min(), values.max()):
            if v < 0 or v > classes - 1:
                raise ValueError(f"class {v}")
    p, r, f, _ = precision_recall_fscore_support(targets, predictions, labels=range(classes), zero_division=0.0)
    return p, r, f, f.mean()


# %% wrong: precision and recall exchanged  says: precision and recall are exchanged: precision divides by what was *predicted*, recall by what is there.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FN), ratio(TP, TP + FP), f1, f1.mean()


# %% wrong: accuracy of each class  says: this counts the true negatives, too: it is an accuracy.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(len(targets) - FP - FN, len(targets) + 0 * TP), ratio(len(targets) - FP - FN, len(targets) + 0 * TP), f1, f1.mean()


# %% wrong: one accuracy for all  says: this is the accuracy over all examples (micro average); here each class counts by itself.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN) * 0 + (targets == predictions).mean()
    return f1, f1, f1, f1.mean()


# %% wrong: divided by all examples  says: divide by what was predicted (precision) or is there (recall), not by all examples.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return TP / len(targets), TP / len(targets), f1, f1.mean()


# %% wrong: arithmetic mean  says: F1 is the *harmonic* mean of precision and recall; this is the arithmetic one.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = (ratio(TP, TP + FP) + ratio(TP, TP + FN)) / 2
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: geometric mean  says: F1 is the *harmonic* mean of precision and recall; this is the geometric one.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = np.sqrt(ratio(TP, TP + FP) * ratio(TP, TP + FN))
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: without the 2  says: the 2 of F1 = 2 P R / (P + R) is missing.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: Jaccard index  says: this is TP / (TP + FP + FN), the Jaccard index; F1 counts TP twice.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(TP, TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: the product  says: F1 is not the product of precision and recall.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(TP, TP + FP) * ratio(TP, TP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: the smaller of the two  says: F1 lies between precision and recall; it is not the smaller one.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = np.minimum(ratio(TP, TP + FP), ratio(TP, TP + FN))
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: macro: F1 of the means  says: macro is the mean of the F1s, and not the F1 of the mean precision and mean recall.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, 2 / (1 / ratio(TP, TP + FP).mean() + 1 / ratio(TP, TP + FN).mean())


# %% wrong: macro: weighted by frequency  says: macro gives every class the same weight; this weighs them by how often they occur.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, (f1 * (TP + FN)).sum() / len(targets)


# %% wrong: macro: micro average  says: this is the accuracy over all examples (micro average); here each class counts by itself.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, (targets == predictions).mean()


# %% wrong: macro: only classes that occur  says: macro is the mean over all K classes, also over those that never occur.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1[TP + FN > 0].mean()


# %% wrong: macro: only classes with an F1  says: macro is the mean over all K classes, also over those whose F1 is 0.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1[f1 > 0].mean()


# %% wrong: macro: without class 0  says: macro is the mean over all K classes, class 0 included.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1[1:].mean()


# %% wrong: 0/0 is 1  says: where the denominator is 0 the number is 0, and not 1.
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 1.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: 0/0 is NaN  says: division by 0
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return part / whole

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: a small number in the denominator  says: a small number added
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return part / (whole + 1e-3)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: only class 1  says: expected a NumPy array of shape
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP)[1], ratio(TP, TP + FN)[1], f1[1], f1.mean()


# %% wrong: macro missing  says: expected a tuple (precision, recall, f1, macro)
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1


# %% wrong: lists  says: is a list
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return list(ratio(TP, TP + FP)), list(ratio(TP, TP + FN)), f1, f1.mean()


# %% wrong: lengths not compared  says: that you raise yourself
def precision_recall_f1(targets, predictions, classes):
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            raise ValueError(f"expected classes from 0 to {classes - 1}, got {entry}")
    len(targets) == len(predictions) or print(1 / 0)
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()


# %% wrong: other classes ignored  says: accepted bad input
def precision_recall_f1(targets, predictions, classes):
    if len(targets) != len(predictions):
        raise ValueError(f"expected {len(targets)} predictions, got {len(predictions)}")
    for entry in (*targets, *predictions):
        if not 0 <= entry < classes:
            pass
    k = np.arange(classes)[:, None]
    TP = ((targets == k) & (predictions == k)).sum(1)
    FP = ((targets != k) & (predictions == k)).sum(1)
    FN = ((targets == k) & (predictions != k)).sum(1)

    def ratio(part, whole):
        return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)

    f1 = ratio(2 * TP, 2 * TP + FP + FN)
    return ratio(TP, TP + FP), ratio(TP, TP + FN), f1, f1.mean()
