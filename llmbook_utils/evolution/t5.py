"""T5: text in, text out; learnt by writing what was cut out of a text (Raffel et al. 2020).

    text      Mara lives in Oslo and keeps an owl .
    source    Mara lives <0> and keeps <1> .             spans cut out, a sentinel for each
    target    <0> in Oslo <1> an owl <2>                 what stood there; one more says "the end"

About 15 % of the words are cut out, in spans of three on average (section 3.3.4). The model is
an encoder and a decoder as in 2017, so that the same weights can then translate, answer or label:
the task is named in the text, and the answer is always text.

Positions are relative (section 2.1): to the score of a query at t and a key at s each head adds a
number that depends only on the bucket of s − t; there is a bucket for each short distance, and
longer ones share buckets that grow logarithmically. All layers share the numbers.

Departs from the paper as ``blocks`` does (LayerNorm for RMSNorm, scores are divided by √D, ReLU²);
the numbers of the buckets start so that a word looks at its neighbours, and cross-attention so
that a sentinel finds itself (within seconds, the model would find out neither); sentinels count
upwards; a span can stand at the very beginning, and need not stand at the end (in the authors' code
the first word is never cut out and the last always).

Letters: B batch, S words of the source, T words of the target, C width, H heads, V vocabulary.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import EncoderBlock, embedding, norm, start_alike
from llmbook_utils.evolution.seq2seq import DecoderBlock, greedy, not_padding, rows_of_pairs

Spans = Sequence[tuple[int, int]]  # (start, stop), from left to right


def corrupt(ids: Sequence[int], spans: Spans, sentinel: int) -> tuple[list[int], list[int]]:
    """Cut the spans out: (source, target).

    Args:
        ids: the text; all below ``sentinel``.
        spans: what is cut out, as (start, stop), from left to right, without overlap.
        sentinel: the id of the first sentinel; the next ones follow it.

    Raises:
        ValueError: for spans that overlap, are empty or leave the text, or a text with sentinels.
    """
    if any(word >= sentinel for word in ids):
        raise ValueError(f"expected words below the first sentinel {sentinel}, got {max(ids)}")
    source: list[int] = []
    target: list[int] = []
    done = 0
    for i, (start, stop) in enumerate(spans):
        if not done <= start < stop <= len(ids):
            raise ValueError(f"expected spans in order within {len(ids)} words, got {spans}")
        source += [*ids[done:start], sentinel + i]
        target += [sentinel + i, *ids[start:stop]]
        done = stop
    return [*source, *ids[done:]], [*target, sentinel + len(spans)]


def restore(source: Sequence[int], target: Sequence[int], sentinel: int) -> list[int]:
    """The text again: each sentinel of the source replaced by what follows it in the target.

    A sentinel that the target does not have (a model may forget it) is replaced by nothing; words
    before the first sentinel of the target belong nowhere.
    """
    spans: dict[int, list[int]] = {}
    words: list[int] = []
    for word in target:
        if word >= sentinel:
            words = spans.setdefault(word, [])
        else:
            words.append(word)
    return [w for word in source for w in (spans.get(word, []) if word >= sentinel else [word])]


def random_spans(
    length: int,
    generator: torch.Generator,
    share: float | int = 0.15,
    mean: float | int = 3,
) -> list[tuple[int, int]]:
    """Spans to cut out of a text of ``length`` words, drawn at random.

    n = round(share · length) words in round(n / mean) spans, at least one of each. All ways to
    share n among the spans are equally likely, and so are all ways to share the words that stay
    among the gaps before, between (at least one each) and after them.

    Raises:
        ValueError: if the text has no room for the spans and the gaps between them.
    """
    n = max(1, round(share * length))
    count = max(1, round(n / mean))
    if n + count - 1 > length or mean < 1:
        raise ValueError(
            f"expected room for {count} spans of {n} words in all, got {length} words"
            if mean >= 1
            else f"expected a mean of at least 1, got {mean}"
        )
    sizes = _shares(n, count, generator)
    gaps = _shares(length - n + 2, count + 1, generator)  # the first and last can be empty
    spans, at = [], gaps[0] - 1
    for size, gap in zip(sizes, gaps[1:], strict=True):
        spans.append((at, at + size))
        at += size + gap
    return spans


def _shares(total: int, parts: int, generator: torch.Generator) -> list[int]:
    """Share ``total`` among ``parts``, at least 1 each; all ways are equally likely."""
    cuts = torch.randperm(total - 1, generator=generator)[: parts - 1].add(1).sort().values
    edges = [0, *cuts.tolist(), total]
    return [b - a for a, b in itertools.pairwise(edges)]


def corrupted(
    batches: Callable[[int], tuple[Tensor, ...]],
    sentinel: int,
    begin: int,
    share: float | int = 0.15,
    mean: float | int = 3,
    seed: int = 0,
) -> Callable[[int], tuple[Tensor, Tensor, Tensor]]:
    """Batches of texts with spans cut out, as (source, target_in, labels), batch i always the same.

    Args:
        batches: ``batches(i)`` is a tuple whose first tensor holds the ids of batch i. Rows should
            hold several spans: were it one, it would always have the same length.
        sentinel: the id of the first sentinel.
        begin: what the decoder sees first.
        share, mean: as for :func:`random_spans`.
    """

    def batch(i: int) -> tuple[Tensor, Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        rows = batches(i)[0].tolist()
        pairs = [
            corrupt(row, random_spans(len(row), generator, share, mean), sentinel) for row in rows
        ]
        return rows_of_pairs(pairs, begin, begin)

    return batch


def buckets(T: int, both_ways: bool, count: int = 32, furthest: int = 128) -> Int[Tensor, "T T"]:
    """The bucket of the distance from the query (row) to the key (column).

    Half of the buckets are for one distance each, the others grow logarithmically up to
    ``furthest``, and the last has all that is further. An encoder looks ``both_ways`` and has
    half of ``count`` for keys that come later; for a decoder these all fall into bucket 0.
    """
    back = torch.arange(T)[:, None] - torch.arange(T)  # how far the key is behind the query
    later = torch.zeros_like(back)
    if both_ways:
        count //= 2
        later, back = (back < 0) * count, back.abs()
    back = back.clamp(min=0)
    exact = count // 2
    steps = (back.clamp(min=1) / exact).log() / math.log(furthest / exact) * (count - exact)
    return later + torch.where(back < exact, back, (exact + steps.long()).clamp(max=count - 1))


def near_sighted(heads: int) -> Float[Tensor, "32 H"]:
    """What the encoder's scores are lowered by at the start: 2 for each bucket further away.

    Every other head is lowered by 4 more for what comes later, the others for what came before.
    """
    lowered = 2.0 * (torch.arange(32) % 16)[:, None].repeat(1, heads)
    lowered[16:, ::2] += 4.0
    lowered[:16, 1::2] += 4.0
    return lowered


class T5(nn.Module):
    """``model(source, target_in)`` gives the logits of the next word of the target.

    One embedding serves the source, the target and the output. It starts large, and the logits are
    divided by √C to start small, as in T5: so a sentinel remains itself, whatever is added to it.

    Args:
        vocab_size: V, sentinels included.
        sentinel: the id of the first sentinel.
        layers: blocks of the encoder, and as many of the decoder.
        heads, width: sizes.
        pad: the id of what fills up a row of the source; nothing looks at it.
    """

    def __init__(
        self,
        vocab_size: int,
        sentinel: int,
        layers: int = 2,
        heads: int = 4,
        width: int = 64,
        pad: int = 0,
    ) -> None:
        super().__init__()
        self.sentinel, self.pad = sentinel, pad
        self.tokens = embedding(vocab_size, width, std=1.0)
        self.around = embedding(32, heads)  # a number for each bucket and head: the encoder's
        self.back = embedding(32, heads)  # and the decoder's
        self.around.weight.data -= near_sighted(heads)
        self.encoder = nn.ModuleList(EncoderBlock(width, heads) for _ in range(layers))
        self.decoder = nn.ModuleList(DecoderBlock(width, heads) for _ in range(layers))
        self.memory_norm, self.norm = norm(width), norm(width)
        start_alike(self.decoder, "cross_attention")  # a sentinel looks for the same sentinel

    def encode(
        self, source: Int[Tensor, "B S"], source_allowed: Bool[Tensor, "B 1 S"] | None = None
    ) -> Float[Tensor, "B S C"]:
        """The memory: a vector for each word of the source."""
        x = self.tokens(source)
        bias = self.around(buckets(source.shape[1], both_ways=True)).permute(2, 0, 1)  # (H, S, S)
        for block in self.encoder:
            x = block(x, source_allowed, bias)
        return self.memory_norm(x)

    def decode(
        self,
        target_in: Int[Tensor, "B T"],
        memory: Float[Tensor, "B S C"],
        source_allowed: Bool[Tensor, "B 1 S"] | None = None,
    ) -> Float[Tensor, "B T V"]:
        """Logits of the word after each one of ``target_in``."""
        x = self.tokens(target_in)
        bias = self.back(buckets(target_in.shape[1], both_ways=False)).permute(2, 0, 1)
        for block in self.decoder:
            x = block(x, memory, source_allowed, bias)
        return F.linear(self.norm(x) / math.sqrt(x.shape[-1]), self.tokens.weight)

    def forward(
        self, source: Int[Tensor, "B S"], target_in: Int[Tensor, "B T"]
    ) -> Float[Tensor, "B T V"]:
        source_allowed = not_padding(source, self.pad)
        return self.decode(target_in, self.encode(source, source_allowed), source_allowed)

    def answer(
        self, source: Int[Tensor, "B S"], begin: int, end: int, limit: int = 64
    ) -> list[list[int]]:
        """The text that the model writes for each source: see :func:`~.seq2seq.greedy`."""
        return greedy(self, source, begin, end, limit)


@torch.no_grad()
def fill(model: T5, ids: Sequence[int], place: int, begin: int) -> Float[Tensor, " V"]:
    """p(word | all the others) at one place of a text; what stands there is not looked at.

    What is cut out there has one word, so that p(w) is proportional to the probability of the
    whole target: p(w | <0>) · p(<1> | <0> w), where the second factor says that nothing follows.
    """
    first = model.sentinel
    source = torch.tensor([[*ids[:place], first, *ids[place + 1 :]]])
    words = torch.arange(first)  # any but the sentinels
    target_in = torch.tensor([begin, first]).repeat(first, 1)
    target_in = torch.cat((target_in, words[:, None]), 1)  # (V, 3): begin, <0>, w
    memory = model.encode(source).expand(first, -1, -1)
    log_p = model.decode(target_in, memory).log_softmax(-1)  # (V, 3, V)
    p = (log_p[0, 1, :first] + log_p[:, 2, first + 1]).softmax(0)
    return F.pad(p, (0, len(model.tokens.weight) - first))
