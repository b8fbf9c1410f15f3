"""The timeline of models, without a browser: twins, words, state and stills."""

import json
import re

import pytest
from figure_pages import (
    SVG,
    comes_in_four_forms,
    laid_out,
    page_and_links,
    still_and_words_follow,
    words_used,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.interactive import ModelTimeline
from llmbook_utils.interactive import model_timeline as mt
from llmbook_utils.interactive.model_timeline import levels, state_of
from llmbook_utils.interactive.theme import LIGHT, STATIC
from llmbook_utils.model_table import BRANCHES, ERAS, models, named, tree

SOURCE = (STATIC / "model_timeline.js").read_text(encoding="utf-8")
STYLE = (STATIC / "timeline.css").read_text(encoding="utf-8")


# Twins ------------------------------------------------------------------------------------------

FILTERS = [
    {},
    {"era": "Transformers"},
    {"branch": "encoder-only", "organisation": "Microsoft"},
    {"branch": "other", "era": "pretraining at scale"},
    {"organisation": "Google"},
    {"organisation": "DeepMind", "era": "classic networks"},
]


def test_filters_and_tree_in_javascript_and_python_are_one():
    state = json.dumps(state_of(models()))
    every = dict.fromkeys(("era", "branch", "organisation"), "all")
    theirs = javascript(
        "model_timeline",
        f"""((all) => {json.dumps([every | chosen for chosen in FILTERS])}.map((filters) => {{
          const shown = figure.passing(all, filters);
          const rows = figure.tree(all, shown).map(([m, depth]) => [m.name, depth]);
          return [shown.map((m) => m.name), rows];
        }}))({state})""",
    )
    sizes = []
    for chosen, (shown, rows) in zip(FILTERS, theirs, strict=True):
        figure = ModelTimeline(**chosen)
        assert shown == [model.name for model in figure.shown]
        assert rows == [[model.name, depth] for model, depth in tree(figure.shown)]
        sizes.append(len(shown))
    assert sizes[0] == len(models())
    assert sizes[-1] == 0  # also nothing is a result
    assert all(0 < size < len(models()) / 2 for size in sizes[1:-1])


intervals = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=30).map(
    lambda drawn: [(start, start + length) for start, length in drawn]
)


@settings(deadline=None)
@given(intervals)
def test_on_a_level_nothing_meets(spans):
    found = levels(spans)
    for i, (start, end) in enumerate(spans):
        met = {found[j] for j in range(i) if start < spans[j][1] and spans[j][0] < end}
        assert found[i] == next(level for level in range(len(spans) + 1) if level not in met)


def test_levels_and_descendants_in_javascript_and_python_are_one():
    spans = [[0, 4], [1, 3], [5, 8], [2, 6], [9, 10], [0, 20], [4, 5]]
    state = json.dumps(state_of(models()))
    theirs, count = javascript(
        "model_timeline",
        f"[figure.levels({spans}), Object.fromEntries(figure.descendants({state}))]",
    )
    assert theirs == levels([(start, end) for start, end in spans]) == [0, 1, 0, 2, 0, 3, 0]
    below: dict[str, int] = dict.fromkeys(count, 0)
    for model in models():
        while model.parent:
            below[model.parent] += 1
            model = named(model.parent)
    assert count == below
    assert below["Transformer"] > below["GPT"] > below["BERT"] > 5


def test_a_name_takes_the_side_with_room():
    two_sides = [[[0, 5]], [[4, 9], [-3, 2], [5, 8]], [[1, 3], [9, 11]]]
    assert javascript("model_timeline", f"figure.pack({two_sides})") == [[0, 0], [0, 2], [0, 1]]


def test_eras_in_javascript_begin_where_the_table_says():
    for model in models():
        if not model.older and model.era != ERAS[0]:
            begin = mt.TRANSFORMER if model.era == ERAS[1] else mt.SCALE
            assert model.when >= begin - 1e-6
    numbers = re.search(r"BEGIN = (.+), TRANSFORMER = (.+), SCALE = (.+);", SOURCE)
    assert numbers is not None
    values = [sum(map(float, map(eval_fraction, text.split("+")))) for text in numbers.groups()]
    assert values == pytest.approx([mt.BEGIN, mt.TRANSFORMER, mt.SCALE])
    order = re.search(r"const BRANCHES = (\[.+\]);", SOURCE)
    assert order is not None
    assert json.loads(order[1]) == list(BRANCHES)


