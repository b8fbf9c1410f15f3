"""The explorables of chapter 5, without a browser: rules, twins, words and stills."""

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
from test_interactive import javascript
from traitlets import TraitError

from llmbook_utils.interactive import Explorable, InductionExplorer, MetricSharpness
from llmbook_utils.interactive import induction_explorer as ie
from llmbook_utils.interactive import metric_sharpness as ms
from llmbook_utils.interactive.model_family import guessing, largest_step, lowest
from llmbook_utils.interactive.theme import LIGHT, STATIC

STYLE = (STATIC / "emergence.css").read_text(encoding="utf-8")
SIZES = [300, 1000, 3000, 9000]
DIGIT = np.array([0.1, 0.4, 0.8, 0.99])  # accuracy at each size
R, N, K = 3, 500, 6


def answers(together=False, seed=0):
    """Digits right independently, or all of an entry together; (S, R, N, K)."""
    rng = np.random.default_rng(seed)
    drawn = rng.random((len(SIZES), R, N, 1 if together else K))
    return np.broadcast_to(drawn < DIGIT[:, None, None, None], (len(SIZES), R, N, K))


def log_p():
    spread = np.random.default_rng(1).random((len(SIZES), R, N, K))
    return np.log(DIGIT)[:, None, None, None] * (0.5 + spread)


BRIER = np.repeat(0.9 * (1 - DIGIT)[:, None], R, axis=1)
BOOK = {
    "parameters": SIZES,
    "correct": answers(),
    "log_probability": log_p(),
    "brier": BRIER,
    "chance": 0.1,
}
# (S, R, K): all four digits at once, and nothing else is known
SUMS = {
    "parameters": [10, 100, 1000],
    "exact": np.repeat(np.array([0.0, 0.5, 1.0])[:, None, None], 4, axis=2),
    "accuracy": np.repeat(np.array([0.1, 0.5, 1.0])[:, None, None], 4, axis=2),
}


def sharpness(**settings):
    return MetricSharpness.of({"phone book": BOOK, "addition": SUMS}, **settings)


TOKENS = list("DKAFDKAF")
T, F, L, H = len(TOKENS), 3, 2, 2


def looks():
    """Attention over three moments: head 1.1 learns to look one back, 2.2 to copy."""
    weights = np.tril(np.random.default_rng(0).random((F, L, H, T, T)) + 0.1)
    for moment, strength in ((1, 5.0), (2, 60.0)):
        weights[moment, 0, 0] += strength * np.eye(T, k=-1)
        weights[moment, 1, 1, np.arange(4, T), np.arange(1, 5)] += strength
    return weights / weights.sum(axis=-1, keepdims=True)


LOSSES = {"on the repeat": [1.4, 1.0, 0.9, 0.1], "first time": [1.4, np.nan, 1.39, 1.38]}


def induction(**settings):
    at = [0, 90, 200, 400]
    return InductionExplorer.of(
        [0, 100, 400], TOKENS, looks(), LOSSES, measured_at=at, chance=np.log(4), **settings
    )


