"""Interactive figures, without a browser: their mathematics, their words, and what they embed.

The JavaScript of each figure is run by Node.js and compared with its Python twin; where there is
no Node.js those tests are skipped and say so. How figures behave is in browser/test_explorables.py.
"""

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pytest
import torch
from contrast import contrast
from figure_pages import SVG, comes_in_four_forms, page_and_links, words_used

from llmbook_utils.interactive import Explorable, OptimiserPaths, PolynomialFit, chart, vega
from llmbook_utils.interactive import optimiser_paths as op
from llmbook_utils.interactive import polynomial_fit as pf
from llmbook_utils.interactive.explorable import module, script_json
from llmbook_utils.interactive.paths import DIVERGED, OPTIMISERS, SURFACES, descend, losses
from llmbook_utils.interactive.polynomial import MAX_DEGREE, fit, mean_squared_error, sample
from llmbook_utils.interactive.theme import DARK, LIGHT, STATIC, stylesheet


def slope_chart(**settings: Any) -> alt.Chart:
    slope = alt.param(
        name="k", value=2, bind=alt.binding_range(min=1, max=5, step=1, name="Slope k")
    )
    points = alt.Data(values=[{"x": 1}, {"x": 2}])
    lines = alt.Chart(points, **settings).transform_calculate(y="k * datum.x").mark_line()
    return lines.encode(x="x:Q", y="y:Q").add_params(slope)


