"""Metric sharpness and induction heads in a real browser, on a page opened from disk.

How figures live in JupyterLab is tested once for all of them in test_explorables.py; here is what
these do by themselves.
"""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from watching import Show, a_tab, figure, fits, page_of, press, silent

from llmbook_utils.interactive import Explorable, InductionExplorer, MetricSharpness

pytestmark = pytest.mark.browser

SHARPNESS, SHARP_LOG, INDUCTION = range(3)
SIZES, DIGIT = [300, 1000, 3000, 9000], np.array([0.1, 0.4, 0.8, 0.99])
TOKENS = list("DKAFMBDKAFMB")
T, P = len(TOKENS), 6


def sharpness(**settings: object) -> MetricSharpness:
    rng = np.random.default_rng(0)
    book = {
        "parameters": SIZES,
        "correct": rng.random((4, 3, 400, 6)) < DIGIT[:, None, None, None],
        "log_probability": np.log(DIGIT)[:, None, None, None] * (0.5 + rng.random((4, 3, 400, 6))),
        "brier": np.repeat(0.9 * (1 - DIGIT)[:, None], 3, axis=1),
        "chance": 0.1,
    }
    right = rng.random((3, 2, 400, 1)) < np.array([0.02, 0.5, 0.98])[:, None, None, None]
    sums = {"steps": [0, 200, 400], "correct": np.repeat(right, 4, axis=3)}
    return MetricSharpness.of({"phone book": book, "addition": sums}, **settings)


def induction(**settings: object) -> InductionExplorer:
    looks = np.tril(np.random.default_rng(0).random((4, 2, 2, T, T)) + 0.1)
    for moment, strength in enumerate((0, 2, 10, 80)):
        looks[moment, 0, 0] += strength * np.eye(T, k=-1)
        looks[moment, 1, 1, np.arange(P, T), np.arange(1, P + 1)] += strength
    looks /= looks.sum(axis=-1, keepdims=True)
    losses = {"on the repeat": [3.2, 3.0, 1.5, 0.1], "first time": [3.2, 3.2, 3.2, 3.2]}
    return InductionExplorer.of([0, 100, 200, 400], TOKENS, looks, losses, chance=3.2, **settings)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    figures: list[Explorable] = [sharpness(k=6), sharpness(k=6, axis="log"), induction()]
    page = tmp_path_factory.mktemp("page") / "page.html"
    page.write_text(page_of(*(one.to_html() for one in figures)), encoding="utf-8")
    return page


# Sharpness --------------------------------------------------------------------------------------


def test_more_digits_sharpen_the_curve_as_python_says(opened: Page) -> None:
    shown, twin = figure(opened, SHARPNESS), sharpness(k=6)
    status, k = shown.get_by_role("status"), shown.get_by_role("slider", name="digits that must")
    for digits in (6, 5, 4, 3, 2, 1):
        twin.k = digits
        assert twin.step is not None
        part, at, silent_sizes = twin.step
        expect(k).to_have_attribute("aria-valuetext", f"{digits} of 6")
        expect(status).to_contain_text(f"{round(100 * part)} % of the whole change")
        expect(status).to_contain_text(f"from {SIZES[at]} to {SIZES[at + 1]} parameters")
        expect(status).to_contain_text(f"less than 5 % of it{silent_sizes} of 4")
        assert twin.off is not None
        expect(status).to_contain_text(f"off by at most{twin.off:.2g}")
        expect(shown.get_by_role("img", name=f"phone book: first {digits} right")).to_be_visible()
        press(opened, k, "ArrowLeft")


