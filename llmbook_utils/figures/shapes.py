"""What diagrams are made of: a canvas without axes, boxes, cells, grids, arrows, notes, steps."""

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from llmbook_utils.figures.style import BLUE, GREY, INK, PALE, PAPER, Number, axes_or_new, darker

Point = tuple[Number, Number]


def canvas(ax: Axes | None, figsize: Point, size: Point) -> Axes:
    """Axes that show nothing of themselves, from (0, 0) to ``size``."""
    ax = axes_or_new(ax, figsize)
    ax.set(xlim=(0, size[0]), ylim=(0, size[1]))
    ax.axis("off")
    return ax


def box(
    ax: Axes,
    center: Point,
    size: Point,
    head: str,
    body: str = "",
    color: str = GREY,
    frozen: bool = False,
) -> None:
    """A rounded box with a bold first line; grey within and thin if it is ``frozen``."""
    (x, y), (width, height) = center, size
    look: dict = {"facecolor": "#f1f2f4" if frozen else "white", "edgecolor": color}
    look["linewidth"] = 1.2 if frozen else 2.4
    shape = "round,pad=0,rounding_size=0.15"
    corner = (x - width / 2, y - height / 2)
    ax.add_patch(FancyBboxPatch(corner, width, height, boxstyle=shape, **look))
    middle: dict = {"ha": "center", "va": "center"}
    lines = body.count("\n") + 1 if body else 0
    ax.text(x, y + 0.21 * lines, head, weight="bold", size=9.5, color=darker(color), **middle)
    if body:
        ax.text(x, y - 0.24, body, size=9.5, color=INK, linespacing=1.25, **middle)


def cell(
    ax: Axes,
    corner: Point,
    size: Point,
    text: str,
    color: str | None = None,
    letters: Number = 6.5,
) -> None:
    """A cell with a token in it: coloured, or pale; ``letters`` fit into a width of one."""
    (x, y), (width, height) = corner, size
    look: dict = {"facecolor": color or PALE, "alpha": 0.32 if color else 0.65, "linewidth": 0}
    ax.add_patch(Rectangle((x + 0.03, y), width - 0.06, height, **look))
    fit = min(9.5, 9.5 * letters * width / max(len(text), 1))
    ink = INK if color else darker(GREY)
    ax.text(x + width / 2, y + height / 2, text, ha="center", va="center", size=fit, color=ink)


def arrow(
    ax: Axes, start: Point, end: Point, color: str = GREY, bend: str = "arc3", line: str = "-"
) -> None:
    """An arrow: straight, or as matplotlib's connection style ``bend`` says."""
    look: dict = {"arrowstyle": "-|>", "mutation_scale": 12, "linewidth": 1.5, "color": color}
    look |= {"connectionstyle": bend, "linestyle": line, "shrinkA": 0, "shrinkB": 0}
    ax.add_patch(FancyArrowPatch(start, end, **look))


def bent(ax: Axes, *points: Point, color: str = GREY) -> None:
    """An arrow along several straight pieces."""
    polyline(ax, *points[:-1], color=color)
    arrow(ax, points[-2], points[-1], color)


def note(ax: Axes, at: Point, text: str, color: str = GREY, ha: str = "center") -> None:
    """A few words beside a thing."""
    ax.text(*at, text, ha=ha, va="center", size=9.5, color=darker(color), linespacing=1.25)


def step(ax: Axes, at: Point, number: int, color: str = INK) -> None:
    """A number in a disc."""
    ax.add_patch(Circle(at, 0.24, facecolor=color, linewidth=0, zorder=4))
    look: dict = {"size": 9.5, "weight": "bold", "color": PAPER, "zorder": 5}
    ax.text(*at, str(number), ha="center", va="center_baseline", **look)


def operation(ax: Axes, at: Point, sign: str, color: str = GREY, radius: Number = 0.26) -> None:
    """A small circle with a sign in it: an operation on what flows in, such as + or ×."""
    ax.add_patch(Circle(at, radius, facecolor="white", edgecolor=color, linewidth=1.5, zorder=4))
    look: dict = {"size": 10, "color": INK, "zorder": 5}
    ax.text(*at, sign, ha="center", va="center_baseline", **look)


def grid(
    ax: Axes,
    corner: Point,
    shown: Bool[np.ndarray, "T S"] | Float[np.ndarray, "T S"],
    size: Number = 1.0,
    color: str = BLUE,
) -> None:
    """A matrix as squares from its upper left corner: shades of a colour; 0 or False is empty."""
    x, y = corner
    for (row, column), value in np.ndenumerate(shown):
        place = (x + column * size + 0.06 * size, y - (row + 1) * size + 0.06 * size)
        full: dict = {"facecolor": color, "alpha": 0.12 + 0.78 * min(float(value), 1.0)}
        look = full if value > 0 else {"facecolor": PALE, "alpha": 0.55}
        ax.add_patch(Rectangle(place, 0.88 * size, 0.88 * size, linewidth=0, **look))


def polyline(ax: Axes, *points: Point, color: str = GREY, line: str = "-") -> None:
    """Straight pieces without a head."""
    xs, ys = zip(*points, strict=True)
    ax.plot(xs, ys, color=color, linewidth=1.5, linestyle=line, solid_capstyle="butt")
