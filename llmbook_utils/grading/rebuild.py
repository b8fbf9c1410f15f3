"""The notebook that is graded: the instructor's, with the student's own sources in it.

What a student hands in is read, never trusted. Of each cell there is taken: whether it is code or
Markdown, its source, its grade id and its cell id. Outputs, tags, attachments, the kernel's name
and all other metadata stay behind, so a test cannot be removed, doubled, retyped, pointed elsewhere
or told not to run. The rule:

- **Marked cells** (those with a grade id: solutions, tests, locked cells) stand in the order, with
  the type and with the nbgrader metadata that the instructor gave them. A locked cell has the
  instructor's source, hidden tests included; a solution cell has the student's. Of several with one
  grade id the last counts, as in nbgrader, and the earlier ones are ordinary cells. A missing test
  is put back; a missing solution leaves a remark in its place.
- **Cells that the instructor wrote without marking them** (headings, examples, a setup) may be
  edited by students: they have the student's source, and stand in the instructor's order too. They
  are known by their cell id; in a notebook saved without ids they count as the student's own.
- **All other cells** are the student's own. They are kept in the student's order, each group before
  the cell of the two kinds above that follows it in the student's notebook. What follows the last
  one goes to the end. Raw cells are left out.

A submission is refused where reading it could cost the reader (nesting, sizes), or where nothing in
it belongs to the assignment.
"""

import copy
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import marks, without_hidden_tests
from llmbook_utils.grading.untrusted_files import Rejected, shown

CELLS = 5_000  # in one notebook
BRACKETS = 1_000_000  # lists and dictionaries: bounds the memory that reading takes
# of one cell's source; Markdown may hold pictures as text (Google Colab writes them so)
CHARACTERS = {"code": 200_000, "markdown": 2_000_000}
# what nbgrader puts in the place of a solution; the same as in nbgrader_config.py
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError"
TEXT_STUB = "YOUR ANSWER HERE"
_MOST_NAMES = 5  # of cells that belong to no exercise: more are only counted
_UNPRINTABLE = re.compile("[\0\ud800-\udfff]")  # NUL, and halves of surrogate pairs
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class _Cell:
    """All that is read of a student's cell."""

    kind: str  # code, markdown or raw
    source: str
    name: str | None  # its grade_id
    id: str | None


def is_locked(cell: NotebookNode) -> bool:
    """Whether students cannot change the cell: a test, a task, or a cell marked read-only."""
    grader = marks(cell)
    return (
        bool(grader)
        and not grader.get("solution")
        and bool(grader.get("grade") or grader.get("locked") or grader.get("task"))
    )


def is_marked(cell: NotebookNode) -> bool:
    """Whether the cell is a solution or locked."""
    return bool(marks(cell).get("solution")) or is_locked(cell)


def rebuild(reference: NotebookNode, submitted: str) -> tuple[NotebookNode, list[str]]:
    """The notebook to grade, and a sentence for each thing that was put right.

    `reference` is the instructor's notebook from solutions/; `submitted` the text of the student's.

    Raises:
        Rejected: the text is no notebook, or too large, or has nothing of this assignment.
    """
    cells = _read(submitted)
    originals = {marks(cell)["grade_id"]: cell for cell in reference.cells if is_marked(cell)}
    last = {cell.name: cell for cell in cells if cell.name in originals}
    if originals and not last:
        some = ", ".join(list(originals)[:3])
        raise Rejected(
            f"expected the exercises of this assignment ({some}, …), found none of them. Is it "
            "the notebook of another assignment, or one that lost its metadata?"
        )
    fresh = _fresh_ids(reference)
    unmarked = {cell.get("id") for cell in reference.cells if not is_marked(cell)}
    kept: dict[str, _Cell] = {}  # the instructor's unmarked cells, as the student left them
    before: dict[str | None, list[_Cell]] = {}
    group: list[_Cell] = []
    for cell in cells:
        if last.get(cell.name) is cell:
            before[cell.name], group = group, []
        elif cell.kind == "raw":
            continue
        elif cell.id is not None and cell.id in unmarked.difference(kept) and not cell.name:
            kept[cell.id] = cell
            before[cell.id], group = group, []
        else:
            group.append(cell)

    checksums = _checksums(reference)
    counts = Counter(cell.name for cell in cells if cell.name and cell.name in originals)
    rebuilt, notes = [], on_copies(counts)
    for original in reference.cells:
        if not is_marked(original):
            if original.get("id") in kept:
                rebuilt += [_own(cell, next(fresh)) for cell in before[original.id]]
                rebuilt.append(_own(kept[original.id], original.id))
            continue
        name = marks(original)["grade_id"]
        rebuilt += [_own(cell, next(fresh)) for cell in before.get(name, [])]
        source, remarks = _source(name, original, last.get(name))
        notes += remarks
        grader = {**marks(original), "checksum": checksums[name], "cell_type": original.cell_type}
        rebuilt.append(
            _cell(
                original.cell_type,
                original.get("id") or next(fresh),
                source,
                {"nbgrader": grader},
            )
        )
    rebuilt += [_own(cell, next(fresh)) for cell in group]
    known = {marks(cell)["grade_id"] for cell in reference.cells if marks(cell)}
    notebook = nbformat.from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": copy.deepcopy(reference.metadata),
            "cells": rebuilt,
        }
    )
    return notebook, notes + _on_strangers(cells, known)


