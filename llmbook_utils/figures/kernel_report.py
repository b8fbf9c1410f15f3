"""What `gpu.inspect` found, drawn: one access of a warp, and the costs of kernels side by side."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes

from llmbook_utils.figures.bars import bars_side_by_side
from llmbook_utils.figures.traffic import BANKS, WORD, plot_bank_conflicts, warp_sectors
from llmbook_utils.gpu.report import Access, Report

COSTS = {
    "sectors": "32-byte sectors per request",
    "wavefronts": "wavefronts per request",
    "bytes": "KiB moved in all",
}


def draw_access(access: Access, ax: Axes | None = None) -> Axes:
    """One recorded request of an access (``report.access("A")``): its sectors, or its banks.

    Lanes that take part stand side by side. Of elements of 8 or 16 bytes in shared memory, the
    first half or quarter of the warp is shown, which is what the banks serve at once.
    """
    addresses = np.array(access.example_addresses)
    if access.space == "global":
        return warp_sectors(addresses, access.size, ax=ax)
    parts = max(1, access.size // WORD)
    together = addresses[np.array(access.example_lanes) < BANKS // parts]
    words = together[:, None] // WORD + np.arange(parts)
    return plot_bank_conflicts(words.ravel(), ax=ax)


def plot_costs(
    reports: Mapping[str, Report], cost: str = "sectors", ax: Axes | None = None
) -> Axes:
    """Bars of what each kind of access to each array costs; a colour for each report.

    Args:
        reports: what the legend says → a report; up to four. An array that a kernel does not
            access in that memory gets no bar.
        cost: "sectors" or "bytes" in global memory, or "wavefronts" in shared memory. Bytes are
            those of the whole launch: 32 for each sector of each request.

    Raises ValueError for another cost, and for the bytes of a report that is a sample.
    """
    if cost not in COSTS:
        raise ValueError(f"expected the cost to be one of {', '.join(COSTS)}, got {cost!r}")
    for title, report in reports.items():
        if cost == "bytes" and report.sampled:
            raise ValueError(
                f"expected reports of whole launches, got a sample of {report.blocks_run} of "
                f"{report.blocks} blocks for {title!r}: inspect a smaller problem"
            )
    tables = {title: _costs(report, cost) for title, report in reports.items()}
    ax = bars_side_by_side(tables, ax)
    most = max((value for table in tables.values() for value in table.values()), default=1)
    ax.set(xlim=(0, 1.12 * most), xlabel=COSTS[cost], ylabel="access")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=len(tables))
    return ax


def _costs(report: Report, cost: str) -> dict[str, float]:
    """ "read A" → its cost, in the order of the source."""
    space = "shared" if cost == "wavefronts" else "global"
    of: dict[str, Callable[[str, str], float]] = {
        "sectors": report.sectors_per_request,
        "wavefronts": report.wavefronts_per_request,
        "bytes": lambda name, kind: report.bytes_moved(name, kind) / 1024,
    }
    pairs = dict.fromkeys((a.kind, a.name) for a in report.accesses if a.space == space)
    return {f"{kind} {name}": of[cost](name, kind) for kind, name in pairs}
