"""Diagrams of pretrained models in use: eight tasks, a shared body, transfer, smaller models."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from llmbook_utils.figures.shapes import arrow, bent, box, canvas, cell, note, polyline
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, Number, darker

Array = np.ndarray


def eight_tasks(ax: Axes | None = None) -> Axes:
    """One pretrained body and eight tasks: four that understand a text, four that write one."""
    ax = canvas(ax, (6.4, 5.3), (10.6, 8.8))
    sides = (
        (0.1, "Understanding: labels out", GREEN, (
            ("Text classification", "text → one class", "accuracy"),
            ("Named entities", "a tag a word", "entity F1"),
            ("Semantic roles", "who did what", "role F1"),
            ("Question answering", "place of the answer", "exact match, F1"),
        )),
        (7.4, "Generating: text out", ORANGE, (
            ("Language modelling", "text → next word", "perplexity"),
            ("Translation", "English → Chinese", "BLEU, chrF"),
            ("Summary", "long → short", "ROUGE"),
            ("Dialogue", "question → answer", "right answers"),
        )),
    )  # fmt: skip
    box(ax, (5.3, 4.2), (1.75, 2.3), "Backbone", "pretrained\nonce", BLUE)
    for left, title, color, tasks in sides:
        x = left + 1.6
        ax.text(x, 8.4, title, weight="bold", size=10, color=darker(color), ha="center")
        for i, (head, body, metric) in enumerate(tasks):
            y = 7.2 - 2 * i
            box(ax, (x, y), (3.1, 1.3), head, body, color)
            note(ax, (x, y - 0.87), metric)
            edge, start = (3.28, 4.38) if left < 1 else (7.32, 6.22)
            arrow(ax, (start, 4.2 + 0.25 * (y - 4.2)), (edge, y), color)
    return ax


def multi_task(ax: Axes | None = None) -> Axes:
    """Separate models against one shared body with K heads, its loss Σ w_k L_k / K."""
    ax = canvas(ax, (6.4, 4.1), (10.6, 6.8))
    tasks = (("A", GREEN), ("B", ORANGE), ("C", PURPLE))
    note(ax, (2.3, 6.45), "separate: three bodies", INK)
    note(ax, (8.0, 6.45), "shared: one body, three heads", INK)
    for i, (name, color) in enumerate(tasks):
        x = 0.85 + 1.5 * i
        box(ax, (x, 2.6), (1.25, 1.6), "body", name, color)
        box(ax, (x, 4.6), (1.25, 0.95), "head", "", color)
        arrow(ax, (x, 1.1), (x, 1.78))
        arrow(ax, (x, 3.42), (x, 4.1))
        arrow(ax, (x, 5.1), (x, 5.6))
        note(ax, (x, 0.8), f"data {name}", color)
        note(ax, (x, 5.85), f"$L_{name}$", color)
        x = 6.5 + 1.5 * i
        box(ax, (x, 4.6), (1.25, 0.95), "head", "", color)
        arrow(ax, (x, 3.42), (x, 4.1), color)
        arrow(ax, (x, 5.1), (x, 5.6))
        arrow(ax, (x, 1.1), (x, 1.78), color)
        note(ax, (x, 0.8), f"data {name}", color)
        note(ax, (x, 5.85), f"$w_{name}\\,L_{name}$", color)
        if i:
            note(ax, (x - 0.75, 5.85), "+", INK)
    note(ax, (5.6, 5.85), "1 / K  (", INK)
    note(ax, (10.2, 5.85), ")", INK)
    box(ax, (8.0, 2.6), (4.3, 1.6), "body", "learns from all three", BLUE)
    ax.plot([5.0, 5.0], [0.6, 6.1], color=PALE, linewidth=1.2, linestyle="-")
    note(ax, (8.0, 0.25), "tasks may help each other, or hinder")
    return ax


def cross_lingual(ax: Axes | None = None) -> Axes:
    """A tagger for English is given Chinese words whose rows a dictionary copies: it tags Chinese.

    Only the embeddings change; body and head are those that learned from English labels.
    """
    ax = canvas(ax, (6.4, 4.6), (10.6, 7.6))
    columns = (
        (1.95, "1 Learn in English", "English labels", "English words", BLUE, False),
        (8.65, "2 Read Chinese", "no Chinese label", "Chinese words", ORANGE, True),
    )
    for x, title, labels, words, color, kept in columns:
        ax.text(x, 7.25, title, weight="bold", size=10, color=INK, ha="center", va="center")
        note(ax, (x, 6.75), f"tags: {labels}", color)
        arrow(ax, (x, 6.08), (x, 6.5))
        box(ax, (x, 5.55), (3.3, 1.0), "Head", "a tag a word", GREEN, kept)
        arrow(ax, (x, 4.58), (x, 5.02))
        box(ax, (x, 3.85), (3.3, 1.4), "Body", "attention and MLPs", BLUE, kept)
        arrow(ax, (x, 2.68), (x, 3.12))
        box(ax, (x, 2.1), (3.3, 1.1), "Embeddings", words, color)
        arrow(ax, (x, 1.05), (x, 1.52))
        note(ax, (x, 0.75), f"text in {words.split()[0]}", color)
    for y, text, color in ((5.55, "kept", GREEN), (3.85, "kept", BLUE)):
        arrow(ax, (3.65, y), (6.95, y), color)
        note(ax, (5.3, y + 0.32), text, color)
    arrow(ax, (3.65, 2.1), (6.95, 2.1), ORANGE, line="--")
    note(ax, (5.3, 2.55), "dictionary: the row of\nthe translation", ORANGE)
    note(ax, (5.3, 1.6), "words without one:\na random row")
    return ax


def distillation(ax: Axes | None = None) -> Axes:
    """Hinton et al. (2015): the student learns the teacher's whole distribution, and the labels.

    v are the logits of the teacher, z those of the student, y the label:
    L = α T² KL(softmax(v / T) ‖ softmax(z / T)) + (1 − α) CE(y, softmax(z)).
    """
    ax = canvas(ax, (6.4, 4.6), (10.6, 7.6))
    top, middle, low = 6.1, 3.75, 1.8
    cell(ax, (0.1, middle - 0.32), (1.3, 0.65), "text x")
    polyline(ax, (1.45, middle), (1.8, middle))
    bent(ax, (1.8, middle), (1.8, top), (2.2, top))
    bent(ax, (1.8, middle), (1.8, low), (2.2, low))
    box(ax, (3.3, top), (2.1, 1.7), "Teacher", "large, frozen", GREY, frozen=True)
    box(ax, (3.3, low), (2.1, 1.2), "Student", "small, trained", BLUE)
    softened = (
        (top, (0.5, 0.3, 0.13, 0.07), GREY, "p = softmax(v / T)"),
        (middle, (0.4, 0.24, 0.2, 0.16), BLUE, "q = softmax(z / T)"),
    )
    for y, heights, color, name in softened:
        for i, height in enumerate(heights):
            ax.bar(5.5 + 0.36 * i, 2.2 * height, 0.29, y - 0.55, color=color)
        note(ax, (6.05, y - 0.85), name, color)
    arrow(ax, (4.4, top), (5.25, top))
    note(ax, (4.75, top + 0.25), "v", GREY)
    arrow(ax, (4.4, low), (7.52, low), BLUE)
    bent(ax, (4.75, low), (4.75, middle), (5.25, middle), color=BLUE)
    note(ax, (4.75, low - 0.28), "z", BLUE)
    arrow(ax, (6.85, middle), (7.52, middle), BLUE)
    bent(ax, (6.85, top), (9.05, top), (9.05, middle + 0.8), color=PURPLE)
    note(ax, (8.0, top + 0.28), "soft targets", PURPLE)
    box(ax, (9.05, middle), (2.9, 1.4), "Soft loss", "T² · KL(p ‖ q)", PURPLE)
    box(ax, (9.05, low), (2.9, 1.3), "Hard loss", "CE(y, softmax(z))", ORANGE)
    note(ax, (6.1, low - 0.28), "T = 1", BLUE)
    note(ax, (9.05, 0.88), "y: the true next word", ORANGE)
    note(ax, (0.1, 0.35), "T > 1 raises the small probabilities", ha="left")
    note(ax, (10.5, 0.35), "L = α · soft + (1 − α) · hard", INK, ha="right")
    return ax


def int8_grid(
    values: Float[Array, " N"] | None = None, bits: int = 4, ax: Axes | None = None
) -> Axes:
    """Symmetric quantisation: each weight moves to the nearest of 2ᵇ − 1 evenly spaced levels.

    s = max |w| / (2^(b−1) − 1); q = round(w / s), an integer; ŵ = s q, wrong by at most s / 2.

    Args:
        values: weights to draw; if None, nine made-up ones.
        bits: b; few, because 255 levels of int8 cannot be drawn.

    Raises:
        ValueError: for bits outside 2 to 5.
    """
    if not 2 <= bits <= 5:
        raise ValueError(f"expected 2 to 5 bits to draw, got {bits}")
    made_up = np.array([-0.83, -0.52, -0.33, -0.08, 0.05, 0.21, 0.44, 0.67, 0.91])
    w = made_up if values is None else values
    most = 2 ** (bits - 1) - 1
    scale = float(np.abs(w).max()) / most
    ax = canvas(ax, (6.4, 2.9), (10.6, 4.8))

    def place(value: Number) -> float:
        return 5.6 + 4.6 * float(value) / (scale * most)

    for y in (3.4, 1.5):
        ax.plot([1.0, 10.2], [y, y], color=GREY, linewidth=1.2, linestyle="-", zorder=1)
    note(ax, (0.05, 3.4), "w", INK, ha="left")
    note(ax, (0.05, 1.95), "ŵ = s · q", INK, ha="left")
    for q in range(-most, most + 1):
        x = place(scale * q)
        ax.plot([x, x], [1.32, 1.68], color=GREY, linewidth=1.4, linestyle="-", zorder=1)
        if bits < 5 or q % 5 == 0:
            note(ax, (x, 0.98), f"{q}".replace("-", "−"), BLUE)
    for one in w:
        q = round(float(one) / scale)
        ax.plot(place(one), 3.4, "o", color=ORANGE, markersize=7, zorder=3)
        arrow(ax, (place(one), 3.22), (place(scale * q), 1.72), ORANGE)
        ax.plot(place(scale * q), 1.5, "o", color=BLUE, markersize=7, zorder=3)
    low, high = place(0), place(scale)
    ax.annotate("", (low, 2.05), (high, 2.05), arrowprops={"arrowstyle": "<->", "color": INK})
    note(ax, ((low + high) / 2, 2.3), "s", INK)
    note(ax, (0.05, 0.98), "q", BLUE, ha="left")
    note(
        ax,
        (5.3, 4.35),
        f"s = max |w| / {most} = {scale:.3f}; no weight moves by more than s / 2",
        INK,
    )
    words = f"{bits} bits drawn: {2 * most + 1} levels. int8: 255 levels, one byte a weight"
    note(ax, (5.3, 0.3), words)
    return ax
