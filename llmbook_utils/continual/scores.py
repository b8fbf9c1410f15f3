"""Scores of continual learning, all read from one matrix (Lopez-Paz & Ranzato 2017, section 2).

    R[i, j]   accuracy on the test images of task j, after training on tasks 0 … i

Row i is what the network can do after stage i; column j is what becomes of task j. On the diagonal
stands a task that was just learnt; below it, tasks of the past; above it, tasks still to come.

Matrices can be stacked: of R with shape (S, T, T) each score has shape (S,), one for each seed.
"""

import numpy as np
from jaxtyping import Float

Matrix = Float[np.ndarray, "*S T T"]
Scores = Float[np.ndarray, "*S"]


def average_accuracy(R: Matrix) -> Scores:
    """The mean of the last row: ACC = 1/T Σ_j R[T−1, j] (their equation 2)."""
    return np.asarray(_checked(R, 1)[..., -1, :].mean(-1))


def learning_accuracy(R: Matrix) -> Scores:
    """The mean of the diagonal: how well each task was learnt when it came.

    A method can forget nothing by learning nothing; this tells.
    """
    return np.asarray(np.diagonal(_checked(R, 1), axis1=-2, axis2=-1).mean(-1))


def backward_transfer(R: Matrix) -> Scores:
    """BWT = 1/(T−1) Σ_{j<T−1} R[T−1, j] − R[j, j] (their equation 3).

    How much later tasks have changed what was known of the earlier ones: below zero is forgetting,
    above zero they have helped.
    """
    R = _checked(R, 2)
    then = np.diagonal(R, axis1=-2, axis2=-1)
    return np.asarray((R[..., -1, :] - then)[..., :-1].mean(-1))


def forward_transfer(R: Matrix, initial: Float[np.ndarray, "*S T"]) -> Scores:
    """FWT = 1/(T−1) Σ_{j≥1} R[j−1, j] − initial[j] (their equation 4).

    How much the earlier tasks helped with one that is still to come.

    Args:
        initial: the accuracy on each task of the network before any training.
    """
    R = _checked(R, 2)
    if initial.shape != R.shape[:-1]:
        raise ValueError(f"expected initial of shape {R.shape[:-1]}, got {initial.shape}")
    before = np.diagonal(R, offset=1, axis1=-2, axis2=-1)  # R[j−1, j] for j = 1, 2, …
    return np.asarray((before - initial[..., 1:]).mean(-1))


def forgetting(R: Matrix) -> Scores:
    """F = 1/(T−1) Σ_{j<T−1} max_{i<T−1} R[i, j] − R[T−1, j] (Chaudhry et al. 2018, eqs. 3 and 4).

    How far each task is below the best that it ever was. At least −BWT, since the best is at least
    what stood on the diagonal.
    """
    R = _checked(R, 2)
    best = R[..., :-1, :-1].max(-2)
    return np.asarray((best - R[..., -1, :-1]).mean(-1))


def _checked(R: Matrix, least: int) -> Matrix:
    if R.ndim < 2 or R.shape[-1] != R.shape[-2] or R.shape[-1] < least:
        raise ValueError(
            f"expected a matrix of T stages × T tasks with T ≥ {least}, got shape {R.shape}"
        )
    return R
