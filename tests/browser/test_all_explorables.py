"""Every interactive figure of every chapter, moved by a mouse and by a finger, from the book.

That each one answers to the keyboard, stands still without JavaScript and works from a disk is
tested in test_book.py; what a figure then shows, in the files of its chapter's figures.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page
from test_book import DRAWING, DRAWN, FIGURES
from watching import CHAPTERS, watched

pytestmark = pytest.mark.browser

SHOWN = f"(el) => el.innerText + ({DRAWING})(el)"  # some choices change words alone
HANDS = {
    "mouse": {"viewport": {"width": 1280, "height": 900}},
    "finger": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}
INDENTED = """() => [...document.querySelectorAll('.xp :is(ul, ol, dl, dd)')].filter((list) => {
  const style = getComputedStyle(list);
  return parseFloat(style.paddingLeft) > 0 || parseFloat(style.marginLeft) > 0;
}).map((list) => `${list.tagName} ${list.className}`)"""


def figures(page: Page, address: str) -> Iterator[Locator]:
    """The interactive figures of a page, each in view and drawn."""
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    found = page.locator(FIGURES).all()
    assert found, "a chapter has interactive figures"
    for figure in found:
        figure.scroll_into_view_if_needed()
        figure.locator(DRAWN).first.wait_for(timeout=20_000)
        yield figure


def controls(figure: Locator, kind: str) -> list[Locator]:
    return [one for one in figure.locator(kind).all() if one.is_visible() and one.is_enabled()]


def slide(page: Page, slider: Locator, hand: str, to: float) -> None:
    """Drag the thumb with the mouse, or tap the track with a finger; ``to`` is 0 … 1."""
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + to * box["width"], box["y"] + box["height"] / 2
    if hand == "finger":
        page.touchscreen.tap(x, y)
        return
    page.mouse.move(box["x"] + 0.5 * box["width"], y)
    page.mouse.down()
    page.mouse.move(x, y, steps=3)
    page.mouse.up()


def answers(page: Page, figure: Locator, before: str, seen: str = DRAWING) -> bool:
    """Whether what is seen becomes another thing, soon."""
    for _ in range(20):
        if figure.evaluate(seen) != before:
            return True
        page.wait_for_timeout(50)
    return False


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("name", CHAPTERS)
def test_every_control_answers(browser: Browser, book_url: str, name: str, hand: str) -> None:
    with browser.new_context(**HANDS[hand]) as context:
        page, watch = watched(context)
        for figure in figures(page, book_url + name):
            for slider in controls(figure, "input[type=range]"):
                before = figure.evaluate(DRAWING)
                slide(page, slider, hand, 0.95)
                if not answers(page, figure, before):  # it may have stood at that end
                    slide(page, slider, hand, 0.05)
                    assert answers(page, figure, before), slider.evaluate("(s) => s.ariaValueText")
                slide(page, slider, hand, 0.5)  # at an end, others may have nothing to say
            for choice in figure.locator("fieldset:visible").all():
                others = [one for one in controls(choice, "input") if not one.is_checked()]
                if others:
                    before = figure.evaluate(SHOWN)
                    (others[-1].tap if hand == "finger" else others[-1].click)()
                    assert answers(page, figure, before, SHOWN), choice.inner_text()
        assert watch.said == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", CHAPTERS)
def test_the_page_does_not_indent_a_figure_s_lists(
    browser: Browser, book_url: str, name: str, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page, _ = watched(context)
        list(figures(page, book_url + name))
        assert page.evaluate(INDENTED) == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_focus_is_seen(browser: Browser, book_url: str, name: str) -> None:
    """What has the focus of the keyboard looks otherwise than what has not."""
    with browser.new_context(**HANDS["mouse"], reduced_motion="reduce") as context:
        page, _ = watched(context)
        for figure in figures(page, book_url + name):
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
