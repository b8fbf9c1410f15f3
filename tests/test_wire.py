"""Plain data on the wire: exact there and back, and nothing but plain data gets through."""

import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from llmbook_utils.check import wire
from llmbook_utils.check.performing import Performance, StandIn, perform


def there_and_back(value: Any) -> Any:
    return wire.decode(json.loads(json.dumps(wire.encode(value))))


def alike(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, (np.ndarray, np.generic)):
        same = a.dtype == b.dtype and a.shape == b.shape
        return bool(same and np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and a.shape == b.shape and torch.equal(a, b)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    return a == b


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
ARRAYS = hnp.arrays(
    st.sampled_from(["<f8", "<f4", "<f2", "<i8", "<i4", "|u1", "|b1", ">f8"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)
PLAIN = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
        | st.lists(st.lists(st.integers(0, 5)), min_size=1)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(PLAIN)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    assert alike(there_and_back(value), value)


@pytest.mark.parametrize(
    "value",
    [
        np.float64(1.5),
        np.float32(0.1),
        np.int64(-3),
        np.bool_(True),
        np.str_("smooth"),
        np.array([["a", "βγ"], ["", "d"]]),
        torch.arange(6.0).reshape(2, 3),
        torch.tensor([1, 2], dtype=torch.int32),
        torch.tensor([True, False]),
        torch.tensor([1.0, 2.0], dtype=torch.bfloat16),
        torch.nn.Parameter(torch.ones(2)),
        np.arange(12.0).reshape(3, 4)[::2, ::-1],
        [[1, 2], [], [3]],
        [[1.0, math.inf], [2]],
        2**63,
        -(2**70),
    ],
    ids=repr,
)
def test_numbers_of_every_kind(value: Any) -> None:
    back = there_and_back(value)
    assert alike(back, value)
    assert type(back) is type(value)


class Liar(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


def test_what_is_not_plain_arrives_as_its_type_and_repr() -> None:
    def function() -> None: ...

    for value in (Liar(2.0), object(), function, {1, 2}, 1j, np.array([None]), range(3)):
        back = there_and_back([value])[0]
        assert isinstance(back, wire.Opaque)
        assert type(back).__name__ == type(value).__name__
        assert repr(back) == repr(value)[:200]
        assert back != 2.0


def test_kinds_that_pretend_to_be_plain_are_named() -> None:
    class Shape(tuple):
        pass

    assert wire.disguised(wire.encode([1, (Liar(1), 2.0)])) == ["Liar (a kind of float)"]
    assert wire.disguised(wire.encode({"a": Shape([1])})) == ["Shape (a kind of tuple)"]
    assert wire.disguised(wire.encode([object(), {1}, 2.0, np.ones(2)])) == []


@pytest.mark.parametrize(
    "data",
    [
        {"a": 1},
        [],
        ["?", 1],
        ["i", "9" * 5000],
        ["i", "0x10"],
        ["f", "one"],
        ["l", 3],
        ["l", [[]]],
        ["L", "l", [2, -1], [1]],
        ["L", "l", [True], [1]],
        ["L", "l", [1], [[1]]],
        ["L", "l", [3], [1]],
        ["d", [[["l", []], 1]]],
        ["a", "|O", [1], "AAAAAAAAAAA="],
        ["a", "<f8", [2], "AAAAAAAAAAA="],
        ["a", "<f8", [-1], ""],
        ["a", "<f8", [10**12, 10**12], ""],
        ["a", "<f8", ["1"], ""],
        ["a", "<U4", [1], "AAAA"],
        ["a", "V8", [1], "AAAAAAAAAAA="],
        ["a", "<f8", [1], "not base64!"],
        ["g", "<f8", "AA=="],
        ["T", "float32", [1], False, True, "AA=="],
        ["T", "load", [1], False, True, "AAAAAA=="],
        ["T", "int64", [1], True, True, "AAAAAAAAAAA="],
        ["T"],
        ["o"],
    ],
    ids=str,
)
def test_what_is_no_message_is_refused(data: Any) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data)


def test_size_and_depth_are_bounded_on_both_sides() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = [deep, "x"]
    with pytest.raises(wire.WireError, match="levels"):
        wire.encode(deep)
    data: Any = 1
    for _ in range(100):
        data = ["t", [data, "x", None]]
    with pytest.raises(wire.WireError, match="levels"):
        wire.decode(data)
    with pytest.raises(wire.WireError, match="at most"):
        wire.encode(list(range(wire.MOST_ITEMS + 1)))
    with pytest.raises(wire.WireError, match="at most"):
        wire.decode(["l", [0] * (wire.MOST_ITEMS + 1)])
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(wire.WireError, match="levels"):
        wire.encode(endless)


def crossing(function: Any) -> StandIn:
    """A stand-in whose calls go through JSON to the function."""

    def ask(name: str, args: Any) -> Performance:
        given = wire.decode(json.loads(json.dumps(wire.encode(list(args)))))
        return Performance.from_data(json.loads(json.dumps(perform(function, given).as_data())))

    return StandIn(function.__name__, ask)


def test_a_stand_in_raises_what_the_function_raised() -> None:
    class OwnError(ValueError):
        pass

    def picky(x: float) -> float:
        if x < 0:
            raise OwnError(f"expected x from 0, got {x}")
        if x == 0:
            raise KeyError("zero")
        if x > 9:
            raise SystemExit(3)
        return 2 * x

    stand_in = crossing(picky)
    assert stand_in(2.0) == 4.0
    with pytest.raises(ValueError, match="expected x from 0, got -1") as caught:
        stand_in(-1)
    assert type(caught.value).__name__ == "OwnError"
    with pytest.raises(KeyError) as missing:
        stand_in(0)
    assert str(missing.value) == "'zero'"
    with pytest.raises(Exception, match="3") as left:
        stand_in(10)
    assert not isinstance(left.value, SystemExit), "it must not end the process that tests"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"value": 1},
        {**Performance().as_data(), "failure": 3},
        {**Performance().as_data(), "seconds": "soon"},
        {**Performance().as_data(), "failure": {"name": "E", "kinds": 4}},
        {**Performance().as_data(), "changed": "all"},
    ],
    ids=str,
)
def test_a_forged_record_of_a_call_is_refused(data: Any) -> None:
    with pytest.raises(wire.WireError):
        Performance.from_data(data)
