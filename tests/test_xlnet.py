"""XLNet: each stream sees exactly the allowed places; every order gives a proper probability."""

from itertools import permutations, product

import pytest
import torch
from properties import given, settings, st
from torch import nn

from llmbook_utils.evolution.blocks import causal, permuted
from llmbook_utils.evolution.xlnet import XLNet, blank_last, permutation_loss, random_orders

V = 11


def xlnet(V=V, layers=3):
    torch.manual_seed(0)
    model = XLNet(V, layers, heads=2, width=8)
    for p in model.parameters():
        nn.init.normal_(p, std=0.3)  # the outputs of blocks start at zero
    return model.double()


MODEL = xlnet()


def changed_by(function, ids):
    """(T, T): whether the output at place i is another one when the word at place j is changed."""
    before = function(ids)
    columns = []
    for j in range(ids.shape[1]):
        other = ids.clone()
        other[:, j] = (ids[:, j] + 1) % V
        columns.append((function(other) != before).flatten(2).any(-1)[0])
    return torch.stack(columns, 1)


@given(st.permutations(range(6)), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_query_stream_sees_exactly_what_comes_before_in_the_order(order, seed):
    """By perturbation, through all layers: the words before it in the order, and never its own."""
    ids = torch.randint(V, (1, 6), generator=torch.Generator().manual_seed(seed))
    z = torch.tensor(order)
    seen = changed_by(lambda ids: MODEL(ids, z), ids)
    assert torch.equal(seen, permuted(z, itself=False))


@given(st.permutations(range(6)), st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_the_content_stream_sees_itself_too(order, seed):
    """By gradient: of h at each place, after the blocks that make it, with respect to the words."""
    ids = torch.randint(V, (1, 6), generator=torch.Generator().manual_seed(seed))
    z, here = torch.tensor(order), torch.arange(6)
    words = MODEL.tokens(ids).detach().requires_grad_()
    h = words
    for block in MODEL.blocks[:-1]:
        h = block(h, h, here[:, None] - here, permuted(z))
    seen = torch.stack(
        [
            torch.autograd.grad(h[0, i].square().sum(), words, retain_graph=True)[0][0].any(-1)
            for i in range(6)
        ]
    )
    assert torch.equal(seen, permuted(z))


def test_the_conditionals_of_any_order_are_a_distribution_over_texts():
    """Σ over all texts of Π p(x_{z_t} | …) = 1, for every order: eq. 3 is a factorisation."""
    model = xlnet(V=3)
    every_text = torch.tensor(list(product(range(3), repeat=3)))  # all 27 texts of three words
    for order in permutations(range(3)):
        log_p = model.log_prob(every_text, torch.tensor(order)).sum(1)
        assert log_p.exp().sum().item() == pytest.approx(1, abs=1e-9)


def test_the_sum_of_conditionals_is_the_log_likelihood():
    """Word by word: each conditional from a text in which all later words are something else."""
    ids, order = torch.randint(V, (1, 5)), torch.tensor([3, 0, 4, 1, 2])
    whole = MODEL.log_prob(ids, order)
    for t, place in enumerate(order.tolist()):
        part = ids.clone()
        part[0, order[t + 1 :]] = torch.randint(V, (4 - t,))  # not yet known
        log_p = MODEL(part, order)[0, place].log_softmax(-1)[ids[0, place]]
        assert log_p.item() == pytest.approx(whole[0, place].item(), abs=1e-9)


def test_from_left_to_right_it_is_an_ordinary_language_model():
    ids = torch.randint(V, (2, 7))
    identity = torch.arange(7)
    assert torch.equal(permuted(identity), causal(7))
    assert torch.equal(MODEL(ids), MODEL(ids, identity))
    longer = torch.cat((ids, torch.randint(V, (2, 3))), 1)  # what comes later changes nothing
    torch.testing.assert_close(MODEL(longer)[:, :7], MODEL(ids))
    # and the content stream is then a causal Transformer: h does not know about g
    assert torch.equal(changed_by(MODEL, ids[:1]), causal(7).tril(-1))


def test_orders_can_differ_from_text_to_text():
    ids = torch.randint(V, (3, 6))
    orders = random_orders(3, 6, torch.Generator().manual_seed(0))
    together = MODEL(ids, orders)
    for b in range(3):
        torch.testing.assert_close(together[b : b + 1], MODEL(ids[b : b + 1], orders[b]))


def test_chosen_places_are_predicted_as_all_are():
    ids, order = torch.randint(V, (2, 6)), torch.randperm(6)
    places = torch.tensor([[4, 1], [0, 5]])
    chosen = MODEL(ids, order, places)
    torch.testing.assert_close(chosen, MODEL(ids, order)[torch.arange(2)[:, None], places])
    total, n = permutation_loss(MODEL, (ids, order.expand(2, 6), places))
    expected = -MODEL.log_prob(ids, order).gather(1, places).sum()
    assert n == 4
    torch.testing.assert_close(total, expected)


def test_a_blank_that_comes_last_is_filled_from_both_sides():
    ids, order = torch.randint(V, (1, 6)), blank_last(6, 2)
    assert order.tolist() == [0, 1, 3, 4, 5, 2]
    seen = changed_by(lambda ids: MODEL(ids, order), ids)
    assert seen[2].tolist() == [True, True, False, True, True, True]


def test_random_orders_begin_with_the_start_mark():
    orders = random_orders(2000, 5, torch.Generator().manual_seed(0))
    assert (orders[:, 0] == 0).all()
    assert torch.equal(orders.sort(1).values, torch.arange(5).expand(2000, 5))
    second = torch.bincount(orders[:, 1], minlength=5)[1:] / 2000
    assert ((second - 0.25).abs() < 5 * (0.25 * 0.75 / 2000) ** 0.5).all()


def test_errors():
    with pytest.raises(ValueError, match="expected an order of 0 … 3"):
        MODEL(torch.zeros(1, 4, dtype=torch.long), torch.tensor([0, 1, 1, 2]))
    with pytest.raises(ValueError, match="expected a place from 0 to 3, got 4"):
        blank_last(4, 4)


def test_it_learns_to_look_both_ways():
    """Texts a b a: the middle says nothing of the first, which the last repeats."""
    torch.manual_seed(0)
    model = XLNet(8, layers=2, heads=2, width=32)
    adam = torch.optim.Adam(model.parameters(), 3e-3)
    for i in range(400):
        generator = torch.Generator().manual_seed(i)
        a, b = torch.randint(8, (2, 64), generator=generator)
        order = torch.rand(64, 3, generator=generator).argsort(1)
        loss, n = permutation_loss(model, (torch.stack((a, b, a), 1), order, order[:, 1:]))
        adam.zero_grad()
        (loss / n).backward()
        adam.step()
    ids = torch.tensor([[5, 3, 5]])
    assert model(ids, blank_last(3, 0))[0, 0].softmax(-1)[5] > 0.8  # from the right
    assert model(ids)[0, 2].softmax(-1)[5] > 0.8  # from the left
    assert model(ids)[0, 0].softmax(-1)[5] < 0.3  # from nothing
