"""The set of hostile submissions itself: complete, well-formed, and its traps do spring.

Nothing of what is handed in is run here. The set is graded where the grader is tested.
"""

import ast
import contextlib
import functools
import io
import json
import os
import socket
import stat
import subprocess
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

import pytest
from hostile import ALL, BENIGN, HandIn, Traps
from hostile.markup import active
from hostile.material import (
    ASSIGNMENT,
    NOTE,
    REACHED,
    ROOT,
    WRONG,
    Family,
    Hostile,
    Material,
    exercise_names,
    fill,
    find,
    points,
    solutions,
)
from hostile.scripts import MARKER
from IPython.core.inputtransformer2 import TransformerManager

from llmbook_utils.grading.assignment import NotAnAssignment, marks, read_notebook

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the grader's sandbox is Linux's")
FAMILIES = {
    "tests tampered",
    "notebook bombs",
    "patched checks",
    "patched kernel",
    "planted files",
    "clever objects",
    "clever functions",
    "spies",
    "outside",
    "floods",
    "endless",
    "paths",
    "scripts",
    "scripts in outputs",
}
# sources that are meant to be refused by the compiler
BROKEN = {
    *("open_string", "nested_source", "long_sum", "long_chain", "surrogates", "source_code"),
    *("scratch_cells", "one_cell_does_not_compile"),
}
SMALL = 2_000_000  # bytes; larger notebooks are bombs


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Material:
    """Places that exist and at which nobody listens."""
    top = tmp_path_factory.mktemp("material")
    made = Material(top / "course", top / "canary", top / "home", "classmate-0123", 9, os.getpid())
    solution = made.course / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    for path in (made.classmate, solution, made.canary / "x", made.home / ".netrc"):
        path.parent.mkdir(parents=True)
    (made.home / ".netrc").touch()
    made.hand_in(made.classmate.parent, made.partly(*exercise_names()))
    made.hand_in(solution.parent, made.partly(*exercise_names()))
    return made


def test_it_is_large_and_no_family_is_missing() -> None:
    counts = Counter(each.family for each in ALL)
    assert len(ALL) >= 40
    assert set(counts) == FAMILIES
    assert min(counts.values()) >= 4
    assert len(BENIGN) >= 15


def test_names_are_unique_and_fit_for_a_students_id() -> None:
    names = [each.name for each in ALL + BENIGN]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and len(name) < 40 for name in names)


def test_an_attack_says_what_it_tries_and_is_worth_little() -> None:
    for each in ALL:
        assert isinstance(each, Hostile), each.name
        assert each.what.endswith("."), each.name
        assert 0 <= each.honest < points(*exercise_names()), each.name
        assert each.expect is None or each.expect, each.name


def test_points_are_those_of_the_assignment() -> None:
    assert points(*exercise_names()) == 90
    assert points("mse") == 8
    assert points() == 0
    with pytest.raises(KeyError, match="no_such"):
        points("no_such")


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="fine"):
        Family("x").attack(expect=["fine"])(lambda material, folder: None)


def written(each: HandIn, material: Material, folder: Path) -> Path:
    """The folder of the submission after `write`; an attack may have replaced it."""
    submission = folder / each.name / ASSIGNMENT
    submission.mkdir(parents=True)
    each.write(material, submission)
    return submission


@pytest.mark.parametrize("each", ALL + BENIGN, ids=[each.name for each in ALL + BENIGN])
def test_something_is_handed_in(each: HandIn, material: Material, tmp_path: Path) -> None:
    before = sorted(material.course.rglob("*"))
    submission = written(each, material, tmp_path)
    assert submission.is_symlink() or os.listdir(submission)
    assert sorted(material.course.rglob("*")) == before, "the course itself is not to be touched"
    assert not any(material.canary.iterdir())
    path = submission / f"{ASSIGNMENT}.ipynb"
    if not (path.exists() and stat.S_ISREG(path.lstat().st_mode)) or path.stat().st_size > SMALL:
        return
    text = path.read_bytes()
    assert material.secret.encode() not in text or submission.is_symlink() or path.is_symlink()
    assert REACHED.encode() not in text, "this is how the host is recognised when it was reached"
    assert NOTE.encode() not in text
    if each.name in BROKEN:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = read_notebook(path)
            cells = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    except (NotAnAssignment, KeyError, TypeError, RecursionError):
        assert each.family in ("notebook bombs", "paths") or each.name == "byte_order_mark"
        return
    for cell in cells:
        if isinstance(cell.source, str):
            _compiles(cell.source)


