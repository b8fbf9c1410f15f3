"""A figure of each kind in a real browser, on a page without a kernel.

The page is opened from disk, so nothing serves it; what it asks for is recorded. How figures live
in JupyterLab is tested in test_lab.py.
"""

import re
from pathlib import Path

import altair as alt
import pytest
from playwright.sync_api import Browser, Page, expect
from watching import Watch, a_tab, figure, page_of, press, silent

from llmbook_utils.interactive import OptimiserPaths, PolynomialFit, chart, write_vega_bundle

pytestmark = pytest.mark.browser


SLOPE = """import altair as alt
k = alt.param(name="k", value=2, bind=alt.binding_range(min=1, max=5, step=1, name="Slope k"))
points = alt.Data(values=[{"x": 1}, {"x": 2}])
lines = alt.Chart(points).transform_calculate(y="k * datum.x").mark_line()
lines = lines.encode(x="x:Q", y="y:Q").add_params(k)
"""


def slope_chart() -> alt.Chart:
    names: dict[str, alt.Chart] = {}
    exec(SLOPE, names)
    return names["lines"]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one figure of each kind, as a book would hold them."""
    folder = tmp_path_factory.mktemp("page")
    write_vega_bundle(folder / "_static" / "vendor" / "vega.js")
    figures = [
        OptimiserPaths(optimiser="momentum", lr=0.02),
        PolynomialFit(),
        chart(slope_chart(), alt_text="A line whose slope is k."),
    ]
    text = page_of(*(figure.to_html() for figure in figures))
    (folder / "page.html").write_text(text, encoding="utf-8")
    return folder / "page.html"


@pytest.fixture(scope="module")
def drawn() -> str:
    return ".xp-readout >> nth=1"


def test_optimiser_paths_reacts_as_python_says(opened: Page) -> None:
    paths = figure(opened, 0)
    readout = paths.get_by_role("status")
    twin = OptimiserPaths(optimiser="momentum", lr=0.02)
    expect(readout).to_contain_text(f"{twin.losses[-1]:.3g}")
    before = paths.locator(".xp-path").first.get_attribute("d")
    press(opened, paths.get_by_role("slider", name="Learning rate"), "End")
    expect(readout).to_contain_text("Diverged")
    paths.get_by_role("radio", name="Adam").check(force=True)
    twin = OptimiserPaths(optimiser="Adam", lr=1.0)
    expect(readout).to_contain_text(f"{twin.losses[-1]:.3g}")
    assert before != paths.locator(".xp-path").first.get_attribute("d")
    paths.get_by_role("radio", name="SGD").check(force=True)
    expect(paths.get_by_role("slider", name="Momentum")).to_be_disabled()
    paths.get_by_role("radio", name="Saddle").check(force=True)
    start = paths.get_by_role("slider", name="Start point")
    expect(start).to_have_attribute("aria-valuetext", "w₁ = −3.5, w₂ = 0.02")


def test_start_point_follows_keys_and_pointer(opened: Page) -> None:
    start = figure(opened, 0).get_by_role("slider", name="Start point")
    press(opened, start, "ArrowRight", 3)
    press(opened, start, "Shift+ArrowDown")
    expect(start).to_have_attribute("aria-valuetext", "w₁ = −3.2, w₂ = 1")
    box = figure(opened, 0).locator("svg.xp-drag").bounding_box()
    assert box is not None
    opened.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    opened.mouse.down()
    opened.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    opened.mouse.up()
    said = start.get_attribute("aria-valuetext") or ""
    w1, w2 = (float(n.replace("−", "-")) for n in re.findall(r"= (\S+?)(?:,|$)", said))
    assert 1.5 < w1 < 3.5
    assert 0.1 < w2 < 1.2


def test_a_tap_moves_the_start_point(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, 390, 844, has_touch=True) as (page, watch):
        page.goto(page_file.as_uri())
        surface = figure(page, 0).locator("svg.xp-drag")
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"])
        start = figure(page, 0).get_by_role("slider", name="Start point")
        expect(start).not_to_have_attribute("aria-valuetext", "w₁ = −3.5, w₂ = 1.5")
        assert watch.said == []


def test_play_runs_through_the_steps(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, own_time=True) as (page, watch):
        page.goto(page_file.as_uri())
        paths = figure(page, 0)
        steps = paths.locator(".xp-step")
        expect(steps).to_have_count(60)
        paths.get_by_role("button", name="Play").click()
        page.clock.run_for(300)
        assert 0 < steps.count() < 60
        paths.get_by_role("button", name="Stop").click()
        held = steps.count()
        page.clock.run_for(10_000)
        assert steps.count() == held
        paths.get_by_role("button", name="Play").click()  # goes on from there
        page.clock.run_for(100)
        assert held <= steps.count() < 60
        page.clock.run_for(10_000)
        assert steps.count() == 60
        expect(paths.get_by_role("button", name="Play")).to_be_visible()
        paths.get_by_role("button", name="+ 1 step").click()
        assert steps.count() == 61
        silent(watch)


def test_nothing_moves_for_who_asked_for_calm(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, reduced_motion="reduce") as (page, _):
        page.goto(page_file.as_uri())
        expect(figure(page, 0).get_by_role("button", name="+ 1 step")).to_be_visible()
        expect(figure(page, 0).get_by_role("button", name="Play")).to_have_count(0)


def test_polynomial_fit_reacts_as_python_says(opened: Page) -> None:
    fit = figure(opened, 1)
    press(opened, fit.get_by_role("slider", name="Degree"), "ArrowRight", 6)
    press(opened, fit.get_by_role("slider", name="Noise"), "ArrowRight", 2)
    press(opened, fit.get_by_role("slider", name="Training points"), "ArrowRight", 5)
    fit.get_by_role("button", name="New sample").click()
    train, validation = PolynomialFit(degree=9, noise=0.35, n=25, seed=2).errors()
    readout = fit.get_by_role("status")
    expect(readout).to_contain_text(f"Training error{train[9]:.3g}")
    expect(readout).to_contain_text(f"Validation error{validation[9]:.3g}")
    expect(readout).to_contain_text(f"best at degree {validation.argmin()}")
    assert fit.locator(".xp-plot").first.locator("circle.xp-train").count() == 25


def test_chart_redraws_from_the_site_s_own_library(opened: Page, tab: tuple[Page, Watch]) -> None:
    slope = figure(opened, 2)
    slope.scroll_into_view_if_needed()
    line = slope.locator(".mark-line path").first
    line.wait_for()
    expect(slope.get_by_text("4.0", exact=True)).to_be_visible()  # the top of the axis: 2 × 2
    press(opened, slope.get_by_role("slider", name="Slope k"), "ArrowRight")
    expect(slope.get_by_text("6", exact=True)).to_be_visible()  # 3 × 2
    assert [url.rsplit("/", 1)[1] for url in tab[1].asked if "vendor" in url] == ["vega.js"]


def test_chart_without_its_library_shows_the_still(browser: Browser, page_file: Path) -> None:
    with a_tab(browser) as (page, _):
        page.route("**/vega.js", lambda route: route.abort())
        page.goto(page_file.as_uri())
        figure(page, 2).scroll_into_view_if_needed()
        expect(figure(page, 2).get_by_alt_text("A line whose slope is k.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_sideways_scrolling(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    figure(opened, 2).scroll_into_view_if_needed()
    figure(opened, 2).locator(".mark-line path").first.wait_for()
    opened.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    for plot in opened.locator(".xp-plot svg").all():
        inner, outer = plot.bounding_box(), plot.locator("xpath=..").bounding_box()
        assert inner is not None
        assert outer is not None
        assert inner["width"] <= outer["width"] + 1
        assert inner["height"] >= 240


def test_dark_mode_follows_the_page_then_the_system(browser: Browser, page_file: Path) -> None:
    paper = "() => getComputedStyle(document.querySelector('.xp')).backgroundColor"
    axis = "() => document.querySelector('.xp-chart .role-axis-label text').getAttribute('fill')"
    with a_tab(browser, color_scheme="dark") as (page, _):
        page.goto(page_file.as_uri())
        figure(page, 2).scroll_into_view_if_needed()
        page.locator(".xp-chart .role-axis-label text").first.wait_for()
        light, light_axis = page.evaluate(paper), page.evaluate(axis)
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        dark = page.evaluate(paper)
        page.wait_for_function(f"({axis})() !== '{light_axis}'")
        page.evaluate("delete document.documentElement.dataset.theme")
        assert page.evaluate(paper) == dark != light
        page.emulate_media(color_scheme="light")
        assert page.evaluate(paper) == light
        page.evaluate("document.body.dataset.jpThemeLight = 'false'")  # JupyterLab's switch
        assert page.evaluate(paper) == dark


def test_every_control_has_a_name(opened: Page) -> None:
    for role in ("slider", "radio", "button"):
        everything = opened.get_by_role(role)
        named = opened.get_by_role(role, name=re.compile(r"\w"))
        assert everything.count() == named.count() > 0
    assert opened.locator("svg[role]:not([aria-label])").count() == 0


def test_without_javascript_a_still_with_words(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, java_script_enabled=False) as (page, _):
        page.goto(page_file.as_uri())
        for still in page.locator(".xp img").all():
            expect(still).to_be_visible()
        assert page.locator(".xp img").count() == 3
        assert "degree 3" in (page.locator(".xp img").nth(1).get_attribute("alt") or "")
