"""The sandbox: real kernels, behind walls, with limits; and two of one server know nothing of
each other."""

import asyncio
import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbformat.v4 import new_code_cell, new_notebook

from llmbook_utils.grading.execute import APART
from llmbook_utils.grading.judge import Stopped, TimedOut
from llmbook_utils.grading.result import CRASHED, OUT_OF_MEMORY, TIMEOUT, Limits
from llmbook_utils.grading.sandbox import jail, kernel, provisioner
from llmbook_utils.grading.sandbox.server import ForkServer
from llmbook_utils.grading.session import Session

needs_walls = pytest.mark.skipif(
    not jail.availability().possible, reason=f"no sandbox: {jail.availability().reason}"
)
LIMITS = Limits(cell_seconds=2.0, total_seconds=60.0, memory_mb=512)
PATIENT = replace(LIMITS, cell_seconds=20.0, total_seconds=300.0)  # where no limit in time is meant


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer(["torch"]) as server:
        yield server


class Notebook:
    """A session, and how to run code in it."""

    def __init__(self, server: ForkServer | None, slot: int = 0, limits: Limits = LIMITS) -> None:
        self.notebook = new_notebook()
        deadline = time.monotonic() + limits.total_seconds
        files = {"data/own.txt": b"mine"}
        self.session = Session(self.notebook, files, limits, server, slot, deadline)

    def __enter__(self) -> "Notebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.session.__exit__()

    def outputs(self, source: str) -> list[Any]:
        cell = new_code_cell(source)
        self.notebook.cells.append(cell)
        self.session.run_cell(cell, len(self.notebook.cells) - 1)
        return cell.outputs

    def text(self, source: str) -> str:
        """What a cell prints, or the error that it ends with."""
        return "".join(
            output.get("text", "") or output.get("evalue", "") for output in self.outputs(source)
        )


@pytest.fixture
def notebook(server: ForkServer) -> Iterator[Notebook]:
    with Notebook(server) as notebook:
        yield notebook


@pytest.fixture(scope="module")
def refusing(server: ForkServer) -> Iterator[Notebook]:
    """One kernel for all that is refused: each attempt leaves it as it was, or the next one fails.

    It has the last slot of its own: kernels of other tests come and go beside it.
    """
    with Notebook(server, slot=5, limits=replace(PATIENT, total_seconds=600.0)) as notebook:
        yield notebook


# --- a real kernel --------------------------------------------------------------------------------


@needs_walls
def test_the_file_of_a_cell_is_known_at_once() -> None:
    known = kernel.FilesOfModules({"/a.py": "a"})
    cell = os.path.join(os.sep, "tmp", "ipykernel_7", "123.py")
    assert "/a.py" in known
    assert cell in known
    assert (known["/a.py"], known[cell]) == ("a", "__main__")
    assert "/b.py" not in known
    assert None not in known
    with pytest.raises(KeyError, match=r"b\.py"):
        known["/b.py"]


def test_it_is_a_real_kernel(notebook: Notebook) -> None:
    assert "2 loops" in notebook.text("%timeit -n2 -r1 1 + 1")
    assert notebook.text("import asyncio\nawait asyncio.sleep(0.01)\nprint('slept')") == "slept\n"
    (shown,) = notebook.outputs("from IPython.display import HTML\nHTML('<b>b</b>')")
    assert shown.data["text/html"] == "<b>b</b>"
    (figure,) = notebook.outputs("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert figure.data["image/png"]
    (value,) = notebook.outputs("import torch\ntorch.ones(2) + 1")
    assert (value.output_type, value.data["text/plain"]) == ("execute_result", "tensor([2., 2.])")
    (error,) = notebook.outputs("1 / 0")
    assert error.ename == "ZeroDivisionError"
    assert notebook.text("print(len(In) > 3, _)") == "True tensor([2., 2.])\n"
    assert "StdinNotImplementedError" in str(notebook.outputs("input()"))


@needs_walls
def test_torch_is_there_before_the_student_asks(notebook: Notebook) -> None:
    assert notebook.text("import sys; print('torch' in sys.modules)") == "True\n"


@needs_walls
def test_the_files_handed_in_are_there_and_writable(notebook: Notebook) -> None:
    assert notebook.text("print(open('data/own.txt').read())") == "mine\n"
    assert notebook.text("open('data/new.txt', 'w').write('x'); print('ok')") == "ok\n"


@needs_walls
def test_the_provisioner_is_one_like_any_other(server: ForkServer) -> None:
    """jupyter_client finds it by its registered name."""
    manager = AsyncKernelManager()
    manager._kernel_spec = KernelSpec(
        argv=["python"],
        language="python",
        metadata={"kernel_provisioner": {"provisioner_name": provisioner.NAME}},
    )

    async def run() -> str:
        await manager.start_kernel(server=server)
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=20)
            printed: list[str] = []
            await client.execute_interactive(
                "import os; print(os.uname().nodename)",
                output_hook=lambda m: printed.append(m["content"].get("text", "")),
                timeout=10,
            )
            assert await manager.is_alive()
            return "".join(printed)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    assert asyncio.run(run()).strip() == "sandbox"
    assert not asyncio.run(manager.is_alive())


