"""The reward model: a language model with one number on top, that learns what raters prefer.

    r_φ(x, y) = w · h + b        h: the GPT's last vector, at the answer's last token

Raters rank K answers to the same prompt; the loss of InstructGPT (Ouyang et al. 2022, eq. 1) is

    L(φ) = − 1/C(K,2) · E [ log σ(r_φ(x, y_w) − r_φ(x, y_l)) ]

over all C(K,2) pairs of a ranking: y_w is the preferred one and y_l the other one. This is maximum
likelihood for Bradley & Terry (1952), p(y_w ≻ y_l) = σ(r_w − r_l): r can be shifted at will.

Departs from InstructGPT: the model is as large as the policy (theirs is smaller) and sees each
comparison more than once; rewards are standardised on the model's own answers, not shifted to
mean 0 on demonstrations. What raters say is in ``comparisons``, what a reward model does to the
answers that it chooses in ``best_of_n``; both can be had from here, too.
"""

import copy
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils import checkpoints, pretraining
from llmbook_utils.alignment import sft
from llmbook_utils.alignment.answers import Answers
from llmbook_utils.alignment.best_of_n import best_of_n, kl_best_of_n
from llmbook_utils.alignment.comparisons import (
    Calibration,
    Comparisons,
    bayes_ceiling,
    calibration,
    collect,
    pair_accuracy,
)
from llmbook_utils.corpus import World
from llmbook_utils.corpus.raters import Raters
from llmbook_utils.gpt import GPT
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import Batch, History, TrainConfig, shuffled, train

__all__ = [
    "Calibration",
    "Comparisons",
    "RewardModel",
    "RewardRecipe",
    "Rewarder",
    "bayes_ceiling",
    "best_of_n",
    "calibration",
    "collect",
    "kl_best_of_n",
    "pair_accuracy",
    "pairwise_loss",
    "ranking_loss",
    "rewarder",
    "train_rewards",
]
CODE = (*sft.CODE, "alignment.comparisons", "alignment.reward")  # what the stage depends on
GROUP = 32  # answers of similar length that are looked at together


class RewardModel(nn.Module):
    """A copy of a GPT, and a linear head that makes one number of each of its last vectors.

    Attributes:
        mean, sd: of the rewards of ordinary answers; see :meth:`calibrate`.
    """

    mean: Tensor
    sd: Tensor

    def __init__(self, base: GPT) -> None:
        super().__init__()
        self.base = copy.deepcopy(base)
        self.head = nn.Linear(base.config.width, 1)
        nn.init.normal_(self.head.weight, std=(base.config.width + 1) ** -0.5)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("sd", torch.tensor(1.0))

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T"]:
        """The head's number at every token; the reward is the one at an answer's last token."""
        return self.head(self.base.hidden(ids)).squeeze(-1)

    def rewards(self, answers: Answers) -> Float[Tensor, " B"]:
        """r_φ(x, y) at the last real token, padding not looked at; differences are log-odds."""
        return self.rewards_at(answers.ids, answers.last)

    def rewards_at(self, ids: Int[Tensor, "B T"], last: Int[Tensor, " B"]) -> Float[Tensor, " B"]:
        """The numbers in columns ``last``: rows of like length together, without padding."""
        order = last.argsort()
        parts = [
            self(ids[rows, : int(last[rows[-1]]) + 1]).gather(1, last[rows, None]).squeeze(1)
            for rows in order.split(GROUP)
        ]
        return torch.cat(parts)[order.argsort()]

    @torch.no_grad()
    def score(self, answers: Answers) -> Float[Tensor, " B"]:
        """The reward as a policy gets it: (r − mean) / sd, without a gradient."""
        return (self.rewards(answers) - self.mean) / self.sd

    @torch.no_grad()
    def calibrate(self, answers: Answers) -> None:
        """Let :meth:`score` have mean 0 and standard deviation 1 on these answers."""
        rewards = self.rewards(answers)
        self.mean.copy_(rewards.mean())
        self.sd.copy_(rewards.std())


# Losses -------------------------------------------------------------------------------------------


