"""What axe, the usual checker of accessibility, finds on the pages of the book: nothing serious."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from watching import PAGES

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SERIOUS = {"serious", "critical"}
CONTRAST = "color-contrast"
# Thousands of small pieces in a few colours: axe is minutes over the contrast of each. Page by page
# they are left out there, and looked at in full on the pages below.
MANY = [[".katex"], [".highlight"]]
ALL_COLOURS = (
    "book/guides/cuda.html",
    "book/guides/interactive_figures.html",
    "book/notation.html",
)


def serious(page: Page, without: list[list[str]] | None = None, **options: Any) -> list[str]:
    """What axe finds on the page, in one line each."""
    options = {"resultTypes": ["violations"], **options}
    context = {"exclude": without} if without else None
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{each['id']} ({each['help']}): {[node['html'][:100] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in SERIOUS
    ]


@contextlib.contextmanager
def opened(browser: Browser, url: str, theme: Any) -> Iterator[Page]:
    size: Any = {"width": 1280, "height": 900}
    with browser.new_context(viewport=size, color_scheme=theme) as context:
        page = context.new_page()
        page.goto(url, wait_until="networkidle")
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, book_url: str, name: str) -> None:
    with opened(browser, book_url + name, "light") as page:
        assert serious(page, runOnly=TAGS, rules={CONTRAST: {"enabled": False}}) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_text_stands_out(browser: Browser, book_url: str, name: str, theme: str) -> None:
    with opened(browser, book_url + name, theme) as page:
        without = [] if name in ALL_COLOURS else MANY
        assert serious(page, without, runOnly={"type": "rule", "values": [CONTRAST]}) == []


def test_the_pages_with_all_colours_have_code_and_formulas(browser: Browser, book_url: str) -> None:
    code, formulas = 0, 0
    for name in ALL_COLOURS:
        with opened(browser, book_url + name, "light") as page:
            code += page.locator(".highlight span[class]").count()
            formulas += page.locator(".katex").count()
    assert code > 100
    assert formulas > 100


def test_axe_is_awake(browser: Browser) -> None:
    """It finds what is there to be found."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><img src='x.png'></main>")
        (found,) = serious(page, runOnly=TAGS)
        assert found.startswith("image-alt")
