"""What is the same for all submissions to an assignment: its plan, and hashes to know it again.

The plan is tried with the reference solution (trial.py). What was found is kept in
`_build/grading/`, until the assignment or the environment changes.
"""

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from llmbook_utils.grading.assignment import read_notebook
from llmbook_utils.grading.job import Job
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import Limits

_PACKAGES = ("torch", "numpy", "scikit-learn", "matplotlib", "ipykernel", "ipython", "ziglang")
_DECIDING = (
    "check",
    "gpu",
    "comm.py",
    "grading/judge.py",
    "grading/execute.py",
    "grading/plan.py",
    "grading/rebuild.py",
    "grading/trial.py",
)


def environment(limits: Limits) -> str:
    """A hash of what is the same for all submissions and decides their points."""
    digest = hashlib.sha256(f"{platform.python_version()} {limits}".encode())
    for name in _PACKAGES:
        try:
            digest.update(f"{name} {importlib.metadata.version(name)} ".encode())
        except importlib.metadata.PackageNotFoundError:
            digest.update(f"no {name} ".encode())
    package = Path(__file__).resolve().parents[1]
    for part in _DECIDING:
        path = package / part
        sources = [each for each in path.rglob("*") if each.suffix in (".py", ".h")]
        for source in [path] if path.is_file() else sorted(sources):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def release_hash(assignment: str, root: Path) -> str:
    """A hash of the instructor's folder of an assignment: the notebook and what lies beside it."""
    folder = root / "solutions" / assignment
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".ipynb_checkpoints" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def instructors_files(assignment: str, root: Path) -> dict[str, bytes]:
    """What lies beside the instructor's notebook, by relative path: every student gets it anew."""
    folder = root / "solutions" / assignment
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and "__pycache__" not in path.parts
    }


def plan_for(
    assignment: str,
    root: Path,
    limits: Limits,
    tried: Callable[[Job], Plan],
    *,
    trusted: bool = False,
) -> Plan:
    """The assignment's plan, as `tried` (Worker.tried) finds it with the reference solution.

    Raises:
        FileNotFoundError: there is no such assignment.
        BrokenReference: the reference loses points.
        WorkerFailed: there is nowhere to try it.
    """
    path = root / "solutions" / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        known = ", ".join(
            sorted(each.name for each in (root / "solutions").glob("*") if each.is_dir())
        )
        raise FileNotFoundError(f"expected an assignment out of {known}; got {assignment!r}")
    read_notebook(path)
    plan = Plan(assignment, path.read_text(encoding="utf-8"))
    key = hashlib.sha256(f"{release_hash(assignment, root)}{environment(limits)}".encode())
    kept = root / "_build" / "grading" / f"{assignment}-{key.hexdigest()[:20]}.json"
    if kept.is_file():
        found = json.loads(kept.read_text(encoding="utf-8"))
        return replace(plan, inside=frozenset(found["inside"]), modules=tuple(found["modules"]))
    files = instructors_files(assignment, root)
    plan = tried(Job("", plan, plan.source, files, limits=limits, trusted=trusted))
    kept.parent.mkdir(parents=True, exist_ok=True)
    found = {"inside": sorted(plan.inside), "modules": list(plan.modules)}
    kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return plan
