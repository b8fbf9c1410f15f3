"""What moves where: a warp's accesses in global and in shared memory, and messages on a ring."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from llmbook_utils.figures.style import BLUE, GREY, INK, ORANGE, Number, axes_or_new, darker

Array = np.ndarray
SECTOR, LINE = 32, 128  # bytes
BANKS, WORD = 32, 4  # bytes


@runtime_checkable
class ChunkMessage(Protocol):
    """What `ring_steps` needs of a message: `llmbook_utils.comm.Message` has it."""

    @property
    def step(self) -> int: ...
    @property
    def source(self) -> int: ...
    @property
    def target(self) -> int: ...
    @property
    def chunk(self) -> int | None: ...


def warp_sectors(addresses: Int[Array, " lanes"], width: int = 4, ax: Axes | None = None) -> Axes:
    """Lanes above, memory below: which 32-byte sectors one request of a warp touches.

    Memory is drawn as the 128-byte lines that are touched, four sectors each; lines that lie
    between them and are not touched are left out (a gap).

    Args:
        addresses: the first byte that each lane reads or writes.
        width: bytes that each lane reads or writes.
    """
    ax = axes_or_new(ax, (6.6, 2.5))
    lanes = len(addresses)
    first, last = addresses // SECTOR, (addresses + width - 1) // SECTOR
    touched = sorted({int(s) for a, b in zip(first, last, strict=True) for s in range(a, b + 1)})
    lines = sorted({s * SECTOR // LINE for s in touched})
    place: dict[int, float] = {}  # sector → left edge
    at, before = 0.0, lines[0]
    for n in lines:
        at += 0.6 if n > before + 1 else 0.25
        for i in range(LINE // SECTOR):
            place[n * LINE // SECTOR + i] = at + i
        at, before = at + LINE // SECTOR, n
    scale = lanes / max(at, lanes / 2)  # few sectors are drawn at twice the size of a lane
    start = (lanes - at * scale) / 2
    ax.set(xlim=(-0.5, lanes + 0.5), ylim=(-1.1, 6.0))
    ax.axis("off")
    for lane in range(lanes):
        ax.add_patch(_cell(lane, 3.6, 1, 0.8, "white", BLUE))
        if lane % 8 == 0 or lane == lanes - 1:
            ax.text(lane + 0.5, 4.75, str(lane), ha="center", size=10, color=INK)
    for sector, left in place.items():
        hit = sector in touched
        x = start + left * scale
        ax.add_patch(_cell(x, 0, scale, 0.8, ORANGE if hit else "white", GREY))
    for lane, (a, b) in enumerate(zip(first, last, strict=True)):
        for sector in range(a, b + 1):
            inside = max(0, int(addresses[lane]) - sector * SECTOR) if sector == a else 0
            x = start + (place[sector] + (inside + min(width, SECTOR) / 2) / SECTOR) * scale
            ax.plot(
                [lane + 0.5, x], [3.6, 0.8], color=BLUE, linewidth=0.8, linestyle="-", alpha=0.6
            )
    ax.text(0, 5.65, "lanes of the warp", size=10, va="center", color=darker(BLUE))
    sectors, in_lines = _count(len(touched), "sector"), _count(len(lines), "line")
    text = f"{sectors} of {SECTOR} bytes, in {in_lines} of {LINE} bytes"
    ax.text(0, -0.75, text, size=10, va="center", color=darker(ORANGE))
    return ax


def plot_bank_conflicts(words: Int[Array, " lanes"], ax: Axes | None = None) -> Axes:
    """A column for each bank of shared memory, a cell for each different word asked of it.

    The fullest bank sets how many wavefronts the request takes. Lanes that ask for the same word
    share a cell: they get it at once, by broadcast.

    Args:
        words: for each lane, the index of the 4-byte word that it reads or writes.
    """
    ax = axes_or_new(ax, (6.4, 2.6))
    counts = np.bincount(np.unique(words) % BANKS, minlength=BANKS)
    top = int(counts.max())
    for bank, count in enumerate(counts):
        for i in range(count):
            ax.add_patch(
                Rectangle(
                    (bank - 0.42, i + 0.54),
                    0.84,
                    0.92,
                    facecolor=ORANGE if count > 1 else BLUE,
                    edgecolor="white",
                    linewidth=0.5,
                    hatch="//" if 1 < count <= 8 else "",
                )
            )
    ax.plot([-0.5, BANKS - 0.5], [top + 0.5] * 2, color=INK, linewidth=1.2, linestyle="--")
    ax.set(xlim=(-0.7, BANKS - 0.3), ylim=(0.5, max(top, 3) * 1.22 + 0.5))
    ax.set(xlabel="bank (word index mod 32)", ylabel="wavefront")
    ax.set_xticks([0, 8, 16, 24, 31])
    ax.set_yticks(sorted({1, top} if top > 4 else range(1, max(top, 3) + 1)))
    ax.grid(False)
    text = _count(top, "wavefront")
    ax.text(BANKS - 0.5, top + 0.56, text, size=10, ha="right", va="bottom", color=INK)
    return ax


def ring_steps(messages: Iterable[ChunkMessage], world_size: int, ax: Axes | None = None) -> Axes:
    """What each rank holds before and after each step of a ring all-reduce, from its log.

    One small table for each step: a row for each rank, a column for each chunk. The number in a
    cell says how many ranks' data are summed in it; the cells that came in this step have a
    thick edge, complete ones are filled. Readable up to 5 ranks.
    """
    p = world_size
    sent = [(m.step, m.source, m.target, m.chunk) for m in messages if m.chunk is not None]
    holds = {(rank, chunk): {rank} for rank in range(p) for chunk in range(p)}
    panels: list[tuple[str, dict, set]] = [("start", dict(holds), set())]
    for number, now in enumerate(sorted({step for step, *_ in sent}), start=1):
        came = {
            (target, chunk): holds[target, chunk] | holds[source, chunk]
            for step, source, target, chunk in sent
            if step == now
        }
        holds = holds | came
        panels.append((f"step {number}", holds, set(came)))
    # laid out in points, so that text fits whatever p is: 2p − 1 panels in two rows
    cell, between = min(24.0, (470 - 26 * p) / p**2), 22.0
    side, pitch = p * cell, p * cell + between
    rows = -(-len(panels) // p)
    height = rows * (side + 26) + 22
    ax = axes_or_new(ax, ((p * pitch + 20) / 72, height / 72))
    ax.set(xlim=(-30, p * pitch - 10), ylim=(-height + 20, 20), aspect="equal")
    ax.axis("off")
    size = min(10.0, 0.62 * cell)
    for i, (title, held, arrived) in enumerate(panels):
        x0, y0 = (i % p) * pitch, -(i // p) * (side + 26)
        ax.text(x0, y0 + 9, title, size=10.5, weight="bold", color=INK, va="center")
        for (rank, chunk), ranks in held.items():
            complete = len(ranks) == p
            face = BLUE if complete else _tint((len(ranks) - 1) / p)
            x, y = x0 + chunk * cell, y0 - (rank + 1) * cell
            ax.add_patch(_cell(x, y, cell, cell, face, GREY, 0.8))
            if (rank, chunk) in arrived:
                ax.add_patch(_cell(x + 1.7, y + 1.7, cell - 3.4, cell - 3.4, "none", ORANGE, 2.4))
            ink = "white" if complete else INK
            at = (x + cell / 2, y + cell * 0.47)
            ax.text(*at, str(len(ranks)), size=size, ha="center", va="center", color=ink)
        for rank in range(p if i % p == 0 else 0):
            y = y0 - (rank + 0.53) * cell
            ax.text(-5, y, str(rank), size=size, ha="right", va="center", color=INK)
    ax.text(-20, -side / 2, "rank", size=10, rotation=90, ha="center", va="center", color=INK)
    below = y0 - side - 9
    ax.text(side / 2, below, f"chunk 0 to {p - 1}", size=10, ha="center", va="center", color=INK)
    return ax


def _cell(
    x: Number, y: Number, width: Number, height: Number, face: str, edge: str, line: Number = 1
) -> Rectangle:
    return Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, linewidth=line)


def _tint(share: float) -> str:
    """From the paper (0) towards the blue of a complete cell."""
    r, g, b = (1 - 0.45 * share * (1 - c) for c in to_rgb(BLUE))
    return to_hex((r, g, b))


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
