"""The class report of an assignment: one page for the instructor, without scripts.

Charts and counts name nobody. The names of those who need a look, or whose points changed, stand in
two lists.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup
from nbgrader.api import Gradebook

from llmbook_utils.grading.assignment import NotAnAssignment, exercises, heading, read_notebook
from llmbook_utils.grading.charts import histogram, shares
from llmbook_utils.grading.item_analysis import ENOUGH, GROUP, POOR, Item, analyse
from llmbook_utils.grading.ledger import Ledger
from llmbook_utils.grading.misconceptions import misconceptions
from llmbook_utils.grading.pages import render
from llmbook_utils.grading.result import (
    CRASHED,
    GRADED,
    OUT_OF_MEMORY,
    REJECTED,
    SUSPICIOUS,
    TIMEOUT,
    Result,
)
from llmbook_utils.grading.standing import (
    ACCEPTED,
    BY_HAND,
    MISSING,
    NOT_GRADED,
    NOT_RECORDED,
    Standing,
    course_directory,
    open_ledger,
    standings,
)

# in the order in which an instructor wants to know
MEANINGS = {
    SUSPICIOUS: "A tripwire was touched. The points count once you accept them.",
    REJECTED: "Not an acceptable hand-in; nothing of it was run.",
    CRASHED: "The kernel died, or its answers made no sense.",
    OUT_OF_MEMORY: "It needed more memory than allowed.",
    TIMEOUT: "Something ran longer than allowed.",
    NOT_GRADED: "Handed in, and nothing has graded it.",
    NOT_RECORDED: "Graded, and not yet in the gradebook: grade once more.",
    BY_HAND: "All tests are decided, and an answer waits for your mark.",
    ACCEPTED: "Its state said no, and an instructor said yes: the points count.",
    GRADED: "Every point is decided.",
    MISSING: "Nothing was handed in.",
}
_LOOK = (SUSPICIOUS, REJECTED, CRASHED, OUT_OF_MEMORY, TIMEOUT, NOT_GRADED, NOT_RECORDED)
_SETTLED = (GRADED, ACCEPTED, BY_HAND)  # the verdicts of their tests are to be believed


@dataclass(frozen=True)
class Change:
    """A student whose result is another than in the grading before."""

    student: str
    before: str
    now: str
    points: float  # gained, or lost where negative


@dataclass(frozen=True)
class Group:
    """The graded cells that make up an exercise."""

    name: str
    title: str
    cells: tuple[str, ...]


def write(assignment: str, root: Path) -> Path:
    """`llmbook report`: write `reports/ASSIGNMENT.html` in the course at `root`; returns its path.

    Raises:
        ValueError: nothing was handed in for the assignment.
    """
    course = course_directory(root)
    with Gradebook(course.db_url, course.course_id) as gradebook, open_ledger(root) as ledger:
        found = standings(gradebook, ledger, assignment)
        if all(each.state == MISSING for each in found):
            raise ValueError(f"expected submissions of {assignment}, found none: was it graded?")
        changed = changes(found, ledger) if ledger else []
    source = root / "solutions" / assignment / f"{assignment}.ipynb"
    path = root / "reports" / f"{assignment}.html"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page(assignment, found, changed, source), encoding="utf-8")
    return path


def page(
    assignment: str, found: Sequence[Standing], changed: Sequence[Change], source: Path
) -> str:
    """The report, from where each student stands; `source`: the instructor's notebook."""
    settled = [each for each in found if each.state in _SETTLED]
    results = {  # without the notebooks, which are most of it
        each.student: replace(each.entry.result, notebook=None)
        for each in found
        if each.entry is not None
    }
    title, groups = _groups(source, settled, results)
    items = _items(settled, groups)
    counted = [each.score for each in settled if each.score is not None]
    provisional = [each.provisional for each in settled if each.provisional is not None]
    most = next((each.most for each in found if each.most), None)
    values = counted or provisional
    seconds = [result.seconds for result in results.values() if result.seconds]
    counts = Counter(each.state for each in found)
    return render(
        "class_report.html.j2",
        assignment=assignment,
        title=title or assignment,
        made=f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC",
        handed_in=len(found) - counts[MISSING],
        students=len(found),
        states=[(state, counts[state], text) for state, text in MEANINGS.items() if counts[state]],
        look=[each for state in _LOOK for each in found if each.state == state],
        waiting=Counter(m.name for each in settled for m in each.marks if m.waits).most_common(),
        changed=changed,
        most=most,
        counted=counted,
        provisional=provisional,
        chart=histogram(values, most) if values and most else "",
        mean=statistics.fmean(values) if values else None,
        quartiles=statistics.quantiles(values, n=4) if len(values) > 1 else None,
        settled=len(settled),
        items=[(item, _bar(item)) for item in items],
        flagged=[item for item in items if item.remark],
        enough=ENOUGH,
        group=round(100 * GROUP),
        poor=POOR,
        met=misconceptions(results[s.student] for s in settled if s.student in results),
        seconds=statistics.median(seconds) if seconds else None,
        longest=max(seconds, default=None),
        memory=max((result.peak_mb for result in results.values()), default=0.0),
    )


def changes(found: Sequence[Standing], ledger: Ledger) -> list[Change]:
    """Who gained and who lost since the grading before, the greatest loss first."""
    changed = []
    for each in found:
        if each.entry is None:
            continue
        earlier = ledger.history(each.assignment, each.student)
        if not earlier:
            continue
        state, earned, _ = earlier[-1]
        if (state, earned) != (each.entry.state, each.entry.earned):
            before, now = f"{earned:g}, {state}", f"{each.entry.earned:g}, {each.entry.state}"
            changed.append(Change(each.student, before, now, each.entry.earned - earned))
    return sorted(changed, key=lambda change: (change.points, change.student))


def _groups(
    source: Path, settled: Sequence[Standing], results: dict[str, Result]
) -> tuple[str | None, list[Group]]:
    """The assignment's title and its exercises: the instructor's notebook knows, if it is there."""
    try:
        notebook = read_notebook(source)
    except (OSError, NotAnAssignment):
        return None, _groups_of_results(settled, results)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    groups = [
        Group(
            each.name,
            each.title.replace("`", ""),
            (each.name,) if each.manual else tuple(test.name for test in each.tests),
        )
        for each in exercises(notebook)
    ]
    return heading(texts[0]) if texts else None, groups


def _groups_of_results(settled: Sequence[Standing], results: dict[str, Result]) -> list[Group]:
    """The exercises as the results know them; a cell that they do not know is its own."""
    belongs = {
        test.name: test.exercise or test.name
        for result in results.values()
        for test in result.tests
    }
    cells: dict[str, list[str]] = {}
    for name in sorted({mark.name for each in settled for mark in each.marks}):
        cells.setdefault(belongs.get(name, name), []).append(name)
    return [Group(name, name, tuple(members)) for name, members in cells.items()]


def _items(settled: Sequence[Standing], groups: Sequence[Group]) -> list[Item]:
    most = {mark.name: mark.most for each in settled for mark in each.marks}
    items = [
        (group.name, group.title, sum(most.get(cell, 0.0) for cell in group.cells))
        for group in groups
    ]
    points = []
    for each in settled:
        got = {m.name: m.points for m in each.marks if m.points is not None and not m.waits}
        points.append(
            {
                group.name: sum(got[cell] for cell in group.cells)
                for group in groups
                if all(cell in got for cell in group.cells)
            }
        )
    return analyse(points, [item for item in items if item[2] > 0])


def _bar(item: Item) -> Markup:
    return shares(*(item.share(count) for count in (item.full, item.some, item.none)))
