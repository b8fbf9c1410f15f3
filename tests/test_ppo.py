"""PPO: each formula against its definition, its limits, and finite differences; then the whole."""

import copy
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils.alignment.advantages import (
    discounted_returns,
    explained_variance,
    gae,
    masked_mean,
    whiten,
)
from llmbook_utils.alignment.answers import sample_answers, token_log_probs
from llmbook_utils.alignment.clipping import clipped_objective, policy_loss, value_loss
from llmbook_utils.alignment.kl import AdaptiveKL, kl_k1, kl_k2, kl_k3, shaped_rewards
from llmbook_utils.alignment.ppo import (
    Critic,
    PPOConfig,
    collect,
    estimate,
    minibatches,
    penalise_no_end,
    ppo,
)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def rows(lengths, T):
    """A mask: prompts of different lengths, then answers of these lengths, then padding."""
    mask = torch.zeros(len(lengths), T, dtype=torch.bool)
    for i, length in enumerate(lengths):
        start = i % 3
        mask[i, start : start + length] = True
    return mask


MASK = rows([4, 1, 6, 3, 5], 8)
REWARDS, VALUES, OLD = random(5, 8, seed=1), random(5, 8, seed=2), random(5, 8, seed=3) - 2


# KL ----------------------------------------------------------------------------------------------
P, Q = torch.tensor([0.5, 0.3, 0.15, 0.05]), torch.tensor([0.3, 0.3, 0.2, 0.2])
KL = (P * (P / Q).log()).sum().item()


@pytest.mark.parametrize("k", [kl_k1, kl_k3])
def test_k1_and_k3_are_unbiased(k):
    assert (P * k(P.log(), Q.log())).sum().item() == pytest.approx(KL, abs=1e-6)  # the expectation
    x = torch.multinomial(P, 200_000, True, generator=torch.Generator().manual_seed(0))
    drawn = k(P.log()[x], Q.log()[x])
    assert abs(drawn.mean().item() - KL) < 4 * drawn.std().item() / math.sqrt(len(x))


def test_k2_is_biased_but_less_so_where_the_two_are_close():
    def bias(q):
        kl = (P * (P / q).log()).sum().item()
        return abs((P * kl_k2(P.log(), q.log())).sum().item() - kl) / kl

    near = P + 0.1 * (Q - P)  # the relative bias falls about as the distance does
    assert bias(Q) > 0.1
    assert bias(near) < bias(Q) / 2


def test_k3_varies_less_than_k1_and_is_never_negative():
    q = P + 0.5 * (Q - P)
    k1, k3 = kl_k1(P.log(), q.log()), kl_k3(P.log(), q.log())

    def variance(k):
        return ((P * k**2).sum() - (P * k).sum() ** 2).item()

    assert variance(k3) < variance(k1) / 2
    assert (k3 >= 0).all()
    assert (k1 < 0).any()


def test_k3_is_exact_for_ratios_near_1():
    log_r = torch.tensor([1e-4], dtype=torch.float32)
    assert kl_k3(torch.zeros(1), log_r).item() == pytest.approx(0.5e-8, rel=0.01)


def test_rewards_sum_to_the_score_less_the_price_of_the_divergence():
    scores, log_p, log_reference = random(5, seed=4), OLD, OLD + random(5, 8, seed=5)
    rewards = shaped_rewards(scores, log_p, log_reference, MASK, 0.3)
    divergence = ((log_p - log_reference) * MASK).sum(1)
    torch.testing.assert_close(rewards.sum(1), scores - 0.3 * divergence)
    assert not rewards[~MASK].any()
    alone = shaped_rewards(scores, log_p, log_reference, MASK, 0)
    last = [2 + 0 + 1, 1, 7, 2, 5]
    assert [row.nonzero().flatten().tolist() for row in alone] == [[i] for i in last]


def test_an_answer_without_tokens_is_refused():
    mask = MASK.clone()
    mask[2] = False
    with pytest.raises(ValueError, match="at least one token in each answer"):
        shaped_rewards(random(5), OLD, OLD, mask, 0.1)


def test_beta_is_adapted_towards_the_target():
    control = AdaptiveKL(0.1, target=2.0, rate=0.1)
    assert control.update(2.0) == pytest.approx(0.1)
    assert control.update(2.2) == pytest.approx(0.1 * (1 + 0.1 * 0.1))
    before = control.beta
    assert control.update(100.0) == pytest.approx(before * 1.02)  # the error is clipped at 0.2
    assert control.update(0.0) == pytest.approx(before * 1.02 * 0.98)
    for wrong in ({"beta": 0}, {"target": -1}, {"rate": math.inf}):
        with pytest.raises(ValueError, match="positive number"):
            AdaptiveKL(**{"beta": 0.1, "target": 1.0, **wrong})


