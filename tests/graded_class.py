"""A course with a gradebook and a ledger, filled by hand: for the tests of exports and reports."""

import atexit
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from desk_course import NAME, source_notebook
from nbgrader.api import Gradebook

from llmbook_utils.grading.ledger import NAME as LEDGER
from llmbook_utils.grading.ledger import Key, Ledger
from llmbook_utils.grading.result import GRADED, Result, TestResult

CONFIG = """import os
c = get_config()
c.CourseDirectory.course_id = "demo"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.GenerateFeedback.exporter_class = "llmbook_utils.grading.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["llmbook_utils.grading.feedback.GetStanding"]
c.GenerateFeedback.post_convert_hook = "llmbook_utils.grading.feedback.only_pages"
c.ExportApp.plugin_class = "llmbook_utils.grading.exports.TruthfulCsv"
"""
# of desk_course's notebook: test cells, their points and exercises; `why` is marked by hand
TESTS = {
    "test_double": (3.0, "double"),
    "test_double_hidden": (2.0, "double"),
    "test_mean": (4.0, "mean"),
}
BY_HAND = {"why": 5.0}
ALL = {name: most for name, (most, _) in TESTS.items()}


@dataclass
class Course:
    """The course's folder; `grade` adds a student's work."""

    root: Path

    @property
    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "demo")

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.root / LEDGER)

    def enrol(self, student: str, **about: str) -> None:
        with self.gradebook as gradebook:
            gradebook.update_or_create_student(student, **about)

    def grade(
        self,
        student: str,
        points: Mapping[str, float | None] | None = None,
        *,
        by_hand: float | None = 5.0,
        state: str | None = GRADED,
        recorded: bool = True,
        messages: Mapping[str, str] | None = None,
        penalty: float | None = None,
        **about: Any,
    ) -> None:
        """Add work to the gradebook and, where `state` is not None, to the ledger.

        `points` of tests that are not full; None: not decided. `by_hand`: the mark for `why`; None
        while it waits. `recorded` False: only the ledger has it.
        """
        points = ALL | dict(points or {})
        if recorded:
            self._record(student, points, by_hand, penalty, asks=state not in (None, GRADED))
        if state is not None:
            self.store(self.result(student, points, state, messages or {}, **about), recorded)

    def _record(
        self,
        student: str,
        points: Mapping[str, float | None],
        by_hand: float | None,
        penalty: float | None,
        *,
        asks: bool,
    ) -> None:
        """As record.py does it: what is not decided, or does not count, asks for an instructor."""
        with self.gradebook as gradebook:
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(NAME, student)
            (notebook,) = submission.notebooks
            notebook.late_submission_penalty = penalty
            for grade in notebook.grades:
                if grade.name in BY_HAND:
                    grade.manual_score, grade.needs_manual_grade = by_hand, by_hand is None
                else:
                    grade.auto_score = points[grade.name]
                    grade.needs_manual_grade = asks or grade.auto_score is None
            gradebook.db.commit()

    def accept(self, student: str, note: str) -> None:
        """An instructor lets the points count; what is decided asks for nobody any more."""
        with self.ledger as ledger, self.gradebook as gradebook:
            ledger.accept(NAME, student, note)
            (notebook,) = gradebook.find_submission(NAME, student).notebooks
            for grade in notebook.grades:
                grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
            gradebook.db.commit()

    def result(
        self,
        student: str,
        points: Mapping[str, float | None],
        state: str,
        messages: Mapping[str, str],
        **about: Any,
    ) -> Result:
        tests = tuple(
            TestResult(name, exercise, most, points[name], messages.get(name, ""))
            for name, (most, exercise) in TESTS.items()
        )
        return replace(
            Result(student, NAME, state, tests=tests, seconds=2.0, peak_mb=90.0), **about
        )

    def store(self, result: Result, recorded: bool = True) -> None:
        key = Key("submission", "release", "environment")
        with self.ledger as ledger:
            ledger.store(key, result)
            if recorded:
                ledger.mark_recorded(NAME, result.student, key)


def make(root: Path) -> Course:
    """Write the course, with its assignment in the gradebook and nobody in it, to `root`."""
    return copy_of(_made(), root)


@functools.cache
def _made() -> Course:
    """The course to copy: a gradebook takes seconds to make."""
    folder = tempfile.mkdtemp(prefix="llmbook-class-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    root = Path(folder, "course")
    (root / "chapters").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    source = root / "solutions" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(source_notebook(), source)
    course = Course(root)
    # nbgrader makes a gradebook with the program alembic, which it looks for on PATH
    path = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        with course.gradebook as gradebook:
            gradebook.add_assignment(NAME)
            gradebook.add_notebook(NAME, NAME)
            for name, (most, _) in TESTS.items():
                gradebook.add_grade_cell(name, NAME, NAME, max_score=most, cell_type="code")
            for name, most in BY_HAND.items():
                gradebook.add_grade_cell(name, NAME, NAME, max_score=most, cell_type="markdown")
            for name in ("double", "mean", *BY_HAND):
                gradebook.add_solution_cell(name, NAME, NAME)
    finally:
        os.environ["PATH"] = path
    return course


def copy_of(course: Course, root: Path) -> Course:
    """The same course in another folder."""
    return Course(Path(shutil.copytree(course.root, root)))
