"""The desk's pages in a browser: hostile work runs nothing in them and loads nothing for them."""

from pathlib import Path

import pytest
from desk_course import source_notebook
from hostile_markup import ATTACKS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from playwright.sync_api import Browser

from llmbook_utils.grading.feedback import page

pytestmark = pytest.mark.browser

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">
<script>window.pwned = 1</script><image href="https://evil.example/a.png"/>
<rect width="40" height="20" fill="teal" onload="window.pwned = 1"/></svg>"""


def hostile_page() -> str:
    """A feedback page of a notebook in which every cell and output tries something."""
    notebook = source_notebook()
    for attack in ATTACKS:
        data = [{kind: attack} for kind in ("text/html", "text/markdown", "application/javascript")]
        outputs = [new_output("display_data", each) for each in [*data, {"image/svg+xml": DRAWING}]]
        notebook.cells += [
            new_markdown_cell(f"{attack}\n\n[x]({attack})"),
            new_code_cell(attack, outputs=[new_output("stream", text=attack), *outputs]),
        ]
    return page(notebook, {"student": ATTACKS[0], "notebook": ATTACKS[1]}, None)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_hostile_work_does_nothing_in_a_browser(
    browser: Browser, tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "feedback.html"
    path.write_text(hostile_page(), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": 390, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    tab = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(path.as_uri())
    assert tab.evaluate("window.pwned") is None
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == [], "not even an attempt that the page's policy had to stop"
    paper = {"light": "rgb(253, 253, 252)", "dark": "rgb(20, 24, 30)"}[scheme]
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert tab.evaluate(wide) <= 0, "nothing sticks out on a phone"
    context.close()