def test_a_smooth_ruler_needs_no_k_and_has_no_prediction(opened: Page) -> None:
    shown, twin = figure(opened, SHARPNESS), sharpness(k=6, metric="nats")
    curves = shown.locator(".xp-curve.xp-two")
    expect(curves).to_have_count(2)
    shown.get_by_role("radio", name="nats a digit").check(force=True)
    expect(shown.get_by_role("slider", name="digits that must")).to_be_disabled()
    expect(curves).to_have_count(0)
    assert twin.step is not None
    expect(shown.get_by_role("status")).to_contain_text(f"{round(100 * twin.step[0])} %")
    expect(shown.locator(".xp-said")).to_contain_text("under “first 6 right”")
    expect(shown.locator(".xp-said")).to_have_text(twin.describe().split(". ", 4)[-1])
    for name in ("digit accuracy", "Brier score", "p(answer)"):
        shown.get_by_role("radio", name=name).check(force=True)
        expect(shown.get_by_role("img", name=f"phone book: {name}")).to_be_visible()


def test_another_experiment_falls_back_to_what_it_has(opened: Page) -> None:
    shown = figure(opened, SHARPNESS)
    shown.get_by_role("radio", name="nats a digit").check(force=True)
    shown.get_by_role("radio", name="addition").check(force=True)
    expect(shown.get_by_role("radio", name="first k digits right")).to_be_checked()
    k = shown.get_by_role("slider", name="digits that must")
    expect(k).to_have_attribute("aria-valuetext", "4 of 4")
    twin = sharpness(experiment="addition", k=4)
    assert twin.off is not None
    assert twin.off > 0.3  # digits are right together
    expect(shown.get_by_role("status")).to_contain_text(f"off by at most{twin.off:.2g}")
    expect(shown.get_by_role("status")).to_contain_text("to 200 training steps")
    press(opened, k, "End")
    expect(k).to_have_attribute("aria-valuetext", "6: predicted only")
    expect(shown.locator(".xp-said")).to_have_text(
        "No entry has 6 digits: this is what single digits predict."
    )
    expect(shown.locator(".xp-seed")).to_have_count(0)


def test_zeros_are_hollow_on_a_logarithmic_axis(opened: Page) -> None:
    shown, twin = figure(opened, SHARP_LOG), sharpness(k=6)
    assert twin.values is not None
    zeros = int((twin.values == 0).sum())
    assert zeros > 0
    expect(shown.locator(".xp-none")).to_have_count(2 * zeros)  # one in each plot
    expect(shown.locator(".xp-key")).to_contain_text("0: below the axis")
    heights = {one.get_attribute("cy") for one in shown.locator(".xp-none").all()}
    assert len(heights) == 1
    shown.get_by_role("radio", name="linear").check(force=True)
    expect(shown.locator(".xp-none")).to_have_count(0)
    expect(shown.locator(".xp-key")).not_to_contain_text("0: below the axis")


def test_each_seed_is_a_line_where_there_are_many_points(show: Show, tmp_path: Path) -> None:
    correct = np.random.default_rng(0).random((20, 3, 50, 2)) < 0.5
    one = MetricSharpness.of({"addition": {"steps": range(20), "correct": correct}})
    path = tmp_path / "page.html"
    path.write_text(page_of(one.to_html()), encoding="utf-8")
    page = show(path, 390, shown=".xp-readout")
    expect(page.locator(".xp-each")).to_have_count(3)
    expect(page.locator(".xp-plot").first.locator(".xp-seed")).to_have_count(0)
    expect(page.get_by_role("radio", name="addition")).to_have_count(0)


# Induction --------------------------------------------------------------------------------------


def test_a_head_learns_to_copy_as_python_says(opened: Page) -> None:
    shown, twin = figure(opened, INDUCTION), induction()
    status, moment = shown.get_by_role("status"), shown.get_by_role("slider", name="Training step")
    target = TOKENS[twin.target or 0]
    for frame in (3, 2, 1, 0):
        twin.frame = frame
        given = twin.weights[twin.token, twin.target or 0]
        expect(moment).to_have_attribute("aria-valuetext", str(twin.steps[frame]))
        expect(status).to_contain_text(f"it last time, it gives{given:.2f}")
        expect(status).to_contain_text(f"induction score{twin.score('induction'):.2f}")
        expect(status).to_contain_text(f"on the repeat{twin.loss('on the repeat'):.3g}")
        expect(shown.locator(".xp-said")).to_have_text(twin._kind())
        press(opened, moment, "ArrowLeft")
    expect(status).to_contain_text(f"to “{target}”")
    shown.get_by_role("radio", name="1.1").check(force=True)
    press(opened, moment, "End")
    twin.head, twin.frame = "1.1", 3
    expect(status).to_contain_text(f"previous-token score{twin.score('previous'):.2f}")
    expect(shown.locator(".xp-said")).to_contain_text("a previous-token head")
    expect(shown.get_by_role("img", name="Scores of head 1.1")).to_be_visible()


