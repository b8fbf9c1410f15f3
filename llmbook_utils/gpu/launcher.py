"""One launch: limits, memory map, run, and what to make of the way it ended."""

import ctypes
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from llmbook_utils.gpu import structures as c
from llmbook_utils.gpu.arguments import Packed
from llmbook_utils.gpu.circumstances import Circumstances
from llmbook_utils.gpu.compiler import PLAIN, Library
from llmbook_utils.gpu.diagnosis import explain
from llmbook_utils.gpu.errors import LaunchError
from llmbook_utils.gpu.instrument import SHARED
from llmbook_utils.gpu.printing import show
from llmbook_utils.gpu.signals import guarded
from llmbook_utils.gpu.source import dynamic_names, without_comments
from llmbook_utils.gpu.stacks import STACK_BYTES, TRAP_BYTES, stacks

MAX_THREADS, MAX_BLOCK, MAX_GRID = 1024, (1024, 1024, 64), (2**31 - 1, 65535, 65535)
MAX_SHARED = 48 * 1024  # static and dynamic together, unless the kernel asks for more
MAX_OPT_IN = 227 * 1024
SHADOWED_WORDS = 2**20  # races in global memory are looked for up to 4 MiB of arrays
STEP_LIMIT = 2**24  # loop iterations of one thread
PRINT_BYTES = 2**20
SPACE_NUMBER = {name: number for number, name in enumerate(c.SPACES)}
EVERYTHING = 2**63

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Shape:
    """Grid and block of a launch, as three numbers each."""

    grid: tuple[int, int, int]
    block: tuple[int, int, int]
    dynamic_shared: int = 0

    @property
    def blocks(self) -> int:
        return self.grid[0] * self.grid[1] * self.grid[2]


def shape_of(
    kernel: str, grid: Any, block: Any, dynamic_shared: int, most_dynamic: int | None
) -> Shape:
    """Grid, block and shared memory, checked against a device's limits. Raises LaunchError."""
    three = [_three(kernel, what, value) for what, value in (("grid", grid), ("block", block))]
    for what, value, most in (("grid", three[0], MAX_GRID), ("block", three[1], MAX_BLOCK)):
        for axis, extent, limit in zip("xyz", value, most, strict=True):
            if not 1 <= extent <= limit:
                raise LaunchError(
                    f"{kernel}: expected 1 to {limit:,} "
                    f"{'blocks' if what == 'grid' else 'threads'} "
                    f"along {axis}, got {extent:,} in the {what} {value}"
                    + (": nothing would run" if extent == 0 else "")
                )
    threads = three[1][0] * three[1][1] * three[1][2]
    if threads > MAX_THREADS:
        raise LaunchError(
            f"{kernel}: a block has at most {MAX_THREADS} threads, got {threads} in the block "
            f"{three[1]}.\n"
            "  Look at: more blocks of fewer threads do the same work."
        )
    limit = MAX_SHARED if most_dynamic is None else min(most_dynamic, MAX_OPT_IN)
    if not 0 <= dynamic_shared <= limit:
        raise LaunchError(
            f"{kernel}: expected 0 to {limit:,} bytes of dynamic shared memory, got "
            f"{dynamic_shared:,}"
            + ("" if most_dynamic is not None else
               " (a kernel may ask for more by its attribute max_dynamic_shared_size_bytes)")
        )  # fmt: skip
    return Shape(three[0], three[1], int(dynamic_shared))


def _three(kernel: str, what: str, value: Any) -> tuple[int, int, int]:
    if isinstance(value, (int, np.integer)):
        value = (value,)
    good = isinstance(value, (tuple, list)) and 1 <= len(value) <= 3
    if not good or not all(
        isinstance(x, (int, np.integer)) and not isinstance(x, bool) for x in value
    ):
        raise LaunchError(
            f"{kernel}: expected the {what} as a tuple of one to three integers, got {value!r}"
        )
    padded = [int(x) for x in value] + [1, 1]
    return padded[0], padded[1], padded[2]


@dataclass
class Outcome:
    """What a run leaves: how many blocks it did, and what it cost."""

    blocks_done: int
    accesses: int
    trace_length: int = 0


class _Memory:
    """Buffers that launches share, made on first use."""

    def __init__(self) -> None:
        self.shared_shadow: np.ndarray | None = None
        self.global_shadow: np.ndarray | None = None
        self.printed: np.ndarray | None = None
        self.serial = 1  # shadow entries of earlier launches do not hold any more

    def buffer(self, name: str, size: int) -> int:
        found = getattr(self, name)
        if found is None or found.nbytes < size:
            found = np.zeros(size, np.uint8)
            setattr(self, name, found)
        return int(found.ctypes.data)


_memory = _Memory()


