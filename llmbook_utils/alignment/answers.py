"""Answers: what a model says to a prompt, in the one form that all stages of alignment share.

A row is prompt, answer, padding; a mask says which tokens are the answer. An answer ends with its
first ``<end>``, which belongs to it: to stop is an act of the model, that can be right or wrong. An
answer that was cut off after ``max_new_tokens`` has none.

    ids     <q> Where does Mara live ? <a> In  Oslo . <end> <pad>
    mask     0    0    0    0   0   0   0   1   1   1   1     0

Padding stands at the right. Attention looks to the left only, so that it changes nothing.

Left out: several devices; stopping at anything else than one token.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

from llmbook_utils.corpus import World, detokenise
from llmbook_utils.corpus.chat import Chat
from llmbook_utils.corpus.reward import PARTS, Reward, gold_reward
from llmbook_utils.gpt import GPT, KVCache
from llmbook_utils.packing import Ids
from llmbook_utils.pretraining import END, PAD, Pair
from llmbook_utils.tokenizer import Tokenizer

ROWS = 512  # answers that are sampled, or looked at, at once: what fits into the processor's cache


@dataclass(frozen=True)
class Answers:
    """B answers to B prompts.

    Raises:
        ValueError: if ids, mask and prompts are not of the same size.
    """

    ids: Int[Tensor, "B T"]  # prompt, answer, padding
    mask: Bool[Tensor, "B T"]  # True at the answer's tokens, its <end> included
    prompts: list[list[int]]
    ended: Bool[Tensor, " B"]  # whether the answer has an <end>

    def __post_init__(self) -> None:
        sizes = (len(self.ids), len(self.mask), len(self.prompts), len(self.ended))
        if len(set(sizes)) > 1 or self.ids.shape != self.mask.shape:
            raise ValueError(
                f"expected ids (B, T), a mask (B, T), B prompts and ended (B,), got "
                f"{tuple(self.ids.shape)}, {tuple(self.mask.shape)}, {len(self.prompts)} and "
                f"{tuple(self.ended.shape)}"
            )

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def lengths(self) -> Int[Tensor, " B"]:
        """Tokens of each answer, ``<end>`` included."""
        return self.mask.sum(1)

    @cached_property
    def last(self) -> Int[Tensor, " B"]:
        """The column of each row's last real token: of its answer, or of its prompt if empty."""
        return torch.tensor([len(p) - 1 for p in self.prompts], device=self.ids.device).add(
            self.lengths
        )

    def texts(self, tokenizer: Tokenizer) -> list[str]:
        """The answers as text, ``<end>`` included where there is one, without the prompts."""
        return [
            tokenizer.decode(row[keep].tolist()).strip()
            for row, keep in zip(self.ids, self.mask, strict=True)
        ]

    def select(self, index: Tensor | Sequence[int] | slice) -> "Answers":
        """The answers with these numbers, or where a mask of shape (B,) is True."""
        numbers = torch.arange(len(self), device=self.ids.device)[index]
        width = int(self.last[numbers].max()) + 1 if len(numbers) else 0
        return Answers(
            self.ids[numbers, :width],
            self.mask[numbers, :width],
            [self.prompts[i] for i in numbers.tolist()],
            self.ended[numbers],
        )


def written_answers(prompts: Sequence[Ids], texts: Sequence[str], tokenizer: Tokenizer) -> Answers:
    """Answers that somebody has written, "Mara lives in Oslo.<end>", as if a model had said them.

    Raises:
        ValueError: if there are not as many texts as prompts.
    """
    if len(prompts) != len(texts):
        raise ValueError(f"expected a text for each of {len(prompts)} prompts, got {len(texts)}")
    end, space = tokenizer.special_id(END), tokenizer.document_prefix
    said = []
    for text in texts:  # as in a chat, where a space stands before an English answer
        first = space if text and text[0] not in "< " else ""
        said.append(tokenizer.encode(first + text, "allow"))
    said = [ids[: ids.index(end) + 1] if end in ids else ids for ids in said]
    return _answers(prompts, said, tokenizer)


