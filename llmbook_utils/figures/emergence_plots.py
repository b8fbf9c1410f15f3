"""Chapter 5, measured over sizes: rulers, exact match predicted, jumps, capacity, shots."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Num
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from llmbook_utils.figures.language_models import COLORS, MARKERS, draw_floor
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREY,
    INK,
    ORANGE,
    PAPER,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
FEW = 12  # with more points each seed is a line of its own
Rows = Num[Array, "... N"]  # one number a size, or a row of them for each seed
Ends = tuple[Num[Array, " N"], Num[Array, " N"]]  # lower and upper ends of intervals


def plot_rulers(
    parameters: Num[Array, " N"],
    rulers: Mapping[str, Rows],
    intervals: Mapping[str, Ends] | None = None,
    ncols: int = 2,
    chance: Mapping[str, Number] | None = None,
    xlabel: str = "parameters",
    log: bool = True,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """The same models under several metrics, one a panel: `plot_scale` for each.

    Args:
        parameters: of each size, growing; or training steps, with their xlabel and log=False.
        rulers: name of the metric, with its unit → one number a size, or a row a seed.
        intervals: name → lower and upper ends; without: from the lowest to the highest seed.
        ncols: panels in a row.
        chance: name → what guessing gets.
        log: whether parameters stand in equal ratios.
        axes: one for each panel; by default they are new.
    """
    if axes is None:
        import matplotlib.pyplot as plt

        rows = -(-len(rulers) // ncols)
        grid = plt.subplots(rows, ncols, figsize=(7.2, 2.55 * rows), squeeze=False)[1].ravel()
        for empty in grid[len(rulers) :]:
            empty.remove()
        axes = list(grid[: len(rulers)])
    for (name, values), color, marker, ax in zip(
        rulers.items(), (*COLORS, *COLORS), (*MARKERS, *MARKERS), axes, strict=False
    ):
        guess, interval = (chance or {}).get(name), (intervals or {}).get(name)
        look: dict = {"color": color, "marker": marker, "xlabel": xlabel, "log": log}
        plot_scale(parameters, values, name, interval, guess, ax=ax, **look)
    return list(axes)


def plot_scale(
    parameters: Num[Array, " N"],
    values: Rows,
    ylabel: str = "share of entries right",
    interval: Ends | None = None,
    chance: Number | None = None,
    color: str = BLUE,
    marker: str = "o",
    xlabel: str = "parameters",
    log: bool = True,
    log_y: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """One metric against the size of the model: mean of the seeds, each seed, and an interval.

    Args:
        log: whether parameters stand in equal ratios.
        log_y: whether values stand in equal ratios; zeros then stand hollow on the lower edge.

    Raises:
        ValueError: if there are not as many values as sizes, or log_y has nothing above 0.
    """
    ax = axes_or_new(ax)
    rows = rows_of(ylabel, values, len(parameters))
    edge = _edge(rows) if log_y else -np.inf
    mean = np.maximum(rows.mean(axis=0), edge)
    ax.plot(parameters, mean, color=color, linestyle="-", zorder=3)
    size = 6 if len(parameters) <= FEW else 3
    for chosen, face in ((mean > edge, color), (mean <= edge, PAPER)):
        if chosen.any():
            look: dict = {"markerfacecolor": face, "zorder": 4, "markersize": size}
            look["clip_on"] = False
            ax.plot(parameters[chosen], mean[chosen], marker, color=color, **look)
    _band(ax, parameters, np.maximum(rows, edge), color, interval)
    if chance is not None:
        ax.axhline(chance, color=GREY, linestyle=":", linewidth=1.8, zorder=1)
        _beside(ax, "chance", float(chance), GREY)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if log:
        _sizes_on(ax, parameters)
    if log_y:
        ax.set_yscale("log")
        ax.set_ylim(edge, None)
    return ax


def plot_predicted(
    parameters: Num[Array, " N"],
    measured: Rows,
    predicted: Rows | Mapping[str, Rows],
    digits: int = 8,
    interval: Ends | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Exact match measured (points and interval), and as independent digits predict it (lines).

    Args:
        parameters: of each size.
        measured: share of entries with all digits right; a row a seed.
        predicted: from the accuracies of single digits; or name → prediction.
        digits: K, for the axis' name.
        interval: ends of the measured one; without: from the lowest to the highest seed.
    """
    ax = axes_or_new(ax)
    named = predicted if isinstance(predicted, Mapping) else {"predicted": predicted}
    ends = {}
    for (name, values), color in zip(named.items(), COLORS[1:], strict=False):
        mean = rows_of(name, values, len(parameters)).mean(axis=0)
        ax.plot(parameters, mean, color=color, linestyle=DASHES[color])
        ends[name] = (float(parameters[-1]), float(mean[-1]))
    rows = rows_of("measured", measured, len(parameters))
    low, high = (rows.min(axis=0), rows.max(axis=0)) if interval is None else interval
    mean = rows.mean(axis=0)
    bars = np.maximum(np.stack([mean - low, high - mean]), 0)
    look: dict = {"color": BLUE, "capsize": 3, "elinewidth": 1.6, "linestyle": "", "zorder": 4}
    ax.errorbar(parameters, mean, bars, marker="o", **look)
    ends["measured"] = (float(parameters[-1]), float(mean[-1]))
    ax.set(xlabel="parameters", ylabel=f"share of entries with all {digits} digits right")
    _sizes_on(ax, parameters)
    return name_ends(ax, ends, [*COLORS[1 : 1 + len(named)], BLUE])


