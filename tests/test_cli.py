"""The `llmbook` command: what it understands, what it refuses, and how it says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from llmbook_utils import cli
from llmbook_utils.course import chapter_names, course_root

ROOT = Path(__file__).resolve().parents[1]


def test_course_root_is_found_from_inside_a_course() -> None:
    assert course_root(ROOT / "exercises") == ROOT


def test_course_root_outside_a_course_is_the_checkout(tmp_path: Path) -> None:
    assert course_root(tmp_path) == ROOT


def test_chapters_are_listed_in_order(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    for name in ("02_b.ipynb", "01_a.ipynb", "notes.ipynb", "01_a.txt"):
        (tmp_path / "chapters" / name).touch()
    assert chapter_names(tmp_path) == ["01_a", "02_b"]


def test_lab_hands_its_options_to_jupyterlab(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[list[str], Path]] = []
    monkeypatch.setattr(
        subprocess, "call", lambda command, cwd, env: calls.append((command, cwd)) or 0
    )
    with pytest.raises(SystemExit) as stopped:
        cli.main(["lab", "--port", "9999", "--no-browser"])
    assert stopped.value.code == 0
    ((command, folder),) = calls
    assert command[1:3] == ["-m", "jupyterlab"]
    assert command[-3:] == ["--port", "9999", "--no-browser"]
    assert folder == ROOT


def test_an_unknown_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["doctor", "--loud"])
    assert stopped.value.code == 2
    assert "--loud" in capsys.readouterr().err


def test_an_unknown_stage_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match=r"expected stages out of lint, types.*got spelling"):
        cli.main(["test", "spelling"])


def test_programs_beside_this_python_are_found() -> None:
    """nbgrader starts `alembic` by name, also when nobody activated the environment."""
    code = "import shutil, sys; from llmbook_utils import cli; sys.argv = ['llmbook', '--help']\n"
    code += "try: cli.main()\nexcept SystemExit: print(shutil.which('alembic'))"
    bare = {**os.environ, "PATH": os.defpath}
    output = subprocess.run(
        [sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=True
    ).stdout
    found = Path(output.splitlines()[-1])
    assert found.parent == Path(sys.executable).parent


def test_importing_the_package_is_cheap() -> None:
    """`import llmbook_utils` loads no other module of any weight (design: under 0.1 s)."""
    code = (
        "import sys; before = set(sys.modules); import llmbook_utils;"
        "print(sorted(set(sys.modules) - before))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == "['llmbook_utils']"
