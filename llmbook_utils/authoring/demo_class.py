"""`llmbook demo-class`: a class made up from our own answers, graded from end to end.

An instructor's first look at the desk, and our load test. Each student of the class has a skill:
with that probability an exercise is solved in one of the right ways of tests/answers, otherwise in
one of the wrong ways, or left open. A few hand in something else: a loop that never ends, a crash,
tests that were deleted, a forged check, a broken file, a link.
"""

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from llmbook_utils.authoring.answers import Answer, parse
from llmbook_utils.authoring.release import assignments
from llmbook_utils.course import course_root
from llmbook_utils.grading import class_report, exports
from llmbook_utils.grading.assignment import exercises, marks, read_notebook
from llmbook_utils.grading.grade import grade, show
from llmbook_utils.grading.record import nbgrader_api, quiet_nbgrader

NAMES = (
    *("ada", "alan", "barbara", "claude", "donald", "edsger", "emmy", "evelyn", "frances"),
    *("fei", "geoffrey", "grace", "hedy", "ida", "jean", "john", "juergen", "karen"),
    *("katherine", "kurt", "lotfi", "lynn", "margaret", "marvin", "mary", "maryam", "niklaus"),
    *("noam", "olga", "radia", "richard", "rosalind", "shafi", "sophie", "srinivasa", "tim"),
    *("tony", "vera", "warren", "yann"),
)
QUESTION = "I would predict it from what is known at that moment, and compare with a simple rule."
ODD_EVERY = 8  # one student in so many hands in something else

Odd = Callable[[NotebookNode, Path], None]


def make(
    folder: Path, course: Path, students: int, names: list[str], seed: int = 0
) -> dict[str, str]:
    """Write a course with so many hand-ins for each assignment into `folder`.

    Returns what the odd students handed in, by name.

    Raises:
        ValueError: fewer than one student, or an unknown assignment.
    """
    if students < 1:
        raise ValueError(f"expected at least one student, got {students}")
    known = assignments(course)
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"expected assignments out of {', '.join(known)}; got {unknown}")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "chapters").mkdir(parents=True)
    shutil.copy(course / "nbgrader_config.py", folder)
    dice, odd = random.Random(seed), {}
    for assignment in names or known:
        shutil.copytree(course / "solutions" / assignment, folder / "solutions" / assignment)
        written = Written(course, assignment)
        for number in range(students):
            student = NAMES[number % len(NAMES)] + (str(number // len(NAMES)) or "").strip("0")
            path = folder / "submitted" / student / assignment / f"{assignment}.ipynb"
            path.parent.mkdir(parents=True)
            notebook = written.by(dice.betavariate(4, 2), dice)
            if number % ODD_EVERY == ODD_EVERY - 1:
                kinds = list(ODD)
                kind = kinds[number // ODD_EVERY % len(kinds)]
                odd[student] = kind
                ODD[kind](notebook, path)
            else:
                nbformat.write(notebook, path)
    return odd


class Written:
    """The right and wrong answers to an assignment."""

    def __init__(self, course: Path, assignment: str) -> None:
        released = course / "exercises" / assignment / f"{assignment}.ipynb"
        self._released = released.read_text(encoding="utf-8")
        source = read_notebook(course / "solutions" / assignment / f"{assignment}.ipynb")
        self._answers: dict[str, list[Answer]] = {}
        for each in exercises(source):
            path = course / "tests" / "answers" / assignment / f"{each.name}.py"
            if path.is_file():
                self._answers[each.name] = parse(path)
        self._questions = {each.name for each in exercises(source) if each.manual}

    def by(self, skill: float, dice: random.Random) -> NotebookNode:
        """The notebook of a student who solves an exercise with this probability."""
        notebook = nbformat.reads(self._released, as_version=4)
        for cell in notebook.cells:
            name = marks(cell).get("grade_id")
            if name in self._questions and dice.random() < skill:
                cell.source = QUESTION
            if name not in self._answers:
                continue
            kind = "right" if dice.random() < skill else "wrong"
            if kind == "wrong" and dice.random() < 0.3:
                continue  # left open
            chosen = [each for each in self._answers[name] if each.kind == kind]
            cell.source = dice.choice(chosen).source
        return notebook


def _first_answer(notebook: NotebookNode) -> Any:
    return next(c for c in notebook.cells if marks(c).get("solution") and c.cell_type == "code")


def _with(code: str) -> Odd:
    def write(notebook: NotebookNode, path: Path) -> None:
        _first_answer(notebook).source += f"\n\n\n{code}"
        nbformat.write(notebook, path)

    return write


def _without_tests(notebook: NotebookNode, path: Path) -> None:
    notebook.cells = [
        c for c in notebook.cells if marks(c).get("solution") or not marks(c).get("grade")
    ]
    nbformat.write(notebook, path)


def _cut_off(notebook: NotebookNode, path: Path) -> None:
    path.write_text(json.dumps(notebook)[:5000], encoding="utf-8")


def _with_a_link(notebook: NotebookNode, path: Path) -> None:
    nbformat.write(notebook, path)
    (path.parent / "data.txt").symlink_to("/etc/passwd")


ODD: dict[str, Odd] = {
    "a loop that never ends": _with("while True:\n    pass"),
    "deleted tests": _without_tests,
    "a crash": _with("import os\nos.abort()"),
    "a forged check": _with("from llmbook_utils import check\ncheck.case = lambda *a, **k: None"),
    "a file that is cut off": _cut_off,
    "a link to another file": _with_a_link,
}


def main(students: int, names: list[str], *, jobs: int | None, seed: int) -> int:
    """`llmbook demo-class`: make the class, grade it, write feedback, report and export."""
    course = course_root()
    folder = course / "_build" / "demo-class"
    odd = make(folder, course, students, names, seed)
    print(f"made a class of {students} in {folder}")
    for student, kind in odd.items():
        print(f"  {student} hands in {kind}")
    for assignment in names or assignments(course):
        started = time.monotonic()
        summary = grade(folder, assignment, jobs=jobs)
        show(summary, assignment)
        seconds = time.monotonic() - started
        print(f"  {seconds:.0f} s, {seconds / students:.2f} s a submission")
        with quiet_nbgrader():
            nbgrader_api(folder).generate_feedback(assignment, force=True)
        print(f"wrote {class_report.write(assignment, folder)}")
    print(f"wrote {exports.write(folder)}")
    print(f"feedback for each student: {folder / 'feedback'}")
    return 0
