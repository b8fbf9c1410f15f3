"""Put a student's notebook back into the state in which the grader will run it.

The self-check runs what the grader would (see rebuild.py), so that what it says is what counts, and
tells the student what was put right. The instructor's version is the one in solutions/ of the
course, less its hidden tests; where there is none, the checksums that nbgrader left in the notebook
still show that a locked cell was changed.
"""

import copy
import json
from collections import Counter

from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import NotAnAssignment, marks, without_hidden_tests
from llmbook_utils.grading.rebuild import is_locked, is_marked, on_copies, rebuild
from llmbook_utils.grading.untrusted_files import Rejected


def grade_ids(notebook: NotebookNode) -> list[str]:
    """The grade ids in the notebook, in order."""
    return [marks(cell)["grade_id"] for cell in notebook.cells if marks(cell)]


def is_unchanged(cell: NotebookNode) -> bool:
    """Whether the cell is as it was released, by nbgrader's checksum (False where it has none)."""
    from nbgrader.utils import compute_checksum

    checksum = marks(cell).get("checksum")
    return checksum is not None and checksum == compute_checksum(cell)


def restore(
    notebook: NotebookNode, reference: NotebookNode | None
) -> tuple[NotebookNode, list[str]]:
    """A copy of the notebook as it will be graded, and a sentence for each thing put right.

    Solution cells that were deleted stay away, so that they can be told from empty ones.

    Raises:
        NotAnAssignment: the grader would refuse the notebook.
    """
    if reference is None:
        return _without_reference(notebook)
    try:
        rebuilt, notes = rebuild(reference, json.dumps(notebook))
    except Rejected as error:
        raise NotAnAssignment(f"the grader would refuse the notebook: {error}") from error
    present = set(grade_ids(notebook))
    rebuilt.cells = [
        cell
        for cell in rebuilt.cells
        if not is_marked(cell) or is_locked(cell) or marks(cell)["grade_id"] in present
    ]
    for cell in filter(is_locked, rebuilt.cells):
        cell.source = without_hidden_tests(cell.source)
    return rebuilt, notes


def _without_reference(notebook: NotebookNode) -> tuple[NotebookNode, list[str]]:
    restored = copy.deepcopy(notebook)
    counts = Counter(grade_ids(restored))
    notes = on_copies(counts)
    for cell in restored.cells:
        name = marks(cell).get("grade_id")
        if not name:
            continue
        counts[name] -= 1
        if counts[name]:  # not the last copy
            cell.metadata["nbgrader"] = {}
        elif is_locked(cell) and marks(cell).get("checksum") and not is_unchanged(cell):
            notes.append(
                f"`{name}` was changed. The instructor's version will be graded, so this result "
                "may not hold."
            )
    return restored, notes
