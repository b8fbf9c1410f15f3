"""Turn formulas into HTML while the book is built, so that no page runs a mathematics library.

Sphinx's usual way leaves TeX in the page and lets MathJax (1.2 MB of JavaScript) typeset it in the
reader's browser. Here KaTeX does it once, at build time: the page holds HTML for the eye and MathML
for screen readers, needs one style sheet, and a formula that KaTeX does not understand fails the
build instead of showing red in the page. Where Node.js or KaTeX is missing, the TeX stays as it is
and a warning says so.

In the chapters, every displayed formula gets a number, so that a reader can name it; the text
refers to those that have a label, `$$ … $$ (label)`, with `{eq}`.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from llmbook_utils.authoring import vendor

logger = logging.getLogger(__name__)
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|gather|multline)\}")


class Katex:
    """One Node.js process that typesets formula after formula; each distinct one only once."""

    def __init__(self, root: Path, output: str) -> None:
        self.root = root
        self.output = output  # htmlAndMathml, or mathml alone for readers without our style sheet
        self.done: dict[tuple[str, bool], dict[str, str]] = {}
        self.process: subprocess.Popen | None = None

    def start(self) -> subprocess.Popen:
        script = Path(__file__).with_name("render_math.js")
        return subprocess.Popen(
            [vendor.node(), str(script), str(vendor.katex_script(self.root))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def render(self, tex: str, *, display: bool) -> dict[str, str]:
        """{"html": …}, or {"error": …} when KaTeX rejects the formula."""
        if (tex, display) not in self.done:
            self.process = self.process or self.start()
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            task = {"tex": tex, "display": display, "output": self.output}
            self.process.stdin.write(json.dumps(task) + "\n")
            self.process.stdin.flush()
            self.done[tex, display] = json.loads(self.process.stdout.readline())
        return self.done[tex, display]

    def close(self, *_: Any) -> None:
        """End the process, if one was started."""
        if self.process:
            self.process.communicate()
            self.process = None


def typeset(self: Any, node: nodes.Element, tex: str, *, display: bool) -> str:
    """The formula's HTML; the TeX itself, with a warning, when it cannot be typeset."""
    katex: Katex = self.builder.app.katex
    if not vendor.katex_script(katex.root).is_file():  # lean_pages has warned about it
        return str(self.encode(f"${tex}$"))
    answer = katex.render(tex, display=display)
    if "error" in answer:
        logger.warning("KaTeX: %s\n  in the formula: %s", answer["error"], tex, location=node)
        return str(self.encode(f"${tex}$"))
    return answer["html"]


def visit_math(self: Any, node: nodes.math) -> None:
    """An inline formula."""
    html = typeset(self, node, node.astext(), display=False)
    self.body.append(f'<span class="math notranslate nohighlight">{html}</span>')
    raise nodes.SkipNode


def visit_math_block(self: Any, node: nodes.math_block) -> None:
    """A displayed formula, with Sphinx's equation number when it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    html = typeset(self, node, display_tex(node), display=True)
    # a group that scrolls on a narrow screen: focusable, so that the keyboard can scroll it
    self.body.append(f'<div class="formula" tabindex="0">{html}</div>')
    if node.get("number"):
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def display_tex(node: nodes.math_block) -> str:
    """A block's TeX: blank lines separate aligned equations; the numbers are Sphinx's."""
    tex = NUMBERED.sub(r"\\\1{\2*}", node.astext()).strip()
    if r"\begin{" in tex[:8]:
        return tex
    parts = [part.strip() for part in tex.split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    if len(parts) == 1:
        return parts[0]
    return r"\begin{gathered}" + r"\\ ".join(parts) + r"\end{gathered}"


def number(app: Sphinx, doctree: nodes.document) -> None:
    """Give each displayed formula of a chapter a number, as Sphinx does where it has a label."""
    page = app.env.docname
    if not page.startswith("chapters/"):
        return
    equations = app.env.get_domain("math").data["objects"]  # label → (page, number)
    for count, node in enumerate(doctree.findall(nodes.math_block), 1):
        if not node.get("label"):
            node["label"], node["docname"] = f"{page}-{count}", page
            node["ids"].append(f"equation-{count}")
        # labelled ones, too, which Sphinx has counted by themselves: the numbers follow the page
        equations[node["label"]] = (page, count)
        node["number"] = count


def begin(app: Sphinx) -> None:
    """Give the builder its typesetter."""
    output = "mathml" if app.builder.name == "epub" else "htmlAndMathml"
    app.katex = Katex(Path(app.srcdir), output)  # type: ignore[attr-defined]


def finish(app: Sphinx, _: Exception | None) -> None:
    """End the typesetter's process."""
    app.katex.close()  # type: ignore[attr-defined]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer under the name that _config.yml gives as html_math_renderer."""
    app.add_html_math_renderer("katex", (visit_math, None), (visit_math_block, None))
    app.connect("doctree-read", number)
    app.connect("builder-inited", begin)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
