"""The JupyterLab that `llmbook lab` opens: nbgrader's Validate button and formgrader, driven."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect
from running_server import running_server

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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


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
