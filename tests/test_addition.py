"""Reversed addition: right problems, and a jump of every metric in training."""

import math

import pytest
import torch

from llmbook_utils import metrics
from llmbook_utils.emergence import addition

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_problem_is_written_backwards():
    assert addition.written(57, 86) == "75+68=341"
    assert addition.written(7, 5, digits=3) == "700+500=2100"


def test_every_problem_is_right():
    ids = addition.problems(500, torch.Generator().manual_seed(0), 3)
    for row in ids.tolist():
        text = "".join(addition.VOCABULARY[i] for i in row)
        a, b, c = (int(part[::-1]) for part in text.replace("=", "+").split("+"))
        assert a + b == c


@pytest.mark.parametrize("pair", [(100, 1), (1, 100), (-1, 5)])
def test_numbers_with_more_digits_are_refused(pair):
    with pytest.raises(ValueError, match="expected numbers from 0 to 99"):
        addition.written(*pair)


def test_asking_shows_only_what_comes_before():
    ids = addition.problems(30, torch.Generator().manual_seed(0))
    practice = addition.watch(8, (0,), steps=2, every=2, quiet=True)
    assert practice.step.tolist() == [0, 2]
    assert practice.log_p.shape == (1, 2, addition.TESTED, 3, 10)
    torch.manual_seed(0)
    model = addition.GPT(addition.config(8))
    changed = ids.clone()
    changed[:, -1] = (changed[:, -1] + 1) % 10
    torch.testing.assert_close(addition.ask(model, ids), addition.ask(model, changed))


def test_each_model_depends_on_its_own_seed_alone():
    both = addition.watch(8, (3, 4), steps=4, every=2, quiet=True)
    alone = addition.watch(8, (4,), steps=4, every=2, quiet=True)
    torch.testing.assert_close(both.log_p[1], alone.log_p[0])


@pytest.mark.thorough  # with one seed: tests/test_chapter_05.py
def test_smooth_metrics_jump_too():
    """The loss stands still for long, then falls; with other seeds than in the chapter."""
    practice = addition.watch(seeds=(10, 11, 12), every=50, quiet=True)
    for correct, log_p in zip(practice.correct, practice.true_log_p, strict=True):
        units = torch.tensor([metrics.digit_accuracy(c[:, :1]) for c in correct])
        nats = torch.tensor([metrics.nats_per_digit(p) for p in log_p])
        assert units[1] < 0.25  # after 50 steps: chance
        assert units[-1] > 0.9
        guess = 2 / 3 * math.log(10)  # two of three digits are guessed, the carry is known
        assert ((nats - guess).abs() < 0.08).sum() >= 2  # stands still for 50 steps or more …
        assert (nats[:-2] - nats[2:])[2:].max() > 0.25  # … and then falls within 100
        assert nats[-1] < guess - 0.5
