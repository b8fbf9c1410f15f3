"""Feedback pages: what students see, and what nobody can put into them or get out of them."""

import base64
import hashlib
import html
import os
import re
import subprocess
import sys
import time
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from desk_course import NAME, source_notebook, test_cell
from graded_class import ALL, Course, copy_of, make
from hostile_markup import ATTACKS
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from llmbook_utils.grading import sanitise
from llmbook_utils.grading.assignment import marks
from llmbook_utils.grading.feedback import page, write_refusal
from llmbook_utils.grading.hidden import REMARK, Redaction, without_hidden
from llmbook_utils.grading.ledger import Entry, Key
from llmbook_utils.grading.result import STATES, Result
from llmbook_utils.grading.sanitise import MOST
from llmbook_utils.grading.standing import EXPLANATIONS

# nbgrader's own queries, which SQLAlchemy 2 warns about
pytestmark = pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning")

FRAME = {"html", "head", "meta", "title", "style", "body", "main", "header", "section"}
SAFE_TAGS = sanitise._TAGS | FRAME
UNSAFE = ("style", "srcset", "srcdoc", "action", "formaction")


class Dangers(HTMLParser):
    """What could do harm in a page: elements, attributes, and addresses elsewhere."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SAFE_TAGS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            value = value or ""
            if name.startswith("on") or name in UNSAFE:
                self.found.append(f"{tag} {name}")
            if name == "src" and not value.startswith("data:image/"):
                self.found.append(f"{tag} src={value}")
            if name == "href" and not re.match(r"#|https?://|mailto:", value):
                self.found.append(f"{tag} href={value}")


def graded(notebook: NotebookNode, **cells: dict[str, Any]) -> NotebookNode:
    """The notebook as nbgrader's step leaves it: with scores, comments, and what waits."""
    for cell in notebook.cells:
        if marks(cell).get("grade"):
            cell.metadata.nbgrader.score = float(cell.metadata.nbgrader.points)
        if marks(cell):
            cell.metadata.nbgrader.update(cells.get(marks(cell)["grade_id"], {}))
    return notebook


def entry(state: str = "graded", accepted: str | None = None, **about: Any) -> Entry:
    """The ledger's line for a result."""
    course = Course(Path())
    messages = about.pop("messages", {})
    result = course.result("ada", ALL | about.pop("points", {}), state, messages, **about)
    packed = zlib.compress(result.as_json().encode())
    key, reasons = Key("", "", ""), result.reasons
    return Entry(NAME, "ada", key, state, reasons, result.earned, "", True, accepted, packed)


def shown(cells: NotebookNode | None = None, line: Entry | None = None, **grades: Any) -> str:
    """The page of a notebook, by default of one in which everything is right."""
    about = {"student": "ada", "notebook": NAME, "score": 14.0, "max_score": 14.0}
    about |= {"late_penalty": 0.0} | grades
    return page(cells or graded(source_notebook()), about, line)


