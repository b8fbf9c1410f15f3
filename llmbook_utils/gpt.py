"""A GPT: the one language model of chapters 5 to 11.

A decoder-only Transformer (Vaswani et al. 2017; Radford et al. 2018), small enough to be read from
top to bottom. Each token becomes a vector; every block lets the vectors of a sequence exchange
information (attention) and then works on each by itself (MLP); the last vectors are compared
with the embedding of every token, which gives the logits of the next one.

Departs from GPT-2 (Radford et al. 2019): rotary positions (Su et al. 2021) in place of learned
ones, no biases and no dropout, and ReLU² in the MLP (So et al. 2021), which is cheaper than GELU.
Left out: grouped queries, mixtures of experts, several devices, half precision.

Letters: B batch, T time, C channels (the width), L layers, H heads, D = C / H size of a head,
P = D / 2 pairs of numbers in it, S positions that can be attended to (those in the cache and the T
new ones), V vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Complex, Float, Int
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class GPTConfig:
    """The sizes of a model.

    Raises:
        ValueError: a size below 1, or a width that is not heads times an even number.
    """

    vocab_size: int  # V: how many different tokens there are
    context: int = 64  # the longest sequence, in tokens, that the model can look at
    layers: int = 2  # L: how many blocks
    heads: int = 4  # H: attention heads in each block
    width: int = 64  # C: numbers that describe a token inside the model

    def __post_init__(self) -> None:
        for name, size in vars(self).items():
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise ValueError(f"expected {name} to be a whole number from 1 up, got {size!r}")
        if self.width % self.heads:
            raise ValueError(
                f"expected a width that {self.heads} heads share equally, got {self.width}"
            )
        if self.width // self.heads % 2:
            raise ValueError(
                f"expected heads of even size (width / heads), got {self.width} / {self.heads}"
            )


class KVCache:
    """Keys and values of the positions that a model has seen, so that they are computed once.

    Room for ``context`` positions; ``length`` of them are filled.
    """

    def __init__(self, config: GPTConfig, batch: int, like: Tensor) -> None:
        D = config.width // config.heads
        shape = (config.layers, batch, config.heads, config.context, D)
        self.keys = like.new_zeros(shape)
        self.values = like.new_zeros(shape)
        self.length = 0

    def append(
        self, layer: int, k: Float[Tensor, "B H T D"], v: Float[Tensor, "B H T D"]
    ) -> tuple[Float[Tensor, "B H S D"], Float[Tensor, "B H S D"]]:
        """Keep one layer's keys and values of T new positions; returns those of all positions."""
        end = self.length + k.shape[2]
        self.keys[layer, :, :, self.length : end] = k
        self.values[layer, :, :, self.length : end] = v
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]


def rotations(config: GPTConfig) -> Complex[Tensor, "context P"]:
    """Rotary positions: e^(i t θⱼ) for position t and pair j (Su et al. 2021, section 3.2.2).

    θⱼ = 100^(−2j/D): the first pairs turn fast, the last ones slowly. (The paper has 10000, for
    contexts of 512 and more. In a context of 80 most of its pairs would hardly turn at all.)
    """
    D = config.width // config.heads
    speeds = 100.0 ** (-torch.arange(0, D, 2) / D)
    angles = torch.outer(torch.arange(config.context), speeds)
    return torch.polar(torch.ones_like(angles), angles)


def rotate(
    x: Float[Tensor, "B T N H D"], turns: Complex[Tensor, "T P"]
) -> Float[Tensor, "B T N H D"]:
    """Turn each pair of numbers of x, taken as one complex number, by its position's angle.

    Afterwards the product of a query and a key depends on how far apart they are, and not on
    where they stand.
    """
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)))  # (B, T, N, H, D/2)
    return torch.view_as_real(pairs * turns[:, None, None]).flatten(-2)


