"""The language model reads about its new world, with a method against forgetting the old one.

Every method takes the same number of steps of the same number of rows (80 tokens each) of packed
text. What differs is what stands in the rows, which weights may change, and what the loss adds:

    naive, L2, EWC   only new documents
    freeze           only the last block learns
    LoRA             only thin matrices beside the frozen ones learn (``lora.py``); "switched": they
                     are taken out again whenever an old document is read
    replay, dynamic  some rows hold old documents from a reservoir of fixed size
    joint            half of the rows hold fresh old documents, as many as there are: the ceiling

A seed settles the new documents, the batches, the memory, the mark's first vector, and LoRA's first
matrices. The pretrained model is the same for all seeds, so that intervals over seeds do not
contain what another pretraining would change.

*The Fisher of a language model.* An example is a whole document, its answer all of its words.
The sum over all documents is out of reach, so that they are drawn ("sampled"): the model writes
them itself, and EWC needs no old document at all. With "empirical", they are the old world's
documents.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from llmbook_utils.continual.fisher import diagonal_fisher
from llmbook_utils.continual.methods import Method
from llmbook_utils.continual.network import Weights
from llmbook_utils.continual.penalties import Anchor, equal_importance, quadratic_penalty
from llmbook_utils.continual.replay import Reservoir, split_batch
from llmbook_utils.continual.weighting import excess_weights
from llmbook_utils.continual.worlds import TwoWorlds, copy, count_facts, excesses
from llmbook_utils.corpus import Document
from llmbook_utils.gpt import GPT
from llmbook_utils.lora import ATTENTION, MLP, add_lora
from llmbook_utils.packing import Ids, pack, padded
from llmbook_utils.pretraining import PAD
from llmbook_utils.train import IGNORE, Batch, Batches, TrainConfig, shuffled, train


@dataclass(frozen=True)
class WorldRecipe:
    """The budget of every method."""

    rows: int = 6  # of each step
    documents: int = 4000  # different new documents; for joint, as many old ones
    offered: int = 10_000  # old documents that pass by the reservoir
    fisher: int = 200  # documents for the Fisher
    test: int = 200  # documents of each world, to measure the excess
    train: TrainConfig = field(
        default_factory=lambda: TrainConfig(300, 5e-3, warmup=20, weight_decay=0.0)
    )


class Look(NamedTuple):
    """The facts known after so many steps; see ``worlds.Facts``."""

    step: int
    new: int
    contradicted: int
    unmentioned: int
    mixed_up: int


@dataclass(frozen=True)
class Outcome:
    """What became of both worlds."""

    method: Method
    seed: int
    old_excess: float  # nats a token above the old world's floor
    new_excess: float  # nats a token above the new world's floor
    looks: tuple[Look, ...]  # the facts, before the first step, on the way, and at the end
    rows: int  # of gradient steps: the budget
    trained: int  # parameters that could change
    stored: int  # numbers kept beside the model's weights
    seconds: float  # of the processor, without the measuring

    @property
    def facts(self) -> Look:
        """The facts at the end."""
        return self.looks[-1]


def adapt(
    worlds: TwoWorlds,
    method: Method,
    seed: int = 0,
    recipe: WorldRecipe | None = None,
    look_every: int = 100,
) -> Outcome:
    """Let the model read the new world's documents.

    Args:
        method: its ``buffer`` counts old documents; its ``fisher`` must be "sampled" or
            "empirical".
        look_every: steps between two counts of the facts.

    Raises:
        ValueError: for a Fisher that a language model cannot have.
    """
    recipe = recipe or WorldRecipe()
    started = time.process_time()
    model = copy(worlds, seed)
    anchor = _anchor(model, worlds, method, seed, recipe)
    batches, n_new, kept = _batches(worlds, method, seed, recipe)
    _choose_what_learns(model, method, seed)
    old_model = worlds.model if method.switched else None
    measuring = 0.0

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        x, y = batch
        nats = F.cross_entropy(model(x).transpose(1, 2), y, reduction="none").mean(1)  # a row's
        total = nats.mean()
        if method.dynamic:
            old, new = nats[n_new:].mean(), nats[:n_new].mean()
            w_old, w_new = excess_weights([old.item(), new.item()], worlds.floors)
            total = w_old * old + w_new * new
        if anchor:
            weights: Weights = dict(model.named_parameters())
            total = total + quadratic_penalty(weights, anchor, method.strength)
        return total, 1

    def facts(model: nn.Module) -> list[int]:
        nonlocal measuring
        began = time.process_time()
        counted = count_facts(model, worlds, old_model)
        measuring += time.process_time() - began
        return list(counted)

    history = train(
        model,
        batches,
        recipe.train,
        loss=loss,
        look={"facts": facts},
        look_every=look_every,
        progress=None,
    )
    seconds = time.process_time() - started - measuring
    looks = zip(history.looked, history.looks["facts"], strict=True)
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    if anchor:
        anchored = sum(w.numel() for w in anchor.weights.values())
        kept += anchored * (2 if method.penalty == "ewc" else 1)  # θ*, and F
    if method.switched:
        kept += trained
    return Outcome(
        method,
        seed,
        *excesses(model, worlds, recipe.test, old_model),
        looks=tuple(Look(step, *counted) for step, counted in looks),
        rows=recipe.rows * recipe.train.steps,
        trained=trained,
        stored=kept,
        seconds=seconds,
    )


def _choose_what_learns(model: GPT, method: Method, seed: int) -> None:
    if method.freeze:
        model.requires_grad_(False)
        model.blocks[-1].requires_grad_(True)
    if method.lora:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            add_lora(model, method.lora, 2 * method.lora, ATTENTION + MLP)


def _batches(
    worlds: TwoWorlds, method: Method, seed: int, recipe: WorldRecipe
) -> tuple[Batches, int, int]:
    """Batches of new rows and then old ones; how many are new; how many tokens are kept."""
    told = worlds.new.documents(recipe.documents, 10 * seed + 1000, worlds.untold)
    new = _rows(worlds, told, worlds.mark)
    if not method.joint and not method.buffer:
        return shuffled(new, recipe.rows, seed), recipe.rows, 0
    if method.joint:
        past: Sequence[Document] = worlds.old.documents(recipe.documents, 10 * seed + 1001)
    else:
        memory = Reservoir[Document](method.buffer, np.random.default_rng(seed))
        for document in worlds.old.documents(recipe.offered, 10 * seed + 1001):
            memory.offer(document)
        past = memory.items
    old = _rows(worlds, past, worlds.end)
    n_new, n_old = split_batch(recipe.rows, 0.5 if method.joint else method.share)
    some_new, some_old = shuffled(new, n_new, seed), shuffled(old, min(n_old, len(old[0])), seed)

    def batch(i: int) -> Batch:
        (x, y), (old_x, old_y) = some_new(i), some_old(i)
        return torch.cat([x, old_x]), torch.cat([y, old_y])

    return batch, n_new, old[1].numel()


def _rows(worlds: TwoWorlds, documents: Sequence[Document], beginning: int) -> Batch:
    """Packed rows in which each document begins with the token ``beginning``."""
    sequences = worlds.tokenizer.encode_documents([document.text for document in documents])
    x, y = pack(sequences, worlds.model.config.context, worlds.end)
    return x.masked_fill(x == worlds.end, beginning), y


def _anchor(
    model: GPT, worlds: TwoWorlds, method: Method, seed: int, recipe: WorldRecipe
) -> Anchor | None:
    """What the penalty holds on to: the weights before the first step."""
    if not method.penalty:
        return None
    now = {name: p.detach().clone() for name, p in model.named_parameters()}
    if method.penalty == "l2":
        return Anchor(now, equal_importance(now))
    if method.fisher == "sampled":
        examples = _written(model, worlds, recipe.fisher, seed)
    elif method.fisher == "empirical":
        documents = worlds.old.documents(recipe.fisher, 10 * seed + 1002)
        texts = [document.text for document in documents]
        examples = list(worlds.tokenizer.encode_documents(texts))
    else:
        raise ValueError(f"expected the Fisher sampled or empirical, got {method.fisher!r}")
    x, y = padded(examples, worlds.end, worlds.tokenizer.special_id(PAD))

    def log_prob(weights: Weights, ids: Tensor, labels: Tensor) -> Tensor:
        z = functional_call(model, weights, (ids[None],))[0]
        return -F.cross_entropy(z, labels, ignore_index=IGNORE, reduction="sum")

    with sdpa_kernel(SDPBackend.MATH):  # the faster ways cannot be vectorised over examples
        return Anchor(now, diagonal_fisher(log_prob, now, x, y))


def _written(model: GPT, worlds: TwoWorlds, n: int, seed: int) -> list[Ids]:
    """Documents by the model itself, each with its end (put there if it found none in time)."""
    generator = torch.Generator().manual_seed(seed)
    room, end = model.config.context - 1, worlds.end
    drawn = model.generate([[end]] * n, room, stop=end, generator=generator)[:, 1:].tolist()
    return [[*(ids[: ids.index(end)] if end in ids else ids), end] for ids in drawn]
