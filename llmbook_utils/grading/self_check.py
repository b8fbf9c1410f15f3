"""`llmbook check`: what passes, what fails and why, before handing in.

The student's notebook is run in a fresh kernel as the grader would run it (see restore.py), and
each exercise gets a verdict. Hidden tests are not in a released notebook: their points stay open.
Nothing is written to the notebook.
"""

import difflib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from nbformat.notebooknode import NotebookNode

from llmbook_utils.course import course_root
from llmbook_utils.grading.assignment import NotAnAssignment, exercises, marks, read_notebook
from llmbook_utils.grading.fresh_kernel import run
from llmbook_utils.grading.restore import grade_ids, restore
from llmbook_utils.grading.terminal import show
from llmbook_utils.grading.verdicts import Report, judge

TIMEOUT = 30.0  # seconds for each cell, as in nbgrader_config.py


def notebooks(path: Path) -> list[Path]:
    """The notebooks that `path` means: itself, a folder's, those of a folder of assignments.

    A bare name means the folder of that name in the course's exercises/.

    Raises:
        FileNotFoundError: there is none; the message names what there is.
    """
    if path.is_file():
        return [path]
    inside = _exercises_folder()
    bare_name = len(path.parts) == 1 and not path.exists()
    if bare_name and inside is not None and (inside / path).is_dir():
        path = inside / path
    if path.is_dir():
        found = sorted(path.glob("*.ipynb"))
        main = [each for each in found if each.stem == path.resolve().name]
        if main or len(found) == 1:
            return main or found
        if found:
            names = ", ".join(each.name for each in found)
            raise FileNotFoundError(f"{path} holds several notebooks ({names}): name one of them")
        below = [each for each in sorted(path.glob("*/*.ipynb")) if each.stem == each.parent.name]
        if below:
            return below
        raise FileNotFoundError(f"there is no notebook in {path}")
    known = [each.name for each in sorted(inside.iterdir()) if each.is_dir()] if inside else []
    close = difflib.get_close_matches(path.stem, known, n=1, cutoff=0.4) or known
    hint = f": did you mean exercises/{close[0]}?" if close else ""
    raise FileNotFoundError(f"there is no {path}{hint}")


def _exercises_folder() -> Path | None:
    try:
        folder = course_root() / "exercises"
    except FileNotFoundError:
        return None
    return folder if folder.is_dir() else None


def reference_for(path: Path, notebook: NotebookNode) -> tuple[str, NotebookNode | None]:
    """The assignment's name, and the instructor's notebook where the course has it.

    Raises:
        NotAnAssignment: the notebook's exercises are not those of the assignment it is named for.
    """
    try:
        sources = course_root(path.resolve().parent) / "solutions"
    except FileNotFoundError:
        return path.stem, None
    if path.resolve().is_relative_to(sources):
        return path.stem, None
    mine = set(grade_ids(notebook))
    overlaps: dict[str, tuple[int, NotebookNode]] = {}
    for source in sorted(sources.glob("*/*.ipynb")):
        if source.stem == source.parent.name:
            reference = read_notebook(source)
            overlaps[source.stem] = (len(mine & set(grade_ids(reference))), reference)
    best = max(overlaps, key=lambda name: overlaps[name][0], default=None)
    if best is None or overlaps[best][0] == 0:
        if path.stem in overlaps:
            expected = ", ".join(grade_ids(overlaps[path.stem][1])[:3])
            raise NotAnAssignment(
                f"{path} holds exercises of another assignment: expected those of {path.stem} "
                f"({expected}, …), got {', '.join(sorted(mine)[:3])}, …"
            )
        return path.stem, None
    if path.stem in overlaps and path.stem != best:
        raise NotAnAssignment(
            f"{path} is named {path.stem}, but the exercises in it are those of {best}"
        )
    return best, overlaps[best][1]


def check(path: Path, timeout: float = TIMEOUT) -> Report:
    """Run a notebook and judge it.

    Raises:
        NotAnAssignment: it is not a notebook, or has no exercises, or another assignment's.
    """
    submitted = read_notebook(path)
    if not exercises(submitted):
        raise NotAnAssignment(
            f"{path} has no exercises. Assignments are in exercises/, for example "
            "exercises/01_training_basics; chapters have nothing to check"
        )
    assignment, reference = reference_for(path, submitted)
    notebook, notes = restore(submitted, reference)
    if path.stem != assignment:
        notes.append(f"hand it in as {assignment}.ipynb: under another name it is not graded")
    found = exercises(reference if reference is not None else notebook)
    outcome = run(notebook, path.resolve().parent, timeout)
    if outcome.stopped:
        last = max(outcome.errors)
        where = marks(notebook.cells[last]).get("grade_id") or f"cell {last + 1}"
        notes.append(f"The run ended early: {outcome.stopped} in `{where}`.")
    names = {
        marks(cell)["grade_id"]: index for index, cell in enumerate(notebook.cells) if marks(cell)
    }
    verdicts = judge(notebook, found, outcome, names)
    return Report(assignment, str(path), outcome.seconds, verdicts, notes)


def main(paths: Sequence[Path | str], *, as_json: bool = False, timeout: float = TIMEOUT) -> int:
    """`llmbook check`: print a report for every path.

    Returns the exit status: 0 when every visible test passes, 1 when one does not, 2 when a path
    cannot be checked (the others still are).
    """
    status, reports = 0, []
    for path in paths:
        try:
            for each in notebooks(Path(path)):
                if sys.stderr.isatty() and not as_json:
                    print(f"running {each} …", end="\r", file=sys.stderr, flush=True)
                report = check(each, timeout)
                if not as_json:
                    show(report)
                reports.append(report.as_dict())
                status = max(status, 0 if report.passed else 1)
        except (FileNotFoundError, NotAnAssignment) as error:
            print(f"llmbook check: {error}", file=sys.stderr)
            status = 2
    if as_json:
        print(json.dumps(reports, indent=1))
    return status