# Returns and advantages --------------------------------------------------------------------------
def spans(mask):
    """(row, its positions) of each answer."""
    return [(i, row.nonzero().flatten().tolist()) for i, row in enumerate(mask)]


@pytest.mark.parametrize("gamma", [0.0, 0.7, 1.0])
def test_returns_are_the_direct_sum(gamma):
    returns = discounted_returns(REWARDS, MASK, gamma)
    for i, span in spans(MASK):
        for t in span:
            direct = sum(gamma ** (s - t) * REWARDS[i, s].item() for s in span if s >= t)
            assert returns[i, t].item() == pytest.approx(direct)
    assert not returns[~MASK].any()


@pytest.mark.parametrize(("gamma", "lam"), [(1.0, 0.95), (0.9, 0.5), (0.7, 1.0), (0.9, 0.0)])
def test_gae_is_the_direct_sum_of_equation_16(gamma, lam):
    advantages, returns = gae(REWARDS, VALUES, MASK, gamma, lam)
    for i, span in spans(MASK):
        value = {t: VALUES[i, t].item() for t in span}
        delta = {t: REWARDS[i, t].item() + gamma * value.get(t + 1, 0.0) - value[t] for t in span}
        for t in span:
            direct = sum((gamma * lam) ** (s - t) * delta[s] for s in span if s >= t)
            assert advantages[i, t].item() == pytest.approx(direct)
            assert returns[i, t].item() == pytest.approx(direct + value[t])
    assert not advantages[~MASK].any()
    assert not returns[~MASK].any()


def test_gae_with_lambda_1_is_return_less_value():
    advantages, returns = gae(REWARDS, VALUES, MASK, 0.9, 1.0)
    expected = discounted_returns(REWARDS, MASK, 0.9)
    torch.testing.assert_close(returns, expected)
    torch.testing.assert_close(advantages, (expected - VALUES) * MASK)


def test_gae_with_lambda_0_is_the_surprise_of_one_step():
    advantages, _ = gae(REWARDS, VALUES, MASK, 0.9, 0.0)
    following = F.pad(VALUES * MASK, (0, 1))[:, 1:]
    torch.testing.assert_close(advantages, (REWARDS + 0.9 * following - VALUES) * MASK)


def test_a_perfect_critic_leaves_no_advantage():
    values = discounted_returns(REWARDS, MASK, 0.9)
    advantages, _ = gae(REWARDS, values, MASK, 0.9, 0.95)
    torch.testing.assert_close(advantages, torch.zeros_like(advantages))


def test_what_stands_outside_the_mask_changes_nothing():
    junk = random(5, 8, seed=9) * 1e3
    rewards, values = REWARDS.where(MASK, junk), VALUES.where(MASK, math.nan)
    for a, b in zip(gae(rewards, values, MASK), gae(REWARDS, VALUES, MASK), strict=True):
        assert torch.equal(a, b)
    assert torch.equal(
        discounted_returns(rewards, MASK, 0.9), discounted_returns(REWARDS, MASK, 0.9)
    )
    assert torch.equal(whiten(values, MASK), whiten(VALUES, MASK))


def test_shifting_a_row_or_padding_it_changes_nothing():
    wider = [F.pad(x, (2, 3)) for x in (REWARDS, VALUES, MASK)]
    for a, b in zip(gae(*wider), gae(REWARDS, VALUES, MASK), strict=True):
        assert torch.equal(a[:, 2:-3], b)


@pytest.mark.parametrize("wrong", [{"gamma": 1.1}, {"lam": -0.1}])
def test_gae_refuses_what_is_not_from_0_to_1(wrong):
    with pytest.raises(ValueError, match="number from 0 to 1"):
        gae(REWARDS, VALUES, MASK, **wrong)


def test_whitening_looks_at_the_mask_only():
    x = whiten(REWARDS * 7 + 3, MASK)
    assert x[MASK].mean().item() == pytest.approx(0, abs=1e-12)
    assert x[MASK].var(correction=0).item() == pytest.approx(1, abs=1e-6)
    assert not x[~MASK].any()
    torch.testing.assert_close(x, whiten(REWARDS, MASK))  # whatever scale it had
    assert (x[~MASK] == 0).all()
    constant = torch.full_like(REWARDS, 5.0)
    assert whiten(constant, MASK).abs().max() < 1e-6
    with pytest.raises(ValueError, match="at least one True"):
        masked_mean(x, torch.zeros_like(MASK))


