"""The figures of chapters 3 and 4 show what they were given: masks, spans, cuts, scores, gaps."""

import re
from itertools import pairwise

import numpy as np
import pytest
from diagram_rules import draws_where_it_is_told, texts_fit_their_boxes, texts_lie_inside
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from llmbook_utils.evolution import blocks, t5
from llmbook_utils.figures import (
    directions_diagrams,
    directions_plots,
    evolution_objectives,
    evolution_plots,
    evolution_recurrent,
    evolution_transformer,
    style,
)
from llmbook_utils.figures.label_cost import labels_needed

pytestmark = pytest.mark.usefixtures("book_style")
WORDS = ["Mara", "lives", "in", "Oslo", "and", "works"]
CAUSAL = np.tri(4) > 0
MEMORY = np.hstack([np.ones((4, 3), dtype=bool), CAUSAL])
DIAGRAMS = {
    "skip_gram_window": (evolution_recurrent.skip_gram_window, ()),
    "skip_gram_window, at the edge": (
        evolution_recurrent.skip_gram_window,
        (WORDS, 0, 3, ("lamp",)),
    ),
    "unrolled_rnn": (evolution_recurrent.unrolled_rnn, ()),
    "unrolled_rnn, two": (evolution_recurrent.unrolled_rnn, (WORDS[:2],)),
    "lstm_cell": (evolution_recurrent.lstm_cell, ()),
    "attention_computation": (evolution_transformer.attention_computation, ()),
    "transformer_block": (evolution_transformer.transformer_block, ()),
    "transformer_block, post": (evolution_transformer.transformer_block, ("post",)),
    "encoder_decoder": (evolution_transformer.encoder_decoder, ()),
    "attention_masks": (
        evolution_transformer.attention_masks,
        (
            {"causal: GPT": CAUSAL, "memory: Transformer-XL": MEMORY, "cross": MEMORY, "d": CAUSAL},
            WORDS[:4],
            {"memory: Transformer-XL": 3},
        ),
    ),
    "two_streams": (evolution_transformer.two_streams, ()),
    "segment_memory": (evolution_transformer.segment_memory, ()),
    "three_eras": (evolution_objectives.three_eras, ()),
    "pretrain_then_tune": (evolution_objectives.pretrain_then_tune, ()),
    "masked_words": (evolution_objectives.masked_words, ()),
    "span_corruption": (evolution_objectives.span_corruption, ()),
    "who_sees_what": (evolution_objectives.who_sees_what, ()),
    "eight_tasks": (directions_diagrams.eight_tasks, ()),
    "multi_task": (directions_diagrams.multi_task, ()),
    "cross_lingual": (directions_diagrams.cross_lingual, ()),
    "distillation": (directions_diagrams.distillation, ()),
    "int8_grid": (directions_diagrams.int8_grid, ()),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def rectangles(ax, color=None):
    found = [p for p in ax.patches if type(p) is Rectangle]
    return [p for p in found if color is None or same_color(p.get_facecolor()[:3], to_rgb(color))]


# Diagrams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_draws_where_it_is_told(name):
    draw, arguments = DIAGRAMS[name]
    draws_where_it_is_told(draw, *arguments)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_a_diagram_says_lies_inside_it_and_can_be_read(name):
    draw, arguments = DIAGRAMS[name]
    texts_lie_inside(draw(*arguments))


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_stands_in_a_box_fits_into_it(name):
    draw, arguments = DIAGRAMS[name]
    texts_fit_their_boxes(draw(*arguments))


def test_masks_are_drawn_square_by_square():
    ax = evolution_transformer.attention_masks({"causal": CAUSAL}, per_row=1)
    full = rectangles(ax, style.BLUE)
    assert len(full) == CAUSAL.sum()
    assert len(rectangles(ax)) == CAUSAL.size
    columns = sorted({round(p.get_x(), 3) for p in full})
    rows = sorted({round(p.get_y(), 3) for p in full}, reverse=True)
    drawn = np.zeros_like(CAUSAL)
    for p in full:
        drawn[rows.index(round(p.get_y(), 3)), columns.index(round(p.get_x(), 3))] = True
    np.testing.assert_array_equal(drawn, CAUSAL)


def test_memory_has_its_own_colour():
    masks = {"causal": CAUSAL, "memory": MEMORY}
    ax = evolution_transformer.attention_masks(masks, memory={"memory": 3})
    assert len(rectangles(ax, style.GREEN)) == 12
    assert len(rectangles(ax, style.BLUE)) == 2 * CAUSAL.sum()
    assert texts(ax).count("memory | keys") == 1


@pytest.mark.parametrize("order", [(2, 0, 3, 1), (0, 1, 2), (4, 3, 2, 1, 0)])
def test_two_streams_see_what_the_package_says(order):
    import torch

    ax = evolution_transformer.two_streams(order)
    for color, itself in ((style.BLUE, True), (style.ORANGE, False)):
        allowed = blocks.permuted(torch.tensor(order), itself=itself).numpy()
        n = len(order)
        left = 1.4 if itself else n + 4.4
        drawn = np.zeros((n, n), dtype=bool)
        for p in rectangles(ax, color):
            column = int(p.get_x() - left)
            drawn[n - 1 - int(p.get_y() - 2.0), column] = True
        np.testing.assert_array_equal(drawn, allowed)
    with pytest.raises(ValueError, match=r"expected a permutation of 0 to 2, got \[0, 2, 2\]"):
        evolution_transformer.two_streams((0, 2, 2))


def test_the_window_marks_neighbours_and_no_others():
    ax = evolution_recurrent.skip_gram_window(WORDS, 1, 2, ("lamp", "river"))
    assert len(rectangles(ax, style.BLUE)) == 1
    assert len(rectangles(ax, style.GREEN)) == 3  # one on the left, two on the right
    assert len(rectangles(ax, style.ORANGE)) == 2
    with pytest.raises(ValueError, match="expected a centre from 0 to 5, got 6"):
        evolution_recurrent.skip_gram_window(WORDS, 6)


def test_spans_give_way_to_sentinels():
    ax = evolution_objectives.span_corruption(WORDS, [(1, 3), (5, 6)])
    said = texts(ax)
    assert said.count("<x>") == said.count("<y>") == 2  # in what is read and in what is written
    assert said.count("<z>") == 1
    assert said.count("lives") == said.count("in") == said.count("works") == 2
    assert said.count("Mara") == 2  # in the text, and in what is read
    for spans in ([(1, 3), (2, 4)], [(2, 1)], [(2, 2)], [(0, 7)]):
        with pytest.raises(ValueError, match="expected spans in order within 0 to 6"):
            evolution_objectives.span_corruption(WORDS, spans)
    with pytest.raises(ValueError, match="expected 3 sentinels, got 2"):
        evolution_objectives.span_corruption(WORDS, [(0, 1), (2, 3)], ["<a>", "<b>"])


def test_masked_words_colour_what_was_done_to_each():
    inputs = ["Mara", "<mask>", "in", "lamp", "and", "works"]
    chosen = np.array([False, True, False, True, False, True])
    ax = evolution_objectives.masked_words(WORDS, inputs, chosen)
    for color in (style.ORANGE, style.PURPLE, style.GREEN):  # masked, replaced, kept; and the key
        assert len(rectangles(ax, color)) == 2
    assert len(rectangles(ax, style.BLUE)) == 3  # what must be predicted
    with pytest.raises(ValueError, match="expected 6 inputs and marks, got 5 and 6"):
        evolution_objectives.masked_words(WORDS, inputs[:5], chosen)


def test_who_sees_what_hides_what_a_model_may_not_read():
    ax = evolution_objectives.who_sees_what(WORDS, 2)
    heights = [round(p.get_y(), 3) for p in rectangles(ax, style.GREEN)]
    from_top = [heights.count(y) for y in sorted(set(heights), reverse=True)]
    assert from_top == [2, 5, 3, 4]  # GPT, BERT, XLNet, T5
    assert len(rectangles(ax, style.BLUE)) == 4
    assert texts(ax).count("in") == 4  # the word itself, in each row
    assert texts(ax).count("Oslo") == 1  # only BERT reads the word after it
    with pytest.raises(ValueError, match="expected a place from 1 to 4, got 5"):
        evolution_objectives.who_sees_what(WORDS, 5)


def test_distillation_says_what_the_chapter_computes():
    """The teacher's logits are v, the student's z; every arrow starts at something."""
    ax = directions_diagrams.distillation()
    assert {"p = softmax(v / T)", "q = softmax(z / T)", "T² · KL(p ‖ q)"} <= set(texts(ax))
    ax.figure.draw_without_rendering()
    things = [p for p in ax.patches if type(p) in (FancyBboxPatch, Rectangle)]
    places = [p.get_extents().transformed(ax.transData.inverted()) for p in things]
    lines = [line.get_xydata() for line in ax.lines]
    starts = [points[0] for points in lines]
    starts += [p._posA_posB[0] for p in ax.patches if type(p) is FancyArrowPatch]

    def near(x, y):
        beside = any(b.x0 - 0.3 < x < b.x1 + 0.3 and b.y0 - 0.7 < y < b.y1 + 0.9 for b in places)
        on_a_line = any(
            min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
            for points in lines
            for a, b in pairwise(points.tolist())
        )
        return beside or on_a_line

    assert len(starts) > 8
    assert all(near(*start) for start in starts)


def test_only_the_words_change_between_languages():
    ax = directions_diagrams.cross_lingual()
    assert texts(ax).count("kept") == 2  # head and body
    assert any("dictionary" in text for text in texts(ax))
    dashed = [p for p in ax.patches if type(p) is FancyArrowPatch and p.get_linestyle() == "--"]
    assert len(dashed) == 1  # the rows that the dictionary copies


@pytest.mark.parametrize("length", [2, 4])
def test_memory_reaches_one_segment_further_back_with_each_layer(length):
    ax = evolution_transformer.segment_memory(length)
    kept = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert len(kept) == 2 * length  # a whole segment, for each of two places
    steps = {}
    for line in kept:  # from the key to the place that looks
        (key, looking), (low, high) = line.get_xdata(), line.get_ydata()
        steps.setdefault((round(looking, 3), round(high, 3)), []).append((key, low))
    (first, second) = sorted(steps, key=lambda place: -place[1])
    assert any(np.allclose(key, second) for key in steps[first])  # the path goes on
    assert max(x for x, _ in steps[second]) < min(x for x, _ in steps[first])
    own = [line for line in ax.lines if line.get_linestyle() == "-"]
    assert len(own) == 3  # two of its own segment, and one


def test_each_weight_moves_to_the_nearest_level():
    w = np.array([-0.9, -0.2, 0.31, 0.55])
    ax = directions_diagrams.int8_grid(w, bits=3)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    scale, place = 0.9 / 3, lambda value: 5.6 + 4.6 * value / 0.9
    before = [d.get_xdata()[0] for d in dots if same_color(d.get_color(), style.ORANGE)]
    after = [d.get_xdata()[0] for d in dots if same_color(d.get_color(), style.BLUE)]
    np.testing.assert_allclose(before, [place(one) for one in w])
    np.testing.assert_allclose(after, [place(scale * q) for q in (-3, -1, 1, 2)])
    with pytest.raises(ValueError, match="expected 2 to 5 bits to draw, got 8"):
        directions_diagrams.int8_grid(w, 8)


def test_the_norm_stands_where_it_is_said():
    for norm in ("pre", "post"):
        ax = evolution_transformer.transformer_block(norm)
        places = {t.get_text(): t.get_position()[0] for t in ax.texts}
        assert (places["norm"] < places["Feed-forward"]) == (norm == "pre")
        assert texts(ax).count("norm") == 2
    with pytest.raises(ValueError, match=r'expected norm "pre" or "post", got \'after\''):
        evolution_transformer.transformer_block("after")


# Plots ------------------------------------------------------------------------------------------


def test_attention_writes_the_weights_that_matter():
    weights = np.array([[0.96, 0.04], [0.3, 0.7]])
    ax = evolution_plots.plot_attention(weights, ["a", "b"], ["c", "d"])
    assert texts(ax) == ["1", ".3", ".7"]
    np.testing.assert_array_equal(ax.images[0].get_array(), weights)
    with pytest.raises(ValueError, match=r"shape \(2, 1\), got \(2, 2\)"):
        evolution_plots.plot_attention(weights, ["a", "b"], ["c"])


def test_gradients_show_the_median_and_all_seeds():
    rows = np.array([[1.0, 0.1, 0.0], [1.0, 0.2, 0.0], [1.0, 0.4, 0.01]])
    ax = evolution_plots.plot_gradients(np.arange(3), {"RNN": rows, "LSTM": np.full(3, 0.5)})
    curve = ax.lines[0].get_ydata()
    np.testing.assert_allclose(curve, [1.0, 0.2, 0.01])  # zeros cannot be drawn on a log scale
    assert ax.get_yscale() == "log"
    assert len(ax.collections) == 1  # one band: the other has no seeds
    assert {"RNN", "LSTM"} <= set(texts(ax))


def test_the_race_says_who_cannot():
    scores = {"GPT": 0.1, "BERT": None, "T5": float("nan"), "RNN": 0.4}
    ax = evolution_plots.plot_race(scores)
    assert texts(ax) == ["0.100", "cannot", "cannot", "0.400"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [(float(d.get_xdata()[0]), int(d.get_ydata()[0])) for d in dots] == [(0.1, 0), (0.4, 3)]
    assert [t.get_text() for t in ax.get_yticklabels()] == list(scores)


def test_a_score_beyond_the_cut_is_a_number_and_an_arrow():
    ax = evolution_plots.plot_race({"GPT": 0.6, "T5": 3.891}, cut=1.0, bound=("best", 0.553))
    assert {"0.600", "3.891 →", "best"} == set(texts(ax))
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [float(d.get_xdata()[0]) for d in dots] == [0.6]
    assert ax.get_xlim()[1] < 1.5
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [set(line.get_xdata()) for line in dotted] == [{0.553}]


def test_the_floor_is_drawn_where_it_lies():
    curves = {"GPT": (np.arange(3.0), np.array([2.0, 1.2, 1.0]))}
    for ax in (
        evolution_plots.plot_race_curves(curves, 0.87),
        evolution_plots.plot_by_place({"GPT": np.array([2.0, 1.2])}, 0.87),
    ):
        dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
        assert [set(line.get_ydata()) for line in dotted] == [{0.87}]
        assert ax.get_ylim()[0] < 0.87
    ax = evolution_plots.plot_by_place({"GPT": np.array([2.0, 1.2])}, np.array([0.5, 0.4]))
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [0.5, 0.4])


def test_labels_needed_lie_between_sizes_on_the_logarithmic_axis():
    sizes, mean = [10, 1000, 2000], [0.2, 0.6, 0.5]
    assert labels_needed(sizes, mean, 0.4) == pytest.approx(100)
    assert labels_needed(sizes, mean, 0.1) == 10
    assert labels_needed(sizes, mean, 0.61) is None
    assert labels_needed(sizes, mean, 0.6) == pytest.approx(1000)
    assert labels_needed(sizes, [9.0, 3.0, 2.0], 6.0, low=True) == pytest.approx(100)
    with pytest.raises(ValueError, match="expected 3 values, one for each size, got 2"):
        labels_needed(sizes, mean[:2], 0.5)


def test_the_best_of_each_row_of_the_table_is_bold_and_what_is_alike_to_it():
    scores = {
        "topic": {"scratch": 0.51, "pretrained": 0.931, "int8": 0.914},
        "modelling": {"scratch": 3.4, "pretrained": 2.31, "int8": None},
        "dialogue": {"scratch": 0.0733, "pretrained": 0.624, "int8": 0.6},
    }
    metrics = {"topic": "accuracy", "modelling": "perplexity", "dialogue": "right"}
    ax = directions_plots.plot_task_table(scores, metrics, ["modelling"])
    bold = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert bold == ["0.93", "0.91", "2.31", "0.62", "0.60"]  # differences as printed: 0.02
    ax = directions_plots.plot_task_table(scores, metrics, ["modelling"], alike=0.01)
    bold = [t.get_text() for t in ax.texts if t.get_weight() == "bold"]
    assert bold == ["0.93", "2.31", "0.62"]
    assert texts(ax).count("–") == 1
    assert {"accuracy", "perplexity ↓", "0.07"} <= set(texts(ax))
    numbers = [text for text in texts(ax) if re.fullmatch(r"[\d.]+", text)]
    assert all(re.fullmatch(r"\d\.\d\d", text) for text in numbers)
    assert len(numbers) == 8
    assert any("within 0.01 of the best" in text for text in texts(ax))


def test_the_sentinels_drawn_are_corrupted_as_the_package_does():
    """The diagram's own rule and the package's give the same source and target."""
    ids = list(range(6))
    source, target = t5.corrupt(ids, [(1, 3), (5, 6)], 100)
    names = {100: "<x>", 101: "<y>", 102: "<z>"} | dict(enumerate(WORDS))
    said = texts(evolution_objectives.span_corruption(WORDS, [(1, 3), (5, 6)]))
    drawn = said[said.index("reads") + 1 :]
    assert drawn[: len(source)] == [names[i] for i in source]
    written = said[said.index("writes") + 1 :]
    assert written[: len(target)] == [names[i] for i in target]
