"""The assertions of the exercise tests: they accept what is right and say why the rest is wrong."""

import sys
import warnings

import numpy as np
import pytest

from llmbook_utils import check


def message(action, *args, **options) -> str:
    with pytest.raises(check.CheckFailed) as failure:
        action(*args, **options)
    return str(failure.value)


def double(x):
    return 2 * x


X = np.array([1.0, -2.0, 3.0])


def test_right_answers_pass() -> None:
    check.case(double, [X], 2 * X)
    check.case(double, [1.5], 3.0)
    check.case(lambda x: np.float64(3), [0], 3.0)
    check.case(lambda x: np.array(3), [0], 3.0)


def test_a_stub_is_named_and_not_a_wall_of_frames() -> None:
    def stub(x):
        raise NotImplementedError

    text = message(check.case, stub, [X], X)
    assert text == "Fill in `stub` above first, then run this cell again."
    assert "Fill in `stub`" in message(check.raises, stub, [X], ValueError)
    assert "Fill in `stub`" in message(check.same, stub, [X], [X], "…")


def test_jupyter_shows_the_message_alone() -> None:
    with pytest.raises(check.CheckFailed) as failure:
        check.case(double, [X], X)
    shown = "\n".join(failure.value._render_traceback_())
    assert "the result of double is not right" in shown
    assert "Traceback" not in shown
    assert "calling.py" not in shown


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (None, 1.0, "did you forget `return`"),
        (None, X, "did you forget `return`"),
        (True, 1.0, "a bool (True)"),
        (np.bool_(True), 1.0, "expected a single number"),
        ("1.0", 1.0, "a str"),
        ([1.0, -2.0, 3.0], X, "`np.array(…)`"),
        (X, 1.0, "is a mean or a sum missing"),
        (1.0, X, "the single number 1"),
        (np.ones((3, 2)), np.ones((2, 3)), "transposed"),
        (X[:, None], X, "keepdims"),
        (X.astype(np.float32), X, "dtype float32, expected float64"),
        (X.astype(int), X, "dtype int64, expected float64"),
        (X, X.astype(int), "expected integers"),
        (X.astype(object), X, "object"),
        (np.ma.masked_array(X), X, "a MaskedArray"),
        (np.nan, 1.0, "contains nan, expected finite"),
        (np.array([1.0, np.inf, 3.0]), X, "contains inf"),
        (1 + 0j, 1.0, "a complex"),
        (-X, X, "the sign is wrong"),
        (3 * X, X, "yours is 3 times the right result"),
        (X / 4, X, "the right result divided by 4"),
    ],
)
def test_each_kind_of_wrong_answer_is_told_apart(answer, expected, says: str) -> None:
    assert says in message(check.case, lambda: answer, [], expected)


def test_objects_that_claim_to_equal_everything_are_refused() -> None:
    class Always(float):
        def __eq__(self, other):
            return True

        def __ne__(self, other):
            return False

        def __sub__(self, other):
            return 0.0

        __rsub__ = __sub__
        __hash__ = float.__hash__

    class AlwaysArray(np.ndarray):
        def __array_ufunc__(self, *args, **kwargs):
            return np.zeros(3)

    assert "an Always" in message(check.case, lambda: Always(7), [], 1.0)
    assert "an AlwaysArray" in message(check.case, lambda: X.view(AlwaysArray), [], X + 1)
    array = np.array([Always(1)] * 3, dtype=object)
    assert "object" in message(check.case, lambda: array, [], X)

    class Text(str):
        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    assert "not right" in message(check.case, lambda: Text("no"), [], "yes")


def test_a_misconception_is_named_only_when_it_matches() -> None:
    known = {"this is the square": X**2, "this is the cube": X**3}
    assert "this is the cube" in message(check.case, lambda x: x**3, [X], 2 * X, mistakes=known)
    assert "this is the" not in message(check.case, lambda x: x + 9, [X], 2 * X, mistakes=known)
    # a known wrong value that can hardly be told from the right one names nothing
    near = {"never named": 2 * X * (1 + 3e-6)}
    text = message(check.case, lambda x: 2 * x * (1 + 3e-6), [X], 2 * X, mistakes=near)
    assert "never named" not in text


