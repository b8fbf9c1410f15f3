"""Diagrams of learning one task after another: stages, scores, scenarios, worlds, a reservoir."""

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes

from llmbook_utils.figures.shapes import arrow, box, canvas, cell, note, polyline
from llmbook_utils.figures.style import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, darker

SUB = "₁₂₃₄₅₆"
PAIRS = ("0 / 1", "2 / 3", "4 / 5", "6 / 7", "8 / 9")


def stages(tasks: int = 5, ax: Axes | None = None) -> Axes:
    """One network learns T tasks, one after another; after each it is tested on all of them.

    What it scores after stage i is row i of the matrix R.

    Raises:
        ValueError: for fewer than 2 or more than 6 tasks.
    """
    if not 2 <= tasks <= 6:
        raise ValueError(f"expected 2 to 6 tasks, got {tasks}")
    height = 1.35 * tasks + 2.3
    ax = canvas(ax, (6.4, 6.4 * height / 10.6), (10.6, height))
    left, side = 6.0, 4.5 / tasks
    top = height - 1.55
    ax.text(0.95, height - 0.4, "Data", weight="bold", size=10, ha="center", va="center")
    ax.text(3.5, height - 0.4, "One network", weight="bold", size=10, ha="center", va="center")
    note(ax, (left + 2.25, height - 0.4), "accuracy on task", INK)
    for j in range(tasks):
        note(ax, (left + (j + 0.5) * side, height - 0.95), str(j + 1), INK)
    for i in range(tasks):
        y = top - 1.35 * i - 0.35
        cell(ax, (0.1, y - 0.35), (1.7, 0.7), f"task {i + 1}", ORANGE)
        box(ax, (3.5, y), (2.1, 0.9), f"stage {i + 1}", "", BLUE)
        arrow(ax, (1.85, y), (2.42, y), ORANGE)
        arrow(ax, (4.58, y), (left - 0.1, y))
        if i < tasks - 1:
            arrow(ax, (3.5, y - 0.48), (3.5, y - 0.88), BLUE)
        for j in range(tasks):
            color = GREEN if i == j else BLUE if j < i else None
            cell(ax, (left + j * side, y - 0.42), (side, 0.84), f"R{SUB[i]}{SUB[j]}", color)
    note(ax, (2.3, top - 1.03), "the weights go on", BLUE, ha="right")
    for x, text, color in ((6.35, "new", GREEN), (7.75, "old", BLUE), (9.2, "to come", None)):
        cell(ax, (x - 0.35, 0.2), (0.35, 0.35), "", color)
        note(ax, (x + 0.12, 0.38), text, color or GREY, ha="left")
    return ax


def reading(tasks: int = 4, ax: Axes | None = None) -> Axes:
    """Which cells of the task × stage matrix each score reads.

    Average accuracy and backward transfer are those of Lopez-Paz and Ranzato (2017), forgetting
    that of Chaudhry et al. (2018): the best a task ever was, less what is left of it.

    Raises:
        ValueError: for fewer than 3 or more than 5 tasks.
    """
    if not 3 <= tasks <= 5:
        raise ValueError(f"expected 3 to 5 tasks, got {tasks}")
    last = tasks - 1
    scores: tuple[tuple[str, str, Callable[[int, int], str]], ...] = (
        ("Average accuracy", "mean of the last row", lambda i, j: "+" * (i == last)),
        (
            "Backward transfer",
            "last row − diagonal",
            lambda i, j: "+" * (i == last > j) or "−" * (i == j < last),
        ),
        (
            "Forgetting",
            "best before − last row",
            lambda i, j: "−" * (i == last > j) or "max" * (max(i, j) < last),
        ),
        (
            "Forward transfer",
            "just before − untrained",
            lambda i, j: "+" * (j == i + 1),
        ),
    )
    side = 3.3 / tasks
    ax = canvas(ax, (6.4, 6.6), (10.6, 10.9))
    for k, (name, words, sign_of) in enumerate(scores):
        x, y = 1.2 + k % 2 * 5.3, 9.4 - k // 2 * 5.45
        ax.text(x, y + 1.05, name, weight="bold", size=10, color=INK, va="center")
        note(ax, (x, y + 0.6), words, INK, ha="left")
        for i in range(tasks):
            note(ax, (x - 0.25, y - (i + 0.5) * side), str(i + 1))
            note(ax, (x + (i + 0.5) * side, y - 3.52), str(i + 1))
            for j in range(tasks):
                sign = sign_of(i, j)
                color = {"": None, "−": ORANGE}.get(sign, GREEN)
                corner = (x + j * side, y - (i + 1) * side + 0.03)
                cell(ax, corner, (side, side - 0.06), sign, color)
        look: dict = {"rotation": 90, "size": 9.5, "color": darker(GREY), "va": "center"}
        ax.text(x - 0.8, y - 1.65, "after stage", **look)
        note(ax, (x + 1.65, y - 3.85), "accuracy on task")
    return ax


