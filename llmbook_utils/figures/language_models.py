"""Language models at work: surprise word by word, next words, the loss and its floor, variety."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any, Literal

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.bars import LOOKS, bars_side_by_side
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
COLORS = (BLUE, ORANGE, GREEN, PURPLE, INK)
MARKERS = ("o", "s", "^", "D", "v")


def draw_floor(
    ax: Axes,
    floor: Number,
    text: str = "floor: the truth",
    side: Literal["left", "right", "vertical"] = "right",
) -> Axes:
    """The dotted grey line of the loss of the truth, with its name at one side (or upright)."""
    look: dict = {"color": GREY, "linestyle": ":", "linewidth": 1.8, "zorder": 3}
    if side == "vertical":
        ax.axvline(floor, **look)
        return _write(ax, text, (floor, 0), ("data", "axes fraction"), (4, 3), va="bottom")
    ax.axhline(floor, **look)
    x = 0.985 if side == "right" else 0.015
    return _write(ax, text, (x, floor), ("axes fraction", "data"), (0, -3), ha=side, va="top")


def label_ends(ax: Axes, ends: Mapping[str, tuple[Number, Number]], colors: Sequence[str]) -> Axes:
    """Write each line's name behind its end (x, y), moved up where names would overlap.

    Call it when the limits of the axes are final; the x axis is extended to make room.
    """
    bottom, top = (float(v) for v in ax.transData.transform([(0, y) for y in ax.get_ylim()])[:, 1])
    dots, taken = ax.figure.dpi / 72, -np.inf
    by_height = sorted(zip(ends.items(), colors, strict=False), key=lambda item: item[0][1][1])
    for (name, (x, y)), color in by_height:
        place = float(ax.transData.transform((x, y))[1])
        taken = max(place, taken + 14 * dots)
        shift = (min(taken, top) - place) / dots if top > bottom else 0
        _write(ax, name, (x, y), "data", (7, shift), color, va="center")
    return ax


def plot_surprise(
    words: Sequence[str], nats: Float[Array, " T"], high: Number = 1.0, ax: Axes | None = None
) -> Axes:
    """−ln p of each word of a document, from top to bottom; those above ``high`` in orange."""
    ax = axes_or_new(ax, (6.2, 0.7 + 0.21 * len(words)))
    places = np.arange(len(words))
    colors = [ORANGE if n > high else BLUE for n in nats]
    ax.barh(places, nats, 0.7, color=colors)
    ax.set_yticks(places, words, fontsize=9.5)
    ax.set(ylim=(len(words) - 0.4, -0.6), xlabel="surprise −ln p (nats)")
    ax.set_ylabel("the words, in order")
    ax.axvline(high, color=GREY, linewidth=1, linestyle="--")
    ax.grid(False, axis="y")
    return ax


def plot_next_words(
    words: Sequence[str],
    distributions: Mapping[str, Float[Array, " K"]],
    truth: Float[Array, " K"] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Probabilities of K next words, for up to three distributions; black ticks are the truth."""
    ax = axes_or_new(ax, (6.2, 1.1 + (0.14 + 0.18 * len(distributions)) * len(words)))
    height = 0.82 / len(distributions)
    for i, ((name, p), (color, hatch)) in enumerate(
        zip(distributions.items(), LOOKS, strict=False)
    ):
        places = np.arange(len(words)) + (i - (len(distributions) - 1) / 2) * height
        look: dict = {"color": color, "hatch": hatch, "edgecolor": "white", "linewidth": 0}
        ax.barh(places, p, height * 0.92, label=name, **look)
    if truth is not None:
        _ticks(ax, truth, np.arange(len(words)), "the truth")
    ax.set_yticks(range(len(words)), words)
    ax.set(ylim=(len(words) - 0.4, -0.6), xlabel="probability", ylabel="next word")
    ax.grid(False, axis="y")
    ax.legend(loc="lower right")
    return ax


def plot_loss_by_order(
    orders: Num[Array, " S"],
    losses: Mapping[str, Float[Array, " S"]],
    floor: Number,
    xlabel: str = "order n",
    ylabel: str = "loss (nats a word)",
    ax: Axes | None = None,
) -> Axes:
    """The loss against n (or another setting), one line a model, and the floor."""
    ax = axes_or_new(ax)
    for (_, values), color, marker in zip(losses.items(), COLORS, MARKERS, strict=False):
        ax.plot(orders, values, color=color, linestyle=DASHES[color], marker=marker)
    ax.set(xlabel=xlabel, ylabel=ylabel, xticks=orders)
    _room_on_the_right(ax, losses)
    draw_floor(ax, floor, side="left")
    _room_below(ax, floor)
    ends = {name: (float(orders[-1]), float(values[-1])) for name, values in losses.items()}
    return label_ends(ax, ends, COLORS)


