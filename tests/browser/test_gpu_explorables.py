"""The grid and the warp explorer in a real browser, on a page opened from disk.

How figures live in JupyterLab is tested in test_lab.py; without JavaScript, and for readers who
asked for calm, in test_explorables.py; here is what these two do by themselves.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from watching import a_tab, figure, page_of, press, silent

from llmbook_utils.interactive import GridExplorer, WarpExplorer
from llmbook_utils.interactive.warp_access import GlobalTraffic, SharedTraffic

pytestmark = pytest.mark.browser

GRID, GRID_2D, WARP = range(3)


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    figures = [GridExplorer(), GridExplorer(dimensions="2-D"), WarpExplorer()]
    page = tmp_path_factory.mktemp("page") / "page.html"
    text = page_of(*(figure.to_html() for figure in figures))
    page.write_text(text, encoding="utf-8")
    return page


def click(page: Page, target: Locator) -> None:
    """Click in the middle of a drawn cell, wherever the page has scrolled to."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


# The grid ---------------------------------------------------------------------------------------


def test_a_thread_is_chosen_by_keys_and_its_indices_are_shown(opened: Page) -> None:
    grid = figure(opened, GRID)
    thread = grid.get_by_role("slider", name="Thread")
    press(opened, thread, "ArrowDown", 2)  # a row is 32 threads
    press(opened, thread, "ArrowRight", 5)
    formula = grid.locator(".xp-formula")
    line = "i = blockIdx.x · blockDim.x + threadIdx.x = 2 · 32 + 5 = 69"
    expect(formula).to_contain_text(line)
    expect(formula).to_contain_text("warp 0 of its block, lane 5")
    expect(formula).to_contain_text("69 < 100: works on a[69]")
    expect(thread).to_have_attribute("aria-valuenow", "69")
    expect(thread).to_have_attribute("aria-valuetext", re.compile("works on a\\[69\\]"))
    press(opened, thread, "ArrowDown")
    expect(formula).to_contain_text("101 ≥ 100: the guard keeps it off the array")
    press(opened, thread, "ArrowDown", 9)  # stays in the grid
    expect(thread).to_have_attribute("aria-valuenow", "127")


def test_a_thread_is_chosen_by_a_click(opened: Page) -> None:
    grid = figure(opened, GRID)
    click(opened, grid.locator("rect.xp-thread").nth(97))
    thread = grid.get_by_role("slider", name="Thread")
    expect(thread).to_have_attribute("aria-valuenow", "97")
    expect(thread).to_be_focused()
    expect(grid.locator("rect.xp-mate")).to_have_count(32)  # its warp


def test_guarded_threads_and_missed_elements_are_counted_and_drawn(opened: Page) -> None:
    grid = figure(opened, GRID)
    readout = grid.get_by_role("status")
    expect(readout).to_contain_text("Threads kept off28")
    expect(grid.locator("rect.xp-guarded")).to_have_count(28)
    expect(readout).to_contain_text("Every element has a thread.")
    press(opened, grid.get_by_role("slider", name="gridDim.x"), "ArrowLeft")
    press(opened, grid.get_by_role("slider", name="blockDim.x"), "ArrowLeft")
    fit = GridExplorer(blocks=3, threads=24).coverage
    expect(readout).to_contain_text(f"{fit.missed} elements have no thread: the grid is too small.")
    expect(grid.locator("rect.xp-missed")).to_have_count(fit.missed)
    expect(grid.locator("rect.xp-thread")).to_have_count(fit.threads)
    expect(grid.locator("rect.xp-guarded")).to_have_count(0)


