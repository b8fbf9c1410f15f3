"""A classifier and a reward model, measured: data, calibration, parts, over-optimisation."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from jaxtyping import Int, Num
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from llmbook_utils.figures.bars import bars_side_by_side
from llmbook_utils.figures.language_models import COLORS, MARKERS, label_ends
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREY,
    INK,
    PAPER,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray


def plot_data_size(
    sizes: Num[Array, " R"],
    values: Mapping[str, Num[Array, " R"] | Num[Array, "S R"]],
    ceiling: Number | None = None,
    xlabel: str = "comparisons",
    ylabel: str = "share of pairs ordered right",
    log: bool = True,
    ceiling_name: str = "Bayes ceiling",
    ax: Axes | None = None,
) -> Axes:
    """A measure against the amount of data (or another setting), one line for each name.

    Args:
        sizes: the settings, in order.
        values: one number for each size; or a row for each seed: small dots, and their mean.
        ceiling: the best value that is possible, a dotted line.
        log: whether the sizes are drawn in equal ratios; they are written as they are.
    """
    ax = axes_or_new(ax)
    ends = {}
    for (name, measured), color, marker in zip(values.items(), COLORS, MARKERS, strict=False):
        rows = np.atleast_2d(measured)
        mean = rows.mean(axis=0)
        line: dict = {"color": color, "linestyle": DASHES[color], "marker": marker}
        ax.plot(sizes, mean, **line)
        for row in rows if len(rows) > 1 else ():
            ax.plot(sizes, row, ".", color=color, alpha=0.45, markersize=5, linestyle="")
        ends[name] = (float(sizes[-1]), float(mean[-1]))
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_locator(FixedLocator(sizes.tolist()))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if ceiling is not None:
        ax.axhline(ceiling, color=GREY, linestyle=":", linewidth=1.8)
        place: dict = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        text: dict = {"color": darker(GREY), "fontsize": 10, "va": "bottom"}
        ax.annotate(ceiling_name, (0.015, ceiling), (0, 3), **place, **text)
        low, high = ax.get_ylim()
        ax.set_ylim(low, max(high, ceiling + 0.1 * (ceiling - low)))
    return name_ends(ax, ends)


def plot_calibration(
    predicted: Num[Array, " B"],
    observed: Num[Array, " B"],
    count: Num[Array, " B"] | None = None,
    xlabel: str = "predicted p(a ≻ b)",
    ylabel: str = "share in which a was preferred",
    ax: Axes | None = None,
) -> Axes:
    """Reliability diagram: how often the predicted thing happened, against what was predicted.

    On the diagonal a probability of 0.8 comes true in 8 of 10 cases. The area of a point is its
    share of the pairs.
    """
    ax = axes_or_new(ax, (4.8, 4.2))
    ax.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1.4)
    ax.annotate(
        "calibrated",
        (0.12, 0.12),
        (5, -5),
        textcoords="offset points",
        va="top",
        color=darker(GREY),
        fontsize=10,
    )
    share = np.ones(len(predicted)) if count is None else count / count.max()
    ax.plot(predicted, observed, color=BLUE, linewidth=1.4)
    ax.scatter(predicted, observed, 14 + 130 * share, color=BLUE, edgecolors=PAPER, zorder=3)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    return ax


def plot_over_optimisation(
    n: Int[Array, " N"],
    gold: Mapping[str, Num[Array, " N"]],
    proxy: Mapping[str, Num[Array, " N"]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Best-of-n: the true reward (solid) and the reward model's own (dashed) as n grows.

    The x axis is KL = ln n − (n − 1)/n, how far best-of-n moves from the model that is sampled
    (at most, and nearly; Beirami et al. 2024); its ticks say n. A star is the highest gold.
    """
    ax = axes_or_new(ax, (6.2, 4.0))
    kl = np.log(n) - (n - 1) / n
    ends = {}
    for (name, values), color, marker in zip(gold.items(), COLORS, MARKERS, strict=False):
        ax.plot(kl, values, color=color, linestyle="-", marker=marker)
        best = int(values.argmax())
        ax.plot(kl[best], values[best], "*", color=color, markersize=15, markeredgecolor=PAPER)
        ends[f"gold, {name}"] = (float(kl[-1]), float(values[-1]))
        if proxy is not None:
            faint: dict = {"color": color, "linestyle": "--", "linewidth": 1.4, "alpha": 0.8}
            ax.plot(kl, proxy[name], **faint)
            ends[f"proxy, {name}"] = (float(kl[-1]), float(proxy[name][-1]))
    ax.set(xlabel="n (spaced by KL = ln n − (n − 1)/n)", ylabel="mean reward of the best of n")
    colors = [color for color, _ in zip(COLORS, gold, strict=False)]
    if proxy is not None:
        colors = [color for color in colors for _ in (0, 1)]
    name_ends(ax, ends, colors)
    ax.set_xticks(kl, [str(one) for one in n])
    return ax


