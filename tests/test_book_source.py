"""The book's sources: what a reader of the repository can break without building the book."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from llmbook_utils.authoring import execute, vendor
from llmbook_utils.authoring.book import complaints, forget_unjudged_pages, page_notebooks

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"


def toc_files() -> list[str]:
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    pages = [page for part in toc["parts"] for page in part["chapters"]]
    pages += [inner for page in pages for inner in page.get("sections", [])]
    return [toc["root"]] + [page["file"] for page in pages]


def test_every_page_of_the_table_of_contents_exists() -> None:
    for name in toc_files():
        assert (ROOT / f"{name}.md").is_file() or (ROOT / f"{name}.ipynb").is_file(), name


def test_every_chapter_and_page_is_in_the_table_of_contents() -> None:
    chapters = {f"chapters/{path.stem}" for path in (ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")}
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in BOOK.rglob("*.md")}
    assert chapters | pages == set(toc_files())


def test_every_chapter_has_one_card_that_links_to_it() -> None:
    index = (BOOK / "index.md").read_text(encoding="utf-8")
    cards = re.findall(r"grid-item-card\} (\d+) · [^\n]+\n((?::[^\n]*\n)*)", index)
    linked = {link for _, options in cards for link in re.findall(r":link: \.\./(\S+)", options)}
    assert [int(number) for number, _ in cards] == list(range(1, len(cards) + 1))
    assert linked == {name for name in toc_files() if name.startswith("chapters/")}


def test_lock_names_no_download_address() -> None:
    lock = json.loads((BOOK / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name


def test_lock_is_of_the_packages_asked_for() -> None:
    asked = json.loads((BOOK / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((BOOK / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_our_own_sources_name_no_content_delivery_network() -> None:
    hosts = re.compile(r"jsdelivr|cdnjs|unpkg|fonts\.googleapis|fonts\.gstatic|polyfill\.io")
    sources = [ROOT / "_config.yml", *BOOK.rglob("*.css"), *BOOK.rglob("*.py"), *BOOK.rglob("*.md")]
    assert len(sources) > 8
    for path in sources:
        assert not hosts.search(path.read_text(encoding="utf-8")), path


def test_glossary_terms_have_chinese_names_and_definitions() -> None:
    text = (BOOK / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"\n\n(\w[^\n]*)\n([^\n]+)\n  (\w|\$)", text)
    names = [name for name, _, _ in entries]
    assert len(names) >= 50
    assert len(set(names)) == len(names)
    for name, chinese, _ in entries:
        assert re.search(r"[\u4e00-\u9fff]", chinese), name


# --- executing notebooks --------------------------------------------------------------------------


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with two small notebooks; `execute` works on the course of the current folder."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "llmbook_utils").mkdir()
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    # memory is looked at a few times a second: what is gone sooner is not seen
    held = "import time\nx = bytearray(60_000_000)\ntime.sleep(0.4)"
    write(tmp_path / "chapters" / "01_good.ipynb", [held, "len(x) + 1"])
    write(tmp_path / "chapters" / "02_bad.ipynb", ["y = 5", "int('not a number')"])
    return tmp_path


def write(path: Path, cells: list[str]) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    for number, source in enumerate(cells):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}"))
    nbformat.write(notebook, path)


def test_execute_measures_reports_and_fills_the_cache(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebooks = execute.notebooks_of(course)
    before = [path.read_bytes() for path in notebooks]
    good, bad = execute.execute(notebooks, jobs=2)

    assert (good.name, good.ok) == ("chapters/01_good", True)
    assert good.peak_mb > 80  # an idle kernel has more than 40 MB, the cell takes 60 MB
    assert 0 < good.seconds < 60
    assert (bad.name, bad.ok) == ("chapters/02_bad", False)
    for part in ("int('not a number')", "ValueError", "invalid literal"):
        assert part in bad.report
    shown = capsys.readouterr().out
    assert bad.report in shown
    assert "02_bad" in shown

    assert [path.read_bytes() for path in notebooks] == before  # the sources stay stripped
    kept = nbformat.read(
        course / "_build" / "executed" / "chapters" / "01_good.ipynb", as_version=4
    )
    assert kept.cells[1].outputs[0].data["text/plain"] == "60000001"
    rows = json.loads((course / "_build" / "times.json").read_text(encoding="utf-8"))
    assert [(row["name"], row["ok"]) for row in rows] == [(good.name, True), (bad.name, False)]

    # the good one is in the cache, the bad one is not; a change of the package empties the cache
    assert execute.not_in_cache(notebooks, course) == [notebooks[1]]
    assert not execute.drop_stale_cache(course)
    (course / "llmbook_utils" / "autograd.py").write_text("changed = True\n", encoding="utf-8")
    assert execute.drop_stale_cache(course)
    assert execute.not_in_cache(notebooks, course) == notebooks


def test_changing_the_desk_keeps_the_outputs(course: Path) -> None:
    before = execute.environment_key(course)
    (course / "llmbook_utils" / "authoring").mkdir()
    (course / "llmbook_utils" / "authoring" / "book.py").write_text("x = 1\n", encoding="utf-8")
    assert execute.environment_key(course) == before
    (course / "constraints.txt").write_text("torch==0\n", encoding="utf-8")
    assert execute.environment_key(course) != before


def test_page_notebooks_are_the_chapters() -> None:
    assert [path.parent.name for path in page_notebooks(ROOT)] == ["chapters"] * len(
        list((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))
    )


def test_an_error_that_a_tag_allows_is_still_a_failure(course: Path) -> None:
    """`raises-exception` lets a student's "Run all" go on; with the reference nothing may fail."""
    path = course / "solutions" / "01_good" / "01_good.ipynb"
    path.parent.mkdir(parents=True)
    write(path, ["z = 1", "1 / 0"])
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata["tags"] = ["raises-exception"]
    nbformat.write(notebook, path)
    (run,) = execute.execute([path])
    assert not run.ok
    assert "cell 1:\n1 / 0\nZeroDivisionError: division by zero" in run.report


def test_pages_with_unseen_warnings_are_read_again(tmp_path: Path) -> None:
    read, stamp = tmp_path / "_build" / ".doctrees" / "environment.pickle", tmp_path / "book.key"
    read.parent.mkdir(parents=True)
    read.touch()
    stamp.touch()
    os.utime(read, (100, 100))
    os.utime(stamp, (200, 200))
    forget_unjudged_pages(tmp_path, stamp)  # the strict build passed after the pages were read
    assert read.is_file()
    os.utime(read, (300, 300))
    forget_unjudged_pages(tmp_path, stamp)  # another build read them since
    assert not read.exists()


def test_complaints_keep_warnings_and_drop_frames() -> None:
    stderr = "page.md:3: WARNING: no such link\nTraceback (most recent call last):\n  File x\n"
    assert complaints(stderr) == "page.md:3: WARNING: no such link\n"


def test_a_failing_download_says_what_failed(tmp_path: Path) -> None:
    with pytest.raises(vendor.AssetsMissing, match="status 3"):
        vendor.run(["python", "-c", "print('no network'); raise SystemExit(3)"], cwd=tmp_path)
