"""Every chapter in the book on a wide screen: clean, accessible, and its figures move.

Each chapter is opened once for all of this: first it is looked at, then its figures are moved by
keys and by a mouse. That they stand still without JavaScript and work from a disk is tested in
test_book.py; what a figure then shows, in the files of its chapter's figures.
"""

from collections.abc import Iterator

import pytest
from accessible import THINNED, nothing_serious, stands_out
from hands import INDENTED, answer, controls, draw, move
from of_pages import is_clean, keep, weigh
from playwright.sync_api import Browser, Page
from watching import CHAPTERS, FIGURES, Watch, visit

pytestmark = pytest.mark.browser

CHAPTER = 1_000_000  # bytes that a chapter may need that is read to its end, without figures' data


@pytest.fixture(scope="module", params=CHAPTERS)
def screen(
    browser: Browser, book_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Page, Watch, str]]:
    """A chapter on a wide screen, opened by day, its record and its name."""
    with visit(browser, book_url + request.param) as (page, watch):
        yield page, watch, request.param


def test_a_chapter_is_clean(screen: tuple[Page, Watch, str], book_url: str) -> None:
    page, watch, name = screen
    keep(name, is_clean(page, watch, book_url, "light"))


def test_a_chapter_read_to_its_end_is_light(screen: tuple[Page, Watch, str], book_url: str) -> None:
    page, watch, _ = screen
    draw(page)
    assert weigh(page, watch.asked, book_url)["without_data"] < CHAPTER


def test_the_page_does_not_indent_a_figure_s_lists(screen: tuple[Page, Watch, str]) -> None:
    page, *_ = screen
    draw(page)
    assert page.evaluate(INDENTED) == []


def test_axe_finds_nothing_serious(screen: tuple[Page, Watch, str]) -> None:
    page, *_ = screen
    page.evaluate(THINNED)
    nothing_serious(page)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_stands_out(screen: tuple[Page, Watch, str], theme: str) -> None:
    stands_out(screen[0], theme)


def test_figures_react_to_the_keyboard(screen: tuple[Page, Watch, str], book_url: str) -> None:
    page, watch, _ = screen
    for figure in page.locator(FIGURES).all():
        figure.scroll_into_view_if_needed()
        sliders = figure.locator("input[type=range], [role=slider]")
        assert sliders.count() >= 1
        assert any(move(page, figure, slider) for slider in sliders.all()), (
            f"no slider changes the figure {figure.inner_text()[:80]!r}"
        )
    assert watch.said == []
    assert watch.foreign(book_url) == []


def test_every_control_answers_to_a_mouse(screen: tuple[Page, Watch, str]) -> None:
    page, watch, _ = screen
    for figure in page.locator(FIGURES).all():
        answer(page, figure, "mouse")
    assert watch.said == []


def test_the_focus_is_seen(screen: tuple[Page, Watch, str]) -> None:
    """What has the focus of the keyboard looks otherwise than what has not."""
    page, *_ = screen
    page.emulate_media(reduced_motion="reduce")
    for figure in page.locator(FIGURES).all():
        for control in controls(figure, "input, button, select, textarea, [tabindex]"):
            page.evaluate("document.activeElement.blur()")
            control.scroll_into_view_if_needed()
            box = control.bounding_box()
            assert box is not None
            rim: dict = {"x": max(0, box["x"] - 8), "y": max(0, box["y"] - 8)}
            rim |= {"width": box["width"] + 16, "height": box["height"] + 16}
            before = page.screenshot(clip=rim)
            page.keyboard.press("Shift")  # the reader is at the keyboard
            control.focus()
            assert page.screenshot(clip=rim) != before, control.evaluate("(c) => c.outerHTML")
