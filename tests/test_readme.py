"""The README says what is there: its commands exist, its tree is the tree."""

import re
import subprocess
from pathlib import Path

import pytest

from llmbook_utils.cli import parser

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = re.search(r"## What is where\n\n```\n(.*?)```", README, re.DOTALL)


def test_every_make_command_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)", README))
    assert named
    assert named <= targets


def test_every_llmbook_command_is_understood() -> None:
    usage = parser().format_help()
    for command in set(re.findall(r"llmbook(?:_utils)? ([a-z-]+)`", README)):
        assert re.search(rf"^    {command} ", usage, re.MULTILINE), command


def test_every_path_of_the_tree_exists() -> None:
    assert TREE is not None
    folder = ROOT
    for line in TREE[1].splitlines():
        names = re.split(r"\s{2,}", line.strip())[0].split()
        if not line.startswith("  "):  # a name on the left starts a folder of its own
            folder = ROOT / names[0]
            assert all((ROOT / name).exists() for name in names), line
        elif line[2] != " ":
            assert (folder / names[0]).exists(), line


def test_everything_at_the_top_is_in_the_tree() -> None:
    assert TREE is not None
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not tracked:
        pytest.skip("not a git checkout: nothing says which files are the course's")
    for name in {path.split("/")[0] for path in tracked}:
        if not name.startswith(".") or name in TREE[1]:
            assert re.search(rf"(^|\s){re.escape(name)}", TREE[1]), name
