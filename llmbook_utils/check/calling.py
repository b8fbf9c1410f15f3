"""Call a student's function safely and turn whatever goes wrong into one readable message.

Decided here, once: warnings and anything written to stderr never cost points (nbgrader would give
0 to a test cell with a single line on stderr). They are caught, and quoted only when a check fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llmbook_utils.check.performing import Failure, perform
from llmbook_utils.check.showing import show


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
    error: Exception | None = None


def name_of(function: Any) -> str:
    """The name students know the function by."""
    return getattr(function, "__name__", "your function")


def shown_call(function: Any, args: Sequence[Any]) -> str:
    """The call as a student would type it; of a text of many lines, its beginning."""
    shown = [show(a.strip() if _many_lines(a) else a, 40 if _many_lines(a) else 90) for a in args]
    return f"{name_of(function)}({', '.join(shown)})"


def _many_lines(value: Any) -> bool:
    return type(value) is str and "\n" in value.strip()


def call(function: Any, args: Sequence[Any], *, may_raise: bool = False) -> Outcome:
    """Call ``function(*args)`` on copies; refuse stubs, crashes and changed inputs with a message.

    With ``may_raise`` an exception of the student's is handed back in ``Outcome.error``.
    """
    __tracebackhide__ = True
    name = name_of(function)
    done = perform(function, args)
    if done.not_callable:
        raise CheckFailed(f"`{name}` should be a function, but it is {done.not_callable}.")
    failure = done.failure
    if failure is not None:
        if failure.stub:
            # `function` may only call the one that is still empty
            empty = name if failure.stub.startswith("<") else failure.stub
            raise CheckFailed(f"Fill in `{empty}` above first, then run this cell again.")
        if not may_raise:
            raise CheckFailed(_crash(function, args, failure))
        return Outcome(None, done.seconds, done.warning, failure.rebuilt())
    if done.changed is not None:
        changed = args[min(max(done.changed, 0), len(args) - 1)]
        raise CheckFailed(
            f"{name} changed its input number {done.changed + 1} in place: "
            f"it was {show(changed)}, afterwards it is {done.after}.\n"
            "  Hint: work on a copy, so that the caller's data stays as it was "
            "(`w = w - …` makes a new array, `w -= …` changes the old one)."
        )
    return Outcome(done.value, done.seconds, done.warning)


def _crash(function: Any, args: Sequence[Any], failure: Failure) -> str:
    """The student's own line, the error, and the input; not the way through our code.

    An error of a kernel names the student's line itself. A cell of ours that stands between a check
    and the student's function may raise CheckFailed: its message is shown as it is.
    """
    if failure.told:
        name = "" if failure.name == CheckFailed.__name__ else f"{failure.name}: "
        return f"{name}{failure.message}\n  called as {shown_call(function, args)}"
    message = failure.message[:300]
    lines = [f"{name_of(function)} stopped with {failure.name}: {message}"]
    if failure.line:
        lines.append(f"  in line {failure.line} of your cell: {failure.source}")
    if "RecursionError" in failure.kinds:
        lines.append(
            "  Hint: the function calls itself too deeply; a loop with a list has no limit."
        )
    if "TypeError" in failure.kinds and "positional argument" in message:
        lines.append("  Hint: keep the arguments of the first line (`def …`) as they were given.")
    if any(text in message for text in ("broadcast", "boolean index", "matmul:", "not aligned")):
        lines.append(
            "  Hint: print the `shape` of each array in this line; `axis`, `keepdims` and "
            "`[:, None]` decide them."
        )
    lines.append(f"  called as {shown_call(function, args)}")
    return "\n".join(lines)
