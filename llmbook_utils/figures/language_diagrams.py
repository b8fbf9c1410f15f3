"""Diagrams: the four stages, pretraining, a neural language model, packing, KV cache, LoRA."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from llmbook_utils.figures.shapes import arrow, box, canvas, note
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

DOCUMENTS = (BLUE, GREEN, PURPLE, ORANGE)


def four_stages(ax: Axes | None = None) -> Axes:
    """Pretraining, SFT, reward model, PPO: what each learns from, and what it passes on."""
    ax = canvas(ax, (6.4, 4.3), (10, 6.7))
    stages = [
        ("1 Pretraining", "predict the\nnext token", "text, without\nlabels", BLUE),
        ("2 SFT", "imitate the\nideal answer", "prompts with\nanswers", GREEN),
        ("3 Reward model", "score as\npeople rank", "answers,\nranked", ORANGE),
        ("4 PPO", "score high, stay\nnear SFT model", "prompts\nalone", PURPLE),
    ]
    for i, (head, body, data, color) in enumerate(stages):
        x = 1.25 + 2.5 * i
        box(ax, (x, 3.9), (2.2, 1.75), head, body, color)
        note(ax, (x, 6.1), data)
        arrow(ax, (x, 5.55), (x, 4.82))
    note(ax, (1.25, 1.35), "base\nmodel")
    note(ax, (3.75, 1.35), "SFT\nmodel")
    note(ax, (6.25, 1.35), "reward\nmodel")
    note(ax, (8.75, 1.35), "chat\nmodel")
    for x in (1.25, 3.75, 6.25, 8.75):
        arrow(ax, (x, 2.98), (x, 1.95))
    for x, color in ((1.25, BLUE), (3.75, GREEN), (6.25, ORANGE)):
        arrow(ax, (x + 0.65, 1.4), (x + 1.5, 2.98), color)
    ax.plot(
        [3.75, 3.75, 7.97, 7.97], [0.85, 0.55, 0.55, 2.7], color=GREEN, linewidth=1.5, linestyle="-"
    )
    arrow(ax, (7.97, 2.7), (7.97, 2.98), GREEN)
    note(ax, (5.85, 0.2), "stage 4 starts from the SFT model", GREEN)
    return ax


def pretraining_pipeline(ax: Axes | None = None) -> Axes:
    """From collected text to a model that writes, in eight steps."""
    ax = canvas(ax, (6.4, 3.3), (10, 5))
    steps = [
        ("Collect", "text of\nmany kinds", GREY),
        ("Clean", "filter,\ndeduplicate", GREY),
        ("Tokenise", "byte-pair\nencoding", GREEN),
        ("Split", "train and\nvalidation", GREEN),
        ("Pack", "rows of\nequal length", GREEN),
        ("Train", "next token,\nAdamW", BLUE),
        ("Validate", "loss against\nthe floor", ORANGE),
        ("Generate", "token by\ntoken", PURPLE),
    ]
    for i, (head, body, color) in enumerate(steps):
        x, y = 1.25 + 2.5 * (i % 4), 3.9 if i < 4 else 1.1
        box(ax, (x, y), (2.05, 1.7), head, body, color)
        if i % 4:
            arrow(ax, (x - 1.47, y), (x - 1.03, y))
    ax.plot([8.75, 8.75, 1.25], [3.05, 2.5, 2.5], color=GREY, linewidth=1.5, linestyle="-")
    arrow(ax, (1.25, 2.5), (1.25, 1.95))
    return ax


def neural_language_model(words: Sequence[str], ax: Axes | None = None) -> Axes:
    """Bengio et al.'s network (2003) for this context: word vectors, hidden layer, softmax."""
    n = len(words)
    ax = canvas(ax, (6.4, 4.6), (11, 7.4))
    places = [7.2 * (i + 0.5) / n + 0.1 for i in range(n)]
    for x, word in zip(places, words, strict=True):
        note(ax, (x, 0.35), f"“{word}”", INK)
        arrow(ax, (x, 0.65), (x, 1.15))
        _bar(ax, x, 1.5, min(1.9, 6.6 / n), 0.6, BLUE)
        arrow(ax, (x, 1.83), (x, 2.35))
    middle = sum(places) / n
    _bar(ax, middle, 2.7, 7.0, 0.6, BLUE)
    arrow(ax, (middle, 3.05), (middle, 3.75))
    _bar(ax, middle, 4.1, 3.6, 0.6, GREEN)
    arrow(ax, (middle, 4.45), (middle, 5.2))
    _bar(ax, middle, 5.55, 6.2, 0.6, ORANGE)
    arrow(ax, (middle, 5.9), (middle, 6.55))
    note(ax, (middle, 6.9), "p(next word) = softmax(z)", INK)
    side = middle + 3.3
    arrow(ax, (side, 3.03), (side - 0.6, 5.22), bend="arc3,rad=0.35", line="--")
    names = ["rows of C", "x: side by side", "tanh(d + H x)", "z = b + W x + U tanh(…)"]
    for y, name in zip((1.5, 2.7, 4.1, 5.55), names, strict=True):
        note(ax, (7.5, y), name, ha="left")
    return ax


