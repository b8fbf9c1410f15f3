"""The figures of chapters 7 and 8 show what they were given: floors, shares, borders, no more."""

from itertools import pairwise

import numpy as np
import pytest
from diagram_rules import draws_where_it_is_told, texts_lie_inside
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyBboxPatch, Polygon, Rectangle

from llmbook_utils.figures import compression, language_diagrams, language_models, style
from llmbook_utils.figures import pretraining_plots as pp
from llmbook_utils.figures.bars import as_labels

pytestmark = pytest.mark.usefixtures("book_style")
line = np.linspace(2.0, 1.0, 6)
orders = np.arange(1, 7)
PARTS = [
    {"It": (0.0, 0.25), "Mara": (0.25, 0.9), "Ivan": (0.9, 1.0)},
    {"lives": (0.0, 0.02), "works": (0.02, 1.0)},
]
ROWS = [["Mara", "sings", "<end>", "Ivan"], ["sings", "<end>", "<pad>", "<pad>"]]
DOCUMENTS = np.array([[0, 0, 0, 1], [1, 1, -1, -1]])
DIAGRAMS = {
    "four_stages": (),
    "pretraining_pipeline": (),
    "neural_language_model": (["Mara", "lives", "in"],),
    "packed_rows": (ROWS, DOCUMENTS),
    "kv_cache": (["Mara", "lives", "in"],),
    "lora_and_adapter": (),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def rectangles(ax, color=None):
    found = [p for p in ax.patches if type(p) is Rectangle]
    return [p for p in found if color is None or same_color(p.get_facecolor()[:3], to_rgb(color))]


def dotted(ax):
    """Where the floor is drawn."""
    return [one for one in ax.lines if one.get_linestyle() == ":" and one.get_color() == style.GREY]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_draws_where_it_is_told(name):
    draws_where_it_is_told(getattr(language_diagrams, name), *DIAGRAMS[name])


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_a_diagram_says_lies_inside_it(name):
    texts_lie_inside(getattr(language_diagrams, name)(*DIAGRAMS[name]))


# Language models --------------------------------------------------------------------------------


def test_a_surprising_word_has_another_colour():
    ax = language_models.plot_surprise(["It", "is", "Mara"], np.array([0.2, 0.0, 3.4]))
    widths = [p.get_width() for p in ax.patches]
    assert widths == [0.2, 0.0, 3.4]
    assert [same_color(p.get_facecolor(), style.ORANGE) for p in ax.patches] == [False, False, True]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["It", "is", "Mara"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first word stands on top


def test_bars_of_distributions_stand_beside_the_truth():
    p, q, truth = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4, 0.0])
    ax = language_models.plot_next_words(["a", "b", "c"], {"5-gram": p, "T = 2": q}, truth)
    widths = [patch.get_width() for patch in ax.patches]
    np.testing.assert_array_equal(widths, [*p, *q])
    (ticks,) = ax.collections
    np.testing.assert_array_equal([s[0, 0] for s in ticks.get_segments()], truth)
    names = {text.get_text() for text in ax.get_legend().get_texts()}
    assert names == {"5-gram", "T = 2", "the truth"}


def test_the_floor_is_drawn_where_it_lies():
    losses = {"training": line, "validation": line + 0.1}
    by_order = language_models.plot_loss_by_order(orders, losses, 0.876)
    training = language_models.plot_training(orders, losses, 0.876, {"5-gram": 1.1})
    for ax in (by_order, training):
        (floor,) = dotted(ax)
        assert set(floor.get_ydata()) == {0.876}
        assert "floor: the truth" in texts(ax)
        assert ax.get_ylim()[0] < 0.876
    assert "5-gram" in texts(training)
    assert {"training", "validation"} <= set(texts(by_order))


