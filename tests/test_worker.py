"""A worker whose sandbox does not start says so: no submission is blamed for it."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_course import NAME, make_course, source_notebook

from llmbook_utils.authoring import release
from llmbook_utils.grading.assignment import marks
from llmbook_utils.grading.job import BrokenReference, Job, WorkerFailed
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import Limits
from llmbook_utils.grading.sandbox import jail
from llmbook_utils.grading.worker import Worker

pytestmark = pytest.mark.skipif(
    jail.availability().engine is not None or not jail.availability().possible,
    reason=f"no bubblewrap: {jail.availability().reason}",
)
# passes the probe, and gives up when it is to hold the fork server
BWRAP = """#!/bin/sh
for last in "$@"; do :; done
[ "$last" = /usr/bin/true ] && exit 0
echo "no room for a fork server" >&2
exit 1
"""


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    course = make_course(tmp_path_factory.mktemp("worker") / "course")
    source = (course / "solutions" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    released = release.generate(NAME, course)[f"{NAME}.ipynb"]
    return Job("someone", Plan(NAME, source), released)


@pytest.fixture
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """bubblewrap as it is on a machine where the fork server does not start."""
    program = tmp_path / "bin" / "bwrap"
    program.parent.mkdir()
    program.write_text(BWRAP, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert shutil.which("bwrap") == str(program)


# each as a run begins with it: what comes after a failure finds the worker cold
@pytest.mark.parametrize(
    ("warm", "requests"),
    [(None, ("grade", "tried")), (False, ("grade",)), (True, ("tried",))],
    ids=["cold", "warming", "warmed"],
)
@pytest.mark.usefixtures("no_server")
def test_each_job_hears_why_the_sandbox_did_not_start(
    job: Job, warm: bool | None, requests: tuple[str, ...]
) -> None:
    worker = Worker()
    try:
        if warm is not None:
            worker.warm(job.plan, wait=warm)
        for request in requests:
            with pytest.raises(WorkerFailed, match="no room for a fork server"):
                getattr(worker, request)(job)
    finally:
        worker.close()


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_one(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmbook_utils.grading.worker.GRACE", 0.0)  # no time for warming up
    worker = Worker()
    try:
        worker.warm(job.plan, wait=True)
        monkeypatch.undo()
        assert worker.tried(job).name == NAME
    finally:
        worker.close()


def with_nap(seconds: float) -> str:
    """The reference with one exercise, whose function sleeps; what is waited for, is not twice."""
    notebook = source_notebook()
    kept = ("double", "test_double")
    notebook.cells = [cell for cell in notebook.cells if marks(cell).get("grade_id") in kept]
    nap = f"    __import__('time').sleep({seconds})\n"
    slow = notebook.cells[0].source.replace("    return 2 * x", nap + "    return 2 * x")
    assert slow != notebook.cells[0].source
    notebook.cells[0].source = slow
    return json.dumps(notebook)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


# the test calls the function twice: more than its second, and much less than five
@pytest.mark.parametrize(
    ("nap", "cell_seconds", "fine"), [(0.6, 1.0, True), (3.0, 0.5, False)], ids=["fine", "refused"]
)
def test_a_busy_machine_takes_no_test_inside(
    worker: Worker, nap: float, cell_seconds: float, fine: bool
) -> None:
    """There it could be forged: what is slow is tried with patience, and refused in the end."""
    slow = with_nap(nap)
    limits = Limits(cell_seconds=cell_seconds, total_seconds=20.0)
    trial = Job("", Plan(NAME, slow), slow, limits=limits)
    if fine:
        assert worker.tried(trial).inside == frozenset()
    else:
        with pytest.raises(BrokenReference, match="test_double"):
            worker.tried(trial)
