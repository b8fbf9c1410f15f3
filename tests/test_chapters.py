"""The form that every chapter keeps: short cells, enough prose, stable ids, captions."""

import re
import statistics
from collections import Counter
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "llmbook_utils" / "authoring" / "template" / "lesson" / "lesson.ipynb"
CHAPTERS = [*sorted((ROOT / "chapters").glob("*.ipynb")), TEMPLATE]
OPENING = ["**You will be able to**", "**You need**", "**Running time**", "**The claim"]
CLOSING = ["## Summary", "## Exercises", "## Further reading", "## What this toy does not show"]


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def notebook(request):
    notebook = nbformat.read(request.param, as_version=4)
    nbformat.validate(notebook)
    return notebook


def code(notebook, plumbing=True):
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in cells if plumbing or "hide-input" not in c.metadata.get("tags", [])]


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def figures(notebook):
    return {c.id: c.metadata["mystnb"] for c in code(notebook) if "mystnb" in c.metadata}


def test_there_are_chapters():
    assert len(CHAPTERS) > 1


def test_code_cells_are_short(notebook):
    longest = max(code(notebook), key=lambda c: len(c.source.splitlines()))
    assert len(longest.source.splitlines()) <= 30, longest.id
    assert statistics.median(len(lines(c)) for c in code(notebook)) <= 8


def test_code_fits_the_column_of_the_page(notebook):
    wide = [(c.id, line) for c in code(notebook) for line in lines(c) if len(line) > 78]
    assert wide == []


def test_at_least_five_words_of_prose_for_each_line_of_code(notebook):
    words = len(
        re.findall(r"[A-Za-z]{2,}", re.sub(r"\$[^$]*\$|\{\w+\}`[^`]*`", "", prose(notebook)))
    )
    assert words >= 5 * sum(len(lines(c)) for c in code(notebook, plumbing=False))


def test_outputs_are_stripped(notebook):
    for cell in code(notebook):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


def test_no_backslash_was_lost(notebook):
    r"""A `\f` of `\frac` read as a form feed, a `\t` of `\text` read as a tab, and the like."""
    for cell in notebook.cells:
        assert not [c for c in cell.source if ord(c) < 32 and c != "\n"], cell.id


def test_cell_ids_are_unique_and_mean_something(notebook):
    ids = [c.id for c in notebook.cells]
    assert len(ids) == len(set(ids))
    for cell_id in ids:
        assert re.fullmatch(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*", cell_id), cell_id
        assert not re.fullmatch(r"[0-9a-f]{8}", cell_id), f"{cell_id} looks like a random id"


def test_kernel_is_the_courses(notebook):
    assert notebook.metadata.kernelspec.name == "python3"


def test_opening_and_closing_are_there(notebook):
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    assert re.match(r"# \S", first)
    assert [part for part in OPENING if part not in first] == []
    assert [part for part in CLOSING if part not in last] == []
    in_order = [line for line in last.splitlines() if line in CLOSING]
    assert in_order == CLOSING


def test_one_title_and_no_numbers_in_headings(notebook):
    headings = re.findall(r"^(#+) (.*)$", prose(notebook), flags=re.M)
    assert [level for level, _ in headings].count("#") == 1
    assert not [text for _, text in headings if re.match(r"[0-9.]+ [A-Z]", text)]


def test_the_reader_predicts_before_running(notebook):
    teaching = len(re.findall(r"^## ", prose(notebook), flags=re.M)) - len(CLOSING)
    assert prose(notebook).count("**Predict, then run.**") >= max(1, teaching)


def test_every_figure_has_a_name_a_caption_and_alt_text(notebook):
    drawing = {c.id for c in code(notebook) if re.search(r"plot_|diagrams\.\w+\(", c.source)}
    assert drawing <= set(figures(notebook)), "a cell draws, and has no caption"
    names = [f["figure"]["name"] for f in figures(notebook).values()]
    assert len(names) == len(set(names))
    for cell_id, figure in figures(notebook).items():
        assert figure["figure"]["name"].startswith("fig-"), cell_id
        assert len(figure["figure"]["caption"].split()) >= 8, cell_id
        assert len(figure["image"]["alt"].split()) >= 8, cell_id


def test_figures_are_referred_to_by_names_that_exist(notebook):
    names = {f["figure"]["name"] for f in figures(notebook).values()}
    assert set(re.findall(r"\{numref\}`([^`]+)`", prose(notebook))) <= names


def test_there_is_an_interactive_figure(notebook):
    imports = "\n".join(c.source for c in code(notebook))
    names = re.findall(r"from llmbook_utils\.interactive import (.*)", imports)
    assert names, "no interactive figure is imported"
    for name in names[0].split(", "):
        assert re.search(rf"^{name}(\.of)?\(", imports, flags=re.M), (
            f"{name} is imported and never shown"
        )


def test_citations_have_an_entry_in_the_bibliography(notebook):
    known = set(
        re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text("utf-8"), re.M)
    )
    cited = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", prose(notebook))
    assert cited, "a chapter cites its sources"
    assert {key.strip() for keys in cited for key in keys.split(",")} <= known


def test_no_two_figures_of_the_book_have_one_name():
    names = [
        (figure["figure"]["name"], path.stem)
        for path in CHAPTERS
        if path != TEMPLATE
        for figure in figures(nbformat.read(path, as_version=4)).values()
    ]
    counted = Counter(name for name, _ in names)
    assert [(name, chapter) for name, chapter in names if counted[name] > 1] == []
