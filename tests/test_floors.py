"""CONTRIBUTING's floors leave no module out, and a file of the package stays short.

`lint-imports` checks the imports of the modules that pyproject.toml names; here, that it names all.
"""

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

import llmbook_utils

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(llmbook_utils.__file__).parent
LONGEST = 350  # lines
CONTRACTS = {
    contract["name"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
LAYERS = CONTRACTS["Lower floors never import higher ones"]["layers"]  # from the top down
FLOORS = [re.split(r"\s*[|:]\s*", layer) for layer in LAYERS]


def below(name: str) -> set[str]:
    """The modules on the floors under that of this one."""
    (at,) = [number for number, floor in enumerate(FLOORS) if name in floor]
    return {module for floor in FLOORS[at + 1 :] for module in floor}


def test_every_module_stands_on_one_floor() -> None:
    modules = {module.name for module in pkgutil.iter_modules([str(PACKAGE)])} - {"__main__"}
    named = sorted(module for floor in FLOORS for module in floor)
    assert named == sorted(modules)


def test_the_table_for_contributors_has_every_module() -> None:
    rows = re.findall(r"^  \| .+", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M)
    written = {name for row in rows for name in re.findall(r"`(\w+)", row.split("|")[2])}
    assert {module for floor in FLOORS for module in floor} <= written


@pytest.mark.parametrize(
    ("contract", "floor"),
    [
        ("Only the desk touches nbgrader", "grading"),
        ("Ground, models, training and alignment draw nothing", "figures"),
        ("Only gpu touches cupy or a compiler", "grading"),
    ],
)
def test_what_is_forbidden_below_a_floor_is_forbidden_to_all_below(
    contract: str, floor: str
) -> None:
    sources = set(CONTRACTS[contract]["source_modules"])
    assert {f"llmbook_utils.{module}" for module in below(floor) - {"gpu"}} <= sources


def test_no_file_of_the_package_is_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert len(lengths) > 100
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}
