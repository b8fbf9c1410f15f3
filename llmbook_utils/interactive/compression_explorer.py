"""The figure of compression: the share that is pruned and the bits, against quality and size."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Num

from llmbook_utils.interactive.explorable import Explorable, module, rounded
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "measure": "Measure",
    "share": "Weights pruned",
    "bits": "Bits a weight",
    "by_share": "As more is pruned",
    "by_size": "Against size",
    "pruned": "pruned (%)",
    "size": "size (kB, each step: the same ratio)",
    "curve": "{bits} bits",
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
        short = {name: [rounded(row) for row in table] for name, table in tables.items()}
        return cls(
            shares=[float(share) for share in shares],
            bits=[int(b) for b in bits],
            sizes=short.pop("kilobytes"),
            quality=short,
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
        return (
            f"A model with {100 * self.shares[self.share]:.3g} % of its weights pruned and "
            f"{self.bits[self.bit]} bits a weight: {self.kilobytes:.3g} kB, {self._part()} % of "
            f"the original; {self.measure} {self.value:.3g}, before compression "
            f"{table[last][0]:.3g}."
        )

    def draw_still(self, figure: "Figure") -> None:
        from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

        left, right = figure.subplots(1, 2, sharey=True)
        t, table = self.labels, self.quality[self.measure]
        percent = [100 * share for share in self.shares]
        key = {}
        for b, (row, sizes) in enumerate(zip(table, self.sizes, strict=True)):
            name, role, width = ("chosen", "accent", 2) if b == self.bit else ("others", "edge", 1)
            look: dict[str, Any] = {"color": LIGHT[role], "linestyle": "-", "marker": "o"}
            look |= {"linewidth": width, "markersize": 3 + width, "zorder": 2 + 0.1 * width}
            (key[name],) = left.plot(percent, row, **look)
            right.plot(sizes, row, **{**look, "linestyle": ""})
        best = [(self.sizes[b][p], table[b][p]) for b, p in self.front()]
        (key["front"],) = right.plot(*zip(*best, strict=True), color=LIGHT["third"], linestyle="--")
        for ax, x in ((left, percent[self.share]), (right, self.kilobytes)):
            ring: dict[str, Any] = {"color": LIGHT["paper"], "markeredgecolor": LIGHT["second"]}
            ax.plot(x, self.value, "o", **ring, markeredgewidth=2.5, markersize=9, zorder=4)
            key["before"] = ax.axhline(table[-1][0], color=LIGHT["soft"], linestyle=":", lw=1.4)
        for b, y in self._named():
            place: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": 9}
            left.annotate(t["curve"].format(bits=self.bits[b]), (percent[-1], y), (7, 0), **place)
        left.set_xticks([at for at in left.get_xticks() if 0 <= at <= percent[-1]])
        left.set_xlim(right=percent[0] + 1.22 * (percent[-1] - percent[0] or 1))
        left.set(xlabel=t["pruned"], ylabel=self.measure)
        right.set(xlabel=t["size"], xscale="log")
        right.xaxis.set_major_locator(FixedLocator(round_sizes(*right.get_xlim())))
        right.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        right.xaxis.set_minor_locator(NullLocator())
        setting = f"{self.bits[self.bit]} bits, {percent[self.share]:.3g} % pruned"
        left.set_title(f"{setting}: {self._part()} % of the bytes", fontsize=10)
        against = t["against"].format(value=f"{self.value:.3g}", before=f"{table[-1][0]:.3g}")
        right.set_title(f"{self.measure} {against}", fontsize=10)
        names = ("chosen", "others", "front", "before")
        lines = {t[name]: key[name] for name in names if name in key}
        figure.legend(lines.values(), lines, loc="outside lower center", ncols=2, fontsize=9)

    def _named(self) -> list[tuple[int, float]]:
        """The curves whose bits can stand at their ends without touching, the chosen one first."""
        table = self.quality[self.measure]
        height = 0.07 * (np.max(table) - np.min(table))
        named: list[tuple[int, float]] = []
        for b in dict.fromkeys([self.bit, *range(len(self.bits))]):
            if all(abs(table[b][-1] - y) > height for _, y in named):
                named.append((b, table[b][-1]))
        return named

    def _part(self) -> str:
        """Size as a percentage of the original, in at most two digits unless it is all of it."""
        part = 100 * self.kilobytes / self.sizes[-1][0]
        return f"{part:.0f}" if part >= 10 else f"{part:.2g}"


def round_sizes(low: float | int, high: float | int) -> list[float]:
    """1, 2 and 5 times powers of ten from low to high."""
    every = [float(f"{digit}e{power}") for power in range(-3, 7) for digit in (1, 2, 5)]
    return [size for size in every if low <= size <= high]


def front(
    sizes: Sequence[Sequence[float | int]], quality: Sequence[Sequence[float | int]], low: bool
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
