"""The race: architectures learn the same documents, for the same processor time, and are scored.

All see the same training documents of one tiny world, have about as many parameters as each other
and get the same seconds of one processor. Each step takes the learning rate that belongs to the
used part of the seconds, so that every run ends cooled down, however many steps it managed. Then
the held-out documents ask two questions:

*The next word.* How many nats a token is −ln q(text) above the floor, −ln p(text) of the world
that wrote it? For those that read from left to right.

*A blank.* One word is hidden; what does the model expect there? The truth is exact, because
p(w | all other words) ∝ p(document with w in the blank), and the world knows the latter. The score
is the mean of KL(p ‖ q) = Σ_w p(w) ln (p(w) / q(w)), in nats, 0 at best. Whoever sees only what
stands before the blank cannot get below ``Track.left_floor``.

Seconds are processor time, not the clock on the wall: other programs disturb it less. Still, a
faster machine does more steps, so a race gives other numbers elsewhere, and slightly other ones
each time.

Left out: a search for each entrant's best sizes and learning rate, which would decide close races.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.corpus import Document, World
from llmbook_utils.corpus.world import Pair
from llmbook_utils.ngram import NGram
from llmbook_utils.packing import Ids, padded
from llmbook_utils.progress import Progress
from llmbook_utils.train import (
    IGNORE,
    Batches,
    Loss,
    TrainConfig,
    gradients,
    language_model_loss,
    learning_rate,
    optimizer,
)

MASK = "<mask>"
SENTINELS = tuple(f"<{i}>" for i in range(8))  # the marks of T5's spans


@dataclass(frozen=True)
class Blank:
    """A held-out document with one hidden word, and what is known about it, exactly."""

    ids: list[int]  # the whole document, the hidden word too; the last one is <end>
    place: int  # of the hidden word
    truth: Float[Tensor, " V"]  # p(w | all other words)
    before: Float[Tensor, " V"]  # p(w | the words before it)

    def hidden(self, mask: int) -> list[int]:
        """The document with ``mask`` where the word is hidden."""
        return [*self.ids[: self.place], mask, *self.ids[self.place + 1 :]]


Model = Callable[[Tensor], Tensor]  # ids (B, T) → logits of the next word (B, T, V)
Nats = Callable[[Sequence[Ids]], Float[Tensor, " N"]]  # −ln q of each token, one after the other
Fill = Callable[[Sequence[Blank]], Float[Tensor, "N V"]]  # ln q(w | …) for each blank


class Track:
    """What all entrants share: documents as numbers, one for each word, and the truth about them.

    Args:
        world: who writes the documents.
        documents: how many to learn from.
        held_out: how many to be scored on.
        seed: of both.
        without: (person, attribute) pairs that no document tells, as in ``World.documents``.

    Attributes:
        vocabulary: the world's words, then ``<mask>`` and eight sentinels for those who need them.
        train, held_out: documents as lists of word numbers; the last number is ``end``.
        floor: the loss of the best possible model on the held-out documents, in nats a token.
        blanks: one for each held-out document, at a random word (never the end mark).
        left_floor: the blank's score of a model that knows p(w | the words before) exactly.
    """

    def __init__(
        self,
        world: World,
        documents: int = 4000,
        held_out: int = 300,
        seed: int = 0,
        without: Collection[Pair] = (),
    ) -> None:
        if documents < 1 or held_out < 1:
            raise ValueError(f"expected documents and held_out ≥ 1, got {documents}, {held_out}")
        self.world, self.without = world, frozenset(without)
        self.vocabulary = (*world.vocabulary, MASK, *SENTINELS)
        self.number = {word: i for i, word in enumerate(self.vocabulary)}
        self.end, self.pad, self.mask = (
            self.number["<end>"],
            self.number["<pad>"],
            self.number[MASK],
        )
        self.sentinels = [self.number[sentinel] for sentinel in SENTINELS]
        self.train = [self.encode(d.words) for d in world.documents(documents, 2 * seed, without)]
        texts = world.documents(held_out, 2 * seed + 1, without)
        self.held_out = [self.encode(d.words) for d in texts]
        self.floor = -sum(d.log_prob for d in texts) / sum(map(len, self.held_out))
        rng = np.random.default_rng(seed)
        self.blanks = [self.blank(d, int(rng.integers(len(d.words) - 1))) for d in texts]
        before = torch.stack([blank.before for blank in self.blanks])
        self.left_floor = blank_score(before.log(), self.blanks)

    def encode(self, words: Sequence[str]) -> list[int]:
        """The numbers of words. Raises ``ValueError`` for one that is not in the vocabulary."""
        for word in words:
            if word not in self.number:
                raise ValueError(f"expected words of the vocabulary, got {word!r}")
        return [self.number[word] for word in words]

    def blank(self, document: Document, place: int) -> Blank:
        """Hide a word of a document."""
        words, last = document.words, len(document.words) - 1
        if not 0 <= place < last:
            raise ValueError(f"expected a place from 0 to {last - 1}, got {place}")
        before = torch.zeros(len(self.vocabulary))
        log_p = torch.full((len(self.vocabulary),), -torch.inf)
        for word, p in self.world.next_word(words[:place], self.without).items():
            before[self.number[word]] = p
            try:
                text = (*words[:place], word, *words[place + 1 :])
                log_p[self.number[word]] = self.world.log_prob(text, self.without)
            except ValueError:
                continue  # no document reads so
        return Blank(self.encode(words), place, log_p.softmax(0), before)


@dataclass
class Entrant:
    """Who runs, how it learns, and what it can be asked.

    ``batches(i)`` is what it sees in step i and ``loss`` what it makes of it, as in ``train``;
    without batches, ``model.fit(track.train)`` is all the learning there is (n-grams).
    """

    name: str
    model: nn.Module | NGram
    batches: Batches | None = None
    loss: Loss = language_model_loss
    recipe: TrainConfig = field(  # steps: the parts into which the schedule divides the seconds
        default_factory=lambda: TrainConfig(1000, 3e-3, warmup=50, final=0.0)
    )
    nats: Nats | None = None  # None: gives a text no probability
    fill: Fill | None = None  # None: cannot be asked for a blank

    @property
    def parameters(self) -> int:
        """How many numbers it learns; for n-grams, how many counts it keeps."""
        if isinstance(self.model, NGram):
            return sum(len(level.counts) for level in self.model.levels)
        return sum(p.numel() for p in self.model.parameters())


@dataclass(frozen=True)
class Result:
    """A line of the table."""

    name: str
    parameters: int
    steps: int
    seconds: float  # of the processor, for learning
    next_word: float | None  # nats a token above the floor
    blank: float | None  # KL(p ‖ q), nats
    hits: float | None  # part of the blanks where its first choice is one of the likeliest words


def race(
    entrants: Sequence[Entrant], track: Track, seconds: float | int, *, quiet: bool = False
) -> list[Result]:
    """Let each entrant learn for the same processor seconds, one after the other, and score it."""
    results = []
    with Progress(None if quiet else "racing", len(entrants)) as line:
        for i, entrant in enumerate(entrants):
            results.append(score(entrant, track, *learn(entrant, track, seconds)))
            line.show(i + 1, entrant.name)
    return results


def learn(
    entrant: Entrant,
    track: Track,
    seconds: float | int,
    clock: Callable[[], float] = time.process_time,
) -> tuple[int, float]:
    """Train one entrant until its seconds are used up; returns (steps, seconds that it took)."""
    if not seconds > 0:
        raise ValueError(f"expected seconds above 0, got {seconds}")
    if isinstance(entrant.model, NGram):
        start = clock()
        entrant.model.fit(track.train)
        return 1, clock() - start
    if entrant.batches is None:
        raise ValueError(f"expected batches for {entrant.name}, got None")
    model, recipe = entrant.model, entrant.recipe
    adam, step = optimizer(model, recipe), 0
    model.train()
    start = clock()
    while (used := (clock() - start) / seconds) < 1:
        gradients(model, [entrant.batches(step)], entrant.loss)
        nn.utils.clip_grad_norm_(model.parameters(), recipe.clip)
        rate = learning_rate(int(used * recipe.steps), recipe)
        for group in adam.param_groups:
            group["lr"] = rate
        adam.step()
        step += 1
    model.eval()
    return step, used * seconds


@torch.no_grad()
def score(entrant: Entrant, track: Track, steps: int = 0, seconds: float = 0.0) -> Result:
    """Ask an entrant both questions, as far as it can be asked."""
    next_word = blank = hits = None
    if entrant.nats:
        next_word = float(entrant.nats(track.held_out).mean()) - track.floor
    if entrant.fill:
        log_q = entrant.fill(track.blanks)
        blank, hits = blank_score(log_q, track.blanks), blank_hits(log_q, track.blanks)
    return Result(entrant.name, entrant.parameters, steps, seconds, next_word, blank, hits)


def blank_score(log_q: Float[Tensor, "N V"], blanks: Sequence[Blank]) -> float:
    """The mean of KL(p ‖ q) over the blanks, in nats."""
    p = torch.stack([blank.truth for blank in blanks])
    terms = torch.where(p > 0, p * (p.log() - log_q), 0.0)  # 0 ln 0 = 0
    return terms.sum(1).mean().item()


def blank_hits(log_q: Float[Tensor, "N V"], blanks: Sequence[Blank]) -> float:
    """The part of the blanks where the first choice is one of the truly likeliest words."""
    p = torch.stack([blank.truth for blank in blanks])
    chosen = p.gather(1, log_q.argmax(1, keepdim=True)).squeeze(1)
    return (chosen >= p.amax(1) * (1 - 1e-4)).float().mean().item()


def nats_of(model: Model, track: Track, batch_size: int = 64) -> Nats:
    """Scores texts with a model whose ``model(ids)`` gives the logits of the next word."""

    def nats(sequences: Sequence[Ids]) -> Tensor:
        inputs, labels = padded(sequences, track.end, track.pad)
        losses = [
            F.cross_entropy(model(x).transpose(1, 2), y, ignore_index=IGNORE, reduction="none")
            for x, y in zip(inputs.split(batch_size), labels.split(batch_size), strict=True)
        ]
        return torch.cat(losses)[labels != IGNORE]

    return nats


def fill_from_left(model: Model, track: Track, batch_size: int = 64) -> Fill:
    """Fills blanks with a model whose ``model(ids)`` gives the logits of the next word.

    It sees the words before the blank, as always when it reads, and nothing of those behind it.
    """

    def fill(blanks: Sequence[Blank]) -> Tensor:
        inputs, _ = padded([blank.ids for blank in blanks], track.end, track.pad)
        places = torch.tensor([blank.place for blank in blanks])
        rows = zip(inputs.split(batch_size), places.split(batch_size), strict=True)
        logits = [model(x)[torch.arange(len(x)), at] for x, at in rows]
        return torch.cat(logits).log_softmax(-1)

    return fill


def fill_by_scoring(nats: Nats, track: Track) -> Fill:
    """Fills blanks by Bayes' rule: q(w | all other words) ∝ q(document with w in the blank).

    Right for whoever gives texts a probability, but it costs a reading of the text for each of
    the V words. (The marks that no document contains are not tried.)
    """
    words = [track.number[word] for word in track.world.words if word != "<end>"]

    def fill(blanks: Sequence[Blank]) -> Tensor:
        log_q = torch.full((len(blanks), len(track.vocabulary)), -torch.inf)
        for row, blank in zip(log_q, blanks, strict=True):
            texts = [blank.hidden(word) for word in words]
            row[words] = -nats(texts).view(len(words), -1).sum(1)
        return log_q.log_softmax(-1)

    return fill


def ngram_nats(model: NGram) -> Nats:
    """Scores texts with counts."""
    return lambda sequences: torch.from_numpy(model.nats(sequences)).float()


def ngram_fill(model: NGram) -> Fill:
    """Fills blanks with counts, from the words before."""

    def fill(blanks: Sequence[Blank]) -> Tensor:
        p = np.stack([model.probabilities(blank.ids[: blank.place]) for blank in blanks])
        return torch.from_numpy(p).float().log()

    return fill


def table(results: Sequence[Result], track: Track) -> str:
    """The results as lines of text; a dash stands for what an entrant cannot do."""

    def show(value: float | None, form: str) -> str:
        return "–" if value is None else format(value, form)

    lines = [
        f"{'':<16}{'numbers':>9}{'seconds':>9}{'steps':>7}{'next word':>11}{'blank':>8}{'hits':>7}"
    ]
    lines += [
        f"{r.name:<16}{r.parameters:>9,}{r.seconds:>9.1f}{r.steps:>7}"
        f"{show(r.next_word, '.3f'):>11}{show(r.blank, '.3f'):>8}{show(r.hits, '.0%'):>7}"
        for r in results
    ]
    lines.append(f"{'best from left':<32}{'':>9}{0:>11.3f}{track.left_floor:>8.3f}")
    lines.append(f"{'best of all':<32}{'':>9}{0:>11.3f}{0:>8.3f}")
    return "\n".join(lines)
