"""The instructor's path, with plain nbgrader commands, on the course's first assignment.

Five hand-ins: everything right, partly right, empty, broken in every way a student finds (a cell
that does not parse, an endless loop, tests changed, deleted and doubled), and a file cut off in the
middle.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from desk_course import ROOT, fill
from nbformat.notebooknode import NotebookNode
from running_server import running_server

from llmbook_utils.grading import class_report
from llmbook_utils.grading.assignment import Exercise, exercises, marks, read_notebook
from llmbook_utils.grading.sandbox import jail

NAME = "01_training_basics"
SOURCE = ROOT / "solutions" / NAME / f"{NAME}.ipynb"
STUDENTS = ("broken", "empty", "full", "partial", "unreadable")
WRONG = "def multi_label_loss(logits, targets):\n    return 0.0"
TOKEN = "instructor-test"

pytestmark = [
    pytest.mark.skipif(
        not jail.availability().possible, reason=f"no sandbox: {jail.availability().reason}"
    ),
    # nbgrader's own queries, which SQLAlchemy 2 warns about
    pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning"),
    pytest.mark.skipif(not SOURCE.is_file(), reason=f"there is no assignment {NAME} yet"),
]


@dataclass
class Desk:
    """The course after the whole path: its folder, and what each command said."""

    folder: Path
    exercises: list[Exercise]
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        # as where the environment was not activated: our programs are not on PATH
        environment["PATH"] = os.pathsep.join(
            each
            for each in environment["PATH"].split(os.pathsep)
            if Path(each).resolve() != Path(sys.executable).parent.resolve()
        )
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, *options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        self.said[command] = done
        return done

    def points(self, *names: str) -> float:
        """The points of the tests of these exercises; of all where none is named."""
        chosen = [each for each in self.exercises if not names or each.name in names]
        return sum((test.points for each in chosen for test in each.tests), 0.0)

    @property
    def question(self) -> Exercise:
        """The open question, marked by hand."""
        return next(each for each in self.exercises if each.manual)


def without(notebook: NotebookNode, *names: str) -> NotebookNode:
    """The notebook less the cells of these grade ids."""
    notebook.cells = [c for c in notebook.cells if marks(c).get("grade_id") not in names]
    return notebook


def broken(released: NotebookNode, written: dict[str, str]) -> NotebookNode:
    notebook = fill(
        released,
        mse="def mse(y_hat, y)\n    return 0.0",
        softmax_cross_entropy=written["softmax_cross_entropy"],
        multi_label_loss=WRONG + "\n\n\nwhile True:\n    pass",
        test_multi_label_loss="pass",
    )
    without(notebook, "test_softmax_cross_entropy", "test_softmax_cross_entropy_hidden")
    stable = next(
        c for c in notebook.cells if marks(c).get("grade_id") == "test_softmax_cross_entropy_stable"
    )
    twin = nbformat.from_dict({**stable, "id": "a-copy"})
    notebook.cells.insert(notebook.cells.index(stable), twin)
    return notebook


def hand_in(desk: Desk) -> None:
    """Put the five submissions under submitted/, as an instructor would."""
    source = read_notebook(SOURCE)
    written = {marks(c)["grade_id"]: c.source for c in source.cells if marks(c).get("solution")}
    released = desk.folder / "exercises" / NAME / f"{NAME}.ipynb"

    def fresh() -> NotebookNode:
        return nbformat.read(released, as_version=4)

    right_and_wrong = {name: written[name] for name in ("mse", "softmax_cross_entropy")}
    right_and_wrong["multi_label_loss"] = WRONG
    made = {
        "full": fill(fresh(), **written),
        "partial": fill(fresh(), **right_and_wrong),
        "empty": fresh(),
        "broken": broken(fresh(), written),
    }
    for student in STUDENTS:
        path = desk.folder / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        if student in made:
            nbformat.write(made[student], path)
        else:
            path.write_text(released.read_text(encoding="utf-8")[:5000], encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("instructor")
    # the endless loop need not take its 30 seconds here
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    config += '\nc.GradeInSandbox.limits = {"cell_seconds": 5}\n'
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    shutil.copytree(SOURCE.parent, folder / "solutions" / NAME)
    desk = Desk(folder, exercises(read_notebook(SOURCE)))
    generated = desk.nbgrader("generate_assignment", NAME)
    assert generated.returncode == 0, generated.stderr
    hand_in(desk)
    desk.nbgrader("autograde", NAME)
    desk.nbgrader("generate_feedback", NAME)
    desk.nbgrader("export")
    return desk


def scores(desk: Desk, student: str) -> dict[str, float | None]:
    """What the gradebook says about each graded cell: the tests' points, None where it waits."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{desk.folder / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook(NAME, NAME, student)
        return {grade.name: grade.auto_score for grade in submission.grades}


def earned(desk: Desk, student: str, *names: str) -> float:
    """The points for the tests of these exercises; of all where none is named."""
    given = scores(desk, student)
    chosen = [each for each in desk.exercises if not names or each.name in names]
    return sum((given[test.name] or 0.0 for each in chosen for test in each.tests), 0.0)


