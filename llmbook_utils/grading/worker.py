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
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TextIO

from llmbook_utils.grading.job import PATIENCE, BrokenReference, Job, WorkerFailed
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import CRASHED, TIMEOUT, Result, TestResult

GRACE = 60.0  # seconds that a worker has beyond a submission's own limit: start, comparison
JOBS_PER_SERVER = 200  # then the fork server is started afresh


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
            answer = self._ask("grade", job)
        except TimeoutError:
            self.close()
            return _failed(job, TIMEOUT, "grading it took too long and was stopped")
        except (OSError, EOFError, ValueError):
            said = self._last_words()
            self.close()
            return _failed(job, CRASHED, f"its worker ended: {said}")
        return Result.from_json(answer["result"])

    def tried(self, job: Job) -> Plan:
        """The job's plan after a trial with the reference solution (trial.py).

        Raises:
            BrokenReference: it loses points.
            WorkerFailed: the sandbox does not work here.
        """
        try:
            answer = self._ask("try", job)
        except (OSError, EOFError, ValueError) as error:
            said = self._last_words()
            self.close()
            raise WorkerFailed(f"the worker ended on the reference solution: {said}") from error
        if "broken" in answer:
            raise BrokenReference(answer["broken"])
        found = answer["found"]
        return replace(job.plan, inside=frozenset(found["inside"]), modules=tuple(found["modules"]))

    def warm(self, plan: Plan, *, wait: bool = False) -> None:
        """Start the process now, with what the plan imports; `wait` until it has it or not."""
        if self._process is None:
            modules = plan.modules or plan.imports
            try:
                self._say({"warm": modules, "tests": plan.imports, "wait": wait})
                if wait:
                    self._line(time.monotonic() + GRACE)
            except (OSError, EOFError):  # an answer that comes too late is nobody's
                self.close()  # whoever needs a worker starts a new one

    def _say(self, message: dict[str, Any]) -> None:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _ask(self, verb: str, job: Job) -> dict[str, Any]:
        self._say({verb: job.as_data()})
        # a trial: one run as every submission's, and at most two with patience
        runs = 1 + 2 * PATIENCE if verb == "try" else 1
        seconds = runs * job.limits.total_seconds + GRACE
        answer: dict[str, Any] = json.loads(self._line(time.monotonic() + seconds))
        if "failed" in answer:
            self.close()
            raise WorkerFailed(answer["failed"])
        return answer

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
    """Answer requests until standard input ends; then end at once, whatever is running."""
    requests: queue.Queue[str] = queue.Queue()
    servers: list[Any] = []
    threading.Thread(target=_read, args=(requests, servers), daemon=True).start()
    desk = _Station(int(sys.argv[1]), servers)
    while True:
        request = json.loads(requests.get())
        answer = desk.warm(request) if "warm" in request else desk.answer(request)
        if answer is not None:
            out.write(json.dumps(answer) + "\n")
            out.flush()


class _Station:
    """A fork server and the libraries that tests need, kept warm between jobs."""

    def __init__(self, slot: int, servers: list[Any]) -> None:
        self._slot = slot
        self._servers = servers  # the one that runs now: whoever ends us ends it too
        self._done = 0
        self._loaded = frozenset[str]()

    def warm(self, request: dict[str, Any]) -> dict[str, bool] | None:
        from llmbook_utils.grading.sandbox.server import SandboxError

        with contextlib.suppress(SandboxError):  # the first job will hear of it
            server = self._server(request["warm"])
            self._import(request["warm"], request["tests"])
            server.ready()
        return {"ready": True} if request["wait"] else None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        # here: the handle above is to cost no import of zmq
        from llmbook_utils.grading import trial, work
        from llmbook_utils.grading.sandbox.server import SandboxError

        ((verb, data),) = request.items()
        job = Job.from_data(data)
        try:
            modules = job.plan.modules or job.plan.imports
            server = None if job.trusted else self._server(modules)
            self._import(modules, job.plan.imports)
            if verb == "try":
                plan = trial.tried(job, server)
                return {"found": {"inside": sorted(plan.inside), "modules": plan.modules}}
            self._done += 1
            return {"result": work.grade(job, server, self._slot).as_json()}
        except SandboxError as error:
            return {"failed": str(error)}
        except BrokenReference as error:
            return {"broken": str(error)}
        except Exception as error:  # ours to mend; until then one submission waits, and no other
            reason = f"the grader could not handle it ({type(error).__name__}: {error!s:.300})"
            if verb == "try":
                return {"failed": reason}
            return {"result": _failed(job, CRASHED, reason).as_json()}

    def _server(self, modules: Sequence[str]) -> Any:
        """The fork server; a new one from time to time."""
        from llmbook_utils.grading.sandbox.server import ForkServer

        if self._servers and self._done >= JOBS_PER_SERVER:
            self._servers.pop().close()
            self._done = 0
        if not self._servers:
            self._servers.append(ForkServer(modules))
        elif not self._loaded >= set(modules):
            self._servers[0].load(modules)
        return self._servers[0]

    def _import(self, modules: Sequence[str], tests: Sequence[str]) -> None:
        """The tests are run here, and import things too."""
        from llmbook_utils.grading.sandbox.fork_server import load

        if not self._loaded >= set(modules):
            load(list(tests))
            self._loaded |= set(modules)


def _read(jobs: "queue.Queue[str]", servers: list[Any]) -> None:
    for line in sys.stdin:
        jobs.put(line)
    for server in servers:  # nobody waits for a result any more
        server.close()
    os._exit(0)


if __name__ == "__main__":
    # jsonschema's check of internationalised addresses takes 0.8 s to import; no notebook has one
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that a library prints may mix with results
    main(channel)