def words(source: str) -> str:
    """The text of a page, in one line."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", source, flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def failing(name: str, said: str, *, ename: str = "CheckFailed", count: int = 7) -> NotebookNode:
    """The notebook, with a test that failed as IPython reports it."""
    notebook = graded(source_notebook(), **{name: {"score": 0.0}})
    for cell in notebook.cells:
        if marks(cell).get("grade_id") == name:
            cell.execution_count = count
            source = cell.source.splitlines()
            frames = [
                "\x1b[0;31m" + "-" * 75 + "\x1b[0m",
                f"\x1b[0;31m{ename}\x1b[0m          Traceback (most recent call last)",
                f"Cell \x1b[0;32mIn[{count}]\x1b[0m, line 2",
                *(f"{'----> ' * (i == 1):6}{i + 1} {code}" for i, code in enumerate(source)),
                "",
                "File \x1b[0;32m/opt/llmbook_utils/check/__init__.py:12\x1b[0m, in case(function)",
                "     11 problem = complaint(value)",
                "---> 12 raise CheckFailed(problem)",
                "",
                f"\x1b[0;31m{ename}\x1b[0m: {said}",
            ]
            cell.outputs = [new_output("error", ename=ename, evalue=said, traceback=frames)]
    return notebook


# --- hidden tests --------------------------------------------------------------------------------


def test_the_code_of_hidden_tests_is_one_remark() -> None:
    region = "    ### BEGIN HIDDEN TESTS\n    assert f(3) == 9\n    ### END HIDDEN TESTS"
    assert without_hidden(f"import math\n{region}\nx = 1") == f"import math\n    {REMARK}\nx = 1"


def test_a_region_that_is_never_closed_is_hidden_to_the_end() -> None:
    assert without_hidden("a\n### BEGIN HIDDEN TESTS\nsecret\n") == f"a\n{REMARK}"


def test_several_regions_are_hidden_each() -> None:
    region = "### BEGIN HIDDEN TESTS\nsecret\n### END HIDDEN TESTS"
    assert without_hidden(f"{region}\nopen\n{region}") == f"{REMARK}\nopen\n{REMARK}"


def test_a_page_shows_the_message_of_a_hidden_test_and_not_its_code() -> None:
    said = "expected double(-3) = -6, got -3"
    made = shown(failing("test_double_hidden", said, ename="AssertionError"))
    assert "assert double(-3)" not in html.unescape(made)
    assert words(made).count(said) == 2, "in the summary, and in the output"
    assert "Hidden tests ran here" in words(made)
    assert "raise CheckFailed(problem)" in words(made), "frames elsewhere stay"


def test_in_a_traceback_short_lines_of_hidden_cells_are_hidden_too() -> None:
    hidden = new_code_cell("### BEGIN HIDDEN TESTS\nx = f(3)\n### END HIDDEN TESTS")
    hidden.execution_count = 4
    frames = (
        "ValueError    Traceback (most recent call last)\nCell In[4], line 2\n      1 # a remark\n"
        "----> 2 x = f(3)\n\nCell In[3], line 1, in f(x)\n----> 1 x = f(3)\n\nValueError: 2 is even"
    )
    made = Redaction(nbformat.v4.new_notebook(cells=[hidden])).traceback(frames)
    assert made.count("x = f(3)") == 1, "that of the student's own cell stays"
    assert "Cell In[4], line 2\n\nCell In[3]" in made
    assert made.endswith("ValueError: 2 is even")


def test_the_code_of_visible_tests_stays_in_tracebacks() -> None:
    made = words(shown(failing("test_double", "you return x itself: multiply by two")))
    assert '----> 2 warnings.warn("a warning is no verdict")' in made


def test_outputs_that_show_hidden_code_are_redacted() -> None:
    notebook = graded(source_notebook())
    hidden = next(c.source for c in notebook.cells if "HIDDEN" in c.source)
    listing = f"mine\n{hidden}\n['', {hidden!r}]\nmine too"
    cell = new_code_cell("print(In)", outputs=[new_output("stream", text=listing)])
    cell.outputs.append(new_output("execute_result", {"text/plain": listing}))
    cell.outputs.append(new_output("display_data", {"text/html": f"<pre>{listing}</pre>"}))
    notebook.cells.append(cell)
    made = html.unescape(shown(notebook))
    assert "assert double(-3)" not in made
    assert made.count("mine too") == 3


def test_short_and_visible_lines_are_no_secret() -> None:
    notebook = source_notebook()
    notebook.cells.append(new_code_cell("values = [1, 2, 3]"))
    notebook.cells.append(
        test_cell("t", "### BEGIN HIDDEN TESTS\nvalues = [1, 2, 3]\nx = 1\n### END HIDDEN TESTS", 1)
    )
    redaction = Redaction(notebook)
    assert redaction.text("values = [1, 2, 3]\nx = 1") == "values = [1, 2, 3]\nx = 1"


# --- nothing hostile gets through ----------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_markup_is_harmless_wherever_it_stands(attack: str) -> None:
    notebook = failing("test_mean", attack, ename=attack)
    notebook.cells += [
        new_markdown_cell(f"# {attack}\n\ntext {attack}\n\n[x]({attack})\n\n![x]({attack})"),
        new_code_cell(attack, outputs=[new_output("stream", text=attack)]),
        nbformat.v4.new_raw_cell(attack),
    ]
    for kind in (
        "text/html",
        "text/markdown",
        "text/latex",
        "text/plain",
        "image/svg+xml",
        "image/png",
        "application/javascript",
        "application/vnd.jupyter.widget-view+json",
        "application/x-unknown",
    ):
        data = {kind: attack, "text/plain": attack}
        notebook.cells[-2].outputs.append(new_output("display_data", data))
    for cell in notebook.cells:
        if marks(cell).get("solution"):
            cell.metadata.nbgrader.comment = attack
    line = entry(
        "suspicious", reasons=(attack,), points={"test_mean": 0.0}, messages={"test_mean": attack}
    )
    made = shown(notebook, line, student=attack, notebook=attack)
    assert Dangers(made).found == []
    assert made.encode("utf-8")


def test_no_mark_of_the_page_can_be_forged() -> None:
    forged = '<p id="top" class="state">a</p><span class="full" id="cell-mean">b</span>'
    for made in (sanitise.html(forged), sanitise.markdown(forged)):
        assert "<p>a</p><span>b</span>" in made


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("[a](https://example.org) [b](#cell-x)", ['href="https://example.org"', 'href="#cell-x"']),
        ("[a](mailto:ada@example.org)", ['href="mailto:ada@example.org"']),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["<table>", "<td>1</td>"]),
        (
            "<details><summary>Hint</summary>\n\n*think*\n\n</details>",
            ["<details>", "<em>think</em>"],
        ),
        ("$\\frac{1}{2}_a *b*$", ["$\\frac{1}{2}_a *b*$"]),
        ("```python\nx = 1\n```", ["<pre>", '<span class="mi">1</span>']),
    ],
)
def test_honest_markdown_stays(source: str, kept: list[str]) -> None:
    made = str(sanitise.markdown(source))
    assert all(each in made for each in kept), made


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and more").decode()


def test_pictures_stay_where_the_page_holds_them_itself() -> None:
    inline = f"data:image/png;base64,{PNG}"
    assert f'src="{inline}"' in sanitise.markdown(f"![a]({inline}) " + "x" * 100)
    assert f'src="{inline}"' in sanitise.html(f'<img src="{inline}">')
    attached = sanitise.markdown("![a](attachment:a.png)", {"a.png": {"image/png": PNG}})
    assert f'src="{inline}"' in attached
    assert "src" not in sanitise.markdown("![a](attachment:b.png)", {"a.png": {"image/png": PNG}})
    assert "src" not in sanitise.markdown("![words instead](figure.png)")
    assert f'src="{inline}"' in sanitise.picture("image/png", PNG)
    assert sanitise.picture("image/png", base64.b64encode(b"<html>").decode()) == ""


def drawing(made: str) -> str:
    """The SVG in an <img>."""
    return base64.b64decode(made.split("base64,")[1].split('"')[0]).decode()


def test_drawings_are_pictures_without_scripts_and_foreign_addresses() -> None:
    source = """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://x/a.dtd">
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">
    <style>@import url(https://evil.example/a.css);</style><script>a()</script>
    <a href="https://evil.example"><rect/></a><foreignObject><b/></foreignObject>
    <image xlink:href="https://evil.example/a.png"/><use xlink:href="#mark"/>
    <rect width="3" fill="url(#shade)" onclick="a()" style="fill:url( 'https://evil.example')"/></svg>"""
    made = sanitise.picture("image/svg+xml", source)
    assert Dangers(made).found == []
    inside = drawing(made)
    for gone in ("script", "evil", "onload", "onclick", "foreignObject", "<a"):
        assert gone not in inside
    for kept in ('fill="url(#shade)"', 'href="#mark"', 'width="3"'):
        assert kept in inside


@pytest.mark.parametrize(
    "source",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">'
        "<text>&b;</text></svg>",
        "<svg><rect>",
        "<html/>",
        "",
    ],
)
def test_what_is_no_drawing_is_not_shown(source: str) -> None:
    assert sanitise.picture("image/svg+xml", source) == ""


def test_widgets_and_scripts_are_named_and_not_run() -> None:
    notebook = graded(source_notebook())
    data = {
        "application/vnd.jupyter.widget-view+json": {"model_id": "a"},
        "text/plain": "IntSlider()",
    }
    outputs = [
        new_output("display_data", data),
        new_output("display_data", {"application/javascript": "alert(1)", "text/plain": "<JS>"}),
        new_output(
            "display_data", {"text/html": "<script>draw()</script>", "text/plain": "a chart"}
        ),
    ]
    notebook.cells.append(new_code_cell("show()", outputs=outputs))
    made = words(shown(notebook))
    assert made.count("An output that needs JavaScript is not shown here") == 2
    assert "a chart" in made
    assert "alert(1)" not in made


def test_escape_sequences_of_terminals_leave_their_text() -> None:
    text = "\x1b[1;31mError\x1b[0m \x1b]0;title\x07here\x1b[2K\rdone\n50 %\r100 %\n\x00\x9bend"
    assert sanitise.plain(text) == "done\n100 %\nend"


@pytest.mark.parametrize(
    "part",
    ["<div>", "<b><p>", "<table>", "\\begin{a}", "<", "[", "> ", "<a ", "<!--", "&", "<style>"],
)
def test_no_text_takes_long(part: str) -> None:
    started = time.process_time()
    sanitise.markdown(part * (MOST["markdown"] // len(part)))
    sanitise.html(part * (MOST["html"] // len(part)))
    sanitise.code(part * (MOST["code"] // len(part)))
    assert time.process_time() - started < 10


def test_what_is_too_long_to_parse_is_shown_as_it_is() -> None:
    for make_safe, most in ((sanitise.markdown, MOST["markdown"]), (sanitise.html, MOST["html"])):
        assert make_safe("<b>x</b>" + " " * most).startswith("<pre>&lt;b&gt;x")


# --- what the page says --------------------------------------------------------------------------


def test_the_page_needs_nothing_else_and_its_policy_allows_its_own_style() -> None:
    made = shown()
    policy = html.unescape(re.findall(r'Security-Policy" content="([^"]+)"', made)[0])
    style = re.findall(r"<style>(.*?)</style>", made, flags=re.S)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert made.index("Security-Policy") < made.index("<style>")
    assert "url(" not in style
    assert Dangers(made).found == []


def test_each_exercise_stands_at_the_top_with_points_and_what_was_missing() -> None:
    hint = "the result of mean is not right.\n  Hint: divide by the number of values.\n  yours 3"
    notebook = graded(source_notebook(), test_mean={"score": 1.5}, why={"score": 4.0})
    made = words(shown(notebook, entry(points={"test_mean": 1.5}, messages={"test_mean": hint})))
    top = made[: made.index("Your notebook")]
    assert "Exercise 1: twice as much 5 / 5 Nothing" in top
    assert "Exercise 2: the mean 1.5 / 4" in top
    assert "test_mean 1.5 of 4" in top
    assert "Hint: divide by the number of values." in top
    assert "Exercise 3: why the mean? 4 / 5" in top


def test_without_a_ledger_the_message_is_the_errors() -> None:
    made = words(shown(failing("test_mean", "you divide by the length plus one")))
    assert "test_mean 0 of 4 you divide by the length plus one" in made
    other = words(shown(failing("test_mean", "name 'x' is not defined", ename="NameError")))
    assert "NameError: name 'x' is not defined" in other


def test_a_repeated_message_is_told_once() -> None:
    said = {"test_double": "wrong", "test_double_hidden": "wrong"}
    zero = {name: {"score": 0.0} for name in said}
    notebook = graded(source_notebook(), **zero)
    made = words(shown(notebook, entry(points=dict.fromkeys(said, 0.0), messages=said)))
    assert "test_double 0 of 3 wrong test_double_hidden 0 of 2: the same" in made


def test_a_test_without_a_verdict_has_no_points_rather_than_none() -> None:
    notebook = graded(source_notebook(), test_mean={"score": None})
    line = entry("timeout", points={"test_mean": None}, messages={"test_mean": "stopped"})
    made = words(shown(notebook, line))
    assert "– of 4, not decided stopped" in made
    assert "Exercise 2: the mean – / 4" in made


@pytest.mark.parametrize("state", sorted(set(STATES) - {"graded"}))
def test_a_failure_is_explained_before_all_else(state: str) -> None:
    made = words(shown(line=entry(state, reasons=("the cell `mean` did it",)), score=9.0))
    top = made[: made.index("Exercises")]
    assert "No grade yet · 9 of 14 points so far" in top
    assert state.capitalize() in top
    assert EXPLANATIONS[state] in top
    assert "the cell `mean` did it" in top


def test_an_accepted_submission_has_its_points() -> None:
    made = words(shown(line=entry("suspicious", "fine, a private note", reasons=("a tripwire",))))
    assert "14 of 14 points" in made
    assert EXPLANATIONS["accepted"] in made
    assert "private note" not in made
    assert "a tripwire" not in made


def test_a_graded_submission_has_no_banner() -> None:
    made = words(shown(line=entry()))
    assert "14 of 14 points Exercises" in made


def test_marks_by_hand_comments_and_the_penalty_are_shown() -> None:
    notebook = graded(source_notebook(), why={"score": 3.0, "comment": "**Well** argued."})
    made = shown(notebook, score=10.0, late_penalty=2.0)
    assert "<strong>Well</strong> argued." in made
    assert "10 of 14 points 2 points were taken off for handing in late." in words(made)
    assert "Your answer why 3 / 5" in words(made)


def test_what_waits_for_a_mark_says_so() -> None:
    made = words(shown(graded(source_notebook(), why={"score": 0.0, "waits": True}), score=9.0))
    assert "No grade yet · 9 of 14 points so far Needs manual grading" in made
    assert "Exercise 3: why the mean? – / 5 Waits for a mark" in made
    assert "Your answer why waits for a mark" in made


# --- through nbgrader ----------------------------------------------------------------------------


STUDENTS = ("ada", "eve", "kim", "sam")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Four students' graded notebooks, and the feedback that nbgrader's command writes."""
    made = make(tmp_path_factory.mktemp("feedback") / "course")
    for student in STUDENTS:
        folder = made.root / "autograded" / student / NAME
        folder.mkdir(parents=True)
        notebook = source_notebook()
        if student == "kim":  # a forged grade id
            notebook.cells.append(test_cell("forged", "pass", 100))
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
        (folder / "secrets").mkdir()
        (folder / "secrets" / "hidden.csv").write_text("1,2")
        (folder / "evil.html").write_text("<script></script>")
    made.grade("ada", {"test_mean": 2.0}, by_hand=4.0, penalty=1.0, messages={"test_mean": "so so"})
    made.grade("eve", {"test_mean": None}, state="timeout", reasons=("a loop without an end",))
    made.grade("sam", {"test_mean": None}, state="timeout", reasons=("a loop without an end",))
    made.accept("sam", "ours")
    made.grade("kim", by_hand=None, state=None)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", NAME],
        cwd=made.root,
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(made.root)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made


def written(course: Course, student: str) -> str:
    return (course.root / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def test_generate_feedback_writes_our_page_from_gradebook_and_ledger(course: Course) -> None:
    ada = words(written(course, "ada"))
    assert "10 of 14 points 1 points were taken off" in ada
    assert "test_mean 2 of 4 so so" in ada
    assert "assert double(-3)" not in html.unescape(written(course, "ada"))


def test_what_a_failed_run_decided_is_shown_and_what_it_did_not_is_no_zero(course: Course) -> None:
    eve = words(written(course, "eve"))
    assert "No grade yet · 10 of 14 points so far Timeout" in eve
    assert "a loop without an end" in eve
    assert "Exercise 1: twice as much 5 / 5" in eve
    assert "Exercise 2: the mean – / 4" in eve
    assert "Test test_mean not decided" in eve
    assert "Test test_double 3 / 3" in eve


def test_an_accepted_run_still_waits_for_what_it_did_not_decide(course: Course) -> None:
    assert "No grade yet · 10 of 14 points so far Needs manual" in words(written(course, "sam"))


def test_a_forged_grade_id_costs_nobody_the_feedback(course: Course) -> None:
    kim = words(written(course, "kim"))
    assert "Needs manual grading" in kim
    assert "forged" not in kim


def test_nothing_but_pages_lies_in_the_feedback(course: Course) -> None:
    feedback = course.root / "feedback"
    files = sorted(str(p.relative_to(feedback)) for p in feedback.rglob("*") if p.is_file())
    assert files == [f"{student}/{NAME}/{NAME}.html" for student in STUDENTS]
    assert not list(feedback.rglob("secrets"))


def test_what_was_rejected_has_a_page_too(course: Course, tmp_path: Path) -> None:
    other = copy_of(course, tmp_path / "course")
    other.store(Result("joe", NAME, "rejected", ("it is <not> a notebook",)), recorded=False)
    with other.ledger as ledger:
        line = ledger.find(NAME, "joe")
    assert line is not None
    made = write_refusal(other.root, line).read_text(encoding="utf-8")
    assert Dangers(made).found == []
    assert "No grade yet Rejected" in words(made)
    assert "it is <not> a notebook" in words(made)
