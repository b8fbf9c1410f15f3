"""Read one hand-in, submitted/STUDENT/ASSIGNMENT/, as what it may be: an attack.

The files are read as untrusted_files.py says. Among them the notebook is found, also under another
name where it is the only one; the time at which it came in is decided as submitted_times.py says.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from llmbook_utils.grading import submitted_times
from llmbook_utils.grading.submitted_times import STAMP
from llmbook_utils.grading.untrusted_files import (
    CAPS,
    SECRET,
    Caps,
    Rejected,
    check_name,
    is_notebook,
    read_folder,
    shown,
)

__all__ = ["Caps", "Rejected", "Submission", "take"]


@dataclass(frozen=True)
class Submission:
    """A hand-in, in memory."""

    student: str
    assignment: str
    notebook: str  # the text of the notebook, not yet parsed
    files: dict[str, bytes]  # all others, by relative path with `/`
    hash: str  # SHA-256 of names and contents, the notebook's as ASSIGNMENT.ipynb
    submitted_at: str | None  # UTC, ISO 8601; None where no time is known (see submitted_times)
    trusted_time: bool  # whether the time is the server's, not the student's word
    notes: tuple[str, ...] = ()
    secret: bytes | None = None  # nbgrader's, for handing feedback back through its exchange

    @property
    def beside(self) -> dict[str, bytes]:
        """What lies beside the notebook in nbgrader's own folders: the files, time and secret."""
        extra = {}
        if self.submitted_at is not None:
            extra[STAMP] = submitted_times.stamp(self.submitted_at).encode()
        if self.secret is not None:
            extra[SECRET] = self.secret
        return {**self.files, **extra}


def check_id(name: str, what: str) -> None:
    """Refuse the name of a student or an assignment that is no safe folder name, or a pattern.

    Raises:
        Rejected: with the name and the reason.
    """
    try:
        check_name(name)
    except Rejected as error:
        raise Rejected(f"expected {what} with a plain name: {error}") from None
    if "[" in name or "]" in name:
        raise Rejected(f"expected {what} without brackets in the name, got `{shown(name)}`")


def find_notebook(paths: Iterable[str], assignment: str) -> tuple[str, tuple[str, ...]]:
    """The path of the notebook to grade, and what there is to say about the choice.

    Raises:
        Rejected: there is none, or it is not clear which one it is.
    """
    notebooks = sorted(filter(is_notebook, paths))
    name = f"{assignment}.ipynb"
    plain = unicodedata.normalize("NFC", name).casefold()
    alike = [
        path
        for path in notebooks
        if unicodedata.normalize("NFC", PurePosixPath(path).name).casefold() == plain
    ]
    if name in notebooks:
        others = ", ".join(f"`{shown(path)}`" for path in notebooks if path != name)
        return name, (f"Not graded, for their names: {others}.",) if others else ()
    for few in (alike, notebooks):
        if len(few) == 1:
            return few[0], (f"The notebook was handed in as `{shown(few[0])}`.",)
    if not notebooks:
        raise Rejected(f"expected `{name}`, found no notebook")
    found = ", ".join(f"`{shown(path)}`" for path in notebooks[:5])
    raise Rejected(f"expected `{name}`, found {len(notebooks)} notebooks of other names: {found}")


def fingerprint(files: dict[str, bytes]) -> str:
    """SHA-256 over names and contents, in whatever order they came."""
    digest = hashlib.sha256()
    for path, data in sorted(files.items()):
        for part in (path.encode(), data):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def named(files: dict[str, bytes], assignment: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files with the notebook under its right name, and what there is to say about that.

    Raises:
        Rejected: there is no notebook, or it is not clear which one it is.
    """
    path, notes = find_notebook(files, assignment)
    return {(f"{assignment}.ipynb" if each == path else each): files[each] for each in files}, notes


def take(folder: Path, assignment: str, student: str, caps: Caps = CAPS) -> Submission:
    """Read the hand-in in `folder`, which is submitted/STUDENT/ASSIGNMENT of a course.

    Raises:
        Rejected: it is not acceptable, and why.
    """
    check_id(student, "a student")
    check_id(assignment, "an assignment")
    folder = folder.absolute()
    submitted = folder.parent.parent
    tree = read_folder(submitted, folder.parent.name, folder.name, caps=caps)
    files, notes = named(tree.files, assignment)
    digest = fingerprint(files)
    try:
        notebook = files.pop(f"{assignment}.ipynb").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Rejected(f"the notebook is not text in UTF-8: {error.reason}") from None
    record = submitted_times.read(submitted.parent).get(assignment, {}).get(student)
    time = submitted_times.decide(record, digest, tree.stamp, tree.changed)
    return Submission(
        student,
        assignment,
        notebook,
        files,
        digest,
        time.at,
        time.trusted,
        notes + time.notes,
        tree.secret,
    )
