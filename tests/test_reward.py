"""The reward model: losses by brute force, scores whatever the padding, ceilings by simulation."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from llmbook_utils import pretraining
from llmbook_utils.alignment.answers import Answers, gold_rewards, gold_scores, written_answers
from llmbook_utils.alignment.reward import (
    Comparisons,
    RewardModel,
    RewardRecipe,
    bayes_ceiling,
    best_of_n,
    calibration,
    collect,
    kl_best_of_n,
    pair_accuracy,
    pairwise_loss,
    ranking_loss,
    rewarder,
    train_rewards,
)
from llmbook_utils.alignment.sft import SFTRecipe
from llmbook_utils.corpus import SPECIALS
from llmbook_utils.corpus.raters import Raters
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import TrainConfig

BYTES = Tokenizer(specials=SPECIALS, document_prefix="")
PAD = BYTES.special_id("<pad>")
BASE = pretraining.Recipe(
    documents=200, context=80, layers=1, heads=2, width=16, train=TrainConfig(steps=3, warmup=1)
)
SFT = SFTRecipe(exchanges=60, steps=4, batch_size=4, documents=30)
TINY = RewardRecipe(prompts=12, answers=3, epochs=1, batch_size=4)


def reward_model(vocab_size=BYTES.vocab_size, seed=0):
    """One that depends on everything it sees."""
    torch.manual_seed(seed)
    model = RewardModel(GPT(GPTConfig(vocab_size, context=40, layers=2, heads=2, width=16)))
    with torch.no_grad():
        for p in model.parameters():
            if p.ndim == 2:
                p.normal_(std=0.3)
    return model


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


ANSWERS = written_answers(
    [[1, 2], [3], [4, 5, 6], [3]], ["yes<end>", "a longer one", "<end>", "so<end>"], BYTES
)


# The model ----------------------------------------------------------------------------------------


def test_the_reward_is_the_number_at_the_last_real_token():
    model = reward_model()
    found = model.rewards(ANSWERS)
    for row, last, reward in zip(ANSWERS.ids, ANSWERS.last.tolist(), found, strict=True):
        alone = row[: last + 1]
        assert alone[-1] != PAD
        hidden = model.base.hidden(alone[None])[0, -1]
        torch.testing.assert_close(reward, hidden @ model.head.weight[0] + model.head.bias[0])


def test_padding_and_order_change_no_reward():
    model = reward_model()
    reference = model.rewards(ANSWERS)
    for pad in (PAD, 7):
        wider = Answers(
            F.pad(ANSWERS.ids, (0, 5), value=pad),
            F.pad(ANSWERS.mask, (0, 5)),
            ANSWERS.prompts,
            ANSWERS.ended,
        )
        torch.testing.assert_close(model.rewards(wider), reference)
    order = torch.tensor([2, 0, 3, 1])
    torch.testing.assert_close(model.rewards(ANSWERS.select(order)), reference[order])
    many = torch.arange(4).repeat(40)  # more than one group
    torch.testing.assert_close(model.rewards(ANSWERS.select(many)), reference.repeat(40))


def test_the_base_is_a_copy_and_scores_are_standardised_without_a_gradient():
    base = GPT(GPTConfig(BYTES.vocab_size, context=40, layers=1, heads=2, width=16))
    model = RewardModel(base)
    assert all(
        a is not b and torch.equal(a, b)
        for a, b in zip(base.parameters(), model.base.parameters(), strict=True)
    )
    model = reward_model()
    rewards = model.rewards(ANSWERS)
    assert rewards.requires_grad
    torch.testing.assert_close(model.score(ANSWERS), rewards.detach())
    model.calibrate(ANSWERS)
    scores = model.score(ANSWERS)
    assert not scores.requires_grad
    torch.testing.assert_close(scores.mean(), torch.tensor(0.0), atol=1e-5, rtol=0)
    torch.testing.assert_close(scores.std(), torch.tensor(1.0))
    torch.testing.assert_close(model.rewards(ANSWERS), rewards)  # log-odds stay as they are
    other = reward_model(seed=1)
    other.load_state_dict(model.state_dict())
    assert torch.equal(other.score(ANSWERS), scores)


# Losses -------------------------------------------------------------------------------------------


def test_the_ranking_loss_is_the_mean_over_all_pairs_of_each_ranking():
    scores = draw(3, 4)
    ranking = torch.stack([torch.randperm(4) for _ in range(3)])
    terms = [
        -math.log(1 / (1 + math.exp(scores[i, lower] - scores[i, upper])))
        for i in range(3)
        for upper, lower in itertools.combinations(ranking[i].tolist(), 2)
    ]
    assert len(terms) == 3 * math.comb(4, 2)
    assert ranking_loss(scores, ranking).item() == pytest.approx(sum(terms) / len(terms), rel=1e-5)


def test_with_two_answers_it_is_the_pairwise_loss():
    scores = draw(6, 2)
    ranking = torch.tensor([[0, 1], [1, 0]] * 3)
    ranked = scores.gather(1, ranking)
    torch.testing.assert_close(
        ranking_loss(scores, ranking), pairwise_loss(ranked[:, 0], ranked[:, 1])
    )
    assert pairwise_loss(torch.zeros(3), torch.zeros(3)).item() == pytest.approx(math.log(2))
    assert pairwise_loss(torch.ones(3), torch.zeros(3)) < math.log(2)


def test_losses_know_no_zero_point_and_no_order_of_answers():
    scores = draw(5, 4).double()
    ranking = torch.stack([torch.randperm(4) for _ in range(5)])
    reference = ranking_loss(scores, ranking)
    torch.testing.assert_close(ranking_loss(scores + 7, ranking), reference)
    order = torch.tensor([2, 0, 3, 1])  # answers written down in another order
    torch.testing.assert_close(ranking_loss(scores[:, order], order.argsort()[ranking]), reference)
    prompts = torch.tensor([4, 2, 0, 1, 3])
    torch.testing.assert_close(ranking_loss(scores[prompts], ranking[prompts]), reference)


def test_the_gradient_is_that_of_finite_differences():
    scores = draw(3, 4).double().requires_grad_()
    ranking = torch.tensor([[2, 0, 1, 3], [0, 1, 2, 3], [3, 2, 1, 0]])
    assert torch.autograd.gradcheck(lambda s: ranking_loss(s, ranking), scores)
    assert torch.autograd.gradcheck(lambda s: pairwise_loss(s[0], s[1]), scores)


def test_one_answer_cannot_be_ranked():
    with pytest.raises(ValueError, match="expected at least 2 answers to rank, got 1"):
        ranking_loss(torch.zeros(2, 1), torch.zeros(2, 1, dtype=torch.long))


# Comparisons --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def comparisons(world, tokenizer):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=40, layers=1, heads=2, width=16))
    return collect(model, tokenizer, world, Raters(temperature=1.0), 20, 3, seed=1)


def test_comparisons_hold_what_was_said_and_what_is_true(comparisons, world, tokenizer):
    assert len(comparisons) == 20
    assert comparisons.ranking.sort(1).values.tolist() == [[0, 1, 2]] * 20
    thrice = [pair for pair in comparisons.pairs for _ in range(3)]
    gold = gold_scores(world, thrice, comparisons.answers, tokenizer)
    torch.testing.assert_close(comparisons.gold.flatten(), gold)
    prompts = comparisons.answers.prompts
    assert prompts[0] == prompts[1] == prompts[2]
    rewards = gold_rewards(world, thrice, comparisons.answers, tokenizer)
    raters = Raters(temperature=1.0)
    for i, a, b in [(0, 0, 1), (3, 2, 1), (19, 0, 2)]:
        p = raters.preference(rewards[3 * i + a], rewards[3 * i + b])
        assert comparisons.preference[i, a, b].item() == pytest.approx(p, abs=1e-6)
    torch.testing.assert_close(
        comparisons.preference + comparisons.preference.mT, torch.ones(20, 3, 3)
    )
    best = comparisons.places.argmax(1)
    assert torch.equal(best, comparisons.ranking[:, 0])


def test_the_same_seed_gives_the_same_comparisons(world, tokenizer, comparisons):
    torch.manual_seed(0)
    model = GPT(GPTConfig(tokenizer.vocab_size, context=40, layers=1, heads=2, width=16))
    raters = Raters(temperature=1.0)
    again = collect(model, tokenizer, world, raters, 20, 3, seed=1)
    other = collect(model, tokenizer, world, raters, 20, 3, seed=2, pairs=world.pairs[:2])
    assert torch.equal(again.answers.ids, comparisons.answers.ids)
    assert torch.equal(again.ranking, comparisons.ranking)
    assert set(other.pairs) == set(world.pairs[:2])


def test_accuracy_counts_ties_of_the_scores_half_and_leaves_out_those_of_the_truth():
    scores = torch.tensor([[1.0, 0.0, 0.0], [2.0, 1.0, 3.0]])
    truth = torch.tensor([[3.0, 2.0, 1.0], [5.0, 5.0, 4.0]])
    # first row: right, right, tie; second: left out, wrong, wrong
    assert pair_accuracy(scores, truth) == pytest.approx((1 + 1 + 0.5 + 0 + 0) / 5)
    assert pair_accuracy(truth, truth) == 1
    assert pair_accuracy(-truth, truth) == 0
    assert pair_accuracy(torch.zeros(2, 3), truth) == 0.5


def test_no_prediction_of_the_raters_beats_the_ceiling(comparisons):
    """Many rankings by the same raters: who says what is truly likelier is right as often as it
    says; the gold order, which does not know the raters' tastes, not more often."""
    rng = np.random.default_rng(0)
    raters, weights = Raters(disagreement=0.6, temperature=1.0), draw(300, 4, 8, seed=3).numpy()
    utilities = torch.from_numpy(weights @ raters.tastes.T)  # (300, 4, raters)
    gaps = (utilities[:, :, None] - utilities[:, None]) / raters.temperature
    preference = gaps.sigmoid().mean(-1).float()
    right, gold_right, pairs = 0.0, 0.0, list(itertools.combinations(range(4), 2))
    gold = torch.from_numpy(weights.sum(-1))
    for i in range(300):
        for a, b in pairs:
            for _ in range(20):
                rater = rng.integers(raters.number)
                first = rng.random() < gaps[i, a, b, rater].sigmoid().item()
                right += first == (preference[i, a, b].item() > 0.5)
                gold_right += first == bool(gold[i, a] > gold[i, b])
    trials = 300 * len(pairs) * 20
    ceiling = bayes_ceiling(preference)
    assert right / trials == pytest.approx(ceiling, abs=0.01)
    assert gold_right / trials < ceiling


