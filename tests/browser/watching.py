"""What a page said and asked for while a test looked at it, and how a test moves its figures."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from llmbook_utils.interactive import Explorable

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"  # the built book
EXTRA = {"genindex.html", "search.html", "index.html"}  # made by Sphinx, tested on their own


def pages() -> list[str]:
    """Every page of the book, as an address below its root."""
    found = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    return [name for name in found if name not in EXTRA and not name.startswith("_")]


PAGES = pages() or [pytest.param("", marks=pytest.mark.skip(reason="the book is not built"))]
CHAPTERS = [name for name in pages() if name.startswith("chapters/")] or PAGES


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


def page_of(*figures: str) -> str:
    """A page with nothing on it but these figures, as HTML."""
    body = "\n".join(figures)
    return f"""<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Figures</title>
<body style="margin: 12px">{body}</body></html>"""


def silent(watch: Watch) -> None:
    """A page opened from disk had nothing to complain of, and asked nobody."""
    assert watch.said == []
    assert watch.failed == []
    assert watch.foreign("file:") == []


def fits(page: Page, titles: str = ".xp-plot .xp-title") -> None:
    """Nothing is wider than the page, and every title ends inside its figure."""
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    for title in page.locator(titles).all():
        box = title.bounding_box()
        assert box is not None
        assert box["x"] >= 0, title.text_content()
        assert box["x"] + box["width"] <= size["width"] - 12, title.text_content()


def has_a_still_without_javascript(browser: Browser, folder: Path, shown: Explorable) -> None:
    """Where no script runs, a page shows the figure's still, told in the figure's words."""
    path = folder / "page.html"
    path.write_text(page_of(shown.to_html()), encoding="utf-8")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        expect(page.get_by_role("img")).to_have_attribute("alt", shown.describe())


def figure(page: Page, number: int) -> Locator:
    return page.locator(".xp").nth(number)


def press(page: Page, control: Locator, key: str, times: int = 1) -> None:
    control.focus()
    for _ in range(times):
        page.keyboard.press(key)
