"""A headless Chromium and the built book, for every test in this folder.

Set CHROMIUM to the path of a browser to use that one. Without a browser, or without a built book,
the tests are skipped and say so.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from llmbook_utils.authoring.book import server

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
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


@dataclass
class Watch:
    """What a page said and asked for while a test looked at it."""

    said: list[str] = field(
        default_factory=list
    )  # console errors and warnings, uncaught exceptions
    failed: list[str] = field(default_factory=list)  # requests without a good answer
    asked: list[str] = field(default_factory=list)  # every address requested

    def foreign(self, own: str) -> list[str]:
        """Requests to anything but the book's own address; data: and blob: stay in the page."""
        return [url for url in self.asked if not url.startswith((own, "data:", "blob:"))]


def watched(context: BrowserContext) -> tuple[Page, Watch]:
    """A new page, and the record of what it says and asks for."""
    page, watch = context.new_page(), Watch()
    page.on(
        "console",
        lambda message: (
            watch.said.append(f"{message.type}: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: watch.said.append(f"exception: {error}"))
    page.on("request", lambda request: watch.asked.append(request.url))
    page.on("requestfailed", lambda request: watch.failed.append(f"{request.url}: no answer"))
    page.on(
        "response",
        lambda answer: (
            watch.failed.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None
        ),
    )
    return page, watch
