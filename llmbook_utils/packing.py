"""Packing: token sequences of any length become the rows of a batch, with shifted labels.

Documents have different lengths, a batch is a rectangle. ``pack`` writes documents one after
another into rows of fixed length, an end mark before each; one that does not fit is cut off at the
row's end and the rest of it dropped. So no place is wasted on padding, and each prediction is made
with all of its document's beginning in view. (To place only documents that fit would be a mistake:
those at the end of a row would be short ones, which the model would learn.)

A token can attend to the documents before its own. They are independent of it, so that this changes
no probability, and the model learns to look past the border. Large models are mostly trained
so (Brown et al. 2020, section B); masking the other documents is the alternative.

``padded`` puts one whole document into each row, to measure with; ``windows`` cuts rows out of one
long text.
"""

from collections.abc import Iterable, Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from llmbook_utils.train import IGNORE, Batches

Ids = Sequence[int]


def pack(
    sequences: Iterable[Ids], context: int, end: int
) -> tuple[Int[Tensor, "N T"], Int[Tensor, "N T"]]:
    """Rows of T = ``context`` tokens and the token that follows each; every label counts.

    Each document ends with ``end``, and each row starts with it: it says that a document begins.
    What does not fill a row is left out.

    Raises:
        ValueError: if a document does not end with ``end``, or all together fill no row.
    """
    rows: list[list[int]] = []
    row = [end]
    for sequence in sequences:
        _ends(sequence, end)
        row += sequence
        if len(row) > context:  # one more than the context: labels are shifted by one
            rows.append(row[: context + 1])
            row = [end]
    if not rows:
        raise ValueError(f"expected documents of {context} tokens or more, got {len(row) - 1}")
    filled = torch.tensor(rows)  # (N, T + 1)
    return filled[:, :-1].contiguous(), filled[:, 1:].contiguous()


def padded(
    sequences: Sequence[Ids], end: int, pad: int, context: int | None = None
) -> tuple[Int[Tensor, "N T"], Int[Tensor, "N T"]]:
    """One document a row; labels behind it are −100. T is the longest, at most ``context``.

    Raises:
        ValueError: if a document does not end with ``end``, or is longer than the context.
    """
    T = max(map(len, sequences))
    if context is not None and context < T:
        raise ValueError(f"expected documents of at most {context} tokens, got one of {T}")
    inputs = torch.full((len(sequences), T), pad)
    labels = torch.full((len(sequences), T), IGNORE)
    for i, sequence in enumerate(sequences):
        _ends(sequence, end)
        inputs[i, : len(sequence)] = torch.tensor([end, *sequence[:-1]])
        labels[i, : len(sequence)] = torch.tensor(sequence)
    return inputs, labels


def windows(stream: Int[Tensor, " N"], context: int, batch_size: int, seed: int = 0) -> Batches:
    """Batches from one long text: each row starts anywhere; nobody knows its floor.

    Raises:
        ValueError: if the stream is not longer than the context.
    """
    if len(stream) <= context:
        raise ValueError(f"expected a stream of more than {context} tokens, got {len(stream)}")
    offsets = torch.arange(context + 1)

    def batch(i: int) -> tuple[Tensor, Tensor]:
        generator = torch.Generator().manual_seed(seed * 1_000_003 + i)
        starts = torch.randint(len(stream) - context, (batch_size, 1), generator=generator)
        rows = stream[starts + offsets]
        return rows[:, :-1], rows[:, 1:]

    return batch


def _ends(sequence: Ids, end: int) -> None:
    if not len(sequence) or sequence[-1] != end:
        raise ValueError(f"expected documents that end with token {end}, got {list(sequence)[-3:]}")
