"""The figure of polynomials fitted to a noisy sine: under- and over-fitting."""

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Float

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.polynomial import (
    MAX_DEGREE,
    VALIDATION,
    fit,
    mean_squared_error,
    sample,
)
from llmbook_utils.interactive.theme import LIGHT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "degree": "Degree",
    "noise": "Noise σ",
    "n": "Training points",
    "new_sample": "New sample",
    "data_title": "The fit",
    "error_title": "The error at each degree",
    "x": "x",
    "y": "y",
    "degree_axis": "degree of the polynomial",
    "error": "mean squared error",
    "underfit": "underfit",
    "overfit": "overfit",
    "key_train": "training",
    "key_validation": "validation",
    "key_fit": "fitted polynomial",
    "key_truth": "true curve sin 2πx",
    "key_noise": "variance of the noise, σ²",
    "train_error": "Training error",
    "validation_error": "Validation error",
    "at_best": "The best degree on the validation points.",
    "below_best": "Underfits: validation is best at degree {best}.",
    "above_best": "Overfits: validation is best at degree {best}.",
}


class PolynomialFit(Explorable):
    """Move the degree, the noise and the number of points; watch both errors.

    ``figure.errors()`` gives Python what the second panel shows.

    >>> train, validation = PolynomialFit(n=20, noise=0.25).errors()
    >>> train.shape, bool(train[15] < validation[15])
    ((16,), True)
    """

    _esm = module("polynomial_fit")
    degree = traitlets.Int(3, min=0, max=MAX_DEGREE).tag(sync=True)
    noise = traitlets.Float(0.25, min=0.0).tag(sync=True)
    n = traitlets.Int(20, min=MAX_DEGREE + 1).tag(sync=True)
    seed = traitlets.Int(1, min=0).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @property
    def train(self) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
        """x and y of the training points."""
        return sample(2 * self.seed, self.n, self.noise)

    @property
    def validation(self) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
        """x and y of the validation points, drawn from the same distribution."""
        return sample(2 * self.seed + 1, VALIDATION, self.noise)

    def errors(self) -> tuple[Float[np.ndarray, " 16"], Float[np.ndarray, " 16"]]:
        """Mean squared error on training and on validation points for degree 0 … 15."""
        x, y = self.train
        fits = [fit(x, y, degree) for degree in range(MAX_DEGREE + 1)]
        on_train = np.array([mean_squared_error(c, x, y) for c in fits])
        on_validation = np.array([mean_squared_error(c, *self.validation) for c in fits])
        return on_train, on_validation

    def describe(self) -> str:
        train, validation = self.errors()
        return (
            f"{self.n} noisy points of a sine curve with a fitted polynomial of degree "
            f"{self.degree}; beside it the mean squared error for degrees 0 to {MAX_DEGREE}. "
            f"At degree {self.degree} it is {train[self.degree]:.3g} on the training points and "
            f"{validation[self.degree]:.3g} on the validation points; "
            f"validation is best at degree {int(validation.argmin())}."
        )

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        grid = np.linspace(0, 1, 401)
        curve = np.polynomial.legendre.legval(2 * grid - 1, fit(*self.train, self.degree))
        words = {
            name: self.labels[f"key_{name}"] for name in ("train", "validation", "fit", "truth")
        }
        orange = {"color": LIGHT["second"], "markerfacecolor": LIGHT["paper"], "markersize": 4}
        left.plot(*self.validation, "o", **orange, label=words["validation"])
        left.plot(*self.train, "o", color=LIGHT["accent"], markersize=5, label=words["train"])
        truth = np.sin(2 * np.pi * grid)
        left.plot(grid, truth, "--", color=LIGHT["ink"], linewidth=1.2, label=words["truth"])
        left.plot(grid, curve, color=LIGHT["third"], linewidth=2, label=words["fit"])
        left.legend(fontsize=8.5)
        left.set(ylim=(-2, 2), xlabel=self.labels["x"], ylabel=self.labels["y"])
        left.set(title=self.labels["data_title"])
        train, validation = self.errors()
        degrees = np.arange(MAX_DEGREE + 1)
        right.semilogy(degrees, train, "o-", color=LIGHT["accent"], markersize=4)
        right.semilogy(degrees, validation, "o-", **orange)
        right.axhline(self.noise**2, color=LIGHT["soft"], linestyle=":", linewidth=1.5)
        right.axvspan(self.degree - 0.5, self.degree + 0.5, color=LIGHT["third"], alpha=0.15)
        right.set(
            xticks=degrees[::2],
            ylim=(1e-3, 1e2),
            xlabel=self.labels["degree_axis"],
            ylabel=self.labels["error"],
        )
        right.set(title=self.labels["error_title"])
