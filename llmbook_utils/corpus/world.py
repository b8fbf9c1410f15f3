"""A tiny world: thirty-two people, four facts about each, and documents that tell them.

    world = World(seed=0)
    world.document(rng).text      "Mara lives in Oslo and keeps an owl. She likes plums."
    world.log_prob(text)          exact, in nats
    world.entropy.per_word        the loss per word that no model can beat

A seed settles the facts; the grammar and the words are those of every tiny world. ``Documents`` are
drawn from a distribution that is known exactly (``grammar``, ``automaton``), and so are the facts
themselves (``belief``).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from llmbook_utils.corpus import belief, grammar, lexicon
from llmbook_utils.corpus.automaton import Automaton, Entropy, Label, Walk
from llmbook_utils.corpus.story import StoryGrammar
from llmbook_utils.corpus.text import END_MARK, SPECIALS, detokenise, tokenise

Pair = tuple[str, str]  # (person, attribute)


@dataclass(frozen=True)
class Document:
    """A story, how probable it is, and what its words mean.

    Labels say what words stand for, with places counted in ``words``. A label's role is
    "predicate", "agent", "theme", "recipient", "place" or "time"; its kind says what the value is
    a number of: an attribute, "person" (a name), "pronoun", "subject" or "object" (a pronoun for
    the person of that number), "time", "thing" and so on; a predicate's kind is that of its clause.
    """

    words: tuple[str, ...]  # the last one is "<end>"
    log_prob: float  # of the words, in nats
    language: str
    walk: Walk = field(repr=False)

    @property
    def text(self) -> str:
        """The story as one line, without the end mark."""
        return detokenise(self.words[:-1])

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        return self.walk.labels()

    @property
    def person(self) -> str:
        """Whom the story is about."""
        number = next(label.value for label in self.labels if label.kind == "person")
        return lexicon.PEOPLE[self.language][number]

    @property
    def facts(self) -> dict[Pair, str]:
        """(person, attribute) → value, for the facts that are told, in the order of telling."""
        person = self.person
        return {
            (person, label.kind): lexicon.VALUES[label.kind][self.language][label.value]
            for label in self.labels
            if label.kind in lexicon.VALUES and label.role != "predicate"
        }

    def __str__(self) -> str:
        return self.text


class World:
    """Who lives where, does what, keeps and likes what; and the stories about it.

    Args:
        seed: settles the facts; another seed, another world.
        language: "en" or "zh". The worlds of one seed have the same facts in both: place i of
            ``people`` and of a list of values is the same person and value in both languages.

    Attributes:
        people: the thirty-two names.
        attributes: ("town", "job", "pet", "food"), in either language.
        values: attribute → its eight values.
        pairs: every (person, attribute).
        words: every word and mark that a document can contain; the specials are not among them.
        vocabulary: the specials, then ``words``.
        facts: (person, attribute) → value, all as numbers; ``fact`` has the names.
        specialities: town → the job it is known for, as numbers; see ``belief``.
    """

    def __init__(self, seed: int = 0, language: str = "en") -> None:
        if language not in lexicon.LANGUAGES:
            raise ValueError(f"expected a language of {lexicon.LANGUAGES}, got {language!r}")
        self.seed, self.language = seed, language
        self.people = lexicon.PEOPLE[language]
        self.attributes = lexicon.ATTRIBUTES
        self.values = {a: lexicon.VALUES[a][language] for a in self.attributes}
        self.pairs: tuple[Pair, ...] = tuple((p, a) for p in self.people for a in self.attributes)
        self.words = grammar.every_word(language)
        self.vocabulary = SPECIALS + self.words
        self.facts, self.specialities = belief.draw(np.random.default_rng(seed))
        self._automata: dict[frozenset[Pair], Automaton] = {}

    def __repr__(self) -> str:
        return f"World(seed={self.seed}, language={self.language!r})"

    def fact(self, person: str, attribute: str) -> str:
        """The truth about one person and attribute."""
        p, a = self._numbers((person, attribute))
        return self.values[attribute][self.facts[p, a]]

    def pronoun(self, person: str) -> str:
        """ "she" or "he"."""
        self._numbers((person, self.attributes[0]))
        woman = self.people.index(person) < lexicon.WOMEN
        return lexicon.PRONOUNS[self.language][0 if woman else 1]

    def document(self, rng: np.random.Generator, without: Collection[Pair] = ()) -> Document:
        """Write one document."""
        walk = self.automaton(without).sample(rng)
        return Document(walk.words, walk.log_prob, self.language, walk)

    def documents(self, n: int, seed: int = 0, without: Collection[Pair] = ()) -> list[Document]:
        """Write n documents, independent of each other.

        Args:
            n: how many; 0 or more.
            seed: of the draws (not of the world).
            without: (person, attribute) pairs that no document tells. Documents are then about
                people with at least one pair left, all alike. The next fact is one of those left,
                all alike; whether one follows depends, as always, on how many were told, and none
                follows where none is left. Events, in which everybody can turn up, stay as they
                are.
        """
        if n < 0:
            raise ValueError(f"expected a number of documents of at least 0, got {n}")
        rng, automaton = np.random.default_rng(seed), self.automaton(without)
        walks = (automaton.sample(rng) for _ in range(n))
        return [Document(walk.words, walk.log_prob, self.language, walk) for walk in walks]

    def read(self, text: str | Sequence[str], without: Collection[Pair] = ()) -> Document:
        """The document with this text (or these words): its probability and its labels.

        Raises:
            ValueError: if no document of this world reads so; it names the first word that cannot
                stand where it does.
        """
        words = tokenise(text) if isinstance(text, str) else tuple(text)
        if words[-1:] != (END_MARK,):
            words += (END_MARK,)
        (walk,) = self.automaton(without).walks(words)
        return Document(walk.words, walk.log_prob, self.language, walk)

    def log_prob(self, text: str | Sequence[str], without: Collection[Pair] = ()) -> float:
        """log p of a document in nats, exactly, its end mark included. Raises as ``read``."""
        return self.read(text, without).log_prob

    def next_word(
        self, words: str | Sequence[str], without: Collection[Pair] = ()
    ) -> dict[str, float]:
        """p(next word | words so far), exactly, the most probable first; "<end>" is a word.

        Raises:
            ValueError: if no document begins so.
        """
        words = tokenise(words) if isinstance(words, str) else words
        return self.automaton(without).next_word(words)

    @cached_property
    def entropy(self) -> Entropy:
        """The exact entropy of a document, in nats."""
        return self.automaton().entropy()

    def entropy_without(self, without: Collection[Pair]) -> Entropy:
        """The exact entropy of a document that tells none of these pairs."""
        return self.automaton(without).entropy()

    def posterior(
        self, person: str, attribute: str, documents: Iterable[Document | str]
    ) -> dict[str, float]:
        """p(fact | documents read), over the worlds in which these documents can be written.

        A fact that was told is certain. One that was not follows from the others by Bayes' rule;
        ``belief`` says what is known of the facts beforehand.

        Raises:
            ValueError: if two documents contradict each other.
        """
        p, a = self._numbers((person, attribute))
        told: dict[tuple[int, int], int] = {}
        for document in documents:
            if isinstance(document, str):
                document = self.read(document)
            for pair, value in document.facts.items():
                number = self.values[pair[1]].index(value)
                if told.setdefault(self._numbers(pair), number) != number:
                    before = self.values[pair[1]][told[self._numbers(pair)]]
                    raise ValueError(
                        f"expected documents of one world, got {before!r} and {value!r} for {pair}"
                    )
        chances = belief.posterior(p, a, told)
        return dict(zip(self.values[attribute], chances.tolist(), strict=True))

    def split_pairs(
        self, fraction: float | int, seed: int = 0
    ) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
        """Split the pairs at random into (kept, held out).

        Args:
            fraction: the part that is held out, from 0 up to below 1.
            seed: of the split.
        """
        if not 0 <= fraction < 1:
            raise ValueError(f"expected a fraction of at least 0 and below 1, got {fraction}")
        order = np.random.default_rng(seed).permutation(len(self.pairs))
        out = set(order[: round(fraction * len(self.pairs))].tolist())
        kept = tuple(pair for i, pair in enumerate(self.pairs) if i not in out)
        return kept, tuple(pair for i, pair in enumerate(self.pairs) if i in out)

    def automaton(self, without: Collection[Pair] = ()) -> Automaton:
        """The automaton that writes the documents."""
        held_out = frozenset(without)
        if held_out not in self._automata:
            secret = {self._numbers(pair) for pair in held_out}
            allowed = self.facts.keys() - secret
            if not allowed:
                raise ValueError("expected at least one pair that may be told, got none")
            self._automata[held_out] = StoryGrammar(self.facts, self.language, allowed).automaton()
        return self._automata[held_out]

    def _numbers(self, pair: Pair) -> tuple[int, int]:
        """A pair as numbers."""
        person, attribute = pair
        if person not in self.people:
            known = ", ".join(self.people[:3])
            raise ValueError(f"expected one of the people ({known}, …), got {person!r}")
        if attribute not in self.attributes:
            raise ValueError(f"expected an attribute of {self.attributes}, got {attribute!r}")
        return self.people.index(person), self.attributes.index(attribute)
