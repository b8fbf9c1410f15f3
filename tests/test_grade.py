"""`llmbook grade` on a tiny course: what is graded, resumed, redone, and never overwritten."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import pytest
from desk_course import DOUBLE, MEAN, NAME, ROOT, fill, make_course, marked, test_cell
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell

from llmbook_utils.authoring import release
from llmbook_utils.grading import calibrate, desk, grade, review
from llmbook_utils.grading.assignment import marks
from llmbook_utils.grading.job import BrokenReference, Job
from llmbook_utils.grading.ledger import NAME as LEDGER
from llmbook_utils.grading.ledger import Entry, Ledger
from llmbook_utils.grading.plan import Plan, is_test
from llmbook_utils.grading.record import nbgrader_api
from llmbook_utils.grading.result import (
    CRASHED,
    GRADED,
    REJECTED,
    SUSPICIOUS,
    TIMEOUT,
    Limits,
    Result,
)
from llmbook_utils.grading.sandbox import jail

pytestmark = [
    pytest.mark.skipif(
        not jail.availability().possible, reason=f"no sandbox: {jail.availability().reason}"
    ),
    # nbgrader's own queries, which SQLAlchemy 2 warns about
    pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning"),
]

COUNTER = '''class Counter:
    """Counts."""
    ### BEGIN SOLUTION
    def __init__(self):
        self.value = 0
    def increment(self):
        self.value += 1
        return self
    ### END SOLUTION'''
TEST_COUNTER = """counter = Counter().increment().increment()
assert counter.value == 2, f"expected 2 after two steps, got {counter.value}"
float(2)"""
WRONG_DOUBLE = "def double(x):\n    return x"
LIMITS = Limits(cell_seconds=3.0, total_seconds=40.0)
SUBMISSIONS: dict[str, dict[str, str]] = {
    "right": {"double": DOUBLE, "mean": MEAN, "counter": COUNTER, "why": "Because."},
    "partly": {"double": WRONG_DOUBLE, "mean": MEAN},
    "empty": {},
    "endless": {"double": "def double(x):\n    while True:\n        pass", "counter": COUNTER},
    "crash": {"double": "def double(x):\n    import os\n    os.abort()", "counter": COUNTER},
    "at_once": {"double": "import os\nos.abort()", "counter": COUNTER},
    "patch": {"double": DOUBLE + "\nimport numpy as np\nnp.allclose = lambda *a: True"},
}
PLAIN = ("right", "partly", "empty")  # nothing in them takes long or takes a kernel down


def add_counter(course: Path) -> None:
    """One more exercise, whose test needs an object: it cannot be run outside."""
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [
        marked(new_code_cell(COUNTER), "counter", solution=True),
        test_cell("test_counter", TEST_COUNTER, 2),
    ]
    nbformat.write(notebook, path)


RELEASED: dict[str, str] = {}  # what nbgrader made of a source


def released(course: Path) -> NotebookNode:
    """What students get; made once for all copies of the course."""
    source = (course / "solutions" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    if source not in RELEASED:
        RELEASED[source] = release.generate(NAME, course)[f"{NAME}.ipynb"]
    return nbformat.reads(RELEASED[source], as_version=4)


def hand_in(course: Path, student: str, sources: dict[str, str]) -> Path:
    notebook = fill(released(course), **sources)
    if student == "endless":  # their own call of `double` would only be waited for as well
        notebook.cells = [cell for cell in notebook.cells if cell.id != "double-example"]
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with everybody's work graded."""
    course = make_course(tmp_path_factory.mktemp("grade") / "course")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.GradeInSandbox.limits = {asdict(LIMITS)}\n")
    add_counter(course)
    for student, sources in SUBMISSIONS.items():
        hand_in(course, student, sources)
    unreadable = course / "submitted" / "unreadable" / NAME / f"{NAME}.ipynb"
    unreadable.parent.mkdir(parents=True)
    unreadable.write_text('{"cells": [')
    summary = grade.grade(course, NAME, limits=LIMITS, quiet=True)
    assert summary.not_recorded == {}
    assert summary.states.total() == len(SUBMISSIONS) + 1
    return course


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Path:
    """A copy of the graded course, to go on with."""
    return Path(shutil.copytree(graded, tmp_path / "course"))


def only(course: Path, *students: str) -> None:
    """Leave the hand-ins of these in the course: what the others run into is not the point."""
    for folder in (course / "submitted").iterdir():
        if folder.name not in students:
            shutil.rmtree(folder)


