"""Loss surfaces, the paths that optimisers take on them, and learning curves."""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREEN, INK, ORANGE, PURPLE, Number, axes_or_new, label

Array = np.ndarray
LOOKS = [(BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D")]


def plot_paths(
    loss: Callable[[Array], Array],
    paths: Mapping[str, Float[Array, "S 2"]],
    limits: tuple[Number, Number, Number, Number],
    ax: Axes | None = None,
) -> Axes:
    """Contours of ``loss`` over the plane, and one path of S steps for each optimiser.

    ``loss`` takes an array of shape (2, …) and returns the loss at each point, shape (…).
    ``limits`` is (w₁ low, w₁ high, w₂ low, w₂ high).
    """
    ax = axes_or_new(ax, (6.2, 4.0))
    a, b, c, d = limits
    w = np.stack(np.meshgrid(np.linspace(a, b, 120), np.linspace(c, d, 120)))
    heights = loss(w)
    low = max(float(heights.min()), float(heights.max()) * 1e-4)
    levels = np.geomspace(low, float(heights.max()), 14)
    ax.contour(w[0], w[1], heights, levels=levels, colors="#c3c8d0", linewidths=0.8)
    for (name, path), (color, dash, marker) in zip(paths.items(), LOOKS, strict=False):
        ax.plot(
            *path.T, dash, marker=marker, markersize=3.5, linewidth=1.4, color=color, label=name
        )
    start = next(iter(paths.values()))[0]
    ax.plot(*start, "o", color=INK, markersize=7)
    label(ax, start[0], start[1] + 0.05 * (d - c), "start", INK, va="bottom", ha="center")
    ax.plot(0, 0, "*", color=INK, markersize=13)
    ax.set(xlim=(a, b), ylim=(c, d), xlabel="weight $w_1$", ylabel="weight $w_2$")
    ax.legend(loc="lower right", ncols=len(paths))
    return ax


def plot_curves(
    curves: Mapping[str, Float[Array, "R S"]],
    ylabel: str,
    xlabel: str = "step",
    window: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """For each name, the mean of R runs over S steps, and the range between the runs.

    Each run is first smoothed by the mean over the last ``window`` steps.
    """
    ax = axes_or_new(ax)
    for (name, runs), (color, dash, _) in zip(curves.items(), LOOKS, strict=False):
        kernel = np.full(window, 1 / window)
        runs = np.array([np.convolve(run, kernel, mode="valid") for run in runs])
        steps = np.arange(window, window + runs.shape[1])
        ax.plot(steps, runs.mean(0), dash, color=color, label=name)
        ax.fill_between(steps, runs.min(0), runs.max(0), color=color, alpha=0.15, linewidth=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax
