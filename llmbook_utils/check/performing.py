"""Perform a call of a student's function and note all that a check wants to know about it.

`perform` runs where the student's code runs, and is the only place that touches it. What comes out,
a `Performance`, is plain: it can cross over to another process (`as_data`, `from_data`), where a
`StandIn` in place of the function hands it to the same checks. So a check works alike on both
sides, and on the far side nothing of the student's can reach it.
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
from itertools import chain
from typing import Any

import numpy as np

from llmbook_utils.check import wire
from llmbook_utils.check.showing import show

_MESSAGE = 2000  # characters of an error's message that are kept
# whose errors are written for students: the emulated GPU, and a cell of ours between check and work
_TOLD = ("llmbook_utils.gpu.errors", "llmbook_utils.check.calling")
_OURS = __file__.rsplit("check", 1)[0]  # our package: no frame of it is the student's


@dataclass(frozen=True)
class Failure:
    """An exception that a call ended with."""

    name: str  # of its class
    kinds: tuple[str, ...]  # names of the built-in exceptions it derives from, nearest first
    message: str
    stub: str = ""  # the unfilled function that raised NotImplementedError
    line: int = 0  # in the student's cell; 0: raised elsewhere
    source: str = ""  # that line
    told: bool = False  # the message says all that a student needs: where, what, what to look at

    def rebuilt(self) -> Exception:
        """An exception with the same name, message and built-in ancestry."""
        import builtins

        base = getattr(builtins, self.kinds[0], Exception) if self.kinds else Exception
        if not (isinstance(base, type) and issubclass(base, Exception)):
            base = Exception  # SystemExit and the like must not end the checks
        message = self.message
        kind = type(self.name or "Exception", (base,), {"__str__": lambda self: message})
        return kind() if base is not UnicodeDecodeError else Exception(message)


@dataclass(frozen=True)
class Performance:
    """What one call did."""

    value: Any = None
    seconds: float = 0.0  # the smaller of wall-clock and processor time: a busy machine is fair
    warning: str = ""  # the first warning, "" if there was none
    failure: Failure | None = None
    changed: int | None = None  # position of an argument that was changed in place
    after: str = ""  # how that argument looked afterwards
    not_callable: str = ""  # what stands where the function should be

    def as_data(self) -> dict[str, Any]:
        """JSON data. Raises WireError for a value that is too large."""
        failure = self.failure and {**vars(self.failure), "kinds": list(self.failure.kinds)}
        return {**vars(self), "value": wire.encode(self.value), "failure": failure}

    @classmethod
    def from_data(cls, data: Any) -> "Performance":
        """Read JSON data from a process that is not trusted.

        Raises:
            WireError: it is not what `as_data` gives.
        """
        try:
            failure = None
            if data["failure"] is not None:
                raw = data["failure"]
                texts = {k: str(raw[k])[:_MESSAGE] for k in ("name", "message", "stub", "source")}
                kinds = tuple(str(kind)[:60] for kind in raw["kinds"][:20])
                told = raw["told"] is True
                failure = Failure(kinds=kinds, line=int(raw["line"]), told=told, **texts)
            changed = data["changed"]
            return cls(
                wire.decode(data["value"]),
                max(0.0, float(data["seconds"])),
                str(data["warning"])[:_MESSAGE],
                failure,
                None if changed is None else int(changed),
                str(data["after"])[:_MESSAGE],
                str(data["not_callable"])[:_MESSAGE],
            )
        except wire.WireError:
            raise
        except (TypeError, ValueError, LookupError, OverflowError) as error:
            raise wire.WireError(f"expected the record of a call: {error}") from error


class StandIn:
    """In place of a student's function that lives in another process.

    `ask(name, args)` performs the call there.
    """

    def __init__(self, name: str, ask: Callable[[str, Sequence[Any]], Performance]) -> None:
        self.__name__ = name
        self._ask = ask

    def perform(self, args: Sequence[Any]) -> Performance:
        return self._ask(self.__name__, args)

    def __call__(self, *args: Any) -> Any:
        """As the function itself: its value, or an exception like the one it raised."""
        performance = self.perform(args)
        if performance.not_callable:
            raise TypeError(f"{performance.not_callable} is not callable")
        if performance.failure is not None:
            raise performance.failure.rebuilt()
        return performance.value


def perform(function: Any, args: Sequence[Any]) -> Performance:
    """Call ``function(*args)`` on copies of the arguments.

    Warnings and whatever is written to stderr are caught: they never cost points.
    """
    if isinstance(function, StandIn):
        return function.perform(args)
    if not callable(function):
        return Performance(not_callable=show(function))
    given = copied(list(args))
    value, failure = None, None
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("always")
        wall, processor = time.perf_counter(), time.process_time()
        try:
            value = function(*given)
        except (Exception, SystemExit) as raised:
            failure = failure_of(raised)
        seconds = min(time.perf_counter() - wall, time.process_time() - processor)
    warning = f"{caught[0].category.__name__}: {caught[0].message}" if caught else ""
    if failure is not None:
        return Performance(None, seconds, warning, failure)
    for position, (before, after) in enumerate(zip(args, given, strict=True)):
        if not _unchanged(before, after):
            return Performance(value, seconds, warning, None, position, show(after))
    return Performance(value, seconds, warning)


def failure_of(error: BaseException) -> Failure:
    """What is worth knowing of an exception."""
    import builtins

    kinds = [k.__name__ for k in type(error).__mro__ if k.__module__ == builtins.__name__]
    frames = traceback.extract_tb(error.__traceback__)
    stub = frames[-1].name if isinstance(error, NotImplementedError) else ""
    own = [
        frame
        for frame in frames
        if not frame.filename.startswith(_OURS)
        and "site-packages" not in frame.filename
        and "/lib/python" not in frame.filename
    ]
    line, source = 0, ""
    if own:
        line = own[-1].lineno or 0
        source = (own[-1].line or linecache.getline(own[-1].filename, line)).strip()
    told = any(kind.__module__ in _TOLD for kind in type(error).__mro__)
    message = str(error)[:_MESSAGE]
    return Failure(type(error).__name__, tuple(kinds), message, stub, line, source, told)


def copied(value: Any) -> Any:
    """A deep copy; of plain data a fast one."""
    kind = type(value)
    if kind in (int, float, str, bool):
        return value
    if kind is list or kind is tuple:
        kinds = set(map(type, value))
        if kinds <= {int, float, str, bool}:
            return kind(value)
        if kinds == {list} and set(map(type, chain.from_iterable(value))) <= {int, float}:
            return kind(map(list, value))
        return kind(copied(item) for item in value)
    return value.copy() if kind is np.ndarray else copy.deepcopy(value)


def _unchanged(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return (
            before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, (list, tuple)):
        kinds = set(map(type, before))
        if kinds == {list}:
            kinds = set(map(type, chain.from_iterable(before)))
        if kinds <= {int, str, bool}:  # nothing but plain comparisons
            return bool(before == after)
        return len(before) == len(after) and all(map(_unchanged, before, after))
    if isinstance(before, dict):
        return list(before) == list(after) and all(
            _unchanged(before[key], after[key]) for key in before
        )
    if type(before).__module__.startswith("torch"):
        return bool(before.shape == after.shape and (before == after).all())
    return bool(before == after)
