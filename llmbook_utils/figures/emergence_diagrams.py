"""Diagrams of chapter 5: prompts with examples, the phone book, addition, the induction circuit."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from llmbook_utils.figures.shapes import arrow, bent, box, canvas, cell, note, polyline, step
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, Number, darker

MADE_UP = (0.93, 0.81, 0.97, 0.64, 0.3, 0.88, 0.95, 0.72)


def few_shot_prompt(
    task: str = "Town → country.",
    examples: Sequence[tuple[str, str]] = (
        ("Oslo", "Norway"),
        ("Lima", "Peru"),
        ("Cairo", "Egypt"),
    ),
    query: str = "Rome",
    answer: str = "Italy",
    ax: Axes | None = None,
) -> Axes:
    """Zero-, one- and few-shot prompts beside fine-tuning (Brown et al. 2020, figure 2.1).

    Args:
        task: the instruction.
        examples: inputs with their outputs; all of them in the few-shot prompt.
        query: the input that is asked for.
        answer: what the model is to write.

    Raises:
        ValueError: if there are fewer than two or more than four examples.
    """
    if not 2 <= len(examples) <= 4:
        raise ValueError(f"expected two to four examples, got {len(examples)}")
    wide, line, top = 12.4, 0.62, 7.0
    ax = canvas(ax, (6.6, 6.6 * 8.0 / wide), (wide, 8.0))
    for i, (name, shots) in enumerate((("Zero-shot", 0), ("One-shot", 1), ("Few-shot", None))):
        left = 0.1 + 3.05 * i
        shown = examples[:shots]
        ax.text(left + 1.4, 7.6, name, weight="bold", size=10, color=INK, ha="center", va="center")
        rows = [(task, GREY), *((f"{x} → {y}", GREEN) for x, y in shown), (f"{query} →", BLUE)]
        y = top
        for text, color in rows:
            y -= line
            cell(ax, (left, y), (2.8, line - 0.1), text, None if color == GREY else color, 7)
        y -= line + 0.28
        arrow(ax, (left + 1.4, y + line + 0.2), (left + 1.4, y + line - 0.07), ORANGE)
        cell(ax, (left + 0.7, y), (1.4, line - 0.1), answer, ORANGE)
    ax.text(10.85, 7.6, "Fine-tuning", weight="bold", size=10, color=INK, ha="center", va="center")
    y = top - line
    for i, (x, out) in enumerate(examples[:2]):
        cell(ax, (9.45, y), (2.8, line - 0.1), f"{x} → {out}", GREEN, 7)
        arrow(ax, (10.85, y - 0.03), (10.85, y - 0.42), PURPLE)
        note(ax, (10.95, y - 0.66), f"gradient step {i + 1}", PURPLE)
        y -= line + 0.9
    note(ax, (10.85, y + 0.42), "…")
    cell(ax, (9.45, y - 0.6), (2.8, line - 0.1), f"{query} →", BLUE, 7)
    arrow(ax, (10.85, y - 0.65), (10.85, y - 0.95), ORANGE)
    cell(ax, (10.15, y - 1.52), (1.4, line - 0.1), answer, ORANGE)
    kinds = (
        ("task", GREY),
        ("examples", GREEN),
        ("question", BLUE),
        ("written by the model", ORANGE),
    )
    for i, (words, color) in enumerate(kinds):
        cell(ax, (0.1, 3.25 - 0.56 * i), (0.4, 0.36), "", None if color == GREY else color)
        note(ax, (0.65, 3.43 - 0.56 * i), words, color, ha="left")
    polyline(ax, (9.28, 1.4), (9.28, 7.8), color=GREY, line=":")
    ax.plot([0.15, 9.0], [1.0, 1.0], color=BLUE, linewidth=2, linestyle="-")
    note(ax, (4.55, 0.55), "one text goes in: no weight changes", BLUE)
    ax.plot([9.55, 12.2], [1.0, 1.0], color=PURPLE, linewidth=2, linestyle="-")
    note(ax, (10.85, 0.55), "weights change", PURPLE)
    return ax


def threshold(chance: Number = 0.1, ax: Axes | None = None) -> Axes:
    """Wei et al.'s (2022) definition, as made-up curves: absent in small models, present in larger.

    The dashed curve can be foreseen from the small models; the solid one cannot. No measurement.

    Args:
        chance: what guessing gets.
    """
    ax = canvas(ax, (6.2, 3.5), (10.6, 6.0))
    left, right, low, high = 1.2, 10.2, 1.0, 5.5
    x = np.linspace(0, 1, 200)
    foreseen = chance + (0.9 - chance) * x**1.2
    emergent = chance + (0.92 - chance) / (1 + np.exp(-(x - 0.72) * 32))
    across = left + (right - left) * x
    ax.plot(across, low + (high - low) * foreseen, color=BLUE, linestyle="--", linewidth=2)
    ax.plot(across, low + (high - low) * emergent, color=ORANGE, linestyle="-", linewidth=2.6)
    level = low + (high - low) * float(chance)
    ax.plot([left, right], [level, level], color=GREY, linestyle=":", linewidth=1.6)
    at = left + 0.63 * (right - left)
    ax.plot([at, at], [low, high], color=INK, linestyle=":", linewidth=1.4)
    arrow(ax, (left, low), (left, high + 0.3), INK)
    arrow(ax, (left, low), (right + 0.3, low), INK)
    note(ax, (5.7, 0.5), "scale of the model: parameters, data, compute (logarithmic)", INK)
    ax.text(0.75, 3.25, "score", rotation=90, size=9.5, color=INK, ha="center", va="center")
    note(ax, (left + 0.2, level - 0.22), "chance", ha="left")
    note(ax, (at - 0.12, high - 0.1), "threshold", INK, ha="right")
    note(ax, (left + 2.2, 4.05), "can be foreseen from\nsmall models", BLUE)
    note(ax, (at + 0.75, 1.9), "emergent: small models\nsay nothing about it", ORANGE, ha="left")
    return ax


def phone_book(
    key: tuple[str, str] = ("q", "f"),
    digits: Sequence[int] = (3, 0, 5, 1, 8, 2, 7, 4),
    predicted: Sequence[int] = (3, 0, 5, 1, 6, 2, 7, 4),
    probability: Sequence[float] = MADE_UP,
    ax: Axes | None = None,
) -> Axes:
    """One entry of the phone book, one answer to it, and what four rulers make of that answer.

    Args:
        key: the two tokens of the name.
        digits: the K digits of the entry.
        predicted: the model's most probable digits.
        probability: what it gives to the true ones.

    Raises:
        ValueError: if the lengths differ.
    """
    K = len(digits)
    if not K == len(predicted) == len(probability):
        raise ValueError(
            f"expected {K} digits, predictions and probabilities, got {len(predicted)} "
            f"predictions and {len(probability)} probabilities"
        )
    ax = canvas(ax, (6.4, 4.35), (11, 7.5))
    wide = min(0.85, 6.8 / K)
    first = 3.75
    for j, token in enumerate(key):
        cell(ax, (0.15 + 0.95 * j, 6.1), (0.9, 0.7), token, GREEN)
    note(ax, (1.1, 7.15), "key", GREEN)
    note(ax, (first + wide * K / 2, 7.15), f"the entry: {K} random digits", INK)
    arrow(ax, (2.2, 6.45), (3.55, 6.45))
    box(ax, (1.1, 4.4), (1.9, 1.3), "Model", "one of 8 sizes", BLUE)
    arrow(ax, (1.1, 5.95), (1.1, 5.15), GREEN)
    arrow(ax, (2.15, 4.4), (3.55, 4.4), BLUE)
    right = [a == b for a, b in zip(digits, predicted, strict=True)]
    for j in range(K):
        x = first + wide * j
        cell(ax, (x, 6.1), (wide, 0.7), str(digits[j]))
        cell(ax, (x, 4.05), (wide, 0.7), str(predicted[j]), BLUE if right[j] else ORANGE)
        mark, color = ("✓", BLUE) if right[j] else ("✗", ORANGE)
        ax.text(x + wide / 2, 5.02, mark, color=color, size=11, ha="center", va="center")
        note(ax, (x + wide / 2, 3.72), f"{probability[j]:.2f}".removeprefix("0"))
    note(ax, (first + wide * K + 0.15, 4.4), "answer", BLUE, ha="left")
    note(ax, (first + wide * K + 0.15, 3.72), "p(true)", ha="left")
    p = np.array(probability, dtype=float)
    rulers = (
        ("Exact match", f"{int(all(right))}", "all or nothing", ORANGE),
        ("Digit accuracy", f"{sum(right)} of {K}", "counts each digit", BLUE),
        ("Nats a digit", f"{float(-np.log(p).mean()):.2f}", "−ln p, mean", BLUE),
        ("Whole answer", f"{float(np.prod(p)):.3f}", "product of the p", ORANGE),
    )
    polyline(ax, (5.5, 3.4), (5.5, 3.0))
    polyline(ax, (1.4, 3.0), (9.6, 3.0))
    for i, (name, value, words, color) in enumerate(rulers):
        x = 1.4 + 2.73 * i
        arrow(ax, (x, 3.0), (x, 2.5))
        face: dict = {"facecolor": "white", "edgecolor": color, "linewidth": 2}
        shape = "round,pad=0,rounding_size=0.15"
        ax.add_patch(FancyBboxPatch((x - 1.27, 0.5), 2.54, 1.95, boxstyle=shape, **face))
        middle: dict = {"ha": "center", "va": "center"}
        ax.text(x, 2.08, name, weight="bold", size=9.5, color=darker(color), **middle)
        ax.text(x, 1.48, value, size=13, color=INK, **middle)
        note(ax, (x, 0.88), words)
    note(ax, (5.5, 0.15), "sharp rulers in orange, smooth ones in blue")
    return ax


def reversed_addition(a: int = 457, b: int = 268, ax: Axes | None = None) -> Axes:
    """A sum written from the last digit on, so that each carry is known when it is needed.

    Args:
        a: a whole number of one to four digits.
        b: another.

    Raises:
        ValueError: if one of them has more digits, or is negative.
    """
    if not (0 <= a < 10_000 and 0 <= b < 10_000):
        raise ValueError(f"expected two numbers from 0 to 9999, got {a} and {b}")
    n = len(str(max(a, b)))
    tens = [10**i for i in range(n + 1)]
    carries = [0, *(int(a % (10 * t) + b % (10 * t) >= 10 * t) for t in tens)]
    ax = canvas(ax, (6.2, 4.3), (10.6, 7.4))
    left = 5.3 - 0.8 * n
    for i in range(n + 1):
        x = left + 1.6 * i
        last = i == n
        if not last:
            cell(ax, (x, 5.5), (1.1, 0.7), str(a // tens[i] % 10), BLUE)
            cell(ax, (x, 4.5), (1.1, 0.7), str(b // tens[i] % 10), GREEN)
        cell(ax, (x, 3.1), (1.1, 0.7), str((a + b) // tens[i] % 10), ORANGE)
        note(ax, (x + 0.55, 6.5), f"× {tens[i]:,}" if i else "ones")
        if i and carries[i]:
            arrow(ax, (x - 0.75, 3.0), (x + 0.4, 3.0), PURPLE, bend="arc3,rad=0.45")
            note(ax, (x - 0.2, 2.4), f"carry {carries[i]}", PURPLE)
    note(ax, (left - 0.2, 5.85), f"{a}", BLUE, ha="right")
    note(ax, (left - 0.2, 4.85), f"+ {b}", GREEN, ha="right")
    note(ax, (left - 0.2, 3.45), f"= {a + b}", ORANGE, ha="right")
    polyline(ax, (left - 0.3, 4.15), (left + 1.6 * n + 1.1, 4.15), color=INK)
    text = [f"{a:0{n}d}"[::-1], "+", f"{b:0{n}d}"[::-1], "=", f"{a + b:0{n + 1}d}"[::-1]]
    colors = (BLUE, None, GREEN, None, ORANGE)
    tokens = [(t, c) for part, c in zip(text, colors, strict=True) for t in part]
    wide = min(0.75, 10.0 / len(tokens))
    start = 5.3 - wide * len(tokens) / 2
    for i, (token, color) in enumerate(tokens):
        cell(ax, (start + wide * i, 0.75), (wide, 0.7), token, color)
    note(ax, (5.3, 1.75), "what the model reads, and in orange what it writes:", INK)
    note(ax, (5.3, 0.3), "each digit needs two digits of the problem and the carry before it")
    return ax


def induction_head(
    before: Sequence[str] = ("C", "A", "B", "F", "D", "A"), ax: Axes | None = None
) -> Axes:
    """Two heads in two layers that copy what came next last time (Olsson et al. 2022).

    1 A head of layer 1 writes into each place which token stood before it. 2 A head of layer 2
    looks, from the last token, for the place that says "before me stood this token". 3 It copies
    the token of that place as its prediction.

    Args:
        before: a text whose last token has come before, and not at the place before the last.

    Raises:
        ValueError: if the last token is new, or was the one before.
    """
    last, T = before[-1], len(before)
    earlier = [i for i, token in enumerate(before[:-1]) if token == last]
    if not earlier or earlier[-1] == T - 2:
        raise ValueError(f"expected {last!r} once more before its neighbour, got {list(before)}")
    source = earlier[-1] + 1
    wide = max(10.6, 1.75 * T + 0.3)
    ax = canvas(ax, (6.4, 6.4 * 7.6 / wide), (wide, 7.6))
    pitch = (wide - 1.9) / T
    centre = [1.75 + pitch * (i + 0.5) for i in range(T)]
    size = 0.84 * pitch
    rows = {"text": 0.9, "layer 1": 3.0, "layer 2": 5.1}
    for name, y in rows.items():
        note(ax, (0.05, y + 0.35), name, INK, ha="left")
    for i, token in enumerate(before):
        own = i in (source, source - 1, T - 1)
        color = {source: GREEN, source - 1: BLUE, T - 1: BLUE}.get(i)
        cell(ax, (centre[i] - size / 2, rows["text"]), (size, 0.7), token, color)
        said = f"{token}, after {before[i - 1]}" if i else token
        cell(ax, (centre[i] - size / 2, rows["layer 1"]), (size, 0.7), said, color, 7)
        arrow(ax, (centre[i], rows["text"] + 0.75), (centre[i], rows["layer 1"] - 0.05), GREY)
        if i:
            color = BLUE if i == source else GREY
            start = (centre[i - 1] + 0.15, rows["text"] + 0.75)
            line = "-" if own and i == source else ":"
            arrow(ax, start, (centre[i] - 0.3, rows["layer 1"] - 0.05), color, line=line)
    y, high = rows["layer 1"] + 0.75, rows["layer 2"]
    cell(ax, (centre[-1] - size / 2, high), (size, 0.7), f"next: {before[source]}", GREEN, 7)
    arrow(ax, (centre[-1], y), (centre[-1], high - 0.05), GREY)
    bent(
        ax,
        (centre[source], y),
        (centre[source], high + 0.35),
        (centre[-1] - size / 2 - 0.08, high + 0.35),
        color=ORANGE,
    )
    arrow(ax, (centre[-1], high + 0.75), (centre[-1], 6.7), GREEN)
    note(ax, (centre[-1], 7.0), f"predicts {before[source]}", GREEN)
    step(ax, (centre[source] - 0.75 * pitch, 2.35), 1, BLUE)
    note(
        ax,
        (centre[source] - 0.1 * pitch, 0.35),
        "1 previous-token head: what stood before me?",
        BLUE,
    )
    step(ax, (centre[source], 4.6), 2, ORANGE)
    middle = (centre[source] + centre[-1]) / 2 - 0.2
    note(ax, (middle + 0.2, 4.6), f"2 induction head:\nwho came after {last}?", ORANGE)
    step(ax, (middle - 0.2, high + 0.35), 3, GREEN)
    note(ax, (middle, high + 0.95), f"3 copies its token, {before[source]}", GREEN)
    return ax
