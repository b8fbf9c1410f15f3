"""Binder, Colab and Codespaces start without an edit, as far as one can see offline.

The services themselves are not asked. What is looked at: the address, the links and what they lead
to, the copies for Colab and what their first cell does, the files that Binder and the development
container read, and that no notebook reads a file of the machine it was written on.
"""

import ast
import json
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement

from llmbook_utils.authoring import execute, launch
from llmbook_utils.course import chapter_names

ROOT = Path(__file__).resolve().parents[1]
NAMES = chapter_names(ROOT)
NOTEBOOKS = [f"chapters/{name}.ipynb" for name in NAMES] + [
    f"exercises/{name}/{name}.ipynb" for name in NAMES
]
VARIABLES = ("LLMBOOK_REPOSITORY", "GITHUB_REPOSITORY", "GITHUB_SHA")


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def git(folder: Path, *arguments: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


# The address -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "someone/a-book",
        "https://github.com/someone/a-book",
        "https://github.com/someone/a-book.git",
        "https://github.com/someone/a-book/",
        "git@github.com:someone/a-book.git",
        "ssh://git@github.com/someone/a-book.git",
    ],
)
def test_an_address_is_read_in_every_form(text: str) -> None:
    assert launch.parse_address(text) == "someone/a-book"


@pytest.mark.parametrize(
    "text",
    [
        "", "book", "/srv/git/book.git", "file:///srv/book", "a/b/c", "https://example.org/a/b",
        "https://notgithub.com/a/b", "https://github.com.example.org/a/b", "a b/c", "a/b?x=1",
    ],
)  # fmt: skip
def test_what_is_not_on_github_is_no_address(text: str) -> None:
    assert launch.parse_address(text) is None


def test_the_address_is_the_variable_or_the_remote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert launch.address(tmp_path) is None  # not even a checkout
    git(tmp_path, "init", "-q")
    assert launch.address(tmp_path) is None
    git(tmp_path, "remote", "add", "origin", "https://example.org/one/book.git")
    assert launch.address(tmp_path) is None
    git(tmp_path, "remote", "set-url", "origin", "git@github.com:one/book.git")
    assert launch.address(tmp_path) == "one/book"
    monkeypatch.setenv("GITHUB_REPOSITORY", "two/book")
    assert launch.address(tmp_path) == "two/book"
    monkeypatch.setenv("LLMBOOK_REPOSITORY", "https://github.com/three/book")
    assert launch.address(tmp_path) == "three/book"
    monkeypatch.setenv("LLMBOOK_REPOSITORY", "https://example.org/three/book")
    with pytest.raises(ValueError, match="expected LLMBOOK_REPOSITORY to be owner/name"):
        launch.address(tmp_path)


# The links and the copies ----------------------------------------------------------------------


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copies for Colab, as a build with an address writes them."""
    monkeypatch.setattr(launch, "git", lambda *_: "0123abc")
    written = launch.write_copies(ROOT, tmp_path, "someone/a-book")
    assert [path.relative_to(tmp_path / "colab").as_posix() for path in written] == NOTEBOOKS
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_something(copies: Path, name: str) -> None:
    links = dict(launch.links("someone/a-book", name))
    assert list(links) == [
        "Binder", "Binder: exercises", "Colab", "Colab: exercises", "Codespaces",
    ]  # fmt: skip
    for text, url in links.items():
        parts = urlsplit(url)
        assert parts.scheme == "https"
        if text.startswith("Binder"):
            assert parts.path == "/v2/gh/someone/a-book/HEAD"
            assert (ROOT / parts.query.removeprefix("urlpath=lab/tree/")).is_file()
        elif text.startswith("Colab"):
            start = "/github/someone/a-book/blob/gh-pages/"
            assert (copies / parts.path.removeprefix(start)).is_file()
            assert name in parts.path.rsplit("/", 1)[1]
        else:
            assert parts.path == "/someone/a-book"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_copy_is_the_notebook_and_one_cell(copies: Path, name: str) -> None:
    own = json.loads((ROOT / name).read_text(encoding="utf-8"))
    copy = json.loads((copies / "colab" / name).read_text(encoding="utf-8"))
    first, *rest = copy["cells"]
    assert rest == own["cells"]
    assert {**copy, "cells": []} == {**own, "cells": []}
    assert first["id"] not in {cell["id"] for cell in rest}
    code = "".join(first["source"])
    compile(code, name, "exec")
    assert 'ADDRESS = "https://github.com/someone/a-book.git"' in code
    assert 'VERSION = "0123abc"' in code
    assert re.search(r"^PACKAGES = \[\n    \"altair", code, re.M)
    assert "@" not in code.removeprefix("#@title")


def test_without_an_address_earlier_copies_go(copies: Path) -> None:
    assert (copies / "colab").is_dir()
    assert launch.write_copies(ROOT, copies, None) == []
    assert not (copies / "colab").exists()


def test_an_address_without_a_commit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "git", lambda *_: "")
    with pytest.raises(ValueError, match="found no commit"):
        launch.write_copies(ROOT, tmp_path, "someone/a-book")


# Colab's first cell ----------------------------------------------------------------------------


def test_the_first_cell_asks_for_what_the_course_was_tested_with() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    tested = {r.name: r for line in pins if line[0] != "#" and (r := Requirement(line))}
    asked = [Requirement(text) for text in launch.requirements(ROOT)]
    assert [each.name for each in asked] == list(launch.NEEDED)
    for each in asked:
        (pin,) = tested[each.name].specifier
        assert each.specifier.contains(pin.version), each
        assert each.specifier.contains(metadata.version(each.name)), each


def test_nothing_that_the_first_cell_installs_brings_a_torch() -> None:
    seen: set[str] = set()
    todo = list(launch.NEEDED)
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for text in metadata.requires(name) or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                todo.append(needed.name)
    assert len(seen) > len(launch.NEEDED)
    assert "torch" not in seen


COLABS_OWN = {"torch", "ipywidgets"}


def imported(code: str) -> set[str]:
    """The modules that a piece of code imports, inside of functions too."""
    found = set()
    for node in ast.walk(ast.parse(re.sub(r"^[%!].*$", "", code, flags=re.M))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def test_the_first_cell_brings_all_that_the_chapters_need() -> None:
    """Of the packages that this project names, the notebooks and what they import need no other."""
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    ours = {Requirement(line).name for line in pins if line and line[0] not in "-#"}
    cells = [
        "".join(cell["source"])
        for name in NOTEBOOKS
        for cell in json.loads((ROOT / name).read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    package = ROOT / "llmbook_utils"
    modules = [
        path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in execute.DESK
    ]
    used = set().union(*map(imported, [*cells, *modules]))
    desk = {f"llmbook_utils.{Path(part).stem}" for part in execute.DESK - {"course.py"}}
    assert not {name for name in used if ".".join(name.split(".")[:2]) in desk}
    owners = metadata.packages_distributions()
    needed = {owner for name in used for owner in owners.get(name.split(".")[0], [])}
    assert {"torch", "jaxtyping", "anywidget", "scikit-learn", "altair"} <= needed
    started = {"ziglang"}  # a program, which gpu/toolchain.py runs
    assert (needed & ours) | started == {*launch.NEEDED, *COLABS_OWN}


def test_the_first_cell_makes_the_course_importable(tmp_path: Path) -> None:
    """In a folder of its own, from a repository given as a path, with pip written down, not run."""
    remote, work = tmp_path / "remote", tmp_path / "content"
    (remote / "llmbook_utils").mkdir(parents=True)
    work.mkdir()
    for path in (ROOT / "llmbook_utils").rglob("*.py"):
        target = remote / "llmbook_utils" / path.relative_to(ROOT / "llmbook_utils")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    git(remote, "init", "-q")
    git(remote, "add", "-A")
    git(remote, "commit", "-q", "-m", "the course")
    version = launch.git(remote, "rev-parse", "HEAD")
    (remote / "later.txt").write_text("not in the book's version")
    git(remote, "add", "-A")
    git(remote, "commit", "-q", "-m", "a later version")

    copy = launch.colab_copy({"cells": []}, remote.as_uri(), version, launch.requirements(ROOT))
    cell = "".join(copy["cells"][0]["source"])
    # without the course that is installed here, and with a pip that only says what it was asked
    harness = f"""
