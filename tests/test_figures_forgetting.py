"""The figures of chapter 6 show what they were given, and their diagrams say what the code does."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from diagram_rules import (
    draws_where_it_is_told,
    texts_fit_their_boxes,
    texts_keep_apart,
    texts_lie_inside,
)
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text

from llmbook_utils.continual import scores
from llmbook_utils.figures import (
    forgetting_cures,
    forgetting_diagrams,
    forgetting_matrices,
    forgetting_methods,
    forgetting_plots,
    style,
)
from llmbook_utils.figures.knob import places

pytestmark = pytest.mark.usefixtures("book_style")
rng = np.random.default_rng(0)
R = rng.random((3, 4, 4))
DIAGRAMS = {
    "stages": (forgetting_diagrams.stages, ()),
    "stages, two": (forgetting_diagrams.stages, (2,)),
    "reading": (forgetting_diagrams.reading, ()),
    "reading, five": (forgetting_diagrams.reading, (5,)),
    "scenarios": (forgetting_diagrams.scenarios, ()),
    "two_worlds": (forgetting_diagrams.two_worlds, ()),
    "two_worlds, long": (
        forgetting_diagrams.two_worlds,
        (
            ["Mara", "works", "in", "the", "old", "harbour", "as", "a", "watchmaker", "."],
            ["Mara", "works", "in", "the", "old", "harbour", "as", "a", "tailor", "."],
        ),
    ),
    "reservoir": (forgetting_diagrams.reservoir, ()),
    "reservoir, one slot": (forgetting_diagrams.reservoir, (1, (1, 2, 1))),
    "cures": (forgetting_cures.cures, ()),
}


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def numbers_by_place(ax):
    """The written numbers of a matrix, from above to below and from left to right."""
    found = [t for t in ax.texts if t.get_fontsize() == 9.5]
    return [t.get_text() for t in sorted(found, key=lambda t: t.get_position()[::-1])]


def outlined(ax):
    return [p for p in ax.patches if same_color(p.get_edgecolor(), style.ORANGE)]


# Diagrams ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_draws_where_it_is_told(name):
    draw, arguments = DIAGRAMS[name]
    draws_where_it_is_told(draw, *arguments)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_a_diagram_says_lies_inside_it_fits_its_box_and_can_be_read(name):
    draw, arguments = DIAGRAMS[name]
    ax = draw(*arguments)
    texts_lie_inside(ax)
    texts_fit_their_boxes(ax)
    texts_keep_apart(ax)


@pytest.mark.parametrize("tasks", [3, 4, 5])
def test_scores_read_the_cells_that_the_diagram_marks(tasks):
    """A cell is marked "+" or "−" if and only if the package's score rises or falls with it."""
    ax = forgetting_diagrams.reading(tasks)
    signs = {"+", "−", "max"}
    cells = [t for t in ax.texts if t.get_text() in signs or (t.get_text() == "" and t.get_size())]
    per_panel = np.array_split(np.array([t.get_text() for t in cells], dtype=object), 4)
    start = np.linspace(0.2, 0.6, tasks**2).reshape(tasks, tasks)
    start[:-1] += np.tri(tasks)[:-1] * 0.1
    functions = [
        scores.average_accuracy,
        scores.backward_transfer,
        scores.forgetting,
        lambda M: scores.forward_transfer(M, np.zeros(tasks)),
    ]
    for marked, score in zip(per_panel, functions, strict=True):
        marked = marked.reshape(tasks, tasks)
        for i, j in np.ndindex(tasks, tasks):
            more = start.copy()
            more[i, j] += 5.0  # so much that it becomes the best, where the best counts
            change = float(score(more) - score(start))
            expected = "" if change == 0 else "+" if change > 0 else "−"
            assert marked[i, j].replace("max", "+") == expected, (score, i, j)


