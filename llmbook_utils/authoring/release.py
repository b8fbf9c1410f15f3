"""Write exercises/NAME anew from solutions/NAME, or say how the two differ.

The work is nbgrader's own `generate_assignment`, with the course's nbgrader_config.py, so that the
plain command gives the same bytes. It happens in a temporary folder and without a gradebook: an
instructor's is not touched, and one with submissions in it does not stand in the way.
"""

import difflib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmbook_utils.course import course_root

SOURCE, RELEASE = "solutions", "exercises"


def assignments(root: Path) -> list[str]:
    """The names of all assignments: every folder of solutions/ with a notebook of its name."""
    return sorted(path.stem for path in (root / SOURCE).glob("*/*.ipynb") if _is_main(path))


def _is_main(path: Path) -> bool:
    return path.stem == path.parent.name


def generate(assignment: str, root: Path) -> dict[str, str]:
    """What nbgrader makes of solutions/`assignment`: relative path → text, with `\\n` line ends.

    Raises:
        FileNotFoundError: there is no such assignment.
        nbgrader.converters.base.NbGraderException: nbgrader refuses the source, and says why.
    """
    source = root / SOURCE / assignment
    if not (source / f"{assignment}.ipynb").is_file():
        raise FileNotFoundError(
            f"expected {SOURCE}/{assignment}/{assignment}.ipynb; there is "
            + (", ".join(assignments(root)) or "no assignment")
        )
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import PyFileConfigLoader

    with tempfile.TemporaryDirectory(prefix="llmbook-release-") as folder:
        course = Path(folder).resolve()
        shutil.copytree(
            source, course / SOURCE / assignment, ignore=shutil.ignore_patterns(".ipynb*")
        )
        config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
        config.CourseDirectory.root = str(course)
        config.GenerateAssignment.no_database = True  # as the option --no-db does
        config.SaveCells.enabled = False
        config.CourseDirectory.assignment_id = assignment
        config.CourseDirectory.student_id = "."
        directory = CourseDirectory(config=config)
        converter = GenerateAssignment(coursedir=directory, config=config)
        converter.log = logging.getLogger("llmbook.release")
        here = os.getcwd()
        try:
            converter.start()
        finally:
            os.chdir(here)
        released = course / RELEASE / assignment
        return {
            path.relative_to(released).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(released.rglob("*"))
            if path.is_file()
        }


def differences(assignment: str, root: Path) -> str:
    """A diff from exercises/`assignment` to what it should be; empty when it is up to date."""
    expected = generate(assignment, root)
    folder = root / RELEASE / assignment
    found = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() in expected
    }
    extra = sorted(path.name for path in folder.glob("*.ipynb") if path.name not in expected)
    parts = [f"{RELEASE}/{assignment}/{name}: no source for it in {SOURCE}/\n" for name in extra]
    for name, text in expected.items():
        if found.get(name) != text:
            parts += difflib.unified_diff(
                found.get(name, "").splitlines(keepends=True),
                text.splitlines(keepends=True),
                f"{RELEASE}/{assignment}/{name}",
                f"{RELEASE}/{assignment}/{name} (from {SOURCE}/)",
            )
    return "".join(parts)


def write(assignment: str, root: Path) -> list[Path]:
    """Write exercises/`assignment`; returns the files that changed. Nothing is deleted."""
    changed = []
    for name, text in generate(assignment, root).items():
        path = root / RELEASE / assignment / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        changed.append(path)
    return changed


def main(chapters: Sequence[str] = (), *, check: bool = False) -> int:
    """`llmbook release`: write the named assignments (default: all), or only compare with `check`.

    Returns the exit status: 0 when all is up to date or was written, 1 when `check` finds a
    difference.
    """
    root = course_root()
    stale = False
    for assignment in chapters or assignments(root):
        name = Path(assignment).name  # `solutions/01_training_basics/` means the same
        if check:
            difference = differences(name, root)
            stale = stale or bool(difference)
            print(f"{RELEASE}/{name}: {'STALE' if difference else 'up to date'}")
            if difference:
                sys.stdout.write(difference)
                print(f"\nRun `llmbook release {name}` and commit what it writes.")
        else:
            changed = write(name, root)
            print(f"{RELEASE}/{name}: {'written' if changed else 'was up to date'}")
    return int(stale)
