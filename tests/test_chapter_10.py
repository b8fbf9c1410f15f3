"""What chapter 10 defines in its cells is what the package offers; its claims hold elsewhere."""

import math
import random
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch

from llmbook_utils import metrics, pretraining
from llmbook_utils.alignment import best_of_n, comparisons, reward
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.raters import Raters
from llmbook_utils.corpus.reward import PARTS, gold_reward
from llmbook_utils.gpt import GPT, GPTConfig

CHAPTER = Path(__file__).parents[1] / "chapters" / "10_reward_model.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
SETUP = ("setup", "setup-course")


def load(*ids, **names):
    """Run the imports and the cells with these ids, and return what they define."""
    scope = {}
    for cell_id in SETUP:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    scope |= names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def small(world):
    """An untrained policy and its tokenizer; the chapter's functions work on any."""
    tokenizer = pretraining.tokenizer_for(world, world.documents(500, seed=0))
    torch.manual_seed(0)
    policy = GPT(GPTConfig(tokenizer.vocab_size, context=80, width=16))
    for p in policy.parameters():  # blocks begin as the identity
        torch.nn.init.normal_(p, std=0.3)
    return {"world": world, "tokenizer": tokenizer, "policy": policy, "chat": Chat(world)}


@pytest.fixture(scope="module")
def scores():
    return torch.randn(50, 4, generator=torch.Generator().manual_seed(0))


# Losses -------------------------------------------------------------------------------------------


def test_the_chapters_losses_equal_the_packages(scores):
    scope = load("pairwise-loss", "ranking-loss")
    ours, theirs = scope["pairwise_loss"], reward.pairwise_loss
    torch.testing.assert_close(ours(scores[:, 0], scores[:, 3]), theirs(scores[:, 0], scores[:, 3]))
    for K in (2, 3, 4):
        best_first = torch.arange(K).expand(50, K)
        expected = reward.ranking_loss(scores[:, :K], best_first)
        torch.testing.assert_close(scope["ranking_loss"](scores[:, :K]), expected)


def test_the_ranking_loss_only_moves_rewards_apart(scores):
    ranking_loss = load("pairwise-loss", "ranking-loss")["ranking_loss"]
    r = scores.clone().requires_grad_()
    (g,) = torch.autograd.grad(ranking_loss(r), r)
    torch.testing.assert_close(g.sum(1), torch.zeros(50), atol=1e-7, rtol=0)
    assert (g[:, 0] < 0).all()  # the best is pushed up: a step goes against the gradient
    assert (g[:, 3] > 0).all()
    torch.testing.assert_close(ranking_loss(scores + 7), ranking_loss(scores))


def test_gumbel_noise_gives_bradley_and_terry():
    scope = load("sigmoid", "gumbel", rng=np.random.default_rng(3))
    felt = scope["felt"]
    share, error = np.mean(felt[:, 0] > felt[:, 1]), 0.5 / math.sqrt(len(felt))
    assert share == pytest.approx(scope["sigmoid"](1.0), abs=4 * error)


# The model and its data ---------------------------------------------------------------------------


def test_the_chapters_reward_model_equals_the_packages(small):
    scope = load("answers-to", "draw-definition", "reward-model", **small)
    answers, _ = scope["answers_to"](scope["draw"](20, 0), 2, seed=0)
    ours, theirs = scope["RewardModel"](small["policy"]), reward.RewardModel(small["policy"])
    theirs.load_state_dict(ours.state_dict(), strict=False)
    torch.testing.assert_close(ours(answers.ids, answers.last), theirs.rewards(answers))


def test_a_score_does_not_depend_on_who_stands_beside_it(small):
    scope = load("answers-to", "draw-definition", "reward-model", **small)
    answers, _ = scope["answers_to"](scope["draw"](20, 0), 2, seed=0)
    model = scope["RewardModel"](small["policy"])
    together = model(answers.ids, answers.last)
    alone = [model(answers.ids[i : i + 1], answers.last[i : i + 1]) for i in range(len(answers))]
    torch.testing.assert_close(together, torch.cat(alone), atol=1e-5, rtol=1e-5)


