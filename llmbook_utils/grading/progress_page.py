"""`llmbook progress`: how far a student is, over all assignments, in the terminal and as a page.

Each assignment that was begun is checked as `llmbook check` does it. What a check said is kept
in `_build/progress.json` for as long as the notebook and the package stay the same, so that only
what changed is run again. The page, `_build/progress.html`, needs nothing besides itself.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from llmbook_utils.course import course_root
from llmbook_utils.grading import terminal
from llmbook_utils.grading.assignment import NotAnAssignment, exercises, heading, read_notebook
from llmbook_utils.grading.charts import shares
from llmbook_utils.grading.pages import render
from llmbook_utils.grading.restore import is_unchanged
from llmbook_utils.grading.self_check import check
from llmbook_utils.grading.verdicts import Report

DONE = {"passed", "answered"}


@dataclass(frozen=True)
class Standing:
    """How far one assignment is."""

    name: str
    title: str
    exercises: int  # open questions among them
    done: int  # all visible tests pass, or the question has an answer
    begun: int  # something was written, and it is not done
    earned: float  # points of visible tests
    visible: float  # points that visible tests can give
    next: str  # title of the first exercise that is not done; "" when all are
    problem: str = ""  # why it could not be checked

    @property
    def finished(self) -> bool:
        return self.done == self.exercises and not self.problem


def standings(root: Path, look: Callable[[Path], Report] = check) -> list[Standing]:
    """How far each notebook in exercises/ is; `look` runs those that need it."""
    kept_at = root / "_build" / "progress.json"
    kept = _kept(kept_at)
    package = _digest(sorted(Path(__file__).parents[1].rglob("*.py")))
    found, now = [], {}
    for path in sorted((root / "exercises").glob("[0-9][0-9]_*/*.ipynb")):
        if path.stem != path.parent.name:
            continue
        key = f"{package} {_digest([path])}"
        if path.stem in kept and kept[path.stem]["key"] == key:
            standing = Standing(**kept[path.stem]["standing"])
        else:
            standing = _standing(path, look)
        if not standing.problem:
            now[path.stem] = {"key": key, "standing": asdict(standing)}
        found.append(standing)
    kept_at.parent.mkdir(exist_ok=True)
    kept_at.write_text(json.dumps(now, indent=1), encoding="utf-8")
    return found


def _standing(path: Path, look: Callable[[Path], Report]) -> Standing:
    try:
        notebook = read_notebook(path)
        found = exercises(notebook)
        if not found:
            raise NotAnAssignment("it has no exercises any more")
        title = _title(notebook, path.stem)
        if all(is_unchanged(notebook.cells[each.index]) for each in found):
            points = sum(t.points for each in found for t in each.tests if not t.hidden)
            return _of(path.stem, title, [(each.title, "") for each in found], 0.0, points)
        report = look(path)
    except NotAnAssignment as error:
        return Standing(path.stem, path.stem, 0, 0, 0, 0.0, 0.0, "", str(error))
    states = [(each.title, each.state) for each in report.exercises]
    return _of(path.stem, title, states, report.total("earned"), report.total("visible"))


def _of(
    name: str, title: str, states: list[tuple[str, str]], earned: float, visible: float
) -> Standing:
    done = sum(state in DONE for _, state in states)
    begun = sum(state == "failed" for _, state in states)
    coming = next((text for text, state in states if state not in DONE), "")
    return Standing(name, title, len(states), done, begun, earned, visible, coming)


def _title(notebook: NotebookNode, otherwise: str) -> str:
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    return heading(first) or otherwise


def _kept(path: Path) -> dict[str, dict]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:16]


def as_text(found: list[Standing]) -> str:
    """A line for each assignment, then the sum."""
    width = max(len(each.name) for each in found)
    lines = []
    for each in found:
        bar = _bar(each.done, each.begun, each.exercises)
        what = each.problem or ("finished" if each.finished else f"next: {each.next}")
        points = f"{each.earned:g}/{each.visible:g}"
        done = f"{each.done}/{each.exercises}"
        lines.append(f"{each.name:<{width}}  {bar}  {done:>5}  {points:>7} points  {what}")
    finished, all_of_them = sum(each.done for each in found), sum(each.exercises for each in found)
    lines += ["", f"{finished} of {all_of_them} exercises done (visible tests pass, or answered)."]
    return "\n".join(lines)


def _bar(done: int, begun: int, most: int, width: int = 12) -> str:
    full = round(width * done / most) if most else 0
    some = min(width - full, round(width * (done + begun) / most) - full) if most else 0
    return "#" * full + "+" * some + "." * (width - full - some)


def page(found: list[Standing]) -> str:
    """The page, as HTML."""
    rows = []
    for each in found:
        part = 100 / each.exercises if each.exercises else 0.0
        left = each.exercises - each.done - each.begun
        rows.append((each, shares(part * each.done, part * each.begun, part * left)))
    return render(
        "progress.html.j2",
        rows=rows,
        done=sum(each.done for each in found),
        exercises=sum(each.exercises for each in found),
        coming=next((each for each in found if not each.finished), None),
        made=f"{datetime.now():%d %B %Y, %H:%M}",
    )


def main() -> int:
    """Print how far each assignment is, write the page; 1 where one could not be checked."""
    root = course_root()
    found = standings(root)
    if not found:
        raise FileNotFoundError(f"expected assignments in {root / 'exercises'}, found none")
    terminal.say(as_text(found), sys.stdout)
    path = root / "_build" / "progress.html"
    path.write_text(page(found), encoding="utf-8")
    print(f"As a page: {path}")
    return 1 if any(each.problem for each in found) else 0