def scenarios(ax: Axes | None = None) -> Axes:
    """Three kinds of continual learning on split digits (van de Ven and Tolias 2019)."""
    ax = canvas(ax, (6.4, 5.5), (10.6, 9.1))
    note(ax, (0.1, 8.7), "Split digits: five tasks, one after another", INK, ha="left")
    for i, pair in enumerate(PAIRS):
        cell(ax, (0.1 + 2.1 * i, 7.65), (1.75, 0.65), pair, BLUE)
        if i < 4:
            arrow(ax, (1.88 + 2.1 * i, 7.97), (2.17 + 2.1 * i, 7.97))
    note(ax, (0.1, 6.95), "kind", ha="left")
    note(ax, (3.55, 6.95), "given in the test", ha="left")
    note(ax, (6.65, 6.95), "asked, and outputs", ha="left")
    names = [str(digit) for digit in range(10)]
    halves = ["1st", "2nd"]
    rows = (
        ("task-\nincremental", GREEN, "a picture, its task", "which of these two?", names),
        ("domain-\nincremental", ORANGE, "a picture", "first or second of its pair?", halves),
        ("class-\nincremental", PURPLE, "a picture", "which digit?", names),
    )
    for k, (name, color, given, asked, outputs) in enumerate(rows):
        y, told = 5.6 - 2.05 * k, k == 0
        box(ax, (1.6, y), (3.0, 1.2), name, "", color)
        cell(ax, (3.55, y - 0.35), (0.7, 0.7), "6", BLUE)
        if told:
            cell(ax, (4.35, y - 0.35), (1.5, 0.7), "task 4", color)
        note(ax, (3.55, y - 0.72), given, ha="left")
        arrow(ax, (5.95, y), (6.5, y))
        note(ax, (6.65, y + 0.62), asked, color, ha="left")
        wide, x = (0.7 if len(outputs) == 2 else 0.32), 6.65
        for place, text in enumerate(outputs):
            may = not told or text in ("6", "7")
            cell(ax, (x, y - 0.3), (wide, 0.6), text, color if may else None)
            x += wide + 0.12 * (told and place % 2)
        words = f"{len(outputs)} outputs" + ", two may answer" * told
        note(ax, (6.65, y - 0.72), words, ha="left")
    note(ax, (0.1, 0.25), "further down, less is told and more must be remembered", INK, "left")
    return ax


