"""A small network whose weights are a dictionary, alone or S of them side by side.

    logits = relu(relu(x W₀ + b₀) W₁ + b₁) W₂ + b₂

As a plain function of its weights it can be given to ``torch.func``. With one more dimension in
front of every tensor, the same line runs S networks at once, each on its own inputs: small
networks are slow because each operation takes a while to get going, and S of them take hardly
longer than one.

Letters: S seeds, N inputs, I their size, H hidden numbers, K outputs.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

Weights = dict[str, Tensor]  # "w0" (S, I, H), "b0" (S, 1, H), "w1", …; or all without S


def make_weights(sizes: Sequence[int], seeds: Sequence[int]) -> Weights:
    """Random weights for layers between these sizes, one network a seed.

    Uniform between ± 1/√inputs, as ``nn.Linear`` starts.

    Raises:
        ValueError: if there are fewer than two sizes, or no seeds.
    """
    if len(sizes) < 2 or not seeds:
        raise ValueError(f"expected two sizes or more, and seeds, got {sizes} and {seeds}")
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    weights: Weights = {}
    for layer, (i, o) in enumerate(pairwise(sizes)):
        for name, shape in ((f"w{layer}", (i, o)), (f"b{layer}", (1, o))):
            drawn = [torch.rand(shape, generator=generator) * 2 - 1 for generator in generators]
            weights[name] = torch.stack(drawn) / i**0.5
    return weights


def logits(weights: Weights, x: Float[Tensor, "*S N I"]) -> Float[Tensor, "*S N K"]:
    """The network: a linear layer, relu, and so on; no relu at the end."""
    last = len(weights) // 2 - 1
    for layer in range(last):
        x = F.relu(x @ weights[f"w{layer}"] + weights[f"b{layer}"])
    return x @ weights[f"w{last}"] + weights[f"b{last}"]


def masked(z: Float[Tensor, "*S N K"], outputs: Bool[Tensor, "*M K"]) -> Float[Tensor, "*S N K"]:
    """Logits with those that may not answer at −10⁹: softmax makes them 0, without a NaN."""
    return z.masked_fill(~outputs, -1e9)


def cross_entropy(z: Float[Tensor, "*S N K"], y: Int[Tensor, "*S N"]) -> Float[Tensor, "*S N"]:
    """−log softmax(z)_y of every row, in nats."""
    return F.cross_entropy(z.flatten(0, -2), y.flatten(), reduction="none").view_as(y)


def accuracy(z: Float[Tensor, "*S N K"], y: Int[Tensor, "*S N"]) -> Float[Tensor, "*S"]:
    """The part of each network's answers that are right."""
    return (z.argmax(-1) == y).float().mean(-1)
