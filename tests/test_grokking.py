"""Grokking: no leak between training and test, and the rule long after the data."""

import pytest
import torch

from llmbook_utils.emergence import grokking

pytestmark = pytest.mark.usefixtures("one_thread")


def test_each_sum_is_there_once_and_right():
    pairs, targets = grokking.sums(13)
    assert len({tuple(sorted(pair)) for pair in pairs.tolist()}) == len(pairs) == 13 * 14 // 2
    assert torch.equal(targets, (pairs[:, 0] + pairs[:, 1]) % 13)


def test_the_network_cannot_tell_a_plus_b_from_b_plus_a():
    generator = torch.Generator().manual_seed(0)
    shapes = ((2, 13, 6), (2, 6, 8), (2, 8, 13))
    weights = [torch.randn(shape, generator=generator) for shape in shapes]
    pairs = torch.randint(13, (2, 9, 2), generator=generator)
    z = grokking.logits(weights, pairs)
    torch.testing.assert_close(z, grokking.logits(weights, pairs.flip(-1)))
    E, W, U = (w[1] for w in weights)  # the second network, by itself
    a, b = pairs[1].unbind(-1)
    torch.testing.assert_close(z[1], torch.relu((E[a] + E[b]) @ W) @ U)


def test_waves_are_seen_and_noise_is_not():
    a = torch.arange(59) * (2 * torch.pi / 59)
    waves = torch.stack([torch.cos(7 * a), torch.sin(20 * a), torch.cos(11 * a)], 1)
    noise = torch.randn(59, 48, generator=torch.Generator().manual_seed(0))
    clean, mixed = grokking.on_few_waves(torch.stack([waves, waves + 3.0]), 3)
    assert clean == pytest.approx(1, abs=1e-5)
    assert mixed == pytest.approx(1, abs=1e-5)  # a constant is no wave
    assert grokking.on_few_waves(noise[None]).item() < 0.3


def test_the_first_step_of_each_seed():
    step = torch.tensor([0, 10, 20])
    accuracy = torch.tensor([[0.1, 0.96, 0.9], [0.1, 0.2, 0.3], [0.95, 1.0, 1.0]])
    assert grokking.first_step(step, accuracy) == [10, None, 0]
    assert grokking.first_step(step, accuracy, 0.3) == [10, 20, 0]


def test_each_network_depends_on_its_own_seed_alone():
    both = grokking.learn(13, steps=20, seeds=(3, 4), quiet=True)
    alone = grokking.learn(13, steps=20, seeds=(4,), quiet=True)
    assert both.step.tolist() == [0, 20]
    for name in ("train_loss", "test_loss", "weight_norm", "on_few_waves"):
        torch.testing.assert_close(getattr(both, name)[1], getattr(alone, name)[0])


@pytest.mark.parametrize("bad", [{"prime": 5}, {"share": 0.0}, {"share": 1.0}, {"seeds": ()}])
def test_bad_input_is_refused(bad):
    with pytest.raises(ValueError, match="expected a prime from 13 up"):
        grokking.learn(**{"prime": 13, "steps": 1, "quiet": True, **bad})


@pytest.mark.thorough  # with one seed: tests/test_chapter_05.py
def test_the_rule_comes_long_after_the_data_and_not_without_decay():
    """Other seeds than in the chapter; about 8 s."""
    seeds = (10, 11, 12)
    decay = grokking.learn(seeds=seeds, quiet=True)
    known = grokking.first_step(decay.step, decay.train_accuracy, 0.99)
    understood = grokking.first_step(decay.step, decay.test_accuracy, 0.9)
    for i in range(3):
        assert known[i] is not None
        assert understood[i] is not None
        assert understood[i] > 4 * known[i]
        at = decay.step.tolist().index(known[i])
        assert decay.test_accuracy[i, at] < 0.1  # chance is 1/59
        assert decay.on_few_waves[i, -1] > 1.5 * decay.on_few_waves[i, 0]
        later = decay.step.tolist().index(understood[i])
        assert decay.weight_norm[i, later] < decay.weight_norm[i, at]
    none = grokking.learn(seeds=seeds, weight_decay=0, steps=300, quiet=True)
    assert (none.train_accuracy[:, -1] == 1).all()
    assert (none.test_accuracy < 0.1).all()
