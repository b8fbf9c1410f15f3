"""What the processes of a kernel use, read from /proc: cheap enough to look ten times a second."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Use:
    """Resident memory of one process, in MB."""

    own: float  # not backed by a file; pages shared with the process it was forked from count too
    shared: float  # in shared memory


def descendants(process: int) -> list[int]:
    """The ids of all processes that come from this one, which itself is left out; nearest first."""
    found, waiting = [], [process]
    while waiting:
        parent = waiting.pop(0)
        try:
            threads = os.listdir(f"/proc/{parent}/task")
            lists = [Path(f"/proc/{parent}/task/{t}/children").read_text() for t in threads]
        except OSError:
            if not Path("/proc/self/task").is_dir():  # not Linux
                return _descendants_anywhere(process)
            continue  # it has just ended
        children = [int(child) for text in lists for child in text.split()]
        found += children
        waiting += children
    return found


def _descendants_anywhere(process: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(process).children(recursive=True)]
    except psutil.Error:
        return []


def use(process: int) -> Use:
    """What a process uses now; nothing when it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        try:
            return Use(psutil.Process(process).memory_info().rss / 2**20, 0.0)
        except psutil.Error:
            return Use(0.0, 0.0)
    fields = dict(line.split(":", 1) for line in status.splitlines() if line.startswith("Rss"))
    return Use(*(_megabytes(fields.get(name, "0 kB")) for name in ("RssAnon", "RssShmem")))


def _megabytes(text: str) -> float:
    return int(text.split()[0]) / 1024
