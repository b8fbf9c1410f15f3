"""The figure of where SGD, momentum and Adam go on a loss surface."""

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Float

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.paths import DIVERGED, OPTIMISERS, SURFACES, descend, losses
from llmbook_utils.interactive.theme import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "surface": "Loss surface",
    "surfaces": {"ravine": "Ravine", "two minima": "Two minima", "saddle": "Saddle"},
    "optimiser": "Optimiser",
    "optimisers": {"SGD": "SGD", "momentum": "Momentum", "Adam": "Adam"},
    "lr": "Learning rate η",
    "momentum": "Momentum μ",
    "beta1": "First-moment decay β₁",
    "steps": "Steps",
    "play": "▶ Play",
    "stop": "■ Stop",
    "one_step": "+ 1 step",
    "start": "Start point: drag it, or use the arrow keys",
    "start_short": "start",
    "surface_title": "The path on the surface",
    "loss_title": "The loss at each step",
    "w1": "w₁",
    "w2": "w₂",
    "step": "step",
    "loss": "loss",
    "goal": "goal: {tolerance}",
    "final": "Final loss",
    "reached": "First below {tolerance} after {step} steps.",
    "not_reached": "Has not come below {tolerance}.",
    "diverged": "Diverged after {step} steps: the learning rate is too large.",
}


class OptimiserPaths(Explorable):
    """Set an optimiser and a start point, and see the path it takes and how the loss falls.

    What the reader sets is what Python reads: ``figure.lr`` in the next cell is the learning rate
    of the slider. The mathematics is that of :func:`llmbook_utils.interactive.paths.descend`.

    >>> figure = OptimiserPaths(surface="ravine", optimiser="momentum", lr=0.02)
    >>> figure.path.shape
    (61, 2)
    """

    _esm = module("optimiser_paths")
    surface = traitlets.Enum(list(SURFACES), "ravine").tag(sync=True)
    optimiser = traitlets.Enum(OPTIMISERS, "SGD").tag(sync=True)
    lr = traitlets.Float(0.05, min=0.001, max=1.0).tag(sync=True)
    momentum = traitlets.Float(0.9, min=0.0, max=0.99).tag(sync=True)
    start = traitlets.List(traitlets.Float(), minlen=2, maxlen=2).tag(sync=True)
    steps = traitlets.Int(60, min=1).tag(sync=True)
    max_steps = traitlets.Int(300).tag(sync=True)
    tolerance = traitlets.Float(0.01).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        surface = SURFACES.get(settings.get("surface", "ravine"), SURFACES["ravine"])
        settings.setdefault("start", list(surface.start))
        super().__init__(**{"labels": LABELS, **settings})

    @property
    def path(self) -> Float[np.ndarray, "visited 2"]:
        """The points visited with the present settings, start first."""
        return descend(
            self.surface,
            self.optimiser,
            lr=self.lr,
            momentum=self.momentum,
            start=self.start,
            steps=self.steps,
        )

    @property
    def losses(self) -> Float[np.ndarray, " visited"]:
        """The loss at each point of :attr:`path`."""
        return losses(self.surface, self.path)

    @property
    def diverged(self) -> bool:
        """Whether the loss grew past 10⁶."""
        return not bool(self.losses[-1] <= DIVERGED)

    def describe(self) -> str:
        final = "it diverges" if self.diverged else f"the loss ends at {self.losses[-1]:.3g}"
        (x, y), steps = self.start, len(self.path) - 1
        return (
            f"Contours of the loss surface “{self.surface}” with the path of {self.optimiser}, "
            f"learning rate {self.lr:g}, from ({x:g}, {y:g}); beside it the loss at each step. "
            f"After {steps} steps {final}."
        )

    def draw_still(self, figure: "Figure") -> None:
        surface, path, loss = SURFACES[self.surface], self.path, self.losses
        left, right = figure.subplots(1, 2)
        x, y = np.meshgrid(np.linspace(*surface.x, 160), np.linspace(*surface.y, 120))
        height = surface.f(x, y)
        levels = height[[0, 0, -1, -1], [0, -1, 0, -1]].max() * (np.arange(13) / 12.5) ** 2.6
        left.grid(visible=False)
        left.contourf(x, y, height, levels=levels, cmap="Purples", alpha=0.35)
        left.contour(x, y, height, levels=levels, colors=LIGHT["fourth"], linewidths=0.4)
        left.plot(*path.T, ".-", color=LIGHT["accent"], linewidth=1.4, markersize=4)
        left.plot(*self.start, "o", color=LIGHT["second"], markerfacecolor="white", markersize=8)
        left.plot(*np.array(surface.minima).T, "+", color=LIGHT["ink"], markersize=9)
        left.set(xlim=surface.x, ylim=surface.y, xlabel=self.labels["w1"])
        left.set(ylabel=self.labels["w2"], title=self.labels["surface_title"])
        right.semilogy(np.maximum(loss, 1e-8), color=LIGHT["accent"])
        right.axhline(self.tolerance, color=LIGHT["third"], linestyle="--", linewidth=1)
        right.set(xlabel=self.labels["step"], ylabel=self.labels["loss"])
        right.set(title=self.labels["loss_title"])
