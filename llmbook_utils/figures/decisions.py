"""From probabilities to decisions: regions in the plane, and the cost of a threshold."""

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, Number, axes_or_new, label

Array = np.ndarray
SHADES = LinearSegmentedColormap.from_list("class 0 to class 1", [ORANGE, "white", BLUE])


def plot_regions(
    X: Float[Array, "N 2"],
    y: Int[Array, " N"],
    u: Float[Array, " U"],
    v: Float[Array, " V"],
    probability: Float[Array, "V U"],
    ax: Axes | None = None,
) -> Axes:
    """Points of two classes over the probability that a model gives class 1 on the grid u × v."""
    ax = axes_or_new(ax, (6.0, 3.8))
    ax.contourf(u, v, probability, levels=np.linspace(0, 1, 11), cmap=SHADES, alpha=0.45)
    ax.contour(u, v, probability, levels=[0.5], colors=INK, linewidths=1.5)
    ax.plot(
        *X[y == 0].T, "o", color=ORANGE, markeredgecolor="white", markersize=6.5, label="class 0"
    )
    ax.plot(*X[y == 1].T, "^", color=BLUE, markeredgecolor="white", markersize=7.5, label="class 1")
    ax.set(xlabel="input $x_1$", ylabel="input $x_2$")
    ax.legend(loc="upper left")
    ax.grid(False)
    return ax


def plot_threshold(
    threshold: Float[Array, " H"],
    recall: Float[Array, " H"],
    precision: Float[Array, " H"],
    cost: Float[Array, " H"],
    theory: Number,
    ax: Axes | None = None,
) -> Axes:
    """Recall, precision and cost (as a share of its largest value) by decision threshold."""
    ax = axes_or_new(ax)
    ax.plot(threshold, recall, "-", color=BLUE, label="recall")
    ax.plot(threshold, precision, "-.", color=GREEN, label="precision")
    ax.plot(threshold, cost / cost.max(), "--", color=ORANGE, label="cost (relative)")
    ax.axvline(theory, color=GREY, linestyle=":", linewidth=1.8)
    label(ax, theory * 1.08, 0.06, "threshold from the costs", GREY)
    ax.set(xlabel="decide “sick” above this probability", ylabel="share", xscale="log")
    ax.set(ylim=(0, 1.03))
    ax.legend(loc="center left")
    return ax
