"""Chapter 6, matrices: task × stage side by side, and which classes a network still names."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from llmbook_utils.figures.bars import LOOKS
from llmbook_utils.figures.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    Number,
    axes_or_new,
    darker,
)

Array = np.ndarray
Scores = Num[Array, "stages tasks"] | Num[Array, "seeds stages tasks"]


def plot_matrix(
    R: Scores,
    tasks: Sequence[str] | None = None,
    title: str = "",
    learned: Sequence[int] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """One task × stage matrix; see `plot_matrices`."""
    return plot_matrices({title: R}, tasks, learned=learned, ax=ax)


def plot_matrices(
    matrices: Mapping[str, Scores],
    tasks: Sequence[str] | None = None,
    per_row: int = 2,
    learned: Sequence[int] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Task × stage matrices side by side: a row for each stage, a column for each task.

    R[i, j] is the accuracy on task j after stage i (Lopez-Paz and Ranzato 2017). The cell of the
    task just learned is outlined; tasks that are still to come are hatched.

    Args:
        matrices: method → R, or one for each seed, of which the mean is drawn; NaN: not measured.
        tasks: T short names, by default 1 to T.
        per_row: matrices side by side before a new line.
        learned: the stage, counted from 0, in which each task is learned; by default task j in
            stage j.

    Raises:
        ValueError: if a matrix has other tasks than there are names, or stages of other tasks.
    """
    means = {name: R.mean(axis=0) if R.ndim == 3 else R for name, R in matrices.items()}
    first = next(iter(means.values()))
    names = [str(j + 1) for j in range(first.shape[1])] if tasks is None else list(tasks)
    stages, T = first.shape[0], len(names)
    own = list(range(T)) if learned is None else list(learned)
    if len(own) != T:
        raise ValueError(f"expected the stage of each of {T} tasks, got {len(own)}")
    places, size = _panels(list(means), stages, T, per_row)
    ax = _board(ax, size, 0.5)
    for name, R in means.items():
        if R.shape != (stages, T):
            raise ValueError(f"expected {name!r} of shape {(stages, T)}, got {R.shape}")
        x, y = places[name]
        ax.text(
            x + 0.05, y - 0.14, name, weight="bold", size=10.5, color=INK, ha="left", va="bottom"
        )
        for (i, j), value in np.ndenumerate(R):
            _cell(ax, (x + j, y + i), float(value), still_to_come=i < own[j])
            if i == own[j] and not np.isnan(value):
                look: dict = {"fill": False, "edgecolor": ORANGE, "linewidth": 2, "zorder": 3}
                ax.add_patch(Rectangle((x + j + 0.04, y + i + 0.04), 0.92, 0.92, **look))
    _ticks(ax, list(places.values()), names, [str(i + 1) for i in range(stages)])
    ax.set(xlabel="accuracy on task", ylabel="after stage")
    return ax


def plot_confusion(
    confusions: Mapping[str, Num[Array, "C C"]],
    classes: Sequence[str],
    tasks: Sequence[tuple[int, ...]] = (),
    per_row: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """Confusion of all classes, learned task by task: a row a true class, dark where it is named.

    Args:
        confusions: method → how often class i (row) was called j (column); rows are made shares.
        classes: C short names.
        tasks: the classes that came together, in order; each task's own square is outlined.

    Raises:
        ValueError: if a matrix does not fit the classes.
    """
    C = len(classes)
    places, size = _panels(list(confusions), C, C, per_row)
    ax = _board(ax, size, 0.26)
    for name, counts in confusions.items():
        if counts.shape != (C, C):
            raise ValueError(f"expected {name!r} of shape {(C, C)}, got {counts.shape}")
        x, y = places[name]
        ax.text(
            x + 0.05, y - 0.25, name, weight="bold", size=10.5, color=INK, ha="left", va="bottom"
        )
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-30)
        for (i, j), share in np.ndenumerate(shares):
            face = to_rgba(BLUE, float(share)) if share > 0.005 else to_rgba(PALE, 0.5)
            ax.add_patch(Rectangle((x + j + 0.05, y + i + 0.05), 0.9, 0.9, facecolor=face, lw=0))
        for together in tasks:
            first, wide = min(together), len(together)
            look: dict = {"fill": False, "edgecolor": ORANGE, "linewidth": 1.6, "zorder": 3}
            ax.add_patch(Rectangle((x + first, y + first), wide, wide, **look))
    _ticks(ax, list(places.values()), list(classes), list(classes))
    ax.set(xlabel="class that is named", ylabel="true class")
    return ax