def _read(text: str) -> list[_Cell]:
    if text.count("[") + text.count("{") > BRACKETS:
        raise Rejected(
            f"it holds more than {BRACKETS:,} lists and dictionaries, as no notebook does"
        )
    try:
        data = json.loads(
            text.removeprefix("\ufeff"),
            # no number matters here but the format's
            parse_int=lambda digits: int(digits) if len(digits) < 10 else 0,
            parse_float=lambda _: 0.0,
            parse_constant=lambda _: None,
        )
    except RecursionError:
        raise Rejected("its lists are nested deeper than those of any notebook") from None
    except ValueError as error:
        raise Rejected(
            "it is not a notebook: it is not valid JSON. Was it saved in full, or does it hold "
            "marks of a merge conflict (<<<<<<<)?"
        ) from error
    if not isinstance(data, dict):
        raise Rejected("it is not a notebook: expected a JSON object with cells")
    version = data.get("nbformat")
    if version != 4 or isinstance(version, bool) or "worksheets" in data:
        found = version if type(version) is int else "none"
        raise Rejected(
            f"expected a notebook of format 4, got {found}: open it in JupyterLab and save it again"
        )
    cells = data.get("cells")
    if not isinstance(cells, list):
        raise Rejected("it is not a notebook: it has no list of cells")
    if len(cells) > CELLS:
        raise Rejected(f"expected at most {CELLS:,} cells, got {len(cells):,}")
    return [_read_cell(cell, number) for number, cell in enumerate(cells, start=1)]


def _read_cell(cell: Any, number: int) -> _Cell:
    if not isinstance(cell, dict):
        raise Rejected(f"it is not a notebook: cell {number} is no cell")
    kind, source, id_ = cell.get("cell_type"), cell.get("source"), cell.get("id")
    metadata = cell.get("metadata")
    grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = grader.get("grade_id") if isinstance(grader, dict) else None
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    text = source if isinstance(source, str) else ""
    kind = kind if kind in ("code", "markdown") else "raw"
    most = CHARACTERS.get(kind, CHARACTERS["code"])
    if len(text) > most:
        raise Rejected(
            f"cell {number} holds {len(text):,} characters; expected at most {most:,}. Large data "
            "belongs in a file beside the notebook"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _Cell(
        kind,
        _UNPRINTABLE.sub("\ufffd", text),
        name if isinstance(name, str) and name else None,
        id_ if isinstance(id_, str) and _CELL_ID.fullmatch(id_) else None,
    )


def _source(name: str, original: NotebookNode, found: _Cell | None) -> tuple[str, list[str]]:
    """The source of a marked cell, and what there is to say about the student's."""
    locked, kind = is_locked(original), original.cell_type
    if found is None and locked:
        note = f"`{name}` was deleted. It is put back when graded, and was used here."
        return original.source, [note]
    if found is None:
        note = (
            f"`{name}` is missing: your own cell for it was deleted. Get a fresh copy of the "
            "assignment and paste your work into it."
        )
        remark = f"`{name}` is missing: its cell was deleted."
        return (f"# {remark}" if kind == "code" else remark), [note]
    notes = []
    if found.kind != kind:
        notes.append(
            f"`{name}` was turned into a {found.kind} cell. It is graded as the {kind} cell it was."
        )
    if not locked:
        return found.source, notes
    untouched = (original.source.strip(), without_hidden_tests(original.source).strip())
    if found.source.strip() not in untouched:
        notes.append(
            f"`{name}` was changed. The instructor's version is graded, and was used here."
        )
    return original.source, notes


def on_copies(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each grade id that is there more than once."""
    return [
        f"`{name}` is there {number} times. Only the last copy is graded: delete the others."
        for name, number in counts.items()
        if number > 1
    ]


def _on_strangers(cells: list[_Cell], known: set[str]) -> list[str]:
    strangers = list(dict.fromkeys(cell.name for cell in cells if cell.name not in {*known, None}))
    notes = [
        f"`{shown(str(name))}` belongs to no exercise of this assignment, and is not graded."
        for name in strangers[:_MOST_NAMES]
    ]
    more = len(strangers) - _MOST_NAMES
    return [*notes, f"So do {more:,} more cells."] if more > 0 else notes


def _fresh_ids(reference: NotebookNode) -> Iterator[str]:
    """Ids for the student's own cells: unique, and the same in every run."""
    taken = {cell.get("id") for cell in reference.cells}
    return (name for number in itertools.count(1) if (name := f"own-{number}") not in taken)


def _own(cell: _Cell, id_: str) -> dict[str, Any]:
    return _cell(cell.kind, id_, cell.source, {})


def _cell(kind: str, id_: str, source: str, metadata: dict[str, Any]) -> dict[str, Any]:
    made = {"cell_type": kind, "id": id_, "metadata": metadata, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


_known: list[tuple[NotebookNode, dict[str, str]]] = []  # of the last reference


def _checksums(reference: NotebookNode) -> dict[str, str]:
    """nbgrader's checksum of each marked cell as its gradebook has it.

    That is the cell with its hidden tests and without its solution: so a solution cell that has the
    same checksum was not touched, and an untouched open question gets its 0 without a reader.
    """
    from nbgrader.preprocessors import ClearSolutions
    from nbgrader.utils import compute_checksum

    if _known and _known[0][0] is reference:  # one class after the other has the same
        return _known[0][1]
    clear = ClearSolutions(code_stub={"python": CODE_STUB}, text_stub=TEXT_STUB)
    released, _ = clear.preprocess(copy.deepcopy(reference), {})
    checksums = {
        marks(cell)["grade_id"]: compute_checksum(cell)
        for cell in released.cells
        if is_marked(cell)
    }
    _known[:] = [(reference, checksums)]
    return checksums
