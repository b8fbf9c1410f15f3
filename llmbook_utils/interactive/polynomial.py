"""Polynomials fitted to a noisy sine: what the figure ``PolynomialFit`` shows.

``static/polynomial_fit.js`` is the twin of this module; a test runs both and compares them. The
points come from a small generator of random numbers that is easily written in both languages.
"""

import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

MAX_DEGREE = 15
VALIDATION = 50  # points in the validation set


def uniform(seed: int) -> Iterator[float]:
    """Uniform numbers in (0, 1): mulberry32, a generator with 32 bits of state."""
    mask = 0xFFFFFFFF
    a = seed & mask
    while True:
        a = (a + 0x6D2B79F5) & mask
        t = ((a ^ (a >> 15)) * (a | 1)) & mask
        t = ((t + (((t ^ (t >> 7)) * (t | 61)) & mask)) ^ t) & mask
        yield ((t ^ (t >> 14)) + 0.5) / 2**32


def sample(
    seed: int, n: int, sigma: float
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Draw N points: x uniform on [0, 1], y = sin 2πx + σ z with z normal (Box and Muller).

    :param n: the number of points N; a larger sample begins with the smaller one.
    :param sigma: standard deviation σ of the noise, in the unit of y.
    """
    numbers = uniform(seed)
    x, y = np.empty(n), np.empty(n)
    for i in range(n):
        x[i] = next(numbers)
        radius = math.sqrt(-2 * math.log(next(numbers)))
        z = radius * math.cos(2 * math.pi * next(numbers))
        y[i] = math.sin(2 * math.pi * x[i]) + sigma * z
    return x, y


def fit(
    x: Float[np.ndarray, " N"], y: Float[np.ndarray, " N"], degree: int
) -> Float[np.ndarray, " {degree}+1"]:
    """Least-squares coefficients of y ≈ Σ c_k P_k(2x − 1), P_k the Legendre polynomials.

    The fitted curve is that of the powers 1, x, …, x^degree; the Legendre basis is only better
    conditioned.

    :raises ValueError: for fewer points than coefficients, where the best fit is not unique.
    """
    if len(x) <= degree:
        raise ValueError(f"expected at least {degree + 1} points for degree {degree}, got {len(x)}")
    return np.polynomial.legendre.legfit(2 * x - 1, y, degree)


def mean_squared_error(
    coefficients: Float[np.ndarray, " K"], x: Float[np.ndarray, " N"], y: Float[np.ndarray, " N"]
) -> float:
    """(1/N) Σ (ŷ − y)² of a fitted polynomial on the points (x, y)."""
    prediction = np.polynomial.legendre.legval(2 * x - 1, coefficients)
    return float(np.mean((prediction - y) ** 2))
