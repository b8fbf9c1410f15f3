"""An assignment's notebook, seen as exercises: one solution cell and the tests that belong to it.

The rule, for the self-check and for the answers audit alike: the tests of an exercise are the
graded cells after its solution cell and before the next autograded solution cell. A cell that is
graded and solution at once is an open question, marked by hand.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

HIDDEN_BEGIN = "### BEGIN HIDDEN TESTS"
HIDDEN_END = "### END HIDDEN TESTS"


@dataclass(frozen=True)
class TestCell:
    """A locked cell with points."""

    __test__ = False  # not a pytest class

    name: str  # its grade_id
    points: float
    index: int  # position in the notebook's cells
    source: str

    @property
    def hidden(self) -> bool:
        """All that the cell checks is hidden: released, nothing but comments is left of it."""
        return is_blank(without_hidden_tests(self.source))


@dataclass
class Exercise:
    """An autograded solution cell (`manual` False) or an open question (`manual` True)."""

    name: str  # the solution cell's grade_id
    title: str
    index: int
    manual: bool
    points: float = 0.0  # of an open question; otherwise see `tests`
    tests: list[TestCell] = field(default_factory=list)


class NotAnAssignment(ValueError):
    """The file is no notebook, or a notebook without exercises."""


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook as nbformat 4.

    Raises:
        NotAnAssignment: it is not JSON, or not a notebook, with a sentence that says so.
    """
    try:
        text = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)
    except UnicodeDecodeError as error:
        raise NotAnAssignment(f"{path} is not a text file: {error.reason}") from error
    except nbformat.reader.NotJSONError as error:
        raise NotAnAssignment(
            f"{path} is not a notebook: it is not valid JSON. Was it saved in full, "
            "or does it hold marks of a merge conflict (<<<<<<<)?"
        ) from error
    except Exception as error:  # nbformat raises KeyError, AttributeError, ValidationError …
        raise NotAnAssignment(f"{path} is not a notebook: {error}") from error
    if not isinstance(notebook.get("cells"), list):
        raise NotAnAssignment(f"{path} is not a notebook: it has no cells")
    return notebook


def marks(cell: NotebookNode) -> dict:
    """The cell's nbgrader metadata; empty where nbgrader has nothing to do with the cell."""
    found = cell.get("metadata", {}).get("nbgrader", {})
    return found if found.get("grade_id") else {}


def is_blank(source: str) -> bool:
    """Whether nothing but comments and empty lines is there."""
    return all(not line.strip() or line.strip().startswith("#") for line in source.splitlines())


def without_hidden_tests(source: str) -> str:
    """The source as students get it: regions between the hidden-test marks are cut out."""
    pattern = rf"^[^\n]*{HIDDEN_BEGIN}.*?{HIDDEN_END}[^\n]*\n?"
    return re.sub(pattern, "", source, flags=re.DOTALL | re.MULTILINE).strip("\n")


def heading(source: str) -> str | None:
    """The last Markdown heading in a cell, without its hash signs; None where there is none."""
    found = re.findall(r"^#{1,6}\s+(.+?)\s*#*$", source, flags=re.MULTILINE)
    return found[-1].strip() if found else None


def exercises(notebook: NotebookNode) -> list[Exercise]:
    """The notebook's exercises and open questions, in order.

    Graded cells before the first solution cell belong to no exercise and are left out.
    """
    found: list[Exercise] = []
    current: Exercise | None = None
    title = None
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            title = heading(cell.source) or title
        grader = marks(cell)
        if not grader:
            continue
        name, points = grader["grade_id"], float(grader.get("points") or 0)
        if grader.get("solution") and grader.get("grade"):
            found.append(Exercise(name, title or name, index, manual=True, points=points))
        elif grader.get("solution"):
            current = Exercise(name, title or name, index, manual=False)
            found.append(current)
        elif grader.get("grade") and current is not None:
            current.tests.append(TestCell(name, points, index, cell.source))
    return found
