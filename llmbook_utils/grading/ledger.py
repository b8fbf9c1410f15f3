"""The ledger: what was graded, from what, with which result; beside the gradebook.

One SQLite file, one writer at a time. A run that is killed between any two writes finds here what
is done: results are stored whole before they are recorded in the gradebook, and marked as recorded
afterwards, so that the next run redoes at most a recording, which is idempotent.
"""

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from llmbook_utils.grading.result import GRADED, Result

NAME = "grading_ledger.db"  # in the course's top folder
_SCHEMA = """
CREATE TABLE IF NOT EXISTS submissions (
    assignment TEXT NOT NULL, student TEXT NOT NULL,
    submission TEXT NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL,
    state TEXT NOT NULL, reasons TEXT NOT NULL, earned REAL NOT NULL,
    result BLOB NOT NULL, finished TEXT NOT NULL,
    recorded INTEGER NOT NULL DEFAULT 0, accepted TEXT,
    PRIMARY KEY (assignment, student)
);
CREATE TABLE IF NOT EXISTS history (
    assignment TEXT NOT NULL, student TEXT NOT NULL,
    submission TEXT NOT NULL, release TEXT NOT NULL, environment TEXT NOT NULL,
    state TEXT NOT NULL, earned REAL NOT NULL, finished TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Key:
    """What a result depends on besides the student and the assignment: hashes, in hexadecimal."""

    submission: str  # every byte handed in
    release: str  # the instructor's notebook, hidden tests included, and its files
    environment: str  # Python, the pinned packages, the checks, the grader's limits


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    assignment: str
    student: str
    key: Key
    state: str
    reasons: tuple[str, ...]
    earned: float
    finished: str  # UTC, ISO 8601
    recorded: bool  # the gradebook has it
    accepted: str | None  # an instructor's note: the points count in spite of the state
    packed: bytes

    @property
    def counts(self) -> bool:
        """Whether its points may leave the house: graded, or looked at and accepted."""
        return self.state == GRADED or self.accepted is not None

    @property
    def result(self) -> Result:
        return Result.from_json(zlib.decompress(self.packed).decode())


class Ledger:
    """The ledger of a course; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(_SCHEMA)

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def entries(self, assignment: str) -> list[Entry]:
        """All entries of an assignment, by student."""
        return self._read("assignment = ? ORDER BY student", assignment)

    def find(self, assignment: str, student: str) -> Entry | None:
        found = self._read("assignment = ? AND student = ?", assignment, student)
        return found[0] if found else None

    def assignments(self) -> list[str]:
        """The assignments of which something was graded."""
        rows = self._database.execute("SELECT DISTINCT assignment FROM submissions ORDER BY 1")
        return [name for (name,) in rows]

    def _read(self, where: str, *values: str) -> list[Entry]:
        columns = (
            "assignment, student, submission, release, environment, state, reasons, earned, "
            "finished, recorded, accepted, result"
        )
        rows = self._database.execute(f"SELECT {columns} FROM submissions WHERE {where}", values)
        return [
            Entry(
                row[0],
                row[1],
                Key(*row[2:5]),
                row[5],
                tuple(json.loads(row[6])),
                row[7],
                row[8],
                bool(row[9]),
                row[10],
                row[11],
            )
            for row in rows
        ]

    def store(self, key: Key, result: Result) -> None:
        """Keep a result, not yet recorded. The one it replaces moves to the history.

        An instructor's acceptance stays only while submission, points and state stay the same.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        packed = zlib.compress(result.as_json().encode(), 3)
        with self._transaction() as database:
            old = self._read("assignment = ? AND student = ?", result.assignment, result.student)
            accepted = None
            if old:
                (entry,) = old
                same = (entry.key.submission, entry.state, entry.earned) == (
                    key.submission,
                    result.state,
                    result.earned,
                )
                accepted = entry.accepted if same else None
                database.execute(
                    "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        entry.assignment,
                        entry.student,
                        entry.key.submission,
                        entry.key.release,
                        entry.key.environment,
                        entry.state,
                        entry.earned,
                        entry.finished,
                    ),
                )
            database.execute(
                "INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
                (
                    result.assignment,
                    result.student,
                    key.submission,
                    key.release,
                    key.environment,
                    result.state,
                    json.dumps(result.reasons),
                    result.earned,
                    packed,
                    now,
                    accepted,
                ),
            )

    def mark_unrecorded(self, assignment: str, student: str) -> None:
        """Have the entry written to the gradebook again."""
        with self._transaction() as database:
            database.execute(
                "UPDATE submissions SET recorded = 0 WHERE assignment = ? AND student = ?",
                (assignment, student),
            )

    def mark_recorded(self, assignment: str, student: str, key: Key) -> None:
        """Note that the gradebook has the result with this key."""
        with self._transaction() as database:
            database.execute(
                "UPDATE submissions SET recorded = 1 WHERE assignment = ? AND student = ? "
                "AND submission = ? AND release = ? AND environment = ?",
                (assignment, student, key.submission, key.release, key.environment),
            )

    def accept(self, assignment: str, student: str, note: str) -> None:
        """Let the points of a failed or suspicious submission count, with a note that says why.

        Raises:
            ValueError: there is no such submission.
        """
        with self._transaction() as database:
            changed = database.execute(
                "UPDATE submissions SET accepted = ? WHERE assignment = ? AND student = ?",
                (note or "accepted", assignment, student),
            ).rowcount
        if not changed:
            raise ValueError(
                f"expected a graded submission of {student} for {assignment}, got none"
            )

    def note(self, name: str) -> str | None:
        """A short note that was kept under this name."""
        row = self._database.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def keep_note(self, name: str, value: str) -> None:
        with self._transaction() as database:
            database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def history(self, assignment: str, student: str) -> list[tuple[str, float, str]]:
        """(state, points, when) of the results that were replaced, oldest first."""
        rows = self._database.execute(
            "SELECT state, earned, finished FROM history WHERE assignment = ? AND student = ? "
            "ORDER BY rowid",
            (assignment, student),
        )
        return [(state, earned, finished) for state, earned, finished in rows]