def test_two_dimensions(opened: Page) -> None:
    grid = figure(opened, GRID_2D)
    thread = grid.get_by_role("slider", name="Thread")
    press(opened, thread, "ArrowRight", 17)
    press(opened, thread, "ArrowDown", 9)
    chosen = GridExplorer(dimensions="2-D", x=17, y=9).chosen
    formula = grid.locator(".xp-formula")
    expect(formula).to_contain_text("threadIdx.x = 2 · 8 + 1 = 17")
    expect(formula).to_contain_text("threadIdx.y = 1 · 8 + 1 = 9")
    expect(formula).to_contain_text(f"a[9 · 20 + 17] = a[{chosen.index}]")
    expect(formula).to_contain_text(f"warp {chosen.warp} of its block, lane {chosen.lane}")
    press(opened, grid.get_by_role("slider", name="Array rows"), "ArrowLeft", 5)
    expect(formula).to_contain_text("outside the 9 × 20 array")
    fit = GridExplorer(dimensions="2-D", rows=9).coverage
    expect(grid.locator("rect.xp-guarded")).to_have_count(fit.guarded)
    click(opened, grid.locator("rect.xp-thread").first)
    expect(thread).to_have_attribute("aria-valuenow", "0")


def test_only_the_sliders_of_the_chosen_dimensions_are_there(opened: Page) -> None:
    grid = figure(opened, GRID)
    expect(grid.get_by_role("slider", name="blockDim.y")).to_have_count(0)
    expect(grid.get_by_role("slider", name="Array length")).to_have_count(1)
    grid.get_by_role("radio", name="2-D").check(force=True)
    expect(grid.get_by_role("slider", name="blockDim.y")).to_have_count(1)
    expect(grid.get_by_role("slider", name="Array length")).to_have_count(0)


# The warp ---------------------------------------------------------------------------------------


def test_sectors_follow_the_stride_as_python_says(opened: Page) -> None:
    warp = figure(opened, WARP)
    readout, stride = warp.get_by_role("status"), warp.get_by_role("slider", name="Stride")
    expect(readout).to_contain_text("Sectors4")
    expect(readout).to_contain_text("Coalesced")
    for steps in range(2, 10):
        press(opened, stride, "ArrowRight")
        cost = WarpExplorer(stride=steps).traffic
        assert isinstance(cost, GlobalTraffic)
        expect(readout).to_contain_text(f"Sectors{cost.sectors}Cache lines{cost.lines}")
        expect(readout).to_contain_text(f"{cost.used} of {cost.moved} bytes")
        expect(warp.locator("rect.xp-hit")).to_have_count(cost.sectors)
        expect(warp.locator("rect.xp-word")).to_have_count(32)


def test_offset_and_element_follow(opened: Page) -> None:
    warp = figure(opened, WARP)
    press(opened, warp.get_by_role("slider", name="Offset"), "ArrowRight", 3)
    warp.get_by_role("radio", name="float4").check(force=True)
    cost = WarpExplorer(offset=3, element="float4").traffic
    assert isinstance(cost, GlobalTraffic)
    expect(warp.get_by_role("status")).to_contain_text(f"Sectors{cost.sectors}")
    expect(warp.locator(".xp-formula")).to_have_text(
        "Lane 0 reads element 3 + 0 × 1 = 3, bytes 48 to 63."
    )


def test_a_column_of_a_tile_and_its_padding(opened: Page) -> None:
    warp = figure(opened, WARP)
    padding = warp.get_by_role("slider", name="Padding")
    expect(padding).to_be_disabled()
    warp.get_by_role("radio", name="Shared").check(force=True)
    expect(padding).to_be_enabled()
    press(opened, warp.get_by_role("slider", name="Stride"), "ArrowRight", 31)
    readout = warp.get_by_role("status")
    expect(readout).to_contain_text("Bank conflict: 32 wavefronts instead of 1.")
    expect(warp.locator("rect.xp-clash")).to_have_count(32)
    press(opened, padding, "ArrowRight")
    cost = WarpExplorer(space="shared", stride=32, pad=1).traffic
    assert isinstance(cost, SharedTraffic)
    expect(readout).to_contain_text(f"Wavefronts{cost.wavefronts}Banks used{cost.banks}")
    expect(readout).to_contain_text("No bank conflict.")
    expect(warp.locator("rect.xp-clash")).to_have_count(0)


