"""`llmbook progress`: what is done, what is next, and no notebook is run without need."""

import json
from pathlib import Path

import nbformat
import pytest
from desk_course import DOUBLE, MEAN, NAME, fill, make_course

from llmbook_utils.authoring import release
from llmbook_utils.grading import progress_page
from llmbook_utils.grading.self_check import check
from llmbook_utils.grading.verdicts import Report


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    course = make_course(tmp_path / "course")
    release.write(NAME, course)
    monkeypatch.chdir(course)
    return course


class Looks:
    """Checks notebooks and counts how often."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, path: Path) -> Report:
        self.number += 1
        return check(path)


def write(course: Path, **sources: str) -> None:
    path = course / "exercises" / NAME / f"{NAME}.ipynb"
    nbformat.write(fill(nbformat.read(path, as_version=4), **sources), path)


def test_what_was_never_touched_is_not_run(course: Path) -> None:
    look = Looks()
    (standing,) = progress_page.standings(course, look)
    assert look.number == 0
    assert (standing.done, standing.exercises, standing.earned, standing.visible) == (0, 3, 0, 7)
    assert standing.next == "Exercise 1: twice as much"
    assert not standing.finished


def test_only_what_changed_is_run_again(course: Path) -> None:
    look = Looks()
    write(course, double=DOUBLE, mean="def mean(values):\n    return 0.0")
    (standing,) = progress_page.standings(course, look)
    assert (standing.done, standing.begun, standing.earned) == (1, 1, 3)
    assert standing.next == "Exercise 2: the mean"
    assert progress_page.standings(course, look) == [standing]
    assert look.number == 1

    write(course, mean=MEAN, why="The deviations from it add up to zero.")
    (standing,) = progress_page.standings(course, look)
    assert look.number == 2
    assert standing.finished
    assert standing.next == ""


def test_a_record_that_is_damaged_is_made_anew(course: Path) -> None:
    write(course, double=DOUBLE)
    look = Looks()
    before = progress_page.standings(course, look)
    (course / "_build" / "progress.json").write_text("{", encoding="utf-8")
    assert progress_page.standings(course, look) == before
    assert look.number == 2


def test_the_command_prints_and_writes_a_page(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(course, double=DOUBLE)
    assert progress_page.main() == 0
    shown = capsys.readouterr().out
    assert f"{NAME}  ####........    1/3      3/7 points  next: Exercise 2: the mean" in shown
    assert "1 of 3 exercises done" in shown
    page = (course / "_build" / "progress.html").read_text(encoding="utf-8")
    assert "1 of 3 exercises done" in page
    assert "33 % full" in page
    assert "<script" not in page


def test_what_cannot_be_checked_is_said_and_the_others_are_shown(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = course / "exercises" / "01_broken"
    broken.mkdir()
    (broken / "01_broken.ipynb").write_text("no notebook", encoding="utf-8")
    assert progress_page.main() == 1
    shown = capsys.readouterr().out
    assert NAME in shown
    assert "01_broken" in shown
    assert "not" in shown.split("01_broken")[1]
    assert "01_broken" not in json.loads(
        (course / "_build" / "progress.json").read_text(encoding="utf-8")
    )


def test_a_course_without_assignments_is_an_error(course: Path) -> None:
    (course / "exercises").rename(course / "elsewhere")
    with pytest.raises(FileNotFoundError, match="expected assignments"):
        progress_page.main()
