"""The figure of a training run: the loss against its floor, and what the model writes."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = Sequence[float | int] | np.ndarray
LABELS = {
    "title": "The loss along the training",
    "step": "step",
    "step_of": "Training step",
    "loss": "loss (nats a token)",
    "floor": "floor: the entropy",
    "samples": "What the model writes after {step} steps",
    "nothing": "(nothing)",
    "above": "{loss}, {excess} above the floor",
    "at_step": "Step {step}:",
    "play": "▶ Play",
    "stop": "■ Stop",
}


class TrainingPlayer(Explorable):
    """Move along a training run, and read what the model writes at each moment.

    ``figure.frame`` is the moment that the reader has chosen, an index into ``steps``.

    >>> figure = TrainingPlayer.of([0, 10], {"training": [5.0, 1.0]}, 0.9, [["xa b"], ["a b."]])
    >>> figure.frame
    1
    """

    _esm = module("training_player")
    _css = stylesheet() + (STATIC / "language.css").read_text(encoding="utf-8")
    steps = traitlets.List(traitlets.Int(), minlen=2).tag(sync=True)
    losses = traitlets.Dict().tag(sync=True)  # name → the loss at each step, None: not measured
    floor = traitlets.Float().tag(sync=True)
    # for each step the texts that were written
    samples: traitlets.List[Any] = traitlets.List().tag(sync=True)
    measures = traitlets.Dict().tag(sync=True)  # name → another number at each step
    frame = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @classmethod
    def of(
        cls,
        steps: Sequence[int] | np.ndarray,
        losses: Mapping[str, Numbers],
        floor: float | int,
        samples: Sequence[Sequence[str]],
        measures: Mapping[str, Numbers] | None = None,
        **settings: Any,
    ) -> "TrainingPlayer":
        """The figure for moments of a run.

        :param steps: when they were, in order.
        :param losses: one or two curves; NaN where one was not measured.
        :param samples: the texts written at each moment.
        :param measures: other numbers to show, such as the share of facts that the model knows.
        :raises ValueError: if lengths differ, or there are not one or two curves.
        """
        series = {**losses, "samples": samples, **(measures or {})}
        wrong = {name: len(values) for name, values in series.items() if len(values) != len(steps)}
        if wrong or not 1 <= len(losses) <= 2:
            got = f"lengths {wrong}" if wrong else f"{len(losses)} curves"
            raise ValueError(f"expected {len(steps)} moments of one or two curves, got {got}")
        return cls(
            steps=[int(step) for step in steps],
            losses={name: _rounded(values) for name, values in losses.items()},
            floor=float(f"{floor:.6g}"),
            samples=[list(texts) for texts in samples],
            measures={name: _rounded(values) for name, values in (measures or {}).items()},
            **{"frame": len(steps) - 1, **settings},
        )

    def describe(self) -> str:
        step = self.steps[self.frame]
        known = [(n, values[self.frame]) for n, values in self.losses.items()]
        said = ", ".join(f"{name} loss {loss:.4g}" for name, loss in known if loss is not None)
        texts = "; ".join(f"“{text}”" for text in self.samples[self.frame][:3])
        return (
            f"A training run from step {self.steps[0]} to {self.steps[-1]}. At step {step}: "
            f"{said or 'no loss measured'}, with the floor at {self.floor:.4g}. "
            f"The model writes: {texts}"
        )

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        looks = [(LIGHT["accent"], "-"), (LIGHT["second"], "--")]
        for (name, values), (color, dash) in zip(self.losses.items(), looks, strict=False):
            loss = np.array([math.nan if v is None else v for v in values])
            seen = ~np.isnan(loss)
            steps = np.array(self.steps)
            left.plot(steps[seen], loss[seen], color=color, linestyle=dash, label=name)
        left.axhline(self.floor, color=LIGHT["soft"], linestyle=":", label=self.labels["floor"])
        left.axvline(self.steps[self.frame], color=LIGHT["edge"], linewidth=1, linestyle="-")
        left.set(xlabel=self.labels["step"], ylabel=self.labels["loss"])
        left.legend()
        right.axis("off")
        right.set_title(self.labels["samples"].format(step=self.steps[self.frame]), fontsize=10)
        text = "\n\n".join(_wrapped(text) for text in self.samples[self.frame][:4])
        right.text(0, 0.98, text, va="top", fontsize=9, transform=right.transAxes, parse_math=False)


def _rounded(values: Numbers) -> list[float | None]:
    return [None if math.isnan(value) else float(f"{value:.5g}") for value in values]


def _wrapped(text: str) -> str:
    from textwrap import fill

    return fill(in_print(text), 52, max_lines=4)
