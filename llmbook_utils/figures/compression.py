"""A language model as a compressor: the intervals of arithmetic coding, and sizes side by side."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from llmbook_utils.figures.bars import as_labels
from llmbook_utils.figures.language_models import draw_floor
from llmbook_utils.figures.style import BLUE, GREY, INK, ORANGE, PAPER, Number, axes_or_new, darker


def plot_interval(
    words: Sequence[str],
    steps: Sequence[Mapping[str, tuple[Number, Number]]],
    least: Number = 0.045,
    ax: Axes | None = None,
) -> Axes:
    """Arithmetic coding, one row a word: the part of the chosen word becomes the next row.

    Args:
        words: the word chosen in each step.
        steps: for each step, next word → (low, high) within [0, 1); parts narrower than ``least``
            are drawn and not named.
    """
    ax = axes_or_new(ax, (6.4, 0.8 + 0.95 * len(steps)))
    bar = 0.5
    for row, (word, parts) in enumerate(zip(words, steps, strict=True)):
        for name, (low, high) in parts.items():
            chosen = name == word
            look: dict = {
                "facecolor": BLUE if chosen else PAPER,
                "edgecolor": INK,
                "linewidth": 0.8,
            }
            ax.add_patch(Rectangle((low, row), high - low, bar, **look))
            room = 0.013 * len(name) + 0.012
            if high - low > max(least, room) or chosen:
                style: dict = {"ha": "center", "va": "center", "fontsize": 9.5}
                place = ((low + high) / 2, row + bar / 2)
                if not chosen:
                    ax.text(*place, name, color=darker(GREY), **style)
                elif high - low > room:
                    ax.text(*place, name, color="white", weight="bold", **style)
                else:
                    style["ha"] = "left" if low < 0.5 else "right"
                    ax.text(low, row - 0.08, name, color=darker(BLUE), weight="bold", **style)
        if row + 1 < len(steps):
            low, high = parts[word]
            fan = [(low, row + bar), (high, row + bar), (1, row + 1), (0, row + 1)]
            ax.add_patch(Polygon(fan, facecolor=BLUE, alpha=0.12, edgecolor="none"))
    ax.set_yticks(
        [row + bar / 2 for row in range(len(steps))], [*map(str, range(1, len(steps) + 1))]
    )
    ax.set(xlim=(-0.01, 1.01), ylim=(len(steps) - bar + 0.1, -0.2))
    ax.set(xlabel="share of the interval = probability", ylabel="word")
    ax.grid(False)
    return ax


def plot_sizes(
    sizes: Mapping[str, float],
    floor: Number,
    xlabel: str = "bits per byte of text",
    ours: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """Sizes of the same text, one bar a compressor (those in ``ours`` in orange), and the floor."""
    ax = axes_or_new(ax, (6.2, 1.1 + 0.42 * len(sizes)))
    colors = [ORANGE if name in ours else BLUE for name in sizes]
    bars = ax.barh(range(len(sizes)), list(sizes.values()), 0.62, color=colors)
    ax.bar_label(bars, as_labels(list(sizes.values())), padding=4, fontsize=10)
    ax.set_yticks(range(len(sizes)), list(sizes))
    ax.set(ylim=(len(sizes) - 0.1, -0.6), xlim=(0, 1.12 * max([*sizes.values(), floor])))
    ax.set(xlabel=xlabel, ylabel="compressor")
    ax.grid(False, axis="y")
    return draw_floor(ax, floor, side="vertical")
