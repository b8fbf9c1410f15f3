"""BERT: sees both sides, hides words as the paper says, and fills blanks in."""

import math

import pytest
import torch
from properties import given, settings, st
from torch.nn import functional as F

from llmbook_utils.evolution.bert import BERT, dynamic, fill, mask_tokens, masked_loss
from llmbook_utils.train import IGNORE, TrainConfig, shuffled, train

PAD, END, MASK, V = 0, 1, 19, 20


def bert(seed=0, **sizes):
    """A model whose weights are large enough for every part of it to matter."""
    torch.manual_seed(seed)
    model = BERT(V, MASK, **({"context": 12, "layers": 2, "heads": 2, "width": 16} | sizes))
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(std=0.3)
    return model


def words(*shape, seed=1):
    return torch.randint(2, MASK, shape, generator=torch.Generator().manual_seed(seed))


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


# What a place can see ----------------------------------------------------------------------------


@pytest.mark.parametrize("change", [0, 5, 9])
def test_every_word_changes_every_place(change):
    model, ids = bert(), words(3, 10)
    other = ids.clone()
    other[:, change] = 2 + (other[:, change] - 1) % 17
    assert (model(ids) - model(other)).abs().amax(-1).min() > 1e-4


def test_places_matter():
    model, ids = bert(), words(2, 10)
    assert (model(ids.flip(1)).flip(1) - model(ids)).abs().amax(-1).min() > 1e-3


def test_nothing_looks_at_padding():
    model, ids = bert(), words(2, 7)
    longer = F.pad(ids, (0, 4), value=PAD)
    torch.testing.assert_close(model(longer)[:, :7], model(ids))


def test_a_text_longer_than_the_context_is_refused():
    with pytest.raises(ValueError, match="at most 12 words, got 13"):
        bert()(words(1, 13))


# Hiding words ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=25)
@given(st.floats(0.01, 1), st.integers(0, 2**20), st.integers(1, 5), st.integers(1, 30))
def test_only_chosen_words_change_and_all_can_be_restored(share, seed, B, T):
    ids = words(B, T, seed=seed)
    ids[:, -1] = END
    inputs, labels = mask_tokens(ids, MASK, V, (PAD, END), drawn(seed), share)
    chosen = labels != IGNORE
    assert torch.equal(inputs[~chosen], ids[~chosen])
    assert torch.equal(torch.where(chosen, labels, inputs), ids)
    assert not chosen[:, -1].any()  # special words are never hidden
    assert not torch.isin(inputs[chosen], torch.tensor((PAD, END))).any()  # nor put in


def within(count, n, p, sigmas=4.5):
    """Whether ``count`` of n is what probability p gives: by chance it fails once in 100,000."""
    return abs(count - n * p) < sigmas * math.sqrt(n * p * (1 - p))


@pytest.mark.parametrize("share", [0.15, 0.4])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_shares_are_the_papers(share, seed):
    ids = words(400, 250, seed=seed)
    inputs, labels = mask_tokens(ids, MASK, V, (PAD, END), drawn(seed + 10), share)
    chosen = labels != IGNORE
    n = int(chosen.sum())
    assert within(n, ids.numel(), share)
    assert within(int((inputs[chosen] == MASK).sum()), n, 0.8)
    changed = (inputs != ids) & (inputs != MASK)
    assert within(int(changed.sum()), n, 0.1 * 16 / 17)  # a random word can be the old one
    assert within(int((inputs[chosen] == ids[chosen]).sum()), n, 0.1 + 0.1 / 17)
    frequent = torch.bincount(inputs[changed], minlength=V)[2:MASK]  # all words but the special
    assert all(within(int(c), int(changed.sum()), 1 / 17) for c in frequent)


def test_each_place_is_chosen_on_its_own():
    """Neighbours are hidden together as often as chance says: share², not more."""
    _, labels = mask_tokens(words(400, 250), MASK, V, (PAD, END), drawn())
    chosen = labels != IGNORE
    both = int((chosen[:, ::2] & chosen[:, 1::2]).sum())
    assert within(both, 400 * 125, 0.15**2)


@pytest.mark.parametrize("share", [0, 1.5, -0.1])
def test_a_share_is_above_0_and_up_to_1(share):
    with pytest.raises(ValueError, match="share above 0"):
        mask_tokens(words(1, 3), MASK, V, (PAD, END), drawn(), share)


def test_static_masks_stay_and_dynamic_ones_change():
    rows = words(24, 30)
    static = shuffled(mask_tokens(rows, MASK, V, (PAD, END), drawn()), 24)
    anew = dynamic(shuffled((rows,), 24), MASK, V, (PAD, END))

    def hidden(batch):  # which words of which text: in the order of the texts, not of the batch
        inputs, labels = batch
        ids = torch.where(labels != IGNORE, labels, inputs).tolist()
        return sorted(zip(ids, (labels != IGNORE).tolist(), strict=True))

    epochs = [hidden(static(i)) for i in range(3)]
    assert epochs[0] == epochs[1] == epochs[2]
    again = [hidden(anew(i)) for i in range(3)]
    assert [ids for ids, _ in again[0]] == [ids for ids, _ in again[1]]
    assert again[0] != again[1]
    assert again[1] != again[2]
    assert hidden(anew(1)) == again[1]  # batch i is always the same


# Loss and blanks ---------------------------------------------------------------------------------


def test_only_hidden_words_carry_loss():
    model = bert()
    inputs, labels = mask_tokens(words(4, 12), MASK, V, (PAD, END), drawn(3))
    total, count = masked_loss(model, (inputs, labels))
    logits = model(inputs).flatten(0, 1)
    whole = F.cross_entropy(logits, labels.flatten(), ignore_index=IGNORE, reduction="sum")
    torch.testing.assert_close(total, whole)
    assert count == (labels != IGNORE).sum()


def test_a_blank_is_filled_without_a_look_at_what_stood_there():
    model, ids = bert(), words(5, 9)
    places = torch.tensor([0, 2, 4, 6, 8])
    p = fill(model, ids, places)
    torch.testing.assert_close(p.sum(-1), torch.ones(5))
    other = ids.clone()
    other[torch.arange(5), places] = 2
    torch.testing.assert_close(fill(model, other, places), p)
    assert torch.equal(ids, words(5, 9))  # the text is left as it was
    other[:, 1] = 3
    assert (fill(model, other, places) - p).abs().amax(-1)[1:].min() > 1e-5


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.thorough)])
def test_it_learns_a_word_that_only_its_right_side_tells(seed):
    """A text is two random words and each of them again, mirrored: a b … b a."""
    left = words(2000, 3, seed=seed)
    rows = torch.cat((left, left.flip(1)), 1)
    torch.manual_seed(seed)
    model = BERT(V, MASK, context=6, layers=2, heads=2, width=32)
    batches = dynamic(shuffled((rows,), 64), MASK, V, (PAD, END), share=0.3)
    config = TrainConfig(250, 1e-2, warmup=10)
    train(model, batches, config, loss=masked_loss, progress=None)
    held_out = words(200, 3, seed=seed + 100)
    held_out = torch.cat((held_out, held_out.flip(1)), 1)
    best = fill(model, held_out, 0).argmax(-1)
    assert (best == held_out[:, 0]).float().mean() > 0.9