def run(
    library: Library,
    kernel: int,
    shape: Shape,
    packed: Packed,
    *,
    first_block: int = 0,
    budget: int = EVERYTHING,
    last_block_first: bool = False,
    seconds: float | None = None,
    trace: np.ndarray | None = None,
) -> Outcome:
    """Run blocks from ``first_block`` on until all are done or ``budget`` accesses are spent.

    Raises a KernelError when the kernel goes wrong. ``trace`` receives the accesses.
    """
    with _one_at_a_time:
        launch, regions = _prepare(library, kernel, shape, packed)
        launch.first_block, launch.access_budget = first_block, budget
        launch.last_block_first = last_block_first
        if trace is not None:
            launch.trace, launch.trace_capacity = trace.ctypes.data, len(trace)
        with guarded(library.handle.gpu_fault, seconds):
            library.run(ctypes.byref(launch))
        _memory.serial += int(launch.blocks_done) + 2
        printed = b""
        if _memory.printed is not None:
            printed = _memory.printed[: launch.print_length].tobytes()
        report = c.Report.from_buffer_copy(launch.report)
    show(printed, launch.print_dropped)
    if report.failure:
        if report.failure == c.Failure.CRASH and report.detail == signal.SIGINT:
            raise KeyboardInterrupt
        circumstances = Circumstances(
            library, kernel, shape.grid, shape.block, shape.dynamic_shared, packed.arrays, regions
        )
        raise explain(report, circumstances, seconds)
    return Outcome(int(launch.blocks_done), int(launch.accesses), int(launch.trace_length))


def _prepare(
    library: Library, kernel: int, shape: Shape, packed: Packed
) -> tuple[c.Launch, list[tuple[str, int, int]]]:
    launch = c.Launch(kernel=kernel, dynamic_shared=shape.dynamic_shared)
    launch.grid[:], launch.block[:] = shape.grid, shape.block
    launch.arguments = ctypes.cast(packed.pointers, ctypes.POINTER(ctypes.c_void_p))
    memory = stacks()
    launch.stacks, launch.stack_bytes = memory.low, STACK_BYTES
    launch.trap_stack, launch.trap_stack_bytes = memory.trap, TRAP_BYTES
    launch.step_limit, launch.serial = STEP_LIMIT, _memory.serial % 2**32
    code = without_comments(library.build.source)
    if "printf" in code:
        launch.print_buffer = _memory.buffer("printed", PRINT_BYTES)
        launch.print_capacity = PRINT_BYTES
    named: list[tuple[str, int, int]] = []
    if library.build.mode != PLAIN:
        launch.ignore_block_races = "__threadfence" in code
        launch.cas_idiom = "atomicCAS" in code
        named = _map_memory(launch, library, shape, packed)
    return launch, named


def _map_memory(
    launch: c.Launch, library: Library, shape: Shape, packed: Packed
) -> list[tuple[str, int, int]]:
    """Fill in the regions; returns (name, index of the array or variable, address) of each."""
    rows: list[tuple[str, int, int, int, int]] = []  # name, index, low, bytes, space
    for i, (name, array) in enumerate(packed.arrays):
        rows.append((name, i, array.ctypes.data, array.nbytes, c.GLOBAL))
    for i, (variable, (address, size)) in enumerate(
        zip(library.variables, library.extents(), strict=True)
    ):
        rows.append((variable.name, i, address, size, SPACE_NUMBER[variable.space]))
    names = dynamic_names(library.build.source)
    dynamic = int(library.handle.gpu_dynamic_memory())
    rows.append(
        (
            names[0] if names else "dynamic shared memory",
            -1,
            dynamic,
            shape.dynamic_shared,
            c.SHARED,
        )
    )
    small = any(s.size in (1, 2) for s in library.sites)
    words = sum(array.nbytes // min(array.itemsize, 4) + 4 for _, array in packed.arrays)
    global_shadow = shared_shadow = 0
    if words <= SHADOWED_WORDS:
        global_shadow = _memory.buffer("global_shadow", words * c.SHADOW_BYTES)
    granule = 0 if small else 2
    shared_words = sum((size >> granule) + 2 for _, _, _, size, space in rows if space == c.SHARED)
    shared_shadow = _memory.buffer("shared_shadow", shared_words * c.SHADOW_BYTES)
    regions = (c.Region * len(rows))()
    for region, (_, index, low, size, space) in zip(regions, rows, strict=True):
        region.low, region.high, region.space = low, low + size, space
        if space == c.SHARED:
            region.granule, region.shadow = granule, shared_shadow
            shared_shadow += ((size >> granule) + 2) * c.SHADOW_BYTES
        elif space == c.GLOBAL and global_shadow:
            itemsize = packed.arrays[index][1].itemsize
            region.granule, region.shadow = {1: 0, 2: 1}.get(itemsize, 2), global_shadow
            global_shadow += ((size >> region.granule) + 2) * c.SHADOW_BYTES
    launch.regions = ctypes.cast(regions, ctypes.POINTER(c.Region))
    launch.region_count = len(rows)
    packed.keep.append(regions)
    return [(name, index, low) for name, index, low, _, _ in rows]


def check_static_shared(
    library: Library, kernel: int, name: str, shape: Shape, opted_in: bool
) -> None:
    """Refuse more shared memory than a device's block can have. Raises LaunchError."""
    static = library.shared_bytes[kernel] if library.shared_bytes else 0
    if static > MAX_SHARED:
        sizes = ", ".join(v.name for v in library.variables if v.space == SHARED)
        raise LaunchError(
            f"{name}: expected at most {MAX_SHARED:,} bytes of static shared memory in a block, "
            f"got {static:,} ({sizes}).\n  Look at: smaller tiles, or dynamic shared memory."
        )
    if not opted_in and static + shape.dynamic_shared > MAX_SHARED:
        raise LaunchError(
            f"{name}: expected at most {MAX_SHARED:,} bytes of shared memory in a block, got "
            f"{static:,} "
            f"static and {shape.dynamic_shared:,} dynamic"
        )


def linear(index: Sequence[int], extent: Sequence[int]) -> int:
    """Number of a thread in its block, or of a block in the grid: x runs fastest."""
    return index[0] + extent[0] * (index[1] + extent[1] * index[2])