def test_a_misconception_may_be_a_wrong_shape_or_nan() -> None:
    text = message(check.case, lambda x: x, [X], 2.0, mistakes={"one per example": X})
    assert "one per example" in text
    text = message(check.case, lambda x: np.nan, [X], 2.0, mistakes={"overflow": [np.inf, np.nan]})
    assert "overflow" in text


def test_the_tolerance_is_sharp() -> None:
    check.case(lambda x: x * (1 + 5e-7), [X], X)
    assert "not right" in message(check.case, lambda x: x * (1 + 5e-6), [X], X)


def test_inputs_stay_as_they_were() -> None:
    def doubling(x):
        x *= 2
        return x

    kept = X.copy()
    assert "changed its input number 1" in message(check.case, doubling, [X], 2 * X)
    assert np.array_equal(kept, X)

    def popping(items):
        items.pop()
        return 1.0

    assert "changed its input" in message(check.case, popping, [[1, 2, 3]], 1.0)


def test_warnings_and_stderr_are_caught_and_quoted_on_failure(capsys) -> None:
    def noisy(x):
        warnings.warn("overflow encountered in my code", RuntimeWarning, stacklevel=1)
        print("still here", file=sys.stderr)
        return 2 * x

    check.case(noisy, [X], 2 * X)
    assert capsys.readouterr().err == ""
    assert "overflow encountered in my code" in message(check.case, noisy, [X], X)


def test_a_crash_shows_the_students_line() -> None:
    def crashes(x):
        return x.no_such_thing()

    text = message(check.case, crashes, [X], X)
    assert "stopped with AttributeError" in text
    assert "return x.no_such_thing()" in text
    assert "crashes([1, -2, 3])" in text

    def leaves(x):
        raise SystemExit

    assert "SystemExit" in message(check.case, leaves, [X], X)


def test_parts_of_a_tuple() -> None:
    def both(x):
        return 2 * x, x.sum()

    names = ["twice", "total"]
    check.case(both, [X], (2 * X, 2.0), returns=names)
    check.case(both, [X], 2.0, returns=names, part="total")
    text = message(check.case, both, [X], (2 * X, 3.0), returns=names)
    assert "`total` of both is not right" in text
    assert "expected a tuple (twice, total)" in message(
        check.case, double, [X], (2 * X, 2.0), returns=names
    )
    assert "returned 1 values" in message(check.case, lambda x: [x], [X], 1.0, returns=names)


def test_same_states_the_invariance() -> None:
    check.same(np.sum, [X], [X[::-1].copy()], "order must not matter")
    text = message(check.same, lambda x: x[0], [X], [X[::-1].copy()], "order must not matter")
    assert "two different results, and order must not matter" in text
    assert "None" in message(check.same, lambda x: None, [X], [X], "…")


def test_raises_wants_the_error_and_its_content() -> None:
    def strict(x):
        raise ValueError(f"got {x}")

    check.raises(strict, [7], ValueError, says=["7"])
    assert "should name 8" in message(check.raises, strict, [7], ValueError, says=["8"])
    assert "accepted bad input" in message(check.raises, double, [7], ValueError)
    assert "stopped with TypeError" in message(check.raises, lambda: None, [7], ValueError)


def test_hidden_compares_with_a_reference_and_names_case_and_mistake() -> None:
    cases = {"small": (X,), "large": (1e6 * X,), "one": (np.array([4.0]),)}
    check.hidden(double, cases, lambda x: x + x)
    text = message(
        check.hidden, lambda x: x**2, cases, double, mistakes={"this is the square": lambda x: x**2}
    )
    assert "this is the square" in text
    assert "case: small" in text


def test_hidden_notices_hard_coded_results() -> None:
    cases = {"a": (1.0,), "b": (2.0,), "c": (3.0,)}
    assert "does the function use its arguments" in message(
        check.hidden, lambda x: 2.0, cases, double
    )


def test_hidden_expects_an_error_where_the_reference_raises() -> None:
    def root(x):
        if x < 0:
            raise ValueError("negative")
        return x**0.5

    cases = {"fine": (4.0,), "negative": (-4.0,)}
    check.hidden(root, cases, root)
    assert "accepted bad input" in message(check.hidden, lambda x: abs(x) ** 0.5, cases, root)


