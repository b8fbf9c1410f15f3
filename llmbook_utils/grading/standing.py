"""Where each student stands: the points in the gradebook, and whether they count.

The gradebook knows points, the ledger knows how they came about. An instructor, an export and a
report need both: points of a run that failed are no grade, and a missing grade is no zero.
"""

import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from llmbook_utils.grading.ledger import NAME as LEDGER
from llmbook_utils.grading.ledger import Entry, Ledger
from llmbook_utils.grading.result import (
    CRASHED,
    GRADED,
    OUT_OF_MEMORY,
    REJECTED,
    SUSPICIOUS,
    TIMEOUT,
)

# what a student's work can be besides the states of a result
ACCEPTED = "accepted"  # its state says no, an instructor said yes
BY_HAND = "needs manual grading"
NOT_RECORDED = "not recorded"  # graded, and the gradebook does not have it yet
NOT_GRADED = "not graded"  # handed in, and nothing has graded it yet
MISSING = "missing"  # nothing was handed in

_NOT_ZERO = "This is not a zero: your instructor will look at it."
# what a state means, for the student
EXPLANATIONS = {
    TIMEOUT: f"Something in it ran longer than it may and was stopped. {_NOT_ZERO}",
    OUT_OF_MEMORY: f"It needed more memory than it may and was stopped. {_NOT_ZERO}",
    CRASHED: f"The program that runs your notebook died. {_NOT_ZERO}",
    REJECTED: "What was handed in could not be accepted, and nothing of it was run. Please look "
    "at the reasons, and ask your instructor whether you can hand in again.",
    SUSPICIOUS: "Something in it has to be looked at by an instructor before its points count.",
    ACCEPTED: "An instructor has looked at it: its points count.",
    BY_HAND: "Some answers still wait for a mark by your instructor.",
    NOT_RECORDED: "It was graded, and the points are still on their way to the gradebook.",
    NOT_GRADED: f"It has not been graded yet. {_NOT_ZERO}",
    MISSING: "Nothing was handed in.",
}


@dataclass(frozen=True)
class Mark:
    """One graded cell of one submission, as the gradebook has it."""

    name: str  # its grade_id
    most: float
    points: float | None  # None: no score yet
    waits: bool  # for an instructor


@dataclass(frozen=True)
class Standing:
    """One student and one assignment."""

    assignment: str
    student: str
    state: str  # of result.STATES, or one of those above
    reasons: tuple[str, ...] = ()
    most: float | None = None  # points of the assignment; None: the gradebook does not know it
    raw: float | None = None  # points so far, before a penalty; None: there are none
    penalty: float = 0.0  # for handing in late
    marks: tuple[Mark, ...] = ()
    comments: tuple[tuple[str, str], ...] = ()  # (grade_id, text), an instructor's or nbgrader's
    handed_in: datetime | None = None
    due: datetime | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""  # the number of the learning management system
    entry: Entry | None = None  # the ledger's line

    @property
    def counts(self) -> bool:
        """Whether the points are a grade."""
        return self.state in (GRADED, ACCEPTED)

    @property
    def provisional(self) -> float | None:
        """The points so far after the penalty, as nbgrader takes it: never below 0."""
        return None if self.raw is None else max(0.0, self.raw - self.penalty)

    @property
    def score(self) -> float | None:
        """The grade; None while there is none."""
        return self.provisional if self.counts else None


def course_directory(root: Path) -> CourseDirectory:
    """nbgrader's view of the course, its gradebook's address included, from nbgrader_config.py."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    return CourseDirectory(config=config, root=str(root))


@contextlib.contextmanager
def open_ledger(root: Path) -> Iterator[Ledger | None]:
    """The course's ledger; None where nothing was graded by the desk."""
    if not (root / LEDGER).is_file():
        yield None
        return
    with Ledger(root / LEDGER) as ledger:
        yield ledger


def assignments(gradebook: Gradebook, ledger: Ledger | None) -> list[str]:
    """The names of all assignments that the gradebook or the ledger has."""
    names = {assignment.name for assignment in gradebook.assignments}
    return sorted(names | set(ledger.assignments() if ledger else ()))


def standings(
    gradebook: Gradebook,
    ledger: Ledger | None,
    assignment: str,
    students: Collection[str] = (),
) -> list[Standing]:
    """Where each student stands in an assignment; `students`: only these.

    In the gradebook's order, those last whom only the ledger knows.
    """
    try:
        most, due = _assignment(gradebook, assignment)
    except MissingEntry:  # all that was handed in was rejected: only the ledger knows of it
        most, due = None, None
    entries = {entry.student: entry for entry in ledger.entries(assignment)} if ledger else {}
    people = {student.id: student for student in gradebook.students}
    submissions = _submissions(gradebook, assignment)
    found = []
    for name in [*people, *sorted(set(entries) - set(people))]:
        if students and name not in students:
            continue
        entry, submission = entries.get(name), submissions.get(name)
        state, reasons = _state(entry, submission)
        person = people.get(name)
        found.append(
            Standing(
                assignment,
                name,
                state,
                reasons,
                most=most,
                raw=_raw(entry, submission),
                penalty=submission.penalty if submission else 0.0,
                marks=submission.marks if submission else (),
                comments=submission.comments if submission else (),
                handed_in=submission.handed_in if submission else None,
                due=due,
                first_name=getattr(person, "first_name", None) or "",
                last_name=getattr(person, "last_name", None) or "",
                email=getattr(person, "email", None) or "",
                lms_id=getattr(person, "lms_user_id", None) or "",
                entry=entry,
            )
        )
    return found


