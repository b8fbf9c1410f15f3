"""Word2Vec: words become vectors by learning which words stand near each other.

Skip-gram with negative sampling (Mikolov et al. 2013b, "Distributed representations of words and
phrases", eq. 4). For a word c and a word o in its window, and K words k drawn at random,

    loss = −ln σ(u_o · v_c) − Σ_k ln σ(−u_k · v_c)

tells the true neighbour from the random ones. Each word has two vectors: v as the centre of a
window and u as a neighbour; v is what is kept. Random words are drawn with probability ∝
count^0.75. (Were it ∝ count, u_o · v_c would at best be the pointwise mutual information of the two
words, less ln K: Levy & Goldberg 2014. So words with the same neighbours get similar vectors.)

Departs from the paper: every window is full (the paper's program draws its size), Adam instead
of SGD, and a drawn word can be the true neighbour by chance. Left out: hierarchical softmax,
phrases, and CBOW, the sibling that predicts the centre from its neighbours.

Letters: B pairs, K negatives, C width, V vocabulary.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F


class Word2Vec(nn.Module):
    """Two vectors for each word."""

    def __init__(self, vocab_size: int, width: int = 32) -> None:
        super().__init__()
        self.centre = nn.Embedding(vocab_size, width)  # v
        self.context = nn.Embedding(vocab_size, width)  # u
        nn.init.uniform_(self.centre.weight, -0.5 / width, 0.5 / width)  # as the paper's program
        nn.init.zeros_(self.context.weight)

    @property
    def vectors(self) -> Float[Tensor, "V C"]:
        """What is kept."""
        return self.centre.weight.detach()

    def forward(self, centre: Int[Tensor, " B"], words: Int[Tensor, "B N"]) -> Float[Tensor, "B N"]:
        """u · v for each centre and each of N words: how well they go together."""
        v, u = self.centre(centre), self.context(words)  # (B, C), (B, N, C)
        return (u @ v[:, :, None]).squeeze(2)


def skip_gram_loss(model: nn.Module, batch: tuple[Tensor, ...]) -> tuple[Float[Tensor, ""], int]:
    """The equation above, summed over the pairs of a batch, and their number.

    A batch is (centre, context, negatives): (B,), (B,) and (B, K) word numbers.
    """
    centre, context, negatives = batch
    true = model(centre, context[:, None])  # (B, 1)
    false = model(centre, negatives)  # (B, K)
    return -F.logsigmoid(true).sum() - F.logsigmoid(-false).sum(), len(centre)


def pairs(
    sequences: Sequence[Sequence[int]], window: int = 2
) -> tuple[Int[Tensor, " N"], Int[Tensor, " N"]]:
    """(centre, context) for every two words of a sequence that are at most ``window`` apart.

    Raises:
        ValueError: for a window below 1, or where there is no pair.
    """
    if window < 1:
        raise ValueError(f"expected a window of at least 1, got {window}")
    words = torch.tensor([word for sequence in sequences for word in sequence], dtype=torch.long)
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    text = torch.repeat_interleave(torch.arange(len(lengths)), lengths)  # whose word it is
    centres, contexts = [], []
    for apart in range(1, window + 1):
        left, right = words[:-apart], words[apart:]
        together = text[:-apart] == text[apart:]
        left, right = left[together], right[together]
        centres += [left, right]
        contexts += [right, left]
    if not sum(map(len, centres)):
        raise ValueError("expected a sequence of at least two words, got none")
    return torch.cat(centres), torch.cat(contexts)


def subsample(
    sequences: Sequence[Sequence[int]], counts: Int[Tensor, " V"], threshold: float, seed: int = 0
) -> list[list[int]]:
    """Drop frequent words at random: each is kept with probability √(threshold / f) (eq. 5).

    f is the word's part of all words. What is left moves together, so windows reach further.
    """
    frequency = counts / counts.sum()
    keep = (threshold / frequency.clamp(min=1e-12)).sqrt().tolist()
    draw = torch.rand(
        sum(map(len, sequences)), generator=torch.Generator().manual_seed(seed)
    ).tolist()
    drawn = iter(draw)
    return [[w for w in sequence if next(drawn) < keep[w]] for sequence in sequences]


def count(sequences: Sequence[Sequence[int]], vocab_size: int) -> Int[Tensor, " V"]:
    """How often each word occurs."""
    words = torch.tensor([word for sequence in sequences for word in sequence], dtype=torch.long)
    return torch.bincount(words, minlength=vocab_size)


def negatives(
    counts: Int[Tensor, " V"],
    shape: tuple[int, int],
    generator: torch.Generator | None = None,
    power: float = 0.75,
) -> Int[Tensor, "B K"]:
    """Words drawn with probability ∝ count^power: rare ones more often than they occur."""
    chances = counts.float() ** power
    drawn = torch.multinomial(chances, shape[0] * shape[1], replacement=True, generator=generator)
    return drawn.view(shape)


def batches(
    sequences: Sequence[Sequence[int]],
    vocab_size: int,
    window: int = 2,
    batch_size: int = 2048,
    K: int = 5,
    seed: int = 0,
) -> Callable[[int], tuple[Tensor, Tensor, Tensor]]:
    """Batch i for ``train``: pairs drawn from all there are, and K negatives for each."""
    centre, context = pairs(sequences, window)
    counts = count(sequences, vocab_size)

    def batch(i: int) -> tuple[Tensor, Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        chosen = torch.randint(len(centre), (batch_size,), generator=generator)
        return centre[chosen], context[chosen], negatives(counts, (batch_size, K), generator)

    return batch


def neighbours(
    vectors: Float[Tensor, "V C"], words: Sequence[str], word: str, n: int = 5
) -> list[tuple[str, float]]:
    """The n words whose vectors point in the most similar direction, with their cosines.

    Raises:
        ValueError: for a word that is not there.
    """
    return nearest(vectors, words, vectors[place(words, word)], n, without=(word,))


def analogy(
    vectors: Float[Tensor, "V C"], words: Sequence[str], a: str, b: str, c: str, n: int = 5
) -> list[tuple[str, float]]:
    """a is to b as c is to …? The words nearest to b − a + c, without a, b and c themselves.

    Each vector is scaled to length 1 first (3CosAdd, Mikolov et al. 2013c; Levy & Goldberg 2014).
    """
    unit = F.normalize(vectors, dim=1)
    target = unit[place(words, b)] - unit[place(words, a)] + unit[place(words, c)]
    return nearest(vectors, words, target, n, without=(a, b, c))


def nearest(
    vectors: Float[Tensor, "V C"],
    words: Sequence[str],
    target: Float[Tensor, " C"],
    n: int,
    without: Sequence[str] = (),
) -> list[tuple[str, float]]:
    """The n words with the highest cosine to a vector."""
    cosines = F.cosine_similarity(vectors, target[None])
    cosines[[place(words, word) for word in without]] = -torch.inf
    values, found = cosines.topk(n)
    return [(words[i], v) for i, v in zip(found.tolist(), values.tolist(), strict=True)]


def place(words: Sequence[str], word: str) -> int:
    """The number of a word."""
    if word not in words:
        raise ValueError(f"expected a word of the vocabulary, got {word!r}")
    return words.index(word)
