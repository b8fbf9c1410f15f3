"""n-gram models: equal to the equations written out with dictionaries, and true distributions."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils.corpus import World
from llmbook_utils.ngram import NGram

V = 4
some = st.lists(st.lists(st.integers(0, V - 1), max_size=7), min_size=1, max_size=6).filter(any)
orders = st.integers(1, 5)
START = "start"


def kneser_ney(sequences, order, discount):
    """p(w | context) by the equations, with dictionaries; discount(level) gives D."""
    counts = [defaultdict(Counter) for _ in range(order)]  # by the context's length
    for sequence in sequences:
        padded = (START,) * (order - 1) + tuple(sequence)
        for i in range(order - 1, len(padded)):
            counts[-1][padded[i - order + 1 : i]][padded[i]] += 1
    for c in range(order - 1, 0, -1):
        for context, followers in counts[c].items():
            for token in followers:  # each kind once: how many different tokens stand before
                counts[c - 1][context[1:]][token] += 1

    def p(context, token):
        if context is None:
            return 1 / V
        lower = p(context[1:] if context else None, token)
        followers = counts[len(context)][context]
        if not followers:
            return lower
        d = discount([c for row in counts[len(context)].values() for c in row.values()])
        return (max(followers[token] - d, 0) + d * len(followers) * lower) / followers.total()

    return p


def estimated(counts):
    once, twice = counts.count(1), counts.count(2)
    return once / (once + 2 * twice) if once else 0.5


def add_k(sequences, order, k):
    counts = defaultdict(Counter)
    for sequence in sequences:
        padded = (START,) * (order - 1) + tuple(sequence)
        for i in range(order - 1, len(padded)):
            counts[padded[i - order + 1 : i]][padded[i]] += 1
    return lambda context, token: (counts[context][token] + k) / (counts[context].total() + k * V)


def all_places(sequences, order):
    for sequence in sequences:
        padded = (START,) * (order - 1) + tuple(sequence)
        for i, token in enumerate(sequence):
            yield padded[i : i + order - 1], token


# Against the equations --------------------------------------------------------------------------


@settings(deadline=None)
@given(some, some, orders, st.none() | st.sampled_from([0.1, 0.75, 1.0]))
def test_kneser_ney_equals_its_equation(seen, new, order, d):
    model = NGram(order, V, discount=d).fit(seen)
    p = kneser_ney(seen, order, estimated if d is None else lambda _: d)
    expected = [-math.log(p(context, token)) for context, token in all_places(new, order)]
    np.testing.assert_allclose(model.nats(new), expected, rtol=1e-10)


@settings(deadline=None)
@given(some, some, orders, st.sampled_from([0.01, 1.0]))
def test_add_k_equals_its_equation(seen, new, order, k):
    model = NGram(order, V, "add-k", k=k).fit(seen)
    p = add_k(seen, order, k)
    expected = [-math.log(p(context, token)) for context, token in all_places(new, order)]
    np.testing.assert_allclose(model.nats(new), expected, rtol=1e-10)


@settings(deadline=None)
@given(some, some, orders, st.sampled_from(["kneser-ney", "add-k"]))
def test_probabilities_are_those_that_score_and_add_up_to_1(seen, new, order, smoothing):
    model = NGram(order, V, smoothing, k=0.3).fit(seen)
    nats = iter(model.nats(new))
    for sequence in new:
        for i, token in enumerate(sequence):
            p = model.probabilities(sequence[:i])
            assert p.shape == (V,)
            assert p.min() > 0
            np.testing.assert_allclose(p.sum(), 1, rtol=1e-12)
            np.testing.assert_allclose(-np.log(p[token]), next(nats), rtol=1e-10)
    assert next(nats, None) is None
    assert model.nats_per_token(new) == model.nats(new).mean()


def test_by_hand():
    """a b a c, bigrams, D = 0.5; tokens a b c d are 0 1 2 3."""
    model = NGram(2, V, discount=0.5).fit([[0, 1, 0, 2]])
    # distinct tokens before: a by start and b, b by a, c by a, so of 4 kinds of bigram a ends 2
    unigram = (np.array([1.5, 0.5, 0.5, 0]) + 0.5 * 3 / 4) / 4
    np.testing.assert_allclose(
        model.probabilities([0]), (np.array([0, 0.5, 0.5, 0]) + 0.5 * 2 * unigram) / 2
    )
    np.testing.assert_allclose(
        model.probabilities([]), np.array([0.5, 0, 0, 0]) + 0.5 * 1 * unigram
    )
    np.testing.assert_allclose(model.probabilities([3]), unigram)  # d was never seen


def test_a_frequent_word_that_follows_one_word_only_is_a_poor_guess_elsewhere():
    """San Francisco: 3 follows only 2, but often; 1 follows many, seldom."""
    texts = [[2, 3]] * 20 + [[0, 1], [2, 1], [1, 1], [3, 1]]
    model = NGram(2, 5).fit(texts)
    unigram = NGram(1, 5).fit(texts).probabilities([])
    backed_off = model.probabilities([4])
    assert unigram[3] > 2 * unigram[1]
    assert backed_off[1] > 2 * backed_off[3]


def test_only_the_last_n_minus_1_tokens_matter():
    model = NGram(3, V).fit([[0, 1, 2, 3, 0, 1, 2], [1, 1, 3]])
    np.testing.assert_array_equal(model.probabilities([3, 3, 3, 0, 1]), model.probabilities([0, 1]))
    assert not np.allclose(model.probabilities([1]), model.probabilities([0, 1]))


def test_fit_forgets_what_was_counted_before():
    again = NGram(3, V).fit([[0, 0, 0]]).fit([[1, 2]])
    once = NGram(3, V).fit([[1, 2]])
    np.testing.assert_array_equal(again.probabilities([1]), once.probabilities([1]))


# In the tiny world ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world_ids():
    """Training and validation documents of two worlds, as numbers, with the world's floor."""
    worlds = []
    for seed in (0, 1):
        world = World(seed=seed)
        number = {word: i for i, word in enumerate(world.vocabulary)}
        parts = [
            [[number[word] for word in document.words] for document in world.documents(n, seed=s)]
            for n, s in ((8_000, 10), (1_000, 11))
        ]
        worlds.append((len(number), *parts, world.entropy.per_word))
    return worlds


