"""Compression: the same model, smaller: distillation, pruning, quantisation; size and speed.

*Distillation* (Hinton, Vinyals & Dean 2015, section 2): a small student learns the probabilities of
a large teacher, softened by a temperature T. With logits z of the student and v of the teacher,

    L = α T² KL(softmax(v/T) ‖ softmax(z/T)) + (1 − α) CE(labels, softmax(z))

T² keeps the first part as strong as the second when T changes: its gradient shrinks with 1/T².

*Pruning* (Han et al. 2015): weights of small magnitude are set to zero, and stay zero while the
others are trained on. Only matrices are pruned, since the norms hold almost nothing; whether the
embedding is, is up to the caller (it is a matrix of words, and each word has few weights).

*Quantisation*, symmetric: w ≈ s · q with whole numbers |q| ≤ 2^(b−1) − 1 and one scale s, for a
whole matrix or for each of its rows ("per channel"),

    s = max |w| / (2^(b−1) − 1)        q = round(w / s)        |w − s q| ≤ s / 2

(Jacob et al. 2018, section 2.1, with their zero point at 0). ``Int8Linear`` quantises what comes in
as well, a scale for each row, multiplies whole numbers, and is faster for it where the processor
has instructions for that (``torch._int_mm``; Dettmers et al. 2022, section 2.1).

Departs from the papers: KL in place of cross-entropy with soft targets (the same gradient); one
pruning step, not many. Left out: structured pruning, calibration on data, quantisation-aware
training, 4-bit kernels.
"""

import copy
import math
import time
from collections.abc import Callable, Mapping

import torch
from jaxtyping import Float, Int8
from torch import Tensor, nn
from torch.nn import functional as F

from llmbook_utils.train import IGNORE, Batch, Batches, History, TrainConfig, train

Masks = dict[str, Tensor]  # name of a matrix → True where a weight is kept

# Distillation -------------------------------------------------------------------------------------


def distillation_loss(
    student: Float[Tensor, "N V"],
    teacher: Float[Tensor, "N V"],
    temperature: float | int = 2.0,
) -> Float[Tensor, ""]:
    """T² · KL(softmax(teacher / T) ‖ softmax(student / T)), in nats, the mean over N places.

    Raises:
        ValueError: if the temperature is not positive.
    """
    if temperature <= 0:
        raise ValueError(f"expected a temperature above 0, got {temperature}")
    wanted = (teacher / temperature).log_softmax(-1)
    got = (student / temperature).log_softmax(-1)
    kl = F.kl_div(got, wanted, reduction="batchmean", log_target=True)
    return temperature**2 * kl


def distil(
    student: nn.Module,
    teacher: nn.Module,
    batches: Batches,
    config: TrainConfig,
    *,
    temperature: float | int = 2.0,
    alpha: float | int = 0.9,
) -> History:
    """Train the student in place on (ids, labels) batches, with the teacher's help.

    Args:
        alpha: how much the teacher's probabilities weigh; 0 is training without a teacher.

    Raises:
        ValueError: if alpha is not between 0 and 1.
    """
    if not 0 <= alpha <= 1:
        raise ValueError(f"expected alpha from 0 to 1, got {alpha}")

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        ids, labels = batch
        here = labels != IGNORE
        z = model(ids)[here]  # (N, V)
        total = (1 - alpha) * F.cross_entropy(z, labels[here])
        if alpha:
            with torch.no_grad():
                v = teacher(ids)[here]
            total = total + alpha * distillation_loss(z, v, temperature)
        return total * len(z), len(z)

    return train(student, batches, config, loss=loss, progress=None)


# Pruning ------------------------------------------------------------------------------------------


def matrices(model: nn.Module) -> dict[str, nn.Parameter]:
    """What is compressed: every parameter with two dimensions."""
    return {name: p for name, p in model.named_parameters() if p.ndim == 2}


def magnitude_masks(weights: Mapping[str, Tensor], share: float | int) -> Masks:
    """Which weights to keep: all but the share with the smallest magnitude in any matrix.

    Args:
        weights: matrices by name.
        share: of all weights together that go, from 0 to 1; rounded to whole weights.

    Raises:
        ValueError: if there are no matrices, or the share is out of range.
    """
    if not weights or not 0 <= share <= 1:
        raise ValueError(
            f"expected matrices and a share from 0 to 1, got {len(weights)} and {share}"
        )
    sizes = torch.cat([w.detach().abs().flatten() for w in weights.values()])
    keep = torch.ones(len(sizes), dtype=torch.bool)
    keep[sizes.argsort(stable=True)[: round(share * len(sizes))]] = False
    parts = keep.split([w.numel() for w in weights.values()])
    return {n: part.view(w.shape) for (n, w), part in zip(weights.items(), parts, strict=True)}


@torch.no_grad()
def apply_masks(model: nn.Module, masks: Masks) -> None:
    """Set the weights that are not kept to zero."""
    for name, mask in masks.items():
        model.get_parameter(name).mul_(mask)


