"""Notebooks that break readers: bombs, nonsense versions, wrong types, forged outputs."""

import json
from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from hostile.material import QUESTION, Family, Material, find, marks, test_cells

FAMILY = Family("notebook bombs")


def with_raw_metadata(material: Material, folder: Path, json_text: str) -> None:
    """Hand in wrong answers; the notebook's metadata holds `json_text` as it is, under "bomb"."""
    notebook = material.wrong()
    notebook.metadata["bomb"] = "BOMB"
    material.hand_in_text(folder, json.dumps(notebook).replace('"BOMB"', json_text))


@FAMILY.attack()
def deep_nesting(material: Material, folder: Path) -> None:
    """Lists nested 200 000 deep: a recursive reader overflows its stack."""
    with_raw_metadata(material, folder, "[" * 200_000 + "]" * 200_000)


@FAMILY.attack()
def deep_objects(material: Material, folder: Path) -> None:
    """Objects nested 900 deep: just read, and too deep to be copied or written."""
    with_raw_metadata(material, folder, '{"a":' * 900 + "0" + "}" * 900)


@FAMILY.attack()
def huge_integer_in_metadata(material: Material, folder: Path) -> None:
    """An integer of two million digits, whose conversion takes quadratic time."""
    with_raw_metadata(material, folder, "9" * 2_000_000)


@FAMILY.attack()
def huge_float(material: Material, folder: Path) -> None:
    """Numbers that become infinite when read, and JSON that is none: NaN, Infinity."""
    with_raw_metadata(material, folder, "[1e999999, -1e999999, NaN, Infinity, -Infinity, -0]")


@FAMILY.attack()
def metadata_bomb(material: Material, folder: Path) -> None:
    """Forty megabytes of metadata: one long string, and a hundred thousand keys."""
    keys = ",".join(f'"k{i}":{{"v":[]}}' for i in range(100_000))
    with_raw_metadata(material, folder, f'{{"long":"{"x" * 40_000_000}",{keys}}}')


@FAMILY.attack()
def a_hundred_thousand_cells(material: Material, folder: Path) -> None:
    """A hundred thousand empty cells before the wrong answers."""
    text = json.dumps(material.wrong())
    cell = '{"cell_type":"code","metadata":{},"source":"","outputs":[],"execution_count":null},'
    material.hand_in_text(folder, text.replace('"cells": [', '"cells": [' + cell * 100_000, 1))


@FAMILY.attack()
def three_million_objects(material: Material, folder: Path) -> None:
    """Three million empty objects: nine megabytes of text, and hundreds once they are read."""
    with_raw_metadata(material, folder, "[" + "{}," * 3_000_000 + "{}]")


@FAMILY.attack()
def many_outputs(material: Material, folder: Path) -> None:
    """One cell with a hundred and fifty thousand stored outputs."""
    notebook = material.wrong()
    find(notebook, "mse").outputs = ["OUTPUTS"]
    output = '{"output_type":"stream","name":"stdout","text":"x"}'
    outputs = ",".join([output] * 150_000)
    material.hand_in_text(folder, json.dumps(notebook).replace('"OUTPUTS"', outputs))


@FAMILY.attack()
def huge_source(material: Material, folder: Path) -> None:
    """A cell of forty megabytes."""
    notebook = material.wrong()
    notebook.cells.insert(2, new_code_cell("total = " + "+".join(["1"] * 20_000_000)))
    material.hand_in(folder, notebook)


@FAMILY.attack()
def long_sum(material: Material, folder: Path) -> None:
    """A small cell, a sum of 90 000 terms: a tree too deep for whoever walks through it."""
    material.hand_in(folder, material.wrong("total = " + "+".join(["1"] * 90_000)))


@FAMILY.attack()
def long_chain(material: Material, folder: Path) -> None:
    """A small cell, one name with 60 000 attributes, and as many signs before a number."""
    material.hand_in(folder, material.wrong(f"x = mse{'.x' * 60_000}\ny = {'~' * 60_000}1"))


@FAMILY.attack()
def nested_source(material: Material, folder: Path) -> None:
    """A small cell whose brackets are nested too deep for the compiler."""
    material.hand_in(folder, material.wrong("total = " + "-(" * 50_000 + "1" + ")" * 50_000))


