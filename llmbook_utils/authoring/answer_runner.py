"""Run many answers on one notebook, in a process of its own (`answers.py` starts it).

The notebook is executed once, cell by cell, in an IPython shell, with the reference solutions. Each
time a solution cell is reached, the process forks once for every answer; the copy runs the answer
in place of the reference, then the cells up to the next solution cell, and reports what each test
gave. So an answer costs only its own work, starts from exactly the state a student would have, and
cannot spoil anything for the next. Where the system cannot fork safely (Windows, macOS) each answer
gets a fresh namespace and runs the notebook from its start.

stdin: one JSON object {"cells": [source, …], "exercises": [{"name", "index", "end",
"tests": [[grade_id, cell index, points], …], "answers": [[key, source, enough], …]}, …],
"workers": n, "least_limit": seconds that every answer may take};
`index` is the solution cell, `end` the cell after the exercise's last. The first answer is the
reference, which sets the time limit of the others. `enough` is null, or a text: the answer's run
ends as soon as it has lost points and the text stood in a message, since then all is known.
stdout: for every answer one line {"exercise", "key", "tests": {grade_id: [points, message]},
"solution": message, "seconds", "timed_out", "enough"}.

There is no sandbox: this is for the course's own answers, not for what strangers hand in.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import re
import select
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TextIO

FORKS = sys.platform == "linux" and "LLMBOOK_NO_FORK" not in os.environ
LIMIT_FACTOR = 10.0  # an answer may take this many times what the reference took

Report = Callable[[dict[str, Any]], None]


class Shell:
    """IPython without a terminal: runs cells, with magics and display, and says what came of it."""

    def __init__(self) -> None:
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        config = Config()
        config.HistoryManager.enabled = False  # it would start a thread
        self._shell = InteractiveShell.instance(config=config)

    def run(self, source: str) -> tuple[Any, str | None]:
        """(value of the last expression, None) or (None, "Error: message")."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            result = self._shell.run_cell(source, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            return None, f"{type(error).__name__}: {error}"
        return result.result, None

    def forget(self) -> None:
        """Start again with an empty namespace."""
        self._shell.reset(new_session=True)


def points_of(value: Any, error: str | None, most: float) -> tuple[float, str | None]:
    """The points nbgrader would give to a test cell, and a message where they are not all.

    Stricter than nbgrader: a value that is not a plain number from 0 to `most` counts as 0.
    """
    if error is not None:
        return 0.0, error
    if value is None:
        return most, None
    if type(value) not in (float, int) or not 0 <= value <= most:
        kind = type(value).__name__
        return 0.0, f"a test's value must be a plain float from 0 to {most:g}, got {kind} {value!r}"
    message = None if value == most else f"{value:g} of {most:g} points"
    return float(value), message


def try_answer(
    shell: Shell, job: dict[str, Any], exercise: dict[str, Any], source: str, enough: str | None
) -> Iterator[tuple[str, Any]]:
    """Run an answer and its exercise's cells; yields ("solution", message), then each test's."""
    tests = {index: (name, most) for name, index, most in exercise["tests"]}
    _, error = shell.run(source)
    yield "solution", error
    messages, lost = [error or ""], False
    for index in range(exercise["index"] + 1, exercise["end"]):
        value, error = shell.run(job["cells"][index])
        if index in tests:
            name, most = tests[index]
            points, message = points_of(value, error, most)
            yield name, (points, message)
            messages.append(message or "")
            lost = lost or points < most
            if lost and enough is not None and flat(enough) in flat(" ".join(messages)):
                yield "enough", True
                return


def flat(text: str) -> str:
    """The text with single spaces, however its lines are broken."""
    return " ".join(text.split())


class Fork:
    """One answer in a forked copy of this process."""

    def __init__(self, steps: Callable[[], Iterator], key: str) -> None:
        self.key, self.started, self.received = key, time.monotonic(), b""
        self.pipe, write_end = os.pipe()
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.close(self.pipe)
                with os.fdopen(write_end, "w", encoding="utf-8") as out:
                    for step in steps():
                        out.write(json.dumps(step) + "\n")
                        out.flush()
            finally:
                os._exit(0)
        os.close(write_end)

    def finish(self, name: str, timed_out: bool) -> dict[str, Any]:
        if timed_out:
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        lines = self.received.decode("utf-8", "replace").splitlines()
        steps = [json.loads(line) for line in lines if line.endswith("]")]
        return summary(name, self.key, steps, time.monotonic() - self.started, timed_out)


