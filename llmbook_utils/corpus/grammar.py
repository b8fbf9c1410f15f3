"""What a document of the tiny world is: its sentences and their probabilities, top to bottom.

A document is a small story about one person:

    opener?  fact sentence+  event*  closing?  <end>

    It is a rainy Monday. Mara lives in Oslo and keeps an owl. She likes plums.
    In the evening she finds an old clock at the harbour. What a day!

Patterns are written in both languages and have the same place in both lists: a story has the same
probability in either of them. In a pattern ``{role:kind}`` is filled in, ``[word]`` is the word
that says what the sentence is (its predicate), everything else stands as it is.
"""

import re
from functools import cache
from typing import NamedTuple

from llmbook_utils.corpus import lexicon
from llmbook_utils.corpus.automaton import Label

# 1. Perhaps an opener. The other half of the stories begins with a fact.
OPENER = {"weather": 0.3, "introduction": 0.2}  # probability of each
SENTENCES: dict[str, dict[str, str]] = {
    "weather": {
        "en": "It [is] a {time:weather} {time:day} .",
        "zh": "这 [是] 一 个 {time:weather} 的 {time:day} 。",
    },
    "introduction": {"en": "This [is] {theme:person} .", "zh": "这 [是] {theme:person} 。"},
}

# 2. Facts: one to four, no attribute twice, all orders alike. The person is named in the first
# fact sentence; later ones, and the first after an introduction, may say "she" or "he".
PRONOUN = 0.7  # probability of a pronoun where there may be one
JOIN = 0.3  # probability that a sentence tells a second fact, if one is left to tell
MORE = {1: 0.75, 2: 0.6, 3: 0.4}  # facts told → probability of another fact sentence
FACTS: dict[
    str, dict[str, tuple[str, ...]]
] = {  # the patterns of an attribute are equally probable
    "town": {
        "en": ("[lives] in {place:town}", "[has] a home in {place:town}"),
        "zh": ("[住] 在 {place:town}", "[家] 在 {place:town}"),
    },
    "job": {
        "en": ("[works] as {theme:job}", "[is] {theme:job}"),
        "zh": ("[当] 了 {theme:job}", "[是] {theme:job}"),
    },
    "pet": {
        "en": ("[keeps] {theme:pet}", "[has] {theme:pet}", "[looks] after {theme:pet}"),
        "zh": ("[养] 了 {theme:pet}", "[有] {theme:pet}", "[照顾] {theme:pet}"),
    },
    "food": {
        "en": ("[likes] {theme:food}", "often [eats] {theme:food}", "[loves] {theme:food}"),
        "zh": ("[喜欢] 吃 {theme:food}", "常常 [吃] {theme:food}", "[爱] 吃 {theme:food}"),
    },
}
AND = {"en": "and", "zh": "，"}
STOP = {"en": ".", "zh": "。"}

# 3. Events: none, one or two, the second at a later time of the day. All kinds are equally
# probable, and so are the times that are left, things, places and people.
EVENT = (0.6, 0.4, 0.0)  # events so far → probability of another, if a time is left
EVENTS = ("find", "buy", "lose", "meet", "visit", "call", "give")
SENTENCES |= {
    "find": {
        "en": "{time:time} {agent:pronoun} [finds] {theme:thing} at the {place:place} .",
        "zh": "{time:time} {agent:pronoun} 在 {place:place} [找到] 了 {theme:thing} 。",
    },
    "buy": {
        "en": "{time:time} {agent:pronoun} [buys] {theme:thing} at the {place:place} .",
        "zh": "{time:time} {agent:pronoun} 在 {place:place} [买] 了 {theme:thing} 。",
    },
    "lose": {
        "en": "{time:time} {agent:pronoun} [loses] {theme:thing} .",
        "zh": "{time:time} {agent:pronoun} [丢] 了 {theme:thing} 。",
    },
    "meet": {
        "en": "{time:time} {agent:pronoun} [meets] {theme:other} at the {place:place} .",
        "zh": "{time:time} {agent:pronoun} 在 {place:place} [遇见] 了 {theme:other} 。",
    },
    "visit": {
        "en": "{time:time} {agent:pronoun} [visits] {theme:other} .",
        "zh": "{time:time} {agent:pronoun} [拜访] 了 {theme:other} 。",
    },
    "call": {
        "en": "{time:time} {agent:other} [calls] {recipient:object} .",
        "zh": "{time:time} {agent:other} 给 {recipient:object} [打电话] 。",
    },
    "give": {
        "en": "{time:time} {agent:other} [gives] {recipient:object} {theme:thing} .",
        "zh": "{time:time} {agent:other} [送给] {recipient:object} {theme:thing} 。",
    },
}

