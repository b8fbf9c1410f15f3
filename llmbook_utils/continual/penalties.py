"""Penalties: springs that hold the weights to where they were (L2, elastic weight consolidation).

    L(θ) = L_new(θ) + λ/2 Σ_i F_i (θ_i − θ*_i)²          (Kirkpatrick et al. 2017, equation 3)

θ* are the weights after the old task, F_i how much weight i mattered for it (``fisher.py``). With
F = 1 for all weights this is the L2 penalty, which holds all equally tight.

*Several old tasks.* As in the paper, each has its own penalty, with its own θ* and F. A sum of
quadratic functions is quadratic, up to a constant:

    Σ_k F_k (θ − θ_k)² = F (θ − θ̄)² + constant,   F = Σ_k F_k,   θ̄ = Σ_k F_k θ_k / F,

so that ``merge`` keeps only one anchor, with exactly the same gradient, however many tasks there
were (Huszár 2018 remarks it). "Online EWC" (Schwarz et al. 2018) is something else: it moves θ̄ to
the newest weights and lets old Fishers fade.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from llmbook_utils.continual.network import Weights


class Anchor(NamedTuple):
    """Where the weights shall stay, and how much each one matters."""

    weights: Weights  # θ*
    importance: Weights  # F, not negative


def equal_importance(weights: Weights) -> Weights:
    """F = 1 everywhere: makes the penalty L2."""
    return {name: torch.ones_like(w) for name, w in weights.items()}


def quadratic_penalty(weights: Weights, anchor: Anchor, strength: float | int) -> Float[Tensor, ""]:
    """λ/2 Σ_i F_i (θ_i − θ*_i)², summed over all weights in the anchor.

    With S networks side by side, it is the sum of theirs, so that each gets its own gradient.

    Args:
        strength: λ.

    Raises:
        ValueError: if the strength is below zero, or a weight of the anchor is missing.
    """
    if strength < 0:
        raise ValueError(f"expected a strength of at least 0, got {strength}")
    if missing := sorted(anchor.weights.keys() - weights.keys()):
        raise ValueError(f"expected weights for all of the anchor's, got none for {missing}")
    terms = [
        (anchor.importance[name] * (weights[name] - old).square()).sum()
        for name, old in anchor.weights.items()
    ]
    return strength / 2 * torch.stack(terms).sum()


def merge(first: Anchor | None, second: Anchor) -> Anchor:
    """One anchor whose penalty is the sum of both, up to a constant. None counts as nothing."""
    if first is None:
        return second
    importance = {name: first.importance[name] + F for name, F in second.importance.items()}
    weights = {}
    for name, F in importance.items():
        part = (second.importance[name] / F).nan_to_num(0.0)  # no importance at all: stay
        weights[name] = torch.lerp(first.weights[name], second.weights[name], part)
    return Anchor(weights, importance)
