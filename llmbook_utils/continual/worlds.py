"""A language model whose world changes: everybody moves, and the model reads about it.

The model of chapter 8 knows the 128 facts of a tiny world. Now it reads documents of another one:
the same people and sentences, but they tell only the towns, and everybody's town is drawn anew. So
that nothing that it knew becomes false, the new documents are told apart by how they begin: where
an old document has ``<end>`` in front of its first word, a new one has ``<later>``, a token that
the model has never seen. What follows has exactly the probability that its own world gives it. So
both floors are known exactly, one model can be perfect in both worlds, and whatever gets lost was
forgotten, not corrected. There are three kinds of facts to count:

    new           32 towns, asked under ``<later>``
    contradicted  32 old towns, asked as before: the same question, another answer elsewhere
    unmentioned   96 old jobs, pets and foods, of which the new documents say nothing

The first two are the A–B, A–C lists with which McCloskey & Cohen (1989) discovered catastrophic
interference: one cue, two answers, and only the context tells which.

Left out: a world whose facts become false, where forgetting is wanted (model editing).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from llmbook_utils.corpus import World
from llmbook_utils.corpus.world import Pair
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.pretraining import END, Pretrained, excess, facts_known
from llmbook_utils.tokenizer import Tokenizer

MARK = "<later>"  # what the new documents begin with; its id is the first that was free


@dataclass(frozen=True)
class TwoWorlds:
    """The old world, the new one, and the model that knows the old one."""

    old: World
    new: World
    told: tuple[str, ...]  # the attributes that the new documents tell
    tokenizer: Tokenizer
    model: GPT  # with room for the mark; never changed, every run copies it

    @property
    def end(self) -> int:
        """The token that an old document begins with, and that every document ends with."""
        return self.tokenizer.special_id(END)

    @property
    def mark(self) -> int:
        """The token that a new document begins with."""
        return self.tokenizer.vocab_size

    @property
    def untold(self) -> tuple[Pair, ...]:
        """The pairs of which the new documents say nothing: ``without`` of ``World.documents``."""
        return tuple(pair for pair in self.new.pairs if pair[1] not in self.told)

    @property
    def changed(self) -> tuple[Pair, ...]:
        """The told pairs that differ; the others have the same value in both worlds by chance."""
        pairs = (pair for pair in self.new.pairs if pair[1] in self.told)
        return tuple(pair for pair in pairs if self.old.fact(*pair) != self.new.fact(*pair))

    @cached_property
    def floors(self) -> tuple[float, float]:
        """The loss that no model can beat, in nats a token: (old documents, new documents)."""
        return self.old.entropy.per_word, self.new.entropy_without(self.untold).per_word


class Facts(NamedTuple):
    """How many facts a model knows."""

    new: int  # told by the new documents, asked under the mark
    contradicted: int  # the old facts of the same pairs, asked as before
    unmentioned: int  # the other old facts
    mixed_up: int  # changed old facts whose place the new one has taken


def two_worlds(
    start: Pretrained, old: World, new: World, told: tuple[str, ...] = ("town",)
) -> TwoWorlds:
    """Give the pretrained model of the old world one token more.

    Args:
        start: ``pretrained(old)``.
        new: the same people and language, other facts: ``World(seed=…)``.
        told: the attributes that the new documents tell.

    Raises:
        ValueError: if the worlds speak different languages, or ``told`` names no attribute.
    """
    if old.language != new.language:
        raise ValueError(f"expected worlds of one language, got {old.language}, {new.language}")
    if not told or not set(told) <= set(new.attributes):
        raise ValueError(f"expected attributes of {new.attributes}, got {told}")
    config = GPTConfig(**vars(start.model.config) | {"vocab_size": start.tokenizer.vocab_size + 1})
    state = start.model.state_dict()
    row = state["tokens.weight"].new_zeros(1, config.width)  # ``copy`` fills it, by its seed
    with torch.random.fork_rng(devices=[]):
        model = GPT(config)
    model.load_state_dict(state | {"tokens.weight": torch.cat([state["tokens.weight"], row])})
    return TwoWorlds(old, new, told, start.tokenizer, model)


def copy(worlds: TwoWorlds, seed: int) -> GPT:
    """The model that knows the old world, with a vector for the mark: small and random."""
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model = GPT(worlds.model.config)  # its embedding is drawn as all embeddings begin
        drawn = model.tokens.weight[worlds.mark].clone()
        model.load_state_dict(worlds.model.state_dict())
        model.tokens.weight[worlds.mark] = drawn
    return model


class UnderMark(nn.Module):
    """A model that takes every document for one of the new world: ``<end>`` in it → the mark.

    With it, the measures of ``pretraining.py``, which begin a document with ``<end>``, ask about
    the new world.
    """

    def __init__(self, model: nn.Module, worlds: TwoWorlds) -> None:
        super().__init__()
        self.model, self.end, self.mark = model, worlds.end, worlds.mark

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        return self.model(ids.masked_fill(ids == self.end, self.mark))


def count_facts(model: nn.Module, worlds: TwoWorlds, old_model: nn.Module | None = None) -> Facts:
    """Ask for all facts, the new ones under the mark, the old ones as before.

    Args:
        old_model: who answers for the old world, if it is another one (an adapter switched off).
    """
    asked = old_model or model
    known = facts_known(asked, worlds.tokenizer, worlds.old)
    moved = facts_known(asked, worlds.tokenizer, worlds.new)  # the new facts, without the mark
    new = facts_known(UnderMark(model, worlds), worlds.tokenizer, worlds.new)
    return Facts(
        sum(new[pair] for pair in new if pair[1] in worlds.told),
        sum(known[pair] for pair in known if pair[1] in worlds.told),
        sum(known[pair] for pair in worlds.untold),
        sum(moved[pair] for pair in worlds.changed),
    )


def excesses(
    model: nn.Module, worlds: TwoWorlds, documents: int, old_model: nn.Module | None = None
) -> tuple[float, float]:
    """Nats a token above the floor on held-out documents: (of the old world, of the new one)."""
    old = worlds.old.documents(documents, seed=2_000_000)
    new = worlds.new.documents(documents, seed=2_000_001, without=worlds.untold)
    return (
        excess(old_model or model, worlds.tokenizer, old),
        excess(UnderMark(model, worlds), worlds.tokenizer, new),
    )