@FAMILY.attack()
def forged_outputs(material: Material, folder: Path) -> None:
    """Every test has been executed already, with its full points as a result."""
    notebook = material.wrong()
    for count, cell in enumerate(test_cells(notebook), start=1):
        text = {"text/plain": repr(marks(cell)["points"])}
        result = new_output("execute_result", data=text, execution_count=count)
        cell.outputs, cell.execution_count = [result], count
        cell.metadata["execution"] = {"iopub.status.idle": "2020-01-01T00:00:00.000000Z"}
    material.hand_in(folder, notebook)


@FAMILY.attack()
def forged_state(material: Material, folder: Path) -> None:
    """Metadata and stored outputs in the grader's own words claim that all is graded."""
    notebook = material.wrong()
    verdict = {"state": "graded", "points": 90, "earned": 90, "passed": True, "accepted": "yes"}
    notebook.metadata |= {"llmbook": verdict, "grading": verdict, "score": 90}
    for cell in test_cells(notebook):
        cell.outputs = [new_output("display_data", data={"application/json": verdict})]
        cell.metadata["nbgrader"] |= {"auto_score": 90, "manual_score": 90, "extra_credit": 90}
    material.hand_in(folder, notebook)


@FAMILY.attack()
def duplicate_keys(material: Material, folder: Path) -> None:
    """The cells stand there three times, once under an escaped key: readers may differ."""
    honest, tampered = material.released(), material.wrong()
    tampered.cells = [cell for cell in tampered.cells if not marks(cell).get("grade")]
    text = json.dumps(tampered).strip()[1:]
    cells = json.dumps(honest.cells)
    material.hand_in_text(folder, f'{{"cells": {cells}, "\\u0063ells": {cells}, {text}')


@FAMILY.attack()
def trailing_rubbish(material: Material, folder: Path) -> None:
    """A second notebook follows the first in the same file."""
    text = json.dumps(material.wrong())
    material.hand_in_text(folder, text + text)


