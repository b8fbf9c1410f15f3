"""Every page of the built book but the chapters, wide and narrow, light and dark; axe on all pages.

No console error, no failed request, no request to another host, no sideways scrolling, readable
contrast, a picture's words for those who cannot see it, formulas typeset; and axe finds nothing
serious. On a wide screen each page is opened once for all of this. The chapters, which have figures
that move, are in test_chapters.py and test_chapters_on_a_phone.py.
"""

import re
from collections.abc import Iterator

import pytest
from accessible import (
    CONTRAST,
    FEW_OF_EACH_LOOK,
    LOOKS,
    ONLY_CONTRAST,
    TAGS,
    THINNED,
    nothing_serious,
    serious,
    stands_out,
)
from of_pages import is_clean, keep
from playwright.sync_api import Browser, Page
from watching import HTML, OTHERS, PAGES, Watch, a_tab, visit

pytestmark = pytest.mark.browser

FORMULAS = "book/notation.html"


@pytest.fixture(scope="module", params=OTHERS)
def wide(
    browser: Browser, book_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Page, Watch, str]]:
    """A page of the book, opened by day, its record and its name."""
    with visit(browser, book_url + request.param) as (page, watch):
        yield page, watch, request.param


def test_page_is_clean(wide: tuple[Page, Watch, str], book_url: str) -> None:
    page, watch, name = wide
    keep(name, is_clean(page, watch, book_url, "light"))


def test_axe_finds_nothing_serious(wide: tuple[Page, Watch, str]) -> None:
    page, _, name = wide
    if name != FORMULAS:  # there all are looked at
        page.evaluate(THINNED)
    nothing_serious(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out(wide: tuple[Page, Watch, str], theme: str) -> None:
    stands_out(wide[0], theme)


@pytest.mark.parametrize("name", OTHERS)
def test_page_is_clean_on_a_phone(browser: Browser, book_url: str, name: str) -> None:
    with visit(browser, book_url + name, 390, "dark") as (page, watch):
        is_clean(page, watch, book_url, "dark")


@pytest.mark.thorough
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_anywhere(browser: Browser, book_url: str, name: str) -> None:
    """On the page as it is, every formula and every line of code included."""
    with visit(browser, book_url + name) as (page, _):
        nothing_serious(page)


@pytest.mark.thorough
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_text_stands_out(browser: Browser, book_url: str, name: str, theme: str) -> None:
    """All of it, but for formulas and code: axe would be minutes over each page's."""
    with visit(browser, book_url + name, theme=theme) as (page, _):
        without = (".highlight",) if name == FORMULAS else (".katex", ".highlight")
        assert serious(page, without=without, runOnly=ONLY_CONTRAST) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_of_code_stands_out(browser: Browser, book_url: str, theme: str) -> None:
    """One word in each class that a highlighted word has on any page, shown on one of them."""
    classes: set[str] = set()
    for path in HTML.rglob("*.html"):
        for block in re.findall(r'<div class="highlight">.*?</pre>', path.read_text("utf-8"), re.S):
            classes.update(re.findall(r'<span class="([^"]+)"', block))
    assert len(classes) > 10
    words = "\n".join(f'<span class="{each}">word</span>' for each in sorted(classes))
    code = f'<div class="highlight"><pre>{words}</pre></div>'
    with visit(browser, book_url + FORMULAS, theme=theme) as (page, _):
        page.evaluate("html => { document.querySelector('article').innerHTML = html; }", code)
        assert page.locator(".highlight span").count() == len(classes)
        assert serious(page, runOnly=ONLY_CONTRAST) == []


def test_axe_is_awake(browser: Browser) -> None:
    """It finds what is there to be found, also where few of each look are looked at."""
    with a_tab(browser) as (page, _):
        pale = "<p style='color: #bbb'>pale</p><p>dark</p>"
        page.set_content(
            f"<html lang='en'><title>t</title><main><h1>h</h1><img src='x.png'>{pale * 9}</main>"
        )
        (found,) = serious(page, runOnly=TAGS, rules={CONTRAST: {"enabled": False}})
        assert found.startswith("image-alt")
        assert page.evaluate(LOOKS) == 3
        (found,) = serious(page, FEW_OF_EACH_LOOK, runOnly=ONLY_CONTRAST)
        assert found.count("pale") == 3
