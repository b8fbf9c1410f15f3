"""Attention, masks, positions and the encoder's block: against torch and their definitions."""

import math

import pytest
import torch
from properties import given, settings, st
from torch import nn
from torch.nn import functional as F

from llmbook_utils.evolution import blocks
from llmbook_utils.evolution.blocks import (
    EncoderBlock,
    FeedForward,
    MultiHeadAttention,
    attention,
    attention_weights,
    bidirectional,
    causal,
    permuted,
    prefix,
    sinusoidal_positions,
    start_alike,
)
from llmbook_utils.gpt import CausalSelfAttention, GPTConfig, rotations


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def loud(module, seed=0):
    """The module with weights large enough for every part of it to matter."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for p in module.parameters():
            p.normal_(std=0.3, generator=generator)
    return module


# The equation ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 5), st.integers(0, 2**20))
def test_attention_is_torchs(T, S, D, seed):
    q, k, v = drawn(2, 3, T, D, seed=seed), drawn(2, 3, S, D, seed=seed + 1), drawn(2, 3, S, D)
    allowed = torch.rand(T, S, generator=torch.Generator().manual_seed(seed)) < 0.6
    allowed[:, 0] = True  # torch's versions disagree about queries that may look nowhere
    out, weights = attention(q, k, v, allowed)
    torch.testing.assert_close(out, F.scaled_dot_product_attention(q, k, v, allowed))
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 3, T))
    assert (weights[..., ~allowed] == 0).all()
    bias = drawn(3, T, S, seed=seed + 2)
    out, _ = attention(q, k, v, bias=bias)
    torch.testing.assert_close(
        out, F.scaled_dot_product_attention(q, k, v, bias.expand(2, 3, T, S))
    )


def test_attention_by_hand():
    """Two keys, one twice as well liked: weights 2/3 and 1/3."""
    q, k = torch.tensor([[1.0]]), torch.tensor([[math.log(2)], [0.0]])
    out, weights = attention(q, k, torch.tensor([[3.0], [9.0]]))
    torch.testing.assert_close(weights, torch.tensor([[2 / 3, 1 / 3]]))
    torch.testing.assert_close(out, torch.tensor([[5.0]]))


def test_who_may_look_nowhere_gets_zeros_and_no_nan():
    q, k, v = (drawn(3, 4, seed=i).requires_grad_() for i in range(3))
    allowed = permuted([2, 0, 1], itself=False)
    out, weights = attention(q, k, v, allowed)
    out.square().sum().backward()
    assert (out[2] == 0).all()
    assert (weights[2] == 0).all()
    assert all(x.grad.isfinite().all() for x in (q, k, v))
    assert (q.grad[2] == 0).all()
    assert q.grad[1].abs().max() > 0


# Masks -------------------------------------------------------------------------------------------


def test_masks_say_who_sees_whom():
    assert bidirectional(3).tolist() == [[True] * 3] * 3
    assert causal(3).long().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert prefix(4, 2).long().tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    assert permuted([2, 0, 1]).long().tolist() == [[1, 0, 1], [1, 1, 1], [0, 0, 1]]
    assert permuted([2, 0, 1], itself=False).long().tolist() == [[0, 0, 1], [1, 0, 1], [0, 0, 0]]


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 9), st.data())
def test_masks_hang_together(T, data):
    assert torch.equal(prefix(T, 0), causal(T))
    assert torch.equal(prefix(T, T), bidirectional(T))
    assert torch.equal(permuted(range(T)), causal(T))
    order = data.draw(st.permutations(range(T)))
    content, query = permuted(order), permuted(order, itself=False)
    for turn, place in enumerate(order):
        assert set(content[place].nonzero().flatten().tolist()) == set(order[: turn + 1])
        assert set(query[place].nonzero().flatten().tolist()) == set(order[:turn])
    both = permuted(torch.tensor([order, list(range(T))]))  # an order for each row of a batch
    assert torch.equal(both, torch.stack((content, causal(T))))


def test_bad_masks_are_refused():
    with pytest.raises(ValueError, match="prefix of 0 to 3 places, got 4"):
        prefix(3, 4)
    for wrong in ([0, 0, 2], [1, 2, 3], [0, -1, 2]):
        with pytest.raises(ValueError, match=r"expected an order of 0 … 2, got \["):
            permuted(wrong)


# Positions ---------------------------------------------------------------------------------------


def test_positions_are_the_papers_waves():
    table = sinusoidal_positions(50, 8)
    for t in (0, 1, 17, 49):
        for i in range(4):
            angle = t / 10000 ** (2 * i / 8)
            assert table[t, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-5)
            assert table[t, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-5)


@pytest.mark.parametrize("k", [1, 5])
def test_a_step_of_k_turns_each_pair_by_one_angle(k):
    """PE(t + k) is a linear function of PE(t), the same for all t (section 3.5)."""
    table = sinusoidal_positions(40, 16)
    waves = torch.view_as_complex(table.unflatten(1, (-1, 2)).double())  # sin + i cos
    turns = waves[k:] / waves[:-k]
    torch.testing.assert_close(turns, turns[:1].expand_as(turns), rtol=0, atol=1e-5)


def test_an_odd_width_has_no_positions():
    with pytest.raises(ValueError, match="even width, got 7"):
        sinusoidal_positions(3, 7)


# Layers ------------------------------------------------------------------------------------------


def torchs_attention(ours):
    """torch's layer with the weights of ours."""
    width = ours.out.in_features
    theirs = nn.MultiheadAttention(width, ours.heads, bias=False, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(
            torch.cat((ours.query.weight, ours.key.weight, ours.value.weight))
        )
        theirs.out_proj.weight.copy_(ours.out.weight)
    return theirs


def torchs_block(kind):
    """torch's encoder or decoder layer, of our form: 12 wide, 3 heads, squared ReLU, norm first."""
    return kind(
        12,
        3,
        dim_feedforward=48,
        dropout=0.0,
        activation=lambda x: F.relu(x).square(),
        batch_first=True,
        norm_first=True,
        bias=False,
    )


@pytest.mark.parametrize("cross", [False, True])
def test_multi_head_attention_is_torchs(cross):
    ours = loud(MultiHeadAttention(12, 3))
    ours.watch = True
    x, memory = drawn(2, 5, 12), drawn(2, 7, 12, seed=1) if cross else None
    allowed = None if cross else causal(5)
    seen = memory if cross else x
    theirs, weights = torchs_attention(ours)(
        x, seen, seen, attn_mask=None if cross else ~allowed, average_attn_weights=False
    )
    torch.testing.assert_close(ours(x, memory, allowed), theirs)
    torch.testing.assert_close(ours.weights, weights)


def test_each_row_can_have_a_mask_of_its_own():
    layer, x = loud(MultiHeadAttention(8, 2)), drawn(2, 5, 8)
    masks = torch.stack((causal(5), permuted([4, 3, 2, 1, 0])))
    both = layer(x, allowed=masks)
    for row in range(2):
        torch.testing.assert_close(both[row], layer(x[row : row + 1], allowed=masks[row])[0])


def test_a_bias_shifts_the_heads_that_it_is_for():
    layer, x = loud(MultiHeadAttention(8, 2)), drawn(1, 5, 8)
    layer.watch = True
    layer(x)
    before = layer.weights
    layer(x, bias=torch.stack((torch.zeros(5, 5), 50.0 * torch.eye(5))))
    torch.testing.assert_close(layer.weights[:, 0], before[:, 0])
    torch.testing.assert_close(layer.weights[0, 1], torch.eye(5))


def test_rotary_positions_are_those_of_the_gpt():
    """A causal layer with turns, against the GPT's with the same weights."""
    config = GPTConfig(5, context=9, heads=2, width=8)
    ours, gpts = loud(MultiHeadAttention(8, 2)), loud(CausalSelfAttention(config))
    with torch.no_grad():
        gpts.qkv.weight.copy_(torch.cat((ours.query.weight, ours.key.weight, ours.value.weight)))
        gpts.out.weight.copy_(ours.out.weight)
    x, turns = drawn(2, 6, 8), rotations(config)[:6]
    torch.testing.assert_close(ours(x, allowed=causal(6), turns=turns), gpts(x, turns))


def test_alike_at_the_start_means_that_a_place_looks_most_at_what_is_like_itself():
    torch.manual_seed(0)
    layer = MultiHeadAttention(64, 4)
    layer.watch = True
    shares = []
    for start in (lambda _: None, start_alike):
        start(layer)
        layer(drawn(8, 10, 64))
        shares.append(layer.weights.diagonal(dim1=2, dim2=3).mean().item())
    assert shares[0] < 0.2  # 0.1 by chance
    assert shares[1] > 0.5


def test_heads_share_the_width_equally():
    with pytest.raises(ValueError, match="3 heads share equally, got 8"):
        MultiHeadAttention(8, 3)


def test_feed_forward_is_its_equation_and_works_on_each_place_by_itself():
    layer, x = loud(FeedForward(6)), drawn(2, 5, 6)
    inside = (x @ layer.up.weight.T).clamp(min=0) ** 2
    torch.testing.assert_close(layer(x), inside @ layer.down.weight.T)
    torch.testing.assert_close(layer(x)[:, 3:4], layer(x[:, 3:4]))


@pytest.mark.parametrize("mask", [None, causal(5), prefix(5, 2)])
def test_the_encoder_block_is_torchs(mask):
    ours = loud(EncoderBlock(12, 3))
    theirs = torchs_block(nn.TransformerEncoderLayer)
    theirs.self_attn = torchs_attention(ours.attention)
    theirs.linear1, theirs.linear2 = ours.feed_forward.up, ours.feed_forward.down
    theirs.norm1, theirs.norm2 = ours.norm1, ours.norm2
    x = drawn(2, 5, 12)
    torch.testing.assert_close(ours(x, mask), theirs(x, None if mask is None else ~mask))


def test_weights_can_be_looked_at():
    model = nn.Sequential(EncoderBlock(8, 2), EncoderBlock(8, 2))
    seen = attention_weights(model, drawn(3, 5, 8))
    assert list(seen) == ["0.attention", "1.attention"]
    for weights in seen.values():
        assert weights.shape == (3, 2, 5, 5)
        torch.testing.assert_close(weights.sum(-1), torch.ones(3, 2, 5))
    assert not model[0].attention.watch  # and afterwards nothing is kept
    model(drawn(3, 5, 8))
    assert model[0].attention.weights is None


def test_labels_that_do_not_count_are_those_of_the_training_loop():
    from llmbook_utils import train

    assert blocks.IGNORE == train.IGNORE
