"""Pretraining on the tiny world: the exact floor, the facts, the model that later chapters load.

*The floor.* One whole document stands in each row, and every token of it counts, the end mark too
(``packing.padded``). So the best possible loss is exactly −Σ log p(document) / Σ tokens, and what
a model's loss has above it is the model's own: KL(world ‖ model) a token, estimated.

*The facts.* A model knows a fact if, of the eight values that it could write there, the true one
gets more than half of the probability.

Left out: cleaning and deduplication (chapter 8 shows them), data that do not fit into memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils import checkpoints
from llmbook_utils.corpus import SPECIALS, Document, World, detokenise, grammar, phrases
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.packing import Ids, pack, padded
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import IGNORE, History, TrainConfig, evaluate, shuffled, train


@dataclass(frozen=True)
class Recipe:
    """What chapter 8 found to reach the floor, within a minute on one thread."""

    documents: int = 30_000  # training documents; the model sees them about twice
    context: int = 80  # tokens a row; a document has up to 60 words, or 77 Chinese characters
    layers: int = 2
    heads: int = 4
    width: int = 64
    batch_size: int = 13  # rows
    train: TrainConfig = field(default_factory=lambda: TrainConfig(1400, 1e-2, final=0.0))
    seed: int = 0  # of documents, weights and batches


@dataclass
class Pretrained:
    """The model of chapter 8, and how it came about."""

    tokenizer: Tokenizer
    model: GPT
    history: History  # with looks "excess" (nats a token above the floor), "facts", "sample"
    recipe: Recipe


Pair = tuple[str, str]  # (person, attribute)
END, PAD = "<end>", "<pad>"
# what the stage depends on
CODE = ("corpus", "byte_pairs", "tokenizer", "gpt", "train", "packing", "pretraining")


def floor(documents: Sequence[Document], sequences: Sequence[Ids]) -> float:
    """The loss of the best possible model on these documents, in nats for each of their tokens."""
    return -sum(d.log_prob for d in documents) / sum(map(len, sequences))


def excess(model: nn.Module, tokenizer: Tokenizer, documents: Sequence[Document]) -> float:
    """How far the model's loss on these documents is above the floor, in nats a token.

    On few documents it can be below zero by chance: the floor is that of the true probabilities,
    and a model can happen to like these documents better. Its expected value cannot.
    """
    sequences = tokenizer.encode_documents([d.text for d in documents])
    end, pad = tokenizer.special_id(END), tokenizer.special_id(PAD)
    rows = padded(sequences, end, pad)
    return evaluate(model, rows) - floor(documents, sequences)


@torch.no_grad()
def fact_probabilities(
    model: nn.Module, tokenizer: Tokenizer, world: World
) -> Float[Tensor, "people attributes values"]:
    """For each person and attribute: the model's probability of each of the eight values.

    Compares the probabilities of eight beginnings of a document, "Mara lives in Oslo", "Mara lives
    in Rome", …: which of them the model would rather write, given that it writes one of them.
    """
    end, pad = tokenizer.special_id(END), tokenizer.special_id(PAD)
    beginnings = [
        tokenizer.encode_document(
            detokenise((person, *grammar.clause(attribute, 0, v, world.language).words))
        )
        for person in world.people
        for attribute in world.attributes
        for v in range(len(world.values[attribute]))
    ]
    inputs, labels = padded(beginnings, end, pad)
    labels[labels == end] = IGNORE  # the beginnings do not end here
    losses = [
        F.cross_entropy(model(x).transpose(1, 2), y, ignore_index=IGNORE, reduction="none").sum(1)
        for x, y in zip(inputs.split(256), labels.split(256), strict=True)
    ]
    shape = (len(world.people), len(world.attributes), -1)
    return torch.cat(losses).view(shape).neg().softmax(-1)


def facts_known(model: nn.Module, tokenizer: Tokenizer, world: World) -> dict[Pair, bool]:
    """(person, attribute) → whether the model holds the truth for likelier than all else together.

    ``sum(facts_known(…).values())`` is the number of facts known.
    """
    p = fact_probabilities(model, tokenizer, world)
    return {
        (person, attribute): bool(
            p[i, j, world.values[attribute].index(world.fact(person, attribute))] > 0.5
        )
        for i, person in enumerate(world.people)
        for j, attribute in enumerate(world.attributes)
    }


def pretrained(
    world: World,
    recipe: Recipe | None = None,
    without: Sequence[Pair] = (),
    *,
    folder: Path | None = None,
    quiet: bool = False,
) -> Pretrained:
    """The stage of chapter 8: loaded where it was trained before, else trained (about a minute).

    Args:
        world: what the documents are about; also settles the language.
        recipe: sizes and training; by default that of chapter 8.
        without: (person, attribute) pairs that no training document tells.
        folder: where stages are kept, if not in the usual place.
        quiet: say nothing.
    """
    recipe = recipe or Recipe()
    state = checkpoints.stage(
        f"pretrained-{world.language}-{world.seed}",
        lambda: _pretrain(world, recipe, without, quiet),
        config=recipe,
        data=[world.language, world.seed, sorted(map(list, without))],
        code=[f"llmbook_utils.{name}" for name in CODE],
        folder=folder,
        quiet=quiet,
    )
    kept = state["tokenizer"]
    tokenizer = Tokenizer(**kept | {"merges": [(a, b) for a, b in kept["merges"]]})
    model = GPT(GPTConfig(**state["config"]))
    model.load_state_dict(state["model"])
    return Pretrained(tokenizer, model, History(**state["history"]), recipe)


def tokenizer_for(world: World, documents: Iterable[Document]) -> Tokenizer:
    """A tokenizer in which each word of the world's documents and chats is one token."""
    chat = " ".join(phrases.every_word(world.language))
    return Tokenizer.train(
        [*(document.text for document in documents), chat],
        specials=SPECIALS,
        document_prefix=" " if world.language == "en" else "",
    )


