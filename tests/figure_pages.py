"""What holds for every interactive figure: its page asks for nothing but itself, its still and its
words are there and follow the state, and its words come from its labels."""

import base64
import io
import re
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from llmbook_utils.figures.style import STYLE_SHEET
from llmbook_utils.interactive import Explorable
from llmbook_utils.interactive.explorable import script_json
from llmbook_utils.interactive.theme import STATIC

SVG = "http://www.w3.org/2000/svg"  # the name of a language; nobody fetches it

STILLS: dict[str, bytes] = {}  # by state: to draw them takes most of the time of these tests


def still_of(figure: Explorable, drawn: bytes | None = None) -> bytes:
    """The still of a figure of this kind and state, drawn when it was first asked for."""
    key = type(figure).__name__ + script_json(figure.state())
    if key not in STILLS:
        STILLS[key] = drawn or figure.png()
    return STILLS[key]


def page_and_links(figure: Explorable) -> tuple[str, set[str]]:
    """A figure's page, the same twice, and every address in it and in its module's code.

    Vega's name for its language, of the same kind as SVG's, is left out.
    """
    earlier = still_of(figure)
    page = figure.to_html()
    assert page == figure.to_html(earlier)
    code = re.search(r'"data:text/javascript;base64,([^"]+)"', page)
    assert code is not None
    links = re.findall(r"https?://[^\"'\s)]+", page + base64.b64decode(code[1]).decode())
    return page, {link for link in links if "vega.github.io/schema" not in link}


def comes_in_four_forms(figure: Explorable) -> None:
    """As a widget, a page, a sentence and a still; the sentence is the still's, too."""
    data, metadata = figure._repr_mimebundle_()
    assert set(data) == {
        "application/vnd.jupyter.widget-view+json",
        "text/html",
        "text/plain",
        "image/png",
    }
    assert data["text/plain"] == metadata["image/png"]["alt"] == figure.describe()
    assert len(figure.describe()) > 20
    drawn = base64.b64decode(data["image/png"])
    assert drawn == still_of(figure, drawn)
    with Image.open(io.BytesIO(drawn)) as still:
        assert still.width >= 600
        assert len(still.convert("RGB").getcolors(1 << 20) or []) > 8  # not blank


def laid_out(figure: Explorable) -> Figure:
    """The still as matplotlib's figure, in which everything has its place."""
    with mpl.rc_context(fname=STYLE_SHEET):
        still = Figure(figsize=(8, 3.6), layout="constrained")
        figure.draw_still(still)
        still.set_dpi(120)  # as it is saved
        still.draw_without_rendering()
    return still


def still_and_words_follow(figure: Explorable, *, words: bool = True, **settings: Any) -> None:
    """With these settings another still is drawn and, unless they say nothing, other words said."""
    before = still_of(figure), figure.describe()
    for name, value in settings.items():
        figure.set_trait(name, value)
    assert figure.png() != before[0]
    if words:
        assert figure.describe() != before[1]


def words_used(name: str) -> set[str]:
    """The labels that a figure's module names: ``t.title`` → title."""
    source = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    return set(re.findall(r"\bt\.(\w+)", source))
