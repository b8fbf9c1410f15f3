"""Diagrams of what came before the Transformer: skip-gram's window, an RNN, an LSTM cell."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from llmbook_utils.figures.shapes import arrow, bent, box, canvas, cell, note, operation, polyline
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE


def skip_gram_window(
    words: Sequence[str] = ("Mara", "lives", "in", "Oslo", "and", "works", "as", "a", "baker"),
    centre: int = 3,
    window: int = 2,
    negatives: Sequence[str] = ("lamp", "river", "seven"),
    ax: Axes | None = None,
) -> Axes:
    """One step of skip-gram: a centre word, true neighbours to pull near, random words to push off.

    Args:
        words: the sentence.
        centre: place of the centre word.
        window: how many words on each side are its neighbours.
        negatives: words drawn at random that did not stand there.

    Raises:
        ValueError: if the centre lies outside the sentence.
    """
    n = len(words)
    if not 0 <= centre < n:
        raise ValueError(f"expected a centre from 0 to {n - 1}, got {centre}")
    wide = max(n, 8)
    top = 4.35
    ax = canvas(ax, (6.4, 6.4 * top / wide), (wide, top))
    left = (wide - n) / 2
    row, drawn = top - 1.5, 0.75
    for place, word in enumerate(words):
        near = place != centre and abs(place - centre) <= window
        color = BLUE if place == centre else GREEN if near else None
        cell(ax, (left + place, row), (1, 0.62), word, color)
        if near:
            side = 1 if place < centre else -1
            ends = (
                (left + centre + 0.5 - 0.2 * side, row + 0.66),
                (left + place + 0.5, row + 0.66),
            )
            arrow(ax, *ends, GREEN, bend=f"arc3,rad={0.42 * side}")
    note(ax, (left + centre + 0.5, row - 0.3), "centre", BLUE)
    note(ax, (wide / 2, top - 0.18), "neighbours: σ($u_o$ · $v_c$) should rise", GREEN)
    step = min(1.4, (wide - 1) / max(len(negatives), 1))
    first = left + centre + 0.5 - step * (len(negatives) - 1) / 2
    first = min(max(first, 0.9), wide - 0.9 - step * (len(negatives) - 1))
    for i, word in enumerate(negatives):
        x = first + i * step
        cell(ax, (x - 0.55, drawn), (1.1, 0.62), word, ORANGE)
        arrow(ax, (left + centre + 0.5, row - 0.52), (x, drawn + 0.68), ORANGE, line="--")
    low = "negatives, drawn at random: σ($u_k$ · $v_c$) should fall"
    note(
        ax,
        (min(max(first + step * (len(negatives) - 1) / 2, 3), wide - 3), drawn - 0.4),
        low,
        ORANGE,
    )
    return ax


def unrolled_rnn(words: Sequence[str] = ("Mara", "lives", "in"), ax: Axes | None = None) -> Axes:
    """A recurrent network: one cell with a loop, and the same cell once for each word.

    h_t = tanh(W x_t + U h_{t−1} + b): the weights W, U and b are the same at each step.
    """
    n = len(words)
    ax = canvas(ax, (6.4, 3.6), (4.1 + 2.6 * n, 6.1 * (4.1 + 2.6 * n) / 11.9))
    scale = (4.1 + 2.6 * n) / 11.9
    y = 3.1 * scale
    box(ax, (1.3, y), (1.7, 1.4), "cell", "W, U, b", BLUE)
    arrow(ax, (1.3, y - 1.7), (1.3, y - 0.75))
    note(ax, (1.3, y - 2.0), "$x_t$", INK)
    arrow(ax, (1.3, y + 0.75), (1.3, y + 1.7))
    note(ax, (1.3, y + 2.0), "$h_t$", INK)
    bent(ax, (1.3, y + 1.15), (2.55, y + 1.15), (2.55, y), (2.2, y), color=ORANGE)
    note(ax, (3.05, y + 0.75), "next\nstep", ORANGE)
    note(ax, (3.1, y - 1.25), "unrolled\nin time:", GREY)
    for i, word in enumerate(words):
        x = 5.1 + 2.6 * i
        box(ax, (x, y), (1.7, 1.4), "cell", "W, U, b", BLUE)
        arrow(ax, (x, y - 1.4), (x, y - 0.75))
        note(ax, (x, y - 1.72), f"$x_{i + 1}$: “{word}”", INK)
        arrow(ax, (x, y + 0.75), (x, y + 1.4))
        note(ax, (x, y + 1.72), f"$h_{i + 1}$", INK)
        following = words[i + 1] if i + 1 < n else "?"
        note(
            ax, (x, y + 2.3), f"p(“{following}” | …)" if following != "?" else "p(next | …)", GREEN
        )
        start = x - 1.6 if i == 0 else x - 1.73
        arrow(ax, (start, y), (x - 0.88, y), ORANGE)
        if i:
            note(ax, (x - 1.3, y + 0.32), f"$h_{i}$", ORANGE)
    note(ax, (3.42, y), "$h_0$", ORANGE, ha="right")
    far = 5.1 + 2.6 * (n - 1)
    arrow(ax, (far, y - 2.35), (5.1, y - 2.35), PURPLE, line="--")
    note(ax, ((far + 5.1) / 2, y - 2.75), "the gradient goes back: one factor a step", PURPLE)
    return ax


def lstm_cell(ax: Axes | None = None) -> Axes:
    """An LSTM cell: three gates decide what the cell forgets, takes in and shows.

    c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh(c_t): on the upper line nothing is multiplied
    but by f, so that a gradient can pass many steps.
    """
    ax = canvas(ax, (6.4, 4.5), (10.6, 7.45))
    high, low = 5.9, 1.5
    ax.plot([0.9, 9.6], [high, high], color=ORANGE, linewidth=3, linestyle="-", zorder=1)
    arrow(ax, (9.4, high), (9.75, high), ORANGE)
    note(ax, (0.5, high), "$c_{t-1}$", ORANGE)
    note(ax, (10.15, high), "$c_t$", ORANGE)
    note(ax, (5.1, 7.05), "cell: kept × forget gate + new × input gate", ORANGE)
    operation(ax, (2.1, high), "×", ORANGE, 0.3)
    operation(ax, (5.1, high), "+", ORANGE, 0.3)
    gates = (
        (2.1, "forget gate", "$f$ = σ(…)", BLUE),
        (4.1, "input gate", "$i$ = σ(…)", BLUE),
        (6.1, "new values", "$g$ = tanh(…)", GREEN),
        (8.1, "output gate", "$o$ = σ(…)", BLUE),
    )
    polyline(ax, (0.9, low), (8.1, low))
    for x, head, body, color in gates:
        arrow(ax, (x, low), (x, 2.1))
        box(ax, (x, 2.75), (1.84, 1.2), head, body, color)
    arrow(ax, (2.1, 3.4), (2.1, high - 0.32), BLUE)
    bent(ax, (4.1, 3.4), (4.1, 4.4), (4.82, 4.4), color=BLUE)
    bent(ax, (6.1, 3.4), (6.1, 4.4), (5.38, 4.4), color=GREEN)
    operation(ax, (5.1, 4.4), "×", GREY)
    arrow(ax, (5.1, 4.68), (5.1, high - 0.32), GREEN)
    bent(ax, (8.1, 3.4), (8.1, 4.4), (8.62, 4.4), color=BLUE)
    arrow(ax, (8.9, high), (8.9, 5.5), ORANGE)
    ax.text(
        8.9,
        5.22,
        "tanh",
        ha="center",
        va="center",
        size=9.5,
        color=INK,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": GREY},
    )
    arrow(ax, (8.9, 4.98), (8.9, 4.68), ORANGE)
    operation(ax, (8.9, 4.4), "×", GREY)
    polyline(ax, (9.17, 4.4), (9.4, 4.4), (9.4, low), color=PURPLE)
    arrow(ax, (9.4, low), (9.75, low), PURPLE)
    note(ax, (10.15, low), "$h_t$", PURPLE)
    note(ax, (0.5, low), "$h_{t-1}$", PURPLE)
    arrow(ax, (1.4, 0.75), (1.4, low))
    note(ax, (1.4, 0.45), "$x_t$", INK)
    note(ax, (5.4, 0.75), "each (…) is W $x_t$ + U $h_{t-1}$ + b with weights of its own")
    return ax
