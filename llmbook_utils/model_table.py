"""The table of language models, from word2vec (2013) on: who made what, when, and how large.

``data/models.csv`` has a line for each model; this module reads it and says what the columns mean.

- **Date**: year and month of the first public paper or report, or of the release where that came
  first (so Llama 3 is of April 2024, though its paper is of July). Five models from before 2013
  stand at their journal's or conference's date, for context: ``older`` tells them apart.
- **Sizes** are those that the makers published, of the largest model of the paper; where they
  published none the field is empty. Nothing is estimated. A mixture of experts has two numbers: all
  parameters, and those that one token uses.
- **Tokens**: what the makers state, in the words of ``training_text``: tokens seen in training, or
  else the size of the corpus, in words where they count words. So two lines can differ by more than
  their models do.
- **Parent**: the model that it continues or builds on most, by its own paper. A tree leaves out the
  other influences.

What is left out: most models. The lines are those that the course speaks of, and landmarks, up to
the summer of 2026. What comes after is one more line in the table and an entry in the bibliography.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "data" / "models.csv"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
BRANCHES = ("encoder-only", "encoder–decoder", "decoder-only", "other")
# What each design is; those of `TRANSFORMERS` are made of self-attention.
ARCHITECTURES = {
    "n-gram": "counts of short word sequences",
    "feed-forward": "a fixed window of words, read by a feed-forward network",
    "word vectors": "one vector a word, no network above it",
    "recurrent": "a state that is carried from word to word",
    "encoder-only": "a Transformer that reads the whole text, in both directions",
    "encoder–decoder": "a Transformer that reads one text and writes another",
    "decoder-only": "a Transformer that predicts the next word from those before it",
    "prefix": "a Transformer that reads a prefix in both directions and continues it",
    "permuted": "a Transformer that predicts the words in a random order",
    "diffusion": "a Transformer that fills in masks step by step",
    "state space": "a linear recurrence whose steps depend on the input",
    "unpublished": "the makers did not say",
}
TRANSFORMERS = ("encoder-only", "encoder–decoder", "decoder-only", "prefix", "permuted")
ERAS = ("classic networks", "Transformers", "pretraining at scale")
SCALE_BEGINS = (2019, 2)  # GPT-2; where an era begins is a convention, not a fact


@dataclass(frozen=True)
class Model:
    """One line of the table; ``None`` where nothing was published, or no more than the year."""

    name: str
    year: int
    month: int | None  # 1 to 12
    organisations: tuple[str, ...]
    family: str
    architecture: str  # one of ARCHITECTURES
    parameters: int | None
    active_parameters: int | None  # for each token, in a mixture of experts
    tokens: int | None  # as `training_text` says: of training, or of the corpus
    training_text: str
    objective: str
    idea: str  # in one sentence
    parent: str | None  # the name of another model
    authors: str
    title: str
    link: str
    key: str  # of the paper, in book/references.bib

    @property
    def older(self) -> bool:
        """From before word2vec, in the table for context."""
        return self.year < 2013

    @property
    def when(self) -> float:
        """The date as a number: 2018.75 is the beginning of October 2018."""
        return self.year + (0.5 if self.month is None else (self.month - 1) / 12)

    @property
    def date(self) -> str:
        return f"{MONTHS[self.month - 1]} {self.year}" if self.month else str(self.year)

    @property
    def organisation(self) -> str:
        return " and ".join(self.organisations)

    @property
    def branch(self) -> str:
        """One of ``BRANCHES``; "other" is whatever is none of the three usual Transformers."""
        return self.architecture if self.architecture in BRANCHES else "other"

    @property
    def era(self) -> str:
        """One of ``ERAS``: networks before the Transformer and their last heirs; Transformers
        until GPT-2; everything from GPT-2 on, of any design.
        """
        if (self.year, self.month or 1) >= SCALE_BEGINS:
            return ERAS[2]
        return ERAS[1] if self.architecture in TRANSFORMERS else ERAS[0]


def number(text: str) -> int | None:
    return int(text) if text else None


def load(path: Path = TABLE) -> tuple[Model, ...]:
    """Read a table of models, sorted by date.

    Raises:
        ValueError: for a name that stands twice, an unknown architecture, a month that does not
            exist, or a parent that is not in the table or is younger than its child.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    models: dict[str, Model] = {}
    for row in rows:
        model = Model(
            name=row["name"],
            year=int(row["year"]),
            month=number(row["month"]),
            organisations=tuple(row["organisation"].split("; ")),
            parameters=number(row["parameters"]),
            active_parameters=number(row["active_parameters"]),
            tokens=number(row["tokens"]),
            parent=row["parent"] or None,
            **{name: row[name] for name in ("family", "architecture", "training_text")},
            **{
                name: row[name] for name in ("objective", "idea", "authors", "title", "link", "key")
            },
        )
        if model.name in models:
            raise ValueError(f"expected each model once, got {model.name} again")
        if model.architecture not in ARCHITECTURES:
            raise ValueError(f"expected one of {list(ARCHITECTURES)}, got {model.architecture!r}")
        if model.month is not None and not 1 <= model.month <= 12:
            raise ValueError(f"expected a month from 1 to 12, got {model.month} ({model.name})")
        models[model.name] = model
    for model in models.values():
        parent = models.get(model.parent) if model.parent else None
        if model.parent and (parent is None or parent.when > model.when):
            raise ValueError(
                f"expected an older model as parent of {model.name}, got {model.parent}"
            )
    return tuple(sorted(models.values(), key=lambda model: model.when))


