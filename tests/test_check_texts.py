"""`check.text`, and what a student sees when a kernel made from the text goes wrong."""

import json

import numpy as np
import pytest

from llmbook_utils import check, gpu
from llmbook_utils.check.performing import Performance, StandIn, perform
from llmbook_utils.check.showing import show

SOURCE = """
extern "C" __global__ void fill(float* y, int n) {
    int i = threadIdx.x;
    y[i] = 1.0f;
}
"""
DIAGNOSIS = (
    "fill: thread (3, 0, 0) of block (0, 0, 0) writes y[3], out of bounds: the array y has 3 "
    "elements, valid: 0 to 2.\n  line 4: y[i] = 1.0f;\n  Look at: the guard and the index. "
    + "It may be long. "
    * 30
)


def message(action, *args, **options) -> str:
    with pytest.raises(check.CheckFailed) as failure:
        action(*args, **options)
    return str(failure.value)


def in_another_process(function) -> StandIn:
    """The function as a trusted process sees it: calls cross over as JSON."""

    def ask(name, args):
        return Performance.from_data(json.loads(json.dumps(perform(function, args).as_data())))

    return StandIn(function.__name__, ask)


def run_fill(source, n):
    raise gpu.OutOfBounds(DIAGNOSIS)


@pytest.mark.parametrize("seen", [lambda function: function, in_another_process])
def test_a_text_comes_as_it_is(seen) -> None:
    def source():
        return SOURCE

    text = check.text(seen(source))
    assert text == SOURCE
    assert type(text) is str


def test_arguments_are_handed_over() -> None:
    assert check.text(lambda tile: f"#define TILE {tile}", [16]) == "#define TILE 16"


@pytest.mark.parametrize("seen", [lambda function: function, in_another_process])
def test_what_is_no_text_is_named(seen) -> None:
    def stub():
        raise NotImplementedError

    def no_return():
        pass

    def number():
        return 7

    def function():
        return number

    def empty():
        return "  \n"

    def crash():
        return 1 / 0

    expected = {
        stub: "Fill in `stub` above first",
        no_return: "did you forget `return`?",
        number: "number returned 7 of type int, expected a text (str)",
        function: "of type function, expected a text (str)",
        empty: "returned an empty text",
        crash: "crash stopped with ZeroDivisionError",
    }
    for each, says in expected.items():
        assert says in message(check.text, seen(each))


def test_a_clever_string_is_made_a_plain_one() -> None:
    class Text(str):
        def __str__(self) -> str:
            return "something else"

    text = check.text(lambda: Text("real"))
    assert type(text) is str
    assert text == "real"


@pytest.mark.parametrize("seen", [lambda function: function, in_another_process])
def test_a_kernel_error_is_the_whole_message(seen) -> None:
    text = message(check.case, seen(run_fill), [SOURCE, 3], np.ones(3))
    assert text.startswith(f"OutOfBounds: {DIAGNOSIS.strip()[:1500]}")
    assert "Traceback" not in text
    assert "of your cell" not in text, "the line is that of the kernel"
    called = text.split("\n")[-1]
    assert called.strip().startswith('called as run_fill(\'extern "C" __global__')
    assert called.endswith("…, 3)")
    assert "\\n" not in called


def test_other_errors_are_told_as_before() -> None:
    def run(source, n):
        raise IndexError("out of bounds")

    text = message(check.case, run, [SOURCE, 3], np.ones(3))
    assert "run stopped with IndexError: out of bounds" in text
    assert "of your cell: raise IndexError" in text


def test_our_own_lines_are_never_the_students() -> None:
    from llmbook_utils import comm

    def talk():
        return comm.run(1, lambda world: world.send(1.0, 0))

    text = message(check.case, talk, [], 1.0)
    assert "cannot exchange messages with itself" in text
    assert "of your cell: return comm.run(1, lambda world: world.send(1.0, 0))" in text


def test_hidden_cases_show_a_kernel_error_too() -> None:
    text = message(check.hidden, run_fill, {"three": (SOURCE, 3)}, lambda source, n: np.ones(n))
    assert "OutOfBounds: fill: thread (3, 0, 0)" in text


def test_tensors_are_shown_on_one_line() -> None:
    import torch

    assert show(torch.tensor([[0.5, 1.0]])) == "a tensor: [[0.5, 1]]"
    assert show(torch.ones(50, 2, dtype=torch.bfloat16)) == "a tensor: an array of shape (50, 2)"


def test_the_largest_difference_is_where_one_is_and_not_at_equal_nans() -> None:
    right = np.array([1.0, np.nan, np.inf, 2.0])
    text = message(check.case, lambda x: np.array([1.0, np.nan, np.inf, 5.0]), [1.0], right)
    assert "largest difference 3, at index 3: 5 instead of 2" in text
