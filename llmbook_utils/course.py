"""Where the course is: the folder with chapters/, exercises/ and nbgrader_config.py."""

from pathlib import Path


def course_root(start: Path | None = None) -> Path:
    """The course's top folder: `start` (default: the current folder) or the nearest one above it.

    Outside a course, the checkout from which the package was installed.

    Raises:
        FileNotFoundError: neither is a course.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / "nbgrader_config.py").is_file() and (folder / "chapters").is_dir():
            return folder
    raise FileNotFoundError(
        f"expected a course (nbgrader_config.py and chapters/) at or above {here}; found none"
    )


def chapter_names(root: Path) -> list[str]:
    """The chapters' names in order: every chapters/NN_name.ipynb without its ending."""
    return sorted(path.stem for path in (root / "chapters").glob("[0-9][0-9]_*.ipynb"))
