"""Direct preference optimisation (Rafailov et al. 2023): comparisons, but no reward model.

The policy that earns most, if each nat of KL divergence costs β, is π ∝ π_ref · exp(r / β) (their
eq. 4). Turned round, every policy is the best one for some reward, its *implicit reward*:

    r̂(x, y) = β log(π(y|x) / π_ref(y|x))      up to a constant for each question (their eq. 5)

With it in the loss of a reward model, what is fitted is the policy itself:

    loss = −mean of log σ(r̂(x, y_w) − r̂(x, y_l))                                  (their eq. 7)

where y_w is the preferred answer and y_l the rejected one. Nothing is sampled, and nothing is
scored: the policy learns only about answers that somebody has compared.

Left out: smoothed labels, and the many variants (IPO, KTO, …).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from llmbook_utils.alignment.answers import Answers, token_log_probs
from llmbook_utils.alignment.reward import pairwise_loss
from llmbook_utils.gpt import GPT
from llmbook_utils.train import Batch, TrainConfig, shuffled, train


@dataclass(frozen=True)
class DPOConfig:
    """How to run DPO.

    Raises:
        ValueError: a number out of its range.
    """

    beta: float = 0.5  # β: how little the policy may move for a preference
    steps: int = 200  # updates of the weights
    batch_size: int = 32  # pairs in each
    learning_rate: float = 1e-3  # the highest; a short warm-up, then a cosine down to 0
    seed: int = 0  # of the batches

    def __post_init__(self) -> None:
        if not 0 < self.beta < math.inf:
            raise ValueError(f"expected beta to be a positive number, got {self.beta!r}")


@dataclass
class DPOHistory:
    """What happened: an entry for each step, before its update; rewards in nats, with β."""

    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)  # share of pairs in the raters' order
    chosen: list[float] = field(default_factory=list)  # mean implicit reward of preferred answers
    rejected: list[float] = field(default_factory=list)  # … and of rejected ones
    seconds: list[float] = field(default_factory=list)  # since the start, without the looks
    looked: list[int] = field(default_factory=list)  # after how many steps
    looks: dict[str, list[Any]] = field(default_factory=dict)  # name → what was seen each time


def answer_log_probs(model: GPT, answers: Answers) -> Float[Tensor, " B"]:
    """log π(y|x), the sum over the tokens of each answer."""
    return (token_log_probs(model, answers.ids) * answers.mask[:, 1:]).sum(1)


def implicit_reward(
    log_p: Float[Tensor, "..."], log_reference: Float[Tensor, "..."], beta: float | int
) -> Float[Tensor, "..."]:
    """r̂ = β (log π(y|x) − log π_ref(y|x)) (Rafailov et al. 2023, section 4)."""
    return beta * (log_p - log_reference)


def dpo_loss(chosen: Float[Tensor, " N"], rejected: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    """The reward model's loss of implicit rewards (Rafailov et al. 2023, eq. 7).

    log 2 for a policy that is the reference.
    """
    return pairwise_loss(chosen, rejected)


def ranked_pairs(
    ranking: Int[Tensor, "N K"],
) -> tuple[Int[Tensor, " P"], Int[Tensor, " P"]]:
    """(preferred, rejected): for each pair of answers to one prompt, their numbers among all N·K.

    Args:
        ranking: for each prompt, the numbers 0 … K − 1 of its answers, the best first. Answer k to
            prompt n has number n·K + k.

    Returns:
        P = N · K (K − 1) / 2 numbers each.
    """
    N, K = ranking.shape
    numbers = ranking + K * torch.arange(N)[:, None]  # (N, K)
    better, worse = torch.triu_indices(K, K, 1)
    return numbers[:, better].flatten(), numbers[:, worse].flatten()


def dpo(
    policy: GPT,
    reference: GPT,
    answers: Answers,
    chosen: Int[Tensor, " P"],
    rejected: Int[Tensor, " P"],
    config: DPOConfig,
    *,
    look: Mapping[str, Callable[[Any], Any]] | None = None,
    look_every: int = 50,
    progress: str | None = "DPO",
) -> DPOHistory:
    """Train the policy in place.

    Args:
        policy: a copy of the reference, to begin with.
        reference: stays as it is.
        answers: all answers that were compared.
        chosen: for each comparison, the number of the preferred answer; see :func:`ranked_pairs`.
        rejected: … and of the rejected one.
        config: how to train.
        look: functions of the policy, as for ``train``.
        look_every: steps between two looks.
        progress: the name on the progress line; None shows nothing.

    Raises:
        ValueError: if there are fewer pairs than in one batch.
    """
    history, beta = DPOHistory(), config.beta
    with torch.no_grad():
        parts = torch.arange(len(answers)).split(512)
        log_reference = torch.cat([answer_log_probs(reference, answers.select(p)) for p in parts])

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        both = torch.cat(batch)  # the preferred answers, then the rejected ones
        assert isinstance(model, GPT)
        log_p = answer_log_probs(model, answers.select(both))
        r_w, r_l = implicit_reward(log_p, log_reference[both], beta).chunk(2)
        history.accuracy.append((r_w > r_l).float().mean().item())
        history.chosen.append(r_w.mean().item())
        history.rejected.append(r_l.mean().item())
        return dpo_loss(r_w, r_l) * len(r_w), len(r_w)

    trained = train(
        policy,
        shuffled((chosen, rejected), config.batch_size, config.seed),
        TrainConfig(config.steps, config.learning_rate, warmup=10, final=0.0, weight_decay=0.0),
        loss=loss,
        look=look,
        look_every=look_every,
        progress=progress,
    )
    history.loss, history.seconds = trained.loss, trained.seconds
    history.looked, history.looks = trained.looked, trained.looks
    return history
