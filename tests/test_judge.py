"""The judge and the plan: what a test's value is worth, and which code a test needs."""

import math
from typing import Any

import nbformat
import numpy as np
import pytest
from desk_course import marked, test_cell
from nbformat.v4 import new_code_cell, new_notebook

from llmbook_utils.check.performing import Performance
from llmbook_utils.grading.judge import JudgeBusy, Stopped, decide, run_test, time_limit
from llmbook_utils.grading.plan import Plan, free_names, names_only, top_names
from llmbook_utils.grading.result import CRASHED, GRADED, TIMEOUT, Result, TestResult, worst


@pytest.mark.parametrize(
    ("value", "points", "suspicious"),
    [
        (None, 5.0, False),
        (5, 5.0, False),
        (2.5, 2.5, False),
        (0.0, 0.0, False),
        (True, 0.0, True),
        (math.nan, 0.0, True),
        (math.inf, 0.0, True),
        (-1.0, 0.0, True),
        (5.1, 0.0, True),
        (np.float64(5.0), 0.0, True),
        ("5", 0.0, True),
        ([5.0], 0.0, True),
    ],
    ids=repr,
)
def test_what_the_value_of_a_test_is_worth(value: Any, points: float, suspicious: bool) -> None:
    verdict = decide(value, 5.0)
    assert verdict.points == points
    assert bool(verdict.suspicion) == suspicious


def plan_of(*cells: Any) -> Plan:
    return Plan("demo", nbformat.writes(new_notebook(cells=list(cells))))


def exercise(*tests: str, setup: str = "import math") -> Plan:
    solution = marked(new_code_cell("def twice(x):\n    return 2 * x"), "twice", solution=True)
    cells = [test_cell(f"test_{number}", source, 2) for number, source in enumerate(tests)]
    return plan_of(new_code_cell(setup), solution, *cells)


def answer(value: Any) -> Any:
    """A student's side that answers every call with this value."""
    return lambda name, args: Performance(value)


def test_a_test_gets_the_names_it_needs_and_no_others() -> None:
    plan = exercise(
        "both = [1, 2]\nassert twice(1) == 2",
        "assert both == [1, 2] and math.pi > 3\nassert twice(2) == 2",
        "assert 'both' not in globals(), 'a name that this test does not read'",
    )
    assert plan.students_names == {"twice"}
    assert [source for _, source in plan.needed_by("test_1")] == ["import math", "both = [1, 2]"]
    for name in plan.tests:
        assert run_test(plan, name, answer(2)).points == 2.0, name


def test_verdicts() -> None:
    plan = exercise(
        "assert twice(1) == 2, f'got {twice(1)}'",
        "print('seen')\nscore = 1.5\nscore",
        "assert twice(1) == 2",
        "1 / 0",
        "missing",
    )
    wrong = {name: run_test(plan, name, answer(3)) for name in plan.tests}
    assert (wrong["test_0"].points, wrong["test_0"].message) == (0.0, "got 3")
    assert (wrong["test_1"].points, wrong["test_1"].printed) == (1.5, "seen\n")
    assert wrong["test_2"].message == "this check failed: assert twice(1) == 2"
    assert wrong["test_3"].message == "ZeroDivisionError: division by zero"
    assert wrong["test_4"].message == "NameError: name 'missing' is not defined"


def test_what_stops_the_students_side_is_no_error_that_a_test_can_catch() -> None:
    plan = exercise("try:\n    twice(1)\nexcept Exception:\n    pass")

    def ask(name: str, args: Any) -> Performance:
        raise Stopped(CRASHED, "the kernel died")

    with pytest.raises(Stopped):
        run_test(plan, "test_0", ask)


def test_the_judges_own_time_is_bounded() -> None:
    with pytest.raises(JudgeBusy), time_limit(0.2):
        sum(1 for _ in iter(int, 1))


def test_machinery_is_run_again_before_the_tests_that_call_it() -> None:
    engine = "def four_times(x):\n    return twice(twice(x))"
    plan = plan_of(
        marked(new_code_cell(engine), "engine", locked=True),
        marked(new_code_cell("def twice(x):\n    return 2 * x"), "twice", solution=True),
        test_cell("test_a", "assert four_times(1) == 4", 1),
        test_cell("test_b", "assert twice(1) == 2", 1),
    )
    assert plan.students_names == {"twice", "four_times"}
    assert plan.machinery_of("test_a") == [engine]
    assert plan.machinery_of("test_b") == []


def test_a_key_changes_with_what_decides_the_verdict_and_with_nothing_else() -> None:
    plan = exercise("assert twice(1) == 2", "assert twice(2) == 4")
    same = exercise("assert twice(1) == 2", "assert twice(2) == 5")
    assert plan.key("test_0", "work", "here") == same.key("test_0", "work", "here")
    assert plan.key("test_1", "work", "here") != same.key("test_1", "work", "here")
    assert plan.key("test_0", "work", "here") != plan.key("test_0", "other", "here")
    assert plan.key("test_0", "work", "here") != plan.key("test_0", "work", "there")
    other = exercise("assert twice(1) == 2", "assert twice(2) == 4", setup="import math  # new")
    assert plan.key("test_0", "work", "here") == other.key("test_0", "work", "here")


def test_names() -> None:
    assert free_names("a = b\ndef f(x):\n    return x + c + len(d)") == {"b", "c", "d"}
    assert top_names("import a.b as c\nfor i in x: pass\ndef f(): y = 1\nclass G: pass") == {
        *("c", "i", "f", "G")
    }
    assert free_names("no python") == top_names("%magic") == frozenset()
    source = "import a\nx = 1\ncheck.case(x)\nfor i in x:\n    print(i)\ndef f():\n    return x"
    assert names_only(source).splitlines() == ["import a", "x = 1", "def f():", "    return x"]


def test_results_cross_as_json_and_refuse_nonsense() -> None:
    test = TestResult("t", "e", 2.0, None, "not decided")
    result = Result("ada", "demo", TIMEOUT, ("slow",), (test,), "{}", 1.0)
    assert Result.from_json(result.as_json()) == result
    assert (result.earned, result.undecided) == (0.0, ("t",))
    with pytest.raises(ValueError, match="expected a state"):
        Result("ada", "demo", "fine")
    for points in (2.1, -1.0, math.nan):
        with pytest.raises(ValueError, match="expected 0 to 2 points"):
            Result("a", "d", GRADED, (), (TestResult("t", "e", 2.0, points),))
    with pytest.raises(ValueError, match="expected a result"):
        Result.from_json("[]")


def test_the_worst_state_wins() -> None:
    assert worst([GRADED, TIMEOUT, CRASHED]) == CRASHED
    assert worst([GRADED]) == worst([]) == GRADED