def test_a_lane_is_chosen_by_keys_by_its_box_and_by_what_it_reads(opened: Page) -> None:
    warp = figure(opened, WARP)
    press(opened, warp.get_by_role("slider", name="Stride"), "ArrowRight")
    lane, formula = warp.get_by_role("slider", name="Lane"), warp.locator(".xp-formula")
    press(opened, lane, "ArrowRight", 5)
    expect(formula).to_have_text("Lane 5 reads element 0 + 5 × 2 = 10, bytes 40 to 43.")
    expect(lane).to_have_attribute(
        "aria-valuetext", "Lane 5 reads element 0 + 5 × 2 = 10, bytes 40 to 43."
    )
    press(opened, lane, "End")
    press(opened, lane, "ArrowRight")
    expect(lane).to_have_attribute("aria-valuenow", "31")
    click(opened, warp.locator("rect.xp-lane").nth(7))
    expect(lane).to_have_attribute("aria-valuenow", "7")
    click(opened, warp.locator("rect.xp-word").nth(20))
    expect(lane).to_have_attribute("aria-valuenow", "20")
    expect(lane).to_be_focused()


# Both -------------------------------------------------------------------------------------------


def test_a_tap_chooses(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, 390, 844, has_touch=True) as (page, watch):
        page.goto(page_file.as_uri())
        for number, cell, name in ((GRID, "xp-thread", "Thread"), (WARP, "xp-lane", "Lane")):
            target = figure(page, number).locator(f"rect.{cell}").nth(12)
            target.scroll_into_view_if_needed()
            box = target.bounding_box()
            assert box is not None
            page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            slider = figure(page, number).get_by_role("slider", name=name)
            expect(slider).to_have_attribute("aria-valuenow", "12")
        silent(watch)


# How many cells and words a plot has, and those that stand more than 4 px beyond its edges.
OUTSIDE = """(plot) => {
  const outer = plot.getBoundingClientRect(), parts = [...plot.querySelectorAll("rect, text")];
  const beyond = (box) => Math.max(
    outer.left - box.left, box.right - outer.right, box.bottom - outer.bottom);
  const outside = parts.filter((part) => beyond(part.getBoundingClientRect()) > 4);
  return [parts.length, outside.map((part) => part.outerHTML)];
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_leaves_its_place(opened: Page, width: int) -> None:
    warp, grid = figure(opened, WARP), figure(opened, GRID)
    press(opened, warp.get_by_role("slider", name="Stride"), "End")  # 32 lines of memory
    press(opened, grid.get_by_role("slider", name="gridDim.x"), "End")
    press(opened, grid.get_by_role("slider", name="blockDim.x"), "End")
    opened.set_viewport_size({"width": width, "height": 900})
    opened.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    for plot in opened.locator(".xp-plot svg").all():
        parts, outside = plot.evaluate(OUTSIDE)
        assert parts > 10
        assert outside == []


def test_every_control_has_a_name(opened: Page) -> None:
    for role in ("slider", "radio"):
        everything = opened.get_by_role(role)
        named = opened.get_by_role(role, name=re.compile(r"\w"))
        assert everything.count() == named.count() > 0
    assert opened.locator("svg[role]:not([aria-label])").count() == 0


def test_colours_follow_the_page_s_theme(opened: Page) -> None:
    color = "() => getComputedStyle(document.querySelector('.xp-lane')).fill"
    light = opened.evaluate(color)
    opened.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert opened.evaluate(color) != light


def test_without_javascript_a_still_with_words(browser: Browser, page_file: Path) -> None:
    with a_tab(browser, java_script_enabled=False) as (page, _):
        page.goto(page_file.as_uri())
        stills = page.locator(".xp img")
        assert stills.count() == 3
        for still, words in zip(
            stills.all(), ("4 blocks", "3 × 2 blocks", "4 sectors"), strict=True
        ):
            expect(still).to_be_visible()
            assert words in (still.get_attribute("alt") or "")
