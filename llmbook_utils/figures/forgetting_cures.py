"""Diagrams of the cures for forgetting: what each one touches, and why springs differ."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.shapes import arrow, box, canvas, cell, note
from llmbook_utils.figures.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
Point = Float[Array, "2"]
Matrix = Float[Array, "2 2"]


def cures(ax: Axes | None = None) -> Axes:
    """Five cures for forgetting and what each touches: loss, weights, or data."""
    ax = canvas(ax, (6.4, 6.4), (10.6, 10.6))
    for x, y, head, words, color in (
        (0.2, 10.2, "Elastic weight consolidation", "springs in the loss", PURPLE),
        (5.6, 10.2, "Dynamic weights", "the further above its floor, the more weight", GREEN),
        (0.2, 5.3, "Incremental learning: freeze, add, or remember", "", INK),
    ):
        ax.text(x, y, head, weight="bold", size=10, color=darker(color), va="center")
        note(ax, (x, y - 0.45), words, ha="left")

    for k, (force, moved) in enumerate(((3.2, 0.9), (1.6, 1.9), (0.7, 3.1))):
        y = 8.9 - 0.8 * k
        along = 0.55 + np.linspace(0, moved, 60)
        turns = 0.17 * np.sin(np.linspace(0, 10 * np.pi, 60))
        ax.plot(along, y + turns, color=PURPLE, linewidth=force, linestyle="-")
        ax.plot(0.5, y, "o", color=PAPER, markeredgecolor=BLUE, markersize=8, markeredgewidth=2)
        ax.plot(0.6 + moved, y, "o", color=ORANGE, markersize=8)
    note(ax, (1.95, 8.9), "large Fisher: stiff", PURPLE, ha="left")
    note(ax, (4.0, 7.3), "small: soft", PURPLE, ha="left")
    note(ax, (0.2, 6.65), "ring: old weight,  dot: new weight", ha="left")
    note(ax, (0.2, 6.2), "(L2: all springs alike)", ha="left")

    ax.plot([5.7, 9.4], [7.35, 7.35], color=GREY, linewidth=1.5, linestyle=":")
    note(ax, (9.5, 7.35), "floor", ha="left")
    for x, height, text, color in ((6.5, 1.35, "old loss", BLUE), (8.4, 0.5, "new loss", ORANGE)):
        ax.bar(x, height, 0.9, 7.35, color=color)
        note(ax, (x, 7.35 + height + 0.22), f"{height:.2f}", color)
        note(ax, (x, 7.05), text, color)
    note(ax, (5.6, 6.4), "weights 0.73 : 0.27", INK, ha="left")

    for x, name, words, kind in (
        (1.6, "Freeze", "only the head moves", "freeze"),
        (5.3, "Add: LoRA", "only A and B move", "lora"),
        (9.0, "Remember: replay", "all weights move", "replay"),
    ):
        note(ax, (x, 4.45), name, INK)
        for layer, text in enumerate(("layer 1", "layer 2", "head")):
            y = 1.9 + 0.85 * layer
            moves = kind == "replay" or (kind == "freeze" and text == "head")
            wide = 1.6 if kind == "lora" else 2.1
            at = x - 0.45 if kind == "lora" else x
            box(ax, (at, y), (wide, 0.62), text, "", ORANGE if moves else GREY, not moves)
            if kind == "lora":
                cell(ax, (x + 0.5, y - 0.28), (0.9, 0.56), "A B", ORANGE)
        note(ax, (x, 0.25), words)
        if kind == "replay":
            cell(ax, (x - 1.25, 0.6), (1.1, 0.55), "new", ORANGE)
            cell(ax, (x + 0.05, 0.6), (1.45, 0.55), "memory", BLUE)
            arrow(ax, (x - 0.7, 1.18), (x - 0.4, 1.55), ORANGE)
            arrow(ax, (x + 0.75, 1.18), (x + 0.4, 1.55), BLUE)
        else:
            cell(ax, (x - 0.55, 0.6), (1.1, 0.55), "new", ORANGE)
            arrow(ax, (x, 1.18), (x, 1.55), ORANGE)
    return ax


# Two valleys ------------------------------------------------------------------------------------


def tied_minimum(a: Point, b: Point, H: Matrix, P: Matrix, strength: Number) -> Point:
    """Where a quadratic loss of the new task comes to rest, tied to the old weights.

    θ = argmin ½ (θ − b)ᵀ H (θ − b) + λ/2 (θ − a)ᵀ P (θ − a) = (H + λP)⁻¹ (H b + λ P a).

    Args:
        a: the old weights; b: the minimum of the new task alone.
        H: the curvature of the new task.
        P: the stiffness of the springs: I for L2, diag F for elastic weight consolidation.
        strength: λ.
    """
    return np.linalg.solve(H + strength * P, H @ b + strength * (P @ a))


A, B = np.array([0.0, 0.0]), np.array([2.9, 1.9])  # two minima, and valleys with long axes
H_A, H_B = np.array([[0.3, -0.55], [-0.55, 4.0]]), np.array([[1.6, 0.25], [0.25, 0.45]])


def springs(
    a: Point = A,
    b: Point = B,
    H_a: Matrix = H_A,
    H_b: Matrix = H_B,
    strength: Number = 1.0,
    ax: Axes | None = None,
) -> Axes:
    """Kirkpatrick et al. (2017), figure 1, computed: two valleys, and where each method ends.

    Both losses are quadratic, so every end is exact (`tied_minimum`). The springs of L2 are made
    as strong as it takes to lose as much on the new task as EWC does: what is left of the old task
    is then compared fairly.

    Args:
        a, b: the minima of the old and the new task.
        H_a, H_b: their curvatures. EWC knows only the diagonal of H_a, the Fisher information.
        strength: λ of EWC.
    """
    old, new = _loss(a, H_a), _loss(b, H_b)
    F, eye = np.diag(np.diag(H_a)), np.eye(2)
    ewc = tied_minimum(a, b, H_b, F, strength)
    l2 = tied_minimum(a, b, H_b, eye, _as_strong(a, b, H_b, new(ewc)))
    ax = axes_or_new(ax, (6.2, 4.4))
    for center, H, color in ((a, H_a, BLUE), (b, H_b, ORANGE)):
        for level in (0.15, 0.5, 1.1):
            width, height, angle = _axes_of(H, level)
            look: dict = {"facecolor": color, "alpha": 0.13, "linewidth": 0}
            ax.add_patch(Ellipse(tuple(center), width, height, angle=angle, **look))
        ax.plot(*center, "o", color=color, markersize=8, zorder=4)
    path: dict = {"linewidth": 1.5, "zorder": 3}
    for P, end, color, dash in ((F, ewc, GREEN, "-"), (eye, l2, PURPLE, "--")):
        many = [tied_minimum(a, b, H_b, P, lam) for lam in np.geomspace(1e-3, 1e3, 120)]
        xs, ys = np.array([b, *many, a]).T
        ax.plot(xs, ys, color=color, linestyle=dash, **path)
        ax.plot(*end, "D" if color == GREEN else "s", color=color, markersize=8, zorder=5)
    halo = [withStroke(linewidth=3, foreground=PAPER)]
    words = (
        (a, "old weights", BLUE, (0, -16), "center"),
        (a - 0.72 * _reach(H_a, 1.1), "low loss: old task", BLUE, (0, 34), "center"),
        (b + 0.72 * _reach(H_b, 1.1), "low loss:\nnew task", ORANGE, (-34, 0), "right"),
        (b, f"no springs\nold loss {old(b):.2f}", ORANGE, (12, 4), "left"),
        (l2, f"L2: old loss {old(l2):.2f}", PURPLE, (-12, 10), "right"),
        (ewc, f"EWC: old loss {old(ewc):.2f}", GREEN, (10, -12), "left"),
    )
    for at, text, color, offset, ha in words:
        look = {"ha": ha, "va": "center", "size": 10, "color": darker(color), "path_effects": halo}
        ax.annotate(text, tuple(at), offset, textcoords="offset points", zorder=6, **look)
    ax.set(xlabel="weight θ₁", ylabel="weight θ₂", aspect="equal")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.autoscale_view()
    return ax


def _loss(center: Point, H: Matrix) -> Callable[[Point], float]:
    return lambda theta: float(0.5 * (theta - center) @ H @ (theta - center))


def _as_strong(a: Point, b: Point, H_b: Matrix, goal: Number) -> float:
    """The λ of L2 at which the loss of the new task is ``goal``, by halving (it grows with λ)."""
    new, low, high = _loss(b, H_b), 1e-9, 1e9
    for _ in range(200):
        middle = float(np.sqrt(low * high))
        worse = new(tied_minimum(a, b, H_b, np.eye(2), middle)) > goal
        low, high = (low, middle) if worse else (middle, high)
    return low


def _reach(H: Matrix, level: Number) -> Point:
    """From the centre to the far end of the ellipse ½ xᵀ H x = level, up or to the right."""
    values, vectors = np.linalg.eigh(H)
    far = vectors[:, 0] * np.sqrt(2 * level / values[0])
    return far if far.sum() > 0 else -far


def _axes_of(H: Matrix, level: Number) -> tuple[float, float, float]:
    """Width, height and angle (degrees) of the ellipse ½ xᵀ H x = level."""
    values, vectors = np.linalg.eigh(H)
    width, height = 2 * np.sqrt(2 * level / values)
    return float(width), float(height), float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
