"""A chapter's link to its assignment opens it in JupyterLab, and downloads it in the book.

The assignments are not pages, so Jupyter Book would call such a link a mistake. It is turned into
a download before links are resolved.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx


def is_exercise(node: nodes.Node) -> bool:
    """Whether this is a link to something below exercises/."""
    return (
        isinstance(node, addnodes.pending_xref)
        and node.get("refdomain") == "doc"
        and str(node.get("reftarget")).startswith("exercises/")
    )


def make_downloads(app: Sphinx, doctree: nodes.document) -> None:
    """Replace links to assignments by downloads of them."""
    for link in list(doctree.findall(is_exercise)):
        assert isinstance(link, addnodes.pending_xref)
        target = f"/{link['reftarget']}.ipynb"  # from the source root
        download = addnodes.download_reference(reftarget=target, refdoc=app.env.docname)
        download += link.children
        link.replace_self(download)


def setup(app: Sphinx) -> dict[str, Any]:
    """Run before Sphinx collects what can be downloaded (priority 500)."""
    app.connect("doctree-read", make_downloads, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
