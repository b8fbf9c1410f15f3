"""Proximal policy optimisation (Schulman et al. 2017) of a language model (Ouyang et al. 2022).

The policy answers questions, a score says how good each answer is, and the policy is changed so
that what went better than expected becomes more probable. Five steps:

    1. collect             draw answers; note how probable the policy and the reference hold them
    2. estimate            the score, less the price of moving away, against what the critic expects
    3. gradients, 4. update    of the clipped objective, a part of the answers at a time
    5. repeat              with new answers

Departs from Ouyang et al.: the learning rate stays as it is; the critic starts from whatever GPT it
is given (theirs: the reward model), its head from zero. Departs from Schulman et al. 2017: policy
and critic share nothing; no entropy bonus, since the price of moving away keeps the policy from
becoming too certain; the value loss is clipped, too. Left out: several devices, half precision.

Everything about tokens stands in rows of T − 1 columns: column t belongs to token t + 1, the
action, which was chosen after tokens 0 … t.
"""

import copy
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmbook_utils.alignment.advantages import explained_variance, gae, masked_mean, whiten
from llmbook_utils.alignment.answers import Answers, sample_answers, token_log_probs
from llmbook_utils.alignment.clipping import policy_loss, value_loss
from llmbook_utils.alignment.kl import AdaptiveKL, kl_k1, kl_k3, shaped_rewards
from llmbook_utils.gpt import GPT
from llmbook_utils.packing import Ids
from llmbook_utils.progress import Progress
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import Batches, language_model_loss

Score = Callable[[Answers], Tensor]  # (B,): how good each answer is


@dataclass(frozen=True)
class PPOConfig:
    """How to run PPO.

    Raises:
        ValueError: a number out of its range.
    """

    beta: float = 0.15  # β, the price of a nat of KL divergence from the reference
    iterations: int = 40  # how often answers are drawn and learnt from
    rollouts: int = 64  # answers that are drawn each time
    epochs: int = 2  # times that each of them is learnt from
    minibatches: int = 4  # parts in which that is done: as many updates an epoch
    learning_rate: float = 1e-3  # of Adam, for the policy and for the critic
    clip: float = 0.2  # ε, how far a ratio may pay
    value_clip: float = 0.2  # how far a value may pay, in units of the score; inf: any distance
    gamma: float = 1.0  # γ; an answer is short, so that its end counts in full
    lam: float = 0.95  # λ of GAE
    no_end: float = -2.0  # the score of an answer that does not end
    ptx: float = 0.0  # weight of the pretraining loss (PPO-ptx); 0: none
    target_kl: float | None = None  # nats an answer that β is adapted to keep; None: β is fixed
    max_new_tokens: int = 24  # where an answer is cut off
    seed: int = 0  # of questions, answers and parts

    def __post_init__(self) -> None:
        for name in ("iterations", "rollouts", "epochs", "minibatches", "max_new_tokens"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"expected {name} to be a whole number ≥ 1, got {value!r}")
        for name, good, expected in (
            ("minibatches", self.minibatches <= self.rollouts, f"at most {self.rollouts} rollouts"),
            ("beta", 0 <= self.beta < math.inf, "a number ≥ 0"),
            ("learning_rate", 0 < self.learning_rate < math.inf, "a positive number"),
            ("clip", self.clip > 0, "a positive number"),
            ("value_clip", self.value_clip > 0, "a positive number (inf: no clipping)"),
            ("gamma", 0 <= self.gamma <= 1, "a number from 0 to 1"),
            ("lam", 0 <= self.lam <= 1, "a number from 0 to 1"),
            ("no_end", math.isfinite(self.no_end), "a finite number"),
            ("ptx", 0 <= self.ptx < math.inf, "a number ≥ 0"),
        ):
            if not good:
                raise ValueError(f"expected {name} to be {expected}, got {getattr(self, name)!r}")
        if self.target_kl is not None:
            AdaptiveKL(self.beta, self.target_kl)  # refuses what cannot be


