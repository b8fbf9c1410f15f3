"""The figures of chapters 9 to 11 show what they were given: masks, pairs, peaks, limits."""

from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from diagram_rules import draws_where_it_is_told, texts_lie_inside
from matplotlib.colors import same_color, to_rgb
from matplotlib.patches import FancyBboxPatch, Rectangle

from llmbook_utils.alignment.reward import kl_best_of_n
from llmbook_utils.figures import alignment_diagrams as ad
from llmbook_utils.figures import alignment_plots as ap
from llmbook_utils.figures import reward_plots as rp
from llmbook_utils.figures import style

pytestmark = pytest.mark.usefixtures("book_style")
TOKENS = ["<q>", "Where", "?", "<a>", "Oslo", ".", "<end>"]
CARRIES = np.array([0, 0, 0, 0, 1, 1, 1], dtype=bool)
N = np.array([1, 2, 4, 8, 16])
WEAK, STRONG = np.array([0.4, 0.8, 0.9, 0.6, 0.3]), np.array([0.4, 1.0, 1.5, 1.9, 2.2])
DIAGRAMS = {
    "downstream_and_instruction": (),
    "loss_mask": (TOKENS, CARRIES),
    "ranked_pairs": (["good", "fair", "poor"], [2.0, 0.5, -1.0]),
    "reward_pipeline": (),
    "scalar_head": (),
    "ppo_loop": (),
}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def rectangles(ax, color):
    found = [p for p in ax.patches if type(p) is Rectangle]
    return [p for p in found if same_color(p.get_facecolor()[:3], to_rgb(color))]


def stars(ax):
    return [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "*"]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_draws_where_it_is_told(name):
    draws_where_it_is_told(getattr(ad, name), *DIAGRAMS[name])


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_text_of_a_diagram_leaves_the_figure(name):
    texts_lie_inside(getattr(ad, name)(*DIAGRAMS[name]), slack=0)


def test_loss_mask_pairs_each_token_with_the_next_and_colours_what_carries_loss():
    ax = ad.loss_mask(TOKENS, CARRIES, per_row=4)
    words = [text for text in texts(ax) if text not in ("reads", "predicts")]
    assert list(zip(words[::2], words[1::2], strict=True)) == list(pairwise(TOKENS))
    assert len(rectangles(ax, style.ORANGE)) == CARRIES.sum()
    assert texts(ax).count("predicts") == 2  # two lines of four


@pytest.mark.parametrize("k", [2, 4, 5])
def test_ranked_pairs_draws_every_pair_once_with_the_winner_above(k):
    ax = ad.ranked_pairs([f"answer {i}" for i in range(k)])
    lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
    assert len(lines) == len(list(combinations(range(k), 2)))
    assert len({tuple(line.get_ydata()) for line in lines}) == len(lines)
    assert all(line.get_ydata()[0] > line.get_ydata()[1] for line in lines)
    assert f"{len(lines)} pairs" in " ".join(texts(ax))


def test_scalar_head_reads_the_last_token_that_is_not_padding():
    tokens = ["<a>", "Oslo", "<end>", "<pad>"]
    ax = ad.scalar_head(tokens)
    read = [p for p in rectangles(ax, style.ORANGE) if p.get_width() > 0.9]
    assert [int(p.get_x()) for p in read] == [2]


def test_ppo_loop_trains_two_of_four_models():
    boxes = [p for p in ad.ppo_loop().patches if isinstance(p, FancyBboxPatch)]
    frozen = [p for p in boxes if not same_color(p.get_facecolor()[:3], "white")]
    assert len(frozen) == 2
    words = " ".join(texts(ad.ppo_loop()))
    assert all(name in words for name in ("Policy", "Reference", "Reward model", "Critic"))
    counts = [words.split().count(str(n)) for n in range(1, 6)]
    assert counts == [4, 2, 2, 3, 2]  # in discs, in the list below, and in 1 ± ε


def test_data_size_draws_means_seeds_and_ceiling():
    sizes, seeds = np.array([100, 200, 400]), np.array([[0.6, 0.7, 0.8], [0.7, 0.7, 0.9]])
    ax = rp.plot_data_size(sizes, {"gold": seeds}, 0.95)
    drawn = [line.get_ydata() for line in ax.lines]
    assert np.allclose(drawn[0], seeds.mean(axis=0))
    assert any(np.allclose(row, seeds[1]) for row in drawn if len(row) == 3)
    assert any(set(row) == {0.95} for row in drawn)
    assert ax.get_ylim()[1] > 0.95
    assert {"gold", "Bayes ceiling"} <= set(texts(ax))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["100", "200", "400"]


