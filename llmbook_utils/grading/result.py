"""What grading one submission gives: a state, a verdict for each test, and the executed notebook.

A result is plain data: it crosses process and machine borders as JSON, and the ledger keeps it so.
A failure is a state of its own, never a zero: `points` of a test that was not decided is None.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

GRADED = "graded"  # every test has its verdict
TIMEOUT = "timeout"  # something ran into a time limit
OUT_OF_MEMORY = "out of memory"
CRASHED = "crashed"  # the kernel died, or its answers made no sense
REJECTED = "rejected"  # not an acceptable hand-in: nothing of it was run
SUSPICIOUS = "suspicious"  # a tripwire: graded, and to be looked at before it counts
STATES = (GRADED, TIMEOUT, OUT_OF_MEMORY, CRASHED, REJECTED, SUSPICIOUS)


@dataclass(frozen=True)
class TestResult:
    """The verdict on one test cell."""

    __test__ = False  # not a pytest class

    name: str  # its grade_id
    exercise: str  # grade_id of the solution cell it belongs to; "" if to none
    most: float  # points of the cell
    points: float | None  # 0 to `most`; None: not decided, see `message`
    message: str = ""  # what a student reads when points are missing
    outside: bool = True  # compared in a process that never ran the student's code
    key: str = ""  # hash of all that decides this verdict: work, tests, environment


@dataclass(frozen=True)
class Result:
    """One graded submission."""

    student: str
    assignment: str
    state: str  # one of STATES
    reasons: tuple[str, ...] = ()  # why the state is not `graded`, in sentences
    tests: tuple[TestResult, ...] = ()
    notebook: str | None = None  # the rebuilt notebook with its outputs, JSON; None if rejected
    seconds: float = 0.0  # wall clock, from intake to verdict
    peak_mb: float = 0.0  # largest resident memory of the sandbox, in MB
    rerun: int = 0  # tests that were run for it; the others were known from before

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"expected a state out of {', '.join(STATES)}; got {self.state!r}")
        for test in self.tests:
            points = test.points
            if points is not None and not (math.isfinite(points) and 0 <= points <= test.most):
                raise ValueError(
                    f"expected 0 to {test.most:g} points for {test.name}, got {points!r}"
                )

    @property
    def earned(self) -> float:
        """The points of the tests that were decided."""
        return sum((test.points or 0.0 for test in self.tests), 0.0)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Tests without a verdict."""
        return tuple(test.name for test in self.tests if test.points is None)

    def as_json(self) -> str:
        return json.dumps(asdict(self), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Read a result back.

        Raises:
            ValueError: it is not one.
        """
        try:
            data: dict[str, Any] = json.loads(text)
            tests = tuple(TestResult(**test) for test in data.pop("tests"))
            reasons = tuple(data.pop("reasons"))
            return cls(tests=tests, reasons=reasons, **data)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"expected a result, got {text[:80]!r}: {error}") from error


@dataclass(frozen=True)
class Limits:
    """What one submission may use; beyond it, it is stopped and the others go on."""

    cell_seconds: float = 30.0  # one cell, or all calls of one test cell
    total_seconds: float = 300.0  # the whole notebook, wall clock
    memory_mb: int = 2048  # resident, all of its processes together
    processes: int = 128  # and threads
    file_mb: int = 64  # one file
    disk_mb: int = 256  # all it writes (its folder lives in memory)
    output_kb: int = 1024  # text and pictures that its cells show
    answer_mb: int = 16  # what one call of a function may return


def written(notebook: dict[str, Any]) -> str:
    """A notebook as JSON, on one line: several times faster than nbformat's indented text."""
    return json.dumps(notebook, ensure_ascii=False)


def worst(states: Iterable[str]) -> str:
    """The state that says most: a failure before a suspicion before `graded`."""
    order = (REJECTED, OUT_OF_MEMORY, CRASHED, TIMEOUT, SUSPICIOUS, GRADED)
    found = set(states)
    return next((state for state in order if state in found), GRADED)
