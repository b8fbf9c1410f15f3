"""Every plot function labels its axes, draws where it is told, and never shows by itself."""

import ast
import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import numpy as np
import pytest
from contrast import contrast
from matplotlib.axes import Axes

import llmbook_utils.figures
from llmbook_utils.autograd import Value
from llmbook_utils.figures import diagrams, style

pytestmark = pytest.mark.usefixtures("book_style")
rng = np.random.default_rng(0)
line = np.linspace(0.1, 1, 12)
plane = rng.normal(size=(30, 2))
ARGUMENTS = {
    "fits.plot_points": (line, line**2, line, line),
    "fits.plot_fit": (line, line**2, line, line, line + 0.1),
    "fits.plot_errors_by_degree": (np.arange(1, 13), line[::-1].copy(), line, 0.06),
    "predictions.plot_predicted": (line, line + 0.1, "score"),
    "predictions.plot_image": (rng.random((8, 8)), "a digit"),
    "predictions.plot_label_probabilities": (["a", "b"], line[:2], line[2:4], ("one", "two")),
    "series.plot_forecast": (rng.normal(size=30), line, line),
    "series.plot_error_by_horizon": (line, line * 3, line * 3, 3.0),
    "groups.plot_projection": (plane, np.arange(30) % 10),
    "optimisation.plot_paths": (lambda w: w[0] ** 2 + w[1] ** 2, {"SGD": plane}, (-2, 2, -2, 2)),
    "optimisation.plot_curves": ({"SGD": rng.random((3, 20))}, "loss"),
    "decisions.plot_regions": (plane, np.arange(30) % 2, line, line, rng.random((12, 12))),
    "decisions.plot_threshold": (line, line[::-1].copy(), line, line, 0.3),
    "roofline.plot_roofline": (1555, 19_500, line * 20, line * 900, [f"k{i}" for i in range(12)]),
    "cuda_lessons.plot_useful_speed": ({"sum": {"ours": 2.3, "theirs": 2918.0}}, 3352),
    "roofline.plot_ladder": ({"RTX A6000": {"naive": 1.3, "tiled": 12.8}},),
    "traffic.plot_bank_conflicts": (np.arange(32) * 2,),
    "cuda_lessons.plot_reduction_tree": (np.arange(8),),
    "cuda_lessons.plot_warp_work": (np.arange(64) % 7 + 1,),
    "ablation.plot_shares": ({"all": {"data": 0.6, "model": 0.3, "both": 0.1}},),
    "language_models.plot_surprise": (["It", "is"], line[:2]),
    "language_models.plot_next_words": (
        ["a", "b"],
        {"model": line[:2], "T = 2": line[2:4]},
        line[:2],
    ),
    "language_models.plot_loss_by_order": (
        np.arange(1, 13),
        {"add-k": line, "KN": line + 0.1},
        0.05,
    ),
    "language_models.plot_training": (np.arange(12), {"training": line}, 0.05, {"5-gram": 0.5}),
    "language_models.plot_cost_by_kind": (
        {"5-gram": {"fact": 2.0, "end": 1.0}},
        {"fact": 1.5, "end": 0.9},
    ),
    "language_models.plot_word_map": (plane, [f"w{i}" for i in range(30)], ["town", "job"] * 15),
    "language_models.plot_trade": (
        {"top-k": line[:2]},
        {"top-k": line[2:4]},
        {"top-k": ["1", "2"]},
        "variety",
        "valid",
    ),
    "compression.plot_interval": (["a"], [{"a": (0.0, 0.4), "b": (0.4, 1.0)}]),
    "compression.plot_sizes": ({"gzip": 2.2, "5-gram": 0.5}, 0.3),
    "pretraining_plots.plot_schedule": (line, 3),
    "pretraining_plots.plot_scaling": ({"runs": line * 1e5}, {"runs": line}, {"runs": (3.0, 0.5)}),
    "pretraining_plots.plot_ratings": (rng.random((30, 5)), np.arange(30) % 3),
    "reward_plots.plot_data_size": (line * 1000, {"gold": line, "raters": rng.random((3, 12))}, 1),
    "reward_plots.plot_calibration": (line, line**2, np.arange(12) + 1),
    "reward_plots.plot_over_optimisation": (
        2 ** np.arange(5),
        {"weak": line[:5], "strong": line[5:10]},
        {"weak": line[1:6], "strong": line[6:11]},
    ),
    "reward_plots.plot_parts": ({"people": {"fact": 1.0, "rude": -0.3}, "model": {"fact": 0.8}},),
    "reward_plots.plot_score_against_gold": (line, line**2),
    "reward_plots.plot_confusion": (np.array([[5, 1], [2, 7]]), ["town", "job"]),
    "reward_plots.plot_class_scores": ({"town": {"precision": 0.9, "recall": 0.8}},),
    "alignment_plots.plot_token_rows": (["Oslo", "."], {"value": line[:2], "reward": -line[:2]}),
    "alignment_plots.plot_proxy_and_gold": (np.arange(12), line, line[::-1].copy()),
    "alignment_plots.plot_frontier": (
        {"PPO": (line, line**2)},
        {"DPO": (0.5, 0.3)},
        {"PPO": line},
    ),
    "evolution_plots.plot_attention": (np.eye(3), ["a", "b", "c"], ["d", "e", "f"]),
    "evolution_plots.plot_positions": (np.sin(plane),),
    "evolution_plots.plot_gradients": (
        np.arange(12),
        {"RNN": line**3, "LSTM": rng.random((3, 12)) + 0.1},
    ),
    "evolution_plots.plot_race": (
        {"RNN": 0.3, "GPT": 0.1, "BERT": None},
        "nats",
        {"RNN": "recurrent", "GPT": "attention"},
    ),
    "evolution_plots.plot_race_curves": ({"GPT": (line, line[::-1].copy())}, 0.05),
    "evolution_plots.plot_by_place": ({"no memory": line + 1, "memory": line}, line / 2),
    "emergence_plots.plot_scale": (line * 1000, rng.random((3, 12))),
    "emergence_plots.plot_predicted": (line * 1000, rng.random((3, 12)), line**8),
    "emergence_plots.plot_power": ((1, 2, 8), {8: (line, line**8)}),
    "emergence_plots.plot_jumps": (rng.random(200), 1.4),
    "emergence_plots.plot_capacity": (line * 1000, rng.random((3, 12)), 2 / line),
    "emergence_plots.plot_shots": (np.arange(12), {"1 layer": line, "2 layers": line**2}, 0.05),
    "emergence_curves.plot_learning": (np.arange(12), {"loss": line}, "loss", {"here": 4}, 0.1),
    "emergence_curves.plot_grokking": (np.arange(12), line, rng.random((3, 12))),
    "emergence_curves.plot_induction": (np.arange(12), {1: line + 1, 2: line}, 2.2),
    "emergence_curves.plot_heads": (rng.random((3, 2, 4)), rng.random((3, 2, 4))),
    "directions_plots.plot_task_table": (
        {"topic": {"scratch": 0.5, "pretrained": 0.9}, "modelling": {"scratch": None}},
        {"topic": "accuracy", "modelling": "perplexity"},
        ["modelling"],
    ),
    "forgetting_matrices.plot_matrix": (rng.random((3, 4, 4)), None, "EWC"),
    "forgetting_matrices.plot_matrices": ({"naive": np.eye(3), "EWC": rng.random((2, 3, 3))},),
    "forgetting_matrices.plot_confusion": (
        {"EWC": np.array([[0, 5], [1, 6]])},
        ["0", "1"],
        [(0,), (1,)],
    ),
    "forgetting_matrices.plot_class_share": (
        {"EWC": line[:3], "replay": rng.random((2, 3))},
        ["0", "1", "2"],
        [2],
        ("in the test set", 0.3),
    ),
    "forgetting_methods.plot_methods": (
        {"old": {"EWC": line[:3], "replay": line[4:6]}, "new": {"EWC": line[1:4]}},
        "facts known",
        {"old": {"EWC": (0.0, 0.5)}},
        {"joint": 0.9},
    ),
    "forgetting_methods.plot_old_new": ({"EWC": rng.random((3, 2)), "naive": np.zeros((1, 2))},),
    "forgetting_plots.plot_curves": (rng.random((3, 4, 4)),),
    "forgetting_plots.plot_over_training": (
        np.arange(12),
        {"naive": line, "EWC": rng.random((3, 12))},
        [4, 8],
    ),
    "forgetting_plots.plot_path": (line, {"old": rng.random((3, 12)), "new": line}),
    "forgetting_plots.plot_fisher": (line, line / 30, "batched", 32),
    "forgetting_plots.plot_kept": ({"reservoir": line * 0.1, "newest": line}, 0.1, 100),
    "forgetting_plots.plot_trade": ([0, 1, 10], line[:3], rng.random((3, 4))),
}
# one needs compiled kernels (test_figures_kernel_report.py), the others draw on several axes
ELSEWHERE = {
    "kernel_report.plot_costs",
    "alignment_plots.plot_diagnostics",
    "forgetting_plots.plot_weights",
    "emergence_plots.plot_rulers",
    "emergence_curves.plot_hidden_progress",
    "emergence_curves.plot_attention_heads",
}
# a picture of pixels, a tree and a table have no axes to label
PICTURES = {
    "predictions.plot_image",
    "cuda_lessons.plot_reduction_tree",
    "alignment_plots.plot_token_rows",
}


