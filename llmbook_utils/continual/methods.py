"""Methods against forgetting, as parts that can be combined; and the ones that the book compares.

λ was chosen by average accuracy on the permuted digits, for each penalty by itself, with other
seeds (100 to 107; "strengths" in ``sweep.py``) than those that are reported (0 upwards). The
batched shortcut has the λ of EWC, as somebody would choose who takes it for the Fisher. For the
language model, it is the λ with the lowest old excess among those that learn the new towns: of a
few, a factor of 3 (L2) or 10 (EWC) apart, with seed 100.
"""

from dataclasses import dataclass
from typing import Literal

from llmbook_utils.continual.fisher import Estimator


@dataclass(frozen=True)
class Method:
    """What is done against forgetting; with nothing but a name, nothing (naive).

    Raises:
        ValueError: a number out of its range, or parts that contradict each other.
    """

    name: str
    penalty: Literal["l2", "ewc"] | None = None
    strength: float = 0.0  # λ of the penalty
    fisher: Estimator = "exact"  # for "ewc"
    buffer: int = 0  # examples in the reservoir, of all old tasks together
    share: float = 0.5  # of the rows that come from it, as soon as it holds any
    dynamic: bool = False  # weigh new and old rows by their excess over the floor
    freeze: bool = False  # after the first task, only the output layer learns
    joint: bool = False  # all tasks at once
    lora: int = 0  # rank of the only change that is trained; language model only
    switched: bool = False  # with LoRA: old tasks are answered without the change

    def __post_init__(self) -> None:
        if self.penalty not in (None, "l2", "ewc"):
            raise ValueError(f"expected the penalty l2, ewc or None, got {self.penalty!r}")
        if self.strength < 0 or self.buffer < 0 or not 0 <= self.share < 1:
            raise ValueError(f"expected strength ≥ 0, buffer ≥ 0 and 0 ≤ share < 1, got {self}")
        if self.dynamic and not (self.buffer and self.share):
            raise ValueError("expected a buffer for dynamic weights: they need old rows, got none")
        if self.switched and not self.lora:
            raise ValueError("expected LoRA to be switched off for old tasks, got none")
        if self.joint and (self.penalty or self.buffer or self.freeze):
            raise ValueError(f"expected joint training alone, got {self}")


# The methods of chapter 6, for the digits.
METHODS = {
    method.name: method
    for method in (
        Method("naive"),
        Method("joint", joint=True),
        Method("freeze", freeze=True),
        Method("L2", "l2", 0.1),
        Method("EWC", "ewc", 30.0),
        Method("EWC (batched)", "ewc", 30.0, fisher="batched"),
        Method("replay 50", buffer=50),
        Method("replay 200", buffer=200),
        Method("dynamic", buffer=200, dynamic=True),
    )
}

# The methods of chapter 6, for the language model whose world changes.
WORLD_METHODS = {
    method.name: method
    for method in (
        Method("naive"),
        Method("joint", joint=True),
        Method("freeze", freeze=True),
        Method("LoRA", lora=8),
        Method("LoRA, switched", lora=8, switched=True),
        Method("L2", "l2", 0.1),
        Method("EWC", "ewc", 10.0, fisher="sampled"),
        Method("replay", buffer=1000, share=1 / 3),
        Method("dynamic", buffer=1000, share=1 / 3, dynamic=True),
    )
}
