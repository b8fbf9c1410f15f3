"""Chapter 3, measured: attention, gradients through time, the race, positions, nats by place."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.language_models import COLORS, MARKERS, draw_floor
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREY,
    INK,
    PALE,
    PAPER,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray


def plot_attention(
    weights: Float[Array, "T S"],
    queries: Sequence[str],
    keys: Sequence[str],
    xlabel: str = "keys: looked at",
    ylabel: str = "queries: who looks",
    ax: Axes | None = None,
) -> Axes:
    """Attention as a heat map: a row for each query, dark where it looks; weights from 0.1 on.

    The font of the figures has no Chinese: for Chinese tokens use `AttentionExplorer`.

    Raises:
        ValueError: if the words do not fit the weights.
    """
    if weights.shape != (len(queries), len(keys)):
        raise ValueError(
            f"expected weights of shape {(len(queries), len(keys))}, got {weights.shape}"
        )
    size = 0.36
    ax = axes_or_new(ax, (max(4.0, 1.7 + size * len(keys)), max(3.0, 1.5 + size * len(queries))))
    _shade(ax, weights, 0.0, 1.0)
    if max(weights.shape) <= 14:
        for (row, column), weight in np.ndenumerate(weights):
            if weight >= 0.095:
                text = f"{weight:.1f}".removeprefix("0") if weight < 0.95 else "1"
                ink = PAPER if weight > 0.5 else INK
                ax.text(column, row, text, ha="center", va="center", color=ink, size=8.5)
    ax.set_xticks(range(len(keys)), keys, rotation=60, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(len(queries)), queries)
    ax.set(xlabel=xlabel, ylabel=ylabel, aspect="equal")
    return ax


def plot_positions(codes: Float[Array, "T C"], ax: Axes | None = None) -> Axes:
    """Positional codes as a picture: a row for each place, a column for each number of its code."""
    ax = axes_or_new(ax, (6.2, 3.4))
    ax.imshow(codes, aspect="auto", cmap="PuOr", vmin=-1, vmax=1, interpolation="nearest")
    ax.figure.colorbar(ax.images[0], ax=ax, label="value", ticks=[-1, 0, 1])
    ax.grid(False)
    ax.set(xlabel="number of the code (channel)", ylabel="place t")
    return ax


def plot_gradients(
    distance: Num[Array, " N"],
    norms: Mapping[str, Num[Array, " N"] | Num[Array, "R N"]],
    ylabel: str = "‖∂loss at T / ∂h at t‖ (at t = T: 1)",
    ax: Axes | None = None,
) -> Axes:
    """How much of a gradient arrives after so many steps back, on a logarithmic scale.

    Args:
        distance: T − t, steps back from the loss.
        norms: name → norm at each distance; or a row a seed: the median, and a band from the
            smallest to the largest. Zeros are left out.
    """
    ax = axes_or_new(ax)
    ends = {}
    for (name, values), color, marker in zip(norms.items(), COLORS, MARKERS, strict=False):
        rows = np.where(np.atleast_2d(values) > 0, np.atleast_2d(values), np.nan)
        middle = np.nanmedian(rows, axis=0)
        few: dict = {"marker": marker} if len(distance) <= 25 else {}
        ax.plot(distance, middle, color=color, linestyle=DASHES[color], **few)
        if len(rows) > 1:
            low, high = np.nanmin(rows, axis=0), np.nanmax(rows, axis=0)
            ax.fill_between(distance, low, high, color=color, alpha=0.15, linewidth=0)
        last = int(np.flatnonzero(~np.isnan(middle))[-1])
        ends[name] = (float(distance[last]), float(middle[last]))
    ax.set_yscale("log")
    ax.set(xlabel="distance T − t (steps back)", ylabel=ylabel)
    return name_ends(ax, ends)


def plot_race(
    scores: Mapping[str, Number | None],
    xlabel: str = "nats a word above the floor",
    groups: Mapping[str, str] | None = None,
    cannot: str = "cannot",
    cut: Number | None = None,
    bound: tuple[str, Number] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One score of each model, in the given order; a grey word where it has none.

    Args:
        scores: model → score (lower is better), or None (or NaN) where it cannot do the task.
        groups: model → kind; each kind has its own colour, the first kinds first.
        cannot: what is written in place of a missing score.
        cut: where the axis ends; a larger score is a number with an arrow, without a dot.
        bound: name and value of a score that matters: a dotted line.
    """
    ax = axes_or_new(ax, (6.4, 0.95 + 0.34 * len(scores)))
    kinds = list(dict.fromkeys((groups or {}).values()))
    known = [float(v) for v in scores.values() if v is not None and not np.isnan(v)]
    far = max(known, default=1.0) if cut is None else float(cut)
    halo = [withStroke(linewidth=3, foreground=PAPER)]
    for row, (name, value) in enumerate(scores.items()):
        kind = (groups or {}).get(name)
        color = BLUE if kind is None else COLORS[kinds.index(kind) % len(COLORS)]
        ax.axhline(row, color=PALE, linewidth=1, linestyle="-", zorder=0)
        if value is None or np.isnan(value):
            ax.text(
                0.02 * far, row, cannot, color=darker(GREY), size=9.5, va="center", style="italic"
            )
            continue
        stem: dict = {"color": color, "linewidth": 2.4, "linestyle": "-"}
        look: dict = {"color": INK, "size": 10, "va": "center", "path_effects": halo}
        if value > far:
            ax.plot([0, 0.84 * far], [row, row], **stem)
            ax.text(0.87 * far, row, f"{value:.3f} →", **look)
            continue
        ax.plot([0, value], [row, row], **stem)
        ax.plot(value, row, "o", color=color, markersize=8)
        ax.text(value + 0.035 * far, row, f"{value:.3f}", **look)
    ax.set_yticks(range(len(scores)), list(scores))
    top = -0.6 if bound is None else -1.3
    ax.set(xlabel=xlabel, ylabel="model", ylim=(len(scores) - 0.4, top), xlim=(0, 1.19 * far))
    if bound is not None:
        ends = [len(scores) - 0.4, -0.6]
        ax.plot([bound[1]] * 2, ends, color=GREY, linestyle=":", linewidth=1.8, zorder=1)
        words: dict = {"color": darker(GREY), "size": 9.5, "va": "center", "path_effects": halo}
        ax.text(bound[1], -0.95, bound[0], ha="center", **words)
    for kind in kinds:
        ax.plot([], [], "o-", color=COLORS[kinds.index(kind) % len(COLORS)], label=kind)
    if kinds:
        ax.legend(loc="best")
    ax.grid(False, axis="y")
    return ax


