"""The figures of chapter 5 show what they were given: means, intervals, edges, carries, rulers."""

import re
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from diagram_rules import (
    draws_where_it_is_told,
    texts_fit_their_boxes,
    texts_keep_apart,
    texts_lie_inside,
)
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from llmbook_utils.figures import emergence_curves, emergence_diagrams, emergence_plots, style
from llmbook_utils.figures.emergence_plots import rows_of, short_number

pytestmark = pytest.mark.usefixtures("book_style")
SIZES = np.array([348, 1080, 2196, 3696, 5580, 13536])
RISE = np.array([0.1, 0.3, 0.5, 0.8, 0.95, 1.0])
SEEDS = RISE + np.array([[-0.02], [0.0], [0.02]])
PAIRS = (("Oslo", "Norway"), ("Lima", "Peru"))
DIAGRAMS = {
    "few_shot_prompt": (emergence_diagrams.few_shot_prompt, ()),
    "few_shot_prompt, two": (
        emergence_diagrams.few_shot_prompt,
        ("Translate.", PAIRS, "Bern", "x"),
    ),
    "threshold": (emergence_diagrams.threshold, ()),
    "threshold, half": (emergence_diagrams.threshold, (0.25,)),
    "phone_book": (emergence_diagrams.phone_book, ()),
    "phone_book, three": (
        emergence_diagrams.phone_book,
        (("a", "b"), (1, 2, 3), (1, 2, 3), (0.5, 0.5, 0.25)),
    ),
    "reversed_addition": (emergence_diagrams.reversed_addition, ()),
    "reversed_addition, one digit": (emergence_diagrams.reversed_addition, (5, 7)),
    "reversed_addition, four": (emergence_diagrams.reversed_addition, (9999, 1)),
    "induction_head": (emergence_diagrams.induction_head, ()),
    "induction_head, eight": (emergence_diagrams.induction_head, (list("ABCDEFGB"),)),
    "induction_head, three": (emergence_diagrams.induction_head, (list("ABCA"),)),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


# Diagrams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_draws_where_it_is_told(name):
    draw, arguments = DIAGRAMS[name]
    draws_where_it_is_told(draw, *arguments)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_a_diagram_says_lies_inside_it_and_keeps_apart(name):
    draw, arguments = DIAGRAMS[name]
    ax = draw(*arguments)
    texts_lie_inside(ax)
    texts_keep_apart(ax)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_stands_in_a_box_fits_into_it(name):
    draw, arguments = DIAGRAMS[name]
    texts_fit_their_boxes(draw(*arguments))


def test_prompts_hold_none_one_and_all_examples():
    said = texts(emergence_diagrams.few_shot_prompt("Town → country.", PAIRS, "Bern", "Swiss"))
    assert said.count("Town → country.") == 3
    assert said.count("Oslo → Norway") == 3  # one-shot, few-shot, the first gradient step
    assert said.count("Lima → Peru") == 2
    assert said.count("Swiss") == said.count("Bern →") == 4
    with pytest.raises(ValueError, match="two to four examples, got 1"):
        emergence_diagrams.few_shot_prompt(examples=PAIRS[:1])


def test_rulers_say_what_they_measure():
    p = [0.9, 0.5, 0.8]
    said = texts(emergence_diagrams.phone_book(("a", "b"), (1, 2, 3), (1, 7, 3), p))
    for value in ("0", "2 of 3", f"{-np.log(p).mean():.2f}", f"{np.prod(p):.3f}"):
        assert value in said
    assert said.count("✓") == 2
    assert said.count("✗") == 1
    right = texts(emergence_diagrams.phone_book(("a", "b"), (1, 2), (1, 2), (0.9, 0.9)))
    assert {"2 of 2", "1"} <= set(right)
    with pytest.raises(ValueError, match="expected 2 digits, predictions"):
        emergence_diagrams.phone_book(("a", "b"), (1, 2), (1,), (0.9, 0.9))


@pytest.mark.parametrize(("a", "b", "carries"), [(457, 268, 2), (123, 456, 0), (999, 1, 3)])
def test_a_sum_is_written_from_its_last_digit_on(a, b, carries):
    ax = emergence_diagrams.reversed_addition(a, b)
    said = texts(ax)
    assert sum(text == "carry 1" for text in said) == carries
    tokens = [text for text in said if re.fullmatch(r"\d|[+=]", text)][-12:]
    assert "".join(tokens) == f"{a:03d}"[::-1] + "+" + f"{b:03d}"[::-1] + "=" + f"{a + b:04d}"[::-1]
    with pytest.raises(ValueError, match="two numbers from 0 to 9999, got -1 and 2"):
        emergence_diagrams.reversed_addition(-1, 2)


def test_the_circuit_copies_what_came_after_last_time():
    said = texts(emergence_diagrams.induction_head(list("ABCDEFGB")))
    assert {"C, after B", "next: C", "predicts C"} <= set(said)
    assert "3 copies its token, C" in said
    for wrong in ("ABC", "ABB"):
        with pytest.raises(ValueError, match="once more before its neighbour"):
            emergence_diagrams.induction_head(list(wrong))


# Plots over sizes -------------------------------------------------------------------------------


def test_a_metric_shows_its_mean_its_seeds_and_its_interval():
    ax = emergence_plots.plot_scale(SIZES, SEEDS)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), RISE)
    dots = [line for line in ax.lines if line.get_marker() == "."]
    np.testing.assert_allclose([line.get_ydata() for line in dots], SEEDS)
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(0.08)
    assert band.max() == pytest.approx(1.02)
    given = emergence_plots.plot_scale(SIZES, SEEDS, interval=(RISE - 0.3, RISE + 0.3))
    band = given.collections[0].get_paths()[0].vertices[:, 1]
    assert band.min() == pytest.approx(-0.2)