def test_explained_variance_of_a_perfect_a_constant_and_a_bad_critic():
    assert explained_variance(REWARDS, REWARDS, MASK) == pytest.approx(1)
    assert explained_variance(REWARDS + 5, REWARDS, MASK) == pytest.approx(1)  # its own mean off
    assert explained_variance(torch.zeros_like(REWARDS), REWARDS, MASK) == pytest.approx(0)
    assert explained_variance(-REWARDS, REWARDS, MASK) == pytest.approx(-3)
    assert explained_variance(REWARDS, torch.ones_like(REWARDS), MASK) == 0


# The losses --------------------------------------------------------------------------------------
def test_the_clipped_objective_in_each_of_its_cases():
    log_ratio = torch.tensor([[1.5, 0.5, 1.1, 1.5, 0.5, 0.9]]).log()
    advantages = torch.tensor([[2.0, 2.0, 2.0, -2.0, -2.0, -2.0]])
    objective, clipped = clipped_objective(log_ratio, torch.zeros(1, 6), advantages, 0.2)
    torch.testing.assert_close(objective, torch.tensor([[2.4, 1.0, 2.2, -3.0, -1.6, -1.8]]))
    assert clipped.tolist() == [[True, False, False, False, True, False]]


def test_at_ratio_1_the_gradient_is_that_of_the_policy_gradient():
    log_p = OLD.clone().requires_grad_()
    loss, clipped = policy_loss(log_p, OLD, REWARDS, MASK)
    (gradient,) = torch.autograd.grad(loss, log_p)
    plain = OLD.clone().requires_grad_()
    (expected,) = torch.autograd.grad(-masked_mean(plain * REWARDS, MASK), plain)
    torch.testing.assert_close(gradient, expected)
    assert loss.item() == pytest.approx(-REWARDS[MASK].mean().item())
    assert clipped == 0


def test_no_gradient_where_clipping_took_it_away():
    log_p = (OLD + random(5, 8, seed=6)).requires_grad_()
    loss, share = policy_loss(log_p, OLD, REWARDS, MASK, 0.2)
    (gradient,) = torch.autograd.grad(loss, log_p)
    assert share.item() == pytest.approx((gradient[MASK] == 0).double().mean().item())
    assert 0 < share < 1
    assert not gradient[~MASK].any()


def test_the_gradients_are_right_by_finite_differences():
    log_p = (OLD + 0.3 * random(5, 8, seed=6)).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: policy_loss(x, OLD, REWARDS, MASK)[0], log_p)
    values = (VALUES + 0.3 * random(5, 8, seed=7)).requires_grad_()
    assert torch.autograd.gradcheck(lambda v: value_loss(v, VALUES, REWARDS, MASK), values)


def test_the_value_loss_in_each_of_its_cases():
    old, returns = torch.zeros(1, 4), torch.tensor([[1.0, 1.0, -1.0, 0.1]])
    values = torch.tensor([[0.1, 0.5, 0.5, 0.1]])  # not yet clipped, clipped, the wrong way, right
    expected = torch.tensor([0.9**2, 0.8**2, 1.5**2, 0.0]) / 2
    for i in range(4):
        mask = torch.arange(4)[None] == i
        assert value_loss(values, old, returns, mask, 0.2).item() == pytest.approx(
            expected[i].item()
        )
    free = value_loss(values, old, returns, torch.ones(1, 4, dtype=torch.bool), math.inf)
    torch.testing.assert_close(free, F.mse_loss(values, returns) / 2)


def test_losses_do_not_depend_on_padding_or_on_the_order_of_answers():
    log_p, order = OLD + 0.3 * random(5, 8, seed=6), torch.tensor([3, 0, 4, 1, 2])
    for loss in (lambda *x: policy_loss(*x)[0], value_loss):
        plain = loss(log_p, OLD, REWARDS, MASK)
        padded = loss(*(F.pad(x, (0, 4)) for x in (log_p, OLD, REWARDS, MASK)))
        torch.testing.assert_close(padded, plain)
        torch.testing.assert_close(loss(*(x[order] for x in (log_p, OLD, REWARDS, MASK))), plain)


