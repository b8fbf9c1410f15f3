"""Grades for others to read: CSV as nbgrader writes it, for Canvas, for Moodle.

All are nbgrader's export plugins (`nbgrader export --exporter=llmbook_utils.grading.exports.…`).
They never turn a failure into a zero: where points do not count, the score is left empty.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Enum

from llmbook_utils.grading.ledger import Ledger
from llmbook_utils.grading.standing import (
    EXPLANATIONS,
    Standing,
    assignments,
    course_directory,
    open_ledger,
    standings,
)

Row = Sequence[object]


def guarded(text: str) -> str:
    """Text that a spreadsheet shows instead of running it as a formula.

    An apostrophe goes before what begins with = + - @ (also in full width, and after blanks), and
    control characters become blanks; see https://owasp.org/www-community/attacks/CSV_Injection. A
    lone dash is no formula and stays.
    """
    # lone surrogates, which JSON may hold, have no UTF-8
    text = text.encode("utf-8", "replace").decode("utf-8")
    begins_badly = text[:1] in ("\t", "\r", "\n")
    text = "".join(" " if unicodedata.category(each) == "Cc" else each for each in text)
    start = unicodedata.normalize("NFKC", text.lstrip()[:1])
    dangerous = begins_badly or (start in ("=", "+", "-", "@") and text != "-")
    return f"'{text}" if dangerous else text


def rounded(value: float | None) -> float | None:
    """Two decimals, which is what the learning management systems keep."""
    return None if value is None else round(value, 2)


class LedgerExport(ExportPlugin):
    """What the exports share: the choice of students and assignments, and a safe file."""

    default_name = ""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file `to`, with the ledger of the course that nbgrader works on.

        Raises:
            ValueError: an assignment or a student was named that does not exist.
        """
        app = self.parent
        root = Path(app.coursedir.root) if hasattr(app, "coursedir") else Path.cwd()
        with open_ledger(root) as ledger:
            self.save(gradebook, ledger)

    def save(self, gradebook: Gradebook, ledger: Ledger | None) -> Path:
        """Write the file `to`; returns its path."""
        path = Path(self.to or self.default_name)
        self.log.info("Exporting grades to %s", path)
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        for row in self.table(self._standings(gradebook, ledger)):
            writer.writerow([guarded(each) if isinstance(each, str) else each for each in row])
        path.write_text(file.getvalue(), encoding="utf-8", newline="")
        return path

    def table(self, found: dict[str, list[Standing]]) -> Iterable[Row]:
        """The rows of the file, its header first, from each assignment's standings."""
        raise NotImplementedError

    def _standings(self, gradebook: Gradebook, ledger: Ledger | None) -> dict[str, list[Standing]]:
        known = assignments(gradebook, ledger)
        chosen = [str(each) for each in self.assignment] or known
        students = [str(each) for each in self.student]
        for name in set(chosen) - set(known):
            raise ValueError(f"expected an assignment out of {', '.join(known)}; got {name!r}")
        found = {name: standings(gradebook, ledger, name, students) for name in chosen}
        met = {each.student for rows in found.values() for each in rows}
        for name in set(students) - met:
            raise ValueError(f"expected a student of the course, got {name!r}")
        return found


class TruthfulCsv(LedgerExport):
    """A line for each student and assignment: nbgrader's columns, and why a score is missing.

    `score` is empty unless the points count. `provisional_score` is what it would be.
    """

    default_name = "grades.csv"

    def table(self, found: dict[str, list[Standing]]) -> Iterable[Row]:
        yield (
            "assignment",
            "duedate",
            "timestamp",
            "student_id",
            "last_name",
            "first_name",
            "email",
            "raw_score",
            "late_submission_penalty",
            "score",
            "max_score",
            "state",
            "reasons",
            "provisional_score",
        )
        for each in (each for rows in found.values() for each in rows):
            yield (
                each.assignment,
                str(each.due or ""),
                str(each.handed_in or ""),
                each.student,
                each.last_name,
                each.first_name,
                each.email,
                each.raw if each.counts else None,
                each.penalty if each.marks else None,
                each.score,
                each.most,
                each.state,
                "; ".join(each.reasons),
                each.provisional,
            )


