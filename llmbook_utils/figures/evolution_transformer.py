"""Diagrams of the Transformer and its kin: attention, block, encoder–decoder, masks, memory."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool
from matplotlib.axes import Axes

from llmbook_utils.figures.shapes import (
    Point,
    arrow,
    bent,
    box,
    canvas,
    cell,
    grid,
    note,
    operation,
    polyline,
)
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, darker

Mask = Bool[np.ndarray, "T S"]


def attention_computation(ax: Axes | None = None) -> Axes:
    """softmax(Q Kᵀ/√D) V, step by step, for four tokens under a causal mask (made-up numbers)."""
    ax = canvas(ax, (6.4, 4.35), (10.4, 7.07))
    size, top = 0.42, 6.1
    places = {"Q": (0.55, BLUE), "$K^T$": (3.05, GREEN)}
    ones = np.full((4, 3), 0.45)
    for (name, (x, color)), shape in zip(places.items(), (ones, ones.T), strict=True):
        grid(ax, (x, top), shape, size, color)
        wide, tall = shape.shape[1] * size, shape.shape[0] * size
        note(ax, (x + wide / 2, top + 0.3), name, color)
        note(ax, (x + wide / 2, top - tall - 0.28), "(T, D)" if name == "Q" else "(D, S)")
    note(ax, (2.42, top - 0.84), "×", INK)
    arrow(ax, (5.05, top - 0.84), (6.0, top - 0.84))
    note(ax, (5.5, top - 0.5), "/ √D")
    scores = np.array([[0.5, 0.3, 0.9, 0.2], [0.8, 0.5, 0.3, 0.6], [0.2, 0.9, 0.4, 0.7]])
    scores = np.vstack([scores, [0.6, 0.2, 0.8, 0.4]])
    grid(ax, (6.3, top), scores, size, PURPLE)
    note(ax, (7.14, top + 0.3), "scores", PURPLE)
    note(ax, (8.2, top - 0.84), "(T, S): how well\nquery t fits key s", ha="left")
    bent(ax, (7.14, top - 1.8), (7.14, 3.55), (1.4, 3.55), (1.4, 2.95))
    note(ax, (4.3, 3.83), "mask: −∞ where it may not look", ORANGE)
    masked = np.where(np.tri(4) > 0, scores, 0)
    low = 2.5
    grid(ax, (0.55, low), masked, size, PURPLE)
    note(ax, (1.39, low + 0.25), "masked scores", PURPLE)
    arrow(ax, (2.4, low - 0.84), (3.35, low - 0.84))
    note(ax, (2.87, low - 0.5), "softmax")
    weights = np.exp(4 * scores) * np.tri(4)
    weights /= weights.sum(axis=1, keepdims=True)
    grid(ax, (3.55, low), weights, size, ORANGE)
    note(ax, (4.39, low + 0.25), "weights", ORANGE)
    note(ax, (4.39, low - 1.98), "each row adds up to 1")
    note(ax, (5.6, low - 0.84), "×", INK)
    grid(ax, (6.0, low), ones, size, GREY)
    note(ax, (6.63, low + 0.25), "V")
    note(ax, (6.63, low - 1.98), "(S, D)")
    arrow(ax, (7.45, low - 0.84), (8.3, low - 0.84))
    grid(ax, (8.6, low), ones, size, BLUE)
    note(ax, (9.23, low + 0.25), "output", BLUE)
    note(ax, (9.23, low - 1.98), "(T, D)")
    return ax


def transformer_block(norm: str = "pre", ax: Axes | None = None) -> Axes:
    """One block: attention mixes places, the feed-forward network works on each place alone.

    Args:
        norm: where the layer norm stands: "pre" (before each part; GPT-2 and later) or "post"
            (after each sum; Vaswani et al. 2017).

    Raises:
        ValueError: for another norm.
    """
    if norm not in ("pre", "post"):
        raise ValueError(f'expected norm "pre" or "post", got {norm!r}')
    ax = canvas(ax, (6.4, 2.75), (14.6, 6.2))
    y, x = 2.1, 1.0
    note(ax, (0.45, y), "x", INK)
    parts = (
        ("Attention", "places\nexchange", ORANGE),
        ("Feed-forward", "each place\nalone", GREEN),
    )
    for head, body, color in parts:
        start = x
        if norm == "pre":
            arrow(ax, (x - 0.25, y), (x + 0.7, y))
            box(ax, (x + 1.3, y), (1.2, 1.2), "norm", "", GREY)
            x += 1.95
        arrow(ax, (x - (0.05 if norm == "pre" else 0.25), y), (x + 0.45, y))
        box(ax, (x + 1.8, y), (2.7, 2.0), head, body, color)
        x += 3.15
        arrow(ax, (x, y), (x + 0.4, y))
        operation(ax, (x + 0.72, y), "+", BLUE, 0.32)
        bent(ax, (start, y), (start, 4.6), (x + 0.72, 4.6), (x + 0.72, y + 0.35), color=BLUE)
        x += 1.3
        if norm == "post":
            arrow(ax, (x - 0.25, y), (x + 0.15, y))
            box(ax, (x + 0.78, y), (1.2, 1.2), "norm", "", GREY)
            x += 1.65
        x += 0.2
    arrow(ax, (x - 0.45, y), (x + 0.15, y))
    where = "before each part" if norm == "pre" else "after each sum"
    note(ax, (7.3, 5.15), "residual path: each part's result is added to its input", BLUE)
    note(ax, (7.3, 0.4), f"{norm}-norm: the layer norm stands {where}")
    return ax


def encoder_decoder(
    source: Sequence[str] = ("Mara", "lives", "in", "Oslo"),
    target: Sequence[str] = ("<end>", "Mǎlā", "zhù", "zài"),
    prediction: str = "Àosīlù",
    below: str = "target so far (in pinyin)",
    ax: Axes | None = None,
) -> Axes:
    """The Transformer of 2017: the encoder reads all of the source, the decoder writes the target.

    The font of the figures has no Chinese: the target is written in pinyin.

    Args:
        source: the words that are read.
        target: what the decoder has written so far, from its start mark on.
        prediction: the word that it writes next.
        below: what stands below the target.
    """
    ax = canvas(ax, (6.4, 5.6), (10.4, 9.1))
    left, right = 2.5, 7.7
    for x, words, name in ((left, source, "source"), (right, target, below)):
        width = min(1.05, 4.4 / len(words))
        for i, word in enumerate(words):
            corner = (x + (i - len(words) / 2) * width, 0.65)
            cell(ax, corner, (width, 0.55), word, GREEN if x == left else BLUE)
        note(ax, (x, 0.32), name)
        arrow(ax, (x, 1.22), (x, 1.68))
        note(ax, (x, 1.95), "embeddings + positions")
        arrow(ax, (x, 2.2), (x, 2.75))
    box(ax, (left, 3.45), (3.4, 1.3), "Self-attention", "every place sees all", GREEN)
    arrow(ax, (left, 4.13), (left, 4.58))
    box(ax, (left, 5.2), (3.4, 1.15), "Feed-forward", "each place alone", GREEN)
    box(ax, (right, 3.45), (3.6, 1.3), "Masked self-attention", "only what stands before", BLUE)
    arrow(ax, (right, 4.13), (right, 4.58))
    box(ax, (right, 5.2), (3.6, 1.15), "Cross-attention", "queries here, keys there", ORANGE)
    arrow(ax, (right, 5.8), (right, 6.2))
    box(ax, (right, 6.8), (3.6, 1.15), "Feed-forward", "each place alone", BLUE)
    bent(ax, (left, 5.8), (left, 6.45), (5.1, 6.45), (5.1, 5.2), (5.87, 5.2), color=ORANGE)
    note(ax, (3.45, 6.8), "memory: K and V", ORANGE)
    arrow(ax, (right, 7.4), (right, 7.82))
    note(ax, (right, 8.12), "softmax over the vocabulary")
    arrow(ax, (right, 8.36), (right, 8.66))
    note(ax, (right, 8.87), f"next word: “{prediction}”", INK)
    for x, low, high, name in ((left, 2.62, 5.98, "encoder"), (right, 2.62, 7.58, "decoder")):
        side = x - 2.1 if x == left else x + 2.1
        polyline(ax, (side, low), (side, high))
        look: dict = {"rotation": 90, "ha": "center", "va": "center", "size": 9.5}
        away = -0.24 if x == left else 0.24
        text = f"{name}, N blocks"
        ax.text(side + away, (low + high) / 2, text, color=darker(GREY), **look)
    note(ax, (left, 8.87), "(sums and norms left out)")
    return ax


def attention_masks(
    masks: Mapping[str, Mask],
    tokens: Sequence[str] | None = None,
    memory: Mapping[str, int] | None = None,
    per_row: int = 3,
    ax: Axes | None = None,
) -> Axes:
    """Who may look at whom: a row for each query, a column for each key; full squares are allowed.

    Args:
        masks: name → True where the query (row) may look at the key (column). A name such as
            "causal: GPT" stands on two lines.
        tokens: the queries, written beside the first mask of each row.
        memory: name → how many of the first keys of this mask are memory (green).
        per_row: masks side by side before a new line.
    """
    memory = memory or {}
    tall = max(mask.shape[0] for mask in masks.values())
    wide = max(mask.shape[1] for mask in masks.values())
    edge = 2.2 if tokens is not None else 0.4
    lines = -(-len(masks) // per_row)
    columns = min(per_row, len(masks))
    pitch, row = wide + 1.3, tall + 3.0
    size = (edge + columns * pitch, lines * row)
    ax = canvas(ax, (6.4, 6.4 * size[1] / size[0]), size)
    for number, (name, mask) in enumerate(masks.items()):
        x = edge + number % per_row * pitch
        y = size[1] - number // per_row * row - 1.7
        held = memory.get(name, 0)
        grid(ax, (x, y), mask[:, :held], 1.0, GREEN)
        grid(ax, (x + held, y), mask[:, held:], 1.0, BLUE)
        head, _, rest = name.partition(": ")
        ax.text(
            x, y + (1.2 if rest else 0.55), head, size=9.5, weight="bold", color=INK, va="center"
        )
        note(ax, (x, y + 0.55), rest, ha="left")
        if tokens is not None and number % per_row == 0:
            for place, token in enumerate(tokens[: mask.shape[0]]):
                note(ax, (x - 0.15, y - place - 0.5), token, INK, ha="right")
        middle = x + mask.shape[1] / 2
        note(ax, (middle, y - mask.shape[0] - 0.5), "memory | keys" if held else "keys")
    return ax


def two_streams(order: Sequence[int] = (3, 0, 2, 1), ax: Axes | None = None) -> Axes:
    """XLNet's two streams for one factorisation order: who may look at whom.

    The content stream h of a token sees itself and all tokens earlier in the order. The query
    stream g, which predicts the token, sees only the earlier ones and its own place.

    Args:
        order: the places, counted from 0, in the order in which they are predicted.

    Raises:
        ValueError: if it is not a permutation of 0 … T − 1.
    """
    n = len(order)
    if sorted(order) != list(range(n)):
        raise ValueError(f"expected a permutation of 0 to {n - 1}, got {list(order)}")
    rank = np.argsort(order)
    content = rank[:, None] >= rank[None, :]
    query = rank[:, None] > rank[None, :]
    wide = 2 * n + 5.6
    ax = canvas(ax, (6.4, 6.4 * (n + 4.3) / wide), (wide, n + 4.3))
    text = " → ".join(f"$x_{place}$" for place in order)
    note(ax, (wide / 2, n + 3.9), f"order of prediction: {text}", INK)
    streams = (
        (1.4, "content stream h", content, BLUE, "sees itself:\nserves as a key"),
        (n + 4.4, "query stream g", query, ORANGE, "does not see itself:\npredicts the token"),
    )
    top = n + 2.0
    for x, name, allowed, color, words in streams:
        grid(ax, (x, top), allowed, 1.0, color)
        ax.text(x, top + 1.05, name, weight="bold", size=9.5, color=darker(color), va="center")
        for place in range(n):
            letter = "h" if color == BLUE else "g"
            note(ax, (x - 0.2, top - place - 0.5), f"${letter}_{place}$", INK, ha="right")
            note(ax, (x + place + 0.5, top + 0.35), f"$h_{place}$", INK)
        note(ax, (x + n / 2, 1.15), words, color)
    return ax


def segment_memory(length: int = 4, ax: Axes | None = None) -> Axes:
    """Transformer-XL: one place looks at the segment before, and through it one further back.

    Each place looks at all states of the layer below in the segment before, which are kept and
    get no gradient (dashed), and at those of its own segment up to itself (solid). Drawn for one
    place of layer 2, and for the oldest state that it looks at.

    Args:
        length: tokens in a segment, two or more.
    """
    gap, left = 0.6, 1.9
    wide = left + 3 * length + 2 * gap + 0.3
    ax = canvas(ax, (6.4, 6.4 * 7.4 / wide), (wide, 7.4))

    def at(place: int, layer: int) -> Point:
        return left + place + 0.5 + gap * (place // length), 1.5 + 1.95 * layer

    def looks(place: int, layer: int) -> None:
        segment = place // length
        for key in range((segment - 1) * length, place + 1):
            kept = key < segment * length
            line: dict = {"color": ORANGE if kept else BLUE, "linewidth": 1.3, "zorder": 1}
            ends = zip(at(key, layer - 1), at(place, layer), strict=True)
            ax.plot(*ends, linestyle="--" if kept else "-", **line)

    for layer, name in enumerate(("words", "layer 1", "layer 2")):
        note(ax, (left - 0.3, at(0, layer)[1]), name, ha="right")
        for place in range(3 * length):
            color = BLUE if place >= 2 * length else GREEN
            x, y = at(place, layer)
            ax.scatter([x], [y], zorder=3, facecolor=color, edgecolor="white", s=110)
    looking = 2 * length + 1
    for place, layer in ((looking, 2), (length, 1)):
        looks(place, layer)
        x, y = at(place, layer)
        ax.scatter([x], [y], zorder=2, facecolor=PAPER, edgecolor=INK, s=260)
    names = (
        ("two segments back", GREEN),
        ("the segment before:\nkept, no gradient", GREEN),
        ("segment now:\ntrained", BLUE),
    )
    for i, (name, color) in enumerate(names):
        note(ax, (at(i * length, 0)[0] + (length - 1) / 2, 6.5), name, color)
    note(ax, (wide / 2, 0.5), "each layer reaches one segment further back", ORANGE)
    return ax
