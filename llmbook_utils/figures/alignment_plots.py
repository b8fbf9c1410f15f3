"""Reinforcement learning from a reward, in plots: tokens, training curves, reward against KL."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Num
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from llmbook_utils.figures.language_models import COLORS, MARKERS
from llmbook_utils.figures.reward_plots import name_ends
from llmbook_utils.figures.style import (
    BLUE,
    DASHES,
    GREY,
    INK,
    ORANGE,
    PAPER,
    Number,
    axes_or_new,
)

Array = np.ndarray
Series = Num[Array, " S"] | Mapping[str, Num[Array, " S"]]


def plot_token_rows(
    tokens: Sequence[str], rows: Mapping[str, Num[Array, " T"]], ax: Axes | None = None
) -> Axes:
    """Numbers at each token of an answer: a line for each token, a column for each of ``rows``.

    Blue is above zero and orange below, as strong as the number is large within its column. NaN
    leaves a cell empty.
    """
    ax = axes_or_new(ax, (1.6 + 1.05 * len(rows), 0.65 + 0.29 * len(tokens)))
    ax.set(xlim=(-1.6, len(rows)), ylim=(len(tokens), -1))
    ax.axis("off")
    for y, token in enumerate(tokens):
        ax.text(-0.15, y + 0.5, token, ha="right", va="center", size=10, color=INK)
    for x, (name, values) in enumerate(rows.items()):
        ax.text(x + 0.5, -0.45, name, ha="center", va="center", size=10, weight="bold", color=INK)
        largest = max(float(np.nanmax(np.abs(values))), 1e-12)
        for y, value in enumerate(values):
            if np.isnan(value):
                continue
            alpha = min(float(abs(value)) / largest, 1.0) * 0.6
            color = BLUE if value > 0 else ORANGE
            place = (x + 0.04, y + 0.05)
            ax.add_patch(Rectangle(place, 0.92, 0.9, color=color, alpha=alpha, linewidth=0))
            text = f"{value:.2f}".replace("-", "−")
            ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", size=9.5, color=INK)
    ax.dataLim.update_from_data_xy([(0, 0), (len(rows), len(tokens))])
    return ax


def plot_proxy_and_gold(
    iterations: Num[Array, " S"],
    proxy: Series,
    gold: Series,
    peak: bool = True,
    ax: Axes | None = None,
) -> Axes:
    """The learned reward (dashed) and the true one (solid) along a training, or along several.

    Args:
        proxy: what is maximised; for several runs name → values, each in its colour.
        gold: what was meant, in the same form.
        peak: mark where the gold reward is highest.
    """
    ax = axes_or_new(ax)
    many = isinstance(gold, Mapping)
    proxies: Mapping[str, Array] = proxy if isinstance(proxy, Mapping) else {"": proxy}
    golds: Mapping[str, Array] = gold if isinstance(gold, Mapping) else {"": gold}
    ends, colors = {}, []
    for (name, true), color in zip(golds.items(), COLORS, strict=False):
        other = color if many else ORANGE
        behind = f", {name}" if name else ""
        ax.plot(iterations, proxies[name], color=other, linestyle="--", linewidth=1.6)
        ax.plot(iterations, true, color=color, linestyle="-")
        ends[f"proxy{behind}"] = (float(iterations[-1]), float(proxies[name][-1]))
        ends[f"gold{behind}"] = (float(iterations[-1]), float(true[-1]))
        colors += [other, color]
        if peak:
            best = int(np.nanargmax(true))
            look: dict = {"color": color, "markersize": 15, "markeredgecolor": PAPER}
            ax.plot(iterations[best], true[best], "*", linestyle="", **look)
    ax.set(xlabel="iteration", ylabel="mean reward")
    return name_ends(ax, ends, colors)


def plot_diagnostics(
    iterations: Num[Array, " S"],
    series: Mapping[str, Series],
    limits: Mapping[str, Number] | None = None,
    units: Mapping[str, str] | None = None,
    axes: Sequence[Axes] | np.ndarray | None = None,
) -> list[Axes]:
    """What to watch while PPO trains: a small panel for each measure, with one x axis.

    Args:
        series: what the panel shows → its values, or name → values for several lines.
        limits: what the panel shows → a dotted line, such as the target of the KL.
        units: what the panel shows → the name of its upright axis.
        axes: a panel for each; if not given, three in a row on a new figure.
    """
    if axes is None:
        lines = -(-len(series) // 3)
        columns = min(3, len(series))
        size = (2.3 * columns, 0.3 + 1.75 * lines)
        grid = plt.subplots(lines, columns, figsize=size, sharex=True, squeeze=False)[1]
        axes = grid.ravel()
        for spare in axes[len(series) :]:
            spare.remove()
        for ax in axes[: len(series)][-columns:]:
            ax.set_xlabel("iteration")
            ax.tick_params(labelbottom=True)
    panels: list[Axes] = list(np.ravel(np.asarray(axes)))[: len(series)]
    for ax, (name, values) in zip(panels, series.items(), strict=True):
        lines_of = values if isinstance(values, Mapping) else {"": values}
        for (label, line), color in zip(lines_of.items(), COLORS, strict=False):
            look: dict = {"color": color, "linestyle": DASHES[color], "linewidth": 1.6}
            ax.plot(iterations, line, label=label, **look)
        if name in (limits or {}):
            ax.axhline((limits or {})[name], color=GREY, linestyle=":", linewidth=1.6)
        ax.set_title(name, fontsize=10, weight="normal", pad=5)
        ax.set_ylabel((units or {}).get(name, ""), fontsize=9)
        ax.tick_params(labelsize=9)
        if len(lines_of) > 1:
            ax.legend(fontsize=8.5, handlelength=1.4, labelspacing=0.25, borderaxespad=0.2)
    return panels


def plot_frontier(
    curves: Mapping[str, tuple[Num[Array, " S"], Num[Array, " S"]]],
    points: Mapping[str, tuple[Number, Number]] | None = None,
    proxy: Mapping[str, Num[Array, " S"]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Reward against the distance from where one started: which method buys more for less KL.

    The x axis is √KL, as in Gao et al. (2022), so that the short distances are seen too.

    Args:
        curves: name → KL from the reference in nats an answer, and gold reward, along a run or
            along n; the last point is filled.
        points: name → one (KL, gold reward).
        proxy: name of a curve → what the reward model said along it; thin and dashed.

    Where the runs end is not known beforehand, so the names stand in a legend.
    """
    ax = axes_or_new(ax, (6.2, 4.4))
    for (name, (kl, reward)), color, marker in zip(curves.items(), COLORS, MARKERS, strict=False):
        x = np.sqrt(np.maximum(kl, 0))
        open_: dict = {"marker": marker, "markersize": 4, "markerfacecolor": PAPER}
        ax.plot(x, reward, color=color, linestyle="-", label=name, **open_)
        ax.plot(x[-1:], reward[-1:], marker, color=color, markersize=7, linestyle="")
        if proxy and name in proxy:
            ax.plot(x, proxy[name], color=color, linestyle="--", linewidth=1.2, alpha=0.8)
    for (name, (kl_of, gold_of)), marker in zip((points or {}).items(), "XD^*vP", strict=False):
        at = (float(np.sqrt(max(kl_of, 0))), float(gold_of))
        one: dict = {"color": INK, "markeredgecolor": PAPER, "linestyle": "", "label": name}
        ax.plot(*at, marker, markersize=11 if marker == "*" else 8, **one)
    high = ax.get_xlim()[1]
    ticks = [t for t in (0, 0.25, 1, 2, 4, 8, 16, 32, 64, 128) if t**0.5 <= high]
    ax.set(xlabel="KL from the SFT model (nats an answer; √ scale)", ylabel="mean gold reward")
    ax.legend(loc="best", fontsize=9, labelspacing=0.3)
    ax.set_xticks([t**0.5 for t in ticks], [f"{t:g}" for t in ticks])
    return ax
