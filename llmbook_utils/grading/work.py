"""One submission from its bytes to its result. A job and a result are plain data, so that this can
run in any process on any machine."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import nbformat

from llmbook_utils.grading.execute import execute, keys_of
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.rebuild import rebuild
from llmbook_utils.grading.result import REJECTED, SUSPICIOUS, Limits, Result, TestResult, worst
from llmbook_utils.grading.sandbox.server import ForkServer
from llmbook_utils.grading.tripwires import signs
from llmbook_utils.grading.untrusted_files import Rejected


@dataclass(frozen=True)
class Job:
    """All that grading one submission needs."""

    student: str
    plan: Plan
    notebook: str  # as handed in, unparsed
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # from intake
    limits: Limits = field(default_factory=Limits)
    environment: str = ""
    previous: Result | None = None  # what was known: verdicts that still hold are kept
    trusted: bool = False  # run it without walls

    def as_json(self) -> str:
        plan = {
            "name": self.plan.name,
            "source": self.plan.source,
            "inside": sorted(self.plan.inside),
            "modules": list(self.plan.modules),
        }
        files = {name: base64.b64encode(data).decode() for name, data in self.files.items()}
        previous = None if self.previous is None else self.previous.as_json()
        data = {"plan": plan, "files": files, "limits": asdict(self.limits), "previous": previous}
        plain = ("student", "notebook", "notes", "environment", "trusted")
        return json.dumps({**data, **{name: getattr(self, name) for name in plain}})

    @classmethod
    def from_json(cls, text: str) -> "Job":
        data: dict[str, Any] = json.loads(text)
        plan = data.pop("plan")
        plan = Plan(plan["name"], plan["source"], frozenset(plan["inside"]), tuple(plan["modules"]))
        files = {name: base64.b64decode(text) for name, text in data.pop("files").items()}
        previous = data.pop("previous")
        return cls(
            plan=plan,
            files=files,
            limits=Limits(**data.pop("limits")),
            previous=None if previous is None else Result.from_json(previous),
            notes=tuple(data.pop("notes")),
            **data,
        )


def readable(text: str) -> str:
    """The text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def rejected(student: str, assignment: str, reason: str) -> Result:
    """The result of what is no acceptable hand-in."""
    return Result(student, assignment, REJECTED, (readable(reason),))


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
        readable(nbformat.writes(notebook)),
        round(time.monotonic() - started, 3),
        round(run.peak_mb, 1),
        run.rerun,
    )
