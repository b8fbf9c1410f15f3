"""Each interactive figure in a real browser: on a page without a kernel, and live in JupyterLab.

The page is opened from disk, so nothing serves it; what it asks for is recorded. JupyterLab is
started on a free port with a notebook of three cells.
"""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import altair as alt
import nbformat
import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect
from watching import Watch, figure, page_of, press, silent, watched

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


@pytest.fixture
def opened(browser: Browser, page_file: Path) -> Iterator[tuple[Page, Watch]]:
    """The page, open at 1280 px, with the record of what it says and asks for."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page, watch = watched(context)
        page.set_default_timeout(10_000)
        page.goto(page_file.as_uri())
        page.locator(".xp-readout").nth(1).wait_for()
        yield page, watch
        silent(watch)


def test_optimiser_paths_reacts_as_python_says(opened: tuple[Page, Watch]) -> None:
    page, _ = opened
    paths = figure(page, 0)
    readout = paths.get_by_role("status")
    twin = OptimiserPaths(optimiser="momentum", lr=0.02)
    expect(readout).to_contain_text(f"{twin.losses[-1]:.3g}")
    before = paths.locator(".xp-path").first.get_attribute("d")
    press(page, paths.get_by_role("slider", name="Learning rate"), "End")
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


def test_start_point_follows_keys_and_pointer(opened: tuple[Page, Watch]) -> None:
    page, _ = opened
    start = figure(page, 0).get_by_role("slider", name="Start point")
    press(page, start, "ArrowRight", 3)
    press(page, start, "Shift+ArrowDown")
    expect(start).to_have_attribute("aria-valuetext", "w₁ = −3.2, w₂ = 1")
    box = figure(page, 0).locator("svg.xp-drag").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    page.mouse.up()
    said = start.get_attribute("aria-valuetext") or ""
    w1, w2 = (float(n.replace("−", "-")) for n in re.findall(r"= (\S+?)(?:,|$)", said))
    assert 1.5 < w1 < 3.5
    assert 0.1 < w2 < 1.2


def test_a_tap_moves_the_start_point(browser: Browser, page_file: Path) -> None:
    with browser.new_context(has_touch=True, viewport={"width": 390, "height": 844}) as context:
        page, watch = watched(context)
        page.goto(page_file.as_uri())
        surface = figure(page, 0).locator("svg.xp-drag")
        surface.scroll_into_view_if_needed()
        box = surface.bounding_box()
        assert box is not None
        page.touchscreen.tap(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"])
        start = figure(page, 0).get_by_role("slider", name="Start point")
        expect(start).not_to_have_attribute("aria-valuetext", "w₁ = −3.5, w₂ = 1.5")
        assert watch.said == []


def test_play_runs_through_the_steps(opened: tuple[Page, Watch]) -> None:
    page, _ = opened
    paths = figure(page, 0)
    steps = paths.locator(".xp-step")
    assert steps.count() == 60
    paths.get_by_role("button", name="Play").click()
    assert steps.count() < 60
    paths.get_by_role("button", name="Stop").click()
    held = steps.count()
    page.wait_for_timeout(300)
    assert steps.count() == held < 60
    paths.get_by_role("button", name="Play").click()  # goes on from there
    expect(steps).to_have_count(60)
    expect(paths.get_by_role("button", name="Play")).to_be_visible()
    paths.get_by_role("button", name="+ 1 step").click()
    assert steps.count() == 61


def test_nothing_moves_for_who_asked_for_calm(browser: Browser, page_file: Path) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page, _ = watched(context)
        page.goto(page_file.as_uri())
        expect(figure(page, 0).get_by_role("button", name="+ 1 step")).to_be_visible()
        expect(figure(page, 0).get_by_role("button", name="Play")).to_have_count(0)


def test_polynomial_fit_reacts_as_python_says(opened: tuple[Page, Watch]) -> None:
    page, _ = opened
    fit = figure(page, 1)
    press(page, fit.get_by_role("slider", name="Degree"), "ArrowRight", 6)
    press(page, fit.get_by_role("slider", name="Noise"), "ArrowRight", 2)
    press(page, fit.get_by_role("slider", name="Training points"), "ArrowRight", 5)
    fit.get_by_role("button", name="New sample").click()
    train, validation = PolynomialFit(degree=9, noise=0.35, n=25, seed=2).errors()
    readout = fit.get_by_role("status")
    expect(readout).to_contain_text(f"Training error{train[9]:.3g}")
    expect(readout).to_contain_text(f"Validation error{validation[9]:.3g}")
    expect(readout).to_contain_text(f"best at degree {validation.argmin()}")
    assert fit.locator(".xp-plot").first.locator("circle.xp-train").count() == 25


def test_chart_redraws_from_the_site_s_own_library(opened: tuple[Page, Watch]) -> None:
    page, watch = opened
    slope = figure(page, 2)
    slope.scroll_into_view_if_needed()
    line = slope.locator(".mark-line path").first
    line.wait_for()
    expect(slope.get_by_text("4.0", exact=True)).to_be_visible()  # the top of the axis: 2 × 2
    press(page, slope.get_by_role("slider", name="Slope k"), "ArrowRight")
    expect(slope.get_by_text("6", exact=True)).to_be_visible()  # 3 × 2
    assert [url.rsplit("/", 1)[1] for url in watch.asked if "vendor" in url] == ["vega.js"]


def test_chart_without_its_library_shows_the_still(browser: Browser, page_file: Path) -> None:
    with browser.new_context() as context:
        page, _ = watched(context)
        page.route("**/vega.js", lambda route: route.abort())
        page.goto(page_file.as_uri())
        figure(page, 2).scroll_into_view_if_needed()
        expect(figure(page, 2).get_by_alt_text("A line whose slope is k.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_sideways_scrolling(opened: tuple[Page, Watch], width: int) -> None:
    page, _ = opened
    page.set_viewport_size({"width": width, "height": 900})
    figure(page, 2).scroll_into_view_if_needed()
    figure(page, 2).locator(".mark-line path").first.wait_for()
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
    for plot in page.locator(".xp-plot svg").all():
        inner, outer = plot.bounding_box(), plot.locator("xpath=..").bounding_box()
        assert inner is not None
        assert outer is not None
        assert inner["width"] <= outer["width"] + 1
        assert inner["height"] >= 240


def test_dark_mode_follows_the_page_then_the_system(browser: Browser, page_file: Path) -> None:
    paper = "() => getComputedStyle(document.querySelector('.xp')).backgroundColor"
    axis = "() => document.querySelector('.xp-chart .role-axis-label text').getAttribute('fill')"
    with browser.new_context(color_scheme="dark") as context:
        page, _ = watched(context)
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


def test_every_control_has_a_name(opened: tuple[Page, Watch]) -> None:
    page, _ = opened
    for role in ("slider", "radio", "button"):
        everything = page.get_by_role(role)
        named = page.get_by_role(role, name=re.compile(r"\w"))
        assert everything.count() == named.count() > 0
    assert page.locator("svg[role]:not([aria-label])").count() == 0


def test_without_javascript_a_still_with_words(browser: Browser, page_file: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page, _ = watched(context)
        page.goto(page_file.as_uri())
        for still in page.locator(".xp img").all():
            expect(still).to_be_visible()
        assert page.locator(".xp img").count() == 3
        assert "degree 3" in (page.locator(".xp img").nth(1).get_attribute("alt") or "")


# JupyterLab -------------------------------------------------------------------------------------

CELLS = {
    "paths": "from llmbook_utils.interactive import OptimiserPaths, chart\n"
    "figure = OptimiserPaths(optimiser='momentum', lr=0.02)\nfigure",
    "slope": SLOPE + "slope = chart(lines, alt_text='A line whose slope is k.')\nslope",
    "read": "print(f'Python reads {figure.lr} and {slope.params}')",
    "grid": "from llmbook_utils.interactive import GridExplorer, WarpExplorer\n"
    "grid = GridExplorer()\ngrid",
    "warp": "warp = WarpExplorer()\nwarp",
    "read kernels": "print(f'Kernels: {grid.blocks} blocks, stride {warp.stride}')",
}
LANGUAGE = {
    "player": "from llmbook_utils.interactive import NextWordExplorer, TokenizerExplorer\n"
    "from llmbook_utils.interactive import TrainingPlayer\n"
    "from llmbook_utils.tokenizer import Tokenizer\n"
    "player = TrainingPlayer.of([0, 9], {'loss': [2.0, 1.0]}, 0.9, [['first'], ['last']])\nplayer",
    "next": "texts = [['Mara', 'sings', '<end>'], ['Mara', 'sleeps', '<end>']]\n"
    "words = ['Mara', 'sings', 'sleeps', '<end>']\n"
    "after = NextWordExplorer.of(texts, words, [['Mara']], lambda w: {'sings': 1.0}, 3)\nafter",
    "tokens": "bpe = Tokenizer.train('Mara sings. Mara sleeps.')\n"
    "tokens = TokenizerExplorer.of(bpe, text='Mara sings.')\ntokens",
    "read": "print(f'Step {player.frame}, order {after.order}, merges {tokens.n}')",
}
ALIGNMENT = {
    "mask": "from llmbook_utils.interactive import BestOfNExplorer, BetaExplorer\n"
    "from llmbook_utils.interactive import LossMaskExplorer, SamplesTable, clipped_objective\n"
    "chat = (['<q>', 'Who', '?', '<a>', 'Mara', '<end>'], [False] * 4 + [True] * 2)\n"
    "mask = LossMaskExplorer.of({'chat': chat})\nmask",
    "best": "curves = {'weak': [0.0, 1.0], 'strong': [0.0, 2.0]}\n"
    "best = BestOfNExplorer.of([1, 4], curves, curves)\nbest",
    "beta": "run = {'iteration': [0, 9], 'proxy': [0, 1], 'gold': [0, 1], 'kl': [0, 2]}\n"
    "run['answers'] = [['first'], ['last']]\n"
    "beta = BetaExplorer.of({0.0: run, 0.5: run}, ['Who?'])\nbeta",
    "clip": "clip = clipped_objective()\nclip",
    "table": "SamplesTable(['Who?'], {'before': ['Ivan'], 'after': ['Mara']})",
    "read": "print(f'{mask.mask}, n = {best.n}, β = {beta.beta}, ρ = {clip.params[\"ratio\"]}')",
}
NOTEBOOKS = {"figures": CELLS, "language": LANGUAGE, "alignment": ALIGNMENT}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of three notebooks in a JupyterLab of its own, without settings of this user."""
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    (tmp_path / "work").mkdir()
    for name, cells in NOTEBOOKS.items():
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        notebook.cells = [
            nbformat.v4.new_code_cell(code, id=cell.replace(" ", "-"))
            for cell, code in cells.items()
        ]
        nbformat.write(notebook, tmp_path / "work" / f"{name}.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
    options += [
        "--IdentityProvider.token=",
        "--allow-root",
        f"--ServerApp.root_dir={tmp_path}/work",
    ]
    homes = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=os.environ | homes,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        address = f"http://127.0.0.1:{port}/"
        try:
            for _ in range(150):
                try:
                    urllib.request.urlopen(address + "api", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, (tmp_path / "log").read_text()
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def run_all(page: Page) -> None:
    """Run every cell; again if JupyterLab lost the request because its kernel was just starting."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    last = page.locator(".jp-CodeCell").nth(2)
    for _ in range(4):
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        with contextlib.suppress(TimeoutError):
            last.get_by_text(re.compile(r"\[(\*|\d+)\]")).first.wait_for(timeout=3_000)
            return
    raise AssertionError("JupyterLab does not run the cells")


def test_live_in_jupyterlab(browser: Browser, lab: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 1700}) as context:
        page, watch = watched(context)
        page.set_default_timeout(60_000)  # a kernel and its imports on a busy machine
        page.goto(f"{lab}lab/tree/figures.ipynb?reset")
        run_all(page)
        paths, slope = figure(page, 0), figure(page, 1)
        slope.locator(".mark-line path").first.wait_for()
        expect(page.get_by_text("Python reads 0.02 and {'k': 2}")).to_be_visible()

        before = paths.locator(".xp-path").first.get_attribute("d") or ""
        press(page, paths.get_by_role("slider", name="Learning rate"), "ArrowRight", 10)
        expect(paths.locator(".xp-path").first).not_to_have_attribute("d", before)
        press(page, slope.get_by_role("slider", name="Slope k"), "ArrowRight", 2)
        reading = page.locator(".jp-CodeCell").nth(2)
        reading.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Python reads 0.0251 and {'k': 4}")).to_be_visible()

        press(page, figure(page, 2).get_by_role("slider", name="gridDim.x"), "ArrowRight", 2)
        press(page, figure(page, 3).get_by_role("slider", name="Stride"), "ArrowRight", 7)
        expect(figure(page, 3)).to_contain_text("128 of 1024 bytes moved are used")
        page.locator(".jp-CodeCell").nth(5).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Kernels: 6 blocks, stride 8")).to_be_visible()
        assert [url for url in watch.foreign(lab) if not url.startswith("ws")] == []


def test_language_figures_live_in_jupyterlab(browser: Browser, lab: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 2400}) as context:
        page, watch = watched(context)
        page.set_default_timeout(60_000)
        page.goto(f"{lab}lab/tree/language.ipynb?reset")
        run_all(page)
        expect(page.get_by_text(re.compile(r"Step 1, order 3, merges \d\d"))).to_be_visible()
        press(page, figure(page, 0).get_by_role("slider", name="Training step"), "Home", 1)
        expect(figure(page, 0)).to_contain_text("first")
        press(page, figure(page, 1).get_by_role("slider", name="Order n"), "Home", 1)
        press(page, figure(page, 2).get_by_role("slider", name="Merges"), "Home", 1)
        page.locator(".jp-CodeCell").nth(3).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Step 0, order 1, merges 0")).to_be_visible()
        assert [url for url in watch.foreign(lab) if not url.startswith("ws")] == []


def test_alignment_figures_live_in_jupyterlab(browser: Browser, lab: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 3200}) as context:
        page, watch = watched(context)
        page.set_default_timeout(60_000)
        page.goto(f"{lab}lab/tree/alignment.ipynb?reset")
        run_all(page)
        read = page.get_by_text("answers, n = 1, β = 0.0, ρ = 1.4")
        expect(read).to_be_visible(timeout=60_000)  # five figures, each with its still
        mask, best, beta, clip, table = (figure(page, place) for place in range(5))
        mask.get_by_role("radio", name="everything").check(force=True)
        expect(mask).to_contain_text("5 of 6")
        press(page, best.get_by_role("slider", name="n answers"), "ArrowRight", 1)
        press(page, beta.get_by_role("slider", name="Strength β"), "ArrowRight", 1)
        press(page, beta.get_by_role("slider", name="Iteration"), "Home", 1)
        expect(beta).to_contain_text("first")
        clip.locator(".mark-line path").first.wait_for()
        press(page, clip.get_by_role("slider", name="Ratio"), "Home", 1)
        expect(table).to_contain_text("Mara")
        page.locator(".jp-CodeCell").nth(5).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("everything, n = 4, β = 0.5, ρ = 0")).to_be_visible()
        assert [url for url in watch.foreign(lab) if not url.startswith("ws")] == []