class CausalSelfAttention(nn.Module):
    """Each position collects from itself and from earlier ones (Vaswani et al. 2017, eq. 1).

    For one head: softmax(q kᵀ / √D + mask) v, where the mask is −∞ wherever a key is later than
    the query. One matrix makes q, k and v of all heads at once; another mixes what they found.
    """

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.qkv = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        nn.init.normal_(self.qkv.weight, std=config.width**-0.5)
        nn.init.zeros_(self.out.weight)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        turns: Complex[Tensor, "T P"],
        cache: KVCache | None = None,
        layer: int = 0,
    ) -> Float[Tensor, "B T C"]:
        B, T, C = x.shape
        qkv = self.qkv(x).view(B, T, 3, self.heads, C // self.heads)
        q, k = rotate(qkv[:, :, :2], turns).permute(2, 0, 3, 1, 4)  # each (B, H, T, D)
        v = qkv[:, :, 2].transpose(1, 2)  # (B, H, T, D)
        mask, S = None, T
        if cache is not None:
            k, v = cache.append(layer, k, v)  # (B, H, S, D): the old positions, then the T new
            S = k.shape[2]
            mask = causal_mask(T, S, x.device) if 1 < T < S else None
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=T == S)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


def causal_mask(T: int, S: int, device: torch.device) -> Bool[Tensor, "T S"]:
    """True where a query may look: the T queries are the last of S positions."""
    return torch.ones(T, S, dtype=torch.bool, device=device).tril(S - T)


class MLP(nn.Module):
    """Works on each position by itself: W₂ relu(W₁ x)², four times as wide inside."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.width, 4 * config.width, bias=False)
        self.down = nn.Linear(4 * config.width, config.width, bias=False)
        nn.init.normal_(self.up.weight, std=config.width**-0.5)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Float[Tensor, "B T C"]) -> Float[Tensor, "B T C"]:
        return self.down(F.relu(self.up(x)).square())


class Block(nn.Module):
    """Attention, then the MLP; each reads a normalised x and adds to it (pre-norm)."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(config.width, bias=False)
        self.attention = CausalSelfAttention(config)
        self.norm2 = nn.LayerNorm(config.width, bias=False)
        self.mlp = MLP(config)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        turns: Complex[Tensor, "T P"],
        cache: KVCache | None = None,
        layer: int = 0,
    ) -> Float[Tensor, "B T C"]:
        x = x + self.attention(self.norm1(x), turns, cache, layer)
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    """``model(ids)`` gives the logits of the next token at every position.

    The embedding is used twice (weight tying, Press & Wolf 2017): to turn tokens into vectors, and
    to compare the last vectors with every token.

    How it starts: embeddings are small (standard deviation 0.02), so that at first every token is
    about equally likely. Matrices have standard deviation 1 / √inputs, so that what comes out is as
    large as what goes in. Those that write into the residual stream are zero: each block begins
    as the identity. (GPT-2 makes them smaller by √(2L), Radford et al. 2019, section 2.3.)
    """

    turns: Tensor

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.vocab_size, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.register_buffer("turns", rotations(config), persistent=False)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def hidden(
        self, ids: Int[Tensor, "B T"], cache: KVCache | None = None
    ) -> Float[Tensor, "B T C"]:
        """The vectors behind the logits: what a head for another task is put on.

        With a ``cache``, ``ids`` are only the tokens that come after those in the cache.

        Raises:
            ValueError: if the sequence is longer than the context, or empty.
        """
        T, start = ids.shape[1], cache.length if cache else 0
        if not 0 < T <= self.config.context - start:
            raise ValueError(
                f"expected ids of shape (B, T) with T from 1 to {self.config.context - start}, "
                f"got {tuple(ids.shape)}" + (f" after {start} in the cache" if start else "")
            )
        x = self.tokens(ids)  # (B, T, C)
        for layer, block in enumerate(self.blocks):
            x = block(x, self.turns[start : start + T], cache, layer)
        if cache:
            cache.length += T
        return self.norm(x)

    def logits(self, hidden: Float[Tensor, "... C"]) -> Float[Tensor, "... V"]:
        """Compare vectors with the embedding of every token."""
        return F.linear(hidden, self.tokens.weight)

    def forward(
        self, ids: Int[Tensor, "B T"], cache: KVCache | None = None
    ) -> Float[Tensor, "B T V"]:
        """Logits z; softmax(z[b, t]) is the distribution of token t + 1 after tokens 0 … t."""
        return self.logits(self.hidden(ids, cache))

    @torch.no_grad()
    def generate(
        self,
        prompts: Int[Tensor, "B T"] | Sequence[Sequence[int]],
        max_new_tokens: int,
        temperature: float | int = 1.0,
        top_k: int | None = None,
        top_p: float | int | None = None,
        stop: int | None = None,
        generator: torch.Generator | None = None,
    ) -> Int[Tensor, "B N"]:
        """Continue each prompt, token by token; see :func:`sample` for what is drawn.

        Prompts may have different lengths when they are given as lists: all rows go on in step,
        and a row takes its own prompt's token for as long as it has one. A row ends with its first
        new ``stop``, or after ``max_new_tokens``; what is left of it is filled with ``stop`` (0
        where there is none). A text longer than the context goes on from its last half.

        Returns:
            Prompts and continuations, as long as the longest row: N ≤ T + ``max_new_tokens``.

        Raises:
            ValueError: an empty prompt, or one longer than the context.
        """
        device, end = self.tokens.weight.device, -1 if stop is None else stop
        rows = [torch.as_tensor(prompt, device=device) for prompt in prompts]
        lengths = torch.tensor([len(row) for row in rows], device=device)
        first, last, context = int(lengths.min()), int(lengths.max()), self.config.context
        if not 1 <= first <= last <= context:
            raise ValueError(f"expected prompts of 1 to {context} tokens, got {first} to {last}")
        ids = torch.full((len(rows), last + max_new_tokens), max(end, 0), device=device)
        for row, prompt in zip(ids, rows, strict=True):
            row[: len(prompt)] = prompt
        done = torch.zeros(len(rows), dtype=torch.bool, device=device)
        cache, seen = KVCache(self.config, len(rows), self.tokens.weight), 0
        for t in range(first, ids.shape[1]):  # t: the column that is filled
            if cache.length == context:
                cache = KVCache(self.config, len(rows), self.tokens.weight)
                seen = t - (context + 1) // 2
            hidden = self.hidden(ids[:, seen:t], cache)[:, -1]  # (B, C)
            drawn, seen = sample(self.logits(hidden), temperature, top_k, top_p, generator), t
            new = t >= lengths
            ids[:, t] = torch.where(new & ~done, drawn, ids[:, t])
            done |= new & ((drawn == end) | (t + 1 >= lengths + max_new_tokens))
            if done.all():
                return ids[:, : t + 1]
        return ids


