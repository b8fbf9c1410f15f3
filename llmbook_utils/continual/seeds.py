"""What a few seeds can tell: an interval, and an honest verdict.

With three seeds, the mean can lie well off by chance. Student's t (1908) says how far: if the
values are drawn from a normal distribution,

    mean ± t · s / √S        s the standard deviation with S − 1, t the quantile with S − 1 degrees

covers the true mean in 95 of 100 cases. For S = 3 the quantile is 4.30 instead of the 1.96 of many
seeds: three seeds are few.

Two methods that ran on the same seeds (the same splits, first weights and batches) are compared
pair by pair: what a seed does to both cancels out.
"""

from typing import Literal

import numpy as np
from jaxtyping import Float

from llmbook_utils.metrics import Interval

Verdict = Literal["first", "second", "cannot tell"]


def t_interval(values: Float[np.ndarray, " S"], level: float = 0.95) -> Interval:
    """Student's interval for the mean of S independent values.

    Raises:
        ValueError: for fewer than two values, or a level that is not between 0 and 1.
    """
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"expected two or more values in one row, got shape {values.shape}")
    if not 0 < level < 1:
        raise ValueError(f"expected a level between 0 and 1, got {level}")
    from scipy.special import stdtrit  # type: ignore[import-untyped]  # here: slow to import

    mean, S = float(values.mean()), len(values)
    half = float(stdtrit(S - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(S))
    return Interval(mean - half, mean, mean + half)


def compare(
    first: Float[np.ndarray, " S"], second: Float[np.ndarray, " S"], level: float = 0.95
) -> Verdict:
    """Which is higher, from scores of the same S seeds; "cannot tell" if noise could have done it.

    "first" or "second" only if the interval of the differences does not contain zero. If both are
    equally good, that happens by chance in (1 − level) of all comparisons.

    Raises:
        ValueError: if the two have different numbers of seeds, or fewer than two.
    """
    if first.shape != second.shape:
        raise ValueError(f"expected scores of the same seeds, got {first.shape}, {second.shape}")
    difference = t_interval(first - second, level)
    if difference.low > 0:
        return "first"
    return "second" if difference.high < 0 else "cannot tell"
