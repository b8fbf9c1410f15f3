"""The exercises' notebooks: hidden tests are data, and the examples say what really comes out.

Hidden tests are data: each can run outside the process in which the student's code runs.

A hidden region imports what it needs, makes its own inputs and reference, and reaches the student's
work only as the function that it hands to `check.hidden`. So a trusted process can execute it with
a stand-in for that function, which sends plain inputs away and gets plain outputs back.

Where the student's work is itself a text (a kernel's source), the region gets it by `check.text`,
and hands to `check.hidden` a function of the instructor's that is run apart (see grading/plan.py)
and has the text among its inputs. Both are stand-ins; between them the text is plain data.
"""

import ast
import contextlib
import functools
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from llmbook_utils.check import CheckFailed
from llmbook_utils.grading.plan import Plan, free_names

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


def handed_over(source: str, check: str) -> list[ast.expr]:
    """The first argument of every call of `check`: check.hidden or check.text."""
    return [
        node.args[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == check
    ]


def names_of(nodes: list[ast.expr]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def complaint(plan: Plan, source: str) -> str | None:
    """Why a hidden region cannot stand on its own; None when it can."""
    functions, texts = (handed_over(source, f"check.{name}") for name in ("hidden", "text"))
    if not functions:
        return "never calls check.hidden"
    if not all(isinstance(node, ast.Name) for node in functions + texts):
        return "the first argument of check.hidden and check.text must be a function's name itself"
    names = names_of(functions + texts)
    if free_names(source) != names:
        return f"also uses {free_names(source) ^ names}"
    mentioned = [node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    if sum(each in names for each in mentioned) != len(functions + texts):
        return f"uses {names} outside check.hidden and check.text"
    if reflection := REFLECTION & set(mentioned):
        return f"uses {reflection}"
    strange = names_of(functions) - plan.students_names - plan.apart.keys()
    strange |= names_of(texts) - plan.students_names
    if strange:
        return f"{strange} are neither the student's functions nor run apart"
    if bool(texts) != bool(names_of(functions) & plan.apart.keys()):
        return "a text from check.text is for a function that is run apart, and the other way round"
    return None


def test_the_name_finder_finds_free_names() -> None:
    assert free_names("import a\nb = a.c + d\ndef f(x):\n    return x + e + len(b)") == {"d", "e"}
    assert free_names("g = [h(i) for i in range(3)]\nf = lambda k: k + i") == {"h", "i"}


@functools.lru_cache
def plan_of(assignment: str) -> Plan:
    path = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    return Plan(assignment, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("assignment", "name", "source"), REGIONS, ids=[r[1] for r in REGIONS])
def test_a_hidden_region_stands_on_its_own(assignment: str, name: str, source: str) -> None:
    assert complaint(plan_of(assignment), source) is None, name


def small_plan() -> Plan:
    """A student's functions `answer` and `text`, the instructor's `weigh` and, run apart, `run`."""

    def cell(source: str, tags: tuple[str, ...] = (), **marks: bool) -> nbformat.NotebookNode:
        new = nbformat.v4.new_code_cell(source)
        new.metadata["tags"] = list(tags)
        plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
        new.metadata["nbgrader"] = {**plain, "grade_id": source[4:8], **marks}
        return new

    cells = [
        cell("def run(text, x):\n    return x", ("apart",), locked=True),
        cell("def weigh(x):\n    return x", locked=True),
        cell("def answer(x):\n    return x", solution=True),
        cell("def text():\n    return 'x'", solution=True),
    ]
    return Plan("small", nbformat.writes(nbformat.v4.new_notebook(cells=cells)))


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("check.hidden(answer, {}, abs)", None),
        ("x = check.text(text)\ncheck.hidden(run, {'a': (x, 1)}, abs)", None),
        ("assert answer(1)", "never calls"),
        ("f = answer\ncheck.hidden(f, {}, abs)", "also uses"),
        ("check.hidden(answer, {'a': [answer(1)]}, abs)", "outside"),
        ("check.hidden(lambda x: x, {}, abs)", "name itself"),
        ("x = check.text(lambda: text())\ncheck.hidden(run, {'a': (x, 1)}, abs)", "name itself"),
        ("check.hidden(run, {'a': (text(), 1)}, abs)", "also uses"),
        ("check.hidden(weigh, {}, abs)", "neither"),
        ("x = check.text(run)\ncheck.hidden(run, {'a': (x, 1)}, abs)", "neither"),
        ("x = check.text(text)\ncheck.hidden(answer, {'a': [x]}, abs)", "run apart"),
        ("check.hidden(run, {'a': ('x', 1)}, abs)", "run apart"),
        ("exec('1')\ncheck.hidden(answer, {}, abs)", "exec"),
    ],
)
def test_the_rule_for_hidden_regions(source: str, wrong: str | None) -> None:
    found = complaint(small_plan(), "from llmbook_utils import check\n" + source)
    assert found is None if wrong is None else wrong in str(found)


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

    functions, texts = (names_of(handed_over(source, f"check.{n}")) for n in ("hidden", "text"))
    names = functions | texts
    reference = solved(assignment)
    exec(source, {key: stand_in_for(reference[key]) for key in names})
    assert len(calls) > len(texts)

    nothing = {key: lambda *args: None for key in names}
    with pytest.raises(CheckFailed):
        exec(source, dict(nothing))
    with pytest.raises(CheckFailed):  # a text is there, and what is made of it is wrong
        exec(source, nothing | {key: reference[key] for key in texts})


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
