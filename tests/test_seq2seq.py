"""The encoder–decoder Transformer: what each side sees, greedy decoding, batches of pairs."""

import pytest
import torch
from test_attention_blocks import loud, torchs_attention, torchs_block
from torch import nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import attention_weights, causal
from llmbook_utils.evolution.seq2seq import (
    DecoderBlock,
    Seq2Seq,
    alike_in_length,
    greedy,
    rows_of_pairs,
    seq2seq_loss,
)
from llmbook_utils.train import IGNORE, TrainConfig, train

PAD, END, SOURCE, TARGET = 0, 1, 13, 17


def model(seed=0):
    return loud(Seq2Seq(SOURCE, TARGET, layers=2, heads=2, width=16), seed)


def words(vocabulary, *shape, seed=1):
    return torch.randint(2, vocabulary, shape, generator=torch.Generator().manual_seed(seed))


def changed(ids, place):
    other = ids.clone()
    other[:, place] = 2 + (other[:, place] - 1) % 10
    return other


# What a place can see ----------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 3, 7])
def test_the_decoder_is_causal(place):
    net, source, target = model(), words(SOURCE, 3, 6), words(TARGET, 3, 8)
    before, after = net(source, target), net(source, changed(target, place))
    assert torch.equal(before[:, :place], after[:, :place])
    assert (before[:, place:] - after[:, place:]).abs().amax(-1).min() > 1e-5


@pytest.mark.parametrize("place", [0, 3, 5])
def test_every_word_of_the_source_reaches_every_place(place):
    net, source, target = model(), words(SOURCE, 3, 6), words(TARGET, 3, 8)
    other = changed(source, place)
    assert (net.encode(source) - net.encode(other)).abs().amax(-1).min() > 1e-5
    assert (net(source, target) - net(other, target)).abs().amax(-1).min() > 1e-5


def test_nothing_looks_at_padding():
    net, source, target = model(), words(SOURCE, 2, 6), words(TARGET, 2, 8)
    padded = F.pad(source, (0, 5), value=PAD)
    torch.testing.assert_close(net(padded, target), net(source, target))
    weights = attention_weights(net, padded, target)
    assert (weights["decoder.1.cross_attention"][..., 6:] == 0).all()


def test_the_decoder_block_is_torchs():
    ours = loud(DecoderBlock(12, 3))
    theirs = torchs_block(nn.TransformerDecoderLayer)
    theirs.self_attn = torchs_attention(ours.attention)
    theirs.multihead_attn = torchs_attention(ours.cross_attention)
    theirs.linear1, theirs.linear2 = ours.feed_forward.up, ours.feed_forward.down
    theirs.norm1, theirs.norm2, theirs.norm3 = ours.norm1, ours.norm2, ours.norm3
    x, memory = torch.randn(2, 5, 12), torch.randn(2, 7, 12)
    torch.testing.assert_close(ours(x, memory), theirs(x, memory, tgt_mask=~causal(5)))


# Writing -----------------------------------------------------------------------------------------


def test_what_is_written_is_the_likeliest_word_at_each_step():
    net, source = model(3), words(SOURCE, 6, 5)
    source[3:, 3:] = PAD  # sources of different lengths
    written = net.translate(source, begin=END, end=END, limit=9)
    for row, answer in zip(source, written, strict=True):
        assert END not in answer
        best = net(row[row != PAD][None], torch.tensor([[END, *answer]]))[0].argmax(-1).tolist()
        assert best[: len(answer)] == answer
        assert best[len(answer)] == END if len(answer) < 9 else len(answer) == 9
    assert len({len(answer) for answer in written}) > 1  # some end before the others


