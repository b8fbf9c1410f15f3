"""A line that says how far a loop is: in a terminal and in a notebook; nowhere else."""

import sys
import time
from types import TracebackType
from typing import Any


class Progress:
    """``with Progress("training", 800) as line: … line.show(step, "loss 0.652")``.

    Written anew at most five times a second. In a notebook, and so in the book, the last line
    stays; in a terminal it ends with a line break. In a pipe, and in tests, nothing is written.
    """

    def __init__(self, name: str | None, total: int) -> None:
        self.name, self.total = name, total
        self.began = self.written = time.monotonic()
        self.last: tuple[int, str] | None = None
        self.notebook = name is not None and _in_notebook()
        self.terminal = name is not None and not self.notebook and sys.stderr.isatty()
        self.handle: Any = None

    def __enter__(self) -> "Progress":
        return self

    def show(self, done: int, text: str = "") -> None:
        """Say that ``done`` of ``total`` are done, and something about it."""
        self.last = (done, text)
        if time.monotonic() - self.written > 0.2:
            self._write()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.last:
            self._write()
        if self.terminal:
            sys.stderr.write("\n")

    def _write(self) -> None:
        if not (self.notebook or self.terminal) or self.last is None:
            return
        self.written = time.monotonic()
        done, text = self.last
        line = f"{self.name}: {done} of {self.total}, {self.written - self.began:.0f} s, {text}"
        if self.terminal:
            sys.stderr.write(f"\r{line}\x1b[K")
            sys.stderr.flush()
        elif self.handle is None:
            from IPython.display import display

            self.handle = display({"text/plain": line}, raw=True, display_id=True)
        else:
            self.handle.update({"text/plain": line}, raw=True)


def _in_notebook() -> bool:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")