def packed_rows(
    rows: Sequence[Sequence[str]],
    documents: Int[np.ndarray, "B T"],
    end: str = "<end>",
    ax: Axes | None = None,
) -> Axes:
    """Documents packed into rows of equal length: one colour a document, padding in grey.

    Args:
        rows: the tokens of each row.
        documents: the number of each token's document; −1 for padding.
        end: the token that ends a document; it gets a dark frame.
    """
    height, width = documents.shape
    ax = axes_or_new(ax, (6.4, 0.5 + 0.52 * height))
    ax.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.05, -0.1))
    ax.axis("off")
    for y, row in enumerate(rows):
        for x, token in enumerate(row):
            number = int(documents[y, x])
            color = GREY if number < 0 else DOCUMENTS[number % len(DOCUMENTS)]
            look: dict = {"facecolor": color, "alpha": 0.16 if number < 0 else 0.3}
            ax.add_patch(Rectangle((x + 0.03, y + 0.1), 0.94, 0.78, linewidth=0, **look))
            if token == end:
                frame: dict = {"fill": False, "edgecolor": INK, "linewidth": 1.4}
                ax.add_patch(Rectangle((x + 0.05, y + 0.12), 0.9, 0.74, **frame))
            size = min(9.5, 78 / width / max(len(token), 3) * 6.2)
            if size >= 4:  # smaller ones nobody can read
                ax.text(x + 0.5, y + 0.49, token, ha="center", va="center", size=size, color=INK)
    return ax


def kv_cache(tokens: Sequence[str], ax: Axes | None = None) -> Axes:
    """Which keys and values each new token computes: all again, or, with a cache, its own only."""
    n = len(tokens)
    ax = axes_or_new(ax, (6.4, 1.3 + 0.42 * n))
    ax.set(xlim=(-0.2, 2 * n + 1.9), ylim=(n + 0.75, -1.15))
    ax.axis("off")
    for left, title, cached in ((0, "without a cache", False), (n + 1.7, "with a KV cache", True)):
        ax.text(left + n / 2, -0.85, title, ha="center", weight="bold", color=INK)
        for step in range(n):
            for place in range(step + 1):
                fresh = not cached or place == step
                look: dict = {"facecolor": BLUE, "alpha": 0.85} if fresh else {"facecolor": PALE}
                ax.add_patch(Rectangle((left + place + 0.06, step + 0.08), 0.88, 0.82, **look))
        made = n if cached else n * (n + 1) // 2
        text = f"computed: {made}"
        ax.text(left + n / 2, n + 0.45, text, ha="center", va="center", size=10, color=darker(BLUE))
    for step, token in enumerate(tokens):
        ax.text(n + 0.85, step + 0.5, token, ha="center", va="center", size=10, color=INK)
    ax.text(n + 0.85, -0.35, "new token", ha="center", va="center", size=9.5, color=darker(GREY))
    return ax


