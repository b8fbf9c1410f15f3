# %% right: logarithms
def rise(tokens, slope):
    if not slope > 0:
        raise ValueError(f"slope = {slope}")
    x = [-math.log(math.expm1(-math.log(q) / tokens)) / slope for q in (0.1, 0.5, 0.9)]
    return x[1], x[2] - x[0]


# %% right: numpy
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError("expected slope > 0, got " + str(slope))
    a = np.power([0.1, 0.5, 0.9], 1 / tokens)
    x = (np.log(a) - np.log1p(-a)) / slope
    return x[1], x[2] - x[0]


# %% right: halving the gap
def rise(tokens, slope):
    if slope <= 0.0:
        raise ValueError("slope %r" % slope)

    def find(q):
        low, high = -100.0 / slope, 100.0 / slope
        for _ in range(200):
            mid = (low + high) / 2
            if -tokens * math.log1p(math.exp(-slope * mid)) < math.log(q):
                low = mid
            else:
                high = mid
        return low

    return find(0.5), find(0.9) - find(0.1)


# %% wrong: tokens rise, not answers  says: this is where a single *token* rises; the answer has K of them.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q
        return math.log(a / (1 - a)) / slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: power instead of root  says: from q back to the accuracy of a token goes the K-th *root*.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q**tokens
        return math.log(a / (1 - a)) / slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: divided by K  says: the chances of K tokens are multiplied: take the K-th root, do not divide.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = 1 - (1 - q) / tokens
        return math.log(a / (1 - a)) / slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: width divided by K  says: the width does not shrink with K like 1/K: solve e(x) = q.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), 2 * math.log(9) / slope / tokens


# %% wrong: width of single tokens  says: this is where a single *token* rises; the answer has K of them.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), 2 * math.log(9) / slope


# %% wrong: width divided by the root of K  says: the width does not shrink with K like 1/√K: solve e(x) = q.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), 2 * math.log(9) / slope / math.sqrt(tokens)


# %% wrong: middle at 0  says: this is where a single *token* rises; the answer has K of them.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return 0.0, x(0.9) - x(0.1)


# %% wrong: middle between the ends  says: the middle is x(0.5), not half-way between x(0.1) and x(0.9).
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return (x(0.9) + x(0.1)) / 2, x(0.9) - x(0.1)


# %% wrong: log K  says: log K / slope is near the middle, but not exact: solve e(x) = 0.5.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return math.log(tokens) / slope, x(0.9) - x(0.1)


# %% wrong: slope multiplied  says: a steeper slope makes the rise narrower: divide by it.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) * slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: slope left out  says: the slope is missing: x = log(a / (1 − a)) / slope.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a))

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: log of a instead of the odds  says: solve a = 1 / (1 + exp(−slope x)): it takes the logarithm of the *odds*, a / (1 − a).
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a) / slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: odds upside down  says: the odds are a / (1 − a).
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log((1 - a) / a) / slope

    return x(0.5), x(0.9) - x(0.1)


# %% wrong: from a quarter to three quarters  says: the width goes from 10 % to 90 %.
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), x(0.75) - x(0.25)


# %% wrong: twice the upper half  says: a rise need not be symmetric: x(0.9) − x(0.1).
def rise(tokens, slope):
    if slope <= 0:
        raise ValueError(f"expected a slope above 0, got {slope}")

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), 2 * (x(0.9) - x(0.5))


# %% wrong: slope not checked  says: accepted bad input
def rise(tokens, slope):
    slope = max(abs(slope), 1e-9)

    def x(q):
        a = q ** (1 / tokens)
        return math.log(a / (1 - a)) / slope

    return x(0.5), x(0.9) - x(0.1)