# 4. Perhaps a closing.
CLOSING = {"day": 0.1, "happy": 0.1, "night": 0.1}  # probability of each
SENTENCES |= {
    "day": {"en": "[What] a day !", "zh": "多 [好] 的 一 天 ！"},
    "happy": {"en": "{agent:subject} [is] happy .", "zh": "{agent:subject} 很 [开心] 。"},
    "night": {"en": "Good [night] , {theme:name} !", "zh": "[晚安] ， {theme:name} ！"},
}

# How many values a slot can take, where it is not settled by what came before.
SIZES = {"person": 32, "other": 31, "weather": 6, "day": 7, "time": 5, "place": 8, "thing": 64}


def size(kind: str) -> int:
    """How many values a slot of this kind can take; 1 for a name or pronoun, which is settled."""
    return SIZES.get(kind, 8 if kind in lexicon.ATTRIBUTES else 1)


class Item(NamedTuple):
    """One word of a pattern, or one slot."""

    word: str  # "" for a slot
    role: str = ""  # "" for a word without a role, "predicate" for the one in brackets
    kind: str = ""  # what a slot is filled with


_SLOT = re.compile(r"\{(\w+):(\w+)\}")


@cache
def items(pattern: str) -> tuple[Item, ...]:
    """A pattern's words and slots."""
    found = []
    for piece in pattern.split():
        if slot := _SLOT.fullmatch(piece):
            found.append(Item("", *slot.groups()))
        elif piece.startswith("["):
            found.append(Item(piece[1:-1], "predicate"))
        else:
            found.append(Item(piece))
    return tuple(found)


class Phrase(NamedTuple):
    """Words and what they mean, before they get a place in a text."""

    words: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()

    def __add__(self, other: "Phrase") -> "Phrase":  # type: ignore[override]
        moved = (
            label._replace(start=label.start + len(self.words), stop=label.stop + len(self.words))
            for label in other.labels
        )
        return Phrase(self.words + other.words, (*self.labels, *moved))


def labelled(words: tuple[str, ...], role: str, kind: str, value: int) -> Phrase:
    """Words with one meaning."""
    return Phrase(words, (Label(role, kind, value, 0, len(words)),))


def mention(role: str, kind: str, value: int, person: int, language: str) -> Phrase:
    """What is written for a slot: a value's phrase, or a name or pronoun."""
    forms = {
        "pronoun": lexicon.PRONOUNS,
        "subject": lexicon.SUBJECTS,
        "object": lexicon.OBJECTS,
    }
    if kind in forms:
        word = forms[kind][language][0 if person < lexicon.WOMEN else 1]
        return labelled((word,), role, kind, person)
    if kind in ("name", "other", "person"):
        value = person if kind == "name" else value
        return labelled(lexicon.phrase("person", value, language), role, "person", value)
    return labelled(lexicon.phrase(kind, value, language), role, kind, value)


def write(item: Item, kind: str, number: int, value: int, person: int, language: str) -> Phrase:
    """One item of a clause; ``kind`` and ``number`` are the clause's, for its predicate's label."""
    if not item.word:
        return mention(item.role, item.kind, value, person, language)
    if item.role:
        return labelled((item.word,), item.role, kind, number)
    return Phrase((item.word,))


@cache
def clause(attribute: str, number: int, value: int, language: str) -> Phrase:
    """A fact without its subject, in pattern ``number`` of its attribute: "lives in Oslo"."""
    phrase = Phrase()
    for item in items(FACTS[attribute][language][number]):
        phrase += write(item, attribute, number, value, -1, language)
    return phrase


@cache
def every_word(language: str) -> tuple[str, ...]:
    """Every word and mark that a document of a language can contain, in a fixed order."""
    patterns = [sentence[language] for sentence in SENTENCES.values()]
    patterns += [pattern for fact in FACTS.values() for pattern in fact[language]]
    words = [item.word for pattern in patterns for item in items(pattern) if item.word]
    words += [AND[language], STOP[language]]
    words += [*lexicon.SUBJECTS[language], *lexicon.PRONOUNS[language], *lexicon.OBJECTS[language]]
    for kind in ("person", *lexicon.ATTRIBUTES, "weather", "day", "time", "place", "thing"):
        words += [w for v in range(size(kind)) for w in lexicon.phrase(kind, v, language)]
    return tuple(dict.fromkeys(words))
