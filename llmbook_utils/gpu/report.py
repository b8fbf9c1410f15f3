"""What `gpu.inspect` gives: the cost of each access, by name, as a table and as plain data.

Numbers per request are averages over all requests of an access, or of all accesses to an array;
counting.py says how one request is counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from llmbook_utils.gpu.counting import SECTOR

HEADS = ("line", "access", "requests", "lanes", "sectors", "lines", "wavefronts", "used")
TOTAL_HEADS = ("array", "memory", "requests", "bytes asked for", "bytes moved", "used")
LEFT, RIGHT = 'style="text-align:left"', 'style="text-align:right"'
NOTE = "lanes, sectors, lines and wavefronts are averages per warp request"


@dataclass(frozen=True)
class Access:
    """An access of the source to one array or shared variable, with what all its requests cost.

    ``sectors``, ``lines`` and ``bytes_moved`` are 0 for shared and constant memory, ``wavefronts``
    for global memory.
    """

    line: int  # of the source, from 1; 0: unknown
    column: int
    text: str  # that line
    kind: str  # read, write, atomic
    name: str  # of the array or variable
    space: str  # global, shared, constant
    size: int  # bytes that one lane reads or writes
    requests: int
    lanes: int  # lane accesses, summed over the requests
    sectors: int  # of 32 bytes
    lines: int  # of 128 bytes
    wavefronts: int
    bytes_used: int  # bytes that some lane of a request asks for, each counted once a request
    example_lanes: tuple[int, ...]  # the lanes of the first request with as many as any has …
    example_addresses: tuple[int, ...]  # … and their first bytes, from the start of the memory

    @property
    def sectors_per_request(self) -> float:
        return self.sectors / self.requests

    @property
    def lines_per_request(self) -> float:
        return self.lines / self.requests

    @property
    def wavefronts_per_request(self) -> float:
        return self.wavefronts / self.requests

    @property
    def lanes_per_request(self) -> float:
        """Active lanes: 32 when no warp diverges here and blocks are multiples of 32."""
        return self.lanes / self.requests

    @property
    def bytes_requested(self) -> int:
        """Bytes that lanes ask for: what two lanes share counts twice."""
        return self.lanes * self.size

    @property
    def bytes_moved(self) -> int:
        """32 bytes for each sector."""
        return self.sectors * SECTOR

    @property
    def efficiency(self) -> float:
        """The share of the bytes moved that the requests ask for: 1/8 is one float a sector."""
        return self.bytes_used / self.bytes_moved if self.sectors else float("nan")


@dataclass(frozen=True)
class Report:
    """Costs of a launch; see `inspect`. ``print`` it, or let a notebook show it."""

    kernel: str
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    blocks_run: int  # of grid's blocks, that the numbers are from
    accesses: tuple[Access, ...]  # in the order of the source

    @property
    def blocks(self) -> int:
        return self.grid[0] * self.grid[1] * self.grid[2]

    @property
    def sampled(self) -> bool:
        """Whether the numbers are from some blocks only."""
        return self.blocks_run < self.blocks

    @property
    def names(self) -> tuple[str, ...]:
        """Arrays and variables that are accessed."""
        return tuple(dict.fromkeys(access.name for access in self.accesses))

    def sectors_per_request(self, name: str, kind: str | None = None) -> float:
        """32-byte sectors that a request to the array moves: 4 for 32 neighbouring floats.

        ``kind`` ("read", "write", "atomic") restricts it to these accesses. Raises ValueError when
        there are no such accesses, or when they are not to global memory.
        """
        return self._mean(name, kind, "global", lambda access: access.sectors)

    def lines_per_request(self, name: str, kind: str | None = None) -> float:
        """128-byte cache lines that a request to the array touches; as `sectors_per_request`."""
        return self._mean(name, kind, "global", lambda access: access.lines)

    def wavefronts_per_request(self, name: str, kind: str | None = None) -> float:
        """Rounds in which the banks of shared memory serve a request: 1 is free of conflicts.

        (2 for 8-byte elements and 4 for 16-byte ones.) Raises as `sectors_per_request`, for
        variables that are not in shared or constant memory.
        """
        return self._mean(name, kind, "shared", lambda access: access.wavefronts)

    def lanes_per_request(self, name: str, kind: str | None = None) -> float:
        """Active lanes of a request, at most 32: fewer when warps diverge."""
        return self._mean(name, kind, None, lambda access: access.lanes)

    def efficiency(self, name: str, kind: str | None = None) -> float:
        """The share of the bytes moved that the requests ask for, between 0 and 1."""
        chosen = self._chosen(name, kind, "global")
        return sum(a.bytes_used for a in chosen) / sum(a.bytes_moved for a in chosen)

    def access(self, name: str, kind: str | None = None) -> Access:
        """The first access to the array or variable, in the order of the source."""
        return self._chosen(name, kind, None)[0]

    def requests(self, name: str, kind: str | None = None) -> int:
        """Warp requests to the array or variable."""
        return sum(access.requests for access in self._chosen(name, kind, None))

    def bytes_requested(self, name: str | None = None, kind: str | None = None) -> int:
        """Bytes that lanes ask for, of one array or of all of global memory."""
        return sum(access.bytes_requested for access in self._chosen(name, kind, "global"))

    def bytes_moved(self, name: str | None = None, kind: str | None = None) -> int:
        """32 bytes for each sector that a request touches, of one array or all of global memory."""
        return sum(access.bytes_moved for access in self._chosen(name, kind, "global"))

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, strings, lists and dictionaries (JSON)."""
        rows = []
        for access in self.accesses:
            row = asdict(access)
            row["example_lanes"] = list(access.example_lanes)
            row["example_addresses"] = list(access.example_addresses)
            rows.append(row)
        return {
            "kernel": self.kernel,
            "grid": list(self.grid),
            "block": list(self.block),
            "blocks": self.blocks,
            "blocks_run": self.blocks_run,
            "accesses": rows,
        }

    def _mean(
        self, name: str, kind: str | None, space: str | None, total: Callable[[Access], int]
    ) -> float:
        chosen = self._chosen(name, kind, space)
        return float(sum(map(total, chosen)) / sum(access.requests for access in chosen))

    def _chosen(self, name: str | None, kind: str | None, space: str | None) -> list[Access]:
        """The accesses asked for. Raises ValueError when there are none, or elsewhere."""
        if kind not in (None, "read", "write", "atomic"):
            raise ValueError(f"expected kind to be read, write or atomic, got {kind!r}")
        if name is None:
            return [a for a in self.accesses if a.space == space and kind in (None, a.kind)]
        chosen = [a for a in self.accesses if a.name == name and kind in (None, a.kind)]
        if not chosen:
            what = f"a {kind} of" if kind else "accesses of"
            known = ", ".join(self.names) or "nothing"
            raise ValueError(f"expected {what} {name!r} in {self.kernel}, which accesses {known}")
        if space == "global" and chosen[0].space != "global":
            raise ValueError(
                f"expected an array in global memory, got {name!r}, which is in "
                f"{chosen[0].space} memory: ask for its wavefronts_per_request"
            )
        if space == "shared" and chosen[0].space == "global":
            raise ValueError(
                f"expected a variable in shared memory, got {name!r}, which is in global memory: "
                "ask for its sectors_per_request"
            )
        return chosen

    def _title(self) -> str:
        numbers = [" × ".join(map(str, _short(shape))) for shape in (self.grid, self.block)]
        ran = f"{self.blocks_run:,} of them, a sample" if self.sampled else "all of them"
        return f"{self.kernel}: {numbers[0]} blocks ({ran}) of {numbers[1]} threads"

    def _rows(self) -> list[tuple[str, ...]]:
        """The table of accesses, as text."""
        rows: list[tuple[str, ...]] = []
        for a in self.accesses:
            in_global = a.space == "global"
            rows.append((
                str(a.line or "?"), f"{a.kind} {a.name}", f"{a.requests:,}",
                _number(a.lanes_per_request),
                _number(a.sectors_per_request) if in_global else "",
                _number(a.lines_per_request) if in_global else "",
                "" if in_global else _number(a.wavefronts_per_request),
                f"{a.efficiency:.0%}" if in_global else "",
            ))  # fmt: skip
        return rows

    def _totals(self) -> list[tuple[str, ...]]:
        """The table of arrays and variables, as text."""
        rows: list[tuple[str, ...]] = []
        for name in self.names:
            own = self._chosen(name, None, None)
            moved = sum(a.bytes_moved for a in own)
            rows.append((
                name, own[0].space, f"{sum(a.requests for a in own):,}",
                f"{sum(a.bytes_requested for a in own):,}",
                f"{moved:,}" if moved else "",
                f"{self.efficiency(name):.0%}" if moved else "",
            ))  # fmt: skip
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        lines = [self._title(), ""]
        widths = _widths(HEADS, rows)
        lines.append(_aligned(HEADS, widths))
        before = None
        for access, row in zip(self.accesses, rows, strict=True):
            if access.line != before:
                lines.append(f"{row[0]:>{widths[0]}}  {access.text}")
            before = access.line
            lines.append(_aligned(("", *row[1:]), widths))
        totals = self._totals()
        widths = _widths(TOTAL_HEADS, totals)
        lines += ["", *(_aligned(row, widths) for row in [TOTAL_HEADS, *totals]), "", NOTE]
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self) -> str:
        body = []
        before = None
        for access, row in zip(self.accesses, self._rows(), strict=True):
            if access.line != before:
                code = (
                    f'<td colspan="{len(HEADS) - 1}" {LEFT}><code>{escape(access.text)}</code></td>'
                )
                body.append(f"<tr><td {RIGHT}>{row[0]}</td>{code}</tr>")
            before = access.line
            body.append(_table_row(("", *row[1:]), words=(1,)))
        totals = [_table_row(row, words=(0, 1)) for row in self._totals()]
        return (
            f'<div style="overflow-x:auto"><p><b>{escape(self._title())}</b></p>'
            f"{_table(HEADS, body, words=(1,))}<br>{_table(TOTAL_HEADS, totals, words=(0, 1))}"
            f"<p>{escape(NOTE)}</p></div>"
        )


def _short(shape: tuple[int, int, int]) -> tuple[int, ...]:
    """(4, 1, 1) → (4,)"""
    return shape[: 3 if shape[2] > 1 else 2 if shape[1] > 1 else 1]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _widths(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[int]:
    return [max(len(row[i]) for row in [heads, *rows]) for i in range(len(heads))]


def _aligned(row: Iterable[str], widths: list[int]) -> str:
    """Text to the left in the second column of a row, numbers to the right."""
    cells = zip(row, widths, strict=True)
    return "  ".join(
        f"{cell:<{w}}" if i == 1 else f"{cell:>{w}}" for i, (cell, w) in enumerate(cells)
    )


def _table_row(cells: Iterable[str], words: tuple[int, ...], tag: str = "td") -> str:
    """A row of an HTML table; the columns in ``words`` hold text, the others numbers."""
    aligned = (
        f"<{tag} {LEFT if i in words else RIGHT}>{escape(cell)}</{tag}>"
        for i, cell in enumerate(cells)
    )
    return f"<tr>{''.join(aligned)}</tr>"


def _table(heads: tuple[str, ...], rows: list[str], words: tuple[int, ...]) -> str:
    head = _table_row(heads, words, tag="th")
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"
