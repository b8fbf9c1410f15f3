"""The timeline and family tree of models in a real browser, on a page opened from disk.

How figures live in JupyterLab, without JavaScript, and for readers who asked for calm is tested
once for all of them in test_explorables.py; here is what this one does by itself.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from watching import (
    Show,
    a_tab,
    figure,
    fits,
    has_a_still_without_javascript,
    page_of,
    press,
    silent,
)

from llmbook_utils.interactive import ModelTimeline
from llmbook_utils.model_table import models, named, tree

pytestmark = pytest.mark.browser

DESIGN, SIZE, TREE = range(3)
SINCE = [model for model in models() if not model.older]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    views = ("design", "size", "tree")
    figures = [ModelTimeline(view=view, chosen="BERT").to_html(b"") for view in views]
    page = tmp_path_factory.mktemp("page") / "page.html"
    page.write_text(page_of(*figures), encoding="utf-8")
    return page


def heading(shown: Locator) -> Locator:
    return shown.locator(".xp-details h3")


def place(shown: Locator, name: str) -> tuple[float, float]:
    """Where the ring around a model stands in the window, once it is chosen."""
    box = shown.locator(".xp-halo").bounding_box()
    assert box is not None, name
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


# Choosing ---------------------------------------------------------------------------------------


def test_the_card_says_what_is_published_and_cites_the_paper(opened: Page) -> None:
    shown, bert = figure(opened, DESIGN), named("BERT")
    details = shown.locator(".xp-details")
    expect(heading(shown)).to_have_text("BERTOctober 2018")
    for said in (bert.idea, "340 million", bert.training_text, bert.objective, "II Transformers"):
        expect(details).to_contain_text(said)
    paper = details.get_by_role("link")
    expect(paper).to_have_text(f"{bert.authors}: {bert.title}")
    expect(paper).to_have_attribute("href", bert.link)
    details.get_by_role("button", name="Transformer", exact=True).click()
    expect(heading(shown)).to_have_text("TransformerJune 2017")
    details.get_by_role("button", name="GPT", exact=True).click()
    details.get_by_role("button", name="GPT-2", exact=True).click()
    details.get_by_role("button", name="GPT-3", exact=True).click()
    details.get_by_role("button", name="GPT-4", exact=True).click()
    expect(details).to_contain_text("Parametersnot published")
    expect(shown.get_by_role("slider")).to_be_focused()


def test_arrow_keys_go_through_time_and_through_the_family(opened: Page) -> None:
    shown = figure(opened, DESIGN)
    slider = shown.get_by_role("slider", name="Model")
    at = [model.name for model in models()].index("BERT")
    expect(slider).to_have_attribute("aria-valuenow", str(at + 1))
    press(opened, slider, "ArrowRight", 2)
    expect(heading(shown)).to_contain_text(models()[at + 2].name)
    press(opened, slider, "Home")
    expect(slider).to_have_attribute("aria-valuetext", "n-gram model, July 1948, Bell Labs")
    press(opened, slider, "End")
    last = models()[-1]
    words = f"{last.name}, {last.date}, {last.organisation}"
    expect(slider).to_have_attribute("aria-valuetext", words)
    press(opened, slider, "ArrowUp")  # to what it builds on
    expect(heading(shown)).to_contain_text(last.parent or "")
    shown.get_by_role("button", name="Earlier").click()
    shown.get_by_role("button", name="Later").click()
    expect(heading(shown)).to_contain_text(last.parent or "")


def test_a_model_is_chosen_by_a_click_near_it(opened: Page) -> None:
    shown = figure(opened, SIZE)
    slider = shown.get_by_role("slider", name="Model")
    shown.scroll_into_view_if_needed()
    target = place(shown, "BERT")
    press(opened, slider, "Home")
    expect(heading(shown)).to_contain_text("n-gram model")
    opened.mouse.click(target[0] + 3, target[1] - 3)
    expect(heading(shown)).to_contain_text("BERT")
    expect(slider).to_be_focused()


def test_a_model_is_chosen_by_a_touch(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, 390, 800, has_touch=True) as (page, watch):
        page.goto(page_file.as_uri())
        shown = figure(page, TREE)
        row = shown.locator(".xp-row").get_by_text("XLNet", exact=True)
        row.scroll_into_view_if_needed()
        row.tap()
        expect(heading(shown)).to_have_text("XLNetJune 2019")
        silent(watch)


# Views and filters ------------------------------------------------------------------------------


def test_filters_leave_the_models_that_python_leaves(opened: Page) -> None:
    shown = figure(opened, DESIGN)
    marks = shown.locator(".xp-plot path.xp-model")
    expect(marks).to_have_count(len(models()))
    shown.get_by_role("combobox", name="Organisation").select_option("Microsoft")
    twin = ModelTimeline(organisation="Microsoft")
    expect(marks).to_have_count(len(twin.shown))
    status = shown.get_by_role("status")
    expect(status).to_contain_text(f"{len(twin.shown)} of {len(models())}")
    expect(heading(shown)).to_contain_text(twin.shown[0].name)  # BERT is not among them
    shown.get_by_role("combobox", name="Design").select_option("encoder-only")
    expect(marks).to_have_count(2)
    press(opened, shown.get_by_role("slider"), "ArrowRight", 3)  # stops at the last
    expect(heading(shown)).to_contain_text("DeBERTa")
    shown.get_by_role("combobox", name="Era").select_option("classic networks")
    expect(marks).to_have_count(0)
    expect(status).to_have_text("No model fits these three choices.")
    shown.get_by_role("combobox", name="Era").select_option("all")
    shown.get_by_role("combobox", name="Design").select_option("all")
    shown.get_by_role("combobox", name="Organisation").select_option("all")
    expect(marks).to_have_count(len(models()))


def test_larger_models_stand_higher_and_secret_ones_below_the_line(opened: Page) -> None:
    shown = figure(opened, SIZE)
    slider = shown.get_by_role("slider")

    def height(name: str) -> float:
        press(opened, slider, "Home")
        press(opened, slider, "ArrowRight", [model.name for model in models()].index(name))
        expect(heading(shown)).to_contain_text(name)
        return float(shown.locator(".xp-halo").get_attribute("cy") or "nan")

    heights = {name: height(name) for name in ("GPT-3", "T5", "GPT", "GPT-4")}
    assert list(heights.values()) == sorted(heights.values())
    decades = {"GPT-3": 3.175, "T5": 1.973}  # above GPT's 117 million
    steps = [(heights["GPT"] - heights[name]) / d for name, d in decades.items()]
    assert steps[0] == pytest.approx(steps[1], rel=0.01)


def test_the_tree_is_that_of_python_and_goes_along_its_rows(opened: Page) -> None:
    shown = figure(opened, TREE)
    rows = [model.name for model, _ in tree(models())]
    expect(shown.locator(".xp-row")).to_have_text(rows)
    slider = shown.get_by_role("slider")
    press(opened, slider, "ArrowDown")
    expect(heading(shown)).to_contain_text(rows[rows.index("BERT") + 1])
    press(opened, slider, "End")
    expect(heading(shown)).to_contain_text(rows[-1])
    pane = shown.locator(".xp-window")
    assert pane.evaluate("e => e.scrollTop + e.clientHeight >= e.scrollHeight - 60")
    press(opened, slider, "Home")
    assert pane.evaluate("e => e.scrollTop") == 0
    shown.get_by_role("combobox", name="Organisation").select_option("OpenAI")
    kept = [model.name for model, _ in tree(ModelTimeline(organisation="OpenAI").shown)]
    expect(shown.locator(".xp-row")).to_have_text(kept)
    shown.get_by_role("radio", name="By size").check(force=True)
    expect(shown.locator(".xp-row")).to_have_count(0)
    expect(shown.locator(".xp-plot path.xp-model")).to_have_count(len(kept))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_names_keep_apart(show: Show, page_file: Path, width: int) -> None:
    page = show(page_file, width)
    for number in (DESIGN, SIZE):
        names = figure(page, number).locator("text.xp-note")
        texts = names.all_text_contents()
        boxes = names.evaluate_all(
            "all => all.map((e) => { const b = e.getBBox(); "
            "return [b.x, b.y + 3, b.x + b.width, b.y + b.height - 3]; })"
        )
        assert len(texts) == len(set(texts)) >= (15 if width < 600 else 45)
        if number == DESIGN and width == 1280:  # all but a few of the crowded oldest
            assert set(texts) >= {model.name for model in SINCE}
        for i, one in enumerate(boxes):
            for j, other in enumerate(boxes[:i]):
                apart = one[2] <= other[0] or other[2] <= one[0]
                assert apart or one[3] <= other[1] or other[3] <= one[1], (texts[i], texts[j])


def test_nothing_is_wider_than_the_page(sized: Page) -> None:
    fits(sized)
    ink = figure(sized, TREE).locator(".xp-row").first.evaluate("e => getComputedStyle(e).fill")
    light = sum(int(part) for part in re.findall(r"\d+", ink)[:3]) > 380
    assert light == (sized.evaluate("document.documentElement.dataset.theme") == "dark")


def test_without_javascript_the_still_and_its_words_are_there(
    browser: Browser, tmp_path: Path
) -> None:
    has_a_still_without_javascript(browser, tmp_path, ModelTimeline())
