"""`llmbook collect`: bring hand-ins into submitted/STUDENT/ASSIGNMENT/, and lose none.

They come from a folder or a zip (hand_ins.py says how it may be laid out). A hand-in is read whole,
with all caps, before anything is written, and appears under submitted/ in one step. It replaces an
older one only when it differs and came later, or when told to; what it replaces moves to
submitted/.replaced/. Where several hand-ins would become one student's, none is taken. A hand-in
without a clear notebook is taken all the same: grading rejects it, where it is seen.

The time at which each came in is kept in submitted_times.json, which students cannot write, and,
where it is known exactly, in nbgrader's timestamp.txt:

- nbgrader's exchange: when the server's file system last changed the student's folder. The time
  that the student's machine wrote is only compared with it.
- A list of names with a column `submitted_at` (learning platforms export such times).
- Archives of Moodle and Canvas are stamped when they are downloaded, folders when they are copied.
  That shows how late a hand-in can have been at most. It is recorded, and costs nobody points.

`nbgrader collect` fills submitted/ as well, and believes the students' clocks.
"""

import contextlib
import itertools
import os
import sys
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from llmbook_utils.course import course_root
from llmbook_utils.grading import submitted_times
from llmbook_utils.grading.archive import Archive
from llmbook_utils.grading.hand_ins import Folder, HandIn, Source, find, read
from llmbook_utils.grading.intake import check_id, fingerprint, named
from llmbook_utils.grading.student_names import Person, assigned, read_names
from llmbook_utils.grading.submitted_times import STAMP, TOLERANCE, Record, iso
from llmbook_utils.grading.untrusted_files import Rejected, Tree, read_folder, shown

SUBMITTED, REPLACED = "submitted", ".replaced"


@dataclass
class Report:
    """What came of each hand-in."""

    taken: dict[str, str] = field(default_factory=dict)  # student → remark, mostly empty
    skipped: dict[str, str] = field(default_factory=dict)  # student → why
    refused: dict[str, str] = field(default_factory=dict)  # what the source calls it → why


def _record(
    source: Source, name: str, hand_in: HandIn, person: Person, tree: Tree, sha256: str
) -> Record:
    notes = ("Canvas marks it as late.",) if hand_in.late else ()
    if person.submitted_at is not None:
        return Record(iso(person.submitted_at), True, name, sha256, notes)
    if hand_in.sent is not None:
        claimed = submitted_times.parse(hand_in.sent)
        if claimed is None or abs(claimed.timestamp() - tree.changed) > TOLERANCE.total_seconds():
            said = iso(claimed) if claimed is not None else "no time"
            notes = (
                f"The student's machine wrote {said}, the server {iso(tree.changed)}: that counts.",
            )
        return Record(iso(tree.changed), True, name, sha256, notes)
    now = datetime.now(UTC)
    packed = source.time(hand_in.tops)
    return Record(iso(min(packed or now, now)), False, name, sha256, notes)


def collect(
    source: Path,
    assignment: str,
    course: Path,
    names: Path | None = None,
    replace: bool = False,
) -> Report:
    """Take the hand-ins for `assignment` from a folder or a zip into the course.

    Raises:
        FileNotFoundError: there is no such source, assignment or list of names.
        ValueError: the source or the list of names cannot be read as what it should be.
    """
    check_id(assignment, "an assignment")
    if not (course / "solutions" / assignment).is_dir():
        raise FileNotFoundError(f"there is no assignment {assignment} in {course / 'solutions'}")
    people = read_names(names) if names is not None else None
    known = submitted_times.read(course).get(assignment, {})
    report, records = Report(), dict[str, Record]()
    with contextlib.ExitStack() as stack:
        opened: Source
        if source.is_dir():
            opened = Folder(source)
        elif zipfile.is_zipfile(source):
            opened = stack.enter_context(contextlib.closing(Archive(source)))
        elif source.exists():
            raise ValueError(f"expected a folder or a zip, got {source}")
        else:
            raise FileNotFoundError(f"there is no {source}")
        stack.callback(lambda: submitted_times.write(course, assignment, records))
        for hand_in, person in assigned(find(opened, assignment), people, report.refused):
            student = person.student
            try:
                tree = read(opened, hand_in, assignment)
                files, remarks = _named(tree.files, assignment)
                record = _record(opened, str(source), hand_in, person, tree, fingerprint(files))
                place = _Place(course / SUBMITTED, student, assignment, known.get(student))
                why_not = place.refuses(record, replace)
                if not why_not:
                    place.put(files)
                    report.taken[student] = " ".join((*remarks, *record.notes, *place.replaced))
                else:
                    report.skipped[student] = why_not
                if not why_not or place.learns(record):
                    place.write_stamp(record)
                    records[student] = record
            except Rejected as error:
                report.refused[hand_in.label] = str(error)
            except OSError as error:
                report.refused[hand_in.label] = f"cannot be read or written: {error}"
    return report