def test_a_reservoir_holds_in_the_end_what_algorithm_r_holds():
    draws, size = (1, 1, 3, 2, 5, 1, 3, 8), 3
    held = []
    for t, j in enumerate(draws, 1):
        if t <= size:
            held.append(t)
        elif j <= size:
            held[j - 1] = t
    ax = forgetting_diagrams.reservoir(size, draws)
    cells = [t for t in ax.texts if t.get_text().isdigit() and t.get_position()[0] > 9.6]
    column = [t.get_text() for t in sorted(cells, key=lambda t: -t.get_position()[1])]
    assert column[0] == "8"  # the item that arrives last, then its draw, then the slots
    assert column[-size:] == [str(item) for item in held]
    assert texts(ax).count("out") == 2  # items 5 and 8
    assert {"3/4", "3/8"} <= set(texts(ax))
    with pytest.raises(ValueError, match="expected example 2 to draw 1 to 2, got 3"):
        forgetting_diagrams.reservoir(1, (1, 3))
    with pytest.raises(
        ValueError, match="expected 1 to 2 places and up to 9 examples, got 3 and 2"
    ):
        forgetting_diagrams.reservoir(3, (1, 2))


def test_stages_make_a_matrix_with_the_diagonal_apart():
    ax = forgetting_diagrams.stages(3)
    assert {"R₁₁", "R₃₁", "R₂₃", "stage 3", "task 3"} <= set(texts(ax))
    green = [p for p in ax.patches if type(p) is Rectangle]
    green = [p for p in green if same_color(p.get_facecolor()[:3], to_rgb(style.GREEN))]
    assert len(green) == 3 + 1  # and the key
    with pytest.raises(ValueError, match="expected 2 to 6 tasks, got 7"):
        forgetting_diagrams.stages(7)
    with pytest.raises(ValueError, match="expected 3 to 5 tasks, got 2"):
        forgetting_diagrams.reading(2)


def test_two_worlds_colour_only_what_differs():
    for untold, blue in ((["a", "c"], 3), ([], 2)):  # its mark is one more
        ax = forgetting_diagrams.two_worlds(["a", "b", "c"], ["a", "x", "c"], untold)
        for color, count in ((style.BLUE, blue), (style.ORANGE, 2)):
            shown = [p for p in ax.patches if type(p) is Rectangle]
            assert sum(same_color(p.get_facecolor()[:3], to_rgb(color)) for p in shown) == count
        assert ("never told again" in texts(ax)) == bool(untold)
    with pytest.raises(ValueError, match="sentences of one length, got 1 and 2 words"):
        forgetting_diagrams.two_worlds(["a"], ["a", "b"])


# Two valleys ------------------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [0.0, 0.3, 5.0])
def test_springs_come_to_rest_where_the_gradient_is_zero(strength):
    a, b, H = forgetting_cures.A, forgetting_cures.B, forgetting_cures.H_B
    P = np.diag([0.3, 4.0])
    theta = np.zeros(2)
    for _ in range(20_000):
        theta = theta - 0.02 * (H @ (theta - b) + strength * P @ (theta - a))
    ours = forgetting_cures.tied_minimum(a, b, H, P, strength)
    np.testing.assert_allclose(ours, theta, atol=1e-6)
    if strength == 0:
        np.testing.assert_allclose(ours, b)


@pytest.mark.parametrize("strength", [0.2, 1.0, 4.0])
def test_ewc_keeps_more_than_l2_at_the_same_loss_on_the_new_task(strength):
    """The drawing compares fairly, and what it says is what the losses are."""
    ax = forgetting_cures.springs(strength=strength)
    marks = {line.get_marker(): line for line in ax.lines}
    ewc, l2 = (np.array([marks[m].get_xdata()[0], marks[m].get_ydata()[0]]) for m in "Ds")
    fc = forgetting_cures

    def loss(theta, center, H):
        return 0.5 * (theta - center) @ H @ (theta - center)

    assert loss(ewc, fc.B, fc.H_B) == pytest.approx(loss(l2, fc.B, fc.H_B), rel=1e-6)
    assert loss(ewc, fc.A, fc.H_A) < 0.8 * loss(l2, fc.A, fc.H_A)
    assert loss(l2, fc.A, fc.H_A) < loss(fc.B, fc.A, fc.H_A)
    assert f"EWC: old loss {loss(ewc, fc.A, fc.H_A):.2f}" in texts(ax)
    assert f"L2: old loss {loss(l2, fc.A, fc.H_A):.2f}" in texts(ax)
    assert ax.get_xlabel()
    assert ax.get_ylabel()
    assert fc.springs(ax=ax) is ax