def test_a_row_that_does_not_fit_is_refused():
    assert rows_of("x", RISE, 6).shape == (1, 6)
    assert rows_of("x", SEEDS, 6).shape == (3, 6)
    with pytest.raises(ValueError, match=r"expected 6 numbers a seed for 'x', got \(3, 5\)"):
        rows_of("x", SEEDS[:, 1:], 6)


def test_zeros_stand_hollow_on_the_edge_of_a_logarithmic_axis():
    values = np.array([0.0, 0.0, 0.004, 0.2, 0.8, 1.0])
    ax = emergence_plots.plot_scale(SIZES, values, log_y=True)
    hollow = [line for line in ax.lines if same_color(line.get_markerfacecolor(), style.PAPER)]
    assert [len(line.get_xdata()) for line in hollow] == [2]
    assert ax.get_ylim()[0] == pytest.approx(0.002)
    with pytest.raises(ValueError, match="a value above 0 on a logarithmic axis, got none"):
        emergence_plots.plot_scale(SIZES, 0 * RISE, log_y=True)


def test_each_ruler_has_a_panel_and_its_chance():
    rulers = {"exact match": SEEDS**8, "digit accuracy": SEEDS, "nats a digit": 2.3 * (1 - SEEDS)}
    axes = emergence_plots.plot_rulers(SIZES, rulers, chance={"nats a digit": 2.303})
    assert [ax.get_ylabel() for ax in axes] == list(rulers)
    assert len(axes[0].figure.axes) == 3
    assert [bool(texts(ax)) for ax in axes] == [False, False, True]
    assert all(ax.get_xlabel() for ax in axes)
    axes[0].figure.draw_without_rendering()  # a panel that collapses warns, which is an error here
    steps = {"xlabel": "training step", "log": False}
    along = emergence_plots.plot_rulers(np.arange(6) * 25, rulers, **steps)
    assert {(ax.get_xlabel(), ax.get_xscale()) for ax in along} == {("training step", "linear")}
    many = emergence_plots.plot_scale(np.arange(20) + 1, np.random.default_rng(0).random((3, 20)))
    assert sum(line.get_linewidth() == 0.9 for line in many.lines) == 3
    own = list(plt.subplots(1, 3)[1])
    assert emergence_plots.plot_rulers(SIZES, rulers, axes=own) == own


def test_measured_and_predicted_stand_beside_each_other():
    ax = emergence_plots.plot_predicted(SIZES, SEEDS, {"product": RISE, "mean": RISE - 0.1}, 8)
    assert {"product", "mean", "measured"} <= {text.get_text() for text in ax.texts}
    assert "all 8 digits" in ax.get_ylabel()
    np.testing.assert_allclose(ax.lines[0].get_ydata(), RISE)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), RISE - 0.1)
    bars = ax.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose([bar[:, 1] for bar in bars], np.stack([RISE - 0.02, RISE + 0.02], 1))


def test_the_bound_leaves_as_many_draws_beyond_it_as_was_said():
    draws = np.arange(1000) / 1000
    ax = emergence_plots.plot_jumps(draws, 1.7, "exact match", level=0.1)
    bound, observed = (float(line.get_xdata()[0]) for line in ax.lines)
    assert np.mean(draws > bound) == pytest.approx(0.1)
    assert observed == 1.7
    assert any("10 %" in text for text in texts(ax))
    assert "exact match" in texts(ax)


def test_capacity_shows_the_cited_line_and_what_there_is_to_know():
    ax = emergence_plots.plot_capacity(SIZES, SEEDS, 3400 / SIZES, cited=2.0)
    assert any(list(line.get_ydata()) == [2.0, 2.0] for line in ax.lines)
    assert {"2 bits, Allen-Zhu & Li", "all there is to know"} <= set(texts(ax))
    alone = emergence_plots.plot_capacity(SIZES, SEEDS, cited=None)
    assert texts(alone) == []


