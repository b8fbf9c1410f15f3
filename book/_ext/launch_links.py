"""Buttons that run a chapter on Binder, Colab or Codespaces, where the course has an address.

What is linked, and the copies for Colab, come from llmbook_utils.authoring.launch. The address is
a value of the configuration, so that Sphinx writes every page again when it changes.
"""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from llmbook_utils.authoring import launch
from llmbook_utils.course import chapter_names

START = {"book/index", "book/guides/students"}  # pages that lead to the first chapter
ICONS = {"Binder": "fas fa-flask", "Colab": "fas fa-play", "Codespaces": "fas fa-code-branch"}


def find_address(app: Sphinx, config: Config) -> None:
    """Fill the setting, unless it was given on the command line."""
    config.llmbook_repository = config.llmbook_repository or launch.address(Path(app.srcdir)) or ""


def add_buttons(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """One more menu in the page's header, beside the one for downloads."""
    names = chapter_names(Path(app.srcdir))
    name = names[0] if pagename in START else pagename.removeprefix("chapters/")
    if name not in names or not app.config.llmbook_repository:
        return
    buttons = [
        {
            "type": "link",
            "url": url,
            "text": text,
            "icon": ICONS[text.split(":")[0]],
            "tooltip": f"Run on {text}",
        }
        for text, url in launch.links(app.config.llmbook_repository, name)
    ]
    group = {
        "type": "group",
        "tooltip": "Run this chapter" if pagename not in START else "Run chapter 1",
        "icon": "fas fa-rocket",
        "buttons": buttons,
        "label": "launch-buttons",
    }
    context["header_buttons"].insert(0, group)


def write_copies(app: Sphinx, error: Exception | None) -> None:
    """The notebooks that the buttons for Colab open."""
    if error is None and app.builder.format == "html":
        repository = app.config.llmbook_repository or None
        launch.write_copies(Path(app.srcdir), Path(app.outdir), repository)


def setup(app: Sphinx) -> dict[str, Any]:
    """Run after the theme has made its buttons (priority 501)."""
    app.add_config_value("llmbook_repository", "", "html", str)
    app.connect("config-inited", find_address)
    app.connect("html-page-context", add_buttons, priority=600)
    app.connect("build-finished", write_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
