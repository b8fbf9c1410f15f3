"""The look of every figure: palette, style sheet, and titles that state the finding.

A figure is a soft white card, in light and in dark mode alike: its colours are chosen for that
background once, and the book only rounds the corners. (A transparent figure would have
to be read on white and on near-black, and no text colour has a contrast of 4.5 : 1 on both.)
"""

import re
from pathlib import Path
from textwrap import wrap

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from llmbook_utils.figures.palette import BLUE, GREEN, GREY, INK, ORANGE, PALE, PAPER, PURPLE

__all__ = ["BLUE", "GREEN", "GREY", "INK", "ORANGE", "PALE", "PAPER", "PURPLE", "Number"]
__all__ += [
    "DASHES",
    "STYLE_SHEET",
    "axes_or_new",
    "darker",
    "finding",
    "label",
    "percent_apart",
    "use_style",
]

DASHES = {BLUE: "-", ORANGE: "--", GREEN: "-.", PURPLE: ":", INK: "-", GREY: "--"}
STYLE_SHEET = Path(__file__).with_name("llmbook.mplstyle")

Number = float | int  # np.float64 is a float; give float(…) of a NumPy integer


def use_style() -> None:
    """Use the book's style sheet; in a notebook, also draw figures as crisp vector graphics."""
    plt.style.use(STYLE_SHEET)
    try:
        from IPython import get_ipython
    except ImportError:  # plain Python without a notebook
        return
    if get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("svg", metadata={"Date": None})  # the same run, the same file


def axes_or_new(ax: Axes | None, figsize: tuple[Number, Number] | None = None) -> Axes:
    """The axes given, or those of a new figure of ``figsize`` inches."""
    return plt.subplots(figsize=figsize)[1] if ax is None else ax


def percent_apart(text: str) -> str:
    """38% as 38 %, with a space that no line breaks at."""
    return re.sub(r"(?<=\d)%", "\u00a0%", text)


def finding(ax: Axes, text: str, width: int = 58) -> Axes:
    """Set the title: it says what the reader should see.

    A title longer than ``width`` characters is broken into lines of about equal length. A per cent
    sign stands a space apart from its number, as in the book's text.
    """
    text = percent_apart(text)
    lines = len(wrap(text, width, break_on_hyphens=False))
    for narrower in range(-(-len(text) // lines), width + 1):
        balanced = wrap(text, narrower, break_on_hyphens=False)
        if len(balanced) == lines:
            break
    ax.set_title("\n".join(balanced))
    return ax


def darker(color: str) -> tuple[float, float, float]:
    """The colour mixed with ink, so that small text in it keeps its contrast on the card."""
    rgb, ink = mpl.colors.to_rgb(color), mpl.colors.to_rgb(INK)
    r, g, b = (0.6 * c + 0.4 * i for c, i in zip(rgb, ink, strict=True))
    return (r, g, b)


def label(ax: Axes, x: Number, y: Number, text: str, color: str = INK, **kwargs: object) -> Axes:
    """Write ``text`` beside the thing it names, instead of in a legend (data coordinates)."""
    style: dict = {"color": darker(color), "fontsize": 10, "va": "center"} | kwargs
    ax.text(x, y, text, **style)
    return ax
