"""Show a self-check in a terminal: short, and readable on any console."""

import io
import os
import sys
import textwrap
from typing import TextIO

from llmbook_utils.grading.verdicts import ExerciseVerdict, Report

Stream = TextIO | io.TextIOBase
LONGEST = 14  # lines of an exercise's first message
LATER = 5  # lines of the others
WIDTH = 96  # characters
TITLE = 60  # characters of an exercise's title
CALL = "called as "  # how check.case tells the call (llmbook_utils/check)
CALL_LINES = 3  # of a longer one
SYMBOLS = {"passed": "✓", "failed": "✗", "not started": "○", "answered": "✎", "empty": "○"}
PLAIN = {"passed": "ok", "failed": "XX", "not started": "--", "answered": "ok", "empty": "--"}
COLOURS = {"passed": "32", "failed": "31", "not started": "33", "answered": "36", "empty": "33"}


def can_show(text: str, stream: Stream) -> bool:
    """Whether the stream's encoding has all these characters (Windows consoles may not)."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say(text: str, stream: Stream) -> None:
    """Print; characters that the stream's encoding lacks become question marks."""
    if not can_show(text, stream):
        encoding = getattr(stream, "encoding", None) or "ascii"
        text = text.encode(encoding, "replace").decode(encoding)
    print(text, file=stream)


def has_colours(stream: Stream) -> bool:
    """Whether to colour: on a terminal, and not where NO_COLOR or an old console says no."""
    old_console = sys.platform == "win32" and "WT_SESSION" not in os.environ
    return stream.isatty() and "NO_COLOR" not in os.environ and not old_console


def show(report: Report, stream: Stream | None = None) -> None:
    """Print the report."""
    stream = stream or sys.stdout
    symbols = SYMBOLS if can_show("".join(SYMBOLS.values()), stream) else PLAIN
    width = min(TITLE, max([len(each.title) for each in report.exercises], default=0))
    coloured = has_colours(stream)

    def paint(text: str, state: str) -> str:
        return f"\x1b[{COLOURS[state]}m{text}\x1b[0m" if coloured else text

    say(f"{report.notebook}: ran in a fresh kernel in {report.seconds:.0f} s\n", stream)
    for each in report.exercises:
        title = each.title if len(each.title) <= width else f"{each.title[: width - 1]}…"
        symbol = paint(symbols[each.state], each.state)
        say(f"  {symbol} {title:<{width}}  {_result(each)}".rstrip(), stream)
        for line in _why(each):
            say(f"      {line}", stream)
    if report.notes:
        say("", stream)
    for note in report.notes:
        say(
            textwrap.fill(f"! {note}", WIDTH, initial_indent="  ", subsequent_indent="    "), stream
        )
    say("", stream)
    for line in _summary(report):
        say(f"  {line}", stream)


def _result(each: ExerciseVerdict) -> str:
    if each.by_hand:
        answered = "answered" if each.state == "answered" else "still empty"
        return f"{answered} (marked by hand, {each.by_hand:g} points)"
    points = f"{each.earned:g}/{each.visible:g}"
    return f"{points:<7}" + (each.state if each.state == "not started" else "")


def _why(each: ExerciseVerdict) -> list[str]:
    """The first failure in full, the others by their first lines."""
    if each.state == "not started":
        return []
    if each.message:
        return _lines(each.message, LONGEST)
    lines: list[str] = []
    shown: set[str] = set()
    for test in each.tests:
        if test.hidden or test.passed:
            continue
        lines.append(f"{test.name}: {test.earned:g} of {test.points:g} points")
        if test.message in shown:
            lines.append("  (the same)")
            continue
        lines += [f"  {line}" for line in _lines(test.message, LATER if shown else LONGEST)]
        shown.add(test.message)
    return lines


def _lines(message: str, most: int) -> list[str]:
    """The message, wrapped. A long call is cut; what is wrong with the answer never is."""
    lines: list[str] = []
    for line in message.splitlines():
        wrapped = textwrap.wrap(line, WIDTH, subsequent_indent="  ") or [""]
        if line.lstrip().startswith(CALL) and len(wrapped) > CALL_LINES:
            wrapped = [*wrapped[: CALL_LINES - 1], f"{wrapped[CALL_LINES - 1][: WIDTH - 2]} …"]
        lines += wrapped
    return [*lines[:most], *(["…"] if len(lines) > most else [])]


def _summary(report: Report) -> list[str]:
    earned, visible = report.total("earned"), report.total("visible")
    lines = [f"Visible tests: {earned:g} of {visible:g} points."]
    later = []
    if report.total("hidden"):
        later.append(f"hidden tests for {report.total('hidden'):g} points")
    if report.total("by_hand"):
        later.append(f"questions marked by hand for {report.total('by_hand'):g}")
    if later:
        lines.append(f"After you hand in: {' and '.join(later)}.")
    empty = [each for each in report.exercises if each.state == "empty"]
    if empty:
        titles = ", ".join(each.title for each in empty)
        stop = "" if titles.endswith((".", "?", "!")) else "."
        lines.append(f"Still to answer: {titles}{stop}")
    if report.passed and not empty:
        lines.append("All that can be checked here is right: ready to hand in.")
    return lines
