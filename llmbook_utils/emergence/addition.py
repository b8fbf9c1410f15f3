"""Addition, from the last digit on: in training every metric jumps, not only the sharp one.

A problem is written backwards, units first: 57 + 86 = 143 becomes "7 5 + 6 8 = 3 4 1". So each
digit of the sum needs the two digits above it and a carry, as on paper (Lee et al. 2024 show how
much easier this order is to learn). Unlike a phone book, addition is a rule: a model has it or
not, and no part of it can be stored for each of the 10,000 problems. As long as a model lacks the
rule for a place, its digit there is little better than a guess, for smooth metrics too: the loss
creeps, and then falls within a few steps. That is a threshold in *training*, and not over sizes as
in Wei et al. (2022), whose points are different models, each trained to its end. Each seed has its
own, so that their mean climbs slowly: look at them one by one.

With two layers and three digits there is a threshold over *sizes* as well (see ``sweep``); with one
layer, how far a model gets depends as much on its seed.

Every batch is drawn anew from all problems, and so is the test: with two digits a model sees many
problems more than once. What is tested is whether it has the rule, not whether the rule carries
over to longer numbers.

Letters: N problems, n digits of each number, K = n + 1 digits of the sum, S seeds, M looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llmbook_utils.gpt import GPT, GPTConfig, count_parameters
from llmbook_utils.progress import Progress
from llmbook_utils.train import IGNORE, Batches, TrainConfig, train

VOCABULARY = (*"0123456789", "+", "=")
DIGITS = 2
WIDTH = 16
STEPS = 700
BATCH = 64
TESTED = 500  # problems


@dataclass(frozen=True)
class Practice:
    """What models of one size answer to the test problems on their way; one of each seed."""

    width: int
    layers: int
    parameters: int
    seeds: tuple[int, ...]
    step: Int[Tensor, " M"]  # before which they were asked
    digits: Int[Tensor, "N K"]  # the true sums, units first
    log_p: Float[Tensor, "S M N K 10"]  # ln p of each digit at each place, after the true ones

    @property
    def true_log_p(self) -> Float[Tensor, "S M N K"]:
        """ln p of the true digit."""
        truth = self.digits.expand(*self.log_p.shape[:-1])[..., None]
        return self.log_p.gather(-1, truth).squeeze(-1)

    @property
    def correct(self) -> Bool[Tensor, "S M N K"]:
        """Whether the likeliest digit is the true one."""
        return self.log_p.argmax(-1) == self.digits


def written(a: int, b: int, digits: int = DIGITS) -> str:
    """The problem as the model sees it: ``written(57, 86)`` is "75+68=341".

    Raises:
        ValueError: a number that is below zero or has more digits.
    """
    if not 0 <= min(a, b) <= max(a, b) < 10**digits:
        raise ValueError(f"expected numbers from 0 to {10**digits - 1}, got {a} and {b}")
    ids = encode(torch.tensor([a]), torch.tensor([b]), digits)[0]
    return "".join(VOCABULARY[i] for i in ids.tolist())


def encode(a: Int[Tensor, " N"], b: Int[Tensor, " N"], digits: int = DIGITS) -> Int[Tensor, "N T"]:
    """Problems as tokens, T = 3 · digits + 3: a, "+", b, "=", a + b, each number units first."""

    def backwards(numbers: Tensor, places: int) -> Tensor:
        return numbers[:, None] // 10 ** torch.arange(places) % 10

    plus, equals = torch.full_like(a, 10)[:, None], torch.full_like(a, 11)[:, None]
    return torch.cat(
        [backwards(a, digits), plus, backwards(b, digits), equals, backwards(a + b, digits + 1)], 1
    )


def problems(count: int, generator: torch.Generator, digits: int = DIGITS) -> Int[Tensor, "N T"]:
    """Random problems: both numbers are drawn evenly from 0 to 10^digits − 1."""
    a, b = torch.randint(10**digits, (2, count), generator=generator)
    return encode(a, b, digits)


def config(width: int, layers: int = 1, digits: int = DIGITS) -> GPTConfig:
    """The sizes of a model of that width."""
    return GPTConfig(len(VOCABULARY), 3 * digits + 2, layers=layers, heads=4, width=width)


@torch.no_grad()
def ask(model: GPT, ids: Int[Tensor, "N T"]) -> Float[Tensor, "N K 10"]:
    """ln p of each of the ten digits at each place of the sum, given all before it."""
    digits = ids.shape[1] // 3 - 1
    return model(ids[:, :-1]).log_softmax(-1)[:, 2 * digits + 1 :, :10]


def watch(
    width: int = WIDTH,
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    steps: int = STEPS,
    *,
    every: int = 25,
    layers: int = 1,
    digits: int = DIGITS,
    batch: int = BATCH,
    quiet: bool = False,
) -> Practice:
    """Train one GPT for each seed, and ask all of them the same problems every few steps.

    The loss is on the digits of the sum alone.

    Args:
        every: steps between two looks; the last is after the last step.

    Raises:
        ValueError: a width that is not a multiple of 8 (four heads of even size).
    """
    sizes = config(width, layers, digits)
    test = problems(TESTED, torch.Generator().manual_seed(77), digits)
    answer = 2 * digits + 2  # the place of the sum's first digit
    recipe = TrainConfig(steps, 5e-3, warmup=50, final=0.1, weight_decay=0.0, beta2=0.98)
    answers, looked = [], []
    with Progress(None if quiet else "adding", len(seeds)) as line:
        for seed in seeds:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                model = GPT(sizes)
            batches = _batches(torch.Generator().manual_seed(1_000_003 + seed), batch, digits)
            look = {"log_p": lambda model: ask(model, test)}
            history = train(model, batches, recipe, look=look, look_every=every, progress=None)
            answers.append(torch.stack(history.looks["log_p"]))
            looked = history.looked
            line.show(len(answers))
    return Practice(
        width,
        layers,
        count_parameters(sizes),
        tuple(seeds),
        torch.tensor(looked),
        test[:, answer:],
        torch.stack(answers),
    )


def _batches(generator: torch.Generator, batch: int, digits: int) -> Batches:
    """New problems in each step; only the digits of the sum carry loss."""

    def draw(i: int) -> tuple[Tensor, Tensor]:
        ids = problems(batch, generator, digits)
        labels = ids[:, 1:].clone()
        labels[:, : 2 * digits + 1] = IGNORE
        return ids[:, :-1], labels

    return draw
