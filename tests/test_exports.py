"""Exports: what counts is exported, and nothing else ever becomes a number."""

import csv
import io
import logging
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from desk_course import NAME
from graded_class import ALL, Course, copy_of, make
from nbgrader.plugins import CsvExportPlugin

from llmbook_utils.grading import exports
from llmbook_utils.grading.exports import CanvasCsv, MoodleCsv, TruthfulCsv, guarded
from llmbook_utils.grading.result import GRADED, STATES, Result

# nbgrader's own queries, which SQLAlchemy 2 warns about
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make(tmp_path_factory.mktemp("exports") / "course")


@pytest.fixture
def course(empty: Course, tmp_path: Path) -> Course:
    return copy_of(empty, tmp_path / "course")


def lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def rows(course: Course, to: str = "csv", **options: object) -> dict[str, dict[str, str]]:
    """What an export says of each student."""
    path = exports.write(course.root, to, **options)  # type: ignore[arg-type]
    header, *found = lines(path)
    who = {"csv": "student_id", "canvas": "SIS Login ID", "moodle": header[0]}[to]
    made = [dict(zip(header, line, strict=True)) for line in found]
    return {row[who]: row for row in made}


def test_points_that_count_are_exported(course: Course) -> None:
    course.grade("ada", {"test_mean": 2.0}, by_hand=3.0)
    row = rows(course)["ada"]
    assert (row["state"], row["reasons"]) == ("graded", "")
    assert (row["raw_score"], row["score"], row["max_score"]) == ("10.0", "10.0", "14.0")


def test_the_columns_and_numbers_of_nbgraders_own_export_stay(course: Course) -> None:
    course.enrol("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
    course.grade("ada", {"test_mean": 1.5}, penalty=2.0)
    course.grade("bob", {"test_double": 0.0}, state=None)
    path = course.root / "theirs.csv"
    with course.gradebook as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=datetime(2026, 3, 1, 12, 0))
        gradebook.update_or_create_submission(NAME, "ada", timestamp=datetime(2026, 3, 1, 13, 0))
        plugin = CsvExportPlugin()
        plugin.to = str(path)
        plugin.export(gradebook)
    theirs = lines(path)
    ours = lines(exports.write(course.root))
    assert ours[0][: len(theirs[0])] == theirs[0]
    assert [row[: len(theirs[0])] for row in ours[1:]] == theirs[1:]


@pytest.mark.parametrize("state", sorted(set(STATES) - {GRADED}))
def test_a_failure_is_never_a_number(course: Course, state: str) -> None:
    course.grade("eve", {"test_mean": 0.0}, state=state, reasons=("the cell `mean` did it",))
    row = rows(course)["eve"]
    assert (row["score"], row["raw_score"]) == ("", "")
    assert (row["state"], row["reasons"]) == (state, "the cell `mean` did it")
    assert row["provisional_score"] == "10.0"
    assert rows(course, "canvas")["eve"][NAME] == ""
    moodle = rows(course, "moodle")["eve"]
    assert moodle[f"{NAME} (Real)"] == "-", "of an empty cell Moodle would make a zero"
    assert moodle[f"{NAME} (Feedback)"].startswith("No grade yet.")


def test_a_run_that_decided_nothing_has_no_provisional_score_either(course: Course) -> None:
    nothing = dict.fromkeys(("test_double", "test_double_hidden", "test_mean"), None)
    course.grade("eve", dict.fromkeys(nothing, 0.0), by_hand=None, state=None)
    course.store(course.result("eve", nothing, "crashed", {}))
    assert rows(course)["eve"]["provisional_score"] == ""


def test_what_was_rejected_is_there_though_the_gradebook_never_saw_it(course: Course) -> None:
    course.store(Result("eve", NAME, "rejected", ("it is not a notebook",)), recorded=False)
    row = rows(course)["eve"]
    assert (row["state"], row["reasons"]) == ("rejected", "it is not a notebook")
    assert [row[each] for each in ("raw_score", "score", "provisional_score")] == ["", "", ""]
    assert rows(course, "canvas")["eve"][NAME] == ""


def test_an_accepted_failure_counts_and_says_so(course: Course) -> None:
    course.grade("eve", state="suspicious", reasons=("numpy.allclose was replaced",))
    course.accept("eve", "a harmless wrapper")
    row = rows(course)["eve"]
    assert (row["state"], row["score"]) == ("accepted", "14.0")
    assert "numpy.allclose was replaced" in row["reasons"]
    assert "a harmless wrapper" in row["reasons"]


