"""Transformer-XL: the four terms, memory against one long context, no gradient, its reach."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils.evolution.line_up import Remember
from llmbook_utils.evolution.transformer_xl import (
    RelativeAttention,
    TransformerXL,
    nats_by_context,
    waves,
)
from llmbook_utils.train import TrainConfig, train


def awake(model):
    """Give every weight something to do: the outputs of blocks start at zero."""
    torch.manual_seed(1)
    for p in model.parameters():
        nn.init.normal_(p, std=0.3)
    return model


def xl(memory=100, layers=2):
    return awake(TransformerXL(13, memory, layers, heads=2, width=8))


def texts(B, T, seed=0):
    return torch.randint(13, (B, T), generator=torch.Generator().manual_seed(seed))


def test_scores_are_the_four_terms_of_the_paper():
    """Head by head, place by place, with one vector R for each distance."""
    attention = awake(RelativeAttention(8, 2))
    attention.watch = True
    x, context = torch.randn(1, 3, 8), torch.randn(1, 5, 8)
    distances = torch.arange(2, 5)[:, None] - torch.arange(5)
    attention(x, context, distances, distances >= 0)
    q, k = attention.query(x)[0], attention.key(context)[0]
    for h in range(2):
        part = slice(4 * h, 4 * h + 4)
        u, v = attention.u[h, 0], attention.v[h, 0]
        for i in range(3):
            scores = []
            for j in range(i + 3):
                R = attention.place(waves(torch.tensor([i + 2 - j]), 8))[0, part]
                a, b = q[i, part] @ k[j, part], q[i, part] @ R
                c, d = u @ k[j, part], v @ R
                scores.append((a + b + c + d) / math.sqrt(4))
            expected = torch.stack(scores).softmax(0)
            torch.testing.assert_close(attention.weights[0, h, i, : i + 3], expected)
            assert (attention.weights[0, h, i, i + 3 :] == 0).all()


def test_waves_of_negative_distances_are_mirrored():
    ahead, behind = waves(torch.tensor([3]), 8)[0], waves(torch.tensor([-3]), 8)[0]
    torch.testing.assert_close(ahead[:4], -behind[:4])  # sin
    torch.testing.assert_close(ahead[4:], behind[4:])  # cos


def test_the_model_is_causal():
    model, ids = xl(), texts(2, 9)
    changed = ids.clone()
    changed[:, 5] = (ids[:, 5] + 1) % 13
    a, b = model(ids), model(changed)
    torch.testing.assert_close(a[:, :5], b[:, :5])
    assert not torch.allclose(a[:, 5:], b[:, 5:])


@pytest.mark.parametrize("segment", [1, 2, 3, 5, 12])
def test_with_enough_memory_segments_equal_one_long_context(segment):
    model, ids = xl(memory=12), texts(2, 12)
    torch.testing.assert_close(model.in_segments(ids, segment), model(ids), atol=1e-5, rtol=1e-4)


def test_only_how_far_apart_words_are_counts():
    """The same segment after the same memory: where the text began makes no difference."""
    model, ids = xl(memory=4, layers=1), texts(2, 12)
    late, _ = model.read(ids[:, 8:], model.read(ids[:, :8])[1])
    soon, _ = model.read(ids[:, 8:], model.read(ids[:, 4:8])[1])
    torch.testing.assert_close(late, soon)


def test_without_memory_segments_know_nothing_of_each_other():
    model, ids = xl(memory=0), texts(2, 12)
    parts = torch.cat([model(part) for part in ids.split(4, 1)], 1)
    torch.testing.assert_close(model.in_segments(ids, 4), parts)
    assert not torch.allclose(parts, model(ids))


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_each_layer_reaches_one_memory_further(layers):
    """N layers: the last word hears of words N memories before its segment, and of none earlier."""
    model, ids = xl(memory=3, layers=layers), texts(1, 18)
    last = model.in_segments(ids, 3)[:, -1]
    heard = []
    for t in range(18):
        changed = ids.clone()
        changed[:, t] = (ids[:, t] + 1) % 13
        heard.append(not torch.equal(model.in_segments(changed, 3)[:, -1], last))
    first = 15 - 3 * layers
    assert heard == [t >= first for t in range(18)]


def test_no_gradient_flows_into_memory():
    model, ids = xl(memory=4), texts(2, 8)
    _, memory = model.read(ids[:, :4])
    assert all(not kept.requires_grad for kept in memory)
    logits, _ = model.read(ids[:, 4:], memory)
    logits.sum().backward()
    seen = model.tokens.weight.grad.clone()
    model.zero_grad()
    again, _ = model.read(ids[:, 4:], [kept.clone() for kept in memory])  # memory as plain numbers
    again.sum().backward()
    torch.testing.assert_close(seen, model.tokens.weight.grad)
    model.zero_grad()
    model(ids)[:, 4:].sum().backward()  # one long context does learn from its beginning
    assert not torch.allclose(seen, model.tokens.weight.grad)


def test_nats_by_context_reads_what_it_says():
    model, ids = xl(memory=6), texts(3, 10)
    labels = texts(3, 10, seed=1)
    found = nats_by_context(model, ids, labels, 4, [0, 3, 6])
    for n, value in found.items():
        logits = model.in_segments(ids[:, 6 - n :], 100)[:, -4:]
        expected = F.cross_entropy(logits.flatten(0, 1), labels[:, -4:].flatten())
        assert value == pytest.approx(expected.item(), rel=1e-4), n
    with pytest.raises(ValueError, match="expected contexts from 0 to 6, got"):
        nats_by_context(model, ids, labels, 4, [7])


def test_errors():
    with pytest.raises(ValueError, match="expected a memory of at least 0 places, got -1"):
        TransformerXL(5, -1)
    with pytest.raises(ValueError, match="expected a width of 3 heads of even size, got 8"):
        TransformerXL(5, heads=3, width=8)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))]
)
def test_memory_lengthens_the_effective_context(seed):
    """A word is said again 12 words later, beyond the segment of 8: only memory can tell which."""

    def batches(i):
        row, part = divmod(i, 3)
        generator = torch.Generator().manual_seed(seed * 1_000_003 + row)
        said = torch.randint(1, 13, (16, 12), generator=generator)
        text = torch.cat((torch.zeros(16, 1, dtype=torch.long), said, said), 1)
        here = slice(8 * part, 8 * part + 8)
        return text[:, :-1][:, here], text[:, 1:][:, here], torch.tensor(part == 0)

    losses = {}
    for memory in (0, 16):
        torch.manual_seed(seed)
        model = TransformerXL(13, memory, 2, 2, 32)
        recipe = TrainConfig(250, 1e-2, warmup=20, final=0.0)
        train(model, batches, recipe, loss=Remember(), progress=None)
        parts = [batches(3 * 9999 + part) for part in range(3)]
        ids, labels = (torch.cat([part[i] for part in parts], 1) for i in (0, 1))
        losses[memory] = nats_by_context(model, ids, labels, 8, [0, 8, 16])
    assert losses[16][16] < losses[16][0] - 0.5, losses  # what lies before the segment helps
    assert abs(losses[0][16] - losses[0][0]) < 1e-6  # without memory it cannot
    assert losses[16][16] < losses[0][16] - 0.5, losses