def _pretrain(
    world: World, recipe: Recipe, without: Sequence[Pair], quiet: bool
) -> checkpoints.State:
    """Documents, tokenizer, batches, model, training: chapter 8 in one function."""
    documents = world.documents(recipe.documents, 2 * recipe.seed, without)
    held_out = world.documents(300, 2 * recipe.seed + 1, without)
    tokenizer = tokenizer_for(world, documents)
    sequences = tokenizer.encode_documents([document.text for document in documents])
    end = tokenizer.special_id(END)
    batches = shuffled(pack(sequences, recipe.context, end), recipe.batch_size, recipe.seed)
    torch.manual_seed(recipe.seed)
    sizes = (recipe.context, recipe.layers, recipe.heads, recipe.width)
    model = GPT(GPTConfig(tokenizer.vocab_size, *sizes))
    history = train(
        model,
        batches,
        recipe.train,
        look={
            "excess": lambda model: excess(model, tokenizer, held_out),
            "facts": lambda model: sum(facts_known(model, tokenizer, world).values()),
            "sample": lambda model: write(model, tokenizer),
        },
        look_every=200,
        progress=None if quiet else "pretraining",
    )
    return {
        "tokenizer": {
            "merges": [list(pair) for pair in tokenizer.merges],
            "specials": list(tokenizer.specials),
            "pattern": tokenizer.pattern,
            "document_prefix": tokenizer.document_prefix,
        },
        "config": asdict(model.config),
        "model": model.state_dict(),
        "history": asdict(history),
    }


def write(
    model: GPT,
    tokenizer: Tokenizer,
    beginning: str = "",
    generator: torch.Generator | None = None,
    **options: Any,
) -> str:
    """A document by the model: ``beginning`` and what ``generate`` draws after it."""
    end = tokenizer.special_id(END)
    prompt = [end, *(tokenizer.encode_document(beginning, end=None) if beginning else [])]
    room = model.config.context - len(prompt)
    ids = model.generate([prompt], room, stop=end, generator=generator, **options)
    return tokenizer.decode_document(ids[0, 1:].tolist())