def test_an_answer_without_end_gets_the_penalty_in_place_of_its_score():
    scores, ended = torch.tensor([3.0, 1.0, -5.0]), torch.tensor([True, False, False])
    assert penalise_no_end(scores, ended, -2.0).tolist() == [3.0, -2.0, -2.0]


# The whole ---------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def tokenizer(five_words):
    return five_words


def wants(token):
    """A score: the share of an answer's tokens that are this one."""

    def score(answers):
        return ((answers.ids == token) & answers.mask).sum(1) / answers.lengths

    return score


SMALL = {"iterations": 12, "rollouts": 64, "max_new_tokens": 5, "no_end": 0.0}


def run(reference, prompts, tokenizer, score, config, **others):
    policy = copy.deepcopy(reference).requires_grad_(True)
    critic = Critic(reference)
    history = ppo(
        policy, reference, critic, score, prompts, tokenizer, config, progress=None, **others
    )
    return policy, critic, history


def test_a_critic_sees_no_token_that_is_still_to_be_chosen(reference, prompts):
    critic = Critic(reference)
    nn.init.normal_(critic.head.weight)
    ids = torch.tensor([prompts[2] + [5, 6, 7]])
    other = ids.clone()
    other[0, -2] += 1
    changed = (critic(ids) != critic(other)).flatten().tolist()
    assert critic(ids).shape == (1, ids.shape[1] - 1)
    assert changed == [False] * (ids.shape[1] - 2) + [True]


def test_the_reward_rises(reference, prompts, tokenizer):
    # scores of whole answers, ended or not: the penalty is what an untrained model mostly gets
    token = tokenizer.special_id("<end>")
    config = PPOConfig(**SMALL | {"no_end": 0.0}, beta=0.0, learning_rate=1e-2, seed=1)
    score = wants(token)
    _, _, history = run(
        reference, prompts, tokenizer, score, config, look={"long": lambda a: a.lengths.max()}
    )
    assert history.score[-1] > history.score[0] + 0.5
    assert history.kl[-1] > 1 > abs(history.kl[0])
    assert history.kl[0] == 0
    assert history.length[-1] < history.length[0]
    assert history.ended[-1] > 0.9
    assert history.entropy[-1] < history.entropy[0]
    assert all(len(x) == 12 for name, x in vars(history).items() if name != "looks")
    assert len(history.looks["long"]) == 12
    assert all(0 <= share <= 1 for share in history.clip_fraction)
    assert min(history.approx_kl) >= 0
    assert history.explained_variance[0] == pytest.approx(0, abs=0.01)  # it expects nothing yet


def test_a_price_on_the_divergence_keeps_the_policy_near(reference, prompts, tokenizer):
    score = wants(tokenizer.special_id("<end>"))
    free, dear = (
        run(
            reference,
            prompts,
            tokenizer,
            score,
            PPOConfig(**SMALL, beta=beta, learning_rate=1e-2),
        )[2]
        for beta in (0.0, 10.0)
    )
    assert dear.kl[-1] < free.kl[-1] / 4


def test_a_run_is_the_same_again_and_another_seed_is_another_run(reference, prompts, tokenizer):
    score = wants(tokenizer.special_id("<end>"))
    small = SMALL | {"iterations": 2}
    runs = [
        run(reference, prompts, tokenizer, score, PPOConfig(**small, seed=seed))
        for seed in (0, 0, 1)
    ]
    first, again, other = (list(policy.parameters()) for policy, _, _ in runs)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))
    assert runs[0][2].score == runs[1][2].score


def test_the_first_update_is_the_policy_gradient(reference, prompts, tokenizer):
    """One epoch, one part: the weights move as by Adam on −mean of Â ∇ log π."""
    config = PPOConfig(**SMALL | {"iterations": 1}, epochs=1, minibatches=1)
    score = wants(tokenizer.special_id("<end>"))
    trained, _, _ = run(reference, prompts, tokenizer, score, config)

    policy = copy.deepcopy(reference).requires_grad_(True)
    generator = torch.Generator().manual_seed(config.seed)
    rollout = collect(
        policy, reference, Critic(reference), score, prompts, tokenizer, config, generator
    )
    advantages, _ = estimate(rollout, config.beta, config)
    adam = torch.optim.Adam(policy.parameters(), config.learning_rate)
    log_p = token_log_probs(policy, rollout.answers.ids)
    (-masked_mean(advantages * log_p, rollout.mask)).backward()
    nn.utils.clip_grad_norm_(policy.parameters(), 1.0)
    adam.step()
    for a, b in zip(trained.parameters(), policy.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)