def plot_parts(
    values: Mapping[str, Mapping[str, float]],
    xlabel: str = "gold reward, mean of an answer",
    ax: Axes | None = None,
) -> Axes:
    """Bars for each part of the gold reward (fact, polite, …), one for each model or group."""
    ax = bars_side_by_side(values, ax)
    ax.axvline(0, color=INK, linewidth=1)
    ax.margins(x=0.14)
    ax.set(xlabel=xlabel, ylabel="part of the reward")
    ax.legend(loc="best")
    return ax


def plot_score_against_gold(
    gold: Num[Array, " N"], score: Num[Array, " N"], ax: Axes | None = None
) -> Axes:
    """Each answer: what it is worth, and what the reward model says; r is their correlation."""
    ax = axes_or_new(ax, (5.0, 4.0))
    ax.plot(gold, score, "o", color=BLUE, alpha=0.3, markersize=4, markeredgewidth=0, linestyle="")
    r = float(np.corrcoef(gold, score)[0, 1])
    said = f"r = {r:.2f}".replace("-", "−")
    ax.text(0.03, 0.95, said, transform=ax.transAxes, color=INK, va="top")
    ax.set(xlabel="gold reward", ylabel="score of the reward model")
    return ax


def plot_confusion(
    counts: Int[Array, "C C"], classes: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Confusion matrix: rows are the true classes, columns the predicted ones; blue: right."""
    size = 1.7 + 0.62 * len(classes)
    ax = axes_or_new(ax, (size + 0.8, size))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for (row, column), number in np.ndenumerate(counts):
        color = COLORS[0] if row == column else COLORS[1]
        alpha = float(0.9 * share[row, column])
        look: dict = {"facecolor": color, "alpha": alpha, "edgecolor": "none"}
        ax.add_patch(Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, **look))
        ink = PAPER if alpha > 0.55 and row == column else INK
        ax.text(column, row, str(number), ha="center", va="center", color=ink)
    places = np.arange(len(classes))
    ax.set_xticks(places, classes, rotation=35, ha="right")
    ax.set_yticks(places, classes)
    n = len(classes)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), aspect="equal")
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(False)
    return ax


def plot_class_scores(scores: Mapping[str, Mapping[str, float]], ax: Axes | None = None) -> Axes:
    """Precision, recall and F1 (or other scores between 0 and 1) of each class, as bars."""
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    series = {name: {c: row[name] for c, row in scores.items() if name in row} for name in names}
    ax = bars_side_by_side(series, ax)
    ax.set(xlabel="score", ylabel="class", xlim=(0, 1.12))
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.16), ncols=3, borderaxespad=0)
    return ax


def name_ends(
    ax: Axes, ends: Mapping[str, tuple[float, float]], colors: Sequence[str] = COLORS
) -> Axes:
    """Make room on the right of the lines, and write each one's name there, behind its end."""
    left, right = ax.get_xlim()
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    part = 0.021 * max(map(len, ends), default=0)  # of the width; names are short
    if ax.get_xscale() == "log":
        ax.set_xlim(left, right * (right / left) ** part)
    else:
        ax.set_xlim(left, right + (right - left) * part)
    return label_ends(ax, ends, [c for c, _ in zip(cycle(colors), ends, strict=False)])
