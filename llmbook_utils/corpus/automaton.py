"""A weighted automaton: sampling, exact probabilities and the exact entropy, for any small grammar.

A text is written as a walk. In a state s one of a few arcs is taken, arc a with probability p(a|s);
its words are written, and the walk goes on in its target state, until it reaches ``END``. So

    log p(words) = Σ over the arcs of the walk of log p(a|s),

provided that only one walk writes these words (the grammar is *unambiguous*; the tests of the
tiny world check it). Then the entropy of a whole text is that of the walk, and a recursion gives
it exactly (Cover & Thomas 2006, theorem 2.2.1, the chain rule for entropy):

    H(s) = Σ_a p(a|s) · (−log p(a|s) + H(target of a)),    H(END) = 0.

Everything is in nats. Left out, on purpose: cycles. A walk never comes back to a state, so all of
this ends, and there is a longest text.
"""

import math
from bisect import bisect
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

State = Hashable
END: State = "<the walk ends>"


class Label(NamedTuple):
    """What some words of an arc mean; the grammar says what the first three fields can be."""

    role: str
    kind: str
    value: int
    start: int  # the words [start:stop] of the arc or, in a text, of the text
    stop: int


class Arc(NamedTuple):
    """One way on from a state."""

    probability: float  # given the state; those of a state sum to 1
    target: State
    words: tuple[str, ...] = ()  # none: a decision that is seen only in what follows
    labels: tuple[Label, ...] = ()


class Entropy(NamedTuple):
    """How much chance there is in a text, exactly; in nats."""

    per_document: float  # H, the mean of −log p(text)
    words_per_document: float  # the mean number of words, the end mark counted
    per_word: float  # their ratio: the loss per predicted word that no model can beat


class Walk(NamedTuple):
    """A text and how it was written."""

    words: tuple[str, ...]
    log_prob: float  # nats
    steps: tuple["Step", ...]

    def labels(self) -> tuple[Label, ...]:
        """All labels along the walk, with places counted in the text."""
        found, at = [], 0
        for step in self.steps:
            for role, kind, value, start, stop in step.labels:
                found.append(Label(role, kind, value, at + start, at + stop))
            at += len(step.words)
        return tuple(found)


class Step(NamedTuple):
    """An arc that writes at least one word, made ready for walking."""

    probability: float
    log_prob: float
    words: tuple[str, ...]
    labels: tuple[Label, ...]


class _Row:
    """A state and, once it was visited, the steps that lead on from it."""

    __slots__ = ("by_word", "cumulative", "state", "steps", "targets")

    def __init__(self, state: State) -> None:
        self.state = state
        self.steps: list[Step] = []
        self.targets: list[_Row] = []  # where each step leads
        self.cumulative: list[float] = []  # sums of the steps' probabilities
        self.by_word: dict[str, list[tuple[Step, _Row]]] = {}  # filled in when a text is read


class _Reading(NamedTuple):
    """One way to have written the words read so far."""

    log_prob: float
    row: _Row  # where the walk stands once the pending words are read
    pending: tuple[str, ...]  # words of the last arc that were not read yet
    steps: tuple[Step, ...]


