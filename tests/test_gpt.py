"""The GPT: causal, equal with and without cache, right counts, gradients and samples."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode

from llmbook_utils.gpt import (
    GPT,
    GPTConfig,
    KVCache,
    causal_mask,
    count_parameters,
    flops_per_token,
    rotate,
    rotations,
    sample,
    truncate,
)

CONFIG = GPTConfig(vocab_size=23, context=12, layers=2, heads=2, width=16)


def gpt(config=CONFIG, seed=0):
    """A model whose weights are large enough for every part of it to matter."""
    torch.manual_seed(seed)
    model = GPT(config)
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(std=0.2)
    return model


def tokens(*shape, seed=1):
    return torch.randint(CONFIG.vocab_size, shape, generator=torch.Generator().manual_seed(seed))


# The configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["vocab_size", "context", "layers", "heads", "width"])
@pytest.mark.parametrize("size", [0, -1, True])
def test_a_size_is_a_whole_number_from_1_up(name, size):
    with pytest.raises(ValueError, match=f"expected {name} to be a whole number from 1 up"):
        GPTConfig(**{"vocab_size": 5, name: size})


def test_the_width_is_heads_times_an_even_number():
    with pytest.raises(ValueError, match="3 heads share equally, got 64"):
        GPTConfig(5, heads=3, width=64)
    with pytest.raises(ValueError, match="even size"):
        GPTConfig(5, heads=4, width=12)


@settings(deadline=None, max_examples=15)
@given(
    st.integers(2, 40), st.integers(1, 9), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)
)
def test_the_formula_counts_the_parameters(vocabulary, context, layers, heads, half):
    config = GPTConfig(vocabulary, context, layers, heads, 2 * half * heads)
    assert count_parameters(config) == sum(p.numel() for p in GPT(config).parameters())


class Products(TorchDispatchMode):
    """Counts what the matrix products that torch runs cost: 2ab for each row of the left one."""

    flops = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function.overloadpacket in (torch.ops.aten.mm, torch.ops.aten.bmm):
            self.flops += 2 * args[0].numel() * args[1].shape[-1]
        return function(*args, **(kwargs or {}))


@pytest.mark.parametrize("T", [12, 5])
def test_the_formula_counts_the_flops(T):
    model, ids = GPT(CONFIG), tokens(3, T)
    with sdpa_kernel(SDPBackend.MATH):  # attention as plain products, so that they can be counted
        with Products() as forward:
            logits = model(ids)
        with Products() as backward:
            logits.sum().backward()
    assert forward.flops == flops_per_token(CONFIG, T) * ids.numel()
    assert backward.flops == 2 * forward.flops


# What a position can see ------------------------------------------------------------------------


@pytest.mark.parametrize("change", [0, 4, 11])
def test_a_later_token_changes_nothing_before_it(change):
    model, ids = gpt(), tokens(3, 12)
    other = ids.clone()
    other[:, change] = (other[:, change] + 1) % CONFIG.vocab_size
    before, after = model(ids), model(other)
    assert torch.equal(before[:, :change], after[:, :change])
    assert (before[:, change:] - after[:, change:]).abs().amax(-1).min() > 1e-4  # and all after it


def test_rows_of_a_batch_know_nothing_of_each_other():
    model, ids = gpt(), tokens(4, 9)
    torch.testing.assert_close(model(ids)[2:3], model(ids[2:3]))


def test_attention_is_the_equation():
    """Against softmax(q kᵀ / √D + mask) v written out, one head at a time."""
    model, x = gpt().double(), torch.randn(2, 7, 16, dtype=torch.float64)
    attention, turns = model.blocks[0].attention, model.turns[:7]
    q, k, v = attention.qkv(x).view(2, 7, 3, 2, 8).unbind(2)  # (B, T, H, D)
    heads = []
    for h in range(2):
        q_h, k_h = (rotate(z[:, :, None, h : h + 1], turns)[:, :, 0, 0] for z in (q, k))
        scores = q_h @ k_h.transpose(1, 2) / math.sqrt(8)
        scores = scores.masked_fill(torch.ones(7, 7).triu(1).bool(), -math.inf)
        heads.append(scores.softmax(-1) @ v[:, :, h])
    torch.testing.assert_close(attention(x, turns), attention.out(torch.cat(heads, -1)))


def test_rotary_scores_depend_on_the_distance_only():
    turns = rotations(GPTConfig(5, context=40, heads=1, width=8))
    q, k = torch.randn(2, 8)

    def score(i, j):
        at = [
            rotate(z.view(1, 1, 1, 1, 8), turns[p : p + 1]).flatten() for z, p in ((q, i), (k, j))
        ]
        return float(at[0] @ at[1])

    assert score(7, 3) == pytest.approx(score(29, 25), abs=1e-5)
    assert score(7, 3) != pytest.approx(score(7, 4), abs=1e-3)
    assert score(5, 5) == pytest.approx(float(q @ k), abs=1e-5)


def test_order_matters():
    ids = torch.tensor([[1, 2, 3, 4], [2, 1, 3, 4]])
    a, b = gpt()(ids)[:, -1]
    assert (a - b).abs().max() > 1e-3


@pytest.mark.parametrize("shape", [(2, 0), (2, 13)])
def test_too_long_or_empty_is_said(shape):
    with pytest.raises(ValueError, match=r"expected ids of shape \(B, T\) with T from 1 to 12"):
        GPT(CONFIG)(torch.zeros(shape, dtype=torch.long))


# The cache --------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", [[12], [1] * 12, [5, 1, 6], [1, 11], [4, 4, 4]])
def test_with_a_cache_the_logits_are_the_same(parts):
    model, ids = gpt().double(), tokens(3, 12)
    cache = KVCache(CONFIG, 3, model.tokens.weight)
    logits = torch.cat([model(part, cache) for part in ids.split(parts, 1)], 1)
    torch.testing.assert_close(logits, model(ids), rtol=1e-12, atol=1e-12)
    assert cache.length == 12
    with pytest.raises(ValueError, match=r"T from 1 to 0, .* after 12 in the cache"):
        model(ids[:, :1], cache)


def test_the_mask_of_new_positions_behind_old_ones():
    expected = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
    assert causal_mask(3, 5, torch.device("cpu")).int().tolist() == expected


# Learning ---------------------------------------------------------------------------------------


def test_gradients_agree_with_finite_differences():
    config = GPTConfig(vocab_size=7, context=5, layers=2, heads=2, width=8)
    model, ids = gpt(config).double(), torch.tensor([[1, 2, 3, 4, 0], [6, 5, 1, 1, 2]])
    names, parameters = zip(*model.named_parameters(), strict=True)

    def loss(*values):
        logits = torch.func.functional_call(model, dict(zip(names, values, strict=True)), (ids,))
        return F.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())

    assert torch.autograd.gradcheck(loss, tuple(parameters), fast_mode=True)


def test_the_first_loss_is_that_of_a_guess():
    torch.manual_seed(0)
    logits = GPT(CONFIG)(tokens(8, 12))
    assert F.cross_entropy(logits.flatten(0, 1), tokens(96, seed=2)).item() == pytest.approx(
        math.log(CONFIG.vocab_size), abs=0.05
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_batch_is_learnt_by_heart(seed):
    torch.manual_seed(seed)
    model, ids = GPT(CONFIG), tokens(4, 12, seed=seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for _ in range(150):
        loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.05 + 0.1  # the first token of a row does not always tell the second


def test_how_weights_start():
    model = GPT(GPTConfig(500, layers=3, heads=2, width=64))
    assert model.tokens.weight.std().item() == pytest.approx(0.02, rel=0.05)
    x = torch.randn(4, 9, 64)
    for block in model.blocks:
        for layer in (block.attention.qkv, block.mlp.up):
            assert layer(x).std().item() == pytest.approx(1, rel=0.1)
        assert torch.equal(block(x, model.turns[:9]), x)  # the identity


# Generating -------------------------------------------------------------------------------------


def greedy(model, ids, n):
    """The slow way: the whole sequence again for each token."""
    for _ in range(n):
        ids = torch.cat([ids, model(ids)[:, -1].argmax(-1, keepdim=True)], 1)
    return ids


def test_generating_is_choosing_the_next_token_again_and_again():
    model, ids = gpt(), tokens(5, 4)
    assert torch.equal(model.generate(ids, 8, temperature=0), greedy(model, ids, 8))


def test_prompts_of_different_lengths_are_continued_as_if_alone():
    model = gpt()
    prompts = [[1, 2, 3, 4, 5], [6], [7, 8, 9]]
    together = model.generate(prompts, 6, temperature=0)
    assert together.shape == (3, 11)
    for row, prompt in zip(together, prompts, strict=True):
        alone = model.generate([prompt], 6, temperature=0)[0]
        assert row.tolist() == alone.tolist() + [0] * (11 - len(alone))


def test_a_row_ends_with_its_first_new_stop():
    model, ids = gpt(), tokens(64, 2)
    stop = 3
    ids[0, 0] = stop  # in a prompt it stops nothing
    out = model.generate(ids, 10, stop=stop, generator=torch.Generator().manual_seed(0))
    lengths = []
    for row in out[:, 2:].tolist():
        if stop in row:
            lengths.append(row.index(stop))
            assert set(row[row.index(stop) :]) == {stop}
    assert len(lengths) > 5
    assert len(set(lengths)) > 2
    assert out[0, 0] == stop
    assert out[0, 2] != stop or len(lengths) < 64


def test_generation_ends_when_all_rows_have_ended():
    model, ids = gpt(), tokens(1, 3)
    first = int(greedy(model, ids, 1)[0, -1])
    assert model.generate(ids, 9, temperature=0, stop=first).shape == (1, 4)


def test_a_text_can_be_longer_than_the_context():
    model, ids = gpt(), tokens(2, 10)
    out = model.generate(ids, 30, temperature=0)
    assert out.shape == (2, 40)
    for column, seen in [(11, 0), (12, 0), (13, 7), (14, 7), (18, 7), (19, 7), (20, 14)]:
        expected = model(out[:, seen:column])[:, -1].argmax(-1)
        assert torch.equal(out[:, column], expected), column


def test_same_seed_same_text():
    model, ids = gpt(), tokens(3, 2)
    a, b, c = (
        model.generate(ids, 9, generator=torch.Generator().manual_seed(seed)) for seed in (5, 5, 6)
    )
    assert torch.equal(a, b)
    assert not torch.equal(a, c)


@pytest.mark.parametrize("prompts", [[[]], [[1], []], [list(range(13))]])
def test_an_impossible_prompt_is_said(prompts):
    with pytest.raises(ValueError, match="expected prompts of 1 to 12 tokens"):
        gpt().generate(prompts, 3)


P = torch.tensor([[0.5, 0.3, 0.15, 0.05], [0.1, 0.2, 0.3, 0.4]])


@pytest.mark.parametrize(
    ("options", "first"),
    [
        ({}, [0.5, 0.3, 0.15, 0.05]),
        ({"top_k": 1}, [1, 0, 0, 0]),
        ({"top_k": 2}, [0.625, 0.375, 0, 0]),
        ({"top_k": 9}, [0.5, 0.3, 0.15, 0.05]),
        ({"top_p": 0.4}, [1, 0, 0, 0]),
        ({"top_p": 0.6}, [0.625, 0.375, 0, 0]),
        ({"top_p": 1.0}, [0.5, 0.3, 0.15, 0.05]),
        ({"top_k": 2, "top_p": 0.6}, [1, 0, 0, 0]),  # 0.625 of what top-k left is enough
    ],
)
def test_what_is_left_to_choose_from(options, first):
    torch.testing.assert_close(truncate(P, **options)[0], torch.tensor(first, dtype=P.dtype))


def test_ties_do_not_let_more_than_k_through():
    p = torch.full((1, 6), 1 / 6)
    assert (truncate(p, top_k=2) > 0).sum() == 2
    assert (truncate(p, top_p=0.5) > 0).sum() in (3, 4)


@pytest.mark.parametrize("options", [{}, {"top_k": 2}, {"top_p": 0.6}, {"temperature": 0.5}])
def test_draws_have_the_stated_distribution(options):
    """Each frequency of n draws is within 5 standard deviations of its probability."""
    n, logits = 20_000, P[:1].log()
    temperature = options.get("temperature", 1.0)
    p = (logits / temperature).softmax(-1)
    p = truncate(p, options.get("top_k"), options.get("top_p"))[0]
    generator = torch.Generator().manual_seed(0)
    drawn = sample(logits.expand(n, -1), generator=generator, **options)
    frequency = torch.bincount(drawn, minlength=4) / n
    assert ((frequency - p).abs() <= 5 * (p * (1 - p) / n).sqrt()).all()


def test_temperature_zero_takes_the_likeliest():
    assert sample(P.log(), temperature=0).tolist() == [0, 3]
