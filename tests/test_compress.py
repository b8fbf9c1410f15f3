"""Distillation, pruning, int8: closed forms, what must not change, and that small is small."""

import copy
import math
import time

import pytest
import torch
from properties import given, settings, st
from torch import nn
from torch.nn import functional as F

from llmbook_utils.compress import (
    Int8Linear,
    apply_masks,
    dequantise,
    distil,
    distillation_loss,
    hold_masks,
    int8,
    magnitude_masks,
    matrices,
    quantise,
    rounded,
    seconds,
    size_in_bytes,
    sparse_size_in_bytes,
)
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.train import TrainConfig, shuffled, train

CONFIG = GPTConfig(vocab_size=13, context=8, layers=1, heads=2, width=16)
IDS = torch.randint(13, (32, 9), generator=torch.Generator().manual_seed(0))
ROWS = (IDS[:, :-1].contiguous(), IDS[:, 1:].contiguous())


def gpt(seed=0, config=CONFIG):
    """A model whose blocks do something: an untrained one adds next to nothing to its input."""
    torch.manual_seed(seed)
    model = GPT(config)
    with torch.no_grad():
        for p in matrices(model).values():
            p.normal_(std=0.3)
    return model


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def logits(seed, n=5, vocabulary=7):
    return normal(n, vocabulary, seed=seed)


# Distillation -------------------------------------------------------------------------------------


def test_the_distillation_loss_by_hand():
    """T = 2, two words: the teacher has 0.8 and 0.2 when softened, the student a half each."""
    teacher, student = torch.tensor([[2 * math.log(4.0), 0.0]]), torch.zeros(1, 2)
    kl = 0.8 * math.log(0.8 / 0.5) + 0.2 * math.log(0.2 / 0.5)
    assert distillation_loss(student, teacher, 2).item() == pytest.approx(4 * kl, rel=1e-5)


@pytest.mark.parametrize("temperature", [0.5, 1, 4])
def test_the_distillation_loss_is_zero_only_for_the_teacher_s_probabilities(temperature):
    z = logits(0)
    assert distillation_loss(z + 3, z, temperature).item() == pytest.approx(0, abs=1e-5)
    assert distillation_loss(logits(1), z, temperature).item() > 0.01


def test_its_gradient_is_that_of_cross_entropy_with_soft_targets():
    z, v, T = logits(0).requires_grad_(), logits(1), 3.0
    (ours,) = torch.autograd.grad(distillation_loss(z, v, T), z)
    soft = T**2 * F.cross_entropy(z / T, (v / T).softmax(-1))
    (theirs,) = torch.autograd.grad(soft, z)
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_at_a_high_temperature_it_compares_logits():
    """Hinton et al. 2015, eq. 4: for logits of mean 0, the gradient becomes (z − v) / V."""
    z, v = (x - x.mean(1, keepdim=True) for x in (logits(0, 1).double(), logits(1, 1).double()))
    z.requires_grad_()
    (gradient,) = torch.autograd.grad(distillation_loss(z.float(), v.float(), 1000.0), z)
    assert torch.allclose(gradient, (z - v) / 7, atol=1e-3)


def test_a_student_comes_closer_to_its_teacher():
    teacher, student = gpt(0), gpt(1)
    before = distillation_loss(student(ROWS[0])[:, -1], teacher(ROWS[0])[:, -1], 1).item()
    batches, config = shuffled(ROWS, 8), TrainConfig(60, 1e-2, warmup=5)
    history = distil(student, teacher, batches, config, temperature=2, alpha=1)
    after = distillation_loss(student(ROWS[0])[:, -1], teacher(ROWS[0])[:, -1], 1).item()
    assert history.steps == 60
    assert after < before / 2
    assert not any(p.grad is not None for p in teacher.parameters())


def test_without_its_part_the_teacher_does_not_matter():
    batches, config = shuffled(ROWS, 8), TrainConfig(5, 1e-2, warmup=1)
    one, other = gpt(1), gpt(1)
    distil(one, gpt(0), batches, config, alpha=0)
    train(other, batches, config, progress=None)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-5)


# Pruning ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0, 0.3, 0.5, 1])
def test_the_smallest_weights_go(share):
    weights = {"a": normal(6, 5), "b": 10 * normal(4, 5)}
    masks = magnitude_masks(weights, share)
    kept = torch.cat([w[masks[n]].abs() for n, w in weights.items()])
    gone = torch.cat([w[~masks[n]].abs() for n, w in weights.items()])
    assert len(gone) == round(share * 50)
    if len(gone) and len(kept):
        assert gone.max() <= kept.min()


def test_all_together_the_matrix_of_small_weights_loses_more():
    weights = {"small": normal(20, 20), "large": 10 * normal(20, 20, seed=1)}
    masks = magnitude_masks(weights, 0.5)
    assert masks["small"].sum() < 100
    assert masks["large"].sum() > 300


def test_equal_weights_do_not_all_go():
    assert magnitude_masks({"w": torch.ones(4, 4)}, 0.25)["w"].sum() == 12


def test_pruned_weights_stay_zero_in_training_and_others_move():
    model = gpt()
    masks = magnitude_masks(matrices(model), 0.6)
    hold_masks(model, masks)
    before = copy.deepcopy(model.state_dict())
    train(model, shuffled(ROWS, 8), TrainConfig(10, 1e-2, warmup=1), progress=None)
    for name, w in matrices(model).items():
        assert (w[~masks[name]] == 0).all()
        assert not torch.equal(w[masks[name]], before[name][masks[name]])


def test_matrices_are_compressed_the_embedding_with_them():
    model = gpt()
    assert "tokens.weight" in matrices(model)
    assert all(p.ndim == 2 for p in matrices(model).values())