def test_an_accepted_failure_still_waits_for_what_was_never_decided(course: Course) -> None:
    course.grade("eve", {"test_mean": None}, state="timeout")
    course.accept("eve", "its loop was ours")
    row = rows(course)["eve"]
    assert (row["state"], row["score"]) == ("needs manual grading", "")
    assert row["reasons"] == "test_mean waits for a mark"


def test_a_missing_mark_is_waited_for(course: Course) -> None:
    course.grade("ada", by_hand=None)
    row = rows(course)["ada"]
    assert (row["state"], row["score"], row["provisional_score"]) == (
        "needs manual grading",
        "",
        "9.0",
    )
    assert "why" in row["reasons"]
    assert rows(course, "canvas")["ada"][NAME] == ""


def test_no_submission_is_no_zero(course: Course) -> None:
    course.enrol("zoe")
    row = rows(course)["zoe"]
    assert (row["state"], row["score"], row["raw_score"]) == ("missing", "", "")


def test_a_submission_that_nothing_graded_is_no_zero(course: Course) -> None:
    with course.gradebook as gradebook:
        gradebook.add_student("zoe")
        gradebook.add_submission(NAME, "zoe")
    row = rows(course)["zoe"]
    assert (row["state"], row["score"], row["provisional_score"]) == ("not graded", "", "")


def test_a_grade_that_the_gradebook_does_not_have_yet_waits(course: Course) -> None:
    course.grade("ada", {"test_mean": 0.0})
    course.store(course.result("ada", ALL, GRADED, {}), False)
    row = rows(course)["ada"]
    assert (row["state"], row["score"]) == ("not recorded", "")
    assert row["provisional_score"] == "9.0", "the ledger's points, not the gradebook's older ones"


def test_plain_nbgrader_counts_without_a_ledger(course: Course) -> None:
    course.grade("ada", {"test_double": 0.0}, state=None)
    assert rows(course)["ada"]["state"] == "graded"
    assert rows(course)["ada"]["score"] == "11.0"
    assert not (course.root / "grading_ledger.db").exists(), "an export leaves no ledger behind"


def test_a_penalty_is_taken_off_and_never_below_zero(course: Course) -> None:
    course.grade("late", penalty=4.0)
    course.grade("later", {"test_double": 0.0, "test_mean": 0.0}, by_hand=0.0, penalty=99.0)
    found = rows(course)
    assert (found["late"]["raw_score"], found["late"]["score"]) == ("14.0", "10.0")
    assert (found["later"]["raw_score"], found["later"]["score"]) == ("2.0", "0.0")
    assert rows(course, "canvas")["late"][NAME] == "10.0"
    feedback = rows(course, "moodle")["late"][f"{NAME} (Feedback)"]
    assert "4 points taken off for handing in late" in feedback


def test_canvas_reads_its_own_form(course: Course) -> None:
    course.enrol("ada", first_name="Ada", last_name="Lovelace", lms_user_id="4711")
    course.grade("ada", {"test_mean": 1.23456})
    course.grade("bob")
    header, possible, bob, ada = lines(exports.write(course.root, "canvas"))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME]
    assert possible[0].strip() == "Points Possible"
    assert possible[1:] == ["", "", "", "", "14.0"]
    assert ada == ["Lovelace, Ada", "4711", "", "ada", "", "11.23"]
    assert bob == ["bob", "", "", "bob", "", "14.0"]


def test_canvas_columns_can_be_named_as_canvas_names_them(course: Course) -> None:
    course.grade("ada")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.CanvasCsv.columns = {{'{NAME}': 'Demo (4711)'}}\n")
    assert rows(course, "canvas")["ada"]["Demo (4711)"] == "14.0"


@pytest.mark.parametrize(
    ("identifier", "heading", "value"),
    [
        ("username", "Username", "ada"),
        ("idnumber", "ID number", "4711"),
        ("email", "Email address", "ada@example.org"),
    ],
)
def test_moodle_knows_students_by_what_it_is_told(
    course: Course, identifier: str, heading: str, value: str
) -> None:
    course.enrol("ada", email="ada@example.org", lms_user_id="4711")
    course.grade("ada")
    with (course.root / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(f"c.MoodleCsv.identifier = '{identifier}'\n")
    header, row = lines(exports.write(course.root, "moodle"))
    assert header == [heading, f"{NAME} (Real)", f"{NAME} (Feedback)"]
    assert row == [value, "14.0", ""]


def test_moodle_gets_no_line_without_an_identifier(
    course: Course, caplog: pytest.LogCaptureFixture
) -> None:
    course.enrol("ada", email="ada@example.org")
    course.grade("ada")
    course.grade("bob")
    plugin = MoodleCsv(identifier="email", to=str(course.root / "grades.csv"))
    plugin.log.propagate = True
    with course.gradebook as gradebook, course.ledger as ledger, caplog.at_level(logging.WARNING):
        path = plugin.save(gradebook, ledger)
    assert [row[0] for row in lines(path)] == ["Email address", "ada@example.org"]


def test_comments_reach_moodle(course: Course) -> None:
    course.grade("ada")
    with course.gradebook as gradebook:
        comment = gradebook.find_comment("why", NAME, NAME, "ada")
        comment.manual_comment = "well argued"
        gradebook.db.commit()
    assert rows(course, "moodle")["ada"][f"{NAME} (Feedback)"] == "why: well argued"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1+1",
        "﹢1",
        "－1",
        "＠a",
    ],
)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["Ada", "O'Neill", "a=b", "-", "", "李雷", "a@b.c", "3-4"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


def test_hostile_names_stay_in_their_cells(course: Course) -> None:
    course.enrol("eve", last_name="=cmd|' /C calc'!A0, \"x\"\n1,2,3", first_name="李 \u202e雷")
    course.grade("eve", state="rejected", reasons=("\ud800 half a character", "=1+1"))
    for to in exports.FORMATS:
        found = lines(exports.write(course.root, to))
        assert len({len(row) for row in found}) == 1, "no cell breaks out of its column"
        assert not any(cell[:1] in "=+@\t\r" for row in found for cell in row if cell)
    row = rows(course)["eve"]
    assert row["last_name"].startswith("'=cmd")
    assert row["first_name"] == "李 \u202e雷"


@pytest.fixture
def two(course: Course) -> Course:
    """Two assignments and two students."""
    course.grade("ada")
    course.grade("bob", {"test_mean": 0.0})
    with course.gradebook as gradebook:
        gradebook.add_assignment("01_more")
    return course


def test_filters_choose_students_and_assignments(two: Course) -> None:
    assert set(rows(two)) == {"ada", "bob"}
    found = lines(exports.write(two.root, only=[NAME], students=["bob"]))
    assert [row[:4] for row in found[1:]] == [[NAME, "", "", "bob"]]
    header = lines(exports.write(two.root, "canvas", only=["01_more"]))[0]
    assert header[5:] == ["01_more"]


def test_unknown_names_are_errors(two: Course) -> None:
    with pytest.raises(ValueError, match="expected an assignment out of 00_demo, 01_more"):
        exports.write(two.root, only=["x"])
    with pytest.raises(ValueError, match="expected a student of the course, got 'carol'"):
        exports.write(two.root, students=["carol"])
    with pytest.raises(ValueError, match="expected a format out of csv, canvas, moodle; got 'xml'"):
        exports.write(two.root, "xml")


def test_two_assignments_make_two_columns(two: Course) -> None:
    header, possible, ada, _ = lines(exports.write(two.root, "canvas"))
    assert header[5:] == [NAME, "01_more"]
    assert possible[5:] == ["14.0", "0.0"]
    assert ada[5:] == ["14.0", ""]


def test_nbgrader_export_writes_the_truthful_file(two: Course) -> None:
    two.grade("eve", state="timeout", reasons=("stopped after 30 seconds",))
    command = [sys.executable, "-m", "nbgrader", "export", "--to=out.csv", "--student=['eve']"]
    done = subprocess.run(
        [*command, f"--assignment=['{NAME}']"],
        cwd=two.root,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(two.root)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (row,) = csv.DictReader(io.StringIO((two.root / "out.csv").read_text(encoding="utf-8")))
    assert (row["student_id"], row["score"], row["state"]) == ("eve", "", "timeout")


def test_each_format_is_an_exporter_of_nbgraders() -> None:
    assert set(exports.FORMATS.values()) == {TruthfulCsv, CanvasCsv, MoodleCsv}