def _answers(prompts: Sequence[Ids], said: Sequence[Ids], tokenizer: Tokenizer) -> Answers:
    """Rows from prompts and the tokens that follow them."""
    end, pad = tokenizer.special_id(END), tokenizer.special_id(PAD)
    asked = [list(prompt) for prompt in prompts]
    width = max((len(p) + len(a) for p, a in zip(asked, said, strict=True)), default=0)
    ids = torch.full((len(asked), width), pad)
    mask = torch.zeros(len(asked), width, dtype=torch.bool)
    for i, (prompt, answer) in enumerate(zip(asked, said, strict=True)):
        stop = len(prompt) + len(answer)
        ids[i, :stop] = torch.tensor([*prompt, *answer])
        mask[i, len(prompt) : stop] = True
    return Answers(ids, mask, asked, (ids.eq(end) & mask).any(1))


def joined(parts: Sequence[Answers], tokenizer: Tokenizer) -> Answers:
    """Several groups of answers, one after the other."""
    width, pad = max(part.ids.shape[1] for part in parts), tokenizer.special_id(PAD)
    return Answers(
        torch.cat([F.pad(p.ids, (0, width - p.ids.shape[1]), value=pad) for p in parts]),
        torch.cat([F.pad(p.mask, (0, width - p.mask.shape[1])) for p in parts]),
        [prompt for part in parts for prompt in part.prompts],
        torch.cat([part.ended for part in parts]),
    )


def question_ids(
    tokenizer: Tokenizer,
    chat: Chat,
    pairs: Sequence[Pair],
    patterns: Sequence[int] | None = None,
) -> list[list[int]]:
    """A prompt for each (person, attribute): the tokens of "<q> Where does Mara live?<a>".

    Args:
        patterns: 0 or 1 for each pair, which of the attribute's two questions; None: all 0.
    """
    if patterns is None:
        patterns = [0] * len(pairs)
    return [
        tokenizer.encode(detokenise(chat.question(person, attribute, pattern)), "allow")
        for (person, attribute), pattern in zip(pairs, patterns, strict=True)
    ]


def draw_questions(
    tokenizer: Tokenizer,
    chat: Chat,
    n: int,
    seed: int,
    pairs: Sequence[Pair] | None = None,
) -> tuple[list[Pair], list[list[int]]]:
    """n pairs drawn at random, and a prompt for each, in one of its two patterns.

    Args:
        pairs: what to draw from; None: all pairs that the chat asks for.
    """
    rng = np.random.default_rng(seed)
    asked = chat.pairs if pairs is None else pairs
    drawn = [asked[i] for i in rng.integers(len(asked), size=n)]
    return drawn, question_ids(tokenizer, chat, drawn, rng.integers(2, size=n).tolist())


@torch.no_grad()
def sample_answers(
    model: GPT,
    prompts: Sequence[Ids],
    tokenizer: Tokenizer,
    *,
    max_new_tokens: int = 24,
    temperature: float | int = 1.0,
    generator: torch.Generator | None = None,
) -> Answers:
    """One answer of the model to each prompt, drawn token by token; many prompts at once.

    Each answer has the distribution that it would have if it were drawn by itself. Prompts may have
    different lengths.

    Args:
        max_new_tokens: where an answer is cut off. 93 of 100 demonstrations are not longer than 24.
        temperature: 1 samples what the model believes; 0 takes the likeliest token each time.

    Raises:
        ValueError: no prompts, an empty one, or one that leaves no room in the model's context.
    """
    room = model.config.context - max((len(prompt) for prompt in prompts), default=0)
    if not prompts or room < max_new_tokens:
        raise ValueError(
            f"expected prompts that leave room for {max_new_tokens} tokens in a context of "
            f"{model.config.context}, got {len(prompts)} prompts of up to "
            f"{model.config.context - room} tokens"
        )
    end = tokenizer.special_id(END)
    parts = []
    for start in range(0, len(prompts), ROWS):
        some = [list(prompt) for prompt in prompts[start : start + ROWS]]
        said = _continue(model, some, end, max_new_tokens, temperature, generator)
        parts.append(_answers(some, said, tokenizer))
    return joined(parts, tokenizer)


