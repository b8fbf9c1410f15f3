"""Chapter 4, measured: scores as labels grow, size against quality, the table of all tasks."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Num
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from llmbook_utils.figures.label_cost import labels_needed
from llmbook_utils.figures.language_models import COLORS, MARKERS
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import BLUE, DASHES, GREY, INK, PAPER, Number, axes_or_new, darker

Array = np.ndarray


def plot_sample_efficiency(
    sizes: Num[Array, " S"],
    scores: Mapping[str, Num[Array, "R S"] | Num[Array, " S"]],
    ylabel: str = "score",
    ceiling: Number | None = None,
    ceiling_name: str = "best possible",
    xlabel: str = "labelled examples",
    goal: Number | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Score against the number of labelled examples: mean of the seeds, and a band around it.

    The band reaches from the worst to the best seed, and each seed is a small dot.

    Args:
        sizes: numbers of labelled examples, drawn in equal ratios.
        scores: name → a row for each seed, a column for each size.
        goal: a score that is asked for: a line, and on it how many labels each model needs
            (read off its mean, in between on the logarithmic axis).
    """
    ax = axes_or_new(ax, (6.4, 4.0))
    ax.set_xscale("log")
    ends = {}
    for (name, measured), color, marker in zip(scores.items(), COLORS, MARKERS, strict=False):
        rows = np.atleast_2d(measured)
        mean = rows.mean(axis=0)
        ax.plot(sizes, mean, color=color, linestyle=DASHES[color], marker=marker)
        if len(rows) > 1:
            low, high = rows.min(axis=0), rows.max(axis=0)
            ax.fill_between(sizes, low, high, color=color, alpha=0.15, linewidth=0)
            for row in rows:
                ax.plot(sizes, row, ".", color=color, alpha=0.5, markersize=5, linestyle="")
        ends[name] = (float(sizes[-1]), float(mean[-1]))
        needed = None if goal is None else labels_needed(sizes.tolist(), mean.tolist(), goal)
        if needed is not None and goal is not None:
            ax.plot([needed, needed], [0, goal], color=color, linestyle=":", linewidth=1.4)
            ax.plot(needed, goal, "o", color=color, markersize=9, fillstyle="none")
            text = f"{needed:.0f}"
            look: dict = {"textcoords": "offset points", "color": darker(color), "va": "top"}
            ax.annotate(text, (needed, goal), (5, -5), **look)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(FixedLocator(sizes.tolist()))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    for level, name in ((ceiling, ceiling_name), (goal, "asked for")):
        if level is not None:
            ax.axhline(level, color=GREY, linestyle=":", linewidth=1.6)
            place: dict = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
            text_look: dict = {"color": darker(GREY), "fontsize": 10, "va": "bottom"}
            ax.annotate(name, (0.015, level), (0, 2), **place, **text_look)
    low = min(float(np.min(v)) for v in scores.values())
    high = max([float(np.max(v)) for v in scores.values()] + [v for v in (ceiling,) if v])
    ax.set_ylim(low - 0.06 * (high - low), high + 0.1 * (high - low))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return name_ends(ax, ends)


def plot_compression(
    kilobytes: Mapping[str, Num[Array, " N"] | Sequence[Number]],
    quality: Mapping[str, Num[Array, " N"] | Sequence[Number]],
    settings: Mapping[str, Sequence[str]],
    ylabel: str,
    original: tuple[Number, Number] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Quality against size for each way to make a model smaller, its settings at the points.

    Args:
        kilobytes: name → size of the model at each setting, drawn in equal ratios.
        quality: name → loss or score at each setting.
        settings: name → what stands at each point ("50 %", "int8").
        original: size and quality of the model as it was: a star and dotted lines.
    """
    ax = axes_or_new(ax, (6.4, 4.2))
    ax.set_xscale("log")
    for name, color, marker in zip(kilobytes, COLORS, MARKERS, strict=False):
        x, y = np.asarray(kilobytes[name], float), np.asarray(quality[name], float)
        line: dict = {"color": color, "linestyle": DASHES[color], "marker": marker, "label": name}
        ax.plot(x, y, **line)
        for a, b, text in zip(x, y, settings[name], strict=True):
            look: dict = {"textcoords": "offset points", "color": darker(color), "fontsize": 9}
            halo = [withStroke(linewidth=3, foreground=PAPER)]
            place = (float(a), float(b))
            ax.annotate(text, place, (0, 8), ha="center", path_effects=halo, **look)
    if original is not None:
        ax.axhline(original[1], color=GREY, linestyle=":", linewidth=1.6)
        ax.plot(*original, "*", color=INK, markersize=14, label="original", linestyle="")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="size of the weights (kB)", ylabel=ylabel)
    ax.margins(0.12, 0.15)
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.17), ncols=3, borderaxespad=0)
    return ax


def plot_task_table(
    scores: Mapping[str, Mapping[str, Number | None]],
    metrics: Mapping[str, str],
    lower_is_better: Sequence[str] = (),
    alike: Number = 0.02,
    ax: Axes | None = None,
) -> Axes:
    """The table of all tasks: a row a task, a column a model; in each row the best is darkest.

    Scores that hardly differ are not told apart: all that are alike to the best look like it.

    Args:
        scores: task → column ("from scratch", "pretrained", …) → score; None: not measured.
        metrics: task → the name of its metric.
        lower_is_better: the tasks whose metric should be small, such as perplexity; "↓" says so.
        alike: the largest difference, as printed with two decimals, that means nothing.
    """
    columns = list(dict.fromkeys(column for row in scores.values() for column in row))
    ax = axes_or_new(ax, (6.4, 1.3 + 0.38 * len(scores)))
    for row, (task, values) in enumerate(scores.items()):
        known = {c: round(float(v), 2) for c, v in values.items() if v is not None and v == v}
        sign = -1.0 if task in lower_is_better else 1.0
        low = min((sign * v for v in known.values()), default=0.0)
        high = max((sign * v for v in known.values()), default=1.0)
        for column, value in known.items():
            best = high - sign * value < alike + 1e-6
            part = 1.0 if best else (sign * value - low) / (high - low)
            x = columns.index(column)
            face = to_rgba(BLUE, 0.08 + 0.42 * part)
            ax.add_patch(Rectangle((x - 0.48, row - 0.44), 0.96, 0.88, facecolor=face, linewidth=0))
            weight = "bold" if best else "normal"
            ax.text(x, row, f"{value:.2f}", ha="center", va="center", color=INK, weight=weight)
        for column in set(columns) - set(known):
            ax.text(columns.index(column), row, "–", ha="center", va="center", color=darker(GREY))
        metric = metrics[task] + (" ↓" if task in lower_is_better else "")
        ax.text(-0.58, row, metric, ha="right", va="center", size=9.5, color=darker(GREY))
    words = f"bold: within {alike:g} of the best" + (";  ↓ lower is better" * any(lower_is_better))
    middle, below = (len(columns) - 1) / 2, len(scores) - 0.12
    ax.text(middle, below, words, ha="center", va="center", size=9.5, color=darker(GREY))
    ax.plot([-1.5], [0], alpha=0)  # room for the metrics, and data for whoever asks
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set(xlim=(-1.5, len(columns) - 0.5), ylim=(len(scores) + 0.3, -0.5))
    ax.set(xlabel="model", ylabel="task and its metric")
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax
