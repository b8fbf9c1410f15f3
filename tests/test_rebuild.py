"""The rebuilt notebook: the instructor's, whatever a student hands in, with the student's work."""

import copy
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from desk_course import DOUBLE, NAME, ROOT, fill, make_course, source_notebook
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from llmbook_utils.authoring import release
from llmbook_utils.grading import rebuild as module
from llmbook_utils.grading.assignment import marks, read_notebook
from llmbook_utils.grading.rebuild import is_locked, rebuild
from llmbook_utils.grading.record import nbgrader_api
from llmbook_utils.grading.untrusted_files import Rejected

REFERENCE = source_notebook()
ORDER = ["imports", "double", "test_double", "test_double_hidden", "mean", "test_mean", "why"]
LOCKED = {marks(cell)["grade_id"]: cell.source for cell in REFERENCE.cells if is_locked(cell)}
ANSWER = "def double(x):\n    return x + x"


def make_release() -> NotebookNode:
    """What students get, made without nbgrader's command: stubs, no hidden tests, checksums."""
    notebook, _ = rebuild(REFERENCE, json.dumps(REFERENCE))
    fill(
        notebook,
        double='def double(x):\n    """2x, of a number."""\n    ' + "# YOUR CODE HERE\n"
        "    raise NotImplementedError",
        mean="def mean(values):\n    # YOUR CODE HERE\n    raise NotImplementedError",
        why="YOUR ANSWER HERE",
        test_double_hidden="",
    )
    return notebook


RELEASED = make_release()


@pytest.fixture
def released() -> NotebookNode:
    return copy.deepcopy(RELEASED)


def by_name(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {marks(cell)["grade_id"]: cell for cell in notebook.cells if marks(cell)}


def outline(notebook: NotebookNode) -> list[str]:
    """A word for each cell: the grade id of a marked one, the source of any other."""
    return [marks(cell).get("grade_id", cell.source) for cell in notebook.cells]


def code(source: str, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


def check_whole(notebook: NotebookNode) -> None:
    """What holds of every rebuilt notebook."""
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    assert [marks(cell)["grade_id"] for cell in notebook.cells if marks(cell)] == ORDER
    assert {n: c.source for n, c in by_name(notebook).items() if is_locked(c)} == LOCKED
    assert notebook.metadata == REFERENCE.metadata
    for cell in notebook.cells:
        original = by_name(REFERENCE).get(marks(cell).get("grade_id"))
        assert set(cell.metadata) <= {"nbgrader"}
        assert set(cell) <= {"cell_type", "id", "metadata", "source", "outputs", "execution_count"}
        assert not cell.get("outputs")
        if original is not None:
            assert cell.cell_type == original.cell_type
            assert cell.id == original.id
            assert {**marks(cell), **marks(original)} == marks(cell), "the instructor's points"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def done(student: Any) -> tuple[NotebookNode, list[str]]:
    text = student if isinstance(student, str) else json.dumps(student)
    notebook, notes = rebuild(REFERENCE, text)
    check_whole(notebook)
    return notebook, notes


def test_an_honest_hand_in_comes_out_as_it_went_in(released: NotebookNode) -> None:
    fill(released, double=ANSWER, why="It is the fulcrum.")
    notebook, notes = done(released)
    assert notes == []
    assert outline(notebook) == outline(released)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in released.cells]
    cells = by_name(notebook)
    assert cells["double"].source == ANSWER
    assert cells["why"].source == "It is the fulcrum."


def test_the_instructors_own_notebook_gives_no_notes() -> None:
    assert done(REFERENCE)[1] == []


def test_only_kind_source_and_ids_are_read(released: NotebookNode) -> None:
    for cell in released.cells:
        cell.metadata.update({"tags": ["skip-execution"], "editable": False, "deletable": False})
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3.0"})]
            cell.execution_count = 7
        else:
            cell.attachments = {"x.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
        if marks(cell):
            cell.metadata.nbgrader.update({"points": 1000, "grade": False, "locked": False})
            cell.metadata.nbgrader.update({"solution": True, "checksum": "0" * 32})
    released.metadata.kernelspec.name = "bash"
    released.metadata.widgets = {}
    notebook, notes = done(released)
    assert notes == []
    assert notebook == done(RELEASED)[0]


def test_deleted_doubled_moved_and_changed_tests_come_right(released: NotebookNode) -> None:
    cells = by_name(released)
    cells["test_double"].source = "3.0"
    copied = copy.deepcopy(cells["mean"])
    copied.source = "def mean(values):\n    return 7"
    copied.id = "copied"
    released.cells = [c for c in released.cells if marks(c).get("grade_id") != "test_mean"]
    released.cells.reverse()
    released.cells.append(copied)
    notebook, notes = done(released)
    assert by_name(notebook)["mean"].source == copied.source, "the last copy counts"
    assert notes == [
        "`mean` is there 2 times. Only the last copy is graded: delete the others.",
        "`test_double` was changed. The instructor's version is graded, and was used here.",
        "`test_mean` was deleted. It is put back when graded, and was used here.",
    ]


def test_an_earlier_copy_is_an_ordinary_cell(released: NotebookNode) -> None:
    index = outline(released).index("mean")
    helper = copy.deepcopy(released.cells[index])
    helper.source, helper.id = "helper = 1", "helper"
    released.cells.insert(index, helper)
    assert outline(done(released)[0])[index : index + 2] == ["helper = 1", "mean"]


def test_own_cells_stay_before_the_marked_cell_that_follows(released: NotebookNode) -> None:
    position = outline(released).index("test_double")
    released.cells.insert(position, nbformat.from_dict(code("before_test = 1", id="x1")))
    released.cells.append(nbformat.from_dict(code("at_the_end = 1", id="x2")))
    example = next(cell for cell in released.cells if cell.id == "double-example")
    example.source = "double(4)"
    notebook, notes = done(released)
    assert notes == []
    words = outline(notebook)
    assert words.index("before_test = 1") == words.index("test_double") - 1
    assert words[-1] == "at_the_end = 1"
    ids = {cell.source: cell.id for cell in notebook.cells}
    assert ids["double(4)"] == "double-example", "an example of the instructor's, edited"
    assert ids["before_test = 1"] == "own-1"
    assert ids["at_the_end = 1"] == "own-2"


def test_own_cells_move_with_the_marked_cell_they_stand_before(released: NotebookNode) -> None:
    """Exercise 3 first: its text goes with it to the place where the instructor has it."""
    why = released.cells[-2:]
    released.cells = why + released.cells[:-2]
    words = outline(done(released)[0])
    assert words == outline(RELEASED)


def test_a_put_back_test_comes_before_the_cells_that_followed_it(released: NotebookNode) -> None:
    index = outline(released).index("test_mean")
    released.cells[index] = nbformat.from_dict(code("own = 1", id="own-1"))
    words = outline(done(released)[0])
    assert words.index("test_mean") < words.index("own = 1") < words.index("why")


def test_missing_solutions_leave_a_remark(released: NotebookNode) -> None:
    released.cells = [
        c for c in released.cells if marks(c).get("grade_id") not in ("double", "why")
    ]
    notebook, notes = done(released)
    cells = by_name(notebook)
    assert cells["double"].source == "# `double` is missing: its cell was deleted."
    assert cells["why"].source == "`why` is missing: its cell was deleted."
    assert compute_checksum(cells["why"]) != marks(cells["why"])["checksum"], "waits for a reader"
    assert [note.split(":")[0] for note in notes] == ["`double` is missing", "`why` is missing"]


def test_retyped_cells_are_typed_back(released: NotebookNode) -> None:
    cells = by_name(released)
    for name, kind in (("test_double", "markdown"), ("double", "raw"), ("why", "code")):
        cells[name].cell_type = kind
    cells["mean"]["cell_type"] = ["code"]
    text = json.dumps(released)
    notebook, notes = done(text)
    assert by_name(notebook)["double"].source == cells["double"].source
    assert notes == [
        "`double` was turned into a raw cell. It is graded as the code cell it was.",
        "`test_double` was turned into a markdown cell. It is graded as the code cell it was.",
        "`mean` was turned into a raw cell. It is graded as the code cell it was.",
        "`why` was turned into a code cell. It is graded as the markdown cell it was.",
    ]


def test_raw_cells_and_cells_of_no_kind_are_left_out(released: NotebookNode) -> None:
    student = json.loads(json.dumps(released))
    for kind in ("raw", "heading", None, 3, ["code"]):
        student["cells"].insert(0, {**code("gone"), "cell_type": kind})
    assert done(student)[0] == done(RELEASED)[0]


def test_cells_of_another_assignment_are_own_cells(released: NotebookNode) -> None:
    for number in range(8):
        stranger = code(f"x{number} = 1", metadata={"nbgrader": {"grade_id": f"strange{number}"}})
        released.cells.append(nbformat.from_dict(stranger))
    released.cells[-1].metadata.nbgrader.grade_id = "<b>\n" + "x" * 500
    notebook, notes = done(released)
    assert outline(notebook)[-1] == "x7 = 1"
    assert notes[0] == "`strange0` belongs to no exercise of this assignment, and is not graded."
    assert notes[-1] == "So do 3 more cells."
    assert len(notes) == 6


def test_sources_of_every_form(released: NotebookNode) -> None:
    cells = by_name(released)
    cells["double"]["source"] = ["def double(x):\r\n", "    return 2 * x", 3, None, "\r# end"]
    cells["mean"]["source"] = "x = '\0\ud800\U0001f600'"
    cells["why"]["source"] = None
    notebook = by_name(done(released)[0])
    assert notebook["double"].source == "def double(x):\n    return 2 * x\n# end"
    assert notebook["mean"].source == "x = '\ufffd\ufffd\U0001f600'"
    assert notebook["why"].source == ""
    notebook["mean"].source.encode("utf-8")


def test_windows_line_ends_do_not_change_a_test_or_touch_an_answer(released: NotebookNode) -> None:
    for cell in released.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    notebook, notes = done(released)
    assert notes == []
    assert notebook == done(RELEASED)[0]


def test_duplicate_keys_and_constants_are_no_harm(released: NotebookNode) -> None:
    text = json.dumps(released)
    text = text.replace(
        '"nbformat": 4', '"nbformat": 3, "x": NaN, "y": [1e999, -Infinity], "nbformat": 4'
    )
    text = text.replace('"metadata": {}', f'"metadata": {{"big": {"9" * 10_000}}}')
    assert done("\ufeff" + text)[0] == done(RELEASED)[0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not valid JSON"),
        ('{"cells": [', "it is not valid JSON"),
        ("<<<<<<< HEAD\n{}", "merge conflict"),
        ("[" * 200_000, "nested deeper"),
        ('{"a":' * 200_000, "nested deeper"),
        ("[" + "[]," * 1_000_001 + "0]", "more than 1,000,000 lists"),
        ("[]", "expected a JSON object"),
        ("3", "expected a JSON object"),
        ("{}", "format 4, got none"),
        ('{"nbformat": 3, "worksheets": [{"cells": []}]}', "format 4, got 3"),
        ('{"nbformat": 4, "worksheets": [{"cells": []}]}', "format 4, got 4"),
        ('{"nbformat": true, "cells": []}', "format 4, got none"),
        ('{"nbformat": 5, "cells": []}', "format 4, got 5"),
        ('{"nbformat": "4", "cells": []}', "format 4, got none"),
        ('{"nbformat": 4}', "no list of cells"),
        ('{"nbformat": 4, "cells": {}}', "no list of cells"),
        ('{"nbformat": 4, "cells": [3]}', "cell 1 is no cell"),
        ('{"nbformat": 4, "cells": []}', "the exercises of this assignment (imports, double, test"),
        ('{"nbformat": 4, "cells": [' + "{}," * 5_000 + "{}]}", "at most 5,000 cells, got 5,001"),
    ],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_what_is_no_acceptable_notebook_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        rebuild(REFERENCE, text)
    assert reason in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(("name", "most"), [("double", 200_000), ("why", 2_000_000)])
def test_a_cell_may_be_so_large(released: NotebookNode, name: str, most: int) -> None:
    done(fill(released, **{name: "#" * most}))
    with pytest.raises(
        Rejected, match=rf"holds {most + 1:,} characters; expected at most {most:,}"
    ):
        rebuild(REFERENCE, json.dumps(fill(released, **{name: "#" * (most + 1)})))


def test_the_reference_is_left_alone(released: NotebookNode) -> None:
    before = copy.deepcopy(REFERENCE)
    notebook, _ = done(fill(released, double=ANSWER))
    for cell in notebook.cells:
        cell.source = "changed"
        cell.metadata.get("nbgrader", {}).clear()
    notebook.metadata.kernelspec.name = "changed"
    assert before == REFERENCE


# --- whatever comes ----------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
grade_ids = st.sampled_from([*ORDER, "stranger"]) | json_values
kinds = st.sampled_from(["code", "markdown", "raw"]) | json_values
texts = st.text(st.characters(codec=None), max_size=40) | st.lists(st.text(max_size=9), max_size=3)


@st.composite
def cells(draw: Callable[..., Any]) -> Any:
    """A cell of the release, changed in one place or not at all, or something else entirely."""
    if draw(st.integers(0, 99)) == 99:
        return draw(json_values)
    cell = json.loads(json.dumps(draw(st.sampled_from(RELEASED.cells))))
    changes: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "source": texts | json_values,
                "cell_type": kinds,
                "id": st.text(max_size=70) | json_values,
                "metadata": json_values
                | st.fixed_dictionaries({"nbgrader": json_values}, optional={"tags": json_values}),
            },
        )
    )
    cell.update(changes)
    if draw(st.booleans()) and isinstance(cell["metadata"], dict):
        cell["metadata"]["nbgrader"] = {"grade_id": draw(grade_ids)}
    return cell


