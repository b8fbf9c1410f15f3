"""`llmbook grade`: everything under submitted/, many at once, recorded as it comes.

A run can be ended at any moment, with kill -9 too: results lie in the ledger before they go into
the gradebook, and the next run does what is missing. What has not changed is not done again; after
a change in the assignment, only the tests that it touches.
"""

import contextlib
import importlib
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import filelock

from llmbook_utils.course import course_root
from llmbook_utils.grading.desk import Desk, HandIn
from llmbook_utils.grading.job import Job, rejected
from llmbook_utils.grading.ledger import NAME, Ledger
from llmbook_utils.grading.pool import Workers
from llmbook_utils.grading.record import Recorder
from llmbook_utils.grading.result import STATES, Limits, Result
from llmbook_utils.grading.sandbox import jail


@dataclass
class Summary:
    """What a run did."""

    states: Counter[str] = field(default_factory=Counter)  # of all submissions, old ones too
    unchanged: int = 0  # known from before, nothing to do
    graded: int = 0  # newly decided
    tests_run: int = 0
    moved: dict[str, tuple[float, float]] = field(default_factory=dict)  # same work, other points
    to_review: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    not_recorded: dict[str, str] = field(default_factory=dict)


class Run:
    """One run over an assignment."""

    def __init__(self, desk: Desk, ledger: Ledger, *, regrade: bool = False) -> None:
        self._desk, self._ledger, self._regrade = desk, ledger, regrade
        self._recorder = Recorder(desk.root, ledger)
        self._on_the_way: dict[str, HandIn] = {}
        self.summary = Summary()

    def waiting(self, students: Sequence[str]) -> list[str]:
        """Those for whom there is something to do."""
        found = []
        for student in students:
            entry = self._ledger.find(self._desk.assignment, student)
            key = self._desk.take(student).key
            if not self._regrade and entry is not None and entry.key == key and entry.recorded:
                self.summary.unchanged += 1
            else:
                found.append(student)
        return found

    def prepare(self) -> None:
        """See Recorder.prepare."""
        self._recorder.prepare(self._desk.assignment, self._desk.release)

    def jobs(self, students: Sequence[str]) -> Iterator[Job]:
        """The work, one at a time. Called from the pool's threads, one at a time too."""
        for student in students:
            hand_in = self._desk.take(student)
            with Ledger(self._ledger.path) as ledger:
                entry = ledger.find(self._desk.assignment, student)
                if hand_in.refused is not None:
                    self._on_the_way[student] = hand_in
                    ledger.store(
                        hand_in.key, rejected(student, self._desk.assignment, hand_in.refused)
                    )
                    continue
                if entry is not None and entry.key == hand_in.key and not self._regrade:
                    self._on_the_way[student] = hand_in  # graded, but not recorded
                    continue
            known = None
            if entry is not None and entry.key.submission == hand_in.key.submission:
                known = None if self._regrade else entry.result
            self._on_the_way[student] = hand_in
            yield self._desk.job(hand_in, known)

    def keep(self, result: Result) -> None:
        """Store a result, then record it."""
        hand_in = self._on_the_way[result.student]
        before = self._ledger.find(self._desk.assignment, result.student)
        if before is not None and before.key.submission == hand_in.key.submission:
            self._compare(result.student, before.earned, result.earned)
        self._ledger.store(hand_in.key, result)
        self.summary.graded += 1
        self.summary.tests_run += result.rerun
        self.record(result.student)

    def _compare(self, student: str, before: float, after: float) -> None:
        if before != after:
            self.summary.moved[student] = (before, after)

    def record(self, student: str) -> None:
        hand_in = self._on_the_way.pop(student)
        entry = self._ledger.find(self._desk.assignment, student)
        if entry is None:
            return
        try:
            self._recorder.record(entry, hand_in.beside)
        except RuntimeError as error:
            self.summary.not_recorded[student] = str(error)

    def finish(self) -> Summary:
        """Record what was only stored, and count."""
        for student in list(self._on_the_way):
            self.record(student)
        for entry in self._ledger.entries(self._desk.assignment):
            self.summary.states[entry.state] += 1
            if not entry.counts:
                self.summary.to_review[entry.student] = (entry.state, entry.reasons)
        return self.summary


