"""The fork server: has torch imported, and forks one walled-in kernel for each submission.

Runs inside bubblewrap (jail.py): a read-only system, no network, its own processes. On standard
input comes one JSON line for each kernel to start. Each kernel then gets, besides, namespaces of
its own (mounts, processes, network, IPC), a private /tmp, a user id of its own where the server is
root, resource limits, no capabilities, and a filter on system calls. Its first process does nothing
but wait for the kernel: when that ends, the Linux kernel ends everything left in the namespace, so
no daemon survives its submission.
"""

import contextlib
import copy
import functools
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

JOBS = Path("/jobs")  # one folder for each kernel: files/ and sockets/
SOCKETS = Path("/run/kernel")
FILES = Path("/run/files")
WORK = Path("/tmp/work")


def main() -> None:
    load(json.loads(sys.stdin.readline()))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave nothing behind
    print("ready", flush=True)
    # Python 3.12 warns about a fork in a process with threads; only torch's idle pool has one
    warnings.filterwarnings("ignore", message="This process", category=DeprecationWarning)
    for line in sys.stdin:
        job = json.loads(line)
        if "load" in job:
            load(job["load"])
        elif fork_first() == 0:
            try:
                stand_alone(job)
            finally:
                os._exit(1)


def load(modules: list[str]) -> None:
    """Import what the notebooks will import, so that no kernel has to."""
    for name in modules:
        if name == "matplotlib_inline.backend_inline":
            continue  # on its import it looks for a shell to draw in: that is the kernel's
        # what is not there is for the notebook's own import to find out
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    if "sklearn.datasets" in sys.modules:
        read_once(sys.modules["sklearn.datasets"])
    gc.collect()
    gc.freeze()  # a fork's garbage collector would copy every page by looking at it


def read_once(datasets: Any) -> None:
    """Have scikit-learn parse its digits once for all kernels: notebooks and tests ask for them.

    Everyone gets a copy, as always: the arrays of one cannot change those of another.
    """
    load_digits = datasets.load_digits
    if getattr(load_digits, "read_once", False):
        return
    digits = {X_y: load_digits(return_X_y=X_y) for X_y in (False, True)}

    @functools.wraps(load_digits)
    def load(*, n_class: int = 10, return_X_y: bool = False, as_frame: bool = False) -> Any:
        if n_class != 10 or as_frame or type(return_X_y) is not bool:
            return load_digits(n_class=n_class, return_X_y=return_X_y, as_frame=as_frame)
        return copy.deepcopy(digits[return_X_y])

    load.read_once = True  # type: ignore[attr-defined]
    datasets.load_digits = load


def fork_first() -> int:
    """Fork the first process of a new namespace of processes; 0 in that process.

    The server stays in its own: each fork of a process with torch in it costs 15 ms, so there is
    none in between.
    """
    from llmbook_utils.grading.sandbox import namespaces

    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    try:
        namespaces.unshare(namespaces.NEW_PIDS)  # for the processes that we fork from now on
        process = os.fork()
        if process:
            namespaces.join(own, namespaces.NEW_PIDS)
        return process
    finally:
        os.close(own)


def stand_alone(job: dict[str, Any]) -> None:
    """In the fork: leave the server's world, then let a child become the kernel."""
    from llmbook_utils.grading.sandbox import namespaces

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # standard input is the server's: jobs of others
        os.dup2(nothing, standard)
    os.setsid()
    kinds = namespaces.NEW_MOUNTS | namespaces.NEW_IPC | namespaces.NEW_UTS
    namespaces.unshare(kinds | namespaces.NEW_NETWORK)
    furnish(job)
    channel = greet(job)
    worker = os.fork()
    if worker == 0:
        _become_kernel(job, channel)
        os._exit(1)
    channel.close()
    namespaces.drop_privileges(job["user"])
    while True:
        ended, _ = os.wait()
        if ended == worker:
            os._exit(0)  # and with us everything in this namespace


def furnish(job: dict[str, Any]) -> None:
    """The kernel's own file system: private folders in memory, its sockets, its files."""
    from llmbook_utils.grading.sandbox.namespaces import (
        BIND,
        NO_DEVICES,
        NO_EXECUTION,
        NO_SUID,
        PRIVATE,
        RECURSIVE,
        memory_folder,
        mount,
    )

    mount("none", "/", None, PRIVATE | RECURSIVE)
    mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES | NO_EXECUTION)
    here = JOBS / job["name"]
    mount(str(here / "sockets"), str(SOCKETS), None, BIND)
    mount(str(here / "files"), str(FILES), None, BIND)
    memory_folder(str(JOBS), 1)  # the other kernels' folders are out of sight
    # Python may live below /tmp: what a private folder would hide is held open, and shown again
    held = [
        (folder, os.open(folder, os.O_PATH))
        for folder in job["folders"]
        if folder.startswith(("/tmp/", "/dev/shm/"))
    ]
    memory_folder("/tmp", job["disk_mb"])
    memory_folder("/dev/shm", job["disk_mb"])
    for folder, handle in held:
        os.makedirs(folder, exist_ok=True)
        mount(f"/proc/self/fd/{handle}", folder, None, BIND | RECURSIVE)
        os.close(handle)
    shutil.copytree(FILES, WORK)
    mount("none", str(FILES), "tmpfs", NO_SUID | NO_DEVICES, "size=4k,mode=0555")
    if job["user"] is not None:
        for folder, _, names in os.walk(WORK):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(path, job["user"], job["user"])
        os.chown(SOCKETS, job["user"], job["user"])


def greet(job: dict[str, Any]) -> Any:
    from llmbook_utils.grading.sandbox.kernel import meet

    return meet(f"unix:{SOCKETS / 'agent'}")


def _become_kernel(job: dict[str, Any], channel: Any) -> None:
    from llmbook_utils.grading.sandbox import agent, kernel, namespaces

    agent.inherit()
    try:
        os.setsid()
        agent.send(channel, {"here": True})
        os.chdir(WORK)
        # only this submission's name is worth nothing to it: the environment holds no secrets
        os.environ.update(
            HOME=str(WORK), IPYTHONDIR="/tmp/.ipython", NBGRADER_EXECUTION="autograde"
        )
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
        namespaces.limit(
            # a backstop behind the watchdog: the stacks of threads alone reserve a gigabyte
            memory_mb=2 * job["memory_mb"] + 2048,
            processes=job["processes"],
            file_mb=job["file_mb"],
            seconds=job["seconds"],
        )
        namespaces.drop_privileges(job["user"], own_entries=True)
        namespaces.refuse_system_calls()
        kernel.become_kernel(SOCKETS, channel)
    except BaseException as error:
        agent.send(channel, {"failed": f"{type(error).__name__}: {error}"})
        raise


if __name__ == "__main__":
    main()