def summary(
    name: str, key: str, steps: list[Any], seconds: float, timed_out: bool
) -> dict[str, Any]:
    found = dict(steps)
    solution = found.pop("solution", None)
    enough = found.pop("enough", False)
    return {
        "exercise": name,
        "key": key,
        "tests": found,
        "solution": solution,
        "seconds": seconds,
        "timed_out": timed_out,
        "enough": enough,
    }


def run_forked(
    answers: list[list[Any]],
    name: str,
    steps: Callable[[str, str | None], Iterator],
    workers: int,
    limit: float,
    report: Report,
) -> None:
    """Run answers in forks, `workers` at a time, each for at most `limit` seconds."""
    waiting = list(answers)
    running: dict[int, Fork] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            key, *answer = waiting.pop(0)
            fork = Fork(lambda answer=answer: steps(*answer), key)  # type: ignore[misc]
            running[fork.pipe] = fork
        ready, _, _ = select.select(list(running), [], [], 0.2)
        for pipe in list(running):
            fork = running[pipe]
            if pipe in ready:
                chunk = os.read(pipe, 1 << 16)
                fork.received += chunk
                if not chunk:
                    report(running.pop(pipe).finish(name, timed_out=False))
            elif time.monotonic() - fork.started > limit:
                report(running.pop(pipe).finish(name, timed_out=True))


def load_once(job: dict[str, Any]) -> None:
    """Import the libraries that answers import, so that no fork has to (torch takes seconds)."""
    sources = [source for exercise in job["exercises"] for _, source, _ in exercise["answers"]]
    text = "\n".join(job["cells"] + sources)
    names = set(re.findall(r"^\s*(?:import|from)\s+(\w+)", text, re.MULTILINE))
    if "torch.optim" in text:
        names.add("torch._dynamo")  # the first optimiser imports it: as long again as torch
    for name in names:
        # an answer may name a library that is not there: that is for its own run to find out
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def audit_by_forking(shell: Shell, job: dict[str, Any], report: Report) -> None:
    load_once(job)
    position = 0
    for exercise in job["exercises"]:
        for source in job["cells"][position : exercise["index"]]:
            shell.run(source)
        position = exercise["index"]

        def steps(source: str, enough: str | None, exercise: dict[str, Any] = exercise) -> Iterator:
            return try_answer(shell, job, exercise, source, enough)

        limit = job["least_limit"] * 6
        reference = exercise["answers"][:1]
        taken: list[float] = []

        gc.collect()
        gc.freeze()  # a fork's garbage collector would copy every page by looking at it

        def first(result: dict[str, Any], taken: list[float] = taken) -> None:
            taken.append(result["seconds"])
            report(result)

        run_forked(reference, exercise["name"], steps, 1, limit, first)
        limit = max(job["least_limit"], LIMIT_FACTOR * taken[0])
        rest = exercise["answers"][1:]
        run_forked(rest, exercise["name"], steps, job["workers"], limit, report)


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise KeyboardInterrupt in the main thread every so many seconds (pure Python loops end)."""
    import _thread

    done = threading.Event()

    def watch() -> None:
        while not done.wait(seconds):
            _thread.interrupt_main()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def audit_in_one_process(shell: Shell, job: dict[str, Any], report: Report) -> None:
    for exercise in job["exercises"]:
        limit = job["least_limit"] * 6
        for number, (key, source, enough) in enumerate(exercise["answers"]):
            shell.forget()
            for earlier in job["cells"][: exercise["index"]]:
                shell.run(earlier)
            started, steps = time.monotonic(), []
            with interrupted_after(limit):
                steps = list(try_answer(shell, job, exercise, source, enough))
            seconds = time.monotonic() - started
            report(summary(exercise["name"], key, steps, seconds, seconds > limit))
            if number == 0:
                limit = max(job["least_limit"], LIMIT_FACTOR * seconds)


def main(out: TextIO) -> None:
    job = json.load(sys.stdin)

    def report(result: dict[str, Any]) -> None:
        out.write(json.dumps(result) + "\n")
        out.flush()

    # Python 3.12 warns about any fork in a process with threads; torch's pool has one thread here
    warnings.filterwarnings("ignore", message="This process", category=DeprecationWarning)
    # ignored where it was started in the background; loops are interrupted by it
    signal.signal(signal.SIGINT, signal.default_int_handler)
    shell = Shell()
    (audit_by_forking if FORKS else audit_in_one_process)(shell, job, report)


if __name__ == "__main__":
    # what notebooks print must not mix with the report: the real stdout is kept for it alone
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    main(channel)