def test_a_rollout_is_what_the_models_say_of_the_answers(reference, prompts, tokenizer):
    config, generator = PPOConfig(**SMALL), torch.Generator().manual_seed(0)
    score = wants(3)
    rollout = collect(
        reference, reference, Critic(reference), score, prompts, tokenizer, config, generator
    )
    assert torch.equal(rollout.log_p, rollout.log_reference)
    assert torch.equal(rollout.scores, score(rollout.answers))
    assert rollout.mask.sum(1).tolist() == rollout.answers.lengths.tolist()
    assert not rollout.values.any()
    assert {tuple(p) for p in rollout.answers.prompts} == {tuple(p) for p in prompts}


def test_each_epoch_takes_every_answer_once():
    config = PPOConfig(rollouts=10, minibatches=3, epochs=2)
    parts = list(minibatches(config, torch.Generator().manual_seed(0)))
    assert [len(part) for part in parts] == [4, 4, 2] * 2
    for epoch in (parts[:3], parts[3:]):
        assert sorted(torch.cat(epoch).tolist()) == list(range(10))


def test_the_pretraining_loss_keeps_what_was_known(reference, prompts, tokenizer):
    """PPO-ptx on a text that the score knows nothing of: its loss falls, and rises without."""
    text = torch.tensor([tokenizer.encode("yes no maybe yes no maybe", "allow")])
    batch = (text[:, :-1], text[:, 1:])

    def nats(model):
        return F.cross_entropy(model(batch[0])[0], batch[1][0]).item()

    score = wants(tokenizer.special_id("<end>"))
    config = PPOConfig(**SMALL, beta=0.0, learning_rate=1e-2)
    without = nats(run(reference, prompts, tokenizer, score, config)[0])
    config = PPOConfig(**SMALL, beta=0.0, learning_rate=1e-2, ptx=1.0)
    numbers = []

    def batches(i):
        numbers.append(i)
        return batch

    kept = nats(run(reference, prompts, tokenizer, score, config, pretraining=batches)[0])
    assert kept < nats(reference) < without
    assert numbers == list(range(12 * 2 * 4))


def test_beta_follows_the_target(reference, prompts, tokenizer):
    score = wants(tokenizer.special_id("<end>"))
    config = PPOConfig(**SMALL, beta=0.1, learning_rate=1e-2, target_kl=0.05)
    _, _, history = run(reference, prompts, tokenizer, score, config)
    assert history.beta[0] == 0.1
    for before, after, kl in zip(history.beta, history.beta[1:], history.kl, strict=False):
        assert (after > before) == (kl > 0.05)


def test_bad_input_is_refused(reference, prompts, tokenizer):
    score = wants(3)
    with pytest.raises(ValueError, match="at least one prompt"):
        run(reference, [], tokenizer, score, PPOConfig(**SMALL))
    with pytest.raises(ValueError, match=r"or neither, got 0\.5, no batches"):
        run(reference, prompts, tokenizer, score, PPOConfig(**SMALL, ptx=0.5))
    with pytest.raises(ValueError, match=r"or neither, got 0\.0, batches"):
        run(reference, prompts, tokenizer, score, PPOConfig(**SMALL), pretraining=lambda i: ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"iterations": 0},
        {"rollouts": -5},
        {"minibatches": 200},
        {"beta": -0.1},
        {"learning_rate": 0.0},
        {"clip": 0.0},
        {"value_clip": -1.0},
        {"gamma": 1.5},
        {"lam": -0.5},
        {"no_end": -math.inf},
        {"ptx": -1.0},
        {"beta": 0.0, "target_kl": 1.0},
        {"target_kl": -1.0},
    ],
)
def test_a_config_refuses_numbers_out_of_range(wrong):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        PPOConfig(**wrong)


def test_sampling_and_scoring_agree_on_probabilities(reference, prompts, tokenizer):
    """log π of a rollout is that of the tokens when they were drawn: no padding gets in."""
    answers = sample_answers(
        reference, prompts * 4, tokenizer, max_new_tokens=5, generator=torch.Generator()
    )
    log_p = token_log_probs(reference, answers.ids)
    for i, (prompt, length) in enumerate(zip(answers.prompts, answers.lengths, strict=True)):
        stop = len(prompt) + int(length)
        alone = token_log_probs(reference, answers.ids[i : i + 1, :stop])
        torch.testing.assert_close(
            log_p[i][answers.mask[i, 1:]], alone[0, len(prompt) - 1 :], rtol=1e-4, atol=1e-5
        )
