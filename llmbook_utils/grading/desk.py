"""The desk's routine for one submission: look at it, know it again, make a job of it."""

import atexit
import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from llmbook_utils.grading import calibrate, intake
from llmbook_utils.grading.job import Job, rejected
from llmbook_utils.grading.ledger import NAME, Entry, Key, Ledger
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import Limits, Result
from llmbook_utils.grading.untrusted_files import Rejected
from llmbook_utils.grading.worker import Worker

SUBMITTED = "submitted"  # below the course's top


@dataclass(frozen=True)
class Desk:
    """What grading an assignment needs besides the submissions."""

    root: Path
    plan: Plan
    limits: Limits
    release: str  # hash of the instructor's folder
    environment: str
    instructors_files: Mapping[str, bytes]
    trusted: bool = False

    @classmethod
    def open(
        cls,
        root: Path,
        assignment: str,
        limits: Limits | None = None,
        *,
        trusted: bool = False,
        tried: Callable[[Job], Plan] | None = None,
    ) -> "Desk":
        """Get ready: the reference solution is `tried`, if that was not done before.

        Raises: see calibrate.plan_for.
        """
        limits = limits or limits_of(root)
        return cls(
            root,
            calibrate.plan_for(assignment, root, limits, tried or _worker().tried, trusted=trusted),
            limits,
            calibrate.release_hash(assignment, root),
            calibrate.environment(limits),
            calibrate.instructors_files(assignment, root),
            trusted,
        )

    @property
    def assignment(self) -> str:
        return self.plan.name

    def students(self) -> list[str]:
        """Everyone of whom there is something in submitted/."""
        found = (self.root / SUBMITTED).glob(f"*/{self.assignment}")
        return sorted({path.parent.name for path in found})

    def take(self, student: str) -> "HandIn":
        """Read a submission."""
        folder = self.root / SUBMITTED / student / self.assignment
        try:
            submission = intake.take(folder, self.assignment, student)
        except Rejected as error:
            # what is refused has no bytes to know it by: the reason stands for them
            digest = hashlib.sha256(str(error).encode("utf-8", "replace")).hexdigest()
            return HandIn(student, self._key(digest), str(error), None)
        return HandIn(student, self._key(submission.hash), None, submission)

    def _key(self, submission: str) -> Key:
        return Key(submission, self.release, self.environment)

    def job(self, hand_in: "HandIn", previous: Result | None) -> Job:
        """The work to do for a submission that was not refused."""
        submission = hand_in.submission
        assert submission is not None
        return Job(
            hand_in.student,
            self.plan,
            submission.notebook,
            {**submission.files, **self.instructors_files},
            submission.notes,
            self.limits,
            self.environment,
            previous,
            self.trusted,
        )


def limits_of(root: Path) -> Limits:
    """The limits that the course's nbgrader_config.py sets (`c.GradeInSandbox.limits`).

    Raises:
        ValueError: it names a limit that does not exist.
    """
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    found = dict(config.GradeInSandbox.get("limits", {}))
    known = asdict(Limits())
    if unknown := sorted(set(found) - set(known)):
        raise ValueError(f"expected limits out of {', '.join(known)}; got {', '.join(unknown)}")
    return Limits(**{name: type(known[name])(value) for name, value in found.items()})


@dataclass(frozen=True)
class HandIn:
    """A submission as it lies there: refused with a reason, or read."""

    student: str
    key: Key
    refused: str | None
    submission: intake.Submission | None

    @property
    def beside(self) -> Mapping[str, bytes]:
        """What goes into nbgrader's folders besides the notebook."""
        return {} if self.submission is None else self.submission.beside


@functools.cache
def _worker() -> Worker:
    worker = Worker()
    atexit.register(worker.close)
    return worker


def grade_one(root: Path, assignment: str, student: str) -> Entry:
    """The ledger's entry of one student, graded now if it is not up to date.

    Raises: see Desk.open, and WorkerFailed.
    """
    desk = Desk.open(root, assignment)
    hand_in = desk.take(student)
    with Ledger(root / NAME) as ledger:
        entry = ledger.find(assignment, student)
        if entry is None or entry.key != hand_in.key:
            if hand_in.refused is not None:
                result = rejected(student, assignment, hand_in.refused)
            else:
                same = entry is not None and entry.key.submission == hand_in.key.submission
                previous = entry.result if entry is not None and same else None
                result = _worker().grade(desk.job(hand_in, previous))
            ledger.store(hand_in.key, result)
            entry = ledger.find(assignment, student)
            assert entry is not None
        return entry
