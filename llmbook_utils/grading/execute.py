"""Run a rebuilt notebook: the student's cells in the sandbox, the tests where they belong.

Cells are taken in order, as a notebook runs. At a test the student's kernel stands still, and the
judge makes its calls. When a cell or a call takes the kernel down, a new kernel runs the earlier
cells again and the rest goes on: an exercise that crashes costs its own points.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output

from llmbook_utils.check.performing import Performance
from llmbook_utils.grading.assignment import marks
from llmbook_utils.grading.judge import Stopped, Verdict, decide, run_test
from llmbook_utils.grading.plan import Plan, names_only
from llmbook_utils.grading.result import GRADED, SUSPICIOUS, TIMEOUT, Limits, TestResult, worst
from llmbook_utils.grading.sandbox.server import ForkServer
from llmbook_utils.grading.session import Session

MOST_RESTARTS = 4
APART = 100  # between the slots of a student's kernel and of the instructor's functions for it


@dataclass
class Execution:
    """What came of a run; the outputs stand in the notebook."""

    notebook: NotebookNode
    tests: dict[str, TestResult] = field(default_factory=dict)
    states: list[str] = field(default_factory=lambda: [GRADED])
    reasons: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    rerun: int = 0
    modules: tuple[str, ...] = ()  # imported in the kernel by the end

    @property
    def state(self) -> str:
        return worst(self.states)

    def note(self, state: str, reason: str) -> None:
        self.states.append(state)
        if reason not in self.reasons:
            self.reasons.append(reason)


def execute(
    plan: Plan,
    notebook: NotebookNode,
    files: Mapping[str, bytes],
    *,
    limits: Limits,
    server: ForkServer | None,
    slot: int = 0,
    environment: str = "",
    known: Mapping[str, TestResult] | None = None,
) -> Execution:
    """Run the notebook and decide every test of the plan.

    Args:
        notebook: rebuilt from the plan's (rebuild.py); outputs are written into it.
        files: handed in beside it.
        server: the fork server; None runs without walls.
        environment: hash of all that is the same for every submission, for the tests' keys.
        known: verdicts from before, by key: such a test is not run again.

    Raises:
        SandboxError: the sandbox itself does not work.
    """
    return _Run(plan, notebook, files, limits, server, slot, environment, known or {}).run()


def keys_of(
    plan: Plan, notebook: NotebookNode, files: Mapping[str, bytes], environment: str
) -> dict[str, str]:
    """Test → the hash of all that its verdict depends on."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode("utf-8", "replace") + b"\0" + files[name] + b"\0")
    keys = {}
    for cell in notebook.cells:
        name = marks(cell).get("grade_id", "")
        if name in plan.tests:
            keys[name] = plan.key(name, digest.hexdigest(), environment)
        elif cell.cell_type == "code":
            digest.update(cell.source.encode("utf-8", "replace") + b"\0")
    return keys