class Automaton:
    """The walks from ``start``.

    Args:
        start: the first state.
        arcs: gives the arcs of a state; it is asked once for each state that is visited.
    """

    def __init__(self, start: State, arcs: Callable[[State], Iterable[Arc]]) -> None:
        self._arcs = arcs
        self._rows: dict[State, _Row] = {}
        self._start = self._row(start)

    def sample(self, rng: np.random.Generator) -> Walk:
        """Write one text."""
        row, log_prob = self._start, 0.0
        words: list[str] = []
        steps: list[Step] = []
        draws: list[float] = []
        while row.state != END:
            if not row.steps:
                self._open(row)
            if not draws:
                draws = rng.random(32).tolist()
            choice = bisect(row.cumulative, draws.pop())
            step, row = row.steps[choice], row.targets[choice]
            words += step.words
            log_prob += step.log_prob
            steps.append(step)
        return Walk(tuple(words), log_prob, tuple(steps))

    def walks(self, words: Sequence[str]) -> list[Walk]:
        """Every walk that writes exactly these words; one, if the grammar is unambiguous.

        Raises:
            ValueError: if there is none; it names the first word that cannot stand where it does.
        """
        readings = self._read(words)
        whole = [r for r in readings if not r.pending and r.row.state == END]
        if not whole:
            expected = _some(self.next_word(words))
            raise ValueError(f"expected {expected} after {_tail(words)}, got the end of the text")
        return [Walk(tuple(words), r.log_prob, r.steps) for r in whole]

    def next_word(self, words: Sequence[str]) -> dict[str, float]:
        """p(w | words) for every word w that can come next, the most probable first.

        p(w | words) = Σ_r p(r) p(w | r) / Σ_r p(r) over the ways r to have written ``words``.

        Raises:
            ValueError: as ``walks``; also after the end of a text, where no word can follow.
        """
        readings = self._read(words)
        if all(r.row.state == END and not r.pending for r in readings):
            raise ValueError(f"expected the beginning of a text, got a whole one: {_tail(words)}")
        highest = max(r.log_prob for r in readings)  # the scale cancels in the ratio
        weights: dict[str, float] = {}
        for reading in readings:
            weight = math.exp(reading.log_prob - highest)
            if reading.pending:
                weights[reading.pending[0]] = weights.get(reading.pending[0], 0.0) + weight
            else:
                for word, steps in self._by_word(reading.row).items():
                    chance = weight * sum(step.probability for step, _ in steps)
                    weights[word] = weights.get(word, 0.0) + chance
        total = sum(weights.values())
        ordered = sorted(weights.items(), key=lambda item: -item[1])
        return {word: weight / total for word, weight in ordered}

    def _read(self, words: Sequence[str]) -> list[_Reading]:
        readings = [_Reading(0.0, self._start, (), ())]
        for place, word in enumerate(words):
            following = []
            for log_prob, row, pending, steps in readings:
                if pending:
                    if pending[0] == word:
                        following.append(_Reading(log_prob, row, pending[1:], steps))
                else:
                    following += [
                        _Reading(log_prob + step.log_prob, target, step.words[1:], (*steps, step))
                        for step, target in self._by_word(row).get(word, ())
                    ]
            if not following:
                before = words[:place]
                ended = all(r.row.state == END and not r.pending for r in readings)
                expected = "the end of the text" if ended else _some(self.next_word(before))
                raise ValueError(f"expected {expected} after {_tail(before)}, got {word!r}")
            readings = following
        return readings

    def entropy(self, given: str = "") -> Entropy:
        """The entropy of a text, exactly, by the recursion above.

        Args:
            given: a role. Steps that begin with a label of this role are not counted, neither
                their nats nor their words: the result is the entropy of all the others, each
                given what stands before it.
        """
        found: dict[State, tuple[float, float]] = {END: (0.0, 0.0)}
        for row in self._rows_backwards():
            nats = length = 0.0
            for step, target in zip(row.steps, row.targets, strict=True):
                further_nats, further_words = found[target.state]
                if not (given and step.labels and step.labels[0].role == given):
                    further_nats -= step.log_prob
                    further_words += len(step.words)
                nats += step.probability * further_nats
                length += step.probability * further_words
            found[row.state] = (nats, length)
        nats, length = found[self._start.state]
        return Entropy(nats, length, nats / length)

    def count(self) -> int:
        """How many walks there are."""
        found: dict[State, int] = {END: 1}
        for row in self._rows_backwards():
            found[row.state] = sum(found[target.state] for target in row.targets)
        return found[self._start.state]

    def longest(self) -> int:
        """The number of words of the longest text."""
        found: dict[State, int] = {END: 0}
        for row in self._rows_backwards():
            found[row.state] = max(
                len(step.words) + found[target.state]
                for step, target in zip(row.steps, row.targets, strict=True)
            )
        return found[self._start.state]

    def words(self) -> set[str]:
        """Every word that a text can contain."""
        return {word for r in self._rows_backwards() for step in r.steps for word in step.words}

    def everything(self) -> Iterator[Walk]:
        """All walks, one after the other. For small grammars: look at ``count`` first."""
        stack: list[tuple[_Row, Walk]] = [(self._start, Walk((), 0.0, ()))]
        while stack:
            row, walk = stack.pop()
            if row.state == END:
                yield walk
                continue
            self._open(row)
            for step, target in zip(row.steps, row.targets, strict=True):
                log_prob = walk.log_prob + step.log_prob
                longer = Walk(walk.words + step.words, log_prob, (*walk.steps, step))
                stack.append((target, longer))

    def _row(self, state: State) -> _Row:
        if state not in self._rows:
            self._rows[state] = _Row(state)
        return self._rows[state]

    def _open(self, row: _Row) -> _Row:
        """Fill in a row's steps at its first visit; arcs without words are followed at once."""
        if row.steps or row.state == END:
            return row
        waiting, rows = [(1.0, row.state)], self._rows
        while waiting:
            reached, state = waiting.pop()
            arcs = [arc for arc in self._arcs(state) if arc.probability > 0]
            assert abs(sum([arc.probability for arc in arcs]) - 1) < 1e-9, state
            for probability, target, words, labels in arcs:
                probability *= reached
                if words:
                    row.steps.append(Step(probability, math.log(probability), words, labels))
                    row.targets.append(rows.get(target) or self._row(target))
                else:
                    waiting.append((probability, target))
        row.cumulative = list(accumulate(step.probability for step in row.steps))
        row.cumulative[-1] = 1.0  # the sum may miss it by a rounding error
        return row

    def _by_word(self, row: _Row) -> dict[str, list[tuple[Step, _Row]]]:
        """First word → the steps that begin with it, and where they lead."""
        if not row.by_word:
            self._open(row)
            for step, target in zip(row.steps, row.targets, strict=True):
                row.by_word.setdefault(step.words[0], []).append((step, target))
        return row.by_word

    def _rows_backwards(self) -> list[_Row]:
        """Every state that can be reached, targets before the states that lead to them."""
        order: list[_Row] = []
        seen = {END}
        stack = [(self._start, False)]
        while stack:
            row, targets_done = stack.pop()
            if targets_done:
                order.append(row)
            elif row.state not in seen:
                seen.add(row.state)
                stack.append((row, True))
                stack.extend((target, False) for target in self._open(row).targets)
        return order


def _tail(words: Sequence[str]) -> str:
    """The end of what was read, for a message."""
    if not words:
        return "the beginning"
    return repr(" ".join([*(["…"] if len(words) > 6 else []), *words[-6:]]))


def _some(following: dict[str, float]) -> str:
    """A few of the words that can follow, for a message."""
    shown = [repr(word) for word in list(following)[:4]]
    more = len(following) - len(shown)
    return " or ".join(shown) + (f" (or {more} others)" if more else "")
