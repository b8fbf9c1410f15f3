"""How fast a kernel could be, and how fast it is: the roofline, and a ladder of kernels."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from llmbook_utils.figures.bars import bars_side_by_side
from llmbook_utils.figures.style import BLUE, GREY, INK, ORANGE, PAPER, Number, axes_or_new, label

Array = np.ndarray

# Percent of cuBLAS's float32 speed at 4096² on an RTX A6000: Böhm (2022), boehm2022 in the
# bibliography; kernels of github.com/siboehm/SGEMM_CUDA.
BOEHM_2022 = {
    "naive": 1.3,
    "coalesced": 8.5,
    "shared memory": 12.8,
    "1-D register tiles": 36.5,
    "2-D register tiles": 68.7,
    "vectorised": 78.4,
    "warp tiles": 93.7,
}


def plot_roofline(
    bandwidth: Number,
    peak: Number,
    intensity: Float[Array, " N"],
    performance: Float[Array, " N"],
    names: Sequence[str],
    ax: Axes | None = None,
    *,
    asked: Float[Array, " N"] | None = None,
) -> Axes:
    """Kernels under the roof min(peak, intensity × bandwidth) (Williams et al. 2009).

    Args:
        bandwidth: of the memory, in GB/s.
        peak: of the arithmetic, in GFLOP/s.
        intensity: each kernel's floating-point operations per byte moved, in FLOP/B.
        performance: each kernel's speed, in GFLOP/s.
        names: what to write beside each point.
        asked: each kernel's intensity by the bytes that it asks for, which caches make fewer: a
            hollow point, with an arrow to the other one.
    """
    ax = axes_or_new(ax, (6.4, 3.9))
    ridge = peak / bandwidth
    lowest = intensity if asked is None else np.minimum(intensity, asked)
    left = min(lowest.min(), ridge / 10) / 2
    right = max(intensity.max(), ridge * 4) * 2
    # a kernel above the roof contradicts one of the two numbers: show it, do not cut it off
    bottom = min(performance.min(), left * bandwidth * 4) / 2.5
    top = max(performance.max(), peak) * 2.6
    x = np.array([left, ridge, right])
    roof = np.minimum(peak, x * bandwidth)
    ax.fill_between(x, roof, bottom, color=BLUE, alpha=0.06, linewidth=0)
    ax.plot(x, roof, color=BLUE)
    ax.plot([ridge, ridge], [bottom, peak], color=GREY, linestyle=":", linewidth=1.2)
    ax.set(xscale="log", yscale="log", xlim=(left, right), ylim=(bottom, top))
    ax.set(xlabel="arithmetic intensity (FLOP per byte)", ylabel="speed (GFLOP/s)")
    label(ax, right, peak * 1.12, f"peak {_si(peak * 1e9)}FLOP/s ", BLUE, ha="right", va="bottom")
    middle = (left * ridge) ** 0.5
    text = f"{_si(bandwidth * 1e9)}B/s × intensity  "
    label(ax, middle, middle * bandwidth, text, BLUE, ha="right", va="bottom")
    label(ax, ridge * 1.08, bottom * 1.25, f"ridge {ridge:.3g}", GREY, va="bottom")
    for a, b, p in zip([] if asked is None else asked, intensity, performance, strict=False):
        ax.annotate("", (b, p), (a, p), arrowprops={"arrowstyle": "->", "color": GREY, "lw": 1.1})
        ax.plot(a, p, "o", color=PAPER, markeredgecolor=ORANGE, markeredgewidth=1.5, markersize=7)
    ax.plot(intensity, performance, "o", color=ORANGE, markeredgecolor="white", markersize=8)
    character = 0.016 * np.log10(right / left)  # of 10 points, in decades
    for a, p, name in zip(intensity, performance, names, strict=True):
        below = np.log10(right / a) < (len(name) + 2) * character  # no room at its right
        ax.annotate(
            name,
            (a, p),
            xytext=(16, -9) if below else (8, -1),
            textcoords="offset points",
            ha="right" if below else "left",
            va="top" if below else "center",
            fontsize=10,
            color=INK,
            path_effects=[withStroke(linewidth=3, foreground=PAPER)],
        )
    return ax


def plot_ladder(
    shares: Mapping[str, Mapping[str, Number]],
    ax: Axes | None = None,
) -> Axes:
    """Bars of each kernel's speed as a percentage of cuBLAS's; one colour for each source.

    ``shares`` maps a source, such as "RTX A6000 (Böhm 2022)", to a map from kernel to percent.
    A kernel that a source does not have gets no bar. Kernels are listed in the order in which
    they first appear.
    """
    kernels = {kernel for row in shares.values() for kernel in row}
    ax = axes_or_new(ax, (6.4, 0.6 + (0.1 + 0.28 * len(shares)) * len(kernels)))
    card = {"facecolor": ax.get_facecolor(), "edgecolor": "none", "pad": 1}
    bars_side_by_side(shares, ax, bbox=card)
    ax.axvline(100, color=GREY, linewidth=1.2, linestyle="--", zorder=0)
    ax.set(xlim=(0, 112), xlabel="speed (% of cuBLAS)", ylabel="kernel")
    ax.legend(loc="upper right", bbox_to_anchor=(0.9, 1), frameon=True, edgecolor="none")
    return ax


def _si(value: float) -> str:
    """1.55e12 → "1.55 T": four digits and the SI prefix."""
    power = int(np.clip(np.floor(np.log10(value) / 3), 0, 5))
    return f"{value / 1000**power:.4g} {['', 'k', 'M', 'G', 'T', 'P'][power]}"
