"""Come back to Python when an unchecked kernel does what the processor refuses, or never ends.

On Linux and macOS the fault handler of runtime/kernels.h is installed for the time of a launch, on
a stack of its own (the kernel's may be what overflowed): it leaves the kernel's fiber for the
launcher. The same handler answers Ctrl-C, and a timer's signal when the time is up. On Windows
there is no such net: there, only checked launches are safe.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from llmbook_utils.gpu.stacks import TRAP_BYTES, stacks

MAC = sys.platform == "darwin"
ON_STACK, INFO, NO_DEFER = (0x1, 0x40, 0x10) if MAC else (0x08000000, 0x4, 0x40000000)


class _Action(ctypes.Structure):
    """struct sigaction."""

    _fields_: ClassVar = (
        [("handler", ctypes.c_void_p), ("mask", ctypes.c_uint32), ("flags", ctypes.c_int)]
        if MAC
        else [("handler", ctypes.c_void_p), ("mask", ctypes.c_ubyte * 128), ("flags", ctypes.c_int),
              ("restorer", ctypes.c_void_p)]
    )  # fmt: skip


class _Stack(ctypes.Structure):
    """stack_t."""

    _fields_: ClassVar = (
        [("low", ctypes.c_void_p), ("size", ctypes.c_size_t), ("flags", ctypes.c_int)]
        if MAC
        else [("low", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]
    )


class _Watchdog:
    """A thread that sends SIGALRM to the launching thread when the time is up."""

    def __init__(self) -> None:
        self.process = 0
        self.changed = threading.Condition()
        self.deadline: float | None = None
        self.target = 0

    def arm(self, seconds: float) -> None:
        if (
            self.process != os.getpid()
        ):  # first use, or first after a fork, which takes no threads along
            self.process, self.changed = os.getpid(), threading.Condition()
            threading.Thread(target=self.watch, name="gpu-watchdog", daemon=True).start()
        with self.changed:
            self.deadline, self.target = time.monotonic() + seconds, threading.get_ident()
            self.changed.notify()

    def disarm(self) -> None:
        with self.changed:  # once we have the lock, no signal can come any more
            self.deadline = None

    def watch(self) -> None:
        changed = self.changed
        with changed:
            while True:
                left = None if self.deadline is None else self.deadline - time.monotonic()
                if left is not None and left <= 0:
                    self.deadline = None
                    signal.pthread_kill(self.target, signal.SIGALRM)
                changed.wait(left if left is None or left > 0 else None)


_watchdog = _Watchdog()


@contextlib.contextmanager
def guarded(handler: Any, seconds: float | None) -> Iterator[None]:
    """While inside, faults and (after ``seconds``) time-outs go to the handler."""
    if os.name != "posix" or handler is None:
        yield
        return
    libc = ctypes.CDLL(None)
    numbers = [signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGALRM]
    if threading.current_thread() is threading.main_thread():
        numbers.append(signal.SIGINT)
    action = _Action(
        handler=ctypes.cast(handler, ctypes.c_void_p).value, flags=ON_STACK | INFO | NO_DEFER
    )
    old_stack, old = _Stack(), {number: _Action() for number in numbers}
    libc.sigaltstack(
        ctypes.byref(_Stack(low=stacks().trap, size=TRAP_BYTES)), ctypes.byref(old_stack)
    )
    for number in numbers:
        libc.sigaction(int(number), ctypes.byref(action), ctypes.byref(old[number]))
    if seconds is not None:
        _watchdog.arm(seconds)
    try:
        yield
    finally:
        if seconds is not None:
            _watchdog.disarm()
        for number in numbers:
            libc.sigaction(int(number), ctypes.byref(old[number]), None)
        libc.sigaltstack(ctypes.byref(old_stack), None)
