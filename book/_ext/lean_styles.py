"""Leave out of the style sheets what no page of the book can use.

The theme brings all of Bootstrap, and its sheets are two thirds of what an ordinary page weighs. A
rule goes when each of its selectors asks for a class that stands in no page and in no script, so
that none could be given later either. Every build starts from the packages' own sheets.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import myst_nb
import pydata_sphinx_theme
import sphinx_book_theme
import sphinx_design

PACKAGES = {  # sheet in the built book → where it comes from
    "styles/pydata-sphinx-theme.css": Path(pydata_sphinx_theme.__file__).parent
    / "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css": Path(sphinx_book_theme.__file__).parent
    / "theme/sphinx_book_theme/static/styles/sphinx-book-theme.css",
    "mystnb.*.css": Path(myst_nb.__file__).parent / "static/mystnb.css",
    "sphinx-design.min.css": Path(sphinx_design.__file__).parent / "static/sphinx-design.min.css",
}
CLASSES = re.compile(r'\bclass="([^"]*)"')
WORDS = re.compile(r"[A-Za-z_][\w-]*")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
# Font Awesome's web fonts: the pages draw their few icons themselves
WEB_FONT = re.compile(r"@font-face\{[^}]*Font ?Awesome[^}]*\}")
NEGATION = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
ASKED = re.compile(r"\.((?:[\w-]|\\.)+)")
NESTED = ("@media", "@supports", "@layer", "@container")


def used_classes(pages: Iterable[Path], scripts: Iterable[Path]) -> set[str]:
    """Classes of the pages, and every word of the scripts, which may give classes."""
    found: set[str] = set()
    for page in pages:
        for classes in CLASSES.findall(page.read_text(encoding="utf-8")):
            found.update(classes.split())
    for script in scripts:
        found.update(WORDS.findall(script.read_text(encoding="utf-8")))
    return found


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each rule or statement: what stands before its braces, and what in them ("" if none)."""
    start = 0
    while start < len(css):
        brace, semicolon = css.find("{", start), css.find(";", start)
        if semicolon >= 0 and (brace < 0 or semicolon < brace):
            yield css[start : semicolon + 1].strip(), ""
            start = semicolon + 1
            continue
        if brace < 0:
            return
        depth, end = 1, brace + 1
        while depth and end < len(css):
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:brace].strip(), css[brace + 1 : end - 1]
        start = end


def split_selectors(text: str) -> list[str]:
    """The selectors of a list; a comma in brackets does not part them."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            found.append(text[start:place])
            start = place + 1
    return [*found, text[start:]]


def can_match(selector: str, used: set[str]) -> bool:
    """Whether all classes that a selector asks for exist; what is in `:is(…)` may be absent."""
    plain = re.sub(r":(?:is|where)\((?:[^()]|\([^()]*\))*\)", "", NEGATION.sub("", selector))
    plain = re.sub(r"\[[^\]]*\]", "", plain)
    return all(re.sub(r"\\(.)", r"\1", name) in used for name in ASKED.findall(plain))


def without_unused(css: str, used: set[str]) -> str:
    """The style sheet with only the rules that can match something."""
    kept = []
    for head, body in blocks(COMMENT.sub("", css)):
        if head.endswith(";"):
            kept.append(head)
        elif head.startswith(NESTED):
            if inside := without_unused(body, used):
                kept.append(f"{head}{{{inside}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [each for each in split_selectors(head) if can_match(each, used)]
            if selectors and body.strip():
                kept.append(f"{','.join(each.strip() for each in selectors)}{{{body.strip()}}}")
    return "\n".join(kept)


def thin(out: Path) -> None:
    """Write the thin sheets into a built book."""
    pages = [page for page in out.rglob("*.html") if "_static" not in page.parts]
    used = used_classes(pages, (out / "_static").rglob("*.js"))
    for name, original in PACKAGES.items():
        for sheet in (out / "_static").glob(name):
            css = WEB_FONT.sub("", original.read_text(encoding="utf-8"))
            sheet.write_text(without_unused(css, used), encoding="utf-8")
