"""Grokking: a network knows its training data by heart long before it finds the rule behind them.

The task is addition modulo a prime p (Power et al. 2022). Of all sums a + b mod p with a ≤ b, a
share is shown; the others are the test. (With both a + b and b + a, half of the test would be the
training data read backwards, since this network cannot tell them apart.) The network, as in Gromov
(2023) but with one table of vectors for both numbers:

    logits = relu((E_a + E_b) W) U            E: (p, C), W: (C, I), U: (I, p)

It sees all training sums in each step. Soon they are all right, while the test is at chance. Weight
decay goes on making the weights smaller, which the rule needs fewer of (Nanda et al. 2023 find
three phases: memorisation, circuit formation, cleanup). The rule lives on a few waves: a is kept as
cos and sin of 2πka/p for some frequencies k. How much of E lies on its strongest few is written
down, beside accuracy, loss and weight norm: it moves while the test accuracy does not.

Departs from Power et al.: no Transformer, and full batches. Left out: other operations than +.

Letters: S seeds side by side (a leading dimension of every array), M looks, N sums, C width of E,
I inner width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F

from llmbook_utils.progress import Progress

PRIME = 59
STEPS = 1200
FREQUENCIES = 5  # how many waves count as few


@dataclass(frozen=True)
class Curves:
    """What was seen before each of the steps named."""

    prime: int
    share: float  # of the sums that were shown
    weight_decay: float
    seeds: tuple[int, ...]
    step: Int[Tensor, " M"]
    train_accuracy: Float[Tensor, "S M"]
    test_accuracy: Float[Tensor, "S M"]
    train_loss: Float[Tensor, "S M"]  # nats a sum
    test_loss: Float[Tensor, "S M"]
    weight_norm: Float[Tensor, "S M"]  # of all weights together
    on_few_waves: Float[Tensor, "S M"]  # part of E's variance on its five strongest frequencies


def sums(prime: int) -> tuple[Int[Tensor, "N 2"], Int[Tensor, " N"]]:
    """All pairs a ≤ b below the prime, and (a + b) mod prime; N = p (p + 1) / 2."""
    pairs = torch.triu_indices(prime, prime).T
    return pairs, pairs.sum(1) % prime


def logits(weights: Sequence[Tensor], pairs: Int[Tensor, "S N 2"]) -> Float[Tensor, "S N p"]:
    """relu((E_a + E_b) W) U for S networks side by side."""
    E, W, U = weights
    a, b = pairs.unbind(-1)
    rows = torch.arange(len(E))[:, None]
    return F.relu((E[rows, a] + E[rows, b]) @ W) @ U


def on_few_waves(
    embedding: Float[Tensor, "S p C"], count: int = FREQUENCIES
) -> Float[Tensor, " S"]:
    """Which part of the variance of E over a = 0 … p − 1 lies on its ``count`` strongest waves.

    The discrete Fourier transform over a, |Ê_kc|² summed over c, for the frequencies k = 1 …
    (p − 1) / 2; the strongest ``count`` of them, as a part of all. For random vectors it is little
    more than count · 2 / (p − 1).
    """
    power = torch.fft.rfft(embedding, dim=1)[:, 1:].abs().square().sum(2)  # (S, (p − 1) / 2)
    return power.topk(count, dim=1).values.sum(1) / power.sum(1)


def learn(
    prime: int = PRIME,
    share: float = 0.6,
    weight_decay: float | int = 0.5,
    steps: int = STEPS,
    seeds: Sequence[int] = (0, 1, 2),
    *,
    every: int = 20,
    width: int = 48,
    inner: int = 96,
    learning_rate: float = 1e-2,
    quiet: bool = False,
) -> Curves:
    """Train one network for each seed, which also settles the sums that it is shown.

    AdamW (decoupled weight decay, Loshchilov & Hutter 2019) at a constant rate.

    Args:
        share: of the sums that are shown, between 0 and 1.
        every: steps between two looks.

    Raises:
        ValueError: a prime below 13, a share that leaves nothing to train or to test on, no seeds.
    """
    inputs, targets = sums(prime)
    shown = int(share * len(targets))
    if prime < 13 or not 0 < shown < len(targets) or not seeds:
        raise ValueError(
            "expected a prime from 13 up, a share between 0 and 1, and seeds, "
            f"got {prime}, {share} and {list(seeds)}"
        )
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    weights = [
        torch.stack([torch.randn(a, b, generator=g) * std for g in generators]).requires_grad_()
        for a, b, std in (
            (prime, width, 1.0),
            (width, inner, width**-0.5),
            (inner, prime, inner**-0.5),
        )
    ]
    order = torch.stack([torch.randperm(len(targets), generator=g) for g in generators])  # (S, N)
    train, test = order[:, :shown], order[:, shown:]
    adam = torch.optim.AdamW(
        weights, learning_rate, betas=(0.9, 0.98), weight_decay=weight_decay, fused=True
    )
    seen = []
    with Progress(None if quiet else "grokking", steps) as line:
        for step in range(steps + 1):
            z = logits(weights, inputs[train])
            loss = F.cross_entropy(z.transpose(1, 2), targets[train], reduction="none").mean(1)
            if step % every == 0:
                seen.append(_look(weights, z, loss, inputs[test], targets[train], targets[test]))
            if step < steps:
                adam.zero_grad()
                loss.sum().backward()
                adam.step()
                line.show(step + 1)
    return Curves(
        prime,
        float(share),
        float(weight_decay),
        tuple(seeds),
        torch.arange(0, steps + 1, every),
        *(torch.stack(column, 1) for column in zip(*seen, strict=True)),
    )


@torch.no_grad()
def _look(
    weights: Sequence[Tensor],
    z: Tensor,
    loss: Tensor,
    test: Tensor,
    train_targets: Tensor,
    test_targets: Tensor,
) -> tuple[Tensor, ...]:
    """One column of ``Curves``, in the order of its fields."""
    z_test = logits(weights, test)
    test_loss = F.cross_entropy(z_test.transpose(1, 2), test_targets, reduction="none")
    return (
        (z.argmax(-1) == train_targets).float().mean(1),
        (z_test.argmax(-1) == test_targets).float().mean(1),
        loss.detach().clone(),
        test_loss.mean(1),
        torch.stack([w.square().sum((1, 2)) for w in weights]).sum(0).sqrt(),
        on_few_waves(weights[0]),
    )


def first_step(
    step: Int[Tensor, " M"], accuracy: Float[Tensor, "S M"], level: float = 0.95
) -> list[int | None]:
    """For each seed the first step at which accuracy is at least ``level``; None if it never is."""
    return [int(step[row.argmax()]) if row.any() else None for row in (accuracy >= level).int()]
