# %% right: a table of signs
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% right: a loop with itertools
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError("%d and %d scores" % (len(first), len(second)))
    d = [float(a - b) for a, b in zip(first, second)]
    n = len(d)
    seen = sum(d) / n
    hits = 0
    for s in itertools.product([-1.0, 1.0], repeat=n):
        hits += abs(sum(x * y for x, y in zip(s, d)) / n) >= abs(seen) - 1e-12
    p = hits / 2 ** n
    if p <= level and seen != 0:
        return seen, p, ("first" if seen > 0 else "second")
    return seen, p, "cannot tell"


# %% right: half of the signs suffice, and sums instead of means
def better_method(first, second, level):
    n = len(first)
    if n != len(second):
        raise ValueError(f"{n} scores against {len(second)}")
    d = np.asarray(first) - np.asarray(second)
    sums = np.array([d[0]])  # the sign of the first d stays: the other half is the mirror image
    for x in d[1:]:
        sums = np.concatenate([sums + x, sums - x])
    p = float((np.abs(sums) >= abs(d.sum()) - n * 1e-12).mean())
    better = {True: "first", False: "second"}[bool(d.sum() > 0)]
    return d.sum() / n, p, better if p <= level else "cannot tell"


# %% wrong: the larger mean wins  says: three seeds cannot give a p below 0.25, so there is no verdict at a level of 0.05.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better


# %% wrong: one-sided  says: a difference to either side would have been noticed: compare sizes, |…|.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(means >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: one-sided, without the sizes  says: compare sizes on both sides: a second method that is better counts as much.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(means >= difference - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: strictly larger  says: the signs as they were count, too: ≥, so that p is never 0.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) > abs(difference) + 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: smaller ones counted  says: p counts the choices with a mean *as large or larger*; this is 1 − p, the smaller ones.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) < abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: unpaired  says: the scores are paired by their seed: flip the sign of each d; this deals all scores out anew, as if they were not.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    pool = np.concatenate([first, second])
    splits = [np.isin(np.arange(2 * n), c) for c in itertools.combinations(range(2 * n), n)]
    p = np.mean([abs(pool[s].mean() - pool[~s].mean()) >= abs(difference) - 1e-12 for s in splits])
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: share of lost seeds  says: this is the share of seeds that the winner lost; p is a share of the choices of signs.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(d * difference <= 0)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: one sign at a time  says: all 2ⁿ choices of signs are asked, not only those that flip one.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.vstack([np.ones(n), 1 - 2 * np.eye(n)])
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: add-one rule  says: all choices are counted, none is drawn at random, so nothing is added: the share itself.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = (np.sum(np.abs(means) >= abs(difference) - 1e-12) + 1) / (2**n + 1)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: count, not share  says: p is the share of the choices, not their number.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.sum(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: one minus p  says: p counts the choices with a mean *as large or larger*; this is 1 − p, the smaller ones.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = 1 - np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: sign test  says: this looks at who won alone; the sizes of the differences count, too.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    wins = np.sum(np.sign(d))
    p = np.mean(np.abs(signs.sum(axis=1)) >= abs(wins))
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: normal approximation  says: this is a normal approximation; with so few seeds count the signs.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = math.erfc(abs(difference) / (d.std(ddof=1) / math.sqrt(n) + 1e-300) / math.sqrt(2)) if n > 1 else 1.0
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: z of unpaired means  says: this is a normal approximation for unpaired scores; flip the signs of the paired differences.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = math.erfc(abs(difference) / math.sqrt((first.var(ddof=1) + second.var(ddof=1)) / n + 1e-300) / math.sqrt(2)) if n > 1 else 1.0
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: error bars overlap  says: whether error bars overlap is another question, and they ignore that the seeds are paired.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = float(abs(difference) < first.std() + second.std())
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: second minus first  says: the difference is first − second.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = second - first
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "second" if difference > 0 else "first"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: verdict turned round  says: the larger score is better: the winner is the other one (and it can be the second, too).
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "second" if difference > 0 else "first"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: strictly below the level  says: p is 0.25 here, just as large as the level: p ≤ level is enough for a verdict.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p < level else "cannot tell"


# %% wrong: half the level  says: p is 0.03125 here and the level 0.05: that is enough for a verdict.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level / 2 else "cannot tell"


# %% wrong: never the second  says: the larger score is better: the winner is the other one (and it can be the second, too).
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: difference of the best seeds  says: the difference is that of the means over all seeds, not of the best seeds.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = first.max() - second.max()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: difference of the medians  says: the difference is the mean of the d, not their median.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = np.median(d)
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = np.median(signs * d, axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: sum instead of the mean  says: the difference is the mean over the seeds, not the sum.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.sum()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).sum(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: sorted scores  says: sorting tears the pairs apart: entry i of both belongs to the same seed.
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = np.sort(first) - np.sort(second)
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: verdict as a number  says: expected the string
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = 1 if difference > 0 else -1
    return difference, p, better if p <= level else 0


# %% wrong: another wording  says: copy the spelling of the contract
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "can not tell"


# %% wrong: the verdict alone  says: expected a tuple (difference, p, verdict)
def better_method(first, second, level):
    if len(first) != len(second):
        raise ValueError(f"expected as many scores of both, got {len(first)} and {len(second)}")
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return better if p <= level else "cannot tell"


# %% wrong: no check  says: accepted bad input
def better_method(first, second, level):
    d = first - second
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: cut to the shorter  says: accepted bad input
def better_method(first, second, level):
    k = min(len(first), len(second))
    d = first[:k] - second[:k]
    n = len(d)
    difference = d.mean()
    signs = np.array(list(itertools.product((1, -1), repeat=n)))
    means = (signs * d).mean(axis=1)
    p = np.mean(np.abs(means) >= abs(difference) - 1e-12)
    better = "first" if difference > 0 else "second"
    return difference, p, better if p <= level else "cannot tell"


# %% wrong: hard-coded for the example
def better_method(first, second, level):
    return 0.2, 0.25, "cannot tell"


# %% wrong: no room for rounding  says: since sums are rounded
def better_method(first, second, level):
    if len(first) != len(second): raise ValueError(f"{len(first)} and {len(second)}")
    d=first-second; diff=d.mean(); n=0
    for s in itertools.product((1,-1),repeat=len(d)):
        if abs(sum(a*b for a,b in zip(s,d))/len(d))>=abs(diff): n+=1
    p=n/2**len(d)
    return diff,p,("first" if diff>0 else "second") if p<=level else "cannot tell"
