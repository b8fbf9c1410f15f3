"""Call a student's function safely and turn whatever goes wrong into one readable message.

Decided here, once: warnings and anything written to stderr never cost points (nbgrader would give
0 to a test cell with a single line on stderr). They are caught, and quoted only when a check fails.
"""

import contextlib
import copy
import io
import linecache
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class CheckFailed(AssertionError):
    """A check that failed: the message says what was wrong, and Jupyter shows nothing else."""

    def _render_traceback_(self) -> list[str]:  # IPython's hook: the message, not our internals
        return [f"\x1b[31m✗ {line}\x1b[0m" if i == 0 else line for i, line in self._lines()]

    def _lines(self) -> list[tuple[int, str]]:
        return list(enumerate(str(self).split("\n")))


@dataclass(frozen=True)
class Outcome:
    """What a call gave."""

    value: Any
    seconds: float  # the smaller of wall-clock and processor time, so that a busy machine is fair
    warning: str  # the first warning, "" if there was none
    error: BaseException | None = None


def name_of(function: Any) -> str:
    """The name students know the function by."""
    return getattr(function, "__name__", "your function")


def show(value: Any, limit: int = 160) -> str:
    """A value on one line, short enough to read."""
    if isinstance(value, np.ndarray):
        if value.size > 24:
            return f"an array of shape {value.shape}"
        text = np.array2string(
            value,
            separator=", ",
            max_line_width=1000,
            formatter={"float_kind": "{:.6g}".format},
        )
        text = " ".join(text.split())
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.10g}"
    elif isinstance(value, np.integer):
        text = str(int(value))
    elif type(value) in (tuple, list) and len(value) <= 24:
        inside = ", ".join(show(item, limit) for item in value)
        text = f"[{inside}]" if type(value) is list else f"({inside})"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def shown_call(function: Any, args: Sequence[Any]) -> str:
    """The call as a student would type it."""
    return f"{name_of(function)}({', '.join(show(a, 90) for a in args)})"


def call(function: Callable[..., Any], args: Sequence[Any], *, may_raise: bool = False) -> Outcome:
    """Call ``function(*args)`` on copies; refuse stubs, crashes and changed inputs with a message.

    With ``may_raise`` an exception of the student's is handed back in ``Outcome.error``.
    """
    __tracebackhide__ = True
    name = name_of(function)
    if not callable(function):
        raise CheckFailed(f"`{name}` should be a function, but it is {show(function)}.")
    given = copy.deepcopy(list(args))
    value, error = None, None
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("always")
        wall, processor = time.perf_counter(), time.process_time()
        try:
            value = function(*given)
        except NotImplementedError as stub:
            where = traceback.extract_tb(stub.__traceback__)[-1].name  # `function` may only call it
            empty = name if where.startswith("<") else where
            raise CheckFailed(f"Fill in `{empty}` above first, then run this cell again.") from None
        except (Exception, SystemExit) as raised:
            error = raised
        seconds = min(time.perf_counter() - wall, time.process_time() - processor)
    warning = f"{caught[0].category.__name__}: {caught[0].message}" if caught else ""
    if error is not None:
        if not may_raise:
            raise CheckFailed(_crash(function, args, error)) from None
        return Outcome(None, seconds, warning, error)
    for position, (before, after) in enumerate(zip(args, given, strict=True)):
        if not _unchanged(before, after):
            raise CheckFailed(
                f"{name} changed its input number {position + 1} in place: "
                f"it was {show(before)}, afterwards it is {show(after)}.\n"
                "  Hint: work on a copy, so that the caller's data stays as it was "
                "(`w = w - …` makes a new array, `w -= …` changes the old one)."
            )
    return Outcome(value, seconds, warning)


def _crash(function: Any, args: Sequence[Any], error: BaseException) -> str:
    """The student's own line, the error, and the input; not the way through our code."""
    kind = type(error).__name__
    lines = [f"{name_of(function)} stopped with {kind}: {str(error)[:300]}"]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    own = [
        f for f in frames if "site-packages" not in f.filename and "/lib/python" not in f.filename
    ]
    if own:
        source = (own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno or 0)).strip()
        lines.append(f"  in line {own[-1].lineno} of your cell: {source}")
    if isinstance(error, RecursionError):
        lines.append(
            "  Hint: the function calls itself too deeply; a loop with a list has no limit."
        )
    if isinstance(error, TypeError) and "positional argument" in str(error):
        lines.append("  Hint: keep the arguments of the first line (`def …`) as they were given.")
    if any(text in str(error) for text in ("broadcast", "boolean index", "matmul:", "not aligned")):
        lines.append(
            "  Hint: print the `shape` of each array in this line; `axis`, `keepdims` and "
            "`[:, None]` decide them."
        )
    lines.append(f"  called as {shown_call(function, args)}")
    return "\n".join(lines)


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return (
            before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            _unchanged(before[key], after[key]) for key in before
        )
    if type(before).__module__.startswith("torch"):
        return bool(before.shape == after.shape and (before == after).all())
    return bool(before == after)
