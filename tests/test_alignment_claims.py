"""What chapters 9 to 11 claim, with other comparisons, reward models and runs of PPO.

Below each stage stands the chapters' own, which is on disk where a chapter has run: fine-tuning
starts from chapter 8's model, comparisons, reward models and PPO from chapter 9's. The strong
reward model is chapter 10's, of the same seed: for seed 0 the chapter's own, for the thorough ones
another one (kept on disk, too). Fine-tuning and PPO are shorter than in the chapters.

Every claim is an inequality with a margin. Reward models of another seed, or of another processor,
which rounds otherwise, differ a lot: a strong one is right in 74 to 81 of 100 comparisons, and one
of seed 3, which came late to the facts, in 65. So the claims are about means over parts of a curve
rather than single points. In seven runs (four seeds, three kinds of kernels) all of them held, and
all but a few distances were at least half as large again as their margins.
"""

import copy
from dataclasses import dataclass, replace

import pytest
import torch

from llmbook_utils.alignment.answers import Answers, gold_scores, question_ids, sample_answers
from llmbook_utils.alignment.ppo import Critic, PPOConfig, PPOHistory, ppo
from llmbook_utils.alignment.reward import (
    Comparisons,
    RewardModel,
    RewardRecipe,
    bayes_ceiling,
    best_of_n,
    collect,
    pair_accuracy,
    rewarder,
    train_rewards,
)
from llmbook_utils.alignment.sft import SFTRecipe, fine_tune, held_out_pairs, share_correct
from llmbook_utils.alignment.sft import instructed as instructed_stage
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT
from llmbook_utils.packing import pack
from llmbook_utils.pretraining import excess, pretrained
from llmbook_utils.train import shuffled

SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2)))
SFT = SFTRecipe(exchanges=3000, steps=300, learning_rate=5e-3)
FEW, WEAK = 100, 3  # prompts of a weak reward model, and how many there are of them
PPO = PPOConfig(iterations=20, epochs=1)


@pytest.fixture(scope="module")
def base(world):
    return pretrained(world, quiet=True)


@pytest.fixture(scope="module", params=SEEDS)
def seed(request):
    return request.param


# SFT ---------------------------------------------------------------------------------------------
def instruct(model, base, world, seed):
    """The model, fine-tuned on questions about all but the held-out pairs."""
    _, held_out = held_out_pairs(world)
    exchanges = Chat(world, without=held_out).exchanges(SFT.exchanges, seed=100 + seed)
    stories = [d.text for d in world.documents(1500, seed=200 + seed)]
    recipe = replace(SFT, seed=seed)
    fine_tune(model, base.tokenizer, exchanges, recipe, stories, progress=None)
    return model


@pytest.mark.thorough  # with the chapter's own functions: tests/test_chapter_09.py
def test_only_pretraining_can_have_taught_the_answers_to_held_out_questions(base, world, seed):
    _, held_out = held_out_pairs(world)
    torch.manual_seed(seed)
    pretrained_first = instruct(copy.deepcopy(base.model), base, world, seed)
    scratch = instruct(GPT(base.model.config), base, world, seed)
    with_it = share_correct(pretrained_first, base.tokenizer, world, held_out)
    without = share_correct(scratch, base.tokenizer, world, held_out)
    assert with_it > 0.3
    assert without < 0.1


# The reward model --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def instructed(world):
    return instructed_stage(world, quiet=True).model.requires_grad_(False)


@dataclass
class Judges:
    """The reward models of one seed, and comparisons that none of them has seen."""

    weak: list[RewardModel]  # each of some comparisons
    fair: RewardModel  # of all of these
    strong: RewardModel
    unseen: Comparisons


def part(comparisons, start, stop):
    """The comparisons of some of the prompts."""
    c, K, some = comparisons, comparisons.gold.shape[1], slice(start, stop)
    answers = c.answers.select(slice(start * K, stop * K))
    return Comparisons(answers, c.pairs[some], c.gold[some], c.ranking[some], c.preference[some])


@pytest.fixture(scope="module")
def judges(instructed, base, world, seed):
    recipe = RewardRecipe(seed=seed)
    model = copy.deepcopy(instructed).requires_grad_(True)
    unseen = collect(instructed, base.tokenizer, world, recipe.panel(), 400, seed=400 + seed)
    seen = collect(instructed, base.tokenizer, world, recipe.panel(), WEAK * FEW, seed=300 + seed)
    weak = [
        train_rewards(model, part(seen, i * FEW, (i + 1) * FEW), recipe)[0] for i in range(WEAK)
    ]
    fair, _ = train_rewards(model, seen, recipe)
    return Judges(weak, fair, rewarder(world, recipe, quiet=True).model, unseen)


def accuracy(model, comparisons):
    with torch.no_grad():
        scores = model.rewards(comparisons.answers).view_as(comparisons.gold)
    return pair_accuracy(scores, comparisons.places), pair_accuracy(scores, comparisons.gold)


def test_a_reward_model_is_below_its_ceiling_and_better_with_more_data(judges):
    ceiling = bayes_ceiling(judges.unseen.preference)
    strong = accuracy(judges.strong, judges.unseen)
    assert ceiling - 0.3 < strong[0] < ceiling  # in the raters' order
    for weak in (accuracy(model, judges.unseen) for model in judges.weak):
        assert 0.5 < weak[0] < strong[0] - 0.03
        assert weak[1] < strong[1] - 0.05  # in the true order