# Matrices ---------------------------------------------------------------------------------------


def test_a_matrix_writes_the_mean_of_the_seeds_and_outlines_what_is_new():
    ax = forgetting_matrices.plot_matrix(R)
    expected = [f"{v:.2f}".removeprefix("0") for v in R.mean(axis=0).ravel()]
    assert numbers_by_place(ax) == expected
    assert [p.get_xy() for p in outlined(ax)] == [
        (i + 0.04, pytest.approx(i + 0.14)) for i in range(4)
    ]
    hatched = [p for p in ax.patches if p.get_hatch()]
    assert len(hatched) == 6  # the tasks that are still to come
    assert numbers_by_place(forgetting_matrices.plot_matrix(R.mean(axis=0))) == expected


def test_matrices_stand_side_by_side_and_leave_empty_what_was_not_measured():
    joint = np.full((4, 4), np.nan)
    joint[-1] = 1.0
    ax = forgetting_matrices.plot_matrices({"EWC": R, "joint": joint}, ["a", "b", "c", "d"])
    assert {"EWC", "joint"} <= set(texts(ax))
    assert texts(ax).count("1") == 4
    assert len(outlined(ax)) == 4 + 1
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "c", "d"] * 2
    assert [t.get_text() for t in ax.get_yticklabels()] == ["1", "2", "3", "4"]
    with pytest.raises(ValueError, match=r"expected 'x' of shape \(4, 4\), got \(3, 3\)"):
        forgetting_matrices.plot_matrices({"EWC": R, "x": np.eye(3)})


def test_tasks_that_were_learned_together_are_new_together():
    """Two kinds of old facts, both known after the first stage, and new ones after the second."""
    M = np.array([[0.9, 0.8, 0.1], [0.6, 0.2, 1.0]])
    ax = forgetting_matrices.plot_matrix(M, learned=[0, 0, 1])
    assert [p.get_xy()[0] for p in outlined(ax)] == [0.04, 1.04, 2.04]
    assert len([p for p in ax.patches if p.get_hatch()]) == 1
    with pytest.raises(ValueError, match="expected the stage of each of 3 tasks, got 2"):
        forgetting_matrices.plot_matrix(M, learned=[0, 1])


def test_a_confusion_shows_shares_of_its_rows():
    counts = np.array([[8, 2, 0], [0, 0, 4], [0, 0, 0]])
    ax = forgetting_matrices.plot_confusion({"EWC": counts}, ["0", "1", "2"], [(0, 1), (2,)])
    cells = [p for p in ax.patches if same_color(p.get_facecolor()[:3], to_rgb(style.BLUE))]
    shades = sorted(round(float(p.get_facecolor()[3]), 6) for p in cells if p.get_fill())
    assert shades == [0.2, 0.8, 1.0]
    assert [p.get_width() for p in outlined(ax)] == [2, 1]
    with pytest.raises(ValueError, match=r"expected 'x' of shape \(2, 2\), got \(3, 3\)"):
        forgetting_matrices.plot_confusion({"x": counts}, ["0", "1"])


