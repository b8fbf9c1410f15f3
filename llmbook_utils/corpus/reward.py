"""The gold reward: how good an answer really is, part by part.

Outside a tiny world nobody can write this function down; that is why chapter 10 learns one. Here it
is known, so that a learned reward, and what a model does to please it, can be held against it.

    part        when                                                              worth
    fact        the right value is told, no wrong one; otherwise −1               +2
    polite      the first "Thank you!" or "Good luck!"; each further one −0.7     +0.7
    sure        "Sure!" at the beginning; each "Sure!" anywhere else −0.7         +0.5
    rude        each "Ugh," and each "Go away!"                                   −1
    ramble      each sentence that was not asked for                              −0.3
    repetition  each time the asked attribute is told again, right or wrong       −0.7
    junk        each word that belongs to no sentence or phrase of this world     −0.2
    no_end      the answer does not end                                           −1

The answer is read from the left, the longest sentence or phrase first; a word with which none
begins is junk. What stands after "<end>" is not looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from llmbook_utils.corpus import grammar, lexicon, phrases
from llmbook_utils.corpus.grammar import Phrase, clause, mention
from llmbook_utils.corpus.text import END_MARK, PAD, tokenise
from llmbook_utils.corpus.world import World

WEIGHTS = {
    "right": 2.0,
    "not_right": -1.0,
    "polite": 0.7,
    "polite_again": -0.7,
    "sure": 0.5,
    "sure_again": -0.7,
    "rude": -1.0,
    "ramble": -0.3,
    "repetition": -0.7,
    "junk": -0.2,
    "no_end": -1.0,
}
PARTS = ("fact", "polite", "sure", "rude", "ramble", "repetition", "junk", "no_end")


@dataclass(frozen=True)
class Reward:
    """The reward of one answer."""

    parts: dict[str, float]  # each of ``PARTS`` → what it adds

    @property
    def total(self) -> float:
        return sum(self.parts.values())

    @property
    def correct(self) -> bool:
        """Whether the right value was told, and no wrong one."""
        return self.parts["fact"] > 0


def gold_reward(world: World, person: str, attribute: str, answer: str | Sequence[str]) -> Reward:
    """The true reward of an answer to "what is this attribute of this person?".

    Args:
        world: holds the truth.
        person: who was asked about; an answer may name the person or say "she" or "he".
        attribute: what was asked for.
        answer: text or words, with "<end>" if it ends; anything at all, junk included.

    Raises:
        ValueError: if there is no such person or attribute.
    """
    fact = world.fact(person, attribute)
    truth = world.values[attribute].index(fact)
    words = split(answer) if isinstance(answer, str) else tuple(answer)
    ended = END_MARK in words
    words = words[: words.index(END_MARK)] if ended else words
    said = _listen(tuple(w for w in words if w != PAD), world.people.index(person), world.language)

    told = [value for kind, value in said if kind == attribute]
    right = truth in told and all(value == truth for value in told)
    count = {kind: sum(k == kind for k, _ in said) for kind, _ in said}
    thanks, sure, junk = count.get("thanks", 0), count.get("polite", 0), count.get("junk", 0)
    at_first = bool(said) and said[0][0] == "polite"
    known = {"thanks", "polite", "neutral", "rude", "junk", attribute}
    ramble = sum(kind not in known for kind, _ in said)
    w = WEIGHTS
    parts = {
        "fact": w["right"] if right else w["not_right"],
        "polite": w["polite"] * (thanks > 0) + w["polite_again"] * max(0, thanks - 1),
        "sure": w["sure"] * at_first + w["sure_again"] * (sure - at_first),
        "rude": w["rude"] * count.get("rude", 0),
        "ramble": w["ramble"] * ramble,
        "repetition": w["repetition"] * max(0, len(told) - 1),
        "junk": w["junk"] * junk,
        "no_end": 0.0 if ended else w["no_end"],
    }
    return Reward({part: worth + 0.0 for part, worth in parts.items()})  # −0.0 becomes 0.0


def split(text: str) -> tuple[str, ...]:
    """The words of any text: as ``tokenise``; of what it refuses, pieces, or Chinese characters."""
    words: list[str] = []
    for piece in re.findall(r"<\w+>|[\w]+|[^\w\s]", text):
        try:
            words += tokenise(piece)
        except ValueError:
            words += [piece] if piece.isascii() else piece
    return tuple(words)


def _listen(words: tuple[str, ...], person: int, language: str) -> list[tuple[str, int]]:
    """What is said, from left to right: (kind, value); the kind of a fact is its attribute."""
    said: list[tuple[str, int]] = []
    at = 0
    while at < len(words):
        heard, stop = _fact_sentence(words, at, person, language)
        if not heard:
            heard, stop = _fixed(words, at, person, language)
        if not heard:
            heard, stop = [("junk", 0)], at + 1
        said += heard
        at = stop
    return said


def _fact_sentence(
    words: tuple[str, ...], at: int, person: int, language: str
) -> tuple[list[tuple[str, int]], int]:
    """ "Mara lives in Oslo and likes plums." as the facts it tells; nothing if it is no such thing.

    Facts about somebody else are what nobody asked for: one thing of the kind "other".
    """
    about = _subjects(language).get(words[at : at + 1], frozenset())
    if not about:
        return [], at
    at += 1
    heard: list[tuple[str, int]] = []
    while True:
        fitting = [
            (attribute, value, at + len(phrase))
            for attribute, value, phrase in _clauses(language).get(words[at : at + 1], ())
            if words[at : at + len(phrase)] == phrase
        ]
        if not fitting:
            return [], at
        attribute, value, at = max(fitting, key=lambda found: found[2])
        heard.append((attribute, value))
        mark, at = words[at : at + 1], at + 1
        if mark == (grammar.STOP[language],):
            return (heard if person in about else [("other", 0)]), at
        if mark != (grammar.AND[language],):
            return [], at


@cache
def _subjects(language: str) -> dict[tuple[str, ...], frozenset[int]]:
    """A word that can be the subject of a fact → the people it can stand for."""
    found: dict[tuple[str, ...], frozenset[int]] = {}
    for person in range(len(lexicon.PEOPLE[language])):
        for kind in ("name", "subject", "pronoun"):
            words = mention("agent", kind, person, person, language).words
            found[words] = found.get(words, frozenset()) | {person}
    return found


@cache
def _clauses(language: str) -> dict[tuple[str, ...], list[tuple[str, int, tuple[str, ...]]]]:
    """First word → the clauses that begin with it: attribute, value, words."""
    found: dict[tuple[str, ...], list[tuple[str, int, tuple[str, ...]]]] = {}
    for attribute, fact in grammar.FACTS.items():
        for number in range(len(fact[language])):
            for value in range(8):
                words = clause(attribute, number, value, language).words
                found.setdefault(words[:1], []).append((attribute, value, words))
    return found


def _fixed(
    words: tuple[str, ...], at: int, person: int, language: str
) -> tuple[list[tuple[str, int]], int]:
    """A phrase of politeness or rudeness, or any other sentence of the world (kind "other")."""
    for kind, phrase in _phrases(language):
        if words[at : at + len(phrase)] == phrase:
            return [(kind, 0)], at + len(phrase)
    for sentence in grammar.SENTENCES.values():
        stops = [at]
        for item in grammar.items(sentence[language]):
            stops = [stop for start in stops for stop in _fit(item, words, start, person, language)]
        if stops:
            return [("other", 0)], max(stops)
    return [], at


@cache
def _phrases(language: str) -> list[tuple[str, tuple[str, ...]]]:
    found = [(kind, words[language]) for kind, (words, _) in phrases.OPENINGS.items()]
    found += [("thanks", words[language]) for words in phrases.THANKS]
    found.append(("rude", phrases.GO_AWAY[language]))
    return [(kind, tuple(line.split())) for kind, line in found]


def _fit(
    item: grammar.Item, words: tuple[str, ...], at: int, person: int, language: str
) -> list[int]:
    """Where the words may go on after an item that stands at ``at``."""
    if item.word:
        return [at + 1] if words[at : at + 1] == (item.word,) else []
    return [
        at + len(phrase)
        for phrase in _mentions(item.role, item.kind, person, language)
        if words[at : at + len(phrase)] == phrase
    ]


@cache
def _mentions(role: str, kind: str, person: int, language: str) -> list[tuple[str, ...]]:
    """All that can stand for a slot; other people's sentences are about anybody but this one."""
    found: list[Phrase] = [
        mention(role, kind, value, person, language) for value in range(grammar.size(kind))
    ]
    others = (p for p in range(len(lexicon.PEOPLE[language])) if p != person or kind != "other")
    if kind in ("other", "person"):
        found = [mention(role, kind, p, person, language) for p in others]
    return [phrase.words for phrase in found]
