"""Test cells deleted, doubled, retagged, retyped, re-pointed, rewritten; the answers are wrong."""

import copy
from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.utils import compute_checksum

from hostile.material import Family, Material, find, insert, marks, test_cells

FAMILY = Family("tests tampered")


def changed(cell: NotebookNode, **values: str) -> NotebookNode:
    """A copy of the cell with other values."""
    other = copy.deepcopy(cell)
    other.update(values)
    return other


@FAMILY.attack()
def tests_deleted(material: Material, folder: Path) -> None:
    """No test is left, so that none can fail."""
    notebook = material.wrong()
    tests = test_cells(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell not in tests]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_doubled_after(material: Material, folder: Path) -> None:
    """A second cell with the same grade id follows each test, and says nothing."""
    notebook = material.wrong()
    doubled = []
    for cell in notebook.cells:
        doubled.append(cell)
        if marks(cell).get("grade") and cell.cell_type == "code":
            doubled.append(changed(cell, source="pass", id=f"{cell.id}-2"))
    notebook.cells = doubled
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_doubled_before(material: Material, folder: Path) -> None:
    """A cell with the same grade id stands at the top for each test, and says nothing."""
    notebook = material.wrong()
    copies = [changed(cell, source="pass") for cell in test_cells(notebook)]
    notebook.cells = copies + notebook.cells
    material.hand_in(folder, notebook)


@FAMILY.attack()
def skip_execution(material: Material, folder: Path) -> None:
    """Each test is tagged `skip-execution`: it leaves no error behind."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        cell.metadata["tags"] = ["skip-execution"]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def raises_exception(material: Material, folder: Path) -> None:
    """Each cell is tagged `raises-exception`: errors are declared to be expected."""
    notebook = material.wrong()
    for cell in notebook.cells:
        cell.metadata["tags"] = ["raises-exception", "nbval-ignore-output", "remove-output"]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_in_markdown(material: Material, folder: Path) -> None:
    """Each test is a Markdown cell, with nbgrader's metadata kept."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        cell.cell_type = "markdown"
        cell.pop("outputs")
        cell.pop("execution_count")
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_in_raw(material: Material, folder: Path) -> None:
    """Each test is a raw cell whose metadata claims that it was a code cell."""
    notebook = material.wrong()
    for index, cell in enumerate(notebook.cells):
        if marks(cell).get("grade"):
            raw = new_raw_cell(cell.source, id=cell.id, metadata=cell.metadata)
            raw.metadata["nbgrader"]["cell_type"] = "raw"
            notebook.cells[index] = raw
    material.hand_in(folder, notebook)


@FAMILY.attack()
def solution_retyped(material: Material, folder: Path) -> None:
    """Solution cells are Markdown, and the answers' code stands in raw cells."""
    notebook = material.wrong()
    for index, cell in enumerate(notebook.cells):
        if marks(cell).get("solution") and cell.cell_type == "code":
            notebook.cells[index] = new_markdown_cell(cell.source, metadata=cell.metadata)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_repointed(material: Material, folder: Path) -> None:
    """Each test's grade id moves to an empty cell; the test itself gets a name of its own."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        empty = new_code_cell("pass", metadata=copy.deepcopy(cell.metadata))
        cell.metadata["nbgrader"]["grade_id"] += "_old"
        notebook.cells.append(empty)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def ids_swapped(material: Material, folder: Path) -> None:
    """Solution cell and test exchange their grade ids, so that the test is overwritten."""
    notebook = material.wrong()
    for name in ("mse", "adam_step", "predict_run"):
        answer, test = find(notebook, name), find(notebook, f"test_{name}")
        answer.metadata["nbgrader"]["grade_id"] = f"test_{name}"
        test.metadata["nbgrader"]["grade_id"] = name
    material.hand_in(folder, notebook)


@FAMILY.attack()
def visible_as_hidden(material: Material, folder: Path) -> None:
    """Hidden tests take the ids of visible ones, and the other way round."""
    notebook = material.wrong()
    names = {marks(cell)["grade_id"]: cell for cell in test_cells(notebook)}
    for name, cell in names.items():
        if f"{name}_hidden" in names:
            cell.metadata["nbgrader"]["grade_id"] = f"{name}_hidden"
            names[f"{name}_hidden"].metadata["nbgrader"]["grade_id"] = name
    material.hand_in(folder, notebook)


@FAMILY.attack()
def flags_flipped(material: Material, folder: Path) -> None:
    """Tests are unlocked solutions, solutions are locked tests."""
    notebook = material.wrong()
    for cell in filter(marks, notebook.cells):
        grader = cell.metadata["nbgrader"]
        if grader["grade"]:
            cell.source = "pass"
        for flag in ("grade", "locked", "solution"):
            grader[flag] = not grader[flag]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_graded_by_hand(material: Material, folder: Path) -> None:
    """Tests are declared solutions as well: then a human has to grade them, and nothing fails."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        cell.metadata["nbgrader"] |= {"solution": True, "locked": False, "task": True}
    material.hand_in(folder, notebook)


