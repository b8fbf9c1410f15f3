"""Group relative policy optimisation (Shao et al. 2024): PPO without a critic.

Several answers are drawn to each question. What a critic would have expected is the mean score of
its group, and the advantage of an answer, the same for all its tokens, is

    Â_i = (r_i − mean(r)) / sd(r)                                    (their section 4.1.2)

The price of moving away stands in the loss and not in the reward, estimated with k3:

    loss = −mean over answers of the mean over the answer's tokens of
           [min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β k3(π, π_ref)]                   (their eq. 3)

``scale=False`` does not divide by sd(r), which makes questions count more where all answers are
about equally good (Liu et al. 2025). Left out: what else later work has changed (means over all
tokens of a batch, unequal clipping, resampling groups without a difference).
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llmbook_utils.alignment.advantages import masked_mean
from llmbook_utils.alignment.answers import Answers, sample_answers, token_log_probs
from llmbook_utils.alignment.clipping import clipped_objective
from llmbook_utils.alignment.kl import kl_k1, kl_k3
from llmbook_utils.alignment.ppo import Score, descend, penalise_no_end
from llmbook_utils.gpt import GPT
from llmbook_utils.packing import Ids
from llmbook_utils.progress import Progress
from llmbook_utils.tokenizer import Tokenizer


@dataclass(frozen=True)
class GRPOConfig:
    """How to run GRPO.

    Raises:
        ValueError: a number out of its range.
    """

    beta: float = 0.1  # β, the price of a nat of KL divergence from the reference
    iterations: int = 40  # how often answers are drawn and learnt from
    questions: int = 8  # drawn each time
    group: int = 8  # answers to each
    epochs: int = 2  # times that each answer is learnt from, all at once
    learning_rate: float = 1e-3  # of Adam
    clip: float = 0.2  # ε, how far a ratio may pay
    scale: bool = True  # whether advantages are divided by the group's standard deviation
    no_end: float = -2.0  # the score of an answer that does not end
    max_new_tokens: int = 24  # where an answer is cut off
    seed: int = 0  # of questions and answers

    def __post_init__(self) -> None:
        least = {"iterations": 1, "questions": 1, "group": 2, "epochs": 1, "max_new_tokens": 1}
        for name, lowest in least.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < lowest:
                raise ValueError(f"expected {name} to be a whole number ≥ {lowest}, got {value!r}")
        for name, good, expected in (
            ("beta", 0 <= self.beta < math.inf, "a number ≥ 0"),
            ("learning_rate", 0 < self.learning_rate < math.inf, "a positive number"),
            ("clip", self.clip > 0, "a positive number"),
            ("no_end", math.isfinite(self.no_end), "a finite number"),
        ):
            if not good:
                raise ValueError(f"expected {name} to be {expected}, got {getattr(self, name)!r}")


@dataclass
class GRPOHistory:
    """What happened: an entry for each iteration, about its answers as they were drawn."""

    score: list[float] = field(default_factory=list)  # mean score of the answers, before penalties
    kl: list[float] = field(default_factory=list)  # nats an answer from the reference (k1)
    entropy: list[float] = field(default_factory=list)  # nats a token: the mean of −log π
    length: list[float] = field(default_factory=list)  # tokens an answer
    ended: list[float] = field(default_factory=list)  # share of answers with an end
    loss: list[float] = field(default_factory=list)  # this and the next: mean of updates
    clip_fraction: list[float] = field(default_factory=list)  # share of tokens without a gradient
    seconds: list[float] = field(default_factory=list)  # since the start, without the looks
    looks: dict[str, list[Any]] = field(default_factory=dict)  # name → what was seen


def group_advantages(scores: Float[Tensor, "N G"], scale: bool = True) -> Float[Tensor, "N G"]:
    """(r − mean) / sd in each group of G answers to one question (Shao et al. 2024).

    sd is that of a sample (divided by G − 1), and 10⁻⁴ is added to it, as in trl: a group whose
    answers are all equally good teaches nothing. ``scale=False``: r − mean (Liu et al. 2025).

    Raises:
        ValueError: if a group has fewer than two answers.
    """
    if scores.shape[1] < 2:
        raise ValueError(f"expected at least 2 answers in a group, got {tuple(scores.shape)}")
    centred = scores - scores.mean(1, keepdim=True)
    return centred / (scores.std(1, keepdim=True) + 1e-4) if scale else centred


def grpo_loss(
    log_p: Float[Tensor, "B T"],
    old_log_p: Float[Tensor, "B T"],
    log_reference: Float[Tensor, "B T"],
    advantages: Float[Tensor, " B"],
    mask: Bool[Tensor, "B T"],
    clip: float | int = 0.2,
    beta: float | int = 0.0,
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """The loss (Shao et al. 2024, eq. 3), and the share of tokens that were clipped.

    The mean is taken over each answer's tokens first, and then over the answers.

    Args:
        log_p: log π of the tokens, with a gradient.
        old_log_p: log π_old, from when they were drawn.
        log_reference: log π_ref.
        advantages: Â, one for each answer.
        mask: True at the answer's tokens.
        clip: ε.
        beta: β.

    Raises:
        ValueError: if an answer has no token.
    """
    if not mask.any(1).all():
        raise ValueError("expected at least one token in each answer, got an empty mask row")
    of_each_token = advantages[:, None].expand_as(log_p)
    objective, clipped = clipped_objective(log_p, old_log_p, of_each_token, clip)
    objective = (objective - beta * kl_k3(log_p, log_reference)).where(mask, 0.0)
    return -(objective.sum(1) / mask.sum(1)).mean(), masked_mean(clipped.to(log_p.dtype), mask)


def grpo(
    policy: GPT,
    reference: GPT,
    score: Score,
    prompts: Sequence[Ids],
    tokenizer: Tokenizer,
    config: GRPOConfig,
    *,
    look: Mapping[str, Callable[[Answers], Any]] | None = None,
    progress: str | None = "GRPO",
) -> GRPOHistory:
    """Train the policy in place; arguments as for ``ppo``.

    Raises:
        ValueError: no prompts.
    """
    if not prompts:
        raise ValueError("expected at least one prompt, got none")
    generator = torch.Generator().manual_seed(config.seed)
    adam = torch.optim.Adam(policy.parameters(), config.learning_rate, fused=True)
    history, began = GRPOHistory(), time.perf_counter()
    with Progress(progress, config.iterations) as line:
        for iteration in range(config.iterations):
            drawn = torch.randint(len(prompts), (config.questions,), generator=generator)
            asked = [prompts[i] for i in drawn.repeat_interleave(config.group).tolist()]
            with torch.no_grad():
                longest = config.max_new_tokens
                answers = sample_answers(
                    policy, asked, tokenizer, max_new_tokens=longest, generator=generator
                )
                ids, mask = answers.ids, answers.mask[:, 1:]
                old, log_reference = (token_log_probs(m, ids) for m in (policy, reference))
                scores = score(answers)
            final = penalise_no_end(scores, answers.ended, config.no_end)
            groups = final.view(config.questions, config.group)
            advantages = group_advantages(groups, config.scale).flatten()
            updates = []
            for _ in range(config.epochs):
                loss, clipped = grpo_loss(
                    token_log_probs(policy, ids),
                    old,
                    log_reference,
                    advantages,
                    mask,
                    config.clip,
                    config.beta,
                )
                descend(adam, loss)
                updates.append([loss.item(), clipped.item()])
            seconds = time.perf_counter() - began
            history.score.append(scores.mean().item())
            history.kl.append((kl_k1(old, log_reference) * mask).sum(1).mean().item())
            history.entropy.append(-masked_mean(old, mask).item())
            history.length.append(answers.lengths.float().mean().item())
            history.ended.append(answers.ended.float().mean().item())
            history.loss.append(sum(u[0] for u in updates) / len(updates))
            history.clip_fraction.append(sum(u[1] for u in updates) / len(updates))
            history.seconds.append(seconds)
            for name, function in (look or {}).items():
                history.looks.setdefault(name, []).append(function(answers))
            began = time.perf_counter() - seconds
            line.show(iteration + 1, f"score {history.score[-1]:.2f}, KL {history.kl[-1]:.2f}")
    return history
