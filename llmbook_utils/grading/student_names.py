"""Whose a hand-in is: from what a learning platform calls a student to the student's id here."""

import csv
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from llmbook_utils.grading import submitted_times
from llmbook_utils.grading.hand_ins import HandIn
from llmbook_utils.grading.intake import check_id
from llmbook_utils.grading.untrusted_files import Rejected


@dataclass(frozen=True)
class Person:
    """Whose a hand-in is, and when an instructor says that it came in."""

    student: str
    submitted_at: datetime | None = None


def read_names(path: Path) -> dict[str, Person]:
    """A list of names: CSV with the columns `name` and `student`, and maybe `submitted_at`.

    `name` is what the source calls the student: the whole of it, only the name, or the number.

    Raises:
        ValueError: it is no such list, with the line.
    """
    people: dict[str, Person] = {}
    with path.open(newline="", encoding="utf-8-sig") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        columns = [column or "" for column in rows.fieldnames or []]
        if not {"name", "student"} <= set(columns):
            found = ", ".join(columns)
            raise ValueError(f"expected the columns name and student in {path}, got {found}")
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            name, student, when = (
                (row.get(column) or "").strip() for column in ("name", "student", "submitted_at")
            )
            time = submitted_times.parse(when) if when else None
            if when and time is None:
                raise ValueError(f"{where}: expected a time like 2026-11-23 20:00, got {when!r}")
            try:
                check_id(student, "a student")
            except Rejected as error:
                raise ValueError(f"{where}: {error}") from None
            person = Person(student, time)
            if people.setdefault(plain(name), person) != person:
                raise ValueError(f"{where}: {name!r} is there twice, for different students")
    return people


def plain(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def whose(hand_in: HandIn, people: dict[str, Person] | None) -> Person:
    """The owner of a hand-in, by the list of names; without one, by what the source says.

    Raises:
        Rejected: the name is no safe one, or not in the list.
    """
    if people is None:
        student = re.sub(r"\s+", "_", unicodedata.normalize("NFC", hand_in.label.strip()))
        check_id(student, "a student")
        return Person(student)
    for name in map(plain, (hand_in.label, *hand_in.aliases)):
        if name in people:
            return people[name]
    raise Rejected("not in the list of names: add a line for it")


def assigned(
    hand_ins: list[HandIn], people: dict[str, Person] | None, refused: dict[str, str]
) -> list[tuple[HandIn, Person]]:
    """The hand-ins with their owners. Why others have none is written into `refused`."""
    pairs = []
    for hand_in in hand_ins:
        try:
            if hand_in.problem:
                raise Rejected(hand_in.problem)
            pairs.append((hand_in, whose(hand_in, people)))
        except Rejected as error:
            refused[hand_in.label] = str(error)
    # on some systems, names that differ only in case are one folder
    counts = Counter(plain(person.student) for _, person in pairs)
    for hand_in, person in pairs:
        if counts[plain(person.student)] > 1:
            where = ", ".join(hand_in.tops)
            refused[where] = f"several hand-ins would become {person.student}'s"
    return [pair for pair in pairs if counts[plain(pair[1].student)] == 1]
