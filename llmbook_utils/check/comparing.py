"""Compare an answer with what was expected: type, shape, dtype, NaN, then values; name the mistake.

An answer is first turned into an exact ``numpy.ndarray`` of a numeric dtype, so that no overloaded
``__eq__`` of a clever object ever takes part in a comparison.
"""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from llmbook_utils.check.showing import show
from llmbook_utils.check.tensors import is_tensor

_SCALARS = (int, float, *{t for t in np.sctypeDict.values() if issubclass(t, np.number)})


@np.errstate(all="ignore")  # NaN and infinity are compared here: that is no news for stderr
def complaint(
    answer: Any,
    expected: Any,
    *,
    what: str,
    mistakes: Mapping[str, Any] | None = None,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> str | None:
    """Why ``answer`` is not ``expected``, for a student to read; None when it is.

    ``mistakes`` maps a hint to the value that the misconception gives on the same input. A hint is
    shown only when the answer agrees with that value, and the right answer clearly does not.
    Answers are close when |answer − expected| ≤ atol + rtol · |expected|, entry by entry.
    """
    if isinstance(expected, str) or expected is None:
        return _text_complaint(answer, expected, what, mistakes or {})
    value, problem = plain(answer, expected, what)
    target = _array(expected)
    if value is None:
        return problem
    hint = _hint(value, target, mistakes or {}, rtol, atol)
    if problem is None:
        problem = _bad_number(value, target, what)
    if problem is None:
        if _close(value, target, rtol, atol):
            return None
        problem = _difference(value, target, what)
        hint = hint or _simple_relation(value, target, rtol, atol)
    lines, _, general = problem.partition("\n  Hint: ")
    hint = hint or general
    return f"{lines}\n  Hint: {hint}" if hint else lines


def plain(answer: Any, like: Any, what: str) -> tuple[np.ndarray | None, str | None]:
    """The answer as an exact numeric array, and what is wrong with its type, shape or dtype."""
    # NumPy turns arrays without a dimension into numbers wherever it can: no difference is made
    scalar = getattr(like, "ndim", 0) == 0 and not is_tensor(like)
    wanted = "a single number" if scalar else f"{_kind(like)} of shape {tuple(like.shape)}"
    if answer is None:
        return None, f"{what} is None, expected {wanted}.{_no_return(what)}"
    if is_tensor(answer):
        value = _array(answer)
        if not scalar and not is_tensor(like):
            return value, (
                f"{what} is a torch tensor, expected {wanted}."
                "\n  Hint: `.numpy()` turns it into one."
            )
    elif type(answer) is np.ndarray or type(answer) in _SCALARS:
        value = np.asarray(answer)
        if not scalar and type(answer) is not np.ndarray:
            return value, f"{what} is the single number {show(answer)}, expected {wanted}."
        if is_tensor(like):
            return value, f"{what} is a NumPy array, expected {wanted}."
    else:
        text = f"{what} is {_article(answer)} ({show(answer, 60)}), expected {wanted}."
        if type(answer) in (list, tuple) and not scalar:
            text += "\n  Hint: `np.array(…)` turns it into an array."
        return None, text
    if value.dtype.kind not in "fiu":
        return None, f"{what} holds {value.dtype.name} values, expected numbers in {wanted}."
    target = _array(like)
    if value.shape != target.shape:
        return value, _shape_problem(value, target, what, wanted)
    if not scalar and target.dtype.kind == "f" and value.dtype != target.dtype:
        return value, f"{what} has dtype {value.dtype}, expected {target.dtype}."
    if not scalar and target.dtype.kind in "iu" and value.dtype.kind not in "iu":
        return value, f"{what} has dtype {value.dtype}, expected integers."
    return value, None


def _array(value: Any) -> np.ndarray:
    if is_tensor(value):
        tensor = value.detach().cpu()
        return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()
    return np.asarray(value)


def _kind(like: Any) -> str:
    return "a torch tensor" if is_tensor(like) else "a NumPy array"


def _no_return(what: str) -> str:
    """A hint, unless it is one part of a tuple that is None: then something was returned."""
    return "" if what.startswith("`") else "\n  Hint: did you forget `return`?"


def _article(answer: Any) -> str:
    name = type(answer).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def _shape_problem(value: np.ndarray, target: np.ndarray, what: str, wanted: str) -> str:
    text = f"{what} has shape {value.shape}, expected {wanted}."
    if target.ndim == 0:
        return text + "\n  Hint: is a mean or a sum missing?"
    if value.shape == target.shape[::-1]:
        return text + "\n  Hint: it looks transposed."
    if value.size == target.size:
        return text + "\n  Hint: the number of entries is right; `reshape` or `keepdims` matters."
    return text


def _bad_number(value: np.ndarray, target: np.ndarray, what: str) -> str | None:
    if value.dtype.kind != "f":
        return None
    bad = ~np.isfinite(value) & np.isfinite(target)
    if not bad.any():
        return None
    return (
        f"{what} contains {show(value[bad].ravel()[0])}, "
        f"expected finite numbers: {show(target[()])}."
        "\n  Hint: look for exp of a large number, log of 0, or a division by 0."
    )


def _close(value: np.ndarray, target: np.ndarray, rtol: float, atol: float) -> bool:
    if value.shape != target.shape:
        return False
    with np.errstate(all="ignore"):
        return bool(np.allclose(value, target, rtol=rtol, atol=atol, equal_nan=True))


def _difference(value: np.ndarray, target: np.ndarray, what: str) -> str:
    text = f"{what} is not right.\n  yours     {show(value[()])}\n  expected  {show(target[()])}"
    if value.ndim and value.size:
        gap = _gap(value.astype(float), target.astype(float))
        place = tuple(int(i) for i in np.unravel_index(int(gap.argmax()), gap.shape))
        where = place[0] if len(place) == 1 else place
        text += f"\n  largest difference {gap.max():.3g}, at index {where}: "
        text += f"{show(value[place])} instead of {show(target[place])}"
    return text


def _gap(value: np.ndarray, target: np.ndarray) -> np.ndarray:
    """|value − target|; 0 where both are NaN or the same infinity, ∞ where one is NaN alone."""
    with np.errstate(invalid="ignore"):
        gap = np.abs(value - target)
    same = (value == target) | (np.isnan(value) & np.isnan(target))
    return np.where(same, 0.0, np.where(np.isnan(gap), np.inf, gap))


def _hint(
    value: np.ndarray, target: np.ndarray, mistakes: Mapping[str, Any], rtol: float, atol: float
) -> str | None:
    """The first misconception that gives this very answer and is far from the right one."""
    for text, wrong in mistakes.items():
        for known in map(_array, wrong if isinstance(wrong, list) else [wrong]):
            if known.dtype.kind not in "fiu" or _close(known, target, 100 * rtol, 100 * atol):
                continue
            if _close(value, known, rtol, atol):
                return text
    return None


def _simple_relation(value: np.ndarray, target: np.ndarray, rtol: float, atol: float) -> str | None:
    """What every answer may suffer from: signs, one factor everywhere, rounding, the order."""
    if not np.any(target):
        return None
    if _close(value, np.asarray(-target), rtol, atol):
        return "the size is right and the sign is wrong."
    if target.dtype.kind == "f":
        factor = _common_factor(value, target, rtol, atol)
        if factor is not None:
            return factor
        digits = range(0 if target.size > 2 else 1, 7)
        rounded = (np.asarray(np.round(target, n)) for n in digits if np.any(value))
        if any(_close(value, near, 1e-12, 1e-12) for near in rounded):
            return "the right result, rounded; return it with all its digits."
        if _close(np.asarray(np.abs(value)), np.asarray(np.abs(target)), rtol, atol):
            return "the sizes are right; some of the signs are wrong."
    if _close(value, target, 2e-3, 0.0):
        return (
            "very near, but not exact: was something rounded, clipped or computed in float32, "
            "or a small number added?"
        )
    if target.ndim and len(target) > 1:
        if _close(value, target[::-1], rtol, atol):
            return "the right numbers, in reverse order."
        if _close(np.sort(value, axis=None), np.sort(target, axis=None), rtol, atol):
            return "the right numbers, in another order."
    return None


def _common_factor(value: np.ndarray, target: np.ndarray, rtol: float, atol: float) -> str | None:
    big = np.argmax(np.abs(target))
    factor = float(value.ravel()[big]) / float(target.ravel()[big])
    if not abs(factor) > 1e-6 or not _close(value, np.asarray(factor * target), rtol, atol):
        return None
    if abs(factor - 1) < 1e-3:  # rounding, not a factor
        return None
    # one number is always some multiple of another: there, only a whole factor says something
    whole = min(abs(f - round(f)) for f in (factor, 1 / factor)) < 1e-6
    if np.count_nonzero(target) < 3 and not whole:
        return None
    if abs(factor) < 1:
        return f"yours is the right result divided by {1 / factor:.6g}."
    return f"yours is {factor:.6g} times the right result."


def _text_complaint(
    answer: Any, expected: str | None, what: str, mistakes: Mapping[str, Any]
) -> str | None:
    if type(answer) in (str, np.str_) and str(answer) == expected:
        return None
    if answer is None:
        return f"{what} is None, expected a string.{_no_return(what)}"
    if not isinstance(answer, str):
        return (
            f"{what} is {_article(answer)} ({show(answer, 60)}), expected the string {expected!r}."
        )
    text = f"{what} is not right.\n  yours     {show(answer)}\n  expected  {show(expected)}"
    for hint, wrong in mistakes.items():
        if type(answer) is str and type(wrong) is str and answer == wrong != expected:
            return f"{text}\n  Hint: {hint}"
    if SequenceMatcher(None, str(answer).lower(), str(expected)).ratio() > 0.85:
        text += (
            "\n  Hint: the right answer, spelt in another way; copy the spelling of the contract."
        )
    return text
