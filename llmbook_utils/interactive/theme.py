"""The colours of the interactive figures, as CSS variables.

Roles, not colours: ink, paper, accent … Each figure's JavaScript and CSS name only roles, so that
this is the one place where a colour meets the page. Dark mode follows the page's own switch first
(the book's ``html[data-theme]``, JupyterLab's ``body[data-jp-theme-light]``) and the reader's
system where the page has none.
"""

from pathlib import Path

from llmbook_utils.figures import palette

STATIC = Path(__file__).parent / "static"

LIGHT = {
    "paper": palette.PAPER,
    "ink": palette.INK,
    "soft": palette.GREY,
    "edge": "#8b93a0",
    "line": palette.PALE,
    "accent": palette.BLUE,
    "on-accent": "#ffffff",
    "second": palette.ORANGE,
    "third": palette.GREEN,
    "fourth": palette.PURPLE,
    "alarm": "#b3261e",
}
DARK = {
    "paper": palette.PAPER_BY_NIGHT,
    "ink": palette.INK_BY_NIGHT,
    "soft": palette.GREY_BY_NIGHT,
    "edge": "#6b7580",
    "line": palette.PALE_BY_NIGHT,
    "accent": palette.BLUE_BY_NIGHT,
    "on-accent": "#08131c",
    "second": palette.ORANGE_BY_NIGHT,
    "third": palette.GREEN_BY_NIGHT,
    "fourth": palette.PURPLE_BY_NIGHT,
    "alarm": "#ff8f85",
}


def variables(colours: dict[str, str]) -> str:
    """CSS declarations ``--xp-ROLE: COLOUR;`` for a map from role to colour."""
    return " ".join(f"--xp-{role}: {colour};" for role, colour in colours.items())


def stylesheet() -> str:
    """The whole style sheet of a figure: the colours of both themes, then the shared rules."""
    light, dark = variables(LIGHT), variables(DARK)
    return f"""
.xp {{ color-scheme: light; {light} }}
@media (prefers-color-scheme: dark) {{ .xp {{ color-scheme: dark; {dark} }} }}
html[data-theme="light"] .xp,
body[data-jp-theme-light="true"] .xp {{ color-scheme: light; {light} }}
html[data-theme="dark"] .xp,
body[data-jp-theme-light="false"] .xp {{ color-scheme: dark; {dark} }}
@media print {{ html .xp.xp.xp {{ color-scheme: light; {light} }} }}
{(STATIC / "explorable.css").read_text(encoding="utf-8")}"""