def _named(files: dict[str, bytes], assignment: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    if not files:
        raise Rejected("there is no file in it")
    try:
        return named(files, assignment)
    except Rejected as error:  # grading will say so again, where it is seen
        return files, (str(error),)


class _Place:
    """Where a hand-in belongs: submitted/STUDENT/ASSIGNMENT, and what is there already.

    Raises:
        Rejected: the student's folder is a link.
    """

    def __init__(
        self, submitted: Path, student: str, assignment: str, known: Record | None
    ) -> None:
        self._submitted, self._known = submitted, known
        self._folder = submitted / student / assignment
        if self._folder.parent.is_symlink():
            raise Rejected(f"{self._folder.parent} is a link")
        self._sha256 = self._since = ""
        if os.path.lexists(self._folder):
            self._since = iso(self._folder.lstat().st_ctime)
            with contextlib.suppress(Rejected):
                tree = read_folder(submitted, student, assignment)
                self._since = iso(tree.changed)
                self._sha256 = fingerprint(_named(tree.files, assignment)[0])
            if known is not None and known.sha256 == self._sha256:
                self._since = known.time

    def refuses(self, record: Record, replace: bool) -> str:
        """Why the hand-in is not taken; empty where it is."""
        if self._sha256 == record.sha256:
            return "is there already"
        if self._since and record.time < self._since and not replace:
            return f"another is there, of {self._since}; this is of {record.time} (see --replace)"
        return ""

    @property
    def replaced(self) -> tuple[str, ...]:
        """A sentence about the hand-in that was here before."""
        return (f"It replaces one of {self._since}.",) if self._since else ()

    def learns(self, record: Record) -> bool:
        """Whether the record says more about what is there than is known."""
        known = self._known
        unknown = known is None or known.sha256 != record.sha256
        return self._sha256 == record.sha256 and (unknown or record.exact)

    def put(self, files: dict[str, bytes]) -> None:
        """Write the files; what was there moves to submitted/.replaced/."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._submitted, prefix=".collecting-") as scratch:
            made = Path(scratch) / "hand-in"
            made.mkdir()
            for path, data in files.items():
                target = made / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:  # names that differ only in case, on some systems
                    file.write(data)
            if os.path.lexists(self._folder):
                self._move_aside()
            made.rename(self._folder)

    def _move_aside(self) -> None:
        student, assignment = self._folder.parts[-2:]
        shelf = self._submitted / REPLACED / student / assignment
        shelf.mkdir(parents=True, exist_ok=True)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        free = (shelf / f"{moment}-{n}" for n in itertools.count(1))
        self._folder.rename(next(each for each in free if not os.path.lexists(each)))

    def write_stamp(self, record: Record) -> None:
        """Leave the time for nbgrader, where it is known exactly."""
        if record.exact:
            fresh = self._folder / f".{STAMP}"
            fresh.write_text(submitted_times.stamp(record.time), encoding="ascii")
            os.replace(fresh, self._folder / STAMP)


def main(assignment: str, source: Path, names: Path | None = None, *, replace: bool = False) -> int:
    """`llmbook collect`: take hand-ins, and say what came of each that is worth a word.

    Returns the exit status: 0 when all were taken or there already, 1 when one was refused, 2 when
    nothing could be read.
    """
    try:
        report = collect(source, assignment, course_root(), names, replace)
    except (OSError, ValueError) as error:
        print(f"llmbook collect: {error}", file=sys.stderr)
        return 2
    groups = {"taken": report.taken, "skipped": report.skipped, "refused": report.refused}
    worth = [
        (who, what, why) for what, group in groups.items() for who, why in group.items() if why
    ]
    width = max((len(who) for who, _, _ in worth), default=0)
    for who, what, why in worth:
        print(f"{shown(who):{width}}  {what:7}  {why}")
    print(", ".join(f"{len(group)} {what}" for what, group in groups.items()))
    return int(bool(report.refused))
