"""The explorables of chapters 3 and 4, without a browser: rules, twins, words and stills.

The timeline of models is in test_interactive_timeline.py.
"""

import json
import re

import numpy as np
import pytest
import torch
from figure_pages import (
    SVG,
    comes_in_four_forms,
    laid_out,
    page_and_links,
    still_and_words_follow,
    words_used,
)
from matplotlib.text import Text
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.evolution import blocks
from llmbook_utils.interactive import (
    AttentionExplorer,
    CompressionExplorer,
    Explorable,
    SampleEfficiency,
)
from llmbook_utils.interactive import attention_explorer as ae
from llmbook_utils.interactive import compression_explorer as ce
from llmbook_utils.interactive import sample_efficiency as se
from llmbook_utils.interactive.theme import LIGHT, STATIC

STYLE = (STATIC / "pretrained.css").read_text(encoding="utf-8")
TOKENS = ["Mara", "lives", "in", "Oslo", "."]
ORDER = [2, 0, 4, 1, 3]
T = len(TOKENS)


def weights(allowed, layers=2, heads=3, seed=0):
    """Attention as the course computes it, (L, H, T, S), with random queries and keys."""
    g = torch.Generator().manual_seed(seed)
    rows, keys = allowed.shape
    q = 3 * torch.randn(layers, heads, rows, 4, generator=g)
    k = torch.randn(layers, heads, keys, 4, generator=g)
    return blocks.attention(q, k, k, allowed)[1]


def attention(**settings):
    causal = blocks.causal(T)
    memory = torch.cat([torch.ones(T, 2, dtype=torch.bool), causal], dim=1)
    views = {
        "GPT": {"tokens": TOKENS, "weights": weights(causal), "note": "Only what stands before."},
        "XLNet": {
            "tokens": TOKENS,
            "weights": weights(blocks.permuted(ORDER, itself=False), 1, 2),
            "order": ORDER,
        },
        "XL": {
            "tokens": TOKENS,
            "keys": ["He", "bakes", *TOKENS],
            "memory": 2,
            "weights": weights(memory),
        },
        "cross": {
            "tokens": ["玛拉", "住", "在"],
            "keys": TOKENS,
            "source": True,
            "weights": weights(torch.ones(3, T, dtype=torch.bool), 1, 1),
        },
    }
    return AttentionExplorer.of(views, **settings)


SIZES = [8, 32, 128]
TASKS = {
    "entities": {
        "sizes": SIZES,
        "metric": "F1",
        "scores": {
            "pretrained": [[0.5, 0.7, 0.9], [0.6, 0.8, 0.9]],
            "from scratch": [[0.1, 0.3, 0.8], [0.1, 0.2, 0.7]],
        },
    },
    "modelling": {
        "sizes": SIZES,
        "metric": "perplexity",
        "scores": {"pretrained": [[3.0, 2.6, 2.5]], "from scratch": [[30.0, 9.0, 4.0]]},
    },
}


def efficiency(**settings):
    return SampleEfficiency.of(TASKS, ["modelling"], **settings)


SHARES, BITS = [0.0, 0.5, 0.9], [4, 8, 32]
KILOBYTES = [[14, 8, 4], [26, 14, 6], [100, 51, 11]]
LOSS = [[1.0, 1.1, 2.0], [0.87, 0.95, 1.7], [0.86, 0.94, 1.6]]
F1 = [[0.8, 0.75, 0.1], [0.97, 0.9, 0.3], [0.97, 0.92, 0.4]]


CLOSE = [[1.0, 3.0], [1.0, 1.51], [1.0, 1.5]]


def compression(**settings):
    quality = {"loss": LOSS, "entity F1": F1}
    return CompressionExplorer.of(SHARES, BITS, KILOBYTES, quality, ["loss"], **settings)


