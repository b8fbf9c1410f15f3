"""Forecasts of a time series, and how their errors grow with the horizon."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREY, INK, ORANGE, Number, axes_or_new, label

Array = np.ndarray


def plot_forecast(
    truth: Float[Array, " T"],
    one_step: Float[Array, " H"],
    recursive: Float[Array, " H"],
    ax: Axes | None = None,
) -> Axes:
    """A series and two forecasts of its last H points: told the truth at each step, or not."""
    ax = axes_or_new(ax, (6.6, 3.5))
    T, H = len(truth), len(recursive)
    ax.plot(np.arange(T), truth, color=INK, linewidth=1.4, label="observed")
    future = np.arange(T - H, T)
    ax.plot(future, one_step, "o", color=ORANGE, markersize=3.5, label="one step ahead")
    ax.plot(future, recursive, color=BLUE, label="recursive")
    ax.axvline(T - H - 0.5, color=GREY, linestyle=":", linewidth=1.5)
    ax.set(xlabel="time step t", ylabel="position y")
    ax.legend(loc="upper left", ncols=3, bbox_to_anchor=(0, 1.02), borderaxespad=0)
    low, high = truth.min(), truth.max()
    ax.set_ylim(low - 0.08 * (high - low), high + 0.28 * (high - low))
    return ax


def plot_error_by_horizon(
    one_step: Float[Array, " H"],
    recursive: Float[Array, " H"],
    theory: Float[Array, " H"],
    spread: Number,
    ax: Axes | None = None,
) -> Axes:
    """Root mean squared error h = 1 … H steps ahead, what theory allows, and the series' spread."""
    ax = axes_or_new(ax)
    h = np.arange(1, len(recursive) + 1)
    ax.plot(h, theory, color=GREY, linestyle=":", linewidth=3, label="best possible")
    ax.plot(h, recursive, color=BLUE, label="recursive")
    ax.plot(h, one_step, color=ORANGE, linestyle="--", label="one step ahead")
    ax.axhline(spread, color=INK, linewidth=1)
    label(ax, 1, spread, "standard deviation of the series", INK, va="bottom")
    label(
        ax,
        len(h),
        one_step[-1] * 1.5,
        "told the truth at each step",
        ORANGE,
        ha="right",
        va="bottom",
    )
    middle = len(h) // 2
    text = "fed its own predictions\n(dotted: the best possible)"
    label(ax, middle + 1, recursive[middle] * 0.92, text, BLUE, va="top")
    ax.set(xlabel="steps ahead h", ylabel="root mean squared error")
    ax.set_ylim(0, 1.15 * max(spread, recursive.max()))
    return ax