def comes_out_whole_and_in_order(found: list[Any], metadata: Any) -> None:
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": found})
    try:
        notebook, notes = rebuild(REFERENCE, text)
    except Rejected:
        return
    check_whole(notebook)
    json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    assert all("\n" not in note for note in notes)
    assert rebuild(REFERENCE, text) == (notebook, notes), "the same every time"
    again, _ = rebuild(REFERENCE, json.dumps(notebook))
    assert again == notebook, "a rebuilt notebook is rebuilt already"


@settings(max_examples=100, deadline=None)
@given(st.lists(cells(), max_size=25), json_values)
def test_locked_cells_always_come_out_whole_and_in_order(found: list[Any], metadata: Any) -> None:
    comes_out_whole_and_in_order(found, metadata)


@pytest.mark.thorough
@settings(max_examples=1000, deadline=None)
@given(st.lists(cells(), max_size=25), json_values)
def test_so_they_do_after_many_more_changes(found: list[Any], metadata: Any) -> None:
    comes_out_whole_and_in_order(found, metadata)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | json_values.map(json.dumps))
def test_any_text_is_refused_or_rebuilt(text: str) -> None:
    with pytest.raises(Rejected):
        rebuild(REFERENCE, text)


MINE = [new_code_cell(f"mine = {number}", id=f"mine-{number}") for number in range(3)]
ORIGINALS = [cell.id for cell in REFERENCE.cells]


@settings(max_examples=100, deadline=None)
@given(st.permutations(range(len(RELEASED.cells) + len(MINE))), st.sets(st.integers(0, 11)))
def test_own_cells_are_neither_lost_nor_reordered(order: list[int], gone: set[int]) -> None:
    student = copy.deepcopy(RELEASED)
    cells = [*student.cells, *copy.deepcopy(MINE)]
    student.cells = [cells[index] for index in order if index not in gone]
    try:
        notebook, _ = rebuild(REFERENCE, json.dumps(student))
    except Rejected:
        assert not by_name(student)
        return
    assert sum(cell.source.startswith("mine = ") for cell in notebook.cells) == len(MINE)
    theirs = [cell.id for cell in notebook.cells if cell.id in ORIGINALS]
    assert theirs == sorted(theirs, key=ORIGINALS.index), "the instructor's order"
    groups = _groups(student)
    for name, group in _groups(notebook).items():
        assert group == groups.get(name, []), f"before {name}"


def _groups(notebook: NotebookNode) -> dict[str | None, list[str]]:
    """The student's own cells before each of the instructor's; under None those at the end."""
    groups: dict[str | None, list[str]] = {}
    group: list[str] = []
    for cell in notebook.cells:
        if cell.id in ORIGINALS:
            groups[cell.id], group = group, []
        else:
            group.append(cell.source)
    return {**groups, None: group}


