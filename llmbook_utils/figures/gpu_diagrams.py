"""How a GPU is organised, drawn: threads and processors, the memories, a tiled matmul."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

from llmbook_utils.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    PURPLE,
    Number,
    axes_or_new,
    darker,
)

Color = str | tuple[float, float, float]


@dataclass(frozen=True)
class Level:
    """One memory of a machine, as its sources state it.

    ``None`` means that no source states the number; it is left out of the drawing.
    """

    name: str
    reach: str  # who can use it
    size: int | None  # bytes
    size_of: str  # what the size is counted for: "SM", "GPU" …
    cycles: Number | None  # latency of a load that hits, in clock cycles
    bandwidth: Number | None  # bytes per second, for the whole GPU
    sources: tuple[str, ...] = ()  # keys in book/references.bib


KB, MB, GB = 1024, 1024**2, 1024**3
_SMS, _CLOCK = 108, 1.41e9  # streaming multiprocessors; boost clock in Hz: nvidia2020

# NVIDIA A100 (SXM4, 40 GB). Sizes, and the bandwidths of L2 (5120 bytes a cycle), HBM2 and PCIe 4,
# are NVIDIA's (nvidia2020); that of shared memory follows from 32 banks of 4 bytes a cycle on each
# SM. Latencies were measured (luo2024); that of a hit in L1 is 37.9 cycles.
_WHITE_PAPER, _BOTH = ("nvidia2020",), ("nvidia2020", "luo2024")
A100 = (
    Level("registers", "one thread's", 256 * KB, "SM", None, None, _WHITE_PAPER),
    Level("shared memory, L1", "one block's", 192 * KB, "SM", 29.0, 128 * _SMS * _CLOCK, _BOTH),
    Level("L2 cache", "all blocks'", 40 * MB, "GPU", 261.5, 5120 * _CLOCK, _BOTH),
    Level("global (HBM2)", "all blocks'", 40 * GB, "GPU", 466.3, 1555e9, _BOTH),
    Level("host memory", "the computer's", None, "", None, 31.5e9, _WHITE_PAPER),
)


def thread_hierarchy(
    grid: tuple[int, int] = (3, 2),
    block: tuple[int, int] = (16, 8),
    sms: int = 3,
    ax: Axes | None = None,
) -> Axes:
    """A grid of blocks, one block's threads and warps, and the SMs that blocks are placed on.

    Args:
        grid: blocks in x and y.
        block: threads in x and y; at most 32 × 32 can be told apart in print.
        sms: how many streaming multiprocessors to draw.
    """
    ax = axes_or_new(ax, (6.6, 4.5))
    ax.set(xlim=(0, 13.2), ylim=(0, 9))
    ax.axis("off")
    (gx, gy), (bx, by) = grid, block
    # the grid
    ax.text(0.1, 8.6, f"grid: {gx} × {gy} blocks", weight="bold", color=darker(BLUE), va="center")
    w, h = 4.8 / gx, 3.9 / gy
    chosen = (gx - 1, 0)
    for j in range(gy):
        for i in range(gx):
            x, y = 0.1 + i * w, 8.1 - (j + 1) * h
            face: Color = "white" if (i, j) != chosen else _soft(BLUE)
            ax.add_patch(_rounded(x + 0.06, y + 0.06, w - 0.12, h - 0.12, face, BLUE))
            ax.text(x + w / 2, y + h / 2, f"block\n({i}, {j})", ha="center", va="center", size=10)
    # one block, zoomed: a thread is a dot, a warp a colour
    x0, y0, wide, high = 7.0, 4.2, 6.0, 3.9
    x, y = 0.1 + (chosen[0] + 1) * w - 0.06, 8.1 - chosen[1] * h
    for a, b in ((y - 0.06, y0 + high), (y - h + 0.06, y0)):
        ax.plot([x, x0], [a, b], color=BLUE, linewidth=1, linestyle=":")
    ax.add_patch(_rounded(x0, y0, wide, high, "white", BLUE))
    text = f"block ({chosen[0]}, {chosen[1]}): {bx} × {by} threads"
    ax.text(x0, 8.6, text, weight="bold", color=darker(BLUE), va="center")
    colors = [ORANGE, GREEN, PURPLE, GREY]
    sx, sy = (wide - 0.4) / bx, (high - 0.4) / by
    for ty in range(by):
        for tx in range(bx):
            color = colors[(tx + ty * bx) // 32 % 4]
            at = (x0 + 0.2 + (tx + 0.5) * sx, y0 + high - 0.2 - (ty + 0.5) * sy)
            ax.plot(*at, "o", color=color, markersize=min(6.0, 26 * min(sx, sy)))
    warps = -(-bx * by // 32)
    text = f"a dot is a thread, a colour a warp:\n{warps} warps of 32 threads"
    ax.text(x0, 3.55, text, size=10, va="center", color=INK)
    # where blocks run
    ax.text(0.1, 2.72, "SMs: each holds whole blocks", weight="bold", va="center", color=INK)
    span = 13.15 / sms
    blocks = [(i, j) for j in range(gy) for i in range(gx)]
    for s in range(sms):
        x = 0.1 + s * span
        ax.add_patch(_rounded(x, 0.1, span - 0.25, 2.15, _soft(GREY), GREY))
        ax.text(x + 0.2, 1.85, f"SM {s}", size=10, va="center", color=INK)
        own = blocks[s::sms][:2]
        for k, (i, j) in enumerate(own):
            wide = (span - 0.65) / 2
            bx0 = x + 0.2 + k * wide
            ax.add_patch(_rounded(bx0 + 0.03, 0.3, wide - 0.06, 1.15, "white", BLUE))
            ax.text(bx0 + wide / 2, 0.87, f"({i}, {j})", ha="center", va="center", size=10)
    return ax


def memory_hierarchy(levels: Sequence[Level] = A100, ax: Axes | None = None) -> Axes:
    """The memories of a GPU from the smallest to the largest.

    Columns: size; latency of a load that hits, in clock cycles; bandwidth of the whole GPU.
    """
    ax = axes_or_new(ax, (6.6, 0.75 + 0.58 * len(levels)))
    n = len(levels)
    ax.set(xlim=(0, 13.2), ylim=(-0.15, n + 0.95))
    ax.axis("off")
    colors = [ORANGE, PURPLE, GREEN, BLUE, GREY]
    for x, head in ((6.15, "size"), (8.95, "latency\n(cycles)"), (13.1, "bandwidth\n(GB/s)")):
        align = "right" if x > 13 else "left"
        ax.text(x, n + 0.48, head, weight="bold", va="center", ha=align, size=10.5, color=INK)
    for i, level in enumerate(levels):
        y, color = n - 1 - i, colors[i % len(colors)]
        half, below = (1.55 + 1.35 * k / n for k in (i, i + 1))
        shape = [(3 - half, y + 0.93), (3 + half, y + 0.93), (3 + below, y), (3 - below, y)]
        ax.add_patch(Polygon(shape, facecolor=_soft(color), edgecolor=color, linewidth=1.5))
        ax.text(3, y + 0.63, level.name, ha="center", va="center", size=10.2, weight="bold",
                color=darker(color))  # fmt: skip
        ax.text(3, y + 0.26, level.reach, ha="center", va="center", size=9.4)
        size = "" if level.size is None else f"{_bytes(level.size)} per {level.size_of}"
        cycles = "" if level.cycles is None else f"{level.cycles:.0f}"
        speed = "" if level.bandwidth is None else _gigabytes(level.bandwidth)
        for x, text in ((6.15, size), (8.95, cycles), (13.1, speed)):
            align = "right" if x > 13 else "left"
            ax.text(x, y + 0.46, text, va="center", ha=align, size=10.2, color=INK)
        if i:
            ax.plot([6.05, 13.1], [y + 0.965] * 2, color=PALE, linewidth=1, linestyle="-")
    return ax


def tiled_matmul(
    tiles: tuple[int, int, int] = (4, 4, 4),
    block: tuple[int, int] = (1, 2),
    step: int = 1,
    ax: Axes | None = None,
) -> Axes:
    """C = A B by tiles: which tiles a block reads in one step, and where it puts them.

    Args:
        tiles: how many tiles there are along M (rows of C), N (columns of C) and K.
        block: row and column, in tiles, of the block whose work is shown.
        step: which tile along K it works on, from 0.
    """
    m, n, k = tiles
    row, column = block
    if not (0 <= row < m and 0 <= column < n and 0 <= step < k):
        raise ValueError(f"expected block and step inside {tiles} tiles, got {block} and {step}")
    ax = axes_or_new(ax, (6.6, 4.6))
    gap = 0.9
    left, top = k + gap, m + gap  # C stands right of A and below B
    ax.set(xlim=(-0.6, left + n + 6.3), ylim=(-0.5, top + k + 0.5), aspect="equal")
    ax.axis("off")

    def matrix(x: Number, y: Number, rows: int, columns: int, name: str) -> None:
        for i in range(rows):
            for j in range(columns):
                ax.add_patch(
                    Rectangle((x + j, y + i), 1, 1, facecolor="white", edgecolor="#c3c8d0")
                )
        ax.text(x - 0.25, y + rows - 0.3, name, ha="right", va="center", weight="bold", size=12)

    def fill(x: Number, y: Number, color: str, strong: bool = False) -> None:
        face: Color = color if strong else _soft(color)
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=face, edgecolor=color, linewidth=1.2))

    matrix(0, 0, m, k, "A")
    matrix(left, top, k, n, "B")
    matrix(left, 0, m, n, "C")
    low = m - 1 - row  # rows are counted from the top
    for t in range(k):
        fill(t, low, BLUE, strong=t == step)
        fill(left + column, top + k - 1 - t, ORANGE, strong=t == step)
    fill(left + column, low, GREEN, strong=True)
    # shared memory, at the right
    x = left + n + 1.6
    y = top + 0.1
    ax.add_patch(_rounded(x - 0.35, y, 3.9, 2.5, _soft(PURPLE), PURPLE))
    ax.text(x - 0.3, y + 2.85, "shared memory", size=10.5, weight="bold", color=darker(PURPLE))
    for at, color, name in ((x, BLUE, "tile of A"), (x + 1.8, ORANGE, "tile of B")):
        ax.add_patch(Rectangle((at, y + 0.75), 1.4, 1.4, facecolor=color, edgecolor=color))
        ax.text(at + 0.7, y + 0.38, name, ha="center", va="center", size=9.6, color=INK)
    _bend(ax, (left + column + 1, top + k - 0.5 - step), (x + 1.8, y + 2.0), ORANGE, -0.25)
    _bend(ax, (step + 0.5, low + 1), (x, y + 1.1), BLUE, -0.28)
    _bend(ax, (x, y), (left + column + 1, low + 0.5), GREEN, -0.25)
    words = "each thread adds a\nrow × a column of\nthe two tiles to C"
    ax.text(x + 0.5, y - 0.3, words, size=10, va="top", color=INK)
    return ax


def _rounded(
    x: Number, y: Number, width: Number, height: Number, face: Color, edge: str
) -> FancyBboxPatch:
    style = "round,pad=0,rounding_size=0.12"
    return FancyBboxPatch(
        (x, y), width, height, boxstyle=style, facecolor=face, edgecolor=edge, linewidth=1.4
    )


def _bend(ax: Axes, start: tuple, end: tuple, color: str, bend: float) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=13,
            connectionstyle=f"arc3,rad={bend}",
            color=darker(color),
            linewidth=1.5,
            shrinkA=1,
            shrinkB=2,
        )
    )


def _soft(color: str) -> tuple[float, float, float]:
    """The colour as a pale ground for text."""
    r, g, b = (1 - 0.16 * (1 - c) for c in to_rgb(color))
    return (r, g, b)


def _bytes(size: int) -> str:
    for unit, name in ((GB, "GB"), (MB, "MB"), (KB, "KB")):
        if size >= unit:
            return f"{size / unit:g} {name}"
    return f"{size} bytes"


def _gigabytes(bandwidth: Number) -> str:
    """Bytes per second in GB/s, with a thin space before the thousands."""
    value = bandwidth / 1e9
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}".replace(",", "\u2009")
