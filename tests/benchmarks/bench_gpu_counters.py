"""Do the counts of `gpu.inspect` agree with the counters of a GPU? And what do its caches do?

    .venv/bin/python tests/benchmarks/bench_gpu_counters.py

For kernels of chapter 2 and of the matmul ladder: requests and sectors of global memory, wavefronts
of shared memory, once as `gpu.inspect` counts them in the source and once as the device counts
them, which NVIDIA's profiler `ncu` reads. For the ladder at 4096³ also the bytes that
came from L2 and from DRAM for each multiply-add, which only the device knows. It needs a GPU, cupy,
ziglang (for the counts) and ncu; gpu_clock.py says where the table is written.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gpu_clock import chapter_cells, cupy_or_leave, device, keep

from llmbook_utils import gpu
from llmbook_utils.gpu.ladder import LADDER
from llmbook_utils.gpu.report import Report

SMALL = (256, 256, 64)  # M, N, K of the ladder, where both count
LARGE = 4096  # … where the device counts
METRICS = {
    "global read requests": "l1tex__t_requests_pipe_lsu_mem_global_op_ld.sum",
    "global read sectors": "l1tex__t_sectors_pipe_lsu_mem_global_op_ld.sum",
    "global write requests": "l1tex__t_requests_pipe_lsu_mem_global_op_st.sum",
    "global write sectors": "l1tex__t_sectors_pipe_lsu_mem_global_op_st.sum",
    "shared read wavefronts": "l1tex__data_pipe_lsu_wavefronts_mem_shared_op_ld.sum",
    "shared write wavefronts": "l1tex__data_pipe_lsu_wavefronts_mem_shared_op_st.sum",
    "bytes from L2": "l1tex__m_xbar2l1tex_read_bytes.sum",
    "bytes from DRAM": "dram__bytes_read.sum",
}


@dataclass(frozen=True)
class Launch:
    """One launch of one kernel."""

    title: str
    kernel: Any
    grid: tuple[int, ...]
    block: tuple[int, ...]
    arguments: tuple[Any, ...]

    def run(self) -> None:
        self.kernel(self.grid, self.block, self.arguments)


def ladder(m: int, n: int, k: int) -> Iterator[Launch]:
    """The rungs, on matrices of these sizes."""
    xp = gpu.xp
    a, b, c = (xp.ones(shape, xp.float32) for shape in ((m, k), (k, n), (m, n)))
    for rung in LADDER:
        kernel = gpu.RawKernel(rung.source, rung.kernel)
        arguments = (a, b, c, np.int32(m), np.int32(n), np.int32(k))
        yield Launch(rung.title, kernel, *rung.launch(m, n, k), arguments)


def lessons() -> Iterator[Launch]:
    """The chapter's kernels of which it states counts."""
    xp = gpu.xp
    cells = chapter_cells(
        "saxpy-source", "transpose-naive", "transpose-tiled", "block-sum-source", "warp-sum-source",
        "softmax-source", "copy-source", gpu=gpu,
    )  # fmt: skip
    x, y = xp.ones(2**15, xp.float32), xp.zeros(2**15, xp.float32)
    n = np.int32(len(x))
    for stride in (1, 2, 8, 32):
        arguments = np.float32(2), x, y, n, np.int32(stride)
        yield Launch(f"saxpy, stride {stride}", cells["saxpy"], (128 // stride,), (256,), arguments)
    for width, threads in [("float", 256), ("float4", 64)]:
        kernel = gpu.RawKernel(cells["COPY"], "copy", (f"-DTYPE={width}",))
        yield Launch(f"copy, {width}", kernel, (128,), (threads,), (x, y))
    matrix, turned = xp.ones((256, 128), xp.float32), xp.zeros((128, 256), xp.float32)
    arguments = matrix, turned, np.int32(256), np.int32(128)
    naive = gpu.RawKernel(cells["TRANSPOSE"], "transpose")
    yield Launch("transpose", naive, (4, 8), (32, 32), arguments)
    for pad in (0, 1):
        kernel = gpu.RawKernel(cells["TILED_TRANSPOSE"], "transpose_tiled", (f"-DPAD={pad}",))
        yield Launch(f"transpose, tile, padding {pad}", kernel, (4, 8), (32, 32), arguments)
    yield Launch("block sum", cells["block_sum"], (128,), (256,), (x, y, n))
    source = cells["WARP_SUM"].replace("ADD_TO_TOTAL", "atomicAdd(total, v);")
    yield Launch("warp sum", gpu.RawKernel(source, "sum"), (128,), (256,), (x, y, n))
    z, p = xp.ones((64, 118), xp.float32), xp.zeros((64, 118), xp.float32)
    arguments = z, p, np.int32(64), np.int32(118)
    yield Launch("softmax", cells["softmax"], (16,), (128,), arguments)
    # unrolled, a loop that some lanes leave a round earlier is two loops, one after the other
    source = cells["SOFTMAX"].replace("  for (int c", "#pragma unroll 1\n  for (int c")
    kernel = gpu.RawKernel(source, "softmax")
    yield Launch("softmax, not unrolled", kernel, (16,), (128,), arguments)


def counted(report: Report) -> dict[str, float]:
    """The same quantities as METRICS has, from the counts in the source."""
    scale = report.blocks / report.blocks_run
    found = {}
    for space, measure in (("global", "sectors"), ("shared", "wavefronts")):
        for kind in ("read", "write"):
            chosen = [a for a in report.accesses if (a.space, a.kind) == (space, kind)]
            for what in ("requests", measure) if space == "global" else (measure,):
                found[f"{space} {kind} {what}"] = scale * sum(getattr(a, what) for a in chosen)
    return found


def measured(which: str) -> list[dict[str, float]]:
    """What the device counts for each launch of this program called with ``which``."""
    names = "regex:^(matmul|saxpy|copy$|transpose|block_sum|sum$|softmax)"
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "ncu.csv"
        done = subprocess.run(
            ["ncu", "--csv", "--page", "raw", "--print-units", "base", "--log-file", str(log),
             "--clock-control", "none", "-k", names, "--metrics", ",".join(METRICS.values()),
             sys.executable, __file__, which],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        text = log.read_text(encoding="utf-8") if log.exists() else ""
    lines = [line for line in text.splitlines() if line.startswith('"')]
    if done.returncode or len(lines) < 3:
        raise RuntimeError(f"expected a table from ncu, got:\n{text}{done.stdout}{done.stderr}")
    head, _units, *rows = csv.reader(lines)
    return [
        {name: float(row[head.index(metric)].replace(",", "")) for name, metric in METRICS.items()}
        for row in rows
    ]


def table(launches: list[Launch], device_says: list[dict[str, float]]) -> dict[str, Any]:
    """Both counts of each launch; printed where they differ by more than half a percent."""
    found: dict[str, Any] = {}
    for launch, theirs in zip(launches, device_says, strict=True):
        ours = counted(gpu.inspect(launch.kernel, launch.grid, launch.block, launch.arguments))
        found[launch.title] = {name: [round(ours[name]), round(theirs[name])] for name in ours}
        differ = [
            f"{name} {ours[name]:,.0f} / {theirs[name]:,.0f}"
            for name in ours
            if abs(ours[name] - theirs[name]) > 0.005 * max(ours[name], theirs[name])
        ]
        print(f"{launch.title:<30}", "; ".join(differ) or "all equal")
    return found


def main() -> None:
    """Measure, compare, print and write; or, called by ncu, launch."""
    cupy = cupy_or_leave()
    if len(sys.argv) > 1:
        chosen = {
            "small": lambda: [*lessons(), *ladder(*SMALL)],
            "large": lambda: ladder(*[LARGE] * 3),
        }
        for launch in chosen[sys.argv[1]]():
            launch.run()
        cupy.cuda.Device().synchronize()
        return
    if shutil.which("ncu") is None:
        print("left out: ncu, NVIDIA's profiler, is not on the path")
        return
    found = device(cupy)
    print(f"{found['device']}: counts in the source / on the device, where they differ")
    found["counts"] = table([*lessons(), *ladder(*SMALL)], measured("small"))
    print(f"bytes for each multiply-add at {LARGE}³: asked for, from L2, from DRAM")
    found["traffic"] = {}
    for rung, seen in zip(LADDER, measured("large"), strict=True):
        asked = 32 * seen["global read sectors"]
        row = [asked, seen["bytes from L2"], seen["bytes from DRAM"]]
        found["traffic"][rung.title] = [round(number / LARGE**3, 5) for number in row]
        print(f"{rung.title:<20}", *(f"{number / LARGE**3:>9.4f}" for number in row))
    keep("counters", found)


if __name__ == "__main__":
    main()
