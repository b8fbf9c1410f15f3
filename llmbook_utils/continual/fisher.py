"""Which weights matter: the diagonal of the Fisher information, exactly and by shortcuts.

    F_i = E_x E_{y ~ p(y|x,θ)} (∂/∂θ_i log p(y|x, θ))²

How much the answers change when weight i does: KL(p_θ ‖ p_{θ+δ}) ≈ ½ Σ_i F_i δ_i², if the entries
off the diagonal are left out. x are the task's inputs, y is an answer of *the model*. Four ways to
compute it (compared by van de Ven 2025, whose names are used here):

    exact      the mean over y in full, Σ_y p(y|x) (∂ log p(y|x))²
    sampled    one y drawn from the model for each x; the same on average
    empirical  y is the label in the data (Kunstner et al. 2019 say what is wrong with it)
    batched    the square of a batch's *mean* gradient, with the data's labels

The first three square the gradient of each example, and then take the mean. The last one takes the
mean and then the square, which is what ``loss.backward(); p.grad**2`` gives. It is not an
approximation: gradients of different signs cancel before they are squared. If the examples'
gradients were independent with mean zero, it would be too small by the size of the batch.

``diagonal_fisher`` works for any model; ``classifier_fisher`` for ``network.py``, faster: in a
linear layer, an example's gradient is an outer product x δᵀ, so that its square is x² (δ²)ᵀ, and
the sum over examples is one matrix product.
"""

from collections.abc import Callable
from typing import Literal, get_args

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional as F

from llmbook_utils.continual.network import Weights, masked

Estimator = Literal["exact", "sampled", "empirical", "batched"]
LogProb = Callable[[Weights, Tensor, Tensor], Tensor]  # (weights, one x, one y) → log p(y|x)


