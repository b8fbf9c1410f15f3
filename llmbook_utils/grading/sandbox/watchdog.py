"""The watchdog: looks at a kernel's processes ten times a second and ends it when it uses too much.

What the limits of a single process cannot bound is counted here: resident memory and processes of
the whole family, what it left in the folder of its sockets, and the time since its start.
"""

import threading
import time

from llmbook_utils.grading.result import OUT_OF_MEMORY, TIMEOUT, Limits
from llmbook_utils.grading.sandbox.kernel import SOCKETS
from llmbook_utils.grading.sandbox.processes import use
from llmbook_utils.grading.sandbox.server import Kernel

PERIOD = 0.1  # seconds


class Watchdog:
    """Watches one kernel in a thread until `close`."""

    def __init__(self, kernel: Kernel, limits: Limits, deadline: float) -> None:
        self.verdict: tuple[str, str] | None = None  # (state, sentence) when it had to act
        self.peak_mb = 0.0
        self._kernel, self._limits, self._deadline = kernel, limits, deadline
        self._inherited = use(kernel.first).own if kernel.walled else 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(PERIOD):
            self.verdict = self._look()
            if self.verdict is not None:
                self._kernel.kill()
                return

    def _look(self) -> tuple[str, str] | None:
        limits = self._limits
        processes = self._kernel.processes()
        uses = [use(process) for process in processes]
        # each is a fork: what the first had at its start is shared by all, and counts for none
        resident = sum(max(0.0, each.own - self._inherited) + each.shared for each in uses)
        self.peak_mb = max(self.peak_mb, resident)
        if resident > limits.memory_mb:
            return OUT_OF_MEMORY, f"it used more than {limits.memory_mb} MB of memory"
        if len(processes) > limits.processes:
            return OUT_OF_MEMORY, f"it started more than {limits.processes} processes"
        if time.monotonic() > self._deadline:
            return TIMEOUT, f"it took more than {limits.total_seconds:g} seconds"
        if self._kernel.walled:
            folder = self._kernel.folder / "sockets"
            try:
                names = {path.name for path in folder.iterdir()}
            except OSError:
                return None  # it ends just now
            strange = names - SOCKETS - {"agent"}
            if strange:
                return OUT_OF_MEMORY, "it wrote files where only its sockets belong"
        return None
