"""T5: spans are cut out and put back, positions are relative, the answer to a text is a text."""

from collections import Counter
from itertools import pairwise

import pytest
import torch
from properties import given, settings, st
from torch.nn import functional as F

from llmbook_utils.evolution.seq2seq import rows_of_pairs, seq2seq_loss
from llmbook_utils.evolution.t5 import T5, buckets, corrupt, corrupted, fill, random_spans, restore
from llmbook_utils.train import TrainConfig, train

PAD, END, SENTINEL, V = 0, 1, 20, 30


def t5(seed=0):
    """A model whose weights are large enough for every part of it to matter."""
    model = T5(V, SENTINEL, layers=2, heads=2, width=16)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.3, generator=generator)
    return model


def words(*shape, seed=1):
    return torch.randint(2, SENTINEL, shape, generator=torch.Generator().manual_seed(seed))


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


# Span corruption ---------------------------------------------------------------------------------


def test_the_example_of_the_paper():
    """Raffel et al. 2020, figure 2: "Thank you for inviting me to your party last week"."""
    text = ["Thank", "you", "for", "inviting", "me", "to", "your", "party", "last", "week"]
    X, Y, Z = 10, 11, 12
    source, target = corrupt(range(10), [(2, 4), (8, 9)], X)
    assert source == [*map(text.index, ("Thank", "you")), X, 4, 5, 6, 7, Y, text.index("week")]
    assert target == [X, *map(text.index, ("for", "inviting")), Y, text.index("last"), Z]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, SENTINEL - 1), max_size=30), st.data())
def test_what_was_cut_out_can_be_put_back(ids, data):
    edges = sorted(data.draw(st.lists(st.integers(0, len(ids)), unique=True)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))  # any; they may touch
    source, target = corrupt(ids, spans, SENTINEL)
    assert restore(source, target, SENTINEL) == ids
    assert len(source) + len(target) == len(ids) + 2 * len(spans) + 1
    assert sum(word >= SENTINEL for word in source) == len(spans)


@settings(deadline=None, max_examples=100)
@given(
    st.integers(4, 200),
    st.floats(0.05, 0.5),
    st.floats(1, 6),
    st.integers(0, 2**20),
)
def test_random_spans_are_as_many_and_as_long_as_asked(length, share, mean, seed):
    spans = random_spans(length, drawn(seed), share, mean)
    n = max(1, round(share * length))
    assert len(spans) == max(1, round(n / mean))
    assert sum(stop - start for start, stop in spans) == n
    assert all(start < stop for start, stop in spans)
    assert all(a[1] < b[0] for a, b in pairwise(spans))  # they do not touch
    assert spans[0][0] >= 0
    assert spans[-1][1] <= length
    ids = words(length, seed=seed).tolist()
    assert restore(*corrupt(ids, spans, SENTINEL), SENTINEL) == ids


def test_all_ways_to_cut_are_equally_likely():
    """Length 6, three words in two spans: 2 ways to share them × 3 + 2 + … gaps, enumerated."""
    ways = [
        ((a, a + n), (b, b + 3 - n))
        for n in (1, 2)
        for a in range(6)
        for b in range(a + n + 1, 6 - (3 - n) + 1)
    ]
    generator = drawn(5)
    seen = Counter(tuple(random_spans(6, generator, 0.5, 1.5)) for _ in range(6000))
    assert set(seen) == set(ways)
    expected = 6000 / len(ways)
    chi2 = sum((seen[way] - expected) ** 2 / expected for way in ways)
    assert chi2 < len(ways) - 1 + 5 * (2 * (len(ways) - 1)) ** 0.5


def test_corrupted_batches_hold_the_texts_and_hide_other_words_each_time():
    rows = words(6, 40)
    batches = corrupted(lambda i: (rows,), SENTINEL, END, share=0.25, mean=2)
    seen = []
    for i in range(2):
        source, target_in, labels = batches(i)
        assert source.shape == (6, 40 - 10 + 5)
        assert labels.shape == (6, 10 + 5 + 1)
        assert torch.equal(target_in[:, 1:], labels[:, :-1])
        assert (target_in[:, 0] == END).all()
        pairs = zip(source.tolist(), labels.tolist(), strict=True)
        assert [restore(*pair, SENTINEL) for pair in pairs] == rows.tolist()
        assert torch.equal(batches(i)[0], source)
        seen.append(source.tolist())
    assert seen[0] != seen[1]


def test_spans_out_of_order_or_place_are_refused():
    for spans in ([(3, 5), (1, 2)], [(1, 3), (2, 4)], [(2, 2)], [(-1, 2)], [(8, 11)]):
        with pytest.raises(ValueError, match="expected spans in order within 10 words"):
            corrupt(range(10), spans, SENTINEL)
    with pytest.raises(ValueError, match="below the first sentinel 20, got 21"):
        corrupt([3, 21], [], SENTINEL)
    with pytest.raises(ValueError, match="room for 4 spans of 9 words"):
        random_spans(10, drawn(), 0.9, 2)
    with pytest.raises(ValueError, match="mean of at least 1"):
        random_spans(10, drawn(), 0.5, 0.5)


