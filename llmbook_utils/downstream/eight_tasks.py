"""Eight tasks, four of understanding and four of writing, in four forms.

    classification  the topic of a story                    one label a text      accuracy
    entities        people, towns, places, times, things    a label a word        F1 of entities
    roles           who does what to whom, where and when   a label a word        F1 of roles
    questions       where the story answers it, if it does  two places            F1 of words
    modelling       the next word                           text                  perplexity
    translation     a sentence, English to Chinese          text                  BLEU
    summarisation   the facts of a story                    text                  ROUGE-L
    dialogue        the second answer in a talk             text                  right answers

An ``Example`` is what the model reads and what it should give back, both in words. What they become
as tokens, and how a model answers, is said in ``forms``; here is where they come from and how they
are scored. All of it is exactly known in the tiny world, and unlimited: n and a seed give n
examples.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from llmbook_utils import metrics
from llmbook_utils.corpus import World, detokenise, tasks
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.meaning import sentences, write_sentence
from llmbook_utils.corpus.reward import gold_reward
from llmbook_utils.corpus.world import Document
from llmbook_utils.downstream.backbone import END, SUMMARISE, TRANSLATE, VERB

Words = tuple[str, ...]
Span = tuple[int, int]
Target = Words | Span | None  # labels or a text; an answer's place; no answer
Scores = dict[str, float]


@dataclass(frozen=True)
class Example:
    """One example of a task."""

    words: Words  # what is read
    target: Target  # what should come out: label(s), words[start:stop], or a text
    question: Words = ()  # of "questions": what is asked about the words
    pair: tuple[str, str] = ("", "")  # of "dialogue": the person and attribute asked for
    log_prob: float = math.nan  # of "modelling": log p of the text in nats, exactly


@dataclass(frozen=True)
class Task:
    """A task: its form, its examples and its metrics."""

    name: str
    form: str  # "class", "tags", "span" or "text"
    metric: str  # the first of the scores
    examples: Callable[[int, int], list[Example]]  # (n, seed) → n examples
    score: Callable[[Sequence[Example], Sequence[Target]], Scores]  # examples, predictions
    labels: Words = ()  # of "class" and "tags"


def eight_tasks(english: World, chinese: World) -> dict[str, Task]:
    """The eight tasks, in the order above.

    Args:
        english: the world that the stories are about.
        chinese: the same world in Chinese.

    Raises:
        ValueError: if the two are different worlds, or one language.
    """
    if english.seed != chinese.seed or (english.language, chinese.language) != ("en", "zh"):
        raise ValueError(f"expected one world in English and in Chinese, got {english}, {chinese}")
    every = (
        classification(english),
        entities(english),
        roles(english),
        questions(english),
        modelling(english),
        translation(english, chinese),
        summarisation(english),
        dialogue(english),
    )
    return {task.name: task for task in every}


def unseen(task: Task, n: int, seed: int, seen: Iterable[Example]) -> list[Example]:
    """The first n examples of this seed that a model has not ``seen``: for tests.

    The sentences of a small world are few, so that two seeds often give the same one. What counts
    is what is read (for "modelling", the text), not the target.

    Raises:
        ValueError: if the world has too few others.
    """
    known = {_read(example) for example in seen}
    drawn: list[Example] = []
    for count in (n, 4 * n, 16 * n, 64 * n):
        drawn = [e for e in task.examples(count, seed) if _read(e) not in known]
        if len(drawn) >= n:
            return drawn[:n]
    raise ValueError(f"expected {n} unseen examples of {task.name!r}, got {len(drawn)}")


def _read(example: Example) -> tuple[Words, Target]:
    return example.question, example.words or example.target


# Understanding ------------------------------------------------------------------------------------


def classification(world: World) -> Task:
    """What a story ends with, of ``tasks.TOPICS``."""

    def example(document: Document) -> Example:
        return Example(document.words, (tasks.topic(document),))

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        targets, found = [e.target for e in examples], list(predictions)
        f1 = metrics.precision_recall_f1(targets, found).f1
        return {"accuracy": metrics.accuracy(targets, found), "macro F1": f1}

    return Task(
        "classification", "class", "accuracy", _of_documents(world, example), score, tasks.TOPICS
    )


def entities(world: World) -> Task:
    """A BIO tag for each word of a story."""

    def example(document: Document) -> Example:
        return Example(document.words, tasks.entities(document))

    return Task(
        "entities", "tags", "F1", _of_documents(world, example), _tag_scores, tasks.ENTITY_TAGS
    )


def roles(world: World) -> Task:
    """A BIO tag for each word of a sentence, for its predicate, which stands behind "<verb>".

    A sentence with two facts has two predicates, and is an example twice.
    """

    def examples(n: int, seed: int) -> list[Example]:
        found: list[Example] = []
        rng = np.random.default_rng(seed)
        while len(found) < n:
            found += _role_examples(world.document(rng))
        return found[:n]

    return Task("roles", "tags", "F1", examples, _tag_scores, tasks.ROLE_TAGS)


def _role_examples(document: Document) -> list[Example]:
    found = []
    borders = {s.start: s.stop for s in sentences(document)}
    for frame in tasks.frames(document):
        verb = frame.spans["predicate"][0]
        start = max(border for border in borders if border <= verb)
        stop, tags = borders[start], tasks.role_tags(document, frame)
        words = (*document.words[start:verb], VERB, *document.words[verb:stop])
        found.append(Example(words, (*tags[start:verb], "O", *tags[verb:stop])))
    return found


def questions(world: World) -> Task:
    """Where a story answers a question about its person, as in SQuAD 2.0; a third have no answer.

    The attribute asked for and the wording of the question are drawn for each story, all alike.
    """
    chat = Chat(world)

    def examples(n: int, seed: int) -> list[Example]:
        rng, found = np.random.default_rng(seed), []
        for document in world.documents(n, seed):
            attribute = world.attributes[rng.integers(4)]
            question = chat.question(document.person, attribute, int(rng.integers(2)))
            span = tasks.answer_span(document, attribute)
            found.append(Example(document.words, span, question))
        return found

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        found = [_span_text(e, p) for e, p in zip(examples, predictions, strict=True)]
        wanted = [[_span_text(e, e.target)] for e in examples]
        pairs = list(zip(found, wanted, strict=True))
        return {
            "F1": fmean(metrics.squad_f1(*pair) for pair in pairs),
            "exact match": fmean(metrics.squad_exact(*pair) for pair in pairs),
        }

    return Task("questions", "span", "F1", examples, score)


def _span_text(example: Example, span: Target) -> str:
    return "" if span is None else " ".join(example.words[slice(*span)])


def _tag_scores(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
    wanted, found = [_strings(e.target) for e in examples], [_strings(p) for p in predictions]
    scores = metrics.entity_scores(wanted, found)
    return {"F1": scores.f1, "precision": scores.precision, "recall": scores.recall}


def _strings(target: Target) -> Words:
    return tuple(map(str, target or ()))


# Writing ------------------------------------------------------------------------------------------


def modelling(world: World) -> Task:
    """The next word of a story, from the first to its end mark. There is nothing to predict whole:
    ``forms.evaluate`` scores the probabilities."""

    def example(document: Document) -> Example:
        return Example((), document.words, log_prob=document.log_prob)

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        raise TypeError("expected a model to score, got texts; forms.evaluate scores modelling")

    return Task("modelling", "text", "perplexity", _of_documents(world, example), score)


def translation(source: World, target: World) -> Task:
    """A sentence in the other language, as is usual. BLEU counts words, chrF characters."""

    def examples(n: int, seed: int) -> list[Example]:
        found: list[Example] = []
        rng = np.random.default_rng(seed)
        while len(found) < n:
            document = source.document(rng)
            for sentence in sentences(document):
                words = document.words[sentence.start : sentence.stop]
                written = write_sentence(sentence, target.language).words
                found.append(Example((*words, TRANSLATE), (*written, END)))
        return found[:n]

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        wanted, found = _texts(examples, predictions)
        plain = [[detokenise(words)] for words in wanted]
        return {
            "BLEU": metrics.bleu(found, [[words] for words in wanted]),
            "chrF": metrics.chrf([detokenise(words) for words in found], plain),
            "exact match": metrics.accuracy(wanted, found),
        }

    return Task("translation", "text", "BLEU", examples, score)


def summarisation(world: World) -> Task:
    """The facts that a story tells, in a fixed order, and nothing else."""

    def example(document: Document) -> Example:
        return Example((*document.words[:-1], SUMMARISE), tasks.summary(document, world).words)

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        wanted, found = _texts(examples, predictions)
        pairs = list(zip(found, wanted, strict=True))
        return {
            "ROUGE-L": fmean(metrics.rouge_l(*pair).f1 for pair in pairs),
            "ROUGE-2": fmean(metrics.rouge_n(*pair, 2).f1 for pair in pairs),
            "exact match": metrics.accuracy(wanted, found),
        }

    return Task("summarisation", "text", "ROUGE-L", _of_documents(world, example), score)


def dialogue(world: World) -> Task:
    """The answer to the second question of a talk, which calls the person "she" or "he".

    There are many good answers and one truth, so that an answer is right if it tells the truth.
    (Two of three demonstrations do. The likeliest answer can be right more often than they are.)
    """
    chat = Chat(world, turns=2)

    def examples(n: int, seed: int) -> list[Example]:
        found = []
        for exchange in chat.exchanges(n, seed):
            before, last = exchange.turns[:-1], exchange.turns[-1]
            words = tuple(w for turn in before for w in (*turn.question, *turn.answer))
            pair = (last.person, last.attribute)
            found.append(Example((*words, *last.question), last.answer, pair=pair))
        return found

    def score(examples: Sequence[Example], predictions: Sequence[Target]) -> Scores:
        wanted, found = _texts(examples, predictions)
        rewards = [
            gold_reward(world, *example.pair, words)
            for example, words in zip(examples, found, strict=True)
        ]
        return {
            "right": fmean(reward.correct for reward in rewards),
            "BLEU": metrics.bleu(found, [[words] for words in wanted]),
        }

    return Task("dialogue", "text", "right", examples, score)


def _texts(
    examples: Sequence[Example], predictions: Sequence[Target]
) -> tuple[list[Words], list[Words]]:
    return [_text(e.target) for e in examples], [_text(p) for p in predictions]


def _text(target: Target) -> Words:
    """The words of a text, without its end mark."""
    words = _strings(target)
    return words[:-1] if words[-1:] == (END,) else words


def _of_documents(
    world: World, example: Callable[[Document], Example]
) -> Callable[[int, int], list[Example]]:
    return lambda n, seed: [example(document) for document in world.documents(n, seed)]
