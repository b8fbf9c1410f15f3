"""Write a result into nbgrader's gradebook, through nbgrader's own autograde converter.

The converter is shown a folder of our making, with the executed notebook: it never parses a file
that a student handed in, and follows no link of theirs. One writer at a time; writing the same
result twice changes nothing. A failure never becomes a zero: what was not decided has no automatic
score and waits for an instructor, who sees it in formgrader. A score that an instructor gave by
hand is never touched.
"""

import contextlib
import functools
import logging
import shutil
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from llmbook_utils.grading import feedback
from llmbook_utils.grading.ledger import Entry, Ledger
from llmbook_utils.grading.result import written

STAGE = Path("_build") / "grading" / "staged"  # below the course's top


@functools.cache
def _engine(url: str, **options: Any) -> Any:
    import sqlalchemy

    return sqlalchemy.create_engine(url, **options)


def _open_once(open_fully: Any) -> Any:
    """`Gradebook.__init__` that looks for a database's tables and course only the first time."""
    engines: dict[tuple[str, str], Any] = {}

    def open_(
        book: Any, db_url: str, course_id: str = "default_course", authenticator: Any = None
    ) -> None:
        from sqlalchemy.orm import scoped_session, sessionmaker

        if (db_url, course_id) not in engines:
            open_fully(book, db_url, course_id, authenticator)
            engines[db_url, course_id] = book.engine
            return
        book.engine = engines[db_url, course_id]
        book.db = scoped_session(sessionmaker(autoflush=True, bind=book.engine, future=True))
        book.course_id, book.authenticator = course_id, authenticator

    return open_


@contextlib.contextmanager
def quiet_nbgrader() -> Iterator[None]:
    """nbgrader with one database engine for all it does, and without SQLAlchemy's warnings.

    nbgrader opens its gradebook some seven times for each submission, each time with an engine that
    has yet to compile every query, and each time it looks for its tables and its course. The
    warnings are about nbgrader's own queries.
    """
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SAWarning

    with (
        warnings.catch_warnings(),
        mock.patch("nbgrader.api.create_engine", _engine),
        mock.patch.object(Gradebook, "__init__", _open_once(Gradebook.__init__)),
    ):
        warnings.simplefilter("ignore", SAWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def nbgrader_api(root: Path) -> Any:
    """nbgrader with the settings of the course's nbgrader_config.py."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader
    from traitlets.log import get_logger

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    get_logger().setLevel(logging.CRITICAL)  # its errors come back as text
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def _converter(api: Any) -> Any:
    """nbgrader's autograder for a notebook that is rebuilt and executed: it only saves the scores.

    nbgrader converts twice, to sanitise and to run, and copies and validates the notebook around
    every preprocessor. Here nothing is left to sanitise or to run, and the notebook is our own: the
    configured preprocessors are applied to it one after another, and it is written.
    """
    from nbformat.v4 import reads
    from nbgrader.converters import Autograde

    class Record(Autograde):
        def convert_single_notebook(self, notebook_filename: str) -> None:
            resources = self.init_single_notebook_resources(notebook_filename)
            notebook = reads(Path(notebook_filename).read_text(encoding="utf-8"))
            self.exporter._preprocessors = []
            for preprocessor in self.autograde_preprocessors:
                self.exporter.register_preprocessor(preprocessor)
            for preprocessor in (each for each in self.exporter._preprocessors if each.enabled):
                notebook, resources = preprocessor.preprocess(notebook, resources)
            student, assignment = (resources["nbgrader"][k] for k in ("student", "assignment"))
            folder = Path(self._format_dest(assignment, student))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{resources['unique_key']}.ipynb").write_text(
                written(notebook), encoding="utf-8"
            )

    return Record(coursedir=api.coursedir, parent=api, force=True, create_student=True)


class Recorder:
    """Writes results of one course into its gradebook."""

    def __init__(self, root: Path, ledger: Ledger) -> None:
        self._root, self._ledger = root, ledger
        self._api = nbgrader_api(root)
        self._staged = nbgrader_api(root)
        self._staged.coursedir.submitted_directory = str(STAGE)

    def prepare(self, assignment: str, release: str) -> None:
        """Enter the assignment and its present cells in the gradebook.

        Raises:
            RuntimeError: nbgrader refuses it (cells added or removed after submissions came in).
        """
        if self._ledger.note(f"release of {assignment}") == release and self._known(assignment):
            return
        with quiet_nbgrader():
            done = self._api.generate_assignment(assignment, force=True)
        if not done["success"]:
            said = (done.get("log") or done.get("error") or "no reason").strip()
            raise RuntimeError(f"nbgrader does not accept {assignment}: {said[-1000:]}")
        self._ledger.keep_note(f"release of {assignment}", release)

    def _known(self, assignment: str) -> bool:
        from nbgrader.api import Gradebook, MissingEntry

        with Gradebook(self._api.coursedir.db_url, self._api.coursedir.course_id) as gradebook:
            try:
                gradebook.find_assignment(assignment)
            except MissingEntry:
                return False
        return True

    def record(self, entry: Entry, beside: Mapping[str, bytes]) -> None:
        """Bring a ledger's entry into the gradebook.

        `beside`: what goes into nbgrader's folders besides the notebook (intake.Submission).

        Raises:
            RuntimeError: nbgrader could not; the entry stays unrecorded.
        """
        from nbgrader.utils import capture_log, temp_attrs

        assignment, student = entry.assignment, entry.student
        notebook = entry.result.notebook
        with quiet_nbgrader():
            if notebook is None:
                self._withdraw(assignment, student)
                feedback.write_refusal(self._root, entry)
            else:
                folder = self._root / STAGE / student / assignment
                shutil.rmtree(folder, ignore_errors=True)
                everything = {**beside, f"{assignment}.ipynb": notebook.encode()}
                for name, content in everything.items():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(content)
                coursedir = self._staged.coursedir
                with temp_attrs(coursedir, assignment_id=assignment, student_id=student):
                    done = capture_log(_converter(self._staged))
                shutil.rmtree(folder.parent, ignore_errors=True)
                if not done["success"]:
                    said = (done.get("log") or done.get("error") or "no reason").strip()
                    raise RuntimeError(f"nbgrader could not record {student}: {said[-2000:]}")
        self._ledger.mark_recorded(assignment, student, entry.key)

    def _withdraw(self, assignment: str, student: str) -> None:
        """Nothing of it could be run: no automatic score, and an instructor is asked for."""
        from nbgrader.api import Gradebook

        with Gradebook(self._api.coursedir.db_url, self._api.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(assignment, student)
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()
        shutil.rmtree(
            self._root / self._api.coursedir.autograded_directory / student / assignment,
            ignore_errors=True,
        )


def save_scores(grades: list[Any], entry: Entry) -> None:
    """Set nbgrader's records of a submission's graded cells from the ledger's entry."""
    points = {test.name: test.points for test in entry.result.tests}
    for grade in grades:
        if grade.name not in points:
            continue  # marked by hand
        before, now = grade.auto_score, points[grade.name]
        grade.auto_score = now
        if grade.manual_score is None:
            grade.needs_manual_grade = now is None or not entry.counts
        elif before != now:
            grade.needs_manual_grade = True  # the ground has shifted under an instructor's decision