class _Run:
    def __init__(
        self,
        plan: Plan,
        notebook: NotebookNode,
        files: Mapping[str, bytes],
        limits: Limits,
        server: ForkServer | None,
        slot: int,
        environment: str,
        known: Mapping[str, TestResult],
    ) -> None:
        self.plan, self.notebook, self.files = plan, notebook, files
        self.limits, self.server, self.slot = limits, server, slot
        self.known = known
        self.result = Execution(notebook)
        self.deadline = time.monotonic() + limits.total_seconds
        self.session: Session | None = None
        self.apart: Session | None = None  # a kernel that never runs a cell of the student's
        self.restarts = 0
        self.deadly: set[int] = set()  # cells that took a kernel down: not run again
        self.lost: set[str] = set()  # exercises whose tests did
        self.keys = keys_of(plan, notebook, files, environment)

    def run(self) -> Execution:
        try:
            for index, cell in enumerate(self.notebook.cells):
                name = marks(cell).get("grade_id", "")
                if name in self.plan.tests:
                    self._test(cell, index, name)
                elif cell.cell_type == "code":
                    self._cell(cell, index)
            if not self.plan.modules and self.session is not None:
                self.result.modules = self.session.modules()
                if self.apart is not None:
                    self.result.modules += self.apart.modules()
        except Stopped as stopped:  # no kernel any more, and no new one
            self.result.note(stopped.state, stopped.message)
        finally:
            self._close()
        for name, test in self.plan.tests.items():
            if name not in self.result.tests:
                self._record(name, test.points, Verdict(None, "not run: the run ended before it"))
        ordered = {name: self.result.tests[name] for name in self.plan.tests}
        self.result.tests = ordered
        return self.result

    # --- kernels ----------------------------------------------------------------------------------

    def _open(self, before: int) -> Session:
        """The kernel in the state it has before the cell at this position."""
        if self.session is not None:
            return self.session
        if self.restarts > MOST_RESTARTS or time.monotonic() > self.deadline:
            raise Stopped(TIMEOUT, "stopped: its kernel ended too often, or its time was up")
        self.session = Session(
            self.notebook, self.files, self.limits, self.server, self.slot, self.deadline
        )
        for index, cell in enumerate(self.notebook.cells[:before]):
            if cell.cell_type != "code" or index in self.deadly:
                continue
            if marks(cell).get("grade_id", "") in self.plan.tests:
                self.session.define(names_only(cell.source))
            elif cell.source.strip():
                self._silently(cell.source, index)
        return self.session

    def _silently(self, source: str, index: int) -> None:
        """Run a cell once more; nobody wants its outputs."""
        assert self.session is not None
        shown = self.notebook.cells[index]
        try:
            self.session.run_cell(new_code_cell(source), index)
        finally:
            self.notebook.cells[index] = shown  # nbclient puts in what it has run

    def _close(self) -> None:
        if self.session is not None:
            self.result.peak_mb = max(self.result.peak_mb, self.session.watchdog.peak_mb)
            disguised = sorted(set(self.session.disguised))
            if disguised:
                kinds = ", ".join(disguised)
                self.result.note(SUSPICIOUS, f"a function returned values of its own kind: {kinds}")
            self.session.__exit__()
            self.session = None
        if self.apart is not None:
            self.result.peak_mb = max(self.result.peak_mb, self.apart.watchdog.peak_mb)
            self.apart.__exit__()
            self.apart = None

    @contextlib.contextmanager
    def _calls_apart(self) -> Iterator[Callable[[str, Sequence[Any]], Performance]]:
        """Calls of the instructor's functions that are run apart; the kernel starts with the first.

        Raises (out of the call): see Session.calls.
        """
        with contextlib.ExitStack() as stack:
            calls: list[Callable[[str, Sequence[Any]], Performance]] = []

            def ask(name: str, args: Sequence[Any]) -> Performance:
                if self.apart is None:
                    self.apart = Session(
                        new_notebook(),
                        {},
                        self.limits,
                        self.server,
                        self.slot + APART,
                        self.deadline,
                    )
                    for source in dict.fromkeys(chain.from_iterable(self.plan.apart.values())):
                        self.apart.define(source)
                if not calls:
                    calls.append(stack.enter_context(self.apart.calls()))
                return calls[0](name, args)

            yield ask

    def _lose(self, stopped: Stopped, place: str) -> None:
        self._close()
        self.restarts += 1
        self.result.note(stopped.state, f"`{place}`: {stopped.message}")

    # --- cells ------------------------------------------------------------------------------------

    def _cell(self, cell: NotebookNode, index: int) -> None:
        session = self._open(index)
        try:
            late = session.run_cell(cell, index)
        except Stopped as stopped:
            self.deadly.add(index)
            cell.outputs = [_error("KernelStopped", stopped.message)]
            self._lose(stopped, marks(cell).get("grade_id") or f"cell {index + 1}")
            return
        if late:
            self.result.note(TIMEOUT, f"`{marks(cell).get('grade_id') or index + 1}`: {late}")

    def _test(self, cell: NotebookNode, index: int, name: str) -> None:
        points, exercise = self.plan.tests[name].points, self.plan.exercise_of[name]
        known = self.known.get(self.keys[name])
        if known is not None and known.name == name and known.most == points:
            self.result.tests[name] = replace(known, exercise=exercise)
            cell.outputs = _outputs(Verdict(known.points, known.message), points)
            if self.session is not None:
                self.session.define(names_only(cell.source))
            return
        self.result.rerun += 1
        if exercise in self.lost:
            message = f"not run: `{exercise}` took its kernel down in an earlier test"
            verdict = Verdict(None, message)
        else:
            verdict = self._decide(name, index)
        self._record(name, points, verdict)
        cell.outputs = _outputs(verdict, points)
        if verdict.error == "TimedOut":
            self.result.note(TIMEOUT, f"`{name}`: {verdict.message}")
        if verdict.suspicion:
            self.result.note(SUSPICIOUS, f"`{name}`: {verdict.suspicion}")

    def _decide(self, name: str, index: int) -> Verdict:
        session = self._open(index)
        try:
            for source in self.plan.machinery_of(name):
                session.define(source)
            with session.calls() as ask, self._calls_apart() as apart:
                if name in self.plan.inside:
                    verdict = _inside(session, self.plan.tests[name].source, name, self.plan)
                else:
                    verdict = run_test(self.plan, name, ask, apart)
            session.define(names_only(self.plan.tests[name].source))
        except Stopped as stopped:
            self.lost.add(self.plan.exercise_of[name])
            self._lose(stopped, name)
            # out of time is a verdict on the function; a dead kernel is for an instructor to judge
            return Verdict(0.0 if stopped.state == TIMEOUT else None, stopped.message)
        return verdict

    def _record(self, name: str, most: float, verdict: Verdict) -> None:
        self.result.tests[name] = TestResult(
            name,
            self.plan.exercise_of[name],
            most,
            verdict.points,
            verdict.message,
            name not in self.plan.inside,
            # what was not decided, or may have been the machine's fault, is tried again next time
            "" if verdict.points is None or self.result.state == TIMEOUT else self.keys[name],
        )


def _inside(session: Session, source: str, name: str, plan: Plan) -> Verdict:
    """Run a test in the student's kernel; a positive record of its end is asked for."""
    performance, printed = session.run_inside(source)
    failure, most = performance.failure, plan.tests[name].points
    if failure is not None:
        plain = "AssertionError" in failure.kinds and failure.message.strip()
        text = failure.message.strip() if plain else f"{failure.name}: {failure.message}"
        return Verdict(0.0, text.rstrip(": "), printed, failure.name)
    return decide(performance.value, most, printed)


def _outputs(verdict: Verdict, most: float) -> list[NotebookNode]:
    """A test's verdict as the outputs that plain nbgrader would read it from."""
    outputs = []
    if verdict.printed:
        outputs.append(new_output("stream", name="stdout", text=verdict.printed[:10_000]))
    if verdict.points is None or (verdict.points == 0 and verdict.message):
        outputs.append(_error(verdict.error or "Undecided", verdict.message))
    elif verdict.points != most:
        text = {"text/plain": repr(float(verdict.points))}
        outputs.append(new_output("execute_result", data=text, execution_count=None))
    return outputs


def _error(name: str, message: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=message, traceback=message.splitlines())