def test_hidden_compares_one_part() -> None:
    def reference(x):
        return 2 * x, x.sum()

    cases = {"a": (X,)}
    check.hidden(lambda x: (0, x.sum()), cases, reference, returns=["twice", "sum"], part="sum")
    text = message(
        check.hidden,
        lambda x: (0, x.mean()),
        cases,
        reference,
        returns=["twice", "sum"],
        part="sum",
        mistakes={"this is the mean": lambda x: (2 * x, x.mean())},
    )
    assert "this is the mean" in text


def test_accuracy_judges_labels() -> None:
    truth = np.arange(100) % 10
    judge = check.accuracy(0.9)
    almost = truth.copy()
    almost[:8] += 1
    check.case(lambda: almost, [], truth, judge=judge)
    almost[:12] = 11
    assert "88.0% of the 100 labels" in message(check.case, lambda: almost, [], truth, judge=judge)
    assert "did the model learn" in message(check.case, lambda: truth * 0, [], truth, judge=judge)
    assert "-1 on every label" in message(check.case, lambda: truth + 1, [], truth, judge=judge)
    assert "expected integers" in message(check.case, lambda: truth / 1, [], truth, judge=judge)


def test_the_budget_in_seconds() -> None:
    def slow(x):
        return sum(range(2_000_000)) * 0 + x

    text = message(check.case, slow, [1.0], 1.0, seconds=1e-4)
    assert "the budget is 0.0001 s" in text


def test_torch_tensors_are_compared_and_mixed_kinds_named() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.tensor([1.0, 2.0], requires_grad=True)
    check.case(lambda t: 2 * t.detach(), [tensor.detach()], torch.tensor([2.0, 4.0]))
    check.case(lambda: tensor.sum(), [], 3.0)
    assert "a torch tensor" in message(check.case, lambda: tensor, [], np.array([1.0, 2.0]))
    assert "a NumPy array" in message(check.case, lambda: np.ones(2), [], torch.ones(2))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (np.array([1.234, -2.346, 3.457]), "rounded; return it with all its digits"),
        (np.array([1.23412, 2.34567, 3.45678]), "some of the signs are wrong"),
        (np.array([3.45678, -2.34567, 1.23412]), "in reverse order"),
        (np.array([-2.34567, 1.23412, 3.45678]), "in another order"),
        (np.array([3.0, -2.3, 1.0]), "expected"),
    ],
)
def test_what_every_answer_may_suffer_from_is_named(answer, says: str) -> None:
    expected = np.array([1.23412, -2.34567, 3.45678])
    assert says in message(check.case, lambda: answer, [], expected)


def test_a_pair_in_the_wrong_order_is_named() -> None:
    text = message(
        check.case, lambda x: (x.sum(), 2 * x), [X], 2.0, returns=["twice", "total"], part="total"
    )
    assert "stands where `twice` should be" in text


def test_an_order_is_judged_by_its_rule() -> None:
    children = [[], [0], [0], [1, 2]]
    for right in ([0, 1, 2, 3], [0, 2, 1, 3]):
        assert check.children_first(right, [0, 1, 2, 3], [children, 3]) is None
    for wrong, says in [
        (None, "did you forget `return`"),
        ((0, 1, 2, 3), "of type tuple"),
        ([0, 1, 2, 3.0], "node numbers alone"),
        ([0, 1, 3], "node 2 is missing"),
        ([0, 1, 2, 3, 4], "depend on node 4"),
        ([0, 1, 0, 2, 3], "node 0 occurs 2 times"),
        ([3, 2, 1, 0], "the root comes last"),
        ([0, 1, 3, 2], "node 3 comes before its child 2"),
    ]:
        complaint = check.children_first(wrong, [0, 1, 2, 3], [children, 3])
        assert complaint is not None
        assert says in complaint


def test_comparing_infinities_writes_nothing(capsys) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check.case(lambda: np.array([np.inf, 1.0]), [], np.array([np.inf, 1.0]))
        message(check.case, lambda: np.array([np.inf, 2.0]), [], np.array([np.inf, 1.0]))
        message(
            check.hidden,
            lambda x: x + 1,
            {"empty": (np.zeros(0),), "one": (np.zeros(1),)},
            lambda x: np.mean(x) * np.ones(1),
            mistakes={"log": np.log},
        )
    assert capsys.readouterr().err == ""
