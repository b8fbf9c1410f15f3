"""What chapter 11 defines in its cells is what the package offers, and its toys hold elsewhere.

That PPO raises the gold reward and that it collapses without a leash is repeated over three seeds
in ``test_alignment_claims.py``.
"""

import copy
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils import pretraining
from llmbook_utils import train as loop
from llmbook_utils.alignment import advantages, answers, grpo, kl, ppo, preference
from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT, GPTConfig

CHAPTER = Path(__file__).parents[1] / "chapters" / "11_ppo.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
PARTS = ("token-log-probs", "masked-mean", "returns-definition", "critic-definition")
PARTS += ("gae-definition", "whiten-definition", "policy-loss-definition")
PARTS += ("value-loss-definition", "explained-variance", "kl-definition")
PARTS += ("shaped-rewards", "no-end-penalty")
STEPS = ("batch-definition", "collect", "estimate", "gradient", "update")
STEPS += ("diagnose-definition", "ppo-definition", "ptx-gradient")
TOY = ("toy-rewards", "toy-policy")


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "math": math, "torch": torch, "nn": nn, "F": F, "copy": copy, "loop": loop}
    scope |= {"answers": answers, "dataclass": dataclass, "defaultdict": defaultdict} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def parts():
    return load(*PARTS)


@pytest.fixture
def batch():
    """Random tensors with a prompt before each answer and padding behind it."""
    g = torch.Generator().manual_seed(0)
    B, T = 7, 12
    start, length = (
        torch.randint(1, 4, (B, 1), generator=g),
        torch.randint(1, 8, (B, 1), generator=g),
    )
    place = torch.arange(T)
    mask = (start <= place) & (place < start + length)
    values = {
        name: torch.randn(B, T, generator=g) for name in ("log_p", "old", "ref", "V", "V_old")
    }
    return {**values, "mask": mask, "rewards": torch.randn(B, T, generator=g) * mask, "g": g}


# Token by token -----------------------------------------------------------------------------------


def test_the_chapters_log_probabilities_equal_the_packages(parts):
    torch.manual_seed(0)
    model = GPT(GPTConfig(30, context=12, width=16))
    for p in model.parameters():
        nn.init.normal_(p, std=0.3)
    ids = torch.randint(30, (3, 11))
    ours, theirs = (f(model, ids) for f in (parts["token_log_probs"], answers.token_log_probs))
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("gamma", "lam"), [(1.0, 0.95), (0.9, 0.0), (0.7, 1.0), (0.99, 0.5)])
def test_the_chapters_returns_and_gae_equal_the_packages(parts, batch, gamma, lam):
    r, V, mask = batch["rewards"], batch["V"], batch["mask"]
    ours = parts["discounted_returns"](r, mask, gamma)
    torch.testing.assert_close(ours, advantages.discounted_returns(r, mask, gamma))
    ours = parts["gae"](r, V, mask, gamma, lam)
    torch.testing.assert_close(ours, advantages.gae(r, V, mask, gamma, lam))


def test_the_two_ends_of_gae(parts, batch):
    r, V, mask = batch["rewards"], batch["V"], batch["mask"]
    A, _ = parts["gae"](r, V, mask, 0.9, 1.0)
    torch.testing.assert_close(A, (parts["discounted_returns"](r, mask, 0.9) - V) * mask)
    A, _ = parts["gae"](r, V, mask, 0.9, 0.0)
    after = F.pad(V * mask, (0, 1))[:, 1:]
    torch.testing.assert_close(A, (r + 0.9 * after - V) * mask)


def test_the_chapters_whitening_and_means_equal_the_packages(parts, batch):
    x, mask = 3 + 2 * batch["V"], batch["mask"]
    torch.testing.assert_close(parts["whiten"](x, mask), advantages.whiten(x, mask))
    torch.testing.assert_close(parts["masked_mean"](x, mask), advantages.masked_mean(x, mask))
    G = batch["rewards"]
    ours = parts["explained_variance"](x, G, mask)
    assert ours == pytest.approx(advantages.explained_variance(x, G, mask), abs=1e-5)


# Losses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clip", [0.1, 0.2, math.inf])
def test_the_chapters_losses_equal_the_packages(parts, batch, clip):
    log_p, old, mask = batch["log_p"], batch["old"], batch["mask"]
    ours = parts["policy_loss"](log_p, old, batch["V"], mask, clip)
    torch.testing.assert_close(ours, ppo.policy_loss(log_p, old, batch["V"], mask, clip))
    args = batch["V"], batch["V_old"], batch["rewards"], mask, clip
    torch.testing.assert_close(parts["value_loss"](*args), ppo.value_loss(*args))