def test_names_at_the_ends_of_lines_do_not_overlap():
    losses = {f"model {i}": line + 0.01 * i for i in range(4)}
    ax = language_models.plot_loss_by_order(orders, losses, 0.5)
    ax.figure.draw_without_rendering()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text() in losses]
    heights = sorted((box.y0, box.y1) for box in boxes)
    assert len(heights) == 4
    for (_, top), (bottom, _) in pairwise(heights):
        assert bottom >= top - 2


def test_a_curve_leaves_out_what_was_not_measured():
    some = line.copy()
    some[1::2] = np.nan
    ax = language_models.plot_training(orders, {"validation": some}, 0.5)
    curve = ax.lines[0]
    np.testing.assert_array_equal(curve.get_xdata(), [1, 3, 5])
    np.testing.assert_array_equal(curve.get_ydata(), some[::2])


def test_each_kind_of_word_has_its_own_floor():
    models = {"5-gram": {"fact": 3.0, "end": 1.0}, "neural": {"fact": 2.0, "end": 0.5}}
    ax = language_models.plot_cost_by_kind(models, {"end": 0.4, "fact": 1.5})
    (ticks,) = ax.collections
    places = [(s[0, 0], s[:, 1].mean()) for s in ticks.get_segments()]
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert {rows[round(y)]: x for x, y in places} == {"fact": 1.5, "end": 0.4}


def test_a_word_map_has_a_mark_for_each_word_and_names_some():
    xy = np.random.default_rng(0).normal(size=(12, 2))
    words = [f"w{i}" for i in range(12)]
    kinds = ["town"] * 7 + ["job"] * 5
    ax = language_models.plot_word_map(xy, words, kinds, written=2)
    assert sum(len(one.get_xdata()) for one in ax.lines) == 12
    assert texts(ax) == ["w0", "w1", "w7", "w8"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["town", "job"]


# Compression ------------------------------------------------------------------------------------


def test_the_chosen_part_of_the_interval_becomes_the_next_row():
    ax = compression.plot_interval(["Mara", "lives"], PARTS)
    chosen = rectangles(ax, style.BLUE)
    assert [(p.get_x(), p.get_y()) for p in chosen] == [(0.25, 0), (0.0, 1)]
    np.testing.assert_allclose([p.get_width() for p in chosen], [0.65, 0.02])
    assert len(rectangles(ax)) == 5
    (fan,) = [p for p in ax.patches if type(p) is Polygon]
    corners = {tuple(c) for c in fan.get_xy().tolist()}
    assert corners == {(0.25, 0.5), (0.9, 0.5), (1.0, 1.0), (0.0, 1.0)}
    assert {"Mara", "lives", "works"} <= set(texts(ax))  # chosen parts are named, however narrow


def test_sizes_stand_beside_the_entropy():
    sizes = {"gzip": 2.2, "5-gram": 0.5}
    ax = compression.plot_sizes(sizes, 0.345, ours=["5-gram"])
    assert [p.get_width() for p in ax.patches] == [2.2, 0.5]
    assert [same_color(p.get_facecolor(), style.ORANGE) for p in ax.patches] == [False, True]
    (floor,) = dotted(ax)
    assert set(floor.get_xdata()) == {0.345}
    assert {"2.2", "0.5", "floor: the truth"} == set(texts(ax))


# Pretraining ------------------------------------------------------------------------------------


def test_the_fit_is_the_power_law_that_was_given():
    sizes = np.array([1e4, 1e5, 1e6])
    ax = pp.plot_scaling({"a": sizes}, {"a": 3 * sizes**-0.5}, {"a": (3.0, 0.5)})
    points, fit = ax.lines
    np.testing.assert_allclose(points.get_ydata(), 3 * sizes**-0.5)
    np.testing.assert_allclose(fit.get_ydata(), 3 * np.asarray(fit.get_xdata()) ** -0.5)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert texts(ax) == ["slope −0.50"]


def test_ratings_are_sorted_by_cluster():
    ratings = np.arange(12.0).reshape(4, 3)
    ratings[0, 0] = np.nan
    ax = pp.plot_ratings(ratings, np.array([1, 0, 1, 0]), ["A", "B", "C"])
    shown = ax.images[0].get_array()
    np.testing.assert_array_equal(shown.filled(-1), np.nan_to_num(ratings[[1, 3, 0, 2]], nan=-1))
    assert [one.get_ydata()[0] for one in ax.lines] == [1.5]  # one border between two clusters
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0", "1"]
    assert list(ax.get_yticks()) == [0.5, 2.5]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["A", "B", "C"]
    kinds = pp.plot_ratings(ratings, np.array([1, 0, 1, 0]), ["crime", "crime", "comedy"])
    assert [t.get_text() for t in kinds.get_xticklabels()] == ["crime", "comedy"]
    assert list(kinds.get_xticks()) == [0.5, 2]  # the middle of each run


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.85, 1, -0.03], ["0.85", "1.00", "−0.03"]),
        ([1.8, 0.896, 0], ["1.80", "0.896", "0"]),
        ([1.3, 93.7], ["1.3", "93.7"]),
        ([9.996, 4], ["10", "4"]),
        ([1234567, -0.5], ["1.23e+06", "−0.5"]),
        ([], []),
    ],
)
def test_numbers_beside_each_other_show_equally_much(values, words):
    assert as_labels(values) == words


