"""Steps that nbgrader's autograder takes besides its own (nbgrader_config.py names them)."""

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor


class DropEmptyMarks(NbGraderPreprocessor):
    """Make an ordinary cell of a doubled one.

    Of cells with one grade id nbgrader 0.9.6 keeps the last and empties the metadata of the others.
    Its next step, which puts deleted tests back, stumbles over that emptiness and gives up on the
    whole submission. So the empty metadata goes.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        if not cell.metadata.get("nbgrader", {}).get("grade_id"):
            cell.metadata.pop("nbgrader", None)
        return cell, resources
