"""Diagrams, drawn so that they stay crisp: the training pipeline, the graph of a computation."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from llmbook_utils.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    Number,
    axes_or_new,
    darker,
)

Point = tuple[Number, Number]


@runtime_checkable
class Node(Protocol):
    """What `computation_graph` needs of a value: `llmbook_utils.autograd.Value` has it."""

    data: float
    grad: float
    op: str
    children: tuple


def pipeline(ax: Axes | None = None) -> Axes:
    """data → model → loss → optimiser → model, and the evaluation on data that was held out."""
    ax = axes_or_new(ax, (6.4, 3.3))
    ax.set(xlim=(0, 10), ylim=(0, 5))
    ax.axis("off")
    _box(ax, 1.35, 4, "Data", "$x,\\ y$", GREY)
    _box(ax, 5.0, 4, "Model", "$\\hat y = f_w(x)$", BLUE)
    _box(ax, 8.65, 4, "Loss", "$L(\\hat y, y)$", ORANGE)
    _box(ax, 8.65, 1, "Optimiser", "$w \\leftarrow w - \\eta\\, g$", PURPLE)
    _box(ax, 1.35, 1, "Evaluation", "on held-out data", GREEN)
    _arrow(ax, (2.6, 4), (3.75, 4), "$x$", (3.15, 4.32))
    _arrow(ax, (6.25, 4), (7.4, 4), "$\\hat y$", (6.8, 4.32))
    _arrow(ax, (8.65, 3.4), (8.65, 1.6), "gradient $g$", (8.5, 2.5), ha="right")
    _arrow(
        ax,
        (7.4, 1),
        (5.45, 3.4),
        "new $w$, and again",
        (6.35, 0.42),
        bend="angle,angleA=0,angleB=90,rad=8",
    )
    _arrow(
        ax,
        (4.55, 3.4),
        (2.6, 1),
        "trained $f_w$",
        (3.65, 0.42),
        bend="angle,angleA=90,angleB=0,rad=8",
    )
    _arrow(ax, (1.35, 3.4), (1.35, 1.6), "held out", (1.5, 2.5), ha="left")
    return ax


def computation_graph(
    root: Node, names: Mapping[int, str] | None = None, ax: Axes | None = None
) -> Axes:
    """Every value that ``root`` was made from, with its data and gradient, from top to bottom.

    ``names`` maps ``id(value)`` to the letter that the text uses for it.
    """
    rows = _rows(root)
    widest = max(len(row) for row in rows)
    ax = axes_or_new(ax, (1.75 * widest, 0.88 * len(rows)))
    ax.axis("off")
    place: dict[int, tuple[float, float]] = {}
    for depth, row in enumerate(rows):
        for i, node in enumerate(row):
            place[id(node)] = (3.2 * (i - (len(row) - 1) / 2), -1.75 * depth)
    for row in rows:
        for node in row:
            x, y = place[id(node)]
            for child in node.children:
                a, b = place[id(child)]
                _arrow(ax, (a, b - 0.6), (x, y + 0.6))
            name = (names or {}).get(id(node), "")
            head = f"{name} ({node.op})" if name and node.op else name or node.op
            body = f"data {node.data:.3g}\ngrad {node.grad:.3g}".replace("-", "−")
            _box(ax, x, y, head, body, BLUE if node.children else GREEN, small=True)
    ax.set(xlim=(-1.6 * widest, 1.6 * widest), ylim=(-1.75 * len(rows) + 1, 0.75))
    return ax


def _rows(root: Node) -> list[list[Node]]:
    """Nodes by row: an inner node below all its children, an input just above its first use."""
    depth: dict[int, int] = {}
    nodes: dict[int, Node] = {}

    def visit(node: Node) -> int:
        if id(node) not in depth:
            nodes[id(node)] = node
            depth[id(node)] = 0
            depth[id(node)] = 1 + max((visit(child) for child in node.children), default=-1)
        return depth[id(node)]

    visit(root)
    for node in nodes.values():
        users = [depth[id(n)] for n in nodes.values() if any(c is node for c in n.children)]
        if not node.children and users:
            depth[id(node)] = min(users) - 1
    return [[n for n in nodes.values() if depth[id(n)] == d] for d in range(depth[id(root)] + 1)]


def _box(
    ax: Axes,
    x: Number,
    y: Number,
    head: str,
    body: str,
    color: str,
    width: Number = 2.5,
    small: bool = False,
) -> None:
    height = 1.2
    ax.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor="white",
            edgecolor=color,
            linewidth=1.8,
        )
    )
    size = 10.5 if small else 11
    ax.text(
        x,
        y + (0.34 if small else 0.27),
        head,
        ha="center",
        va="center",
        weight="bold",
        color=darker(color),
        size=size,
    )
    ax.text(
        x, y - (0.2 if small else 0.22), body, ha="center", va="center", color=INK, size=size - 1
    )


def _arrow(
    ax: Axes,
    start: Point,
    end: Point,
    text: str = "",
    at: Point = (0, 0),
    ha: str = "center",
    bend: str = "arc3",
) -> None:
    ax.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=13,
            connectionstyle=bend,
            color=GREY,
            linewidth=1.5,
            shrinkA=2,
            shrinkB=2,
        )
    )
    if text:
        ax.text(*at, text, ha=ha, va="center", size=10, color=INK)
