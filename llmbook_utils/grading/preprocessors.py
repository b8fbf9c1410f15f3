"""Where nbgrader's autograder meets the desk (nbgrader_config.py names these classes).

`nbgrader autograde` and formgrader's button take the same way as `llmbook grade`, one submission at
a time: the hand-in is read as hostile, rebuilt and run in the sandbox, and its result kept in the
ledger; a result that is there already is taken as it is.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, reads
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution
from traitlets import Dict

from llmbook_utils.grading import calibrate, desk, intake
from llmbook_utils.grading.ledger import NAME, Entry, Ledger
from llmbook_utils.grading.record import Recorder, save_scores
from llmbook_utils.grading.untrusted_files import Rejected


class GradeInSandbox(NbGraderPreprocessor):
    """Put the graded notebook in the place of the one that was handed in."""

    limits = Dict(
        {}, help="What a submission may use, where it differs from result.Limits: {name: value}."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        where = resources["nbgrader"]
        root = Path.cwd()  # nbgrader works in the course's top folder
        entry = desk.grade_one(root, where["assignment"], where["student"])
        assert entry.result.notebook is not None  # see _init_assignment
        return reads(entry.result.notebook, as_version=4), resources


class SaveScores(NbGraderPreprocessor):
    """Save the ledger's verdicts in the gradebook: nbgrader reads outputs, which can be forged."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        where = resources["nbgrader"]
        with Ledger(Path.cwd() / NAME) as ledger:
            entry = ledger.find(where["assignment"], where["student"])
        if entry is None:
            raise RuntimeError(f"expected a result of {where['student']} in the ledger, found none")
        with Gradebook(where["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(
                where["notebook"], where["assignment"], where["student"]
            )
            _cells = (
                submission.notebook.grade_cells,
                submission.notebook.solution_cells,
            )  # all at once
            grades = {grade.name: grade for grade in submission.grades}
            comments = {comment.name: comment for comment in submission.comments}
            save_scores(list(grades.values()), entry)
            for cell in nb.cells:
                self._question(cell, grades, comments)
            gradebook.db.commit()
        return nb, resources

    def _question(self, cell: NotebookNode, grades: Any, comments: Any) -> None:
        """An open question waits for an instructor, or is worth nothing where it is untouched."""
        if not is_solution(cell):
            return
        name = cell.metadata.nbgrader["grade_id"]
        if is_grade(cell) and name in grades:
            grade = grades[name]
            grade.auto_score, _ = determine_grade(cell, self.log)
            if grade.manual_score is None:
                grade.needs_manual_grade = grade.auto_score is None
        if name in comments:
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comments[name].auto_comment = "No response." if untouched else None


def _record_failure(root: Path, entry: Entry) -> None:
    """nbgrader only logs what cannot be converted: the gradebook is to know it, too."""
    with Ledger(root / NAME) as ledger:
        Recorder(root, ledger).record(entry, {})


_begin = Autograde.init_assignment


def _init_assignment(self: Autograde, assignment_id: str, student_id: str) -> None:
    """Grade the hand-in before nbgrader touches it.

    nbgrader parses the notebook, and copies what lies beside it, through links too, before any
    preprocessor runs. So what is refused is refused here, as an error of this student's alone; and
    nbgrader is told to ignore every file, and what intake has read is written out in their place.
    """
    root = Path(self.coursedir.root)
    source = root / self._format_source(assignment_id, student_id)
    if source.is_relative_to(root / desk.SUBMITTED):
        entry = desk.grade_one(root, assignment_id, student_id)
        if entry.result.notebook is None:
            _record_failure(root, entry)
            raise Rejected("; ".join(entry.reasons))
    submission = intake.take(source, assignment_id, student_id)
    ignored, self.coursedir.ignore = self.coursedir.ignore, ["*"]
    try:
        _begin(self, assignment_id, student_id)
    finally:
        self.coursedir.ignore = ignored
    folder = root / self._format_dest(assignment_id, student_id)
    if submission.submitted_at is not None:  # nbgrader believes what lies beside the notebook
        when = datetime.fromisoformat(submission.submitted_at).replace(tzinfo=None)
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_submission(assignment_id, student_id, timestamp=when)
    files = {**submission.beside, **calibrate.instructors_files(assignment_id, root)}
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


Autograde.init_assignment = _init_assignment


def announce(**_: Any) -> None:
    """nbgrader's `pre_convert_hook`: naming it loads this module before anything is copied."""


def note_recorded(assignment: str, notebooks: list[str], **_: Any) -> None:
    """nbgrader's `post_convert_hook`: all is written, so the gradebook has the ledger's result."""
    with Ledger(Path.cwd() / NAME) as ledger:
        for student in {Path(notebook).parent.parent.name for notebook in notebooks}:
            entry = ledger.find(assignment, student)
            if entry is not None:
                ledger.mark_recorded(assignment, student, entry.key)
