"""Optimisers walking on loss surfaces of two weights: what the figure ``OptimiserPaths`` shows.

``static/optimiser_paths.js`` is the twin of this module; a test runs both and compares them.
Closed forms only: no stochastic gradient noise, so "SGD" here is plain gradient descent.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

OPTIMISERS = ("SGD", "momentum", "Adam")
BETA2, EPS = 0.999, 1e-8
DIVERGED = 1e6  # a run whose loss passes this has diverged and ends there


@dataclass(frozen=True)
class Surface:
    """A loss f(w₁, w₂) whose least value is 0, its gradient, and the part that is shown."""

    f: Callable[..., np.ndarray]  # works on numbers and on arrays
    gradient: Callable[[float, float], tuple[float, float]]
    x: tuple[float, float]  # shown range of w₁
    y: tuple[float, float]  # shown range of w₂
    minima: tuple[tuple[float, float], ...]
    start: tuple[float, float]  # where a run starts unless told otherwise


SURFACES = {
    # curvature 1 one way and 20 the other: a long ravine, stable for SGD below η = 2/20
    "ravine": Surface(
        f=lambda x, y: 0.5 * (x * x + 20 * y * y),
        gradient=lambda x, y: (x, 20 * y),
        x=(-4.0, 4.0),
        y=(-2.5, 2.5),
        minima=((0.0, 0.0),),
        start=(-3.5, 1.5),
    ),
    # ∂f/∂w₁ = ¼ (w₁² − 4)(w₁ − ½): a deep valley at −2 (loss 0), a shallow one at 2 (loss 4/3)
    "two minima": Surface(
        f=lambda x, y: 0.25 * (x**4 / 4 - x**3 / 6 - 2 * x * x + 2 * x + 20 / 3) + y * y,
        gradient=lambda x, y: (0.25 * (x * x - 4) * (x - 0.5), 2 * y),
        x=(-3.5, 3.5),
        y=(-2.2, 2.2),
        minima=((-2.0, 0.0), (2.0, 0.0)),
        start=(3.3, 1.5),
    ),
    # flat at (0, 0), which is least along w₁ and greatest along w₂
    "saddle": Surface(
        f=lambda x, y: x * x + (y * y - 4) ** 2 / 16,
        gradient=lambda x, y: (2 * x, y * (y * y - 4) / 4),
        x=(-4.0, 4.0),
        y=(-2.9, 2.9),
        minima=((0.0, -2.0), (0.0, 2.0)),
        start=(-3.5, 0.02),
    ),
}


def descend(
    surface: str,
    optimiser: str,
    *,
    lr: float,
    momentum: float = 0.9,
    start: tuple[float, float] | list[float],
    steps: int,
) -> Float[np.ndarray, "visited 2"]:
    """The points (w₁, w₂) that an optimiser visits, the start first.

    With g the gradient at w, and t = 1, 2, …::

        SGD        w ← w − η g
        momentum   v ← μ v + g                       w ← w − η v
        Adam       m ← β₁ m + (1 − β₁) g             w ← w − η m̂ / (√ŝ + ε)
                   s ← β₂ s + (1 − β₂) g²            m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ)

    Adam is Kingma & Ba's (2015), with β₂ = 0.999 and ε = 1e-8.

    :param surface: a name in ``SURFACES``.
    :param optimiser: a name in ``OPTIMISERS``.
    :param lr: the learning rate η.
    :param momentum: μ for momentum, β₁ for Adam; not used by SGD.
    :param steps: how many steps to take; fewer are taken if the loss passes ``DIVERGED``.
    :returns: steps + 1 rows, or fewer for a run that diverged.
    :raises ValueError: for a surface or optimiser that does not exist.
    """
    if surface not in SURFACES:
        raise ValueError(f"expected a surface out of {list(SURFACES)}, got {surface!r}")
    if optimiser not in OPTIMISERS:
        raise ValueError(f"expected an optimiser out of {list(OPTIMISERS)}, got {optimiser!r}")
    f, gradient = SURFACES[surface].f, SURFACES[surface].gradient
    w = np.array(start, dtype=float)
    v = s = np.zeros(2)
    path = [w]
    for t in range(1, steps + 1):
        g = np.array(gradient(*w))
        if optimiser == "SGD":
            move = g
        elif optimiser == "momentum":
            move = v = momentum * v + g
        else:
            v = momentum * v + (1 - momentum) * g
            s = BETA2 * s + (1 - BETA2) * g * g
            move = v / (1 - momentum**t) / (np.sqrt(s / (1 - BETA2**t)) + EPS)
        w = w - lr * move
        path.append(w)
        if not f(*w) <= DIVERGED:
            break
    return np.array(path)


def losses(surface: str, path: Float[np.ndarray, "visited 2"]) -> Float[np.ndarray, " visited"]:
    """The loss at each point of a path."""
    return SURFACES[surface].f(path[:, 0], path[:, 1])