def test_pruning_nothing_changes_nothing():
    model = gpt()
    before = model(ROWS[0])
    apply_masks(model, magnitude_masks(matrices(model), 0))
    assert torch.equal(model(ROWS[0]), before)


# Quantisation -------------------------------------------------------------------------------------


def test_quantisation_by_hand():
    w = torch.tensor([[1.0, -0.5, 0.25], [0.0, 0.0, 0.0]])
    q, s = quantise(w, bits=3)  # numbers from −3 to 3
    assert q.tolist() == [[3, -2, 1], [0, 0, 0]]  # 1.5 is rounded to the even 2
    assert s.flatten().tolist() == pytest.approx([1 / 3, 1])
    _, one = quantise(w, per_channel=False)
    assert one.tolist() == [[pytest.approx(1 / 127)]]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 1000), st.integers(2, 8), st.booleans())
def test_the_error_is_at_most_half_a_step(seed, bits, per_channel):
    w = normal(4, 6, seed=seed) * 10.0 ** (seed % 7 - 3)
    q, s = quantise(w, bits, per_channel)
    assert q.dtype == torch.int8
    assert q.abs().max() == 2 ** (bits - 1) - 1
    assert ((w - dequantise(q, s)).abs() <= s / 2 * (1 + 1e-5)).all()
    again, _ = quantise(dequantise(q, s), bits, per_channel)
    assert torch.equal(again, q)
    assert torch.equal(quantise(-w, bits, per_channel)[0], -q)


def test_a_scale_for_each_row_is_closer_when_rows_differ():
    w = normal(8, 32) * torch.logspace(-2, 1, 8)[:, None]
    errors = [(w - dequantise(*quantise(w, 8, each))).abs().mean().item() for each in (True, False)]
    assert errors[0] < errors[1] / 3


@pytest.mark.parametrize("bias", [True, False])
def test_an_int8_layer_computes_what_its_whole_numbers_say(bias):
    torch.manual_seed(0)
    layer, x = nn.Linear(24, 10, bias=bias), normal(3, 5, 24)
    small, (q, s) = Int8Linear(layer), quantise(x.view(15, 24))
    whole = q.long() @ small.q.long().t()
    expected = (whole * s.double() * small.s.double().t()).view(3, 5, 10)
    expected = expected + layer.bias if bias else expected
    assert torch.allclose(small(x).double(), expected, atol=1e-5)
    assert torch.allclose(small(x), layer(x), atol=0.03)
    weights_only = Int8Linear(layer, activations=False)(x)
    assert (weights_only - layer(x)).abs().mean() < (small(x) - layer(x)).abs().mean()


@pytest.mark.parametrize("activations", [True, False])
def test_an_int8_model_says_nearly_the_same_and_is_a_quarter_as_large(activations):
    model = gpt(config=GPTConfig(vocab_size=101, context=8, layers=2, heads=4, width=64))
    small = int8(model, activations)
    ids = IDS[:, :8]
    z, there = small(ids), model(ids)
    assert distillation_loss(z.flatten(0, 1), there.flatten(0, 1), 1) < 0.02
    assert (z - there).std() < 0.1 * there.std()
    assert size_in_bytes(small) < 0.28 * size_in_bytes(model)
    assert model(ids).equal(there)  # the original is as it was
    cached = small.generate([[1, 2, 3]], 4, temperature=0)
    assert cached.tolist() == small.generate(torch.tensor([[1, 2, 3]]), 4, temperature=0).tolist()


def test_rounding_to_8_bits_is_the_int8_model_with_float_inputs():
    model = gpt()
    ids = ROWS[0]
    assert torch.allclose(rounded(model, 8)(ids), int8(model, activations=False)(ids), atol=1e-5)


def test_fewer_bits_change_more():
    model = gpt()
    here = model(ROWS[0])
    errors = [(rounded(model, bits)(ROWS[0]) - here).abs().mean() for bits in (8, 6, 4, 2)]
    assert errors == sorted(errors)
    assert errors[0] < errors[-1] / 10


# Size and speed -----------------------------------------------------------------------------------


def test_sizes_are_counted():
    model = gpt()
    weights = sum(w.numel() for w in matrices(model).values())
    vectors = sum(p.numel() for p in model.parameters()) - weights
    assert size_in_bytes(model) == 4 * (weights + vectors)
    apply_masks(model, magnitude_masks(matrices(model), 0.75))
    kept = weights - round(0.75 * weights)
    bitmaps = sum(math.ceil(w.numel() / 8) for w in matrices(model).values())
    assert sparse_size_in_bytes(model) == 4 * (vectors + kept) + bitmaps
    assert sparse_size_in_bytes(model, bits=8) == 4 * vectors + kept + bitmaps


def test_the_fastest_of_several_calls_counts(monkeypatch):
    calls, clock = [], iter([0.0, 5.0, 10.0, 12.0, 20.0, 23.0])  # calls of 5, 2 and 3 seconds
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    assert seconds(lambda: calls.append(1), repeats=3) == 2
    assert len(calls) == 4  # one to warm up


@pytest.mark.parametrize(
    "call",
    [
        lambda: distillation_loss(logits(0), logits(1), 0),
        lambda: distil(gpt(), gpt(), shuffled(ROWS, 8), TrainConfig(1), alpha=2),
        lambda: magnitude_masks({}, 0.5),
        lambda: magnitude_masks({"w": torch.ones(2, 2)}, 1.5),
        lambda: quantise(torch.ones(2, 2), bits=1),
        lambda: quantise(torch.ones(2, 2), bits=9),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        call()
