"""How a test moves the figures of a chapter, and sees whether they answer."""

from playwright.sync_api import Locator, Page
from watching import DRAWN, FIGURES

DRAWING = f"""(el) => [...el.querySelectorAll('{DRAWN}')].map(
  (d) => d.tagName === 'canvas' ? d.toDataURL() : d.outerHTML).join()"""
SHOWN = f"(el) => el.innerText + ({DRAWING})(el)"  # some choices change words alone
REMEMBER = "(el) => { el.remembered = (SEEN)(el); }"
CHANGES = """(el, patience) => new Promise((done) => {
  const end = performance.now() + patience;
  const look = () => {
    if ((SEEN)(el) !== el.remembered) done(true);
    else if (performance.now() > end) done(false);
    else setTimeout(look, 20);
  };
  look();
})"""
LONG, SHORT = 2_000, 150  # milliseconds in which a figure must, or may, change
PLACE = "(s) => (s.value - s.min) / (s.max - s.min)"
INDENTED = """() => [...document.querySelectorAll('.xp :is(ul, ol, dl, dd)')].filter((list) => {
  const style = getComputedStyle(list);
  return parseFloat(style.paddingLeft) > 0 || parseFloat(style.marginLeft) > 0;
}).map((list) => `${list.tagName} ${list.className}`)"""


def draw(page: Page) -> None:
    """Read the page to its end: pictures and charts load when they are in view."""
    assert page.locator(FIGURES).count() >= 1, "a chapter has interactive figures"
    for picture in page.locator("main figure").all():
        picture.scroll_into_view_if_needed()
    for figure in page.locator(FIGURES).all():
        figure.scroll_into_view_if_needed()
        figure.locator(DRAWN).first.wait_for(timeout=20_000)
    page.wait_for_function("[...document.images].every((picture) => picture.complete)")


def remember(figure: Locator, seen: str = DRAWING) -> None:
    figure.evaluate(REMEMBER.replace("SEEN", seen))


def changes(figure: Locator, seen: str = DRAWING, patience: int = LONG) -> bool:
    """Whether what is seen becomes another thing than what was remembered, soon."""
    return figure.evaluate(CHANGES.replace("SEEN", seen), patience)


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


def move(page: Page, figure: Locator, slider: Locator) -> bool:
    """Whether the drawing changes when the slider is moved by the keyboard."""
    if slider.is_disabled():
        return False
    remember(figure)
    slider.focus()
    at_end = slider.evaluate("(s) => +(s.value ?? s.ariaValueNow) >= +(s.max ?? s.ariaValueMax)")
    one, far = ("ArrowLeft", "Home") if at_end else ("ArrowRight", "End")
    page.keyboard.press(one)  # a step, which may be too small to be seen; then all the way
    if changes(figure, patience=SHORT):
        return True
    page.keyboard.press(far)
    return changes(figure)


def answer(page: Page, figure: Locator, hand: str) -> None:
    """Each control that can be used changes what the figure shows."""
    for slider in controls(figure, "input[type=range]"):
        remember(figure)
        far, near = (0.05, 0.95) if slider.evaluate(PLACE) > 0.5 else (0.95, 0.05)
        slide(page, slider, hand, far)
        if not changes(figure):  # there may be nothing more to say there
            slide(page, slider, hand, near)
            assert changes(figure), slider.evaluate("(s) => s.ariaValueText")
        slide(page, slider, hand, 0.5)  # at an end, others may have nothing to say
    for choice in figure.locator("fieldset:visible").all():
        others = [one for one in controls(choice, "input") if not one.is_checked()]
        if others:
            remember(figure, SHOWN)
            (others[-1].tap if hand == "finger" else others[-1].click)()
            assert changes(figure, SHOWN), choice.inner_text()
