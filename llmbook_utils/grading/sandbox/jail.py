"""The walls around the fork server, and whether this machine can build any.

bubblewrap builds them, or else a container engine (container.py). What is inside: /usr, this Python
and its packages, read-only; the package llmbook_utils; nothing of the course, no gradebook, no
home, no network, an environment of a few harmless variables.
"""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from llmbook_utils.grading.sandbox import container

# User ids of the kernels where we are root; nothing else on a system has them. Each run has a block
# of its own, since the limit on processes counts all of a user's: a fork bomb in one course is not
# to keep kernels of another from starting.
FIRST_USER, BLOCKS, BLOCK = 61_000, 20, 200
INSTALL = (
    "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap), "
    "or grade on a Linux machine or in a Linux container that has it"
)


class NoSandbox(ValueError):
    """There is nothing on this machine that could hold a hostile submission."""


@dataclass(frozen=True)
class Availability:
    """Whether submissions can be held, and why not."""

    possible: bool
    reason: str
    engine: str | None = None  # the container engine that takes bubblewrap's place


@functools.cache
def availability() -> Availability:
    """Try the walls once, with a command that does nothing."""
    if sys.platform != "linux":
        return Availability(False, f"the sandbox needs Linux, and this is {sys.platform}")
    who = "root" if os.getuid() == 0 else "an ordinary user"
    program = shutil.which("bwrap")
    if program is not None:
        refused = _refusal([*_walls(program), "--", "/usr/bin/true"])
        if refused is None:
            return Availability(True, f"bubblewrap at {program}, as {who}")
        problem = f"bubblewrap does not work here ({refused})"
    else:
        problem = "bubblewrap (the program bwrap) is not installed"
    engine = container.engine()
    if engine is None:
        return Availability(False, problem)
    refused = _refusal([*container.walls(engine), "/usr/bin/true"])
    if refused is None:
        return Availability(True, f"{engine}, as {who}: {problem}", engine)
    return Availability(False, f"{problem}, and neither does {engine} ({refused})")


def _refusal(probe: list[str]) -> str | None:
    """Why a command fails; None when it works."""
    try:
        done = subprocess.run(probe, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip()[-300:] or "it says nothing"


def require() -> None:
    """Refuse to go on without walls.

    Raises:
        NoSandbox: says what is missing and what to install.
    """
    found = availability()
    if not found.possible:
        raise NoSandbox(
            f"expected a sandbox for code that nobody has read, but {found.reason}: {INSTALL}. "
            "With --trust-submissions it runs with your own rights instead: use that only for "
            "code that you would run yourself"
        )


def command(jobs: Path) -> list[str]:
    """The command that starts the fork server; `jobs` is the folder for its kernels' folders."""
    folders = shown_folders()
    # -s -P: no folder of the student's is ever searched for modules of the server
    server = [sys.executable, "-s", "-P", "-m", "llmbook_utils.grading.sandbox.fork_server"]
    engine = availability().engine
    if engine is not None:
        return [*container.walls(engine, folders, jobs, environment()), *server]
    line = _walls(shutil.which("bwrap") or "bwrap")
    for folder in folders:
        line += [*_parents(folder), "--ro-bind", str(folder), str(folder)]
    return [*line, "--bind", str(jobs), "/jobs", "--remount-ro", "/", "--", *server]


def shown_folders() -> list[Path]:
    """What of the host is visible besides the system: Python, its packages, and this package."""
    return [*_python_folders(), Path(__file__).resolve().parents[2]]


def environment() -> dict[str, str]:
    """The variables that the fork server and its kernels see."""
    package = Path(__file__).resolve().parents[2]
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONPATH": str(package.parent),  # holds this one package in there
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": "/tmp",
        "USER": "student",
        "MPLCONFIGDIR": "/tmp/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")},
    }


def kernel_user(slot: int) -> int | None:
    """The user id of the kernel in this slot; None where only root could choose one.

    The run is our parent, which has started this worker.
    """
    block = os.getppid() % BLOCKS * BLOCK
    return FIRST_USER + block + slot % BLOCK if os.getuid() == 0 else None


def _walls(program: str) -> list[str]:
    """bubblewrap's options, up to the folders of Python."""
    line = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    if os.getuid() != 0:
        line += ["--unshare-user"]
    for capability in container.CAPABILITIES:
        line += ["--cap-add", f"CAP_{capability}"]
    line += ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        link = Path("/", name)
        if link.is_symlink():
            line += ["--symlink", os.readlink(link), str(link)]
        elif link.is_dir():
            line += ["--ro-bind", str(link), str(link)]
    for name in ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "fonts", "alternatives"):
        line += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    line += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
    for folder in ("/jobs", "/run", "/run/kernel", "/run/files"):
        line += ["--perms", "0755", "--dir", folder]
    return line


def _python_folders() -> list[Path]:
    """Every folder that this Python is made of, outermost only."""
    paths = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]}
    paths |= {Path(path) for path in sysconfig.get_paths().values() if Path(path).is_dir()}
    outside = [path.absolute() for path in paths if not path.is_relative_to("/usr")]
    return sorted(p for p in outside if not any(p != q and p.is_relative_to(q) for q in outside))


def _parents(folder: Path) -> list[str]:
    """Options that make the folders above `folder`, so that any user may pass through them."""
    line: list[str] = []
    for parent in reversed(folder.parents[:-1]):
        if not parent.is_relative_to("/usr"):
            line += ["--perms", "0755", "--dir", str(parent)]
    return line
