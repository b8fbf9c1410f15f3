"""Make every page of the book small and self-contained.

Before the build: fetch what the pages need from npm (llmbook_utils.authoring.vendor) and throw away
outputs of notebooks that an older package made (llmbook_utils.authoring.execute).
While a page is written: leave out scripts of other hosts and of features that the book does not
use.
After the build: replace Font Awesome's script (1.5 MB) by the few icons that the pages show, each
an inline SVG, exactly as the script would have done it in the reader's browser; choose light or
dark before the first paint; let pictures load when they come into view, with their place kept;
mend a role that screen readers stumble over. The search index stays on the search page, and the
style sheets lose what no page uses (`lean_styles`).
"""

import re
from pathlib import Path
from typing import Any

import lean_html
import lean_styles
import pydata_sphinx_theme
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from llmbook_utils.authoring import execute, vendor

logger = logging.getLogger(__name__)

UNUSED = ("sphinx-thebe", "require.js")  # run code on a rented server; load AMD modules
ICON = re.compile(r'<(i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></\1>')
NOT_NAMES = re.compile(r"fa-(solid|regular|brands|lg|sm|xs|fw|\d?x)$")
GLYPH_CLASS = re.compile(r"fa-.*|fa[srb]$")  # would draw the glyph of a web font as well
KEPT = {"fa-lg", "fa-sm", "fa-fw"}  # sizes
DEVELOPERS_ONLY = (
    "scripts/fontawesome.js*",
    "vendor/fontawesome/**/*.*",
    "**/*.map",
    "sphinx-thebe.*",
)
AT_ONCE = ("documentation_options",)  # later inline scripts need what these define
FONT_AWESOME_SCRIPT = re.compile(r"\s*<script[^>]*scripts/fontawesome\.js[^>]*></script>")
# Searching as one types is off, so that only the search page needs them.
SEARCH_SCRIPT = re.compile(
    r'\s*<script src="([^"]*(?:searchtools|language_data|searchindex)\.js[^"]*)"[^>]*></script>'
)
# The theme decides in its deferred script, after a first paint in neither light nor dark.
THEME_SCRIPT = re.compile(r"document\.documentElement\.dataset\.theme = [^;]*;")
THEME_AT_ONCE = (
    "document.documentElement.dataset.theme = ((mode) => mode !== 'auto' ? mode :"
    " matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')"
    "(document.documentElement.dataset.mode);"
)
PICTURE = re.compile(r'<img (?![^>]*\b(?:loading|width|style)=)([^>]*?)src="([^"]*_images/[^"]*)"')
SVG_SIZE = re.compile(r'<svg[^>]*\b(width|height)="([\d.]+)pt"[^>]*\b(width|height)="([\d.]+)pt"')
ICON_TEMPLATE = (
    '<svg class="svg-inline--fa {classes}"{rest} viewBox="0 0 {width} {height}" role="img"'
    ' aria-hidden="true" focusable="false"><path fill="currentColor" d="{path}"/></svg>'
)


def prepare(app: Sphinx, config: Config) -> None:
    """Fetch the assets and drop stale outputs, whoever started the build."""
    root = Path(app.srcdir)
    execute.drop_stale_cache(root)
    try:
        vendor.fetch(root)
    except (vendor.AssetsMissing, OSError) as error:
        logger.warning("the pages' fonts and formulas stay plain, because %s", error)
    vendor.vendor_folder(root).mkdir(parents=True, exist_ok=True)  # a static folder must exist


def newly_executed(app: Sphinx, env: Any, *_: Any) -> list[str]:
    """Pages whose notebook was executed after the page was last read: read them again."""
    executed = Path(app.srcdir) / "_build" / "executed"
    return [
        name
        for name, read_at in env.all_docs.items()
        if (copy := executed / f"{name}.ipynb").is_file() and copy.stat().st_mtime * 1e6 > read_at
    ]