@pytest.fixture(scope="module")
def many(instructed, base, world):
    """256 answers to each of 32 questions, and how good they really are."""
    pairs = [pair for pair in world.pairs[::4] for _ in range(256)]
    prompts = question_ids(base.tokenizer, Chat(world), pairs)
    generator = torch.Generator().manual_seed(0)
    answers = sample_answers(instructed, prompts, base.tokenizer, generator=generator)
    return answers, gold_scores(world, pairs, answers, base.tokenizer).view(-1, 256)


def test_best_of_n_deceives_a_weak_reward_model_and_not_a_strong_one(judges, many):
    answers, true = many
    numbers = (1, 4, 16, 64, 256)

    def chosen(model):
        """Proxy and gold reward of the best of n, by the model's opinion, for each n."""
        proxy = model.score(answers).view_as(true)
        return torch.tensor([best_of_n(proxy, true, n) for n in numbers]).T

    weak_proxy, weak = torch.stack([chosen(model) for model in judges.weak]).mean(0)
    _, strong = chosen(judges.strong)
    print("weak", weak_proxy, weak, "strong", strong)
    assert weak_proxy[-1] > weak_proxy[2] + 0.1  # the proxy goes on rising from 16 to 256 …
    assert weak[-1] < weak.max() - 0.3  # … and the answers get worse
    assert strong[2:4].mean() > strong[0] + 0.8  # up to 64 the strong one is not deceived
    assert strong[3] > strong.max() - 0.5  # (with 256, it can be, too)
    assert strong[2:].mean() > weak[2:].mean() + 0.2
    assert strong.max() > weak.max() + 0.2


# PPO ---------------------------------------------------------------------------------------------
@dataclass
class Run:
    policy: GPT
    history: PPOHistory

    def gold(self, start, stop):
        """Mean gold reward over some iterations."""
        part = self.history.looks["gold"][start:stop]
        return sum(part) / len(part)

    def proxy(self, start, stop):
        part = self.history.score[start:stop]
        return sum(part) / len(part)


@pytest.fixture(scope="module")
def align(judges, instructed, base, world, seed):
    """align(config, …): a run of PPO, all questions asked."""
    tokenizer, asked = base.tokenizer, {}
    for pattern in (0, 1):
        ids = question_ids(tokenizer, Chat(world), world.pairs, [pattern] * len(world.pairs))
        asked |= {tuple(prompt): pair for prompt, pair in zip(ids, world.pairs, strict=True)}

    def gold(answers: Answers) -> float:
        pairs = [asked[tuple(prompt)] for prompt in answers.prompts]
        return gold_scores(world, pairs, answers, tokenizer).mean().item()

    def run(judge=judges.strong, pretraining=None, **changes):
        policy = copy.deepcopy(instructed).requires_grad_(True)
        history = ppo(
            policy,
            instructed,
            Critic(instructed),
            judge.score,
            list(map(list, asked)),
            tokenizer,
            replace(PPO, seed=seed, **changes),
            pretraining=pretraining,
            look={"gold": gold},
            progress=None,
        )
        return Run(policy, history)

    return run


@pytest.fixture(scope="module")
def with_kl(align):
    return align()


def test_ppo_with_a_price_on_the_divergence_raises_the_gold_reward(with_kl, judges):
    print([round(with_kl.gold(i, i + 5), 2) for i in range(0, 20, 5)], with_kl.history.kl[-1])
    assert with_kl.gold(-5, None) > judges.unseen.gold.mean().item() + 1


def test_without_a_price_the_proxy_rises_and_the_gold_reward_collapses(align, with_kl, judges):
    """With a reward model of 300 prompts: there it is quick and leaves no doubt.

    With one of 4000 the fall comes later, and is smaller for some seeds.
    """
    run = align(judges.fair, beta=0.0, iterations=40)
    gold = [run.gold(i, i + 5) for i in range(0, 40, 5)]
    proxy = [run.proxy(i, i + 5) for i in range(0, 40, 5)]
    print([round(g, 2) for g in gold], [round(p, 2) for p in proxy], run.history.kl[-1])
    at_last = run.gold(20, 40)
    assert at_last < max(gold) - 0.5
    assert at_last < judges.unseen.gold.mean().item() - 0.2  # worse than with no training at all
    assert at_last < with_kl.gold(-5, None) - 1
    assert run.proxy(20, 40) > run.proxy(0, 10) + 0.25
    assert proxy[-1] > proxy[gold.index(max(gold))]  # it does not fall where the gold reward does
    assert proxy[-1] > max(proxy) - 0.2
    assert run.history.kl[-1] > 8


def test_ptx_keeps_the_pretraining_loss(align, with_kl, judges, instructed, base, world, seed):
    tokenizer = base.tokenizer
    stories = tokenizer.encode_documents([d.text for d in world.documents(1000, 500 + seed)])
    rows = pack(stories, base.model.config.context, tokenizer.special_id("<end>"))
    kept = align(pretraining=shuffled(rows, 4, seed), ptx=1.0)
    unseen = world.documents(200, seed=600 + seed)
    before, with_it, without = (
        excess(model, tokenizer, unseen) for model in (instructed, kept.policy, with_kl.policy)
    )
    print(before, with_it, without, kept.gold(-5, None), with_kl.gold(-5, None))
    assert with_it - before < (without - before) / 2
    assert with_it < without - 0.04
    assert kept.gold(-5, None) > judges.unseen.gold.mean().item() + 1
