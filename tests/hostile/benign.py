"""Unusual and honest: whoever is strict with the others must give these all of their points."""

import json
from pathlib import Path

from nbformat.v4 import new_code_cell

from hostile.material import (
    ASSIGNMENT,
    QUESTION,
    Family,
    Material,
    exercise_names,
    find,
    insert,
    marks,
)

FAMILY = Family("benign")
ALL = exercise_names()
BUT_ONE = tuple(name for name in ALL if name != "mse")


def with_cells(material: Material, folder: Path, *cells: str, before: str = "mse") -> None:
    """Hand in the reference answers, with these code cells of the student's own."""
    notebook = material.partly(*ALL)
    for cell in cells:
        insert(notebook, before, cell)
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=ALL)
def reference(material: Material, folder: Path) -> None:
    """The reference answers, nothing else."""
    with_cells(material, folder)


@FAMILY.benign(solved=())
def untouched(material: Material, folder: Path) -> None:
    """The assignment as it was released."""
    material.hand_in(folder, material.released())


@FAMILY.benign(solved=ALL)
def magics(material: Material, folder: Path) -> None:
    """Line and cell magics, a shell command, and help."""
    with_cells(
        material,
        folder,
        "%matplotlib inline\n%timeit -n 1 -r 1 sum(range(10))\n%precision 3\n%xmode Minimal",
        "%%time\ntotal = sum(range(1000))",
        "%%capture\nprint('not shown')",
        "!echo from a shell",
        "np.mean?",
    )


@FAMILY.benign(solved=ALL)
def asynchronous_cells(material: Material, folder: Path) -> None:
    """Cells that await, and tasks that run on for a while."""
    with_cells(
        material,
        folder,
        "import asyncio\n\ntask = asyncio.create_task(asyncio.sleep(1))\nawait asyncio.sleep(0.01)",
        "async def later():\n    await asyncio.sleep(0.01)\n    return 3\n\n\nawait later()",
    )


@FAMILY.benign(solved=ALL)
def plots(material: Material, folder: Path) -> None:
    """Pictures, a table and a formula as outputs."""
    with_cells(
        material,
        folder,
        "import matplotlib.pyplot as plt\n\nplt.plot(np.linspace(0, 1, 50) ** 2)\nplt.show()",
        "fig, ax = plt.subplots()\nax.hist(np.random.default_rng(0).normal(size=100))\nfig",
        "from IPython.display import Markdown, Math\n\ndisplay(Math('x^2'), Markdown('**x**'))",
    )


@FAMILY.benign(solved=ALL)
def prints(material: Material, folder: Path) -> None:
    """A hundred kilobytes of text, a progress bar on stderr, and a log."""
    with_cells(
        material,
        folder,
        "for i in range(1000):\n    print(i, 'x' * 90)",
        "import sys\n\nfor i in range(100):\n    print(f'{i} %', end='\\r', file=sys.stderr)",
        "import logging\n\nlogging.basicConfig()\nlogging.warning('half way')",
    )


@FAMILY.benign(solved=ALL)
def seeds(material: Material, folder: Path) -> None:
    """Seeds and torch's settings are changed, in cells and inside functions."""
    with_cells(
        material,
        folder,
        "import random\n\nrandom.seed(7)\nnp.random.seed(7)\ntorch.manual_seed(7)",
        "torch.set_default_dtype(torch.float64)\ntorch.set_default_dtype(torch.float32)",
        "torch.use_deterministic_algorithms(True)\nimport os\n\nos.environ['MY_SEED'] = '7'",
    )


@FAMILY.benign(solved=ALL)
def reordered(material: Material, folder: Path) -> None:
    """Whole exercises were moved: the last one stands right after the setup, with its tests."""
    notebook = material.partly(*ALL)
    start = next(i for i, c in enumerate(notebook.cells) if c.id == "predict_run-header")
    end = next(i for i, c in enumerate(notebook.cells) if c.id == "predict_run-where") + 1
    moved = notebook.cells[start:end]
    del notebook.cells[start:end]
    notebook.cells[2:2] = moved
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=ALL)
def notes(material: Material, folder: Path) -> None:
    """Notes in Markdown, Chinese and formulas; an answer to the question; a raw cell."""
    notebook = material.partly(*ALL, **{QUESTION: "**目标。** 预测 $y = 1$, see <https://x.test>."})
    insert(
        notebook, "mse", "# My notes\n\n均方误差 $\\frac{1}{N}\\sum_i$ <b>bold</b>", kind="markdown"
    )
    insert(notebook, "adam_step", "to do: read the paper 🙂", kind="raw")
    find(notebook, "adam_step").source += "\n\n# 完成了 ✓"
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=ALL)
def scratch_cells(material: Material, folder: Path) -> None:
    """Scratch cells: one with an error, one tagged skip-execution, an empty one, one unfinished."""
    notebook = material.partly(*ALL)
    for source in ("1 / 0", "", "# to do", "for i in range(3)\n    print(i)"):
        insert(notebook, "softmax_cross_entropy", source)
    scratch = new_code_cell("raise RuntimeError('not meant to run')")
    scratch.metadata["tags"] = ["skip-execution"]
    notebook.cells.append(new_code_cell("undefined_name", metadata={"tags": ["raises-exception"]}))
    notebook.cells.append(scratch)
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=ALL)
def doubled_by_accident(material: Material, folder: Path) -> None:
    """A solution cell and its test were copied and pasted: their ids are there twice."""
    notebook = material.partly(*ALL)
    for name in ("test_mse", "mse"):
        cell = find(notebook, name)
        copy = json.loads(json.dumps(cell))
        notebook.cells.insert(notebook.cells.index(cell) + 1, type(cell)(copy))
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=BUT_ONE)
def one_answer_missing(material: Material, folder: Path) -> None:
    """One solution cell was deleted, with its tests; the others count."""
    notebook = material.partly(*ALL)
    notebook.cells = [c for c in notebook.cells if "mse" not in marks(c).get("grade_id", "")]
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=BUT_ONE)
def one_cell_does_not_compile(material: Material, folder: Path) -> None:
    """One answer has a syntax error; the others count."""
    unfinished = "def mse(y_hat, y)\n    return 0"
    material.hand_in(folder, material.partly(*BUT_ONE, mse=unfinished))


