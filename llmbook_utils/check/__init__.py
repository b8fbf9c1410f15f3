"""Assertions that diagnose: what exercise tests are made of.

`case` compares one call with an expected result, `same` checks an invariance, `raises` the answer
to bad input, `hidden` runs many named inputs against a reference. Each looks at type, shape, dtype
and NaN first, then at values, and names the misconception when the answer equals a known wrong one.
A failed check raises `CheckFailed`, whose message is all that a student sees; a passed one is
silent, and a notebook's cell in which all passed ends with a ✓. Warnings and stderr are caught and
never cost points. `accuracy` and `children_first` are judges, for answers of which many are right.
`text` gets an answer that is a text, a kernel's source say, for functions of the instructor's that
take it.

Hidden tests are data: `hidden` touches the student's work only by calling the function it is given
with arrays, numbers, strings and lists, and reading back such. So the same cell can run in another
process in which that function is a stand-in that asks the student's process for its outputs.
"""

import contextlib
import functools
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from llmbook_utils.check.calling import CheckFailed, Outcome, call, name_of, shown_call
from llmbook_utils.check.comparing import complaint, plain
from llmbook_utils.check.judges import Judge, accuracy, children_first
from llmbook_utils.check.passing import note_check
from llmbook_utils.check.performing import copied
from llmbook_utils.check.showing import show
from llmbook_utils.check.texts import text

__all__ = ["CheckFailed", "accuracy", "case", "children_first", "hidden", "raises", "same", "text"]


def case(
    function: Callable[..., Any],
    args: Sequence[Any],
    expected: Any,
    *,
    mistakes: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None,
    returns: Sequence[str] = (),
    part: str | None = None,
    judge: Judge | None = None,
    seconds: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    label: str = "",
) -> None:
    """Check one call, ``function(*args)`` against ``expected``.

    ``mistakes`` maps a hint to the value (or a list of values) that a known misconception gives
    on the same input; a function that makes this mapping is called only for a wrong answer.
    ``returns`` names the parts of a tuple; ``part`` picks one of them, and then ``expected`` and
    ``mistakes`` are about that part alone. ``judge(answer, expected, args)`` takes the place of the
    comparison of values where many answers are right. ``seconds`` is a budget for the call.
    Tolerance: |answer − expected| ≤ atol + rtol · |expected|. Raises CheckFailed.
    """
    __tracebackhide__ = True
    note_check()
    outcome = call(function, args)
    problem = _verdict(function, args, outcome, expected, {}, returns, part, judge, rtol, atol)
    if problem is not None and mistakes:  # now that it is wrong: which misconception is it?
        known = dict(mistakes() if callable(mistakes) else mistakes)
        problem = _verdict(
            function, args, outcome, expected, known, returns, part, judge, rtol, atol
        )
    if problem is None and seconds is not None and outcome.seconds > seconds:
        problem = (
            f"{name_of(function)} took {outcome.seconds:.1f} s, the budget is {seconds:g} s.\n"
            "  Hint: fewer steps, or whole arrays instead of a loop over examples."
        )
    if problem is not None:
        if label:
            problem += f"\n  case: {label}"
        if outcome.warning:
            problem += f"\n  Python warned: {outcome.warning}"
        raise CheckFailed(f"{problem}\n  called as {shown_call(function, args)}")


