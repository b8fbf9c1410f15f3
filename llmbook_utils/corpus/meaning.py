"""What a document says, sentence by sentence, apart from the language it says it in.

Sentences are read off a document's labels and can be written in either language: that is how the
tiny world translates and sums up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from llmbook_utils.corpus import grammar, lexicon
from llmbook_utils.corpus.grammar import Phrase, clause, mention, write
from llmbook_utils.corpus.text import SENTENCE_ENDS
from llmbook_utils.corpus.world import Document


@dataclass(frozen=True)
class Sentence:
    """One sentence without its words."""

    kind: str  # "fact", or a key of ``grammar.SENTENCES``
    person: int  # whom the story is about
    start: int  # it is words[start:stop] of its document
    stop: int
    values: dict[tuple[str, str], int]  # (role, kind) → value, of every slot
    facts: tuple[tuple[str, int, int], ...] = ()  # of a fact sentence: attribute, pattern, value
    subject: str = ""  # of a fact sentence: "name" or "subject" (a pronoun)


def sentences(document: Document) -> tuple[Sentence, ...]:
    """The sentences of a document, in order."""
    person = lexicon.PEOPLE[document.language].index(document.person)
    found, start = [], 0
    for at, word in enumerate(document.words):
        if word not in SENTENCE_ENDS:
            continue
        labels = [label for label in document.labels if start <= label.start <= at]
        heads = [label for label in labels if label.role == "predicate"]
        slots = [label for label in labels if label.role != "predicate"]
        values = {(label.role, label.kind): label.value for label in slots}
        if heads[0].kind in lexicon.ATTRIBUTES:
            facts = tuple(
                (head.kind, head.value, value.value)
                for head, value in zip(heads, slots[1:], strict=True)
            )
            subject = "name" if slots[0].kind == "person" else "subject"
            found.append(Sentence("fact", person, start, at + 1, values, facts, subject))
        else:
            found.append(Sentence(heads[0].kind, person, start, at + 1, values))
        start = at + 1
    return tuple(found)


def fact_sentence(
    person: int, subject: str, facts: Iterable[tuple[str, int, int]], language: str
) -> Phrase:
    """A sentence that tells facts (attribute, pattern, value), as the grammar writes it."""
    phrase = mention("agent", subject, person, person, language)
    for number, fact in enumerate(facts):
        if number:
            phrase += Phrase((grammar.AND[language],))
        phrase += clause(*fact[:2], fact[2], language)
    return phrase + Phrase((grammar.STOP[language],))


def write_sentence(sentence: Sentence, language: str) -> Phrase:
    """The sentence's words in a language."""
    if sentence.kind == "fact":
        return fact_sentence(sentence.person, sentence.subject, sentence.facts, language)
    phrase = Phrase()
    for item in grammar.items(grammar.SENTENCES[sentence.kind][language]):
        kind = "person" if item.kind in ("name", "other") else item.kind
        value = sentence.values.get((item.role, kind), 0)
        phrase += write(item, sentence.kind, 0, value, sentence.person, language)
    return phrase
