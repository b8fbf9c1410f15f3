"""What the lessons of chapter 2 are worth on a GPU: strides, transposes, sums, softmax, divergence.

    .venv/bin/python tests/benchmarks/bench_gpu_lessons.py

The kernels are those of the chapter, read from its cells; what saxpy, the transposes, the sum by
blocks and the softmax give is compared with cupy's before it is timed. (One atomic for each number
cannot be: its sum stops at 2**24.) For each: gigabytes a second of the bytes that the task needs
(each number read or written once), by the median of launches timed on the device, on arrays far
larger than the L2 cache; for Collatz, millions of numbers a second. Peers: a plain copy, cupy's
copy of a transposed matrix and its sum, PyTorch's softmax. gpu_clock.py says what it needs and
where the table is written.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from gpu_clock import chapter_cells, cupy_or_leave, device, keep, milliseconds

N = 2**28  # numbers in a vector: 1 GiB
SIDE = 2**14  # of a square matrix of as many
ROWS, COLUMNS = 2**17, 2**10
STRIDES = (1, 2, 4, 8, 16, 32)
THREADS = 256
ONE_ATOMIC_EACH = r"""
extern "C" __global__ void sum(const float* x, float* total, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) atomicAdd(total, x[i]);
}
"""


def strides(cupy: Any, clock: Callable[..., float]) -> dict[str, float]:
    """Of saxpy, GB/s by stride."""
    saxpy = cupy.RawKernel(chapter_cells("saxpy-source", gpu=cupy)["SAXPY"], "saxpy")
    x, y = cupy.ones(N, cupy.float32), cupy.zeros(N, cupy.float32)
    found = {}
    for stride in STRIDES:
        touched = N // stride
        arguments = np.float32(2), x, y, np.int32(N), np.int32(stride)
        grid = (-(-touched // THREADS),)
        y[...] = 0
        saxpy(grid, (THREADS,), arguments)
        must(
            stride,
            bool((y[::stride] == 2).all()) and float(y.sum(dtype=cupy.float64)) == 2 * touched,
        )
        ms = clock(lambda g=grid, a=arguments: saxpy(g, (THREADS,), a))
        found[str(stride)] = 3 * 4 * touched / ms / 1e6
    return found


def transposes(cupy: Any, clock: Callable[..., float]) -> dict[str, float]:
    """GB/s of the three kernels, of a copy and of cupy's transpose."""
    cells = chapter_cells("transpose-naive", "transpose-tiled")
    x = cupy.random.default_rng(0).random((SIDE, SIDE), dtype=cupy.float32)
    y = cupy.empty_like(x)
    grid, block = (SIDE // 32, SIDE // 32), (32, 32)
    arguments = x, y, np.int32(SIDE), np.int32(SIDE)
    tiled = cells["TILED_TRANSPOSE"], "transpose_tiled"
    kernels = {
        "naive": cupy.RawKernel(cells["TRANSPOSE"], "transpose"),
        "tile": cupy.RawKernel(*tiled, ("-DPAD=0",)),
        "padded": cupy.RawKernel(*tiled, ("-DPAD=1",)),
    }
    found = {"(a plain copy)": 2 * x.nbytes / clock(lambda: cupy.copyto(y, x)) / 1e6}
    for name, kernel in kernels.items():
        y[...] = 0
        kernel(grid, block, arguments)
        must(name, bool((y == x.T).all()))
        ms = clock(lambda k=kernel: k(grid, block, arguments))
        found[name] = 2 * x.nbytes / ms / 1e6
    found["CuPy"] = 2 * x.nbytes / clock(lambda: cupy.copyto(y, x.T)) / 1e6
    return found


def sums(cupy: Any, clock: Callable[..., float]) -> dict[str, float]:
    """GB/s: one atomic for each number, one for each block, and cupy's sum."""
    source = chapter_cells("warp-sum-source")["WARP_SUM"]
    blockwise = source.replace("ADD_TO_TOTAL", "atomicAdd(total, v);")
    x, total = cupy.ones(N, cupy.float32), cupy.zeros(1, cupy.float32)
    launch = (N // 256,), (256,), (x, total, np.int32(N))
    found = {}
    for name, text in [("one atomic a number", ONE_ATOMIC_EACH), ("one atomic a block", blockwise)]:
        kernel = cupy.RawKernel(text, "sum")
        if name == "one atomic a block":  # one by one, float32 stops counting at 2**24
            total[...] = 0
            kernel(*launch)
            must(name, float(total[0]) == N)
        found[name] = x.nbytes / clock(lambda k=kernel: k(*launch)) / 1e6
    found["CuPy"] = x.nbytes / clock(lambda: x.sum()) / 1e6
    return found


def softmaxes(cupy: Any, clock: Callable[..., float]) -> dict[str, float]:
    """GB/s: the chapter's kernel, and PyTorch's where it is installed."""
    softmax = cupy.RawKernel(chapter_cells("softmax-source", gpu=cupy)["SOFTMAX"], "softmax")
    z = cupy.random.default_rng(0).standard_normal((ROWS, COLUMNS), dtype=cupy.float32)
    p = cupy.empty_like(z)
    launch = (ROWS // 4,), (128,), (z, p, np.int32(ROWS), np.int32(COLUMNS))
    softmax(*launch)
    e = cupy.exp(z - z.max(axis=1, keepdims=True))
    must("softmax", bool(cupy.allclose(p, e / e.sum(axis=1, keepdims=True), atol=1e-6)))
    found = {"ours": 2 * z.nbytes / clock(lambda: softmax(*launch)) / 1e6}
    try:
        import torch
    except ImportError:
        return found
    theirs = torch.as_tensor(z, device="cuda")
    # cupy's events are recorded on the stream that PyTorch uses, too: the default one
    ms = clock(lambda: torch.softmax(theirs, dim=1))
    return found | {"PyTorch": 2 * z.nbytes / ms / 1e6}


def divergence(cupy: Any, clock: Callable[..., float]) -> dict[str, float]:
    """Collatz: millions of numbers a second as they come and sorted, and the working shares."""
    source = chapter_cells("collatz-source")["COLLATZ"]
    kernel = cupy.RawKernel(source, "collatz")
    start = cupy.arange(1, 2**22 + 1, dtype=cupy.int32)
    rounds = cupy.zeros_like(start)
    found = {}
    for name in ("as they come", "sorted"):
        launch = (len(start) // 64,), (64,), (start, rounds, np.int32(len(start)))
        kernel(*launch)
        by_warp = rounds.reshape(-1, 32)
        found[f"{name}, share"] = float(rounds.sum() / (32 * by_warp.max(axis=1).sum()))
        found[name] = len(start) / clock(lambda a=launch: kernel(*a)) / 1e3
        start = start[cupy.argsort(rounds)]
    return found


def must(name: object, right: bool) -> None:
    """Raises ValueError for a wrong result: a kernel that is wrong is not timed."""
    if not right:
        raise ValueError(f"expected the result of {name} to be right, got another one")


def main() -> None:
    """Measure, print and write."""
    cupy = cupy_or_leave()
    found = device(cupy)
    print(f"{found['device']}, cupy {found['cupy']}")

    def clock(run: Callable[[], Any]) -> float:
        return milliseconds(cupy, run, budget=300.0)

    for part in (strides, transposes, sums, softmaxes, divergence):
        row = part(cupy, clock)
        found[part.__name__] = {name: round(value, 3) for name, value in row.items()}
        print(f"{part.__name__:<11}", "  ".join(f"{k} {v:,.4g}" for k, v in row.items()))
        cupy.get_default_memory_pool().free_all_blocks()
    keep("lessons", found)


if __name__ == "__main__":
    main()
