"""Transformer-XL: a long text is read in segments, with the last segments in memory.

(Dai et al. 2019.) For segment τ and layer n, with h the vectors of the segment, SG "no gradient"
and ∘ "one after the other" (section 3.2):

    h̃_{τ+1}^{n−1} = [SG(h_τ^{n−1}) ∘ h_{τ+1}^{n−1}]
    q, k, v = h_{τ+1}^{n−1} W_q,  h̃_{τ+1}^{n−1} W_{k,E},  h̃_{τ+1}^{n−1} W_v

Queries come from the segment, keys and values from memory and segment. Every layer looks back once
more, so that n layers reach n memories far, although each segment's gradient ends at its border.

A place in a segment says little now, so scores know only how far apart i and j are (section 3.3):

    A_ij = q_i · k_j  +  q_i · W_{k,R} R_{i−j}  +  u · k_j  +  v · W_{k,R} R_{i−j}
             (a)               (b)                  (c)             (d)

(a) what is looked for; (b) where it is looked for; (c) what is always looked at; (d) where one
always looks. R are waves as in the Transformer of 2017, u and v are learnt, one a head.

Departs from the paper: waves of up to 100 and not 10000 words' length, for texts of 60 words;
normalisation before and not after, ReLU², no biases (see ``blocks``); one softmax over all words.

Letters: B batch, T places of the segment, M of memory, S = M + T, C width, H heads, D = C / H,
V vocabulary.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import FeedForward, attention, embedding, linear, norm

Memory = list[Tensor]  # layer → (B, M, C), without gradient


class RelativeAttention(nn.Module):
    """Attention whose scores are the four terms above; also XLNet's."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        if width % heads or width // heads % 2:
            raise ValueError(f"expected a width of {heads} heads of even size, got {width}")
        self.heads, self.watch = heads, False
        self.weights: Tensor | None = None  # of the last call, (B, H, T, S), if ``watch`` is set
        self.query, self.key, self.value = (linear(width, width) for _ in range(3))
        self.place = linear(width, width)  # W_{k,R}
        self.out = linear(width, width, zero=True)
        self.u, self.v = (nn.Parameter(torch.zeros(heads, 1, width // heads)) for _ in range(2))

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        context: Float[Tensor, "B S C"],
        distances: Int[Tensor, "... T S"],
        allowed: Bool[Tensor, "... T S"],
    ) -> Float[Tensor, "B T C"]:
        """What each place of x collects from ``context``.

        Args:
            x: who asks.
            context: who is looked at.
            distances: i − j; (T, S) for all rows, or (B, T, S).
            allowed: True where i may look at j; shapes as ``distances``.
        """
        q, k, values = (
            self._split(layer(z))
            for layer, z in ((self.query, x), (self.key, context), (self.value, context))
        )
        far = int(distances.abs().max())
        table = waves(torch.arange(-far, far + 1), x.shape[-1]).to(x)  # (2 far + 1, C)
        R = self._split(self.place(table)[None])  # (1, H, 2 far + 1, D)
        by_distance = (q + self.v) @ R.transpose(-2, -1)  # (b) + (d): (B, H, T, 2 far + 1)
        index = (distances + far).view(-1, 1, *distances.shape[-2:])  # (1 or B, 1, T, S)
        place = by_distance.gather(-1, index.expand(*q.shape[:3], -1))  # (B, H, T, S)
        allowed = allowed.view(-1, 1, *allowed.shape[-2:])
        bias = place / math.sqrt(q.shape[-1])
        found, weights = attention(q + self.u, k, values, allowed, bias)
        self.weights = weights.detach() if self.watch else None
        return self.out(found.transpose(1, 2).flatten(2))

    def _split(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B H T D"]:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


def waves(distances: Int[Tensor, " N"], C: int, longest: float = 100.0) -> Float[Tensor, "N C"]:
    """R: sin and cos of distance / longest^(2i/C), i = 0 … C/2 − 1; distances can be negative."""
    speeds = longest ** (-torch.arange(0, C, 2) / C)
    angles = distances[:, None] * speeds
    return torch.cat((angles.sin(), angles.cos()), -1)


class RelativeBlock(nn.Module):
    """Relative attention, then the feed-forward network; each reads a normalised x, adds to it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = norm(width), norm(width)
        self.attention = RelativeAttention(width, heads)
        self.feed_forward = FeedForward(width)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        context: Float[Tensor, "B S C"],
        distances: Int[Tensor, "... T S"],
        allowed: Bool[Tensor, "... T S"],
    ) -> Float[Tensor, "B T C"]:
        x = x + self.attention(self.norm1(x), self.norm1(context), distances, allowed)
        return x + self.feed_forward(self.norm2(x))


class TransformerXL(nn.Module):
    """A left-to-right language model that remembers.

    Args:
        memory: M, how many places before the segment each layer can look at; 0: none.

    Raises:
        ValueError: for a memory below 0.
    """

    def __init__(
        self, vocab_size: int, memory: int = 32, layers: int = 3, heads: int = 4, width: int = 64
    ) -> None:
        super().__init__()
        if memory < 0:
            raise ValueError(f"expected a memory of at least 0 places, got {memory}")
        self.memory = memory
        self.tokens = embedding(vocab_size, width, std=0.2)
        self.blocks = nn.ModuleList(RelativeBlock(width, heads) for _ in range(layers))
        self.norm = norm(width)

    def read(
        self, ids: Int[Tensor, "B T"], memory: Memory | None = None
    ) -> tuple[Float[Tensor, "B T V"], Memory]:
        """Read one segment: logits of each next word, and the memory for the next segment."""
        h = self.tokens(ids)
        T, kept = ids.shape[1], []
        for layer, block in enumerate(self.blocks):
            context = h if memory is None else torch.cat((memory[layer], h), 1)  # h̃: (B, S, C)
            S = context.shape[1]
            kept.append(context[:, max(0, S - self.memory) :].detach())  # SG
            distances = torch.arange(S - T, S)[:, None] - torch.arange(S)  # i − j: (T, S)
            h = block(h, context, distances, distances >= 0)
        return F.linear(self.norm(h), self.tokens.weight), kept

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits z of a text as one segment; softmax(z[b, t]) is the distribution of word t + 1."""
        return self.read(ids)[0]

    def in_segments(
        self, ids: Int[Tensor, "B T"], segment: int, memory: Memory | None = None
    ) -> Float[Tensor, "B T V"]:
        """The same, read in segments of this length, with memory."""
        logits = []
        for part in ids.split(segment, 1):
            z, memory = self.read(part, memory)
            logits.append(z)
        return torch.cat(logits, 1)


@torch.no_grad()
def nats_by_context(
    model: TransformerXL,
    ids: Int[Tensor, "B T"],
    labels: Int[Tensor, "B T"],
    segment: int,
    contexts: Sequence[int],
) -> dict[int, float]:
    """How well the last ``segment`` words are predicted, with so many words before them in memory.

    The longest context that still helps is the model's *effective* context (the idea of Dai et al.,
    section 4.4; theirs is relative to other models). What lies before is read in segments of the
    same length.

    Args:
        ids, labels: texts, and the word that follows each place (−100: does not count).
        segment: the length of the segments.
        contexts: numbers of words before the last segment; at most T − segment.

    Returns:
        context → nats a word, over the words of the last segment.

    Raises:
        ValueError: if a context does not fit into the texts.
    """
    T = ids.shape[1]
    if not all(0 <= n <= T - segment for n in contexts):
        raise ValueError(f"expected contexts from 0 to {T - segment}, got {list(contexts)}")
    found = {}
    for n in contexts:
        memory: Memory | None = None
        for part in ids[:, T - segment - n : T - segment].split(segment, 1) if n else ():
            _, memory = model.read(part, memory)
        logits, _ = model.read(ids[:, -segment:], memory)
        found[n] = F.cross_entropy(logits.flatten(0, 1), labels[:, -segment:].flatten()).item()
    return found
