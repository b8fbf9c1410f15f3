"""The JupyterLab that `llmbook lab` opens: nbgrader's buttons, and figures with a kernel."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, TimeoutError, expect
from running_server import running_server
from watching import Watch, press, watched

from llmbook_utils.authoring import release
from llmbook_utils.grading.assignment import marks, read_notebook

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
NAME = "01_training_basics"
TOKEN = "lab-test"
PATIENCE = 60_000  # milliseconds: the first page of a cold JupyterLab, the run of a whole notebook


def write_course(folder: Path) -> None:
    """A course with one assignment, once as released and once solved."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
    (folder / "chapters").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), folder / "chapters" / f"{NAME}.ipynb")
    release.write(NAME, folder)
    source = read_notebook(folder / "solutions" / NAME / f"{NAME}.ipynb")
    written = {marks(c)["grade_id"]: c.source for c in source.cells if marks(c).get("solution")}
    solved = read_notebook(folder / "exercises" / NAME / f"{NAME}.ipynb")
    for cell in solved.cells:
        cell.source = written.get(marks(cell).get("grade_id"), cell.source)
    (folder / "exercises" / "solved").mkdir()
    nbformat.write(solved, folder / "exercises" / "solved" / f"{NAME}.ipynb")
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    figures = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    figures.cells = [nbformat.v4.new_code_cell(code) for code in CELLS.values()]
    nbformat.write(figures, folder / "figures.ipynb")


