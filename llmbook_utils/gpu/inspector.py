"""`gpu.inspect`: one launch, and what each of its memory accesses costs on a device.

The launch runs on the CPU, also on a machine with a GPU: there it can be watched. Requests are
those of the source: an optimising compiler may drop an access (its value is still in a register) or
make one of several (a load of 16 bytes for four of 4). counting.py says how a request is counted.
"""

import ctypes
from typing import Any

import numpy as np

from llmbook_utils.gpu.counting import WARP, by_request, count
from llmbook_utils.gpu.errors import ArgumentError
from llmbook_utils.gpu.kernel import RawKernel, RawModule
from llmbook_utils.gpu.memory import ALIGNMENT, DeviceArray, empty
from llmbook_utils.gpu.report import Access, Report
from llmbook_utils.gpu.trace import AccessSite, MemoryObject, Trace, trace

LIMIT = 1_000_000  # accesses that are recorded
MOST = 4_000_000  # … for the sake of one block
PARTS = 8  # places of the grid from which a sample is taken


def inspect(kernel: Any, grid: Any, block: Any, args: Any = (), shared_mem: int = 0) -> Report:
    """Launch on copies of the arrays and count what each access costs.

        report = gpu.inspect(kernel, (8, 8), (32, 8), (a, b, np.int32(n)))
        report.sectors_per_request("a")        # 4.0: coalesced
        report.wavefronts_per_request("tile")  # 1.0: no bank conflicts

    The arguments are those of a launch; the arrays keep their contents. The launch is checked and
    raises KernelError as any other. One with more than a million accesses is sampled: blocks from
    up to eight places spread over the grid, the first and the last block among them;
    `Report.sampled` is then true. Raises ValueError where a single block makes more than four
    million accesses.

    ``kernel`` may be cupy's; its __constant__ and __device__ variables are zero here.
    """
    kernel = _on_cpu(kernel)
    launch = (kernel, grid, block, _copies(args), shared_mem)
    whole = trace(*launch, limit=LIMIT)
    if whole.complete:
        records, blocks_run = whole.records, int(np.prod(whole.grid))
    else:
        records, blocks_run = _sample(whole, launch)
    accesses = []
    pair = records["site"] * np.int64(len(whole.objects)) + records["object"]
    for number in np.unique(pair).tolist():
        site, thing = divmod(number, len(whole.objects))
        accesses.append(_access(records[pair == number], whole.sites[site], whole.objects[thing]))
    accesses.sort(key=lambda a: (a.line, a.kind == "write", a.column))  # what is read is read first
    return Report(kernel.name, whole.grid, whole.block, blocks_run, tuple(accesses))


def _access(records: np.ndarray, site: AccessSite, thing: MemoryObject) -> Access:
    """All records of one access to one array, summed up."""
    space = "global" if thing.space == "device" else thing.space  # a __device__ variable
    records, request = by_request(records)
    counts = count(records, request, space, site.kind == "atomic")
    most = counts.lanes.max()
    begins = counts.first[counts.lanes == most]
    begin = begins[np.argmin(records["sequence"][begins])]  # of those with most lanes, the first
    example = records[begin : begin + most]
    return Access(
        line=site.line,
        column=site.column,
        text=site.text,
        kind=site.kind,
        name=thing.name,
        space=space,
        size=int(records["size"][0]),
        requests=len(counts.lanes),
        lanes=int(counts.lanes.sum()),
        sectors=int(counts.sectors.sum()),
        lines=int(counts.lines.sum()),
        wavefronts=int(counts.wavefronts.sum()),
        bytes_used=int(counts.bytes_used.sum()),
        example_lanes=tuple((example["thread"] % WARP).tolist()),
        example_addresses=tuple((example["offset"] + thing.address % ALIGNMENT).tolist()),
    )