import subprocess, sys
sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]
sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in getattr(f, "__module__", "")
                    and "Editable" not in getattr(f, "__name__", "")]
run = subprocess.run
def noted(command, **options):
    if "pip" in command:
        print("PIP", *command[command.index("install"):])
    else:
        run(command, **options)
subprocess.run = noted
cell = {cell!r}
exec(cell)
exec(cell)  # a second time: nothing to do
from llmbook_utils.gpt import GPT
print("FROM", sys.modules[GPT.__module__].__file__)
"""
    done = subprocess.run([sys.executable, "-c", harness], cwd=work, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.count("PIP") == 1
    assert "PIP install -q " + " ".join(launch.requirements(ROOT)) in done.stdout
    assert f"FROM {work / 'llmbook' / 'llmbook_utils' / 'gpt.py'}" in done.stdout
    assert done.stdout.count(f"The course is here: {work / 'llmbook'}") == 2
    assert not (work / "llmbook" / "later.txt").exists()


# Nothing local ---------------------------------------------------------------------------------

LOCAL = re.compile(
    r"""["'](?:\.\./|/(?:home|work|tmp|Users|mnt)/|[A-Z]:\\)|\bchdir\(|\bgetcwd\(|__file__"""
)
READERS = re.compile(r"\bopen\(|\bread_(?:text|bytes|csv)\(|\bPath\(|\bnp\.load\(|\btorch\.load\(")


def test_what_counts_as_local_is_found() -> None:
    assert LOCAL.search("open('../data.csv')")
    assert LOCAL.search('x = "/home/me/data"')
    assert READERS.search('pd.read_csv("a.csv")')
    assert not LOCAL.search("a = b / '..'.join(c)")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_notebook_reads_a_file_of_this_folder(name: str) -> None:
    for cell in json.loads((ROOT / name).read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            code = "".join(cell["source"])
            assert not LOCAL.search(code), cell["id"]
            assert not READERS.search(code), cell["id"]


# The built book --------------------------------------------------------------------------------


def test_the_built_book_links_where_it_has_an_address() -> None:
    """Whichever way it was built: every link for Colab has its copy, and none is there without."""
    html = ROOT / "_build" / "html"
    pages = sorted((html / "chapters").glob("*.html"))
    if not pages:
        pytest.skip(f"no book in {html}: run `llmbook book --build-only` first")
    linked = {}
    for page in pages:
        found = re.findall(
            r'href="(https://(?:mybinder\.org|colab\.research|codespaces\.new)[^"]*)"',
            page.read_text(encoding="utf-8"),
        )
        linked[page.stem] = found
    if not (html / launch.FOLDER).is_dir():
        assert not any(linked.values())
        return
    for name, urls in linked.items():
        colab = [url.split(f"/blob/{launch.BRANCH}/")[1] for url in urls if "colab." in url]
        assert len(urls) == 5, name
        assert len(colab) == 2, name
        assert all((html / path).is_file() for path in colab), name