@dataclass(frozen=True)
class _Submission:
    """What the gradebook has of a submission."""

    handed_in: datetime | None
    penalty: float
    marks: tuple[Mark, ...]
    comments: tuple[tuple[str, str], ...]

    @property
    def raw(self) -> float | None:
        points = [mark.points for mark in self.marks if mark.points is not None]
        return sum(points, 0.0) if points else None


def _state(entry: Entry | None, submission: _Submission | None) -> tuple[str, tuple[str, ...]]:
    """The state of the work, and why it is not `graded`."""
    if entry is not None and not entry.counts:
        return entry.state, entry.reasons
    if entry is not None and not entry.recorded:
        return NOT_RECORDED, ("the grade is in the ledger and not yet in the gradebook",)
    if submission is None:
        return MISSING, ()
    if submission.raw is None:
        return NOT_GRADED, ("no cell has a score",)
    waiting = [mark.name for mark in submission.marks if mark.waits or mark.points is None]
    if waiting:
        return BY_HAND, tuple(f"{name} waits for a mark" for name in waiting)
    if entry is not None and entry.state != GRADED:
        before = tuple(f"{entry.state}: {reason}" for reason in entry.reasons) or (entry.state,)
        return ACCEPTED, (*before, f"accepted: {entry.accepted}")
    return GRADED, ()


def _raw(entry: Entry | None, submission: _Submission | None) -> float | None:
    """The points so far: the gradebook's, or the ledger's where the gradebook has older ones.

    A run that decided nothing has no points, also where the gradebook holds zeros for it.
    """
    if entry is None:
        return submission.raw if submission else None
    decided = entry.counts or any(test.points is not None for test in entry.result.tests)
    if not decided:
        return None
    return submission.raw if submission is not None and entry.recorded else entry.earned


def _assignment(gradebook: Gradebook, name: str) -> tuple[float, datetime | None]:
    found = gradebook.find_assignment(name)
    return float(found.max_score), found.duedate


def _submissions(gradebook: Gradebook, assignment: str) -> dict[str, _Submission]:
    """What the gradebook has of each student's submission, in a few queries for the class."""
    rows = gradebook.db.query
    most: dict[str, float] = {}
    for kind in (GradeCell, TaskCell):
        cells = rows(kind.id, kind.max_score).join(Notebook, kind.notebook_id == Notebook.id)
        cells = cells.join(Assignment, Notebook.assignment_id == Assignment.id)
        most |= {key: points or 0.0 for key, points in cells.filter(Assignment.name == assignment)}

    def of(*columns: Any) -> Any:
        query = rows(SubmittedAssignment.student_id, *columns).select_from(SubmittedAssignment)
        query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        return query.join(Student, SubmittedAssignment.student_id == Student.id).filter(
            Assignment.name == assignment
        )

    notebooks = SubmittedNotebook.assignment_id == SubmittedAssignment.id
    penalties: dict[str, float] = defaultdict(float)
    for student, penalty in of(SubmittedNotebook.late_submission_penalty).join(
        SubmittedNotebook, notebooks
    ):
        penalties[student] += penalty or 0.0
    marks: dict[str, list[Mark]] = defaultdict(list)
    graded = of(
        BaseCell.name,
        Grade.cell_id,
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
        Grade.needs_manual_grade,
    ).join(SubmittedNotebook, notebooks)
    graded = graded.join(Grade, Grade.notebook_id == SubmittedNotebook.id)
    for student, name, cell, auto, manual, extra, waits in graded.join(
        BaseCell, Grade.cell_id == BaseCell.id
    ):
        given = auto if manual is None else manual
        points = None if given is None else given + (extra or 0.0)
        marks[student].append(Mark(name, most.get(cell, 0.0), points, bool(waits)))
    comments: dict[str, list[tuple[str, str]]] = defaultdict(list)
    written = of(BaseCell.name, Comment.comment).join(SubmittedNotebook, notebooks)
    written = written.join(Comment, Comment.notebook_id == SubmittedNotebook.id)
    for student, name, text in written.join(BaseCell, Comment.cell_id == BaseCell.id):
        if text:
            comments[student].append((name, text))
    return {
        student: _Submission(
            stamp,
            penalties[student],
            tuple(sorted(marks[student], key=lambda mark: mark.name)),
            tuple(sorted(comments[student])),
        )
        for student, stamp in of(SubmittedAssignment.timestamp)
    }
