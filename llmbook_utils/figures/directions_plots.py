"""Chapter 4, measured: the table of all tasks."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from llmbook_utils.figures.style import BLUE, GREY, INK, Number, axes_or_new, darker

Array = np.ndarray


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
