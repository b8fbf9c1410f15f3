"""LoRA: fine-tuning by adding a product of two thin matrices (Hu et al. 2021, section 4.1).

    h = W x + (α / r) · B A x        W (out × in) frozen, A (r × in) and B (out × r) trained

B starts at zero, so that the model is at first the pretrained one. Afterwards (α / r) · B A can be
added to W once and for all, and the model is as fast as before.

Departs from the paper: the GPT makes q, k and v with one matrix, so that one A serves all three
(the paper adapts W_q and W_v by themselves); and the MLP can be adapted as well. Left out: dropout.
"""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

ATTENTION = ("qkv", "out")
MLP = ("up", "down")


class LoRALinear(nn.Module):
    """A linear layer that stays as it is, and a trained change of rank r.

    Args:
        base: the layer; its own parameters are frozen.
        rank: r, from 1 to the smaller side of W.
        alpha: α; the change is scaled by α / r, so that r can be tried out at one learning rate.

    Raises:
        ValueError: if the rank is out of its range.
    """

    def __init__(self, base: nn.Linear, rank: int, alpha: float | int) -> None:
        super().__init__()
        largest = min(base.in_features, base.out_features)
        if not 1 <= rank <= largest:
            raise ValueError(f"expected a rank from 1 to {largest}, got {rank}")
        self.base = base.requires_grad_(False)
        self.scale = alpha / rank
        self.a = nn.Parameter(base.weight.new_empty(rank, base.in_features))
        self.b = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))  # as nn.Linear starts

    def forward(self, x: Float[Tensor, "... I"]) -> Float[Tensor, "... O"]:
        return self.base(x) + F.linear(F.linear(x, self.a), self.b) * self.scale

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """One linear layer with weight W + (α / r) · B A."""
        self.base.weight += self.scale * self.b @ self.a
        return self.base


def add_lora(
    model: nn.Module,
    rank: int,
    alpha: float | int,
    targets: Sequence[str] = ATTENTION,
) -> list[nn.Parameter]:
    """Freeze the model, and give each linear layer named in ``targets`` a change of rank r.

    Returns:
        What is trained: A and B of each layer.

    Raises:
        ValueError: if the model has no linear layer with one of these names.
    """
    model.requires_grad_(False)
    for parent, name, layer in linears(model, targets):
        setattr(parent, name, LoRALinear(layer, rank, alpha))
    return [p for p in model.parameters() if p.requires_grad]


def merge_lora(model: nn.Module) -> None:
    """Add every change to its matrix; the model has its old layers again, all frozen."""
    for module in list(model.modules()):
        for name, layer in list(module.named_children()):
            if isinstance(layer, LoRALinear):
                setattr(module, name, layer.merged())


def linears(model: nn.Module, names: Sequence[str]) -> list[tuple[nn.Module, str, nn.Linear]]:
    """The linear layers with these names, each with the module that holds it."""
    found = [
        (module, name, layer)
        for module in model.modules()
        for name, layer in module.named_children()
        if name in names and isinstance(layer, nn.Linear)
    ]
    if missing := sorted(set(names) - {name for _, name, _ in found}):
        raise ValueError(f"expected linear layers named {missing}, found none in the model")
    return found
