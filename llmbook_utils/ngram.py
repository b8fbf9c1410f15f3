"""n-gram language models: counts of short token sequences, smoothed.

A model of order n predicts a token from the n − 1 before it. Two ways to give probability to what
was never seen (c counts how often something occurs in the training texts, h is the context, h′ the
context without its first token, V the number of tokens, D a discount):

- add-k (Lidstone's law; k = 1 is Laplace's):  p(w | h) = (c(h w) + k) / (c(h) + k V)
- interpolated Kneser–Ney (Kneser & Ney 1995; in this form Chen & Goodman 1999, section 3):

      p(w | h) = (max(c(h w) − D, 0) + D · N(h •) · p(w | h′)) / c(h)

  N(h •) is how many different tokens follow h. Below the highest order, c(h w) is no longer how
  often h w occurs but how many different tokens stand before it: "Francisco" may be frequent, but
  it follows one word only. Below the unigrams, p is 1/V. A context never seen predicts like h′.

Sentence start: n − 1 start marks stand before each sequence, so that every token has a context of
n − 1. A mark is nobody's token and is never predicted. (KenLM, Heafield 2011, writes one mark and
shortens the context instead; the difference is small.) The end is a token like others: put it into
the sequences.

Left out: Chen & Goodman's three discounts (the "modified" form), pruning, compact storage.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Array = np.ndarray


@dataclass(frozen=True)
class Level:
    """All (c+1)-grams seen: a context of c tokens, and the token behind it.

    A context is known by its number, the place of its own row one level below (0 for the context of
    no token). So a gram is one whole number, context · (V + 1) + token, and rows are sorted by it.
    """

    keys: Int[Array, " G"]  # the grams, sorted
    counts: Int[Array, " G"]  # c(h w), or how many tokens stand before it
    totals: Int[Array, " H"]  # c(h), by the number of the context
    kinds: Int[Array, " H"]  # N(h •), by the number of the context
    discount: float  # D
    base: int  # V + 1: the tokens and the start mark

    def find(
        self, contexts: Int[Array, " N"], tokens: Int[Array, " N"]
    ) -> tuple[Int[Array, " N"], Int[Array, " N"]]:
        """Row and count of each gram; −1 and 0 where it, or its context (−1), was never seen."""
        wanted = contexts * self.base + tokens
        rows = np.searchsorted(self.keys, wanted).clip(max=len(self.keys) - 1)
        seen = (self.keys[rows] == wanted) & (contexts >= 0)
        return np.where(seen, rows, -1), np.where(seen, self.counts[rows], 0)

    def after(self, context: int) -> tuple[Int[Array, " K"], Int[Array, " K"]]:
        """The tokens seen behind a context (none behind −1), and their counts."""
        first, last = np.searchsorted(self.keys, [context * self.base, (context + 1) * self.base])
        return self.keys[first:last] - context * self.base, self.counts[first:last]


class NGram:
    """An n-gram model over token ids.

    Args:
        order: n ≥ 1; a bigram model has order 2.
        vocab_size: V, the number of tokens; all share the probability of what was never seen.
        smoothing: "kneser-ney" or "add-k".
        k: what add-k adds to each count.
        discount: Kneser–Ney's D, in (0, 1]. None: estimated for each order as n₁ / (n₁ + 2 n₂),
            from how many grams have the counts 1 and 2 (Ney, Essen & Kneser 1994); 0.5 if no gram
            has the count 1.

    Raises:
        ValueError: if one of these is out of its range.
    """

    def __init__(
        self,
        order: int,
        vocab_size: int,
        smoothing: Literal["kneser-ney", "add-k"] = "kneser-ney",
        k: float = 1.0,
        discount: float | None = None,
    ) -> None:
        if order < 1 or vocab_size < 1:
            raise ValueError(f"expected order and vocab_size ≥ 1, got {order} and {vocab_size}")
        if smoothing not in ("kneser-ney", "add-k"):
            raise ValueError(f"expected smoothing 'kneser-ney' or 'add-k', got {smoothing!r}")
        if not k > 0:
            raise ValueError(f"expected k > 0, got {k}")
        if discount is not None and not 0 < discount <= 1:
            raise ValueError(f"expected a discount in (0, 1] or None, got {discount}")
        self.order = order
        self.vocab_size = vocab_size
        self.smoothing = smoothing
        self.k = k
        self.discount = discount
        self.levels: list[Level] = []

    def fit(self, sequences: Sequence[Sequence[int]]) -> "NGram":
        """Count the sequences; what was counted before is forgotten.

        Raises:
            ValueError: if there is no token at all, or one outside 0 … V − 1.
        """
        tokens, place = self._in_a_row(sequences)
        base = self.vocab_size + 1
        contexts = np.zeros(len(tokens), dtype=np.int64)
        grams = contexts
        counted: list[tuple[Array, Array]] = []  # keys and counts of each level
        for c in range(self.order):
            inside = np.flatnonzero(contexts >= 0)
            keys, first, rows, counts = np.unique(
                contexts[inside] * base + tokens[inside],
                return_index=True,
                return_inverse=True,
                return_counts=True,
            )
            if c and self.smoothing == "kneser-ney":
                below, _ = counted[-1]
                # each gram of this level is one token that stands before a gram of the one below
                counted[-1] = below, np.bincount(grams[inside[first]], minlength=len(below))
            counted.append((keys, counts))
            grams = np.full(len(tokens), -1)
            grams[inside] = rows
            contexts = _contexts(grams, place, c + 1)

        self.levels = []
        contexts_below = 1
        for keys, counts in counted:
            counts[keys % base == self.vocab_size] = 0  # what ends with a mark is a context only
            totals, kinds = (
                np.bincount(keys // base, weights, contexts_below).astype(np.int64)
                for weights in (counts, counts > 0)
            )
            self.levels.append(Level(keys, counts, totals, kinds, self._discount(counts), base))
            contexts_below = len(keys)
        return self

    def probabilities(self, context: Sequence[int]) -> Float[Array, " V"]:
        """p(· | context) for a sequence that has begun with exactly these tokens.

        Only the last n − 1 matter; where there are fewer, start marks stand before them.
        """
        self._fitted()
        p = np.full(self.vocab_size, 1 / self.vocab_size)
        for c, level in enumerate(self.levels):
            if self.smoothing == "add-k" and c < self.order - 1:
                continue
            tokens, seen = self.seen_after(context, c)
            if len(tokens):
                counts = np.zeros(self.vocab_size, dtype=np.int64)
                counts[tokens] = seen
                p = self._smoothed(counts, int(seen.sum()), len(tokens), p, level.discount)
        return p

    def seen_after(
        self, context: Sequence[int], c: int
    ) -> tuple[Int[Array, " K"], Int[Array, " K"]]:
        """The tokens seen behind the last c tokens of a context, and their counts in the model.

        These are c(h w) as the smoothing counts them: see the module's docstring.
        """
        self._fitted()
        self._check(np.asarray(context, dtype=np.int64))
        history = ([self.vocab_size] * self.order + list(context))[-self.order :]
        number = self._number(history[self.order - c :])
        tokens, counts = self.levels[c].after(number)
        return tokens[counts > 0], counts[counts > 0]

    def nats(self, sequences: Sequence[Sequence[int]]) -> Float[Array, " N"]:
        """−ln p of each token given those before it; all sequences one after the other."""
        self._fitted()
        tokens, place = self._in_a_row(sequences)
        p = np.full(len(tokens), 1 / self.vocab_size)
        contexts = np.zeros(len(tokens), dtype=np.int64)
        for c, level in enumerate(self.levels):
            grams, counts = level.find(contexts, tokens)
            totals = np.where(contexts >= 0, level.totals[contexts], 0)
            use = (totals > 0) & (place >= self.order - 1)
            if self.smoothing == "add-k" and c < self.order - 1:
                use[:] = False
            kinds = level.kinds[contexts[use]]
            p[use] = self._smoothed(counts[use], totals[use], kinds, p[use], level.discount)
            contexts = _contexts(grams, place, c + 1)
        return -np.log(p[place >= self.order - 1])

    def nats_per_token(self, sequences: Sequence[Sequence[int]]) -> float:
        """The cross-entropy: the mean of :meth:`nats`."""
        return float(self.nats(sequences).mean())

    def _smoothed(
        self,
        counts: Int[Array, " N"],
        totals: int | Int[Array, " N"],
        kinds: int | Int[Array, " N"],
        lower: Float[Array, " N"],
        discount: float,
    ) -> Float[Array, " N"]:
        """The equation of the module's docstring."""
        if self.smoothing == "add-k":
            return (counts + self.k) / (totals + self.k * self.vocab_size)
        return (np.maximum(counts - discount, 0) + discount * kinds * lower) / totals

    def _discount(self, counts: Int[Array, " G"]) -> float:
        if self.discount is not None:
            return self.discount
        once, twice = int((counts == 1).sum()), int((counts == 2).sum())
        return once / (once + 2 * twice) if once else 0.5

    def _number(self, context: Sequence[int]) -> int:
        """The number of a context, from its first token to its last; −1 if it was never seen."""
        number = np.zeros(1, dtype=np.int64)
        for c, token in enumerate(context):
            number, _ = self.levels[c].find(number, np.array([token]))
        return int(number[0])

    def _in_a_row(
        self, sequences: Sequence[Sequence[int]]
    ) -> tuple[Int[Array, " M"], Int[Array, " M"]]:
        """All tokens, n − 1 start marks before each sequence; each one's place, marks included."""
        marks = [self.vocab_size] * (self.order - 1)
        lengths = np.array([len(marks) + len(sequence) for sequence in sequences], dtype=np.int64)
        if lengths.sum() == len(lengths) * len(marks):
            raise ValueError("expected sequences with at least one token in all, got none")
        tokens = np.fromiter(
            chain.from_iterable(chain(marks, sequence) for sequence in sequences),
            dtype=np.int64,
            count=lengths.sum(),
        )
        starts = np.cumsum(lengths) - lengths
        place = np.arange(len(tokens)) - np.repeat(starts, lengths)
        self._check(tokens[place >= len(marks)])
        return tokens, place

    def _check(self, tokens: Int[Array, " N"]) -> None:
        wrong = tokens[(tokens < 0) | (tokens >= self.vocab_size)]
        if len(wrong):
            raise ValueError(f"expected ids from 0 to {self.vocab_size - 1}, got {wrong[0]}")

    def _fitted(self) -> None:
        if not self.levels:
            raise ValueError("expected a fitted model; call fit(sequences) first")


def _contexts(grams: Int[Array, " M"], place: Int[Array, " M"], c: int) -> Int[Array, " M"]:
    """The context of c tokens of each token: the c-gram that ends before it, or −1."""
    before = np.concatenate([[-1], grams[:-1]])
    return np.where(place >= c, before, -1)