def plot_race_curves(
    runs: Mapping[str, tuple[Num[Array, " N"], Num[Array, " N"]]],
    floor: Number,
    xlabel: str = "processor time (s)",
    ylabel: str = "loss (nats a word)",
    ax: Axes | None = None,
) -> Axes:
    """Loss against the processor's seconds, one line a model, and the floor.

    Args:
        runs: model → (seconds, loss); the numbers of points may differ.
    """
    ax = axes_or_new(ax, (6.4, 4.0))
    ends, colors = {}, []
    for i, (name, (seconds, loss)) in enumerate(runs.items()):
        color = COLORS[i % len(COLORS)]
        dash = DASHES[color] if i < len(COLORS) else (0, (1, 1))
        ax.plot(seconds, loss, color=color, linestyle=dash)
        ends[name] = (float(seconds[-1]), float(loss[-1]))
        colors.append(color)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    _floor(ax, floor)
    return name_ends(ax, ends, colors)


def plot_by_place(
    losses: Mapping[str, Num[Array, " T"]],
    floor: Num[Array, " T"] | Number | None = None,
    xlabel: str = "place in the segment",
    ylabel: str = "loss (nats a word)",
    ax: Axes | None = None,
) -> Axes:
    """The loss at each place of a segment, one line a model; the floor is one value, or a line."""
    ax = axes_or_new(ax)
    ends = {}
    for (name, values), color, marker in zip(losses.items(), COLORS, MARKERS, strict=False):
        places = np.arange(1, len(values) + 1)
        few: dict = {"marker": marker} if len(values) <= 25 else {}
        ax.plot(places, values, color=color, linestyle=DASHES[color], **few)
        ends[name] = (float(places[-1]), float(values[-1]))
    if isinstance(floor, np.ndarray):
        places = np.arange(1, len(floor) + 1)
        ax.plot(places, floor, color=GREY, linestyle=":", linewidth=1.8)
        ends["floor"] = (float(places[-1]), float(floor[-1]))
    elif floor is not None:
        _floor(ax, floor)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return name_ends(ax, ends, [*COLORS[: len(losses)], GREY])


def _floor(ax: Axes, floor: Number) -> None:
    """The floor, and room for its name below it."""
    draw_floor(ax, floor, side="left")
    bottom, top = ax.get_ylim()
    ax.set_ylim(min(bottom, floor - 0.09 * (top - floor)), top)


def _shade(ax: Axes, values: Num[Array, "T S"], low: Number, high: Number) -> None:
    """Squares from paper to blue, with thin paper lines between them."""
    from matplotlib.colors import LinearSegmentedColormap

    blues = LinearSegmentedColormap.from_list("blues", [PALE, "#7fb0cf", BLUE])
    ax.imshow(values, cmap=blues, vmin=low, vmax=high, interpolation="nearest")
    ax.set_xticks(np.arange(-0.5, values.shape[1]), minor=True)
    ax.set_yticks(np.arange(-0.5, values.shape[0]), minor=True)
    ax.grid(False)
    ax.grid(True, which="minor", color=PAPER, linewidth=1.5)
    ax.tick_params(which="minor", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
