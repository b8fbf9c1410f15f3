"""`make test`: every check of the course, in the order in which a fault is cheapest to find.

A stage that fails does not stop the next ones, except where the next one needs what it makes (the
book is built from the executed chapters, the browser looks at the built book). At the end stand two
tables: seconds for each stage, and seconds and peak memory for each notebook.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path

from llmbook_utils.authoring import times
from llmbook_utils.course import course_root

PYTEST = (sys.executable, "-m", "pytest", "-q", "--durations=15")
# files side by side, one for each processor; the tests of a file share what they make
SIDE_BY_SIDE = (
    "--numprocesses=auto",
    "--maxprocesses=4",
    "--dist=loadfile",
    "--no-loadscope-reorder",
)
# a browser is waited for: one more than there are processors
WAITING = (*SIDE_BY_SIDE, f"--numprocesses={(os.cpu_count() or 1) + 1}")
LLMBOOK = (sys.executable, "-m", "llmbook_utils")


@dataclass(frozen=True)
class Stage:
    """One part of `make test`."""

    name: str
    purpose: str
    commands: tuple[tuple[str, ...], ...]  # run in this order; all must succeed
    needs: tuple[str, ...] = ()  # stages without whose success this one makes no sense
    beside: bool = False  # one process that works alone: the next stage begins meanwhile


STAGES = (
    Stage(
        "lint",
        "ruff on code and notebooks; which module may import which",
        (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("lint-imports",)),
    ),
    Stage("types", "mypy on the package", (("mypy",),), beside=True),
    Stage(
        "unit",
        "pytest, with shape-checked signatures",
        ((*PYTEST, *SIDE_BY_SIDE, "--ignore=tests/browser"),),
    ),
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
        beside=True,
    ),
    Stage("answers", "right and wrong answers to every exercise", ((*LLMBOOK, "answers"),)),
    Stage(
        "browser",
        "the built book and JupyterLab in headless Chromium",
        ((*PYTEST, *WAITING, "tests/browser"),),
        needs=("book",),
    ),
)


@dataclass(frozen=True)
class Row:
    """How a stage went."""

    name: str
    result: str  # "passed", "FAILED" or "not run"
    seconds: float
    beside: str = ""  # the stage that began meanwhile


def run_stage(stage: Stage, root: Path) -> bool:
    """Run a stage's commands in the course's top folder; True when all of them succeeded.

    One thread for each process: several run side by side, and the course promises its times so.
    """
    env = {"OMP_NUM_THREADS": "1", **os.environ}
    return all(
        subprocess.run(command, cwd=root, env=env).returncode == 0 for command in stage.commands
    )


def chosen(names: list[str]) -> list[Stage]:
    """The stages with these names, in their proper order; all of them when none is named."""
    known = [stage.name for stage in STAGES]
    if unknown := set(names) - set(known):
        raise ValueError(
            f"expected stages out of {', '.join(known)}; got {', '.join(sorted(unknown))}"
        )
    return [stage for stage in STAGES if not names or stage.name in names]


def thoroughly(stage: Stage) -> Stage:
    """The stage with every test: more seeds, more answers, whole assignments."""
    commands = [(*c, "--thorough") if c[: len(PYTEST)] == PYTEST else c for c in stage.commands]
    return replace(stage, commands=tuple(commands))


def complain(done: "Future[None]") -> None:
    """Say why a stage could not even be carried out."""
    if error := done.exception():
        print(f"{type(error).__name__}: {error}", flush=True)


def run(
    names: list[str],
    execute: Callable[[Stage, Path], bool] = run_stage,
    *,
    thorough: bool = False,
) -> int:
    """Run the named stages (all when empty), print the tables; 0 when everything passed."""
    root, stages = course_root(), chosen(names)
    begun = time.perf_counter()
    outcome: dict[str, str] = {}
    seconds: dict[str, float] = {}

    def carry_out(stage: Stage) -> None:
        start = time.perf_counter()
        done = execute(thoroughly(stage) if thorough else stage, root)
        outcome[stage.name] = "passed" if done else "FAILED"
        seconds[stage.name] = time.perf_counter() - start

    running: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(1) as pool:
        for stage in stages:
            wait([running[need] for need in stage.needs if need in running])
            missing = [need for need in stage.needs if outcome.get(need, "passed") != "passed"]
            print(f"\n=== {stage.name}: {stage.purpose}", flush=True)
            if missing:
                outcome[stage.name], seconds[stage.name] = "not run", 0.0
                print(f"not run, because this failed: {', '.join(missing)}")
            elif stage.beside:
                running[stage.name] = pool.submit(carry_out, stage)
                running[stage.name].add_done_callback(complain)
            else:
                carry_out(stage)
    whole = time.perf_counter() - begun
    # a stage that could not be carried out at all has no outcome, and did not pass
    rows = [
        Row(
            stage.name,
            outcome.get(stage.name, "FAILED"),
            seconds.get(stage.name, 0.0),
            following.name if stage.beside and following else "",
        )
        for stage, following in zip_longest(stages, stages[1:])
    ]
    if not names and not thorough:  # a whole run is what `llmbook times` puts into the README
        times.save(root, [asdict(row) for row in rows], whole)
    print_tables(rows, whole, times.notebooks(root) if "notebooks" in outcome else [])
    return 0 if all(row.result == "passed" for row in rows) else 1


def print_tables(rows: list[Row], whole: float, notebooks: list[dict]) -> None:
    """Seconds a stage and of it all, then seconds and peak memory a notebook."""
    print(f"\n{'stage':<12}{'seconds':>9}  result")
    for row in rows:
        print(f"{row.name:<12}{row.seconds:>9.1f}  {row.result}")
    print(f"{'all':<12}{whole:>9.1f}")
    if notebooks:
        print(f"\n{'notebook':<48}{'seconds':>9}{'peak MB':>9}")
    for notebook in notebooks:
        print(f"{notebook['name']:<48}{notebook['seconds']:>9.1f}{notebook['peak_mb']:>9.0f}")
    passed = sum(row.result == "passed" for row in rows)
    print(f"\nstages: {passed} passed, {len(rows) - passed} failed")
