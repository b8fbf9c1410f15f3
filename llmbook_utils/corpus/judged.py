"""An answer cut into sentences, each with what it is to the gold reward: for people to read.

    Sure! | She lives in Oslo. | At noon she finds a red hat. | Go away!
    polite  right                ramble                         rude

    right    tells what was asked for, as it is     again   was told, or said, before
    wrong    tells it, but not as it is             junk    has words that belong to no sentence
    polite   "Sure!", "Thank you!", "Good luck!"    no_end  the answer does not stop
    rude     "Ugh,", "Go away!"                     plain   nothing of these
    ramble   tells what nobody asked for

A sentence is what it changes in the parts of the reward when it is added to those before it. One
sentence has one kind, the first that fits in the order right or wrong, rude, polite, again, ramble,
junk; the total counts them all. Left out: what a sentence is worth by itself, since a wrong fact
costs nothing more once the answer is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from llmbook_utils.corpus import phrases
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.reward import Reward, gold_reward, split
from llmbook_utils.corpus.text import END_MARK, PAD, SENTENCE_ENDS, detokenise
from llmbook_utils.corpus.world import Pair, World

KINDS = ("right", "wrong", "polite", "rude", "ramble", "again", "junk", "no_end", "plain")
Words = tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """An answer in pieces, with its scores."""

    pieces: tuple[tuple[str, str], ...]  # (text, kind)
    gold: float  # the gold reward of the whole
    proxy: float | None = None  # what a reward model gives it, if one was asked

    @property
    def text(self) -> str:
        spaced = (f" {text}" if text[0].isascii() else text for text, _ in self.pieces)
        return "".join(spaced).strip()


def judged(world: World, pair: Pair, answer: str, proxy: float | None = None) -> Judged:
    """Cut an answer into sentences and say what each of them is.

    Args:
        world: holds the truth.
        pair: (person, attribute) that was asked about.
        answer: the text, with "<end>" if it ends; what stands behind that is not looked at.
        proxy: a score to keep beside the gold reward.

    Raises:
        ValueError: if there is no such person or attribute.
    """
    person, attribute = pair
    said = split(answer)
    ended = END_MARK in said
    said = said[: said.index(END_MARK)] if ended else said
    said = tuple(word for word in said if word != PAD)
    pieces: list[tuple[str, str]] = []
    before: Words = ()
    for piece in sentences(said, world.language):
        pieces.append((detokenise(piece), _kind(world, pair, before, piece)))
        before += piece
    if not ended:
        pieces.append(("…", "no_end"))
    return Judged(tuple(pieces), gold_reward(world, person, attribute, answer).total, proxy)


def sentences(words: Words, language: str) -> Iterator[Words]:
    """The sentences of an answer; an opening such as "Well," is one of its own."""
    openings = [tuple(opening[language].split()) for opening, _ in phrases.OPENINGS.values()]
    start = 0
    for stop in range(1, len(words) + 1):
        ends = words[stop - 1] in SENTENCE_ENDS or words[start:stop] in openings
        if ends or stop == len(words):
            yield words[start:stop]
            start = stop


def _kind(world: World, pair: Pair, before: Words, piece: Words) -> str:
    old, new = (_reward(world, pair, words).parts for words in (before, before + piece))
    gain = {part: new[part] - old[part] for part in new}
    # in front of the right fact, a piece that tells it too repeats it, or makes the answer wrong
    beside = _reward(world, pair, piece + _fact(world, pair)).parts
    if beside["repetition"] < 0:
        if beside["fact"] < 0:
            return "wrong"
        return "again" if gain["repetition"] < 0 else "right"
    if gain["rude"] < 0:
        return "rude"
    if gain["polite"] > 0 or gain["sure"] > 0:
        return "polite"
    if gain["polite"] < 0 or gain["sure"] < 0:
        return "again"
    if gain["ramble"] < 0:
        return "ramble"
    return "junk" if gain["junk"] < 0 else "plain"


def _reward(world: World, pair: Pair, words: Words) -> Reward:
    return gold_reward(world, *pair, (*words, END_MARK))


def _fact(world: World, pair: Pair) -> Words:
    """The sentence that tells the right fact."""
    ideal = Chat(world).ideal(*pair)
    return next(s for s in sentences(ideal, world.language) if len(s) > 2)
