"""Link the words of the prose to what explains them, when a page is written.

In each chapter, the first use of every term of the glossary leads to its entry, with the Chinese
term and the first sentence of the definition as tooltip. On every page, "chapter 7" leads there,
once in each section. Only running text gets such links: no heading, link, code, formula, caption or
output of a cell.

What is linked is read off the glossary itself: the term, its plural, its Chinese name, and an
abbreviation that the definition gives ("SFT for short"). Lower-case terms are found in any case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "book/glossary"

# Terms that are everyday words as well, by the reason. They are linked only in the chapter that
# explains them: the one to which the arrow of their entry leads.
AT_HOME_ONLY = {
    "elsewhere not of parallel machines: a grid of values, a block of a Transformer, LoRA's rank": (
        "barrier", "block", "broadcast", "cache", "device", "divergence", "grid", "guard", "host",
        "kernel", "lane", "padding (of a tile)", "race", "rank", "reduction", "register", "request",
        "sector", "stride", "thread", "tile", "warp", "wavefront",
    ),
    "elsewhere mostly a verb, or a word of everyday life": (
        "advantage", "analogy", "floor", "forgetting", "merge", "recall", "replay", "return",
        "surprise", "tie",
    ),
    "elsewhere another thing too: a rater's bias, an arithmetic coder's decoder, smoothed curves": (
        "baseline (of a policy gradient)", "bias (of a layer)", "decoder", "encoder", "feature",
        "mask", "precision", "proxy", "reward", "smoothing", "temperature",
    ),
    "in nearly every sentence of the book, or in every opening": ("GPU", "model"),
}  # fmt: skip
HOME_ONLY = {term for terms in AT_HOME_ONLY.values() for term in terms}

NO_PROSE = (
    nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block,
    nodes.caption, nodes.figure, nodes.legend, nodes.raw, nodes.target, nodes.term, nodes.rubric,
    nodes.footnote, nodes.citation, addnodes.download_reference, addnodes.desc_signature,
    addnodes.pending_xref,
)  # fmt: skip
NO_TERMS = (nodes.table,)  # a table is read across, not from its first use on
WORD_START = re.compile(r"(?<![\w-])[A-Za-z0-9]|[一-鿿]")
WORD_END = r"(?![A-Za-z0-9_-])"
# "we weight each token", "together, weight them", "nobody labels anything": a verb, not the term
VERB = re.compile(r"\b(?:we|you|they|nobody|can|must|will|cannot)\s$", re.I)
OBJECT = re.compile(r"\s(?:them|it|each|anything|everything)\b")
ABBREVIATION = re.compile(r"(?:^|[;,.]\s)([A-Z][A-Za-z-]*) for short|^([A-Z]{2,}): ")
SENTENCE = re.compile(r".*?[.!?](?=\s|$)")
CHAPTER = re.compile(r"\b[Cc]hapters?\s+\d{1,2}\b(?:(?:,|,?\s+(?:and|or|to))\s+\d{1,2}\b)*")
NUMBER = re.compile(r"(?:[Cc]hapters?\s+)?(\d+)")
TEX = {
    r"\dots": "…", r"\sum": "Σ", r"\prod": "Π", r"\cdot": "·", r"\times": "×", r"\mid": "|",
    r"\log": "log", r"\ln": "ln", r"\ge": "≥", r"\le": "≤", r"\,": " ", "{": "(", "}": ")",
}  # fmt: skip
GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "sigma": "σ", "theta": "θ", "lambda": "λ"}


@dataclass(frozen=True)
class Entry:
    """One entry of the glossary."""

    term: str
    chinese: str
    anchor: str  # of the English term
    definition: str  # its first sentence, without markup
    home: str | None  # the page that explains it

    abbreviation: str | None = None

    @property
    def hint(self) -> str:
        """What the tooltip says."""
        return f"{self.term} · {self.chinese}: {self.definition}"

    def belongs_on(self, page: str) -> bool:
        """Whether the term may be linked there."""
        return self.term not in HOME_ONLY or self.home == page

    def spellings(self) -> dict[str, str]:
        """The term, its abbreviation, its Chinese names: each with a regular expression for it."""
        name = re.sub(r"\s*\(.*\)$", "", self.term)
        names = [name, *([self.abbreviation] if self.abbreviation else [])]
        chinese = re.findall("[一-鿿]{2,}", self.chinese)
        return {each: inflected(each) for each in names} | {each: each for each in chinese}


def inflected(name: str) -> str:
    """A term as a regular expression: singular or plural, any white space, either dash."""
    stem, ending = re.escape(name), "(?:s|es)?"
    if name.endswith("y"):
        stem, ending = re.escape(name[:-1]), "(?:y|ies)"
    elif name.endswith("s") and not name.endswith(("ss", "is", "us")):
        stem, ending = re.escape(name[:-1]), "s?"
    elif name[-1].isdigit() or name.endswith(("ing", "means")):
        ending = ""
    stem = re.sub(r"(\\ )+", r"\\s+", stem)
    stem = re.sub(r"\\-|–", "[-–]", stem)
    return stem + ending if any(letter.isupper() for letter in name) else f"(?i:{stem}{ending})"


class Glossary:
    """All entries of the glossary page, and how to find them in a text."""

    def __init__(self, env: BuildEnvironment) -> None:
        items = env.get_doctree(GLOSSARY).findall(nodes.definition_list_item)
        self.entries = [read_entry(item, GLOSSARY) for item in items]

    @cached_property
    def spellings(self) -> dict[str, list[tuple[re.Pattern[str], Entry]]]:
        """What each spelling stands for, the longest first, by the first two characters."""
        names = [(*pair, entry) for entry in self.entries for pair in entry.spellings().items()]
        found: dict[str, list[tuple[re.Pattern[str], Entry]]] = {}
        for name, spelling, entry in sorted(names, key=lambda each: -len(each[0])):
            same = found.setdefault(name[:2].lower(), [])
            same.append((re.compile(spelling + WORD_END), entry))
        return found

    def uses(self, text: str, page: str) -> Iterator[tuple[int, int, Entry]]:
        """Where in a text a term stands, from left to right, each place only once."""
        end = 0
        for start in (match.start() for match in WORD_START.finditer(text)):
            if start < end:
                continue
            for pattern, entry in self.spellings.get(text[start : start + 2].lower(), ()):
                if (found := pattern.match(text, start)) and entry.belongs_on(page):
                    end = found.end()
                    if not (VERB.search(text, 0, start) or OBJECT.match(text, end)):
                        yield start, end, entry
                    break


def read_entry(item: nodes.definition_list_item, page: str) -> Entry:
    """An entry: the English term, the Chinese one, and the definition up to its arrow."""
    english, chinese = list(item.findall(nodes.term))[:2]
    (definition,) = item.findall(nodes.definition)
    paragraph = next(iter(definition.findall(nodes.paragraph)))
    text = " ".join(plain(paragraph).split("→")[0].split())
    short = ABBREVIATION.search(text)
    sentence = SENTENCE.match(text)
    targets = [str(link.get("reftarget", "")) for link in definition.findall(addnodes.pending_xref)]
    targets += [str(link.get("refuri", "")) for link in definition.findall(nodes.reference)]
    homes = [found.group() for each in targets if (found := re.search(r"chapters/\w+", each))]
    return Entry(
        english.astext(),
        chinese.astext(),
        english["ids"][0],
        sentence.group() if sentence else text,
        homes[0] if homes else None,
        next((group for group in short.groups() if group), None) if short else None,
    )


def plain(node: nodes.Node) -> str:
    """The text of a node, with formulas in ordinary characters."""
    if isinstance(node, nodes.math):
        text = re.sub(r"\{(\w)\}", r"\1", node.astext())
        for command, character in TEX.items():
            text = text.replace(command, character)
        text = re.sub(r"\\([a-z]+)", lambda found: GREEK.get(found[1], found[1]), text)
        return re.sub(r"\\.", "", text)
    if isinstance(node, nodes.Text):
        return node.astext()
    return "".join(plain(child) for child in node.children)


def is_prose(text: nodes.Text) -> bool:
    """Whether this is running text, into which a link may be put."""
    node = text.parent
    inside = False
    while node is not None and not isinstance(node, nodes.document):
        if isinstance(node, NO_PROSE) or "cell" in node.get("classes", ()):
            return False
        inside = inside or isinstance(node, nodes.paragraph)
        node = node.parent
    return inside


def ancestor(node: nodes.Node, kind: type | tuple[type, ...]) -> Any:
    """The nearest node around this one of that kind, or None."""
    while node is not None and not isinstance(node, kind):
        node = node.parent
    return node


class Linker:
    """Puts the links into one page."""

    def __init__(self, app: Sphinx, page: str) -> None:
        self.app, self.page = app, page
        self.chapters = {
            int(name.split("/")[1][:2]): name
            for name in app.env.found_docs
            if re.match(r"chapters/\d\d_", name)
        }
        self.done: set[Any] = set()
        self.terms = page in self.chapters.values() and GLOSSARY in app.env.found_docs
        if self.terms:
            self.glossary = glossary_of(app)

    def link(self, doctree: nodes.document) -> None:
        """Replace each text that holds something to link."""
        for text in list(doctree.findall(nodes.Text)):
            if not is_prose(text):
                continue
            parts = self.chapter_links(text, str(text))
            if self.terms and ancestor(text, NO_TERMS) is None:
                parts = [
                    each
                    for part in parts
                    for each in (self.term_links(part) if type(part) is str else [part])
                ]
            if parts != [str(text)]:
                new = [nodes.Text(part) if type(part) is str else part for part in parts]
                text.parent.replace(text, new)

    def chapter_links(self, node: nodes.Text, text: str) -> list[Any]:
        """The text in pieces: strings, and links to the chapters that it names."""
        section = ancestor(node, nodes.section)
        parts, end = [], 0
        for mention in CHAPTER.finditer(text):
            for found in NUMBER.finditer(text, mention.start(), mention.end()):
                target = self.chapters.get(int(found[1]))
                key = (id(section), target)
                if target in (None, self.page) or key in self.done:
                    continue
                self.done.add(key)
                title = self.app.env.titles[target].astext()
                link = self.reference(found[0], target, "", f"Chapter {found[1]}: {title}")
                parts += [text[end : found.start()], link]
                end = found.end()
        return [part for part in [*parts, text[end:]] if part != ""]

    def term_links(self, text: str) -> list[Any]:
        """The text in pieces: strings, and links to the entries of terms not linked so far."""
        parts, end = [], 0
        for start, stop, entry in self.glossary.uses(text, self.page):
            if entry.term in self.done:
                continue
            self.done.add(entry.term)
            link = self.reference(text[start:stop], GLOSSARY, entry.anchor, entry.hint)
            link["classes"].append("term-link")
            parts += [text[end:start], link]
            end = stop
        return [part for part in [*parts, text[end:]] if part != ""]

    def reference(self, text: str, page: str, anchor: str, hint: str) -> nodes.reference:
        """A link to a place in the book."""
        address = self.app.builder.get_relative_uri(self.page, page)
        address += f"#{anchor}" if anchor else ""
        link = nodes.reference("", "", internal=True, refuri=address, reftitle=hint)
        link += nodes.Text(text)
        return link


def glossary_of(app: Sphinx) -> Glossary:
    """The glossary, read once in a build."""
    if getattr(app, "book_glossary", None) is None:
        app.book_glossary = Glossary(app.env)  # type: ignore[attr-defined]
    return app.book_glossary  # type: ignore[attr-defined]


def link_page(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Link one page's prose, just before it is written."""
    if app.builder.format == "html":
        Linker(app, page).link(doctree)


def remember(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Know whether the glossary is read anew in this build."""
    app.glossary_read = GLOSSARY in docnames  # type: ignore[attr-defined]
    app.book_glossary = None  # type: ignore[attr-defined]


def chapters_too(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the chapters anew when the glossary has changed."""
    changed = getattr(app, "glossary_read", False)
    return [name for name in env.found_docs if name.startswith("chapters/")] if changed else []


def setup(app: Sphinx) -> dict[str, Any]:
    """Link pages when all references are resolved."""
    app.connect("env-before-read-docs", remember)
    app.connect("env-updated", chapters_too)
    app.connect("doctree-resolved", link_page, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