def lora_and_adapter(ax: Axes | None = None) -> Axes:
    """Two ways to train few new weights (colour) beside many that stay as they are (grey)."""
    ax = canvas(ax, (6.4, 4.2), (10, 6.4))
    ax.text(2.3, 6.1, "LoRA", ha="center", weight="bold", color=INK)
    note(ax, (2.3, 0.25), "x", INK)
    ax.plot([2.3, 2.3], [0.45, 0.75], color=GREY, linewidth=1.5, linestyle="-")
    arrow(ax, (2.3, 0.75), (1.2, 1.55))
    arrow(ax, (2.3, 0.75), (3.55, 1.25))
    look: dict = {"facecolor": PALE, "edgecolor": GREY, "linewidth": 1.5}
    ax.add_patch(Rectangle((0.2, 1.6), 2.0, 2.0, **look))
    ax.text(1.2, 2.6, "W\nfrozen", ha="center", va="center", color=INK)
    down = [(2.75, 1.3), (4.35, 1.3), (3.85, 2.35), (3.25, 2.35)]
    up = [(3.25, 2.75), (3.85, 2.75), (4.35, 3.8), (2.75, 3.8)]
    for corners, name in ((down, "A"), (up, "B")):
        shape: dict = {"facecolor": ORANGE, "alpha": 0.45, "edgecolor": ORANGE, "linewidth": 1.5}
        ax.add_patch(Polygon(corners, **shape))
        ax.text(3.55, corners[0][1] + 0.5, name, ha="center", va="center", color=INK)
    arrow(ax, (3.55, 2.35), (3.55, 2.75))
    note(ax, (3.95, 2.55), "rank r", ha="left")
    arrow(ax, (1.2, 3.6), (2.1, 4.62))
    arrow(ax, (3.55, 3.8), (2.5, 4.62))
    note(ax, (3.3, 4.42), "· α / r", ha="left")
    _plus(ax, 2.3, 4.75)
    arrow(ax, (2.3, 4.98), (2.3, 5.5))
    note(ax, (2.3, 5.68), "W x + (α/r) B A x", INK)
    ax.text(7.7, 6.1, "adapter", ha="center", weight="bold", color=INK)
    note(ax, (7.7, 0.25), "x", INK)
    arrow(ax, (7.7, 0.45), (7.7, 0.8))
    ax.add_patch(Rectangle((6.6, 0.85), 2.2, 0.75, **look))
    ax.text(7.7, 1.22, "layer, frozen", ha="center", va="center", color=INK, size=10)
    arrow(ax, (7.7, 1.6), (7.7, 2.25))
    parts = ((2.55, 1.1, 0.5, "down"), (3.3, 0.5, 0.5, "GELU"), (4.05, 0.5, 1.1, "up"))
    for y, below, above, text in parts:  # half widths: C numbers, m in the bottleneck, C again
        corners = [(7.7 - below, y - 0.24), (7.7 + below, y - 0.24)]
        corners += [(7.7 + above, y + 0.24), (7.7 - above, y + 0.24)]
        shape = {"facecolor": ORANGE, "alpha": 0.45, "edgecolor": ORANGE, "linewidth": 1.5}
        ax.add_patch(Polygon(corners, **shape))
        ax.text(7.7, y, text, ha="center", va="center", size=10, color=INK)
    for y in (2.79, 3.54):
        arrow(ax, (7.7, y), (7.7, y + 0.27))
    note(ax, (8.3, 3.3), "m ≪ C", ha="left")
    ax.plot([7.7, 9.4, 9.4], [1.9, 1.9, 4.75], color=GREY, linewidth=1.5, linestyle="-")
    arrow(ax, (9.4, 4.75), (7.95, 4.75))
    arrow(ax, (7.7, 4.32), (7.7, 4.55))
    _plus(ax, 7.7, 4.75)
    arrow(ax, (7.7, 4.98), (7.7, 5.5))
    note(ax, (7.7, 5.68), "h + up(GELU(down(h)))", INK)
    return ax


def _bar(ax: Axes, x: Number, y: Number, width: Number, height: Number, color: str) -> None:
    """A vector: a row of cells."""
    cells = max(3, round(width / 0.35))
    for i in range(cells):
        corner = (x - width / 2 + i * width / cells, y - height / 2)
        look: dict = {"facecolor": color, "alpha": 0.35, "edgecolor": color, "linewidth": 1}
        ax.add_patch(Rectangle(corner, width / cells, height, **look))


def _plus(ax: Axes, x: Number, y: Number) -> None:
    style: dict = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": GREY}
    ax.text(x, y, "+", ha="center", va="center", size=11, color=INK, bbox=style)