def own_folders(folder: Path) -> dict[str, str]:
    """Jupyter keeps its files in `folder`, as on a machine on which it never ran."""
    return {
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of a JupyterLab started by `llmbook lab` in a fresh course."""
    if not (ROOT / "solutions" / NAME).is_dir():
        pytest.skip(f"there is no assignment {NAME} yet")
    folder = tmp_path_factory.mktemp("lab")
    write_course(folder)
    settings = own_folders(tmp_path_factory.mktemp("jupyter"))
    command = ("llmbook_utils", "lab")
    with running_server(command, folder, TOKEN, settings, folder / "lab.log") as address:
        yield address


@pytest.fixture(scope="module")
def visits(browser: Browser) -> Iterator[BrowserContext]:
    """One reader: what JupyterLab's first page fetched is there for the next."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(PATIENCE)
        yield context


@pytest.fixture
def page(visits: BrowserContext) -> Iterator[Page]:
    page = visits.new_page()
    yield page
    page.close()


def validate(page: Page, lab: str, folder: str) -> str:
    """Open an assignment, press Validate, and return what the dialog says."""
    page.goto(f"{lab}/lab/tree/exercises/{folder}/{NAME}.ipynb?reset&token={TOKEN}")
    page.locator(".jp-NotebookPanel-toolbar").wait_for()
    page.get_by_text("| Idle").wait_for()
    page.get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation Results", timeout=PATIENCE)
    if pictures := os.environ.get("LLMBOOK_PICTURES"):
        page.screenshot(path=f"{pictures}/validate-{folder}.png")
    # `llmbook lab` spares newcomers JupyterLab's question about its news
    assert page.get_by_text("official Jupyter news").count() == 0
    return dialog.inner_text()


def test_validate_lists_what_fails_in_an_empty_notebook(lab: str, page: Page) -> None:
    said = validate(page, lab, NAME)
    assert "The following cell failed" in said
    source = read_notebook(ROOT / "solutions" / NAME / f"{NAME}.ipynb")
    tests = [c for c in source.cells if marks(c).get("grade") and c.cell_type == "code"]
    visible = [c for c in tests if "BEGIN HIDDEN TESTS" not in c.source]
    questions = [c for c in source.cells if marks(c).get("grade") and marks(c).get("solution")]
    assert said.count("The following cell failed") == len(visible) + len(questions)


def test_validate_calls_a_solved_notebook_a_success(lab: str, page: Page) -> None:
    said = validate(page, lab, "solved")
    assert "Success! Your notebook passes all the tests." in said


def test_formgrader_lists_the_assignment(lab: str, page: Page) -> None:
    page.goto(f"{lab}/formgrader?token={TOKEN}")
    row = page.locator("tbody tr", has_text=NAME)
    expect(row).to_contain_text("draft", timeout=PATIENCE)
    expect(page.locator("body")).not_to_contain_text("could not be created")
    page.goto(f"{lab}/lab?token={TOKEN}")
    page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
    page.locator(".lm-Menu-itemLabel", has_text="Formgrader").first.click()
    inside = page.frame_locator("iframe")
    expect(inside.locator("tr", has_text=NAME)).to_be_visible(timeout=PATIENCE)
    if pictures := os.environ.get("LLMBOOK_PICTURES"):
        page.screenshot(path=f"{pictures}/formgrader.png")


# Figures ----------------------------------------------------------------------------------------

SLOPE = """import altair as alt
k = alt.param(name="k", value=2, bind=alt.binding_range(min=1, max=5, step=1, name="Slope k"))
points = alt.Data(values=[{"x": 1}, {"x": 2}])
lines = alt.Chart(points).transform_calculate(y="k * datum.x").mark_line()
lines = lines.encode(x="x:Q", y="y:Q").add_params(k)
"""

CELLS = {  # by name; those that only read say what Python knows of what was done to the figures
    "paths": "from llmbook_utils.interactive import OptimiserPaths, chart\n"
    "figure = OptimiserPaths(optimiser='momentum', lr=0.02)\nfigure",
    "slope": SLOPE + "slope = chart(lines, alt_text='A line whose slope is k.')\nslope",
    "read paths": "print(f'Python reads {figure.lr} and {slope.params}')",
    "grid": "from llmbook_utils.interactive import GridExplorer, WarpExplorer\n"
    "grid = GridExplorer()\ngrid",
    "warp": "warp = WarpExplorer()\nwarp",
    "read kernels": "print(f'Kernels: {grid.blocks} blocks, stride {warp.stride}')",
    "player": "from llmbook_utils.interactive import NextWordExplorer, TokenizerExplorer\n"
    "from llmbook_utils.interactive import TrainingPlayer\n"
    "from llmbook_utils.tokenizer import Tokenizer\n"
    "player = TrainingPlayer.of([0, 9], {'loss': [2.0, 1.0]}, 0.9, [['first'], ['last']])\nplayer",
    "next": "texts = [['Mara', 'sings', '<end>'], ['Mara', 'sleeps', '<end>']]\n"
    "words = ['Mara', 'sings', 'sleeps', '<end>']\n"
    "after = NextWordExplorer.of(texts, words, [['Mara']], lambda w: {'sings': 1.0}, 3)\nafter",
    "tokens": "bpe = Tokenizer.train('Mara sings. Mara sleeps.')\n"
    "tokens = TokenizerExplorer.of(bpe, text='Mara sings.')\ntokens",
    "read language": "print(f'Step {player.frame}, order {after.order}, merges {tokens.n}')",
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
    "read alignment": "ratio = clip.params['ratio']\n"
    "print(f'{mask.mask}, n = {best.n}, β = {beta.beta}, ρ = {ratio}')",
}


@pytest.fixture(scope="module")
def ran(lab: str, visits: BrowserContext) -> Iterator[tuple[Page, Watch]]:
    """A notebook of figures, all its cells run, on a screen that shows them all at once.

    JupyterLab may lose the request to run them while its kernel is just starting: then again.
    """
    page, watch = watched(visits)
    page.set_viewport_size({"width": 1280, "height": 8000})
    page.goto(f"{lab}/lab/tree/figures.ipynb?reset&token={TOKEN}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    begun = re.compile(r"\[(\*|\d+)\]")  # the prompt of a cell that waits for its turn or had it
    for _ in range(4):
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        with contextlib.suppress(TimeoutError):
            cell(page, "read alignment").get_by_text(begun).first.wait_for(timeout=3_000)
            break
    else:
        raise AssertionError("JupyterLab does not run the cells")
    said(page, "read alignment").wait_for()  # the last
    yield page, watch
    page.close()


def cell(page: Page, name: str) -> Locator:
    return page.locator(".jp-CodeCell").nth(list(CELLS).index(name))


def shown(page: Page, name: str) -> Locator:
    """The figure of the cell of this name."""
    return cell(page, name).locator(".xp")


def said(page: Page, name: str) -> Locator:
    """What Python printed in the cell of this name."""
    return cell(page, name).locator(".jp-OutputArea-output")


def says(page: Page, name: str, text: str) -> None:
    """The cell of this name, run once more, prints this."""
    cell(page, name).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(said(page, name)).to_have_text(text, timeout=PATIENCE)


@pytest.fixture
def figures(lab: str, ran: tuple[Page, Watch]) -> Iterator[Page]:
    """That notebook; it asks nobody but its server."""
    page, watch = ran
    yield page
    assert [url for url in watch.foreign(lab) if not url.startswith("ws")] == []


def test_figures_live_in_jupyterlab(figures: Page) -> None:
    paths, slope = shown(figures, "paths"), shown(figures, "slope")
    slope.locator(".mark-line path").first.wait_for()
    expect(said(figures, "read paths")).to_have_text("Python reads 0.02 and {'k': 2}")

    before = paths.locator(".xp-path").first.get_attribute("d") or ""
    press(figures, paths.get_by_role("slider", name="Learning rate"), "ArrowRight", 10)
    expect(paths.locator(".xp-path").first).not_to_have_attribute("d", before)
    press(figures, slope.get_by_role("slider", name="Slope k"), "ArrowRight", 2)
    says(figures, "read paths", "Python reads 0.0251 and {'k': 4}")

    press(figures, shown(figures, "grid").get_by_role("slider", name="gridDim.x"), "ArrowRight", 2)
    press(figures, shown(figures, "warp").get_by_role("slider", name="Stride"), "ArrowRight", 7)
    expect(shown(figures, "warp")).to_contain_text("128 of 1024 bytes moved are used")
    says(figures, "read kernels", "Kernels: 6 blocks, stride 8")


def test_language_figures_live_in_jupyterlab(figures: Page) -> None:
    expect(said(figures, "read language")).to_have_text(re.compile(r"Step 1, order 3, merges \d\d"))
    press(figures, shown(figures, "player").get_by_role("slider", name="Training step"), "Home")
    expect(shown(figures, "player")).to_contain_text("first")
    press(figures, shown(figures, "next").get_by_role("slider", name="Order n"), "Home")
    press(figures, shown(figures, "tokens").get_by_role("slider", name="Merges"), "Home")
    says(figures, "read language", "Step 0, order 1, merges 0")


def test_alignment_figures_live_in_jupyterlab(figures: Page) -> None:
    expect(said(figures, "read alignment")).to_have_text("answers, n = 1, β = 0.0, ρ = 1.4")
    mask, beta, clip = shown(figures, "mask"), shown(figures, "beta"), shown(figures, "clip")
    mask.get_by_role("radio", name="everything").check(force=True)
    expect(mask).to_contain_text("5 of 6")
    press(figures, shown(figures, "best").get_by_role("slider", name="n answers"), "ArrowRight")
    press(figures, beta.get_by_role("slider", name="Strength β"), "ArrowRight")
    press(figures, beta.get_by_role("slider", name="Iteration"), "Home")
    expect(beta).to_contain_text("first")
    clip.locator(".mark-line path").first.wait_for()
    press(figures, clip.get_by_role("slider", name="Ratio"), "Home")
    expect(shown(figures, "table")).to_contain_text("Mara")
    says(figures, "read alignment", "everything, n = 4, β = 0.5, ρ = 0")
