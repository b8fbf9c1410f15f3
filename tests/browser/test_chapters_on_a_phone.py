"""Every chapter in the book on a phone: clean, and its figures answer to a finger."""

from collections.abc import Iterator

import pytest
from hands import INDENTED, answer, draw
from of_pages import is_clean
from playwright.sync_api import Browser, Page
from watching import CHAPTERS, FIGURES, Watch, visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=CHAPTERS)
def phone(
    browser: Browser, book_url: str, request: pytest.FixtureRequest
) -> Iterator[tuple[Page, Watch]]:
    """A chapter on a phone, opened by night."""
    with visit(browser, book_url + request.param, 390, "dark", has_touch=True) as (page, watch):
        yield page, watch


def test_a_chapter_is_clean(phone: tuple[Page, Watch], book_url: str) -> None:
    is_clean(*phone, book_url, "dark")


def test_the_page_does_not_indent_a_figure_s_lists(phone: tuple[Page, Watch]) -> None:
    page, _ = phone
    draw(page)
    assert page.evaluate(INDENTED) == []


def test_every_control_answers_to_a_finger(phone: tuple[Page, Watch]) -> None:
    page, watch = phone
    for figure in page.locator(FIGURES).all():
        answer(page, figure, "finger")
    assert watch.said == []