PRACTICE = {"steps": [0, 25, 50, 75], "correct": answers(together=True), "chance": 0.1}
LONG = {"steps": range(0, 400, 25), "correct": np.repeat(answers(), 4, axis=0)}
FIGURES = {
    "sharpness, along a training": lambda: MetricSharpness.of({"addition": PRACTICE}, k=2),
    "sharpness, many moments": lambda: MetricSharpness.of({"addition": LONG}),
    "sharpness": lambda: sharpness(k=K),
    "sharpness, log": lambda: sharpness(k=K, axis="log"),
    "sharpness, nats": lambda: sharpness(metric="nats"),
    "sharpness, beyond": lambda: sharpness(k=9, longest=12),
    "induction": induction,
    "induction, new token": lambda: induction(token=1, head="1.1"),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Explorable:
    return FIGURES[request.param]()


# Sharpness --------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, K])
def test_exact_match_asks_for_the_first_k_digits(k):
    figure = sharpness(k=k)
    expected = BOOK["correct"][..., :k].all(axis=3).mean(axis=2).T  # (R, S)
    np.testing.assert_allclose(figure.values, expected, rtol=1e-3)


def test_smooth_rulers_come_from_probabilities():
    figure = sharpness(metric="nats")
    np.testing.assert_allclose(figure.values, -log_p().mean(axis=(2, 3)).T, rtol=1e-3)
    figure.metric = "whole"
    np.testing.assert_allclose(figure.values, np.exp(log_p().sum(axis=3)).mean(axis=2).T, rtol=1e-3)
    figure.metric = "brier"
    np.testing.assert_allclose(figure.values, BRIER.T, rtol=1e-3)
    figure.metric = "digits"
    np.testing.assert_allclose(figure.values, BOOK["correct"].mean(axis=(2, 3)).T, rtol=1e-3)
    assert figure.off is None  # only exact match is predicted


def test_independent_digits_are_predicted_and_digits_that_come_together_are_not():
    assert sharpness(k=K).off < 0.03
    together = MetricSharpness.of({"x": BOOK | {"correct": answers(together=True)}}, k=K)
    assert together.off > 0.3
    np.testing.assert_allclose(together.values.mean(axis=0), DIGIT, atol=0.05)


def test_a_sharper_ruler_makes_a_larger_step_and_hides_more_sizes():
    steps = [sharpness(k=k).step for k in (1, 2, 4, 6)]
    parts, silent = zip(*[(step[0], step[2]) for step in steps], strict=True)
    assert list(parts) == sorted(parts)
    assert parts[-1] > parts[0] + 0.2
    assert silent[0] == 1
    assert silent[-1] == 2


def test_beyond_the_last_digit_there_is_only_a_prediction():
    figure = sharpness(k=12, longest=12)
    assert figure.values is None
    assert figure.off is None
    power = sharpness(k=K).predicted ** 2
    np.testing.assert_allclose(figure.predicted, power, rtol=1e-6)
    assert "No entry has 12 digits" in figure.describe()
    assert sharpness().longest == K


def test_tables_from_a_file_do_as_well_as_answers():
    correct = BOOK["correct"]
    first = np.stack([correct[..., : k + 1].all(axis=3).mean(axis=2) for k in range(K)], axis=2)
    table = {
        "parameters": SIZES,
        "exact": first,
        "accuracy": correct.mean(axis=2),
        "entries": N,
        "nats": -log_p().mean(axis=(2, 3)),
        "whole": np.exp(log_p().sum(axis=3)).mean(axis=2),
        "brier": BRIER,
        "chance": 0.1,
    }
    assert MetricSharpness.of({"x": table}).experiments == (
        MetricSharpness.of({"x": BOOK}).experiments
    )


def test_moments_of_a_training_do_as_well_as_sizes():
    figure = MetricSharpness.of({"addition": PRACTICE}, k=2)
    assert "at 4 points from 0 to 75 training steps" in figure.describe()
    assert re.search(r"from \d+ to \d+ training steps", figure.describe())
    assert figure.experiments["addition"]["along"] == "steps"
    with pytest.raises(ValueError, match=r"either 'parameters' or 'steps' in 'x', got .*'steps'"):
        MetricSharpness.of({"x": PRACTICE | {"parameters": SIZES}})


def test_what_an_experiment_has_not_measured_is_not_offered():
    figure = sharpness(experiment="addition", k=4)
    assert figure.offered == ["exact", "digits"]
    figure = sharpness(metric="nats")
    figure.experiment = "addition"  # falls back to exact match
    np.testing.assert_allclose(figure.values, [[0, 0.5, 1]])
    with pytest.raises(ValueError, match=r"a metric of \['exact', 'digits'\] for 'addition'"):
        sharpness(experiment="addition", metric="nats")


@pytest.mark.parametrize("metric", ms.METRICS)
@pytest.mark.parametrize("k", [1, 4, K, 9])
def test_rulers_in_javascript_and_python_are_one(metric, k):
    figure = sharpness(metric=metric, k=k, longest=9)
    one = json.dumps(figure.experiments["phone book"])
    code = f"[figure.rowsOf({one}, '{metric}', {k}), figure.predicted({one}, {k}), "
    code += f"figure.guessing('{metric}', {k}, {K}, 0.1), figure.offered({one})]"
    rows, predicted, guess, offered = javascript("metric_sharpness", code)
    if figure.values is None:
        assert rows is None
    else:
        np.testing.assert_allclose(rows, figure.values, rtol=1e-9)
    np.testing.assert_allclose(predicted, figure.predicted, rtol=1e-9)
    assert guess == pytest.approx(guessing(metric, k, K, 0.1), rel=1e-9)
    assert offered == figure.offered


@pytest.mark.parametrize(
    "means", [[0, 0.01, 0.9, 1], [2.3, 2.2, 0.4, 0.1], [0.5, 0.5], [0, 1, 0, 1], [0.1, 0.14, 0.9]]
)
def test_steps_in_javascript_and_python_are_one(means):
    ours = largest_step(np.array(means))
    theirs = javascript("metric_sharpness", f"figure.largestStep({means})")
    assert theirs == (None if ours is None else pytest.approx(list(ours)))


def test_the_largest_step_is_found_where_it_is():
    assert largest_step(np.array([2.0, 2.0, 1.5, 0.0])) == (0.75, 2, 2)
    assert largest_step(np.array([1.0, 1.0])) is None


@pytest.mark.parametrize(("metric", "entries"), [("exact", 256), ("exact", 0), ("nats", 256)])
@pytest.mark.parametrize("rows", [[[0, 0.25, 1]], [[0, 0]]])
def test_the_edge_in_javascript_and_python_is_one(metric, entries, rows):
    ours = lowest(metric, np.array(rows), entries)
    theirs = javascript("metric_sharpness", f"figure.lowest('{metric}', {rows}, {entries})")
    assert theirs == pytest.approx(ours)
    assert ours == (0.5 / 256 if (metric, entries) == ("exact", 256) else max(rows[0][1], 1) / 2
                    if rows[0][1] == 0 else 0.125)  # fmt: skip


def test_the_words_say_what_the_ruler_does():
    figure = sharpness(k=K)
    part, at, silent = figure.step
    words = figure.describe()
    assert (
        f"{round(100 * part)} % of the whole change, from {SIZES[at]} to {SIZES[at + 1]} par"
        in words
    )
    assert f"less than 5 % of it: {silent} of 4" in words
    assert "under “digit accuracy”" in words
    figure.metric = "nats"
    assert f"under “first {K} right”" in figure.describe()
    figure.metric, figure.k = "exact", 1
    assert f"under “first {K} right”" in figure.describe()
    flat = MetricSharpness.of({"x": SUMS | {"exact": 0 * SUMS["exact"]}}, k=2)
    assert "no change" in flat.describe()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameters": [300, 300, 3000, 9000]}, "at least two growing parameters in 'x'"),
        (
            {"correct": answers()[:3]},
            r"finite 'correct' of shape \(4, R, N, K\) in 'x', got .*\(3,",
        ),
        ({"log_probability": log_p()[0]}, r"finite 'log_probability' of shape \(4, R, N, K\)"),
        ({"brier": BRIER * np.nan}, r"finite 'brier' of shape \(4, R\)"),
        ({"chance": 1.0}, "a chance between 0 and 1 in 'x', got 1.0"),
        ({"colour": 1}, "expected only .* in 'x', got 'colour'"),
    ],
)
def test_answers_that_do_not_fit_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        MetricSharpness.of({"x": BOOK | change})
    with pytest.raises(ValueError, match="expected 'correct', or 'exact' and 'accuracy', in 'x'"):
        MetricSharpness.of({"x": {"parameters": SIZES}})
    with pytest.raises(ValueError, match=r"either 'parameters' or 'steps' in 'x', got \[\]"):
        MetricSharpness.of({"x": {"correct": answers()}})
    with pytest.raises(ValueError, match="'exact' and 'accuracy' of one shape in 'x'"):
        MetricSharpness.of({"x": SUMS | {"accuracy": SUMS["accuracy"][..., :2]}})
    with pytest.raises(ValueError, match="at least one experiment, got none"):
        MetricSharpness.of({})


