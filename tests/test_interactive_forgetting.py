"""The explorable of chapter 6, without a browser: scores, twins, words, stills, refusals."""

import json

import numpy as np
import pytest
from figure_pages import SVG, comes_in_four_forms, laid_out, page_and_links, still_and_words_follow
from matplotlib.text import Text
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.continual import scores
from llmbook_utils.continual.seeds import t_interval
from llmbook_utils.interactive import ForgettingExplorer
from llmbook_utils.interactive import forgetting_explorer as fe
from llmbook_utils.interactive.theme import STATIC

LAM, SIZE = [0, 1, 100, 1e5], [0, 50, 200]
T = 4


def runs(*shape, seed=0):
    """Matrices R that look like forgetting, (…, seeds, stages, tasks)."""
    rng = np.random.default_rng(seed)
    age = np.arange(T)[:, None] - np.arange(T)
    mean = np.where(age >= 0, 0.9 * 0.7 ** np.maximum(age, 0), 0.1)
    return np.clip(mean + 0.04 * rng.normal(size=(*shape, T, T)), 0, 1)


JOINT = np.full((3, T, T), np.nan)
JOINT[:, -1] = [[0.97, 0.96, 0.95, 0.94]] * 3
DIGITS = {
    "naive": {"scores": runs(3)},
    "EWC": {"scores": runs(4, 3, seed=1), "lam": LAM},
    "replay": {"scores": runs(3, 3, seed=2), "size": SIZE},
    "both": {"scores": runs(2, 3, 3, seed=3), "lam": LAM[:2], "size": SIZE},
    "joint": {"scores": JOINT},
}
WORLDS = {"replay": {"scores": runs(3, 3, seed=4)[..., :2, :2], "size": SIZE}}


def explorer(**settings):
    streams = {"digits": DIGITS, "language model": WORLDS}
    names = {"language model": ["old facts", "new facts"]}
    return ForgettingExplorer.of(streams, names, **{"ceiling": "joint", "method": "EWC"} | settings)


SETTINGS = {
    "EWC": {"strength": 2},
    "naive": {"method": "naive"},
    "joint": {"method": "joint"},
    "both": {"method": "both", "strength": 1, "buffer": 2, "along": "size"},
    "worlds": {"stream": "language model", "method": "replay", "buffer": 1},
}


@pytest.fixture(params=SETTINGS)
def figure(request):
    return explorer(**SETTINGS[request.param])


# What it shows ----------------------------------------------------------------------------------


def test_the_setting_is_the_one_that_was_given():
    figure = explorer(strength=2)
    R = DIGITS["EWC"]["scores"][2]
    np.testing.assert_allclose(figure.matrix, R.mean(axis=0), atol=5e-5)
    assert figure.average == pytest.approx(scores.average_accuracy(R).mean(), abs=5e-5)
    assert figure.backward == pytest.approx(scores.backward_transfer(R).mean(), abs=5e-5)
    assert figure.forgetting == pytest.approx(scores.forgetting(R).mean(), abs=5e-5)
    figure.method, figure.buffer = "both", 1
    assert figure.strength == 2  # stays, and counts as the last of two
    np.testing.assert_allclose(
        figure.matrix, DIGITS["both"]["scores"][1, 1].mean(axis=0), atol=5e-5
    )


def test_intervals_are_those_of_the_package_and_no_accuracy_passes_one():
    R = DIGITS["EWC"]["scores"][1]
    setting = explorer(strength=1)._setting
    low, mean, high = t_interval(R[:, -1, :-1].mean(axis=1), 0.95)
    np.testing.assert_allclose(setting["old"], [low, mean, high], atol=5e-5)
    narrow = explorer(strength=1, level=50)._setting["old"]
    np.testing.assert_allclose(narrow, t_interval(R[:, -1, :-1].mean(axis=1), 0.5), atol=5e-5)
    high = [[[1.0, 0.0], [0.9, 1.0]], [[1.0, 0.0], [1.0, 0.9]]]
    figure = ForgettingExplorer.of({"x": {"naive": {"scores": high}}})
    assert figure._setting["new"][2] == 1.0
    one = ForgettingExplorer.of({"x": {"naive": {"scores": high[:1]}}})
    assert one._setting["old"] == [0.9, 0.9, 0.9]  # a single seed has no interval


