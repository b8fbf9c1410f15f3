"""`llmbook doctor`: what works on this machine, and why something does not."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from pathlib import Path

from llmbook_utils.course import course_root

# what each program is for, and the names under which it goes
PROGRAMS = {
    "chromium": ("the browser tests", ("chromium", "chromium-browser", "google-chrome", "chrome")),
    "npm": ("MathJax for the book (without it, a wheel that brings npm is installed)", ("npm",)),
    "alembic": ("creating nbgrader's gradebook", ("alembic",)),
}


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


def kernel_line() -> tuple[bool, str]:
    """(fine, text): where CUDA kernels run on this machine, and why there."""
    from llmbook_utils.gpu import backend

    found = backend()
    return found.usable, f"CUDA: {found.reason}"


def report() -> int:
    """Print the report; the exit status is 0 when nothing the course needs is missing."""
    root = course_root()
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    print(f"  {sys.executable}")
    print(f"  {os.cpu_count()} processor cores; the chapters use one thread")
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    if not supported:
        print("  NOT SUPPORTED: the course runs on Python 3.11, 3.12 and 3.13")
    print("\nPackages")
    versions = version_lines(pinned_versions(root / "requirements.txt"))
    for fine, text in versions:
        print(f"  {'ok' if fine else '!!'}  {text}")
    print("\nPrograms")
    for name, (purpose, aliases) in PROGRAMS.items():
        found = next(filter(None, map(shutil.which, aliases)), None)
        print(f"  {'ok' if found else '--'}  {name}: {found or 'not found'} ({purpose})")
    kernels, text = kernel_line()
    print(f"  {'ok' if kernels else '!!'}  {text}")
    from llmbook_utils.grading.sandbox.jail import availability

    sandbox = availability()
    print(f"  {'ok' if sandbox.possible else '--'}  sandbox: {sandbox.reason} (grading)")
    healthy = supported and kernels and all(fine for fine, _ in versions)
    print(
        "\nEverything the course needs is here." if healthy else "\nSee the lines marked !! above."
    )
    return 0 if healthy else 1
