"""The instructor's functions that take a student's work as data run in a kernel of their own."""

from dataclasses import asdict
from pathlib import Path

import nbformat
import pytest
from desk_course import DOUBLE, MEAN, NAME, fill, make_course, marked, test_cell
from nbformat.v4 import new_code_cell

from llmbook_utils.authoring import release
from llmbook_utils.grading import grade
from llmbook_utils.grading.ledger import NAME as LEDGER
from llmbook_utils.grading.ledger import Entry, Ledger
from llmbook_utils.grading.plan import Plan
from llmbook_utils.grading.result import CRASHED, GRADED, SUSPICIOUS, TIMEOUT, Limits
from llmbook_utils.grading.sandbox import jail

pytestmark = pytest.mark.skipif(
    not jail.availability().possible, reason=f"no sandbox: {jail.availability().reason}"
)

LIMITS = Limits(cell_seconds=3.0, total_seconds=40.0)
FORMULA = '''def formula():
    """A formula in x, as text."""
    ### BEGIN SOLUTION
    return "2 * x"
    ### END SOLUTION'''
IMPORTS = "import os"
EVALUATE = """def evaluate(text, x):
    return eval(text, {"x": x, "os": os})

def planted():
    return "trap" in globals()"""
TEST_FORMULA = """assert evaluate(formula(), 3) == 6, "expected 6 at 3"
assert not planted(), "a name of the student's got here"
assert evaluate(formula(), 4) == 8, "expected 8 at 4" """


def course_with_formula(folder: Path) -> Path:
    course = make_course(folder)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.GradeInSandbox.limits = {asdict(LIMITS)}\n")
    path = course / "solutions" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    apart = marked(new_code_cell(EVALUATE), "evaluate", locked=True)
    apart.metadata["tags"] = ["apart"]
    notebook.cells += [
        marked(new_code_cell(IMPORTS), "formula-imports", locked=True),
        apart,
        marked(new_code_cell(FORMULA), "formula", solution=True),
        test_cell("test_formula", TEST_FORMULA, 2),
    ]
    nbformat.write(notebook, path)
    return course


def hand_in(course: Path, student: str, released: str, formula: str) -> None:
    notebook = nbformat.reads(released, as_version=4)
    notebook = fill(notebook, double=DOUBLE, mean=MEAN, formula=formula)
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


WORK = {
    "right": 'def formula():\n    return "x + x"',
    "wrong": 'def formula():\n    return "x * x"',
    "forger": "import builtins\ntrap = 1\nbuiltins.eval = lambda *a: 8\n"
    "def evaluate(*a):\n    return 6\ndef formula():\n    return '6'",
    "deadly": 'def formula():\n    return "os.abort()"',
    "endless": 'def formula():\n    return "[0 for _ in iter(int, 1)]"',
    "snoop": "def formula():\n    return \"2 * x if os.getcwd() == '/tmp/work' else 0\"",
    "a_number": "def formula():\n    return 7",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = course_with_formula(tmp_path_factory.mktemp("apart") / "course")
    released = release.generate(NAME, course)[f"{NAME}.ipynb"]
    for student, formula in WORK.items():
        hand_in(course, student, released, formula)
    assert grade.grade(course, NAME, jobs=1, quiet=True).not_recorded == {}
    return course


def entry_of(course: Path, student: str) -> Entry:
    with Ledger(course / LEDGER) as ledger:
        entry = ledger.find(NAME, student)
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    ("student", "points", "says", "state"),
    [
        ("right", 2.0, "", GRADED),
        ("wrong", 0.0, "expected 6 at 3", GRADED),
        ("forger", 0.0, "expected 8 at 4", SUSPICIOUS),
        ("deadly", None, "the kernel died", CRASHED),
        ("endless", 0.0, "stopped after 3 seconds", TIMEOUT),
        ("snoop", 2.0, "", GRADED),
        ("a_number", 0.0, "TypeError", GRADED),
    ],
)
def test_what_is_data_is_judged_apart(
    graded: Path, student: str, points: float | None, says: str, state: str
) -> None:
    entry = entry_of(graded, student)
    test = next(test for test in entry.result.tests if test.name == "test_formula")
    assert test.points == points
    assert says in test.message
    assert entry.state == state
    assert test.outside
    others = {t.name: t.points for t in entry.result.tests if t.name != "test_formula"}
    assert others["test_double"] == 3.0


def test_a_plan_knows_what_is_apart(tmp_path: Path) -> None:
    course = course_with_formula(tmp_path / "course")
    plan = Plan(NAME, (course / "solutions" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    assert set(plan.apart) == {"evaluate", "planted"}
    assert plan.apart["evaluate"] == [IMPORTS, EVALUATE]
    assert EVALUATE not in [source for _, source in plan.needed_by("test_formula")]
    changed = Plan(NAME, plan.source.replace("def planted", "def planted_too"))
    key, other = (each.key("test_formula", "work", "here") for each in (plan, changed))
    assert key != other, "a change in what is apart redoes its tests"
