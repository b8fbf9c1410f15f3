"""Run one test in the trusted process, with stand-ins for the student's functions.

The test is the instructor's code; what comes from the student is plain data, and not much of it.
Still it may be made to keep a comparison busy, so the judge's own time is bounded too.
"""

import ast
import contextlib
import functools
import io
import linecache
import math
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llmbook_utils.check.calling import CheckFailed
from llmbook_utils.check.performing import StandIn
from llmbook_utils.grading.plan import Plan, free_names, parsed

JUDGE_SECONDS = 30.0  # processor time of the comparison alone

Ask = Callable[..., Any]


class Stopped(BaseException):
    """The student's side cannot go on; not an error that a test could catch by accident."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state, self.message = state, message


class TimedOut(Exception):
    """A call was interrupted at its time limit; the student's kernel goes on."""


@dataclass(frozen=True)
class Verdict:
    """What a test says. `points` None: it was not decided."""

    points: float | None
    message: str = ""
    printed: str = ""
    error: str = ""  # name of the exception's class
    suspicion: str = ""  # why an instructor should look


def run_test(plan: Plan, name: str, ask: Ask, apart: Ask | None = None) -> Verdict:
    """Run a test of the plan, in fresh names; its calls go to `ask(function, args)`.

    Those of the instructor's functions that are run apart (plan.py) go to `apart`.

    Raises:
        Stopped: the student's side cannot go on.
    """
    test = plan.tests[name]
    space: dict[str, Any] = {"__name__": "__main__"}
    with _quiet() as printed:
        for index, source in plan.needed_by(name):
            _execute(source, f"<cell {index}>", space)
        for each in free_names(test.source) & plan.students_names:
            space[each] = StandIn(each, ask)
        for each in free_names(test.source) & plan.apart.keys():
            assert apart is not None
            space[each] = StandIn(each, apart)
        try:
            with time_limit(JUDGE_SECONDS):
                value = _execute(test.source, f"<{name}>", space)
        except JudgeBusy:
            message = "comparing this answer takes too long: is it far too large?"
            return Verdict(0.0, message, printed.getvalue(), "TimeoutError")
        except Exception as error:
            message = explain(error, space)
            return Verdict(0.0, message, printed.getvalue(), type(error).__name__)
    return decide(value, test.points, printed.getvalue())


def decide(value: Any, most: float, printed: str = "") -> Verdict:
    """Points for a test that ran to its end, from the value of its last line.

    Nothing (None) means that every check passed. A plain number from 0 to `most` is that many
    points. Anything else (NaN, a boolean, a NumPy number, too many points) is no verdict: it gives
    0, and an instructor is told.
    """
    if value is None:
        return Verdict(most, printed=printed)
    if type(value) in (int, float) and math.isfinite(value) and 0 <= value <= most:
        points = float(value)
        message = "" if points == most else f"partly right: {points:g} of {most:g} points"
        return Verdict(points, message, printed)
    shown = f"{type(value).__name__} {value!r:.60}"
    message = f"the test ended with {shown}, expected a plain number from 0 to {most:g}"
    return Verdict(0.0, message, printed, suspicion=message)


def explain(error: BaseException, space: Mapping[str, Any]) -> str:
    """The error for a student: a check's message as it is, another one with its kind."""
    text = str(error).strip()
    if isinstance(error, (CheckFailed, AssertionError, TimedOut)) and text:
        return text
    if isinstance(error, NameError) and getattr(error, "name", None) in space:
        return f"`{error.name}` is not defined: did its cell run to the end?"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith("<")]
    if isinstance(error, AssertionError) and frames:
        return f"this check failed: {(frames[-1].line or '').strip()}"
    return f"{type(error).__name__}: {text}".rstrip(": ")


@functools.lru_cache(500)
def _compiled(source: str, label: str) -> tuple[Any, Any]:
    """Code for all of a cell but its last expression, and code for that (None if there is none)."""
    body = parsed(source).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        return compile(ast.Module(body, []), label, "exec"), None
    first = compile(ast.Module(body[:-1], []), label, "exec")
    return first, compile(ast.Expression(last.value), label, "eval")


def _execute(source: str, label: str, space: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line if that is an expression, as a notebook shows it."""
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    body, last = _compiled(source, label)
    exec(body, space)
    return None if last is None else eval(last, space)


@contextlib.contextmanager
def _quiet() -> Iterator[io.StringIO]:
    """Catch what a test prints; warnings and stderr are no verdict."""
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield printed


class JudgeBusy(BaseException):
    """The comparison itself takes too long."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise JudgeBusy after so many seconds of this process's own processor time.

    Waiting for the student's side does not count. Only in a main thread, where signals arrive, and
    not on Windows; there the worker's own time limit is what is left.
    """
    if (
        not hasattr(signal, "SIGVTALRM")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_: object) -> None:
        raise JudgeBusy

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
