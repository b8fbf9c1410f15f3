"""Where the values of a knob stand on an axis whose steps are ratios, and 0 with them."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Num


def places(values: Num[np.ndarray, " S"] | Sequence[float | int]) -> Float[np.ndarray, " S"]:
    """log₁₀ of each value; 0, which has none, stands one usual step before the smallest.

    >>> places([0, 1, 100]).tolist()
    [-2.0, 0.0, 2.0]

    Raises:
        ValueError: if there is none, or they do not grow from 0 or more.
    """
    v = np.asarray(values, dtype=float)
    if (
        v.ndim != 1
        or len(v) == 0
        or not np.isfinite(v).all()
        or v[0] < 0
        or (np.diff(v) <= 0).any()
    ):
        raise ValueError(f"expected growing values from 0 on, got {v.tolist()}")
    x = np.log10(np.where(v > 0, v, 1.0))
    if v[0] == 0 and len(v) > 1:
        x[0] = x[1] - (float(np.median(np.diff(x[1:]))) if len(v) > 2 else 1.0)
    return x
