"""Student-made text, Markdown, HTML and pictures, made safe to stand in a page of ours.

Everything is an allow-list: what is not known to be harmless is dropped or shown as text. Scripts,
styles, forms, frames, and addresses of other hosts never get through. (bleach, defusedxml and
Pygments come with nbconvert.)
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import bleach
import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES

# What is longer (characters) or nested deeper (elements) is shown as plain text, since parsing it
# can take quadratic time.
MOST = {"markdown": 20_000, "html": 100_000, "code": 50_000, "svg": 1_000_000}
_DEEPEST = 300
_ELEMENT = re.compile(r"<(/?)(?!(?:br|col|hr|img|input|wbr)\b)[a-z]", re.IGNORECASE)

_TAGS = frozenset(
    """a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5
    h6 hr i img ins kbd li mark ol p pre s samp small span strong sub summary sup table tbody td
    tfoot th thead tr tt u ul var""".split()  # noqa: SIM905
)
_UNSEEN = ("script", "style", "template", "noscript", "title", "iframe", "object", "textarea")
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,3}")
_DATA = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
_PICTURE = re.compile(r"picture:([0-9]{1,6})")
_MARKED = re.compile(r'(<img [^<>]*?src=)"picture:(\d+)"')
_TOKENS = frozenset(STANDARD_TYPES.values()) - {""}
_RASTER = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}

# escape sequences of a terminal: colours (CSI), titles and links (OSC), and the short ones
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\ud800-\udfff]")


def plain(text: object) -> str:
    """Text as a terminal would leave it: no escape sequences, and of `\\r` lines the last state."""
    lines = _ANSI.sub("", str(text)).replace("\r\n", "\n").split("\n")
    return _CONTROL.sub("", "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines))


def text(source: object) -> Markup:
    """Text in a block of its own, as it is."""
    return Markup("<pre>{}</pre>").format(plain(source))


def code(source: str) -> Markup:
    """Python code with its words marked for the style sheet."""
    source = _CONTROL.sub("", source)
    if len(source) > MOST["code"]:
        return text(source)
    marked = highlight(source, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True))
    return Markup('<pre class="code">{}</pre>').format(Markup(marked.rstrip("\n")))


def html(source: str) -> Markup:
    """HTML with only harmless elements and attributes; empty when nothing is left to be seen."""
    pictures: list[str] = []
    source = _without_pictures(source, pictures)
    if len(source) > MOST["html"] or _depth(source) > _DEEPEST:
        return text(source)
    return _cleaned(source, pictures)


def markdown(source: str, attachments: Mapping[str, Any] | None = None) -> Markup:
    """Markdown as HTML. Formulas stay as they were written, in TeX."""
    pictures: list[str] = []
    source = _without_pictures(source, pictures)
    if len(source) > MOST["markdown"]:
        return text(source)
    renderer = _Renderer(pictures, attachments or {})
    try:
        made = MarkdownWithMath(renderer=renderer).render(source)
        return text(source) if _depth(made) > _DEEPEST else _cleaned(made, pictures)
    except Exception:  # whatever a parser says to what was written to break it
        return text(source)


def picture(kind: str, data: object) -> Markup:
    """A PNG, JPEG or SVG picture; empty when it is not one."""
    address = _svg(str(data)) if kind == "image/svg+xml" else _raster(kind, str(data))
    if not address:
        return Markup()
    return Markup('<img alt="Output of the cell" src="{}">').format(address)


class _Renderer(IPythonRenderer):
    """Markdown to HTML; pictures become marks, for which `_cleaned` puts in what was kept."""

    def __init__(self, pictures: list[str], attachments: Mapping[str, Any]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.pictures, self.attached = pictures, attachments

    def _embed_image_or_attachment(self, src: str) -> str:
        if not src.startswith("attachment:"):
            return src
        versions = self.attached.get(src.removeprefix("attachment:"), {})
        for kind in _RASTER:
            address = _raster(kind, str(versions.get(kind, "")))
            if address:
                return _kept(address, self.pictures)
        return ""

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre>{escape(code)}</pre>"


def _without_pictures(source: str, pictures: list[str]) -> str:
    """The source with a mark for each picture in it, which is kept for later."""
    return _DATA.sub(lambda found: _kept(found[0], pictures), _CONTROL.sub("", source))


def _kept(address: str, pictures: list[str]) -> str:
    pictures.append(address)
    return f"picture:{len(pictures) - 1}"


def _cleaned(source: str, pictures: list[str]) -> Markup:
    """The HTML less all that is not on the lists, with the kept pictures in their places."""

    def allowed(tag: str, name: str, value: str) -> bool:
        if tag == "a":
            return name == "href" and bool(_LINK.match(value))
        if tag == "img":
            known = name == "src" and _PICTURE.fullmatch(value)
            return name == "alt" or bool(known and int(known[1]) < len(pictures))
        if tag in ("td", "th", "col", "colgroup") and name in ("colspan", "rowspan", "span"):
            return bool(_COUNT.fullmatch(value))
        if tag == "span":
            return name == "class" and value in _TOKENS
        return tag in ("details", "ol") and name in ("open", "start") and len(value) < 10

    for tag in _UNSEEN:  # bleach would show what is in them
        source = _without(source, tag)
    cleaned = bleach.clean(
        source,
        tags=_TAGS,
        attributes=allowed,
        protocols={"http", "https", "mailto", "picture"},
        strip=True,
    )
    if not (bleach.clean(cleaned, tags=set(), strip=True).strip() or "picture:" in cleaned):
        return Markup()
    return Markup(_MARKED.sub(lambda found: f'{found[1]}"{pictures[int(found[2])]}"', cleaned))


def _depth(source: str) -> int:
    """How deep elements are nested, at most, where none is closed by the way."""
    depth = deepest = 0
    for found in _ELEMENT.finditer(source):
        depth = max(0, depth - 1) if found[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _without(source: str, tag: str) -> str:
    """The HTML without these elements; one that is never closed reaches to the end."""
    opening = re.compile(rf"<{tag}\b", re.IGNORECASE)
    closing = re.compile(rf"</{tag}[^>]*>", re.IGNORECASE)
    kept, at = [], 0
    while begin := opening.search(source, at):
        kept.append(source[at : begin.start()])
        end = closing.search(source, begin.end())
        at = end.end() if end else len(source)
    return "".join([*kept, source[at:]])


def _raster(kind: str, data: str) -> str | None:
    """A data address for base64 that decodes to a picture of this kind."""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if kind not in _RASTER or not content.startswith(_RASTER[kind]):
        return None
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


_SVG = "{http://www.w3.org/2000/svg}"
_DRAWING = frozenset(
    """svg g path rect circle ellipse line polyline polygon text tspan defs use symbol clipPath mask
    linearGradient radialGradient stop pattern marker title desc image style""".split()  # noqa: SIM905
)
_ELSEWHERE = re.compile(r"@import|url\(\s*['\"]?(?!['\"\s#])", re.IGNORECASE)


def _svg(source: str) -> str | None:
    """A data address for a drawing without scripts, foreign content and addresses elsewhere.

    As the source of an <img>, a browser runs nothing in it and loads nothing for it either.
    """
    if len(source) > MOST["svg"]:
        return None
    try:
        root = defusedxml.ElementTree.fromstring(source.strip().encode("utf-8", "replace"))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, RecursionError):
        return None
    if root.tag != f"{_SVG}svg":
        return None
    todo = [root]
    while todo:
        element = todo.pop()
        for child in list(element):
            if isinstance(child.tag, str) and child.tag.removeprefix(_SVG) in _DRAWING:
                todo.append(child)
            else:
                element.remove(child)
        for name, value in list(element.attrib.items()):
            local = name.rpartition("}")[2].lower()
            address = local == "href" and not (value.startswith("#") or _DATA.fullmatch(value))
            if local.startswith("on") or address or _ELSEWHERE.search(value):
                del element.attrib[name]
        if element.tag == f"{_SVG}style" and _ELSEWHERE.search(element.text or ""):
            element.text = ""
    content = ElementTree.tostring(root, encoding="utf-8")
    return f"data:image/svg+xml;base64,{base64.b64encode(content).decode()}"