def test_a_schedule_shades_its_warm_up():
    rate = np.concatenate([np.linspace(0, 1e-3, 10), np.linspace(1e-3, 0, 30)])
    ax = pp.plot_schedule(rate, 10)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), rate)
    (shade,) = rectangles(ax)
    assert (shade.get_x(), shade.get_width()) == (0, 10)


# Diagrams ---------------------------------------------------------------------------------------


def test_the_four_stages_and_the_eight_steps_have_a_box_each():
    stages, steps = language_diagrams.four_stages(), language_diagrams.pretraining_pipeline()
    for ax, number in ((stages, 4), (steps, 8)):
        assert len([p for p in ax.patches if type(p) is FancyBboxPatch]) == number
    assert {"1 Pretraining", "2 SFT", "3 Reward model", "4 PPO"} <= set(texts(stages))
    assert {"Tokenise", "Pack", "Validate", "Generate"} <= set(texts(steps))


def test_packed_rows_show_documents_ends_and_padding():
    ax = language_diagrams.packed_rows(ROWS, DOCUMENTS)
    cells = [p for p in rectangles(ax) if p.get_linewidth() == 0]
    frames = [p for p in rectangles(ax) if p.get_linewidth() > 0]
    assert len(cells) == 8
    colors = [to_rgb(p.get_facecolor()[:3]) for p in cells]
    first, second, padding = (to_rgb(c) for c in (*language_diagrams.DOCUMENTS[:2], style.GREY))
    assert colors == [first] * 3 + [second] * 3 + [padding] * 2
    assert [(int(p.get_x()), int(p.get_y())) for p in frames] == [(2, 0), (1, 1)]
    assert texts(ax) == [token for row in ROWS for token in row]


def test_a_kv_cache_computes_one_key_a_token():
    ax = language_diagrams.kv_cache(["a", "b", "c", "d"])
    assert len(rectangles(ax, style.BLUE)) == 10 + 4
    assert len(rectangles(ax, style.PALE)) == 6
    assert {"computed: 10", "computed: 4"} <= set(texts(ax))


def test_the_network_has_a_vector_for_each_word_of_the_context():
    for words in (["Mara"], ["Mara", "lives"], ["a", "b", "c", "d", "e"]):
        ax = language_diagrams.neural_language_model(words)
        assert {f"“{word}”" for word in words} <= set(texts(ax))
        dashed = [p for p in ax.patches if p.get_linestyle() == "--"]
        assert len(dashed) == 1  # W x, the optional path of the paper
