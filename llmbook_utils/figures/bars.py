"""Horizontal bars side by side: a row for each thing, in it a bar for each series that has it."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, Number, axes_or_new

LOOKS = list(zip([BLUE, ORANGE, GREEN, GREY], ["", "//", "..", "xx"], strict=True))


def as_labels(values: Sequence[Number]) -> list[str]:
    """Numbers as they stand beside each other: three digits at most, equally many decimals.

    >>> as_labels([0.85, 1, -0.03])
    ['0.85', '1.00', '−0.03']
    >>> as_labels([1.8, 0.896, 0])  # a fourth digit would say more than is known
    ['1.80', '0.896', '0']
    """
    short = [f"{value:.3g}" for value in values]
    if any("e" in text for text in short):
        return [text.replace("-", "−") for text in short]
    most = max((len(text.partition(".")[2]) for text in short), default=0)
    labels = []
    for text in short:
        value = float(text)
        room = 2 - math.floor(math.log10(abs(value))) if value else 0
        labels.append(f"{value:.{min(most, max(room, 0))}f}".replace("-", "−"))
    return labels


def bars_side_by_side(
    series: Mapping[str, Mapping[str, float]], ax: Axes | None = None, **label: Any
) -> Axes:
    """Draw up to four series (legend → row → value), with the values written at the bars.

    Rows stand in the order in which they first appear; a row that a series does not have gets no
    bar of it. ``label`` goes to `Axes.bar_label`.
    """
    rows = list(dict.fromkeys(row for values in series.values() for row in values))
    ax = axes_or_new(ax, (6.4, 0.8 + (0.1 + 0.27 * len(series)) * len(rows)))
    height = 0.8 / len(series)
    words = as_labels([value for values in series.values() for value in values.values()])
    for i, ((title, values), (color, hatch)) in enumerate(zip(series.items(), LOOKS, strict=False)):
        bars = ax.barh(
            [rows.index(row) + (i - (len(series) - 1) / 2) * height for row in values],
            list(values.values()),
            height * 0.9,
            color=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0,
            label=title,
        )
        own, words = words[: len(values)], words[len(values) :]
        ax.bar_label(bars, own, padding=4, fontsize=10, color=INK, **label)
    ax.set_yticks(range(len(rows)), rows)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(False, axis="y")
    return ax
