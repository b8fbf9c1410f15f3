"""Questions and answers: demonstrations that are not perfect, with exact probabilities.

    <q> Where does Mara live?<a> Sure! She lives in Oslo. At noon she finds a red hat at the market.
    Good luck!<end>

A demonstration is how the people of the tiny world answer: the fact is right with probability 0.65
only (else one of the seven other values), some are polite, some rude, and some ramble about things
that nobody asked for. So a model that imitates them perfectly is wrong, rude and rambling as often
as they are, and the entropy of the answers, which is exact here too, says how well they can be
predicted. ``reward`` says how good an answer is.

A dialogue of two turns asks a second question about the same person, whom it calls "she" or "he".
Every answer ends with ``<end>``, the first one too, so that a model knows when to stop. Nobody
rambles in a dialogue, so that it fits into 64 words.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np

from llmbook_utils.corpus import grammar, lexicon, phrases
from llmbook_utils.corpus.automaton import END, Arc, Automaton, Entropy, State, Walk
from llmbook_utils.corpus.grammar import Phrase, clause, labelled, mention
from llmbook_utils.corpus.story import Story, StoryGrammar
from llmbook_utils.corpus.text import ANSWER, END_MARK, QUESTION, SPECIALS, detokenise, tokenise
from llmbook_utils.corpus.world import Pair, World

RIGHT = 0.65  # probability that a demonstration tells the truth
NAME = 0.5  # probability that an answer names the person; else a pronoun
RAMBLE = (0.4, 0.25, 0.0)  # events so far → probability of another one
THANKS = (0.55, 0.38, 0.07)  # probability of 0, 1 and 2 polite phrases
GO_AWAY = 0.15  # probability of a rude end


@dataclass(frozen=True)
class Turn:
    """One question and its answer."""

    person: str
    attribute: str
    question: tuple[str, ...]  # "<q>" … "<a>"
    answer: tuple[str, ...]  # … "<end>"


@dataclass(frozen=True)
class Exchange:
    """A whole chat, and how probable it is."""

    turns: tuple[Turn, ...]
    log_prob: float  # of all words, questions included; nats
    answer_log_prob: float  # of the answers, given the questions; nats
    walk: Walk = field(repr=False)

    @property
    def words(self) -> tuple[str, ...]:
        return self.walk.words

    @property
    def text(self) -> str:
        return detokenise(self.words)


class Reply(NamedTuple):
    """Where a chat has got to."""

    part: str
    person: int = -1
    asked: int = -1  # the attribute of the latest question
    before: int = -1  # the attribute of the question before it
    small: bool = False  # whether a comma came before
    turn: int = 0


class Chat:
    """The chats of a world.

    Args:
        world: whose facts are asked for, and in whose language.
        turns: 1 (a question, an answer that may ramble) or 2 (a dialogue).
        without: (person, attribute) pairs that nobody asks for. The first question is about one of
            the other pairs, all alike; the second about another of this person's attributes, all
            alike. If there is none left, the dialogue ends after the first turn.

    Attributes:
        vocabulary: the specials, and all words of documents and chats.
    """

    def __init__(self, world: World, turns: int = 1, without: Collection[Pair] = ()) -> None:
        if turns not in (1, 2):
            raise ValueError(f"expected 1 or 2 turns, got {turns}")
        self.world, self.turns = world, turns
        secret = set(without)
        if unknown := secret - set(world.pairs):
            raise ValueError(f"expected pairs of (person, attribute), got {unknown.pop()!r}")
        self.pairs = tuple(pair for pair in world.pairs if pair not in secret)
        if not self.pairs:
            raise ValueError("expected at least one pair to ask for, got none")
        self._allowed = [(world.people.index(p), world.attributes.index(a)) for p, a in self.pairs]
        words = grammar.every_word(world.language) + phrases.every_word(world.language)
        self.vocabulary = tuple(dict.fromkeys(SPECIALS + words))
        self._stories = StoryGrammar(world.facts, world.language, self._allowed, RAMBLE)
        self._automaton = Automaton(Reply("question"), self._arcs)

    def exchange(self, rng: np.random.Generator) -> Exchange:
        """Draw one chat."""
        return self._exchange(self._automaton.sample(rng))

    def exchanges(self, n: int, seed: int = 0) -> list[Exchange]:
        """Draw n chats, independent of each other."""
        if n < 0:
            raise ValueError(f"expected a number of chats of at least 0, got {n}")
        rng = np.random.default_rng(seed)
        return [self.exchange(rng) for _ in range(n)]

    def question(self, person: str, attribute: str, pattern: int = 0) -> tuple[str, ...]:
        """The words of a question, from "<q>" to "<a>": what a model is prompted with."""
        self.world.fact(person, attribute)  # refuses what there is not
        return self._question(attribute, pattern, person)

    def ideal(self, person: str, attribute: str) -> tuple[str, ...]:
        """An answer with the highest gold reward: polite, right, brief; ends with "<end>"."""
        language = self.world.language
        p, a = self.world.people.index(person), self.world.attributes.index(attribute)
        words = phrases.OPENINGS["polite"][0][language].split()
        words += _answer(p, a, self.world.facts[p, a], "name", 0, language).words
        return (*words, *phrases.THANKS[0][language].split(), END_MARK)

    def read(self, words: str | Sequence[str]) -> Exchange:
        """The chat with these words: its probabilities, questions and answers.

        Raises:
            ValueError: if no chat reads so; it names the first word that cannot stand there.
        """
        words = tokenise(words) if isinstance(words, str) else tuple(words)
        (walk,) = self._automaton.walks(words)
        return self._exchange(walk)

    def log_prob(self, words: str | Sequence[str]) -> float:
        """log p of a whole chat in nats, exactly. Raises as ``read``."""
        return self.read(words).log_prob

    def next_word(self, words: str | Sequence[str]) -> dict[str, float]:
        """p(next word | words so far), exactly, the most probable first."""
        return self._automaton.next_word(tokenise(words) if isinstance(words, str) else words)

    @cached_property
    def entropy(self) -> Entropy:
        """The exact entropy of a chat, questions included."""
        return self._automaton.entropy()

    @cached_property
    def answer_entropy(self) -> Entropy:
        """The exact entropy of the answers, given the questions; their words alone are counted.

        Per word, it is the loss on the answers that no model can beat.
        """
        return self._automaton.entropy(given="question")

    # The grammar of a chat.
    def _arcs(self, state: State) -> Iterator[Arc]:
        if isinstance(state, Story):
            if state.part == "closing":  # the rambling is over
                yield Arc(1.0, Reply("thanks", turn=self.turns - 1))
            else:
                yield from self._stories.arcs(state)
        else:
            assert isinstance(state, Reply)
            yield from getattr(self, f"_{state.part}_arcs")(state)

    def _pairs_to_ask(self, reply: Reply) -> list[tuple[int, int]]:
        """What the next question can be about."""
        if not reply.turn:
            return self._allowed
        return [p for p in self._allowed if p[0] == reply.person and p[1] != reply.before]

    def _question_arcs(self, reply: Reply) -> Iterator[Arc]:
        language, pairs = self.world.language, self._pairs_to_ask(reply)
        for person, asked in pairs:
            attribute = lexicon.ATTRIBUTES[asked]
            if reply.turn:
                name = lexicon.PRONOUNS[language][0 if person < lexicon.WOMEN else 1]
            else:
                name = lexicon.PEOPLE[language][person]
            after = reply._replace(part="opening", person=person, asked=asked, before=-1)
            for pattern in range(2):
                question = self._question(attribute, pattern, name)
                phrase = labelled(question, "question", attribute, person)
                yield Arc(0.5 / len(pairs), after, *phrase)

    def _opening_arcs(self, reply: Reply) -> Iterator[Arc]:
        after = reply._replace(part="fact")
        yield Arc(1 - sum(p for _, p in phrases.OPENINGS.values()), after)
        for words, probability in phrases.OPENINGS.values():
            opening = tuple(words[self.world.language].split())
            yield Arc(probability, after._replace(small=opening[-1] in ",，"), opening)

    def _fact_arcs(self, reply: Reply) -> Iterator[Arc]:
        language, truth = self.world.language, self.world.facts[reply.person, reply.asked]
        patterns = len(grammar.FACTS[lexicon.ATTRIBUTES[reply.asked]][language])
        after: State = Story("event", reply.person)
        if self.turns == 2:
            after = reply._replace(part="thanks", small=False)
        for subject in ("name", "pronoun" if reply.small else "subject"):
            said = NAME if subject == "name" else 1 - NAME
            for pattern in range(patterns):
                for value in range(8):
                    believed = RIGHT if value == truth else (1 - RIGHT) / 7
                    phrase = _answer(reply.person, reply.asked, value, subject, pattern, language)
                    yield Arc(said * believed / patterns, after, *phrase)

    def _thanks_arcs(self, reply: Reply) -> Iterator[Arc]:
        after = reply._replace(part="rude")
        one = [tuple(words[self.world.language].split()) for words in phrases.THANKS]
        yield Arc(THANKS[0], after)
        for first in one:
            yield Arc(THANKS[1] / 2, after, first)
            for second in one:
                yield Arc(THANKS[2] / 4, after, first + second)

    def _rude_arcs(self, reply: Reply) -> Iterator[Arc]:
        after = reply._replace(part="end")
        yield Arc(GO_AWAY, after, tuple(phrases.GO_AWAY[self.world.language].split()))
        yield Arc(1 - GO_AWAY, after)

    def _end_arcs(self, reply: Reply) -> Iterator[Arc]:
        after: State = END
        if reply.turn < self.turns - 1:
            follow_up = Reply("question", reply.person, before=reply.asked, turn=reply.turn + 1)
            after = follow_up if self._pairs_to_ask(follow_up) else END
        yield Arc(1.0, after, (END_MARK,))

    def _question(self, attribute: str, pattern: int, name: str) -> tuple[str, ...]:
        patterns = phrases.QUESTIONS[attribute][self.world.language]
        if not 0 <= pattern < len(patterns):
            raise ValueError(f"expected a pattern from 0 to {len(patterns) - 1}, got {pattern}")
        return (QUESTION, *patterns[pattern].format(name).split(), ANSWER)

    def _exchange(self, walk: Walk) -> Exchange:
        asked = [label for label in walk.labels() if label.role == "question"]
        borders = [label.start for label in asked[1:]] + [len(walk.words)]
        turns = tuple(
            Turn(
                self.world.people[label.value],
                label.kind,
                walk.words[label.start : label.stop],
                walk.words[label.stop : border],
            )
            for label, border in zip(asked, borders, strict=True)
        )
        questions = sum(
            step.log_prob
            for step in walk.steps
            if step.labels and step.labels[0].role == "question"
        )
        return Exchange(turns, walk.log_prob, walk.log_prob - questions, walk)


@cache
def _answer(
    person: int, asked: int, value: int, subject: str, number: int, language: str
) -> Phrase:
    """The sentence that answers: "Mara lives in Oslo." """
    phrase = mention("agent", subject, person, person, language)
    phrase += clause(lexicon.ATTRIBUTES[asked], number, value, language)
    return phrase + Phrase((grammar.STOP[language],))