def plot_functions():
    for module in pkgutil.iter_modules(llmbook_utils.figures.__path__):
        loaded = importlib.import_module(f"llmbook_utils.figures.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            full = f"{module.name}.{name}"
            own = name.startswith("plot_") and function.__module__ == loaded.__name__
            if own and full not in ELSEWHERE:
                yield full, function


def test_every_plot_function_is_tested_here():
    assert {name for name, _ in plot_functions()} == set(ARGUMENTS)


@pytest.mark.parametrize(("name", "plot"), list(plot_functions()))
def test_plot_draws_on_the_axes_it_is_given_and_labels_them(name, plot):
    _, ax = plt.subplots()
    figures = plt.get_fignums()
    assert plot(*ARGUMENTS[name], ax=ax) is ax
    assert plt.get_fignums() == figures, "it opened a second figure"
    assert ax.has_data()
    if name not in PICTURES:
        assert ax.get_xlabel()
        assert ax.get_ylabel()


@pytest.mark.parametrize(("name", "plot"), list(plot_functions()))
def test_plot_without_axes_makes_its_own_and_leaves_its_input_alone(name, plot):
    arguments = ARGUMENTS[name]
    before = [np.copy(a) for a in arguments if isinstance(a, np.ndarray)]
    ax = plot(*arguments)
    assert isinstance(ax, Axes)
    after = [a for a in arguments if isinstance(a, np.ndarray)]
    assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))
    ax.figure.draw_without_rendering()