@FAMILY.attack()
def points_raised(material: Material, folder: Path) -> None:
    """Cells are worth a thousand points, or an infinite or negative number of them."""
    notebook = material.wrong()
    worth = [1e3, 1e308, float("inf"), float("nan"), -5, "100", None, True]
    for index, cell in enumerate(test_cells(notebook)):
        cell.metadata["nbgrader"]["points"] = worth[index % len(worth)]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def tests_rewritten(material: Material, folder: Path) -> None:
    """Tests are replaced by their full points, with a checksum that fits."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        cell.source = repr(marks(cell)["points"])
        cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def one_id_for_all(material: Material, folder: Path) -> None:
    """All cells carry the same cell id."""
    notebook = material.wrong()
    for cell in notebook.cells:
        cell["id"] = "test_mse"
    material.hand_in(folder, notebook)


@FAMILY.attack()
def bonus_test(material: Material, folder: Path) -> None:
    """Two tests of the student's own, worth 50 points each, one with the id of an exercise."""
    notebook = material.wrong()
    for name in ("test_bonus", "mse"):
        bonus = changed(find(notebook, "test_mse"), source="50.0", id=f"b-{name}")
        bonus.metadata["nbgrader"] |= {"grade_id": name, "points": 50.0}
        notebook.cells.append(bonus)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def schema_nonsense(material: Material, folder: Path) -> None:
    """nbgrader's schema version is 99, a string, or missing, and so are other keys."""
    notebook = material.wrong()
    for index, cell in enumerate(filter(marks, notebook.cells)):
        grader = cell.metadata["nbgrader"]
        grader["schema_version"] = [99, "3", None, -1, [3]][index % 5]
        grader.pop(["locked", "solution", "grade", "points", "checksum"][index % 5], None)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def question_as_code(material: Material, folder: Path) -> None:
    """The question that is graded by hand becomes a code cell that replaces the checks."""
    notebook = material.wrong()
    for index, cell in enumerate(notebook.cells):
        if marks(cell).get("grade") and marks(cell).get("solution"):
            code = "check.case = check.hidden = check.raises = check.same = lambda *a, **k: None"
            notebook.cells[index] = new_code_cell(code, metadata=cell.metadata)
            notebook.cells.insert(1, notebook.cells.pop(index))
    material.hand_in(folder, notebook)


@FAMILY.attack()
def open_string(material: Material, folder: Path) -> None:
    """Cells before the tests open a string, for whoever glues sources together."""
    notebook = material.wrong()
    for cell in test_cells(notebook):
        insert(notebook, marks(cell)["grade_id"], "swallowed = r'''")
    find(notebook, "mse").source += "\nif False:\n    swallowed = '''"
    material.hand_in(folder, notebook)


@FAMILY.attack()
def cell_magics(material: Material, folder: Path) -> None:
    """Cells before the tests start with magics that would take what follows as plain text."""
    notebook = material.wrong()
    for index, cell in enumerate(test_cells(notebook)):
        magic = ["%%script false", "%%writefile test.txt", "%%capture", "%%markdown"][index % 4]
        insert(notebook, marks(cell)["grade_id"], f"{magic}\n")
    material.hand_in(folder, notebook)


@FAMILY.attack()
def doubled_solution(material: Material, folder: Path) -> None:
    """Three cells claim to be the answer of one exercise; the last stops all that follows."""
    notebook = material.wrong()
    for source in ("mse = None", "assert False, 'nothing may run after this'"):
        second = changed(find(notebook, "mse"), source=source, id=f"m{len(source)}")
        notebook.cells.append(second)
    material.hand_in(folder, notebook)


@FAMILY.attack()
def engine_replaced(material: Material, folder: Path) -> None:
    """A locked cell of the instructor's, which an exercise rests on, is rewritten."""
    engine = "def gradients_of(operations, inputs, rule=None):\n    return Anything()"
    anything = "class Anything(list):\n    def __eq__(self, other):\n        return True"
    notebook = material.wrong()
    find(notebook, "backward_rule-engine").source = f"{anything}\n\n\n{engine}"
    insert(notebook, "test_backward_rule", f"{anything}\n\n\n{engine}")
    find(notebook, "train_and_predict-data").source = "train_x = test_x = train_y = test_y = None"
    material.hand_in(folder, notebook)


@FAMILY.attack()
def engine_redefined(material: Material, folder: Path) -> None:
    """The instructor's engine, which calls the answer, is replaced by one that does without it."""
    code = """
    def gradients_of(program, inputs):
        values = [(x, np.eye(len(inputs))[i]) for i, x in enumerate(inputs)]
        for op, i, *rest in program:
            a, da = values[i]
            b, db = values[rest[0]] if op in ("add", "mul") else (0.0, 0.0)
            k = rest[0] if op == "pow" else 1
            values.append({
                "add": lambda: (a + b, da + db),
                "mul": lambda: (a * b, a * db + b * da),
                "tanh": lambda: (np.tanh(a), da / np.cosh(a) ** 2),
                "exp": lambda: (np.exp(a), np.exp(a) * da),
                "pow": lambda: (a**k, k * a ** (k - 1) * da),
            }[op]())
        return values[-1][1]
    """
    material.hand_in(folder, material.wrong(code, cell="backward_rule"))
