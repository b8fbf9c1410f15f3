"""The exercises' notebooks: hidden tests are data, and the examples say what really comes out.

Hidden tests are data: each can run outside the process in which the student's code runs.

A hidden region imports what it needs, makes its own inputs and reference, and reaches the student's
work only as the function that it hands to `check.hidden`. So a trusted process can execute it with
a stand-in for that function, which sends plain inputs away and gets plain outputs back.
"""

import ast
import contextlib
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from llmbook_utils.check import CheckFailed
from llmbook_utils.grading.plan import free_names

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"


def regions() -> Iterator[tuple[str, str, str]]:
    """(assignment, grade_id, source) of every hidden region."""
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if BEGIN in cell.source:
                inside = cell.source.split(BEGIN)[1]
                assert END in inside, f"{path.stem}: {cell.id} has no {END}"
                yield path.stem, cell.metadata.nbgrader.grade_id, inside.split(END)[0]


REGIONS = list(regions())
# ways around the names, and out of plain data
REFLECTION = {"globals", "locals", "vars", "eval", "exec", "compile", "__import__", "open", "input"}
pytestmark = pytest.mark.filterwarnings(
    # the exercises' cells are run as they stand, as a notebook would; what they warn about is
    # tested where the notebooks are executed
    "default"
)


def handed_over(source: str) -> list[ast.expr]:
    """The first argument of every call of check.hidden."""
    return [
        node.args[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "check.hidden"
    ]


def test_the_name_finder_finds_free_names() -> None:
    assert free_names("import a\nb = a.c + d\ndef f(x):\n    return x + e + len(b)") == {"d", "e"}
    assert free_names("g = [h(i) for i in range(3)]\nf = lambda k: k + i") == {"h", "i"}


@pytest.mark.parametrize(("assignment", "name", "source"), REGIONS, ids=[r[1] for r in REGIONS])
def test_a_hidden_region_stands_on_its_own(assignment: str, name: str, source: str) -> None:
    functions = handed_over(source)
    assert functions, f"{name} never calls check.hidden"
    assert all(isinstance(node, ast.Name) for node in functions), (
        f"{name}: the first argument of check.hidden must be the student's function itself"
    )
    names = {node.id for node in functions}
    assert free_names(source) == names, f"{name} also uses {free_names(source) - names}"
    mentioned = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    reads = [each for each in mentioned if each in names]
    assert len(reads) == len(functions), f"{name} uses {names} outside check.hidden"
    assert not REFLECTION & set(mentioned), f"{name} uses {REFLECTION & set(mentioned)}"


def plain(value: Any) -> bool:
    """Arrays of numbers, numbers, strings, and lists, tuples and dictionaries of such."""
    if type(value) in (list, tuple):
        return all(map(plain, value))
    if type(value) is dict:
        return all(plain(k) and plain(v) for k, v in value.items())
    if type(value) is np.ndarray:
        return value.dtype.kind in "fiub"
    return value is None or type(value) in (bool, int, float, str) or isinstance(value, np.number)


@pytest.fixture(scope="module")
def solved() -> Callable[[str], dict[str, Any]]:
    """The names of an assignment's notebook, its reference solutions executed."""
    spaces: dict[str, dict[str, Any]] = {}

    def run(assignment: str) -> dict[str, Any]:
        if assignment not in spaces:
            space = spaces.setdefault(assignment, {"__name__": "__main__"})
            path = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
            for cell in nbformat.read(path, as_version=4).cells:
                marks = cell.metadata.get("nbgrader", {})
                if cell.cell_type == "code" and not marks.get("grade"):
                    with contextlib.redirect_stdout(io.StringIO()) as printed:
                        exec(compile(cell.source, cell.id, "exec"), space)
                    space[f"printed by {cell.id}"] = printed.getvalue()
        return spaces[assignment]

    return run


@pytest.mark.parametrize(("assignment", "name", "source"), REGIONS, ids=[r[1] for r in REGIONS])
def test_a_hidden_region_runs_with_a_stand_in(
    solved: Callable[[str], dict[str, Any]], assignment: str, name: str, source: str
) -> None:
    calls = []

    def stand_in_for(function: Callable[..., Any]) -> Callable[..., Any]:
        def stand_in(*args: Any) -> Any:
            assert plain(args), f"{name}: not plain data: {args!r:.200}"
            answer = function(*args)
            assert plain(answer), f"{name}: not plain data: {answer!r:.200}"
            calls.append(args)
            return answer

        stand_in.__name__ = function.__name__
        return stand_in

    names = {node.id for node in handed_over(source)}
    reference = solved(assignment)
    exec(source, {key: stand_in_for(reference[key]) for key in names})
    assert calls

    with pytest.raises(CheckFailed):
        exec(source, {key: lambda *args: None for key in names})


def examples() -> Iterator[tuple[str, str, str]]:
    """(assignment, id of the example's cell, the text that states its output)."""
    for path in sorted((ROOT / "solutions").glob("*/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.id.endswith("-example-text"):
                yield path.stem, cell.id.removesuffix("-text"), cell.source


EXAMPLES = list(examples())


@pytest.mark.parametrize(("assignment", "name", "text"), EXAMPLES, ids=[e[1] for e in EXAMPLES])
def test_an_example_prints_what_its_text_says(
    solved: Callable[[str], dict[str, Any]], assignment: str, name: str, text: str
) -> None:
    stated = re.findall("`([^`]+)`", text.split("Expected output")[1])
    printed = solved(assignment)[f"printed by {name}"]
    found = [fragment in printed for fragment in stated]
    alternatives = "` or `" in text
    assert any(found) if alternatives else all(found), f"{stated} stated, {printed!r} printed"
