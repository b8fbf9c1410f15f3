"""torch where it is loaded already: looking at a value must not cost a second of imports."""

import sys
from types import ModuleType
from typing import Any


def is_tensor(value: Any) -> bool:
    """Whether it is a plain torch tensor (without importing torch)."""
    torch = sys.modules.get("torch")
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def torch_module() -> ModuleType:
    """torch itself."""
    import torch

    return torch
