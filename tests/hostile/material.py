"""What a hostile hand-in is made from: the released notebook, answers, and places on the host.

`Material` knows the assignment and where on the host there is something to reach for; `Family`
collects the hand-ins of one module. Code that is put into a notebook can use the names of
`Material.located`, and nothing of the host but those.
"""

import functools
import inspect
import json
import textwrap
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from llmbook_utils.grading.assignment import Exercise, exercises, marks, read_notebook
from llmbook_utils.grading.result import STATES

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "01_training_basics"
QUESTION = "turn_a_wish_into_a_loss"  # graded by hand
NOTE = "note-from-a-classmate"  # what a hand-in leaves behind for another one
REACHED = "reached-the-host"  # what an attack prints when it got there; never literally in a source

# The right type and shape, and never the right value: each earns nothing.
WRONG = {
    "mse": "def mse(y_hat, y):\n    return 0.125, 0.0 * y_hat + 0.125",
    "softmax_cross_entropy": "def softmax_cross_entropy(logits, targets):\n    return 0.125",
    "multi_label_loss": "def multi_label_loss(logits, targets):\n    return 0.125",
    "backward_rule": "def backward_rule(node):\n    return None",
    "topological_order": "def topological_order(children, root):\n    return [-1]",
    "adam_step": "def adam_step(w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):\n"
    "    return w + 7.5, m + 7.5, v + 7.5",
    "recursive_forecast": "def recursive_forecast(history, coefficients, steps):\n"
    "    return np.full(steps, 7.5)",
    "kmeans_step": "def kmeans_step(points, centres):\n"
    "    return np.full(len(points), -1), centres + 7.5",
    "train_and_predict": "def train_and_predict(train_x, train_y, test_x):\n"
    "    return np.full(len(test_x), -1)",
    "validation_error": "def validation_error(train_x, train_y, val_x, val_y):\n"
    "    return np.full(train_x.shape[1], 7.5), -1.0",
    "predict_run": "def predict_run(curvatures, lr):\n    return -1.0, 'unknown'",
}


