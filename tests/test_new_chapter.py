"""CONTRIBUTING's recipe: a new chapter runs and passes from the first minute on."""

import re
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient

from llmbook_utils.authoring import answers, release
from llmbook_utils.authoring.new_chapter import create, with_link, with_page

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

::::{grid-item-card} 97 · Means
:class-card: planned
What an average knows.
:::{card-footer}
Planned
:::
::::
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
    chapters = next(p["chapters"] for p in contents["parts"] if p["caption"] == "Chapters")
    assert [page["file"] for page in chapters][-1] == f"chapters/{NAME}"


def test_its_planned_card_becomes_a_link(course: Path) -> None:
    create(NAME)
    index = (course / "book" / "index.md").read_text()
    linked = f":link: ../chapters/{NAME}\n:link-type: doc\n:class-card: ready\n"
    assert index == INDEX.replace(":class-card: planned\n", linked).replace("Planned", "Read →")


def test_the_landing_pages_own_cards_can_become_links() -> None:
    index = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
    planned = re.findall(r"\} (\d+) · [^\n]+\n:class-card: planned\n", index)
    if not planned:
        pytest.skip("no chapter is planned any more")
    for number in planned:
        index = with_link(index, number, f"chapters/{int(number):02}_name")
    assert "planned" not in index.lower().replace("are planned", "")
    assert index.count(":class-card: ready") - len(planned) >= 1


def test_a_chapter_without_a_card_is_refused_and_nothing_is_written(course: Path) -> None:
    with pytest.raises(ValueError, match="expected one planned card `98 ·"):
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


def test_chapters_stand_in_order_and_take_the_place_of_their_plans() -> None:
    contents = "".join(
        f"      - file: {page}\n"
        for page in ("chapters/02_cuda", "book/planned/03", "book/planned/04", "chapters/08_last")
    )
    planned = with_page(contents, "chapters/04_directions")
    assert planned == contents.replace("book/planned/04", "chapters/04_directions")
    between = with_page(contents, "chapters/07_maths")
    assert between == contents.replace(
        "book/planned/04\n", "book/planned/04\n      - file: chapters/07_maths\n"
    )
    assert with_page(contents, "chapters/01_first").startswith("      - file: chapters/01_first\n")
    assert with_page(contents, "chapters/97_means").endswith("      - file: chapters/97_means\n")
