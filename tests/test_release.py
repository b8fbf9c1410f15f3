"""exercises/ is what nbgrader makes of solutions/, to the byte, and gives nothing away."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from desk_course import NAME, ROOT, make_course

from llmbook_utils.authoring import release
from llmbook_utils.grading.assignment import HIDDEN_BEGIN, exercises, marks, read_notebook

ASSIGNMENTS = release.assignments(ROOT)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("release") / "course")


def test_plain_nbgrader_writes_the_same_bytes(course: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", NAME]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    gradebook = (course / "gradebook.db").read_bytes()
    by_nbgrader = path.read_bytes().replace(b"\r\n", b"\n")
    assert release.differences(NAME, course) == ""
    path.unlink()
    assert release.write(NAME, course) == [path]
    assert path.read_bytes() == by_nbgrader
    assert release.write(NAME, course) == [], "a second run changes nothing"
    assert (course / "gradebook.db").read_bytes() == gradebook, "the gradebook is not touched"


def test_a_stale_release_is_shown_as_a_difference(course: Path) -> None:
    release.write(NAME, course)
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("# Demo", "# Old"), encoding="utf-8")
    (path.parent / "other.ipynb").write_text("{}", encoding="utf-8")
    difference = release.differences(NAME, course)
    assert '-    "# Old"' in difference
    assert '+    "# Demo"' in difference
    assert "other.ipynb: no source" in difference
    (path.parent / "other.ipynb").unlink()
    release.write(NAME, course)
    assert release.differences(NAME, course) == ""


def test_an_unknown_assignment_names_those_there_are(course: Path) -> None:
    with pytest.raises(FileNotFoundError, match=rf"99_none.*there is {NAME}"):
        release.generate("99_none", course)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_release_keeps_the_cells_and_gives_nothing_away(assignment: str) -> None:
    source = read_notebook(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    path = ROOT / "exercises" / assignment / f"{assignment}.ipynb"
    released = nbformat.read(path, as_version=4)
    nbformat.validate(released)
    assert [cell.id for cell in released.cells] == [cell.id for cell in source.cells]
    assert released.metadata.kernelspec.name == "python3"
    for cell in released.cells:
        assert HIDDEN_BEGIN not in cell.source
        assert "BEGIN SOLUTION" not in cell.source
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        if marks(cell).get("solution") and cell.cell_type == "code":
            assert "raise NotImplementedError" in cell.source, f"{cell.id} has no stub"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_points_add_up_to_a_hundred(assignment: str) -> None:
    notebook = read_notebook(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    found = exercises(notebook)
    points = sum(each.points + sum(test.points for test in each.tests) for each in found)
    assert points == 100
    graded = [marks(cell)["grade_id"] for cell in notebook.cells if marks(cell).get("grade")]
    known = [test.name for each in found for test in each.tests]
    known += [each.name for each in found if each.manual]
    assert sorted(graded) == sorted(known), "every graded cell belongs to an exercise"
    if any("TODO" in cell.source for cell in notebook.cells):
        pytest.skip(f"{assignment} is being written: it still says TODO")
    assert sum(not each.manual for each in found) >= 6
    assert any(each.manual for each in found), "one open question, marked by hand"