def test_class_shares_stand_beside_what_they_should_be():
    rows = np.array([[0.1, 0.9], [0.3, 0.7]])
    ax = forgetting_matrices.plot_class_share(
        {"EWC": rows, "replay": rows[1]}, ["0", "1"], [1], ("in the test set", 0.5)
    )
    heights = [p.get_height() for p in ax.patches if type(p) is Rectangle and p.get_width() < 0.5]
    np.testing.assert_allclose(heights, [0.2, 0.8, 0.3, 0.7])
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [set(line.get_ydata()) for line in dotted] == [{0.5}]
    assert "last task" in texts(ax)
    legend = {t.get_text() for t in ax.get_legend().get_texts()}
    assert legend == {"EWC", "replay", "in the test set"}


# Plots ------------------------------------------------------------------------------------------


def test_methods_show_each_seed_the_mean_and_the_interval_they_are_given():
    seeds = {"naive": np.array([0.4, 0.5, 0.6]), "replay": np.array([0.8, 0.9, 0.85])}
    ax = forgetting_methods.plot_methods(
        seeds, intervals={"naive": (0.25, 0.75)}, reference={"joint": 0.96}
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["naive", "replay"]
    assert {"0.50", "0.85", "joint"} <= set(texts(ax))
    spans = [list(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 2.6]
    assert spans == [[0.25, 0.75], [0.8, 0.9]]  # without an interval: all seeds
    dots = [sorted(line.get_xdata()) for line in ax.lines if line.get_marker() == "."]
    assert dots == [[0.4, 0.5, 0.6], [0.8, 0.85, 0.9]]
    assert any(set(line.get_xdata()) == {0.96} for line in ax.lines)


def test_old_and_new_share_a_row():
    ax = forgetting_methods.plot_methods(
        {"old": {"naive": [0.1, 0.2]}, "new": {"naive": [0.9, 1.0]}}, "facts known"
    )
    rows = {line.get_marker(): float(line.get_ydata()[0]) for line in ax.lines if line.get_label()}
    assert rows["o"] < 0 < rows["s"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["old", "new"]
    assert ax.get_xlabel() == "facts known"


def test_names_of_dots_touch_nothing():
    pairs = {f"method {k}": np.array([[0.9 + 0.001 * k, 0.95]]) for k in range(7)}
    ax = forgetting_methods.plot_old_new(pairs | {"naive": np.array([[0.1, 1.0], [0.3, 0.9]])})
    ax.figure.draw_without_rendering()
    names = [t for t in ax.texts if isinstance(t, Annotation)]
    assert sorted(t.get_text() for t in names) == sorted([*pairs, "naive"])
    words = [Text.get_window_extent(t) for t in names]  # without the thin line to its dot
    for i, one in enumerate(words):
        assert one.x1 <= ax.figure.bbox.x1
        for other in words[:i]:
            beside = one.x1 <= other.x0 or other.x1 <= one.x0
            assert beside or one.y1 <= other.y0 or other.y1 <= one.y0
    crosses = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert [list(line.get_xdata()) for line in crosses][-2] == [0.1, 0.3]
    assert [list(line.get_ydata()) for line in crosses][-1] == [0.9, 1.0]


def test_each_task_starts_at_its_own_stage():
    ax = forgetting_plots.plot_curves(R)
    for j, line in enumerate(ax.lines):
        np.testing.assert_allclose(line.get_xdata(), np.arange(j + 1, 5))
        np.testing.assert_allclose(line.get_ydata(), R[:, j:, j].mean(axis=0))
    assert len(ax.collections) == 4  # a band each
    assert {"task 1", "task 4"} <= set(texts(ax))


def test_training_is_cut_where_tasks_change_and_names_stand_apart():
    steps = np.arange(0, 100, 5)
    ax = forgetting_plots.plot_over_training(steps, {"naive": np.ones(20)}, [30, 60])
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [line.get_xdata()[0] for line in dotted] == [30, 60]
    where = {t.get_text(): t.get_position()[0] for t in ax.texts}
    assert where["task 1"] == 15
    assert where["task 2"] == 45
    assert where["task 3"] == 77.5
    alone = forgetting_plots.plot_over_training(steps, {"naive": np.ones(20)})
    assert texts(alone) == ["naive"]


def test_the_shortcut_stands_at_its_batch_and_zeros_are_counted():
    exact = np.array([1e-3, 1e-2, 0.0, 1e-4])
    ax = forgetting_plots.plot_fisher(exact, exact / 32, "batched", 32)
    dots, equal, shortcut = ax.lines
    assert len(dots.get_xdata()) == 3
    np.testing.assert_allclose(equal.get_ydata(), equal.get_xdata())
    np.testing.assert_allclose(shortcut.get_ydata(), shortcut.get_xdata() / 32)
    assert "1 of 4 weights are 0" in ax.get_xlabel()
    assert "1/32 of it" in texts(ax)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    plain = forgetting_plots.plot_fisher(exact[:2], exact[:2])
    assert "weights are 0" not in plain.get_xlabel()
    assert len(plain.lines) == 2
    assert forgetting_plots.plot_fisher(np.zeros(2), np.ones(2)).get_ylabel()  # nothing to draw


def test_what_is_fair_is_marked_with_the_noise_of_so_many_runs():
    ax = forgetting_plots.plot_kept({"reservoir": np.full(40, 0.25)}, 0.25, runs=300)
    half = 1.96 * (0.25 * 0.75 / 300) ** 0.5
    band = next(p for p in ax.patches if type(p) is Rectangle)
    assert band.get_y() == pytest.approx(0.25 - half)
    assert band.get_height() == pytest.approx(2 * half)
    assert "fair: k / N = 0.25" in texts(ax)


def test_values_of_a_knob_stand_at_equal_ratios_and_zero_one_step_before():
    np.testing.assert_allclose(places([0, 0.1, 1, 10]), [-2, -1, 0, 1])
    np.testing.assert_allclose(places([0, 50]), [np.log10(50) - 1, np.log10(50)])
    np.testing.assert_allclose(places([10, 1000]), [1, 3])
    np.testing.assert_allclose(places([0]), [0])
    for wrong in ([], [1, 1], [2, 1], [-1, 1], [1, np.nan]):
        with pytest.raises(ValueError, match="expected growing values from 0 on"):
            places(wrong)
    ax = forgetting_plots.plot_trade([0, 1, 100], np.ones((3, 2)), np.zeros(3), "λ")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "1", "100"]
    assert {"old", "new"} <= set(texts(ax))


def test_weights_stand_below_the_excess_that_they_follow():
    steps = np.arange(10)
    panels = forgetting_plots.plot_weights(
        steps, {"old": np.ones((3, 10)), "new": np.ones(10)}, np.full((3, 10), 0.5)
    )
    above, below = panels
    assert above.figure is below.figure
    assert above.get_ylabel() == "nats above the floor"
    assert below.get_xlabel() == "training step"
    assert below.get_xlim() == above.get_xlim()
    _, axes = plt.subplots(2, 1)
    assert forgetting_plots.plot_weights(
        steps, {"old": np.ones(10)}, np.ones(10), axes=axes
    ) == list(axes)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: forgetting_matrices.plot_matrices({"naive": R, "EWC, λ = 100": R, "c": R}),
        lambda: forgetting_methods.plot_methods(
            {"a": [0.1, 0.2], "b": [0.9]}, reference={"chance": 0.1, "joint": 0.9}
        ),
        lambda: forgetting_plots.plot_curves(R),
        lambda: forgetting_cures.springs(),
    ],
)
def test_what_a_plot_says_lies_inside_its_figure(draw):
    ax = draw()
    ax.figure.draw_without_rendering()
    page = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 - 1 <= box.x0, text.get_text()
        assert box.x1 <= page.x1 + 1, text.get_text()
        assert page.y0 - 1 <= box.y0, text.get_text()
        assert box.y1 <= page.y1 + 1, text.get_text()
