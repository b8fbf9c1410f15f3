"""Which part of an experiment explains its result."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, INK, ORANGE, axes_or_new


def plot_shares(shares: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes:
    """One stacked bar for each experiment: which share of the variance each factor explains."""
    ax = axes_or_new(ax, (6.4, 2.6))
    colors = [BLUE, ORANGE, "#c3c8d0"]
    left = np.zeros(len(shares))
    factors = list(next(iter(shares.values())))
    for factor, color, hatch in zip(factors, colors, ["", "//", ".."], strict=False):
        part = np.array([row[factor] for row in shares.values()])
        bars = ax.barh(list(shares), part, left=left, color=color, hatch=hatch, edgecolor="white")
        names = [f"{factor}\n{100 * p:.0f} %" if p > 0.14 else "" for p in part]
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
