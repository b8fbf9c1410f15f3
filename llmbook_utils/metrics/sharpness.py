"""Sharp and smooth metrics of the same answers, and how sure one can be of what they show.

An answer of K digits can be scored all or nothing (every digit right), digit by digit, or by the
probabilities behind the digits. Schaeffer et al. (2023) argue that many "emergent" jumps come from
the first kind of score. If each digit is right with probability p, and errors are independent,
then all K are right with probability p^K: near 0 for a long time, then suddenly near 1, however
smoothly p climbs. Here is what is needed to try that on answers of one's own, and to tell a jump
from noise: the bootstrap (Efron 1979) and a test for a threshold.

Letters: N answers, K digits in each, C classes, M sizes of a model, S seeds. Arrays can be NumPy's
or torch's.

Left out: bootstrap intervals that correct for bias and skew (BCa), and change-point methods that
find several thresholds.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Shaped

Statistic = Callable[[np.ndarray], float | np.floating]


class Interval(NamedTuple):
    """A number and between which limits it could also have come out."""

    low: float
    point: float
    high: float


class Threshold(NamedTuple):
    """What ``find_threshold`` says."""

    found: bool  # whether one step holds most of the change, and noise does not explain it
    at: float  # in the middle of the largest step, in the unit of x
    share: float  # the largest step, as a part of the whole range of the means
    p_value: float  # how often a straight line with the same noise has a step as odd as this one


# Metrics ------------------------------------------------------------------------------------------


def exact_digits(correct: Shaped[Any, "N K"], k: int | None = None) -> float:
    """The share of answers whose first k digits are all right: (1/N) Σ_n Π_{j<k} c_nj.

    Args:
        correct: c_nj, 1 (or True) where digit j of answer n is right, else 0.
        k: how many digits count, from 1 to K; by default all.

    Raises:
        ValueError: no answers, entries other than 0 and 1, or a k that is out of range.
    """
    return float(_first(correct, k).all(axis=1).mean())


def digit_accuracy(correct: Shaped[Any, "N K"], k: int | None = None) -> float:
    """The share of the first k digits that are right, over all answers: (1/Nk) Σ_n Σ_{j<k} c_nj."""
    return float(_first(correct, k).mean())


def independent_exact(correct: Shaped[Any, "N K"], k: int | None = None) -> float:
    """What ``exact_digits`` would be if the errors at different places were independent.

    Π_{j<k} a_j, where a_j is the accuracy at place j. If all places are equally hard, that is
    a^k. Real errors come together (an answer is known or not), so that exact match is then higher.
    """
    return float(_first(correct, k).mean(axis=0).prod())


def brier(probabilities: Shaped[Any, "N C"], targets: Shaped[Any, " N"]) -> float:
    """The Brier score (1950): (1/N) Σ_n Σ_c (p_nc − [c = y_n])². 0 is best, 2 worst.

    It is smooth in the probabilities, and smallest if they are the true ones ("proper").

    Raises:
        ValueError: no rows, rows that do not sum to 1, not as many targets, or one out of range.
    """
    p, y = np.asarray(probabilities, float), np.asarray(targets)
    if p.ndim != 2 or y.shape != p.shape[:1] or not p.size:
        raise ValueError(f"expected shapes (N, C) and (N,) with N ≥ 1, got {p.shape}, {y.shape}")
    if not (p.min() >= 0 and np.allclose(p.sum(1), 1, atol=1e-4)):
        raise ValueError(f"expected rows of probabilities, got sums {p.sum(1).min():.4g} and more")
    if y.min() < 0 or y.max() >= p.shape[1] or (y != np.floor(y)).any():
        raise ValueError(f"expected targets from 0 to {p.shape[1] - 1}, got {y.min()} to {y.max()}")
    truth = np.eye(p.shape[1])[y.astype(int)]
    return float(((p - truth) ** 2).sum(1).mean())


def nats_per_digit(log_p: Shaped[Any, "N K"]) -> float:
    """The mean of −ln p(true digit) over all digits: the cross-entropy, in nats. 0 is best.

    Args:
        log_p: ln p of the true digit j of answer n.

    Raises:
        ValueError: no digits, or a log-probability above 0.
    """
    return float(-_log_p(log_p).mean())


def answer_log_probability(log_p: Shaped[Any, "N K"]) -> float:
    """The mean of ln p(answer) = Σ_j ln p(digit j), in nats an answer: −K · ``nats_per_digit``."""
    return float(_log_p(log_p).sum(axis=1).mean())


def _first(correct: Shaped[Any, "N K"], k: int | None) -> np.ndarray:
    c = np.asarray(correct, float)
    if c.ndim != 2 or not c.size:
        raise ValueError(f"expected an array of shape (N, K) with N, K ≥ 1, got {c.shape}")
    if not np.isin(c, (0, 1)).all():
        raise ValueError("expected 1 where a digit is right and 0 where not, got other numbers")
    k = c.shape[1] if k is None else k
    if not 1 <= k <= c.shape[1]:
        raise ValueError(f"expected k from 1 to {c.shape[1]} (the digits), got {k}")
    return c[:, :k]


def _log_p(log_p: Shaped[Any, "N K"]) -> np.ndarray:
    values = np.asarray(log_p, float)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"expected an array of shape (N, K) with N, K ≥ 1, got {values.shape}")
    if not values.max() <= 1e-6:
        raise ValueError(f"expected log-probabilities (≤ 0), got {values.max():.4g}")
    return values


# How sure -----------------------------------------------------------------------------------------


def bootstrap(
    values: Shaped[Any, "N ..."] | Sequence[float | int],
    statistic: Statistic = np.mean,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """A percentile interval (Efron 1979; Efron & Tibshirani 1993, chapter 13).

    Draw N of the N values with replacement, compute the statistic, do that many times; the middle
    ``level`` of the results is the interval. It takes the values for the whole world: with three
    of them it can never reach beyond the smallest and the largest, and is too narrow.

    Args:
        values: what was measured; rows if a statistic needs several numbers of each.
        statistic: a function of an array like ``values``.
        draws: how often.
        level: between 0 and 1.

    Raises:
        ValueError: fewer than two values, or ``draws`` or ``level`` out of range.
    """
    array = np.asarray(values)
    if array.ndim < 1 or len(array) < 2:
        raise ValueError(f"expected at least two values, got shape {array.shape}")
    if draws < 1 or not 0 < level < 1:
        raise ValueError(f"expected draws ≥ 1 and 0 < level < 1, got {draws} and {level}")
    rows = np.random.default_rng(seed).integers(len(array), size=(draws, len(array)))
    results = [float(statistic(array[row])) for row in rows]
    low, high = np.quantile(results, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(statistic(array)), float(high))


def find_threshold(
    x: Shaped[Any, " M"] | Sequence[float | int],
    y: Shaped[Any, "M S"],
    level: float = 0.05,
    draws: int = 2000,
    seed: int = 0,
) -> Threshold:
    """Is there a size at which the score jumps, or is it a slope, or noise?

    There is a threshold if two things hold. (1) One step between neighbouring sizes holds more
    than half of the whole range of the mean scores. (2) A straight line with the same noise hardly
    ever shows such a step. For (2), a line is fitted to the means ȳ; the statistic is the step that
    departs most from it, T = max_m |ȳ_{m+1} − ȳ_m − b (x_{m+1} − x_m)| / s, where s is the standard
    deviation of the seeds about their size's mean. Then those deviations, scaled by √(S / (S − 1)),
    are drawn anew around the line, ``draws`` times (a studentised residual bootstrap). The p-value
    is the share of draws with a T as large, the data counted as one of them.

    The noise is taken to be the same at all sizes. Steps depend on what x is (sizes, or their
    logarithms), and on how close the sizes lie: a slope seen at two sizes only is all step.

    Args:
        x: sizes, increasing.
        y: a row of scores for each size, a column for each seed.
        level: how small the p-value must be.

    Raises:
        ValueError: fewer than three sizes or two seeds, x not increasing, or scores not finite.
    """
    sizes, scores = np.asarray(x, float), np.asarray(y, float)
    if scores.ndim != 2 or scores.shape[1] < 2 or sizes.shape != scores.shape[:1]:
        raise ValueError(
            "expected x of shape (M,) and y of shape (M, S) with at least two seeds, "
            f"got {sizes.shape} and {scores.shape}"
        )
    if len(sizes) < 3 or not (np.diff(sizes) > 0).all():
        raise ValueError(f"expected at least three increasing sizes, got {sizes.tolist()}")
    if not np.isfinite(scores).all():
        raise ValueError("expected finite scores, got nan or inf")
    M, S = scores.shape
    means = scores.mean(1)
    slope, start = np.polyfit(sizes, means, 1)
    deviations = ((scores - means[:, None]) * (S / (S - 1)) ** 0.5).ravel()
    rng = np.random.default_rng(seed)
    noise = rng.choice(deviations, size=(draws, M, S))
    imagined = _oddest_step(sizes, (start + slope * sizes)[:, None] + noise)
    observed = _oddest_step(sizes, scores[None])[0]
    p_value = (1 + (imagined >= observed - 1e-3).sum()) / (1 + draws)
    steps = np.abs(np.diff(means))
    largest, extent = int(steps.argmax()), float(np.ptp(means))
    share = float(steps[largest]) / extent if extent > 0 else 0.0
    return Threshold(
        found=bool(p_value < level and share > 0.5),
        at=float(sizes[largest : largest + 2].mean()),
        share=share,
        p_value=float(p_value),
    )


def _oddest_step(x: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """For each table (M, S): the step that departs most from the table's own line, over its noise.

    The noise is the standard deviation of the seeds about their size's mean, all sizes together.
    """
    means = scores.mean(2)
    centred = x - x.mean()
    slopes = means @ centred / (centred @ centred)  # least squares, one a table
    departs = np.abs(np.diff(means, axis=1) - slopes[:, None] * np.diff(x)).max(1)
    deviations = (scores - means[:, :, None]).reshape(len(scores), -1)
    return departs / (deviations.std(1) + 1e-9 * (np.ptp(scores) or 1.0))
