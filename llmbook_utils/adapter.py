"""Bottleneck adapters: small layers put into a frozen model (Houlsby et al. 2019, section 2.1).

    h + W_up gelu(W_down h + b_down) + b_up        W_down (m × C), W_up (C × m), m much below C

One after attention and one after the MLP of each block, on what they are about to add to the
residual stream. W_up starts at zero, so that the model is at first the pretrained one. Unlike
LoRA, an adapter cannot be merged: it makes the model a little slower for ever.

Departs from the paper: norms stay frozen; W_up starts at zero rather than near it.
"""

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.lora import linears


class Adapter(nn.Module):
    """A linear layer that stays as it is, followed by a trained bottleneck of m numbers.

    Raises:
        ValueError: if m is not below the width of what it works on, or below 1.
    """

    def __init__(self, base: nn.Linear, bottleneck: int) -> None:
        super().__init__()
        width = base.out_features
        if not 1 <= bottleneck < width:
            raise ValueError(f"expected a bottleneck from 1 to {width - 1}, got {bottleneck}")
        self.base = base.requires_grad_(False)
        self.shrink = nn.Linear(width, bottleneck).to(base.weight)
        self.grow = nn.Linear(bottleneck, width).to(base.weight)
        nn.init.zeros_(self.grow.weight)
        nn.init.zeros_(self.grow.bias)

    def forward(self, x: Float[Tensor, "... I"]) -> Float[Tensor, "... C"]:
        h = self.base(x)
        return h + self.grow(F.gelu(self.shrink(h)))


def add_adapters(model: nn.Module, bottleneck: int) -> list[nn.Parameter]:
    """Freeze the model, and put an adapter behind attention and MLP of each block.

    Returns:
        What is trained: the adapters' weights and biases.
    """
    model.requires_grad_(False)
    for parent, name, layer in linears(model, ("out", "down")):
        setattr(parent, name, Adapter(layer, bottleneck))
    return [p for p in model.parameters() if p.requires_grad]
