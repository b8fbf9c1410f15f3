"""Hints that every exercise gets for nothing: near misses, spelling, shapes, missing nodes."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest

from llmbook_utils import check

X = np.array([1.0, -2.0, 3.0])


def message(action, *args, **options) -> str:
    with pytest.raises(check.CheckFailed) as failure:
        action(*args, **options)
    return str(failure.value)


def test_a_near_miss_and_another_spelling_are_named() -> None:
    assert "computed in float32" in message(check.case, lambda: 3.0003, [], 3.0)
    assert "computed in float32" not in message(check.case, lambda: 3.03, [], 3.0)
    assert "copy the spelling" in message(check.case, lambda: "zig-zag", [], "zigzag")
    assert "copy the spelling" not in message(check.case, lambda: "smooth", [], "zigzag")
    assert "is a bool (True), expected the string 'zigzag'" in message(
        check.case, lambda: True, [], "zigzag"
    )


def test_shapes_that_do_not_fit_get_a_hint() -> None:
    text = message(check.case, lambda x: x - np.zeros(2), [X], X)
    assert "stopped with ValueError" in text
    assert "print the `shape`" in text


def test_a_pair_of_different_kinds_in_the_wrong_order_is_named() -> None:
    text = message(
        check.case, lambda: ("zigzag", 0.5), [], 0.5, returns=["limit", "verdict"], part="limit"
    )
    assert "is a str" in text
    assert "return limit, verdict" in text


def test_what_is_missing_in_an_order_is_told_apart() -> None:
    children = [[], [0], [0, 1]]
    root = check.children_first([0, 1], [0, 1, 2], [children, 2])
    below = check.children_first([1, 2], [0, 1, 2], [children, 2])
    assert root is not None
    assert below is not None
    assert "the root itself comes last" in root
    assert "follow *every* child" in below


def test_accuracy_tells_guessing_from_too_little_training() -> None:
    labels = np.arange(200) % 10
    half = np.where(np.arange(200) < 100, labels, (labels + 3) % 10)
    guess = check.accuracy(0.9)((labels + 3) % 10 + (np.arange(200) < 20), labels, [])
    some = check.accuracy(0.9)(half, labels, [])
    assert guess is not None
    assert some is not None
    assert "hardly better than guessing" in guess
    assert "something was learnt" in some


def test_none_as_one_part_of_a_tuple_is_no_missing_return() -> None:
    options = {"returns": ["at", "verdict"], "part": "at"}
    text = message(check.case, lambda: (None, "never"), [], -1, **options)
    assert "`at` of <lambda> is None, expected a single number" in text
    assert "return" not in text.split("is None")[1]
    assert "did you forget `return`?" in message(check.case, lambda: None, [], -1)


def test_zero_is_no_rounded_result() -> None:
    assert "rounded; return" in message(check.case, lambda: 0.12, [], 0.1234)
    assert "rounded; return" not in message(check.case, lambda: 0.0, [], 0.0078125)
    assert "rounded; return" not in message(check.case, lambda: 0 * X, [], X / 10)


def test_a_cell_between_check_and_student_speaks_for_itself() -> None:
    def wrapped(x):
        raise check.CheckFailed("keep: expected NumPy arrays of bool, got float64.")

    text = message(check.case, wrapped, [X], X)
    assert text.startswith(
        "keep: expected NumPy arrays of bool, got float64.\n  called as wrapped("
    )


NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_misconception_is_told_in_a_whole_sentence(path: Path) -> None:
    """A hint of ours comes before those that every exercise gets: a fragment would hide them."""
    hints = [
        key.value
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and "mistakes=" in cell.source
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.keyword) and node.arg == "mistakes"
        if isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    ]
    assert hints
    assert [hint for hint in hints if hint[-1] not in ".?!…"] == []