def plot_class_share(
    shares: Mapping[str, Float[Array, " C"] | Float[Array, "seeds C"]],
    classes: Sequence[str],
    last: Sequence[int] = (),
    reference: tuple[str, Number] | None = None,
    ylabel: str = "share of all answers",
    ax: Axes | None = None,
) -> Axes:
    """How often each class is named: bars of up to four methods side by side, a bar a class.

    Args:
        shares: method → share of each class, or a row for each seed: mean, and a line from the
            smallest to the largest.
        last: the classes of the last task, on a shaded ground.
        reference: name and height of a dotted line, such as the share that each class has.
    """
    ax = axes_or_new(ax)
    width = 0.8 / len(shares)
    if len(last):
        ax.axvspan(min(last) - 0.5, max(last) + 0.5, color=PALE, alpha=0.8, linewidth=0, zorder=0)
    most = 0.0
    for i, ((name, values), (color, hatch)) in enumerate(zip(shares.items(), LOOKS, strict=False)):
        rows = np.atleast_2d(values)
        x = np.arange(len(classes)) + (i - (len(shares) - 1) / 2) * width
        bar: dict = {"color": color, "hatch": hatch, "edgecolor": "white", "linewidth": 0}
        ax.bar(x, rows.mean(axis=0), width * 0.9, label=name, **bar)
        if len(rows) > 1:
            span: dict = {"color": INK, "linewidth": 1.1, "linestyle": "-"}
            ax.vlines(x, rows.min(axis=0), rows.max(axis=0), **span)
        most = max(most, float(rows.max()))
    room = 1.15
    if len(last):
        words: dict = {"ha": "center", "va": "top", "size": 9.5, "color": darker(GREY)}
        ax.text((min(last) + max(last)) / 2, 1.13 * most, "last task", **words)
    if reference is not None:
        name, height = reference
        ax.axhline(height, color=INK, linestyle=":", linewidth=1.6, label=name)
    ax.set_xticks(range(len(classes)), list(classes))
    ax.set(xlabel="class", ylabel=ylabel, ylim=(0, room * most), xlim=(-0.6, len(classes) - 0.4))
    ax.grid(False, axis="x")
    ax.legend(loc="upper left")
    return ax


# What they are made of --------------------------------------------------------------------------


def _panels(
    names: Sequence[str], tall: int, wide: int, per_row: int
) -> tuple[dict[str, tuple[float, float]], tuple[float, float]]:
    """The upper left corner of each panel, y downwards, and the size of the board."""
    gap, foot = 0.12 * wide + 0.4, 0.08 * tall + 0.35
    head = 0.06 * tall + 0.6 if any(names) else 0.1
    columns = min(per_row, len(names))
    lines = -(-len(names) // per_row)
    pitch = tall + head + foot
    places = {
        name: (k % per_row * (wide + gap), head + k // per_row * pitch)
        for k, name in enumerate(names)
    }
    return places, (columns * (wide + gap) - gap, lines * pitch - foot)


def _board(ax: Axes | None, size: tuple[float, float], inches: float) -> Axes:
    """Axes in which a cell is one by one, y downwards; a new figure has cells of so many inches."""
    wide, tall = size
    inches = min(inches, 5.7 / wide)
    ax = axes_or_new(ax, (6.2, 0.75 + inches * tall))
    ax.plot([0, wide], [0, tall], alpha=0)  # data for whoever asks
    ax.set(xlim=(-0.05, wide + 0.05), ylim=(tall + 0.08, 0), aspect="equal")
    ax.set_anchor("W")
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _ticks(
    ax: Axes, corners: Sequence[tuple[float, float]], columns: Sequence[str], rows: Sequence[str]
) -> None:
    """Rows are named left of the first panels, columns below each line of panels."""
    lowest = max(y for _, y in corners)
    for x, y in corners:
        if y == lowest:
            continue
        for j, name in enumerate(columns):
            look: dict = {"size": 10, "color": darker(GREY), "ha": "center", "va": "top"}
            ax.text(x + j + 0.5, y + len(rows) + 0.12, name, **look)
    under = sorted({x for x, y in corners if y == lowest})
    ax.set_xticks(
        [x + j + 0.5 for x in under for j in range(len(columns))], list(columns) * len(under)
    )
    beside = sorted({y for _, y in corners})
    ax.set_yticks([y + i + 0.5 for y in beside for i in range(len(rows))], list(rows) * len(beside))
    ax.tick_params(length=0)


def _cell(ax: Axes, corner: tuple[float, float], value: float, still_to_come: bool) -> None:
    """One accuracy, dark where it is high; nothing where it was not measured."""
    x, y = corner
    if np.isnan(value):
        return
    part = min(max(value, 0.0), 1.0)
    if still_to_come:
        look: dict = {"facecolor": "none", "edgecolor": PALE, "hatch": "////", "linewidth": 0}
    else:
        look = {"facecolor": to_rgba(BLUE, 0.05 + 0.55 * part), "linewidth": 0}
    ax.add_patch(Rectangle((x + 0.04, y + 0.04), 0.92, 0.92, **look))
    ink = darker(GREY) if still_to_come else INK
    text = f"{value:.2f}".removeprefix("0") if value < 0.995 else f"{value:.0f}"
    ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", size=9.5, color=ink)
