"""Tests run outside the student's process say the same as in it, word for word.

Right and wrong answers of the answers audit are put through both: the tests among the answer's own
names, as in a notebook, and the tests as the grader runs them, with a stand-in whose calls cross
over as JSON. No sandbox is needed for that. Some answers to each exercise, or `--thorough` all.
"""

import contextlib
import copy
import io
import json
import re
import signal
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch  # noqa: F401  (now: importing it takes longer than an answer is given)

from llmbook_utils.authoring.answers import Answer, parse
from llmbook_utils.check import wire
from llmbook_utils.check.performing import Performance, perform
from llmbook_utils.grading.assignment import marks, read_notebook
from llmbook_utils.grading.judge import Verdict, decide, explain, run_test
from llmbook_utils.grading.plan import Plan, free_names, is_test, top_names

ROOT = Path(__file__).resolve().parents[1]
NAMES = sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.ipynb"))
SECONDS = 4  # for one answer and its tests; training takes longer and is left to the audit


class TooLong(BaseException):
    pass


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Raise TooLong after so many seconds of processor time, or ten times as many by the clock."""

    def stop(*_: object) -> None:
        raise TooLong

    before = {each: signal.signal(each, stop) for each in (signal.SIGPROF, signal.SIGALRM)}
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(10 * SECONDS)  # for one that waits
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
        if time.process_time() - started >= SECONDS:  # it rang while a kernel ran, and ended that
            raise TooLong
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for each, handler in before.items():
            signal.signal(each, handler)


def names_before(plan: Plan, exercise: str, wanted: Iterable[str]) -> dict[str, Any]:
    """What the instructor's cells before an exercise define, as far as `wanted` names need it."""
    space: dict[str, Any] = {"__name__": "__main__"}
    sources = []
    for cell in plan.notebook.cells:
        if marks(cell).get("grade_id") == exercise:
            break
        plainly = not marks(cell) or marks(cell).get("locked")
        if cell.cell_type == "code" and plainly and not is_test(cell):
            sources.append(cell.source)
    names, needed = set(wanted), []
    for source in reversed(sources):
        if top_names(source) & names:
            names |= free_names(source)
            needed.append(source)
    for source in reversed(needed):
        with contextlib.suppress(NameError, NotImplementedError):
            run_or_remember(source, space)
    return space


def wanted_by(plan: Plan, exercise: str, *answers: Answer) -> set[str]:
    """The names that the exercise's tests and these answers use."""
    tests = [
        plan.tests[name].source for name, owner in plan.exercise_of.items() if owner == exercise
    ]
    return set(chain.from_iterable(map(free_names, [*tests, *(each.source for each in answers)])))


SLOW: dict[str, dict[str, Any]] = {}  # a cell that trains something → the names it defines


def run_or_remember(source: str, space: dict[str, Any]) -> None:
    """Run a cell; one that takes long is run once, and afterwards what it made is copied."""
    if source not in SLOW:
        names, started = set(space), time.monotonic()
        exec(source, space)
        if time.monotonic() - started > 1:
            SLOW[source] = {name: space[name] for name in set(space) - names}
    for name, value in SLOW.get(source, {}).items():
        module = isinstance(value, ModuleType)
        space[name] = value if module else copy.deepcopy(value)


def inside(plan: Plan, name: str, space: dict[str, Any]) -> Verdict:
    """The test among the student's own names."""
    try:
        exec(plan.tests[name].source, space)
    except Exception as error:
        return Verdict(0.0, explain(error, {}), error=type(error).__name__)
    return decide(None, plan.tests[name].points)


def asked_of(space: dict[str, Any]) -> Callable[[str, Any], Performance]:
    """Calls of functions in these names, as they cross over from another process."""

    def ask(function: str, args: Any) -> Performance:
        if function not in space:
            raise NameError(f"name '{function}' is not defined", name=function)
        given = wire.decode(json.loads(json.dumps(wire.encode(list(args)))))
        done = perform(space[function], given).as_data()
        return Performance.from_data(json.loads(json.dumps(done)))

    return ask


