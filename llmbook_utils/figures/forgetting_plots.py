"""Chapter 6, measured: accuracy over stages and steps, methods, Fisher information, memory, λ."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Num
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.forgetting_matrices import Scores
from llmbook_utils.figures.knob import places
from llmbook_utils.figures.language_models import COLORS, MARKERS
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREY,
    INK,
    ORANGE,
    PALE,
    PAPER,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
Values = Num[Array, " S"] | Sequence[Number]
Rows = Num[Array, " S"] | Num[Array, "seeds S"]
HALO = [withStroke(linewidth=3, foreground=PAPER)]


def plot_curves(R: Scores, tasks: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Accuracy on each task after each stage: a line a task, from its own stage on.

    Args:
        R: (stages, tasks), or one for each seed: means, and bands from the worst to the best.
        tasks: up to five names.
    """
    ax = axes_or_new(ax)
    every = R[None] if R.ndim == 2 else R
    stages = np.arange(1, every.shape[1] + 1)
    names = [f"task {j + 1}" for j in range(every.shape[2])] if tasks is None else tasks
    ends = {}
    for j, (name, color) in enumerate(zip(names, COLORS, strict=False)):
        values = _line(ax, stages[j:], every[:, j:, j], color, MARKERS[j])
        ends[name] = (float(stages[-1]), float(values[-1]))
    ax.set_xticks(stages)
    ax.set(xlabel="after stage", ylabel="accuracy", ylim=(0, 1.03))
    return name_ends(ax, ends)


def plot_over_training(
    steps: Num[Array, " S"],
    curves: Mapping[str, Rows],
    changes: Sequence[Number] = (),
    ylabel: str = "accuracy on task 1",
    tasks: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """What becomes of the first task while the others are learned: a line a method.

    Args:
        curves: method → values, or a row for each seed: the mean, and a band of all seeds.
        changes: the steps at which a new task begins.
        tasks: the name of each part between two changes; by default "task 1", "task 2", …
    """
    ax = axes_or_new(ax)
    ends = {}
    for (name, rows), color in zip(curves.items(), COLORS, strict=False):
        values = _line(ax, steps, np.atleast_2d(rows), color)
        ends[name] = (float(steps[-1]), float(values[-1]))
    edges = [float(steps[0]), *map(float, changes), float(steps[-1])]
    names = [f"task {k + 1}" for k in range(len(edges) - 1)] if tasks is None else list(tasks)
    for at in changes:
        ax.axvline(float(at), color=GREY, linewidth=1, linestyle=":")
    if len(changes):
        low, high = ax.get_ylim()
        ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= high])
        ax.set_ylim(low, high + 0.1 * (high - low))
        look: dict = {"ha": "center", "va": "top", "size": 9.5, "color": darker(GREY)}
        for name, start, end in zip(names, edges, edges[1:], strict=False):
            at = (start + end) / 2
            ax.text(at, 0.985, name, transform=ax.get_xaxis_transform(), **look)
    ax.set(xlabel="training step", ylabel=ylabel)
    return name_ends(ax, ends)


def plot_path(
    share: Num[Array, " S"],
    losses: Mapping[str, Rows],
    ylabel: str = "loss (nats)",
    ax: Axes | None = None,
) -> Axes:
    """Each task's loss on the straight line from the old weights (0) to the new ones (1).

    Args:
        share: how far along the line.
        losses: task → its loss there, or a row for each seed: the mean, and a band of all seeds.
    """
    ax = axes_or_new(ax)
    ends = {}
    for (name, rows), color in zip(losses.items(), COLORS, strict=False):
        values = _line(ax, share, np.atleast_2d(rows), color)
        ends[name] = (float(share[-1]), float(values[-1]))
    ax.set(xlabel="share of the way from the old weights to the new", ylabel=ylabel)
    ax.set_ylim(bottom=0)
    return name_ends(ax, ends)


