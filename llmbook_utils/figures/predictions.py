"""Predictions: those of a regression, a digit with its caption, probabilities of labels."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREY, ORANGE, axes_or_new, label, percent_apart

Array = np.ndarray


def plot_predicted(
    y: Float[Array, " N"], y_hat: Float[Array, " N"], unit: str, ax: Axes | None = None
) -> Axes:
    """Prediction ŷ against target y, both in ``unit``; a perfect model lies on the diagonal."""
    ax = axes_or_new(ax, (5.2, 4.2))
    low, high = min(y.min(), y_hat.min()), max(y.max(), y_hat.max())
    ax.plot([low, high], [low, high], color=GREY, linestyle="--", linewidth=1.5)
    ax.plot(y, y_hat, "o", color=BLUE, markersize=4.5, alpha=0.65)
    label(ax, high, high, "perfect", GREY, ha="right", va="bottom")
    ax.set(xlabel=f"target y ({unit})", ylabel=f"prediction ŷ ({unit})")
    return ax


def plot_image(image: Float[Array, "R C"], caption: str, ax: Axes | None = None) -> Axes:
    """One small grey image with a caption above it."""
    ax = axes_or_new(ax, (1.4, 1.6))
    ax.imshow(image, cmap="gray_r", interpolation="nearest")
    ax.set_title(percent_apart(caption), fontsize=10, loc="center", pad=3, fontweight="normal")
    ax.axis("off")
    return ax


def plot_label_probabilities(
    names: Sequence[str],
    first: Float[Array, " K"],
    second: Float[Array, " K"],
    legend: tuple[str, str],
    ax: Axes | None = None,
) -> Axes:
    """Two models' mean probability for each label, and the line between no and yes."""
    ax = axes_or_new(ax, (6.2, 3.4))
    x = np.arange(len(names))
    for shift, height, color, hatch in ((-0.2, first, BLUE, ""), (0.2, second, ORANGE, "//")):
        bars = ax.bar(x + shift, height, 0.36, color=color, hatch=hatch, edgecolor="white")
        ax.bar_label(bars, fmt="%.2f", fontsize=9.5, padding=2)
    ax.axhline(0.5, color=GREY, linestyle="--", linewidth=1.5)
    ax.set(xticks=x, xticklabels=names, ylim=(0, 1.08))
    ax.set(xlabel="label", ylabel="mean probability")
    ax.legend(ax.containers[:2], legend, loc="upper right", ncols=2)
    ax.grid(axis="x", visible=False)
    return ax
