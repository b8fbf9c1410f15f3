"""What one request of a warp costs: what the figure ``WarpExplorer`` shows.

``static/warp_explorer.js`` is the twin of this module; a test runs both and compares them. The
counts are those of the CUDA C++ Programming Guide for today's devices (compute capability 5 and
above): global memory moves in sectors of 32 bytes, four to a cache line; shared memory has 32
banks, each of which gives one 4-byte word in a wavefront, to any number of lanes. A wavefront
carries 128 bytes at most, so elements of 8 and 16 bytes need at least two and four. The guide
does not say which lanes share one; here the halves, or quarters, of the warp take turns.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

LANES = 32
SECTOR, LINE = 32, 128  # bytes
BANKS, WORD = 32, 4  # bytes
ELEMENTS = {"float": 4, "float2": 8, "float4": 16}  # bytes


@dataclass(frozen=True)
class GlobalTraffic:
    """Cost of one request to global memory."""

    sectors: int  # 32-byte sectors moved
    lines: int  # 128-byte cache lines they lie in
    used: int  # bytes that some lane asked for, each counted once
    moved: int  # bytes moved: 32 a sector


@dataclass(frozen=True)
class SharedTraffic:
    """Cost of one request to shared memory."""

    wavefronts: int  # rounds in which the banks serve it
    least: int  # rounds that the width of the elements makes necessary
    banks: int  # banks that take part


def lane_addresses(
    stride: int, offset: int = 0, width: int = WORD, pad: int = 0
) -> Int[np.ndarray, " lanes"]:
    """First byte of the element that each lane reads: width · (offset + lane · (stride + pad)).

    :param stride: elements from one lane to the next; of a tile read down a column, its row length.
    :param width: bytes of an element.
    :param pad: unused elements at the end of each row of the tile.
    """
    return width * (offset + np.arange(LANES) * (stride + pad))


def global_traffic(addresses: Int[np.ndarray, " lanes"], width: int) -> GlobalTraffic:
    """Sectors, lines and bytes of one request; addresses are multiples of the width."""
    elements = np.unique(addresses)
    sectors = np.unique(elements // SECTOR)  # an aligned element lies in one sector
    lines = np.unique(sectors * SECTOR // LINE)
    return GlobalTraffic(len(sectors), len(lines), len(elements) * width, len(sectors) * SECTOR)


def shared_traffic(addresses: Int[np.ndarray, " lanes"], width: int) -> SharedTraffic:
    """Wavefronts of one request: for each part of the warp, the words of its fullest bank."""
    parts = width // WORD  # a wavefront carries 128 bytes
    words = addresses[:, None] // WORD + np.arange(parts)  # (lanes, words of an element)
    wavefronts = 0
    for part in np.split(words, parts):
        wavefronts += int(np.bincount(np.unique(part) % BANKS).max())
    return SharedTraffic(wavefronts, parts, len(np.unique(words % BANKS)))
