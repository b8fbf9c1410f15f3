"""Feedback for students: what plain `nbgrader generate_feedback` writes in this course.

One page that needs nothing besides itself: no script, no network, no hidden test. Its top says how
the submission stands and, for each exercise, the points and what was missing; then follows the
notebook with the points of each cell, the comments of instructors and all outputs.

Departures from nbgrader's page: formulas stay in TeX, and widgets and JavaScript are left out,
since a page in which a student's script can run is a page that cannot be trusted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbformat.notebooknode import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.preprocessors import GetGrades
from traitlets import default

from llmbook_utils.grading import sanitise
from llmbook_utils.grading.assignment import exercises, heading, marks
from llmbook_utils.grading.hidden import Redaction, without_hidden
from llmbook_utils.grading.ledger import Entry
from llmbook_utils.grading.pages import render
from llmbook_utils.grading.result import GRADED
from llmbook_utils.grading.standing import ACCEPTED, BY_HAND, EXPLANATIONS, open_ledger
from llmbook_utils.grading.submitted_times import STAMP
from llmbook_utils.grading.untrusted_files import SECRET

LONGEST = 24  # lines of a message in the summary; all of it is in the cell's output
NEEDS_SCRIPT = "An output that needs JavaScript is not shown here; your notebook has it."
_SCRIPTED = ("application/javascript", "application/vnd.jupyter.widget-view+json")
_RULE = re.compile(r"^-{20,}\n")  # over IPython's tracebacks
_SPEAKING = ("CheckFailed", "AssertionError")  # errors whose message says all


class GetStanding(GetGrades):
    """nbgrader's step that fetches points and comments; ours also notes what is not decided.

    A cell that the gradebook does not know, such as one with a forged grade id, becomes an
    ordinary one, instead of leaving its student without feedback.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        if not marks(cell):
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, cell_index)
        except MissingEntry:
            cell.metadata.pop("nbgrader")
            return cell, resources

    def _get_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(
            marks(cell)["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        cell.metadata.nbgrader["waits"] = grade.needs_manual_grade
        if grade.auto_score is None and grade.manual_score is None:
            cell.metadata.nbgrader["score"] = None  # nbgrader says 0


class FeedbackExporter(Exporter):
    """Write the page; `GenerateFeedback.exporter_class` names it in nbgrader_config.py."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own HTML exporter does so too
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        grades = resources["nbgrader"]
        entry = None
        course = getattr(self.parent, "coursedir", None)  # the parent is nbgrader's converter
        if course is not None:
            with open_ledger(Path(course.root)) as ledger:
                if ledger is not None:
                    entry = ledger.find(grades["assignment"], grades["student"])
        return page(notebook, grades, entry), resources


def only_pages(assignment: str, student: str, notebooks: Sequence[str]) -> None:
    """nbgrader's hook after feedback was written: leave nothing but pages in its folder.

    nbgrader copies every file that lies beside the graded notebook: what students handed in, and
    the files that hidden tests read. What its exchange needs to hand the page back stays.
    """
    for notebook in map(Path, notebooks):
        folder = Path("feedback", *notebook.parent.parts[-2:])
        kept = {Path(other).with_suffix(".html").name for other in notebooks} | {STAMP, SECRET}
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path.parent != folder or path.name not in kept:
                path.unlink()


@dataclass
class Shortfall:
    """A test that did not give all of its points."""

    name: str
    points: float | None  # None: not decided
    most: float
    message: list[tuple[str, str]] = field(default_factory=list)  # (kind, line), see `_said`
    same: bool = False  # its message is that of the test before


@dataclass
class Row:
    """An exercise in the summary."""

    name: str
    title: str
    points: float | None  # None: nothing is decided
    most: float
    state: str  # full, some, none or waits
    missing: list[Shortfall] = field(default_factory=list)
    comment: str = ""  # HTML


@dataclass
class Cell:
    """A cell as the page shows it."""

    kind: str  # code or markdown
    body: Markup
    outputs: list[Markup]
    name: str = ""  # grade_id of a cell that nbgrader knows
    role: str = ""  # what the heading over it says
    points: float | None = None
    most: float | None = None
    waits: bool = False
    comment: str = ""  # HTML


def page(notebook: NotebookNode, grades: dict[str, Any], entry: Entry | None) -> str:
    """The feedback page for a graded notebook.

    `grades`: nbgrader's resources (student, notebook, score, max_score, late_penalty). `entry`: the
    ledger's line, where there is one.
    """
    redaction = Redaction(notebook)
    cells = [_cell(cell, redaction) for cell in notebook.cells]
    title = next((heading(c.source) for c in notebook.cells if c.cell_type == "markdown"), None)
    return _rendered(
        title=title or grades["notebook"],
        grades=grades,
        rows=_rows(notebook, entry, redaction),
        cells=[cell for cell in cells if cell.body or cell.outputs],
        waits=any(marks(cell).get("waits") for cell in notebook.cells),
        entry=entry,
    )


def page_of_entry(entry: Entry) -> str:
    """The feedback page where there is no graded notebook, as for a rejected submission."""
    grades = {"student": entry.student, "notebook": entry.assignment}
    return _rendered(
        title=entry.assignment, grades=grades, rows=[], cells=[], waits=False, entry=entry
    )


def write_refusal(root: Path, entry: Entry) -> Path:
    """Write `page_of_entry` to where `nbgrader generate_feedback` would put a page; returns it."""
    path = root / "feedback" / entry.student / entry.assignment / f"{entry.assignment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_of_entry(entry), encoding="utf-8")
    return path


def _rendered(*, waits: bool, entry: Entry | None, **shown: Any) -> str:
    state, counts = GRADED, True
    reasons: tuple[str, ...] = ()
    if entry is not None and not entry.counts:
        state, counts, reasons = entry.state, False, entry.reasons
    elif waits:
        state, counts = BY_HAND, False
    elif entry is not None and entry.state != GRADED:
        state = ACCEPTED
    explanation = EXPLANATIONS.get(state, "")
    return render(
        "feedback.html.j2",
        state=state,
        reasons=reasons,
        counts=counts,
        explanation=explanation,
        **shown,
    )


def _rows(notebook: NotebookNode, entry: Entry | None, redaction: Redaction) -> list[Row]:
    by_name = {marks(cell)["grade_id"]: cell for cell in notebook.cells if marks(cell)}
    verdicts = {test.name: test for test in entry.result.tests} if entry else {}
    rows = []
    for exercise in exercises(notebook):
        own = by_name[exercise.name]
        comment = sanitise.markdown(marks(own).get("comment") or "")
        title = exercise.title.replace("`", "")
        if exercise.manual:
            score = None if marks(own).get("waits") else marks(own).get("score")
            most = float(marks(own).get("points") or 0)
            rows.append(Row(exercise.name, title, score, most, _mark(score, most), [], comment))
            continue
        row = Row(exercise.name, title, None, 0.0, "", [], comment)
        before: str | None = None
        for test in exercise.tests:
            cell = by_name[test.name]
            verdict = verdicts.get(test.name)
            most = float(marks(cell).get("points") or 0)
            points = marks(cell).get("score")
            row.most += most
            if points is not None:
                row.points = (row.points or 0.0) + points
            if points is None or points < most:
                said = verdict.message if verdict is not None else _error(cell)
                said = redaction.text(sanitise.plain(said)).strip()
                missing = Shortfall(test.name, points, most)
                missing.same = bool(said) and said == before
                missing.message = [] if missing.same else _said(said)
                row.missing.append(missing)
                before = said
        row.state = _mark(row.points, row.most)
        rows.append(row)
    return rows


def _mark(points: float | None, most: float) -> str:
    if points is None:
        return "waits"
    return "full" if points >= most else "some" if points else "none"


def _said(message: str) -> list[tuple[str, str]]:
    """A message's lines, each `text`, `hint` (the name of a misconception) or `detail`."""
    lines = message.splitlines()
    found = []
    for line in lines[:LONGEST]:
        kind = "hint" if line.startswith("  Hint: ") else "detail" if line[:1] == " " else "text"
        found.append((kind, line.strip()))
    return found + ([("text", "…")] if len(lines) > LONGEST else [])


def _error(cell: NotebookNode) -> str:
    """What the error of a test cell says, where the ledger does not know."""
    raised = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if not raised:
        return ""
    name, message = raised[-1].ename, raised[-1].evalue
    return message if name in _SPEAKING and message.strip() else f"{name}: {message}".rstrip(": ")


def _cell(cell: NotebookNode, redaction: Redaction) -> Cell:
    grader = marks(cell)
    shown = Cell(
        "code" if cell.cell_type == "code" else "markdown",
        Markup(),
        list(_outputs(cell, redaction)),
        name=grader.get("grade_id", ""),
        role=_role(grader),
    )
    if cell.cell_type == "code":
        source = without_hidden(cell.source)
        shown.body = sanitise.code(source) if source.strip() else Markup()
    elif cell.cell_type == "markdown":
        shown.body = sanitise.markdown(cell.source, cell.get("attachments"))
    else:
        shown.body = sanitise.text(cell.source)
    if grader.get("grade") or grader.get("task"):
        shown.waits = bool(grader.get("waits")) and shown.role != "Test"
        shown.points = None if shown.waits else grader.get("score")
        shown.most = float(grader.get("points") or 0)
    shown.comment = sanitise.markdown(grader.get("comment") or "")
    return shown


def _role(grader: dict[str, Any]) -> str:
    if grader.get("task"):
        return "Task"
    if grader.get("solution"):
        return "Your answer"
    return "Test" if grader.get("grade") else ""


def _outputs(cell: NotebookNode, redaction: Redaction) -> Iterator[Markup]:
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield sanitise.text(redaction.text(sanitise.plain(output.text)))
        elif output.output_type == "error":
            frames = sanitise.plain("\n".join(map(str, output.traceback)))
            shown = redaction.traceback(_RULE.sub("", frames))
            if not shown.strip():
                shown = redaction.text(sanitise.plain(f"{output.ename}: {output.evalue}"))
            yield Markup('<div class="error">{}</div>').format(sanitise.text(shown))
        else:
            yield _displayed(output.get("data", {}), redaction)


def _displayed(data: dict[str, Any], redaction: Redaction) -> Markup:
    """The richest version of an output that is harmless and not empty."""
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if data.get(kind) and (made := sanitise.picture(kind, _joined(data[kind]))):
            return made
    if any(kind in data for kind in _SCRIPTED):
        return Markup('<p class="note">{}</p>').format(NEEDS_SCRIPT)
    for kind, render_as in (("text/html", sanitise.html), ("text/markdown", sanitise.markdown)):
        if data.get(kind) and (made := render_as(redaction.text(_joined(data[kind])))):
            return Markup('<div class="rich">{}</div>').format(made)
    for kind in ("text/latex", "text/plain"):
        if data.get(kind):
            return sanitise.text(redaction.text(sanitise.plain(_joined(data[kind]))))
    return Markup()


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
