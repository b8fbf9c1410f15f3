"""How long does PPO take, and how far does it get?

    .venv/bin/python tests/benchmarks/bench_ppo.py [--iterations 40] [--seeds 1]

One thread, process time. First one iteration with 128 rollouts and its parts; then whole runs on
World(0) with the reward model of chapter 10: PPO for several β, with PPO-ptx, GRPO and DPO. For
orientation: trl's last PPO trainer took 0.93 s for 64 rollouts with update on a similar toy.
"""

import argparse
import copy
import time
from collections.abc import Callable
from typing import Any

import torch

from llmbook_utils.alignment.answers import (
    Answers,
    gold_scores,
    question_ids,
    sample_answers,
    token_log_probs,
)
from llmbook_utils.alignment.grpo import GRPOConfig, grpo
from llmbook_utils.alignment.ppo import Critic, PPOConfig, collect, ppo
from llmbook_utils.alignment.preference import DPOConfig, dpo, ranked_pairs
from llmbook_utils.alignment.reward import RewardRecipe, rewarder
from llmbook_utils.alignment.reward import collect as compare
from llmbook_utils.alignment.sft import instructed
from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.packing import pack
from llmbook_utils.pretraining import excess
from llmbook_utils.train import shuffled


def timed(function: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="PPO: time and results.")
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    world = World(seed=0)
    judge = rewarder(world).model.requires_grad_(False)
    start = instructed(world, quiet=True)
    reference, tokenizer = start.model.requires_grad_(False), start.tokenizer
    asked = {}
    for pattern in (0, 1):
        ids = question_ids(tokenizer, Chat(world), world.pairs, [pattern] * len(world.pairs))
        asked |= {tuple(prompt): pair for prompt, pair in zip(ids, world.pairs, strict=True)}
    prompts, unseen = list(map(list, asked)), world.documents(300, seed=12345)
    stories = tokenizer.encode_documents([d.text for d in world.documents(3000, seed=777)])
    rows = pack(stories, reference.config.context, tokenizer.special_id("<end>"))

    def gold(answers: Answers) -> float:
        pairs = [asked[tuple(prompt)] for prompt in answers.prompts]
        return gold_scores(world, pairs, answers, tokenizer).mean().item()

    # One iteration
    config = PPOConfig(iterations=10, rollouts=128)
    policy, critic = copy.deepcopy(reference).requires_grad_(True), Critic(reference)
    generator = torch.Generator().manual_seed(0)
    arguments = (policy, reference, critic, judge.score, prompts, tokenizer, config)
    rollout, _ = timed(lambda: collect(*arguments, generator))
    _, seconds = timed(lambda: [collect(*arguments, generator) for _ in range(10)])
    print(f"{config.rollouts} rollouts, looked at by policy, reference, critic and reward model:")
    print(f"    {seconds / 10:.3f} s; mean length {rollout.answers.lengths.float().mean():.1f}")
    with torch.no_grad():
        _, seconds = timed(
            lambda: [token_log_probs(policy, rollout.answers.ids) for _ in range(10)]
        )
    print(f"    of it, log-probabilities under one model: {seconds / 10:.3f} s")
    _, seconds = timed(lambda: ppo(*arguments, progress=None))
    print(f"    with update ({config.epochs} epochs of {config.minibatches} parts):", end="")
    print(f" {seconds / 10:.3f} s an iteration")

    # Whole runs
    panel = RewardRecipe().panel()
    compared, seconds = timed(lambda: compare(reference, tokenizer, world, panel, 1500))
    pairs = ranked_pairs(compared.ranking)
    print(f"comparisons of 1500 × 4 answers, for DPO: {seconds:.1f} s")
    print(f"{'':28}{'seconds':>8}{'gold':>7}{'best':>7}{'proxy':>7}{'KL':>7}{'excess':>8}")

    def report(name: str, history: Any, model: Any, seconds: float) -> None:
        seen = history.looks["gold"]
        windows = [sum(seen[i : i + 5]) / 5 for i in range(len(seen) - 4)]
        print(
            f"{name:28}{seconds:>8.1f}{windows[-1]:>7.2f}{max(windows):>7.2f}"
            f"{sum(history.score[-5:]) / 5:>7.2f}{sum(history.kl[-5:]) / 5:>7.2f}"
            f"{excess(model, tokenizer, unseen):>8.3f}"
        )

    for seed in range(options.seeds):
        for beta, ptx in ((0.0, 0.0), (0.05, 0.0), (0.15, 0.0), (0.5, 0.0), (0.15, 1.0)):
            config = PPOConfig(
                beta=beta, ptx=ptx, iterations=options.iterations + 20 * (beta == 0), seed=seed
            )
            policy = copy.deepcopy(reference).requires_grad_(True)
            batches = shuffled(rows, 4, seed) if ptx else None
            history, seconds = timed(
                lambda policy=policy, config=config, batches=batches: ppo(
                    policy, reference, Critic(reference), judge.score, prompts, tokenizer, config,
                    pretraining=batches, look={"gold": gold}, progress=None,
                )
            )  # fmt: skip
            report(f"PPO β={beta} ptx={ptx} seed {seed}", history, policy, seconds)
        policy = copy.deepcopy(reference).requires_grad_(True)
        settings = GRPOConfig(iterations=options.iterations, seed=seed)
        history, seconds = timed(
            lambda policy=policy, settings=settings: grpo(
                policy, reference, judge.score, prompts, tokenizer, settings,
                look={"gold": gold}, progress=None,
            )
        )  # fmt: skip
        report(f"GRPO β={settings.beta} seed {seed}", history, policy, seconds)
        policy = copy.deepcopy(reference).requires_grad_(True)
        tuning = DPOConfig(seed=seed)
        history, seconds = timed(
            lambda policy=policy, tuning=tuning: dpo(
                policy, reference, compared.answers, *pairs, tuning, progress=None
            )
        )
        print(f"{f'DPO β={tuning.beta} seed {seed}':28}{seconds:>8.1f}", end="")
        drawn = torch.Generator().manual_seed(seed)
        answers = sample_answers(policy, prompts * 2, tokenizer, generator=drawn)
        mask = answers.mask[:, 1:]
        with torch.no_grad():
            log_p, log_reference = (token_log_probs(m, answers.ids) for m in (policy, reference))
        kl = ((log_p - log_reference) * mask).sum(1).mean()
        print(f"{gold(answers):>7.2f}{'':7}{judge.score(answers).mean():>7.2f}{kl:>7.2f}", end="")
        print(f"{excess(policy, tokenizer, unseen):>8.3f}")


if __name__ == "__main__":
    main()
