"""The colours of the interactive figures, as CSS variables.

Roles, not colours: ink, paper, accent … Each figure's JavaScript and CSS name only roles, so that
this is the one place where a colour meets the page. Dark mode follows the page's own switch first
(the book's ``html[data-theme]``, JupyterLab's ``body[data-jp-theme-light]``) and the reader's
system where the page has none.
"""

from pathlib import Path

STATIC = Path(__file__).parent / "static"

# Text roles reach 4.5 : 1 on paper, marks 3 : 1; series hues are Okabe & Ito's, darkened or
# lightened to reach that.
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1f2328",
    "soft": "#57606a",
    "edge": "#8b949e",
    "line": "#e4e7eb",
    "rail": "#e4e7eb",
    "shade": "#4a6075",
    "accent": "#0072b2",
    "on-accent": "#ffffff",
    "second": "#b84a00",
    "third": "#00805e",
    "warn": "#b3261e",
}
DARK = {
    "paper": "#14181e",
    "ink": "#e8ebee",
    "soft": "#a7b0ba",
    "edge": "#6b7580",
    "line": "#2b323b",
    "rail": "#39424d",
    "shade": "#8fa5bb",
    "accent": "#56b4e9",
    "on-accent": "#08131c",
    "second": "#f0a35e",
    "third": "#3ccfa3",
    "warn": "#ff8f85",
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
