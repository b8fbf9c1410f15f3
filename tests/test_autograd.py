"""The scalar engine agrees with PyTorch, on fixed cases and on random expressions."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llmbook_utils.autograd import Value, topological_order

UNARY = ["exp", "tanh", "relu", "sigmoid"]


def agree(build, *numbers):
    """Data and gradients of ``build(*inputs)``, ours against PyTorch's in double precision."""
    ours = [Value(x) for x in numbers]
    theirs = [torch.tensor(float(x), dtype=torch.float64, requires_grad=True) for x in numbers]
    our_root, their_root = build(*ours), build(*theirs)
    our_root.backward()
    their_root.backward()
    assert our_root.data == pytest.approx(their_root.item(), rel=1e-9, abs=1e-9)
    for mine, yours in zip(ours, theirs, strict=True):
        expected = 0.0 if yours.grad is None else yours.grad.item()
        assert mine.grad == pytest.approx(expected, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(
    "build",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * b,
        lambda a, b: a / b,
        lambda a, b: 3 + a - 2 * b,
        lambda a, b: 3 - a + 2 / b,
        lambda a, b: a**3 + b**-2,
        lambda a, b: a**0 + b**1,
        lambda a, b: -a + a + a * a,
        lambda a, b: (a * a + 1).log() + (b * b) ** 0.5,
    ],
)
def test_operations(build):
    agree(build, 0.7, -1.3)
    agree(build, -2.5, 0.4)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", [-3.0, -0.1, 0.2, 2.0])
def test_functions(name, x):
    agree(lambda a: getattr(a, name)(), x)


@st.composite
def expressions(draw):
    """A random expression as a list of steps, each of which may use any value made before."""
    steps = []
    for size in range(3, draw(st.integers(4, 12))):
        index = st.integers(0, size - 1)
        steps.append((draw(st.sampled_from(["add", "sub", "mul", "square", *UNARY[1:]])),
                      draw(index), draw(index)))  # fmt: skip
    return steps


@given(expressions(), st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3))
def test_random_expressions_with_shared_values(steps, numbers):
    def build(*inputs):
        values = list(inputs)
        for op, i, j in steps:
            a, b = values[i], values[j]
            if op in ("add", "sub", "mul"):
                new = {"add": a + b, "sub": a - b, "mul": a * b}[op]
            else:
                new = a**2 if op == "square" else getattr(a, op)()
            values.append(new * 0.5)  # keeps long products small
        return sum(values[1:], values[0])

    # at exactly 0 the slope of relu is a convention: ours is PyTorch's
    agree(build, *numbers)


def test_a_value_used_twice_gets_both_gradients():
    a = Value(3.0)
    (a * a + a).backward()
    assert a.grad == 7.0


def test_inputs_accumulate_and_inner_values_do_not():
    a = Value(2.0)
    inner = a * a
    root = inner * 3
    root.backward()
    root.backward()
    assert inner.grad == 3.0
    assert a.grad == 24.0


def test_topological_order_has_children_first_and_each_value_once():
    a, b = Value(1.0), Value(2.0)
    shared = a * b
    root = (shared + a) * shared
    order = topological_order(root)
    assert len(order) == len({id(v) for v in order}) == 5
    position = {id(v): i for i, v in enumerate(order)}
    for value in order:
        assert all(position[id(child)] < position[id(value)] for child in value.children)
    assert order[-1] is root


def test_a_chain_longer_than_the_recursion_limit():
    a = Value(1.0)
    total = a
    for _ in range(5000):
        total = total + a
    total.backward()
    assert a.grad == 5001.0


def test_sigmoid_does_not_overflow():
    assert Value(-1000.0).sigmoid().data == 0.0
    assert Value(1000.0).sigmoid().data == 1.0


def test_errors_say_what_was_expected():
    # under pytest, the shape checker sees a wrong type first, and names the parameter
    with pytest.raises(ValueError, match=r"expected a positive number for log, got -1\.0"):
        Value(-1.0).log()
    with pytest.raises(TypeError, match=r"exponent, got Value|parameter 'k'"):
        Value(2.0) ** Value(2.0)
    with pytest.raises(TypeError, match=r"data, got a Value|parameter 'data'"):
        Value(Value(1.0))


def test_repr_shows_data_and_gradient():
    a = Value(math.pi)
    a.backward()
    assert repr(a) == "Value(data=3.1416, grad=1.0000)"