def test_rankings_put_rows_and_their_worth_into_the_same_order(small):
    panel = Raters(temperature=0.01, disagreement=0.0)  # as good as no chance
    scope = load("answers-to", "draw-definition", "compare-definition", panel=panel, **small)
    ids, last, worth = scope["compare"](15, seed=4)
    pairs = scope["draw"](15, seed=4)
    for n, k in np.ndindex(15, 4):
        said = small["tokenizer"].decode(ids[n, k, : last[n, k] + 1].tolist()).split("<a>", 1)[1]
        total = gold_reward(small["world"], *pairs[n], said).total
        assert total == pytest.approx(worth[n][k].total)
        assert k == 0 or total <= worth[n][k - 1].total + 0.2


def test_the_chapters_panel_is_the_stages():
    source = CELLS["raters"].split("answers, worth")[0]
    scope = load()
    exec(source, scope)
    theirs = reward.RewardRecipe().panel()
    np.testing.assert_array_equal(scope["panel"].tastes, theirs.tastes)
    assert scope["panel"].temperature == theirs.temperature


# Measures -----------------------------------------------------------------------------------------


def test_the_chapters_accuracy_equals_the_packages(scores):
    scope = load("accuracy-definition")
    truth = torch.randint(0, 3, (50, 4), generator=torch.Generator().manual_seed(1)).float()
    tied = scores.round()  # ties on both sides
    for r in (scores, tied, torch.zeros(50, 4)):
        assert scope["accuracy"](r, truth) == pytest.approx(comparisons.pair_accuracy(r, truth))
    assert scope["accuracy"](torch.zeros(50, 4), truth) == 0.5


def test_the_chapters_ceiling_equals_the_packages(small, world):
    panel = Raters(5, 0.3, 0.5)
    data = comparisons.collect(small["policy"], small["tokenizer"], world, panel, 30, 4, seed=1)
    worth = [
        [gold_reward(world, *pair, text) for text in texts]
        for pair, texts in zip(
            data.pairs,
            np.array(data.answers.texts(small["tokenizer"])).reshape(30, 4).tolist(),
            strict=True,
        )
    ]
    scope = load("sigmoid", "parts-definition")
    scope |= {"test_worth": worth}
    exec(CELLS["disagreement"], scope)
    somebody, known = scope["ceilings"](panel)
    assert somebody == pytest.approx(comparisons.bayes_ceiling(data.preference), abs=1e-6)
    assert somebody <= known


def test_the_chapters_calibration_equals_the_packages():
    scope = load("calibration-definition", "calibration-error")
    rng = np.random.default_rng(0)
    q = rng.random(500)
    came_true = (rng.random(500) < q**2).astype(float)
    predicted, observed, count = scope["calibration"](q, came_true)
    theirs = comparisons.calibration(torch.tensor(q).float(), torch.tensor(came_true).float())
    np.testing.assert_allclose(predicted, theirs.predicted.numpy(), atol=1e-5)
    np.testing.assert_allclose(observed, theirs.observed.numpy(), atol=1e-5)
    np.testing.assert_array_equal(count, theirs.count.numpy())
    error = scope["expected_calibration_error"](predicted, observed, count)
    assert error == pytest.approx(theirs.error, abs=1e-5)


def test_all_parts_of_the_gold_reward_are_learnt_alike_by_itself(small):
    scope = load("answers-to", "draw-definition", "parts-definition", "learnt-definition", **small)
    pairs = scope["draw"](60, seed=2)
    texts = [" ".join(Chat(small["world"]).ideal(*pair)) for pair in pairs]
    other = [text.replace("Sure !", "Ugh ,").replace("<end>", "") for text in texts]
    worth = [
        [gold_reward(small["world"], *pair, a), gold_reward(small["world"], "Mara", "pet", b)]
        for pair, a, b in zip(pairs, texts, other, strict=True)
    ]
    gold = torch.tensor([[a.total for a in group] for group in worth])
    found = scope["learnt"](gold, worth)
    X = scope["parts_of"](worth)
    assert X.shape == (120, len(PARTS))
    weights = np.array(list(found.values()))
    used = X[:, [PARTS.index(k) for k in found]]
    y = (gold.numpy().ravel() - gold.mean().item()) / gold.std().item()
    fitted = used @ weights
    np.testing.assert_allclose(fitted - fitted.mean(), y, atol=1e-5)


