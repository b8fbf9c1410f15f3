"""Chapter 5, along training: grokking, what moves before it, induction heads and their maps."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from llmbook_utils.figures.emergence_plots import Rows, rows_of
from llmbook_utils.figures.language_models import COLORS, MARKERS, draw_floor
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import DASHES, INK, ORANGE, PALE, PAPER, Number, axes_or_new

Array = np.ndarray


def plot_learning(
    steps: Num[Array, " T"],
    curves: Mapping[str, Rows],
    ylabel: str = "accuracy",
    marks: Mapping[str, Number] | None = None,
    chance: Number | None = None,
    log: bool = True,
    log_y: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Curves along a training: the median of the seeds bold, each seed thin.

    Args:
        steps: when it was measured; step 0 has no place on the logarithmic axis and is left out.
        curves: name → one number a step, or a row a seed (NaN where one was not measured).
        marks: name → a step that matters: an upright dotted line.
        chance: what guessing gets: a dotted line.
        log: whether steps stand in equal ratios.
        log_y: whether values do.

    Raises:
        ValueError: if a curve has another length than the steps.
    """
    ax = axes_or_new(ax)
    kept = steps > 0 if log else np.ones(len(steps), dtype=bool)
    ends = {}
    for (name, values), color in zip(curves.items(), COLORS, strict=False):
        rows = rows_of(name, values, len(steps))[:, kept]
        seen = ~np.isnan(rows).all(axis=0)
        x, rows = steps[kept][seen], rows[:, seen]
        median = np.nanmedian(rows, axis=0)
        if len(rows) > 1:
            ax.plot(x, rows.T, color=color, linestyle="-", linewidth=0.9, alpha=0.4)
        ax.plot(x, median, color=color, linestyle=DASHES[color], linewidth=2.4, zorder=3)
        ends[name] = (float(x[-1]), float(median[-1]))
    if log:
        ax.set_xscale("log")
    if log_y:
        ax.set_yscale("log")
    ax.set(xlabel="step, logarithmic" if log else "step", ylabel=ylabel)
    for name, step in (marks or {}).items():
        draw_floor(ax, step, name, side="vertical")
    if chance is not None:
        draw_floor(ax, chance, "chance", side="left")
        bottom, top = ax.get_ylim()
        if not log_y:
            ax.set_ylim(min(bottom, chance - 0.09 * (top - chance)), top)
    return name_ends(ax, ends)


def plot_grokking(
    steps: Num[Array, " T"],
    train: Rows,
    test: Rows,
    ylabel: str = "accuracy",
    marks: Mapping[str, Number] | None = None,
    chance: Number | None = None,
    log: bool = False,
    names: tuple[str, str] = ("training", "test"),
    ax: Axes | None = None,
) -> Axes:
    """A measure on training and on test problems along the steps (logarithmic), seeds thin.

    Args:
        log: whether the values stand in equal ratios, too, as for losses.
        names: of the two curves.
    """
    curves = dict(zip(names, (train, test), strict=True))
    return plot_learning(steps, curves, ylabel, marks, chance, log_y=log, ax=ax)


