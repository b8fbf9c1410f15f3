"""Supervised fine-tuning: a pretrained model learns to answer by imitating demonstrations.

The chat template is plain text with four special tokens:

    <q> Where does Mara live?<a> Mara lives in Oslo.<end>

The loss is that of pretraining, over the answer's tokens alone (Ouyang et al. 2022, section 3.4 and
C.1): with x the question and y the answer,

    L = − Σ_t log p(y_t | x, y_<t) / Σ_t 1        t from the first word behind <a> to <end>.

What can be known of the answers is exactly known here, so that the loss has a floor
(:func:`answer_floor`): how the demonstrators differ cannot be predicted. A perfect imitator is
wrong, rude and rambling as often as they are.

Some rows of each batch can be documents of pretraining, so that the model does not forget how to
tell stories (Ouyang et al. 2022 do so later, in PPO). Left out: a system prompt, loss weights.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor, nn

from llmbook_utils import checkpoints, pretraining
from llmbook_utils.alignment.answers import (
    draw_questions,
    gold_parts,
    sample_answers,
)
from llmbook_utils.corpus import World
from llmbook_utils.corpus.chat import Chat, Exchange
from llmbook_utils.gpt import GPT
from llmbook_utils.packing import pack
from llmbook_utils.pretraining import END, PAD, Pair
from llmbook_utils.tokenizer import Tokenizer
from llmbook_utils.train import (
    IGNORE,
    Batch,
    Batches,
    History,
    TrainConfig,
    evaluate,
    shuffled,
    train,
)

Encoded = tuple[list[int], list[bool]]  # the tokens of a chat; which of them are the answers'
QUESTION_TOKEN, ANSWER_TOKEN = "<q>", "<a>"
ROW = 80  # tokens in a row: the context of the model of chapter 8
HELD_OUT = 0.25  # the part of the pairs that nobody asks for in fine-tuning
CODE = (*pretraining.CODE, "alignment.answers", "alignment.sft")  # what the stage depends on


class Rows(NamedTuple):
    """A batch: labels are the inputs, one place to the left, and −100 where no answer stands."""

    inputs: Int[Tensor, "B T"]
    labels: Int[Tensor, "B T"]


@dataclass(frozen=True)
class SFTRecipe:
    """Chapter 9's fine-tuning: found by its loss on other demonstrations and its time, 12 s."""

    exchanges: int = 6000  # demonstrations; 63 for each of the 96 pairs that are asked for
    steps: int = 600
    batch_size: int = 8  # rows
    learning_rate: float = 4e-3
    mix: float = 0.25  # the part of the rows that are documents of pretraining
    documents: int = 3000  # so many are drawn for it
    seed: int = 0  # of demonstrations, documents and batches

    def __post_init__(self) -> None:
        if not 0 <= self.mix < 1:
            raise ValueError(f"expected mix to be at least 0 and below 1, got {self.mix}")


@dataclass
class Instructed:
    """The model of chapter 9, and how it came about."""

    tokenizer: Tokenizer
    model: GPT
    history: History  # with looks "asked", "held_out" (right answers), "documents" (excess, nats)
    recipe: SFTRecipe
    asked: tuple[Pair, ...]  # pairs that demonstrations are about
    held_out: tuple[Pair, ...]  # pairs that only documents of pretraining tell


def held_out_pairs(world: World) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """(asked, held out): 96 and 32 pairs. Pretraining tells all; SFT never asks for the latter."""
    return world.split_pairs(HELD_OUT, seed=0)


