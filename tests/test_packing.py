"""Packing: every label is the next token, borders are kept, and nothing is learnt from a place."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils.packing import pack, padded, windows

END, PAD = 0, 9
DOCS = [[1, 2, 3, END], [4, END], [5, 6, 7, 8, END], [1, 1, END]]

documents = st.lists(
    st.lists(st.integers(1, 8), max_size=7).map(lambda words: [*words, END]),
    min_size=1,
    max_size=30,
)


def test_rows_are_filled_and_the_last_document_is_cut():
    inputs, labels = pack(DOCS, 6, END)
    assert inputs.tolist() == [[END, 1, 2, 3, END, 4], [END, 5, 6, 7, 8, END]]
    assert labels.tolist() == [[1, 2, 3, END, 4, END], [5, 6, 7, 8, END, 1]]


@settings(deadline=None)
@given(documents, st.integers(1, 12))
def test_rows_are_documents_from_their_beginnings(docs, context):
    """Each row: an end mark, whole documents in their order, then one that may be cut."""
    try:
        inputs, labels = pack(docs, context, END)
    except ValueError:
        assert sum(map(len, docs)) < context
        return
    left = iter(docs)
    for row, label in zip(inputs.tolist(), labels.tolist(), strict=True):
        assert row[1:] == label[:-1]
        assert row[0] == END
        while label:
            document = next(left)
            assert label[: len(document)] == document[: len(label)]
            label = label[len(document) :]
    assert sum(map(len, left)) < context  # what did not fill a row


def test_the_place_in_a_row_says_nothing_about_a_document():
    """Documents of length 2 and 9, half each: of those with room for 9, half are long anywhere."""
    rng = np.random.default_rng(0)
    docs = [[1, END] if short else [2] * 8 + [END] for short in rng.random(40_000) < 0.5]
    inputs, labels = pack(docs, 24, END)
    begins = inputs == END
    for place in range(24):
        first = labels[:, place][begins[:, place]]
        if len(first) > 400:
            share = (first == 2).double().mean().item()
            assert abs(share - 0.5) < 5 * 0.5 / len(first) ** 0.5


def test_padding_carries_no_loss():
    inputs, labels = padded(DOCS, END, PAD)
    assert inputs.tolist() == [
        [END, 1, 2, 3, PAD],
        [END, 4, PAD, PAD, PAD],
        [END, 5, 6, 7, 8],
        [END, 1, 1, PAD, PAD],
    ]
    assert labels.tolist() == [
        [1, 2, 3, END, -100],
        [4, END, -100, -100, -100],
        [5, 6, 7, 8, END],
        [1, 1, END, -100, -100],
    ]
    assert (labels != -100).sum() == sum(map(len, DOCS))


def test_what_cannot_be_packed_is_said():
    with pytest.raises(ValueError, match=r"expected documents of 20 tokens or more, got 14"):
        pack(DOCS, 20, END)
    for make in (lambda docs: pack(docs, 3, END), lambda docs: padded(docs, END, PAD)):
        with pytest.raises(
            ValueError, match=r"expected documents that end with token 0, got \[3\]"
        ):
            make([[1, END], [3]])
    with pytest.raises(ValueError, match="expected documents of at most 4 tokens, got one of 5"):
        padded(DOCS, END, PAD, context=4)


def test_windows_of_a_long_text():
    stream = torch.arange(50)
    batch = windows(stream, 8, 64, seed=1)
    inputs, labels = batch(0)
    assert inputs.shape == labels.shape == (64, 8)
    assert torch.equal(labels, inputs + 1)
    assert (inputs.min(), labels.max()) == (0, 49)  # both ends are reached
    assert torch.equal(batch(0)[0], inputs)
    assert not torch.equal(batch(1)[0], inputs)
    assert not torch.equal(windows(stream, 8, 64, seed=2)(0)[0], inputs)
    with pytest.raises(ValueError, match="expected a stream of more than 50 tokens, got 50"):
        windows(stream, 50, 1)