FIGURES: dict[str, Callable[[], Explorable]] = {
    "OptimiserPaths": lambda: OptimiserPaths(optimiser="Adam", lr=0.3),
    "PolynomialFit": lambda: PolynomialFit(degree=9),
    "chart": lambda: chart(slope_chart(), alt_text="A line whose slope is k."),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# Mathematics ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SURFACES)
def test_surface_has_the_gradient_and_minima_it_states(name: str) -> None:
    surface = SURFACES[name]
    rng = np.random.default_rng(0)
    for x, y in rng.uniform([surface.x[0], surface.y[0]], [surface.x[1], surface.y[1]], (20, 2)):
        h = 1e-5
        slope_x = (surface.f(x + h, y) - surface.f(x - h, y)) / (2 * h)
        slope_y = (surface.f(x, y + h) - surface.f(x, y - h)) / (2 * h)
        np.testing.assert_allclose(surface.gradient(x, y), (slope_x, slope_y), atol=1e-7)
        assert surface.f(x, y) >= 0
    for minimum in surface.minima:
        np.testing.assert_allclose(surface.gradient(*minimum), 0, atol=1e-12)
    assert min(surface.f(*m) for m in surface.minima) == pytest.approx(0, abs=1e-12)


TORCH = {
    "SGD": lambda w, lr: torch.optim.SGD([w], lr=lr),
    "momentum": lambda w, lr: torch.optim.SGD([w], lr=lr, momentum=0.8),
    "Adam": lambda w, lr: torch.optim.Adam([w], lr=lr, betas=(0.8, 0.999)),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_paths_are_torch_s(surface: str, optimiser: str) -> None:
    start = SURFACES[surface].start
    ours = descend(surface, optimiser, lr=0.03, momentum=0.8, start=start, steps=40)
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    walker = TORCH[optimiser](w, 0.03)
    theirs = [w.detach().clone().numpy()]
    for _ in range(40):
        w.grad = torch.tensor(SURFACES[surface].gradient(*w.detach().tolist()), dtype=torch.float64)
        walker.step()
        theirs.append(w.detach().clone().numpy())
    np.testing.assert_allclose(ours, np.array(theirs), rtol=1e-9, atol=1e-12)


def test_sgd_in_the_ravine_is_stable_below_a_tenth_only() -> None:
    calm = OptimiserPaths(lr=0.09, steps=200)
    wild = OptimiserPaths(lr=0.12, steps=200)
    assert not calm.diverged
    assert calm.losses[-1] < 1e-6
    assert wild.diverged
    assert wild.losses[-1] > DIVERGED
    assert len(wild.path) < 100  # the run ends where it diverged


def test_momentum_leaves_the_shallow_valley_where_sgd_stays() -> None:
    settings = {"lr": 0.05, "start": SURFACES["two minima"].start, "steps": 300}
    sgd = descend("two minima", "SGD", **settings)
    momentum = descend("two minima", "momentum", momentum=0.9, **settings)
    np.testing.assert_allclose(sgd[-1], (2, 0), atol=1e-3)
    np.testing.assert_allclose(momentum[-1], (-2, 0), atol=1e-2)
    assert losses("two minima", sgd)[-1] == pytest.approx(4 / 3, abs=1e-4)


def test_wrong_names_are_named() -> None:
    with pytest.raises(ValueError, match=r"expected a surface out of .*got 'hill'"):
        descend("hill", "SGD", lr=0.1, start=(0.0, 0.0), steps=1)
    with pytest.raises(ValueError, match=r"expected an optimiser out of .*got 'adam'"):
        descend("ravine", "adam", lr=0.1, start=(0.0, 0.0), steps=1)


def test_sample_is_a_noisy_sine_that_grows_at_its_end() -> None:
    x, y = sample(7, 20_000, 0.25)
    noise = y - np.sin(2 * np.pi * x)
    assert 0 < x.min() < 0.001
    assert 0.999 < x.max() < 1
    assert abs(x.mean() - 0.5) < 0.01
    assert abs(noise.mean()) < 0.008
    assert abs(noise.std() - 0.25) < 0.006
    few_x, few_y = sample(7, 30, 0.25)
    np.testing.assert_array_equal(few_x, x[:30])
    np.testing.assert_array_equal(few_y, y[:30])


def test_fit_is_the_least_squares_polynomial() -> None:
    x, y = sample(3, 40, 0.25)
    grid = np.linspace(0, 1, 50)
    ours = np.polynomial.legendre.legval(2 * grid - 1, fit(x, y, 5))
    np.testing.assert_allclose(ours, np.polyval(np.polyfit(x, y, 5), grid), atol=1e-9)
    errors = [mean_squared_error(fit(x, y, degree), x, y) for degree in range(10)]
    assert all(after <= before + 1e-12 for before, after in pairwise(errors))
    with pytest.raises(ValueError, match="at least 8 points for degree 7, got 5"):
        fit(x[:5], y[:5], 7)


def test_default_polynomial_figure_shows_under_and_over_fitting() -> None:
    train, validation = PolynomialFit().errors()
    best = int(validation.argmin())
    assert 3 <= best <= 7
    assert validation[0] > 3 * validation[best]
    assert validation[MAX_DEGREE] > 3 * validation[best]
    assert train[MAX_DEGREE] < 0.7 * train[3]


# The JavaScript twins -----------------------------------------------------------------------------


def javascript(name: str, expression: str) -> Any:
    """The value of an expression over the exports of a figure's module, computed by Node.js."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js to run the figures' JavaScript")
    code = base64.b64encode(module(name).encode()).decode()
    script = f"""const figure = await import("data:text/javascript;base64,{code}");
    process.stdout.write(JSON.stringify({expression}));"""
    command = [node, "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_paths_in_javascript_and_python_are_one() -> None:
    runs = [
        (surface, optimiser, {"lr": lr, "momentum": 0.85, "start": [-2.9, 1.3], "steps": 80})
        for surface in SURFACES
        for optimiser in OPTIMISERS
        for lr in (0.004, 0.06, 0.9)
    ]
    theirs = javascript("optimiser_paths", f"{json.dumps(runs)}.map((r) => figure.descend(...r))")
    for (surface, optimiser, settings), path in zip(runs, theirs, strict=True):
        ours = descend(surface, optimiser, **settings)
        np.testing.assert_allclose(np.array(path), ours, rtol=1e-7, atol=1e-9)


def test_surfaces_in_javascript_and_python_are_one() -> None:
    shown = "Object.entries(figure.SURFACES).map(([n, s]) => [n, s.x, s.y, s.minima, s.start])"
    ours = [[name, s.x, s.y, s.minima, s.start] for name, s in SURFACES.items()]
    assert javascript("optimiser_paths", shown) == json.loads(json.dumps(ours))


@pytest.mark.parametrize(("seed", "n", "sigma"), [(2, 20, 0.25), (9, 16, 0.6), (4, 200, 0.05)])
def test_fits_in_javascript_and_python_are_one(seed: int, n: int, sigma: float) -> None:
    points = f"figure.sample({seed}, {n}, {sigma})"
    result = javascript("polynomial_fit", f"[{points}, figure.fitAll({points})]")
    x, y = sample(seed, n, sigma)
    np.testing.assert_allclose(np.array(result[0]), np.stack([x, y], 1), rtol=1e-12, atol=1e-12)
    grid = np.linspace(0.02, 0.98, 60)
    for degree, coefficients in enumerate(result[1]):
        ours = np.polynomial.legendre.legfit(2 * x - 1, y, degree)
        curves = [np.polynomial.legendre.legval(2 * grid - 1, c) for c in (coefficients, ours)]
        np.testing.assert_allclose(curves[0], curves[1], rtol=1e-5, atol=1e-6)


# What a figure embeds ---------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure: Explorable) -> None:
    comes_in_four_forms(figure)


def test_the_page_is_the_same_every_time(figure: Explorable) -> None:
    again = type(figure)(
        **figure.state() | ({"library": vega.shared_library()} if hasattr(figure, "spec") else {})
    )
    assert figure.to_html() == again.to_html()


def test_the_page_asks_no_other_host(figure: Explorable) -> None:
    page, links = page_and_links(figure)
    assert links <= {SVG}
    assert len(page) < 90_000


def test_nothing_in_the_state_can_end_the_script() -> None:
    labels = op.LABELS | {"lr": "</script><script>alert(1)</script><!--"}
    page = OptimiserPaths(labels=labels).to_html()
    assert page.count("</script>") == 1
    assert "<!--" not in page
    assert json.loads(script_json(labels)) == labels


def test_alternative_text_is_escaped() -> None:
    page = chart(slope_chart(), alt_text='Slope "k" < 5 & more').to_html()
    assert 'alt="Slope &quot;k&quot; &lt; 5 &amp; more"' in page


@pytest.mark.parametrize(
    ("name", "labels"), [("optimiser_paths", op.LABELS), ("polynomial_fit", pf.LABELS)]
)
def test_every_word_comes_from_the_labels(name: str, labels: dict[str, Any]) -> None:
    source = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    used = words_used(name) | {f"key_{n}" for n in re.findall(r"xp-key-(\w+)", source)}
    spelled = {word for word in labels if word in used or word.startswith("key_")}
    assert used <= set(labels)
    assert spelled == set(labels)


def test_colours_come_from_the_palette_alone() -> None:
    for path in sorted(STATIC.iterdir()):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", text) == [], path.name
    own = {"track"}  # set and used by the style sheet itself
    roles = set(re.findall(r"var\(--xp-([\w-]+)\)", stylesheet())) - own
    assert roles <= set(LIGHT)
    assert set(LIGHT) == set(DARK)


def test_figures_on_one_page_leave_each_other_alone() -> None:
    """A page holds the style sheets of all its figures: no two may say different things."""
    said: dict[tuple[str, str], tuple[str, str]] = {}
    for path in sorted(STATIC.glob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"@\w[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", text)  # what some widths get
        own: dict[tuple[str, str], str] = {}
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            for selector in selectors.split(","):
                for name, _, value in (line.partition(":") for line in body.split(";")):
                    own[" ".join(selector.split()), name.strip()] = " ".join(value.split())
        for key, value in own.items():
            other, file = said.setdefault(key, (value, path.name))
            assert value == other, f"{key} is {value} in {path.name}, {other} in {file}"
    assert len(said) > 500


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_is_enough_to_read(theme: dict[str, str]) -> None:
    for role in ("ink", "soft", "alarm"):
        assert contrast(theme[role], theme["paper"]) >= 4.5, role
    assert contrast(theme["on-accent"], theme["accent"]) >= 4.5
    for role in ("accent", "second", "third", "fourth", "edge"):
        assert contrast(theme[role], theme["paper"]) >= 3, role


def test_importing_is_cheap() -> None:
    heavy = ("altair", "matplotlib", "torch", "vl_convert", "pandas", "PIL")
    code = f"import sys, llmbook_utils.interactive; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Charts -----------------------------------------------------------------------------------------


def test_chart_takes_parameters_and_the_width_of_the_page() -> None:
    figure = chart(slope_chart(), alt_text="A line.")
    assert figure.params == {"k": 2}
    assert figure.spec["width"] == "container"
    assert chart(slope_chart(width=200), alt_text="A line.").spec["width"] == 200
    both = alt.hconcat(slope_chart(), slope_chart())
    assert "width" not in chart(both, alt_text="Two lines.").spec


def test_chart_wants_its_data_and_its_words() -> None:
    far = alt.Chart("https://example.org/data.csv").mark_point().encode(x="x:Q")
    with pytest.raises(ValueError, match=r"got a URL: https://example\.org/data\.csv"):
        chart(far, alt_text="Points.")
    with pytest.raises(ValueError, match="expected alt_text"):
        chart(slope_chart(), alt_text=" ")


def test_a_chart_s_still_follows_its_parameters() -> None:
    figure = chart(slope_chart(), alt_text="A line.")
    before = figure.png()
    figure.params = {"k": 5}
    assert figure.png() != before


def test_library_is_written_once_for_all_charts(tmp_path: Path) -> None:
    vega.write_vega_bundle(tmp_path / "vendor" / "vega.js")
    code = (tmp_path / "vendor" / "vega.js").read_text(encoding="utf-8")
    assert "globalThis.llmbookVegaLibrary" in code
    assert 500_000 < len(code) < 1_500_000
    one, two = (chart(slope_chart(), alt_text="A line.") for _ in range(2))
    assert one.library is two.library
    assert code[:200] not in one.to_html()


def test_a_module_must_import_the_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kit.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "bare.js").write_text("export default {};\n", encoding="utf-8")
    (tmp_path / "good.js").write_text(
        'import { a } from "./kit.js";\nexport default { a };\n', encoding="utf-8"
    )
    monkeypatch.setattr("llmbook_utils.interactive.explorable.STATIC", tmp_path)
    assert module("good") == "const a = 1;\nexport default { a };\n"
    with pytest.raises(ValueError, match=r"bare\.js must import the kit once .* found 0"):
        module("bare")
