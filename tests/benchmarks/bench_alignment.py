"""How long does the whole pipeline take, from no model to an aligned one, and what comes of it?

    .venv/bin/python tests/benchmarks/bench_alignment.py [--worlds 1] [--stages FOLDER]

Chapters 8 to 11 one after the other, on one thread and with nothing on disk before: pretraining,
supervised fine-tuning, comparisons and reward model, PPO with the KL penalty. Time is the process's
own (time.process_time); on a busy machine it can be twice that on an idle one. What each stage is
worth is measured afterwards, on questions of its own, and is not counted. Exits with an error if a
world took more than 180 s.

With --stages the stages are kept there, so that a second run measures what they are worth only.
"""

import argparse
import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import torch

from llmbook_utils.alignment.answers import (
    draw_questions,
    gold_parts,
    question_ids,
    sample_answers,
)
from llmbook_utils.alignment.ppo import Critic, PPOConfig, ppo
from llmbook_utils.alignment.reward import (
    Rewarder,
    bayes_ceiling,
    best_of_n,
    collect,
    pair_accuracy,
    rewarder,
)
from llmbook_utils.alignment.sft import answer_excess, instructed
from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.gpt import GPT
from llmbook_utils.pretraining import excess, facts_known, pretrained
from llmbook_utils.tokenizer import Tokenizer

LIMIT = 180.0  # seconds for the whole pipeline
Made = TypeVar("Made")


def timed(name: str, make: Callable[[], Made], spent: dict[str, float]) -> Made:
    start = time.process_time()
    made = make()
    spent[name] = time.process_time() - start
    return made


def answers_worth(model: GPT, tokenizer: Tokenizer, world: World, chat: Chat) -> str:
    """Right answers and gold reward, of 512 sampled ones."""
    pairs, prompts = draw_questions(tokenizer, chat, 512, seed=5)
    said = sample_answers(model, prompts, tokenizer, generator=torch.Generator().manual_seed(5))
    parts = gold_parts(world, pairs, said, tokenizer)
    right, total = parts["fact"].gt(0).float().mean(), sum(parts.values(), torch.zeros(()))
    return f"right {right:.2f}, gold {total.mean():.2f}"


def judge_worth(judge: Rewarder, model: GPT, tokenizer: Tokenizer, world: World) -> str:
    """Accuracy on comparisons of its own, and the gold reward of the best of n."""
    panel = judge.recipe.panel()
    test = collect(model, tokenizer, world, panel, 400, 4, seed=1001)
    scores = judge.model.score(test.answers).view_as(test.gold)
    many = collect(model, tokenizer, world, panel, 64, 64, seed=1002)
    proxy = judge.model.score(many.answers).view_as(many.gold)
    best = ", ".join(f"{n}: {best_of_n(proxy, many.gold, n)[1]:.2f}" for n in (1, 4, 16, 64))
    return (
        f"raters' order {pair_accuracy(scores, test.places):.3f} (ceiling "
        f"{bayes_ceiling(test.preference):.3f}), gold order "
        f"{pair_accuracy(scores, test.gold):.3f}; gold of the best of {best}"
    )


def pipeline(world: World, folder: Path) -> float:
    """All stages and what they are worth; returns the seconds of the stages."""
    spent: dict[str, float] = {}
    base = timed("pretraining", lambda: pretrained(world, folder=folder, quiet=True), spent)
    tuned = timed("fine-tuning", lambda: instructed(world, folder=folder, quiet=True), spent)
    judge = timed("reward model", lambda: rewarder(world, folder=folder, quiet=True), spent)
    tokenizer, reference = tuned.tokenizer, tuned.model.requires_grad_(False)
    policy = copy.deepcopy(reference).requires_grad_(True)
    chat = Chat(world)
    prompts = [
        prompt
        for pattern in (0, 1)
        for prompt in question_ids(tokenizer, chat, world.pairs, [pattern] * len(world.pairs))
    ]
    config = PPOConfig()
    history = timed(
        "PPO",
        lambda: ppo(
            policy,
            reference,
            Critic(reference),
            judge.model.score,
            prompts,
            tokenizer,
            config,
            progress=None,
        ),
        spent,
    )
    total = sum(spent.values())
    asked, held_out = Chat(world, without=tuned.held_out), Chat(world, without=tuned.asked)
    unseen = world.documents(500, seed=54321)
    facts = sum(facts_known(base.model, tokenizer, world).values())

    def both(model: GPT) -> str:
        a, b = (answers_worth(model, tokenizer, world, which) for which in (asked, held_out))
        return f"asked: {a}; held out: {b}; documents +{excess(model, tokenizer, unseen):.3f} nats"

    worth = {
        "pretraining": f"{excess(base.model, tokenizer, unseen):+.3f} nats above the floor, "
        f"{facts} of 128 facts",
        "fine-tuning": both(reference)
        + f"; answers +{answer_excess(reference, tokenizer, asked.exchanges(500, 9)):.3f} nats",
        "reward model": judge_worth(judge, reference, tokenizer, world),
        "PPO": both(policy) + f"; KL {history.kl[-1]:.1f}, score {history.score[-1]:.2f}",
    }
    for name, seconds in spent.items():
        print(f"{name:>14}{seconds:8.1f} s   {worth[name]}", flush=True)
    print(f"{'all':>14}{total:8.1f} s", flush=True)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description="The whole pipeline, chapters 8 to 11.")
    parser.add_argument("--worlds", type=int, default=1)
    parser.add_argument("--stages", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    slowest = 0.0
    for seed in range(options.worlds):
        print(f"World({seed})")
        with TemporaryDirectory() as empty:
            folder = options.stages or Path(empty)
            slowest = max(slowest, pipeline(World(seed=seed), folder))
    if slowest > LIMIT:
        sys.exit(f"expected at most {LIMIT:.0f} s for the whole pipeline, got {slowest:.0f} s")


if __name__ == "__main__":
    main()
