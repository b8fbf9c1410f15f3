"""Keep hidden tests hidden where students read: their code, and what outputs show of it.

The instructor's notebook is run whole, so what comes out of it holds the hidden tests: as source,
and as the lines of a traceback. The message of a failed check is for the student and stays.
"""

import re

from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import HIDDEN_BEGIN, HIDDEN_END

REMARK = "# Hidden tests ran here."
_REGION = re.compile(
    # a region that is never closed reaches to the end
    rf"^([ \t]*)[^\n]*?{HIDDEN_BEGIN}.*?(?:{HIDDEN_END}[^\n]*|\Z)",
    flags=re.DOTALL | re.MULTILINE,
)
_SHORTEST = 12  # characters of a line that tells something; shorter ones are in every program
_OF_CELL = re.compile(r"(?:Cell |Input )?In ?\[(\d+)\]|<ipython-input-(\d+)-")
_OF_FILE = re.compile(r"File |[~/].*:\d+|[A-Za-z]:\\")
_CODE = re.compile(r"\s*(?:-+>\s*)?\d+(?:\s|$)")


def without_hidden(source: str) -> str:
    """The source with one remark in the place of each region of hidden tests."""
    return _REGION.sub(rf"\1{REMARK}", source)


class Redaction:
    """What of a notebook is hidden; `text` and `traceback` take it out of what a student reads."""

    def __init__(self, notebook: NotebookNode) -> None:
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        holders = [cell for cell in code if HIDDEN_BEGIN in cell.source]
        seen = {line.strip() for cell in code for line in without_hidden(cell.source).splitlines()}
        hidden = {
            line.strip()
            for cell in holders
            for region in _REGION.finditer(cell.source)
            for line in region[0].splitlines()
        }
        self._lines = [line for line in hidden - seen if len(line) >= _SHORTEST]
        self._counts = {str(cell.get("execution_count")) for cell in holders}

    def text(self, shown: str) -> str:
        """The text less the lines that show hidden code."""
        found = [line for line in self._lines if line in shown]
        if not found:
            return shown
        lines = shown.splitlines()
        return "\n".join(line for line in lines if not any(each in line for each in found))

    def traceback(self, shown: str) -> str:
        """A traceback (without colours) less the code of cells with hidden tests."""
        inside = False
        kept = []
        for line in shown.splitlines():
            cell = _OF_CELL.match(line)
            if cell:
                inside = (cell[1] or cell[2]) in self._counts
            elif line and not _CODE.match(line) and (_OF_FILE.match(line) or not line[0].isspace()):
                inside = False  # a frame elsewhere, or the error's own message
            if not (inside and _CODE.match(line)):
                kept.append(line)
        return self.text("\n".join(kept))