def test_a_forgotten_sentinel_leaves_a_gap():
    assert restore([4, 20, 5, 21, 6], [9, 20, 7, 7, 22], SENTINEL) == [4, 7, 7, 5, 6]


# Relative positions ------------------------------------------------------------------------------


def test_buckets_are_the_authors():
    """Some values of ``_relative_position_bucket`` (32 buckets, furthest 128), by their rule."""
    both = buckets(200, both_ways=True)
    back = {0: 0, 1: 1, 7: 7, 8: 8, 11: 8, 12: 9, 15: 9, 16: 10, 22: 10, 23: 11, 31: 11, 32: 12}
    back |= {64: 14, 91: 15, 128: 15, 199: 15}
    for distance, bucket in back.items():
        assert both[199, 199 - distance] == bucket
        if distance:
            assert both[199 - distance, 199] == bucket + 16  # the same on the other side
    causal = buckets(200, both_ways=False)
    for distance, bucket in {0: 0, 1: 1, 15: 15, 16: 16, 32: 21, 64: 26, 113: 31, 199: 31}.items():
        assert causal[199, 199 - distance] == bucket
    assert (causal.triu() == 0).all()  # what comes later is not looked at anyway


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 150), st.booleans())
def test_a_bucket_depends_on_the_distance_and_grows_with_it(T, both_ways):
    table = buckets(T, both_ways)
    assert torch.equal(table[1:, 1:], table[:-1, :-1])
    assert (table[-1].flip(0).diff() >= 0).all()
    assert 0 <= int(table.min()) <= int(table.max()) < 32


# The model ---------------------------------------------------------------------------------------


def test_the_encoder_knows_distances_and_no_places():
    """With padding in front that nobody looks at, each word has the same vector as without."""
    model, ids = t5(), words(2, 7)
    shifted = F.pad(ids, (4, 0), value=PAD)
    memory = model.encode(shifted, (shifted != PAD)[:, None])
    torch.testing.assert_close(memory[:, 4:], model.encode(ids))
    flipped = model.encode(ids.flip(1)).flip(1)  # but before and after are told apart
    assert (flipped - model.encode(ids)).abs().amax(-1).min() > 1e-3


@pytest.mark.parametrize("place", [0, 3, 7])
def test_the_decoder_is_causal_and_the_encoder_is_not(place):
    model, source, target = t5(), words(3, 8), words(3, 8, seed=2)
    other = target.clone()
    other[:, place] = 2 + (other[:, place] - 1) % 18
    before, after = model(source, target), model(source, other)
    assert torch.equal(before[:, :place], after[:, :place])
    assert (before[:, place:] - after[:, place:]).abs().amax(-1).min() > 1e-5
    other = source.clone()
    other[:, place] = 2 + (other[:, place] - 1) % 18
    assert (model(other, target) - before).abs().amax(-1).min() > 1e-5


def test_a_blank_is_one_word_between_two_sentinels():
    """p(w) ∝ p(w | <0>) · p(<1> | <0> w): against the model asked for each word by itself."""
    model, ids = t5(), words(9).tolist()
    p = fill(model, ids, 4, begin=END)
    source = torch.tensor([[*ids[:4], SENTINEL, *ids[5:]]])
    joint = []
    for w in range(SENTINEL):
        log_p = model(source, torch.tensor([[END, SENTINEL, w]]))[0].log_softmax(-1)
        joint.append(log_p[1, w] + log_p[2, SENTINEL + 1])
    expected = torch.stack(joint).softmax(0)
    torch.testing.assert_close(p[:SENTINEL], expected)
    assert (p[SENTINEL:] == 0).all()
    ids[4] = 3
    torch.testing.assert_close(fill(model, ids, 4, begin=END), p)  # what stood there is not read


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_it_learns_to_write_what_was_cut_out(seed):
    """A text counts up from anywhere: 4 5 6 7 …; whatever is cut out follows from the rest."""
    generator = drawn(seed)

    def text():
        start = int(torch.randint(2, 8, (), generator=generator))
        return list(range(start, start + 10))

    def batch(_):
        pairs = [corrupt(text(), random_spans(10, generator, 0.4, 2), SENTINEL) for _ in range(32)]
        return rows_of_pairs(pairs, END, PAD)

    torch.manual_seed(seed)
    model = T5(V, SENTINEL, layers=1, heads=2, width=32)
    train(model, batch, TrainConfig(150, 1e-2, warmup=10), loss=seq2seq_loss, progress=None)
    source, target = corrupt(range(5, 15), [(2, 4), (7, 8)], SENTINEL)
    (written,) = model.answer(torch.tensor([source]), END, SENTINEL + 2)
    assert [*written, SENTINEL + 2] == target
    assert restore(source, written, SENTINEL) == list(range(5, 15))