def leave_out(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Take out unused and foreign scripts and style sheets; let the others wait for the text."""

    def wanted(file: Any) -> bool:
        name, body = str(getattr(file, "filename", file) or ""), file_attributes(file).get("body")
        foreign = name.startswith(("http:", "https:", "//"))
        return not (foreign or any(word in name for word in UNUSED) or "THEBE" in (body or ""))

    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if wanted(file)]
    for script in context["script_files"]:
        name = str(getattr(script, "filename", None) or "")
        if name and "async" not in script.attributes and not any(w in name for w in AT_ONCE):
            script.attributes.setdefault("defer", "defer")


def file_attributes(file: Any) -> dict[str, Any]:
    """A script's or style sheet's HTML attributes."""
    return getattr(file, "attributes", None) or {}


def finish(app: Sphinx, error: Exception | None) -> None:
    """Inline the icons, and leave out what only the theme's developers need."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    library = icon_library()
    for page in out.rglob("*.html"):
        if "_static" not in page.parts:
            before = page.read_text(encoding="utf-8")
            after = inline_icons(before, library, page.name)
            after = mend_bibliography(choose_theme(place_pictures(after, page)))
            after = lean_html.lean(name_toggles(after))
            if after != before:
                page.write_text(after, encoding="utf-8")
    used = {name for _, name in app.env.images.values()}
    for image in (out / "_images").glob("*"):
        if image.name not in used:  # of an earlier run of a notebook
            image.unlink()
        elif image.suffix == ".svg":
            drawing = image.read_text(encoding="utf-8")
            image.write_text(lean_html.lean_drawing(drawing), encoding="utf-8")
    for pattern in DEVELOPERS_ONLY:
        for file in (out / "_static").glob(pattern):
            file.unlink()
    lean_styles.thin(out)


def icon_library() -> dict[str, tuple[str, str, str]]:
    """Width, height and outline of every icon in Font Awesome's script, by name.

    The script holds brands, outlined icons and solid ones, in this order; of equal names the solid
    one stays.
    """
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
    script = theme / "static" / "scripts" / "fontawesome.js"
    library: dict[str, tuple[str, str, str]] = {}
    pattern = r'"?([\w-]+)"?:\[(\d+),(\d+),\[([^\]]*)\],"[0-9a-f]+","([^"]*)"\]'
    for match in re.finditer(pattern, script.read_text(encoding="utf-8")):
        name, width, height, aliases, path = match.groups()
        for each in (name, *re.findall(r'"([\w-]+)"', aliases)):
            library[each] = (width, height, path)
    return library


def inline_icons(html: str, library: dict[str, tuple[str, str, str]], page: str) -> str:
    """A page with every `<i class="fa-…">` as inline SVG, and without Font Awesome's script."""

    def draw(match: re.Match[str]) -> str:
        _, classes, rest = match.groups()
        names = [word for word in classes.split() if word.startswith("fa-")]
        names = [word[3:] for word in names if not NOT_NAMES.match(word)]
        if not names or names[0] not in library:
            logger.warning("no icon %s in Font Awesome (page %s)", names, page)
            return match.group(0)
        width, height, path = library[names[0]]
        kept = [word for word in classes.split() if word in KEPT or not GLYPH_CLASS.match(word)]
        return ICON_TEMPLATE.format(
            classes=" ".join(kept), rest=rest, width=width, height=height, path=path
        )

    html = FONT_AWESOME_SCRIPT.sub("", html)
    late = r'\n<script defer="defer" src="\1"></script>'
    html = SEARCH_SCRIPT.sub(late if page == "search.html" else "", html)
    return ICON.sub(draw, html)


def mend_bibliography(html: str) -> str:
    """Entries that say what they are, in a box that does not call itself a list without items."""
    return html.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def name_toggles(html: str) -> str:
    """Say what the arrow beside a group of pages does, for those who cannot see it."""
    return html.replace("<summary><span", '<summary aria-label="Pages of this group"><span')


def choose_theme(html: str) -> str:
    """Decide for light or dark in the head; without JavaScript, the page is light."""
    html = html.replace('data-theme="auto"', 'data-theme="light"', 1)
    return THEME_SCRIPT.sub(lambda _: THEME_AT_ONCE, html, count=1)


def place_pictures(html: str, page: Path) -> str:
    """Give each picture its size, so that the text does not jump, and let it load when needed."""

    def place(match: re.Match[str]) -> str:
        size = picture_size(page.parent / match.group(2))
        if size is None:
            return match.group(0)
        width, height = size
        return f'<img loading="lazy" width="{width}" height="{height}" {match.group(0)[5:]}'

    return PICTURE.sub(place, html)


def picture_size(path: Path) -> tuple[int, int] | None:
    """Width and height of an SVG of matplotlib's or of a PNG, in CSS pixels."""
    if path.suffix == ".svg" and (match := SVG_SIZE.search(path.read_text("utf-8")[:2000])):
        first, points, second, other = match.groups()
        sides = {first: round(float(points) * 4 / 3), second: round(float(other) * 4 / 3)}
        return sides["width"], sides["height"]
    if path.suffix == ".png":
        header = path.read_bytes()[16:24]
        return int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
    return None


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the three moments of the build."""
    app.connect("config-inited", prepare)
    app.connect("env-get-outdated", newly_executed)
    app.connect("html-page-context", leave_out, priority=900)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
