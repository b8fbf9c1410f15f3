"""What a run says about each exercise: which tests passed, which failed and why."""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import Exercise, TestCell, marks
from llmbook_utils.grading.fresh_kernel import CellError, Run
from llmbook_utils.grading.restore import is_unchanged


@dataclass
class TestVerdict:
    """One test cell. `earned` is None for a hidden test, which only the instructor can run."""

    __test__ = False  # not a pytest class

    name: str
    points: float
    earned: float | None
    message: str = ""

    @property
    def hidden(self) -> bool:
        return self.earned is None

    @property
    def passed(self) -> bool:
        return self.earned == self.points


@dataclass
class ExerciseVerdict:
    """An exercise: `state` is passed, failed or "not started"; of a question answered or empty."""

    name: str
    title: str
    state: str
    message: str = ""  # when the student's own cell does not run
    tests: list[TestVerdict] = field(default_factory=list)
    by_hand: float = 0.0  # points of an open question

    @property
    def earned(self) -> float:
        return sum((test.earned or 0.0 for test in self.tests), 0.0)

    @property
    def visible(self) -> float:
        return sum((test.points for test in self.tests if not test.hidden), 0.0)

    @property
    def hidden(self) -> float:
        return sum((test.points for test in self.tests if test.hidden), 0.0)


@dataclass
class Report:
    """The self-check of one notebook."""

    assignment: str
    notebook: str
    seconds: float
    exercises: list[ExerciseVerdict]
    notes: list[str]

    @property
    def passed(self) -> bool:
        """Whether every visible test passed."""
        return all(test.passed for each in self.exercises for test in each.tests if not test.hidden)

    def total(self, what: str) -> float:
        """The sum of `earned`, `visible`, `hidden` or `by_hand` over all exercises."""
        return sum((getattr(each, what) for each in self.exercises), 0.0)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, for `--json`."""
        sums = {what: self.total(what) for what in ("earned", "visible", "hidden", "by_hand")}
        return {"passed": self.passed, "points": sums, **asdict(self)}


def judge(
    notebook: NotebookNode, found: list[Exercise], run: Run, names: dict[str, int]
) -> list[ExerciseVerdict]:
    """A verdict for each exercise, from the notebook with its outputs after `run`.

    `names` maps a grade id to the index of its cell.
    """
    verdicts = []
    for exercise in found:
        index = names.get(exercise.name)
        cell = notebook.cells[index] if index is not None else None
        if exercise.manual:
            empty = cell is None or not cell.source.strip() or is_unchanged(cell)
            state = "empty" if empty else "answered"
            verdicts.append(
                ExerciseVerdict(exercise.name, exercise.title, state, by_hand=exercise.points)
            )
            continue
        verdict = ExerciseVerdict(exercise.name, exercise.title, "failed")
        verdict.tests = [_test(notebook, test, run, names) for test in exercise.tests]
        visible = [test for test in verdict.tests if not test.hidden]
        own = run.errors.get(index) if index is not None else None
        if cell is None:
            verdict.message = "your cell for it is missing"
        elif is_unchanged(cell) or (_is_stub(cell) and not any(test.passed for test in visible)):
            verdict.state = "not started"
        elif own is not None:
            verdict.message = "your cell does not run: " + describe(own, notebook, exercise.name)
        elif all(test.passed for test in visible):
            verdict.state = "passed"
        verdicts.append(verdict)
    return verdicts


def _is_stub(cell: NotebookNode) -> bool:
    return "# YOUR CODE HERE\n" in cell.source and "raise NotImplementedError" in cell.source


def _test(notebook: NotebookNode, test: TestCell, run: Run, names: dict[str, int]) -> TestVerdict:
    index = names.get(test.name)
    if test.hidden:
        return TestVerdict(test.name, test.points, None)
    if index is None:
        return TestVerdict(test.name, test.points, 0.0, "this test is missing")
    if index not in run.errors:
        return TestVerdict(test.name, test.points, 0.0, f"not run: {run.stopped}")
    error = run.errors[index]
    if error is not None:
        return TestVerdict(test.name, test.points, 0.0, describe(error, notebook, test.name))
    earned = _partial(notebook.cells[index], test.points)
    message = "" if earned == test.points else f"partly right: {earned:g} of {test.points:g} points"
    return TestVerdict(test.name, test.points, earned, message)


def _partial(cell: NotebookNode, most: float) -> float:
    """The points of a test that ran through: its value where it is a number, otherwise all."""
    for output in cell.outputs:
        if output.output_type == "execute_result":
            try:
                value = float(output.data.get("text/plain", ""))
            except ValueError:
                continue
            if 0 <= value <= most:
                return value
    return most


def describe(error: CellError, notebook: NotebookNode, test: str) -> str:
    """The error for a student: the message of a check as it is, any other with its place."""
    if error.name in ("CheckFailed", "AssertionError") and error.message.strip():
        return error.message.strip()
    if error.name in ("CellTimeoutError", "DeadKernelError"):
        return error.message
    message = re.sub(r"\s*\([^()]*\.py, line \d+\)$", "", error.message)  # of a SyntaxError
    text = f"{error.name}: {message}".rstrip(": ")
    if error.cell is None or error.line is None:
        return text
    name = marks(notebook.cells[error.cell]).get("grade_id")
    if error.name == "NotImplementedError" and name and name != test:
        return f"it needs `{name}`, which still raises NotImplementedError"
    code = f": {error.code}" if error.code else ""
    place = f"`{name}`" if name else "a cell of your own"
    return f"{text}\nin {place}, line {error.line}{code}"