def test_the_words_say_what_is_forgotten_and_how_far_the_ceiling_is():
    figure = explorer(strength=2)
    words = figure.describe()
    assert words.startswith("EWC, λ = 100, digits: old tasks, in the end ")
    change, gap = -figure.backward, 0.955 - figure.average
    assert f"old tasks score {change:.2f} lower than when each was just learned" in words
    assert f"On average {gap:.2f} below “joint”." in words
    row = ", ".join(f"{v:.2f}" for v in figure.matrix[3])
    assert f"After stage 4: {row}." in words
    figure.strength = 3
    assert "λ = 10⁵" in figure.describe()
    figure.method, figure.buffer = "both", 2
    assert "both, λ = 1, 200 in memory, digits" in figure.describe()
    figure.method = "joint"
    words = figure.describe()
    assert "backward transfer not defined; forgetting not defined" in words
    assert "After stage 1" not in words
    assert "“joint”" not in words
    better = [[[0.5, 0.1], [0.8, 0.9]]]
    figure = ForgettingExplorer.of({"x": {"helped": {"scores": better}}})
    assert "In the end the old tasks score 0.30 higher" in figure.describe()
    assert "backward transfer 0.30; forgetting −0.30" in figure.describe()


def test_tasks_may_be_learned_together():
    """As in the language model: two kinds of old facts, then new ones."""
    R = np.array([[[0.9, 0.8, 0.0], [0.6, 0.2, 1.0]], [[0.9, 0.8, 0.0], [0.8, 0.4, 0.9]]])
    names, own = {"x": ["jobs", "old towns", "new towns"]}, {"x": [0, 0, 1]}
    figure = ForgettingExplorer.of({"x": {"naive": {"scores": R}}}, names, own)
    setting = figure._setting
    assert setting["old"][1] == pytest.approx(0.5)
    assert setting["new"][1] == pytest.approx(0.95)
    assert figure.backward == pytest.approx(0.5 - 0.85)
    assert figure.forgetting == pytest.approx(0.35)
    assert figure.average == pytest.approx((0.6 + 0.2 + 1.0 + 0.8 + 0.4 + 0.9) / 6)
    assert "0.35 lower than when each was just learned" in figure.describe()


@pytest.mark.parametrize(
    ("method", "strength", "buffer", "along", "expected"),
    [
        ("EWC", 3, 2, "size", ("lam", [0, 1, 2, 3])),
        ("replay", 3, 2, "lam", ("size", [0, 1, 2])),
        ("both", 0, 2, "lam", ("lam", [2, 5])),
        ("both", 3, 0, "size", ("size", [3, 4, 5])),
        ("naive", 1, 1, "lam", (None, [0])),
    ],
)
def test_curves_follow_one_knob_in_javascript_and_python(method, strength, buffer, along, expected):
    figure = explorer(method=method, strength=strength, buffer=buffer, along=along)
    knob, settings = figure._curve()
    every = figure._method["settings"]
    assert (knob, [every.index(one) for one in settings]) == expected
    state = json.dumps(figure._method)
    code = f"figure.curve({state}, {strength}, {buffer}, {json.dumps(along)})"
    assert javascript("forgetting_explorer", code) == [knob, settings]
    code = f"figure.chosen({state}, {strength}, {buffer})"
    assert javascript("forgetting_explorer", code) == figure._setting


def test_values_read_alike_in_javascript_and_python():
    values = [0, 0.1, 1, 30, 1000, 1e4, 1e5, 1e6]
    theirs = javascript("forgetting_explorer", f"{json.dumps(values)}.map(figure.tick)")
    assert theirs == [fe._value(value) for value in values]
    assert theirs[-2:] == ["10⁵", "10⁶"]


