"""The book as an EPUB: no script, pictures where figures react, formulas as MathML.

`llmbook book --epub` writes it. What the website has for looking and clicking stays out: style
sheets, fonts, buttons. Readers bring their own.
"""

import re
from typing import Any

from sphinx.application import Sphinx

from llmbook_utils import __version__

WITHOUT = re.compile(r"<(script|style|button)\b.*?</\1>|<input\b[^>]*>|</?noscript>", re.S)
VOID = re.compile(r'<(img|br|hr|wbr|col|source)\b((?:[^>"]|"[^"]*")*?)\s*/?>')


def xhtml(html: str) -> str:
    """A page's body as XML, without what only a browser with scripts can use."""
    return VOID.sub(r"<\1\2 />", WITHOUT.sub("", html))


def prepare(app: Sphinx) -> None:
    """Leave the website's files out, and say which edition this is."""
    if app.builder.name == "epub":
        app.config.html_static_path = []
        app.config.version = __version__


def still(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Make a page of the EPUB, as late as possible."""
    if app.builder.name == "epub" and "body" in context:
        context["body"] = xhtml(context["body"])
        context["script_files"] = []
        kept = ("epub.css", "pygments.css")
        context["css_files"] = [
            file
            for file in context.get("css_files", [])
            if str(getattr(file, "filename", file)).rsplit("/", 1)[-1] in kept
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Nothing happens in other builds."""
    app.connect("builder-inited", prepare, priority=400)  # Sphinx checks the version at 500
    app.connect("html-page-context", still, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