def plot_hidden_progress(
    steps: Num[Array, " T"],
    curves: Mapping[str, Rows],
    test: Rows,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Test accuracy, and below it what moves before it does; a panel each, the same steps.

    Args:
        steps: when it was measured.
        curves: name with unit → a row a seed, such as the norm of the weights.
        test: the accuracy on test problems.
        axes: one more than there are curves; by default they are new.
    """
    panels = {"test accuracy": test, **curves}
    if axes is None:
        import matplotlib.pyplot as plt

        size = (6.2, 1.0 + 1.45 * len(panels))
        axes = list(plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)[1][:, 0])
    kept = steps > 0
    for (name, values), color, ax in zip(panels.items(), (*COLORS, *COLORS), axes, strict=False):
        rows = rows_of(name, values, len(steps))[:, kept]
        ax.plot(steps[kept], rows.T, color=color, linestyle="-", linewidth=0.9, alpha=0.4)
        middle = np.nanmedian(rows, axis=0)
        ax.plot(steps[kept], middle, color=color, linestyle="-", linewidth=2.4)
        ax.set(xscale="log", ylabel=name.replace(" (", "\n("))
        ax.set_xlabel("step, logarithmic" if ax is axes[-1] else "")
    return list(axes)


def plot_induction(
    steps: Num[Array, " T"],
    losses: Mapping[int, Rows],
    chance: Number | None = None,
    ylabel: str = "loss on the repeat (nats a token)",
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """The loss where a text repeats itself, for models of so many layers; seeds thin.

    Args:
        losses: layers → a row a seed.
        chance: the loss of guessing among V tokens, ln V.
    """
    named = {f"{n} layer{'s' * (n > 1)}": rows for n, rows in losses.items()}
    return plot_learning(steps, named, ylabel, None, chance, log=log, ax=ax)


def plot_heads(
    previous: Num[Array, "... L H"],
    induction: Num[Array, "... L H"],
    ax: Axes | None = None,
) -> Axes:
    """Each head of each seed: how much it looks one back, and how much at what followed last time.

    Args:
        previous: previous-token scores, by layer and head; with seeds first.
        induction: induction scores, of the same shape.

    Raises:
        ValueError: if the two have different shapes.
    """
    if previous.shape != induction.shape:
        raise ValueError(f"expected equal shapes, got {previous.shape} and {induction.shape}")
    ax = axes_or_new(ax, (5.0, 4.0))
    for layer, color, marker in zip(range(previous.shape[-2]), COLORS, MARKERS, strict=False):
        look: dict = {"color": color, "markeredgecolor": PAPER, "markersize": 9, "linestyle": ""}
        x, y = previous[..., layer, :].ravel(), induction[..., layer, :].ravel()
        ax.plot(x, y, marker, label=f"layer {layer + 1}", alpha=0.85, **look)
    ax.set(xlabel="previous-token score", ylabel="induction score")
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    ax.legend(loc="upper right")
    return ax


def plot_attention_heads(
    tokens: Sequence[str],
    attention: Float[Array, "H T T"],
    titles: Sequence[str],
    stripe: int | None = None,
    axes: Sequence[Axes] | None = None,
) -> list[Axes]:
    """Small maps of heads: a row for each token, dark where it looks.

    Args:
        tokens: the sequence.
        attention: of each head, rows add up to 1.
        titles: of each head.
        stripe: where an induction head should look, so many tokens back: outlined. In a text
            that repeats after P tokens it is P − 1, from the first repeated token on.
        axes: one a head; by default they are new, two in a row.

    Raises:
        ValueError: if tokens or titles do not fit the attention.
    """
    H, T = len(attention), len(tokens)
    if attention.shape != (H, T, T) or len(titles) != H:
        raise ValueError(
            f"expected {T} tokens and a title a head, got attention of shape {attention.shape} "
            f"and {len(titles)} titles"
        )
    if axes is None:
        import matplotlib.pyplot as plt

        ncols = 1 if H == 1 else 2
        rows = -(-H // ncols)
        size = (3.3 * ncols, 3.35 * rows)
        grid = plt.subplots(rows, ncols, figsize=size, squeeze=False)[1].ravel()
        for empty in grid[H:]:
            empty.remove()
        axes = list(grid[:H])
    for weights, title, ax in zip(attention, titles, axes, strict=False):
        _map(ax, weights, tokens)
        ax.set_title(title)
        if stripe is None:
            continue
        for place in range(stripe + 1, T):
            corner = (place - stripe - 0.5, place - 0.5)
            edge: dict = {"fill": False, "edgecolor": ORANGE, "linewidth": 1.3, "zorder": 5}
            ax.add_patch(Rectangle(corner, 1, 1, **edge))
    return list(axes)


def _map(ax: Axes, weights: Float[Array, "T T"], tokens: Sequence[str]) -> None:
    """One head: squares from pale to ink, what comes later in paper."""
    from matplotlib.colors import LinearSegmentedColormap

    greys = LinearSegmentedColormap.from_list("looks", [PALE, COLORS[0], INK])
    later = np.triu(np.ones_like(weights, dtype=bool), 1)
    shown = np.ma.masked_array(weights, later)
    ax.imshow(shown, cmap=greys, vmin=0, vmax=1, interpolation="nearest")
    size = min(9.0, 130 / len(tokens))
    ax.set_xticks(range(len(tokens)), tokens, fontsize=size)
    ax.set_yticks(range(len(tokens)), tokens, fontsize=size)
    ax.set(xlabel="looked at", ylabel="who looks")
    ax.tick_params(length=0)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
