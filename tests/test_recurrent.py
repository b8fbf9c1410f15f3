"""Recurrent networks: cells equal torch's, causal, gradients through time as small changes say."""

import pytest
import torch
from torch import nn

from llmbook_utils.evolution.recurrent import LSTMCell, RecurrentLM, RNNCell, gradient_through_time


def copied(cell, theirs):
    """Give torch's cell the weights of ours."""
    with torch.no_grad():
        theirs.weight_ih.copy_(cell.input.weight)
        theirs.bias_ih.copy_(cell.input.bias)
        theirs.weight_hh.copy_(cell.hidden.weight)
        theirs.bias_hh.copy_(cell.hidden.bias)
    return theirs


@pytest.mark.parametrize("seed", range(3))
def test_the_rnn_cell_equals_torchs(seed):
    torch.manual_seed(seed)
    cell = RNNCell(5, 7)
    theirs = copied(cell, nn.RNNCell(5, 7))
    x, h = torch.randn(4, 3, 5), torch.randn(3, 7)
    state, expected = (h,), h
    for t in range(4):
        state, expected = cell(x[t], state), theirs(x[t], expected)
    torch.testing.assert_close(state[0], expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_the_lstm_cell_equals_torchs(seed):
    torch.manual_seed(seed)
    cell = LSTMCell(5, 7)
    theirs = copied(cell, nn.LSTMCell(5, 7))
    x = torch.randn(4, 3, 5)
    state = expected = (torch.randn(3, 7), torch.randn(3, 7))
    for t in range(4):
        state, expected = cell(x[t], state), theirs(x[t], expected)
    for ours, good in zip(state, expected, strict=True):
        torch.testing.assert_close(ours, good, atol=1e-6, rtol=0)


def test_the_cell_begins_by_keeping():
    assert (LSTMCell(5, 7).hidden.bias[7:14] == 1).all()  # torch's second quarter: the forget gate


def test_an_lstm_that_only_keeps_keeps():
    """f = 1, i = 0: the cell is what it was, whatever comes in."""
    cell = LSTMCell(2, 3)
    with torch.no_grad():
        for p in cell.parameters():
            p.zero_()
        cell.hidden.bias[:3], cell.hidden.bias[3:6] = -100.0, 100.0
    c = torch.randn(1, 3)
    _, after = cell(torch.randn(1, 2), (torch.randn(1, 3), c))
    torch.testing.assert_close(after, c)


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_the_model_is_causal(name):
    torch.manual_seed(0)
    model = RecurrentLM(11, name, width=8)
    ids = torch.randint(11, (2, 9))
    changed = ids.clone()
    changed[:, 5] = (ids[:, 5] + 1) % 11
    a, b = model(ids), model(changed)
    assert torch.equal(a[:, :5], b[:, :5])
    assert not torch.allclose(a[:, 5:], b[:, 5:])


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_a_text_can_be_read_in_parts(name):
    torch.manual_seed(0)
    model = RecurrentLM(11, name, width=8)
    ids = torch.randint(11, (2, 9))
    first = model.states(ids[:, :4])
    second = model.states(ids[:, 4:], first[-1])
    whole = model.states(ids)
    for ours, good in zip([*first, *second], whole, strict=True):
        torch.testing.assert_close(ours[0], good[0])


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_gradients_through_time_are_those_of_small_changes(name):
    """‖∂loss/∂s_d‖ against central differences in every direction of the state."""
    torch.manual_seed(0)
    model = RecurrentLM(11, name, width=4).double()
    ids = torch.randint(11, (1, 7))
    found = gradient_through_time(model, ids)
    assert found.shape == (1, 6)

    def loss(state, rest):
        states = model.states(rest[:, :-1], state) if rest.shape[1] > 1 else [state]
        return nn.functional.cross_entropy(model.logits(states[-1][0]), rest[:, -1]).item()

    for d in (1, 3, 5):
        state = model.states(ids[:, : 6 - d])[-1]
        rest = ids[:, 6 - d :]
        slopes = []
        for i in range(4):
            step = torch.zeros(1, 4, dtype=torch.double)
            step[0, i] = 1e-5
            up = loss(_moved(model, state, step), rest)
            down = loss(_moved(model, state, -step), rest)
            slopes.append((up - down) / 2e-5)
        assert torch.tensor(slopes).norm().item() == pytest.approx(found[0, d].item(), rel=1e-3)


def _moved(model, state, step):
    """Move what is carried. In an LSTM h_t shows c_t, so it moves, too: o stays as it was."""
    if len(state) == 1:
        return (state[0] + step,)
    h, c = state
    o = h / c.tanh()
    return o * (c + step).tanh(), c + step


def test_gradients_do_not_touch_the_weights():
    model = RecurrentLM(11, width=8)
    with torch.no_grad():
        gradient_through_time(model, torch.randint(11, (2, 5)))
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("seed", range(3))
def test_an_rnn_forgets_faster_than_an_lstm(seed):
    """At the start of training, 30 steps back, relative to the last state: by a factor of 100."""
    ids = torch.randint(50, (16, 34), generator=torch.Generator().manual_seed(seed))
    left = {}
    for name in ("rnn", "lstm"):
        torch.manual_seed(seed)
        norms = gradient_through_time(RecurrentLM(50, name, width=48), ids).median(0).values
        left[name] = (norms[30] / norms[0]).item()
    assert left["rnn"] < left["lstm"] / 100, left
    assert left["rnn"] < 1e-4, left


def test_errors():
    with pytest.raises(ValueError, match="expected texts of at least 2 words"):
        gradient_through_time(RecurrentLM(5, width=4), torch.zeros(1, 1, dtype=torch.long))
