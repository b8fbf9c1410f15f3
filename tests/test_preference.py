"""DPO: the implicit reward, the loss at its start and by hand, a policy that learns an order."""

import copy
import math

import pytest
import torch

from llmbook_utils.alignment.answers import sample_answers, token_log_probs, written_answers
from llmbook_utils.alignment.preference import (
    DPOConfig,
    answer_log_probs,
    dpo,
    dpo_loss,
    implicit_reward,
    ranked_pairs,
)


@pytest.fixture(scope="module")
def tokenizer(five_words):
    return five_words


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_the_loss_is_log_2_for_the_reference_itself():
    log_p = random(7)
    reward = implicit_reward(log_p, log_p, 0.3)
    assert dpo_loss(reward, reward[torch.randperm(7)]).item() == pytest.approx(math.log(2))


def test_the_loss_by_hand():
    chosen, rejected = torch.tensor([1.0, -2.0]), torch.tensor([0.5, 1.0])
    expected = -(math.log(1 / (1 + math.exp(-0.5))) + math.log(1 / (1 + math.exp(3)))) / 2
    assert dpo_loss(chosen, rejected).item() == pytest.approx(expected)


def test_the_implicit_reward_is_that_for_which_the_policy_is_the_best():
    """π ∝ π_ref exp(r / β): so r̂ is r, up to one constant for all answers to a question."""
    reward, reference, beta = random(6), random(6, seed=1).log_softmax(0), 0.4
    policy = (reference + reward / beta).log_softmax(0)
    difference = implicit_reward(policy, reference, beta) - reward
    torch.testing.assert_close(difference, difference[:1].expand(6))

    # … and no other policy earns more, the price of the divergence paid
    def worth(log_p):
        return (log_p.exp() * (reward - beta * (log_p - reference))).sum()

    for seed in range(20):
        other = (policy + 0.1 * random(6, seed=seed + 2)).log_softmax(0)
        assert worth(other) < worth(policy)


def test_the_gradient_is_right_by_finite_differences():
    reference = random(8, seed=1)

    def loss(log_p):
        return dpo_loss(*implicit_reward(log_p, reference, 0.7).chunk(2))

    assert torch.autograd.gradcheck(loss, random(8).requires_grad_())


def test_the_gradient_is_that_of_equation_7():
    """−β σ(r̂_l − r̂_w) ∇[log π(y_w) − log π(y_l)]: most is learnt from pairs in the wrong order."""
    log_p, reference, beta = random(8).requires_grad_(), random(8, seed=1), 0.7
    chosen, rejected = implicit_reward(log_p, reference, beta).chunk(2)
    (gradient,) = torch.autograd.grad(dpo_loss(chosen, rejected), log_p)
    weight = beta * torch.sigmoid(rejected - chosen) / 4
    torch.testing.assert_close(gradient, torch.cat([-weight, weight]))


def test_an_answers_probability_does_not_depend_on_padding_order_or_company(
    reference, prompts, tokenizer
):
    answers = sample_answers(
        reference, prompts * 3, tokenizer, max_new_tokens=6, generator=torch.Generator()
    )
    together = answer_log_probs(reference, answers)
    order = torch.randperm(9, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        answer_log_probs(reference, answers.select(order)), together[order], rtol=1e-4, atol=1e-4
    )
    for i in range(9):
        alone = answer_log_probs(reference, answers.select([i]))
        torch.testing.assert_close(alone[0], together[i], rtol=1e-4, atol=1e-4)


def test_prompt_and_padding_do_not_count(reference, tokenizer):
    prompts = [tokenizer.encode("what who"), tokenizer.encode("who")]
    answers = written_answers(prompts, ["yes.<end>", "no maybe<end>"], tokenizer)
    for i, prompt in enumerate(prompts):
        row = answers.ids[i : i + 1, : len(prompt) + int(answers.lengths[i])]
        expected = token_log_probs(reference, row)[0, len(prompt) - 1 :].sum()
        torch.testing.assert_close(answer_log_probs(reference, answers)[i], expected)


def test_pairs_of_a_ranking():
    chosen, rejected = ranked_pairs(torch.tensor([[2, 0, 1], [0, 1, 2]]))
    pairs = set(zip(chosen.tolist(), rejected.tolist(), strict=True))
    assert pairs == {(2, 0), (2, 1), (0, 1), (3, 4), (3, 5), (4, 5)}


def trained(reference, prompts, tokenizer, **config):
    said = ["yes<end>", "no<end>", "maybe<end>"]  # the best first, to each question
    answers = written_answers([p for p in prompts for _ in said], said * len(prompts), tokenizer)
    chosen, rejected = ranked_pairs(torch.arange(3).expand(len(prompts), 3))
    policy = copy.deepcopy(reference).requires_grad_(True)
    settings = DPOConfig(**{"steps": 30, "batch_size": 9, "learning_rate": 1e-2} | config)
    history = dpo(
        policy, reference, answers, chosen, rejected, settings,
        look={"size": lambda model: len(list(model.parameters()))}, look_every=10, progress=None,
    )  # fmt: skip
    return policy, answers, history


def test_a_policy_learns_the_order(reference, prompts, tokenizer):
    policy, answers, history = trained(reference, prompts, tokenizer)
    assert history.loss[0] == pytest.approx(math.log(2), abs=1e-5)
    assert history.loss[-1] < 0.5
    assert history.accuracy[-1] == 1
    assert history.chosen[0] == history.rejected[0] == 0
    assert history.chosen[-1] > history.rejected[-1] + 0.5
    assert history.looked == [0, 10, 20, 30]
    assert len(history.looks["size"]) == 4
    assert len(history.loss) == len(history.accuracy) == len(history.seconds) == 30
    moved = answer_log_probs(policy, answers) - answer_log_probs(reference, answers)
    assert (moved.view(3, 3).diff(dim=1) < 0).all()


def test_a_small_beta_lets_the_policy_go_further(reference, prompts, tokenizer):
    def distance(beta):
        policy, answers, _ = trained(reference, prompts, tokenizer, beta=beta)
        moved = answer_log_probs(policy, answers) - answer_log_probs(reference, answers)
        return (moved[0::3] - moved[2::3]).mean().item()

    assert distance(0.05) > 2 * distance(5.0)


def test_a_run_is_the_same_again(reference, prompts, tokenizer):
    a, b = (trained(reference, prompts, tokenizer, steps=3, batch_size=4)[0] for _ in range(2))
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))


def test_bad_input_is_refused(reference, prompts, tokenizer):
    with pytest.raises(ValueError, match="expected beta to be a positive number, got 0"):
        DPOConfig(beta=0.0)
    with pytest.raises(ValueError, match="batch size from 1 to 9"):
        trained(reference, prompts, tokenizer, batch_size=10)