def test_what_stands_in_the_padding_has_no_influence(parts, batch):
    log_p, old, mask = batch["log_p"].requires_grad_(), batch["old"], batch["mask"]
    far = torch.where(mask, old, old - 500)
    losses = [parts["policy_loss"](log_p, o, batch["V"], mask)[0] for o in (old, far)]
    torch.testing.assert_close(*losses)
    (gradient,) = torch.autograd.grad(losses[1], log_p)
    assert gradient.isfinite().all()
    assert not gradient[~mask].any()


def test_the_chapters_estimators_and_rewards_equal_the_packages(parts, batch):
    p, q, mask = batch["log_p"], batch["ref"], batch["mask"]
    for name in ("kl_k1", "kl_k2", "kl_k3"):
        torch.testing.assert_close(parts[name](p, q), getattr(kl, name)(p, q))
    scores = torch.randn(len(p), generator=batch["g"])
    args = scores, p, q, mask, 0.3
    torch.testing.assert_close(parts["shaped_rewards"](*args), kl.shaped_rewards(*args))
    ended = scores > 0
    ours = parts["penalise_no_end"](scores, ended, -2.0)
    torch.testing.assert_close(ours, ppo.penalise_no_end(scores, ended, -2.0))


def test_the_chapters_dpo_and_grpo_equal_the_packages(parts, batch):
    scope = load(*PARTS, "dpo-loss", "group-advantages", "grpo-loss")
    p, q = batch["log_p"][:, :2].T, batch["ref"][:, :2].T
    ours = [scope["implicit_reward"](*pair, 0.3) for pair in zip(p, q, strict=True)]
    theirs = [preference.implicit_reward(*pair, 0.3) for pair in zip(p, q, strict=True)]
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(scope["dpo_loss"](*ours), preference.dpo_loss(*theirs))

    groups = torch.randn(5, 4, generator=batch["g"])
    ours = scope["group_advantages"](groups)
    torch.testing.assert_close(ours, grpo.group_advantages(groups))
    A = ours.flatten()[: len(batch["mask"])]
    args = batch["log_p"], batch["old"], batch["ref"], A, batch["mask"], 0.2, 0.1
    torch.testing.assert_close(scope["grpo_loss"](*args), grpo.grpo_loss(*args)[0])


# The update ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    """An untrained model of the tiny world, prompts, and a score that can be read off the text."""
    world = World(seed=0)
    tokenizer = pretraining.tokenizer_for(world, world.documents(300, seed=0))
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=40, width=16, layers=1))
    for p in model.parameters():
        nn.init.normal_(p, std=0.2)
    prompts = answers.question_ids(tokenizer, Chat(world), world.pairs[:9])

    def score(said):
        return said.lengths.float().sqrt() - (said.ids % 7 == 0).float().sum(1)

    return tokenizer, model, prompts, score


@pytest.mark.parametrize("ptx", [0.0, 0.3])
def test_the_chapters_update_equals_the_packages(small, ptx):
    tokenizer, model, prompts, score = small
    scope = load(*PARTS, *STEPS, tokenizer=tokenizer, reference=model, score=score, prompts=prompts)
    config = ppo.PPOConfig(iterations=2, rollouts=10, minibatches=2, beta=0.1, ptx=ptx, seed=3)
    rows = torch.randint(90, (8, 12), generator=torch.Generator().manual_seed(0))
    batches = loop.shuffled((rows[:, :-1], rows[:, 1:]), 4) if ptx else None

    ours, our_critic = copy.deepcopy(model), scope["Critic"](model)
    history = scope["ppo"](ours, our_critic, config, ptx=batches)
    theirs, critic = copy.deepcopy(model), ppo.Critic(model)
    expected = ppo.ppo(
        theirs, model, critic, score, prompts, tokenizer, config, pretraining=batches, progress=None
    )
    for a, b in ((ours, theirs), (our_critic, critic)):
        torch.testing.assert_close(dict(a.state_dict()), dict(b.state_dict()), rtol=1e-4, atol=1e-5)
    assert (ours.tokens.weight - model.tokens.weight).abs().max() > 1e-4  # something has happened
    names = {"proxy": "score", "KL": "kl", "entropy": "entropy", "length": "length"}
    names |= {"ended": "ended", "explained variance": "explained_variance"}
    names |= {"clip fraction": "clip_fraction", "step KL": "approx_kl"}
    for name, field in names.items():
        assert history[name] == pytest.approx(getattr(expected, field), abs=1e-4), name