def plot_power(
    ks: Sequence[int] = (1, 2, 4, 8),
    points: Mapping[int, tuple[Num[Array, " M"], Num[Array, " M"]]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """p → pᵏ: the chance that k digits are all right, if each is right with probability p.

    Args:
        ks: up to five numbers of digits.
        points: k → (digit accuracy, share with k digits right) of measured models.
    """
    ax = axes_or_new(ax, (5.2, 3.9))
    p = np.linspace(0, 1, 201)
    rim = [withStroke(linewidth=3, foreground=PAPER)]
    for i, (k, color, marker) in enumerate(zip(ks, COLORS, MARKERS, strict=False)):
        ax.plot(p, p**k, color=color, linestyle=DASHES[color])
        height = 0.8 - 0.16 * i  # each name at a height of its own
        style: dict = {"color": darker(color), "fontsize": 10, "textcoords": "offset points"}
        place = float(height ** (1 / k)), height
        ax.annotate(f"k = {k}", place, (-5, 4), ha="right", va="bottom", path_effects=rim, **style)
        if k in (points or {}):
            look: dict = {"color": color, "markeredgecolor": PAPER, "linestyle": ""}
            ax.plot(*(points or {})[k], marker, **look)
    ax.set(xlabel="accuracy p of a single digit", ylabel="pᵏ: all k digits right")
    ax.set(xlim=(0, 1.01), ylim=(0, 1.02))
    return ax


def plot_jumps(
    null_jumps: Num[Array, " D"],
    observed: Number,
    name: str = "measured",
    level: Number = 0.05,
    ax: Axes | None = None,
) -> Axes:
    """The largest jump that chance alone gives, drawn many times, and the one that was measured.

    Args:
        null_jumps: the largest jump in each draw in which there is no threshold.
        observed: that of the measured curve.
        name: what was measured.
        level: the share of draws right of the dotted line: only what lies beyond is a finding.
    """
    ax = axes_or_new(ax, (6.2, 3.2))
    ax.hist(null_jumps, 40, color=GREY, alpha=0.45, linewidth=0)
    height = float(ax.get_ylim()[1])
    bound = float(np.quantile(null_jumps, 1 - level))
    style: dict = {"fontsize": 10, "textcoords": "offset points", "va": "center"}
    for at, part, text, color, dash in (
        (bound, 0.95, f"{100 * level:.0f} % of chance\nlies beyond", GREY, ":"),
        (float(observed), 0.5, name, ORANGE, "-"),
    ):
        ax.plot([at, at], [0, part * height], color=color, linestyle=dash, linewidth=2.2)
        ax.annotate(text, (at, (part - 0.08) * height), (6, 0), color=darker(color), **style)
    right = max(float(np.max(null_jumps)), bound, float(observed))
    left = min(0.0, float(np.min(null_jumps)))
    ax.set(xlim=(left, right + 0.28 * (right - left)))
    ax.set(xlabel="largest jump between neighbouring sizes", ylabel="draws")
    return ax


def plot_capacity(
    parameters: Num[Array, " N"],
    bits_a_parameter: Rows,
    needed: Num[Array, " N"] | None = None,
    cited: Number | None = 2.0,
    interval: Ends | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Bits known, divided by parameters, against parameters.

    Args:
        parameters: of each size.
        bits_a_parameter: of each size; a row a seed.
        needed: bits in the data, divided by parameters: no model can know more (dashed).
        cited: a published capacity, in bits a parameter (dotted).
    """
    ax = axes_or_new(ax)
    rows = rows_of("bits a parameter", bits_a_parameter, len(parameters))
    ax.plot(parameters, rows.mean(axis=0), "o-", color=BLUE, zorder=3)
    _band(ax, parameters, rows, BLUE, interval)
    most = max(float(rows.max()), float(cited or 0))
    if needed is not None:
        ax.plot(parameters, needed, color=INK, linestyle="--", linewidth=1.6)
        low = int(np.argmax(needed < 1.25 * most)) if (needed < 1.25 * most).any() else 0
        place = float(parameters[low]), float(needed[low])
        style: dict = {"fontsize": 10, "textcoords": "offset points", "va": "bottom"}
        ax.annotate("all there is to know", place, (6, 4), **style)
    if cited is not None:
        ax.axhline(cited, color=GREY, linestyle=":", linewidth=1.8, zorder=1)
        _beside(ax, f"{cited:g} bits, Allen-Zhu & Li", float(cited), GREY)
    ax.set(xlabel="parameters", ylabel="bits a parameter", ylim=(0, 1.35 * most))
    _sizes_on(ax, parameters)
    return ax


def plot_shots(
    shots: Num[Array, " N"],
    accuracy: Mapping[str, Rows],
    chance: Number | None = None,
    ylabel: str = "share of answers right",
    ax: Axes | None = None,
) -> Axes:
    """Accuracy against the number of examples in the prompt, one line a model, seeds as dots."""
    ax = axes_or_new(ax)
    ends = {}
    for (name, values), color, marker in zip(accuracy.items(), COLORS, MARKERS, strict=False):
        rows = rows_of(name, values, len(shots))
        mean = rows.mean(axis=0)
        ax.plot(shots, mean, marker, color=color, linestyle=DASHES[color], zorder=3)
        _band(ax, shots, rows, color, None)
        ends[name] = (float(shots[-1]), float(mean[-1]))
    ax.set(xlabel="examples in the prompt", ylabel=ylabel, xticks=shots)
    if chance is not None:
        draw_floor(ax, chance, "chance")
        bottom, top = ax.get_ylim()
        ax.set_ylim(min(bottom, chance - 0.09 * (top - chance)), top)
    return name_ends(ax, ends)


def rows_of(name: str, values: Rows, length: int) -> Num[Array, "S N"]:
    """A row a seed, whether one row came or several.

    Raises:
        ValueError: if a row has another length.
    """
    rows = np.atleast_2d(np.asarray(values, dtype=float))
    if rows.ndim != 2 or rows.shape[1] != length:
        raise ValueError(f"expected {length} numbers a seed for {name!r}, got {np.shape(values)}")
    return rows


def short_number(size: Number) -> str:
    """A count as an axis writes it: 950, 1.2k, 34k, 1.5M."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if size >= unit:
            return f"{float(f'{size / unit:.2g}'):g}{name}"
    return f"{size:g}"


def _edge(rows: Num[Array, "S N"]) -> float:
    """Where a logarithmic axis ends below: half the smallest value that is above zero."""
    if not (rows > 0).any():
        raise ValueError("expected a value above 0 on a logarithmic axis, got none")
    return float(rows[rows > 0].min()) / 2


def _band(
    ax: Axes, x: Num[Array, " N"], rows: Num[Array, "S N"], color: str, interval: Ends | None
) -> None:
    """Seeds as dots or thin lines, and a band: the interval, or from lowest to highest seed."""
    if len(rows) > 1:
        for row in rows:
            few: dict = {"marker": ".", "markersize": 5, "linestyle": ""}
            many: dict = {"linewidth": 0.9, "linestyle": "-"}
            ax.plot(x, row, color=color, alpha=0.45, **(few if len(x) <= FEW else many))
    low, high = (rows.min(axis=0), rows.max(axis=0)) if interval is None else interval
    ax.fill_between(x, low, high, color=color, alpha=0.15, linewidth=0)


def _beside(ax: Axes, text: str, y: float, color: str) -> None:
    """A line's name above it, at the right edge."""
    place: dict = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    rim = [withStroke(linewidth=3, foreground=PAPER)]
    look: dict = {"color": darker(color), "fontsize": 10, "ha": "right", "va": "bottom"}
    ax.annotate(text, (0.985, y), (0, 2), path_effects=rim, **place, **look)


def _sizes_on(ax: Axes, sizes: Num[Array, " N"]) -> None:
    """Sizes in equal ratios, written as 1.2k; those whose numbers would touch are left out."""
    ax.set_xscale("log")
    inches = float(ax.get_window_extent().width) / float(ax.figure.dpi)
    apart = 0.55 / max(inches, 1.0) * np.log(float(sizes[-1]) / float(sizes[0]))
    shown: list[float] = []
    for size in map(float, sizes):
        if not shown or np.log(size / shown[-1]) >= apart:
            shown.append(size)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(FixedLocator(shown))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda size, _: short_number(float(size))))
