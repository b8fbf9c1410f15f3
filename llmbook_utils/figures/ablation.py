"""Which part of an experiment explains its result."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREEN, INK, ORANGE, axes_or_new

Array = np.ndarray


def plot_accuracy_by_width(
    widths: Int[Array, " W"],
    accuracy: Mapping[str, Float[Array, "S W"]],
    ax: Axes | None = None,
) -> Axes:
    """Accuracy against the number of hidden units, one line a data set, range over S seeds."""
    ax = axes_or_new(ax)
    looks = [(BLUE, "o-"), (ORANGE, "s--"), (GREEN, "^-."), (INK, "D:")]
    for (name, runs), (color, look) in zip(accuracy.items(), looks, strict=False):
        ax.plot(widths, runs.mean(0), look, color=color, label=name, markersize=5)
        ax.fill_between(widths, runs.min(0), runs.max(0), color=color, alpha=0.15, linewidth=0)
    ax.set_xscale("log", base=2)
    ax.set(xticks=widths, xticklabels=[str(w) for w in widths])
    ax.set(xlabel="hidden units of the model", ylabel="accuracy on clean test digits", ylim=(0, 1))
    ax.legend(loc="lower right")
    return ax


def plot_shares(shares: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes:
    """One stacked bar for each experiment: which share of the variance each factor explains."""
    ax = axes_or_new(ax, (6.4, 2.6))
    colors = [BLUE, ORANGE, "#c3c8d0"]
    left = np.zeros(len(shares))
    factors = list(next(iter(shares.values())))
    for factor, color, hatch in zip(factors, colors, ["", "//", ".."], strict=False):
        part = np.array([row[factor] for row in shares.values()])
        bars = ax.barh(list(shares), part, left=left, color=color, hatch=hatch, edgecolor="white")
        names = [f"{factor}\n{p:.0%}" if p > 0.14 else "" for p in part]
        ax.bar_label(
            bars,
            names,
            label_type="center",
            color=INK,
            fontsize=9.5,
            bbox={
                "facecolor": "white",
                "edgecolor": "none",
                "alpha": 0.85,
                "boxstyle": "round,pad=0.2",
            },
        )
        left += part
    ax.set(xlabel="share of the variance in accuracy", ylabel="hidden units", xlim=(0, 1))
    ax.invert_yaxis()
    ax.grid(False)
    return ax
