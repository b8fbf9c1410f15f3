"""`llmbook doctor`: what works on this machine, and why something does not."""

import importlib.metadata
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from llmbook_utils.course import course_root

# what each program is for, the names under which it goes, and how to get it
PROGRAMS = {
    "chromium": (
        "the browser tests",
        ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge"),
        "install it (Debian, Ubuntu: apt install chromium), or set CHROMIUM to a browser's path",
    ),
    "npm": ("fonts and KaTeX for the book", ("npm",), "without it, a wheel brings npm along"),
    "alembic": ("creating nbgrader's gradebook", ("alembic",), "run the set-up again (make setup)"),
}
# how a process ends that meets an unknown instruction: SIGILL, or Windows' status for it
DIED = {-getattr(signal, "SIGILL", 4), 0xC000001D, -0x3FFFFFE3}
TORCH = """import torch
torch.ones(64, 64) @ torch.ones(64, 64)
print(torch.__version__, torch.backends.cpu.get_cpu_capability())"""


def pinned_versions(requirements: Path) -> dict[str, str]:
    """Package name → the exact version that `requirements` names for this platform."""
    from packaging.markers import Marker

    line = r"^([A-Za-z0-9_.-]+)==([^\s;]+)[ \t]*(?:;[ \t]*(.+))?$"
    found = re.findall(line, requirements.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        name: version for name, version, marker in found if not marker or Marker(marker).evaluate()
    }


def version_lines(pins: dict[str, str]) -> list[tuple[bool, str]]:
    """One (fine, text) a package: installed, and in the version that was tested."""
    lines = []
    for name, wanted in pins.items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            lines.append((False, f"{name}: not installed; run the set-up again (make setup)"))
            continue
        same = found.split("+")[0] == wanted  # torch 2.13.0+cpu is 2.13.0
        note = "" if same else f", but {wanted} was tested: run the set-up again (make setup)"
        lines.append((same, f"{name} {found}{note}"))
    return lines


def torch_line() -> tuple[bool, str]:
    """(fine, text): whether torch computes here; tried in a process of its own, which may die."""
    done = subprocess.run([sys.executable, "-c", TORCH], capture_output=True, text=True)
    if done.returncode == 0:
        version, capability = done.stdout.split()
        slow = "; without AVX2 training takes several times longer" * (capability == "DEFAULT")
        return True, f"torch {version} computes, with {capability} instructions{slow}"
    if done.returncode in DIED:
        return False, (
            "torch: this processor lacks instructions that its wheel is built for (AVX): use a "
            "newer machine, Colab or Binder, or a wheel that was built for this processor"
        )
    said = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
    return False, f"torch does not start: {said}; run the set-up again (make setup)"


def python_line() -> tuple[bool, str]:
    """(fine, text): whether the course runs on this Python."""
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return True, f"Python {version}"
    return False, (
        f"Python {version}: the course runs on 3.11, 3.12 and 3.13; install one of them, delete "
        ".venv, and name it once: make setup PYTHON=/path/to/python3.12"
    )


def kernel_line() -> tuple[bool, str]:
    """(fine, text): where CUDA kernels run on this machine, and why there."""
    from llmbook_utils.gpu import backend

    found = backend()
    return found.usable, f"CUDA: {found.reason}"


def report() -> int:
    """Print the report; the exit status is 0 when nothing the course needs is missing."""
    root = course_root()
    supported, text = python_line()
    print(f"{platform.system()} {platform.machine()}, {sys.executable}")
    print(f"  {'ok' if supported else '!!'}  {text}")
    print(f"  {os.cpu_count()} processor cores; the chapters use one thread")
    print("\nPackages")
    versions = version_lines(pinned_versions(root / "requirements.txt"))
    for fine, text in versions:
        print(f"  {'ok' if fine else '!!'}  {text}")
    print("\nPrograms")
    for name, (purpose, aliases, remedy) in PROGRAMS.items():
        found = next(filter(None, map(shutil.which, aliases)), None)
        text = found or f"not found; {remedy}"
        print(f"  {'ok' if found else '--'}  {name} ({purpose}): {text}")
    computes, text = torch_line()
    print(f"  {'ok' if computes else '!!'}  {text}")
    kernels, text = kernel_line()
    print(f"  {'ok' if kernels else '!!'}  {text}")
    from llmbook_utils.grading.sandbox.jail import availability

    sandbox = availability()
    print(f"  {'ok' if sandbox.possible else '--'}  sandbox: {sandbox.reason} (grading)")
    healthy = supported and computes and kernels and all(fine for fine, _ in versions)
    print(
        "\nEverything the course needs is here." if healthy else "\nSee the lines marked !! above."
    )
    return 0 if healthy else 1