# What it refuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ({}, "expected 'scores' in 'x'"),
        ({"scores": runs(2), "color": 1}, "expected scores, lam and size in 'x', got 'color'"),
        (
            {"scores": runs(2), "lam": [1, 2]},
            r"\(2, seeds, stages, tasks\) in 'x', got \(2, 4",
        ),
        ({"scores": runs(3, 2), "lam": [1, 2]}, r"\(2, seeds, stages, tasks\) in 'x', got \(3, 2,"),
        (
            {"scores": runs(2, 2), "lam": [2, 1]},
            r"growing values from 0 on, got \[2.0, 1.0\] in 'x'",
        ),
        ({"scores": runs(2, 2), "size": [-1, 1]}, "expected growing values from 0 on"),
        ({"scores": np.ones((1, 1, 1))}, r"expected old tasks and new ones in 'digits', got \[0\]"),
        ({"scores": [[[0.5, 0.5], [0.5, 1.5]]]}, "expected scores of 0 to 1 in 'x'"),
        ({"scores": [[[0.5, 0.5], [np.nan, 0.5]]]}, "all measured in the last stage"),
    ],
)
def test_scores_that_do_not_fit_are_refused(method, message):
    with pytest.raises(ValueError, match=message):
        ForgettingExplorer.of({"digits": {"x": method}})


def test_streams_that_do_not_fit_are_refused():
    for nothing in ({}, {"digits": {}}):
        with pytest.raises(ValueError, match="at least one stream with a method, got none"):
            ForgettingExplorer.of(nothing)
    with pytest.raises(ValueError, match=r"one shape of R in 'x', got \[\(2, 2\), \(4, 4\)\]"):
        ForgettingExplorer.of({"x": {"naive": DIGITS["naive"], "replay": WORLDS["replay"]}})
    with pytest.raises(
        ValueError, match=r"names and stages \(0 to 3\) of 4 tasks in 'digits', got"
    ):
        ForgettingExplorer.of({"digits": DIGITS}, {"digits": ["a"]})
    with pytest.raises(ValueError, match=r"of 4 tasks in 'digits', got .* and \[0, 1, 2, 4\]"):
        ForgettingExplorer.of({"digits": DIGITS}, learned={"digits": [0, 1, 2, 4]})
    with pytest.raises(ValueError, match=r"old tasks and new ones in 'digits', got \[0, 1, 2, 2\]"):
        ForgettingExplorer.of({"digits": DIGITS}, learned={"digits": [0, 1, 2, 2]})
    with pytest.raises(ValueError, match=r"expected tasks of \['digits'\], got 'x'"):
        ForgettingExplorer.of({"digits": DIGITS}, {"x": ["a"]})
    with pytest.raises(TraitError):
        explorer(along="sideways")
    with pytest.raises(TraitError):
        explorer(strength=-1)


# What it embeds ---------------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


@pytest.mark.parametrize(
    ("name", "value"),
    [("stream", "language model"), ("method", "replay"), ("strength", 0), ("along", "size")],
)
def test_the_still_and_the_words_follow_the_state(name, value):
    figure = explorer(method="both" if name == "along" else "EWC", strength=1, buffer=1)
    turned = name == "along"  # the curves turn, the setting stays
    still_and_words_follow(figure, words=not turned, **{name: value})


def test_the_still_keeps_its_texts_apart(figure):
    still = laid_out(figure)
    said = [text for text in still.findobj(Text) if text.get_visible() and text.get_text()]
    boxes = [text.get_window_extent() for text in said]
    page = still.bbox
    for i, one in enumerate(boxes):
        assert page.x0 <= one.x0, said[i]
        assert one.x1 <= page.x1, said[i]
        for j, other in enumerate(boxes[:i]):
            apart = one.x1 <= other.x0 or other.x1 <= one.x0
            assert apart or one.y1 <= other.y0 + 1 or other.y1 <= one.y0 + 1, (said[i], said[j])


def test_the_page_is_the_same_every_time_asks_no_other_host_and_has_no_nan(figure):
    page, links = page_and_links(figure)
    assert links == {SVG}
    assert "NaN" not in page.split("const state = ")[1].split(";\n")[0]


def test_its_style_names_no_colour():
    style = (STATIC / "forgetting.css").read_text(encoding="utf-8")
    code = (STATIC / "forgetting_explorer.js").read_text(encoding="utf-8")
    for text in (style, code):
        assert "#" not in text.replace("#private", "")
        assert "rgb(" not in text
