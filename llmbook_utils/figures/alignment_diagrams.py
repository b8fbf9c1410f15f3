"""Diagrams of SFT, the reward model and PPO: what is trained on what, and what flows where."""

from collections.abc import Sequence
from itertools import combinations
from textwrap import wrap

from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy import ndarray

from llmbook_utils.figures.shapes import arrow, bent, box, canvas, cell, note, step
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE

PADS = ("<pad>",)


def downstream_and_instruction(ax: Axes | None = None) -> Axes:
    """Two kinds of supervised fine-tuning: a new head for labels, the same head for answers."""
    ax = canvas(ax, (6.4, 4.3), (10, 6.7))
    rows = (
        (4.7, "Downstream fine-tuning", "texts with\nlabels", "new head", "one label"),
        (1.4, "Instruction fine-tuning", "questions with\nideal answers", "same head", "an answer"),
    )
    for y, title, data, head, output in rows:
        new = head.startswith("new")
        ax.text(0.1, y + 1.45, title, weight="bold", size=10.5, color=INK, va="center")
        note(ax, (1.15, y), data)
        arrow(ax, (2.2, y), (2.75, y))
        box(ax, (3.95, y), (2.3, 1.5), "GPT body", "pretrained,\nthen trained", BLUE)
        arrow(ax, (5.12, y), (5.6, y))
        body = "C → classes,\nstarts random" if new else "C → words,\npretrained"
        box(ax, (6.75, y), (2.2, 1.5), head, body, ORANGE if new else BLUE)
        arrow(ax, (7.87, y), (8.35, y))
        note(ax, (9.2, y), output, INK)
    note(ax, (9.2, 4.15), "“town”")
    note(ax, (9.2, 0.85), "“She lives\nin Oslo.”")
    return ax


def loss_mask(
    tokens: Sequence[str], carries: Bool[ndarray, " T"], per_row: int = 9, ax: Axes | None = None
) -> Axes:
    """A chat as training sees it: each token read, below it the next one, which must be predicted.

    Args:
        tokens: all tokens of the row.
        carries: whether a token carries loss when it is what must be predicted (orange).
        per_row: pairs side by side before a new line.
    """
    places = list(range(1, len(tokens)))
    lines = [places[i : i + per_row] for i in range(0, len(places), per_row)]
    ax = canvas(ax, (6.4, 0.35 + 0.95 * len(lines)), (per_row + 1.35, 2.05 * len(lines)))
    for number, line in enumerate(lines):
        y = 2.05 * (len(lines) - number) - 0.75
        note(ax, (1.2, y + 0.3), "reads", ha="right")
        note(ax, (1.2, y - 0.65), "predicts", ha="right")
        for x, j in enumerate(line):
            color = ORANGE if carries[j] else None
            cell(ax, (1.35 + x, y), (1, 0.6), tokens[j - 1])
            arrow(ax, (1.85 + x, y - 0.02), (1.85 + x, y - 0.34), ORANGE if color else GREY)
            cell(ax, (1.35 + x, y - 0.95), (1, 0.6), tokens[j], color)
    return ax


