"""XLNet: a language model that can read in any order, so that every word can see both sides.

(Yang et al. 2019.) Any order z of the places factorises the probability of a text (eq. 3):

    ln p(x) = Σ_t ln p(x_{z_t} | x_{z_1}, …, x_{z_{t−1}})

Trained on random orders, the model learns to predict a word from any set of others. It stays
autoregressive: nothing is masked out, no two words are guessed independently, and every order
gives the text a proper probability. With the order 0, 1, 2, … it is an ordinary left-to-right
model; with a blank last in the order, it fills the blank from both sides.

A prediction of x_{z_t} may know its place z_t but not its word; later predictions need the word. So
every place has two vectors (section 2.3):

    g_{z_t} ← Attention(Q = g_{z_t}, KV = h_{z_1 … z_{t−1}})    query stream: place, not word
    h_{z_t} ← Attention(Q = h_{z_t}, KV = h_{z_1 … z_t})        content stream: place and word

h starts as the word's vector and g as a learnt w, the same for all; both go through the same
weights. Where a place is, only the relative positions tell (Transformer-XL's, as in the paper).

Departs from the paper as ``transformer_xl`` does, and: the first place of a text is its start mark,
which is given. Left out: memory, segment codes, spans.

Letters: B batch, T places, N places that are predicted, C width, V vocabulary.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import embedding, norm, permuted
from llmbook_utils.evolution.transformer_xl import RelativeBlock


class XLNet(nn.Module):
    """``model(ids, order)``: logits of the word at each place, given those before it in z."""

    def __init__(self, vocab_size: int, layers: int = 3, heads: int = 4, width: int = 64) -> None:
        super().__init__()
        self.tokens = embedding(vocab_size, width, std=0.2)
        self.w = nn.Parameter(torch.randn(width) * 0.2)
        self.blocks = nn.ModuleList(RelativeBlock(width, heads) for _ in range(layers))
        self.norm = norm(width)

    def forward(
        self,
        ids: Int[Tensor, "B T"],
        order: Int[Tensor, "... T"] | None = None,
        places: Int[Tensor, "B N"] | None = None,
    ) -> Float[Tensor, "B N V"]:
        """Logits; softmax(z[b, n]) is the distribution of the word at place ``places[b, n]``.

        Args:
            ids: whole texts; a word is never seen by its own prediction.
            order: z, the places in their order, one for each text or one for all; without one,
                from left to right.
            places: which places to predict; without them, all (N = T).

        Raises:
            ValueError: if an order does not contain each place once.
        """
        B, T = ids.shape
        here = torch.arange(T)
        order = (here if order is None else order).expand(B, T)
        places = (here if places is None else places).expand(B, -1)
        content = permuted(order)  # (B, T, T): z_1 … z_t
        query = permuted(order, itself=False)  # z_1 … z_{t−1}
        query = query.gather(1, places[:, :, None].expand(-1, -1, T))  # (B, N, T)
        h = self.tokens(ids)  # (B, T, C)
        g = self.w.expand(*places.shape, -1)  # (B, N, C)
        for block in self.blocks:
            new = block(g, h, places[:, :, None] - here, query)
            if block is not self.blocks[-1]:  # the last h would be read by nobody
                h = block(h, h, here[:, None] - here, content)
            g = new
        return F.linear(self.norm(g), self.tokens.weight)

    def log_prob(
        self, ids: Int[Tensor, "B T"], order: Int[Tensor, "... T"] | None = None
    ) -> Float[Tensor, "B T"]:
        """ln p of each word given those before it in the order; their sum is ln p(text), eq. 3."""
        log_p = self(ids, order).log_softmax(-1)
        return log_p.gather(-1, ids[:, :, None]).squeeze(-1)


def random_orders(B: int, T: int, generator: torch.Generator | None = None) -> Int[Tensor, "B T"]:
    """Orders for training: place 0, the start mark, first; all others at random."""
    rest = torch.rand(B, T - 1, generator=generator).argsort(-1) + 1
    return torch.cat((torch.zeros(B, 1, dtype=torch.long), rest), 1)


def blank_last(T: int, place: int) -> Int[Tensor, " T"]:
    """From left to right, but for one place that comes last, when everything else is known.

    Raises:
        ValueError: if there is no such place.
    """
    if not 0 <= place < T:
        raise ValueError(f"expected a place from 0 to {T - 1}, got {place}")
    places = torch.arange(T)
    return torch.cat((places[places != place], places[place : place + 1]))


def permutation_loss(model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Float[Tensor, ""], int]:
    """−ln p of the chosen words given those before them in the order; their sum and number (eq. 5).

    A batch is (ids (B, T), order (B, T), places (B, N)): only ``places`` are
    predicted. (The paper takes the last sixth or seventh of an order, because its first words have
    almost nothing to go by. Who also wants to read from left to right needs them all.)
    """
    ids, order, places = batch
    logits = model(ids, order, places)
    target = ids.gather(1, places)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="sum"), target.numel()