@functools.cache
def _compiles(source: str) -> None:
    """Parse a cell as IPython would, without running it."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        compile(TransformerManager().transform_cell(source), "cell", "exec", flags)


def test_the_wrong_answers_are_those_of_all_exercises() -> None:
    assert set(WRONG) == set(exercise_names()) == set(solutions())


def test_the_wrong_answers_earn_nothing(material: Material) -> None:
    """So whatever an attack that rests on them earns is more than the work deserves."""
    names: dict[str, object] = {"__name__": "__main__"}
    earned = []
    reference = read_notebook(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    for cell in fill(reference, **WRONG).cells:
        if cell.cell_type != "code":
            continue
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(compile(cell.source, cell.id, "exec"), names)
            except Exception:
                continue
        if marks(cell).get("points"):
            earned.append(cell.id)
    assert earned == []
    assert "check" in names, "the notebook did run"


def test_no_reference_answer_shows_the_instructors_marks() -> None:
    assert not any("### " in source for source in solutions().values())


def test_material_fills_and_refuses_unknown_cells(material: Material) -> None:
    notebook = fill(material.released(), mse="x = 1")
    assert find(notebook, "mse").source == "x = 1"
    assert find(material.released(), "mse").source != "x = 1", "each copy is fresh"
    with pytest.raises(KeyError, match="no_such"):
        fill(notebook, no_such="x = 1")


def test_code_gets_the_places_of_the_host(material: Material) -> None:
    names: dict[str, object] = {}
    exec(material.located("REACHED"), names)
    assert names["COURSE"] == str(material.course)
    assert names["PORT"] == 9
    assert names["REACHED"] == REACHED


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    course = tmp_path / "course"
    (course / "solutions").mkdir(parents=True)
    (course / "solutions" / "x.ipynb").write_text("{}")
    with Traps(course, tmp_path) as traps:
        yield traps


def test_untouched_traps_are_silent(traps: Traps) -> None:
    traps.watch()
    assert traps.sprung() == []
    assert traps.leaks("nothing of interest") == []
    assert traps.leaks(f"found {traps.material.secret}") == [traps.material.secret]
    assert traps.leaks(REACHED) == [REACHED]


def test_traps_need_to_be_set_first(traps: Traps) -> None:
    with pytest.raises(RuntimeError, match="watch"):
        traps.sprung()


def test_the_secret_lies_where_it_is_looked_for(traps: Traps) -> None:
    secret = traps.material.secret
    assert secret in os.environ.values()
    assert secret in traps.material.classmate.read_text()
    assert secret in (traps.material.home / ".netrc").read_text()
    notebook = read_notebook(traps.material.classmate)
    sources = {marks(c)["grade_id"]: c.source for c in notebook.cells if marks(c).get("solution")}
    assert solutions().items() <= sources.items()


def test_written_files_spring_a_trap(traps: Traps) -> None:
    traps.watch()
    (traps.material.canary / "written").touch()
    (traps.material.course / "solutions" / "x.ipynb").write_text("{} ")
    (traps.material.course / "submitted" / "new.txt").write_text("new")
    startup = traps.material.home / ".ipython" / "profile_default" / "startup"
    (startup / "00-hostile-was-here.py").touch()
    found = "\n".join(traps.sprung())
    for expected in ("canary/written", "x.ipynb was changed", "new.txt was changed", "00-hostile"):
        assert expected in found


def test_connections_spring_a_trap(traps: Traps) -> None:
    traps.watch()
    port = traps.material.port
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", ("127.0.0.1", port))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"\0hostile-{port}")
    until = time.monotonic() + 10
    while len(traps.sprung()) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    found = " ".join(traps.sprung())
    assert "TCP" in found
    assert "UDP" in found
    assert "abstract" in found


@pytest.mark.parametrize("number", ["SIGSTOP", "SIGKILL"])
def test_a_signal_to_the_victim_springs_a_trap(traps: Traps, number: str) -> None:
    import signal

    traps.watch()
    os.kill(traps.material.victim, signal.Signals[number])
    until = time.monotonic() + 10
    while not traps.sprung() and time.monotonic() < until:
        time.sleep(0.01)
    assert "victim" in traps.sprung()[0]


def test_a_process_left_behind_springs_a_trap_and_is_ended(traps: Traps) -> None:
    traps.watch()
    order = [sys.executable, "-c", "import time; time.sleep(60)"]
    order.append(f"hostile-{traps.material.port}")
    with subprocess.Popen(order) as left:
        while not Path(f"/proc/{left.pid}/cmdline").read_bytes():
            time.sleep(0.01)  # between a program's start and its name there is a moment
        assert f"process {left.pid} was left behind" in traps.sprung()
        assert left.wait(timeout=10) != 0
    assert traps.sprung() == []


@pytest.mark.parametrize(
    "page",
    [
        f"<script>alert('{MARKER}')</script>",
        f"<style>p {{ background: url({MARKER}) }}</style>",
        f"<img src=x onerror={MARKER}>",
        f"<a href='javascript:{MARKER}'>x</a>",
        f"<a href='java&#x73;cript:{MARKER}'>x</a>",
        f"<iframe srcdoc='&lt;b&gt;{MARKER}'></iframe>",
        f"<meta http-equiv=refresh content='0;url=http://127.0.0.1/{MARKER}'>",
        f"<form action='http://127.0.0.1/{MARKER}'></form>",
        f"<p style='background:url(http://127.0.0.1/{MARKER})'>x</p>",
    ],
)
def test_active_markup_is_found(page: str) -> None:
    assert active(page, MARKER)


@pytest.mark.parametrize(
    "page",
    [
        f"<p>&lt;script&gt;{MARKER}&lt;/script&gt;</p>",
        f"<p>{MARKER}</p><script>own()</script><p>{MARKER}</p>",
        f"<a href='https://127.0.0.1/{MARKER}'>a link is a link</a>",
        f"<img alt='{MARKER}' src='data:image/png;base64,AAAA'>",
    ],
)
def test_markup_that_only_shows_the_marker_is_not(page: str) -> None:
    assert not active(page, MARKER)


@pytest.mark.parametrize("family", ["scripts", "scripts in outputs"])
def test_every_script_carries_the_marker(family: str, material: Material, tmp_path: Path) -> None:
    for each in ALL:
        if each.family == family:
            submission = written(each, material, tmp_path)
            text = (submission / f"{ASSIGNMENT}.ipynb").read_text()
            assert MARKER in json.dumps(json.loads(text)), each.name


def test_the_package_is_small_modules() -> None:
    for path in (ROOT / "tests" / "hostile").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 350, path.name