# --- walls ----------------------------------------------------------------------------------------

LOOK = """
import os, json, pathlib
status = dict(line.split(':\\t', 1) for line in open('/proc/self/status') if ':\\t' in line)
print(json.dumps({
    'user': os.getuid(), 'groups': os.getgroups(),
    'capabilities': [int(status[n].strip(), 16) for n in ('CapEff', 'CapPrm', 'CapBnd', 'CapInh')],
    'no new privileges': int(status['NoNewPrivs']), 'filter': int(status['Seccomp']),
    'environment': sorted(os.environ), 'root': sorted(os.listdir('/')),
    'processes': [p for p in os.listdir('/proc') if p.isdigit()],
    'interfaces': [line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line],
    'jobs': os.listdir('/jobs'), 'sockets': sorted(os.listdir('/run/kernel')),
    'files': os.listdir('/run/files'), 'descriptors': len(os.listdir('/proc/self/fd')),
}))
"""


@needs_walls
def test_what_can_be_seen_from_inside(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = json.loads(notebook.text(LOOK))
    if os.getuid() == 0:
        assert seen["user"] >= jail.FIRST_USER
        assert seen["groups"] == []
    assert seen["capabilities"] == [0, 0, 0, 0]
    assert seen["no new privileges"] == 1
    assert seen["filter"] == 2
    assert not {"SSH_AUTH_SOCK", "OLDPWD", "LOGNAME"} & set(seen["environment"])
    secret_names = [name for name in seen["environment"] if "TOKEN" in name or "KEY" in name]
    assert secret_names == []
    assert not {"home", "etc", "var", "mnt", "srv"} & set(seen["root"]) - {"etc"}
    assert len(seen["processes"]) == 2, "the first process of its namespace, and the kernel"
    assert seen["interfaces"] == ["lo"]
    assert seen["jobs"] == seen["files"] == []
    assert seen["sockets"] == ["connection.json", *(f"kernel-{n}" for n in range(1, 6))]


@needs_walls
@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("open('/usr/x', 'w')", "Read-only|Permission denied"),
        ("open('/x', 'w')", "Read-only|Permission denied"),
        ("import sys; open(sys.prefix + '/x', 'w')", "Read-only|Permission denied"),
        ("import os; os.setuid(0)", "not permitted|Invalid argument"),
        ("import os; os.kill(1, 9); print('sent')", "sent|not permitted"),
        ("import socket; socket.create_connection(('127.0.0.1', 22), 1)", "refused|unreachable"),
        ("import socket; socket.getaddrinfo('example.org', 80)", "failure|not known"),
        ("import os; os.unshare(os.CLONE_NEWUSER)", "not permitted|no attribute"),
        ("open('/proc/1/environ').read()", "Permission denied"),
        ("x = bytearray(9_000_000_000)", "^$"),  # a MemoryError has no text
        ("open('/proc/1/mem', 'rb').read(1)", "Permission denied|Input/output"),
        ("import os; os.listdir('/run/files/..'); os.mkdir('/run/files/x')", "Read-only|denied"),
        ("import os; os.mknod('/tmp/zero', 0o20666, os.makedev(1, 5))", "not permitted"),
    ],
)
def test_what_is_refused(refusing: Notebook, code: str, refusal: str) -> None:
    import re

    said = refusing.text(code)
    assert re.search(refusal, said), said
    assert refusing.text("print('alive')") == "alive\n"


@needs_walls
@pytest.mark.parametrize(
    ("call", "number"), [("unshare", 272), ("ptrace", 101), ("bpf", 321), ("mount", 165)]
)
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
def test_system_calls_that_no_exercise_needs(refusing: Notebook, call: str, number: int) -> None:
    code = (
        "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"print(libc.syscall({number}, 0x10000000, 0, 0, 0, 0), os.strerror(ctypes.get_errno()))"
    )
    assert refusing.text(code) == "-1 Operation not permitted\n"


