"""Parts of a text: entities written as BIO tags, and answers to questions.

*Entities.* B-X tags the first word of an entity of kind X, I-X its further words, O all others
(Ramshaw & Marcus 1995). An entity counts as found if first word, last word and kind are right
(Tjong Kim Sang & De Meulder 2003). A tagger can write what no person would: an I-X with no X before
it. The rule for such broken tags changes the score, so that it has to be stated. Ours is that of
the CoNLL script ``conlleval`` (and of ``seqeval`` by default): the I-X *begins* an entity.

*Answers.* SQuAD compares texts, after small letters, without marks and articles: exactly equal or
not, and the F1 of their words (Rajpurkar et al. 2016, section 6.1). A question without an answer
(Rajpurkar et al. 2018) has the reference "", which only "" matches.

Left out: IOB1, BIOES and other ways to tag; partial credit for an entity that is almost right.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from llmbook_utils.metrics.labels import Scores, from_counts, same_number

Tags = Sequence[str]


class Span(NamedTuple):
    """words[start:stop] are an entity of this kind."""

    start: int
    stop: int
    kind: str


def spans(tags: Tags, broken: str = "begin") -> list[Span]:
    """The entities in a list of BIO tags, from left to right.

    An entity goes on while tags are I- of its kind. Anything else ends it.

    Args:
        broken: what an I-X does that no entity of kind X stands before: "begin" one, or "drop": it
            is no better than O.

    Raises:
        ValueError: if a tag is not O, B-X or I-X, or ``broken`` is something else.
    """
    if broken not in ("begin", "drop"):
        raise ValueError(f"expected broken to be 'begin' or 'drop', got {broken!r}")
    found: list[Span] = []
    start, kind = 0, ""  # of the entity that is going on; kind "" if there is none
    for i, tag in enumerate([*tags, "O"]):
        letter, _, name = tag.partition("-")
        if tag != "O" and (letter not in ("B", "I") or not name):
            raise ValueError(f"expected tags O, B-X and I-X, got {tag!r} at place {i}")
        if letter == "I" and name == kind:
            continue
        if kind:
            found.append(Span(start, i, kind))
        begins = letter == "B" or (letter == "I" and broken == "begin")
        start, kind = (i, name) if begins else (0, "")
    return found


def entity_scores(
    targets: Sequence[Tags], predictions: Sequence[Tags], broken: str = "begin"
) -> Scores:
    """Precision, recall and F1 of the entities in several texts, all counted together ("micro").

    Args:
        targets, predictions: for each text a tag for each word.
        broken: as in :func:`spans`.

    Raises:
        ValueError: no texts, or not as many tags as words in one of them.
    """
    same_number(targets, predictions)
    right = predicted = true = 0
    for wanted, got in zip(targets, predictions, strict=True):
        if len(wanted) != len(got):
            raise ValueError(f"expected a tag for each of {len(wanted)} words, got {len(got)}")
        there, named = set(spans(wanted, broken)), set(spans(got, broken))
        right += len(there & named)
        predicted += len(named)
        true += len(there)
    return from_counts(right, predicted, true)


# Answers ------------------------------------------------------------------------------------------


def squad_exact(text: str, references: Sequence[str]) -> float:
    """1 if the normalised answer is one of the normalised references, else 0."""
    return _best(text, references, lambda a, b: float(a == b))


def squad_f1(text: str, references: Sequence[str]) -> float:
    """F1 of the normalised words of an answer and of the reference that it is closest to.

    Words count as often as they stand in both. If either of the two is empty, it is 1 if both are.
    """
    return _best(text, references, _word_f1)


def _best(
    text: str, references: Sequence[str], score: Callable[[list[str], list[str]], float]
) -> float:
    if isinstance(references, str) or not references:
        raise ValueError(f"expected a list of one or more references, got {references!r}")
    words = _normalised(text)
    return max(score(words, _normalised(reference)) for reference in references)


def _word_f1(words: list[str], reference: list[str]) -> float:
    if not words or not reference:
        return float(words == reference)
    right = (Counter(words) & Counter(reference)).total()
    return from_counts(right, len(words), len(reference)).f1


def _normalised(text: str) -> list[str]:
    """Small letters; without punctuation; without the articles a, an, the; cut at white space."""
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()
