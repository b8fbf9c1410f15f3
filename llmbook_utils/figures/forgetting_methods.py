"""Chapter 6, measured: the methods side by side, and what each kept against what it learned."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Num
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.language_models import COLORS, MARKERS
from llmbook_utils.figures.style import GREY, PALE, PAPER, Number, axes_or_new, darker

Array = np.ndarray
HALO = [withStroke(linewidth=3, foreground=PAPER)]


def plot_methods(
    values: Mapping[str, Any],
    label: str = "average accuracy",
    intervals: Mapping[str, Any] | None = None,
    reference: Mapping[str, Number] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Methods compared: a row each, a small dot for each seed, their mean, and an interval.

    Args:
        values: method → (seeds,). Or legend → method → (seeds,), for two or three measures in one
            row, such as old and new facts.
        label: what the x axis shows.
        intervals: like ``values``, but (low, high) in place of the seeds; without it the line
            goes from the smallest seed to the largest.
        reference: name → x of a dotted line, such as the joint ceiling or chance.
    """
    several = isinstance(next(iter(values.values())), Mapping)
    series = values if several else {"": values}
    known = (intervals if several else {"": intervals}) if intervals else {}
    rows = list(dict.fromkeys(method for one in series.values() for method in one))
    ax = axes_or_new(ax, (6.4, 1.25 + (0.16 + 0.22 * len(series)) * len(rows)))
    for row in range(len(rows)):
        ax.axhline(row, color=PALE, linewidth=1, linestyle="-", zorder=0)
    for k, ((legend, methods), color) in enumerate(zip(series.items(), COLORS, strict=False)):
        for method, seeds in methods.items():
            y = rows.index(method) + (k - (len(series) - 1) / 2) * 0.3
            every = np.asarray(seeds, dtype=float)
            low, high = (known.get(legend) or {}).get(method, (every.min(), every.max()))
            ax.plot([low, high], [y, y], color=color, linewidth=2.6, linestyle="-", alpha=0.55)
            ax.plot(every, np.full(every.shape, y), ".", color=color, markersize=4, linestyle="")
            look: dict = {"color": color, "markersize": 8, "markeredgecolor": PAPER}
            first = method == next(iter(methods))
            look |= {"label": legend} if legend and first else {}
            ax.plot(every.mean(), y, MARKERS[k], linestyle="", zorder=4, **look)
            text: dict = {"size": 9.5, "color": darker(color), "path_effects": HALO}
            place: dict = {"xytext": (8, 0), "textcoords": "offset points", "va": "center"}
            ax.annotate(f"{every.mean():.2f}", (max(high, every.max()), y), **place, **text)
    for line, x in (reference or {}).items():
        ax.axvline(float(x), color=GREY, linewidth=1.5, linestyle=":", zorder=1)
        words: dict = {"size": 9.5, "color": darker(GREY), "ha": "center", "va": "bottom"}
        ax.text(float(x), -0.72, line, **words, path_effects=HALO)
    ax.set_yticks(range(len(rows)), rows)
    top = -0.6 - 0.55 * bool(reference) - 0.6 * several
    ax.set(xlabel=label, ylabel="method", ylim=(len(rows) - 0.4, top))
    left, right = ax.get_xlim()
    ax.set_xticks([tick for tick in ax.get_xticks() if left <= tick <= right])
    ax.set_xlim(left, right + 0.09 * (right - left))
    ax.grid(False, axis="y")
    if several:
        ax.legend(loc="upper center", ncols=len(series), borderaxespad=0.1)
    return ax


def plot_old_new(
    points: Mapping[str, Num[Array, "seeds 2"]],
    names: tuple[str, str] = ("old facts known", "new facts known"),
    ax: Axes | None = None,
) -> Axes:
    """What a method kept against what it learned: mean, and lines over all seeds both ways."""
    ax = axes_or_new(ax, (5.4, 4.6))
    dots = {}
    for k, (name, pairs) in enumerate(points.items()):
        color = COLORS[k % len(COLORS)]
        (x, y), low, high = pairs.mean(axis=0), pairs.min(axis=0), pairs.max(axis=0)
        line: dict = {"color": color, "linewidth": 1.6, "linestyle": "-", "alpha": 0.7}
        ax.plot([low[0], high[0]], [y, y], **line)
        ax.plot([x, x], [low[1], high[1]], **line)
        look: dict = {"color": color, "markersize": 8, "markeredgecolor": PAPER, "zorder": 4}
        ax.plot(x, y, MARKERS[k // len(COLORS) % len(MARKERS)], linestyle="", **look)
        dots[name] = (float(x), float(y))
    ax.margins(0.12)
    ax.set(xlabel=names[0], ylabel=names[1])
    _name_dots(ax, dots)
    return ax


# What they are made of --------------------------------------------------------------------------


def _name_dots(ax: Axes, dots: Mapping[str, tuple[Number, Number]]) -> None:
    """Write each dot's name where it touches no dot and no other name, as near as there is room."""
    scale = ax.figure.dpi / 72
    spots = [ax.transData.transform(place) for place in dots.values()]
    taken = [(x - 5 * scale, y - 5 * scale, x + 5 * scale, y + 5 * scale) for x, y in spots]
    frame = ax.bbox
    for k, ((name, place), (x, y)) in enumerate(zip(dots.items(), spots, strict=True)):
        wide, tall = 6.2 * scale * len(name), 12 * scale
        for away, side in ((a, s) for a in range(9, 120, 7) for s in range(8)):
            angle = (0, 4, 1, 7, 3, 5, 2, 6)[side] * np.pi / 4
            cx = x + np.cos(angle) * (away * scale + wide / 2 * abs(np.cos(angle)))
            cy = y + np.sin(angle) * away * scale
            box = (cx - wide / 2, cy - tall / 2, cx + wide / 2, cy + tall / 2)
            within = frame.x0 <= box[0] and box[2] <= frame.x1 and frame.y0 <= box[1] <= box[3]
            apart = all(
                box[2] <= t[0] or t[2] <= box[0] or box[3] <= t[1] or t[3] <= box[1] for t in taken
            )
            if within and box[3] <= frame.y1 and apart:
                break
        taken.append(box)
        look: dict = {"ha": "center", "va": "center", "size": 10, "path_effects": HALO, "zorder": 5}
        offset = ((cx - x) / scale, (cy - y) / scale)
        thin: dict = {"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkA": 0}
        look |= {"arrowprops": thin} if away > 16 else {}
        color = darker(COLORS[k % len(COLORS)])
        ax.annotate(name, place, offset, textcoords="offset points", color=color, **look)
