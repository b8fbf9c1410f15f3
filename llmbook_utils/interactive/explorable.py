"""One figure, two lives: a live widget in JupyterLab, and a page that needs no kernel or network.

An explorable is an anywidget, whose traits are what the reader sets, and one ES module, which
draws. Displaying it puts four forms of the same figure into the notebook:

- the widget view, which JupyterLab shows: traits follow the controls, and Python can read them;
- ``text/html``, which the book, nbviewer and a saved page show: the same module with the state
  of this moment and a stand-in for the widget's model, a dozen lines long;
- ``image/png``, a still for print and for readers without JavaScript;
- ``text/plain``, the figure in words.

Left out on purpose: calls from the page back to Python. What the reader may change is computed in
the module or comes with the state, or it would be dead in the book.
"""

import base64
import hashlib
import html
import io
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from llmbook_utils.interactive.theme import STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def module(name: str) -> str:
    """The source of ``static/NAME.js`` with the kit put in the place of its import."""
    source = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    kit = (STATIC / "kit.js").read_text(encoding="utf-8")
    kit = re.sub(r"^export ", "", kit, flags=re.MULTILINE)
    source, found = re.subn(
        r'^import \{[^}]*\} from "\./kit\.js";\n', lambda _: kit, source, flags=re.M
    )
    if found != 1:
        raise ValueError(f'{name}.js must import the kit once (from "./kit.js"), found {found}')
    return source


def script_json(value: object) -> str:
    """JSON that is safe inside a ``<script>``: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def rounded(values: Iterable[Any]) -> list[float]:
    """Numbers as a page carries them: four digits are more than a drawing shows."""
    return [float(f"{float(value):.4g}") for value in values]


def few_colours(png: bytes) -> bytes:
    """The same picture in 96 colours: a quarter of the bytes, and no eye can tell."""
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(96, dither=Image.Dither.NONE)
        few.save(buffer, format="png", optimize=True)
    return buffer.getvalue()


class Explorable(anywidget.AnyWidget):
    """Base of all interactive figures.

    A figure sets ``_esm = module("its_name")``, declares what the reader sets as traits tagged
    ``sync=True``, and defines :meth:`describe` and :meth:`draw_still`. Every word that it shows
    comes from ``labels``, so that a translation is a map of words and not another module.
    """

    _css = stylesheet()
    labels = traitlets.Dict().tag(sync=True)

    def describe(self) -> str:
        """The figure in words, as it stands: its alternative text."""
        raise NotImplementedError

    def draw_still(self, figure: "Figure") -> None:
        """Draw the figure as it stands, in print, on an empty matplotlib figure."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """The traits that the module reads, as plain JSON values."""
        names = self.trait_names(sync=True)
        own = set(names) - set(anywidget.AnyWidget.class_trait_names())
        return {name: getattr(self, name) for name in sorted(own) if not name.startswith("_")}

    def png(self) -> bytes:
        """The still image: PNG, 8 in × 3.6 in at 120 dots an inch, the same for the same state."""
        import matplotlib as mpl
        from matplotlib.figure import Figure

        from llmbook_utils.figures.style import STYLE_SHEET

        buffer = io.BytesIO()
        with mpl.rc_context(fname=STYLE_SHEET):
            figure = Figure(figsize=(8, 3.6), layout="constrained")
            self.draw_still(figure)
            figure.savefig(buffer, format="png", dpi=120, metadata={"Software": None})
        return few_colours(buffer.getvalue())

    def to_html(self, still: bytes | None = None) -> str:
        """The figure as a piece of a page, whole in itself: markup, style, state and module.

        The same state gives the same text, byte for byte.

        :param still: the PNG for readers without JavaScript, drawn if not given.
        """
        state = script_json(self.state())
        source = str(self._esm)
        name = hashlib.sha256((state + source).encode()).hexdigest()[:12]
        image = base64.b64encode(self.png() if still is None else still).decode()
        code = base64.b64encode(source.encode()).decode()
        return f"""<div class="xp" data-xp="{name}"><noscript>\
<img alt="{html.escape(self.describe())}" src="data:image/png;base64,{image}"></noscript></div>
<style>{self._css}</style>
<script type="module">
import figure from "data:text/javascript;base64,{code}";
{(STATIC / "stand_in.js").read_text(encoding="utf-8")}
const state = {state};
for (const el of document.querySelectorAll('[data-xp="{name}"]:not([data-drawn])')) {{
  el.dataset.drawn = "";
  figure.render({{ model: model(structuredClone(state)), el }});
}}
</script>"""

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still, words = self.png(), self.describe()
        forms = {
            "text/plain": words,
            "text/html": self.to_html(still),
            "image/png": base64.b64encode(still).decode(),
        }
        return data | forms, metadata | {"image/png": {"alt": words}}