# --- nbgrader's own view -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course, released by nbgrader: its cells are in the gradebook."""
    course = make_course(tmp_path_factory.mktemp("rebuild") / "course")
    made = nbgrader_api(course).generate_assignment(NAME)
    assert made["success"], made
    return course


@pytest.mark.filterwarnings("ignore:Object of type <:sqlalchemy.exc.SAWarning")
def test_nbgrader_finds_nothing_to_put_right(
    course: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.preprocessors import CheckCellMetadata, OverwriteCells, SaveAutoGrades

    source = read_notebook(course / "solutions" / NAME / f"{NAME}.ipynb")
    text = (course / "exercises" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    student = fill(nbformat.reads(text, as_version=4), double=DOUBLE)
    student.cells = [c for c in student.cells if marks(c).get("grade_id") != "test_mean"]
    notebook, _ = rebuild(source, json.dumps(student))
    database = f"sqlite:///{course / 'gradebook.db'}"
    where = {"notebook": NAME, "assignment": NAME, "student": "ada", "db_url": database}
    with Gradebook(database) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission(NAME, "ada")

    before = copy.deepcopy(notebook)
    resources = {"nbgrader": where, "unique_key": NAME}
    overwrite = OverwriteCells(add_missing_cells=True)
    with caplog.at_level(logging.INFO):
        overwrite.log.propagate = True
        notebook, _ = overwrite.preprocess(notebook, resources)
        CheckCellMetadata().preprocess(notebook, resources)
    assert [record.getMessage() for record in caplog.records] == []
    assert notebook == before
    SaveAutoGrades().preprocess(notebook, resources)
    with Gradebook(database) as gradebook:
        grades = {g.name: g for g in gradebook.find_submission_notebook(NAME, NAME, "ada").grades}
    assert (grades["why"].auto_score, grades["why"].needs_manual_grade) == (0, False)

    answered, _ = rebuild(source, json.dumps(fill(student, why="An answer.")))
    SaveAutoGrades().preprocess(answered, resources)
    with Gradebook(database) as gradebook:
        assert gradebook.find_grade("why", NAME, NAME, "ada").needs_manual_grade


@pytest.mark.parametrize("assignment", release.assignments(ROOT))
def test_an_untouched_copy_of_the_course_has_nbgraders_checksums(assignment: str) -> None:
    source = read_notebook(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    path = ROOT / "exercises" / assignment / f"{assignment}.ipynb"
    notebook, notes = rebuild(source, path.read_text(encoding="utf-8"))
    assert notes == []
    released = by_name(nbformat.read(path, as_version=4))
    for name, cell in by_name(notebook).items():
        assert compute_checksum(cell) == marks(cell)["checksum"], name
        if not is_locked(cell):
            assert marks(cell)["checksum"] == marks(released[name])["checksum"], name
    assert [cell.source for cell in notebook.cells if is_locked(cell)] == [
        cell.source for cell in source.cells if is_locked(cell)
    ]


def test_the_stubs_are_those_of_nbgrader_config() -> None:
    from traitlets.config import PyFileConfigLoader

    clear = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config().ClearSolutions
    assert clear.code_stub["python"] == module.CODE_STUB
    assert clear.text_stub == module.TEXT_STUB
