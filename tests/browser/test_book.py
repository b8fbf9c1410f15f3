"""The built book without JavaScript and from disk; its search, its themes.

What holds for every page is tested in test_pages.py and test_chapters.py.
"""

from pathlib import Path

import pytest
from of_pages import weigh
from playwright.sync_api import Browser, Page
from watching import CHAPTERS, DRAWN, FIGURES, HTML, a_tab, visit

pytestmark = pytest.mark.browser

LANDING = 300_000  # bytes that the first page may need, compressed
TABLES = "main .xp-words"  # plain HTML, which shows and does not move


def test_the_landing_page_is_light(browser: Browser, book_url: str) -> None:
    with visit(browser, book_url + "book/index.html") as (page, watch):
        assert weigh(page, watch.asked, book_url)["compressed"] < LANDING


@pytest.mark.parametrize("name", CHAPTERS)
def test_without_javascript_a_still_stands(browser: Browser, book_url: str, name: str) -> None:
    with a_tab(browser, java_script_enabled=False) as (page, watch):
        page.goto(book_url + name)
        stills = page.locator("main .xp img")
        assert stills.count() == page.locator(FIGURES).count() >= 1
        for still in stills.all():
            assert still.is_visible()
            assert len(still.get_attribute("alt") or "") > 20
            box = still.bounding_box()
            assert box is not None
            assert box["width"] > 200
        for table in page.locator(TABLES).all():
            assert len(table.inner_text()) > 20
        assert page.locator("article .katex-html").count() > 10
        # the theme's scripts are announced in the head and then, without JavaScript, not fetched
        assert [failure for failure in watch.failed if ".js" not in failure] == []


def search(page: Page, address: str) -> list[str]:
    """Titles that the search page finds for `gradient`."""
    page.goto(f"{address}search.html?q=gradient")
    page.locator("#search-results li a").first.wait_for(timeout=20_000)
    return page.locator("#search-results li a").all_inner_texts()


def test_search_finds(browser: Browser, book_url: str) -> None:
    with a_tab(browser) as (page, watch):
        assert any("Glossary" in title for title in search(page, book_url))
        assert watch.said == []
        assert watch.foreign(book_url) == []


def test_from_disk(browser: Browser, book_url: str) -> None:
    """The folder can be opened without a server: pages, formulas and search.

    Only the excerpts below the pages found stay away: browsers do not let a page read a file.
    """
    disk = Path(HTML).as_uri() + "/"
    with a_tab(browser) as (page, watch):
        page.goto(f"{disk}book/notation.html", wait_until="networkidle")
        assert page.locator("article .katex-html").count() > 10
        assert watch.said == []
        assert any("Glossary" in title for title in search(page, disk))
        assert watch.foreign("file:") == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_from_disk_has_its_figures(browser: Browser, book_url: str, name: str) -> None:
    with a_tab(browser) as (page, watch):
        page.goto(f"{Path(HTML).as_uri()}/{name}", wait_until="load")
        page.wait_for_load_state("networkidle")  # alone it may come before the scripts
        for figure in page.locator(FIGURES).all():
            figure.scroll_into_view_if_needed()
            figure.locator(DRAWN).first.wait_for(timeout=20_000)
        assert watch.said == []
        assert watch.foreign("file:") == []


def test_a_reader_can_choose_the_theme(browser: Browser, book_url: str) -> None:
    with a_tab(browser, color_scheme="light") as (page, _):
        page.goto(book_url + "book/notation.html", wait_until="networkidle")
        button = page.locator(".theme-switch-button").first
        seen = set()
        for _ in range(3):
            seen.add(page.evaluate("document.documentElement.dataset.theme"))
            button.click()
        assert seen == {"light", "dark"}
