"""Leave out of a page's HTML what a browser shows the same without.

Code gets no mark-up for words in the colour of the text around them, figures that bring the same
style sheet share one, and drawings keep a hundredth of a point of their millionths.
"""

import re

TEXT_COLOURED = re.compile(r'<span class="(?:n|nn|nx|p|pm|w)">([^<]*)</span>')  # by Pygments
EMPTY = re.compile(r"<pre><span></span>")
STYLE = re.compile(r"<style>.*?</style>\s*", re.S)

COORDINATES = re.compile(r'\b(?:d|x|y|x1|x2|y1|y2|points)="[^"]*"')
LONG = re.compile(r"-?\d+\.\d{3,}")
WORDLESS = re.compile(r"<!--.*?-->\s*|<metadata>.*?</metadata>\s*", re.S)


def plain_words(html: str) -> str:
    """Code without spans around names, brackets and spaces, whose colour is that of the text."""
    return EMPTY.sub("<pre>", TEXT_COLOURED.sub(r"\1", html))


def one_style(html: str) -> str:
    """Each style sheet only where it stands first."""
    seen: set[str] = set()

    def once(match: re.Match[str]) -> str:
        text = match.group().strip()
        if text in seen:
            return ""
        seen.add(text)
        return match.group()

    return STYLE.sub(once, html)


def lean(html: str) -> str:
    """The page, leaner."""
    return one_style(plain_words(html))


def lean_drawing(svg: str) -> str:
    """An SVG of matplotlib's without comments, its coordinates rounded to what can be seen."""

    def rounded(match: re.Match[str]) -> str:
        return LONG.sub(lambda number: f"{float(number.group()):.2f}", match.group())

    return COORDINATES.sub(rounded, WORDLESS.sub("", svg))
