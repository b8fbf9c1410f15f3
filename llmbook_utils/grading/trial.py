"""The reference solution goes through the same machine as every submission, before any of them.

It must get every point, or this machine would do injustice to every student. Its run also tells
what the fork server should import beforehand, and which tests cannot be run outside the student's
process. That a machine is busy at the moment must not decide it: before a test is taken inside,
where it could be forged, it is tried once more outside, with more time than submissions have.
"""

from dataclasses import replace

from llmbook_utils.grading.execute import Execution, execute
from llmbook_utils.grading.job import PATIENCE, BrokenReference, Job
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.rebuild import rebuild
from llmbook_utils.grading.result import CRASHED, OUT_OF_MEMORY, TIMEOUT, Limits
from llmbook_utils.grading.sandbox.server import ForkServer

NOT_DECIDED = {TIMEOUT, OUT_OF_MEMORY, CRASHED}


def tried(job: Job, server: ForkServer | None) -> Plan:
    """The plan of a job whose notebook is the reference, with what its run has shown.

    Raises:
        BrokenReference: the reference loses points.
        SandboxError: the sandbox does not work here.
    """
    plan, limits = job.plan, job.limits
    run = _run(plan, job, server, limits)
    if _missed(run) and server is not None:
        limits = replace(
            limits,
            cell_seconds=PATIENCE * limits.cell_seconds,
            total_seconds=PATIENCE * limits.total_seconds,
        )
        run = _run(plan, job, server, limits)
        # what failed for another reason than its kind of data belongs outside: inside, it could be
        # forged
        if not NOT_DECIDED & set(run.states) and (missed := _missed(run)):
            plan = replace(plan, inside=frozenset(missed))
            run = _run(plan, job, server, limits)
    missed = _missed(run)
    if missed:
        lines = [f"  {name}: {message.splitlines()[0]}" for name, message in missed.items()]
        reasons = "\n".join([*lines, *(f"  {reason}" for reason in run.reasons)])
        raise BrokenReference(
            f"expected the reference solution of {plan.name} to pass all of its tests here, "
            f"but it loses points, so nothing is graded:\n{reasons}"
        )
    return replace(plan, modules=(*plan.imports, *run.modules))


def _run(plan: Plan, job: Job, server: ForkServer | None, limits: Limits) -> Execution:
    notebook, _ = rebuild(plan.notebook, plan.source)
    return execute(plan, notebook, job.files, limits=limits, server=server)


def _missed(run: Execution) -> dict[str, str]:
    return {
        name: test.message or "no message"
        for name, test in run.tests.items()
        if test.points != test.most
    }