@needs_walls
def test_two_kernels_of_one_server_know_nothing_of_each_other(server: ForkServer) -> None:
    leave = """
import os, builtins, pathlib, socket, subprocess, sys
for place in ('/tmp', '/dev/shm', '.'):
    pathlib.Path(place, 'note').write_text('from another')
builtins.note = os.environ['NOTE'] = 'from another'
listener = socket.socket(socket.AF_UNIX); listener.bind('\\0note'); listener.listen()
daemon = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
import numpy; numpy.note = 'from another'
print('left')
"""
    look = """
import builtins, os, pathlib, socket, numpy
found = [p for p in ('/tmp', '/dev/shm', '.') if pathlib.Path(p, 'note').exists()]
found += [n for n in ('builtins', 'numpy') if hasattr(globals()[n], 'note')]
found += ['environment'] if 'NOTE' in os.environ else []
try:
    socket.socket(socket.AF_UNIX).connect('\\0note'); found.append('socket')
except OSError:
    pass
others = [p for p in os.listdir('/proc') if p.isdigit() and p not in ('1', str(os.getpid()))]
print(found, others)
"""
    with Notebook(server, 1) as first, Notebook(server, 2) as second:
        assert first.text(leave) == "left\n"
        assert second.text(look) == "[] []\n"
        # and in the other direction, from the later one to the earlier
        assert second.text(leave.replace("note", "word").replace("NOTE", "WORD")) == "left\n"
        assert first.text(look.replace("note", "word").replace("NOTE", "WORD")).startswith("[] [")
        assert "word" not in first.text("import os; print(os.listdir('/tmp'), os.listdir('.'))")
        left = first.session._kernel.processes()
        assert len(left) == 2
    assert not any(psutil.pid_exists(process) for process in left), "a daemon was left behind"
    with Notebook(server, 1) as later:
        assert later.text(look) == "[] []\n"


# --- limits ---------------------------------------------------------------------------------------


@needs_walls
def test_a_cell_that_takes_too_long_is_interrupted_and_the_next_one_runs(
    notebook: Notebook,
) -> None:
    assert "stopped after 2 seconds" in notebook.text("x = 3\nwhile True:\n    pass")
    assert notebook.text("print(x)") == "3\n"


STUBBORN = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


@needs_walls
@pytest.mark.parametrize(
    ("code", "state"),
    [
        (STUBBORN, TIMEOUT),
        ("import os; os._exit(0)", CRASHED),
        ("import ctypes; ctypes.string_at(0)", CRASHED),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", CRASHED),
        (
            "import time\nx = []\nfor _ in range(90):\n"
            "    x.append(b'x' * 10_000_000)\n    time.sleep(0.01)",
            OUT_OF_MEMORY,
        ),
        (
            "import mmap, time\nx = mmap.mmap(-1, 700_000_000)\n"
            "for i in range(0, 700_000_000, 10_000_000):\n"
            "    x[i : i + 10_000_000] = b'x' * 10_000_000\ntime.sleep(2)",
            OUT_OF_MEMORY,
        ),
        (
            "for i in range(40):\n    open(f'/run/kernel/{i}', 'w').write('x')\n"
            "import time; time.sleep(2)",
            OUT_OF_MEMORY,
        ),
    ],
    ids=["stubborn", "exit", "segfault", "kill", "memory", "shared memory", "sockets"],
)
def test_what_takes_the_kernel_down_is_named(server: ForkServer, code: str, state: str) -> None:
    limits = replace(LIMITS, cell_seconds=1.0) if state == TIMEOUT else PATIENT
    with Notebook(server, limits=limits) as notebook:
        with pytest.raises(Stopped) as stopped:
            notebook.text(code)
        assert stopped.value.state == state, stopped.value.message


@needs_walls
def test_fork_bomb_disk_and_output_are_bounded(server: ForkServer) -> None:
    bomb = (
        "import os, time\n"
        "for _ in range(500):\n    if os.fork() == 0:\n        time.sleep(9); os._exit(0)"
    )
    with Notebook(server) as notebook:
        said = ""
        with contextlib.suppress(Stopped):
            said = notebook.text(bomb)
        verdict = notebook.session.watchdog.verdict
        assert "temporarily unavailable" in said or (verdict or "")[0] == OUT_OF_MEMORY
        assert len(notebook.session._kernel.processes()) <= LIMITS.processes + 2
    with Notebook(server) as notebook:
        assert "File too large" in notebook.text("open('/tmp/0', 'wb').write(bytes(99_000_000))")
        assert "No space" in notebook.text(
            "for i in range(10):\n    open(f'/tmp/{i}', 'wb').write(bytes(60_000_000))"
        )
        assert len(notebook.text("print('x' * 5_000_000)")) < 2 * LIMITS.output_kb * 1024
        assert notebook.text("print('more')") == "", "there was room for so much only"
    with Notebook(server) as notebook:
        # a message beyond all bounds is never read: no use in waiting long for what comes after it
        notebook.session._client.iopub_timeout = 1
        assert len(notebook.text("print('x' * 50_000_000)")) < 2 * LIMITS.output_kb * 1024


