"""Structure without labels: a projection to the plane, coloured by group."""

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes

from llmbook_utils.figures.style import INK, axes_or_new

Array = np.ndarray


def plot_projection(
    Z: Float[Array, "N 2"], group: Int[Array, " N"], ax: Axes | None = None
) -> Axes:
    """Points in the plane, each drawn as the digit of its group, so that colour is not needed."""
    ax = axes_or_new(ax, (5.6, 4.6))
    colors = ["#00568c", "#d95f02", "#1b9e77", "#8c4a9b", "#22272e"]
    for k in np.unique(group):
        chosen = Z[group == k]
        ax.plot(
            *chosen.T, linestyle="", marker=f"${k}$", markersize=5.5, color=colors[k % 5], alpha=0.7
        )
        x, y = np.median(chosen, axis=0)
        ax.text(x, y, str(k), size=15, weight="bold", ha="center", va="center", color=INK).set_bbox(
            {"facecolor": "white", "edgecolor": colors[k % 5], "boxstyle": "circle,pad=0.2"}
        )
    ax.set(xlabel="first principal component", ylabel="second principal component")
    return ax