def test_a_well_calibrated_prediction_has_no_error_and_a_bold_one_has():
    p = torch.rand(40_000, generator=torch.Generator().manual_seed(0))
    came_true = (torch.rand(40_000, generator=torch.Generator().manual_seed(1)) < p).float()
    good = calibration(p, came_true)
    assert good.error < 0.012
    assert good.count.sum() == 40_000
    torch.testing.assert_close(good.predicted, torch.linspace(0.05, 0.95, 10), atol=0.01, rtol=0)
    torch.testing.assert_close(good.observed, good.predicted, atol=0.04, rtol=0)
    bold = (p.logit() * 3).sigmoid()  # three times as sure as it should be
    expected = (bold - p).abs().mean().item()
    assert calibration(bold, came_true).error == pytest.approx(expected, abs=0.02)
    assert calibration(bold, p).error == pytest.approx(expected, abs=0.01)


def test_empty_bins_count_for_nothing_and_the_ends_have_a_place():
    found = calibration(torch.tensor([0.0, 1.0, 1.0]), torch.tensor([0.0, 1.0, 0.0]), bins=4)
    assert found.count.tolist() == [1, 0, 0, 2]
    assert found.observed.isnan().tolist() == [False, True, True, False]
    assert found.error == pytest.approx(2 / 3 * 0.5)