def test_no_module_of_figures_calls_show():
    for module in pkgutil.iter_modules(llmbook_utils.figures.__path__):
        loaded = importlib.import_module(f"llmbook_utils.figures.{module.name}")
        calls = [
            n for n in ast.walk(ast.parse(inspect.getsource(loaded))) if isinstance(n, ast.Call)
        ]
        assert not [c for c in calls if getattr(c.func, "attr", "") == "show"], module.name


def test_pipeline_names_all_five_parts():
    texts = {text.get_text() for text in diagrams.pipeline().texts}
    assert {"Data", "Model", "Loss", "Optimiser", "Evaluation"} <= texts


def test_computation_graph_has_a_box_for_each_value_and_an_arrow_for_each_use():
    w, x = Value(2.0), Value(3.0)
    root = (w * x + w).tanh()
    root.backward()
    ax = diagrams.computation_graph(root, {id(w): "w"})
    boxes = [p for p in ax.patches if type(p).__name__ == "FancyBboxPatch"]
    arrows = [p for p in ax.patches if type(p).__name__ == "FancyArrowPatch"]
    assert (len(boxes), len(arrows)) == (5, 5)
    assert "w" in {text.get_text() for text in ax.texts}


def test_finding_breaks_long_titles_into_even_lines():
    ax = plt.subplots()[1]
    style.finding(ax, "a title that is rather long and needs a second line to be read well", 40)
    first, second = ax.get_title(loc="left").split("\n")
    assert len(first) <= 40
    assert abs(len(first) - len(second)) <= 12


def test_finding_sets_the_per_cent_sign_apart():
    ax = style.finding(plt.subplots()[1], "Only 38% is work, 100 % would be %")
    assert ax.get_title(loc="left") == "Only 38\u00a0% is work, 100 % would be %"


LINES = [style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.INK]


@pytest.mark.parametrize("color", [*LINES, style.GREY])
def test_contrast_on_the_card(color):
    assert contrast(color, style.PAPER) >= 3  # lines and shapes (WCAG 1.4.11)
    assert contrast(style.darker(color), style.PAPER) >= 4.5  # small text (WCAG 1.4.3)


def test_lines_differ_in_dash_where_they_are_close_in_grey():
    cycle = plt.rcParams["axes.prop_cycle"].by_key()
    looks = list(zip(cycle["color"], cycle["linestyle"], strict=True))
    for i, (color, dash) in enumerate(looks):
        for other, other_dash in looks[:i]:
            assert dash != other_dash or contrast(color, other) >= 1.5
