"""`llmbook review`: look at what failed or is suspicious, and decide whether its points count.

Until then such a submission has no score in any export. Accepting leaves the points as the tests
gave them; another score is given by hand in formgrader, as for an open question.
"""

import textwrap
from collections.abc import Sequence
from pathlib import Path

from llmbook_utils.course import course_root
from llmbook_utils.grading.desk import Desk
from llmbook_utils.grading.ledger import NAME, Entry, Ledger
from llmbook_utils.grading.record import Recorder
from llmbook_utils.grading.result import STATES


def show(entry: Entry) -> None:
    """Print why a submission waits, and what its tests gave."""
    result = entry.result
    most = sum(test.most for test in result.tests)
    print(f"\n{entry.student}: {entry.state}, {entry.earned:g} of {most:g} points")
    for reason in entry.reasons:
        print(textwrap.fill(reason, 96, initial_indent="  - ", subsequent_indent="    "))
    if result.undecided:
        print(f"  not decided: {', '.join(result.undecided)}")
    if entry.accepted:
        print(f"  accepted: {entry.accepted}")


def accept(root: Path, entries: Sequence[Entry], note: str) -> None:
    """Let the points of these entries count, in the ledger and in the gradebook."""
    if not entries:
        return
    assignment = entries[0].assignment
    desk = Desk.open(root, assignment)
    with Ledger(root / NAME) as ledger:
        recorder = Recorder(root, ledger)
        for entry in entries:
            ledger.accept(assignment, entry.student, note)
            ledger.mark_unrecorded(assignment, entry.student)
            accepted = ledger.find(assignment, entry.student)
            hand_in = desk.take(entry.student)
            if accepted is not None:
                recorder.record(accepted, hand_in.beside)


def main(
    assignment: str, *, students: Sequence[str], state: str | None, accepting: str | None
) -> int:
    """List the submissions that wait, or accept them.

    Raises:
        ValueError: an unknown state or student, or acceptance of everything at once.
    """
    if state is not None and state not in STATES:
        raise ValueError(f"expected a state out of {', '.join(STATES)}; got {state!r}")
    name, root = Path(assignment).name, course_root()
    with Ledger(root / NAME) as ledger:
        entries = ledger.entries(name)
    unknown = sorted(set(students) - {entry.student for entry in entries})
    if unknown:
        raise ValueError(f"expected students with a result for {name}, got {', '.join(unknown)}")
    chosen = [
        entry
        for entry in entries
        if (entry.student in students or not students)
        and (state is None or entry.state == state)
        and (students or not entry.counts)
    ]
    if accepting is None:
        for entry in chosen:
            show(entry)
        if not chosen:
            print(f"{name}: nothing waits for a decision.")
        return 0
    if not students and state is None:
        raise ValueError("expected --student or --state with --accept: not everything at once")
    accept(root, chosen, accepting)
    print(f"{name}: the points of {len(chosen)} submissions count now.")
    return 0