def _continue(
    model: GPT,
    prompts: list[list[int]],
    end: int,
    max_new_tokens: int,
    temperature: float | int,
    generator: torch.Generator | None,
) -> list[list[int]]:
    """What the model says after each prompt: ``GPT.generate``, but faster where answers are short.

    Rows that have ended leave the batch, and one uniform number is drawn for a token, not V.
    """
    device = model.tokens.weight.device
    lengths = torch.tensor([len(prompt) for prompt in prompts], device=device)
    first, width = int(lengths.min()), int(lengths.max()) + max_new_tokens
    ids = torch.full((len(prompts), width), end, device=device)
    for row, prompt in zip(ids, prompts, strict=True):
        row[: len(prompt)] = torch.tensor(prompt, device=device)
    cache = KVCache(replace(model.config, context=width), len(prompts), model.tokens.weight)
    rows, seen = torch.arange(len(prompts), device=device), 0  # rows: those in the batch
    going = torch.ones_like(rows, dtype=torch.bool)
    for t in range(first, width):  # t: the column that is filled
        hidden = model.hidden(ids[rows, seen:t], cache)[:, -1]
        drawn, seen = _draw(model.logits(hidden), temperature, generator), t
        new = t >= lengths[rows]
        ids[rows, t] = torch.where(new, drawn, ids[rows, t])
        going &= ~new | ((drawn != end) & (t + 1 < lengths[rows] + max_new_tokens))
        if 4 * int(going.sum()) <= 3 * len(rows):  # what is drawn for the others is cut off below
            cache.keys, cache.values = cache.keys[:, going], cache.values[:, going]
            rows, going = rows[going], going[going]
        if not len(rows):
            break
    said = [row[n : n + max_new_tokens].tolist() for row, n in zip(ids, lengths, strict=True)]
    return [row[: row.index(end) + 1] if end in row else row for row in said]


def _draw(
    logits: Float[Tensor, "B V"], temperature: float | int, generator: torch.Generator | None
) -> Int[Tensor, " B"]:
    """One token a row from softmax(logits / temperature): where the sum of p passes a random u."""
    if temperature == 0:
        return logits.argmax(-1)
    below = F.softmax(logits / temperature, -1, dtype=torch.float64).cumsum(-1)
    u = torch.rand(len(logits), 1, generator=generator, dtype=torch.float64, device=logits.device)
    return torch.searchsorted(below, u * below[:, -1:], right=True).squeeze(1)


def token_log_probs(model: GPT, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T-1"]:
    """log p(ids[:, t + 1] | ids[:, : t + 1]): column t belongs to token t + 1.

    So ``answers.mask[:, 1:]`` says which columns are the answer's.
    """
    logits = model(ids[:, :-1])  # (B, T − 1, V)
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return -losses.view(len(ids), -1)


def gold_rewards(
    world: World, pairs: Sequence[Pair], answers: Answers, tokenizer: Tokenizer
) -> list[Reward]:
    """The true reward of each answer to a question about each pair; see ``corpus.reward``.

    Raises:
        ValueError: if there is not a pair for each answer.
    """
    if len(pairs) != len(answers):
        raise ValueError(f"expected a pair for each of {len(answers)} answers, got {len(pairs)}")
    known: dict[tuple[Pair, str], Reward] = {}  # the same answer is often given again
    rewards = []
    for pair, text in zip(pairs, answers.texts(tokenizer), strict=True):
        if (pair, text) not in known:
            known[pair, text] = gold_reward(world, *pair, text)
        rewards.append(known[pair, text])
    return rewards


def gold_scores(
    world: World, pairs: Sequence[Pair], answers: Answers, tokenizer: Tokenizer
) -> Float[Tensor, " B"]:
    """The total gold reward of each answer."""
    return torch.tensor([r.total for r in gold_rewards(world, pairs, answers, tokenizer)])


def gold_parts(
    world: World, pairs: Sequence[Pair], answers: Answers, tokenizer: Tokenizer
) -> dict[str, Float[Tensor, " B"]]:
    """Part of the gold reward → what it adds for each answer. An answer is right if fact > 0."""
    rewards = gold_rewards(world, pairs, answers, tokenizer)
    return {part: torch.tensor([r.parts[part] for r in rewards]) for part in PARTS}
