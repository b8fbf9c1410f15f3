"""A course with one tiny assignment, with every kind of cell, for the tests of the desk."""

import shutil
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
NAME = "00_demo"

DOUBLE = '''def double(x):
    """2x, of a number."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION'''
MEAN = '''def mean(values):
    """The mean of a list; ValueError when it is empty."""
    ### BEGIN SOLUTION
    if not values:
        raise ValueError("expected at least one value, got none")
    return sum(values) / len(values)
    ### END SOLUTION'''
TEST_DOUBLE = '''import warnings
warnings.warn("a warning is no verdict")
assert double(2) != 2, "you return x itself: multiply by two"
assert double(2) == 4, f"expected double(2) = 4, got {double(2)}"'''
TEST_DOUBLE_HIDDEN = """### BEGIN HIDDEN TESTS
assert double(-3) == -6, f"expected double(-3) = -6, got {double(-3)}"
### END HIDDEN TESTS"""
TEST_MEAN = """score = 0.0
assert mean([2.0]) != 1.0, "you divide by the length plus one"
score += 2.0 if mean([1.0, 3.0]) == 2.0 else 0.0
score += 2.0 if mean([double(1), 4]) == 3.0 else 0.0
float(score)"""


def marked(cell: NotebookNode, name: str, **marks: object) -> NotebookNode:
    """The cell with nbgrader's metadata."""
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, **plain, **marks}
    cell.id = name.replace("_", "-")
    return cell


def test_cell(name: str, source: str, points: float) -> NotebookNode:
    return marked(new_code_cell(source), name, grade=True, locked=True, points=points)


test_cell.__test__ = False  # type: ignore[attr-defined]


def source_notebook() -> NotebookNode:
    """The instructor's notebook: 3 + 2 and 4 points by tests, 5 by hand."""
    question = "Because the sum of the deviations from it is zero."
    return new_notebook(
        metadata={
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
        cells=[
            new_markdown_cell("# Demo", id="title"),
            marked(new_code_cell("import math"), "imports", locked=True),
            new_markdown_cell("## Exercise 1: twice as much\n\nText.", id="double-text"),
            marked(new_code_cell(DOUBLE), "double", solution=True),
            new_code_cell("double(21)", id="double-example"),
            test_cell("test_double", TEST_DOUBLE, 3),
            test_cell("test_double_hidden", TEST_DOUBLE_HIDDEN, 2),
            new_markdown_cell("## Exercise 2: the mean", id="mean-text"),
            marked(new_code_cell(MEAN), "mean", solution=True),
            test_cell("test_mean", TEST_MEAN, 4),
            new_markdown_cell("## Exercise 3: why the mean?", id="why-text"),
            marked(new_markdown_cell(question), "why", grade=True, solution=True, points=5),
        ],
    )


def make_course(folder: Path) -> Path:
    """Write the course, with the real nbgrader_config.py, into `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chapters").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    path = folder / "solutions" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(source_notebook(), path)
    return folder


def fill(notebook: NotebookNode, **sources: str) -> NotebookNode:
    """The notebook with other sources in the cells of these grade ids."""
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in sources:
            cell.source = sources[name]
    return notebook
