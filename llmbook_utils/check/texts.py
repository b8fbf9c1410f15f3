"""An answer that is a text for a program of the instructor's: the source of a CUDA kernel, say.

A test gets the text here, and hands it to a function of the instructor's, which compiles and
launches it: `check.case(run_saxpy, [source, …], …)`. What is wrong with the kernel is found there.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llmbook_utils.check.calling import CheckFailed, call, name_of
from llmbook_utils.check.showing import show


def text(function: Callable[..., Any], args: Sequence[Any] = ()) -> str:
    """The text that ``function(*args)`` returns.

    Raises:
        CheckFailed: the function is a stub, stops with an error, or returns something else than a
            text with something in it.
    """
    __tracebackhide__ = True
    name, value = name_of(function), call(function, args).value
    if isinstance(value, str) and value.strip():
        return str.__str__(value)
    if value is None:
        raise CheckFailed(
            f"{name} returned None, expected a text.\n  Hint: did you forget `return`?"
        )
    if isinstance(value, str):
        raise CheckFailed(f"{name} returned an empty text.")
    raise CheckFailed(
        f"{name} returned {show(value, 60)} of type {type(value).__name__}, expected a text (str)."
    )
