"""The walls around the fork server: bubblewrap's command line, and whether this machine has any.

What is inside: /usr, this Python and its packages, read-only; the package llmbook_utils; nothing of
the course, no gradebook, no home, no network, an environment of a few harmless variables.
"""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

FIRST_USER = 61_000  # user ids of the kernels where we are root; nothing else on a system has them
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


@functools.cache
def availability() -> Availability:
    """Try the walls once, with a command that does nothing."""
    program = shutil.which("bwrap")
    if sys.platform != "linux":
        return Availability(False, f"the sandbox needs Linux, and this is {sys.platform}")
    if program is None:
        return Availability(False, "bubblewrap (the program bwrap) is not installed")
    probe = [*_walls(program), "--", "/usr/bin/true"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    if done.returncode:
        return Availability(False, f"bubblewrap does not work here: {done.stderr.strip()[:300]}")
    who = "root" if os.getuid() == 0 else "an ordinary user"
    return Availability(True, f"bubblewrap at {program}, as {who}")


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
    program = shutil.which("bwrap") or "bwrap"
    package = Path(__file__).resolve().parents[2]
    line = _walls(program)
    for folder in _python_folders():
        line += [*_parents(folder), "--ro-bind", str(folder), str(folder)]
    line += [*_parents(package), "--ro-bind", str(package), str(package)]
    line += ["--bind", str(jobs), "/jobs", "--remount-ro", "/"]
    # -P -s: no folder of the student's is ever searched for modules of the server
    server = ["-s", "-P", "-m", "llmbook_utils.grading.sandbox.fork_server"]
    return [*line, "--", sys.executable, *server]


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
    """The user id of the kernel in this slot; None where only root could choose one."""
    return FIRST_USER + slot if os.getuid() == 0 else None


def _walls(program: str) -> list[str]:
    """bubblewrap's options, up to the folders of Python."""
    line = [program, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    if os.getuid() != 0:
        line += ["--unshare-user"]
    # the server needs these to build the inner walls; its kernels have none of them
    needed = ["SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "FOWNER"]
    for capability in [*needed, "KILL", "SYS_RESOURCE"]:
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
