"""Run a notebook in a fresh kernel, cell by cell, and never hang.

Errors do not stop the run, as with nbgrader's autograder. A cell that takes too long is
interrupted; one that does not let itself be interrupted ends the run. The notebook's file is not
touched.
"""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_FRAME = re.compile(r"In\s?\[(\d+)\], line (\d+)")
_ARROW = re.compile(r"^-+>\s*\d+\s?(.*)$", flags=re.MULTILINE)


@dataclass
class CellError:
    """The error that a cell ended with."""

    name: str  # of the exception's class
    message: str
    cell: int | None = None  # index of the innermost cell in the traceback; None when unknown
    line: int | None = None  # in that cell
    code: str = ""  # of that line


@dataclass
class Run:
    """What came of a run: for each cell that ran its error, if any."""

    errors: dict[int, CellError | None] = field(default_factory=dict)
    timed_out: set[int] = field(default_factory=set)
    stopped: str | None = None  # why the cells after the last did not run
    seconds: float = 0.0


def plain(text: str) -> str:
    """Text without the colours of a terminal."""
    return _ANSI.sub("", text)


def run(notebook: NotebookNode, folder: Path, timeout: float) -> Run:
    """Execute the notebook's cells in a new kernel that works in `folder`.

    The outputs are left in `notebook`. `timeout`: seconds for each cell.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    result, started = Run(), time.monotonic()

    def executed(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        if execute_reply["content"].get("ename") == "CellTimeoutError":
            result.timed_out.add(cell_index)

    client = NotebookClient(
        notebook,
        timeout=max(1, round(timeout)),
        kernel_name="python3",
        allow_errors=True,
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "CellTimeoutError", "evalue": "", "traceback": []},
        shutdown_kernel="immediate",
        extra_arguments=["--HistoryManager.hist_file=:memory:", "--Application.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_executed=executed,
    )
    client.log.setLevel("CRITICAL")  # a time limit is our news to tell
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            cell.metadata.pop("tags", None)  # `skip-execution` and the like do not count
            try:
                client.execute_cell(cell, index)
            except DeadKernelError:
                result.errors[index] = CellError("DeadKernelError", "the kernel died in this cell")
                result.stopped = "the kernel died"
                break
            except CellExecutionError as error:  # pragma: no cover (errors are allowed)
                result.errors[index] = CellError(error.ename, error.evalue)
                continue
            if index in result.timed_out:
                result.errors[index] = CellError(
                    "CellTimeoutError",
                    f"stopped after {timeout:g} seconds. Is there a loop that never ends?",
                )
                if not _answers(client):
                    result.stopped = "the kernel could not be interrupted"
                    break
            else:
                result.errors[index] = _error(notebook, cell)
    result.seconds = time.monotonic() - started
    return result


def _answers(client: Any) -> bool:
    """Whether the kernel takes another cell, after one was interrupted."""
    patience, client.timeout = client.timeout, 5
    hook, client.on_cell_executed = client.on_cell_executed, None
    probe = new_code_cell("None")
    client.nb.cells.append(probe)
    started = time.monotonic()
    try:
        client.execute_cell(probe, len(client.nb.cells) - 1)
        return time.monotonic() - started < 5
    except Exception:
        return False
    finally:
        client.nb.cells.pop()
        client.timeout, client.on_cell_executed = patience, hook


def _error(notebook: NotebookNode, cell: NotebookNode) -> CellError | None:
    raised = [output for output in cell.outputs if output.output_type == "error"]
    if not raised:
        return None
    output = raised[-1]
    error = CellError(output.ename, plain(output.evalue))
    text = plain("\n".join(output.traceback))
    frames = list(_FRAME.finditer(text))
    if not frames:
        return error
    count, line = map(int, frames[-1].groups())
    for index, other in enumerate(notebook.cells):
        if other.cell_type == "code" and other.get("execution_count") == count:
            error.cell, error.line = index, line
            arrows = _ARROW.findall(text, frames[-1].end())
            error.code = arrows[0].strip() if arrows else ""
    return error