FIGURES = {
    "attention": attention,
    "attention, cross": lambda: attention(view="cross"),
    "attention, permuted": lambda: attention(view="XLNet", head=2),
    "efficiency": efficiency,
    "compression": lambda: compression(share=1, bit=1),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# Attention --------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["GPT", "XLNet", "XL", "cross"])
@pytest.mark.parametrize(("layer", "head"), [(0, 0), (0, 1), (1, 3), (5, 9)])
def test_weights_in_javascript_and_python_are_one(view, layer, head):
    figure = attention(view=view, layer=layer, head=head)
    state = json.dumps(figure.views[view])
    theirs = javascript("attention_explorer", f"figure.shown({state}, {layer}, {head})")
    np.testing.assert_allclose(np.array(theirs) / 1000, figure.weights, atol=1e-9)


def test_weights_shown_are_those_of_the_head_or_the_mean_of_all():
    given = weights(blocks.causal(T)).numpy()
    figure = attention(layer=1)
    np.testing.assert_allclose(figure.weights, given[1].mean(axis=0), atol=6e-4)
    figure.head = 3
    np.testing.assert_allclose(figure.weights, given[1, 2], atol=6e-4)
    figure.head, figure.layer = 99, 99  # an architecture may have fewer of both
    np.testing.assert_allclose(figure.weights, given[1, 2], atol=6e-4)


def test_what_may_be_seen_is_what_the_mask_allows():
    figure = attention()
    np.testing.assert_array_equal(figure.may, blocks.causal(T))
    figure.view = "XLNet"
    np.testing.assert_array_equal(figure.may, blocks.permuted(ORDER, itself=False))
    figure.view = "cross"
    assert figure.may.all()


def test_a_weight_too_small_to_travel_is_still_allowed():
    tiny = np.array([[[[1.0, 0.0], [1 - 1e-5, 1e-5]]]])
    figure = AttentionExplorer.of({"a": {"tokens": ["It", "is"], "weights": tiny}})
    assert figure.may.tolist() == [[True, False], [True, True]]
    assert figure.weights.tolist() == [[1, 0], [1, 0]]


def test_the_words_say_how_far_a_token_may_look():
    figure = attention(token=2)
    assert "“in” may look at 3 of 5 tokens" in figure.describe()
    assert "Only what stands before." in figure.describe()
    figure.view, figure.token = "XLNet", ORDER[0]
    assert "may look at 0 of 5 tokens. It looks most at nothing" in figure.describe()
    assert "In the order of prediction it is number 1." in figure.describe()
    figure.view, figure.token = "cross", 9
    assert "“在” may look at 5 of 5" in figure.describe()


def test_the_keys_looked_at_most_in_javascript_and_python_are_one():
    figure = attention(view="XL", layer=1, head=2)
    for token in range(T):
        figure.token = token
        row = (1000 * figure.weights[token]).round().tolist()
        places = javascript("attention_explorer", f"figure.most({row})")
        assert [figure.views["XL"]["keys"][j] for j in places] == [key for key, _ in figure.most()]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tokens": ["a"]}, r"expected weights of shape \(L, H, 1, 1\) in 'x', got \(1, 1, 2, 2\)"),
        ({"weights": [[[[0.5, 0.4], [0, 1]]]]}, "expected rows of weights that add up to 1 in 'x'"),
        ({"weights": [[[[1.5, -0.5], [0, 1]]]]}, "expected rows of weights that add up to 1"),
        ({"memory": 3}, "expected a memory of 0 to 2 keys in 'x', got 3"),
        ({"order": [0, 0]}, "expected an order of the places 0 to 1 in 'x'"),
        ({"colour": 1}, "expected only .* in 'x', got 'colour'"),
    ],
)
def test_attention_that_does_not_fit_is_refused(change, message):
    view = {"tokens": ["a", "b"], "weights": [[[[1.0, 0.0], [0.5, 0.5]]]]}
    with pytest.raises(ValueError, match=message):
        AttentionExplorer.of({"x": view | change})
    with pytest.raises(ValueError, match="expected 'weights' in 'x'"):
        AttentionExplorer.of({"x": {"tokens": []}})
    with pytest.raises(ValueError, match="at least one architecture, got none"):
        AttentionExplorer.of({})


# Sample efficiency ------------------------------------------------------------------------------


