"""An assignment in JupyterLab: its tests are folded, and Run All goes through."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from llmbook_utils.check.passing import PASSED
from llmbook_utils.grading.assignment import marks

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "exercises").glob("*/*.ipynb"))
GOES_ON = "raises-exception"  # Jupyter's tag for a cell after whose error the run goes on


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_visible_test_is_folded_and_its_first_line_says_what_it_is(path: Path) -> None:
    """JupyterLab shows the first line of a folded cell: it must be a sentence, and no code."""
    cells = nbformat.read(path, as_version=4).cells
    tests = [c for c in cells if marks(c).get("grade") and not marks(c).get("solution")]
    folded = [c for c in tests if c.metadata.get("jupyter", {}).get("source_hidden")]
    assert folded
    for cell in tests:
        assert cell.source.startswith("# "), cell.id
        assert (cell in folded) == ("\n" in cell.source), cell.id
    all_folded = [c for c in cells if c.metadata.get("jupyter", {}).get("source_hidden")]
    assert len(all_folded) == len(folded), "nothing else is folded"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_run_all_goes_past_what_is_not_written_yet(path: Path) -> None:
    """All that calls a student's function may fail; a setup that fails must stop the run."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        goes_on = GOES_ON in cell.metadata.get("tags", ())
        visible = marks(cell).get("grade") and not marks(cell).get("solution")
        calls = not marks(cell) and cell.id.endswith(("-example", "-run", "-plug-in"))
        unwritten = cell.source.endswith("\nraise NotImplementedError")  # not inside of a function
        if calls or unwritten or (visible and "\n" in cell.source):
            assert goes_on, f"{path.stem}: {cell.id} stops Run All"
        elif not visible:
            assert not goes_on, f"{path.stem}: an error of {cell.id} would pass unseen"


def test_a_cell_whose_checks_pass_ends_with_a_sign() -> None:
    """A folded cell shows its outputs alone: without one, nobody would see that it has run."""
    cells = [
        "from llmbook_utils import check",
        "check.case(abs, [-1.0], 1.0)\ncheck.raises(int, ['x'], ValueError)",
        "check.case(abs, [-1.0], 1.0)\ncheck.case(abs, [-2.0], 3.0)",
        "1 + 1",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, kernel_name="python3", allow_errors=True).execute()
    setup, right, wrong, other = (cell.outputs for cell in notebook.cells)
    assert not setup
    assert [output.output_type for output in right] == ["stream"]
    assert (right[0].name, right[0].text) == ("stdout", f"{PASSED}\n")
    assert [output.output_type for output in wrong] == ["error"]
    assert [output.output_type for output in other] == ["execute_result"]
