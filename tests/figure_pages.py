"""What the page of an interactive figure asks for: nothing but itself."""

import base64
import re

from llmbook_utils.interactive import Explorable

SVG = "http://www.w3.org/2000/svg"  # the name of a language; nobody fetches it


def page_and_links(figure: Explorable) -> tuple[str, set[str]]:
    """A figure's page, the same twice, and every address in it and in its module's code.

    Vega's name for its language, of the same kind as SVG's, is left out.
    """
    page = figure.to_html()
    assert page == figure.to_html()
    code = re.search(r'"data:text/javascript;base64,([^"]+)"', page)
    assert code is not None
    links = re.findall(r"https?://[^\"'\s)]+", page + base64.b64decode(code[1]).decode())
    return page, {link for link in links if "vega.github.io/schema" not in link}