def test_the_chapters_best_of_n_equals_the_packages():
    scope = load("best-of-n-definition", "kl-definition")
    generator = torch.Generator().manual_seed(0)
    proxy, gold = torch.randn(2, 9, 64, generator=generator)
    for n in (1, 2, 7, 64):
        ours = scope["best_of_n"](proxy, gold, n)
        assert ours == pytest.approx(best_of_n.best_of_n(proxy, gold, n), abs=1e-5)
        assert scope["kl"](n) == pytest.approx(best_of_n.kl_best_of_n(n))


def test_gaos_form_is_fitted():
    scope = load("best-of-n-definition", "kl-definition", "gao-definition")
    ns = np.array([1, 2, 4, 8, 16])
    d = np.sqrt([scope["kl"](n) for n in ns])
    alpha, beta = scope["fit_gao"](ns, 0.7 + d * (1.3 - 0.4 * d))
    assert (alpha, beta) == pytest.approx((1.3, 0.4))


# BLEU ---------------------------------------------------------------------------------------------


def test_the_chapters_bleu_equals_the_packages():
    bleu = load("n-grams", "bleu-definition")["bleu"]
    rng = random.Random(0)
    for _ in range(500):
        a, b = (rng.choices("abcde", k=rng.randint(1, 9)) for _ in range(2))
        assert bleu(a, b) == pytest.approx(metrics.sentence_bleu(a, [b]))
    assert bleu(b, b) == pytest.approx(1)


def test_bleu_prefers_the_opposite_to_a_paraphrase(capsys):
    example = load("three-tuple")["example"]
    load("n-grams", "bleu-definition", "words-of", "bleu-example", example=example)
    lines = [line[4:] for line in capsys.readouterr().out.splitlines() if line.startswith("R = ")]
    R = {line[6:].strip(): float(line[:4]) for line in lines}
    assert R["This is an exciting movie."] == 1
    assert R["This is an boring movie."] > R["This movie is exciting."] + 0.02
    assert R["This is a boring movie."] > R["What a thrilling film!"] + 0.02


# The claims, with other questions, answers, rankings and starts -----------------------------------


@pytest.fixture(scope="module")
def stages():
    """The chapter's functions on the real models; the first time, these are trained."""
    panel = reward.RewardRecipe().panel()
    functions = ("answers-to", "draw-definition", "compare-definition", "ranking-loss")
    functions += ("reward-model", "train-definition", "score-definition", "strong")
    functions += ("strong-score", "parts-definition", "learnt-definition")
    return load("load", *functions, "best-of-n-definition", "kl-definition", panel=panel)


@pytest.fixture(scope="module")
def trained(stages):
    """Three weak models and, beside them, the rankings that they come from."""
    ids, last, worth = stages["compare"](300, seed=12)
    parts = [slice(50 * s, 50 * s + 50) for s in range(3)]
    return [stages["train"](ids[p], last[p], seed=s + 5)[0] for s, p in enumerate(parts)], worth


