"""A headless Chromium and the built book, for every test in this folder.

Set CHROMIUM to the path of a browser to use that one. Without a browser, or without a built book,
the tests are skipped and say so.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from watching import HTML, Show, Watch, a_tab, silent

from llmbook_utils.authoring.book import server

pytest.register_assert_rewrite("accessible", "hands", "of_pages")  # they assert, too

# What takes longest, so that in the end no worker waits long for another; then all others.
LONG = ("test_chapters.py", "test_lab.py", "test_pages.py", "test_chapters_on_a_phone.py")
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
QUIET = (  # no request of the browser's own, and no sandbox, which containers do not allow
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, in this order; all others as they were."""
    place = {name: index for index, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))


def browser_path() -> str | None:
    """A Chromium, Chrome or Edge on this machine."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *PLACES]
    return next((path for path in named if path and Path(path).is_file()), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless browser for all tests."""
    path = browser_path()
    if path is None:
        pytest.skip("no Chromium, Chrome or Edge found (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def book_url() -> Iterator[str]:
    """The address of the built book, served on this machine."""
    if not (HTML / "index.html").is_file():
        pytest.skip(f"no book in {HTML}: run `llmbook book --build-only` first")
    pages = server(HTML)
    thread = threading.Thread(target=pages.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{pages.server_address[1]}/"
    pages.shutdown()
    pages.server_close()
    thread.join()


@pytest.fixture(scope="module")
def drawn() -> str:
    """What the test module's page of figures shows once it is drawn; a module may say otherwise."""
    return ".xp-readout >> nth=2"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[tuple[Page, Watch]]:
    """The tab in which a module's tests open their pages of figures, one after the other."""
    with a_tab(browser) as (page, watch):
        page.set_default_timeout(10_000)
        yield page, watch


@pytest.fixture
def show(tab: tuple[Page, Watch], drawn: str) -> Iterator[Show]:
    """Opens a file of figures in the module's tab; it must say nothing and ask nobody."""
    page, watch = tab
    page.goto("about:blank")  # of what the last test did nothing is left
    page.mouse.move(0, 0)
    watch.forget()

    def opened(file: Path, width: int = 1280, theme: str = "light", shown: str = drawn) -> Page:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(file.as_uri())
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.locator(shown).wait_for()
        return page

    yield opened
    silent(watch)


@pytest.fixture
def opened(show: Show, page_file: Path) -> Page:
    """The test module's page of figures, open at 1280 px."""
    return show(page_file)


@pytest.fixture(params=product((320, 390, 1280), ("light", "dark")), ids=lambda p: f"{p[0]}-{p[1]}")
def sized(show: Show, page_file: Path, request: pytest.FixtureRequest) -> Page:
    """The page of figures on a phone and on a screen, by day and by night."""
    return show(page_file, *request.param)
