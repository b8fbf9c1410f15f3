"""Where a reader can run a chapter without installing anything, and the copies that Colab opens.

All of it hangs on one setting, the course's address on GitHub: the environment variable
LLMBOOK_REPOSITORY (``owner/name`` or a URL), else GITHUB_REPOSITORY, which GitHub's own builds set,
else the remote ``origin`` of this checkout. Without an address there is nothing to link to.

Binder and Codespaces build the repository itself. Colab opens one notebook, where the package is
missing. So the build writes a copy of each chapter and assignment with one cell before the others,
which gets the course at this commit; the copies are published with the book.
"""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from llmbook_utils.course import chapter_names

FOLDER = "colab"  # of the copies, in the built book
BRANCH = "gh-pages"  # where .github/workflows/publish.yml puts the built book
# What the chapters need, by the names of pip, but for two that Colab has and that stay as they
# are: PyTorch, and ipywidgets, of which Colab's pages show version 7 only. `tests/test_launch.py`
# compares this list with what the notebooks and the package import.
NEEDED = (
    "altair",
    "anywidget",
    "filelock",
    "jaxtyping",
    "matplotlib",
    "numpy",
    "scikit-learn",
    "vl-convert-python",
    "ziglang",
)
FIRST_CELL = """\
#@title Run this first: it brings the course to Colab (about a minute)
# One cell that the chapter on your own machine does not have. It gets the course at
# the version of the book, and those packages that Colab lacks; its PyTorch stays.
import importlib.util
import os
import subprocess
import sys

ADDRESS = "@ADDRESS@"
VERSION = "@VERSION@"
PACKAGES = @PACKAGES@

if importlib.util.find_spec("llmbook_utils") is None:
    course = os.path.abspath("llmbook")
    git = ["git", "-C", course]
    for command in (
        ["git", "init", "-q", course],
        [*git, "fetch", "-q", "--depth", "1", ADDRESS, VERSION],
        [*git, "checkout", "-q", "FETCH_HEAD"],
        [sys.executable, "-m", "pip", "install", "-q", *PACKAGES],
    ):
        subprocess.run(command, check=True)
    sys.path.insert(0, course)
    importlib.invalidate_caches()
import llmbook_utils

print("The course is here:", os.path.dirname(llmbook_utils.__path__[0]))
"""


def parse_address(text: str) -> str | None:
    """``owner/name`` of a repository on GitHub, from that form or from a git or web address."""
    name = r"([\w.-]+/[\w.-]+?)(?:\.git)?/?"
    on_github = rf"(?:https://(?:[^@/]+@)?github\.com/|(?:ssh://)?git@github\.com[:/]){name}"
    found = re.fullmatch(on_github, text) or re.fullmatch(name, text)
    return found[1] if found else None


def address(root: Path) -> str | None:
    """The course's ``owner/name`` on GitHub, or None where it has no address.

    Raises:
        ValueError: an environment variable names something that is not a repository on GitHub.
    """
    for variable in ("LLMBOOK_REPOSITORY", "GITHUB_REPOSITORY"):
        if text := os.environ.get(variable, "").strip():
            if found := parse_address(text):
                return found
            raise ValueError(f"expected {variable} to be owner/name on GitHub, got {text!r}")
    remote = git(root, "remote", "get-url", "origin")
    return parse_address(remote) if "github.com" in remote else None


def git(root: Path, *arguments: str) -> str:
    """What git says about the checkout; nothing where this is none, or where there is no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def links(repository: str, name: str) -> list[tuple[str, str]]:
    """Texts and addresses for the chapter ``name``, in the order in which they are shown."""
    lesson, assignment = f"chapters/{name}.ipynb", f"exercises/{name}/{name}.ipynb"
    binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree"
    colab = f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/{FOLDER}"
    return [
        ("Binder", f"{binder}/{lesson}"),
        ("Binder: exercises", f"{binder}/{assignment}"),
        ("Colab", f"{colab}/{lesson}"),
        ("Colab: exercises", f"{colab}/{assignment}"),
        ("Codespaces", f"https://codespaces.new/{repository}?quickstart=1"),
    ]


def requirements(root: Path) -> list[str]:
    """What pip has to see to on Colab: our ranges, so that a package that fits is left alone."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (root / "requirements.txt").read_text(encoding="utf-8").splitlines()
    asked = [line for line in (*project["dependencies"], *pins) if not line.startswith(("-", "#"))]
    first = {re.split(r"[^\w.-]", line)[0]: line for line in reversed(asked)}
    return [first[name] for name in NEEDED]


def colab_copy(notebook: dict[str, Any], source: str, version: str, packages: list[str]) -> Any:
    """The notebook with one cell before its first, which gets the course from the git URL."""
    listed = json.dumps(packages, indent=4)[:-1] + "]"
    words = {"ADDRESS": source, "VERSION": version, "PACKAGES": listed}
    code = re.sub(r"@(ADDRESS|VERSION|PACKAGES)@", lambda found: words[found[1]], FIRST_CELL)
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "colab-course",
        "metadata": {"cellView": "form"},
        "outputs": [],
        "source": code.rstrip("\n").splitlines(keepends=True),
    }
    return {**notebook, "cells": [cell, *notebook["cells"]]}


def write_copies(root: Path, html: Path, repository: str | None) -> list[Path]:
    """Write Colab's copies into the built book, and take away those of an earlier build.

    Raises:
        ValueError: there is an address, but no commit that Colab could get from it.
    """
    shutil.rmtree(html / FOLDER, ignore_errors=True)
    if repository is None:
        return []
    version = git(root, "rev-parse", "HEAD") or os.environ.get("GITHUB_SHA", "")
    if not version:
        raise ValueError(f"expected a git checkout of {repository} at {root}; found no commit")
    source, packages = f"https://github.com/{repository}.git", requirements(root)
    names = [f"chapters/{name}.ipynb" for name in chapter_names(root)]
    names += [f"exercises/{name}/{name}.ipynb" for name in chapter_names(root)]
    for name in names:
        notebook = json.loads((root / name).read_text(encoding="utf-8"))
        copy = colab_copy(notebook, source, version, packages)
        target = html / FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(copy, indent=1, ensure_ascii=False) + "\n"
        target.write_text(text, encoding="utf-8", newline="\n")
    return [html / FOLDER / name for name in names]