# Induction --------------------------------------------------------------------------------------


def test_weights_shown_are_those_of_the_head_at_the_step():
    figure = induction(frame=1, head="1.2")
    np.testing.assert_allclose(figure.weights, looks()[1, 0, 1], atol=0.5 / 255 + 1e-9)


def test_it_opens_at_the_end_at_the_head_that_copies_best():
    figure = induction()
    assert (figure.frame, figure.head) == (2, "2.2")
    assert figure.target is not None
    assert figure.score("induction") > 0.5 > figure.score("previous")
    assert figure.target == figure.token - 3
    assert re.search(
        r"At step 400, head 2.2 gives on average \d\d % .* an induction head", figure.describe()
    )
    figure.head = "1.1"
    percent = round(100 * figure.score("previous"))
    assert f"gives on average {percent} % of its attention to the token before" in figure.describe()
    figure.frame = 0
    assert "on average less than a third" in figure.describe()


def test_scores_are_those_of_the_attention_or_those_given():
    shown = looks()
    figure = induction()
    for frame in range(F):
        for layer in range(L):
            for head in range(H):
                figure.frame, figure.head = frame, f"{layer + 1}.{head + 1}"
                one = shown[frame, layer, head]
                copied = np.mean([one[i, i - 3] for i in range(4, T)])
                before = np.mean([one[i, i - 1] for i in range(1, T)])
                assert figure.score("induction") == pytest.approx(copied, rel=1e-3)
                assert figure.score("previous") == pytest.approx(before, rel=1e-3)
    given = {"induction": np.zeros((F, L, H)), "previous": np.ones((F, L, H))}
    other = induction(scores=given)
    assert (other.score("induction"), other.score("previous")) == (0, 1)


def test_a_sequence_without_a_repeat_has_nothing_to_copy():
    figure = InductionExplorer.of([0, 1], list("ABCDEFGH"), looks()[:2], {"loss": [2, 1]})
    assert figure.target is None
    assert figure.score("induction") == 0
    assert "“H” has not come before" in figure.describe()