def test_in_the_tiny_world_more_context_helps_kneser_ney_and_no_model_passes_the_floor(world_ids):
    for size, train, validation, floor in world_ids:
        losses = [
            NGram(order, size).fit(train).nats_per_token(validation) for order in (1, 2, 3, 4)
        ]
        assert all(b < a - 0.02 for a, b in pairwise(losses))
        assert losses[-1] > floor + 0.1


def test_in_the_tiny_world_add_k_suffers_from_long_contexts_and_kneser_ney_does_not(world_ids):
    for size, train, validation, _ in world_ids:
        short, long = (
            NGram(order, size, "add-k", k=0.1).fit(train).nats_per_token(validation)
            for order in (3, 5)
        )
        assert long > short + 0.05
        assert NGram(5, size).fit(train).nats_per_token(validation) < short - 0.1


# Misuse -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGram(0, V), "expected order and vocab_size ≥ 1, got 0 and 4"),
        (lambda: NGram(2, 0), "got 2 and 0"),
        (lambda: NGram(2, V, k=0.0), "expected k > 0, got 0"),
        (lambda: NGram(2, V, k=math.nan), "expected k > 0, got nan"),
        (lambda: NGram(2, V, discount=1.5), r"expected a discount in \(0, 1\] or None, got 1.5"),
        (lambda: NGram(2, V).fit([]), "at least one token in all, got none"),
        (lambda: NGram(2, V).fit([[], []]), "at least one token in all, got none"),
        (lambda: NGram(2, V).fit([[0, 4]]), "expected ids from 0 to 3, got 4"),
        (lambda: NGram(2, V).fit([[0, -1]]), "expected ids from 0 to 3, got -1"),
        (lambda: NGram(2, V).fit([[0]]).probabilities([4]), "expected ids from 0 to 3, got 4"),
        (lambda: NGram(2, V).probabilities([]), "expected a fitted model"),
        (lambda: NGram(2, V).nats([[0]]), "expected a fitted model"),
    ],
)
def test_misuse_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unknown_smoothing_is_said():
    with pytest.raises((ValueError, TypeError), match=r"smoothing|Literal"):
        NGram(2, V, "good-turing")