@FAMILY.attack()
def old_format(material: Material, folder: Path) -> None:
    """nbformat 3, with worksheets; the tests are code that an upgrade would turn around."""
    cells = [
        {
            "cell_type": "code",
            "input": cell.source,
            "language": "python",
            "metadata": cell.metadata,
            "outputs": [],
            "collapsed": False,
            "prompt_number": 1,
        }
        for cell in material.wrong().cells
        if cell.cell_type == "code"
    ]
    worksheets = [{"cells": cells, "metadata": {}}, {"cells": "none"}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": worksheets}
    material.hand_in(folder, old)


def version(material: Material, folder: Path, major: object, minor: object) -> None:
    """Hand in wrong answers in a notebook that claims this version."""
    material.hand_in(folder, {**material.wrong(), "nbformat": major, "nbformat_minor": minor})


@FAMILY.attack()
def version_from_the_future(material: Material, folder: Path) -> None:
    """nbformat 99."""
    version(material, folder, 99, 0)


@FAMILY.attack()
def version_of_the_wrong_type(material: Material, folder: Path) -> None:
    """nbformat is a list and its minor version an object."""
    version(material, folder, ["4"], {"minor": 5})


@FAMILY.attack()
def version_negative(material: Material, folder: Path) -> None:
    """A minor version of minus a billion: an upgrade that counts up would never end."""
    version(material, folder, 4, -1_000_000_000)


@FAMILY.attack()
def no_version(material: Material, folder: Path) -> None:
    """A notebook without version and metadata."""
    material.hand_in(folder, {"cells": material.wrong().cells})


@FAMILY.attack()
def cells_are_an_object(material: Material, folder: Path) -> None:
    """`cells` maps numbers to cells instead of listing them."""
    notebook = material.wrong()
    cells = {str(i): cell for i, cell in enumerate(notebook.cells)}
    material.hand_in(folder, {**notebook, "cells": cells})


@FAMILY.attack()
def not_an_object(material: Material, folder: Path) -> None:
    """The file is valid JSON: a number."""
    material.hand_in(folder, 90)


@FAMILY.attack()
def wrong_types(material: Material, folder: Path) -> None:
    """Source, metadata, cell type and outputs of each cell have a type that they must not have."""
    notebook = json.loads(json.dumps(material.wrong()))
    for index, cell in enumerate(notebook["cells"]):
        key = ["source", "metadata", "cell_type", "outputs", "id", "execution_count"][index % 6]
        cell[key] = [None, 7, {"a": []}, [[["x"]]], True, [None, 1.5]][index // 6 % 6]
    notebook["cells"] += [None, 3, "cell", []]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def marks_of_the_wrong_type(material: Material, folder: Path) -> None:
    """nbgrader's metadata is a list, a string or a number, or its grade id is one."""
    notebook = material.wrong()
    values = [[], "mse", 7, True, None, {"grade_id": ["mse"]}, {"grade_id": {}}, {"grade_id": 3}]
    for index, cell in enumerate(notebook.cells):
        cell.metadata["nbgrader"] = values[index % len(values)]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def strange_grade_ids(material: Material, folder: Path) -> None:
    """Grade ids that are paths, markup, SQL, very long, or hold a null character."""
    notebook = material.wrong()
    names = ["../../x", "<b>x</b>", "'; DROP TABLE grade; --", "x" * 100_000, "a\0b", "", " mse"]
    for index, cell in enumerate(filter(marks, notebook.cells)):
        cell.metadata["nbgrader"]["grade_id"] = names[index % len(names)]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def surrogates(material: Material, folder: Path) -> None:
    """Half characters and nulls, which no encoder takes, in sources, metadata and text."""
    bad = "\ud800 \udfff \0 \x1b"
    notebook = material.wrong(f"text = 'half: {bad}'\n")
    notebook.cells.insert(0, new_markdown_cell(f"# {bad}"))
    find(notebook, QUESTION).source = bad
    notebook.metadata[bad] = bad
    material.hand_in(folder, notebook)


@FAMILY.attack()
def strange_cell_ids(material: Material, folder: Path) -> None:
    """Cell ids that are very long, empty, numbers, or hold quotes and slashes."""
    notebook = material.wrong()
    for index, cell in enumerate(notebook.cells):
        cell["id"] = ["x" * 100_000, "", 7, '"><', "../../id", None][index % 6]
    material.hand_in(folder, notebook)


@FAMILY.attack()
def kernel_elsewhere(material: Material, folder: Path) -> None:
    """A kernelspec that names a shell, with a command of its own."""
    notebook = material.wrong()
    notebook.metadata["kernelspec"] = {
        "name": "bash",
        "display_name": "x" * 1_000_000,
        "language": "bash",
        "argv": ["/bin/sh", "-c", f"touch {material.canary}/kernel"],
    }
    material.hand_in(folder, notebook)


@FAMILY.attack()
def kernel_path(material: Material, folder: Path) -> None:
    """A kernelspec whose name climbs to a folder that was handed in."""
    kernel = folder / "kernels" / "mine"
    kernel.mkdir(parents=True)
    argv = ["/bin/sh", "-c", f"touch {material.canary}/kernel"]
    spec = {"argv": argv, "display_name": "mine", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    notebook = material.wrong()
    notebook.metadata["kernelspec"] = {"name": f"../../..{kernel}", "display_name": "mine"}
    material.hand_in(folder, notebook)


@FAMILY.attack()
def language_info(material: Material, folder: Path) -> None:
    """A language with another lexer, a file extension that climbs, and a foreign converter."""
    notebook = material.wrong()
    notebook.metadata["language_info"] = {
        "name": "../../../etc/passwd",
        "file_extension": f"/../../..{material.canary}/x",
        "pygments_lexer": "x" * 100_000,
        "mimetype": "text/html",
        "nbconvert_exporter": "hostile.exporter",
        "codemirror_mode": {"name": ["a"] * 1000},
    }
    material.hand_in(folder, notebook)


@FAMILY.attack(expect=("timeout", "rejected"))
def own_time_limit(material: Material, folder: Path) -> None:
    """Metadata that sets the executor's options: no time limit, errors allowed."""
    options = {"timeout": -1, "allow_errors": True, "interrupt_on_timeout": False}
    notebook = material.wrong("import time\ntime.sleep(10_000)")
    notebook.metadata |= {"execution": options, "nbmake": options, "papermill": options}
    for cell in notebook.cells:
        cell.metadata["execution"] = options
    material.hand_in(folder, notebook)


@FAMILY.attack()
def attachment_bomb(material: Material, folder: Path) -> None:
    """Ten pictures of 800 kilobytes each, attached to the answer that is read by hand."""
    notebook = material.wrong()
    picture = {"image/png": "iVBORw0K" * 100_000}
    cell = find(notebook, QUESTION)
    cell["attachments"] = {f"{i}.png": picture for i in range(10)}
    cell.source = "".join(f"![](attachment:{i}.png)" for i in range(10))
    material.hand_in(folder, notebook)
