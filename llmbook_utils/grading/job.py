"""What grading one submission needs, as plain data that any process on any machine can take."""

import base64
import functools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import REJECTED, Limits, Result

PATIENCE = 5  # times a submission's limits, for the reference on a busy machine


class BrokenReference(ValueError):
    """The reference solution does not pass its own tests here."""


class WorkerFailed(RuntimeError):
    """A worker cannot work on this machine: not the fault of any submission."""


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

    def as_data(self) -> dict[str, Any]:
        """The job as JSON knows data."""
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
        return {**data, **{name: getattr(self, name) for name in plain}}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Job":
        plan = data.pop("plan")
        plan = _plan(plan["name"], plan["source"], tuple(plan["inside"]), tuple(plan["modules"]))
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


@functools.lru_cache(2)
def _plan(name: str, source: str, inside: tuple[str, ...], modules: tuple[str, ...]) -> Plan:
    """A plan: the same one for one job after another, so that it is worked out once."""
    return Plan(name, source, frozenset(inside), modules)


def readable(text: str) -> str:
    """The text without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def rejected(student: str, assignment: str, reason: str) -> Result:
    """The result of what is no acceptable hand-in."""
    return Result(student, assignment, REJECTED, (readable(reason),))
