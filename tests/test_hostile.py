"""A class of hostile submissions is graded, and nothing comes of it.

For each: its points are at most the honest ones, or they do not count before an instructor has
looked; the host is untouched; everybody else is graded. And odd but honest work loses nothing.
"""

import json
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile import ALL, BENIGN, HandIn, Traps, markup, scripts
from hostile.material import ASSIGNMENT

from llmbook_utils.grading.grade import Summary, grade
from llmbook_utils.grading.ledger import NAME, Entry, Ledger
from llmbook_utils.grading.record import nbgrader_api
from llmbook_utils.grading.result import GRADED, TIMEOUT, Limits
from llmbook_utils.grading.sandbox import jail

ROOT = Path(__file__).resolve().parents[1]
LIMITS = Limits(cell_seconds=2.0, total_seconds=10.0, memory_mb=1024)

pytestmark = pytest.mark.skipif(
    not jail.availability().possible, reason=f"no sandbox: {jail.availability().reason}"
)


@dataclass
class Graded:
    """The class after grading."""

    course: Path
    traps: Traps
    summary: Summary
    entries: dict[str, Entry]

    def of(self, hand_in: HandIn) -> Entry:
        return self.entries[student_of(hand_in)]


def student_of(hand_in: HandIn) -> str:
    """Students are graded in the order of their names: those who work and those who wait mix."""
    name = f"{hand_in.family}-{hand_in.name}".replace(" ", "_")
    return f"{zlib.crc32(name.encode()) % 1000:03}-{name}"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    course = tmp_path_factory.mktemp("hostile")
    (course / "chapters").mkdir()
    shutil.copy(ROOT / "nbgrader_config.py", course)
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, course / "solutions" / ASSIGNMENT)
    with Traps(course, tmp_path_factory.mktemp("host")) as traps:
        for hand_in in [*ALL, *BENIGN]:
            folder = course / "submitted" / student_of(hand_in) / ASSIGNMENT
            folder.mkdir(parents=True)
            hand_in.write(traps.material, folder)
        # the first run writes the release, too
        grade(course, ASSIGNMENT, students=[traps.material.secret], limits=LIMITS, quiet=True)
        traps.watch()
        # most of the time they are waited for: so several at once for each processor
        jobs = 2 * (os.cpu_count() or 1)
        summary = grade(course, ASSIGNMENT, limits=LIMITS, jobs=jobs, quiet=True)
        with Ledger(course / NAME) as ledger:
            entries = {entry.student: entry for entry in ledger.entries(ASSIGNMENT)}
        yield Graded(course, traps, summary, entries)


def test_everybody_has_a_result(graded: Graded) -> None:
    expected = {student_of(each) for each in [*ALL, *BENIGN]} | {graded.traps.material.secret}
    assert set(graded.entries) == expected
    assert graded.summary.not_recorded == {}
    assert all(entry.recorded for entry in graded.entries.values())


def test_the_classmate_is_graded_in_full(graded: Graded) -> None:
    entry = graded.entries[graded.traps.material.secret]
    assert (entry.state, entry.earned) == (GRADED, 90)


def test_the_host_is_untouched(graded: Graded) -> None:
    assert graded.traps.sprung() == []


@pytest.mark.parametrize("hand_in", ALL, ids=student_of)
def test_nothing_is_gained(graded: Graded, hand_in: HandIn) -> None:
    entry = graded.of(hand_in)
    said = f"{entry.state}: {entry.reasons}"
    if entry.counts:
        assert entry.earned <= hand_in.honest, said
    if hand_in.expect:  # the time limits are short here: on a busy machine they come first
        assert entry.state in hand_in.expect | {TIMEOUT}, said


@pytest.mark.parametrize("hand_in", ALL, ids=student_of)
def test_nothing_is_learnt(graded: Graded, hand_in: HandIn) -> None:
    result = graded.of(hand_in).result
    text = "\n".join([*result.reasons, *(test.message for test in result.tests)])
    if result.notebook is not None:
        cells = json.loads(result.notebook)["cells"]
        text += json.dumps([cell.get("outputs", []) for cell in cells])
    assert graded.traps.leaks(text) == []


SCRIPTS = [each for each in ALL if each.family.startswith("scripts")]


@pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning")
@pytest.mark.parametrize("hand_in", SCRIPTS, ids=student_of)
def test_nothing_runs_in_feedback(graded: Graded, hand_in: HandIn) -> None:
    student = student_of(hand_in)
    if graded.of(hand_in).result.notebook is not None:
        done = nbgrader_api(graded.course).generate_feedback(ASSIGNMENT, student, force=True)
        assert done["success"], done
    path = graded.course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"
    page = path.read_text(encoding="utf-8")
    assert markup.active(page, scripts.MARKER) == []
    assert graded.traps.leaks(page) == []


@pytest.mark.parametrize("hand_in", BENIGN, ids=student_of)
def test_odd_but_honest_work_loses_nothing(graded: Graded, hand_in: HandIn) -> None:
    entry = graded.of(hand_in)
    lost = [(t.name, t.points, t.message) for t in entry.result.tests if t.points != t.most]
    assert entry.earned == hand_in.honest, (entry.state, entry.reasons, lost)
    assert entry.state in (hand_in.expect or {GRADED}), entry.reasons
