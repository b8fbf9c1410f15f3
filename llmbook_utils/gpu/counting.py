"""Recorded accesses in, costs out: sectors, cache lines and wavefronts of each warp request.

A request is one execution of one access by one warp. What it costs follows from its addresses:

- **Global memory** moves in sectors of 32 bytes, four to a cache line of 128 bytes: a request moves
  every sector that one of its lanes touches, once (CUDA C++ Best Practices Guide, "Coalesced Access
  to Global Memory"). Nsight Compute calls the quotient Sectors/Req. 32 lanes that read neighbouring
  floats need 4, of float4 16; 32 lanes that each read another line, 32.
- **Shared memory** has 32 banks, 4 bytes wide; word w lies in bank w mod 32 (CUDA C++ Programming
  Guide, compute capability 5 and above, "Shared Memory"). In one wavefront (Nsight Compute: what is
  processed in parallel) each bank gives one word, to all lanes that ask for it; so a request takes
  as many wavefronts as its fullest bank has different words. A wavefront carries at most 128 bytes:
  elements of 8 bytes are served in two halves of the warp, of 16 bytes in four quarters, and two or
  four wavefronts are free of conflicts. (Devices have been seen to merge halves or quarters that
  read the same words; NVIDIA does not document it, and it is not counted here.)
- Lanes whose **atomics** meet in one word of shared memory take turns: a wavefront each.
- **Constant memory** gives one address at a time, to all lanes that ask for it: a request takes as
  many turns, counted as wavefronts, as it has different addresses (Programming Guide, "Constant
  Memory").

What caches do is not modelled: a sector that is moved may come from L1, L2 or DRAM.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

WARP = 32
SECTOR, LINE = 32, 128  # bytes
BANKS, WORD = 32, 4  # bytes

PerAccess = Int[np.ndarray, " accesses"]
PerRequest = Int[np.ndarray, " requests"]
PerPiece = Int[np.ndarray, " pieces"]


@dataclass(frozen=True)
class RequestCounts:
    """One entry for each request of an access."""

    first: PerRequest  # where its records begin
    lanes: PerRequest  # that take part
    sectors: PerRequest  # this and the next: zero in shared and constant memory
    lines: PerRequest
    wavefronts: PerRequest  # zero in global memory
    bytes_used: PerRequest  # that some lane asks for, each counted once


def by_request(records: np.ndarray) -> tuple[np.ndarray, PerAccess]:
    """The records (trace.RECORD) of one access, request by request; each one's request number."""
    warp = records["block"].astype(np.int64) * WARP + records["thread"] // WARP
    order = np.lexsort((records["thread"], records["path"], warp))
    records, warp = records[order], warp[order]
    new = np.ones(len(records), bool)
    new[1:] = (warp[1:] != warp[:-1]) | (records["path"][1:] != records["path"][:-1])
    return records, np.cumsum(new) - 1


def count(records: np.ndarray, request: PerAccess, space: str, atomic: bool) -> RequestCounts:
    """What each request costs; ``records`` and ``request`` as `by_request` gives them.

    Elements are aligned to their size, as a device demands, so each lies in one sector.
    """
    n = int(request[-1]) + 1
    address = records["address"].astype(np.int64)
    address -= address.min() // LINE * LINE  # small numbers, the same sectors and banks
    size = int(records["size"][0])
    elements, _ = _different(request, address)
    sectors = lines = wavefronts = np.zeros(n, np.int64)
    if space == "shared":
        lane = records["thread"].astype(np.int64) % WARP
        wavefronts = _bank_wavefronts(request, lane, address // WORD, size, atomic)
    elif space == "constant":
        wavefronts = np.bincount(elements)
    else:
        sectors, lines = (
            np.bincount(_different(request, address // unit)[0]) for unit in (SECTOR, LINE)
        )
    first = np.searchsorted(request, np.arange(n))
    used = size * np.bincount(elements)
    return RequestCounts(first, np.bincount(request), sectors, lines, wavefronts, used)


def _different(request: PerAccess, value: PerAccess) -> tuple[PerPiece, PerPiece]:
    """The requests of the different (request, value) pairs, and where each is found first."""
    span = int(value.max()) + 1
    pairs, where = np.unique(request * span + value, return_index=True)
    return pairs // span, where


def _bank_wavefronts(
    request: PerAccess, lane: PerAccess, word: PerAccess, size: int, atomic: bool
) -> PerRequest:
    """For each request: over the parts of the warp, the sum of what the fullest bank holds.

    ``word`` is the first of each element; the others lie in the banks beside it, which are as full.
    """
    parts = max(1, min(size // WORD, WARP))
    part = request * parts + lane // (WARP // parts)
    if not atomic:
        _, once = _different(part, word)
        part, word = part[once], word[once]
    groups = (int(request[-1]) + 1) * parts
    held = np.bincount(part * BANKS + word % BANKS, minlength=groups * BANKS)
    return held.reshape(-1, BANKS).max(axis=1).reshape(-1, parts).sum(axis=1)
