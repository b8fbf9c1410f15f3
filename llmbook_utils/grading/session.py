"""One life of a student's kernel: runs their cells, and performs calls for the tests.

Everything that comes out of the kernel is bounded: the size of a message, of what a cell shows, of
an answer, and the time for each. A kernel that dies or does not let itself be interrupted ends the
session, never the grading.
"""

import contextlib
import math
import queue
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import zmq
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

from llmbook_utils.check import wire
from llmbook_utils.check.performing import Performance
from llmbook_utils.grading.judge import Stopped, TimedOut
from llmbook_utils.grading.result import CRASHED, TIMEOUT, Limits
from llmbook_utils.grading.sandbox import agent, provisioner
from llmbook_utils.grading.sandbox.server import ForkServer, Kernel, SandboxError
from llmbook_utils.grading.sandbox.watchdog import Watchdog

PATIENCE = 5.0  # seconds, at most, for a kernel to answer after it was interrupted
SERVE = "__import__('llmbook_utils.grading.sandbox.agent', fromlist=['serve']).serve()"
ENDLESS = "stopped after {:g} seconds. Is there a loop that never ends?"


class _Client(NotebookClient):
    """nbclient with a bound on what a notebook may show."""

    room = math.inf  # bytes left

    def process_message(self, msg: Any, cell: NotebookNode, cell_index: int) -> Any:
        kind = msg["msg_type"]
        if kind.startswith("comm_"):  # widgets: nothing here listens to them
            return None
        if kind in ("stream", "display_data", "update_display_data", "execute_result", "error"):
            if self.room <= 0:
                return None
            self.room -= len(str(msg["content"]))
            if self.room <= 0:
                cell.outputs.append(new_output("stream", name="stdout", text="\n… (cut off)\n"))
                return None
        return super().process_message(msg, cell, cell_index)