def test_the_bug_changes_the_targets_alone_and_hides_their_mean(parts, batch):
    scope = load(*PARTS, "batch-definition", "estimate", "bug-definition")
    mask, g = batch["mask"], batch["g"]
    said = answers.Answers(
        torch.zeros(7, 13, dtype=torch.long), F.pad(mask, (1, 0)), [[0]] * 7, mask.any(1)
    )
    scores = 2 + torch.randn(7, generator=g)
    columns = batch["log_p"], batch["ref"], batch["V"], scores
    rollout, config = scope["Batch"](said, mask, *columns), ppo.PPOConfig()
    A, G = scope["estimate"](rollout, config)
    broken_A, broken_G = scope["estimate_with_bug"](rollout, config)
    torch.testing.assert_close(A, broken_A)
    mean = parts["masked_mean"]
    assert mean(broken_G, mask) == pytest.approx(mean(batch["V"], mask).item(), abs=1e-4)
    assert mean(G, mask) > mean(batch["V"], mask) + 0.3


def test_in_the_first_step_the_gradient_is_the_policy_gradient(parts, batch):
    """All ratios are 1: that of −mean A log π, whatever the clip."""
    log_p, mask, A = batch["log_p"].requires_grad_(), batch["mask"], batch["V"]
    (ours,) = torch.autograd.grad(parts["policy_loss"](log_p, log_p.detach(), A, mask)[0], log_p)
    (plain,) = torch.autograd.grad(-parts["masked_mean"](A * log_p, mask), log_p)
    torch.testing.assert_close(ours, plain)


# The nine answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_policy_gradient_is_the_gradient_of_the_expected_reward(seed, capsys):
    source = CELLS["toy-exact"].replace("manual_seed(7)", f"manual_seed({seed})")
    assert source != CELLS["toy-exact"] or seed == 7
    scope = load(*TOY)
    exec(source, scope)
    for cell in ("toy-score", "variance-definition", "toy-baseline"):
        exec(CELLS[cell], scope)
    torch.testing.assert_close(scope["counted"], scope["exact"], rtol=1e-4, atol=1e-6)
    assert (scope["sampled"] - scope["exact"]).norm() < 0.1
    mean, plain = scope["variance"](*scope["rows"]["rewards as they are"])
    shifted_mean, shifted = scope["variance"](*scope["rows"]["ten added"])
    _, repaired = scope["variance"](*scope["rows"]["ten added, mean subtracted"])
    torch.testing.assert_close(mean, shifted_mean, rtol=1e-3, atol=1e-4)
    assert shifted > 10 * plain
    assert repaired < shifted / 10


@pytest.mark.parametrize("seed", range(5))
def test_lambda_trades_bias_for_noise_when_the_critic_is_wrong(seed, capsys):
    source = CELLS["toy-exact"].replace("manual_seed(7)", f"manual_seed({seed})")
    scope = load(*TOY)
    exec(source, scope)
    for cell in ("toy-score", "gae-definition", "toy-critics", "toy-gae"):
        exec(CELLS[cell], scope)
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "bias" in line]
    rows = rows[-9:]  # three critics: right, too low, too high
    bias = [float(row[row.index("bias") + 1].strip(",")) for row in rows]
    noise = [float(row[-1]) for row in rows]
    assert bias[:3] == [0, 0, 0]
    assert bias[3] >= bias[4] >= bias[5] == 0
    assert bias[3] > 0.01
    assert noise[0] < noise[2]  # right critic: looking no further is less noisy
    assert bias[6] >= bias[7] >= bias[8] == 0
    assert bias[6] > 0.01
    assert noise[6] > noise[0]  # one that expects too much makes it noisier


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_clip_saves_the_worst_run(parts, seed):
    scope = load(*TOY, *PARTS)
    exec(CELLS["toy-clip"].replace("manual_seed(0)", f"manual_seed({seed})"), scope)
    slow, wild, clipped = (
        scope["toy_training"](epochs, clip)
        for epochs, clip in ((1, math.inf), (20, math.inf), (20, 0.2))
    )
    assert wild[-1].min() < 0.5  # stuck with a bad answer
    assert clipped[-1].min() > 1.5
    assert slow[5].mean() + 0.3 < clipped[5].mean() < wild[5].mean()
    assert clipped[-1].mean() > wild[-1].mean()


def test_the_best_policy_under_a_leash_is_the_tilted_reference(capsys):
    scope = load(*TOY, "toy-exact", "toy-score", "toy-leash")
    for beta in (2.0, 0.5):
        q = scope["reference_pi"]
        best = q * (scope["r"] / beta).exp()
        best /= best.sum()

        def goal(p, beta=beta, q=q):
            return p @ (scope["r"] - beta * (p / q).log())

        for other in torch.softmax(torch.randn(50, 9), 1):
            assert goal(best) >= goal(other)
    assert "differ by" in capsys.readouterr().out
    assert scope["difference"] < 0.01


def test_the_configuration_has_what_the_chapter_says():
    config = ppo.PPOConfig()
    assert (config.gamma, config.lam, config.clip) == (1.0, 0.95, 0.2)
    assert (config.rollouts, config.epochs, config.minibatches) == (64, 2, 4)  # "eight updates"
    assert replace(config, beta=0.0).beta == 0
    assert config.max_new_tokens == 24