def entry_of(course: Path, student: str) -> Entry:
    with Ledger(course / LEDGER) as ledger:
        entry = ledger.find(NAME, student)
    assert entry is not None
    return entry


def points_of(course: Path, student: str) -> dict[str, float | None]:
    return {test.name: test.points for test in entry_of(course, student).result.tests}


def gradebook(course: Path) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "llmbook")


def recorded(course: Path, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
    """What the gradebook says: automatic score, manual score, waits for an instructor."""
    with gradebook(course) as book:
        found = book.find_submission_notebook(NAME, NAME, student)
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in found.grades}


# --- one run --------------------------------------------------------------------------------------

FULL = {"test_double": 3.0, "test_double_hidden": 2.0, "test_mean": 4.0, "test_counter": 2.0}


def test_points(graded: Path) -> None:
    assert points_of(graded, "right") == FULL
    expected = {"test_double": 0.0, "test_double_hidden": 0.0, "test_mean": 2.0}
    assert points_of(graded, "partly") == {**expected, "test_counter": 0.0}
    assert set(points_of(graded, "empty").values()) == {0.0}
    states = {name: entry_of(graded, name).state for name in ("right", "partly", "empty")}
    assert set(states.values()) == {GRADED}


def test_messages_are_those_that_students_know(graded: Path) -> None:
    messages = {test.name: test.message for test in entry_of(graded, "partly").result.tests}
    assert messages["test_double"] == "you return x itself: multiply by two"
    assert messages["test_mean"] == "partly right: 2 of 4 points"
    first = entry_of(graded, "empty").result.tests[0]
    assert "NotImplementedError" in first.message


def test_a_failure_is_a_state_and_costs_its_own_exercise_only(graded: Path) -> None:
    endless = entry_of(graded, "endless")
    assert endless.state == TIMEOUT
    assert points_of(graded, "endless")["test_double"] == 0.0
    assert points_of(graded, "endless")["test_counter"] == 2.0
    for student in ("crash", "at_once"):
        crash = entry_of(graded, student)
        assert crash.state == CRASHED
        assert not crash.counts
        assert points_of(graded, student)["test_counter"] == 2.0, "the rest goes on"
    assert points_of(graded, "crash")["test_double"] is None
    assert points_of(graded, "crash")["test_double_hidden"] is None
    waiting = recorded(graded, "crash")["test_double"]
    assert waiting == (None, None, True), "no zero: formgrader lists it"
    assert entry_of(graded, "unreadable").state == REJECTED
    assert all(auto is None for auto, _, _ in recorded(graded, "unreadable").values())
    assert entry_of(graded, "patch").state == SUSPICIOUS
    assert "replaces `np.allclose`" in " ".join(entry_of(graded, "patch").reasons)


def test_the_gradebook_agrees(graded: Path) -> None:
    scores = recorded(graded, "right")
    assert {name: auto for name, (auto, _, _) in scores.items() if name != "why"} == FULL
    assert scores["why"] == (None, None, True), "an answered question waits"
    assert recorded(graded, "empty")["why"] == (0.0, None, False), "an untouched one does not"
    assert (graded / "autograded" / "right" / NAME / f"{NAME}.ipynb").is_file()
    assert not (graded / "autograded" / "unreadable").exists()