class Session:
    """A kernel with a client; use as a context manager."""

    def __init__(
        self,
        notebook: NotebookNode,
        files: Mapping[str, bytes],
        limits: Limits,
        server: ForkServer | None,
        slot: int,
        deadline: float,
    ) -> None:
        self.limits = limits
        self.disguised: list[str] = []  # kinds of answers that no contract asks for
        self._manager = provisioner.manager()
        run_sync(self._manager.start_kernel)(server=server, files=files, limits=limits, slot=slot)
        started: Any = self._manager.provisioner
        self._kernel: Kernel = started.kernel
        self.watchdog = Watchdog(self._kernel, limits, deadline)
        self._client = _Client(
            notebook,
            km=self._manager,
            timeout=None,
            allow_errors=True,
            record_timing=False,
            interrupt_on_timeout=False,
            iopub_timeout=4,
            coalesce_streams=True,
            skip_cells_with_tag="no tag skips a cell",
        )
        self._client.log.setLevel("CRITICAL")
        self._client.room = limits.output_kb * 1024
        self._channels: Any = self._manager.client(context=self._manager.context)
        self._client.kc = self._channels
        run_sync(self._connect)()
        self._request = 0
        self._patience = min(PATIENCE, max(1.0, limits.cell_seconds))
        self._serving: str | None = None

    async def _connect(self) -> None:
        """Connect, and wait until what the kernel publishes arrives here.

        The client's own `wait_for_ready` does the same, 0.2 seconds slower.
        """
        channels = self._channels
        channels.start_channels(stdin=False, hb=False)
        for _ in range(200):
            request = channels.kernel_info()
            with contextlib.suppress(queue.Empty):
                while True:
                    message = await channels.get_iopub_msg(timeout=0.1)
                    if message["parent_header"].get("msg_id") != request:
                        continue
                    if message["content"].get("execution_state") == "idle":
                        return
        raise SandboxError("expected an answer from the kernel, got none")

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.watchdog.close()
        with contextlib.suppress(Exception):
            self._channels.stop_channels()
        with contextlib.suppress(Exception):
            run_sync(self._manager.shutdown_kernel)(now=True)
        self._kernel.kill()
        self._manager.context.destroy(linger=0)

    # --- the student's own cells ------------------------------------------------------------------

    def run_cell(self, cell: NotebookNode, index: int) -> str:
        """Run a cell of the notebook; its outputs are left in it.

        Returns "" or, where the cell was interrupted at its time limit, a sentence that says so.

        Raises:
            Stopped: the kernel has ended or cannot be interrupted.
        """
        self._stop_serving()
        seconds = self.limits.cell_seconds
        self._client.timeout = max(1, math.ceil(seconds))
        try:
            self._client.execute_cell(cell, index)
        except CellTimeoutError:
            message = ENDLESS.format(seconds)
            self._interrupt(message)
            cell.outputs.append(
                new_output("error", ename="CellTimeoutError", evalue=message, traceback=[message])
            )
            return message
        except DeadKernelError as error:
            raise self._ended() from error
        except Stopped:
            raise
        except Exception as error:  # messages that are none: forged, cut off, too deep
            raise Stopped(CRASHED, f"the kernel's answers made no sense: {error!s:.200}") from error
        return ""

    def _interrupt(self, message: str) -> None:
        """Ctrl-C, and wait until the kernel takes another request."""
        kernel = self._channels
        self._kernel.interrupt()
        request = self._request_run("None")
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if not self._kernel.alive():
                raise self._ended()
            with contextlib.suppress(Exception):
                reply = run_sync(kernel.get_shell_msg)(timeout=0.5)
                if reply["parent_header"].get("msg_id") == request:
                    return
        raise Stopped(TIMEOUT, f"{message} It could not be interrupted.")

    def _request_run(self, code: str) -> str:
        """Have the kernel run code of ours; the id of the request."""
        try:
            return self._channels.execute(code, silent=True, store_history=False)
        except zmq.ZMQError:
            raise Stopped(CRASHED, "the kernel broke its connection") from None

    def _ended(self) -> Stopped:
        """Why the kernel is gone."""
        for _ in range(3):  # the watchdog may be about to say it
            if self.watchdog.verdict is not None:
                state, sentence = self.watchdog.verdict
                return Stopped(state, f"stopped: {sentence}")
            time.sleep(0.1)
        return Stopped(CRASHED, "the kernel died")

    # --- calls for the tests ----------------------------------------------------------------------

    @contextlib.contextmanager
    def calls(self) -> Iterator[Callable[[str, Sequence[Any]], Performance]]:
        """For as long as the block lasts, calls can be made; all of them share one time limit.

        Raises (out of the call): Stopped, TimedOut.
        """
        spent = [0.0]

        def ask(name: str, args: Sequence[Any]) -> Performance:
            answer = self._exchange({"call": name, "args": wire.encode(list(args))}, spent)
            if answer.get("missing"):
                raise NameError(f"name '{name}' is not defined", name=name)
            return _performance(answer, self.disguised)

        yield ask

    def run_inside(self, source: str) -> tuple[Performance, str]:
        """Run a test's cell in the student's kernel; also what it printed."""
        answer = self._exchange({"cell": source}, [0.0])
        return _performance(answer, self.disguised), str(answer.get("printed", ""))[:10_000]

    def define(self, source: str) -> None:
        """Run code of the instructor's among the student's names; what goes wrong is let go."""
        if source.strip():
            with contextlib.suppress(TimedOut):
                self._exchange({"define": source}, [0.0])

    def _serve(self) -> None:
        """Have the agent listen; it goes on until the next cell of the student's."""
        if self._serving is None:
            self._serving = self._request_run(SERVE)

    def _stop_serving(self) -> None:
        if self._serving is None:
            return
        request, self._serving = self._serving, None
        try:
            agent.send(self._kernel.channel, {"done": True})
        except OSError as error:
            raise self._ended() from error
        self._await_reply(request)

    def modules(self) -> tuple[str, ...]:
        """What the kernel has imported beyond what its fork server had."""
        answer = self._exchange({"modules": True}, [0.0])
        return tuple(str(name) for name in answer.get("modules", ()))

    def _exchange(self, message: dict[str, Any], spent: list[float]) -> dict[str, Any]:
        """Send a request and wait for its answer, within what is left of the time."""
        channel, left = self._kernel.channel, self.limits.cell_seconds - spent[0]
        self._serve()
        self._request += 1
        started = time.monotonic()
        try:
            channel.settimeout(max(0.1, left))
            agent.send(channel, {**message, "id": self._request})
            answer = self._answer(channel)
        except TimeoutError:
            sentence = ENDLESS.format(self.limits.cell_seconds)
            self._kernel.interrupt()
            channel.settimeout(self._patience)
            try:
                answer = self._answer(channel)
            except OSError:
                if not self._kernel.alive() or self.watchdog.verdict:
                    raise self._ended() from None
                raise Stopped(TIMEOUT, f"{sentence} It could not be interrupted.") from None
            raise TimedOut(sentence) from None
        except OSError:  # the connection is gone
            raise self._ended() from None
        finally:
            spent[0] += time.monotonic() - started
        return answer

    def _answer(self, channel: socket.socket) -> dict[str, Any]:
        """The answer to the last request; late ones to requests that were interrupted are passed.

        Raises:
            Stopped: what comes is no answer.
        """
        for _ in range(10):
            answer = agent.receive(channel, self.limits.answer_mb * 2**20)
            if not isinstance(answer, dict):
                break
            if answer.get("id") == self._request:
                return answer
        raise Stopped(CRASHED, "the answers from the student's side came out of order")

    def _await_reply(self, request: str) -> None:
        """Wait until the kernel has left the agent's cell."""
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if not self._kernel.alive():
                raise self._ended()
            with contextlib.suppress(Exception):
                reply = run_sync(self._channels.get_shell_msg)(timeout=0.5)
                if reply["parent_header"].get("msg_id") == request:
                    return
        raise Stopped(TIMEOUT, "the kernel did not come back from a test")


def _performance(answer: dict[str, Any], disguised: list[str]) -> Performance:
    if "too_large" in answer:
        raise ValueError(f"the result is too large: {answer['too_large']!s:.200}")
    if answer.get("interrupted"):
        raise TimedOut("stopped: it was interrupted")
    try:
        performance = Performance.from_data(answer.get("performance"))
    except wire.WireError as error:
        raise Stopped(CRASHED, f"the answer was no plain data: {error!s:.200}") from error
    disguised += wire.disguised(answer["performance"]["value"])
    return performance
