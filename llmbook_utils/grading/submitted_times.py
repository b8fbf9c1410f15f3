"""When a hand-in came in, as far as the server knows: `submitted_times.json`, beside submitted/.

`llmbook collect` keeps this record; students never reach it. nbgrader's `timestamp.txt` lies in the
hand-in itself, and its exchange lets the student's own machine write it. So:

- A recorded time counts, as long as the hand-in is still the one that was collected (by its hash).
- Where a source only shows that a hand-in was there at some time (an archive is stamped when it is
  downloaded), that is the latest it can have come in: no ground for a penalty, so there is no time.
- Without a record, `timestamp.txt` is believed up to the moment at which the files arrived here. It
  is the student's word: it can be too early, and nothing here would show it. Collect the exchange's
  inbound folder with `llmbook collect` where that matters.
"""

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

NAME = "submitted_times.json"  # in the course's top folder
STAMP = "timestamp.txt"  # nbgrader's, in a hand-in
TOLERANCE = timedelta(minutes=10)  # between two clocks, or the start and the end of an upload
_FORM = re.compile(
    r"(?P<when>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?) ?"
    r"(?P<offset>Z|[+-]\d\d:?\d\d)?(?P<zone>[A-Za-z_]+(/[A-Za-z0-9_+-]+)*)?"
)


@dataclass(frozen=True)
class Record:
    """What is known of one hand-in."""

    time: str  # UTC, ISO 8601
    exact: bool  # False: it came in then at the latest
    source: str  # where it was collected from
    sha256: str  # of the hand-in: see Submission.hash
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The time that counts; None where none is known."""

    at: str | None
    trusted: bool  # from the record, not from the hand-in
    notes: tuple[str, ...] = ()


def iso(time: datetime | float) -> str:
    """A moment, or seconds since 1970, as ISO 8601 in UTC."""
    moment = datetime.fromtimestamp(time, UTC) if isinstance(time, (int, float)) else time
    return moment.astimezone(UTC).isoformat()


def parse(text: str) -> datetime | None:
    """Read a time as nbgrader or ISO 8601 writes it, in UTC where no zone is named.

    None where it is no such time.
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(found["when"] + (found["offset"] or ""))
        if moment.tzinfo is None:
            zone = found["zone"]
            moment = moment.replace(tzinfo=UTC if zone in (None, "UTC") else ZoneInfo(zone))
        return moment.astimezone(UTC)
    except (ValueError, OverflowError, KeyError, OSError):  # the last two: an unknown zone
        return None


def stamp(time: str) -> str:
    """A recorded time as nbgrader writes it into timestamp.txt."""
    moment = datetime.fromisoformat(time)
    # to the last digit: formgrader compares such times
    fraction = ".%f" if moment.microsecond else ""
    return moment.strftime(f"%Y-%m-%d %H:%M:%S{fraction} %Z")


def read(course: Path) -> dict[str, dict[str, Record]]:
    """The records of a course: assignment → student → record.

    Raises:
        ValueError: the file is damaged.
    """
    path = course / NAME
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {
            assignment: {
                student: Record(**{**record, "notes": tuple(record["notes"])})
                for student, record in students.items()
            }
            for assignment, students in data.items()
        }
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"expected the times of hand-ins in {path}: {error}") from error


def write(course: Path, assignment: str, records: dict[str, Record]) -> None:
    """Add records, by student; others stay. The file is replaced as a whole or not at all."""
    if not records:
        return
    everything = read(course)
    everything.setdefault(assignment, {}).update(records)
    data = {
        name: {student: asdict(record) for student, record in sorted(students.items())}
        for name, students in sorted(everything.items())
    }
    fresh = course / f".{NAME}.{os.getpid()}"
    fresh.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(fresh, course / NAME)


def decide(record: Record | None, sha256: str, written: str | None, arrived: float) -> Verdict:
    """The time of a hand-in with this hash, whose timestamp.txt is `written`.

    `arrived`: when its files came here, by this machine's clock (seconds since 1970).
    """
    claimed = parse(written) if written is not None else None
    notes = []
    if record is not None and record.sha256 == sha256:
        notes = list(record.notes)
        known = datetime.fromisoformat(record.time)
        if not record.exact:
            when = "its source does not say when"
            notes.append(f"It came in by {record.time} at the latest: {when}.")
            return Verdict(None, True, tuple(notes))
        if claimed is not None and abs(claimed - known) > TOLERANCE:
            notes.append(
                f"{STAMP} says {iso(claimed)}, the server's record {record.time}: that counts."
            )
        return Verdict(record.time, True, tuple(notes))
    if record is not None:
        notes.append("It is not what was collected, so the recorded time does not count.")
    if written is None:
        return Verdict(None, False, tuple(notes))
    if claimed is None:
        notes.append(f"{STAMP} holds no time such as 2026-11-23 20:00:00 UTC: it does not count.")
        return Verdict(None, False, tuple(notes))
    if claimed.timestamp() > arrived + TOLERANCE.total_seconds():
        notes.append(
            f"{STAMP} says {iso(claimed)}, but the files were here at {iso(arrived)}: that counts."
        )
        return Verdict(iso(arrived), False, tuple(notes))
    return Verdict(iso(claimed), False, tuple(notes))
