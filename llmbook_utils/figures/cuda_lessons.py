"""Small figures of chapter 2: kinds of parallel machines, a tree of sums, idle lanes, GB/s."""

from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    PAPER,
    PURPLE,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
WARP = 32


def parallel_machines(ax: Axes | None = None) -> Axes:
    """SIMD, SIMT and MIMD side by side: who decides what is executed, and on which data."""
    ax = axes_or_new(ax, (6.6, 3.5))
    ax.set(xlim=(0, 13.2), ylim=(0, 6.9))
    ax.axis("off")
    kinds = (
        ("SIMD", "one instruction,\none wide register", BLUE),
        ("SIMT", "one instruction, many\nthreads, some masked", GREEN),
        ("MIMD", "each its own\ninstructions", PURPLE),
    )
    for k, (name, words, color) in enumerate(kinds):
        left = 0.15 + 4.4 * k
        middle = left + 2.0
        ax.text(middle, 6.6, name, ha="center", va="center", weight="bold", color=darker(color))
        ax.text(middle, 5.75, words, ha="center", va="center", size=10, color=INK)
        lanes = [left + 0.05 + 1.0 * i for i in range(4)]
        if name != "MIMD":
            _box(ax, left + 0.9, 3.95, 2.2, 0.85, "add", color)
        for i, x in enumerate(lanes):
            masked = name == "SIMT" and i == 2
            if name == "MIMD":
                _box(ax, x, 3.95, 0.85, 0.85, ("add", "mul", "load", "jump")[i], color)
            if not masked:
                end = (x + 0.42, 2.95)
                start = (x + 0.42, 3.9) if name == "MIMD" else (middle, 3.9)
                arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.1}
                ax.annotate("", end, start, arrowprops=arrow)
            _box(ax, x, 2.0, 0.85, 0.9, "off" if masked else f"x{i}", GREY if masked else ORANGE)
        if name == "SIMD":
            ax.plot([left, left + 4.0], [1.75, 1.75], color=ORANGE, linewidth=2, linestyle="-")
            text = "lanes of one register"
        elif name == "SIMT":
            text = "threads of a warp,\neach with its own registers"
        else:
            text = "processors; memory shared,\nor messages over a network"
        ax.text(middle, 0.85, text, ha="center", va="center", size=10, color=INK)
    return ax


def plot_reduction_tree(values: Int[Array, " N"], ax: Axes | None = None) -> Axes:
    """The sum of N numbers (a power of two) in log₂ N steps: thread t adds element t + stride."""
    n = len(values)
    if n < 2 or n & (n - 1):
        raise ValueError(f"expected a power of two of values, got {n}")
    steps = n.bit_length() - 1
    ax = axes_or_new(ax, (6.4, 0.9 + 0.72 * steps))
    ax.set(xlim=(-1.9, n - 0.3), ylim=(-(steps + 0.6), 0.6))
    ax.axis("off")
    row, stride = values.copy(), n
    for step in range(steps + 1):
        y = -step
        heading = "values" if step == 0 else f"stride {stride}"
        ax.text(-0.7, y, heading, ha="right", va="center", size=10, color=INK)
        for t in range(stride):
            _box(ax, t - 0.36, y - 0.23, 0.72, 0.46, str(row[t]), BLUE if step else GREY)
        if step < steps:
            stride //= 2
            for t in range(stride):
                arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.1}
                for source in (t, t + stride):
                    ax.annotate("", (t, y - 0.75), (source, y - 0.25), arrowprops=arrow)
            row = row[:stride] + row[stride : 2 * stride]
    return ax


def plot_warp_work(rounds: Int[Array, " N"], ax: Axes | None = None) -> Axes:
    """How many rounds of a loop each thread needs, warp by warp; the grey part is waited.

    Args:
        rounds: of each thread, in the order of the threads; a multiple of 32 of them.
    """
    ax = axes_or_new(ax, (6.4, 2.6))
    longest = rounds.reshape(-1, WARP).max(axis=1).repeat(WARP)
    thread = np.arange(len(rounds))
    ax.bar(thread, longest, width=1, color=PALE, label="the warp goes on, the lane waits")
    ax.bar(thread, rounds, width=1, color=BLUE, label="the lane works")
    for edge in range(0, len(rounds) + 1, WARP):
        ax.axvline(edge - 0.5, color=INK, linewidth=0.8, linestyle="-")
    ax.set(xlabel="thread", ylabel="rounds of the loop", xlim=(-1, len(rounds)))
    ax.set_xticks(range(0, len(rounds) + 1, WARP))
    ax.grid(False, axis="x")
    return ax


def _box(
    ax: Axes, x: Number, y: Number, width: Number, height: Number, text: str, color: str
) -> None:
    """A rounded box with a word in it."""
    style = "round,pad=0,rounding_size=0.1"
    ax.add_patch(
        FancyBboxPatch(
            (x, y), width, height, boxstyle=style, facecolor="white", edgecolor=color, linewidth=1.4
        )
    )
    ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", size=9.5, color=INK)


def plot_useful_speed(
    groups: Mapping[str, Mapping[str, Number]], limit: Number, ax: Axes | None = None
) -> Axes:
    """Bars of useful bytes a second (GB/s), group by group, beside what the memory could deliver.

    ``groups`` maps a task, such as "transpose", to a map from a way of doing it to its speed;
    ``limit`` is the memory's bandwidth.
    """
    rows = sum(len(group) for group in groups.values())
    ax = axes_or_new(ax, (6.4, 1.0 + 0.27 * (rows + 1.3 * len(groups))))
    places, names, y = [], [], 0.0
    colors = (BLUE, ORANGE, GREEN, PURPLE)
    for (task, group), color in zip(groups.items(), colors, strict=False):
        ax.text(0.02 * limit, y, task, weight="bold", color=darker(color), va="center", size=10)
        own = [y + 1 + i for i in range(len(group))]
        bars = ax.barh(own, list(group.values()), 0.75, color=color)
        words = ax.bar_label(bars, _speeds(group.values()), padding=4, fontsize=10, color=INK)
        for word in words:  # the dashed line may run through it
            word.set_path_effects([withStroke(linewidth=3, foreground=PAPER)])
        places += own
        names += list(group)
        y = own[-1] + 1.3
    ax.axvline(limit, color=GREY, linewidth=1.2, linestyle="--", zorder=0)
    text = f"memory’s limit {limit:,.0f} "
    ax.text(limit, 0, text, color=darker(GREY), ha="right", va="center", size=10)
    ax.set_yticks(places, names)
    ax.set(ylim=(y - 0.6, -0.7), xlim=(0, 1.12 * limit))
    ax.set(xlabel="speed (GB/s of useful bytes)", ylabel="kernel")
    ax.grid(False, axis="y")
    return ax


def _speeds(values: Iterable[Number]) -> list[str]:
    """Whole numbers, with a comma; a decimal below ten: 2669.1 → "2,669", 2.28 → "2.3"."""
    return [f"{value:,.1f}" if value < 10 else f"{value:,.0f}" for value in values]
