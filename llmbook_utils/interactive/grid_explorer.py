"""The figure of blocks and threads: who works on which element, and who is kept off."""

from typing import TYPE_CHECKING, Any

import traitlets

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.grid_index import WARP, Coverage, Pair, Place, coverage, place
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "title": "Cells: threads. Frames: blocks",
    "dimensions": "Grid",
    "dimension_names": {"1-D": "1-D", "2-D": "2-D"},
    "blocks": "gridDim.x",
    "threads": "blockDim.x",
    "elements": "Array length n",
    "grid_x": "gridDim.x",
    "grid_y": "gridDim.y",
    "block_x": "blockDim.x",
    "block_y": "blockDim.y",
    "columns": "Array columns",
    "rows": "Array rows",
    "thread": "Thread: click one, or use the arrow keys",
    "block": "block",
    "formula_i": "i = blockIdx.x · blockDim.x + threadIdx.x = {bx} · {dx} + {tx} = {x}",
    "formula_column": "column = blockIdx.x · blockDim.x + threadIdx.x = {bx} · {dx} + {tx} = {x}",
    "formula_row": "row = blockIdx.y · blockDim.y + threadIdx.y = {by} · {dy} + {ty} = {y}",
    "warp_lane": "warp {warp} of its block, lane {lane}",
    "on_i": "{x} < {n}: works on a[{x}]",
    "off_i": "{x} ≥ {n}: the guard keeps it off the array",
    "on_2d": "works on a[row · columns + column] = a[{y} · {n} + {x}] = a[{index}]",
    "off_2d": "outside the {rows} × {n} array: the guard keeps it off",
    "threads_in_all": "Threads",
    "elements_in_all": "Elements",
    "guarded": "Threads kept off",
    "missed": "{missed} elements have no thread: the grid is too small.",
    "all_covered": "Every element has a thread.",
    "key_works": "thread with an element (strong: the same warp)",
    "key_guarded": "thread kept off by the guard",
    "key_missed": "element without a thread",
}


class GridExplorer(Explorable):
    """Set grid, block and array, choose a thread, and see its indices and its element.

    What the reader sets is what Python reads. The arithmetic is that of
    :mod:`llmbook_utils.interactive.grid_index`.

    >>> GridExplorer(blocks=4, threads=32, elements=100, x=69).chosen.block
    (2, 0)
    """

    _esm = module("grid_explorer")
    _css = stylesheet() + (STATIC / "gpu.css").read_text(encoding="utf-8")
    dimensions = traitlets.Enum(["1-D", "2-D"], "1-D").tag(sync=True)
    blocks = traitlets.Int(4, min=1, max=8).tag(sync=True)
    threads = traitlets.Int(32, min=8, max=96).tag(sync=True)
    elements = traitlets.Int(100, min=1, max=256).tag(sync=True)
    grid_x = traitlets.Int(3, min=1, max=4).tag(sync=True)
    grid_y = traitlets.Int(2, min=1, max=3).tag(sync=True)
    block_x = traitlets.Int(8, min=1, max=16).tag(sync=True)
    block_y = traitlets.Int(8, min=1, max=8).tag(sync=True)
    columns = traitlets.Int(20, min=1, max=48).tag(sync=True)
    rows = traitlets.Int(14, min=1, max=24).tag(sync=True)
    x = traitlets.Int(0, min=0).tag(sync=True)
    y = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @property
    def sizes(self) -> tuple[Pair, Pair, Pair]:
        """Grid, block and array, each as (x, y)."""
        if self.dimensions == "1-D":
            return (self.blocks, 1), (self.threads, 1), (self.elements, 1)
        return (
            (self.grid_x, self.grid_y),
            (self.block_x, self.block_y),
            (self.columns, self.rows),
        )

    @property
    def chosen(self) -> Place:
        """The chosen thread: x and y, or the nearest thread that the grid has."""
        grid, block, array = self.sizes
        x, y = (min(at, g * b - 1) for at, g, b in zip((self.x, self.y), grid, block, strict=True))
        return place(x, y, block, array)

    @property
    def coverage(self) -> Coverage:
        """How many threads are kept off, and how many elements have no thread."""
        return coverage(*self.sizes)

    def describe(self) -> str:
        (gx, gy), (bx, by), (columns, rows) = self.sizes
        fit = self.coverage
        if self.dimensions == "1-D":
            shape = f"{gx} blocks of {bx} threads over an array of {columns} elements"
        else:
            shape = f"{gx} × {gy} blocks of {bx} × {by} threads over a {rows} × {columns} array"
        return (
            f"A grid of {shape}. {fit.guarded} of the {fit.threads} threads are kept off by the "
            f"guard; {fit.missed} elements have no thread."
        )

    def draw_still(self, figure: "Figure") -> None:
        from matplotlib.patches import Rectangle

        ax = figure.subplots()
        (gx, gy), (bx, by), array = self.sizes
        per_block = -(-bx // WARP)  # in one dimension a row of the picture is 32 threads
        flat = self.dimensions == "1-D"

        def at(x: int, y: int) -> tuple[float | int, float | int]:
            if not flat:
                return x, y
            block = min(x // bx, gx)
            return (x - block * bx) % WARP, 1.3 * block * per_block + (x - block * bx) // WARP

        for y in range(max(gy * by, array[1])):
            for x in range(max(gx * bx, array[0])):
                has_thread = x < gx * bx and y < gy * by
                has_element = x < array[0] and y < array[1]
                if not has_thread and not has_element:
                    continue
                color = LIGHT["accent" if has_element else "second"]
                look: dict = {"facecolor": color} if has_thread else {"fill": False, "ls": ":"}
                u, v = at(x, y)
                ax.add_patch(Rectangle((u + 0.06, v + 0.06), 0.88, 0.88, **look))
        for c in range(gy):
            for b in range(gx):
                wide, high = (min(bx, WARP), per_block) if flat else (bx, by)
                frame = Rectangle(at(b * bx, c * by), wide, high, fill=False)
                frame.set(edgecolor=LIGHT["ink"], linewidth=1.4)
                ax.add_patch(frame)
        ax.add_patch(Rectangle(at(self.chosen.column, self.chosen.row), 1, 1, fill=False, lw=3))
        ax.set_title(self.labels["title"])
        ax.set_aspect("equal")
        ax.autoscale_view()
        ax.invert_yaxis()
        ax.axis("off")
