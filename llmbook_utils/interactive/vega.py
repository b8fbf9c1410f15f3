"""Altair charts with the two lives of an explorable.

JupyterLab 4.6 draws Vega-Lite 3 to 5 by itself and Altair 6 writes Vega-Lite 6, so the live chart
brings its own library too; it travels once for all charts of a kernel, and the book keeps it in
one file. Both come out of vl-convert, which pip installs. Parameters bound to a range, radio
buttons or a menu get the controls of our other figures. Left out: selections that Python would
read (``params`` holds bound parameters only), and data by URL.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from ipywidgets import widget_serialization  # type: ignore[import-untyped]

from llmbook_utils.interactive.explorable import Explorable, few_colours, module
from llmbook_utils.interactive.theme import LIGHT

if TYPE_CHECKING:
    import altair
    from matplotlib.figure import Figure

# Readable on both papers, in any order: Vega's own ramps vanish in the light or in the dark.
SERIES = ["--xp-accent", "--xp-second", "--xp-third", "--xp-fourth", "--xp-ink"]
# How a chart looks; "--xp-ROLE" is the colour of that role in the theme of the page.
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif',
    "view": {"stroke": None},
    "title": {"color": "--xp-ink", "fontSize": 14, "fontWeight": 600, "anchor": "start"},
    "axis": {
        "labelColor": "--xp-soft",
        "titleColor": "--xp-soft",
        "labelFontSize": 12.5,
        "titleFontSize": 12.5,
        "titleFontWeight": "normal",
        "gridColor": "--xp-line",
        "domainColor": "--xp-edge",
        "tickColor": "--xp-edge",
        "titlePadding": 10,
        "labelPadding": 8,
        "labelFlush": False,
        "tickCount": 6,
    },
    "axisX": {"grid": False},
    "axisY": {"domain": False, "ticks": False},
    "legend": {"labelColor": "--xp-soft", "titleColor": "--xp-soft", "labelFontSize": 12.5},
    "header": {"labelColor": "--xp-soft", "titleColor": "--xp-soft"},
    "text": {"color": "--xp-ink", "fontSize": 12.5},
    "mark": {"color": "--xp-accent"},
    "line": {"strokeWidth": 2.2},
    "rule": {"color": "--xp-edge"},
    "point": {"filled": True, "size": 55},
    "range": {"category": SERIES, "ordinal": SERIES},
}


def with_colours(value: Any, colours: dict[str, str]) -> Any:
    """A copy of a configuration with each ``--xp-ROLE`` replaced by its colour."""
    if isinstance(value, str) and value.startswith("--xp-"):
        return colours[value.removeprefix("--xp-")]
    if isinstance(value, dict):
        return {key: with_colours(item, colours) for key, item in value.items()}
    if isinstance(value, list):
        return [with_colours(item, colours) for item in value]
    return value


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one classic script that sets ``llmbookVegaLibrary``.

    Bundling takes two seconds, so the result is kept in the user's cache folder.
    """
    from importlib.metadata import version

    import vl_convert

    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = caches / "llmbook" / f"vega-{version('vl-convert-python')}.js"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    code = vl_convert.javascript_bundle("globalThis.llmbookVegaLibrary = { vegaEmbed };")
    code = f"(() => {{{code}\n}})();\n"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_text(code, encoding="utf-8")
        part.replace(kept)
    except OSError:  # a home that cannot be written: two seconds each time
        pass
    return code


def write_vega_bundle(path: str | Path) -> None:
    """Write the library that the charts of a book share to the file ``path``.

    The pages look for it at ``_static/vendor/vega.js`` below the root of the site.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(vega_bundle(), encoding="utf-8")


class VegaLibrary(anywidget.AnyWidget):
    """The library as a widget that is never shown: it brings the code to JupyterLab once."""

    _esm = "export default {};"
    code = traitlets.Unicode().tag(sync=True)


@cache
def shared_library() -> VegaLibrary:
    """The one library widget of this kernel."""
    return VegaLibrary(code=vega_bundle())


def urls(spec: Any) -> Iterator[str]:
    """Every data URL in a Vega-Lite specification."""
    if isinstance(spec, dict):
        if isinstance(spec.get("data"), dict) and "url" in spec["data"]:
            yield spec["data"]["url"]
        for item in spec.values():
            yield from urls(item)
    elif isinstance(spec, list):
        for item in spec:
            yield from urls(item)


class Chart(Explorable):
    """A Vega-Lite chart whose bound parameters Python can read and set in ``params``."""

    _esm = module("chart")
    spec = traitlets.Dict().tag(sync=True)
    config = traitlets.Dict(CONFIG).tag(sync=True)
    params = traitlets.Dict().tag(sync=True)
    alt_text = traitlets.Unicode().tag(sync=True)
    library = traitlets.Instance(VegaLibrary).tag(sync=True, **widget_serialization)

    def describe(self) -> str:
        return self.alt_text

    def state(self) -> dict[str, Any]:
        return super().state() | {"library": None}  # a page has its own

    def png(self) -> bytes:
        import vl_convert

        spec = self.spec | {"params": [dict(p) for p in self.spec.get("params", [])]}
        for parameter in spec["params"]:
            if parameter["name"] in self.params:
                parameter["value"] = self.params[parameter["name"]]
        if spec.get("width") == "container":
            spec["width"] = 560
        config = with_colours(self.config, LIGHT) | {"background": LIGHT["paper"]}
        return few_colours(vl_convert.vegalite_to_png(spec, scale=2, config=config))

    def draw_still(self, figure: "Figure") -> None:
        raise NotImplementedError("a chart is drawn by vl-convert: see png()")


def chart(alt_chart: "altair.TopLevelMixin", *, alt_text: str) -> Chart:
    """Give an Altair chart its two lives: live in JupyterLab, without a kernel in the book.

    >>> import altair as alt
    >>> k = alt.param(name="k", value=2, bind=alt.binding_range(min=1, max=5, step=1, name="k"))
    >>> points = alt.Data(values=[{"x": 1}, {"x": 2}])
    >>> figure = chart(
    ...     alt.Chart(points)
    ...     .transform_calculate(y="k * datum.x")
    ...     .mark_line()
    ...     .encode(x="x:Q", y="y:Q")
    ...     .add_params(k),
    ...     alt_text="A line whose slope is the parameter k.",
    ... )
    >>> figure.params
    {'k': 2}

    :param alt_chart: any Altair chart whose data are in it. Without a width of its own, a single
        or layered chart takes the width of the page.
    :param alt_text: what the chart shows, in a sentence or two, for who cannot see it.
    :raises ValueError: for an empty ``alt_text``, or for data behind a URL.
    """
    if not alt_text.strip():
        raise ValueError("expected alt_text, a sentence that says what the chart shows, got none")
    spec = alt_chart.to_dict()
    if remote := list(urls(spec)):
        raise ValueError(f"expected data inside the chart, got a URL: {remote[0]}")
    spec.pop("config", None)
    if not {"hconcat", "vconcat", "concat", "facet", "repeat"} & set(spec):
        spec.setdefault("width", "container")
        spec.setdefault("height", 300)
    params = {p["name"]: p.get("value") for p in spec.get("params", []) if "bind" in p}
    return Chart(spec=spec, params=params, alt_text=alt_text, library=shared_library())
