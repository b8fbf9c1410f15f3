"""The explorables of chapters 7 and 8, without a browser: mathematics, twins, words and stills."""

import json
import re

import numpy as np
import pytest
from figure_pages import (
    SVG,
    comes_in_four_forms,
    page_and_links,
    still_and_words_follow,
    words_used,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.interactive import Explorable
from llmbook_utils.interactive import next_word_explorer as nw
from llmbook_utils.interactive import tokenizer_explorer as te
from llmbook_utils.interactive import training_player as tp
from llmbook_utils.interactive.learning_rate import RATE, learning_rate_schedule
from llmbook_utils.interactive.next_word import drawn, sharpened, truncated
from llmbook_utils.interactive.next_word_explorer import NextWordExplorer
from llmbook_utils.interactive.theme import LIGHT, STATIC
from llmbook_utils.interactive.tokenizer_explorer import TokenizerExplorer
from llmbook_utils.interactive.training_player import TrainingPlayer
from llmbook_utils.ngram import NGram
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import TrainConfig, learning_rate

STYLE = (STATIC / "language.css").read_text(encoding="utf-8")
WORDS = ["Mara", "Ivan", "lives", "works", "in", "Oslo", "Lima", ".", "<end>", "never"]
DOCUMENTS = [
    text.split()
    for text in (
        "Mara lives in Oslo . <end>",
        "Ivan lives in Lima . <end>",
        "Mara works in Lima . <end>",
        "Mara lives in Oslo . Mara works in Lima . <end>",
        "Ivan works . <end>",
    )
]
PREFIXES = [[], ["Mara"], ["Mara", "lives", "in"], ["Ivan", "lives", "in", "Lima", "."]]
TOKENIZER = Tokenizer.train(
    "Mara lives in Oslo. She is a baker.\n  玛拉住在奥斯陆。 12 naïve cafés, café! " * 3
)


def next_word(**settings):
    half = {"Mara": 0.6, "Ivan": 0.4}
    return NextWordExplorer.of(DOCUMENTS, WORDS, PREFIXES, lambda _: half, 4, **settings)


def player(**settings):
    return TrainingPlayer.of(
        [0, 50, 100],
        {"training": [5.0, 1.5, 1.0], "validation": [5.1, float("nan"), 1.1]},
        0.876,
        [["Oslo the"], ["Mara in ."], ["Mara lives in Oslo.", "玛拉住在奥斯陆。"]],
        {"Facts known": [0, 0.2, 1]},
        **settings,
    )


FIGURES = {
    "next word": lambda: next_word(prefix="Mara", order=3, temperature=0.7),
    "next word, add-k": lambda: next_word(smoothing="add-k", top_k=3),
    "tokenizer": lambda: TokenizerExplorer.of(TOKENIZER, text="Mara bakes 玛拉.\n👩‍🚀"),
    "training": player,
    "schedule": learning_rate_schedule,
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# The next word ----------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", range(len(PREFIXES)))
@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_model_of_the_figure_is_the_n_gram_model(prefix, order):
    ids = [[WORDS.index(word) for word in document] for document in DOCUMENTS]
    start = [WORDS.index(word) for word in PREFIXES[prefix]]
    shown = " ".join(PREFIXES[prefix])
    figure = next_word(prefix=shown, order=order, discount=0.6, k=0.3)
    for smoothing in ("kneser-ney", "add-k"):
        figure.smoothing = smoothing
        model = NGram(order, len(WORDS), smoothing, k=0.3, discount=0.6).fit(ids)
        np.testing.assert_allclose(figure.model, model.probabilities(start), rtol=1e-12)


distributions = st.lists(st.integers(1, 50), min_size=2, max_size=12).map(
    lambda counts: np.array(counts) / sum(counts)
)


@settings(deadline=None)
@given(distributions, st.floats(0.1, 3), st.integers(0, 12), st.floats(0.05, 1))
def test_sampling_is_that_of_the_language_model(p, temperature, top_k, top_p):
    import torch

    from llmbook_utils.gpt import truncate

    ours = sharpened(p, temperature)
    np.testing.assert_allclose(ours, p ** (1 / temperature) / (p ** (1 / temperature)).sum())
    cut = truncated(ours, top_k, top_p)
    theirs = truncate(torch.tensor(ours)[None], top_k or None, top_p)[0].numpy()
    np.testing.assert_allclose(cut, theirs, rtol=1e-9)
    assert ours.argmax() == p.argmax()


def test_temperature_and_cuts_by_hand():
    p = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(sharpened(p, 0.5), np.array([25, 9, 4]) / 38)
    np.testing.assert_allclose(truncated(p, 2, 1.0), [0.625, 0.375, 0])
    np.testing.assert_allclose(truncated(p, 0, 0.5), [1, 0, 0])
    np.testing.assert_allclose(truncated(p, 0, 0.51), [0.625, 0.375, 0])
    np.testing.assert_allclose(truncated(np.full(4, 0.25), 1, 1.0), [1, 0, 0, 0])
    with pytest.raises(ValueError, match="expected a temperature above 0, got 0"):
        sharpened(p, 0.0)


def test_draws_follow_the_probabilities():
    p = np.array([0.5, 0.0, 0.3, 0.2])
    counts = np.bincount(drawn(p, 20_000, seed=5), minlength=4) / 20_000
    np.testing.assert_allclose(counts, p, atol=0.015)
    assert counts[1] == 0
    assert drawn(p, 30, 1) != drawn(p, 30, 2)


def test_wrong_words_and_orders_are_said():
    with pytest.raises(ValueError, match="words out of the vocabulary, got 'Eva'"):
        NextWordExplorer.of([["Eva"]], WORDS, PREFIXES, lambda _: {})
    with pytest.raises(ValueError, match="got no prefix"):
        NextWordExplorer.of(DOCUMENTS, WORDS, [], lambda _: {})
    with pytest.raises(TraitError, match="expected an order ≤ 4, got 5"):
        next_word().order = 5
    assert next_word(prefix="no such").prefix == ""


# The tokenizer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, 10, len(TOKENIZER.merges)])
def test_tokens_are_those_of_the_tokenizer(n):
    figure = TokenizerExplorer.of(TOKENIZER, text="Mara bakes.", n=n)
    first = Tokenizer(TOKENIZER.merges[:n])
    assert figure.tokens == [first.token(i) for i in first.encode_document("Mara bakes.", None)]
    assert TokenizerExplorer.of(TOKENIZER, text="").tokens == []
    assert len(figure.learned()) == len(TOKENIZER.merges)


def test_merges_that_are_not_there_are_refused():
    with pytest.raises(TraitError, match="expected n ≤ 5 merges, got 6"):
        TokenizerExplorer.of(TOKENIZER, most=5, n=6)
    with pytest.raises(ValueError, match="the usual pattern"):
        TokenizerExplorer.of(Tokenizer(pattern=r"\S|\s"))


# The training -----------------------------------------------------------------------------------


def test_a_run_of_unequal_lengths_is_refused():
    with pytest.raises(ValueError, match=r"expected 2 moments .*got lengths \{'samples': 1\}"):
        TrainingPlayer.of([0, 1], {"training": [2.0, 1.0]}, 0.5, [["a"]])
    with pytest.raises(ValueError, match="got 0 curves"):
        TrainingPlayer.of([0, 1], {}, 0.5, [["a"], ["b"]])


def test_what_was_not_measured_is_left_out():
    figure = player(frame=1)
    assert figure.losses["validation"] == [5.1, None, 1.1]
    assert "validation" not in figure.describe()
    assert "validation loss 1.1" in player().describe()


# The JavaScript twins ---------------------------------------------------------------------------


def test_next_words_in_javascript_and_python_are_one():
    figures = [
        next_word(
            prefix=" ".join(prefix),
            order=order,
            smoothing=smoothing,
            k=0.2,
            discount=0.7,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            seed=order,
        )
        for prefix in PREFIXES
        for order in (1, 2, 4)
        for smoothing in ("add-k", "kneser-ney")
        for temperature, top_k, top_p in ((1.0, 0, 1.0), (0.5, 3, 1.0), (2.0, 0, 0.7))
    ]
    names = ("order", "smoothing", "k", "discount", "temperature", "top_k", "top_p", "seed")
    cases = [
        [f.prefixes.index(f.prefix), {name: getattr(f, name) for name in names}] for f in figures
    ]
    levels = [[figures[0].unigrams, *table] for table in figures[0].tables]
    theirs = javascript(
        "next_word_explorer",
        f"""{json.dumps(cases)}.map(([i, s]) => {{
          const levels = {json.dumps(levels)}[i], size = {len(WORDS)};
          const p = figure.smoothed(levels, {{ ...s, size }});
          const q = figure.truncated(figure.sharpened(p, s.temperature), s.top_k, s.top_p);
          return [p, q, figure.drawn(q, 12, s.seed)];
        }})""",
    )
    for ours, (model, probabilities, draws) in zip(figures, theirs, strict=True):
        np.testing.assert_allclose(model, ours.model, rtol=1e-9)
        np.testing.assert_allclose(probabilities, ours.probabilities, rtol=1e-9)
        assert [WORDS[i] for i in draws] == ours.drawn


TEXTS = [
    "",
    "Mara lives in Oslo. She is a baker.",
    "  two  spaces\n\n\tand  tabs \n",
    "玛拉住在奥斯陆。 And 12 cafés, ½ naïve_names x²!",
    "👩‍🚀 é e\u0301 ﬁ ǅ Ω 東京 かな 한국 𝒳 𠀀 ٣",
    "\x1c\x85\xa0\u2028\u3000\ufeff__init__--\x00\x7f",
    "\ud83d half",
    *("".join(map(chr, np.random.default_rng(i).integers(32, 0x3100, 60))) for i in range(20)),
]


def test_tokens_in_javascript_and_python_are_one():
    merges = [list(pair) for pair in TOKENIZER.merges]
    cases = [[text, n] for text in TEXTS for n in (0, 7, len(merges))]
    theirs = javascript(
        "tokenizer_explorer",
        f"{json.dumps(cases)}.map(([text, n]) => figure.encode(text, {json.dumps(merges)}, n))",
    )
    for (text, n), ids in zip(cases, theirs, strict=True):
        assert ids == Tokenizer(TOKENIZER.merges[:n]).encode(text), text
    pieces = javascript("tokenizer_explorer", f"{json.dumps(TEXTS)}.map(figure.pieces)")
    assert ["".join(part) for part in pieces] == TEXTS
    assert pieces == [TOKENIZER._pieces(text) for text in TEXTS]


def test_tokens_are_written_alike_in_javascript_and_python():
    tokens = [*(TOKENIZER.token(i) for i in range(256 + len(TOKENIZER.merges)))]
    shown = javascript(
        "tokenizer_explorer", f"{json.dumps([list(t) for t in tokens])}.map(figure.shown)"
    )
    assert shown == [te._shown(token) for token in tokens]


def test_the_schedule_of_the_figure_is_that_of_the_training():
    cases = [(0.003, 50, 500, 0.1), (0.01, 0, 100, 0.0), (0.0005, 300, 200, 1.0)]
    for peak, warmup, total, final in cases:
        config = TrainConfig(steps=total, learning_rate=peak, warmup=warmup, final=final)
        steps = list(range(0, total, 10))
        theirs = javascript(
            "tokenizer_explorer",  # any module: only Node's arithmetic is asked for
            f"""((PI, cos, min, max, peak, warmup, total, final) =>
              {steps}.map((step) => {RATE}))
              (Math.PI, Math.cos, Math.min, Math.max, {peak}, {warmup}, {total}, {final})""",
        )
        ours = [learning_rate(step, config) for step in steps]
        np.testing.assert_allclose(theirs, ours, rtol=1e-12)


def test_the_chart_computes_that_rate():
    spec = learning_rate_schedule(warmup=120).spec
    assert [p["name"] for p in spec["params"]] == ["peak", "warmup", "total", "final"]
    (rate,) = [t["calculate"] for t in spec["layer"][0]["transform"] if "calculate" in t]
    assert rate.replace("datum.step", "step") == RATE
    assert rate.count("datum.step") == RATE.count("step")


# What a figure embeds ---------------------------------------------------------------------------


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (next_word, "prefix", "Mara lives in"),
        (next_word, "temperature", 0.2),
        (FIGURES["tokenizer"], "n", 3),
        (FIGURES["tokenizer"], "text", "Oslo"),
        (player, "frame", 0),
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
        ("next_word_explorer", nw.LABELS),
        ("tokenizer_explorer", te.LABELS),
        ("training_player", tp.LABELS),
    ],
)
def test_every_word_comes_from_the_labels(name, labels):
    assert words_used(name) == set(labels)


def test_colours_are_roles_and_every_rule_is_used():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT) | {"of"}
    modules = "".join(
        (STATIC / f"{name}.js").read_text("utf-8")
        for name in ("next_word_explorer", "tokenizer_explorer", "training_player", "kit")
    )
    classes = {name for name in re.findall(r"\.(xp-[\w-]+)", STYLE) if "xp-key-" not in name}
    built = {f"xp-{name}" for name in ("first", "second")}  # put together in training_player.js
    assert {name for name in classes if name not in modules} <= built


def test_settings_out_of_range_are_refused():
    with pytest.raises(TraitError, match="good-turing"):
        next_word(smoothing="good-turing")
    with pytest.raises(TraitError, match="temperature"):
        next_word(temperature=0.0)
    with pytest.raises(TraitError, match="top_p"):
        next_word(top_p=1.5)