def pairwise_loss(chosen: Float[Tensor, " N"], rejected: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    """− mean log σ(r_w − r_l): rewards of the preferred answers and of the others."""
    return -F.logsigmoid(chosen - rejected).mean()


def ranking_loss(scores: Float[Tensor, "N K"], ranking: Int[Tensor, "N K"]) -> Float[Tensor, ""]:
    """− 1/C(K,2) Σ log σ(r_w − r_l) over the pairs of each ranking, mean over the N prompts.

    Args:
        scores: r_φ of K answers to each prompt.
        ranking: the numbers of the answers, 0 to K − 1, the best one first.
    """
    if scores.shape[1] < 2:
        raise ValueError(f"expected at least 2 answers to rank, got {scores.shape[1]}")
    ranked = scores.gather(1, ranking)
    preferred, other = torch.triu_indices(scores.shape[1], scores.shape[1], 1)  # all w before l
    return -F.logsigmoid(ranked[:, preferred] - ranked[:, other]).mean()


# The stage ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RewardRecipe:
    """Chapter 10's comparisons and training.

    Manners are learnt from few comparisons, facts only from many: a model of two layers cannot
    compare an answer with what the language model below it knows, and learns the facts anew. So
    one with few ``prompts`` (100, say) is a weak judge: wrong answers can please it.

    Temperature and disagreement leave the best prediction right in 88 of 100 comparisons. An answer
    is cut off after 24 tokens, as everywhere in chapters 9 to 11.
    """

    prompts: int = 4000  # about all pairs, all alike
    answers: int = 4  # K, for each prompt
    raters: int = 5
    disagreement: float = 0.3  # how far the raters' tastes lie apart
    temperature: float = 0.5  # how much chance there is in a comparison
    epochs: int = 3
    batch_size: int = 16  # prompts
    learning_rate: float = 3e-3
    seed: int = 0  # of questions, answers, rankings and batches

    def panel(self) -> Raters:
        """The raters. They are the same people whatever the seed."""
        return Raters(self.raters, self.disagreement, self.temperature)


@dataclass
class Rewarder:
    """The model of chapter 10, and how it came about."""

    tokenizer: Tokenizer
    model: RewardModel
    history: History
    recipe: RewardRecipe


def train_rewards(
    base: GPT, comparisons: Comparisons, recipe: RewardRecipe, *, progress: str | None = None
) -> tuple[RewardModel, History]:
    """A reward model, grown from ``base`` and trained on the rankings."""
    N, K = comparisons.ranking.shape
    ranked = (torch.arange(N)[:, None] * K + comparisons.ranking).flatten()  # best first
    ids = comparisons.answers.ids[ranked].view(N, K, -1)
    last = comparisons.answers.last[ranked].view(N, K)
    torch.manual_seed(recipe.seed)
    model = RewardModel(base)
    size = min(recipe.batch_size, N)
    config = TrainConfig(
        recipe.epochs * (N // size), recipe.learning_rate, warmup=10, weight_decay=0.01, final=0.0
    )
    batches = shuffled((ids, last), size, recipe.seed)
    history = train(model, batches, config, loss=_ranked_loss, progress=progress)
    model.calibrate(comparisons.answers)
    return model, history


def _ranked_loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
    """``ranking_loss`` of answers that stand in their order, summed over prompts."""
    assert isinstance(model, RewardModel)
    ids, last = batch  # (n, K, T), (n, K)
    scores = model.rewards_at(ids.flatten(0, 1), last.flatten()).view_as(last)
    return ranking_loss(scores, torch.arange(last.shape[1]).expand_as(last)) * len(ids), len(ids)


def rewarder(
    world: World,
    recipe: RewardRecipe | None = None,
    *,
    below: sft.SFTRecipe | None = None,
    base: pretraining.Recipe | None = None,
    folder: Path | None = None,
    quiet: bool = False,
) -> Rewarder:
    """The stage of chapter 10: loaded where it was trained before, else trained (half a minute).

    Args:
        world: holds the truth that the raters judge by.
        recipe: by default that of chapter 10.
        below, base: the recipes of the instructed and of the pretrained model.
        folder: where stages are kept, if not in the usual place.
        quiet: say nothing.
    """
    recipe, below = recipe or RewardRecipe(), below or sft.SFTRecipe()
    base = base or pretraining.Recipe()
    before = sft.instructed(world, below, base=base, folder=folder, quiet=quiet)

    state = checkpoints.stage(
        f"rewarder-{world.language}-{world.seed}",
        lambda: _judge(world, recipe, before, quiet),
        config=[recipe, below, base],
        data=[world.language, world.seed],
        code=[f"llmbook_utils.{name}" for name in CODE],
        folder=folder,
        quiet=quiet,
    )
    model = RewardModel(before.model)
    model.load_state_dict(state["model"])
    return Rewarder(before.tokenizer, model, History(**state["history"]), recipe)


def _judge(
    world: World, recipe: RewardRecipe, before: sft.Instructed, quiet: bool
) -> checkpoints.State:
    """Answers, rankings, training: chapter 10 in one function."""
    comparisons = collect(
        before.model,
        before.tokenizer,
        world,
        recipe.panel(),
        recipe.prompts,
        recipe.answers,
        seed=recipe.seed,
    )
    progress = None if quiet else "reward model"
    model, history = train_rewards(before.model, comparisons, recipe, progress=progress)
    return {"model": model.state_dict(), "history": asdict(history)}
