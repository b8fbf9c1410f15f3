"""The Transformer of 2017: an encoder reads a sentence, a decoder writes another (Vaswani et al.).

    memory = Encoder(source)                              every place sees the whole source
    p(y_t | y_<t, source) = softmax(Decoder(y_<t, memory))

Each block of the decoder looks twice: at what was written so far (causal self-attention), then at
the source (cross-attention: queries from the decoder, keys and values from the memory). These
last weights show which words a translation was made of.

Departs from the paper as ``blocks`` does: norm before each layer (the paper: after), no biases, no
dropout, ReLU². Embeddings are not multiplied by √C; instead the sines are scaled down to the size
of the words. The target's embedding is also the output matrix; the source has its own, because
the two languages share no words. Queries and keys start alike (``start_alike``): without this it
depends on luck whether the decoder finds the source within seconds. Greedy decoding, no beams, no
label smoothing.

Letters: B batch, S words of the source, T words of the target, C width, V target vocabulary.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import (
    IGNORE,
    EncoderBlock,
    FeedForward,
    MultiHeadAttention,
    causal,
    embedding,
    norm,
    sinusoidal_positions,
    start_alike,
)


class DecoderBlock(nn.Module):
    """Self-attention to what was written, cross-attention to the source, then each by itself."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3 = norm(width), norm(width), norm(width)
        self.attention = MultiHeadAttention(width, heads)
        self.cross_attention = MultiHeadAttention(width, heads)
        self.feed_forward = FeedForward(width)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        memory: Float[Tensor, "B S C"],
        source_allowed: Bool[Tensor, "B 1 S"] | None = None,
        bias: Float[Tensor, "H T T"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        x = x + self.attention(self.norm1(x), None, causal(x.shape[1]), bias)
        x = x + self.cross_attention(self.norm2(x), memory, source_allowed)
        return x + self.feed_forward(self.norm3(x))


class Seq2Seq(nn.Module):
    """``model(source, target_in)`` gives the logits of the next target word at every place.

    Args:
        source_vocab, target_vocab: how many words each language has.
        layers: blocks of the encoder, and as many of the decoder.
        heads, width: sizes.
        pad: the id of what fills up a row of the source; nothing looks at it.
    """

    def __init__(
        self,
        source_vocab: int,
        target_vocab: int,
        layers: int = 1,
        heads: int = 4,
        width: int = 64,
        pad: int = 0,
    ) -> None:
        super().__init__()
        self.pad, self.scale = pad, 0.3
        self.source_tokens = embedding(source_vocab, width, std=0.3)
        self.target_tokens = embedding(target_vocab, width, std=0.2)
        self.encoder = nn.ModuleList(EncoderBlock(width, heads) for _ in range(layers))
        self.decoder = nn.ModuleList(DecoderBlock(width, heads) for _ in range(layers))
        self.memory_norm, self.norm = norm(width), norm(width)
        start_alike(self)

    def encode(
        self, source: Int[Tensor, "B S"], source_allowed: Bool[Tensor, "B 1 S"] | None = None
    ) -> Float[Tensor, "B S C"]:
        """The memory: a vector for each word of the source."""
        x = self._embed(self.source_tokens, source)
        for block in self.encoder:
            x = block(x, source_allowed)
        return self.memory_norm(x)

    def decode(
        self,
        target_in: Int[Tensor, "B T"],
        memory: Float[Tensor, "B S C"],
        source_allowed: Bool[Tensor, "B 1 S"] | None = None,
    ) -> Float[Tensor, "B T V"]:
        """Logits of the word after each one of ``target_in``."""
        x = self._embed(self.target_tokens, target_in)
        for block in self.decoder:
            x = block(x, memory, source_allowed)
        return F.linear(self.norm(x), self.target_tokens.weight)

    def translate(
        self, source: Int[Tensor, "B S"], begin: int, end: int, limit: int = 64
    ) -> list[list[int]]:
        """The translation of each row, see :func:`greedy`."""
        return greedy(self, source, begin, end, limit)

    def forward(
        self, source: Int[Tensor, "B S"], target_in: Int[Tensor, "B T"]
    ) -> Float[Tensor, "B T V"]:
        source_allowed = not_padding(source, self.pad)
        return self.decode(target_in, self.encode(source, source_allowed), source_allowed)

    def _embed(self, table: nn.Embedding, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T C"]:
        x = table(ids)
        return x + self.scale * sinusoidal_positions(*x.shape[1:])


def not_padding(source: Int[Tensor, "B S"], pad: int) -> Bool[Tensor, "B 1 S"]:
    """Where a source may be looked at: True for words, False for padding."""
    return (source != pad)[:, None]


@torch.no_grad()
def greedy(
    model: Any, source: Int[Tensor, "B S"], begin: int, end: int, limit: int = 64
) -> list[list[int]]:
    """Let the model write: the likeliest word at each step (greedy), until ``end`` or the limit.

    Args:
        model: with ``encode``, ``decode`` and ``pad``, as :class:`Seq2Seq` and ``t5.T5`` have them.
        source: what is read, filled up with ``pad``.
        begin: what the decoder sees first.

    Returns:
        The words of each row, without ``begin`` and ``end``.
    """
    source_allowed = not_padding(source, model.pad)
    memory = model.encode(source, source_allowed)
    target = torch.full((len(source), 1), begin)
    ended = torch.zeros(len(source), dtype=torch.bool)
    while len(target[0]) <= limit and not ended.all():
        word = model.decode(target, memory, source_allowed)[:, -1].argmax(-1)
        word = torch.where(ended, end, word)
        target = torch.cat((target, word[:, None]), 1)
        ended |= word == end
    rows = target[:, 1:].tolist()
    return [row[: row.index(end)] if end in row else row for row in rows]


def rows_of_pairs(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], begin: int, pad: int
) -> tuple[Int[Tensor, "N S"], Int[Tensor, "N T"], Int[Tensor, "N T"]]:
    """(source, target) pairs as (source, target_in, labels), each filled up to the longest.

    The decoder reads ``begin`` and all words of the target but the last, and is to predict each
    next one. Sources are filled up with ``pad``, as are the targets; labels with −100.
    """
    longest = [max(len(pair[side]) for pair in pairs) for side in (0, 1)]
    source = torch.full((len(pairs), longest[0]), pad)
    target_in, labels = torch.full((2, len(pairs), longest[1]), pad)
    labels[:] = IGNORE
    for i, (words, answer) in enumerate(pairs):
        source[i, : len(words)] = torch.tensor(words)
        target_in[i, : len(answer)] = torch.tensor([begin, *answer[:-1]])
        labels[i, : len(answer)] = torch.tensor(answer)
    return source, target_in, labels


def alike_in_length(
    rows: tuple[Tensor, Tensor, Tensor], batch_size: int, pad: int, seed: int = 0
) -> Callable[[int], tuple[Tensor, Tensor, Tensor]]:
    """Batches of rows that are about equally long, cut off at the longest: little is padding.

    In each epoch rows of one length fall anew into batches, and the batches come in a new order.

    Args:
        rows: what :func:`rows_of_pairs` returns.

    Raises:
        ValueError: if there are fewer rows than a batch has.
    """
    source, target_in, labels = rows
    if not 1 <= batch_size <= len(source):
        raise ValueError(f"expected a batch size from 1 to {len(source)}, got {batch_size}")
    lengths = (labels != IGNORE).sum(1)
    per_epoch = len(source) // batch_size

    def batch(i: int) -> tuple[Tensor, Tensor, Tensor]:
        epoch, place = divmod(i, per_epoch)
        generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
        order = (lengths + torch.rand(len(lengths), generator=generator)).argsort()
        start = torch.randperm(per_epoch, generator=generator)[place] * batch_size
        chosen = order[start : start + batch_size]
        S, T = (source[chosen] != pad).sum(1).max(), lengths[chosen].max()
        return source[chosen, :S], target_in[chosen, :T], labels[chosen, :T]

    return batch


def seq2seq_loss(model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
    """−Σ ln p(y_t | y_<t, source), in nats, and over how many words: a loss for ``train``."""
    source, target_in, labels = batch
    logits = model(source, target_in).flatten(0, 1)
    total = F.cross_entropy(logits, labels.flatten(), ignore_index=IGNORE, reduction="sum")
    return total, int((labels != IGNORE).sum())
