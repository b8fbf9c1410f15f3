"""What a page said and asked for while a test looked at it, and how a test moves its figures."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, expect

from llmbook_utils.interactive import Explorable

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"  # the built book
FIGURES = "main .xp:not(.xp-words)"  # the interactive figures of a page
DRAWN = "svg, canvas, .xp-tokens, .xp-chips"
EXTRA = {"genindex.html", "search.html", "index.html"}  # made by Sphinx, tested on their own


def pages() -> list[str]:
    """Every page of the book, as an address below its root."""
    found = sorted(path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html"))
    return [name for name in found if name not in EXTRA and not name.startswith("_")]


PAGES = pages() or [pytest.param("", marks=pytest.mark.skip(reason="the book is not built"))]
CHAPTERS = [name for name in pages() if name.startswith("chapters/")] or PAGES
OTHERS = [name for name in pages() if not name.startswith("chapters/")] or PAGES

Show = Callable[..., Page]  # opens a file of figures, as the fixture `show` says


@dataclass
class Watch:
    """What a page said and asked for while a test looked at it."""

    said: list[str] = field(
        default_factory=list
    )  # console errors and warnings, uncaught exceptions
    failed: list[str] = field(default_factory=list)  # requests without a good answer
    asked: list[str] = field(default_factory=list)  # every address requested

    def forget(self) -> None:
        """Begin anew, for another page in the same tab."""
        for kept in (self.said, self.failed, self.asked):
            kept.clear()

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


# Tabs that no test is using, by browser and by what they can. To open one takes a second of a
# processor, longer than most tests.
FREE: dict[tuple[Browser, str], list[tuple[Page, Watch, CDPSession]]] = defaultdict(list)


@contextmanager
def a_tab(
    browser: Browser,
    width: int = 1280,
    height: int = 900,
    *,
    color_scheme: Any = "light",
    reduced_motion: Any = "no-preference",
    own_time: bool = False,
    **options: Any,
) -> Iterator[tuple[Page, Watch]]:
    """An empty tab that keeps nothing of what was done in it before, and its record.

    In its own time, nothing moves on but by ``page.clock.run_for``: nobody waits for what plays.
    """
    free = FREE[browser, f"{own_time} {options}"]
    if free:
        page, watch, session = free.pop()
    else:
        page, watch = watched(browser.new_context(**options))
        session = page.context.new_cdp_session(page)
        if own_time:
            page.clock.install(time=0)
            page.clock.pause_at(1_000)
    page.set_default_timeout(30_000)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
    for disabled in (False, True):  # to turn it off empties it: pages fetch all they need
        session.send("Network.setCacheDisabled", {"cacheDisabled": disabled})
    watch.forget()
    try:
        yield page, watch
        page.evaluate("try { localStorage.clear(); sessionStorage.clear(); } catch {}")
        page.context.clear_cookies()
        page.unroute_all()
        page.goto("about:blank")
        page.mouse.move(0, 0)
    except BaseException:
        page.context.close()  # nobody knows what it would do to the next test
        raise
    free.append((page, watch, session))


@contextmanager
def visit(
    browser: Browser, address: str, width: int = 1280, theme: Any = "light", **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """A page of the book as a new reader gets it, with all that it fetches by itself."""
    height = 844 if width < 600 else 900
    with a_tab(browser, width, height, color_scheme=theme, **options) as (page, watch):
        page.goto(address, wait_until="load")
        page.wait_for_load_state("networkidle")  # alone it may come before the scripts
        yield page, watch


# What is on its way to another colour; the landing page's figure moves all the time.
FADING = """document.getAnimations().filter((one) => one.playState === "running" &&
  /color|background|fill|stroke|shadow|all/.test(one.transitionProperty ?? ""))"""


def change_theme(page: Page, theme: Any) -> None:
    """As if the reader's system went from day to night or back; until all colours have changed."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
    page.wait_for_function(f"{FADING}.length === 0")


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
    with a_tab(browser, java_script_enabled=False) as (page, _):
        page.goto(path.as_uri())
        expect(page.get_by_role("img")).to_have_attribute("alt", shown.describe())


def figure(page: Page, number: int) -> Locator:
    return page.locator(".xp").nth(number)


def press(page: Page, control: Locator, key: str, times: int = 1) -> None:
    control.focus()
    for _ in range(times):
        page.keyboard.press(key)