@dataclass
class PPOHistory:
    """What happened: an entry for each iteration, about its answers as they were drawn."""

    score: list[float] = field(default_factory=list)  # mean score of the answers, before penalties
    kl: list[float] = field(default_factory=list)  # nats an answer from the reference (k1)
    beta: list[float] = field(default_factory=list)  # β that was used
    entropy: list[float] = field(default_factory=list)  # nats a token: the mean of −log π
    length: list[float] = field(default_factory=list)  # tokens an answer
    ended: list[float] = field(default_factory=list)  # share of answers with an end
    explained_variance: list[float] = field(default_factory=list)  # by the critic, of the returns
    policy_loss: list[float] = field(default_factory=list)  # this and what follows: mean of updates
    value_loss: list[float] = field(default_factory=list)
    clip_fraction: list[float] = field(default_factory=list)  # share of tokens without a gradient
    approx_kl: list[float] = field(default_factory=list)  # nats a token from where it began (k3)
    seconds: list[float] = field(default_factory=list)  # since the start, without the looks
    looks: dict[str, list[Any]] = field(default_factory=dict)  # name → what was seen

    def note(
        self, rollout: "Rollout", returns: Tensor, updates: list[list[float]], **others: float
    ) -> None:
        """Write down what an iteration has shown."""
        mask, lengths = rollout.mask, rollout.answers.lengths
        loss, error, clipped, moved = (
            sum(column) / len(updates) for column in zip(*updates, strict=True)
        )
        now = {
            "score": rollout.scores.mean().item(),
            "entropy": -masked_mean(rollout.log_p, mask).item(),
            "length": lengths.float().mean().item(),
            "ended": rollout.answers.ended.float().mean().item(),
            "explained_variance": explained_variance(rollout.values, returns, mask),
            "policy_loss": loss,
            "value_loss": error,
            "clip_fraction": clipped,
            "approx_kl": moved,
            **others,
        }
        for name, value in now.items():
            getattr(self, name).append(value)


class Critic(nn.Module):
    """Says how much an answer will still earn, from its tokens so far.

    Args:
        base: the GPT whose copy is its trunk: the reference, or the reward model's.
    """

    def __init__(self, base: GPT) -> None:
        super().__init__()
        self.base = copy.deepcopy(base).requires_grad_(True)
        self.head = nn.Linear(base.config.width, 1)
        nn.init.zeros_(self.head.weight)  # at first it expects nothing
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T-1"]:
        """Column t: V after tokens 0 … t, when token t + 1 is to be chosen."""
        return self.head(self.base.hidden(ids[:, :-1])).squeeze(-1)


@dataclass(frozen=True)
class Rollout:
    """Answers, and what was known of them before anything was learnt from them."""

    answers: Answers
    log_p: Float[Tensor, "B T"]  # log π_old
    log_reference: Float[Tensor, "B T"]  # log π_ref
    values: Float[Tensor, "B T"]  # V_old
    scores: Float[Tensor, " B"]

    @property
    def mask(self) -> Bool[Tensor, "B T"]:
        """True where the action is a token of the answer."""
        return self.answers.mask[:, 1:]


def penalise_no_end(
    scores: Float[Tensor, " B"], ended: Bool[Tensor, " B"], penalty: float | int
) -> Float[Tensor, " B"]:
    """An answer that does not end gets ``penalty`` in place of its score.

    A reward model has seen few such answers, and reads them at a token where no answer ends. (A
    fixed penalty as in Ziegler et al. 2019; "the EOS trick" of Huang et al. 2024.)
    """
    return scores.where(ended, float(penalty))


@torch.no_grad()
def collect(
    policy: GPT,
    reference: GPT,
    critic: Critic,
    score: Score,
    prompts: Sequence[Ids],
    tokenizer: Tokenizer,
    config: PPOConfig,
    generator: torch.Generator,
) -> Rollout:
    """Step 1: answers to prompts drawn at random."""
    drawn = torch.randint(len(prompts), (config.rollouts,), generator=generator).tolist()
    asked, longest = [prompts[i] for i in drawn], config.max_new_tokens
    answers = sample_answers(policy, asked, tokenizer, max_new_tokens=longest, generator=generator)
    log_p, log_reference = (token_log_probs(m, answers.ids) for m in (policy, reference))
    return Rollout(answers, log_p, log_reference, critic(answers.ids), score(answers))


def estimate(
    rollout: Rollout, beta: float, config: PPOConfig
) -> tuple[Float[Tensor, "B T"], Float[Tensor, "B T"]]:
    """Step 2: whitened advantages, and returns; these come first, from advantages as they are."""
    scores = penalise_no_end(rollout.scores, rollout.answers.ended, config.no_end)
    rewards = shaped_rewards(scores, rollout.log_p, rollout.log_reference, rollout.mask, beta)
    advantages, returns = gae(rewards, rollout.values, rollout.mask, config.gamma, config.lam)
    return whiten(advantages, rollout.mask), returns