def same(
    function: Callable[..., Any],
    args: Sequence[Any],
    other: Sequence[Any],
    because: str,
    *,
    returns: Sequence[str] = (),
    part: str | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Check an invariance: the result on ``args`` and on ``other`` must agree, ``because`` …"""
    __tracebackhide__ = True
    note_check()
    values = []
    for arguments in (args, other):
        outcome = call(function, arguments)
        for what, value in _parts(function, outcome.value, returns, part):
            array, problem = plain(value, _like(value), what)
            if array is None or problem:
                raise CheckFailed(f"{problem}\n  called as {shown_call(function, arguments)}")
            values.append(array)
    half = len(values) // 2
    for first, second in zip(values[:half], values[half:], strict=True):
        agree = first.shape == second.shape and np.allclose(
            first, second, rtol=rtol, atol=atol, equal_nan=False
        )
        if not agree:
            raise CheckFailed(
                f"{name_of(function)} gives two different results, and {because}.\n"
                f"  {show(first[()])}  for {shown_call(function, args)}\n"
                f"  {show(second[()])}  for {shown_call(function, other)}"
            )


def raises(
    function: Callable[..., Any],
    args: Sequence[Any],
    error: type[Exception] = ValueError,
    *,
    says: Sequence[str] = (),
) -> None:
    """Check that bad input is refused with ``error``, and that its message contains ``says``."""
    __tracebackhide__ = True
    note_check()
    outcome = call(function, args, may_raise=True)
    asked = f"the contract asks for a {error.__name__}"
    if outcome.error is None:
        problem = (
            f"{name_of(function)} accepted bad input and returned {show(outcome.value)}; {asked}."
        )
    elif not isinstance(outcome.error, error):
        came = f"{type(outcome.error).__name__}: {outcome.error}"
        problem = f"{name_of(function)} stopped with {came}; {asked} that you raise yourself."
    else:
        message = str(outcome.error)
        missing = [text for text in says if text not in message]
        if not missing:
            return
        problem = (
            f"the message of your {error.__name__} is {message!r}; "
            f"it should name {' and '.join(missing)}, so that the reader sees what went wrong."
        )
    raise CheckFailed(f"{problem}\n  called as {shown_call(function, args)}")


def hidden(
    function: Callable[..., Any],
    cases: Mapping[str, Sequence[Any]],
    reference: Callable[..., Any],
    *,
    mistakes: Mapping[str, Callable[..., Any]] | None = None,
    returns: Sequence[str] = (),
    part: str | None = None,
    judge: Judge | None = None,
    seconds: float | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Check ``function`` on named inputs against an independent ``reference``.

    ``cases`` maps a name to the arguments. Where the reference raises ValueError, the function must
    raise it too. ``mistakes`` maps a hint to a wrong variant, run on the same arguments; like the
    reference, a variant returns every part. ``part`` then picks the one that is compared.
    """
    __tracebackhide__ = True
    for label, args in cases.items():
        # Nothing of ours may write to stderr.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                expected = reference(*copied(list(args)))
            except ValueError:
                raises(function, args, ValueError)
                continue
        place = None if part is None else list(returns).index(part)
        if place is not None:
            expected = expected[place]
        wrong = functools.partial(_wrong_answers, mistakes or {}, args, place)
        try:
            case(
                function,
                args,
                expected,
                mistakes=wrong,
                returns=returns,
                part=part,
                judge=judge,
                seconds=seconds,
                rtol=rtol,
                atol=atol,
                label=label,
            )
        except CheckFailed as failed:
            if seconds is None and _never_changes(function, list(cases.values())):
                raise CheckFailed(
                    f"{failed}\n  Hint: the result is the same for {len(cases)} different inputs: "
                    "does the function use its arguments, and start afresh in every call?"
                ) from None
            raise


def _swapped(value: Any, returns: Sequence[str], part: str, expected: Any) -> dict[str, Any]:
    """A misconception of every tuple: the right value in the wrong place."""
    found = {}
    for name, other in zip(returns, value, strict=True):
        if name != part and complaint(other, expected, what=name) is None:
            hint = (
                f"what belongs here stands where `{name}` should be; return {', '.join(returns)}."
            )
            found[hint] = value[list(returns).index(part)]
    return found


def _wrong_answers(
    variants: Mapping[str, Callable[..., Any]], args: Sequence[Any], place: int | None
) -> dict[str, Any]:
    """What each wrong variant makes of these arguments; it may well overflow or crash on them."""
    answers = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for hint, variant in variants.items():
            with contextlib.suppress(Exception):
                value = variant(*copied(list(args)))
                answers[hint] = value if place is None else value[place]
    return answers


def _never_changes(function: Callable[..., Any], inputs: Sequence[Sequence[Any]]) -> bool:
    """Whether every input gives one and the same answer: it is hard-coded."""
    try:
        answers = {repr(call(function, args).value) for args in inputs}
    except CheckFailed:
        return False
    return len(inputs) > 2 and len(answers) == 1 and answers != {"None"}


def _like(value: Any) -> Any:
    """What `plain` may expect where only a comparison of two answers is asked."""
    return value if type(value) is np.ndarray else 0.0


def _parts(
    function: Any, value: Any, returns: Sequence[str], part: str | None
) -> list[tuple[str, Any]]:
    __tracebackhide__ = True
    name = name_of(function)
    if not returns:
        return [(f"the result of {name}", value)]
    wanted = f"a tuple ({', '.join(returns)})"
    if not isinstance(value, (tuple, list)):
        hint = "\n  Hint: did you forget `return`?" if value is None else ""
        raise CheckFailed(f"{name} returned {show(value)}, expected {wanted}.{hint}")
    values = list(tuple.__iter__(value) if isinstance(value, tuple) else list.__iter__(value))
    if len(values) != len(returns):
        raise CheckFailed(f"{name} returned {len(values)} values, expected {wanted}.")
    named = [(f"`{key}` of {name}", item) for key, item in zip(returns, values, strict=True)]
    return named if part is None else [named[list(returns).index(part)]]


def _verdict(
    function: Any,
    args: Sequence[Any],
    outcome: Outcome,
    expected: Any,
    mistakes: dict[str, Any],
    returns: Sequence[str],
    part: str | None,
    judge: Judge | None,
    rtol: float,
    atol: float,
) -> str | None:
    __tracebackhide__ = True
    parts = _parts(function, outcome.value, returns, part)
    if judge is not None:
        return judge(parts[0][1] if len(parts) == 1 else outcome.value, expected, args)
    several = len(parts) > 1
    swapped: dict[str, Any] = {}
    if part is not None and outcome.value is not None:
        swapped = _swapped(outcome.value, returns, part, expected)
        mistakes = mistakes | swapped
    for place, (what, value) in enumerate(parts):
        problem = complaint(
            value,
            expected[place] if several else expected,
            what=what,
            mistakes={k: v[place] for k, v in mistakes.items()} if several else mistakes,
            rtol=rtol,
            atol=atol,
        )
        if problem is not None:
            if swapped and "\n  Hint: " not in problem:
                problem += f"\n  Hint: {next(iter(swapped))}"
            return problem
    return None