def test_greedy_ends_when_all_have_ended():
    class Parrot(nn.Module):
        """Writes the source, then END: the decoder at place t reads word t of the memory."""

        pad = PAD

        def encode(self, source, source_allowed=None):
            return F.one_hot(source, SOURCE).float()

        def decode(self, target_in, memory, source_allowed=None):
            return memory[:, : target_in.shape[1]]

    source = torch.tensor([[5, 4, END, 7], [6, END, 3, 7]])
    assert greedy(Parrot(), source, begin=END, end=END) == [[5, 4], [6]]
    assert greedy(Parrot(), source, begin=END, end=12, limit=3) == [[5, 4, END], [6, END, 3]]


# Pairs -------------------------------------------------------------------------------------------

PAIRS = [([5, 6, 7, END], [9, 8, END]), ([5, END], [9, 8, 7, 6, END])]


def test_pairs_become_rows():
    source, target_in, labels = rows_of_pairs(PAIRS, begin=END, pad=PAD)
    assert source.tolist() == [[5, 6, 7, END], [5, END, PAD, PAD]]
    assert target_in.tolist() == [[END, 9, 8, PAD, PAD], [END, 9, 8, 7, 6]]
    assert labels.tolist() == [[9, 8, END, IGNORE, IGNORE], [9, 8, 7, 6, END]]


def test_the_loss_is_the_mean_surprise_of_the_targets_words():
    net, rows = model(), rows_of_pairs(PAIRS, begin=END, pad=PAD)
    total, count = seq2seq_loss(net, rows)
    alone = [seq2seq_loss(net, rows_of_pairs([pair], END, PAD)) for pair in PAIRS]
    torch.testing.assert_close(total, alone[0][0] + alone[1][0])
    assert count == alone[0][1] + alone[1][1] == 8
    log_p = net(*rows[:2]).log_softmax(-1)
    by_hand = -sum(log_p[i, t, w] for i, (_, y) in enumerate(PAIRS) for t, w in enumerate(y))
    torch.testing.assert_close(total, by_hand)


def test_batches_of_alike_rows_hold_all_rows_and_little_padding():
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(3, 40, (200,), generator=generator).tolist()
    pairs = [([2 + i % 11] * n, [2 + i % 15] * (n + 1)) for i, n in enumerate(lengths)]
    rows = rows_of_pairs(pairs, END, PAD)
    batches = alike_in_length(rows, 20, pad=PAD)
    for epoch in range(2):
        got = [batches(10 * epoch + i) for i in range(10)]
        assert sorted(int((y != IGNORE).sum()) for _, _, ys in got for y in ys) == sorted(
            n + 1 for n in lengths
        )
        real = sum(int((source != PAD).sum()) for source, _, _ in got)
        assert real > 0.9 * sum(source.numel() for source, _, _ in got)
    for a, b in zip(batches(13), batches(13), strict=True):  # batch i is always the same
        assert torch.equal(a, b)
    assert [len(batches(i)[0][0]) for i in range(10)] != [
        len(batches(10 + i)[0][0]) for i in range(10)
    ]


def test_a_batch_is_not_larger_than_the_data():
    with pytest.raises(ValueError, match="batch size from 1 to 2"):
        alike_in_length(rows_of_pairs(PAIRS, END, PAD), 3, pad=PAD)


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_it_learns_to_write_backwards(seed):
    """The order of the target is another than that of the source: only attention finds its way."""

    def pairs(n, seed):
        rows = words(SOURCE, n, 5, seed=seed).tolist()
        return [([*row, END], [*row[::-1], END]) for row in rows]

    torch.manual_seed(seed)
    net = Seq2Seq(SOURCE, SOURCE, layers=1, heads=2, width=32)
    batches = alike_in_length(rows_of_pairs(pairs(2000, seed), END, PAD), 64, pad=PAD)
    train(net, batches, TrainConfig(300, 1e-2, warmup=10), loss=seq2seq_loss, progress=None)
    held_out = pairs(100, seed + 100)
    source, _, _ = rows_of_pairs(held_out, END, PAD)
    written = net.translate(source, END, END, limit=8)
    right = [a == b[:-1] for a, (_, b) in zip(written, held_out, strict=True)]
    assert sum(right) > 90
