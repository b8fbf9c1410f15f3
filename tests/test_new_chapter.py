"""CONTRIBUTING's recipe: a new chapter runs and passes from the first minute on."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
import test_check_cells
import yaml
from nbclient import NotebookClient

from llmbook_utils.authoring import answers, release
from llmbook_utils.authoring.new_chapter import create, with_card, with_page

ROOT = Path(__file__).resolve().parents[1]
NAME = "97_means"
INDEX = """# The chapters

::::{grid-item-card} 1 · Training basics
:link: ../chapters/01_training_basics
:link-type: doc
:class-card: ready
How a computer fits a model.
:::{card-footer}
Read →
:::
::::
:::::
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder of its own: the real settings and contents, and chapter 1."""
    for name in ("nbgrader_config.py", "book/_toc.yml", "chapters/01_training_basics.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "book" / "index.md").write_text(INDEX)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_chapter_passes_its_own_checks(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = create(NAME, title='The "mean" of things')
    assert {path.relative_to(course).as_posix() for path in written} == {
        f"chapters/{NAME}.ipynb",
        f"solutions/{NAME}/{NAME}.ipynb",
        f"exercises/{NAME}/{NAME}.ipynb",
        f"tests/answers/{NAME}/centre.py",
        "book/_toc.yml",
        "book/index.md",
    }
    assert answers.main([NAME]) == 0, capsys.readouterr().out
    assert release.main([NAME], check=True) == 0
    exercises = course / "exercises" / NAME / f"{NAME}.ipynb"
    test_check_cells.test_a_visible_test_is_folded_and_its_first_line_says_what_it_is(exercises)
    test_check_cells.test_run_all_goes_past_what_is_not_written_yet(exercises)

    lesson = nbformat.read(course / "chapters" / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(lesson)
    assert lesson.cells[0].source.startswith('# The "mean" of things')
    assert "@" not in "".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    NotebookClient(lesson, timeout=60).execute()  # raises where a cell does

    points = [
        cell.metadata.nbgrader.points
        for cell in nbformat.read(course / "solutions" / NAME / f"{NAME}.ipynb", as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sum(points) == 100


def test_its_page_comes_after_the_last_chapter(course: Path) -> None:
    create(NAME)
    contents = yaml.safe_load((course / "book" / "_toc.yml").read_text())
    pages = [page["file"] for part in contents["parts"] for page in part["chapters"]]
    assert [page for page in pages if page.startswith("chapters/")][-1] == f"chapters/{NAME}"


def test_its_card_comes_after_the_last_one(course: Path) -> None:
    create(NAME, title="Means")
    index = (course / "book" / "index.md").read_text()
    head, card = index.split("::::\n\n::::{grid-item-card} 97 · Means\n")
    assert f"{head}::::\n:::::\n" == INDEX
    assert f":link: ../chapters/{NAME}\n" in card
    assert card.endswith("::::\n:::::\n")


def test_cards_stand_in_the_order_of_their_numbers() -> None:
    index = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    for number in (12, 7, 0):
        changed = with_card(index, f"chapters/{number:02}_name", "A name")
        cards = [int(n) for n in re.findall(r"grid-item-card\} (\d+) ·", changed)]
        assert cards == sorted(cards)
        assert cards.count(number) == 1 + (number in range(1, 12))
        assert all(line in changed for line in index.splitlines())


def test_a_landing_page_without_cards_is_refused_and_nothing_is_written(course: Path) -> None:
    (course / "book" / "index.md").write_text("# The chapters\n")
    with pytest.raises(ValueError, match="expected a card"):
        create("98_modes")
    assert not (course / "chapters" / "98_modes.ipynb").exists()


def test_nothing_is_overwritten(course: Path) -> None:
    create(NAME)
    contents = (course / "book" / "_toc.yml").read_text()
    with pytest.raises(ValueError, match=f"97 is there already: chapters/{NAME}"):
        create("97_other")
    assert (course / "book" / "_toc.yml").read_text() == contents


@pytest.mark.parametrize("name", ["cuda", "2_cuda", "02-cuda", "02_CUDA", "../02_cuda", ""])
def test_other_names_are_refused(course: Path, name: str) -> None:
    with pytest.raises(ValueError, match="expected a name such as 02_cuda"):
        create(name)


def test_contents_without_chapters_are_refused() -> None:
    with pytest.raises(ValueError, match="- file: chapters/"):
        with_page("format: jb-book\n", "chapters/02_cuda")


def test_chapters_stand_in_order() -> None:
    pages = ("chapters/02_cuda", "chapters/04_directions", "chapters/08_last")
    contents = "".join(f"      - file: {page}\n" for page in pages)
    for new in ("chapters/01_first", "chapters/07_maths", "chapters/97_means"):
        lines = with_page(contents, new).splitlines()
        assert lines == [f"      - file: {page}" for page in sorted([*pages, new])]
