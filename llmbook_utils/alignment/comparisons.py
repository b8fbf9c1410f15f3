"""Comparisons: K answers to each prompt, ranked by raters, and how well the ranking is predicted.

The raters are simulated (``corpus.raters``): Bradley–Terry on the gold reward, each with tastes of
her own. So it is known how probably each comparison comes out which way: what the best possible
prediction gets right (the Bayes ceiling), and what a well-calibrated model should say.

Left out: ties that raters state; raters who get tired.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from llmbook_utils.alignment.answers import Answers, draw_questions, gold_rewards, sample_answers
from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.raters import Raters
from llmbook_utils.corpus.reward import PARTS
from llmbook_utils.gpt import GPT
from llmbook_utils.pretraining import Pair
from llmbook_utils.tokenizer import Tokenizer


@dataclass(frozen=True)
class Comparisons:
    """K answers to each of N prompts, ranked by a rater drawn at random for each prompt."""

    answers: Answers  # N·K: the K answers of a prompt one after the other
    pairs: list[Pair]  # what each of the N prompts asks for
    gold: Float[Tensor, "N K"]  # the true reward
    ranking: Int[Tensor, "N K"]  # numbers of the answers, the best one first
    preference: Float[Tensor, "N K K"]  # [i, a, b]: how probably a rater prefers a to b, exactly

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def places(self) -> Float[Tensor, "N K"]:
        """The ranking as numbers to compare with: K − 1 for the best answer, 0 for the worst."""
        return (self.ranking.shape[1] - 1 - self.ranking.argsort(1)).float()


def collect(
    model: GPT,
    tokenizer: Tokenizer,
    world: World,
    raters: Raters,
    prompts: int,
    answers: int = 4,
    *,
    seed: int = 0,
    pairs: Sequence[Pair] | None = None,
    max_new_tokens: int = 24,
) -> Comparisons:
    """Let the model answer and the raters rank.

    Args:
        prompts: N, questions drawn at random.
        answers: K, sampled for each at temperature 1.
        pairs: what can be asked for; None: every pair.
    """
    K = answers
    asked, questions = draw_questions(tokenizer, Chat(world), prompts, seed, pairs)
    said = sample_answers(
        model,
        [question for question in questions for _ in range(K)],
        tokenizer,
        max_new_tokens=max_new_tokens,
        generator=torch.Generator().manual_seed(seed),
    )
    rewards = gold_rewards(world, [pair for pair in asked for _ in range(K)], said, tokenizer)
    rng = np.random.default_rng(seed)
    ranking = [raters.rank(rewards[i : i + K], rng) for i in range(0, len(rewards), K)]
    parts = np.array([[reward.parts[part] for part in PARTS] for reward in rewards])
    utilities = torch.from_numpy(parts @ raters.tastes.T).view(prompts, K, -1)  # (N, K, raters)
    preference = ((utilities[:, :, None] - utilities[:, None]) / raters.temperature).sigmoid()
    return Comparisons(
        said,
        asked,
        torch.tensor([reward.total for reward in rewards]).view(prompts, K),
        torch.from_numpy(np.stack(ranking)),
        preference.mean(-1).float(),
    )


def pair_accuracy(scores: Float[Tensor, "N K"], truth: Float[Tensor, "N K"]) -> float:
    """In how many of all pairs that ``truth`` orders do the scores have the same order?

    Pairs with equal truth are left out; equal scores count half.

    Args:
        truth: the gold reward, or ``Comparisons.places`` for what raters said.
    """
    a, b = torch.triu_indices(scores.shape[1], scores.shape[1], 1)
    said, true = (scores[:, a] - scores[:, b]).sign(), (truth[:, a] - truth[:, b]).sign()
    agree = (1 + said * true) / 2
    return agree[true != 0].mean().item()


def bayes_ceiling(preference: Float[Tensor, "N K K"]) -> float:
    """How often the best prediction of a comparison is right: mean of max(p, 1 − p) over pairs."""
    a, b = torch.triu_indices(preference.shape[1], preference.shape[1], 1)
    p = preference[:, a, b]
    return torch.maximum(p, 1 - p).mean().item()


@dataclass(frozen=True)
class Calibration:
    """Predictions sorted into bins, and what came of them."""

    predicted: Float[Tensor, " bins"]  # mean prediction; NaN where a bin is empty
    observed: Float[Tensor, " bins"]  # how often it came true
    count: Int[Tensor, " bins"]
    error: float  # Σ count · |predicted − observed| / Σ count: expected calibration error


def calibration(
    predicted: Float[Tensor, " M"], observed: Float[Tensor, " M"], bins: int = 10
) -> Calibration:
    """Do things that are said to be 70 % probable happen in 70 of 100 cases?

    Bins are equally wide, from 0 to 1. (Naeini et al. 2015; Guo et al. 2017, eq. 3, with
    probabilities of one of two outcomes.)

    Args:
        predicted: σ(r_a − r_b), with rewards that are not standardised.
        observed: 1 where a was preferred and 0 where not; or the true probability of that.
    """
    place = (predicted * bins).long().clamp(0, bins - 1)
    count = torch.bincount(place, minlength=bins)
    mean = [torch.bincount(place, x.double(), bins).float() / count for x in (predicted, observed)]
    gap = (mean[0] - mean[1]).abs().nan_to_num() * count
    return Calibration(mean[0], mean[1], count, gap.sum().item() / max(1, len(predicted)))
