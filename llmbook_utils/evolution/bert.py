"""BERT: a Transformer that sees both sides of a blank (Devlin et al. 2019).

    L = −Σ_{t hidden} ln p(x_t | text with hidden words)        the masked language model

15 % of the words are chosen. Of these, 80 % are replaced by ``<mask>``, 10 % by a random word, and
10 % stay as they are (section 3.1): so the model must have an opinion on *every* word that it
sees, because there are no masks in the texts on which it is used later. Only chosen words carry
loss.

BERT drew its masks once, before training (and ten times for each text): *static* masking. RoBERTa
(Liu et al. 2019, section 4.1) draws new ones each time that a text is seen: *dynamic* masking.

    shuffled(mask_tokens(rows, …), size)        static
    dynamic(shuffled((rows,), size), …)         dynamic

Departs from the paper as ``blocks`` does (norm before each layer, no biases, no dropout, ReLU²
for GELU), and in this: positions are rotary, as in ``gpt.py``. (The paper learns a vector for
each place. In seconds of training that goes nowhere: what a word says about its neighbours would
have to be learnt for each pair of places anew.) Each word is chosen on its own, so that a text can
have more or fewer than 15 %. Hidden words are compared with the embeddings at once, without one
more layer before.
Left out: predicting whether one sentence follows another, and with it the segment embeddings
(RoBERTa found that it does not help, section 4.2).

Letters: B batch, T time, C width, V vocabulary, N hidden words of a batch.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.evolution.blocks import IGNORE, EncoderBlock, embedding, norm
from llmbook_utils.gpt import GPTConfig, rotations


class BERT(nn.Module):
    """``model(ids)`` gives logits for the word at each place, from all places.

    Args:
        vocab_size: V; ``<mask>`` is one of them.
        mask: the id of ``<mask>``.
        context: the longest text, in words.
        layers, heads, width: sizes.
        pad: the id of what fills up a row; nothing looks at it.
    """

    turns: Tensor

    def __init__(
        self,
        vocab_size: int,
        mask: int,
        context: int = 64,
        layers: int = 3,
        heads: int = 4,
        width: int = 64,
        pad: int = 0,
    ) -> None:
        super().__init__()
        self.mask, self.pad = mask, pad
        sizes = GPTConfig(vocab_size, context, layers, heads, width)  # refuses bad ones
        self.register_buffer("turns", rotations(sizes), persistent=False)
        self.tokens = embedding(vocab_size, width)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads) for _ in range(layers))
        self.norm = norm(width)

    def hidden(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T C"]:
        """The vector of each place: what a head for another task is put on.

        Raises:
            ValueError: if the text is longer than the context.
        """
        T, context = ids.shape[1], len(self.turns)
        if context < T:
            raise ValueError(f"expected texts of at most {context} words, got {T}")
        x = self.tokens(ids)  # (B, T, C)
        allowed = (ids != self.pad)[:, None]  # (B, 1, T): all places see all words
        for block in self.blocks:
            x = block(x, allowed, turns=self.turns[:T])
        return self.norm(x)

    def logits(self, hidden: Float[Tensor, "... C"]) -> Float[Tensor, "... V"]:
        """Compare vectors with the embedding of every word."""
        return F.linear(hidden, self.tokens.weight)

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        return self.logits(self.hidden(ids))


def mask_tokens(
    ids: Int[Tensor, "*shape"],
    mask: int,
    vocab_size: int,
    special: Sequence[int],
    generator: torch.Generator,
    share: float | int = 0.15,
) -> tuple[Int[Tensor, "*shape"], Int[Tensor, "*shape"]]:
    """Hide words: (inputs, labels), the labels −100 where no word was chosen.

    Args:
        ids: the text.
        mask: the id of ``<mask>``.
        vocab_size: V; random words are any ids below it but ``mask`` and the special ones.
        special: ids that are never chosen (padding, end marks).
        share: how likely each other word is to be chosen.

    Raises:
        ValueError: if the share is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"expected a share above 0 and up to 1, got {share}")
    specials = torch.tensor([*special, mask])
    words = torch.arange(vocab_size)
    words = words[~torch.isin(words, specials)]
    chosen = torch.rand(ids.shape, generator=generator) < share
    chosen &= ~torch.isin(ids, specials)
    dice = torch.rand(ids.shape, generator=generator)
    others = words[torch.randint(len(words), ids.shape, generator=generator)]
    inputs = torch.where(chosen & (dice < 0.8), mask, ids)  # 80 %
    inputs = torch.where(chosen & (dice >= 0.9), others, inputs)  # 10 %; the other 10 % stay
    return inputs, torch.where(chosen, ids, IGNORE)


def dynamic(
    batches: Callable[[int], tuple[Tensor, ...]],
    mask: int,
    vocab_size: int,
    special: Sequence[int],
    share: float | int = 0.15,
    seed: int = 0,
) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Batches whose words are hidden anew each time (RoBERTa); batch i is always the same.

    Args:
        batches: ``batches(i)`` is a tuple whose first tensor holds the ids of batch i.
        mask, vocab_size, special, share: as for :func:`mask_tokens`.
    """

    def batch(i: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        return mask_tokens(batches(i)[0], mask, vocab_size, special, generator, share)

    return batch


def masked_loss(model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Tensor, int]:
    """−Σ ln p(hidden word), in nats, and how many words were hidden: a loss for ``train``.

    Logits are computed for the hidden words only; nothing else carries loss.
    """
    assert isinstance(model, BERT)
    inputs, labels = batch
    chosen = labels != IGNORE
    logits = model.logits(model.hidden(inputs)[chosen])  # (N, V)
    return F.cross_entropy(logits, labels[chosen], reduction="sum"), int(chosen.sum())


@torch.no_grad()
def fill(
    model: BERT, ids: Int[Tensor, "B T"], place: Int[Tensor, " B"] | int
) -> Float[Tensor, "B V"]:
    """p(word | all the others) at one place of each text; what stands there is not looked at."""
    rows = torch.arange(len(ids))
    inputs = ids.clone()
    inputs[rows, place] = model.mask
    return model.logits(model.hidden(inputs)[rows, place]).softmax(-1)
