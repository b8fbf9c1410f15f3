"""What axe, the usual checker of accessibility, finds on the pages of the book: nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from watching import PAGES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, book_url: str, name: str, theme: str) -> None:
    size = {"width": 1280, "height": 900}
    with browser.new_context(viewport=size, color_scheme=theme) as context:
        page = context.new_page()
        page.goto(book_url + name, wait_until="networkidle")
        found = Axe().run(page, options=RULES).response["violations"]
        serious = [
            f"{each['id']} ({each['help']}): {[node['html'][:100] for node in each['nodes'][:3]]}"
            for each in found
            if each["impact"] in SERIOUS
        ]
        assert serious == []


def test_axe_is_awake(browser: Browser) -> None:
    """It finds what is there to be found."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><img src='x.png'></main>")
        found = Axe().run(page, options=RULES).response["violations"]
        assert [each["id"] for each in found if each["impact"] in SERIOUS] == ["image-alt"]