def diagonal_fisher(
    log_prob: LogProb, weights: Weights, inputs: Tensor, labels: Tensor, batch: int = 1
) -> Weights:
    """The mean over examples of (∇ log p(y|x))², with labels as given; any model.

    With labels drawn from the model this is the "sampled" Fisher, with those of the data the
    "empirical" one.

    Args:
        log_prob: a function of the weights, one example's input and its label; it must be one
            that ``torch.func.vmap`` can vectorise (``-F.cross_entropy(z, y)`` rather than indexing
            with the label).
        batch: 1: each example's gradient is squared. More: the gradients of so many examples are
            averaged before they are squared, the wrong shortcut; what does not fill the last batch
            is left out.

    Raises:
        ValueError: if there are not as many labels as inputs, or fewer than a batch of them.
    """
    if len(inputs) != len(labels) or not 1 <= batch <= len(inputs):
        raise ValueError(
            f"expected as many inputs as labels, and at least {batch}, "
            f"got {len(inputs)} and {len(labels)}"
        )
    gradient = torch.func.vmap(torch.func.grad(log_prob), in_dims=(None, 0, 0))
    fisher = {name: torch.zeros_like(w) for name, w in weights.items()}
    batches = len(inputs) // batch
    chunk = max(1, 64 // batch) * batch  # so many examples at a time, to save memory
    used = batches * batch
    for x, y in zip(inputs[:used].split(chunk), labels[:used].split(chunk), strict=True):
        for name, g in gradient(weights, x, y).items():
            means = g.unflatten(0, (-1, batch)).mean(1)
            fisher[name] += means.square().sum(0) / batches
    return fisher


def classifier_fisher(
    weights: Weights,
    x: Float[Tensor, "S N I"],
    estimator: Estimator = "exact",
    labels: Int[Tensor, "S N"] | None = None,
    outputs: Bool[Tensor, " K"] | None = None,
    generator: torch.Generator | None = None,
    batch: int = 32,
) -> Weights:
    """The diagonal Fisher of S networks of ``network.py``, each on its own N inputs.

    Args:
        labels: needed by "empirical" and "batched".
        outputs: which outputs may answer; all by default.
        generator: for "sampled".
        batch: for "batched": how many gradients are averaged before they are squared; of the
            inputs in their order, and what does not fill the last batch is left out.

    Raises:
        ValueError: if there is no such estimator, or it needs labels and got none.
    """
    if estimator not in get_args(Estimator):
        raise ValueError(f"expected an estimator of {get_args(Estimator)}, got {estimator!r}")
    inputs, errors_of = _layers(weights, x, outputs)
    p = errors_of.probabilities
    if estimator == "exact":
        pieces = []
        for k in range(p.shape[-1]):
            deltas = errors_of(torch.full(p.shape[:-1], k))
            pieces.append(_mean_square(inputs, deltas, p[..., k]))
        return {name: sum(piece[name] for piece in pieces) for name in weights}  # type: ignore[misc]
    if estimator == "sampled":
        drawn = torch.multinomial(p.flatten(0, 1), 1, generator=generator)
        labels = drawn.view(p.shape[:-1])
    if labels is None:
        raise ValueError(f"expected labels for the {estimator} Fisher, got None")
    deltas = errors_of(labels)
    if estimator == "batched":
        return _square_of_means(inputs, deltas, batch)
    return _mean_square(inputs, deltas, torch.ones_like(p[..., 0]))


class _Errors:
    """Backpropagation by hand: ∂ log p(y|x) / ∂(what comes out of each layer), for any y."""

    def __init__(self, weights: Weights, inputs: list[Tensor], z: Tensor) -> None:
        self.weights, self.inputs = weights, inputs
        self.probabilities = z.softmax(-1)

    def __call__(self, y: Int[Tensor, "S N"]) -> list[Float[Tensor, "S N H"]]:
        p = self.probabilities
        deltas = [F.one_hot(y, p.shape[-1]).to(p.dtype) - p]  # ∂ log softmax(z)_y / ∂z
        for layer in range(len(self.inputs) - 1, 0, -1):
            back = deltas[0] @ self.weights[f"w{layer}"].transpose(-2, -1)
            deltas.insert(0, back * (self.inputs[layer] > 0))  # through the relu
        return deltas


def _layers(
    weights: Weights, x: Float[Tensor, "S N I"], outputs: Tensor | None
) -> tuple[list[Tensor], _Errors]:
    """What goes into each layer, and the errors that come back."""
    inputs = [x]
    last = len(weights) // 2 - 1
    for layer in range(last):
        inputs.append(F.relu(inputs[-1] @ weights[f"w{layer}"] + weights[f"b{layer}"]))
    z = inputs[-1] @ weights[f"w{last}"] + weights[f"b{last}"]
    return inputs, _Errors(weights, inputs, z if outputs is None else masked(z, outputs))


def _mean_square(
    inputs: list[Tensor], deltas: list[Tensor], share: Float[Tensor, "S N"]
) -> Weights:
    """1/N Σ_n share_n (x_n δ_nᵀ)² for the matrices, 1/N Σ_n share_n δ_n² for the biases."""
    fisher: Weights = {}
    for layer, (x, delta) in enumerate(zip(inputs, deltas, strict=True)):
        squared = delta.square() * share[..., None] / x.shape[-2]
        fisher[f"w{layer}"] = x.square().transpose(-2, -1) @ squared
        fisher[f"b{layer}"] = squared.sum(-2, keepdim=True)
    return fisher


def _square_of_means(inputs: list[Tensor], deltas: list[Tensor], batch: int) -> Weights:
    """What the shortcut computes: the mean gradient of each batch, squared; the mean of these."""
    N = inputs[0].shape[-2]
    if not 1 <= batch <= N:
        raise ValueError(f"expected a batch from 1 to {N}, the number of inputs, got {batch}")
    fisher: Weights = {}
    for layer, (x, delta) in enumerate(zip(inputs, deltas, strict=True)):
        xs, ds = (
            some[..., : N // batch * batch, :].unflatten(-2, (-1, batch)) for some in (x, delta)
        )
        fisher[f"w{layer}"] = (xs.transpose(-2, -1) @ ds / batch).square().mean(-3)
        fisher[f"b{layer}"] = ds.mean(-2, keepdim=True).square().mean(-3)
    return fisher