def eval_fraction(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / float(below or 1)


# What a figure embeds ---------------------------------------------------------------------------


def test_the_state_holds_what_a_card_shows_and_bridges_parents():
    by_name = {state["name"]: state for state in state_of(models())}
    bert = by_name["BERT"]
    assert (bert["date"], bert["parameters"]) == ("October 2018", "340 million")
    assert bert["paper"].startswith("Devlin et al.: BERT: Pre-training of Deep")
    assert by_name["GPT-4"]["size"] is None
    assert by_name["Mixtral 8x7B"]["active"] == "13 billion"
    few = state_of([named("Transformer"), named("GPT-3")])
    assert [state["parent"] for state in few] == [None, "Transformer"]
    json.dumps(list(by_name.values()), allow_nan=False)


def test_a_table_of_ones_own_can_be_shown():
    few = [named(name) for name in ("LSTM", "word2vec", "BERT")]
    figure = ModelTimeline(few)
    assert figure.chosen == "LSTM"
    assert "3 of 3 language models" in figure.describe()
    assert figure.png()


def test_a_figure_comes_in_four_forms():
    figure = ModelTimeline(chosen="XLNet")
    comes_in_four_forms(figure)
    for said in ("XLNet, June 2019, CMU and Google", "permuted", "in lanes by design"):
        assert said in figure.describe()


@pytest.mark.parametrize("view", ["design", "tree", "size"])
def test_names_and_eras_of_the_still_keep_apart(view):
    still = laid_out(ModelTimeline(view=view))
    texts = [text for text in still.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    named = {text.get_text() for text in texts}
    assert set(mt.LABELS["eras"].values()) < named
    if view != "size":  # what is older than the axis has its place, too
        assert {"RNN", "LSTM"} < named
    for i, one in enumerate(boxes):
        for j, other in enumerate(boxes[:i]):
            apart = one.x1 <= other.x0 or other.x1 <= one.x0
            assert apart or one.y1 <= other.y0 + 2 or other.y1 <= one.y0 + 2, (texts[i], texts[j])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("view", "size"),
        ("view", "tree"),
        ("era", "Transformers"),
        ("branch", "encoder-only"),
        ("organisation", "OpenAI"),
        ("chosen", "LLaMA"),
    ],
)
def test_the_still_and_the_words_follow_the_state(name, value):
    still_and_words_follow(ModelTimeline(chosen="GPT-2"), **{name: value})


def test_nothing_that_passes_is_said_and_drawn():
    figure = ModelTimeline(organisation="DeepMind", era="classic networks")
    assert figure.shown == []
    assert "none passes" in figure.describe()
    assert figure.png()


def test_the_page_is_the_same_every_time_and_links_only_to_papers():
    page, links = page_and_links(ModelTimeline())
    # links of cards, which nobody fetches before the reader clicks
    assert links == {model.link for model in models()} | {SVG}
    assert len(page) < 160_000


def test_every_word_comes_from_the_labels():
    assert words_used("model_timeline") == set(mt.LABELS)


def test_colours_are_roles_and_every_rule_is_used():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT)
    code = SOURCE + (STATIC / "kit.js").read_text(encoding="utf-8")
    classes = set(re.findall(r"\.(xp-[\w-]+)", STYLE))
    built = {f"xp-branch-{i}" for i in range(len(BRANCHES))} | {"xp-era-1"}  # put together
    assert {name for name in classes if name not in code} == built


def test_settings_out_of_range_are_refused():
    with pytest.raises(TraitError, match="the 1990s"):
        ModelTimeline(era="the 1990s")
    with pytest.raises(TraitError, match="decoder"):
        ModelTimeline(branch="decoder")
    with pytest.raises(TraitError, match="expected an organisation, got 'Acme'"):
        ModelTimeline(organisation="Acme")
    with pytest.raises(TraitError, match="expected a model of the table, got 'BERTA'"):
        ModelTimeline(chosen="BERTA")
    with pytest.raises(TraitError, match="models"):
        ModelTimeline([])