# Best of n ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_best_of_n_is_the_mean_over_all_sets_of_n(n):
    proxy, gold = draw(4, 6), draw(4, 6, seed=1)
    best = [
        max(chosen, key=lambda j: proxy[i, j].item())
        for i in range(4)
        for chosen in itertools.combinations(range(6), n)
    ]
    rows = [i for i in range(4) for _ in itertools.combinations(range(6), n)]
    found = best_of_n(proxy, gold, n)
    assert found[0] == pytest.approx(proxy[rows, best].mean().item(), abs=1e-5)
    assert found[1] == pytest.approx(gold[rows, best].mean().item(), abs=1e-5)


def test_best_of_n_chooses_from_1_to_all():
    proxy, gold = draw(4, 64), draw(4, 64, seed=1)
    assert best_of_n(proxy, gold, 1)[1] == pytest.approx(gold.mean().item(), abs=1e-5)
    top = gold.gather(1, proxy.argmax(1, keepdim=True)).mean().item()
    assert best_of_n(proxy, gold, 64) == pytest.approx(
        (proxy.max(1).values.mean().item(), top), abs=1e-5
    )
    proxies = [best_of_n(proxy, gold, n)[0] for n in range(1, 65)]
    assert proxies == sorted(proxies)
    for n in (0, 65):
        with pytest.raises(ValueError, match=f"expected n from 1 to 64 .* got {n}"):
            best_of_n(proxy, gold, n)