def hold_masks(model: nn.Module, masks: Masks) -> None:
    """Prune, and see to it that pruned weights stay zero when the model is trained on.

    Their gradient is set to zero; then neither Adam nor weight decay moves them.
    """
    apply_masks(model, masks)
    for name, mask in masks.items():
        model.get_parameter(name).register_hook(lambda gradient, mask=mask: gradient * mask)


# Quantisation -------------------------------------------------------------------------------------


def quantise(
    w: Float[Tensor, "O I"], bits: int = 8, per_channel: bool = True
) -> tuple[Int8[Tensor, "O I"], Float[Tensor, "S 1"]]:
    """(q, s) with w ≈ s · q; S is O (a scale for each row) or 1.

    A row of zeros has scale 1.

    Raises:
        ValueError: if bits are not 2 to 8.
    """
    if not 2 <= bits <= 8:
        raise ValueError(f"expected 2 to 8 bits, got {bits}")
    largest = 2 ** (bits - 1) - 1
    top = w.abs().amax(1, keepdim=True) if per_channel else w.abs().amax().view(1, 1)
    s = torch.where(top > 0, top / largest, torch.ones_like(top))
    return (w / s).round().to(torch.int8), s


def dequantise(q: Int8[Tensor, "O I"], s: Float[Tensor, "S 1"]) -> Float[Tensor, "O I"]:
    """s · q: the matrix that the whole numbers stand for."""
    return q * s


@torch.no_grad()
def rounded(model: nn.Module, bits: int = 8, per_channel: bool = True) -> nn.Module:
    """A copy whose matrices are what ``bits`` bits leave of them, still stored as floats.

    It answers as a model of so many bits would; it is neither smaller nor faster.
    """
    model = copy.deepcopy(model)
    for w in matrices(model).values():
        w.copy_(dequantise(*quantise(w, bits, per_channel)))
    return model


class Int8Linear(nn.Module):
    """A linear layer that keeps its matrix as int8, and computes with whole numbers.

    y = s_x s_w (q_x q_wᵀ) + b: each row of the input has a scale of its own, found as it comes.

    Args:
        base: the layer; its matrix is quantised with a scale for each row.
        activations: quantise the input, too. Else the matrix becomes floats again for each product:
            that saves memory only.
    """

    q: Tensor
    s: Tensor

    def __init__(self, base: nn.Linear, activations: bool = True) -> None:
        super().__init__()
        q, s = quantise(base.weight.detach())
        self.register_buffer("q", q)  # (O, I), int8
        self.register_buffer("s", s)  # (O, 1)
        self.bias = base.bias
        self.activations = activations

    @torch.no_grad()
    def forward(self, x: Float[Tensor, "... I"]) -> Float[Tensor, "... O"]:
        if not self.activations:
            return F.linear(x, dequantise(self.q, self.s), self.bias)
        rows = x.reshape(-1, x.shape[-1])  # (N, I)
        q, s = quantise(rows)
        y = torch._int_mm(q, self.q.t())  # (N, O): sums are exact, in int32
        y = y.float().mul_(s).mul_(self.s.t())  # in place: no copies of y
        y = y if self.bias is None else y + self.bias
        return y.view(*x.shape[:-1], -1)


class Int8Embedding(nn.Module):
    """An embedding kept as int8, a scale a row; ``weight`` gives all of it as floats."""

    q: Tensor
    s: Tensor

    def __init__(self, base: nn.Embedding) -> None:
        super().__init__()
        q, s = quantise(base.weight.detach())
        self.register_buffer("q", q)
        self.register_buffer("s", s)

    @property
    def weight(self) -> Tensor:
        return dequantise(self.q, self.s)

    def forward(self, ids: Tensor) -> Tensor:
        return self.q[ids] * self.s[ids]


def int8(model: nn.Module, activations: bool = True) -> nn.Module:
    """A copy for use (not for training) with every linear layer and embedding in int8."""
    model = copy.deepcopy(model).requires_grad_(False)
    for module in list(model.modules()):
        for name, layer in list(module.named_children()):
            if isinstance(layer, nn.Linear):
                setattr(module, name, Int8Linear(layer, activations))
            elif isinstance(layer, nn.Embedding):
                setattr(module, name, Int8Embedding(layer))
    return model


# Size and speed -----------------------------------------------------------------------------------


def size_in_bytes(model: nn.Module) -> int:
    """Bytes of all parameters and of the buffers that are saved with them."""
    return sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())


def sparse_size_in_bytes(model: nn.Module, bits: int = 32) -> int:
    """Bytes if a matrix is kept as its weights other than 0, and one bit a place: is it 0 or not.

    Args:
        bits: of each weight that is kept.
    """
    pruned = matrices(model)
    total = size_in_bytes(model) - sum(w.numel() * w.element_size() for w in pruned.values())
    for w in pruned.values():
        total += math.ceil(w.numel() / 8) + math.ceil(int(w.count_nonzero()) * bits / 8)
    return total


@torch.no_grad()
def seconds(run: Callable[[], object], repeats: int = 5) -> float:
    """Processor seconds of one call: the fastest of several, after one to warm up."""
    run()
    best = math.inf
    for _ in range(repeats):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best
