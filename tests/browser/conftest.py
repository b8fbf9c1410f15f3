"""A headless Chromium and the built book, for every test in this folder.

Set CHROMIUM to the path of a browser to use that one. Without a browser, or without a built book,
the tests are skipped and say so.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from watching import HTML, silent, watched

from llmbook_utils.authoring.book import server

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


@contextmanager
def page_of_figures(
    browser: Browser, page_file: Path, drawn: str, width: int, theme: str = "light"
) -> Iterator[Page]:
    """The test module's page of figures; it must say nothing and ask nobody."""
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page, watch = watched(context)
        page.set_default_timeout(10_000)
        page.goto(page_file.as_uri())
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        page.locator(drawn).wait_for()
        yield page
        silent(watch)


@pytest.fixture
def opened(browser: Browser, page_file: Path, drawn: str) -> Iterator[Page]:
    """The page of figures, open at 1280 px."""
    with page_of_figures(browser, page_file, drawn, 1280) as page:
        yield page


@pytest.fixture(params=product((320, 390, 1280), ("light", "dark")), ids=lambda p: f"{p[0]}-{p[1]}")
def sized(
    browser: Browser, page_file: Path, drawn: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The page of figures on a phone and on a screen, by day and by night."""
    with page_of_figures(browser, page_file, drawn, *request.param) as page:
        yield page
