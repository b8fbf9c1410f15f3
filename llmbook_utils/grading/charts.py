"""The class report's two charts, as SVG that grows with the page while its letters do not.

Positions are percentages across and pixels down, and colours are classes of page.css: so one
drawing serves phones and screens, by day and by night.
"""

import statistics
from collections.abc import Sequence

from markupsafe import Markup

from llmbook_utils.grading.pages import short

_BINS = 10
_HEIGHT, _TOP, _BASE = 210, 40, 170.0  # of the histogram, in pixels


def histogram(values: Sequence[float], most: float) -> Markup:
    """How many values lie in each tenth of 0 to `most`, with a line at the median."""
    counts = [0] * _BINS
    for value in values:
        counts[min(_BINS - 1, max(0, int(_BINS * value / most)))] += 1
    tallest = max(counts)
    parts = []
    for place, count in enumerate(counts):
        height = round((_BASE - _TOP) * count / tallest, 1)
        parts.append(
            Markup('<rect class="bar" x="{}%" width="8.8%" y="{}" height="{}" rx="2"/>').format(
                place * 10 + 0.6, _BASE - height, height
            )
        )
        if count:
            parts.append(_text(10.0 * place + 5, _BASE - height - 5, str(count)))
    for place in range(0, _BINS + 1, 2):
        anchor = "start" if place == 0 else "end" if place == _BINS else "middle"
        parts.append(_text(10.0 * place, _BASE + 18, short(most * place / _BINS), anchor))
    parts.append(_text(50.0, _BASE + 36, "points"))
    middle = statistics.median(values)
    across = round(100 * min(1.0, max(0.0, middle / most)), 1)
    anchor = "end" if across > 75 else "start" if across < 25 else "middle"
    parts.append(
        Markup('<line class="median" x1="{0}%" x2="{0}%" y1="20" y2="{1}"/>').format(across, _BASE)
    )
    parts.append(_text(across, 13.0, f"median {short(middle)}", anchor, "strong"))
    label = f"Histogram of {len(values)} totals; the median is {short(middle)} of {short(most)}."
    return Markup(
        '<svg class="chart" role="img" aria-label="{}" width="100%" height="{}">'
        '<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/>{}</svg>'
    ).format(label, _HEIGHT, _BASE + 0.5, _BASE + 0.5, Markup("").join(parts))


def shares(full: float, some: float, none: float) -> Markup:
    """One bar of three shares, in percent."""
    parts, at = [], 0.0
    for kind, share in (("full", full), ("some", some), ("none", none)):
        if share:
            parts.append(
                Markup('<rect class="{}" x="{:.2f}%" width="{:.2f}%" height="14"/>').format(
                    kind, at, share
                )
            )
        at += share
    label = f"{full:.0f} % full, {some:.0f} % partly, {none:.0f} % none"
    return Markup(
        '<svg class="shares" role="img" aria-label="{}" width="100%" height="14">{}</svg>'
    ).format(label, Markup("").join(parts))


def _text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )
