"""The class report: its numbers, what it flags, and whom it names."""

import html
import re
import sqlite3
from html.parser import HTMLParser
from pathlib import Path

import pytest
from desk_course import NAME
from graded_class import ALL, Course, copy_of, make

from llmbook_utils.grading import class_report
from llmbook_utils.grading.charts import histogram, shares
from llmbook_utils.grading.item_analysis import Item, analyse
from llmbook_utils.grading.misconceptions import misconceptions, said
from llmbook_utils.grading.result import GRADED, Result, TestResult

# nbgrader's own queries, which SQLAlchemy 2 warns about
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning")

HINT = "the result of mean is not right.\n  Hint: divide by the number of values.\n  called as …"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make(tmp_path_factory.mktemp("report") / "course")


@pytest.fixture
def course(empty: Course, tmp_path: Path) -> Course:
    return copy_of(empty, tmp_path / "course")


class Text(HTMLParser):
    """The text of each section of a page, by its heading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sections: dict[str, str] = {}
        self.heading, self.inside = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "h2":
            self.heading, self.inside = "", True

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.heading += data
        else:
            text = self.sections.get(self.heading, "") + " " + data
            self.sections[self.heading] = " ".join(text.split())


def report(course: Course) -> dict[str, str]:
    return Text(class_report.write(NAME, course.root).read_text(encoding="utf-8")).sections


def test_it_is_one_page_that_needs_nothing_else(course: Course) -> None:
    course.grade("ada")
    path = class_report.write(NAME, course.root)
    assert path == course.root / "reports" / f"{NAME}.html"
    page = path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<link" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', page)


def test_states_are_counted_and_those_that_need_a_look_are_named(course: Course) -> None:
    course.grade("ada")
    course.grade("bob", by_hand=None)
    course.grade("eve", state="suspicious", reasons=("numpy.allclose was replaced",))
    course.store(Result("joe", NAME, "rejected", ("it is not a notebook",)), recorded=False)
    course.enrol("zoe")
    found = report(course)
    stand = found["How the submissions stand"]
    for state in ("1 Suspicious", "1 Rejected", "1 Graded", "1 Missing", "1 Needs manual grading"):
        assert state in stand
    assert "why in 1 submission" in stand
    look = found["To look at"]
    assert "eve suspicious numpy.allclose was replaced 14" in look
    assert "joe rejected it is not a notebook –" in look
    assert "ada" not in look
    assert "zoe" not in look
    assert "4 of 5 students handed in" in found[""]


def test_names_stand_nowhere_but_in_the_lists(course: Course) -> None:
    course.grade("lovelace", {"test_mean": 0.0}, messages={"test_mean": HINT})
    course.grade("noether", state="timeout", reasons=("too slow",))
    course.grade("lovelace", {"test_mean": 4.0})
    named = {
        heading
        for heading, text in report(course).items()
        if "lovelace" in text or "noether" in text
    }
    assert named == {"To look at", "Who gained and who lost"}


def test_totals_are_those_that_count(course: Course) -> None:
    course.grade("ada", penalty=1.0)
    course.grade("bob", {"test_mean": 0.0})
    course.grade("eve", {"test_mean": 0.0, "test_double": 0.0}, state="crashed")
    course.grade("kim", by_hand=None)
    scores = report(course)["Scores"]
    assert "The totals of the 2 submissions that count" in scores
    assert "median 11.5" in scores
    assert "1 more wait" in scores
    assert "mean is 11.5" in scores


def test_before_any_mark_by_hand_the_points_so_far_are_shown_as_such(course: Course) -> None:
    course.grade("ada", by_hand=None)
    course.grade("bob", {"test_mean": 0.0}, by_hand=None)
    scores = report(course)["Scores"]
    assert "No total is final yet" in scores
    assert "median 7" in scores


def test_success_is_counted_by_exercise(course: Course) -> None:
    course.grade("ada")
    course.grade("bob", {"test_double": 0.0, "test_mean": 0.0})
    course.grade("eve", dict.fromkeys(ALL, 0.0), state="crashed")
    course.grade("kim", {"test_mean": 0.0}, by_hand=None)
    success = report(course)["Success in each exercise"]
    assert "Exercise 1: twice as much 67 %" in success
    assert "Exercise 2: the mean 33 %" in success
    assert "Exercise 3: why the mean? 100 %" in success, "of those who have a mark"
    page = (course.root / "reports" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "67 % full, 33 % partly, 0 % none" in page
    assert "33 % full, 0 % partly, 67 % none" in page


def test_exercises_are_found_without_the_instructors_notebook(course: Course) -> None:
    course.grade("ada", {"test_mean": 0.0})
    (course.root / "solutions" / NAME / f"{NAME}.ipynb").unlink()
    success = report(course)["Success in each exercise"]
    assert "double 100 %" in success
    assert "mean 0 %" in success


def test_bad_discrimination_is_flagged_in_a_class_that_is_large_enough(course: Course) -> None:
    for number in range(10):
        good = number >= 5
        points = {"test_mean": 0.0} if good else {"test_double": 0.0, "test_double_hidden": 0.0}
        course.grade(f"s{number}", points, by_hand=4.0 + good)
        if number == 8:
            heading = "Exercises that tell students apart badly"
            assert "With fewer than 10 students" in report(course)[heading]
    badly = report(course)[heading]
    assert "Exercise 2: the mean (item-rest correlation -1.00)" in badly
    assert "does worse here" in badly


def test_misconceptions_are_counted(course: Course) -> None:
    both = {"test_mean": HINT, "test_double": "expected double(2) = 4, got 5"}
    for student in ("ada", "bob"):
        course.grade(student, {"test_mean": 2.0}, messages=both)
    course.grade("kim", {"test_double": 0.0}, messages=both)
    course.grade("eve", {"test_mean": 0.0}, state="suspicious", messages=both)
    met = report(course)["What was misunderstood"]
    assert "2 divide by the number of values. test_mean 2" in met
    assert "1 expected double(…) = …, got … test_double 1" in met


def test_gains_and_losses_are_shown(course: Course) -> None:
    course.grade("ada", {"test_mean": 0.0})
    course.grade("bob")
    course.grade("kim")
    course.grade("ada")
    course.grade("bob", {"test_mean": 1.0})
    course.grade("kim")
    changed = report(course)["Who gained and who lost"]
    assert "bob −3 9, graded → 6, graded" in changed
    assert "ada +4 5, graded → 9, graded" in changed
    assert "kim" not in changed


def test_time_and_memory_are_told(course: Course) -> None:
    for student, seconds in (("ada", 1.0), ("bob", 2.0), ("eve", 30.0)):
        course.grade(student, seconds=seconds, peak_mb=seconds * 10)
    told = report(course)["Time and memory"]
    assert "less than 2.0 seconds" in told
    assert "took 30.0" in told
    assert "300 MB" in told


def test_a_class_that_plain_nbgrader_graded_has_a_report_too(course: Course) -> None:
    course.grade("ada", {"test_mean": 0.0}, state=None)
    found = report(course)
    assert "1 Graded" in found["How the submissions stand"]
    assert "Exercise 2: the mean 0 %" in found["Success in each exercise"]
    assert "Time and memory" not in found
    assert not (course.root / "grading_ledger.db").exists()


def test_everything_is_escaped(course: Course) -> None:
    evil = "<img src=x onerror=alert(1)>"
    course.enrol(evil)
    course.grade(evil, state="timeout", reasons=(evil,))
    course.grade("ada", {"test_mean": 0.0}, messages={"test_mean": f"x\n  Hint: {evil} \ud800"})
    page = class_report.write(NAME, course.root).read_text(encoding="utf-8")
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3


def test_no_submission_is_an_error(course: Course) -> None:
    course.enrol("zoe")
    with pytest.raises(ValueError, match="expected submissions of 00_demo, found none"):
        class_report.write(NAME, course.root)


def test_the_ledger_stays_as_it_was(course: Course) -> None:
    course.grade("ada")
    with sqlite3.connect(course.root / "grading_ledger.db") as database:
        before = database.execute("SELECT * FROM submissions").fetchall()
    report(course)
    with sqlite3.connect(course.root / "grading_ledger.db") as database:
        assert database.execute("SELECT * FROM submissions").fetchall() == before


# --- the numbers -------------------------------------------------------------------------------


def items(**points: list[float]) -> dict[str, Item]:
    """The analysis of items of one point each, from the students' points."""
    names = [(name, name, 1.0) for name in points]
    students = [dict(zip(points, row, strict=True)) for row in zip(*points.values(), strict=True)]
    return {item.name: item for item in analyse(students, names)}


def test_indices_agree_with_a_calculation_by_hand() -> None:
    # ten students; 27 % of them are three, above and below
    easy = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    hard = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    found = items(easy=easy, hard=hard)
    assert found["hard"].index == pytest.approx(1.0)
    assert found["easy"].index == pytest.approx(1 / 3)
    # phi coefficient of the 2 × 2 table (0, 0): 1, (1, 0): 6, (1, 1): 3
    phi = (1 * 3 - 6 * 0) / (1 * 9 * 7 * 3) ** 0.5
    assert found["hard"].rest == pytest.approx(phi)
    assert found["easy"].rest == pytest.approx(phi)


def test_flags_follow_the_correlation() -> None:
    going = [0.0] * 5 + [1.0] * 5
    against = [1.0] * 5 + [0.0] * 5
    found = items(a=going, b=going, c=going, against=against)
    assert found["a"].remark == ""
    assert "does worse here" in found["against"].remark
    half = [0.0] * 6 + [1.0] * 6
    found = items(a=half, b=half, chance=[0.0, 1.0] * 6)
    assert found["chance"].rest == pytest.approx(0.0)
    assert "hardly goes with the rest" in found["chance"].remark


def test_what_all_or_none_solve_is_flagged_as_that() -> None:
    mixed = [0.0] * 5 + [1.0] * 5
    found = items(a=mixed, b=mixed, all=[1.0] * 10, nobody=[0.0] * 10)
    assert found["all"].remark.startswith("Everybody")
    assert found["nobody"].remark.startswith("Nobody")
    assert found["all"].rest is None


def test_small_classes_are_not_judged() -> None:
    found = items(a=[0.0, 1.0] * 4, against=[1.0, 0.0] * 4)
    assert found["against"].rest == pytest.approx(-1.0)
    assert found["against"].remark == ""


def test_a_student_without_a_mark_counts_where_there_are_points() -> None:
    found = analyse([{"a": 1.0, "b": 0.0}, {"a": 1.0}], [("a", "a", 1.0), ("b", "b", 1.0)])
    assert [item.students for item in found] == [2, 1]
    assert [item.full for item in found] == [2, 0]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (HINT, ["divide by the number of values."]),
        ("x\n  Hint: one.\n  Hint: two.", ["one.", "two."]),
        ("the order [0, 2, [3, 1]] is wrong: node 12 comes first", None),
        ("got -1.5e-3 for softmax_2, p0 and x1", ["got … for softmax_2, p0 and x1"]),
        ("", []),
    ],
)
def test_a_message_is_reduced_to_what_it_means(message: str, expected: list[str] | None) -> None:
    assert said(message) == (expected or []) or expected is None
    if expected is None:
        assert said(message) == ["the order … is wrong: node … comes first"]


def test_a_student_counts_once_for_a_hint() -> None:
    tests = tuple(TestResult(name, "mean", 1.0, 0.0, HINT) for name in ("one", "two"))
    passed = TestResult("three", "mean", 1.0, 1.0, HINT)
    undecided = TestResult("four", "mean", 1.0, None, HINT)
    (found,) = misconceptions([Result("ada", NAME, GRADED, tests=(*tests, passed, undecided))])
    assert (found.students, found.tests) == (1, (("one", 1), ("two", 1)))


def test_the_histogram_holds_every_value() -> None:
    drawn = str(histogram([0.0, 9.9, 10.0, 55.0, 100.0, 104.0], 100.0))
    heights = [float(height) for height in re.findall(r'y="[\d.]+" height="([\d.]+)"', drawn)]
    assert [round(height / max(heights) * 2) for height in heights] == [
        2,
        1,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
        2,
    ]
    assert "median 32.5" in drawn


def test_shares_fill_the_bar() -> None:
    widths = re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', str(shares(50.0, 0.0, 50.0)))
    assert widths == [("0.00", "50.00"), ("50.00", "50.00")]