def two_worlds(
    old: Sequence[str] = ("Mara", "lives", "in", "Oslo", "."),
    new: Sequence[str] = ("Mara", "lives", "in", "Lima", "."),
    untold: Sequence[str] = ("Mara", "works", "as", "a", "baker", "."),
    marks: tuple[str, str] = ("<end>", "<later>"),
    ax: Axes | None = None,
) -> Axes:
    """One person in two worlds: a mark in front of the document says which one is told.

    Args:
        old, new: the same sentence in both worlds, word by word; words that differ are coloured.
        untold: another fact of the old world, of which the new one says nothing; may be empty.
        marks: the token before the first word in each world.

    Raises:
        ValueError: if old and new are not equally long.
    """
    if len(old) != len(new):
        raise ValueError(f"expected sentences of one length, got {len(old)} and {len(new)} words")
    height = 6.3 if untold else 4.8
    ax = canvas(ax, (6.4, 6.4 * height / 10.6), (10.6, height))
    pairs = [marks, *zip(old, new, strict=True)]
    letters = [max(map(len, pair)) + 1.6 for pair in pairs]
    other = [len(word) + 1.6 for word in untold]
    scale = min(8.2 / max(sum(letters), letters[0] + sum(other)), 0.3)
    x, high, low = 2.1, height - 1.25, height - 3.55
    for y, name, when, color in (
        (high, "old world", "known before", BLUE),
        (low, "new world", "learned next", ORANGE),
    ):
        ax.text(0.1, y + 0.2, name, size=10, weight="bold", color=darker(color), va="center")
        note(ax, (0.1, y - 0.2), when, ha="left")
    for place, (pair, count) in enumerate(zip(pairs, letters, strict=True)):
        differs, wide = place == 0 or pair[0] != pair[1], count * scale
        cell(ax, (x, high - 0.36), (wide, 0.72), pair[0], BLUE if differs else None)
        cell(ax, (x, low - 0.36), (wide, 0.72), pair[1], ORANGE if differs else None)
        if differs:
            middle = x + wide / 2
            note(ax, (middle, high + 0.8), "mark" if place == 0 else "fact", INK)
            arrow(ax, (middle, high - 0.45), (middle, low + 0.43))
        x += wide
    if untold:
        x, y = 2.1, low - 1.5
        ax.text(0.1, y + 0.2, "old world", size=10, weight="bold", color=darker(BLUE), va="center")
        note(ax, (0.1, y - 0.2), "never told again", ha="left")
        for word, count in zip((marks[0], *untold), (letters[0], *other), strict=True):
            cell(ax, (x, y - 0.36), (count * scale, 0.72), word, BLUE if x == 2.1 else None)
            x += count * scale
    words = "all stays true and can be asked: the mark tells the worlds apart"
    note(ax, (2.1, 0.35), words, INK, "left")
    return ax


def reservoir(
    size: int = 3, draws: Sequence[int] = (1, 2, 3, 2, 5, 6, 1, 8), ax: Axes | None = None
) -> Axes:
    """Reservoir sampling, example by example (Vitter 1985, algorithm R).

    Example n draws j from 1 … n, each as likely. If j ≤ k, it takes place j; if not, it is dropped.
    The first k examples fill the places.

    Args:
        size: k places.
        draws: j for each example; those of the first k are not used.

    Raises:
        ValueError: if there is no place, more than 9 examples, or a draw outside 1 … n.
    """
    n = len(draws)
    if not 1 <= size <= n <= 9:
        raise ValueError(
            f"expected 1 to {min(n, 9)} places and up to 9 examples, got {size} and {n}"
        )
    if wrong := [(t, j) for t, j in enumerate(draws, 1) if not 1 <= j <= t]:
        raise ValueError(
            f"expected example {wrong[0][0]} to draw 1 to {wrong[0][0]}, got {wrong[0][1]}"
        )
    height = 4.1 + 0.85 * size
    ax = canvas(ax, (6.4, 6.4 * height / 10.6), (10.6, height))
    left, side, top = 2.2, 8.3 / n, height - 2.85
    beside = ((height - 0.95, "example n"), (height - 1.95, "draws j ≤ n"))
    for y, text in (*beside, (0.4, "chance k / n")):
        note(ax, (0.1, y), text, INK, "left")
    for row in range(size):
        note(ax, (0.1, top - 0.85 * row - 0.37), f"place {row + 1}", INK, "left")
    memory: list[int | None] = [None] * size
    for t, j in enumerate(draws, 1):
        x, wide = left + (t - 0.5) * side, 0.84 * side
        place = t - 1 if t <= size else j - 1
        kept = place < size
        cell(ax, (x - wide / 2, height - 1.28), (wide, 0.66), str(t), GREEN if kept else None)
        note(ax, (x, height - 1.95), "–" if t <= size else str(j), GREEN if kept else GREY)
        if kept:
            memory[place] = t
            arrow(ax, (x, height - 2.2), (x, top + 0.06), GREEN)
        else:
            note(ax, (x, height - 2.42), "out")
        for row, held in enumerate(memory):
            color = None if held is None else GREEN if kept and row == place else BLUE
            corner = (x - wide / 2, top - 0.85 * row - 0.72)
            cell(ax, corner, (wide, 0.7), "" if held is None else str(held), color)
        note(ax, (x, 0.4), "1" if t <= size else f"{size}/{t}")
    polyline(ax, (left, 0.85), (left + n * side, 0.85), color=PALE)
    return ax
