"""What a class gets wrong: the hints in the messages of failed tests, counted."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from llmbook_utils.grading.result import Result

LONGEST = 160  # characters
_HINT = "Hint: "
_LIST = re.compile(r"\[[^\[\]]*\]")
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?!\w)")


@dataclass(frozen=True)
class Misconception:
    """One hint, or one kind of message without a hint."""

    text: str
    students: int
    tests: tuple[tuple[str, int], ...]  # (grade_id, students), most first


def misconceptions(results: Iterable[Result]) -> list[Misconception]:
    """What was missing in the tests of these submissions, what most students met first.

    A student counts once for a text, however many tests said it.
    """
    students: Counter[str] = Counter()
    tests: dict[str, Counter[str]] = {}
    for result in results:
        met = set()
        for test in result.tests:
            if test.points is None or test.points >= test.most or not test.message.strip():
                continue
            for text in set(said(test.message)):
                tests.setdefault(text, Counter())[test.name] += 1
                met.add(text)
        students.update(met)
    return [
        Misconception(text, count, tuple(sorted(tests[text].items(), key=lambda t: (-t[1], t[0]))))
        for text, count in sorted(students.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def said(message: str) -> list[str]:
    """The hints in a message; without one its first line, with … for lists and numbers."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    hints = [line.removeprefix(_HINT) for line in lines if line.startswith(_HINT)]
    if hints or not lines:
        return [_short(hint) for hint in hints]
    first, before = lines[0], ""
    while first != before:  # lists in lists, from the inside
        before, first = first, _LIST.sub("…", first)
    return [_short(_NUMBER.sub("…", first))]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