def test_the_marked_copy_is_whole(graded: Path) -> None:
    """Each marked cell of the instructor's is there, with its source and what came of it."""
    source = nbformat.read(graded / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    for student in ("right", "partly", "endless", "crash"):
        path = graded / "autograded" / student / NAME / f"{NAME}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        theirs = [marks(cell)["grade_id"] for cell in notebook.cells if marks(cell)]
        assert theirs == [marks(cell)["grade_id"] for cell in source.cells if marks(cell)]
        tests = {marks(c)["grade_id"]: c for c in notebook.cells if is_test(c)}
        assert "assert double(2) == 4" in tests["test_double"].source
        failed = student in ("partly", "endless", "crash")
        assert bool(tests["test_double"].outputs) == failed


def test_only_what_needs_the_students_process_runs_in_it(graded: Path) -> None:
    outside = {test.name: test.outside for test in entry_of(graded, "right").result.tests}
    assert outside == {
        "test_double": True,
        "test_double_hidden": True,
        "test_mean": True,
        "test_counter": False,
    }


# --- again ----------------------------------------------------------------------------------------


class OneWorker:
    """In place of Workers: one that stays from run to run, as plain nbgrader's way has it.

    A worker takes seconds to start. Runs with workers of their own are `graded`'s, and the one that
    is killed.
    """

    def __init__(self, number: int) -> None:
        self._worker = desk._worker()

    def __enter__(self) -> "OneWorker":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm(self, plan: Plan, jobs: int) -> None:
        pass

    def tried(self, job: Job) -> Plan:
        return self._worker.tried(job)

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        yield from map(self._worker.grade, jobs)


def again(course: Path, **options: Any) -> grade.Summary:
    with mock.patch.object(grade, "Workers", OneWorker):
        return grade.grade(course, NAME, limits=LIMITS, quiet=True, **options)


def test_nothing_is_done_twice(course: Path) -> None:
    before = entry_of(course, "right").finished
    summary = again(course)
    assert (summary.graded, summary.unchanged) == (0, len(SUBMISSIONS) + 1)
    assert entry_of(course, "right").finished == before


def test_new_work_is_graded_and_the_rest_left_alone(course: Path) -> None:
    hand_in(course, "partly", {"double": DOUBLE, "mean": MEAN})
    hand_in(course, "new", {"double": WRONG_DOUBLE, "mean": MEAN})
    summary = again(course)
    assert summary.graded == 2
    assert points_of(course, "partly")["test_double"] == 3.0
    assert points_of(course, "new")["test_mean"] == 2.0


def test_one_student_and_unknown_ones(course: Path) -> None:
    assert again(course, students=["right"], regrade=True).graded == 1
    with pytest.raises(FileNotFoundError, match="hand-in of nobody"):
        again(course, students=["nobody"])


def test_a_fixed_test_redoes_only_itself_and_says_who_moved(course: Path) -> None:
    only(course, *PLAIN)
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if c.id == "test-mean")
    cell.source = cell.source.replace("== 3.0", "in (3.0, 2.5)")
    nbformat.write(notebook, path)
    summary = again(course)
    assert summary.moved == {"partly": (2.0, 4.0)}
    rerun = {name: entry_of(course, name).result.rerun for name in PLAIN}
    assert rerun == {"right": 1, "partly": 1, "empty": 1}
    assert recorded(course, "partly")["test_mean"] == (4.0, None, False)
    with Ledger(course / LEDGER) as ledger:
        assert [earned for _, earned, _ in ledger.history(NAME, "partly")] == [2.0]


def test_prose_that_changes_redoes_nothing(course: Path) -> None:
    only(course, *PLAIN)
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source = "# Another title"
    nbformat.write(notebook, path)
    again(course)
    assert {entry_of(course, name).result.rerun for name in PLAIN} == {0}


def test_a_score_given_by_hand_is_never_overwritten(course: Path) -> None:
    only(course, *PLAIN)
    with gradebook(course) as book:
        book.find_grade("test_double", NAME, NAME, "partly").manual_score = 1.5
        book.find_grade("why", NAME, NAME, "right").manual_score = 4.0
        book.db.commit()
    again(course, regrade=True)
    assert recorded(course, "partly")["test_double"][:2] == (0.0, 1.5)
    assert recorded(course, "right")["why"][1] == 4.0
    hand_in(course, "partly", {"double": DOUBLE, "mean": MEAN})
    again(course)
    assert recorded(course, "partly")["test_double"] == (3.0, 1.5, True), "new ground: look again"