def sample(
    logits: Float[Tensor, "B V"],
    temperature: float | int = 1.0,
    top_k: int | None = None,
    top_p: float | int | None = None,
    generator: torch.Generator | None = None,
) -> Int[Tensor, " B"]:
    """Draw one token for each row from softmax(z / temperature), less the unlikely ones.

    ``temperature`` 0 takes the likeliest token. ``top_k`` keeps the k likeliest (Fan et al. 2018);
    ``top_p`` keeps the likeliest ones until they hold probability p together (the nucleus,
    Holtzman et al. 2020), at least one. With both, ``top_k`` comes first.
    """
    if temperature == 0:
        return logits.argmax(-1)
    p = truncate(F.softmax(logits / temperature, -1), top_k, top_p)
    return torch.multinomial(p, 1, generator=generator).squeeze(1)


def truncate(
    p: Float[Tensor, "B V"], top_k: int | None = None, top_p: float | int | None = None
) -> Float[Tensor, "B V"]:
    """Set the unlikely tokens' probabilities to zero and scale the others back to sum 1."""
    if top_k is not None:
        order = p.argsort(stable=True, dim=-1, descending=True)
        p = p.scatter(1, order[:, top_k:], 0.0)
    if top_p is not None:
        p = p / p.sum(-1, keepdim=True)
        ordered, order = p.sort(stable=True, dim=-1, descending=True)
        before = ordered.cumsum(-1) - ordered  # what the likelier ones hold together
        p = p.scatter(1, order, ordered.where(before < top_p, 0.0))
    return p / p.sum(-1, keepdim=True)


def count_parameters(config: GPTConfig) -> int:
    """V·C for the embedding, 12·C² + 2·C a block, C for the last norm."""
    C = config.width
    block = 3 * C * C + C * C + 4 * C * C + 4 * C * C + 2 * C  # qkv, out, up, down, two norms
    return config.vocab_size * C + config.layers * block + C


def flops_per_token(config: GPTConfig, length: int | None = None) -> int:
    """FLOP of the matrix products in one forward pass, for each token of a sequence.

    A product with an (a × b) matrix costs 2ab: 24·C² a block, and 2·V·C for the logits. Attention
    compares each token with ``length`` keys and sums as many values: 4·C·length a block (the
    half that the mask hides is counted, as is usual). Training costs three times as much, because
    the backward pass has two products for each one (Kaplan et al. 2020, section 2.1).
    """
    C, length = config.width, config.context if length is None else length
    return config.layers * (24 * C * C + 4 * C * length) + 2 * config.vocab_size * C
