"""The grammar as an automaton: where a story has got to, and how it can go on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from llmbook_utils.corpus import grammar, lexicon
from llmbook_utils.corpus.automaton import END, Arc, Automaton, State
from llmbook_utils.corpus.grammar import Phrase, clause, mention, write
from llmbook_utils.corpus.text import END_MARK


class Story(NamedTuple):
    """Where a story has got to: everything that its next words depend on."""

    part: str  # what comes next: a part of the story, or the sentence that was begun
    person: int = -1  # whom it is about; −1: not chosen yet
    told: int = 0  # the attributes told so far, one bit each
    joined: bool = False  # whether this sentence has told a fact already
    events: int = 0  # how many events were begun
    time: int = -1  # time of the last one
    written: int = 0  # how many pieces of the sentence that was begun are written


class StoryGrammar:
    """The arcs of a world's stories; see ``grammar`` for the patterns and the probabilities.

    Args:
        facts: (person, attribute) → value, as numbers.
        language: "en" or "zh".
        allowed: the (person, attribute) pairs that may be told. A story is about a person with at
            least one such pair, all alike. The next fact is one of those left, all alike; whether
            one follows, in this sentence or the next, has the usual probability, and none follows
            where none is left.
        events: number of events so far → probability of another one, if a time is left.
    """

    def __init__(
        self,
        facts: Mapping[tuple[int, int], int],
        language: str,
        allowed: Collection[tuple[int, int]],
        events: Sequence[float] = grammar.EVENT,
    ) -> None:
        self.facts = facts
        self.events = events
        self.language = language
        self.secret = {  # person → the attributes that may not be told, one bit each
            person: sum(1 << a for a in range(4) if (person, a) not in allowed)
            for person in range(len(lexicon.PEOPLE["en"]))
        }
        self.people = [person for person, secret in self.secret.items() if secret != 0b1111]

    def automaton(self) -> Automaton:
        return Automaton(Story("opener"), self.arcs)

    def arcs(self, story: State) -> Iterator[Arc]:
        """All ways on from here."""
        assert isinstance(story, Story)
        if story.part in grammar.SENTENCES:  # one that was begun
            return self._piece(story.part, 1.0, story)
        return getattr(self, f"_{story.part}")(story)

    # 1. opener
    def _opener(self, story: Story) -> Iterator[Arc]:
        yield Arc(1 - sum(grammar.OPENER.values()), story._replace(part="subject"))
        for kind, probability in grammar.OPENER.items():
            yield from self._begin(kind, probability, story)

    # 2. facts
    def _subject(self, story: Story) -> Iterator[Arc]:
        after = story._replace(part="fact", joined=False)
        if story.person < 0:
            for person in self.people:
                named = self._mention("agent", "name", person, person)
                about = after._replace(person=person, told=self.secret[person])
                yield Arc(1 / len(self.people), about, *named)
            return
        pronoun = self._mention("agent", "subject", story.person, story.person)
        yield Arc(grammar.PRONOUN, after, *pronoun)
        name = self._mention("agent", "name", story.person, story.person)
        yield Arc(1 - grammar.PRONOUN, after, *name)

    def _fact(self, story: Story) -> Iterator[Arc]:
        left = [a for a in range(4) if not story.told & 1 << a]
        join = grammar.JOIN if len(left) > 1 and not story.joined else 0.0
        for a in left:
            attribute = lexicon.ATTRIBUTES[a]
            patterns = grammar.FACTS[attribute][self.language]
            told = story._replace(told=story.told | 1 << a)
            for number in range(len(patterns)):
                phrase = clause(attribute, number, self.facts[story.person, a], self.language)
                probability = 1 / len(left) / len(patterns)
                stop = phrase + Phrase((grammar.STOP[self.language],))
                more = told._replace(part="more", joined=False)
                yield Arc(probability * (1 - join), more, *stop)
                if join:
                    both = phrase + Phrase((grammar.AND[self.language],))
                    yield Arc(probability * join, told._replace(joined=True), *both)

    def _more(self, story: Story) -> Iterator[Arc]:
        number = (story.told & ~self.secret[story.person]).bit_count()
        more = grammar.MORE[number] if story.told != 0b1111 else 0.0
        yield Arc(more, story._replace(part="subject"))
        yield Arc(1 - more, story._replace(part="event", told=0))

    # 3. events
    def _event(self, story: Story) -> Iterator[Arc]:
        event = self.events[story.events] if story.time < _LAST else 0.0
        yield Arc(1 - event, story._replace(part="closing", events=0, time=-1))
        if event:
            begun = story._replace(events=story.events + 1)
            for kind in grammar.EVENTS:
                yield from self._begin(kind, event / len(grammar.EVENTS), begun)

    # 4. closing
    def _closing(self, story: Story) -> Iterator[Arc]:
        yield Arc(1 - sum(grammar.CLOSING.values()), story._replace(part="end"))
        for kind, probability in grammar.CLOSING.items():
            yield from self._begin(kind, probability, story)

    def _end(self, story: Story) -> Iterator[Arc]:
        yield Arc(1.0, END, (END_MARK,))

    # Sentences, piece by piece: a piece ends where the next slot leaves a choice.
    def _begin(self, kind: str, probability: float, story: Story) -> Iterator[Arc]:
        yield from self._piece(kind, probability, story._replace(part=kind, written=0))

    def _piece(self, kind: str, probability: float, story: Story) -> Iterator[Arc]:
        pieces = _pieces(kind, self.language)
        free = pieces[story.written][0].kind
        after = story._replace(written=story.written + 1)
        if after.written == len(pieces):
            after = story._replace(part=_AFTER[kind], written=0)
        choices = self._choices(free, story)
        for value in choices:
            if free == "person":
                after = after._replace(person=value, told=self.secret[value])
            elif free == "time":
                another = self.events[story.events] > 0  # else the time does not matter any more
                after = after._replace(time=value if another else _LAST)
            phrase = _write(kind, self.language, story.written, value, after.person)
            yield Arc(probability / len(choices), after, *phrase)

    def _choices(self, kind: str, story: Story) -> list[int]:
        """The values that a slot can take here; all are equally probable."""
        if kind == "person":
            return self.people
        if kind == "other":
            return [p for p in range(len(self.secret)) if p != story.person]
        if kind == "time":
            return list(range(story.time + 1, grammar.SIZES["time"]))
        return list(range(grammar.SIZES.get(kind, 1)))

    def _mention(self, role: str, kind: str, value: int, person: int) -> Phrase:
        return mention(role, kind, value, person, self.language)


_LAST = grammar.SIZES["time"] - 1
_AFTER = {
    **dict.fromkeys(grammar.OPENER, "subject"),
    **dict.fromkeys(grammar.EVENTS, "event"),
    **dict.fromkeys(grammar.CLOSING, "end"),
}


@cache
def _pieces(kind: str, language: str) -> list[list[grammar.Item]]:
    """The items of a sentence, cut before each slot that leaves a choice."""
    pieces: list[list[grammar.Item]] = []
    for item in grammar.items(grammar.SENTENCES[kind][language]):
        if not pieces or item.kind in grammar.SIZES:
            pieces.append([])
        pieces[-1].append(item)
    return pieces


@cache
def _write(kind: str, language: str, number: int, value: int, person: int) -> Phrase:
    """Piece ``number`` of a sentence."""
    phrase = Phrase()
    for item in _pieces(kind, language)[number]:
        phrase += write(item, kind, 0, value, person, language)
    return phrase
