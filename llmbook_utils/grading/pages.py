"""Pages that need nothing besides themselves, from the templates beside this file.

Everything is escaped that is not known to be HTML already. The policy in a page allows its one
style sheet and pictures that it holds itself: no script, no form, nothing from another address.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")


def short(value: float | None) -> str:
    """A number with at most two decimals; a dash for None."""
    return "–" if value is None else f"{round(value, 2):.12g}"


def render(template: str, **shown: Any) -> str:
    """The page, as text that can be written as UTF-8."""
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["short"] = short
    page = environment.get_template(template)
    made = page.render(style=Markup(style), policy=policy, **shown)
    return made.encode("utf-8", "replace").decode("utf-8")  # JSON may hold lone surrogates