def test_the_kl_of_best_of_n_is_the_integral_and_a_bound():
    """The best of n has density n F^(n−1) relative to the model; with ties less is gained."""
    F_ = (torch.arange(200_000).double() + 0.5) / 200_000
    for n in (1, 2, 4, 16, 64):
        density = n * F_ ** (n - 1)
        kl = torch.special.xlogy(density, density).mean().item()
        assert kl_best_of_n(n) == pytest.approx(kl, abs=1e-3)
        p = torch.full((5,), 0.2).double()  # five answers only
        below = torch.linspace(0, 1, 6).double() ** n
        q = below.diff()
        assert torch.special.xlogy(q, q / p).sum().item() <= kl_best_of_n(n) + 1e-9


# Training and the stage ---------------------------------------------------------------------------


def test_a_simple_preference_is_learnt():
    """Raters who like short answers: accuracy on prompts that training has not seen."""
    torch.manual_seed(0)
    lengths = torch.randint(1, 12, (160, 3))
    texts = ["a" * int(n) + "<end>" for n in lengths.flatten()]
    said = written_answers([[1 + i % 7] for i in range(480)], texts, BYTES)
    ranking = lengths.argsort(dim=1, stable=True)
    made = Comparisons(said, [("", "")] * 160, -lengths.float(), ranking, torch.ones(160, 3, 3))
    base = GPT(GPTConfig(BYTES.vocab_size, context=20, layers=1, heads=2, width=16))
    train_on = Comparisons(
        said.select(slice(0, 360)),
        made.pairs[:120],
        made.gold[:120],
        ranking[:120],
        made.preference[:120],
    )
    recipe = RewardRecipe(prompts=120, answers=3, epochs=8, batch_size=12, learning_rate=1e-2)
    model, history = train_rewards(base, train_on, recipe)
    assert history.steps == 80
    scores = model.score(said).view(160, 3)
    assert pair_accuracy(scores[120:], made.gold[120:]) > 0.9
    assert abs(scores[:120].mean()) < 1e-4
    assert history.loss[0] > history.loss[-1] + 0.2


def test_a_stage_is_trained_once_and_loaded_as_it_was(world, tmp_path, capsys):
    first = rewarder(world, TINY, below=SFT, base=BASE, folder=tmp_path)
    again = rewarder(world, TINY, below=SFT, base=BASE, folder=tmp_path)
    said = [line.split(":")[1].split()[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["trained"] * 3 + ["loaded"] * 3
    state, loaded = first.model.state_dict(), again.model.state_dict()
    assert state.keys() == loaded.keys() >= {"mean", "sd"}
    assert all(torch.equal(state[name], loaded[name]) for name in state)
    assert first.history == again.history
    assert first.history.steps == 3
    more = RewardRecipe(**(vars(TINY) | {"prompts": 16}))
    rewarder(world, more, below=SFT, base=BASE, folder=tmp_path, quiet=True)
    assert len(list(tmp_path.glob("rewarder-*.pt"))) == 2
    assert len(list(tmp_path.glob("instructed-*.pt"))) == 1
