"""λ, memory, old and new tasks in a real browser, on a page opened from disk.

How figures live in JupyterLab, without JavaScript, and for readers who asked for calm is tested
once for all of them in test_explorables.py; here is what this one does by itself.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from contrast import painted
from playwright.sync_api import Browser, Page, expect
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

from llmbook_utils.interactive import ForgettingExplorer

pytestmark = pytest.mark.browser

LAM, SIZE = [0.0, 1.0, 100.0, 1e5], [0, 50, 200]


def runs(*shape: int, tasks: int = 5, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    age = np.arange(tasks)[:, None] - np.arange(tasks)
    mean = np.where(age >= 0, 0.9 * 0.7 ** np.maximum(age, 0), 0.1)
    return np.clip(mean + 0.04 * rng.normal(size=(*shape, tasks, tasks)), 0, 1)


def explorer() -> ForgettingExplorer:
    joint = np.full((3, 5, 5), np.nan)
    joint[:, -1] = 0.95
    digits = {
        "naive": {"scores": runs(3)},
        "EWC": {"scores": runs(4, 3, seed=1), "lam": LAM},
        "replay": {"scores": runs(3, 3, seed=2), "size": SIZE},
        "EWC and replay": {"scores": runs(4, 3, 3, seed=3), "lam": LAM, "size": SIZE},
        "joint": {"scores": joint},
    }
    worlds = {"replay": {"scores": runs(3, 3, tasks=3, seed=4)[..., 1:, :], "size": SIZE}}
    return ForgettingExplorer.of(
        {"split digits, class-incremental": digits, "language model": worlds},
        {"language model": ["jobs", "old towns", "new towns"]},
        {"language model": [0, 0, 1]},
        ceiling="joint",
        method="EWC",
        strength=1,
    )


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page_of(explorer().to_html(b"")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def drawn() -> str:
    return ".xp-score >> nth=0"


def says(page: Page, twin: ForgettingExplorer) -> None:
    """The page says what Python says in the same state: readout, sentence and matrix."""
    status = figure(page, 0).get_by_role("status")
    for name, value in twin._said():
        expect(status).to_contain_text(f"{name}{value}")
    expect(figure(page, 0).locator(".xp-said")).to_have_text(twin._sentence())
    written = [f"{v:.2f}" for v in twin.matrix.ravel() if not np.isnan(v)]
    expect(figure(page, 0).locator(".xp-score-text")).to_have_text(written)


def test_everything_follows_by_keyboard(opened: Page) -> None:
    it, twin = figure(opened, 0), explorer()
    strength = it.get_by_role("slider", name="Strength")
    memory = it.get_by_role("slider", name="Memory")
    says(opened, twin)
    expect(strength).to_have_attribute("aria-valuetext", "1")
    expect(memory).to_be_disabled()
    press(opened, strength, "ArrowRight", 2)
    twin.strength = 3
    says(opened, twin)
    expect(strength).to_have_attribute("aria-valuetext", "10⁵")
    press(opened, it.get_by_role("radio", name="EWC", exact=True), "ArrowDown")  # the next method
    twin.method = "replay"
    says(opened, twin)
    expect(strength).to_be_disabled()
    press(opened, memory, "End")
    twin.buffer = 2
    says(opened, twin)
    expect(it.get_by_role("img", name="As the memory grows")).to_be_visible()
    it.get_by_role("radio", name="joint").check(force=True)
    twin.method = "joint"
    says(opened, twin)
    expect(it.locator(".xp-fresh")).to_have_count(1)
    expect(it.get_by_role("status")).to_contain_text("not defined")


def test_curves_follow_the_knob_that_was_turned_last(opened: Page) -> None:
    it = figure(opened, 0)
    it.get_by_role("radio", name="EWC and replay").check(force=True)
    knots = it.locator(".xp-plot").first.locator("circle.xp-one.xp-knot")
    expect(knots).to_have_count(len(LAM) - 1)
    press(opened, it.get_by_role("slider", name="Memory"), "ArrowRight")
    expect(it.get_by_role("img", name="As the memory grows")).to_be_visible()
    expect(knots).to_have_count(len(SIZE) - 1)
    press(opened, it.get_by_role("slider", name="Strength"), "ArrowRight")
    expect(it.get_by_role("img", name="As λ grows")).to_be_visible()
    twin = explorer()
    twin.method, twin.strength, twin.buffer = "EWC and replay", 2, 1
    says(opened, twin)


def test_other_tasks_have_other_methods(opened: Page) -> None:
    it, twin = figure(opened, 0), explorer()
    it.get_by_role("radio", name="language model").check(force=True)
    twin.stream, twin.method = "language model", "replay"
    says(opened, twin)
    expect(it.get_by_role("radio", name="replay", exact=True)).to_be_checked()
    expect(it.get_by_role("radio", name="naive")).to_be_hidden()
    expect(it.locator(".xp-plot").last).to_contain_text("old towns")
    expect(it.locator(".xp-ceiling")).to_have_count(0)
    it.get_by_role("radio", name="split digits").check(force=True)
    expect(it.get_by_role("radio", name="naive")).to_be_visible()


def test_the_plots_are_told_in_words(opened: Page) -> None:
    it, twin = figure(opened, 0), explorer()
    curves = it.get_by_role("img", name="As λ grows")
    old, new = (twin._setting[name][1] for name in ("old", "new"))
    expect(curves).to_have_attribute(
        "aria-label",
        re.compile(f"; 1: old tasks, in the end {old:.2f}, the newest task {new:.2f};"),
    )
    row = ", ".join(f"{v:.2f}" for v in twin.matrix[4])
    matrix = it.get_by_role("img", name="stage by stage")
    label = matrix.get_attribute("aria-label") or ""
    assert f"After stage 5: {row}." in label


def test_a_touch_on_the_curves_chooses_a_setting(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, 390, 800, has_touch=True) as (page, watch):
        page.goto(page_file.as_uri())
        places = figure(page, 0).locator(".xp-plot").first.locator(".xp-target")
        places.nth(2).tap()
        twin = explorer()
        twin.strength = 2
        says(page, twin)
        slider = figure(page, 0).get_by_role("slider", name="Strength")
        expect(slider).to_have_attribute("aria-valuetext", "100")
        silent(watch)


def test_nothing_is_wider_than_the_page_or_on_top_of_another(sized: Page) -> None:
    it = figure(sized, 0)
    for stream, method in (("split", "EWC and replay"), ("split", "joint"), ("language", "replay")):
        it.get_by_role("radio", name=stream).check(force=True)
        it.get_by_role("radio", name=method, exact=True).check(force=True)
        fits(sized, ".xp-title, .xp-name")
        for plot in it.locator(".xp-plot").all():
            numbers = plot.locator(".xp-number[text-anchor=middle]").all()
            boxes = [box for box in (one.bounding_box() for one in numbers) if box is not None]
            assert len(boxes) == len(numbers)
            for one, other in pairwise(boxes):
                assert one["x"] + one["width"] <= other["x"]


def test_numbers_on_cells_have_contrast_by_day_and_by_night(opened: Page) -> None:
    """WCAG 4.5 : 1 for the darkest cell, a colour at 55 % on the card."""
    script = painted("""
      const card = style(document.querySelector(".xp")).backgroundColor;
      const cell = style(document.querySelector(".xp-score")).fill;
      const [old, coming] = [".xp-score-text:not(.xp-coming)", ".xp-score-text.xp-coming"]
        .map((one) => paint(style(document.querySelector(one)).fill));
      return [contrast(old, paint(card, [cell, 0.55])), contrast(coming, paint(card))];""")
    for theme in ("light", "dark"):
        opened.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        measured = opened.evaluate(script)
        assert min(measured) >= 4.5, (theme, measured)


def test_without_javascript_the_still_and_its_words_are_there(
    browser: Browser, tmp_path: Path
) -> None:
    has_a_still_without_javascript(browser, tmp_path, explorer())


def test_one_stream_and_no_knob_need_no_control_for_them(show: Show, tmp_path: Path) -> None:
    alone = ForgettingExplorer.of({"digits": {"naive": {"scores": runs(3)}}})
    path = tmp_path / "page.html"
    path.write_text(page_of(alone.to_html(b"")), encoding="utf-8")
    page = show(path)
    expect(figure(page, 0).get_by_role("radio")).to_have_count(1)
    expect(figure(page, 0).get_by_role("slider")).to_have_count(0)
    expect(figure(page, 0).locator(".xp-whisker")).to_have_count(2)
