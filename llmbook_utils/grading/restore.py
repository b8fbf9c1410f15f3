"""Put a student's notebook back into the state in which the grader will run it.

nbgrader overwrites locked cells with the instructor's version, puts deleted tests back, and of
cells with one grade id keeps the last. The self-check does the same, so that what it says is what
counts, and tells the student about it. The instructor's version is the one in solutions/ of the
course, less its hidden tests; where there is none, the checksums that nbgrader left in the notebook
still show that a locked cell was changed.
"""

import copy
from collections import Counter

from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import marks, without_hidden_tests


def grade_ids(notebook: NotebookNode) -> list[str]:
    """The grade ids in the notebook, in order."""
    return [marks(cell)["grade_id"] for cell in notebook.cells if marks(cell)]


def is_locked(cell: NotebookNode) -> bool:
    """Whether nbgrader overwrites the cell: a test, or a cell marked read-only."""
    grader = marks(cell)
    return (
        bool(grader)
        and not grader.get("solution")
        and bool(grader.get("grade") or grader.get("locked"))
    )


def is_unchanged(cell: NotebookNode) -> bool:
    """Whether the cell is as it was released, by nbgrader's checksum (False where it has none)."""
    from nbgrader.utils import compute_checksum

    checksum = marks(cell).get("checksum")
    return checksum is not None and checksum == compute_checksum(cell)


def restore(
    notebook: NotebookNode, reference: NotebookNode | None
) -> tuple[NotebookNode, list[str]]:
    """A copy of the notebook as it will be graded, and a sentence for each thing put right."""
    restored, notes = copy.deepcopy(notebook), []
    notes += _drop_copies(restored)
    if reference is None:
        for cell in restored.cells:
            if is_locked(cell) and marks(cell).get("checksum") and not is_unchanged(cell):
                notes.append(
                    f"`{marks(cell)['grade_id']}` was changed. The instructor's version will be "
                    "graded, so this result may not hold."
                )
        return restored, notes
    return restored, notes + _overwrite(restored, reference) + _put_back(restored, reference)


def _drop_copies(notebook: NotebookNode) -> list[str]:
    counts = Counter(grade_ids(notebook))
    left = dict(counts)
    for cell in notebook.cells:
        name = marks(cell).get("grade_id")
        if name and left[name] > 1:
            left[name] -= 1
            cell.metadata["nbgrader"] = {}
    return [
        f"`{name}` is there {number} times. Only the last copy is graded: delete the others."
        for name, number in counts.items()
        if number > 1
    ]


def _overwrite(notebook: NotebookNode, reference: NotebookNode) -> list[str]:
    originals = {marks(cell)["grade_id"]: cell for cell in reference.cells if marks(cell)}
    notes = []
    for cell in notebook.cells:
        name = marks(cell).get("grade_id")
        if not name:
            continue
        if name not in originals:
            notes.append(f"`{name}` belongs to no exercise of this assignment, and is not graded.")
            cell.metadata["nbgrader"] = {}
            continue
        original = originals[name]
        if cell.cell_type != original.cell_type:
            notes.append(
                f"`{name}` was turned into a {cell.cell_type} cell. It is graded as the "
                f"{original.cell_type} cell it was."
            )
            _retype(cell, original.cell_type)
        grader = dict(marks(original))
        checksum = marks(cell).get("checksum")
        cell.metadata["nbgrader"] = grader | ({"checksum": checksum} if checksum else {})
        if is_locked(original):
            released = without_hidden_tests(original.source)
            if cell.source.strip() != released.strip():
                notes.append(
                    f"`{name}` was changed. The instructor's version is graded, and was used here."
                )
            cell.source = released
    return notes


def _retype(cell: NotebookNode, cell_type: str) -> None:
    cell.cell_type = cell_type
    if cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _put_back(notebook: NotebookNode, reference: NotebookNode) -> list[str]:
    """Insert the tests that are missing, each after the marked cell that stood before it."""
    notes, before = [], None
    for original in reference.cells:
        if not marks(original):
            continue
        name, present = marks(original)["grade_id"], grade_ids(notebook)
        if name not in present and marks(original).get("solution"):
            notes.append(
                f"`{name}` is missing: your own cell for it was deleted. Get a fresh copy of the "
                "assignment and paste your work into it."
            )
            continue
        if name not in present and is_locked(original) and marks(original).get("grade"):
            cell = copy.deepcopy(original)
            cell.source = without_hidden_tests(cell.source)
            position = 0
            for index, other in enumerate(notebook.cells):
                if before is not None and marks(other).get("grade_id") == before:
                    position = index + 1
            notebook.cells.insert(position, cell)
            notes.append(f"`{name}` was deleted. It is put back when graded, and was used here.")
        elif name not in present:
            continue
        before = name
    return notes
