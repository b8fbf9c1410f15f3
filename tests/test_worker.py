"""A worker whose sandbox does not start says so: no submission is blamed for it."""

import os
import shutil
from pathlib import Path

import pytest
from desk_course import NAME, make_course

from llmbook_utils.authoring import release
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


def source_of(course: Path) -> str:
    return (course / "solutions" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    course = make_course(tmp_path / "course")
    source = source_of(course)
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


@pytest.mark.parametrize("warm", [None, False, True], ids=["cold", "warming", "warmed"])
@pytest.mark.usefixtures("no_server")
def test_each_job_hears_why_the_sandbox_did_not_start(job: Job, warm: bool | None) -> None:
    worker = Worker()
    try:
        if warm is not None:
            worker.warm(job.plan, wait=warm)
        for _ in range(2):
            with pytest.raises(WorkerFailed, match="no room for a fork server"):
                worker.grade(job)
        with pytest.raises(WorkerFailed, match="no room for a fork server"):
            worker.tried(job)
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


@pytest.mark.parametrize(("seconds", "fine"), [(0.6, True), (6.0, False)])
def test_a_busy_machine_takes_no_test_inside(tmp_path: Path, seconds: float, fine: bool) -> None:
    """There it could be forged: what is slow is tried with patience, and refused in the end."""
    source = source_of(make_course(tmp_path / "course"))
    nap = f"    __import__('time').sleep({seconds})\\n"
    slow = source.replace("    return 2 * x", nap + "    return 2 * x")
    assert slow != source
    limits = Limits(cell_seconds=1.0, total_seconds=20.0)
    worker = Worker()
    try:
        trial = Job("", Plan(NAME, slow), slow, limits=limits)
        if fine:
            assert worker.tried(trial).inside == frozenset()
        else:
            with pytest.raises(BrokenReference, match="test_double"):
                worker.tried(trial)
    finally:
        worker.close()
