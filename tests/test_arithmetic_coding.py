"""Arithmetic coding: the same tokens come back, in as many bits as the model is surprised."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils import arithmetic_coding as ac
from llmbook_utils.ngram import NGram


def fixed(p):
    p = np.array(p) / np.sum(p)
    return lambda prefix: p


def random_model(seed, size, sharpness=1.0):
    """Another distribution after every prefix, some of them very lopsided."""

    def model(prefix):
        rng = np.random.default_rng([seed, len(prefix), *prefix[-2:]])
        z = sharpness * rng.normal(size=size)
        p = np.exp(z - z.max())
        return p / p.sum()

    return model


def quantised_bits(ids, model):
    """−log₂ q(ids), with the whole-number frequencies."""
    total = 0.0
    for place, token in enumerate(ids):
        frequencies = ac.quantise(model(ids[:place]))
        total -= math.log2(frequencies[token] / frequencies.sum())
    return total


# Round trips ------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 5), max_size=60),
    st.integers(0, 99),
    st.sampled_from([0.0, 1.0, 5.0, 200.0]),
)
def test_every_message_comes_back_in_as_many_bits_as_it_surprises(ids, seed, sharpness):
    model = random_model(seed, 6, sharpness)
    data = ac.encode(ids, model)
    assert ac.decode(data, model, length=len(ids)) == ids
    assert 8 * len(data) <= math.ceil((quantised_bits(ids, model) + 2 + 1e-6 * len(ids)) / 8) * 8


@given(st.lists(st.integers(0, 2), max_size=40))
def test_an_end_token_ends_the_message(ids):
    ids = [*ids, 3]
    model = fixed([0.5, 0.2, 0.2, 0.1])
    assert ac.decode(ac.encode(ids, model), model, end=3) == ids


def test_messages_around_the_middle_of_the_interval_come_back():
    """Where ``low`` and ``high`` straddle the middle, bits stay open for long."""
    for n in (1, 2, 7, 50, 200):
        for third in (1 / 3, 0.5 - 1e-9, 1e-6):
            model = fixed([0.5 - third / 2, third, 0.5 - third / 2])
            for ids in ([1] * n, [1] * n + [0], [1] * n + [2], [0, *[2] * n], [2, *[0] * n]):
                assert ac.decode(ac.encode(ids, model), model, length=len(ids)) == ids


def test_what_the_model_calls_impossible_still_comes_back():
    model = fixed([1.0, 0.0])
    ids = [0, 1, 1, 0, 0, 1]
    data = ac.encode(ids, model)
    assert ac.decode(data, model, length=6) == ids
    assert len(data) == 10  # three times log₂ TOTAL = 24 bits, and two more at the end
    assert ac.ideal_bits(ids, model) == math.inf


def test_nothing_costs_a_byte_and_certainty_costs_no_more():
    model = fixed([1.0, 0.0])
    assert len(ac.encode([], model)) == 1
    assert ac.decode(ac.encode([], model), model, length=0) == []
    assert len(ac.encode([0] * 3_000, model)) == 1
    assert ac.decode(ac.encode([0] * 3_000, model), model, length=3_000) == [0] * 3_000


# Length -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_length_is_the_ideal_and_a_small_bound(seed):
    size, n = 700, 400
    model = random_model(seed, size, sharpness=2.0)
    rng, ids = np.random.default_rng(seed), []
    for _ in range(n):
        ids.append(int(rng.choice(size, p=model(ids))))
    bits = 8 * len(ac.encode(ids, model))
    ideal = ac.ideal_bits(ids, model)
    bound = ideal - n * math.log2(1 - size / ac.TOTAL) + n * 1e-6 + 2
    assert ideal - 8 < bits <= bound + 7
    assert bits < ideal + 10


def test_the_better_model_makes_the_shorter_message():
    rng = np.random.default_rng(0)
    p = np.array([0.7, 0.2, 0.06, 0.04])
    for _ in range(3):
        ids = rng.choice(4, 1500, p=p).tolist()
        good, bad = (len(ac.encode(ids, fixed(model))) for model in (p, [0.25] * 4))
        entropy = -(p * np.log2(p)).sum()
        assert good < 0.7 * bad
        assert abs(8 * good / 1500 - entropy) < 0.1


def test_an_n_gram_model_compresses():
    texts = [[0, 1, 2, 3] * 5 + [4], [0, 1, 3, 2] * 5 + [4]]
    model = NGram(3, 5).fit(texts)
    for text in texts:
        data = ac.encode(text, model.probabilities)
        assert ac.decode(data, model.probabilities, end=4) == text
        assert 8 * len(data) < model.nats([text]).sum() / math.log(2) + 10


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50).filter(lambda p: sum(p) > 0.01))
def test_whole_numbers_stay_close_to_the_probabilities(p):
    p = np.array(p) / sum(p)
    frequencies = ac.quantise(p)
    assert frequencies.min() >= 1
    assert frequencies.sum() <= ac.TOTAL
    np.testing.assert_allclose(frequencies / ac.TOTAL, p, atol=60 / ac.TOTAL)
    np.testing.assert_array_equal(frequencies, ac.quantise(p))
    positive = p > 0
    cost = -np.log2(frequencies[positive] / frequencies.sum())
    assert (cost <= -np.log2(p[positive]) - math.log2(1 - len(p) / ac.TOTAL) + 1e-9).all()


# Misuse -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 3, 8])
def test_data_that_were_cut_are_noticed_where_the_end_does_not_come(cut):
    """An end token of probability 1e-12 is not decoded from the zeros behind the data's end."""
    model = fixed([1.0, 1.0, 1e-12])
    ids = [*np.random.default_rng(0).integers(0, 2, 500).tolist(), 2]
    data = ac.encode(ids, model)
    with pytest.raises(ValueError, match="the data end before the sequence does"):
        ac.decode(data[: len(data) // 2 - cut], model, end=2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: ac.encode([3], m), "expected ids from 0 to 2, got 3 at 0"),
        (lambda m: ac.encode([0, -1], m), "expected ids from 0 to 2, got -1 at 1"),
        (lambda m: ac.decode(b"", m), "expected end or length, one of them, got None and None"),
        (lambda m: ac.decode(b"", m, end=1, length=2), "got 1 and 2"),
        (lambda m: ac.quantise(np.array([0.5, 0.6])), "sum 1, got minimum 0.5, sum 1.1"),
        (lambda m: ac.quantise(np.array([1.5, -0.5])), "≥ 0 .*got minimum -0.5"),
        (lambda m: ac.quantise(np.array([np.nan, 1.0])), "got minimum nan"),
        (lambda m: ac.quantise(np.array([])), r"shape \(V,\), got \(0,\)"),
    ],
)
def test_misuse_is_said(call, message):
    with pytest.raises(ValueError, match=message):
        call(fixed([0.5, 0.3, 0.2]))
