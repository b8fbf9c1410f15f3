"""What the figure of forgetting carries to the page: one method's runs, checked and summed up."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from llmbook_utils.figures.knob import places
from llmbook_utils.interactive.explorable import rounded

KNOBS = ("lam", "size")


def shape_of(name: str, given: Mapping[str, Any]) -> tuple[int, int]:
    """The stages and tasks of a method, once its scores and knobs are found to fit."""
    if "scores" not in given:
        raise ValueError(f"expected 'scores' in {name!r}")
    if unknown := set(given) - {"scores", *KNOBS}:
        raise ValueError(f"expected scores, lam and size in {name!r}, got {sorted(unknown)[0]!r}")
    R = np.asarray(given["scores"], dtype=float)
    knobs = tuple(len(given[knob]) for knob in KNOBS if knob in given)
    if R.ndim != len(knobs) + 3 or R.shape[: len(knobs)] != knobs or 0 in R.shape:
        axes = ", ".join([*map(str, knobs), "seeds, stages, tasks"])
        raise ValueError(f"expected scores of shape ({axes}) in {name!r}, got {R.shape}")
    last, measured = R[..., -1, :], R[~np.isnan(R)]
    if np.isnan(last).any() or (measured < 0).any() or (measured > 1).any():
        raise ValueError(
            f"expected scores of 0 to 1 in {name!r}, all measured in the last stage, "
            f"got {np.min(last):.3g} to {np.max(measured):.3g}"
        )
    return R.shape[-2], R.shape[-1]


def method_state(
    name: str, given: Mapping[str, Any], learned: Sequence[int], level: int
) -> dict[str, Any]:
    """One method as plain JSON values."""
    R = np.asarray(given["scores"], dtype=float)
    values = {knob: [float(v) for v in given.get(knob, ())] for knob in KNOBS}
    try:
        at = {f"{knob}_at": places(v).tolist() if v else [] for knob, v in values.items()}
    except ValueError as error:
        raise ValueError(f"{error} in {name!r}") from None
    ways = R.reshape(-1, *R.shape[-3:])
    return {**values, **at, "settings": [_setting(way, np.array(learned), level) for way in ways]}


def _setting(
    R: Float[np.ndarray, "seeds stages tasks"], learned: Int[np.ndarray, " tasks"], level: int
) -> dict[str, Any]:
    """One setting: its mean matrix, what each seed kept and learned, and its scores.

    Backward transfer and forgetting are those of `llmbook_utils.continual.scores`, for tasks that
    are learned in any stage.
    """
    from llmbook_utils.continual.seeds import t_interval

    def interval(values: np.ndarray) -> list[float]:
        if len(values) == 1:
            return rounded([values[0]] * 3)
        low, mean, high = t_interval(values, level / 100)
        return rounded([max(low, 0.0), mean, min(high, 1.0)])  # an accuracy is no more than 1

    def score(values: np.ndarray) -> float | None:
        mean = float(np.mean(values))
        return None if np.isnan(mean) else rounded([mean])[0]

    was = learned < R.shape[1] - 1  # the old tasks
    end, then = R[:, -1, was], R[:, learned[was], np.flatnonzero(was)]
    old, new = end.mean(axis=1), R[:, -1, ~was].mean(axis=1)
    return {
        "matrix": [
            [None if np.isnan(v) else rounded([v])[0] for v in row] for row in R.mean(axis=0)
        ],
        "old": interval(old),
        "new": interval(new),
        "average": interval(R[:, -1].mean(axis=1)),
        "backward": score(end - then),
        "forgetting": score(R[:, :-1, was].max(axis=1) - end),
        "seeds": {"old": rounded(old), "new": rounded(new)},
    }
