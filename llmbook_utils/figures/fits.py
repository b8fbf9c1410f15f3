"""A model is a fit: noisy points, the true curve, fitted curves, and errors by flexibility."""

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREY, INK, ORANGE, Number, axes_or_new, label

Array = np.ndarray


def plot_points(
    x: Float[Array, " N"],
    y: Float[Array, " N"],
    grid: Float[Array, " G"],
    truth: Float[Array, " G"],
    ax: Axes | None = None,
) -> Axes:
    """Noisy points (x, y) and the true curve that they scatter around."""
    ax = axes_or_new(ax)
    ax.plot(grid, truth, color=GREY, linestyle="--", linewidth=1.6, label="true curve")
    ax.plot(x, y, "o", color=INK, markersize=4.5, label="observed points")
    ax.set(xlabel="input x", ylabel="target y")
    return ax


def plot_fit(
    x: Float[Array, " N"],
    y: Float[Array, " N"],
    grid: Float[Array, " G"],
    truth: Float[Array, " G"],
    fitted: Float[Array, " G"],
    ax: Axes | None = None,
) -> Axes:
    """The points, the true curve, and one fitted curve; the view is cut off above the data."""
    ax = plot_points(x, y, grid, truth, ax)
    ax.plot(grid, fitted, color=BLUE, label="fitted curve")
    spread = np.ptp(y)
    ax.set_ylim(y.min() - 0.4 * spread, y.max() + 0.4 * spread)
    return ax


def plot_errors_by_degree(
    degrees: Num[Array, " D"],
    train: Float[Array, " D"],
    validation: Float[Array, " D"],
    floor: Number,
    ax: Axes | None = None,
) -> Axes:
    """Training and validation error against the degree, with the noise that nobody can predict."""
    ax = axes_or_new(ax)
    ax.plot(degrees, train, "o-", color=BLUE)
    ax.plot(degrees, validation, "s--", color=ORANGE)
    ax.axhline(floor, color=GREY, linestyle=":", linewidth=1.6)
    best, last = int(np.argmin(validation)), float(degrees[-1])
    ax.plot(degrees[best], validation[best], "s", color=ORANGE, markersize=12, fillstyle="none")
    ax.set(xlabel="degree of the polynomial", ylabel="mean squared error", yscale="log")
    label(ax, last, train[-1] * 0.7, "training", BLUE, ha="right", va="top")
    label(ax, last - 0.4, validation[-1], "validation", ORANGE, ha="right")
    label(ax, last, floor * 1.15, "variance of the noise", GREY, ha="right", va="bottom")
    ax.set_ylim(bottom=train.min() * 0.4)
    return ax
