"""What the book's own extensions add to its pages: links, and the pages about the package.

Small books are built with them, apart from the real one.
"""

import html
import importlib
import inspect
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXTENSIONS = ROOT / "book" / "_ext"
sys.path.insert(0, str(EXTENSIONS))

from api_source import FLOORS, ONLY_EXPORTED, Package  # noqa: E402
from lean_html import lean  # noqa: E402
from lean_styles import without_unused  # noqa: E402
from prose_links import HOME_ONLY  # noqa: E402
from still_book import xhtml  # noqa: E402

GLOSSARY = """# Glossary

:::{glossary}
:sorted:

policy
策略
  What chooses. It has more to say in a second sentence.
  → [There](../chapters/02_second.md)

policy gradient
策略梯度
  The gradient of $\\beta$ times a policy.
  → [There](../chapters/02_second.md)

supervised fine-tuning
有监督微调
  Imitation; SFT for short.
  → [There](../chapters/02_second.md)

rank
进程编号
  The number of a process.
  → [There](../chapters/02_second.md)

weight
权重
  A number that is learnt.
  → [There](../chapters/02_second.md)

GPT
GPT 模型
  A model.
  → [There](../chapters/02_second.md)
:::
"""
FIRST = """# First policy

## Prose

A `policy` and [a policy](../book/glossary.md) and $policy$. A policy-like thing, gpt.
**Policies** are chosen; the policy
gradient is not. A second policy, a second policy gradient, SFT, rank, 权重.
We weight each token. See chapter 2, chapter 1, and chapter 2 again; chapters 2 to 9.

## More

GPT, SFT. Chapter 2.

![policy](x.svg)

```python
policy
```
"""
SECOND = """# Second

Rank and ranks, GPTs. Policies.

| policy | weight |
| - | - |
| weight | 1 |
"""


def build(folder: Path, extensions: str, root: str) -> None:
    """A small book, every warning an error."""
    (folder / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        f"extensions = ['myst_parser', {extensions!r}]\nroot_doc = {root!r}\n"
        "myst_enable_extensions = ['dollarmath', 'colon_fence', 'deflist']\nhtml_theme = 'basic'\n"
        "exclude_patterns = ['llmbook_utils', 'out']\n"
        "nitpick_ignore_regex = [('py:.*', '.*')]\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-n", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, ".", "out"], cwd=folder, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("links")
    pages = {"book/glossary": GLOSSARY, "chapters/01_first": FIRST, "chapters/02_second": SECOND}
    tree = "```{toctree}\n" + "\n".join(pages) + "\n```\n"
    pages["index"] = f"# Index\n\nA policy; see chapter 2.\n\n{tree}"
    for name, text in pages.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "chapters" / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    build(folder, "prose_links", "index")
    return folder / "out"


