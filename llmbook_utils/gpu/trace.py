"""Every memory access of a launch, one record each: what the inspector counts.

`trace` runs a launch in a checked build that also notes each access. The records of one warp that
belong to the same request (the 32 lanes of one execution of one instruction) are those with equal
``block``, ``thread // 32``, ``site`` and ``path``: see dynamic_path.py for what a path is and for
what is approximate about it. Local variables (registers) do not appear; neither do shuffles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from llmbook_utils.gpu import structures as c
from llmbook_utils.gpu.arguments import pack
from llmbook_utils.gpu.compiler import TRACE
from llmbook_utils.gpu.kernel import RawKernel
from llmbook_utils.gpu.launcher import check_static_shared, run
from llmbook_utils.gpu.source import dynamic_names

RECORD = np.dtype([
    ("block", "u4"),     # number of the block in the grid, x fastest
    ("thread", "u4"),    # number of the thread in its block, x fastest; lane = thread % 32
    ("site", "u4"),      # index into Trace.sites
    ("sequence", "u4"),  # position among all records: the order in which they were made
    ("path", "u8"),      # dynamic instance: the same for lanes that execute the site together
    ("address", "u8"),   # bytes; offsets from Space starts are in `offset`
    ("offset", "i8"),    # bytes from the start of the array or variable
    ("size", "u1"),      # bytes
    ("space", "u1"),     # index into SPACES
    ("write", "?"),      # writes and atomics
    ("atomic", "?"),
    ("object", "i2"),    # index into Trace.objects
])  # fmt: skip
SPACES = c.SPACES


@dataclass(frozen=True)
class AccessSite:
    """An instruction that accesses memory."""

    line: int  # 1-based line of the source; 0: unknown
    column: int
    text: str  # that line of the source
    kind: str  # read, write, atomic
    size: int  # bytes
    name: str  # the array or variable that it was first seen to use


@dataclass(frozen=True)
class MemoryObject:
    """An array or variable."""

    name: str
    space: str  # global, shared, constant, device
    address: int
    itemsize: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Trace:
    """The records of a launch (dtype RECORD) with the tables they refer to."""

    records: np.ndarray
    sites: tuple[AccessSite, ...]
    objects: tuple[MemoryObject, ...]
    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    complete: bool  # False: the limit was reached, and later accesses are missing
    total: int  # accesses that were made while tracing


def trace(
    kernel: RawKernel,
    grid: Any,
    block: Any,
    args: Sequence[Any],
    shared_mem: int = 0,
    *,
    limit: int = 4_000_000,
    first_block: int = 0,
) -> Trace:
    """Launch once, checked, and note the first ``limit`` accesses (32 bytes each while running).

    Blocks run in order from number ``first_block`` until the limit is reached; blocks after that do
    not run, so their results are missing: trace copies of arrays whose values matter. Raises
    KernelError as a launch does.
    """
    index = kernel.index
    shape = kernel.shape(grid, block, shared_mem)
    library = kernel.library(TRACE)
    packed = pack(kernel.name, kernel.signature, library.parameters(index), args)
    check_static_shared(
        library, index, kernel.name, shape, kernel.max_dynamic_shared_size_bytes is not None
    )
    raw = np.empty(limit, c.ACCESS)
    with kernel.module.sharing_variables(library):
        outcome = run(
            library, index, shape, packed, first_block=first_block, budget=limit - 1, trace=raw
        )
    raw = raw[: min(outcome.trace_length, limit)]
    objects = [
        MemoryObject(name, "global", array.ctypes.data, array.itemsize, array.shape)
        for name, array in packed.arrays
    ]
    for variable, (address, _) in zip(library.variables, library.extents(), strict=True):
        objects.append(
            MemoryObject(variable.name, variable.space, address, variable.itemsize, variable.shape)
        )
    if shape.dynamic_shared:
        name = next(iter(dynamic_names(kernel.code)), "dynamic shared memory")
        start = int(library.handle.gpu_dynamic_memory())
        objects.append(MemoryObject(name, "shared", start, 1, (shape.dynamic_shared,)))
    records = _records(raw, objects, library.sites)
    lines = kernel.code.split("\n")
    first_object = {
        int(r["site"]): int(r["object"])
        for r in records[np.unique(records["site"], return_index=True)[1]]
    }
    sites = []
    for i, site in enumerate(library.sites):
        text = lines[site.line - 1].strip() if 0 < site.line <= len(lines) else ""
        seen = first_object.get(i, -1)
        name = objects[seen].name if seen >= 0 else site.name
        sites.append(AccessSite(site.line, site.column, text, site.kind, site.size, name))
    complete = outcome.trace_length <= limit and first_block + outcome.blocks_done == shape.blocks
    return Trace(
        records,
        tuple(sites),
        tuple(objects),
        shape.grid,
        shape.block,
        complete,
        outcome.trace_length,
    )


def _records(raw: np.ndarray, objects: list[MemoryObject], sites: Sequence[Any]) -> np.ndarray:
    records = np.zeros(len(raw), RECORD)
    for name in ("block", "thread", "site", "path", "address"):
        records[name] = raw[name]
    records["sequence"] = np.arange(len(raw), dtype=np.uint32)
    records["size"] = np.minimum(raw["size"], 255)
    kinds = np.array([{"write": 1, "atomic": 2}.get(site.kind, 0) for site in sites] or [0])
    kind = kinds[raw["site"]] if len(raw) else np.zeros(0, int)
    records["write"], records["atomic"] = kind > 0, kind == 2
    starts = np.array([o.address for o in objects], dtype=np.uint64)
    order = np.argsort(starts, kind="stable")
    if len(raw):
        found = order[np.searchsorted(starts[order], raw["address"], side="right") - 1]
        records["object"] = found
        records["offset"] = (raw["address"] - starts[found]).astype(np.int64)
        records["space"] = np.array([SPACES.index(o.space) for o in objects], np.uint8)[found]
    return records
