"""Whether a page does anything with a text, other than show it.

`active` finds a marker where a browser would act on it: inside `<script>`, `<style>` or an
attribute that loads, runs or styles something. As text it is harmless. What MathJax or a script of
the page itself would make of a text only a browser can tell.
"""

import re
from html.parser import HTMLParser

_HARMLESS = {"alt", "title", "id", "name", "class", "aria-label", "aria-labelledby", "headers"}
_LINK = re.compile(r"\s*(https?:|mailto:|#|[^:]*$)", flags=re.IGNORECASE)


class _Finder(HTMLParser):
    def __init__(self, marker: str) -> None:
        super().__init__(convert_charrefs=True)
        self.marker, self.found, self._raw = marker.lower(), [], ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._raw = tag if tag in ("script", "style") else ""
        for name, value in attributes:
            text = (value or "").lower()
            link = tag == "a" and name == "href" and _LINK.match(text)
            if self.marker in name or (self.marker in text and name not in _HARMLESS and not link):
                self.found.append(f"<{tag} {name}={value!r:.120}>")

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""

    def handle_data(self, text: str) -> None:
        if self._raw and self.marker in text.lower():
            self.found.append(f"<{self._raw}> {text.strip():.120}")


def active(page: str, marker: str) -> list[str]:
    """The places of an HTML page in which a browser would act on the marker."""
    finder = _Finder(marker)
    finder.feed(page)
    finder.close()
    return finder.found