def test_tokens_are_chosen_by_pointer_and_by_keys(opened: Page) -> None:
    shown = figure(opened, INDUCTION)
    strip, rows = shown.locator(".xp-plot").nth(0), shown.locator(".xp-plot").nth(1)
    slider = shown.get_by_role("slider", name="Look from")
    strip.locator(".xp-target").nth(8).click()
    expect(slider).to_have_attribute("aria-valuetext", "9: A")
    expect(strip.locator(".xp-copied")).to_have_count(1)
    rows.locator(".xp-target").nth(1).click()
    expect(slider).to_have_attribute("aria-valuetext", "2: K")
    expect(strip.locator(".xp-copied")).to_have_count(0)
    expect(shown.locator(".xp-said")).to_contain_text("“K” has not come before")
    press(opened, slider, "ArrowRight", 6)
    expect(slider).to_have_attribute("aria-valuetext", "8: K")
    expect(rows.locator(".xp-stripe")).to_have_count(T - P)


def test_a_token_is_chosen_by_a_touch(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, 390, 800, has_touch=True) as (page, watch):
        page.goto(page_file.as_uri())
        shown = figure(page, INDUCTION)
        token = shown.locator(".xp-plot").nth(0).locator(".xp-target").nth(10)
        token.scroll_into_view_if_needed()
        token.tap()
        slider = shown.get_by_role("slider", name="Look from")
        expect(slider).to_have_attribute("aria-valuetext", "11: M")
        silent(watch)


def test_play_goes_through_the_training_and_stops(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, own_time=True) as (page, watch):
        page.goto(page_file.as_uri())
        shown = figure(page, INDUCTION)
        moment = shown.get_by_role("slider", name="Training step")
        shown.get_by_role("button", name="Play").click()
        expect(moment).to_have_attribute("aria-valuetext", "0")
        expect(shown.get_by_role("button", name="Stop")).to_be_visible()
        page.clock.run_for(10_000)
        expect(moment).to_have_attribute("aria-valuetext", "400")
        expect(shown.get_by_role("button", name="Play")).to_be_visible()
        silent(watch)


def test_nothing_plays_for_who_asked_for_calm(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, reduced_motion="reduce") as (page, watch):
        page.goto(page_file.as_uri())
        shown = figure(page, INDUCTION)
        expect(shown.get_by_role("slider", name="Training step")).to_be_visible()
        expect(shown.get_by_role("button")).to_have_count(0)
        silent(watch)


# All --------------------------------------------------------------------------------------------


def test_nothing_is_wider_than_the_page_and_titles_fit(sized: Page) -> None:
    for ruler in ("first k digits", "digit accuracy", "nats a digit", "p(answer)"):
        figure(sized, SHARPNESS).get_by_role("radio", name=ruler).check(force=True)
        fits(sized)


def test_every_control_and_picture_has_a_name(opened: Page) -> None:
    for control in opened.locator("input, button").all():
        name = control.evaluate("e => [...(e.labels ?? [])].map((l) => l.innerText).join() || "
                                "e.innerText")  # fmt: skip
        assert name.strip()
    for picture in opened.locator(".xp-plot svg").all():
        assert len(picture.get_attribute("aria-label") or "") > 40


def test_without_javascript_a_still_with_words(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, java_script_enabled=False) as (page, _):
        page.goto(page_file.as_uri())
        stills = page.locator(".xp img")
        expect(stills).to_have_count(3)
        assert "first 6 right" in (stills.nth(SHARPNESS).get_attribute("alt") or "")
        assert "induction head" in (stills.nth(INDUCTION).get_attribute("alt") or "")
