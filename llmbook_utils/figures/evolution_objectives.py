"""Diagrams of what language models were trained to do: eras, pretrain then tune, blanks, spans."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from llmbook_utils.figures.shapes import arrow, bent, box, canvas, cell, note
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, Number

SENTINELS = ("<x>", "<y>", "<z>", "<w>")


def three_eras(ax: Axes | None = None) -> Axes:
    """Classic networks, Transformers, self-supervised pretraining at scale: what was new."""
    ax = canvas(ax, (6.4, 3.7), (10.6, 6.13))
    eras = (
        ("1 Classic networks", "Word2Vec, 2013\nRNN, 1990\nLSTM, 1997", GREY),
        ("2 Transformers", "Transformer, 2017\nGPT, BERT, 2018\nTransformer-XL, 2019", BLUE),
        ("3 Pretraining at scale", "BERT, RoBERTa\nXLNet, T5\nGPT-2, GPT-3", PURPLE),
    )
    ideas = (
        "words become\nvectors; a state\nis carried along",
        "attention: any\ntwo places meet\nin one step",
        "which task made from\nraw text teaches most;\nthen: larger",
    )
    limits = (
        "step after step:\nslow, and forgets",
        "each place looks at each:\nlong texts are costly",
        "needs a lot of\ndata and compute",
    )
    for i, ((head, body, color), idea, limit) in enumerate(zip(eras, ideas, limits, strict=True)):
        x = 1.75 + 3.55 * i
        box(ax, (x, 4.85), (3.05, 2.2), "", "", color)
        ax.text(x, 5.6, head, weight="bold", size=9.5, color=INK, ha="center", va="center")
        note(ax, (x, 4.6), body, INK)
        arrow(ax, (x, 3.7), (x, 3.3), color)
        note(ax, (x, 2.65), idea, color)
        note(ax, (x, 0.95), limit)
        if i:
            arrow(ax, (x - 2.0, 4.85), (x - 1.55, 4.85))
    note(ax, (0.1, 1.75), "but:", INK, ha="left")
    ax.plot([0.9, 10.5], [1.75, 1.75], color=GREY, linewidth=0.8, linestyle=":")
    return ax


def pretrain_then_tune(ax: Axes | None = None) -> Axes:
    """One pretrained model, three ways to use it for a task: features, fine-tuning, a prompt."""
    ax = canvas(ax, (6.4, 4.3), (10.6, 7.12))
    note(ax, (1.05, 3.6), "much text,\nno labels")
    arrow(ax, (1.05, 4.1), (1.05, 4.75))
    box(ax, (1.65, 5.6), (2.9, 1.6), "Pretraining", "the text is its\nown label", BLUE)
    arrow(ax, (2.2, 4.75), (2.2, 3.0), BLUE)
    box(ax, (1.65, 2.1), (2.9, 1.6), "Language model", "knows words,\ngrammar, facts", BLUE)
    ways = (
        ("Features", "body frozen, a new\nmodel reads its states", "ELMo, 2018", GREY),
        ("Fine-tuning", "a new head, and all\nweights train on", "ULMFiT, GPT,\nBERT, 2018", GREEN),
        (
            "Prompt",
            "the task is written down,\nno weight changes",
            "GPT-2, 2019\nGPT-3, 2020",
            ORANGE,
        ),
    )
    for i, (head, body, who, color) in enumerate(ways):
        y = 6.0 - 2.4 * i
        bent(ax, (3.12, 2.1), (3.7, 2.1), (3.7, y), (4.35, y))
        box(ax, (6.25, y), (3.7, 1.6), head, body, color, frozen=head != "Fine-tuning")
        note(ax, (9.35, y), who, color)
    return ax


def masked_words(
    words: Sequence[str] = ("Mara", "lives", "in", "Oslo", "and", "works", "as", "a", "baker", "."),
    inputs: Sequence[str] = (
        *("Mara", "lives", "in", "<mask>", "and", "lamp", "as", "a", "baker", "."),
    ),
    chosen: Bool[np.ndarray, " T"] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """BERT's task: what stood there, what the model reads, and what it must say (Devlin 2019).

    Args:
        words: the words of the text.
        inputs: what the model reads in their place.
        chosen: the places that must be predicted; if None the fourth, sixth and ninth.

    Raises:
        ValueError: if lengths differ.
    """
    n = len(words)
    marked = np.isin(np.arange(n), (3, 5, 8)) if chosen is None else chosen
    if not n == len(inputs) == len(marked):
        raise ValueError(f"expected {n} inputs and marks, got {len(inputs)} and {len(marked)}")
    ax = canvas(ax, (6.4, 3.75), (n + 1.45, 6.0))
    fit = 60 / (n + 1.45)
    for name, y in (("text", 5.15), ("reads", 3.95), ("predicts", 1.8)):
        note(ax, (1.2, y + 0.3), name, ha="right")
    for place, (word, read, on) in enumerate(zip(words, inputs, marked, strict=True)):
        x = 1.35 + place
        cell(ax, (x, 5.15), (1, 0.6), word, letters=fit)
        arrow(ax, (x + 0.5, 5.12), (x + 0.5, 4.6))
        changed = ORANGE if read == "<mask>" else PURPLE if read != word else GREEN if on else None
        cell(ax, (x, 3.95), (1, 0.6), read, changed, fit)
        if on:
            arrow(ax, (x + 0.5, 2.6), (x + 0.5, 2.44), BLUE)
            cell(ax, (x, 1.8), (1, 0.6), word, BLUE, fit)
    look: dict = {"facecolor": "white", "edgecolor": BLUE, "linewidth": 2}
    ax.add_patch(Rectangle((1.4, 2.65), n - 0.1, 0.95, **look))
    note(ax, (1.35 + n / 2, 3.12), "BERT: reads both sides of each place", BLUE)
    note(ax, (0.2, 1.15), "of the 15 % of places that are chosen:", INK, ha="left")
    left, wide = 0.2, n + 1.1
    shares = (
        (0.8, "80 % become <mask>", ORANGE),
        (0.1, "10 %\nrandom", PURPLE),
        (0.1, "10 %\nkept", GREEN),
    )
    for share, text, color in shares:
        ax.add_patch(
            Rectangle(
                (left, 0.1), share * wide - 0.05, 0.75, facecolor=color, alpha=0.32, linewidth=0
            )
        )
        ax.text(
            left + share * wide / 2,
            0.47,
            text,
            ha="center",
            va="center",
            size=9,
            color=INK,
            linespacing=1.1,
        )
        left += share * wide
    return ax


def span_corruption(
    words: Sequence[str] = (
        *("Mara", "lives", "in", "Oslo", "and", "works", "as", "a", "baker", "."),
    ),
    spans: Sequence[tuple[int, int]] = ((2, 4), (8, 9)),
    sentinels: Sequence[str] = SENTINELS,
    ax: Axes | None = None,
) -> Axes:
    """T5's task: spans give way to sentinels; the target says what stood behind each (Raffel 2020).

    Args:
        words: the words of the text.
        spans: (start, stop) of each span that is taken out, in order.
        sentinels: their marks; one more ends the target.

    Raises:
        ValueError: if spans overlap, are empty or leave the text, or sentinels are too few.
    """
    edges = [0, *(edge for span in spans for edge in span), len(words)]
    in_order = all(a <= b for a, b in pairwise(edges))
    if not in_order or any(start == stop for start, stop in spans):
        raise ValueError(f"expected spans in order within 0 to {len(words)}, got {list(spans)}")
    if len(sentinels) <= len(spans):
        raise ValueError(f"expected {len(spans) + 1} sentinels, got {len(sentinels)}")
    colors = [(ORANGE, GREEN, PURPLE, BLUE)[i % 4] for i in range(len(spans))]
    of = {place: i for i, (start, stop) in enumerate(spans) for place in range(start, stop)}
    source: list[tuple[str, str | None]] = []
    places: list[Number] = []  # of each source token in the text
    for place, word in enumerate(words):
        i = of.get(place)
        if i is None:
            source.append((word, None))
            places.append(place)
        elif place == spans[i][0]:
            source.append((sentinels[i], colors[i]))
            places.append((spans[i][0] + spans[i][1] - 1) / 2)
    target: list[tuple[str, str | None]] = []
    for i, (start, stop) in enumerate(spans):
        target += [(sentinels[i], colors[i]), *((word, colors[i]) for word in words[start:stop])]
    target.append((sentinels[len(spans)], None))
    wide = max(len(words), len(target)) + 1.5
    ax = canvas(ax, (6.4, 6.4 * 5.3 / wide), (wide, 5.3))
    rows = (
        ("text", 4.4, [(w, colors[of[i]] if i in of else None) for i, w in enumerate(words)]),
        ("reads", 2.65, source),
        ("writes", 0.55, target),
    )
    lefts = (range(len(words)), places, range(len(target)))
    for (name, y, tokens), row in zip(rows, lefts, strict=True):
        note(ax, (1.25, y + 0.3), name, ha="right")
        for left, (token, color) in zip(row, tokens, strict=True):
            x = 1.4 + left
            cell(ax, (x, y), (1, 0.6), token, color, 60 / wide)
            if name == "reads":
                arrow(ax, (x + 0.5, 4.35), (x + 0.5, 3.35), color or GREY)
    note(ax, (1.4, 2.2), "the encoder reads the text with holes …", ha="left")
    note(
        ax,
        (1.4, 0.2),
        f"… the decoder fills them; {sentinels[len(spans)]} ends the list",
        ha="left",
    )
    arrow(ax, (0.8, 2.5), (0.8, 1.3))
    return ax


def who_sees_what(
    words: Sequence[str] = ("Mara", "lives", "in", "Oslo", "and", "bakes"),
    place: int = 3,
    ax: Axes | None = None,
) -> Axes:
    """What four kinds of models may read (green) when they must say one word (blue).

    Args:
        words: the words of the text.
        place: the one that must be said; not the first or the last.

    Raises:
        ValueError: if it is the first, the last, or outside the text.
    """
    n = len(words)
    if not 0 < place < n - 1:
        raise ValueError(f"expected a place from 1 to {n - 2}, got {place}")
    all_words = set(range(n))
    earlier = all_words - {place, place - 2, place + 1}
    kinds = (
        ("GPT", "what stands before", set(range(place)), "every word\nis said"),
        ("BERT", "all but the blanks", all_words - {place}, "15 % of the\nwords are said"),
        ("XLNet", "what comes earlier in a random order", earlier, "the last words\nof each order"),
        ("T5", "all but the spans", all_words - {place, place + 1}, "15 % of the\nwords are said"),
    )
    ax = canvas(ax, (6.4, 4.0), (n + 4.6, 4.0 / 6.4 * (n + 4.6)))
    pitch = (4.0 / 6.4 * (n + 4.6) - 0.2) / len(kinds)
    for row, (name, reads, seen, says) in enumerate(kinds):
        y = 0.2 + pitch * (len(kinds) - 1 - row)
        ax.text(0.1, y + 0.55, name, weight="bold", size=10, color=INK, va="center")
        for i, word in enumerate(words):
            color = BLUE if i == place else GREEN if i in seen else None
            cell(ax, (1.5 + i, y + 0.25), (1, 0.6), word if color else "", color, 60 / (n + 4.6))
        note(ax, (1.55, y + 1.12), f"reads {reads}", GREEN, ha="left")
        note(ax, (n + 1.65, y + 0.55), says, BLUE, ha="left")
    return ax
