"""`make test`: every check of the course, in the order in which a fault is cheapest to find.

A stage that fails does not stop the next ones, except where the next one needs what it makes (the
book is built from the executed chapters, the browser looks at the built book). At the end stand two
tables: seconds for each stage, and seconds and peak memory for each notebook.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llmbook_utils.course import course_root

PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=5")
LLMBOOK = (sys.executable, "-m", "llmbook_utils")


@dataclass(frozen=True)
class Stage:
    """One part of `make test`."""

    name: str
    purpose: str
    commands: tuple[tuple[str, ...], ...]  # run in this order; all must succeed
    needs: tuple[str, ...] = ()  # stages without whose success this one makes no sense


STAGES = (
    Stage(
        "lint",
        "ruff on code and notebooks; which module may import which",
        (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("lint-imports",)),
    ),
    Stage("types", "mypy on the package", (("mypy",),)),
    Stage("unit", "pytest, with shape-checked signatures", ((*PYTEST, "--ignore=tests/browser"),)),
    Stage("answers", "right and wrong answers to every exercise", ((*LLMBOOK, "answers"),)),
    Stage("release", "exercises/ is what solutions/ make", ((*LLMBOOK, "release", "--check"),)),
    Stage(
        "notebooks",
        "every notebook from top to bottom",
        ((sys.executable, "-m", "llmbook_utils.authoring.execute"),),
    ),
    Stage(
        "book",
        "the book, warnings as errors",
        ((*LLMBOOK, "book", "--build-only"),),
        needs=("notebooks",),
    ),
    Stage(
        "browser",
        "the built book and JupyterLab in headless Chromium",
        ((*PYTEST, "tests/browser"),),
        needs=("book",),
    ),
)


def run_stage(stage: Stage, root: Path) -> bool:
    """Run a stage's commands in the course's top folder; True when all of them succeeded."""
    return all(subprocess.run(command, cwd=root).returncode == 0 for command in stage.commands)


def chosen(names: list[str]) -> list[Stage]:
    """The stages with these names, in their proper order; all of them when none is named."""
    known = [stage.name for stage in STAGES]
    if unknown := set(names) - set(known):
        raise ValueError(
            f"expected stages out of {', '.join(known)}; got {', '.join(sorted(unknown))}"
        )
    return [stage for stage in STAGES if not names or stage.name in names]


def run(names: list[str], execute: Callable[[Stage, Path], bool] = run_stage) -> int:
    """Run the named stages (all when empty), print the tables; 0 when everything passed."""
    root = course_root()
    outcome: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for stage in chosen(names):
        missing = [need for need in stage.needs if outcome.get(need, "passed") != "passed"]
        print(f"\n=== {stage.name}: {stage.purpose}", flush=True)
        start = time.perf_counter()
        if missing:
            outcome[stage.name] = "not run"
            print(f"not run, because this failed: {', '.join(missing)}")
        else:
            outcome[stage.name] = "passed" if execute(stage, root) else "FAILED"
        seconds[stage.name] = time.perf_counter() - start
    print_tables(outcome, seconds, root / "_build" / "times.json")
    return 0 if set(outcome.values()) <= {"passed"} else 1


def print_tables(outcome: dict[str, str], seconds: dict[str, float], times: Path) -> None:
    """Seconds a stage; seconds and peak memory a notebook, when `times` has them."""
    print(f"\n{'stage':<12}{'seconds':>9}  result")
    for name, result in outcome.items():
        print(f"{name:<12}{seconds[name]:>9.1f}  {result}")
    print(f"{'all':<12}{sum(seconds.values()):>9.1f}")
    if times.is_file() and "notebooks" in outcome:
        print(f"\n{'notebook':<48}{'seconds':>9}{'peak MB':>9}")
        for row in json.loads(times.read_text(encoding="utf-8")):
            print(f"{row['name']:<48}{row['seconds']:>9.1f}{row['peak_mb']:>9.0f}")
    passed = sum(result == "passed" for result in outcome.values())
    print(f"\nstages: {passed} passed, {len(outcome) - passed} failed")