def test_the_release_is_the_one_in_the_repository(desk: Desk) -> None:
    made = desk.folder / "exercises" / NAME / f"{NAME}.ipynb"
    committed = ROOT / "exercises" / NAME / f"{NAME}.ipynb"
    assert made.read_text(encoding="utf-8") == committed.read_text(encoding="utf-8")


def test_everything_right_gets_everything_and_waits_for_the_instructor(desk: Desk) -> None:
    assert earned(desk, "full") == desk.points()
    assert scores(desk, "full")[desk.question.name] is None
    assert desk.points() + desk.question.points == 100


def test_partly_right_gets_its_part(desk: Desk) -> None:
    assert earned(desk, "partial") == desk.points("mse", "softmax_cross_entropy")
    assert earned(desk, "partial", "multi_label_loss") == 0


def test_empty_gets_nothing_and_waits_for_nobody(desk: Desk) -> None:
    assert set(scores(desk, "empty").values()) == {0.0}


def test_broken_gets_what_is_right_in_it(desk: Desk) -> None:
    assert "for student 'broken'" not in desk.said["autograde"].stderr, "it is no error"
    assert earned(desk, "broken") == desk.points("softmax_cross_entropy"), (
        "deleted and doubled tests are put right, a changed one is put back, the rest is lost"
    )
    notebook = nbformat.read(
        desk.folder / "autograded" / "broken" / NAME / f"{NAME}.ipynb", as_version=4
    )
    outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
    assert "Is there a loop that never ends?" in outputs
    assert "SyntaxError" in outputs


def test_an_unreadable_file_stops_nobody_and_is_reported(desk: Desk) -> None:
    said = desk.said["autograde"]
    assert said.returncode != 0
    assert f"error processing assignment '{NAME}' for student 'unreadable'" in said.stderr
    assert said.stderr.count("There was an error processing assignment '") == 1
    assert not (desk.folder / "autograded" / "unreadable" / NAME).exists()
    assert set(scores(desk, "unreadable").values()) == {None}, "no grade, rather than a zero"


def test_feedback_shows_the_points_and_the_message(desk: Desk) -> None:
    assert desk.said["generate_feedback"].returncode == 0, desk.said["generate_feedback"].stderr
    for student in set(STUDENTS) - {"unreadable"}:
        html = (desk.folder / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")
        assert "BEGIN HIDDEN TESTS" not in html
        if student == "partial":
            assert "<b>17</b> of 100 points" in html
        if student == "empty":
            assert "Fill in `mse` above first" in html


def test_export_has_a_line_for_each_student(desk: Desk) -> None:
    assert desk.said["export"].returncode == 0, desk.said["export"].stderr
    with (desk.folder / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(STUDENTS)
    assert float(rows["full"]["provisional_score"]) == desk.points()
    assert float(rows["partial"]["score"]) == desk.points("mse", "softmax_cross_entropy")
    states = {student: row["state"] for student, row in rows.items()}
    assert states == {
        "broken": "timeout",
        "empty": "graded",
        "full": "needs manual grading",
        "partial": "graded",
        "unreadable": "rejected",
    }
    for student in ("broken", "full", "unreadable"):
        assert rows[student]["score"] == "", "never a zero in disguise"
    assert all(float(row["max_score"]) == 100 for row in rows.values())


def test_the_class_report_is_written(desk: Desk) -> None:
    page = class_report.write(NAME, desk.folder).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "unreadable" in page
    assert "test_multi_label_loss" in page


@pytest.fixture(scope="module")
def server(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Jupyter server with formgrader, in the course's folder."""
    jupyter = tmp_path_factory.mktemp("jupyter")
    kept = {f"JUPYTER_{what}_DIR": str(jupyter) for what in ("CONFIG", "DATA", "RUNTIME")}
    log = jupyter / "server.log"
    with running_server(("jupyter_server",), desk.folder, TOKEN, kept, log) as address:
        yield address


def ask(server: str, path: str, body: dict[str, object] | None = None) -> str:
    """GET a page of formgrader, or PUT `body` as JSON."""
    request = urllib.request.Request(
        f"{server}/formgrader{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        method="GET" if body is None else "PUT",
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode("utf-8")


def test_formgrader_lists_the_assignment_and_shows_who_failed(desk: Desk, server: str) -> None:
    assert "formgrader" in ask(server, "")
    (assignment,) = json.loads(ask(server, "/api/assignments"))
    assert assignment["name"] == NAME
    assert assignment["num_submissions"] == len(STUDENTS)
    states = {
        each["student"]: each["autograded"]
        for each in json.loads(ask(server, f"/api/submissions/{NAME}"))
    }
    assert states == {student: student != "unreadable" for student in STUDENTS}


def test_the_open_question_is_marked_in_formgrader(desk: Desk, server: str) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{desk.folder / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(desk.question.name, NAME, NAME, "full")
        identifier, waits = grade.id, grade.needs_manual_grade
    assert waits
    ask(server, f"/api/grade/{identifier}", {"manual_score": 7, "extra_credit": 0})
    with Gradebook(f"sqlite:///{desk.folder / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(NAME, "full")
        assert submission.score == desk.points() + 7
        assert not submission.needs_manual_grade
