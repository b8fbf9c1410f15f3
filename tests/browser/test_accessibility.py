"""What axe, the usual checker of accessibility, finds on the pages of the book: nothing serious."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from watching import HTML, PAGES

pytestmark = pytest.mark.browser

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SERIOUS = {"serious", "critical"}
CONTRAST = "color-contrast"
# Thousands of small pieces in a few colours: axe is minutes over the contrast of each. They are
# left out page by page; each colour of code is looked at once, and formulas on one page.
MANY = [[".katex"], [".highlight"]]
FORMULAS = "book/notation.html"


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
        without = MANY[1:] if name == FORMULAS else MANY
        assert serious(page, without, runOnly={"type": "rule", "values": [CONTRAST]}) == []


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
    with opened(browser, book_url + FORMULAS, theme) as page:
        assert page.locator(".katex").count() > 100
        page.evaluate("html => { document.querySelector('article').innerHTML = html; }", code)
        assert page.locator(".highlight span").count() == len(classes)
        assert serious(page, runOnly={"type": "rule", "values": [CONTRAST]}) == []


def test_axe_is_awake(browser: Browser) -> None:
    """It finds what is there to be found."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><img src='x.png'></main>")
        (found,) = serious(page, runOnly=TAGS)
        assert found.startswith("image-alt")
