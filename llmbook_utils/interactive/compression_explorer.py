"""The figure of compression: the share that is pruned and the bits, against quality and size."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Num

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "measure": "Measure",
    "share": "Weights pruned",
    "bits": "Bits a weight",
    "by_share": "{measure} as more is pruned",
    "by_size": "{measure} against size",
    "pruned": "pruned (%)",
    "size": "size (kB, each step: the same ratio)",
    "chosen": "with the chosen bits",
    "others": "with other bits",
    "front": "nothing is smaller and as good",
    "before": "before compression",
    "size_now": "Size",
    "kilobytes": "{size} kB, {part} % of the original",
    "against": "{value}, was {before}",
}


class CompressionExplorer(Explorable):
    """Choose how much is pruned and how many bits stay; see quality and size.

    ``figure.kilobytes`` and ``figure.value`` are those of the chosen setting.

    >>> quality = {"loss": [[0.9, 1.4], [0.8, 1.1]]}
    >>> figure = CompressionExplorer.of([0, 0.5], [8, 32], [[25, 13], [100, 50]], quality, ["loss"])
    >>> figure.share, figure.bit = 1, 0
    >>> figure.kilobytes, figure.value
    (13.0, 1.4)
    """

    _esm = module("compression_explorer")
    _css = stylesheet() + (STATIC / "pretrained.css").read_text(encoding="utf-8")
    shares = traitlets.List(traitlets.Float(min=0, max=1), minlen=1).tag(sync=True)
    bits = traitlets.List(traitlets.Int(min=1), minlen=1).tag(sync=True)
    sizes: traitlets.List[Any] = traitlets.List().tag(sync=True)  # (B, P), kilobytes
    quality = traitlets.Dict().tag(sync=True)  # measure → (B, P)
    lower: traitlets.List[Any] = traitlets.List().tag(sync=True)  # measures that should be small
    measure = traitlets.Unicode().tag(sync=True)
    share = traitlets.Int(0, min=0).tag(sync=True)  # an index into shares
    bit = traitlets.Int(0, min=0).tag(sync=True)  # an index into bits

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.measure not in self.quality:
            self.measure = next(iter(self.quality))

    @traitlets.validate("share", "bit")
    def _within(self, proposal: Any) -> int:
        name = proposal["trait"].name
        several = self.shares if name == "share" else self.bits
        if several and proposal["value"] >= len(several):
            raise traitlets.TraitError(
                f"expected {name} below {len(several)}, got {proposal['value']}"
            )
        return proposal["value"]

    @classmethod
    def of(
        cls,
        shares: Sequence[float | int],
        bits: Sequence[int],
        kilobytes: Num[np.ndarray, "B P"] | Sequence[Sequence[float | int]],
        quality: Mapping[str, Num[np.ndarray, "B P"] | Sequence[Sequence[float | int]]],
        lower_is_better: Sequence[str] = (),
        **settings: Any,
    ) -> "CompressionExplorer":
        """The figure for a model that was measured at each share and number of bits.

        The setting with most bits and the smallest share is what all others are compared with.

        :param shares: P shares of the weights that are set to zero, growing from 0 up to 1.
        :param bits: B numbers of bits, growing (32 is no quantisation).
        :param kilobytes: the size of the weights at each setting.
        :param quality: up to four measures: name → value at each setting.
        :param lower_is_better: the measures that should be small, such as a loss.
        :raises ValueError: if shapes do not fit, or shares or bits do not grow.
        """
        if not (np.diff(shares) > 0).all() or not (np.diff(bits) > 0).all():
            raise ValueError(f"expected growing shares and bits, got {shares} and {bits}")
        shape = (len(bits), len(shares))
        tables = {"kilobytes": np.asarray(kilobytes, dtype=float)}
        tables |= {name: np.asarray(table, dtype=float) for name, table in quality.items()}
        if not 1 <= len(quality) <= 4:
            raise ValueError(f"expected one to four measures, got {len(quality)}")
        for name, table in tables.items():
            if table.shape != shape or not np.isfinite(table).all():
                raise ValueError(
                    f"expected finite {name!r} of shape {shape}, got the shape {table.shape}"
                )
        if strange := set(lower_is_better) - set(quality):
            raise ValueError(f"expected a measure, got {sorted(strange)[0]!r}")
        rounded = {name: _rounded(table) for name, table in tables.items()}
        return cls(
            shares=[float(share) for share in shares],
            bits=[int(b) for b in bits],
            sizes=rounded.pop("kilobytes"),
            quality=rounded,
            lower=list(lower_is_better),
            **{"measure": next(iter(quality)), "bit": len(bits) - 1, **settings},
        )

    @property
    def kilobytes(self) -> float:
        return self.sizes[self.bit][self.share]

    @property
    def value(self) -> float:
        return self.quality[self.measure][self.bit][self.share]

    def front(self) -> list[tuple[int, int]]:
        """The settings (bit, share) that no other beats: none is as small and at least as good."""
        return front(self.sizes, self.quality[self.measure], self.measure in self.lower)

    def describe(self) -> str:
        table, last = self.quality[self.measure], len(self.bits) - 1
        part = 100 * self.kilobytes / self.sizes[last][0]
        return (
            f"A model with {100 * self.shares[self.share]:.3g} % of its weights pruned and "
            f"{self.bits[self.bit]} bits a weight: {self.kilobytes:.3g} kB, {part:.2g} % of the "
            f"original; {self.measure} {self.value:.3g}, before compression {table[last][0]:.3g}."
        )

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        table, percent = self.quality[self.measure], [100 * share for share in self.shares]
        for row, sizes in zip(table, self.sizes, strict=True):
            left.plot(percent, row, color=LIGHT["edge"], linestyle="-", linewidth=1)
            right.plot(sizes, row, ".", color=LIGHT["edge"], linestyle="")
        now: dict[str, Any] = {"color": LIGHT["accent"], "linestyle": "-", "marker": "o"}
        left.plot(percent, table[self.bit], **now)
        best = [(self.sizes[b][p], table[b][p]) for b, p in self.front()]
        right.plot(*zip(*best, strict=True), color=LIGHT["third"], linestyle="--")
        for ax, x in ((left, percent[self.share]), (right, self.kilobytes)):
            ax.plot(x, self.value, "o", color=LIGHT["second"], markersize=9)
            ax.axhline(table[-1][0], color=LIGHT["soft"], linestyle=":", linewidth=1.4)
        right.set_xscale("log")
        left.set(xlabel=self.labels["pruned"], ylabel=self.measure)
        right.set(xlabel="size (kB)", ylabel=self.measure)
        title = f"{self.bits[self.bit]} bits, {percent[self.share]:.3g} % pruned: "
        left.set_title(f"{title}{self.kilobytes:.3g} kB", fontsize=10)


def front(
    sizes: Sequence[Sequence[float]], quality: Sequence[Sequence[float]], low: bool
) -> list[tuple[int, int]]:
    """Places (bit, share) from small to large that are better than everything as small."""
    sign = -1 if low else 1
    places = [(b, p) for b, row in enumerate(sizes) for p in range(len(row))]
    places.sort(key=lambda at: (sizes[at[0]][at[1]], -sign * quality[at[0]][at[1]]))
    best, kept = -np.inf, []
    for b, p in places:
        if sign * quality[b][p] > best:
            best = sign * quality[b][p]
            kept.append((b, p))
    return kept


def _rounded(table: np.ndarray) -> list[list[float]]:
    return [[float(f"{float(value):.4g}") for value in row] for row in table]