def encode_chat(tokenizer: Tokenizer, chat: Exchange | str) -> Encoded:
    """The tokens of a chat, and which of them are the answers': behind "<a>" up to "<end>".

    Raises:
        ValueError: if the chat is not question, answer, "<end>", in this order, once or more often.
    """
    text = chat if isinstance(chat, str) else chat.text
    ids = tokenizer.encode(text, "allow")
    marks = [tokenizer.special_id(mark) for mark in (QUESTION_TOKEN, ANSWER_TOKEN, END)]
    found = [marks.index(i) for i in ids if i in marks]
    if (
        not ids
        or ids[0] != marks[0]
        or ids[-1] != marks[2]
        or found != [0, 1, 2] * (len(found) // 3)
    ):
        raise ValueError(f'expected "<q> …<a> …<end>", once or more often, got {text!r}')
    answering, is_answer = False, []
    for i in ids:
        is_answer.append(answering)
        answering = i == marks[1] or (answering and i != marks[2])
    return ids, is_answer


def answer_rows(chats: Sequence[Encoded], pad: int, context: int | None = None) -> Rows:
    """One chat a row; labels only where an answer's token is to be predicted.

    T is one less than the longest chat: its last token is only a label.

    Raises:
        ValueError: no chats, or one that is longer than the context.
    """
    T = max((len(ids) for ids, _ in chats), default=0) - 1
    if T < 1 or (context is not None and context < T):
        raise ValueError(f"expected chats of 2 to {context} + 1 tokens, got up to {T + 1}")
    inputs = torch.full((len(chats), T), pad)
    labels = torch.full((len(chats), T), IGNORE)
    for i, (ids, is_answer) in enumerate(chats):
        row, answer = torch.tensor(ids), torch.tensor(is_answer)
        inputs[i, : len(ids) - 1] = row[:-1]
        labels[i, : len(ids) - 1] = row[1:].where(answer[1:], IGNORE)
    return Rows(inputs, labels)


def packed_answers(chats: Sequence[Encoded], pad: int, context: int) -> Rows:
    """Several chats in a row, one after another, as many as fit; what is left of it is padding.

    No chat is cut, and no label belongs to a token of another chat: what follows an "<end>" is a
    question, which has no label. A token can attend to the chats before its own, as in ``pack``:
    they are drawn independently of it, so that they tell nothing about it.

    Raises:
        ValueError: no chats, or one that is longer than the context.
    """
    rows: list[Encoded] = []
    for ids, is_answer in chats:
        if rows and len(rows[-1][0]) + len(ids) <= context + 1:
            rows[-1] = (rows[-1][0] + ids, rows[-1][1] + is_answer)
        else:
            rows.append((list(ids), list(is_answer)))
    return answer_rows(rows, pad, context)


def answer_floor(exchanges: Sequence[Exchange]) -> float:
    """The answer loss of the best possible model on these chats, nats for each word of an answer.

    − Σ log p(answer | question) / Σ words. In expectation: ``Chat.answer_entropy``.
    """
    words = sum(len(turn.answer) for exchange in exchanges for turn in exchange.turns)
    return -sum(exchange.answer_log_prob for exchange in exchanges) / words


def answer_excess(model: nn.Module, tokenizer: Tokenizer, exchanges: Sequence[Exchange]) -> float:
    """How far the model's loss on the answers is above the floor, in nats a token."""
    chats = [encode_chat(tokenizer, exchange) for exchange in exchanges]
    rows = answer_rows(chats, tokenizer.special_id(PAD))
    return evaluate(model, rows) - answer_floor(exchanges)


def share_correct(
    model: GPT,
    tokenizer: Tokenizer,
    world: World,
    pairs: Sequence[Pair],
    n: int = 512,
    seed: int = 0,
    temperature: float | int = 1.0,
) -> float:
    """The share of right answers among n, sampled for questions about these pairs."""
    drawn, prompts = draw_questions(tokenizer, Chat(world), n, seed, pairs)
    generator = torch.Generator().manual_seed(seed)
    answers = sample_answers(
        model, prompts, tokenizer, temperature=temperature, generator=generator
    )
    return gold_parts(world, drawn, answers, tokenizer)["fact"].gt(0).float().mean().item()


def fine_tune(
    model: nn.Module,
    tokenizer: Tokenizer,
    exchanges: Sequence[Exchange],
    recipe: SFTRecipe,
    documents: Sequence[str] = (),
    *,
    look: Mapping[str, Callable[[Any], Any]] | None = None,
    look_every: int = 100,
    progress: str | None = "fine-tuning",
) -> History:
    """Fine-tune the model in place: pretrained or not, whole or with LoRA (what is not frozen).

    Args:
        exchanges: the demonstrations.
        documents: texts like those of pretraining, for ``recipe.mix`` of each batch's rows.
        look, look_every, progress: as for ``train.train``.

    Raises:
        ValueError: if documents are to be mixed in and there are none, or too few for a batch.
    """
    end, pad = tokenizer.special_id(END), tokenizer.special_id(PAD)
    chats = packed_answers([encode_chat(tokenizer, e) for e in exchanges], pad, ROW)
    told = round(recipe.mix * recipe.batch_size)
    batches = shuffled(chats, recipe.batch_size - told, recipe.seed)
    if told:
        stories = pack(tokenizer.encode_documents(documents), ROW, end)
        batches = side_by_side(batches, shuffled(stories, told, recipe.seed))
    config = TrainConfig(recipe.steps, recipe.learning_rate, warmup=20, final=0.0)
    return train(model, batches, config, look=look, look_every=look_every, progress=progress)


def side_by_side(first: Batches, second: Batches) -> Batches:
    """Batches with the rows of both; all rows are equally long."""

    def batch(i: int) -> Batch:
        return tuple(torch.cat(pair) for pair in zip(first(i), second(i), strict=True))

    return batch


def instructed(
    world: World,
    recipe: SFTRecipe | None = None,
    *,
    base: pretraining.Recipe | None = None,
    folder: Path | None = None,
    quiet: bool = False,
) -> Instructed:
    """The stage of chapter 9: loaded where it was trained before, else trained (about 15 s).

    Args:
        world: what the questions are about; also settles the language.
        recipe: by default that of chapter 9.
        base: the recipe of the pretrained model below; by default that of chapter 8.
        folder: where stages are kept, if not in the usual place.
        quiet: say nothing.
    """
    recipe, base = recipe or SFTRecipe(), base or pretraining.Recipe()
    before = pretraining.pretrained(world, base, folder=folder, quiet=quiet)
    state = checkpoints.stage(
        f"instructed-{world.language}-{world.seed}",
        lambda: _instruct(world, recipe, before, quiet),
        config=[recipe, base],
        data=[world.language, world.seed],
        code=[f"llmbook_utils.{name}" for name in CODE],
        folder=folder,
        quiet=quiet,
    )
    before.model.load_state_dict(state["model"])
    history = History(**state["history"])
    return Instructed(before.tokenizer, before.model, history, recipe, *held_out_pairs(world))


def _instruct(
    world: World, recipe: SFTRecipe, before: pretraining.Pretrained, quiet: bool
) -> checkpoints.State:
    """Demonstrations, batches, training: chapter 9 in one function."""
    tokenizer, model = before.tokenizer, before.model
    asked, held_out = held_out_pairs(world)
    exchanges = Chat(world, without=held_out).exchanges(recipe.exchanges, 2 * recipe.seed)
    stories = world.documents(recipe.documents if recipe.mix else 0, 1_000_000 + 2 * recipe.seed)
    unseen = world.documents(100, 1_000_001 + 2 * recipe.seed)
    history = fine_tune(
        model,
        tokenizer,
        exchanges,
        recipe,
        [story.text for story in stories],
        look={
            "asked": lambda model: share_correct(model, tokenizer, world, asked, 128),
            "held_out": lambda model: share_correct(model, tokenizer, world, held_out, 128),
            "documents": lambda model: pretraining.excess(model, tokenizer, unseen),
        },
        look_every=100,
        progress=None if quiet else "fine-tuning",
    )
    return {"model": model.state_dict(), "history": asdict(history)}