@pytest.mark.parametrize(
    ("size", "text"), [(348, "348"), (1080, "1.1k"), (13536, "14k"), (2_500_000, "2.5M")]
)
def test_sizes_are_short(size, text):
    assert short_number(size) == text


def test_sizes_keep_apart():
    crowded = np.array([100, 105, 110, 500, 2000, 2100])
    ax = emergence_plots.plot_scale(crowded, RISE)
    ax.figure.draw_without_rendering()
    labels = [tick.get_window_extent() for tick in ax.get_xticklabels() if tick.get_text()]
    assert 3 <= len(labels) < 6
    for left, right in pairwise(labels):
        assert left.x1 < right.x0


# Curves along a training ------------------------------------------------------------------------

STEPS = np.array([0, 1, 10, 100, 1000, 5000])


def test_curves_show_the_median_and_each_seed_without_step_zero():
    rows = np.stack([RISE, RISE + 0.1, RISE + 0.5])
    rows[0, 3] = np.nan
    ax = emergence_curves.plot_learning(STEPS, {"test": rows}, marks={"95 %": 1000}, chance=0.05)
    bold = next(line for line in ax.lines if line.get_linewidth() == 2.4)
    np.testing.assert_array_equal(bold.get_xdata(), STEPS[1:])
    np.testing.assert_allclose(bold.get_ydata(), np.nanmedian(rows, axis=0)[1:])
    thin = [line for line in ax.lines if line.get_linewidth() == 0.9]
    assert len(thin) == 3
    assert {"test", "95 %", "chance"} <= set(texts(ax))
    linear = emergence_curves.plot_learning(STEPS, {"test": RISE}, log=False)
    np.testing.assert_array_equal(linear.lines[0].get_xdata(), STEPS)


def test_grokking_names_training_and_test_and_can_show_losses():
    ax = emergence_curves.plot_grokking(STEPS, RISE, SEEDS)
    assert {"training", "test"} <= set(texts(ax))
    assert ax.get_yscale() == "linear"
    loss = emergence_curves.plot_grokking(STEPS, RISE, SEEDS, "loss (nats)", log=True)
    assert loss.get_yscale() == "log"


def test_hidden_progress_is_one_panel_each_with_the_same_steps():
    axes = emergence_curves.plot_hidden_progress(
        STEPS, {"weight norm": SEEDS + 9, "loss (nats)": SEEDS}, SEEDS
    )
    assert [ax.get_ylabel() for ax in axes] == ["test accuracy", "weight norm", "loss\n(nats)"]
    assert [bool(ax.get_xlabel()) for ax in axes] == [False, False, True]
    assert len({ax.get_xlim() for ax in axes}) == 1


def test_induction_counts_layers():
    said = texts(emergence_curves.plot_induction(STEPS, {1: SEEDS + 2, 2: SEEDS}, np.log(32)))
    assert {"1 layer", "2 layers", "chance"} <= set(said)


def test_each_head_of_each_seed_is_a_dot():
    rng = np.random.default_rng(0)
    previous, induction = rng.random((2, 3, 2, 4))
    ax = emergence_curves.plot_heads(previous, induction)
    assert [len(line.get_xdata()) for line in ax.lines] == [12, 12]
    np.testing.assert_allclose(ax.lines[1].get_ydata(), induction[:, 1].ravel())
    with pytest.raises(ValueError, match=r"equal shapes, got \(3, 2, 4\) and \(2, 4\)"):
        emergence_curves.plot_heads(previous, induction[0])


def test_the_stripe_lies_where_an_induction_head_looks():
    tokens = list("ABCABC")
    weights = np.tril(np.ones((6, 6)))
    maps = np.stack([weights / weights.sum(1, keepdims=True)] * 3)
    axes = emergence_curves.plot_attention_heads(tokens, maps, ["1.1", "1.2", "2.1"], stripe=2)
    assert [ax.get_title(loc="left") for ax in axes] == ["1.1", "1.2", "2.1"]
    assert len(axes[0].figure.axes) == 3
    outlined = [p.get_xy() for p in axes[0].patches if type(p) is Rectangle]
    assert outlined == [(place - 2.5, place - 0.5) for place in (3, 4, 5)]  # A, B, C once more
    shown = axes[0].images[0].get_array()
    assert shown.mask.sum() == 15
    np.testing.assert_allclose(shown.data, maps[0])
    with pytest.raises(ValueError, match="expected 6 tokens and a title a head, got attention"):
        emergence_curves.plot_attention_heads(tokens, maps, ["a", "b"])