def test_the_weak_models_are_over_optimised_and_the_strong_one_is_not(stages, trained):
    answers, worth = stages["answers_to"](stages["draw"](64, seed=14), 64, seed=14)
    gold = torch.tensor([a.total for a in worth]).view(-1, 64)
    scores = [stages["score"](model, answers.ids, answers.last) for model in trained[0]]
    scores.append(stages["strong_score"](answers.ids, answers.last))
    scores = [((s - s.mean()) / s.std()).view(-1, 64) for s in scores]
    ns = (1, 2, 4, 8, 16, 32, 64)
    curves = np.array([[stages["best_of_n"](s, gold, n) for n in ns] for s in scores])
    weak, strong = curves[:3].mean(0).T, curves[3].T  # (proxy and gold, ns)
    assert (np.diff(weak[0]) > 0).all()
    assert weak[1].max() > weak[1, 0] + 0.05  # first it helps
    assert weak[1, -1] < (weak[1].max() + weak[1, 0]) / 2  # most of it is lost again
    turning = [gold_of_one[-1] < gold_of_one.max() - 0.05 for gold_of_one in curves[:3, :, 1]]
    assert sum(turning) >= 2  # not every one on every processor
    assert strong[1, -1] > strong[1, 0] + 0.75 * (strong[1].max() - strong[1, 0])  # it keeps most
    assert strong[1, -1] > weak[1].max() + 0.6


def test_endings_are_learnt_first_and_facts_last(stages, trained):
    ids, last, worth = stages["compare"](300, seed=13)
    weak = [stages["learnt"](stages["score"](m, ids, last), worth) for m in trained[0]]
    strong = stages["learnt"](stages["strong_score"](ids, last), worth)
    assert abs(np.mean([w["fact"] for w in weak])) < 0.1
    assert np.mean([w["no_end"] for w in weak]) > 0.8
    for part in ("fact", "polite", "sure", "rude"):
        assert np.mean([w["no_end"] for w in weak]) > 2 * np.mean([w[part] for w in weak])
    assert strong["fact"] > np.mean([w["fact"] for w in weak]) + 0.1
    assert strong["fact"] < np.mean([strong[k] for k in ("polite", "sure", "rude")]) - 0.03


def test_one_reward_for_a_split_panel_averages_it_away(stages, trained):
    scope = stages | {"THANKS": PARTS.index("polite")}
    exec(CELLS["split-panel"], scope)
    exec(CELLS["linear-reward"], scope)
    weights = {
        name: scope["fit_linear"](scope[name], trained[1])[PARTS.index("polite")].item()
        for name in ("everybody", "lovers", "haters", "four_to_one")
    }
    assert weights["lovers"] == pytest.approx(6, abs=1.5)  # taste over temperature
    assert weights["haters"] == pytest.approx(-6, abs=1.5)
    assert abs(weights["everybody"]) < 0.8
    assert weights["four_to_one"] > 1.0


def test_the_more_raters_disagree_the_lower_the_ceiling_for_somebody(stages, trained):
    scope = stages | {"test_worth": trained[1]}
    exec(CELLS["sigmoid"], scope)
    exec(CELLS["disagreement"], scope)
    for seed in range(5, 8):
        one, known = np.array(
            [scope["ceilings"](Raters(5, apart, 0.5, seed)) for apart in (0.0, 0.3, 1.0)]
        ).T
        assert one[0] == pytest.approx(known[0])
        assert known[2] - one[2] > known[1] - one[1] + 0.01 > 0.01


def test_selection_by_bleu_raises_the_expected_reward():
    source = CELLS["translator-train"].replace("manual_seed(0)", "manual_seed(3)")
    cells = ("sentence-pairs", "translator-rows", "rows-definition")
    scope = load(*cells)
    exec(source, scope)
    for cell_id in ("translate-definition", "n-grams", "bleu-definition", "words-of"):
        exec(CELLS[cell_id], scope)
    exec(CELLS["bleu-rewards"], scope)
    exec(CELLS["expert-iteration"], scope)
    rng = np.random.default_rng(5)
    models = {
        "before": scope["translator"],
        "random": scope["improve"](lambda R: int(rng.integers(len(R)))),
        "best": scope["improve"](lambda R: int(R.argmax())),
    }
    J = {}
    for name, model in models.items():
        texts = scope["translate"](model, [s for s, _ in scope["TEST"]], 4, seed=30)
        J[name] = scope["rewards"](texts, scope["TEST"], 4)[0].mean().item()
    assert J["best"] > J["before"] + 0.04
    assert J["random"] < J["before"] + 0.02
