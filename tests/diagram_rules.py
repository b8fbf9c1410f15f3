"""What holds for every diagram: it is drawn where it is told, and its words can be read."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

Draw = Callable[..., Axes]


def draws_where_it_is_told(draw: Draw, *arguments: Any) -> None:
    """Into the axes given; without them, into a new figure, in which everything has its place."""
    plt.close("all")
    _, ax = plt.subplots()
    assert draw(*arguments, ax=ax) is ax
    assert len(plt.get_fignums()) == 1
    new = draw(*arguments)
    assert isinstance(new, Axes)
    assert new is not ax
    new.figure.draw_without_rendering()


def said(ax: Axes) -> list[tuple[Text, Bbox]]:
    """The texts of a diagram and where they stand, once it is laid out."""
    ax.figure.draw_without_rendering()
    return [(text, text.get_window_extent()) for text in ax.texts if text.get_text()]


def texts_lie_inside(ax: Axes, slack: float = 1) -> None:
    """No text leaves the figure by more than ``slack`` pixels, and none is tiny."""
    for text, box in said(ax):
        page = ax.figure.bbox
        assert box.x0 >= page.x0 - slack, text.get_text()
        assert box.x1 <= page.x1 + slack, text.get_text()
        assert box.y0 >= page.y0 - slack, text.get_text()
        assert box.y1 <= page.y1 + slack, text.get_text()
        assert text.get_fontsize() >= 7, text.get_text()


def texts_keep_apart(ax: Axes) -> None:
    texts = said(ax)
    for i, (text, box) in enumerate(texts):
        for other, second in texts[:i]:
            across = box.x1 <= second.x0 + 1 or second.x1 <= box.x0 + 1
            apart = across or box.y1 <= second.y0 + 2 or second.y1 <= box.y0 + 2
            assert apart, (text.get_text(), other.get_text())


def texts_fit_their_boxes(ax: Axes) -> None:
    """A text whose middle is in a box is no wider than the box."""
    texts = said(ax)
    boxes = [p.get_window_extent() for p in ax.patches if type(p) is FancyBboxPatch]
    for text, inner in texts:
        x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
        for box in boxes:
            if box.x0 < x < box.x1 and box.y0 < y < box.y1:
                assert inner.x0 >= box.x0 - 1, text.get_text()
                assert inner.x1 <= box.x1 + 1, text.get_text()
