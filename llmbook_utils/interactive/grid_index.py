"""Which thread works on which element: what the figure ``GridExplorer`` shows.

``static/grid_explorer.js`` is the twin of this module; a test runs both and compares them.
Everything is that of CUDA: x runs fastest, a warp is 32 threads of a block that follow each other
in this order, and a thread whose index lies outside the array must be kept off it by a guard.

Sizes are pairs (x, y). In one dimension y is 1.
"""

from dataclasses import dataclass

WARP = 32
Pair = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """Where one thread is, and what it works on."""

    block: Pair  # blockIdx
    thread: Pair  # threadIdx
    column: int  # blockIdx.x · blockDim.x + threadIdx.x
    row: int  # blockIdx.y · blockDim.y + threadIdx.y
    warp: int  # of its block
    lane: int
    index: int | None  # row · columns + column; None if the guard keeps the thread off


@dataclass(frozen=True)
class Coverage:
    """How a grid and an array fit together."""

    threads: int
    elements: int
    guarded: int  # threads without an element
    missed: int  # elements without a thread


def place(x: int, y: int, block: Pair, array: Pair) -> Place:
    """The thread at column x and row y of the whole grid.

    :param block: blockDim.
    :param array: columns and rows of the array.
    """
    bx, by = block
    tx, ty = x % bx, y % by
    linear = tx + ty * bx
    inside = x < array[0] and y < array[1]
    return Place(
        (x // bx, y // by),
        (tx, ty),
        x,
        y,
        linear // WARP,
        linear % WARP,
        y * array[0] + x if inside else None,
    )


def coverage(grid: Pair, block: Pair, array: Pair) -> Coverage:
    """Threads and elements, and how many of each are left over."""
    wide, high = grid[0] * block[0], grid[1] * block[1]
    met = min(wide, array[0]) * min(high, array[1])
    elements = array[0] * array[1]
    return Coverage(wide * high, elements, wide * high - met, elements - met)
