"""Pretraining in plots: the learning rate, scaling, users' ratings sorted by cluster."""

from collections.abc import Mapping
from itertools import pairwise

import matplotlib as mpl
import numpy as np
from jaxtyping import Float, Int, Num
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from llmbook_utils.figures.language_models import COLORS, MARKERS
from llmbook_utils.figures.style import BLUE, DASHES, GREY, INK, ORANGE, PALE, axes_or_new, label

Array = np.ndarray


def plot_schedule(learning_rate: Float[Array, " S"], warmup: int, ax: Axes | None = None) -> Axes:
    """The learning rate at each step; the warm-up is shaded."""
    ax = axes_or_new(ax, (6.2, 3.0))
    steps, peak = np.arange(len(learning_rate)), float(learning_rate.max())
    ax.axvspan(0, warmup, color=PALE, zorder=0)
    ax.plot(steps, learning_rate, color=BLUE)
    label(ax, warmup + 0.01 * len(steps), 0.06 * peak, "warm-up ends", GREY)
    ax.set(xlabel="step", ylabel="learning rate η", ylim=(0, 1.12 * peak))
    return ax


def plot_scaling(
    sizes: Mapping[str, Num[Array, " R"]],
    excess: Mapping[str, Float[Array, " R"]],
    fits: Mapping[str, tuple[float, float]] | None = None,
    xlabel: str = "parameters",
    ylabel: str = "loss − floor (nats a token)",
    held_out: int = 0,
    ax: Axes | None = None,
) -> Axes:
    """What the loss lies above the floor, against size, both in powers of ten.

    Args:
        sizes: for each series, parameters, tokens or FLOPs.
        fits: for each series (a, α) of the fitted line, excess = a · size^(−α).
        held_out: this many points at the end of each series were not fitted; they are open.
    """
    ax = axes_or_new(ax, (6.2, 4.0))
    for (name, size), color, marker in zip(sizes.items(), COLORS, MARKERS, strict=False):
        fitted = len(size) - held_out
        points: dict = {"color": color, "linestyle": ""}
        ax.plot(size[:fitted], excess[name][:fitted], marker, label=name, **points)
        if held_out:
            points["markerfacecolor"] = "none"
            ax.plot(size[fitted:], excess[name][fitted:], marker, label="held out", **points)
        if fits and name in fits:
            a, alpha = fits[name]
            ends = np.array([size.min() / 1.25, size.max() * 1.25])
            ax.plot(ends, a * ends**-alpha, color=color, linestyle=DASHES[color], linewidth=1.4)
            text, middle = f"slope −{alpha:.2f}", float(np.exp(np.log(size).mean()))
            ax.annotate(
                text,
                (middle, a * middle**-alpha),
                xytext=(8, 8),
                textcoords="offset points",
                fontsize=9.5,
                color=INK,
            )
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log", yscale="log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    ax.yaxis.set_minor_formatter(NullFormatter())
    if len(sizes) > 1 or held_out:
        ax.legend(loc="best")
    return ax


def plot_ratings(
    ratings: Float[Array, "N D"],
    clusters: Int[Array, " N"],
    films: list[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Users' ratings of films (NaN: not seen), users sorted by cluster.

    ``films`` names each film, or its kind; a name that comes again is written once, at its middle.
    """
    ax = axes_or_new(ax, (6.2, 4.4))
    order = np.argsort(clusters, kind="stable")
    colors = mpl.colormaps["viridis"].with_extremes(bad=PALE)
    picture = ax.imshow(ratings[order], aspect="auto", cmap=colors, interpolation="nearest")
    bar = ax.figure.colorbar(picture, ax=ax, pad=0.02)
    bar.set_label("rating (pale: none)")
    edges = np.flatnonzero(np.diff(clusters[order])) + 0.5
    for edge in edges:
        ax.axhline(edge, color=ORANGE, linewidth=2)
    middles = (np.concatenate([[-0.5], edges]) + np.concatenate([edges, [len(order) - 0.5]])) / 2
    ax.set_yticks(middles, [str(name) for name in np.unique(clusters)])
    if films is not None:
        starts = [i for i, film in enumerate(films) if i == 0 or film != films[i - 1]]
        centres = [(a + b - 1) / 2 for a, b in pairwise([*starts, len(films)])]
        look: dict = {} if len(starts) < len(films) else {"rotation": 40, "ha": "right"}
        ax.set_xticks(centres, [films[i] for i in starts], fontsize=9, **look)
    ax.set(xlabel="films", ylabel="users, by cluster")
    ax.grid(False)
    return ax