def test_over_optimisation_uses_the_divergence_of_best_of_n_and_marks_the_peaks():
    ax = rp.plot_over_optimisation(N, {"weak": WEAK, "strong": STRONG}, {"weak": N, "strong": N})
    kl = np.array([kl_best_of_n(int(n)) for n in N])
    assert np.allclose(ax.get_xticks(), kl)
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [str(n) for n in N]
    assert np.allclose(stars(ax), [[kl[2], 0.9], [kl[4], 2.2]])
    assert {"gold, weak", "proxy, strong"} <= set(texts(ax))
    gold_alone = rp.plot_over_optimisation(N, {"weak": WEAK})
    assert not any(text.startswith("proxy") for text in texts(gold_alone))


def test_calibration_points_are_as_large_as_their_counts():
    p = np.array([0.2, 0.5, 0.8])
    ax = rp.plot_calibration(p, p, np.array([10, 40, 20]))
    (points,) = ax.collections
    assert np.allclose(points.get_offsets(), np.stack([p, p], 1))
    small, large, middle = points.get_sizes()
    assert small < middle < large


def test_confusion_writes_counts_with_the_truth_downwards():
    ax = rp.plot_confusion(np.array([[5, 1], [2, 7]]), ["town", "job"])
    written = {(*map(int, text.get_position()),): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "5", (1, 0): "1", (0, 1): "2", (1, 1): "7"}
    assert len(rectangles(ax, style.BLUE)) == 2  # the diagonal
    assert ax.yaxis_inverted()


def test_score_against_gold_states_the_correlation():
    x = np.linspace(0, 1, 20)
    assert "r = −1.00" in texts(rp.plot_score_against_gold(x, -x))


def test_token_rows_show_signs_by_colour_and_leave_out_what_is_not_there():
    rows = {"reward": np.array([0.0, -1.0]), "weight": np.array([np.nan, 0.5])}
    ax = ap.plot_token_rows(["Oslo", "<end>"], rows)
    assert [t for t in texts(ax) if t[-1].isdigit()] == ["0.00", "−1.00", "0.50"]
    assert len(rectangles(ax, style.BLUE)) == 1
    strongest = max(rectangles(ax, style.ORANGE), key=lambda cell: cell.get_alpha())
    assert strongest.get_alpha() == pytest.approx(0.6)


def test_proxy_and_gold_mark_the_peak_of_gold():
    steps, gold = np.arange(5), np.array([0.0, 1.0, 2.0, 1.0, -1.0])
    assert stars(ap.plot_proxy_and_gold(steps, steps, gold)) == [[2.0, 2.0]]
    assert stars(ap.plot_proxy_and_gold(steps, steps, gold, peak=False)) == []
    runs = {"β = 0": gold, "β = 0.1": gold + 1}
    ax = ap.plot_proxy_and_gold(steps, dict.fromkeys(runs, steps), runs)
    assert {"gold, β = 0", "proxy, β = 0.1"} <= set(texts(ax))
    names = {"proxy, β = 0": style.BLUE, "gold, β = 0": style.BLUE, "gold, β = 0.1": style.ORANGE}
    for text in ax.texts:
        if text.get_text() in names:
            assert same_color(text.get_color(), style.darker(names[text.get_text()]))


def test_diagnostics_have_a_panel_each_and_their_limits():
    steps = np.arange(6)
    series = dict.fromkeys("abcd", steps * 1.0) | {"rewards": {"proxy": steps, "gold": -steps}}
    panels = ap.plot_diagnostics(steps, series, {"b": 3.5})
    assert [ax.get_title(loc="left") for ax in panels] == list(series)
    assert [len(ax.lines) for ax in panels] == [1, 2, 1, 1, 2]
    assert set(panels[1].lines[1].get_ydata()) == {3.5}
    assert len(panels[0].figure.axes) == 5  # no empty panel is left
    assert [bool(ax.get_xlabel()) for ax in panels] == [False, False, True, True, True]
    named = ap.plot_diagnostics(steps, series, units={"b": "nats"})
    assert [ax.get_ylabel() for ax in named] == ["", "nats", "", "", ""]
    own = plt.subplots(1, 5)[1]
    assert ap.plot_diagnostics(steps, series, axes=own) == list(own)


def test_frontier_is_drawn_over_the_root_of_the_divergence():
    kl, reward = np.array([0.0, 1.0, 4.0]), np.array([0.4, 1.2, 1.0])
    ax = ap.plot_frontier({"PPO": (kl, reward)}, {"DPO": (2.25, 1.1)}, {"PPO": reward + 1})
    assert np.allclose(ax.lines[0].get_xdata(), [0, 1, 2])
    assert any(np.allclose(line.get_xydata(), [[1.5, 1.1]]) for line in ax.lines)
    assert any(np.allclose(line.get_ydata(), reward + 1) for line in ax.lines)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["PPO", "DPO"]
    names = [tick.get_text() for tick in ax.get_xticklabels()]
    assert ax.get_xticks()[names.index("4")] == pytest.approx(2)