def grade(
    root: Path,
    assignment: str,
    *,
    jobs: int | None = None,
    students: Sequence[str] = (),
    regrade: bool = False,
    scheduler: str | None = None,
    trusted: bool = False,
    limits: Limits | None = None,
    quiet: bool = False,
) -> Summary:
    """Grade an assignment's submissions.

    Raises:
        FileNotFoundError: no such assignment, or nothing handed in.
        NoSandbox, WorkerFailed, BrokenReference, RuntimeError: it cannot be done here, and why.
    """
    if not trusted:
        jail.require()
    loading = threading.Thread(target=_load_nbgrader, daemon=True)
    loading.start()
    lock = root / "_build" / "grading" / "lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        held = filelock.FileLock(lock).acquire(timeout=0)
    except filelock.Timeout:
        raise RuntimeError("another run is grading this course now; wait until it ends") from None
    most = max(1, jobs or os.cpu_count() or 1)
    with held, Ledger(root / NAME) as ledger, Workers(1 if scheduler else most) as workers:
        desk = Desk.open(root, assignment, limits, trusted=trusted, tried=workers.tried)
        loading.join()
        known = desk.students()
        missing = sorted(set(students) - set(known))
        if missing or not known:
            names = ", ".join(missing) or "anyone"
            raise FileNotFoundError(f"expected a hand-in of {names} in submitted/, found none")
        run = Run(desk, ledger, regrade=regrade)
        waiting = run.waiting(list(students) or known)
        if scheduler is None and not trusted:
            workers.warm(desk.plan, len(waiting))  # beside what comes next
        run.prepare()
        work = run.jobs(waiting)
        with _progress(len(waiting), quiet) as advance:
            for result in workers.run(work) if scheduler is None else _elsewhere(work, scheduler):
                run.keep(result)
                advance()
        return run.finish()


def _load_nbgrader() -> None:
    """Import it while the reference is tried; who needs it then will hear what is wrong with it."""
    with contextlib.suppress(Exception):
        importlib.import_module("nbgrader.apps")


def _elsewhere(work: Iterator[Job], scheduler: str) -> Iterator[Result]:
    from llmbook_utils.grading import cluster

    yield from cluster.run(work, scheduler)


@contextlib.contextmanager
def _progress(total: int, quiet: bool) -> Iterator:
    """A bar with the time left, on a terminal."""
    if quiet or not total or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("grading", total=total)
        yield lambda: progress.advance(task)


def show(summary: Summary, assignment: str) -> None:
    """Print the table, and who needs a look."""
    total = sum(summary.states.values())
    print(f"\n{assignment}: {total} submissions, {summary.unchanged} of them unchanged")
    for state in STATES:
        print(f"  {state:<15}{summary.states[state]:>5}")
    if summary.graded:
        print(f"  ({summary.graded} graded now, {summary.tests_run} tests run)")
    for student, (before, after) in sorted(summary.moved.items()):
        word = "gained" if after > before else "lost"
        print(f"  {student} {word} {abs(after - before):g} points ({before:g} → {after:g})")
    if summary.to_review:
        print("\nTo look at; their points do not count before you say so (llmbook review):")
    for student, (state, reasons) in summary.to_review.items():
        shown = "; ".join(reasons[:3]) + (" …" if len(reasons) > 3 else "")
        print(f"  {student}: {state}. {shown}"[:400])
    for student, reason in summary.not_recorded.items():
        print(f"  NOT RECORDED {student}: {reason}", file=sys.stderr)


def main(
    assignment: str,
    *,
    jobs: int | None,
    students: Sequence[str],
    regrade: bool,
    scheduler: str | None,
    trusted: bool,
) -> int:
    """`llmbook grade`; the exit status is 1 when something could not be recorded."""
    name = Path(assignment).name
    summary = grade(
        course_root(),
        name,
        jobs=jobs,
        students=students,
        regrade=regrade,
        scheduler=scheduler,
        trusted=trusted,
    )
    show(summary, name)
    return 1 if summary.not_recorded else 0
