# %% right: numpy
def behind_zero(n, rate, level):
    if rate <= 0 or rate > 1:
        raise ValueError(f"rate {rate}")
    upper = 1.0 - np.power(1.0 - level, 1.0 / n)
    with np.errstate(divide="ignore"):
        needed = max(1, int(np.ceil(np.log(1.0 - level) / np.log(1.0 - rate))))
    return upper, needed


# %% right: exp and log1p
def behind_zero(n, rate, level):
    if not (rate > 0 and rate <= 1):
        raise ValueError(f"expected 0 < rate ≤ 1, got {rate}")
    upper = -math.expm1(math.log1p(-level) / n)
    if rate == 1.0:
        needed = 1
    else:
        needed = int(-(-math.log1p(-level) // math.log1p(-rate)))
    return upper, needed


# %% right: counting in steps
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"not a rate: {rate}")
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if (1 - middle) ** n >= 1 - level:
            low = middle
        else:
            high = middle
    m, wrong = 0, 1.0
    while 1 - wrong < level:
        wrong *= 1 - rate
        m += 1
    return low, m


# %% right: floor plus one
def behind_zero(n, rate, level):
    if rate > 1 or rate <= 0:
        raise ValueError("rate: " + str(rate))
    needed = 1 if rate == 1 else math.floor(math.log(1 - level, 1 - rate)) + 1
    return 1 - math.exp(math.log(1 - level) / n), needed


# %% wrong: rule of three  says: 3/n is a rule of thumb for a level of 95 % and many questions; solve the equation.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 3 / n
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: one of n  says: 1/n is the resolution of the test, not what a zero is compatible with.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 / n
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: level instead of 1 − level  says: n wrong answers must have the probability 1 − level, not level.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - level ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: two sides  says: there is only one side to a zero: 1 − level, not (1 − level)/2.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - ((1 - level) / 2) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: divided instead of rooted  says: n questions multiply: take the n-th root; do not divide by n.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = level / n
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: the chance of being wrong  says: `upper` is the probability of a *right* answer; this is that of a wrong one.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: times n instead of a root  says: take the n-th *root*; this is the n-th power.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** n
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: a zero is a zero  says: a zero among n answers does not mean that p = 0.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 0.0
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: expected number  says: one right answer is *expected* among 1/rate questions; but how probable is it to see one?
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(1 / rate)


# %% wrong: level over rate  says: the chances do not add up: (1 − rate)ᵐ is what stays wrong.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(level / rate)


# %% wrong: rounded down  says: m questions must be enough: round up.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.floor(math.log(1 - level) / math.log1p(-rate))


# %% wrong: not rounded  says: `needed` is a whole number of questions: round up.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.log(1 - level) / math.log1p(-rate)


# %% wrong: level instead of 1 − level, questions  says: all m answers are wrong with probability (1 − rate)ᵐ, and that must be at most 1 − level.
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(level) / math.log1p(-rate))


# %% wrong: a rate of 1 crashes  says: stopped with ValueError
def behind_zero(n, rate, level):
    if not 0 < rate <= 1:
        raise ValueError(f"expected a rate above 0 and at most 1, got {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: rate not checked  says: accepted bad input
def behind_zero(n, rate, level):
    if rate <= 0:
        rate = 1e-7
    rate = min(rate, 1)
    upper = 1 - (1 - level) ** (1 / n)
    if rate == 1:
        return upper, 1
    return upper, math.ceil(math.log(1 - level) / math.log1p(-rate))


# %% wrong: hard-coded for the example
def behind_zero(n, rate, level):
    return 0.5, 3


# %% wrong: a rate of 1 divides by infinity  says: one question at least
def behind_zero(n, rate, level):
    if not 0 < rate <= 1: raise ValueError(f"rate {rate}")
    upper = 1 - (1 - level) ** (1 / n)
    return upper, np.ceil(np.log(1-level)/np.log(1-rate))
