"""A dictionary as a bridge: words of a new language start where their translations are.

The blocks of a model work on vectors. If the vector of 奥斯陆 begins as that of Oslo, what the
blocks know of Oslo holds for 奥斯陆, too. So each word of the new language that the dictionary has
gets the mean of its translation's rows; the others (particles, measure words) keep random ones.
(Minixhofer, Paischer & Rekabsaz 2022 do so with word vectors that a dictionary has aligned.)

Left out: words with several meanings; learning the dictionary from parallel texts.
"""

import copy
from collections.abc import Mapping

import torch

from llmbook_utils.corpus import grammar, lexicon
from llmbook_utils.downstream.backbone import Vocabulary
from llmbook_utils.gpt import GPT

MARKS = {"。": (".",), "！": ("!",), "，": ("and",)}  # a Chinese comma joins two facts


def dictionary() -> dict[str, tuple[str, ...]]:
    """Chinese word → English word or words: names, values, times, things, verbs and marks.

    Of a Chinese phrase of several words there is no entry, except for its verb.
    """
    found: dict[str, tuple[str, ...]] = dict(MARKS)
    tables: list[Mapping[str, tuple[str, ...]]] = [*lexicon.LISTS.values()]
    for columns in (*tables, lexicon.THINGS, lexicon.LOOKS, lexicon.PRONOUNS):
        for english, chinese in zip(columns["en"], columns["zh"], strict=True):
            found.setdefault(chinese, tuple(english.split()))
    patterns = [(s["en"], s["zh"]) for s in grammar.SENTENCES.values()]
    for fact in grammar.FACTS.values():
        patterns += zip(fact["en"], fact["zh"], strict=True)
    for english, chinese in patterns:
        found.setdefault(_verb(chinese), (_verb(english),))
    return found


def _verb(pattern: str) -> str:
    """The word in brackets, its predicate."""
    return next(item.word for item in grammar.items(pattern) if item.role == "predicate")


@torch.no_grad()
def with_dictionary(
    body: GPT, words: Vocabulary, translations: Mapping[str, tuple[str, ...]]
) -> GPT:
    """A copy of the body in which each translated word has the mean of its translation's rows.

    Raises:
        ValueError: if a word is not in the vocabulary.
    """
    model = copy.deepcopy(body)
    for word, known in translations.items():
        model.tokens.weight[words[word]] = body.tokens.weight[words.ids(known)].mean(0)
    return model