@pytest.mark.parametrize("goal", [0, 10, 37, 70, 95, 100])
@pytest.mark.parametrize("task", list(TASKS))
def test_what_a_score_costs_in_javascript_and_python_is_one(task, goal):
    figure = efficiency(task=task, goal=goal)
    state = json.dumps(figure.tasks[task])
    asked = javascript("sample_efficiency", f"figure.score({state}, {goal})")
    assert asked == pytest.approx(figure.asked, rel=1e-9)
    for name, labels in figure.needed.items():
        rows = json.dumps(figure.tasks[task]["scores"][name])
        low = json.dumps(figure.tasks[task]["low"])
        code = f"figure.needed({SIZES}, figure.mean({rows}), {figure.asked}, {low})"
        theirs = javascript("sample_efficiency", code)
        assert theirs == (None if labels is None else pytest.approx(labels, rel=1e-9))


def test_the_words_say_how_many_labels_are_saved():
    figure = efficiency(goal=75)  # 0.1 to 0.9: 0.7
    assert figure.asked == pytest.approx(0.7)
    assert figure.needed["pretrained"] == pytest.approx(8 * 4 ** (0.15 / 0.2))
    words = figure.describe()
    assert "pretrained needs about 23 labels" in words
    assert "For each label of “pretrained”, “from scratch” needs" in words
    times = 8 * 4 ** (1 + 0.45 / 0.5) / figure.needed["pretrained"]  # from scratch .1, .25, .75
    assert f"needs {times:.2g} labels." in words
    figure.goal = 100
    assert "from scratch needs more than 128 labels" in figure.describe()
    assert "For each label" not in figure.describe()
    figure.goal = 10
    assert "pretrained needs 8 labels or fewer" in figure.describe()
    assert re.search(r"“from scratch” needs [\d.]+ labels or more", figure.describe())
    turned = {"scores": dict(reversed(TASKS["entities"]["scores"].items()))}
    other = SampleEfficiency.of({"entities": TASKS["entities"] | turned}, goal=75)
    assert f"“pretrained”, “from scratch” needs {times:.2g} labels" in other.describe()
    figure.task = "modelling"  # from the worst to the best perplexity
    figure.goal = 100
    assert figure.asked == 2.5
    assert figure.needed == {"pretrained": 128, "from scratch": None}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": [8, 8, 9]}, r"expected at least two growing sizes in 'x', got \[8, 8, 9\]"),
        ({"scores": {"a": [[1, 2]]}}, r"3 scores a seed for 'a' in 'x', got the shape \(1, 2\)"),
        ({"scores": {}}, "expected one to three curves in 'x', got 0"),
    ],
)
def test_scores_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        SampleEfficiency.of({"x": TASKS["entities"] | change})
    with pytest.raises(ValueError, match="expected 'scores' in 'x'"):
        SampleEfficiency.of({"x": {"sizes": [1], "metric": "F1"}})
    with pytest.raises(ValueError, match="at least one task, got none"):
        SampleEfficiency.of({})


# Compression ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "low"), [(LOSS, True), (F1, False)])
def test_the_front_in_javascript_and_python_is_one_and_cannot_be_beaten(table, low):
    theirs = javascript(
        "compression_explorer",
        f"figure.front({json.dumps(KILOBYTES)}, {json.dumps(table)}, {json.dumps(low)})",
    )
    ours = ce.front(KILOBYTES, table, low)
    assert [tuple(place) for place in theirs] == ours
    size, value = np.array(KILOBYTES), np.array(table) * (1 if low else -1)
    beaten = np.array(
        [
            [((size <= s) & (value <= v) & ((size < s) | (value < v))).any() for s, v in pairs]
            for pairs in (zip(a, b, strict=True) for a, b in zip(size, value, strict=True))
        ]
    )
    assert sorted(ours) == sorted(zip(*np.nonzero(~beaten), strict=True))


def test_the_setting_says_its_size_and_quality():
    figure = compression()
    assert (figure.kilobytes, figure.value) == (100, 0.86)  # it opens before compression
    figure.share, figure.bit, figure.measure = 1, 1, "entity F1"
    assert (figure.kilobytes, figure.value) == (14, 0.9)
    words = figure.describe()
    assert "50 % of its weights pruned and 8 bits a weight: 14 kB, 14 % of the original" in words
    assert "entity F1 0.9, before compression 0.97" in words


def test_no_compression_is_all_of_the_original_and_tiny_parts_keep_their_digits():
    assert "100 kB, 100 % of the original" in compression().describe()
    tiny = CompressionExplorer.of([0.0], [1, 32], [[0.34], [100]], {"loss": [[2], [1]]}, bit=0)
    assert "0.34 kB, 0.34 % of the original" in tiny.describe()


