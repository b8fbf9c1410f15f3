"""The figure of which addresses a warp touches, and how many sectors or wavefronts that makes."""

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Int

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet
from llmbook_utils.interactive.warp_access import (
    ELEMENTS,
    LANES,
    LINE,
    SECTOR,
    WORD,
    GlobalTraffic,
    SharedTraffic,
    global_traffic,
    lane_addresses,
    shared_traffic,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "title": "What each lane reads",
    "space": "Memory",
    "spaces": {"global": "Global", "shared": "Shared"},
    "element": "Element",
    "elements": {"float": "float", "float2": "float2", "float4": "float4"},
    "stride": "Stride (elements)",
    "offset": "Offset (elements)",
    "pad": "Padding of each tile row",
    "lane": "Lane: click one, or use the arrow keys",
    "lanes": "lane",
    "byte": "byte",
    "bank": "bank",
    "sectors": "Sectors",
    "cache_lines": "Cache lines",
    "wavefronts": "Wavefronts",
    "banks": "Banks used",
    "element_of": "Lane {lane} reads element {offset} + {lane} × {stride} = {element},",
    "padded": "Lane {lane} reads element {offset} + {lane} × ({stride} + {pad}) = {element},",
    "in_bytes": "bytes {first} to {last}.",
    "in_bank": "bytes {first} to {last}, from bank {bank} on.",
    "coalesced": "Coalesced: no fewer sectors could hold these {used} bytes.",
    "wasted": "{used} of {moved} bytes moved are used: {share} %.",
    "no_conflict": "No bank conflict.",
    "conflict": "Bank conflict: {wavefronts} wavefronts instead of {least}.",
}


class WarpExplorer(Explorable):
    """Set stride, offset and element, and see the sectors or banks that one request touches.

    What the reader sets is what Python reads: ``figure.stride`` in the next cell is that of the
    slider. The counting is that of :mod:`llmbook_utils.interactive.warp_access`.

    >>> WarpExplorer(stride=32, space="shared").traffic.wavefronts
    32
    """

    _esm = module("warp_explorer")
    _css = stylesheet() + (STATIC / "gpu.css").read_text(encoding="utf-8")
    space = traitlets.Enum(["global", "shared"], "global").tag(sync=True)
    element = traitlets.Enum(list(ELEMENTS), "float").tag(sync=True)
    stride = traitlets.Int(1, min=0, max=64).tag(sync=True)
    offset = traitlets.Int(0, min=0, max=31).tag(sync=True)
    pad = traitlets.Int(0, min=0, max=4).tag(sync=True)
    lane = traitlets.Int(0, min=0, max=LANES - 1).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @property
    def addresses(self) -> Int[np.ndarray, " lanes"]:
        """First byte that each lane reads; the padding counts in shared memory only."""
        pad = self.pad if self.space == "shared" else 0
        return lane_addresses(self.stride, self.offset, ELEMENTS[self.element], pad)

    @property
    def traffic(self) -> GlobalTraffic | SharedTraffic:
        """What the request costs."""
        count = global_traffic if self.space == "global" else shared_traffic
        return count(self.addresses, ELEMENTS[self.element])

    def describe(self) -> str:
        cost = self.traffic
        if isinstance(cost, GlobalTraffic):
            result = f"{cost.sectors} sectors in {cost.lines} cache lines"
        else:
            result = f"{cost.wavefronts} wavefronts where {cost.least} would be the least"
        step = f"{self.stride} + {self.pad}" if self.space == "shared" and self.pad else self.stride
        return (
            f"The 32 lanes of a warp above a map of {self.space} memory. Each reads one "
            f"{self.element}; from lane to lane it is {step} elements, from element {self.offset} "
            f"on. That makes {result}."
        )

    def draw_still(self, figure: "Figure") -> None:
        from matplotlib.patches import Rectangle

        ax, wide = figure.subplots(), ELEMENTS[self.element] // WORD
        addresses = self.addresses
        rows = np.unique(addresses // LINE)
        sectors = set((addresses // SECTOR).tolist())
        for i, row in enumerate(rows.tolist()):
            for s in range(LINE // SECTOR):
                hit = self.space == "global" and row * LINE // SECTOR + s in sectors
                face = LIGHT["second"] if hit else "white"
                ax.add_patch(
                    Rectangle((8 * s, i), 8, 0.86, facecolor=face, alpha=0.3, edgecolor="none")
                )
                ax.add_patch(
                    Rectangle((8 * s, i), 8, 0.86, facecolor="none", edgecolor=LIGHT["edge"])
                )
        for address in np.unique(addresses).tolist():
            place = (
                address % LINE // WORD + 0.06,
                int(np.searchsorted(rows, address // LINE)) + 0.1,
            )
            ax.add_patch(Rectangle(place, wide - 0.12, 0.66, facecolor=LIGHT["accent"]))
        every = -(-len(rows) // 12)
        ax.set_yticks(np.arange(0, len(rows), every) + 0.43, (rows[::every] * LINE).tolist())
        banks = self.space == "shared"
        ticks = [0, 8, 16, 24, 31] if banks else [0, 8, 16, 24]
        places = [tick + 0.5 * banks for tick in ticks]
        ax.set_xticks(places, [str(tick if banks else tick * WORD) for tick in ticks])
        ax.set(xlim=(-0.3, 32.3), ylim=(max(len(rows), 6) + 0.2, -0.3), title=self.labels["title"])
        ax.set(xlabel=self.labels["bank" if banks else "byte"])
        ax.grid(visible=False)
