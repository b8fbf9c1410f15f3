"""How an assignment's tests are run: which names are the student's, and which cells are trusted.

A test is run *outside*: in a trusted process, among names that only the instructor's cells made,
with a stand-in for each name of the student's. It reaches the student's work only through calls
with plain data, so nothing in the sandbox can pass it by force. A test that needs more than that
(an object that is not plain data) is run *inside*, in the student's kernel, where tripwires are all
that guards it. Which tests are which is not declared but tried, with the reference solution
(trial.py).

What a student writes may also be data for a program of the instructor's that must be neither in the
student's kernel, where its result could be forged, nor in the trusted process, where it could do
harm: a CUDA kernel's source, say. The instructor's functions in a cell with the tag `apart` are run
in a sandboxed kernel of their own, in which no cell of the student's ever ran.
"""

import ast
import builtins
import functools
import hashlib
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import nbformat
from nbformat.notebooknode import NotebookNode

from llmbook_utils.grading.assignment import TestCell, exercises, marks, without_hidden_tests


@dataclass(frozen=True)
class Plan:
    """An assignment as the grader sees it."""

    name: str
    source: str  # the instructor's notebook, JSON, hidden tests included
    inside: frozenset[str] = frozenset()  # grade ids of tests that cannot be run outside
    modules: tuple[str, ...] = ()  # what the reference imports

    @cached_property
    def notebook(self) -> NotebookNode:
        return nbformat.reads(self.source, as_version=4)

    @cached_property
    def tests(self) -> dict[str, TestCell]:
        """Every test cell by its grade id, in order."""
        return {test.name: test for each in exercises(self.notebook) for test in each.tests}

    @cached_property
    def exercise_of(self) -> dict[str, str]:
        """Test → the solution cell that it belongs to."""
        return {test.name: each.name for each in exercises(self.notebook) for test in each.tests}

    @cached_property
    def imports(self) -> list[str]:
        """What the instructor's cells import, hidden tests included."""
        found: set[str] = set()
        for cell in self.notebook.cells:
            for node in ast.walk(parsed(cell.source if cell.cell_type == "code" else "")):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
        return sorted(found)

    @cached_property
    def students_names(self) -> frozenset[str]:
        """Names that hold work of the student's: from solution cells, and what is made of them."""
        cells = [c for c in self.notebook.cells if c.cell_type == "code" and not is_test(c)]
        found: set[str] = set()
        for cell in cells:
            if marks(cell).get("solution"):
                found |= top_names(cell.source)
        while True:  # until nothing new is made of them
            more = {n for c in cells if free_names(c.source) & found for n in top_names(c.source)}
            if more <= found:
                return frozenset(found)
            found |= more

    @cached_property
    def _definitions(self) -> list[tuple[int, str]]:
        """(position, source) of trusted code that defines names: the instructor's cells that need
        nothing of the student's, and what tests define for later ones."""
        found = []
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code" or marks(cell).get("solution") or _is_apart(cell):
                continue
            source = names_only(cell.source) if is_test(cell) else cell.source
            touched = (free_names(source) | top_names(source)) & self.students_names
            if top_names(source) and not touched:
                found.append((index, source))
        return found

    def needed_by(self, test: str) -> list[tuple[int, str]]:
        """(position, source) of the trusted code that a test needs to have run before it."""
        return self._needed(self.tests[test].source, self.tests[test].index)

    def _needed(self, source: str, before: int) -> list[tuple[int, str]]:
        wanted = free_names(source) - self.students_names
        needed = []
        for index, each in reversed(self._definitions):
            if index < before and top_names(each) & wanted:
                needed.append((index, each))
                wanted = (wanted - top_names(each)) | free_names(each)
        return needed[::-1]

    @cached_property
    def apart(self) -> dict[str, list[str]]:
        """Name → what to run, in a kernel of its own, to have this function of the instructor's."""
        found: dict[str, list[str]] = {}
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code" and _is_apart(cell):
                needed = [source for _, source in self._needed(cell.source, index)]
                found |= {name: [*needed, cell.source] for name in top_names(cell.source)}
        return found

    def machinery_of(self, test: str) -> list[str]:
        """Locked cells before a test that work on what the student wrote, and that the test calls.

        They are run once more before it: a cell of the student's may have replaced their names.
        """
        return self._machinery[test]

    @cached_property
    def _machinery(self) -> dict[str, list[str]]:
        locked = [
            (index, cell.source)
            for index, cell in enumerate(self.notebook.cells)
            if cell.cell_type == "code" and marks(cell).get("locked") and not is_test(cell)
        ]
        found = {}
        for name, test in self.tests.items():
            wanted = free_names(test.source) & self.students_names
            found[name] = [
                source for at, source in locked if at < test.index and top_names(source) & wanted
            ]
        return found

    def key(self, test: str, work: str, environment: str) -> str:
        """A hash of all that the verdict on a test depends on.

        `work`: a hash of the student's code up to the test and of the files handed in.
        """
        place = "inside" if test in self.inside else "outside"
        parts = [environment, work, place, self._instructors_part[test]]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @cached_property
    def _instructors_part(self) -> dict[str, str]:
        """Test → a hash of the instructor's cells that its verdict depends on."""
        found = {}
        for name, test in self.tests.items():
            parts = [test.source, str(test.points), *self.machinery_of(name)]
            for each in sorted(free_names(test.source) & self.apart.keys()):
                parts += self.apart[each]
            digest = hashlib.sha256()
            for part in [*parts, *(source for _, source in self.needed_by(name))]:
                digest.update(part.encode("utf-8", "replace") + b"\0")
            found[name] = digest.hexdigest()
        return found


def is_test(cell: NotebookNode) -> bool:
    """Whether it is a cell with points that code decides."""
    return bool(marks(cell).get("grade")) and not marks(cell).get("solution")


def _is_apart(cell: NotebookNode) -> bool:
    return "apart" in cell.metadata.get("tags", ()) and not marks(cell).get("solution")


def parsed(source: str) -> ast.Module:
    """The cell's code; empty where it is no plain Python (magics), or nested beyond reason."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


@functools.lru_cache(1000)
def free_names(source: str) -> frozenset[str]:
    """Names that a piece of code reads and does not define itself."""

    def visit(table: symtable.SymbolTable) -> Iterator[str]:
        for symbol in table.get_symbols():
            if symbol.is_global() or (table.get_type() == "module" and symbol.is_referenced()):
                yield symbol.get_name()
        for child in table.get_children():
            yield from visit(child)

    try:
        top = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(visit(top)) - top_names(source) - frozenset(dir(builtins))


@functools.lru_cache(1000)
def top_names(source: str) -> frozenset[str]:
    """Names that a piece of code defines at its top level."""
    try:
        top = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        symbol.get_name()
        for symbol in top.get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    )


@functools.lru_cache(1000)
def names_only(source: str) -> str:
    """What a visible test defines, without its checks.

    Students' later cells may use such names, as they can in JupyterLab. Statements that only do
    something, such as checks and loops, are left out.
    """
    kept = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)
    body = parsed(without_hidden_tests(source)).body
    return "\n".join(ast.unparse(node) for node in body if isinstance(node, kept))
