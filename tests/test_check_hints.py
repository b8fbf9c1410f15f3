"""Hints that every exercise gets for nothing: near misses, spelling, shapes, missing nodes."""

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