def _sample(begun: Trace, launch: tuple) -> tuple[np.ndarray, int]:
    """Records of whole blocks from several places of the grid, and how many blocks these are."""
    if not _whole_blocks(begun, 0):
        begun = trace(*launch, limit=MOST)
    whole = _whole_blocks(begun, 0)
    if not whole:
        raise ValueError(
            f"{launch[0].name}: expected blocks of at most {MOST:,} memory accesses, got one that "
            "makes more: inspect a smaller problem, whose counts per request are the same"
        )
    blocks = int(np.prod(begun.grid))
    a_block = len(begun.records) // whole + 1
    parts = int(np.clip(LIMIT // a_block, 2, PARTS))
    starts = np.linspace(0, blocks - 1, parts).astype(int).tolist()
    kept, blocks_run = [], 0
    for start, following in zip(starts, [*starts[1:], blocks], strict=True):
        part = trace(*launch, limit=max(LIMIT // parts, 2 * a_block), first_block=start)
        taken = min(_whole_blocks(part, start), following - start)
        kept.append(part.records[part.records["block"] < start + taken])
        blocks_run += taken
    return np.concatenate(kept), blocks_run


def _whole_blocks(part: Trace, start: int) -> int:
    """How many blocks, from number ``start``, a trace has from beginning to end."""
    if part.complete:
        return int(np.prod(part.grid)) - start
    last = int(part.records["block"][-1])
    return last - start if part.total > len(part.records) else last - start + 1


def _on_cpu(kernel: Any) -> RawKernel:
    """The kernel as one that runs on the CPU: itself, or cupy's compiled anew."""
    if isinstance(kernel, RawKernel):
        return kernel
    if not hasattr(kernel, "__getstate__") or not hasattr(kernel, "backend"):
        raise TypeError(f"expected a gpu.RawKernel, got {type(kernel).__name__}")
    state = kernel.__getstate__()  # cupy/_core/raw.pyx: the constructor's arguments
    expressions = state["name_expressions"]
    if not expressions:
        return RawKernel(state["code"], state["name"], state["options"])
    module = RawModule(code=state["code"], options=state["options"], name_expressions=expressions)
    if state["name"] in module.kernels:
        return module.get_function(state["name"])
    if len(expressions) == 1:  # cupy keeps the mangled name only
        return module.get_function(expressions[0])
    raise ValueError(
        f"expected a RawModule with one name expression, got {', '.join(expressions)}: "
        "make one for each kernel that is inspected"
    )


def _copies(args: Any) -> tuple[Any, ...]:
    """The arguments with fresh arrays, which share memory where the old ones do.

    Each allocation is copied to a multiple of 256 bytes, where a device's would begin, and views
    stay where they are in it.
    """
    if not isinstance(args, (tuple, list)):
        raise ArgumentError(f"expected the arguments as one tuple, got {type(args).__name__}")
    args = _to_host(args)
    allocations: dict[int, np.ndarray] = {}
    return tuple(_copy(value, allocations) for value in args)


def _copy(value: Any, allocations: dict[int, np.ndarray]) -> Any:
    if not isinstance(value, DeviceArray) or not value.size:
        return value
    owner = value
    while isinstance(owner.base, DeviceArray):
        owner = owner.base
    low, high = np.lib.array_utils.byte_bounds(owner)
    if low not in allocations:
        raw = empty(high - low, np.uint8)
        ctypes.memmove(raw.ctypes.data, low, high - low)
        allocations[low] = raw
    start = value.ctypes.data - low
    return DeviceArray(value.shape, value.dtype, allocations[low], start, value.strides)


def _to_host(args: Any) -> list[Any]:
    """cupy's arrays as arrays of ours; those that share an allocation share the bytes they span."""
    spans: dict[int, tuple[int, int]] = {}
    for value in filter(_on_device, args):
        low, high = _bounds(value)
        known = spans.get(value.data.mem.ptr, (low, high))
        spans[value.data.mem.ptr] = min(low, known[0]), max(high, known[1])
    # a device's address says where in its 256 bytes the memory begins
    hosts = {
        memory: empty(high - low + low % ALIGNMENT, np.uint8)
        for memory, (low, high) in spans.items()
    }
    found = []
    for value in args:
        if _on_device(value):
            memory = value.data.mem.ptr
            offset = value.data.ptr - spans[memory][0] + spans[memory][0] % ALIGNMENT
            host = DeviceArray(value.shape, value.dtype, hosts[memory], offset, value.strides)
            host[...] = value.get()
            value = host
        found.append(value)
    return found


def _on_device(value: Any) -> bool:
    return hasattr(value, "__cuda_array_interface__")


def _bounds(value: Any) -> tuple[int, int]:
    """The first byte of a device's array and the one after its last."""
    if not value.size:
        return value.data.ptr, value.data.ptr
    steps = [step * (n - 1) for step, n in zip(value.strides, value.shape, strict=True)]
    before, behind = (sum(side(step, 0) for step in steps) for side in (min, max))
    return value.data.ptr + before, value.data.ptr + behind + value.dtype.itemsize