def plot_training(
    steps: Num[Array, " S"],
    losses: Mapping[str, Float[Array, " S"]],
    floor: Number,
    levels: Mapping[str, Number] | None = None,
    xlabel: str = "step",
    ylabel: str = "loss (nats a token)",
    floor_name: str = "floor: the truth",
    ax: Axes | None = None,
) -> Axes:
    """Loss curves (NaN where one was not measured), the floor, and losses to compare with."""
    ax = axes_or_new(ax)
    for name, level in (levels or {}).items():
        ax.axhline(level, color=GREY, linestyle="--", linewidth=1, zorder=1)
        place = (0.985, level), ("axes fraction", "data")
        _write(ax, name, *place, (0, 1), ha="right", va="bottom")
    for (name, values), color in zip(losses.items(), COLORS, strict=False):
        seen = ~np.isnan(values)
        few: dict = {"marker": "o", "markersize": 3.5} if seen.sum() <= 40 else {}
        line: dict = {"color": color, "linestyle": DASHES[color], "label": name}
        ax.plot(steps[seen], values[seen], **line, **few)
    draw_floor(ax, floor, floor_name)
    _room_below(ax, floor)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if len(losses) > 1:
        ax.legend(loc="upper right")
    return ax


def plot_cost_by_kind(
    models: Mapping[str, Mapping[str, float]],
    floor: Mapping[str, float],
    xlabel: str = "nats a document",
    ax: Axes | None = None,
) -> Axes:
    """What models spend on each kind of word; a black tick is the least that is possible."""
    ax = bars_side_by_side(models, ax)
    rows = list(dict.fromkeys(row for values in models.values() for row in values))
    _ticks(ax, np.array([floor[row] for row in rows]), np.arange(len(rows)), "the floor")
    largest = max(max(values.values()) for values in models.values())
    ax.set(xlabel=xlabel, ylabel="kind of word", xlim=(0, 1.14 * largest))
    ax.legend(loc="best")
    return ax


def plot_word_map(
    xy: Float[Array, "V 2"],
    words: Sequence[str],
    kinds: Sequence[str],
    written: int = 5,
    ax: Axes | None = None,
) -> Axes:
    """Word vectors in the plane, by kind; the first ``written`` words of each kind are named."""
    ax = axes_or_new(ax, (6.2, 4.6))
    for kind, color, marker in zip(dict.fromkeys(kinds), COLORS, MARKERS, strict=False):
        own = np.array([k == kind for k in kinds])
        look: dict = {"color": color, "markeredgecolor": "white", "markersize": 8}
        ax.plot(*xy[own].T, marker, linestyle="", label=kind, **look)
        for i in np.flatnonzero(own)[:written]:
            place = (float(xy[i, 0]), float(xy[i, 1]))
            _write(ax, words[i], place, "data", (5, 4), color, va="bottom", size=9)
    ax.set(xlabel="first direction", ylabel="second direction")
    ax.margins(0.08)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3, borderaxespad=0)
    return ax


def plot_trade(
    x: Mapping[str, Float[Array, " S"]],
    y: Mapping[str, Float[Array, " S"]],
    settings: Mapping[str, Sequence[str]],
    xlabel: str,
    ylabel: str,
    ax: Axes | None = None,
) -> Axes:
    """One measure against another along each method's setting, which is written at each point."""
    ax = axes_or_new(ax, (6.2, 4.2))
    sides = cycle(
        [((6, 5), "left", "bottom"), ((-6, -5), "right", "top"), ((6, -5), "left", "top")]
    )
    for name, color, marker in zip(x, COLORS, MARKERS, strict=False):
        line: dict = {"color": color, "linestyle": DASHES[color], "marker": marker}
        ax.plot(x[name], y[name], **line, label=name)
        offset, ha, va = next(sides)
        for a, b, text in zip(x[name], y[name], settings[name], strict=True):
            place = (float(a), float(b))
            _write(ax, text, place, "data", offset, color, ha=ha, va=va, size=9)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.margins(0.1)
    ax.legend(loc="best")
    return ax


def _ticks(ax: Axes, values: Float[Array, " K"], rows: Num[Array, " K"], name: str) -> None:
    """A black tick over each row's bars."""
    ax.vlines(values, rows - 0.43, rows + 0.43, color=INK, linewidth=2.2, label=name, zorder=4)


def _write(
    ax: Axes,
    text: str,
    at: tuple[Number, Number],
    coordinates: str | tuple[str, str],
    offset: tuple[Number, Number],
    color: str = GREY,
    ha: str = "left",
    va: str = "center",
    size: Number = 10,
) -> Axes:
    """A text some points beside a place, with a rim of paper around its letters."""
    style: dict[str, Any] = {"ha": ha, "va": va, "fontsize": size, "annotation_clip": False}
    style |= {"xycoords": coordinates, "textcoords": "offset points", "color": darker(color)}
    style |= {"zorder": 4, "path_effects": [withStroke(linewidth=4, foreground=PAPER)]}
    ax.annotate(text, at, offset, **style)
    return ax


def _room_on_the_right(ax: Axes, names: Mapping[str, object]) -> None:
    """Extend the x axis, so that names of lines find their place within the figure."""
    left, right = ax.get_xlim()
    longest = max(map(len, names))
    ax.set_xlim(left, right + (right - left) * 0.019 * longest)


def _room_below(ax: Axes, floor: Number) -> None:
    """Show the floor's name too."""
    bottom, top = ax.get_ylim()
    ax.set_ylim(min(bottom, floor - 0.09 * (top - floor)), top)