def links(page: Path) -> list[tuple[str, str, str]]:
    """Text, address and tooltip of the links that were put into a page."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r'<a class="[^"]*" href="([^"]*)" title="([^"]*)">([^<]*)</a>', text)
    made = [(" ".join(words.split()), to, html.unescape(hint)) for to, hint, words in found]
    return [each for each in made if "·" in each[2] or each[2].startswith("Chapter ")]


def test_first_uses_of_terms_are_linked_in_running_text_only(small_book: Path) -> None:
    first = links(small_book / "chapters" / "01_first.html")
    terms = [(words, to.split("#")[1]) for words, to, hint in first if "·" in hint]
    assert terms == [
        ("Policies", "term-policy"),
        ("policy gradient", "term-policy-gradient"),
        ("SFT", "term-supervised-fine-tuning"),
        ("权重", "term-weight"),
        ("GPT", "term-GPT"),
    ]
    assert first[0][2] == "policy · 策略: What chooses."
    assert first[1][2] == "policy gradient · 策略梯度: The gradient of β times a policy."


def test_everyday_words_are_linked_at_home_only_and_tables_stay_plain(small_book: Path) -> None:
    second = links(small_book / "chapters" / "02_second.html")
    assert [words for words, _, _ in second] == ["Rank", "GPTs", "Policies"]


def test_chapters_named_in_the_prose_are_linked_once_a_section(small_book: Path) -> None:
    first = links(small_book / "chapters" / "01_first.html")
    named = [(words, to, hint) for words, to, hint in first if "·" not in hint]
    assert [words for words, _, _ in named] == ["chapter 2", "Chapter 2"]
    assert {to for _, to, _ in named} == {"02_second.html"}
    assert {hint for _, _, hint in named} == {"Chapter 2: Second"}
    assert [words for words, _, _ in links(small_book / "index.html")] == ["chapter 2"]


def test_terms_that_are_linked_at_home_only_are_in_the_glossary() -> None:
    entries = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8").split("\n\n")
    assert {entry.split("\n")[0] for entry in entries} >= HOME_ONLY


# --- the pages about the package ----------------------------------------------------------------


@pytest.fixture(scope="module")
def package() -> Package:
    return Package(ROOT / "llmbook_utils")


def test_every_module_is_on_one_page(package: Package) -> None:
    shown = [module.name for floor in FLOORS for module in package.on_page(floor)]
    assert len(shown) == len(set(shown))
    inside = tuple(f"llmbook_utils.{name}." for name in ONLY_EXPORTED)
    rest = {name for name in set(package.modules) - set(shown) if not name.startswith(inside)}
    assert rest == {"llmbook_utils"}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_public_name_is_described(package: Package, floor: str) -> None:
    shown = package.on_page(floor)
    described = {name.full for module in shown for name in package.names(module, shown)}
    for module in shown:
        imported = importlib.import_module(module.name)
        exported = getattr(imported, "__all__", [])
        own = [
            name
            for name, value in vars(imported).items()
            if not name.startswith("_")
            and (inspect.isclass(value) or inspect.isfunction(value))
            and getattr(value, "__module__", None) == module.name
            and value.__name__ == name
        ]
        whole = module.name.count(".") > 1 or module.name.split(".")[1] not in ONLY_EXPORTED
        for name in {*exported, *(own if whole else [])}:
            at = module.name if name in own else origin(package, module.name, name)
            assert f"{at}.{name}" in described or name == "xp", (module.name, name)


def origin(package: Package, module: str, name: str) -> str:
    """The module that defines a name, found by following imports."""
    found = package.modules[module]
    while name not in {each.name for each in found.names} and name in found.origins:
        found = package.modules[found.origins[name]]
    return found.name


def test_a_page_shows_signatures_with_shapes_fields_and_errors(tmp_path: Path) -> None:
    package = tmp_path / "llmbook_utils"
    (package / "alignment").mkdir(parents=True)
    (package / "alignment" / "__init__.py").write_text('"""Alignment: what `a.b` is."""\n')
    (package / "alignment" / "kl.py").write_text(
        '''"""KL, |x| and *stars*.

    k = x_ - y_