def minibatches(config: PPOConfig, generator: torch.Generator) -> Iterator[Int[Tensor, " N"]]:
    """In each epoch, all answers in a new order, cut into parts."""
    for _ in range(config.epochs):
        yield from torch.randperm(config.rollouts, generator=generator).chunk(config.minibatches)


def descend(optimizer: torch.optim.Optimizer, loss: Float[Tensor, ""]) -> None:
    """One step down, with a gradient no longer than 1."""
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
    optimizer.step()


def ppo(
    policy: GPT,
    reference: GPT,
    critic: Critic,
    score: Score,
    prompts: Sequence[Ids],
    tokenizer: Tokenizer,
    config: PPOConfig,
    *,
    pretraining: Batches | None = None,
    look: Mapping[str, Callable[[Answers], Any]] | None = None,
    progress: str | None = "PPO",
) -> PPOHistory:
    """Train policy and critic in place.

    Args:
        policy: answers; a copy of the reference, to begin with.
        reference: stays as it is.
        critic: says how much an answer will still earn.
        score: any function of answers: a reward model's ``score``, BLEU, the gold reward;
            ``answers.prompts`` says what was asked.
        prompts: the questions there are; ``config.rollouts`` of them are drawn each time.
        tokenizer: the policy's.
        pretraining: ``pretraining(i)`` is batch i of ids and labels, as for ``train``. For PPO-ptx
            (Ouyang et al. 2022, eq. 2): ``config.ptx`` times its loss is added in each update.
        look: functions of each iteration's answers, whose results go into ``history.looks``.
        progress: the name on the progress line; None shows nothing.

    Raises:
        ValueError: no prompts; PPO-ptx without pretraining data, or these without a weight.
    """
    if not prompts:
        raise ValueError("expected at least one prompt, got none")
    if (config.ptx > 0) != (pretraining is not None):
        batches = "no batches" if pretraining is None else "batches"
        raise ValueError(
            f"expected ptx above 0 and pretraining batches, or neither, got {config.ptx}, {batches}"
        )
    generator = torch.Generator().manual_seed(config.seed)
    actor = torch.optim.Adam(policy.parameters(), config.learning_rate, fused=True)
    judge = torch.optim.Adam(critic.parameters(), config.learning_rate, fused=True)
    adaptive = AdaptiveKL(config.beta, config.target_kl) if config.target_kl else None
    history, beta, number, began = PPOHistory(), config.beta, 0, time.perf_counter()
    with Progress(progress, config.iterations) as line:
        for iteration in range(config.iterations):
            # 1. Collect, 2. estimate
            rollout = collect(
                policy, reference, critic, score, prompts, tokenizer, config, generator
            )
            advantages, returns = estimate(rollout, beta, config)
            ids, old, mask = rollout.answers.ids, rollout.log_p, rollout.mask
            updates = []
            for rows in minibatches(config, generator):
                # 3. The clipped objective, as it stands with the policy of this moment
                m, log_p = mask[rows], token_log_probs(policy, ids[rows])
                loss, clipped = policy_loss(log_p, old[rows], advantages[rows], m, config.clip)
                moved = masked_mean(kl_k3(old[rows], log_p.detach()), m)
                total = loss
                if pretraining is not None:
                    nats, tokens = language_model_loss(policy, pretraining(number))
                    total, number = loss + config.ptx * nats / tokens, number + 1
                # 4. Update the policy, and the critic
                descend(actor, total)
                values = critic(ids[rows])
                error = value_loss(
                    values, rollout.values[rows], returns[rows], m, config.value_clip
                )
                descend(judge, error)
                updates.append([loss.item(), error.item(), clipped.item(), moved.item()])
            kl = (kl_k1(old, rollout.log_reference) * mask).sum(1).mean().item()
            seconds = time.perf_counter() - began
            history.note(rollout, returns, updates, beta=beta, kl=kl, seconds=seconds)
            for name, function in (look or {}).items():
                history.looks.setdefault(name, []).append(function(rollout.answers))
            began = time.perf_counter() - seconds
            line.show(iteration + 1, f"score {history.score[-1]:.2f}, KL {kl:.2f}")
            beta = adaptive.update(kl) if adaptive else beta
            # 5. Repeat
    return history
