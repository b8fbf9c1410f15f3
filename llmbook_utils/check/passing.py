"""A sign for a cell whose checks all passed: a folded test cell would show nothing otherwise.

A passed check says nothing itself. In a notebook, the first check asks IPython to call
`_after_cell` after each cell, which prints one line if the cell made a check and had no error.
"""

import sys
from typing import Any

PASSED = "\x1b[32m✓ passed\x1b[0m"
_checked = False  # the running cell has made a check
_shell: Any = None  # the one that calls `_after_cell`


def note_check() -> None:
    """Remember that the running cell makes a check. Outside of a notebook nothing happens."""
    global _checked, _shell
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None or not hasattr(shell, "kernel"):  # a terminal, a test, a grader
        return
    _checked = True
    if _shell is not shell:
        shell.events.register("post_run_cell", _after_cell)
        _shell = shell


def _after_cell(result: Any) -> None:
    global _checked
    if _checked and result.success:
        print(PASSED)
    _checked = False
