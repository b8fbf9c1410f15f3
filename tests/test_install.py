"""What is installed: exact pins, a universal lock that covers them, ranges in pyproject."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from llmbook_utils.doctor import pinned_versions, version_lines

ROOT = Path(__file__).resolve().parents[1]
PLATFORMS = [
    {"sys_platform": platform, "python_version": version, "python_full_version": f"{version}.1"}
    for platform in ("linux", "darwin", "win32")
    for version in ("3.11", "3.12", "3.13")
]


def requirements(name: str) -> list[Requirement]:
    """The requirements of a file, without its options and comments."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def test_every_requirement_is_an_exact_version_that_the_lock_has() -> None:
    locked = {str(r) for r in requirements("constraints.txt")}
    for requirement in requirements("requirements.txt"):
        assert str(requirement) in locked


@pytest.mark.parametrize("environment", PLATFORMS, ids=lambda e: "-".join(e.values()))
def test_the_lock_names_one_version_a_package_on_every_platform(
    environment: dict[str, str],
) -> None:
    names = [
        canonicalize_name(requirement.name)
        for requirement in requirements("constraints.txt")
        if requirement.marker is None or requirement.marker.evaluate(environment)
    ]
    assert len(names) == len(set(names))
    needed = {
        canonicalize_name(requirement.name)
        for requirement in requirements("requirements.txt")
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }
    assert needed <= set(names)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-gpu.txt"])
def test_every_install_path_uses_the_lock(name: str) -> None:
    assert "-c constraints.txt" in (ROOT / name).read_text(encoding="utf-8").splitlines()


def test_the_tested_versions_lie_in_the_packages_ranges() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tested = pinned_versions(ROOT / "requirements.txt")
    for requirement in map(Requirement, project["dependencies"]):
        assert tested[requirement.name] in requirement.specifier


def test_no_file_names_a_registry_by_address() -> None:
    """The lock must work wherever the course is installed from."""
    for name in ("requirements.txt", "requirements-gpu.txt", "constraints.txt"):
        assert not re.search(r"https?:", (ROOT / name).read_text(encoding="utf-8"))


def test_doctor_tells_missing_and_other_versions_from_tested_ones() -> None:
    lines = version_lines({"numpy": "0.1", "no-such-package": "1.0"})
    assert [fine for fine, _ in lines] == [False, False]
    assert "0.1 was tested" in lines[0][1]
    assert "not installed" in lines[1][1]
