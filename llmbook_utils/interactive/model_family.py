"""A family of models under many metrics: what the figure of sharpness carries and computes.

Twin of the functions in static/metric_sharpness.js. S sizes (or moments of a training), R seeds,
N entries of K digits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Num

from llmbook_utils.interactive.explorable import rounded

Array = np.ndarray
SMALL = 0.05  # a size that shows less of the change than this shows nothing
KEYS = {"parameters", "steps", "correct", "exact", "accuracy", "entries"}
KEYS |= {"log_probability", "nats", "whole", "brier", "chance"}


def largest_step(mean: Num[Array, " S"]) -> tuple[float, int, int] | None:
    """How sharp a curve is.

    Returns the largest change between neighbours as a share of the whole range, the place of its
    lower end, and how many points differ from the first by less than 5 % of the range (the first
    included); None for a curve without any change.
    """
    change, span = np.abs(np.diff(mean)), float(mean.max() - mean.min())
    if span == 0:
        return None
    at = int(change.argmax())
    away = np.abs(mean - mean[0]) >= SMALL * span
    return float(change[at] / span), at, int(away.argmax())


def guessing(metric: str, k: int, digits: int, chance: float | None) -> float | None:
    """What guessing gets, if each digit is right with the same chance: 1 / chance equal cases."""
    if chance is None:
        return None
    by = {"exact": chance**k, "digits": chance, "whole": chance**digits}
    return by.get(metric, float(-np.log(chance)) if metric == "nats" else 1 - chance)


def lowest(metric: str, rows: Num[Array, "R S"], entries: int) -> float:
    """The lower end of a logarithmic axis: half an entry, or half the smallest value above 0."""
    if metric == "exact" and entries:
        return 0.5 / entries
    return min((float(v) for v in rows[rows > 0]), default=1.0) / 2


def family(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """One experiment, as `MetricSharpness.of` takes it, as plain JSON values.

    Raises:
        ValueError: if something is missing, unknown or does not fit.
    """
    if unknown := set(given) - KEYS:
        raise ValueError(f"expected only {sorted(KEYS)} in {name!r}, got {sorted(unknown)[0]!r}")
    along = [axis for axis in ("parameters", "steps") if axis in given]
    if len(along) != 1:
        raise ValueError(f"expected either 'parameters' or 'steps' in {name!r}, got {along}")
    sizes = [int(size) for size in given[along[0]]]
    least = 1 if along[0] == "parameters" else 0
    if len(sizes) < 2 or not all(np.diff(sizes) > 0) or sizes[0] < least:
        raise ValueError(f"expected at least two growing {along[0]} in {name!r}, got {sizes}")
    S, entries = len(sizes), int(given.get("entries", 0))
    if "correct" in given:
        correct = _fits(name, "correct", given["correct"], S, 4).astype(bool)
        entries = correct.shape[2]
        exact = np.logical_and.accumulate(correct, axis=3).mean(axis=2)
        accuracy = correct.mean(axis=2)
    elif {"exact", "accuracy"} <= set(given):
        exact, accuracy = (_fits(name, key, given[key], S, 3) for key in ("exact", "accuracy"))
    else:
        raise ValueError(f"expected 'correct', or 'exact' and 'accuracy', in {name!r}")
    if exact.shape != accuracy.shape:
        raise ValueError(
            f"expected 'exact' and 'accuracy' of one shape in {name!r}, "
            f"got {exact.shape} and {accuracy.shape}"
        )
    measured = {key: given[key] for key in ("nats", "whole", "brier") if key in given}
    if "log_probability" in given:
        log_p = _fits(name, "log_probability", given["log_probability"], S, 4)
        measured |= {"nats": -log_p.mean(axis=(2, 3)), "whole": np.exp(log_p.sum(3)).mean(2)}
    smooth: dict[str, Any] = {}
    for key in ("nats", "whole", "brier"):
        rows = _fits(name, key, measured[key], S, 2) if key in measured else None
        smooth[key] = None if rows is None else [rounded(row) for row in rows.T]
    chance = given.get("chance")
    if chance is not None and not 0 < chance < 1:
        raise ValueError(f"expected a chance between 0 and 1 in {name!r}, got {chance}")

    def by_place(values: Num[Array, "S R K"]) -> list[list[list[float]]]:
        return [[rounded(row) for row in place] for place in values.transpose(2, 1, 0)]

    return {
        "along": along[0],
        "sizes": sizes,
        "digits": exact.shape[2],
        "entries": entries,
        "chance": None if chance is None else float(chance),
        "exact": by_place(exact),
        "accuracy": by_place(accuracy),
        **smooth,
    }


def _fits(name: str, key: str, values: Sequence[Any] | Array, sizes: int, axes: int) -> Array:
    """An array with as many axes as it should have, one row a size, and only numbers."""
    array = np.asarray(values, dtype=float)
    if array.ndim != axes or array.shape[0] != sizes or 0 in array.shape or np.isnan(array).any():
        letters = ("S", "R", "N", "K") if axes == 4 else ("S", "R", "K")[:axes]
        shape = ", ".join([str(sizes), *letters[1:]])
        raise ValueError(
            f"expected finite {key!r} of shape ({shape}) in {name!r}, got the shape {array.shape}"
        )
    return array