def ranked_pairs(
    answers: Sequence[str],
    scores: Float[ndarray, " K"] | Sequence[float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """K answers in their order, the best first, and the K(K − 1)/2 pairs that the loss compares.

    Each column on the right is one pair: full the preferred answer y_w, open the rejected one y_l.
    """
    count = len(answers)
    pairs = list(combinations(range(count), 2))
    width = 6.6 + 0.48 * len(pairs)
    ax = canvas(ax, (6.4, 1.0 + 0.62 * count), (width, count + 0.95))
    for place, answer in enumerate(answers):
        y = count - place - 0.35
        text = "\n".join(wrap(answer, 36, max_lines=2, placeholder=" …"))
        ax.add_patch(Rectangle((0.55, y - 0.42), 5.5, 0.84, facecolor=PALE, alpha=0.6, linewidth=0))
        ax.text(0.28, y, f"{place + 1}", ha="center", va="center", weight="bold", color=INK)
        ax.text(0.7, y, text, va="center", size=9, color=INK, parse_math=False)
        if scores is not None:
            score = f"{scores[place]:.1f}".replace("-", "−")
            ax.text(5.95, y, score, ha="right", va="center", size=9.5, color=INK)
    for column, (winner, loser) in enumerate(pairs):
        x = 6.5 + 0.48 * column
        high, low = count - winner - 0.35, count - loser - 0.35
        ax.plot([x, x], [high, low], color=GREY, linewidth=1.4, linestyle="-", zorder=1)
        ax.plot(x, high, "o", color=BLUE, markersize=8)
        ax.plot(x, low, "o", color=ORANGE, markerfacecolor="white", markersize=8)
    note(ax, (0.55, count + 0.55), f"K = {count} answers, ranked", INK, ha="left")
    text = f"{len(pairs)} pairs: ● preferred, ○ rejected"
    note(ax, (width - 0.1, count + 0.55), text, INK, ha="right")
    return ax


def reward_pipeline(ax: Axes | None = None) -> Axes:
    """From a prompt to a number: sampled answers, people's rankings, pairs, a model of them."""
    ax = canvas(ax, (6.4, 4.0), (10, 6.2))
    top = [
        ("Prompt", "a question x", GREY),
        ("SFT model", "writes K answers\n$y_1 … y_K$", GREEN),
        ("People", "rank them", GREY),
        ("Pairs", "preferred $y_w$ ≻\nrejected $y_l$", BLUE),
    ]
    for i, (head, body, color) in enumerate(top):
        x = 1.25 + 2.5 * i
        box(ax, (x, 4.9), (2.1, 1.7), head, body, color)
        if i:
            arrow(ax, (x - 1.43, 4.9), (x - 1.08, 4.9))
    bent(ax, (8.75, 4.02), (8.75, 3.1), (3.2, 3.1), (3.2, 2.42))
    note(ax, (6.0, 3.38), "supervised: −log σ(r(x, $y_w$) − r(x, $y_l$))", BLUE)
    box(ax, (3.2, 1.5), (2.7, 1.75), "Reward model", "GPT with a scalar\nhead: r(x, y)", ORANGE)
    arrow(ax, (4.58, 1.5), (5.1, 1.5))
    note(ax, (5.75, 1.5), "one\nnumber", INK)
    arrow(ax, (6.4, 1.5), (6.95, 1.5), line="--")
    box(
        ax,
        (8.3, 1.5),
        (2.6, 1.75),
        "Chapter 11",
        "the policy learns\nto raise it",
        GREY,
        frozen=True,
    )
    return ax


def scalar_head(
    tokens: Sequence[str] = (
        *("<q>", "Where", "does", "Mara", "live", "?", "<a>"),
        *("Oslo", ".", "<end>", "<pad>", "<pad>"),
    ),
    ax: Axes | None = None,
) -> Axes:
    """A reward model: one number, read at the last token that is not padding."""
    n = len(tokens)
    ax = canvas(ax, (6.4, 3.3), (n, 6.2))
    last = max(i for i, token in enumerate(tokens) if token not in PADS)
    for x, token in enumerate(tokens):
        real = token not in PADS
        cell(ax, (x, 0.2), (1, 0.75), token, (ORANGE if x == last else BLUE) if real else None)
        arrow(ax, (x + 0.5, 1.0), (x + 0.5, 1.55), GREY if real else PALE)
        arrow(ax, (x + 0.5, 2.85), (x + 0.5, 3.3), GREY if real else PALE)
        color = ORANGE if x == last else BLUE if real else PALE
        for part in range(3):
            look: dict = {"facecolor": color, "alpha": 0.45, "edgecolor": "white"}
            ax.add_patch(Rectangle((x + 0.33, 3.35 + 0.22 * part), 0.34, 0.22, **look))
    box(ax, (n / 2, 2.2), (n - 0.2, 1.2), "GPT", "", BLUE)
    arrow(ax, (last + 0.5, 4.05), (last + 0.5, 4.65), ORANGE)
    box(ax, (last + 0.5, 5.2), (2.3, 1.05), "r = w · h + b", "", ORANGE)
    note(ax, (0.1, 4.55), "hidden vectors h: of all of them\nonly one is read", ha="left")
    note(ax, (last - 1.0, 5.2), "the last real token has seen all the others", ha="right")
    return ax


def ppo_loop(ax: Axes | None = None) -> Axes:
    """RLHF with PPO: four models, what flows between them, and the five steps that repeat.

    A thick frame is a model that is trained, a grey box one that is frozen.
    """
    ax = canvas(ax, (6.4, 5.9), (10, 9.35))
    ax.set_xlim(-0.15, 10.15)
    note(ax, (1.0, 8.2), "prompts x")
    arrow(ax, (1.75, 8.2), (2.65, 8.2))
    box(ax, (4.2, 8.2), (3.0, 1.5), "Policy π", "the model we want;\nstarts as SFT model", PURPLE)
    arrow(ax, (5.75, 8.2), (7.3, 8.2))
    note(ax, (8.3, 8.2), "answers y", INK)
    ax.plot([8.3, 8.3], [7.9, 7.05], color=GREY, linewidth=1.5, linestyle="-")
    ax.plot([1.8, 8.3], [7.05, 7.05], color=GREY, linewidth=1.5, linestyle="-")
    models = (
        (1.8, "Reference", "the SFT model,\nfrozen", GREY, True, "log $π_{ref}$:\nKL penalty"),
        (5.05, "Reward model", "of chapter 10,\nfrozen", ORANGE, True, "a score at\nthe end"),
        (8.3, "Critic", "trained beside\nthe policy", GREEN, False, "a value V\nat each token"),
    )
    for x, head, body, color, frozen, output in models:
        arrow(ax, (x, 7.05), (x, 6.57))
        box(ax, (x, 5.8), (2.6, 1.5), head, body, color, frozen)
        arrow(ax, (x, 5.03), (x, 4.68))
        note(ax, (x, 4.28), output)
        arrow(ax, (x, 3.88), (x, 3.5))
    wide = "reward at each token −β·KL, and the score at the end; GAE"
    box(ax, (5.05, 2.8), (9.1, 1.3), "Advantages", wide, INK)
    arrow(ax, (5.05, 2.13), (5.05, 1.72))
    wide = "min(ρÂ, clip(ρ, 1 − ε, 1 + ε)Â), and the value loss"
    box(ax, (5.05, 1.05), (9.1, 1.25), "Gradient of the clipped objective", wide, INK)
    bent(ax, (0.5, 1.05), (0.18, 1.05), (0.18, 9.05), (4.2, 9.05), (4.2, 8.98), color=PURPLE)
    bent(ax, (9.6, 1.05), (9.85, 1.05), (9.85, 5.8), (9.62, 5.8), color=GREEN)
    step(ax, (6.5, 8.2), 1)
    step(ax, (0.95, 3.05), 2)
    step(ax, (0.95, 1.32), 3)
    step(ax, (0.18, 4.3), 4, PURPLE)
    step(ax, (9.85, 4.3), 4, GREEN)
    step(ax, (2.2, 9.05), 5, PURPLE)
    text = "1 sample   2 advantages   3 gradient   4 update, near the old policy   5 repeat"
    note(ax, (5.05, 0.12), text, INK)
    return ax