def outside(plan: Plan, name: str, space: dict[str, Any]) -> Verdict:
    apart: dict[str, Any] = {"__name__": "__main__"}
    for source in dict.fromkeys(chain.from_iterable(plan.apart.values())):
        exec(source, apart)
    return run_test(plan, name, asked_of(space), asked_of(apart))


def comparable(message: str) -> str:
    """Without what differs from run to run: times, addresses in a repr."""
    return re.sub(r"0x[0-9a-f]+|took [\d.]+ s|<ipython.*?>|<string>", "…", message)


def compare(plan: Plan, exercise: str, answer: Answer) -> list[str]:
    differences, spaces = [], []
    tests = [name for name, owner in plan.exercise_of.items() if owner == exercise]
    wanted = wanted_by(plan, exercise, answer)
    for _ in range(2):
        spaces.append(names_before(plan, exercise, wanted))
        with contextlib.suppress(Exception):
            exec(answer.source, spaces[-1])
    for name in tests:
        verdicts = inside(plan, name, spaces[0]), outside(plan, name, spaces[1])
        full = verdicts[0].points == plan.tests[name].points
        if answer.kind == "right" and not full:  # it may only lack what earlier exercises define
            missing = re.findall(r"[`'](\w+)[`'] is not defined", verdicts[0].message)
            assert missing, verdicts[0]
            assert set(missing) <= plan.students_names, verdicts[0]
        first, second = (comparable(verdict.message) for verdict in verdicts)
        if verdicts[0].points != verdicts[1].points or first != second:
            differences.append(f"{name}\ninside: {first}\noutside: {second}")
    return differences


def cases() -> Iterator[tuple[str, str]]:
    for assignment in NAMES:
        for path in sorted((ROOT / "tests" / "answers" / assignment).glob("*.py")):
            yield assignment, path.stem


def some(answers: list[Answer]) -> list[Answer]:
    """One right answer and every sixth wrong one."""
    right = [each for each in answers if each.kind == "right"]
    wrong = [each for each in answers if each.kind == "wrong"]
    return [*right[:1], *wrong[::6]]


def agree(assignment: str, exercise: str, answers: list[Answer]) -> None:
    source = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    plan = Plan(assignment, source.read_text(encoding="utf-8"))
    assert read_notebook(source).cells
    compared, found = 0, {}
    with contextlib.redirect_stdout(io.StringIO()):
        names_before(plan, exercise, wanted_by(plan, exercise, *answers))  # before the clock runs
    for answer in answers:
        try:
            with bounded():
                differences = compare(plan, exercise, answer)
        except TooLong:
            continue
        compared += 1
        if differences:
            found[answer.label] = differences
    assert compared > len(answers) // 3
    # an answer that returns an object of its own class is worded by that class on one side only
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)[:4000]


def answers_to(assignment: str, exercise: str) -> list[Answer]:
    return parse(ROOT / "tests" / "answers" / assignment / f"{exercise}.py")


needs_alarm = pytest.mark.skipif(
    not hasattr(signal, "SIGALRM"), reason="needs a signal that Windows lacks"
)


@needs_alarm
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("assignment", "exercise"), list(cases()))
def test_both_sides_agree(assignment: str, exercise: str) -> None:
    agree(assignment, exercise, some(answers_to(assignment, exercise)))


@needs_alarm
@pytest.mark.thorough
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("assignment", "exercise"), list(cases()))
def test_both_sides_agree_on_every_answer(assignment: str, exercise: str) -> None:
    agree(assignment, exercise, answers_to(assignment, exercise))


@pytest.mark.parametrize("assignment", NAMES)
def test_every_test_can_run_outside(assignment: str) -> None:
    """Every name that a test needs is its own, the instructor's, or a function to call."""
    source = (ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text(encoding="utf-8")
    plan = Plan(assignment, source)
    assert plan.tests
    for name in plan.tests:
        space: dict[str, Any] = {}
        for _, needed in plan.needed_by(name):
            assert not top_names(needed) & plan.students_names
            exec(needed, space)
        outside(plan, name, {})  # raises where a name is missing that is not the student's
