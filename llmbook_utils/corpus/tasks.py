"""Tasks on documents of the tiny world, with the right answer known for each.

Translation and summaries (a text in, a text out); topic, entities, semantic roles and answer spans
(labels for a text's words). Places in a document are counted in words, its end mark included.

    translate        the same story in the other language: one right translation
    summary          the facts that were told, nothing else
    topic            one of ``TOPICS`` for the whole document
    entities         a BIO tag for each word (Ramshaw & Marcus 1995)
    frames, role_tags  who does what to whom, where and when (Palmer, Gildea & Kingsbury 2005)
    answer_span      where a question is answered, as in SQuAD 2.0 (Rajpurkar et al. 2018)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from llmbook_utils.corpus import grammar, lexicon
from llmbook_utils.corpus.meaning import fact_sentence, sentences, write_sentence
from llmbook_utils.corpus.text import END_MARK
from llmbook_utils.corpus.world import Document, Pair, World

TOPICS = ("portrait", *grammar.EVENTS)
_ENTITIES = {  # kind of label → kind of entity
    "person": "PERSON",
    "town": "TOWN",
    "place": "PLACE",
    "day": "TIME",
    "time": "TIME",
    "thing": "THING",
}
ENTITY_TAGS = ("O", *(f"{b}-{kind}" for kind in dict.fromkeys(_ENTITIES.values()) for b in "BI"))
ROLES = ("predicate", "agent", "theme", "recipient", "place", "time")
ROLE_TAGS = ("O", *(f"{b}-{role}" for role in ROLES for b in "BI"))


def translate(document: Document, world: World) -> Document:
    """The document in the language of ``world``, sentence by sentence.

    Args:
        document: a document of a world with the same seed as ``world``.
        world: the world to write it in.
    """
    words: tuple[str, ...] = ()
    for sentence in sentences(document):
        words += write_sentence(sentence, world.language).words
    return world.read((*words, END_MARK))


def translation_pairs(
    source: World, target: World, n: int, seed: int = 0, without: Sequence[Pair] = ()
) -> list[tuple[Document, Document]]:
    """n documents of ``source``, each with its translation into the language of ``target``.

    Raises:
        ValueError: if the two are different worlds, or one language.
    """
    if source.seed != target.seed or source.language == target.language:
        raise ValueError(f"expected one world in two languages, got {source} and {target}")
    return [(d, translate(d, target)) for d in source.documents(n, seed, without)]


def summary(document: Document, world: World) -> Document:
    """The summary: every fact that the document tells, and nothing else.

    The rule: facts stand in the order town, job, pet, food, two to a sentence, each in the first
    pattern of its attribute; the first sentence names the person, the second has a pronoun.
    A summary is itself a document of the world.
    """
    told = [fact for sentence in sentences(document) for fact in sentence.facts]
    ordered = sorted(told, key=lambda fact: lexicon.ATTRIBUTES.index(fact[0]))
    facts = [(attribute, 0, value) for attribute, _, value in ordered]
    person = lexicon.PEOPLE[document.language].index(document.person)
    words: tuple[str, ...] = ()
    for start in range(0, len(facts), 2):
        subject = "subject" if start else "name"
        pair = facts[start : start + 2]
        words += fact_sentence(person, subject, pair, document.language).words
    return world.read((*words, END_MARK))


def topic(document: Document) -> str:
    """What the story ends with: the kind of its last event, or "portrait" if nothing happens."""
    kinds = [sentence.kind for sentence in sentences(document)]
    return next((kind for kind in reversed(kinds) if kind in grammar.EVENTS), "portrait")


def entities(document: Document) -> tuple[str, ...]:
    """A tag for each word: B-PERSON for an entity's first word, I-PERSON for the next ones, O else.

    People (by name, not by pronoun), towns, places, times and days, and things. An article or a
    preposition that belongs to the phrase is in it: "In the evening", "an old clock".
    """
    tags = ["O"] * len(document.words)
    for label in document.labels:
        if label.role != "predicate" and label.kind in _ENTITIES:
            _tag(tags, _ENTITIES[label.kind], label.start, label.stop)
    return tuple(tags)


@dataclass(frozen=True)
class Frame:
    """One predicate and what belongs to it: role → (start, stop) in the document's words."""

    kind: str  # an attribute or a kind of event
    spans: dict[str, tuple[int, int]]  # "predicate" is one of them


def frames(document: Document) -> tuple[Frame, ...]:
    """The frames of a document: one for each fact and each event.

    Roles as in PropBank, by name: the agent does it, the theme is what it is done to or what is
    said of the agent, a recipient gets or is called, and there is place and time. The two facts of
    one sentence share their agent.
    """
    found = []
    for sentence in sentences(document):
        if sentence.kind != "fact" and sentence.kind not in grammar.EVENTS:
            continue
        labels = [x for x in document.labels if sentence.start <= x.start < sentence.stop]
        if sentence.kind == "fact":
            agent, *rest = labels
            groups = [[agent, *rest[i : i + 2]] for i in range(0, len(rest), 2)]
        else:
            groups = [labels]
        for group in groups:
            kind = next(label.kind for label in group if label.role == "predicate")
            found.append(Frame(kind, {x.role: (x.start, x.stop) for x in group}))
    return tuple(found)


def role_tags(document: Document, frame: Frame) -> tuple[str, ...]:
    """A BIO tag for each word, for one frame of the document."""
    tags = ["O"] * len(document.words)
    for role, (start, stop) in frame.spans.items():
        _tag(tags, role, start, stop)
    return tuple(tags)


def answer_span(document: Document, attribute: str) -> tuple[int, int] | None:
    """Where the document tells this attribute of its person: words[start:stop], the value's phrase.

    None if it does not: the question cannot be answered from the text.

    Raises:
        ValueError: if there is no such attribute.
    """
    if attribute not in lexicon.ATTRIBUTES:
        raise ValueError(f"expected an attribute of {lexicon.ATTRIBUTES}, got {attribute!r}")
    for label in document.labels:
        if label.kind == attribute and label.role != "predicate":
            return label.start, label.stop
    return None


def _tag(tags: list[str], name: str, start: int, stop: int) -> None:
    tags[start:stop] = [f"B-{name}", *[f"I-{name}"] * (stop - start - 1)]
