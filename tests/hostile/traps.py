"""What the attacks reach for on the host, and how to see whether one got it.

    with Traps(course, folder) as traps:
        for each in ALL:
            each.write(traps.material, folder of the submission)
        traps.watch()
        ...  # grade
        assert not traps.sprung()
        assert not traps.leaks(whatever came back for one submission)

A classmate who has everything right is among the hand-ins; the id is random, so that it is seen
where it does not belong. Linux only.
"""

import contextlib
import json
import os
import secrets
import selectors
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from hostile.material import NOTE, REACHED, Material, exercise_names

SECRET = "HOSTILE_SECRET"  # in the environment of whoever grades
_SHARED = (
    *("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/usr", "/usr/local/bin"),
    *("/etc", "/etc/cron.d", "/var/spool/cron/crontabs"),
)


class Traps:
    """Secrets, listeners and a victim, beside a course folder; use as a context manager."""

    def __init__(self, course: Path, folder: Path) -> None:
        self._canary, self._home = folder / "canary", folder / "home"
        self._contacts: list[str] = []
        self._before: dict[str, tuple[int, int]] | None = None
        self._open = contextlib.ExitStack()
        self._sockets: list[socket.socket] = []
        self._course = course

    def __enter__(self) -> "Traps":
        for place in (self._canary, self._home / ".ipython" / "profile_default" / "startup"):
            place.mkdir(parents=True)
        for place in (self._canary, *self._home.rglob("*"), self._home):
            place.chmod(0o777)
        secret = f"classmate-{secrets.token_hex(6)}"
        os.environ[SECRET] = secret
        self._open.callback(os.environ.pop, SECRET, None)
        (self._home / ".netrc").write_text(f"machine llmbook password {secret}\n")
        # it waits for the end of its input, which comes at the latest when this process ends
        wait = [sys.executable, "-c", "import sys; sys.stdin.read()", "hostile-victim"]
        self._victim = self._open.enter_context(
            subprocess.Popen(wait, stdin=subprocess.PIPE, start_new_session=True)
        )
        self._open.callback(self._victim.kill)
        self.material = Material(
            self._course, self._canary, self._home, secret, self._listen(), self._victim.pid
        )
        place = self.material.classmate
        place.parent.mkdir(parents=True, exist_ok=True)
        perfect = self.material.partly(*exercise_names())
        perfect.cells[0].source += f"\n\n{secret}"
        place.write_text(json.dumps(perfect))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _listen(self) -> int:
        tcp = socket.create_server(("127.0.0.1", 0), backlog=100)
        port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", port))
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind(f"\0hostile-{port}")
        abstract.listen(100)
        stop, stopped = socket.socketpair()
        selector = self._open.enter_context(selectors.DefaultSelector())
        for each, kind in ((tcp, "TCP"), (udp, "UDP"), (abstract, "abstract"), (stopped, "stop")):
            self._open.enter_context(each)
            selector.register(each, selectors.EVENT_READ, kind)
        self._open.enter_context(stop)

        def serve() -> None:
            while True:
                for key, _ in selector.select():
                    listener = key.fileobj
                    assert isinstance(listener, socket.socket)
                    if key.data == "stop":
                        return
                    if key.data == "UDP":
                        listener.recvfrom(65536)
                    else:
                        listener.accept()[0].close()
                    self._contacts.append(key.data)

        server = threading.Thread(target=serve, name="traps", daemon=True)
        server.start()
        self._open.callback(server.join)
        self._open.callback(stop.sendall, b"stop")
        return port

    def watch(self) -> None:
        """Note how the course's files are now, after everything was handed in."""
        self._before = self._files()

    def _files(self) -> dict[str, tuple[int, int]]:
        found = {}
        for top in ("solutions", "exercises", "submitted", "nbgrader_config.py"):
            for path in (self._course / top, *sorted((self._course / top).rglob("*"))):
                with contextlib.suppress(FileNotFoundError):
                    status = path.lstat()
                    if not stat.S_ISDIR(status.st_mode):
                        found[str(path)] = (status.st_size, status.st_mtime_ns)
        return found

    def sprung(self) -> list[str]:
        """A sentence for each thing of the host that was touched; empty where none was.

        Raises:
            RuntimeError: `watch` was not called before.
        """
        if self._before is None:
            raise RuntimeError("expected watch() to be called before the hand-ins are graded")
        found = [f"{path} was written" for path in self._written()]
        after = self._files()
        found += [
            f"{path} was changed, made or removed"
            for path in sorted(self._before.keys() | after.keys())
            if self._before.get(path) != after.get(path)
        ]
        found += [f"something connected by {kind}" for kind in self._contacts]
        found += _left_behind(f"hostile-{self.material.port}")
        state = _state(self._victim.pid)
        if self._victim.poll() is not None or state in ("T", "t", "Z", ""):
            found.append(f"the victim was stopped, traced or killed: state {state or 'gone'}")
        return found

    def _written(self) -> list[Path]:
        places = [*map(Path, _SHARED), Path(tempfile.gettempdir()), Path(sys.prefix)]
        places += [Path(each) for each in sys.path if each.endswith("-packages")]
        for home in (self._home, Path.home()):
            folders = (".", ".ipython/profile_default/startup", ".jupyter", ".config/autostart")
            places += [home / folder for folder in folders]
        marked = {path for place in places for path in place.glob("*hostile?was?here*")}
        return sorted({*self._canary.rglob("*"), *marked})

    def leaks(self, text: str) -> list[str]:
        """What of the host, or of other hand-ins, stands in a text that came back."""
        return [word for word in (self.material.secret, REACHED, NOTE) if word in text]


def _state(pid: int) -> str:
    """The state letter of a process; "" where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _left_behind(name: str) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = (process / "comm").read_bytes() + (process / "cmdline").read_bytes()
            if name.encode() in told and _state(int(process.name)) != "Z":
                found.append(f"process {process.name} was left behind")
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)
    return found