def _by_student(found: dict[str, list[Standing]]) -> dict[str, dict[str, Standing]]:
    """For each student the standing in each assignment."""
    people: dict[str, dict[str, Standing]] = {}
    for assignment, rows in found.items():
        for each in rows:
            people.setdefault(each.student, {})[assignment] = each
    return people


class CanvasCsv(LedgerExport):
    """Canvas's gradebook: a line for each student, a column for each assignment.

    A cell is empty where no points count. Canvas shows what an upload would change before it saves;
    where it has a score already and the file has none, that score would be cleared.
    """

    default_name = "grades_canvas.csv"

    columns = Dict(
        {},
        help="The title of an assignment's column in Canvas, where it is not the assignment's "
        "name: {'01_training_basics': 'Training basics (4711)'}. Canvas's own export shows it.",
    ).tag(config=True)

    def table(self, found: dict[str, list[Standing]]) -> Iterable[Row]:
        titles = [self.columns.get(name, name) for name in found]
        yield ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles)
        most = [next((each.most for each in rows), None) for rows in found.values()]
        yield ("    Points Possible", "", "", "", "", *map(rounded, most))
        for student, by_assignment in _by_student(found).items():
            person = next(iter(by_assignment.values()))
            name = ", ".join(filter(None, (person.last_name, person.first_name)))
            scores = [
                rounded(by_assignment[key].score) if key in by_assignment else None for key in found
            ]
            yield (name or student, person.lms_id, "", student, "", *scores)


class MoodleCsv(LedgerExport):
    """Moodle's grade import: an identifier, and for each assignment a grade and feedback.

    No grade is a dash, as in Moodle's own exports: of an empty cell in a new column Moodle makes a
    zero. A student without the identifier is left out, since Moodle would give the grades of such
    a line to the student of the line before.
    """

    default_name = "grades_moodle.csv"

    identifier = Enum(
        ("username", "idnumber", "email"),
        "username",
        help="What tells Moodle who a student is: nbgrader's student id as the user name, "
        "nbgrader's `lms_user_id` as the ID number, or the e-mail address.",
    ).tag(config=True)

    def table(self, found: dict[str, list[Standing]]) -> Iterable[Row]:
        heading = {"username": "Username", "idnumber": "ID number", "email": "Email address"}
        grades = [column for name in found for column in (f"{name} (Real)", f"{name} (Feedback)")]
        yield (heading[self.identifier], *grades)
        for student, by_assignment in _by_student(found).items():
            person = next(iter(by_assignment.values()))
            who = {"username": student, "idnumber": person.lms_id, "email": person.email}
            if not who[self.identifier].strip():
                self.log.warning("%s has no %s and is left out", student, self.identifier)
                continue
            cells: list[object] = []
            for key in found:
                each = by_assignment.get(key)
                score = rounded(each.score) if each else None
                cells += ["-" if score is None else score, _feedback(each) if each else ""]
            yield (who[self.identifier], *cells)


def _feedback(each: Standing) -> str:
    """What a student reads beside the grade: why there is none, or comments and the penalty."""
    if not each.counts:
        return f"No grade yet. {EXPLANATIONS[each.state]}"
    lines = [f"{name}: {text}" for name, text in each.comments]
    if each.penalty:
        lines.append(f"{each.penalty:g} points taken off for handing in late")
    return "; ".join(lines)


FORMATS = {"csv": TruthfulCsv, "canvas": CanvasCsv, "moodle": MoodleCsv}


def write(
    root: Path,
    to: str = "csv",
    *,
    path: Path | None = None,
    only: Sequence[str] = (),
    students: Sequence[str] = (),
) -> Path:
    """`llmbook export`: write the grades of the course at `root`; returns the file.

    `to`: one of FORMATS. `only`: these assignments. `path`: default is the format's name in `root`.

    Raises:
        ValueError: an unknown format, assignment or student.
    """
    if to not in FORMATS:
        raise ValueError(f"expected a format out of {', '.join(FORMATS)}; got {to!r}")
    course = course_directory(root)
    plugin = FORMATS[to](config=course.config)
    plugin.to = str(path or root / plugin.default_name)
    plugin.assignment, plugin.student = list(only), list(students)
    with Gradebook(course.db_url, course.course_id) as gradebook, open_ledger(root) as ledger:
        return plugin.save(gradebook, ledger)