@needs_walls
def test_the_whole_run_is_bounded(server: ForkServer) -> None:
    limits = Limits(cell_seconds=30.0, total_seconds=2.0)
    with Notebook(server, limits=limits) as notebook, pytest.raises(Stopped) as stopped:
        notebook.text("import time; time.sleep(20)")
    assert (stopped.value.state, "more than 2 seconds" in stopped.value.message) == (TIMEOUT, True)


# --- calls for the tests --------------------------------------------------------------------------


@needs_walls
def test_calls_and_their_limits(notebook: Notebook) -> None:
    notebook.text("def f(x):\n    return 2 * x\ndef g():\n    while True:\n        pass\nh = 3")
    with notebook.session.calls() as ask:
        assert ask("f", [[1, 2]]).value == [1, 2, 1, 2]
        assert ask("h", []).not_callable == "3"
        with pytest.raises(NameError, match="'missing'"):
            ask("missing", [])
        with pytest.raises(TimedOut, match="stopped after 2 seconds"):
            ask("g", [])
    assert notebook.text("print(f(4))") == "8\n", "the kernel is there as before"
    notebook.text("def big():\n    return list(range(10**6))")
    with notebook.session.calls() as ask, pytest.raises(ValueError, match="too large"):
        ask("big", [])


@needs_walls
@pytest.mark.parametrize(
    "trick",
    [
        "agent.send(agent._channel, {'id': 99, 'performance': None})",
        "agent._channel.sendall(b'\\xff' * 64)",
        "agent._channel.close()",
        "agent.send(agent._channel, [[[]]])",
    ],
)
def test_an_agent_that_was_tampered_with_only_ends_its_own_run(
    server: ForkServer, trick: str
) -> None:
    with Notebook(server) as notebook:
        notebook.text(
            "from llmbook_utils.grading.sandbox import agent\n"
            f"def f():\n    for _ in range(20):\n        {trick}\n    return 1"
        )

        def call_twice() -> None:
            with notebook.session.calls() as ask:
                ask("f", [])
                ask("f", [])

        with pytest.raises(Stopped) as stopped:
            call_twice()
        assert stopped.value.state in (CRASHED, TIMEOUT)


# --- without walls --------------------------------------------------------------------------------


CONTAINERS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
cgroups = "no-conmon"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
"""


@pytest.mark.skipif(not all(map(shutil.which, ("podman", "runc"))), reason="needs podman and runc")
def test_a_container_engine_takes_the_place_of_bubblewrap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    for name in ("usr", "tmp", "run", "proc", "dev", "sys", "etc", "jobs"):
        (root / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (tmp_path / "containers.conf").write_text(CONTAINERS)
    monkeypatch.setenv("CONTAINERS_CONF", str(tmp_path / "containers.conf"))
    monkeypatch.setenv("LLMBOOK_SANDBOX_IMAGE", str(root))
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else which(name))
    jail.availability.cache_clear()
    try:
        found = jail.availability()
        if not found.possible:
            pytest.skip(f"podman does not work here: {found.reason}")
        assert "podman" in found.reason
        with ForkServer(["torch"]) as server, Notebook(server) as notebook:
            assert notebook.text("import torch; print(torch.ones(1) + 1)") == "tensor([2.])\n"
            seen = json.loads(notebook.text(LOOK))
            assert seen["capabilities"] == [0, 0, 0, 0]
            assert seen["interfaces"] == ["lo"]
            assert len(seen["processes"]) == 2
            assert "Read-only" in notebook.text("open('/usr/x', 'w')")
            assert "stopped after 2 seconds" in notebook.text("while True:\n    pass")
            notebook.text("def f(x):\n    return 2 * x")
            with notebook.session.calls() as ask:
                assert ask("f", [2]).value == 4
    finally:
        jail.availability.cache_clear()


def test_without_bubblewrap_it_refuses_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jail.availability.cache_clear()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    try:
        with pytest.raises(jail.NoSandbox, match=r"apt install bubblewrap.*--trust-submissions"):
            jail.require()
    finally:
        jail.availability.cache_clear()


def test_trusted_work_runs_without_walls() -> None:
    with Notebook(None) as notebook:
        assert notebook.text("import os; print(os.getpid())").strip().isdigit()
        notebook.text("def f(x):\n    return 2 * x")
        with notebook.session.calls() as ask:
            assert ask("f", [2]).value == 4
        assert "stopped after 2 seconds" in notebook.text("while True:\n    pass")
    assert nbformat.validate(notebook.notebook) is None


def test_each_slot_of_each_run_has_a_user_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on processes counts all of a user's, those of another run's kernels too."""
    monkeypatch.setattr(jail.os, "getuid", lambda: 0)
    users = set()
    for run in (4000, 4001):
        monkeypatch.setattr(jail.os, "getppid", lambda run=run: run)
        users |= {jail.kernel_user(slot) for slot in (0, 1, APART, APART + 1)}
    assert len(users) == 8
    assert all(jail.FIRST_USER <= user < 65_534 for user in users)
