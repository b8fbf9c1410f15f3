"""A phone book, learnt by heart: the cleanest thing of which a bigger model simply holds more.

An entry is two letters and K random digits, "q f 3 0 5 1 8 2 7 4". There is no rule to find: to
say the digits, a model must have stored them. GPTs of several widths read the whole book in each
step; then each is asked for every number, and the log-probabilities of all ten digits are kept at
each place, so that any metric can be computed afterwards (Schaeffer et al. 2023 do so with
InstructGPT on arithmetic). While the model is asked for digit j, the digits before it are the true
ones. This changes nothing for exact match: an answer that is right has right digits before each.

How much is known is counted in bits, as Allen-Zhu & Li (2024, "Physics of Language Models: Part
3.3") do: a digit costs log2 10 bits to those who know nothing, and −log2 p to the model.

Left out: a test set (there is nothing to generalise to), and regularisation.

Letters: N entries, K digits, S seeds.
"""

import math
import string
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from llmbook_utils.gpt import GPT, GPTConfig, count_parameters
from llmbook_utils.progress import Progress
from llmbook_utils.train import IGNORE, TrainConfig, train

LETTERS = string.ascii_lowercase
VOCABULARY = (*string.digits, *LETTERS)  # token 7 is the digit 7; tokens 10 to 35 are letters
WIDTHS = (4, 8, 12, 16, 20, 24, 28, 32)  # 348 to 13,536 parameters
STEPS = 200


@dataclass(frozen=True)
class Book:
    """Entries as tokens: two letters, different for each entry, then K digits."""

    tokens: Int[Tensor, "N T"]  # T = 2 + K

    @property
    def digits(self) -> Int[Tensor, "N K"]:
        return self.tokens[:, 2:]

    def line(self, i: int) -> str:
        """Entry i as text, such as "qf 30518274"."""
        text = "".join(VOCABULARY[t] for t in self.tokens[i].tolist())
        return f"{text[:2]} {text[2:]}"


@dataclass(frozen=True)
class Recall:
    """What models of one width say when they are asked for every number; one of each seed."""

    width: int
    parameters: int
    seeds: tuple[int, ...]
    digits: Int[Tensor, "N K"]  # the truth
    log_p: Float[Tensor, "S N K 10"]  # ln p of each digit at each place, after the true ones

    @property
    def true_log_p(self) -> Float[Tensor, "S N K"]:
        """ln p of the true digit."""
        truth = self.digits.expand(len(self.seeds), -1, -1)[..., None]
        return self.log_p.gather(-1, truth).squeeze(-1)

    @property
    def correct(self) -> Bool[Tensor, "S N K"]:
        """Whether the likeliest digit is the true one."""
        return self.log_p.argmax(-1) == self.digits

    @property
    def bits_known(self) -> Float[Tensor, " S"]:
        """Σ over all digits of log2 10 + log2 p: below zero if the model is worse than chance."""
        return (math.log(10) + self.true_log_p).sum((1, 2)) / math.log(2)

    @property
    def bits_per_parameter(self) -> Float[Tensor, " S"]:
        return self.bits_known / self.parameters


def book(entries: int = 128, digits: int = 8, seed: int = 1) -> Book:
    """A book of random numbers; the letters are drawn without replacement from 26² pairs.

    Raises:
        ValueError: fewer than 1 or more than 676 entries, or no digits.
    """
    pairs = len(LETTERS) ** 2
    if not 1 <= entries <= pairs or digits < 1:
        raise ValueError(
            f"expected 1 to {pairs} entries and at least one digit, got {entries} and {digits}"
        )
    generator = torch.Generator().manual_seed(seed)
    keys = torch.randperm(pairs, generator=generator)[:entries]
    letters = torch.stack([keys // len(LETTERS), keys % len(LETTERS)], 1) + 10
    numbers = torch.randint(10, (entries, digits), generator=generator)
    return Book(torch.cat([letters, numbers], 1))


def config(book: Book, width: int) -> GPTConfig:
    """One block with two heads: one for each letter, if the model finds that useful."""
    return GPTConfig(len(VOCABULARY), book.tokens.shape[1] - 1, layers=1, heads=2, width=width)


def memorise(book: Book, width: int, seed: int = 0, steps: int = STEPS) -> GPT:
    """Train one GPT on the whole book in each step. The loss is on the digits alone.

    Raises:
        ValueError: a width that is not a multiple of 4 (two heads of even size).
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = GPT(config(book, width))
    inputs, labels = book.tokens[:, :-1], book.tokens[:, 1:].clone()
    labels[:, 0] = IGNORE  # the second letter cannot be foretold
    recipe = TrainConfig(steps, 1e-2, warmup=20, final=0.0, weight_decay=0.0, beta2=0.95)
    train(model, lambda i: (inputs, labels), recipe, progress=None)
    return model.eval()


@torch.no_grad()
def ask(model: GPT, book: Book) -> Float[Tensor, "N K 10"]:
    """ln p of each of the ten digits at each place, given the letters and the digits before."""
    return model(book.tokens[:, :-1]).log_softmax(-1)[:, 1:, :10]


def learn(
    book: Book,
    widths: Sequence[int] = WIDTHS,
    seeds: Sequence[int] = (0, 1, 2),
    steps: int = STEPS,
    *,
    quiet: bool = False,
) -> list[Recall]:
    """Let models of each width learn the book, one for each seed, and ask them for all of it.

    Each result depends on its own width and seed alone. (The models run one after the other: to
    stack them, with ``torch.vmap``, gained nothing at these sizes.)
    """
    results: list[Recall] = []
    with Progress(None if quiet else "learning by heart", len(widths) * len(seeds)) as line:
        for width in widths:
            answers = []
            for seed in seeds:
                answers.append(ask(memorise(book, width, seed, steps), book))
                line.show(len(results) * len(seeds) + len(answers), f"width {width}")
            results.append(
                Recall(
                    width,
                    count_parameters(config(book, width)),
                    tuple(seeds),
                    book.digits,
                    torch.stack(answers),
                )
            )
    return results
