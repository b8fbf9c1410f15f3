"""GRPO: advantages within groups, the loss by hand and by finite differences, and a run."""

import copy
import math

import pytest
import torch
from torch.nn import functional as F

from llmbook_utils.alignment.clipping import policy_loss
from llmbook_utils.alignment.grpo import GRPOConfig, group_advantages, grpo, grpo_loss


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


MASK = torch.tensor([[0, 1, 1, 1, 0], [1, 1, 1, 1, 1], [0, 0, 1, 0, 0]], dtype=torch.bool)
OLD, REFERENCE, ADVANTAGES = random(3, 5) - 2, random(3, 5, seed=1) - 2, random(3, seed=2)


def test_advantages_compare_within_a_group_only():
    scores = random(4, 6)
    advantages = group_advantages(scores)
    torch.testing.assert_close(advantages.mean(1), torch.zeros(4, dtype=torch.float64))
    torch.testing.assert_close(
        advantages.std(1), torch.ones(4, dtype=torch.float64), rtol=1e-3, atol=0
    )
    easier = scores + torch.tensor([[5.0], [0], [-3], [100]])
    torch.testing.assert_close(group_advantages(easier), advantages)


def test_advantages_by_hand():
    scores = torch.tensor([[1.0, 2.0, 3.0], [4.0, 4.0, 4.0]])
    expected = torch.tensor([[-1.0, 0, 1], [0, 0, 0]])
    torch.testing.assert_close(group_advantages(scores), expected, rtol=0, atol=2e-4)
    torch.testing.assert_close(group_advantages(5 * scores, scale=False), 5 * expected)
    with pytest.raises(ValueError, match=r"at least 2 answers in a group, got \(3, 1\)"):
        group_advantages(random(3, 1))


def test_each_answer_weighs_the_same_however_long_it_is():
    log_p = OLD + 0.3 * random(3, 5, seed=3)
    loss, _ = grpo_loss(log_p, OLD, REFERENCE, ADVANTAGES, MASK, 0.2, 0.5)
    total = 0.0
    for i in range(3):
        terms = []
        for t in range(5):
            if MASK[i, t]:
                ratio = math.exp(log_p[i, t] - OLD[i, t])
                a = ADVANTAGES[i].item()
                gain = min(ratio * a, min(max(ratio, 0.8), 1.2) * a)
                log_r = (REFERENCE[i, t] - log_p[i, t]).item()
                terms.append(gain - 0.5 * (math.exp(log_r) - 1 - log_r))
        total -= sum(terms) / len(terms) / 3
    assert loss.item() == pytest.approx(total)


def test_without_a_price_and_with_answers_of_one_length_it_is_ppos_loss():
    mask = torch.ones(3, 5, dtype=torch.bool)
    log_p = OLD + 0.3 * random(3, 5, seed=3)
    advantages = ADVANTAGES[:, None].expand(3, 5)
    ours = grpo_loss(log_p, OLD, REFERENCE, ADVANTAGES, mask, 0.2, 0.0)
    for a, b in zip(ours, policy_loss(log_p, OLD, advantages, mask, 0.2), strict=True):
        torch.testing.assert_close(a, b)


def test_the_gradient_is_right_by_finite_differences():
    log_p = (OLD + 0.3 * random(3, 5, seed=3)).requires_grad_()

    def loss(x):
        return grpo_loss(x, OLD, REFERENCE, ADVANTAGES, MASK, 0.2, 0.5)[0]

    assert torch.autograd.gradcheck(loss, log_p)


def test_the_loss_does_not_depend_on_padding_or_order():
    log_p, order = OLD + 0.3 * random(3, 5, seed=3), torch.tensor([2, 0, 1])
    loss, share = grpo_loss(log_p, OLD, REFERENCE, ADVANTAGES, MASK, 0.2, 0.5)
    wider = [F.pad(x, (1, 3)) for x in (log_p, OLD, REFERENCE)]
    padded = grpo_loss(*wider, ADVANTAGES, F.pad(MASK, (1, 3)), 0.2, 0.5)
    other = grpo_loss(*(x[order] for x in (log_p, OLD, REFERENCE, ADVANTAGES, MASK)), 0.2, 0.5)
    for result in (padded, other):
        torch.testing.assert_close(result, (loss, share))


@pytest.fixture(scope="module")
def tokenizer(five_words):
    return five_words


SMALL = {"iterations": 25, "questions": 8, "max_new_tokens": 5, "no_end": 0.0}


def run(reference, tokenizer, **config):
    end = tokenizer.special_id("<end>")
    prompts = [tokenizer.encode(text) for text in ("what", "who what", "what who who")]
    policy = copy.deepcopy(reference).requires_grad_(True)
    history = grpo(
        policy,
        reference,
        lambda answers: ((answers.ids == end) & answers.mask).sum(1) / answers.lengths,
        prompts,
        tokenizer,
        GRPOConfig(**SMALL | {"learning_rate": 1e-2} | config),
        look={"prompts": lambda answers: answers.prompts},
        progress=None,
    )
    return policy, history


@pytest.mark.parametrize("scale", [True, False])
def test_the_reward_rises(reference, tokenizer, scale):
    _, history = run(reference, tokenizer, beta=0.0, scale=scale)
    assert history.score[-1] > history.score[0] + 0.4
    assert history.kl[0] == 0
    assert history.kl[-1] > 1
    assert history.entropy[-1] < history.entropy[0]
    assert history.ended[-1] > 0.9
    assert history.length[-1] < history.length[0]
    assert all(len(x) == 25 for name, x in vars(history).items() if name != "looks")
    for prompts in history.looks["prompts"]:  # each question of a group is the same
        assert all(prompts[i] == prompts[i // 8 * 8] for i in range(64))


def test_a_price_on_the_divergence_keeps_the_policy_near(reference, tokenizer):
    _, free = run(reference, tokenizer, beta=0.0)
    _, dear = run(reference, tokenizer, beta=10.0)
    assert dear.kl[-1] < free.kl[-1] / 4


def test_a_run_is_the_same_again(reference, tokenizer):
    (a, first), (b, again) = (run(reference, tokenizer, iterations=2) for _ in range(2))
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
    assert first.score == again.score


@pytest.mark.parametrize(
    "wrong",
    [{"group": 1}, {"questions": 0}, {"beta": -1.0}, {"learning_rate": 0.0}, {"clip": 0.0}],
)
def test_a_config_refuses_numbers_out_of_range(wrong):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        GRPOConfig(**wrong)


def test_no_prompts_are_refused(reference, tokenizer):
    with pytest.raises(ValueError, match="at least one prompt"):
        grpo(reference, reference, lambda a: a.lengths, [], tokenizer, GRPOConfig(), progress=None)
