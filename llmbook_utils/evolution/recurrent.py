"""Recurrent networks: a state that is carried along, and how a gradient comes back through it.

    RNN   h_t = tanh(W_x x_t + b_x + W_h h_{t−1} + b_h)                        (Elman 1990)
    LSTM  i, f, g, o = σ, σ, tanh, σ of the four parts of W_x x_t + b_x + W_h h_{t−1} + b_h
          c_t = f ∘ c_{t−1} + i ∘ g,    h_t = o ∘ tanh(c_t)                    (Hochreiter &
          Schmidhuber 1997; the forget gate f is from Gers et al. 2000)

The RNN's state goes through W_h and tanh at every step, and so does its gradient on the way back:
∂h_T/∂h_t is a product of T − t matrices, which mostly shrinks (Bengio, Simard & Frasconi 1994). The
LSTM's cell c goes through a product with f alone; where f is near 1 the gradient stays.

Departs from Hochreiter & Schmidhuber: the forget gate, and a gradient that flows through all gates.
The forget gate's bias starts at 1, so that the cell begins by keeping (Jozefowicz et al. 2015).
Left out: several layers, peepholes, dropout.

Letters: B batch, T time, C width (of a word's vector and of the state), V vocabulary.
"""

from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

State = tuple[Tensor, ...]  # (h,) or (h, c), each (B, C); the last one is what is carried


class RNNCell(nn.Module):
    """One step of Elman's network: the new state from the word and the old state."""

    gates = 1

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.input = nn.Linear(inputs, self.gates * width)  # W_x, b_x
        self.hidden = nn.Linear(width, self.gates * width)  # W_h, b_h
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -(width**-0.5), width**-0.5)

    def start(self, batch: int) -> State:
        """The state before the first word: zeros."""
        return (self.hidden.weight.new_zeros(batch, self.width),)

    def step(self, word: Float[Tensor, "B G"], state: State) -> State:
        """The new state, given W_x x + b_x (which needs no state: all times are done at once)."""
        (h,) = state
        return (torch.tanh(word + self.hidden(h)),)

    def forward(self, x: Float[Tensor, "B I"], state: State) -> State:
        return self.step(self.input(x), state)


class LSTMCell(RNNCell):
    """One step of the LSTM: the cell forgets a part, takes in a part, and shows a part."""

    gates = 4

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__(inputs, width)
        with torch.no_grad():
            self.hidden.bias[width : 2 * width] = 1.0  # of the forget gate

    def start(self, batch: int) -> State:
        return super().start(batch) * 2

    def step(self, word: Float[Tensor, "B G"], state: State) -> State:
        h, c = state
        i, f, g, o = (word + self.hidden(h)).chunk(4, -1)  # each (B, C)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c


CELLS = {"rnn": RNNCell, "lstm": LSTMCell}


class RecurrentLM(nn.Module):
    """A language model: the state after word t gives the logits of word t + 1.

    The embedding is used twice, as in ``gpt``: for the vectors of words and to compare states with.

    Raises:
        ValueError: for a cell that is not there.
    """

    def __init__(
        self, vocab_size: int, cell: Literal["rnn", "lstm"] = "lstm", width: int = 128
    ) -> None:
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"expected a cell of {list(CELLS)}, got {cell!r}")
        self.tokens = nn.Embedding(vocab_size, width)
        self.cell = CELLS[cell](width, width)
        self.norm = nn.LayerNorm(width, bias=False)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def states(self, ids: Int[Tensor, "B T"], state: State | None = None) -> list[State]:
        """The states after each word, one after the other: each step waits for the one before."""
        words = self.cell.input(self.tokens(ids)).unbind(1)  # T × (B, G)
        state = self.cell.start(len(ids)) if state is None else state
        found = []
        for word in words:
            state = self.cell.step(word, state)
            found.append(state)
        return found

    def logits(self, h: Float[Tensor, "... C"]) -> Float[Tensor, "... V"]:
        """Compare states with the vectors of all words."""
        return F.linear(self.norm(h), self.tokens.weight)

    def forward(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits z; softmax(z[b, t]) is the distribution of word t + 1 after words 0 … t."""
        return self.logits(torch.stack([state[0] for state in self.states(ids)], 1))


def gradient_through_time(model: RecurrentLM, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B S"]:
    """How much the loss of the last word would change with the state, a distance d before it.

    ‖∂loss/∂s_d‖ for each text, where s_d is what is carried (h of an RNN, c of an LSTM) d steps
    before the state that predicts the last word. Where it falls fast with d, the gradient vanishes:
    what is far away can hardly be learnt.

    Args:
        ids: texts of T words, T ≥ 2; the last one is predicted.

    Returns:
        One row a text; column d = 0, 1, …, S − 1, with S = T − 1.

    Raises:
        ValueError: if the texts have fewer than two words.
    """
    if ids.shape[1] < 2:
        raise ValueError(f"expected texts of at least 2 words, got shape {tuple(ids.shape)}")
    with torch.enable_grad():
        states = model.states(ids[:, :-1])
        loss = F.cross_entropy(model.logits(states[-1][0]), ids[:, -1], reduction="sum")
        carried = [state[-1] for state in states]
        gradients = torch.autograd.grad(loss, carried)  # rows of a batch do not touch each other
    return torch.stack([gradient.norm(dim=1) for gradient in reversed(gradients)], 1)