@functools.cache
def _graded_by_tests() -> dict[str, Exercise]:
    notebook = read_notebook(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    return {each.name: each for each in exercises(notebook) if not each.manual}


def exercise_names() -> tuple[str, ...]:
    """The exercises that tests grade, in order."""
    return tuple(_graded_by_tests())


def points(*names: str) -> float:
    """All points that the tests give for these exercises.

    Raises:
        KeyError: there is no exercise of that name.
    """
    return sum((test.points for name in names for test in _graded_by_tests()[name].tests), 0.0)


@functools.cache
def solutions() -> dict[str, str]:
    """The reference answer of every exercise, by grade id, as a student would have typed it."""
    notebook = read_notebook(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    return {
        marks(cell)["grade_id"]: "\n".join(
            line for line in cell.source.split("\n") if not line.strip().startswith("### ")
        )
        for cell in notebook.cells
        if marks(cell).get("solution") and cell.cell_type == "code"
    }


@functools.cache
def _released_text() -> str:
    path = ROOT / "exercises" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    return path.read_text(encoding="utf-8")


def fill(notebook: NotebookNode, **sources: str) -> NotebookNode:
    """The notebook, with these sources in the cells of these grade ids.

    Raises:
        KeyError: there is no cell of that grade id.
    """
    for name, source in sources.items():
        find(notebook, name).source = source
    return notebook


def find(notebook: NotebookNode, name: str) -> NotebookNode:
    """The cell with this grade id.

    Raises:
        KeyError: there is none.
    """
    for cell in notebook.cells:
        if marks(cell).get("grade_id") == name:
            return cell
    raise KeyError(f"expected a cell with the grade id {name}, got none")


def insert(notebook: NotebookNode, before: str, source: str, kind: str = "code") -> NotebookNode:
    """The notebook, with a cell of the student's own before the cell of this grade id."""
    new = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}[kind]
    place = next(i for i, c in enumerate(notebook.cells) if marks(c).get("grade_id") == before)
    notebook.cells.insert(place, new(source))
    return notebook


def test_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells that give points by tests."""
    return [c for c in notebook.cells if marks(c).get("grade") and not marks(c).get("solution")]


test_cells.__test__ = False  # type: ignore[attr-defined]  # not a test for pytest


@dataclass(frozen=True)
class Material:
    """The assignment, and where on the host an attack may reach for something."""

    course: Path  # top folder of the course: solutions, gradebook, ledger, all hand-ins
    canary: Path  # a folder that anybody may write to, in which nothing may ever appear
    home: Path  # stands for the home of whoever grades
    secret: str  # a classmate's id: in the gradebook, the hand-ins and the grader's environment
    port: int  # of TCP, UDP (127.0.0.1) and abstract (`hostile-PORT`) sockets that listen
    victim: int  # a process of the host

    @property
    def classmate(self) -> Path:
        """The notebook of a classmate who has everything right."""
        return self.course / "submitted" / self.secret / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"

    def released(self) -> NotebookNode:
        """A fresh copy of the released notebook."""
        return nbformat.reads(_released_text(), as_version=4)

    @property
    def solutions(self) -> dict[str, str]:
        """The reference answer of every exercise, by grade id."""
        return dict(solutions())

    def partly(self, *solved: str, **sources: str) -> NotebookNode:
        """The released notebook with some exercises solved and other sources elsewhere."""
        return fill(self.released(), **{name: solutions()[name] for name in solved}, **sources)

    def wrong(self, code: str = "", cell: str = "mse") -> NotebookNode:
        """Wrong answers everywhere, and `code` after the answer in one of the cells."""
        notebook = fill(self.released(), **WRONG)
        if code:
            find(notebook, cell).source += "\n\n\n" + textwrap.dedent(code).strip()
        return notebook

    def all_in_one(self, code: str) -> NotebookNode:
        """The released notebook with `code` as the first answer, which has to provide them all."""
        return fill(
            self.released(), **dict.fromkeys(WRONG, "# see the first answer") | {"mse": code}
        )

    def located(self, code: str) -> str:
        """The code, with the places of the host as names.

        COURSE, CANARY, HOME are paths; PORT and VICTIM numbers; REACHED is what to print where
        something of the host was reached.
        """
        places = [str(self.course), str(self.canary), str(self.home), self.port, self.victim]
        return (
            f"COURSE, CANARY, HOME, PORT, VICTIM = {', '.join(map(repr, places))}\n"
            f"REACHED = '-'.join({REACHED.split('-')})\n" + textwrap.dedent(code).strip()
        )

    def hand_in(self, folder: Path, notebook: object) -> Path:
        """Write the notebook, or whatever it is, as JSON; nothing is validated."""
        return self.hand_in_text(folder, json.dumps(notebook))

    def hand_in_text(self, folder: Path, text: str | bytes) -> Path:
        """Write these characters under the notebook's name."""
        path = folder / f"{ASSIGNMENT}.ipynb"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


Write = Callable[[Material, Path], object]


@dataclass(frozen=True)
class HandIn:
    """A submission of the set. `write` fills the (existing, empty) folder of the submission."""

    family: str
    name: str  # unique; letters, digits and _: fit for a student's id
    honest: float  # points that the tests give to this work without its tricks
    write: Write
    expect: frozenset[str] | None = None  # states that are natural; None: any will do
    what: str = ""  # what it tries, in a sentence

    def __post_init__(self) -> None:
        unknown = set(self.expect or ()) - set(STATES)
        if unknown:
            raise ValueError(f"expected states out of {', '.join(STATES)}; got {sorted(unknown)}")


class Hostile(HandIn):
    """It must end with at most `honest` points, or in a state that does not count."""


class Benign(HandIn):
    """Unusual and honest: it must get exactly `honest` points."""


@dataclass
class Family:
    """The hand-ins of one kind; its decorators add to it."""

    name: str
    members: list[HandIn] = field(default_factory=list)

    def attack(
        self, *, solved: Collection[str] = (), expect: Iterable[str] | None = None
    ) -> Callable[[Write], Write]:
        """Add a hostile hand-in, in which the exercises `solved` are honestly right."""
        return functools.partial(self._add, Hostile, points(*solved), expect)

    def benign(
        self, *, solved: Collection[str], expect: Iterable[str] | None = ("graded",)
    ) -> Callable[[Write], Write]:
        """Add an honest hand-in that has the exercises `solved` right, and no others."""
        return functools.partial(self._add, Benign, points(*solved), expect)

    def _add(
        self, kind: type[HandIn], honest: float, expect: Iterable[str] | None, write: Write
    ) -> Write:
        allowed = None if expect is None else frozenset(expect)
        what = inspect.getdoc(write) or ""
        self.members.append(kind(self.name, write.__name__, honest, write, allowed, what))
        return write