def plot_fisher(
    exact: Num[Array, " P"],
    other: Num[Array, " P"],
    label: str = "batched shortcut",
    batch: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Two estimates of the diagonal Fisher information, a dot a weight, both axes logarithmic.

    Args:
        exact: the mean of each sample's squared gradient.
        other: the estimate that is compared with it.
        label: its name.
        batch: B, the size of its batches; then a second line marks 1/B of the exact value.
    """
    ax = axes_or_new(ax, (5.2, 4.6))
    seen = (exact > 0) & (other > 0)
    x, y = exact[seen], other[seen]
    dots: dict = {"color": BLUE, "markersize": 3, "alpha": 0.25, "markeredgewidth": 0}
    ax.plot(x, y, "o", linestyle="", rasterized=True, **dots)
    ax.set(xscale="log", yscale="log")
    if len(x):
        low = float(min(np.quantile(x, 0.002), np.quantile(y, 0.002)))
        high = 2 * float(max(x.max(), y.max()))
        span = np.array([low, high])
        ax.plot(span, span, color=INK, linewidth=1.5, linestyle="-")
        _beside(ax, (high, high), "equal", INK, (-16, -3), "right")
        if batch is not None:
            ax.plot(span, span / batch, color=ORANGE, linewidth=1.5, linestyle="--")
            look: dict = {"rotation": 45, "rotation_mode": "anchor", "va": "bottom", "size": 9.5}
            look |= {"color": darker(ORANGE), "path_effects": HALO}
            x = low * batch * (high / low / batch) ** 0.35  # where few dots are
            ax.text(x, 1.4 * x / batch, f"1/{batch} of it", ha="center", **look)
        ax.set(xlim=(low, high), ylim=(low, high))
    xlabel = "exact: mean of the squared gradients"
    if not seen.all():
        xlabel += f"\n({np.sum(~seen)} of {len(seen)} weights are 0 in one of them: not drawn)"
    ax.set(xlabel=xlabel, ylabel=label, aspect="equal")
    return ax


def plot_kept(
    share: Mapping[str, Num[Array, " N"]],
    expected: Number,
    runs: int | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How often each item of a stream is in the memory at its end, for ways of keeping.

    Args:
        share: way of keeping → share of runs in which item 1 … N was kept.
        expected: k / N, what every item should have.
        runs: the number of runs; then a band shows where 95 % of fair shares would lie.
    """
    ax = axes_or_new(ax)
    places = np.arange(1, max(map(len, share.values())) + 1)
    if runs is not None:
        half = 1.96 * float(np.sqrt(expected * (1 - expected) / runs))
        ax.axhspan(max(0.0, expected - half), expected + half, color=PALE, linewidth=0, zorder=0)
    ends = {}
    for (name, values), color, marker in zip(share.items(), COLORS, MARKERS, strict=False):
        dots: dict = {"color": color, "markersize": 4.5, "markeredgewidth": 0, "alpha": 0.75}
        ax.plot(places[: len(values)], values, marker, linestyle="", **dots)
        ends[name] = (float(len(values)), float(np.mean(values[-max(1, len(values) // 10) :])))
    ax.plot(places[[0, -1]], [expected] * 2, color=GREY, linewidth=1.8, linestyle=":")
    words: dict = {"size": 9.5, "color": darker(GREY), "va": "bottom", "path_effects": HALO}
    words |= {"xytext": (0, 16), "textcoords": "offset points"}
    ax.annotate(f"fair: k / N = {expected:.2g}", (1, expected), **words)
    ax.set(xlabel="place of the item in the stream", ylabel="share of runs that keep it")
    ax.set_ylim(bottom=-0.02 * ax.get_ylim()[1])
    return name_ends(ax, ends)


def plot_trade(
    values: Values,
    old: Num[Array, " N"] | Num[Array, "N _"],
    new: Num[Array, " N"] | Num[Array, "N _"],
    label: str = "λ",
    ylabel: str = "accuracy",
    names: tuple[str, str] = ("old", "new"),
    ax: Axes | None = None,
) -> Axes:
    """Old and new accuracy as a knob is turned; 0 stands one step left of the smallest value.

    Args:
        values: N values of the knob, growing, such as λ or the size of the buffer.
        old, new: (N,), or (N, seeds): the mean, and a band from the worst seed to the best.
        label: the name of the knob.

    Raises:
        ValueError: if values do not grow from 0 or more.
    """
    x = places(values)
    ax = axes_or_new(ax)
    ends = {}
    for name, rows, color, marker in zip(names, (old, new), (BLUE, ORANGE), MARKERS, strict=False):
        every = rows.T if rows.ndim == 2 else rows[None]
        means = _line(ax, x, every, color, marker)
        ends[name] = (float(x[-1]), float(means[-1]))
    ax.set_xticks(x, [f"{value:g}" for value in values])
    ax.set(xlabel=label, ylabel=ylabel)
    return name_ends(ax, ends, (BLUE, ORANGE))


def plot_weights(
    steps: Num[Array, " S"],
    excess: Mapping[str, Rows],
    weight: Rows,
    name: str = "weight of the old task",
    axes: Sequence[Axes] | Array | None = None,
) -> list[Axes]:
    """Dynamic weights: above each task's excess over its floor, below the weight that follows.

    Args:
        excess: task → loss minus floor, nats, or a row for each seed (mean and band).
        weight: the weight of the old task's loss, 0 … 1, or a row for each seed.
        axes: two, one above the other; if not given, those of a new figure.
    """
    if axes is None:
        axes = plt.subplots(2, 1, figsize=(6.2, 4.6), sharex=True, height_ratios=[1.3, 1])[1]
    above, below = list(np.ravel(np.asarray(axes)))
    ends = {}
    for (task, rows), color in zip(excess.items(), COLORS, strict=False):
        means = _line(above, steps, np.atleast_2d(rows), color)
        ends[task] = (float(steps[-1]), float(means[-1]))
    above.axhline(0, color=GREY, linewidth=1.5, linestyle=":")
    above.set_ylabel("nats above the floor")
    _line(below, steps, np.atleast_2d(weight), COLORS[2])
    below.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
    below.set(xlabel="training step", ylabel=name, ylim=(-0.03, 1.03))
    name_ends(above, ends)
    below.set_xlim(above.get_xlim())
    return [above, below]


# What they are made of --------------------------------------------------------------------------


def _line(
    ax: Axes, x: Num[Array, " S"], rows: Num[Array, "seeds S"], color: str, marker: str = ""
) -> Num[Array, " S"]:
    """The mean of all seeds as a line, and a band from the smallest to the largest."""
    means = np.asarray(rows.mean(axis=0))
    ax.plot(x, means, color=color, linestyle=DASHES[color], marker=marker)
    if len(rows) > 1:
        low, high = rows.min(axis=0), rows.max(axis=0)
        ax.fill_between(x, low, high, color=color, alpha=0.15, linewidth=0)
    return means


def _beside(
    ax: Axes,
    at: tuple[Number, Number],
    text: str,
    color: str,
    offset: tuple[Number, Number],
    ha: str,
) -> None:
    """The name of a diagonal line, ``offset`` points away from a place on it."""
    look: dict = {"textcoords": "offset points", "ha": ha, "va": "top", "size": 9.5}
    ax.annotate(text, at, offset, color=darker(color), path_effects=HALO, **look)