@pytest.mark.parametrize("tokens", [TOKENS, list("AAB"), list("ABCABCA"), list("AB")])
def test_targets_in_javascript_and_python_are_one(tokens):
    theirs = javascript("induction_explorer", f"figure.targets({json.dumps(tokens)})")
    assert theirs == ie.targets(tokens)


def test_rows_and_the_nearest_step_in_javascript_and_python_are_one():
    figure = induction()
    packed = json.dumps(figure.attention[2][1][1])
    for place in range(T):
        code = f"figure.row(figure.unpack({packed}), {place})"
        theirs = javascript("induction_explorer", code)
        np.testing.assert_allclose(theirs, figure.weights[place, : place + 1], atol=1e-12)
        best = javascript("induction_explorer", f"figure.most({code})")
        assert best == np.argsort(-figure.weights[place], kind="stable")[: len(best)].tolist()
    for step in (0, 100, 145, 400):
        near = javascript("induction_explorer", f"figure.nearest([0, 90, 200, 400], {step})")
        away = np.abs(np.array([0, 90, 200, 400]) - step)
        assert near == away.argmin()


def test_a_loss_is_that_of_the_nearest_step():
    figure = induction(frame=1)
    assert figure.loss("on the repeat") == 1.0
    assert figure.loss("first time") is None
    figure.frame = 2
    assert figure.loss("first time") == 1.38
    assert "on the repeat 0.1, first time 1.38" in figure.describe()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"steps": [0, 0, 4]}, r"at least two growing steps, got \[0, 0, 4\]"),
        ({"tokens": TOKENS[:-1]}, r"attention of shape \(3, L, H, 7, 7\), got \(3, 2, 2, 8, 8\)"),
        ({"attention": looks() / 2}, "rows of attention that add up to 1"),
        ({"attention": np.full((F, L, H, T, T), 1 / T)}, "causal attention: no weight on later"),
        ({"losses": {"a": [1, 2]}}, "one to three losses of 3 values, got lengths {'a': 2}"),
        ({"losses": {}}, "one to three losses of 3 values, got 0 curves"),
        ({"scores": {"previous": np.ones((F, L, H))}}, "the scores 'previous' and 'induction'"),
        (
            {"scores": {"previous": np.ones((F, L)), "induction": np.ones((F, L))}},
            r"scores of shape \(3, 2, 2\), got \(3, 2\)",
        ),
    ],
)
def test_a_run_that_does_not_fit_is_refused(change, message):
    run = {"steps": [0, 1, 2], "tokens": TOKENS, "attention": looks(), "losses": {"a": [3, 2, 1]}}
    with pytest.raises(ValueError, match=message):
        InductionExplorer.of(**(run | change))


# What a figure embeds ---------------------------------------------------------------------------


def test_settings_out_of_range_are_refused():
    for make, name, value in (
        (sharpness, "k", K + 1),
        (sharpness, "metric", "bleu"),
        (sharpness, "axis", "polar"),
        (induction, "frame", F),
        (induction, "token", T),
        (induction, "head", "3.1"),
        (induction, "head", "first"),
    ):
        with pytest.raises(TraitError):
            make(**{name: value})


def test_a_figure_comes_in_four_forms(figure):
    comes_in_four_forms(figure)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (sharpness, "experiment", "addition"),
        (sharpness, "metric", "nats"),
        (sharpness, "k", 4),
        (sharpness, "axis", "log"),
        (induction, "frame", 0),
        (induction, "head", "1.1"),
        (induction, "token", 5),
    ],
)
def test_the_still_and_the_words_follow_the_state(make, name, value):
    still_and_words_follow(make(), **{name: value})


def test_the_page_is_the_same_every_time_and_asks_no_other_host(figure):
    page, links = page_and_links(figure)
    assert links == {SVG}
    assert len(page) < 95_000


@pytest.mark.parametrize(
    ("name", "labels"), [("metric_sharpness", ms.LABELS), ("induction_explorer", ie.LABELS)]
)
def test_every_word_comes_from_the_labels(name, labels):
    used = words_used(name)
    if name == "metric_sharpness":
        source = (STATIC / f"{name}.js").read_text(encoding="utf-8")
        assert "t[metric]" in source  # the names of the rulers
        used |= {metric for metric in ms.METRICS if metric != "exact"} | {"exact"}
    assert used == set(labels)


def test_colours_are_roles_and_every_rule_is_used():
    assert set(re.findall(r"var\(--xp-([\w-]+)\)", STYLE)) <= set(LIGHT) | {"of"}
    names = ("metric_sharpness", "induction_explorer")
    sources = "".join((STATIC / f"{name}.js").read_text("utf-8") for name in names)
    classes = set(re.findall(r"\.(xp-[\w-]+)", STYLE)) - {"xp-key"}
    assert {name for name in classes if name not in sources} == set()