@pytest.mark.parametrize(("low", "high"), [(37, 520), (0.4, 3), (1, 100)])
def test_sizes_stand_at_round_numbers_in_javascript_and_python(low, high):
    ours = ce.round_sizes(low, high)
    assert javascript("compression_explorer", f"figure.round({low}, {high})") == ours
    assert ours == sorted(ours)
    assert {37: [50, 100, 200, 500], 0.4: [0.5, 1, 2], 1: [1, 2, 5, 10, 20, 50, 100]}[low] == ours


@pytest.mark.parametrize("make", [compression, efficiency], ids=["compression", "efficiency"])
def test_the_still_names_its_lines_and_no_text_touches_another(make):
    figure = laid_out(make())
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    words = " ".join(text.get_text() for text in texts)
    for name in ("others", "front", "before") if make is compression else ("seeds", "asked"):
        assert (ce.LABELS | se.LABELS)[name] in words
    page = figure.bbox
    for i, one in enumerate(boxes):
        assert page.x0 <= one.x0, texts[i]
        assert one.x1 <= page.x1, texts[i]
        for j, other in enumerate(boxes[:i]):
            apart = one.x1 <= other.x0 or other.x1 <= one.x0
            assert apart or one.y1 <= other.y0 + 1 or other.y1 <= one.y0 + 1, (texts[i], texts[j])


def test_curves_name_their_bits_unless_they_end_together():
    named = compression()._named()
    assert named[0] == (2, 1.6)  # the chosen one, in any case
    assert [b for b, _ in named] == [2, 0, 1]
    close = CompressionExplorer.of([0.0, 0.5], [4, 8, 32], [[1, 1]] * 3, {"loss": CLOSE}, bit=1)
    assert [b for b, _ in close._named()] == [1, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 0.0], [8], [[1, 2]], {"loss": [[1, 2]]}), "expected growing shares and bits"),
        (([0.0], [8], [[1]], {"loss": [[1, 2]]}), r"finite 'loss' of shape \(1, 1\), got .*1, 2"),
        (([0.0], [8], [[1]], {"loss": [[np.nan]]}), "expected finite 'loss'"),
        (([0.0], [8], [[1]], {}), "expected one to four measures, got 0"),
        (([0.0], [8], [[1]], {"loss": [[1]]}, ["F1"]), "expected a measure, got 'F1'"),
    ],
)
def test_measurements_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        CompressionExplorer.of(*arguments)


def test_settings_out_of_range_are_refused():
    with pytest.raises(TraitError, match="expected share below 3, got 3"):
        compression(share=3)
    with pytest.raises(TraitError):
        efficiency(goal=101)


# What a figure embeds ---------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (attention, "view", "XL"),
        (attention, "layer", 1),
        (attention, "head", 2),
        (attention, "token", 0),
        (efficiency, "task", "modelling"),
        (efficiency, "goal", 20),
        (compression, "share", 2),
        (compression, "bit", 0),
        (compression, "measure", "entity F1"),
    ],
)
def test_the_still_and_the_words_follow_the_state(make, name, value):
    still_and_words_follow(make(), **{name: value})


def test_the_page_is_the_same_every_time_and_asks_no_other_host(figure):
    page, links = page_and_links(figure)
    assert links == {SVG}
    assert len(page) < 90_000


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("attention_explorer", ae.LABELS),
        ("sample_efficiency", se.LABELS),
        ("compression_explorer", ce.LABELS),
    ],
)
def test_every_word_comes_from_the_labels(name, labels):
    assert words_used(name) == set(labels)


def test_colours_are_roles_and_every_rule_is_used():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT) | {"of"}
    names = ("attention_explorer", "sample_efficiency", "compression_explorer", "kit")
    sources = "".join((STATIC / f"{name}.js").read_text("utf-8") for name in names)
    classes = set(re.findall(r"\.(xp-[\w-]+)", STYLE))
    built = {"xp-own", "xp-memory", "xp-source", "xp-one", "xp-two", "xp-three"}
    unused = {name for name in classes - built if name not in sources}
    assert {name for name in unused if not name.startswith("xp-key-")} == set()
    for key in {name.removeprefix("xp-key-") for name in unused}:
        assert f'"{key}"' in sources