def test_review_lists_and_accepts(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.chdir(course)
    try:
        review.main(NAME, students=[], state=None, accepting=None)
        out = capsys.readouterr().out
        assert "crash: crashed" in out
        assert "right" not in out
        with pytest.raises(ValueError, match="not everything at once"):
            review.main(NAME, students=[], state=None, accepting="fine")
        review.main(NAME, students=["patch"], state=None, accepting="a misunderstanding")
        review.main(NAME, students=[], state=CRASHED, accepting="looked at")
    finally:
        os.chdir(ROOT)
    assert entry_of(course, "patch").counts
    assert recorded(course, "patch")["test_double"] == (3.0, None, False)
    assert entry_of(course, "crash").accepted == "looked at"
    assert recorded(course, "crash")["test_double"][2], "not decided is not decided"
    again(course)
    assert entry_of(course, "patch").counts, "a second run does not take it back"


# --- killed ---------------------------------------------------------------------------------------


def waits(condition: Any, seconds: float = 300) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def done(course: Path) -> int:
    if not (course / LEDGER).is_file():
        return 0
    with Ledger(course / LEDGER) as ledger:
        return len(ledger.entries(NAME))


@pytest.mark.parametrize("after", [pytest.param(1, marks=pytest.mark.thorough), 3])
def test_killed_at_any_moment_it_goes_on(course: Path, after: int) -> None:
    only(course)
    students = ("a", "b", "c", "d", "e")
    nap = {"mean": "import time\ntime.sleep(1)"}  # the last takes so long that the kill comes first
    for student in students:
        hand_in(course, student, {"double": DOUBLE} | (nap if student == "e" else {}))
    (course / LEDGER).unlink()
    command = [sys.executable, "-m", "llmbook_utils", "grade", NAME, "--jobs", "1"]
    process = subprocess.Popen(
        command, cwd=course, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert waits(lambda: done(course) >= after)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = done(course)
    assert before < len(students)
    summary = again(course)
    assert summary.graded <= len(students) - before + 1
    assert done(course) == len(students)
    for student in students:
        assert recorded(course, student)["test_double"] == (3.0, None, False)
    assert waits(lambda: not leftovers(course), 60), "workers and kernels end with the run"


def leftovers(course: Path) -> list[str]:
    import psutil

    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        line = " ".join(process.info["cmdline"] or [])
        if process.info["cwd"] == str(course) and "llmbook_utils" in line:
            found.append(line)
    return found


@pytest.mark.parametrize("moment", ["after the ledger", "in the middle", "before the mark"])
def test_killed_between_two_writes_it_repairs_itself(
    course: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A result is in the ledger, and the gradebook has nothing of it, a part, or all of it."""
    hand_in(course, "late", {"double": DOUBLE})

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if moment == "after the ledger":
            patch.setattr("llmbook_utils.grading.record.Recorder.record", kill)
        elif moment == "in the middle":
            patch.setattr("llmbook_utils.grading.preprocessors.save_scores", kill)
        else:
            patch.setattr(Ledger, "mark_recorded", kill)
        with contextlib.suppress(Killed):
            assert again(course).not_recorded
    assert entry_of(course, "late").recorded is False
    summary = again(course)
    assert (summary.graded, summary.not_recorded) == (0, {}), "recorded, and not graded again"
    assert entry_of(course, "late").recorded
    assert recorded(course, "late")["test_double"] == (3.0, None, False)


PENALTY = """
from nbgrader.plugins import BasePlugin

class TwoPointsADay(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 2 * round(total_seconds_late / 86400)
"""


def test_lateness_is_told_by_the_server_and_not_by_the_student(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import datetime

    from llmbook_utils.grading import submitted_times

    (course / "penalty_of_the_course.py").write_text(PENALTY)
    monkeypatch.syspath_prepend(course)
    config = (course / "nbgrader_config.py").read_text(encoding="utf-8")
    config += '\nc.AssignLatePenalties.plugin_class = "penalty_of_the_course.TwoPointsADay"\n'
    (course / "nbgrader_config.py").write_text(config, encoding="utf-8")
    with gradebook(course) as book:
        book.find_assignment(NAME).duedate = datetime(2026, 3, 1, 12)
        book.db.commit()
    path = hand_in(course, "late", {"double": DOUBLE})
    (path.parent / "timestamp.txt").write_text("2026-02-01 00:00:00 UTC")  # so the student says
    digest = desk.Desk.open(course, NAME, LIMITS).take("late").key.submission
    record = submitted_times.Record("2026-03-03T12:00:00+00:00", True, "the server", digest)
    submitted_times.write(course, NAME, {"late": record})
    again(course)
    with gradebook(course) as book:
        submission = book.find_submission(NAME, "late")
        assert submission.timestamp == datetime(2026, 3, 3, 12)
        assert submission.score == 5.0
        assert sum(nb.late_submission_penalty for nb in submission.notebooks) == 4.0


def test_two_runs_at_once_are_refused(course: Path) -> None:
    import filelock

    with (
        filelock.FileLock(course / "_build" / "grading" / "lock"),
        pytest.raises(RuntimeError, match="another run"),
    ):
        again(course)


# --- the front door -------------------------------------------------------------------------------


def test_plain_nbgrader_takes_the_same_way(course: Path) -> None:
    hand_in(course, "door", {"double": DOUBLE, "mean": MEAN})
    secret = course / "submitted" / "door" / NAME / ".link"
    secret.symlink_to(course / "gradebook.db")
    done = nbgrader_api(course).autograde(NAME, "door")
    assert done["success"], done
    assert points_of(course, "door") == {**FULL, "test_counter": 0.0}
    assert recorded(course, "door")["test_mean"] == (4.0, None, False)
    names = [path.name for path in (course / "autograded" / "door" / NAME).iterdir()]
    assert names == [f"{NAME}.ipynb"], "no link was followed"
    (course / "submitted" / "door" / NAME / "data.txt").symlink_to(course / "gradebook.db")
    refused = nbgrader_api(course).autograde(NAME, "door")
    assert not refused["success"]
    assert not (course / "autograded" / "door").exists() or not any(
        (course / "autograded" / "door").rglob("*.*")
    )


# --- before anything is graded --------------------------------------------------------------------


def test_a_reference_that_fails_its_own_test_stops_everything(course: Path) -> None:
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(c for c in notebook.cells if c.id == "test-mean")
    cell.source = "assert mean([1.0]) == 7.0, 'seven'"
    nbformat.write(notebook, path)
    with pytest.raises(BrokenReference, match="test_mean: seven"):
        again(course)


def test_unknown_assignments_are_named(course: Path) -> None:
    with pytest.raises(FileNotFoundError, match="expected an assignment out of 00_demo"):
        grade.grade(course, "07_nothing", quiet=True)


def test_trusted_submissions_run_without_walls(course: Path) -> None:
    shutil.rmtree(course / "submitted")
    (course / LEDGER).unlink()
    hand_in(course, "right", SUBMISSIONS["right"])
    summary = again(course, trusted=True)
    assert summary.states[GRADED] == 1
    assert points_of(course, "right") == FULL


# --- many machines --------------------------------------------------------------------------------


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        local_directory=str(tmp_path),
    ) as cluster:
        for nanny in cluster.workers.values():
            nanny.auto_restart = False  # the other one does the work of the one that is lost
        yield cluster


@pytest.mark.filterwarnings("default")  # dask's own, of which there are some
def test_a_dask_cluster_gives_the_same_and_survives_the_loss_of_a_worker(
    course: Path, cluster: Any
) -> None:
    import psutil

    only(course, "right", "crash")
    for number in range(4):
        hand_in(course, f"s{number}", {"double": DOUBLE, "mean": MEAN})
    (course / LEDGER).unlink()
    from threading import Thread

    killed = []

    def kill_one() -> None:
        if waits(lambda: done(course) >= 2):
            killed.append(next(iter(cluster.workers.values())).pid)
            psutil.Process(killed[0]).kill()

    killer = Thread(target=kill_one)
    killer.start()
    summary = grade.grade(
        course, NAME, scheduler=cluster.scheduler_address, limits=LIMITS, quiet=True
    )
    killer.join()
    assert killed
    assert summary.states.total() == 6
    assert summary.not_recorded == {}
    for number in range(4):
        assert points_of(course, f"s{number}") == {**FULL, "test_counter": 0.0}
    assert points_of(course, "right") == FULL
    assert entry_of(course, "crash").state == CRASHED


def test_plans_are_kept_until_something_changes(course: Path) -> None:
    plan = desk.Desk.open(course, NAME, LIMITS).plan
    assert plan.inside == {"test_counter"}
    assert "math" in plan.modules, "the reference imports it"
    assert isinstance(plan, Plan)
    kept = list((course / "_build" / "grading").glob("*.json"))
    assert len(kept) == 1


def test_verdicts_depend_on_whatever_judges_and_runs_kernels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change in the judge, in the runner of kernels or in its headers decides tests again."""
    package = tmp_path / "llmbook_utils"
    shutil.copytree(ROOT / "llmbook_utils", package)
    monkeypatch.setattr(calibrate, "__file__", str(package / "grading" / "calibrate.py"))
    seen = {calibrate.environment(LIMITS)}
    for part in ("grading/judge.py", "gpu/launcher.py", "gpu/runtime/math.h", "comm.py"):
        with (package / part).open("a", encoding="utf-8") as file:
            file.write("\n")
        now = calibrate.environment(LIMITS)
        assert now not in seen, part
        seen.add(now)
