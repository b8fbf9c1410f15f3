"""Memory for the fibers: 1024 stacks and a small one for the fault handler, below a guard page."""

import contextlib
import ctypes
import mmap
import os
from functools import lru_cache

STACK_BYTES = 64 * 1024
MAX_THREADS = 1024
GUARD = 64 * 1024
TRAP_BYTES = 64 * 1024


class Stacks:
    """One mapping; pages cost memory only once they are used."""

    def __init__(self) -> None:
        total = GUARD + MAX_THREADS * STACK_BYTES + GUARD + TRAP_BYTES
        private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if os.name == "posix" else {}
        self._memory = mmap.mmap(-1, total, **private)
        low = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        self.low = low + GUARD
        self.trap = self.low + MAX_THREADS * STACK_BYTES + GUARD
        if os.name == "posix":
            with contextlib.suppress(OSError, AttributeError):
                libc = ctypes.CDLL(None)
                for start in (low, self.trap - GUARD):
                    libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(GUARD), 0)


@lru_cache(maxsize=1)
def stacks() -> Stacks:
    """The process's stacks; launches take turns (launcher.py holds a lock)."""
    return Stacks()