@cache
def models() -> tuple[Model, ...]:
    """The course's table, sorted by date.

    >>> [model.name for model in models() if model.family == "BERT"][:2]
    ['BERT', 'XLM']
    """
    return load()


def named(name: str) -> Model:
    """The model of this name.

    >>> named("Chinchilla").date
    'March 2022'
    """
    found = {model.name: model for model in models()}
    if name not in found:
        raise ValueError(f"expected a model of the table, such as {list(found)[5]!r}, got {name!r}")
    return found[name]


def in_words(count: int | None, unknown: str = "") -> str:
    """A large number as people say it.

    >>> in_words(1_500_000_000), in_words(340_000_000), in_words(None, "not published")
    ('1.5 billion', '340 million', 'not published')
    """
    if count is None:
        return unknown
    for size, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if count >= size:
            return f"{count / size:.4g} {word}"
    return str(count)


def tree(chosen: Sequence[Model]) -> list[tuple[Model, int]]:
    """The family tree of some models, from top to bottom, each with its depth.

    Below a model stand its children by date, each followed by its own. A model whose parent is not
    among the chosen ones stands below the nearest ancestor that is, or at the left.
    """
    present, known = {model.name for model in chosen}, {model.name: model for model in models()}
    known |= {model.name: model for model in chosen}
    children: dict[str | None, list[Model]] = {}
    for model in sorted(chosen, key=lambda model: model.when):
        parent = model.parent
        while parent is not None and parent not in present:
            parent = known[parent].parent if parent in known else None
        children.setdefault(parent, []).append(model)
    rows: list[tuple[Model, int]] = []

    def add(parent: str | None, depth: int) -> None:
        for model in children.get(parent, []):
            rows.append((model, depth))
            add(model.name, depth + 1)

    add(None, 0)
    return rows


def as_markdown(chosen: Iterable[Model]) -> str:
    """A table for a page: date, organisation, design, sizes, objective and paper of some models."""
    heads = ("Model", "Date", "From", "Design", "Parameters", "Tokens", "Learns from", "Paper")
    lines = [heads, ("---",) * len(heads)]
    for model in chosen:
        size = in_words(model.parameters, "–")
        if model.active_parameters:
            size += f" ({in_words(model.active_parameters)} active)"
        paper = f"[{model.authors}]({model.link})" if model.link else model.authors
        lines.append(
            (
                *(model.name, model.date, model.organisation, model.architecture, size),
                *(in_words(model.tokens, "–"), model.objective, paper),
            )
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
