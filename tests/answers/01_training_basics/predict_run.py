# %% right: factors
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% right: compare the learning rate with two limits
def predict_run(curvatures, lr):
    steepest = max(float(c) for c in curvatures)
    if lr > 2 / steepest:
        verdict = "diverges"
    elif lr > 1 / steepest:
        verdict = "zigzag"
    else:
        verdict = "smooth"
    return 2 / steepest, verdict


# %% right: run one step
def predict_run(curvatures, lr):
    w = np.ones_like(curvatures)
    after = w - lr * curvatures * w
    verdict = "smooth"
    if (after < 0).any():
        verdict = "zigzag"
    if (abs(after) > 1).any():
        verdict = "diverges"
    return [np.min(2.0 / curvatures), np.str_(verdict)]


# %% right: simulate 50 steps and bisect
def predict_run(curvatures, lr):
    def largest(rate): return max(abs(1 - rate * c) for c in curvatures)
    lo, hi = 0.0, 1.0
    while largest(hi) < 1: hi *= 2
    for _ in range(100):
        mid = (lo + hi) / 2
        if largest(mid) < 1: lo = mid
        else: hi = mid
    w = np.ones(len(curvatures)); flips = False
    for _ in range(50):
        new = w - lr * curvatures * w
        flips = flips or bool(np.any(new * w < 0))
        w = new
    return (lo + hi) / 2, "diverges" if np.any(abs(w) > 1) else "zigzag" if flips else "smooth"


# %% right: sorted, match, list returned
def predict_run(curvatures, lr):
    top = sorted(curvatures.tolist())[-1]
    match (lr * top > 2, lr * top > 1):
        case (True, _): verdict = "diverges"
        case (_, True): verdict = "zigzag"
        case _: verdict = "smooth"
    return [2.0 / top, verdict]


# %% right: np.select, NumPy string
def predict_run(curvatures, lr):
    x = lr * curvatures.max()
    return np.array(2 / curvatures.max()), np.select([x < 1, x < 2], ["smooth", "zigzag"], "diverges")[()]


# %% wrong: the limit is 1/λ  says: lands on 0 in one step
def predict_run(curvatures, lr):
    limit = 1 / np.max(curvatures)
    if lr > limit:
        return limit, "diverges"
    return limit, "smooth"


# %% wrong: the flattest direction  says: use the largest λ
def predict_run(curvatures, lr):
    limit = 2 / np.min(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: the average curvature  says: the average curvature does not help
def predict_run(curvatures, lr):
    limit = 2 / np.mean(curvatures)
    if lr > limit:
        return limit, "diverges"
    return limit, "zigzag" if lr > limit / 2 else "smooth"


# %% wrong: the sum of the curvatures  says: the curvatures do not add up
def predict_run(curvatures, lr):
    limit = 2 / np.sum(curvatures)
    if lr > limit:
        return limit, "diverges"
    return limit, "zigzag" if lr > limit / 2 else "smooth"


# %% wrong: diverges only if all weights do  says: one that grows is enough
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = np.abs(1 - lr * curvatures)
    if np.all(factors > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(1 - lr * curvatures < 0) else "smooth"


# %% wrong: no zigzag  says: so it changes sign
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    return limit, "diverges" if lr > limit else "smooth"


# %% wrong: zigzag taken for divergence  says: it shrinks
def predict_run(curvatures, lr):
    factors = 1 - lr * curvatures
    return 2 / np.max(curvatures), "diverges" if np.any(factors < 0) else "smooth"


# %% wrong: zigzag only if all weights do  says: so it changes sign
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.all(factors < 0) else "smooth"


# %% wrong: other words  says: spelt with small letters
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "Diverges"
    return limit, "Zigzag" if np.any(factors < 0) else "Smooth"


# %% wrong: one limit for each weight  says: the smallest of them
def predict_run(curvatures, lr):
    limit = 2 / curvatures
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: half the curvature  says: 2 times the right result
def predict_run(curvatures, lr):
    limit = 4 / np.max(curvatures)
    factors = 1 - lr * curvatures / 2
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: verdict by the last curvature  says: every weight counts, not only the last
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = np.array([1 - lr * curvatures[-1]])
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: factor 1 + ηλ  says: with a minus
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 + lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: returned in the other order  says: return limit, verdict
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return ("zigzag" if np.any(factors < 0) else "smooth"), limit


# %% wrong: limit 2/(λmax+λmin), best rate  says: comes down fastest
def predict_run(curvatures, lr):
    limit = 2 / (np.max(curvatures) + np.min(curvatures))
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: verdict zig-zag  says: copy the spelling
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(np.abs(factors) > 1):
        return limit, "diverges"
    return limit, "zig-zag" if np.any(factors < 0) else "smooth"


# %% wrong: verdict by the product of the factors  says: one that grows is enough
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.any(abs(np.prod(factors)) > 1):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"


# %% wrong: looks at the loss after one step  says: is not right
def predict_run(curvatures, lr):
    limit = 2 / np.max(curvatures)
    factors = 1 - lr * curvatures
    if np.sum(curvatures * factors**2) > np.sum(curvatures):
        return limit, "diverges"
    return limit, "zigzag" if np.any(factors < 0) else "smooth"
