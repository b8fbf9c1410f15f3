"""A worker: a process that grades one submission after another, each in a kernel of its own.

The process that starts it talks to it in JSON lines and can end it at any moment: whatever a
submission manages to do to its worker, the next one gets a fresh worker.

    python -m llmbook_utils.grading.worker SLOT      # jobs on stdin, results on stdout
"""

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from typing import Any, TextIO

from llmbook_utils.grading.result import CRASHED, TIMEOUT, Result, TestResult
from llmbook_utils.grading.work import Job

GRACE = 60.0  # seconds that a worker has beyond a submission's own limit: start, comparison
JOBS_PER_SERVER = 200  # then the fork server is started afresh


class WorkerFailed(RuntimeError):
    """The worker cannot work on this machine: not the fault of any submission."""


class Worker:
    """The handle on a worker process; it is started when first needed."""

    def __init__(self, slot: int = 0) -> None:
        self._slot = slot
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def grade(self, job: Job) -> Result:
        """Grade one submission. Always returns within its time limit and a minute.

        Raises:
            WorkerFailed: the sandbox does not work here.
        """
        try:
            answer = json.loads(self._ask(job))
        except TimeoutError:
            self.close()
            return _failed(job, TIMEOUT, "grading it took too long and was stopped")
        except (OSError, EOFError, ValueError):
            said = self._last_words()
            self.close()
            return _failed(job, CRASHED, f"its worker ended: {said}")
        if "failed" in answer:
            self.close()
            raise WorkerFailed(answer["failed"])
        return Result.from_json(answer["result"])

    def _ask(self, job: Job) -> bytes:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(job.as_json().encode() + b"\n")
        self._process.stdin.flush()
        return self._line(time.monotonic() + job.limits.total_seconds + GRACE)

    def _start(self) -> None:
        self._rest = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._slot)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )

    def _line(self, deadline: float) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        while b"\n" not in self._rest:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, left))
            if not ready:
                raise TimeoutError
            chunk = os.read(self._process.stdout.fileno(), 1 << 20)
            if not chunk:
                raise EOFError("the worker has ended")
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def _last_words(self) -> str:
        assert self._process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return f"exit status {self._process.wait(5)}"
        return "it does not answer"

    def close(self) -> None:
        """End the worker, and with it its fork server and every kernel."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()  # then it tidies up and ends
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _failed(job: Job, state: str, reason: str) -> Result:
    tests = tuple(
        TestResult(name, job.plan.exercise_of[name], test.points, None, reason)
        for name, test in job.plan.tests.items()
    )
    return Result(job.student, job.plan.name, state, (reason,), tests)


# --- the process itself ---------------------------------------------------------------------------


def main(out: TextIO) -> None:
    """Answer jobs until standard input ends; then end at once, whatever is running."""
    slot = int(sys.argv[1])
    jobs: queue.Queue[str] = queue.Queue()
    servers: list[Any] = []
    threading.Thread(target=_read, args=(jobs, servers), daemon=True).start()
    server: Any = None
    done, loaded = 0, tuple[str, ...]()
    from llmbook_utils.grading import work  # here: the handle above is to cost no import of zmq
    from llmbook_utils.grading.sandbox.fork_server import load
    from llmbook_utils.grading.sandbox.server import ForkServer, SandboxError

    while True:
        job = Job.from_json(jobs.get())
        try:
            if not job.trusted and (server is None or done >= JOBS_PER_SERVER):
                if server is not None:
                    server.close()
                server, done = ForkServer(job.plan.modules), 0
                servers[:] = [server]
            if loaded != job.plan.modules:
                if server is not None:
                    server.load(job.plan.modules)
                load(job.plan.imports)  # the tests are run here, and import them too
                loaded = job.plan.modules
            done += 1
            answer = {"result": work.grade(job, server, slot).as_json()}
        except SandboxError as error:
            answer = {"failed": str(error)}
        except Exception as error:  # ours to mend; until then one submission waits, and no other
            reason = f"the grader could not handle it ({type(error).__name__}: {error!s:.300})"
            answer = {"result": _failed(job, CRASHED, reason).as_json()}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def _read(jobs: "queue.Queue[str]", servers: list[Any]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    for server in servers:  # nobody waits for a result any more
        server.close()
    os._exit(0)


if __name__ == "__main__":
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that a library prints may mix with results
    main(channel)