@FAMILY.benign(solved=ALL)
def older_jupyter(material: Material, folder: Path) -> None:
    """nbformat 4.4: no cell ids; sources are lists of lines; outputs of an earlier run."""
    notebook = json.loads(json.dumps(material.partly(*ALL)))
    notebook["nbformat_minor"] = 4
    for count, cell in enumerate(notebook["cells"]):
        del cell["id"]
        cell["source"] = cell["source"].splitlines(keepends=True)
        if cell["cell_type"] == "code":
            old = {"output_type": "stream", "name": "stdout", "text": ["old\n", "output\n"]}
            cell["outputs"], cell["execution_count"] = [old], count
    material.hand_in(folder, notebook)


@FAMILY.benign(solved=ALL)
def from_windows(material: Material, folder: Path) -> None:
    """Line ends of Windows, in the file and in the sources."""
    notebook = material.partly(*ALL)
    for cell in notebook.cells:
        if not (marks(cell).get("locked") or cell.cell_type != "code"):
            cell.source = cell.source.replace("\n", "\r\n")
    text = json.dumps(notebook, indent=1, ensure_ascii=False).replace("\n", "\r\n")
    material.hand_in_text(folder, text.encode())


@FAMILY.benign(solved=ALL)
def byte_order_mark(material: Material, folder: Path) -> None:
    """An editor on Windows put a byte order mark before the notebook."""
    material.hand_in_text(folder, b"\xef\xbb\xbf" + json.dumps(material.partly(*ALL)).encode())


@FAMILY.benign(solved=ALL)
def own_data_file(material: Material, folder: Path) -> None:
    """Data files beside the notebook and in a folder, which cells read and write."""
    (folder / "my data").mkdir()
    (folder / "my data" / "values.csv").write_text("1,2,3\n4,5,6\n")
    (folder / "helpers.py").write_text("def double(x):\n    return 2 * x\n")
    with_cells(
        material,
        folder,
        "values = np.loadtxt('my data/values.csv', delimiter=',')\nassert values.sum() == 21",
        "from helpers import double\n\nassert double(3) == 6",
        "from pathlib import Path\n\nPath('result.txt').write_text(str(values))",
    )


@FAMILY.benign(solved=ALL)
def beside_the_notebook(material: Material, folder: Path) -> None:
    """What editors and systems leave behind: checkpoints, caches, a copy, nbgrader's timestamp."""
    for name in (".ipynb_checkpoints", "__pycache__", ".git"):
        (folder / name).mkdir()
    old = f".ipynb_checkpoints/{ASSIGNMENT}-checkpoint.ipynb"
    (folder / old).write_text(json.dumps(material.released()))
    (folder / "__pycache__" / "helpers.cpython-311.pyc").write_bytes(b"\x00\x01")
    (folder / ".DS_Store").write_bytes(b"\x00\x00\x00\x01Bud1")
    (folder / f"{ASSIGNMENT}-Copy1.ipynb").write_text(json.dumps(material.released()))
    (folder / "timestamp.txt").write_text("2030-01-31 12:00:00.000000 UTC")
    with_cells(material, folder)


@FAMILY.benign(solved=ALL, expect=("graded", "suspicious"))
def processes_and_threads(material: Material, folder: Path) -> None:
    """A pool of two processes, a few threads, and a program that is run."""
    with_cells(
        material,
        folder,
        "from concurrent.futures import ThreadPoolExecutor\n\n"
        "with ThreadPoolExecutor(4) as pool:\n    print(sum(pool.map(abs, range(100))))",
        "import subprocess\nimport sys\n\n"
        "subprocess.run([sys.executable, '-c', 'print(3)'], capture_output=True).stdout",
        "import multiprocessing\n\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(pool.map(abs, range(4)))",
    )


@FAMILY.benign(solved=ALL)
def names_of_the_tests(material: Material, folder: Path) -> None:
    """Cells use names that tests use as well: logits, both, rng, reference, expected, cases."""
    with_cells(
        material,
        folder,
        "logits, targets, both, steep = 1, 2, 3, 4",
        "rng = np.random.default_rng(1)\nexpected = cases = reference = label = None",
        "x = y = w = m = v = result = score = answer = 0",
    )
