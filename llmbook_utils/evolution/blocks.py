"""What all Transformers share: attention, masks, positions, and the encoder's block.

    MultiHead(x, memory) = concat(head₁ … head_H) W_O
    head_h = Attention(x W_Q, memory W_K, memory W_V) = softmax(q kᵀ / √D + mask) v

(Vaswani et al. 2017, eq. 1 and section 3.2.2.) A sequence that looks at itself has ``memory`` = x.
*Which places may be looked at* is what most tells the architectures of chapter 3 apart: see
``causal``, ``bidirectional``, ``prefix`` and ``permuted``.

Departs from the paper as ``gpt.py`` does, because small models learn faster so: each block reads a
normalised x and adds to it (pre-norm, Xiong et al. 2020; the paper normalises after the addition),
no biases, ReLU² in the feed-forward network (So et al. 2021), whose second matrix starts at zero.
Left out: dropout.

Letters: B batch, T places that ask (queries), S places that are looked at (keys), C width,
H heads, D = C / H size of a head.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Bool, Complex, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.gpt import rotate

IGNORE = -100  # a label that carries no loss, for these models as in ``train``


def attention(
    q: Float[Tensor, "*batch T D"],
    k: Float[Tensor, "*batch S D"],
    v: Float[Tensor, "*batch S D"],
    allowed: Bool[Tensor, "... #T S"] | None = None,
    bias: Float[Tensor, "... #T S"] | None = None,
) -> tuple[Float[Tensor, "*batch T D"], Float[Tensor, "*batch T S"]]:
    """Scaled dot-product attention (Vaswani et al. 2017, eq. 1): softmax(q kᵀ / √D) v.

    Args:
        q, k, v: queries, keys and values.
        allowed: True where a query may look. A query that may look nowhere gets zeros.
        bias: added to the scores q kᵀ / √D, e.g. for relative positions.

    Returns:
        What each query collected, and the weights: how much it took from each place.
    """
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])  # (…, T, S)
    if bias is not None:
        scores = scores + bias
    if allowed is not None:
        scores = scores.masked_fill(~allowed, -math.inf)
    weights = scores.softmax(-1)
    if allowed is not None:
        weights = weights.masked_fill(~allowed, 0.0)  # where nothing is allowed: 0, not NaN
    return weights @ v, weights


# Masks: True where the place of the row may look at the place of the column ----------------------


def bidirectional(T: int) -> Bool[Tensor, "T T"]:
    """Everything sees everything: an encoder, BERT."""
    return torch.ones(T, T, dtype=torch.bool)


def causal(T: int) -> Bool[Tensor, "T T"]:
    """A place sees itself and what comes before it: a decoder, GPT."""
    return bidirectional(T).tril()


def prefix(T: int, n: int) -> Bool[Tensor, "T T"]:
    """All see the first n places; after them it is causal (T5's "prefix LM", Raffel et al. 2020).

    Raises:
        ValueError: if n is not from 0 to T.
    """
    if not 0 <= n <= T:
        raise ValueError(f"expected a prefix of 0 to {T} places, got {n}")
    allowed = causal(T)
    allowed[:, :n] = True
    return allowed


def permuted(
    order: Int[Tensor, "... T"] | Sequence[int], itself: bool = True
) -> Bool[Tensor, "... T T"]:
    """A place sees those that come before it in ``order`` (XLNet, Yang et al. 2019, section 2.2).

    With z = ``order``, place z_t sees z_1 … z_t (the content stream); without ``itself`` only
    z_1 … z_{t−1} (the query stream). The order 0, 1, 2, … gives ``causal``.

    Raises:
        ValueError: if some place does not stand in the order exactly once.
    """
    z = torch.as_tensor(order)
    step = z.argsort(-1)  # step[i]: when place i has its turn
    if not torch.equal(z.gather(-1, step), torch.arange(z.shape[-1]).expand_as(z)):
        raise ValueError(f"expected an order of 0 … {z.shape[-1] - 1}, got {z.tolist()}")
    earlier = step[..., None, :] < step[..., :, None]
    return earlier | torch.eye(z.shape[-1], dtype=torch.bool) if itself else earlier


def sinusoidal_positions(T: int, C: int) -> Float[Tensor, "T C"]:
    """Places as waves (Vaswani et al. 2017, section 3.5).

    PE(t, 2i) = sin(t / 10000^(2i/C)), PE(t, 2i + 1) = cos(t / 10000^(2i/C)).

    Raises:
        ValueError: if C is odd.
    """
    if C % 2:
        raise ValueError(f"expected an even width, got {C}")
    speeds = 10000.0 ** (-torch.arange(0, C, 2) / C)  # (C/2,)
    angles = torch.outer(torch.arange(T), speeds)  # (T, C/2)
    return torch.stack((angles.sin(), angles.cos()), -1).flatten(1)


# Layers ------------------------------------------------------------------------------------------


class MultiHeadAttention(nn.Module):
    """H attentions side by side, each with its own D = C / H numbers of every place.

    Set ``watch`` to keep the weights of the last call in ``weights`` (B, H, T, S), to draw them.

    Raises:
        ValueError: if the heads cannot share the width equally.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"expected a width that {heads} heads share equally, got {width}")
        self.heads, self.watch = heads, False
        self.weights: Tensor | None = None
        self.query, self.key, self.value = (linear(width, width) for _ in range(3))
        self.out = linear(width, width)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        memory: Float[Tensor, "B S C"] | None = None,
        allowed: Bool[Tensor, "... #T S"] | None = None,
        bias: Float[Tensor, "... T S"] | None = None,
        turns: Complex[Tensor, "T P"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        """What each place of x collects from the places of ``memory`` (without one, of x).

        Args:
            x: the places that ask.
            memory: the places that are looked at, if they are others (cross-attention).
            allowed: True where x may look: (T, S) for all rows, or (B, T, S); T can be 1.
            bias: added to the scores, (H, T, S) or (B, H, T, S).
            turns: rotary positions of x (self-attention only), from ``gpt.rotations``.
        """
        memory = x if memory is None else memory
        q, k, v = (
            self._split(self.query(x)),
            self._split(self.key(memory)),
            self._split(self.value(memory)),
        )
        if turns is not None:
            q, k = rotate(torch.stack((q, k), 2), turns).unbind(2)  # (B, T, H, D)
        q, k, v = (z.transpose(1, 2) for z in (q, k, v))  # (B, H, T or S, D)
        if allowed is not None and allowed.ndim == 3:
            allowed = allowed[:, None]  # (B, 1, T, S): the same for all heads
        found, weights = attention(q, k, v, allowed, bias)
        self.weights = weights.detach() if self.watch else None
        return self.out(found.transpose(1, 2).flatten(2))

    def _split(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T H D"]:
        return x.unflatten(-1, (self.heads, -1))


class FeedForward(nn.Module):
    """Works on each place by itself: W₂ relu(W₁ x)², four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.up, self.down = linear(width, 4 * width), linear(4 * width, width, zero=True)

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        return self.down(F.relu(self.up(x)).square())


class EncoderBlock(nn.Module):
    """Self-attention, then the feed-forward network; each reads a normalised x and adds to it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = norm(width), norm(width)
        self.attention = MultiHeadAttention(width, heads)
        self.feed_forward = FeedForward(width)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        allowed: Bool[Tensor, "... #T T"] | None = None,
        bias: Float[Tensor, "... T T"] | None = None,
        turns: Complex[Tensor, "T P"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        x = x + self.attention(self.norm1(x), None, allowed, bias, turns)
        return x + self.feed_forward(self.norm2(x))


def linear(inputs: int, outputs: int, zero: bool = False) -> nn.Linear:
    """A matrix of standard deviation 1 / √inputs, so that sizes are kept; or of zeros."""
    layer = nn.Linear(inputs, outputs, bias=False)
    nn.init.normal_(layer.weight, std=0.0 if zero else inputs**-0.5)
    return layer


def norm(width: int) -> nn.LayerNorm:
    """Layer normalisation (Ba et al. 2016), with a gain and no bias."""
    return nn.LayerNorm(width, bias=False)


def embedding(vocab_size: int, width: int, std: float = 0.2) -> nn.Embedding:
    """A vector for each word: small, so that at first every word is about equally likely.

    Not too small: blocks soon write numbers of size 1 into the residual stream, and a word of size
    0.02 (as in BERT and GPT-2, which train a million times as long) would drown there.
    """
    table = nn.Embedding(vocab_size, width)
    nn.init.normal_(table.weight, std=std)
    return table


@torch.no_grad()
def start_alike(model: nn.Module, name: str = "") -> None:
    """Let queries and keys begin with the same matrix: a place looks at what is like itself.

    In all attentions of the model whose names end with ``name``.

    What that is, training need then not find out (Trockman & Kolter 2023, "mimetic
    initialisation"). Of use where it is a good first guess: the same place of the source (the
    vectors hold sines of the place), the same sentinel.
    """
    for path, layer in model.named_modules():
        if isinstance(layer, MultiHeadAttention) and path.endswith(name):
            layer.query.weight.copy_(layer.key.weight)


@torch.no_grad()
def attention_weights(model: nn.Module, *inputs: Any) -> dict[str, Float[Tensor, "B H T S"]]:
    """Run ``model(*inputs)`` and return the weights of each attention in it, by its name.

    For a picture of where the places of a text look, e.g. ``"encoder.0.attention"``.
    """
    layers = {n: m for n, m in model.named_modules() if isinstance(m, MultiHeadAttention)}
    for layer in layers.values():
        layer.watch = True
    model(*inputs)
    for layer in layers.values():
        layer.watch = False
    return {n: layer.weights for n, layer in layers.items() if layer.weights is not None}
