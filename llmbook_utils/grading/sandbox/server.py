"""The trusted side's handle on a fork server, and on each kernel that it forked."""

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from llmbook_utils.grading.result import Limits
from llmbook_utils.grading.sandbox import agent, jail, kernel
from llmbook_utils.grading.sandbox.processes import descendants

START_SECONDS = 90.0  # to import torch on a slow disk
KERNEL_SECONDS = 30.0  # to fork a kernel and let it listen
# What every notebook of the course may need; the rest is learnt from the reference's own run.
ALWAYS = ("llmbook_utils.check", "llmbook_utils.grading.sandbox.namespaces", "ipykernel.kernelapp")
MODULES = ("numpy", "matplotlib.pyplot", "IPython")


class SandboxError(RuntimeError):
    """The sandbox itself does not work: the fault of the machine, not of a submission."""


class Kernel:
    """A running kernel: its folder of sockets, its channel for calls, and its processes."""

    def __init__(self, folder: Path, channel: socket.socket, first: int, key: str) -> None:
        self.folder = folder
        self.channel = channel
        self.first = first  # process id of the first process in its namespace, or of the kernel
        self.key = key
        self.trusted: subprocess.Popen[bytes] | None = None  # the kernel, where there are no walls

    @property
    def walled(self) -> bool:
        return self.trusted is None

    @property
    def connection(self) -> dict[str, Any]:
        """What a client needs to connect."""
        if not self.walled:
            return json.loads((self.folder / "sockets" / kernel.CONNECTION).read_text())
        return kernel.connection(self.folder / "sockets", self.key)

    def processes(self) -> list[int]:
        """The ids of all of its processes that are alive, the kernel's own first."""
        return [*([] if self.walled else [self.first]), *descendants(self.first)]

    def alive(self) -> bool:
        try:
            return psutil.Process(self.first).status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def interrupt(self) -> None:
        """As Ctrl-C: to the kernel's own process alone."""
        for process in self.processes()[:1]:
            _signal(process, signal.SIGINT)

    def kill(self) -> None:
        """End it and all that it started, and remove its folder."""
        # the first process of a namespace takes all the others with it
        for process in [self.first, *([] if self.walled else self.processes()[1:])]:
            _signal(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        deadline = time.monotonic() + 5
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.005)
        if self.trusted is not None:
            self.trusted.wait()
        self.channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _signal(process: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(process, number)


class ForkServer:
    """A fork server behind bubblewrap's walls; use as a context manager, or call `close`.

    It goes on importing after it was made; `launch` waits until it is ready.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        jail.require()
        self._jobs = Path(tempfile.mkdtemp(prefix="llmbook-"))  # short: a socket's path is bounded
        self._number = 0
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            jail.command(self._jobs),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=jail.environment() if jail.availability().engine is None else None,
            cwd="/",
            text=True,
        )
        self._ready, self._failure = False, ""
        self._say([*ALWAYS, *MODULES, *modules])

    def _say(self, message: Any) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise SandboxError(f"the fork server has ended: {self._complaint()}") from error

    def ready(self) -> None:
        """Wait until it can fork kernels.

        Raises:
            SandboxError: it did not start; whoever asks again hears the same.
        """
        with self._lock:
            if self._failure:
                raise SandboxError(self._failure)
            if not self._ready:
                self._await_ready()
                self._ready = True

    def _await_ready(self) -> None:
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        if not ready or self._process.stdout.readline().strip() != "ready":
            self._failure = f"expected the fork server to start, but: {self._complaint()}"
            self.close()
            raise SandboxError(self._failure)

    def _complaint(self) -> str:
        if self._process.poll() is None:
            self._process.kill()
        assert self._process.stderr is not None
        return self._process.stderr.read()[-2000:].strip() or "it said nothing"

    def load(self, modules: Sequence[str]) -> None:
        """Import more modules in the server, for the kernels to come."""
        self._say({"load": list(modules)})

    def launch(self, files: Mapping[str, bytes], limits: Limits, slot: int = 0) -> Kernel:
        """Fork a kernel whose working folder holds copies of `files`.

        Raises:
            SandboxError: it did not start.
        """
        self.ready()
        with self._lock:
            self._number += 1
            name = str(self._number)
        folder = self._jobs / name
        sockets = folder / "sockets"
        sockets.mkdir(parents=True)
        sockets.chmod(0o755)
        write_files(folder / "files", files)
        key = secrets.token_hex(16)
        info = kernel.connection(Path("/run/kernel"), key)
        kernel.write_connection(sockets / kernel.CONNECTION, info)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(sockets / "agent"))
            listener.listen(1)
            self._say(
                {
                    "name": name,
                    "user": jail.kernel_user(slot),
                    "memory_mb": limits.memory_mb,
                    "processes": limits.processes,
                    "file_mb": limits.file_mb,
                    "disk_mb": limits.disk_mb,
                    "seconds": limits.total_seconds,
                    "folders": [str(folder) for folder in jail.shown_folders()],
                }
            )
            return _welcome(listener, folder, key)

    def close(self) -> None:
        """End the server and every kernel of it."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()  # then it ends by itself, in a container too
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        shutil.rmtree(self._jobs, ignore_errors=True)

    def __enter__(self) -> "ForkServer":
        self.ready()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Lay out a submission's files for its kernel."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _welcome(listener: socket.socket, folder: Path, key: str) -> Kernel:
    listener.settimeout(KERNEL_SECONDS)
    try:
        channel, _ = listener.accept()
        channel.settimeout(KERNEL_SECONDS)
        peer = channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        (first,) = struct.unpack_from("i", peer)
        (folder / "sockets" / "agent").unlink()
        while True:
            message = agent.receive(channel)
            if "failed" in message:
                raise SandboxError(f"the kernel did not start: {message['failed']}")
            if "ready" in message:
                return Kernel(folder, channel, first, key)
    except (TimeoutError, ConnectionError) as error:
        raise SandboxError(f"expected a kernel, got none: {error}") from error


def launch_trusted(files: Mapping[str, bytes]) -> Kernel:
    """A kernel without any walls, with our own rights (`--trust-submissions`)."""
    from jupyter_client.connect import write_connection_file

    folder = Path(tempfile.mkdtemp(prefix="llmbook-"))
    (folder / "sockets").mkdir()
    write_files(folder / "files", files)
    key = secrets.token_hex(16)
    write_connection_file(str(folder / "sockets" / kernel.CONNECTION), key=key.encode())
    token = secrets.token_hex(16)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp:{listener.getsockname()[1]}:{token}"
        process = subprocess.Popen(
            [sys.executable, "-m", kernel.__name__, str(folder / "sockets"), address],
            cwd=folder / "files",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "NBGRADER_EXECUTION": "autograde"},
        )
        listener.settimeout(START_SECONDS)
        channel, _ = listener.accept()
    channel.settimeout(START_SECONDS)
    if not secrets.compare_digest(channel.recv(len(token), socket.MSG_WAITALL).decode(), token):
        raise SandboxError("somebody else answered in the kernel's place")
    agent.receive(channel)  # "ready"
    launched = Kernel(folder, channel, process.pid, key)
    launched.trusted = process
    return launched
