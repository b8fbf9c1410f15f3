"""The files that Binder, the development container and the publishing workflow read."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from llmbook_utils.authoring import launch

ROOT = Path(__file__).resolve().parents[1]


def test_binder_installs_the_tested_versions() -> None:
    folder = ROOT / ".binder"
    assert {path.name for path in folder.iterdir()} == {"postBuild", "runtime.txt", "start"}
    version = re.fullmatch(r"python-(3\.\d+)\n", (folder / "runtime.txt").read_text())
    assert version is not None
    assert version[1] in {"3.11", "3.12", "3.13"}
    script = (folder / "postBuild").read_text(encoding="utf-8")
    assert "pip install --no-cache-dir -c constraints.txt -e .\n" in script
    assert script.index("--torch-backend cpu") < script.index("-e .")


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither bash nor executable bits")
def test_binder_asks_for_packages_that_there_are(tmp_path: Path) -> None:
    """Its script, run with programs that only say what they were asked for."""
    script = ROOT / ".binder" / "postBuild"
    assert script.stat().st_mode & stat.S_IXUSR
    for name in ("pip", "uv"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    said = subprocess.run(
        [script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"pip install --no-cache-dir uv==[\d.]+", said[0])
    assert said[1].startswith("uv pip install")
    assert said[1].split()[-1] in pinned  # torch, at the version that was tested


def test_the_package_asks_for_all_that_the_notebooks_import() -> None:
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for text in launch.requirements(ROOT):
        assert f'"{text}"' in package


THREADS_AND_SETTINGS = ["OMP_NUM_THREADS", "JUPYTER_CONFIG_PATH"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither bash nor executable bits")
def test_binder_starts_with_the_courses_settings(tmp_path: Path) -> None:
    start = ROOT / ".binder" / "start"
    assert start.stat().st_mode & stat.S_IXUSR
    show = f"import os; print(*map(os.environ.get, {THREADS_AND_SETTINGS}))"
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": "/etc/x"}
    done = subprocess.run(
        [start, sys.executable, "-c", show],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    threads, configs = done.stdout.split()
    assert threads == "1"
    ours, theirs = configs.split(":")
    assert theirs == "/etc/x"
    assert (Path(ours) / "labconfig" / "page_config.json").is_file()


def test_the_development_container_sets_up_the_course_for_an_ordinary_user() -> None:
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8")
    settings = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M))
    assert settings["remoteUser"] not in ("", "root")
    assert re.search(r"python:3\.1[123]$", settings["image"])
    command = settings["postCreateCommand"]
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert command.endswith("&& make setup TORCH=cpu")
    assert all(part.startswith(("sudo ", "make ")) for part in command.split(" && "))
    assert {"chromium", "bubblewrap"} <= set(command.split())
    assert {8888, 8000} == set(settings["forwardPorts"])
    for path in settings["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / path).is_file()


def workflow(name: str) -> dict:
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    return yaml.safe_load(text)


def test_publishing_takes_the_least_rights() -> None:
    ci, publish = workflow("ci.yml"), workflow("publish.yml")
    on = publish[True]  # YAML reads `on` as a truth value
    assert on["workflow_run"]["workflows"] == [ci["name"]]
    assert on["workflow_run"]["branches"] == ["main"]
    assert publish["permissions"] == {}
    build, push = publish["jobs"]["build"], publish["jobs"]["publish"]
    assert build["permissions"] == {"contents": "read"}
    assert push["permissions"] == {"contents": "write"}
    assert "event == 'push'" in build["if"]
    assert build["steps"][0]["with"]["persist-credentials"] is False
    runs = [step["run"] for step in push["steps"] if "run" in step]
    assert not any(word in run for run in runs for word in ("make", "python", "${{"))
    assert any(f"origin {launch.BRANCH}" in run for run in runs)
    for job in (*ci["jobs"].values(), *publish["jobs"].values()):
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]), step["uses"]
