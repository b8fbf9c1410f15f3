"""One submission from its bytes to its result."""

import time
from dataclasses import replace

from llmbook_utils.grading.execute import execute, keys_of
from llmbook_utils.grading.job import Job, readable, rejected
from llmbook_utils.grading.rebuild import rebuild
from llmbook_utils.grading.result import SUSPICIOUS, Result, TestResult, worst, written
from llmbook_utils.grading.sandbox.server import ForkServer
from llmbook_utils.grading.tripwires import signs
from llmbook_utils.grading.untrusted_files import Rejected


def grade(job: Job, server: ForkServer | None, slot: int = 0) -> Result:
    """Rebuild the notebook, run it, and decide every test.

    Raises:
        SandboxError: the sandbox itself does not work; nothing is said about the submission.
    """
    started = time.monotonic()
    try:
        notebook, notes = rebuild(job.plan.notebook, job.notebook)
    except Rejected as error:
        return rejected(job.student, job.plan.name, str(error))
    known: dict[str, TestResult] = {}
    if job.previous is not None:
        known = {test.key: test for test in job.previous.tests if test.key}
        keys = keys_of(job.plan, notebook, job.files, job.environment)
        unchanged = all(known.get(key) is not None for key in keys.values())
        if unchanged and job.previous.notebook is not None:
            tests = tuple(known[keys[name]] for name in job.plan.tests)
            return replace(job.previous, tests=tests, seconds=0.0, rerun=0)
    run = execute(
        job.plan,
        notebook,
        job.files,
        limits=job.limits,
        server=None if job.trusted else server,
        slot=slot,
        environment=job.environment,
        known=known,
    )
    states, reasons = [run.state], [*run.reasons]
    found = signs(notebook)
    if found:
        states.append(SUSPICIOUS)
        reasons += found
    notebook.metadata["llmbook"] = {"notes": [*job.notes, *notes]}
    return Result(
        job.student,
        job.plan.name,
        worst(states),
        tuple(map(readable, reasons)),
        tuple(replace(test, message=readable(test.message)) for test in run.tests.values()),
        readable(written(notebook)),
        round(time.monotonic() - started, 3),
        round(run.peak_mb, 1),
        run.rerun,
    )
