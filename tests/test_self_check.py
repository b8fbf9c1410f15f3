"""The student's self-check: says what passes, what fails and why, and survives any notebook."""

import functools
import io
import json
from pathlib import Path

import nbclient
import nbformat
import pytest
from desk_course import DOUBLE, MEAN, NAME, ROOT, fill, make_course
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import compute_checksum

from llmbook_utils.authoring import release
from llmbook_utils.grading import self_check, terminal
from llmbook_utils.grading.assignment import marks, read_notebook, without_hidden_tests
from llmbook_utils.grading.restore import is_unchanged, restore
from llmbook_utils.grading.verdicts import ExerciseVerdict, Report

ANSWER = "The deviations from it add up to zero."
# one whose answers are numbers, one whose answers are texts; the others only when asked for
TELLING = ("02_cuda", "07_lm_math")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = make_course(tmp_path_factory.mktemp("self_check") / "course")
    (path,) = release.write(NAME, course)
    (course / "released.ipynb").write_bytes(path.read_bytes())
    return course


@pytest.fixture
def path(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the assignment, in the course; commands run at the course's top."""
    monkeypatch.chdir(course)
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    path.write_bytes((course / "released.ipynb").read_bytes())
    return path


def edit(path: Path, **sources: str) -> NotebookNode:
    notebook = fill(nbformat.read(path, as_version=4), **sources)
    nbformat.write(notebook, path)
    return notebook


def without_example(path: Path) -> None:
    """Take out the student's own call of `double`: a limit that it runs into is waited for."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "double-example"]
    nbformat.write(notebook, path)


def run(capsys: pytest.CaptureFixture[str], *paths: Path | str, **options: float) -> tuple:
    status = self_check.main(paths, **options)  # type: ignore[arg-type]
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_a_fresh_copy_is_not_started(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()
    status, out, _ = run(capsys, path.parent)
    assert status == 1
    assert out.count("not started") == 2
    assert "still empty (marked by hand, 5 points)" in out
    assert "Visible tests: 0 of 7 points." in out
    assert "hidden tests for 2 points" in out
    assert "Traceback" not in out
    assert path.read_bytes() == before, "the notebook is not written to"


def test_a_solved_copy_is_ready(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(path, double=DOUBLE, mean=MEAN, why=ANSWER)
    status, out, _ = run(capsys, path, "exercises")
    assert status == 0
    assert out.count("Visible tests: 7 of 7 points.") == 2, "the folder of all assignments too"
    assert out.count("ready to hand in") == 2
    assert "answered (marked by hand, 5 points)" in out
    assert "!" not in out


def test_failures_say_why(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(
        path,
        double="def double(x):\n    return x",
        mean="def mean(values):\n    total = sum(values)\n    return total / lenght",
    )
    status, out, _ = run(capsys, NAME)
    assert status == 1
    assert "you return x itself: multiply by two" in out
    assert "NameError: name 'lenght' is not defined" in out
    assert "in `mean`, line 3: return total / lenght" in out
    assert "Traceback" not in out
    assert "AssertionError" not in out


def test_partial_points_and_a_need_for_another_exercise(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(path, mean=MEAN)
    assert "it needs `double`, which still raises NotImplementedError" in run(capsys, path)[1]
    edit(path, double="def double(x):\n    return 5 * x", mean=MEAN)
    out = run(capsys, path)[1]
    assert "partly right: 2 of 4 points" in out
    assert "Visible tests: 2 of 7 points." in out


def test_a_cell_that_does_not_parse(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(path, double="def double(x)\n    return 2 * x", mean=MEAN)
    out = run(capsys, path)[1]
    assert "your cell does not run: SyntaxError" in out


def test_an_endless_loop_is_stopped_and_named(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(path, double="def double(x):\n    while True:\n        pass", mean=MEAN)
    without_example(path)
    status, out, _ = run(capsys, path, timeout=2.0)
    assert status == 1
    assert "stopped after 2 seconds. Is there a loop that never ends?" in out
    assert "it needs" not in out


def test_a_loop_that_cannot_be_interrupted_ends_the_run(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # what a stubborn kernel still publishes need not be waited for: there is nothing
    client = functools.partial(nbclient.NotebookClient, iopub_timeout=1)
    monkeypatch.setattr(nbclient, "NotebookClient", client)
    stubborn = (
        "def double(x):\n    while True:\n        try:\n            while True:\n"
        "                pass\n        except BaseException:\n            pass"
    )
    edit(path, double=stubborn, mean=MEAN)
    out = run(capsys, path, timeout=2.0)[1]
    assert "The run ended early: the kernel could not be interrupted in `" in out
    assert "not run: the kernel could not be interrupted" in out


def test_a_dead_kernel_ends_the_run(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(path, double="import os\nos._exit(1)")
    status, out, _ = run(capsys, path)
    assert status == 1
    assert "The run ended early: the kernel died in `double`." in out


def test_tampered_tests_do_not_count(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = edit(path, test_double="pass", mean=MEAN)
    by_name = {marks(cell).get("grade_id"): cell for cell in notebook.cells}
    notebook.cells = [c for c in notebook.cells if marks(c).get("grade_id") != "test_mean"]
    copied = nbformat.from_dict({**by_name["mean"], "id": "mean-copy"})
    copied.source = "mean = None"
    notebook.cells.insert(1, copied)
    by_name["test_double"].metadata["tags"] = ["skip-execution"]
    nbformat.write(notebook, path)
    out = run(capsys, path)[1]
    flat = " ".join(out.split())
    assert "`test_double` was changed. The instructor's version is graded, and was used" in flat
    assert "`test_mean` was deleted. It is put back when graded, and was used here." in flat
    assert "`mean` is there 2 times. Only the last copy is graded" in flat
    assert "Visible tests: 0 of 7 points." in out
    assert "it needs `double`" in out, "the test that was put back ran"


def test_a_deleted_solution_cell_is_missed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if marks(c).get("grade_id") != "mean"]
    nbformat.write(fill(notebook, double=DOUBLE), path)
    out = run(capsys, path)[1]
    assert "your cell for it is missing" in out
    assert "Visible tests: 3 of 7 points." in out


def test_without_the_solutions_the_checksums_still_speak(path: Path, tmp_path: Path) -> None:
    alone = tmp_path / path.name
    alone.write_bytes(path.read_bytes())
    edit(alone, double=DOUBLE, test_mean="pass")
    report = self_check.check(alone)
    assert [each.state for each in report.exercises] == ["passed", "not started", "empty"]
    assert report.total("hidden") == 2
    assert len(report.notes) == 1
    assert "`test_mean` was changed" in report.notes[0]
    assert restore(read_notebook(path), None)[1] == []


def test_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(path, double=DOUBLE)
    status = self_check.main([path], as_json=True)
    (report,) = json.loads(capsys.readouterr().out)
    assert status == 1
    assert report["passed"] is False
    assert report["points"] == {"earned": 3, "visible": 7, "hidden": 2, "by_hand": 5}
    assert [each["state"] for each in report["exercises"]] == ["passed", "not started", "empty"]
    hidden = report["exercises"][0]["tests"][1]
    assert hidden == {"name": "test_double_hidden", "points": 2, "earned": None, "message": ""}


def test_paths_that_cannot_be_checked(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, chapter, empty = tmp_path / "broken.ipynb", tmp_path / "chapter.ipynb", tmp_path / "e"
    broken.write_text('{"cells": [', encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), chapter)
    empty.mkdir()
    other = tmp_path / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if marks(cell):
            cell.metadata["nbgrader"]["grade_id"] += "_of_another"
    path.parent.joinpath("other").mkdir(exist_ok=True)
    other = path.parent / "other" / f"{NAME}.ipynb"
    nbformat.write(notebook, other)
    cases = {
        "exercises/00_dmeo": "there is no exercises/00_dmeo: did you mean exercises/00_demo?",
        str(empty): "there is no notebook in",
        str(broken): "broken.ipynb is not a notebook: it is not valid JSON",
        str(chapter): "has no exercises. Assignments are in exercises/",
        str(other): "holds exercises of another assignment: expected those of 00_demo",
    }
    for given, expected in cases.items():
        status, out, err = run(capsys, given)
        assert (status, out) == (2, "")
        assert expected.replace("/", __import__("os").sep) in err or expected in err, err
        assert "Traceback" not in err
    other.unlink()
    other.parent.rmdir()


def test_another_file_name_is_noted(path: Path) -> None:
    renamed = path.with_name("mine.ipynb")
    renamed.write_bytes(path.read_bytes())
    try:
        name, reference = self_check.reference_for(renamed, read_notebook(renamed))
    finally:
        renamed.unlink()
    assert name == NAME
    assert reference is not None


def test_a_long_complaint_is_wrapped_and_only_a_long_call_is_cut() -> None:
    complaint = "expected " + "a long story, " * 20 + "and the end"
    call = "  called as f(" + "x, " * 400 + "y)"
    lines = terminal._lines(f"{complaint}\n{call}", 14)
    assert max(map(len, lines)) <= terminal.WIDTH
    text = " ".join(line.strip() for line in lines)
    assert complaint in text
    assert lines[-1].endswith("…")
    assert sum("x, x" in line for line in lines) == terminal.CALL_LINES


def test_a_title_that_is_cut_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    titles = ["Exercise 1 · " + "a" * 80, "Exercise 2 · " + "b" * (terminal.TITLE - 13)]
    verdicts = [ExerciseVerdict("e", title, "passed") for title in titles]
    terminal.show(Report(NAME, "x.ipynb", 1.0, verdicts, []))
    long, fits = capsys.readouterr().out.splitlines()[2:4]
    assert f" {titles[0][: terminal.TITLE - 1]}…  0/0" in long
    assert f" {titles[1]}  0/0" in fits


def test_old_consoles_can_show_it(path: Path) -> None:
    verdict = ExerciseVerdict("e", "Exercise 1 · ∂L/∂ŷ", "passed")
    report = Report(NAME, "x.ipynb", 1.0, [verdict], ["schön"])
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="cp1252", newline="\n")
    terminal.show(report, stream)
    stream.flush()
    shown = raw.getvalue().decode("cp1252")
    assert "ok Exercise 1 · ?L/??" in shown
    assert "schön" in shown
    assert "\x1b" not in shown


def test_what_a_student_gets_is_what_nbgrader_makes(course: Path) -> None:
    """Our cut of hidden tests and nbgrader's agree on every cell, and so do the checksums."""
    folders = [(course, NAME), *((ROOT, name) for name in release.assignments(ROOT))]
    for root, name in folders:
        source = read_notebook(root / "solutions" / name / f"{name}.ipynb")
        text = release.generate(name, root)[f"{name}.ipynb"]
        released = nbformat.reads(text, as_version=4)
        for mine, theirs in zip(source.cells, released.cells, strict=True):
            if marks(theirs) and not marks(theirs).get("solution"):
                assert without_hidden_tests(mine.source).strip() == theirs.source.strip()
            if marks(theirs).get("checksum"):
                assert marks(theirs)["checksum"] == compute_checksum(theirs)
                assert is_unchanged(theirs)


def test_the_telling_assignments_are_there() -> None:
    assert set(TELLING) <= set(release.assignments(ROOT))


@pytest.mark.parametrize(
    "assignment",
    [
        pytest.param(each, marks=() if each in TELLING else pytest.mark.thorough)
        for each in release.assignments(ROOT)
    ],
)
def test_the_course_fresh_and_solved(
    assignment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty hand-in gets nothing, the reference everything, on the course's own exercises."""
    released = nbformat.reads(
        release.generate(assignment, ROOT)[f"{assignment}.ipynb"], as_version=4
    )
    source = read_notebook(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    path = tmp_path / f"{assignment}.ipynb"
    nbformat.write(released, path)
    fresh = self_check.check(path)
    assert fresh.total("earned") == 0
    assert {each.state for each in fresh.exercises} <= {"not started", "empty"}
    solutions = {
        marks(cell)["grade_id"]: cell.source for cell in source.cells if marks(cell).get("solution")
    }
    nbformat.write(fill(released, **solutions), path)
    solved = self_check.check(path)
    assert solved.passed, solved.as_dict()
    assert solved.total("earned") == solved.total("visible") > 0
    assert solved.notes == []