See ``Pair.far`` and `distance`.
"""
LIMIT = 3  # the most that is allowed
HIDDEN = 4

class Pair(Base):
    """Two numbers."""

    left: int = 1  # metres

    def __init__(self, left: int) -> None: ...
    def far(self, x: Float[Tensor, " N"]) -> bool:
        """Whether it is."""
    def _private(self): ...

def distance(
    x: Float[Tensor, "B T C"],  # a comment
    y: dict[str, int] | None = None, *, long_enough_to_need_a_line_of_its_own: str = "a, b",
) -> Float[Tensor, "B"]:
    """The distance.

    Args:
        x: the first,
            on two lines.
        y: the second.

    Raises:
        ValueError: expected.
    """
''',
        encoding="utf-8",
    )
    (tmp_path / "index.md").write_text("# A\n\n```{api} alignment\n```\n", encoding="utf-8")
    build(tmp_path, "api_pages", "index")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    ids = re.findall(r'id="(llmbook_utils[^"]*)"', page)
    assert [each.removeprefix("llmbook_utils.alignment.kl.") for each in ids] == [
        "LIMIT", "Pair", "Pair.far", "distance",
    ]  # fmt: skip
    text = html.unescape(re.sub(r"<[^>]+>", "", page))
    for part in (
        'distance(\n    x: Float[Tensor, "B T C"],\n    y: dict[str, int] | None = None,\n    *,\n',
        'its_own: str = "a, b",\n) -> Float[Tensor, "B"]',
        "Pair(left: int)",
        'far(x: Float[Tensor, " N"]) -> bool',
        "left: int = 1 metres",
        "the first, on two lines.",
        "ValueError: expected.",
        "LIMIT = 3",
        "Base: Base.",
        "llmbook_utils/alignment/kl.py",
    ):
        assert part in text, part
    assert "_private" not in text
    assert "HIDDEN" not in text
    assert 'href="#llmbook_utils.alignment.kl.distance"' in page.split("See ")[1][:400]


# --- what is left out of the pages ----------------------------------------------------------------


def test_rules_of_classes_that_no_page_has_are_left_out() -> None:
    css = (
        "@charset 'utf-8';a{x:1}.used,.unused{x:2}.unused .used{x:3}p:not(.unused){x:4}"
        "@media (min-width:1px){.unused{x:5}.used:hover{x:6}}@media print{.unused{x:7}}"
        "@keyframes k{from{x:8}to{x:9}}.p-1\\.5{x:10}"
    )
    thin = without_unused(css, {"used", "p-1.5"})
    assert re.findall(r"x:(\d+)", thin) == ["1", "2", "4", "6", "8", "9", "10"]
    assert ".used{x:2}" in thin
    assert thin.startswith("@charset 'utf-8';")


def test_lean_html_keeps_the_text_and_the_colours() -> None:
    page = '<style>a</style>1<style>b</style>2<style>a</style>3<pre><span></span><span class="n">x'
    page += '</span> <span class="o">=</span> <span class="mi">1</span><span class="p">]</span>'
    assert lean(page) == (
        '<style>a</style>1<style>b</style>23<pre>x <span class="o">=</span> '
        '<span class="mi">1</span>]'
    )


# --- the book as an EPUB --------------------------------------------------------------------------


def test_pages_of_the_epub_are_xml_without_scripts() -> None:
    page = (
        '<div><input type="radio" checked><noscript><img alt="a > b" src="x.png"></noscript><br>'
        '<script type="module">const a = "<b>";</script><style>p > a {}</style>'
        '<button aria-label="copy"><i></i></button><hr/><p>text</p></div>'
    )
    tree = ElementTree.fromstring(xhtml(page))
    assert [child.tag for child in tree] == ["img", "br", "hr", "p"]
    assert tree[0].attrib == {"alt": "a > b", "src": "x.png"}


def test_the_epub_holds_every_chapter_with_pictures_and_formulas() -> None:
    path = ROOT / "_build" / "epub" / "llmbook.epub"
    if not path.is_file():
        pytest.skip(f"no {path}: run `llmbook book --epub` first")
    with zipfile.ZipFile(path) as book:
        names = set(book.namelist())
        pages = {name: book.read(name).decode() for name in names if name.endswith(".xhtml")}
    for name, text in pages.items():
        ElementTree.fromstring(text.split("<!DOCTYPE html>", 1)[-1])
        assert "<script" not in text, name
        pictures = re.findall(r'<img [^>]*src="([^":]+)"', text)
        assert {f"_images/{each.rsplit('/', 1)[1]}" for each in pictures} <= names, name
    for chapter in (path.stem for path in (ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")):
        name = f"chapters/{chapter}.xhtml"
        assert name in pages["nav.xhtml"]
        assert pages[name].count("<img") >= pages[name].count("<figure") > 5
        assert "<math" in pages[name]
