"""How fast are CUDA kernels on the CPU, beside numba's CUDA simulator?

    .venv/bin/python tests/benchmarks/bench_cuda.py
    LLMBOOK_NUMBA_PYTHON=/path/to/python .venv/bin/python tests/benchmarks/bench_cuda.py

Printed: milliseconds a launch for each rung of the matmul ladder, unchecked and checked in full;
milliseconds of a compile, cold and from the cache; and the peer, the naive and the tiled product
(tiles of 16 × 16) in numba's simulator, which also runs kernels thread by thread without a GPU. The
peer needs the Python of an environment that has numba; without one it is left out. It takes two
minutes. Launches on both sides are in processor time, which other work on the machine disturbs
least; compiles are by the clock.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np

from llmbook_utils.gpu.compiler import CHECKED, PLAIN
from llmbook_utils.gpu.kernel import RawKernel
from llmbook_utils.gpu.ladder import LADDER, NAIVE, TILED, Rung
from llmbook_utils.gpu.memory import xp

SIZES = (128, 256, 512)
PEER_SIZES = (64, 128)
PEER = r"""
import json, sys, time
import numpy as np
from numba import cuda, float32

TILE = 16

@cuda.jit
def naive(A, B, C):
    row, col = cuda.grid(2)
    if row < C.shape[0] and col < C.shape[1]:
        total = float32(0)
        for k in range(A.shape[1]):
            total += A[row, k] * B[k, col]
        C[row, col] = total

@cuda.jit
def tiled(A, B, C):
    As = cuda.shared.array((TILE, TILE), float32)
    Bs = cuda.shared.array((TILE, TILE), float32)
    tx, ty = cuda.threadIdx.x, cuda.threadIdx.y
    col = cuda.blockIdx.x * TILE + tx
    row = cuda.blockIdx.y * TILE + ty
    total = float32(0)
    for k0 in range(0, A.shape[1], TILE):
        As[ty, tx] = A[row, k0 + tx]
        Bs[ty, tx] = B[k0 + ty, col]
        cuda.syncthreads()
        for k in range(TILE):
            total += As[ty, k] * Bs[k, tx]
        cuda.syncthreads()
    C[row, col] = total

seconds = {}
for n in json.loads(sys.argv[1]):
    rng = np.random.default_rng(0)
    A, B = (rng.standard_normal((n, n)).astype(np.float32) for _ in range(2))
    for kernel in (naive, tiled):
        C = np.zeros((n, n), np.float32)
        start = time.process_time()
        kernel[(n // TILE, n // TILE), (TILE, TILE)](A, B, C)
        seconds[f"{kernel.__name__} {n}"] = time.process_time() - start
        assert np.allclose(C, A @ B, atol=1e-3)
print(json.dumps(seconds))
"""
COMPILES = r"""
import json, sys, time
from llmbook_utils.gpu.compiler import CHECKED, PLAIN
from llmbook_utils.gpu.kernel import RawKernel
from llmbook_utils.gpu.ladder import TILED

seconds = {PLAIN: [], CHECKED: []}
for i in range(5):
    for mode, times in seconds.items():
        kernel = RawKernel(f"{TILED}// {i}", "matmul_tiled")
        start = time.perf_counter()
        kernel.library(mode)
        times.append(time.perf_counter() - start)
print(json.dumps(seconds))
"""


def seconds(run: Callable[[], None], budget: float = 2.0) -> float:
    """Processor time: the median of up to eight runs but the first; of fewer when they are long."""
    times: list[float] = []
    while len(times) < 8 and sum(times) < budget:
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times[1:] or times)


def launch_time(rung: Rung, n: int, checked: bool, options: tuple[str, ...] = ()) -> float:
    """Seconds of one n³ product, whose result is compared with NumPy's."""
    rng = np.random.default_rng(0)
    a, b = (xp.asarray(rng.standard_normal((n, n)).astype(np.float32)) for _ in range(2))
    c = xp.zeros((n, n), np.float32)
    grid, block = rung.launch(n, n, n)
    kernel = RawKernel(rung.source, rung.kernel, options)
    kernel.checked = checked
    kernel.library(CHECKED if checked else PLAIN)  # compile now
    arguments = (a, b, c, np.int32(n), np.int32(n), np.int32(n))
    duration = seconds(lambda: kernel(grid, block, arguments))
    np.testing.assert_allclose(c.get(), a.get() @ b.get(), atol=1e-3)
    return duration


def compile_times() -> None:
    """A new process that finds nothing in the cache, then one that finds everything."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"LLMBOOK_GPU_CACHE": folder}
        for title in ("cold", "cached"):
            done = subprocess.run(
                [sys.executable, "-c", COMPILES],
                env=environment, capture_output=True, text=True, check=True,
            )  # fmt: skip
            for mode, times in json.loads(done.stdout).items():
                middle, most = statistics.median(times) * 1e3, max(times) * 1e3
                print(f"compile, {title:<7}{mode:<9}{middle:>9.1f} ms (at most {most:.1f})")


def peer_times() -> dict[str, float]:
    """Seconds in numba's simulator; empty without numba."""
    python = os.environ.get("LLMBOOK_NUMBA_PYTHON", sys.executable)
    found = subprocess.run([python, "-c", "import numba.cuda"], capture_output=True, check=False)
    if found.returncode:
        print("numba is not installed: left out (LLMBOOK_NUMBA_PYTHON names a Python that has it)")
        return {}
    done = subprocess.run(
        [python, "-c", PEER, json.dumps(PEER_SIZES)],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def main() -> None:
    """Print milliseconds, and ratios to the peer."""
    print(f"{'ms a launch':<24}" + "".join(f"{f'{n}³':>9}{'checked':>9}" for n in SIZES))
    for rung in LADDER:
        cells = []
        for n in SIZES:
            cells += [f"{launch_time(rung, n, c) * 1e3:>9.1f}" for c in (False, True)]
        print(f"{rung.title:<24}" + "".join(cells), flush=True)
    compile_times()
    ours = {
        "naive": (Rung("", "matmul_naive", NAIVE, (16, 16), (16, 16), rows_along_x=True), ()),
        "tiled": (Rung("", "matmul_tiled", TILED, (16, 16), (16, 16)), ("-DTILE=16",)),
    }
    for title, theirs in peer_times().items():
        name, n = title.split()
        rung, options = ours[name]
        for checked in (False, True):
            duration = launch_time(rung, int(n), checked, options)
            print(
                f"{name} {n}³, numba's simulator {theirs * 1e3:,.0f} ms: "
                f"{theirs / duration:,.0f} × its speed {'checked' if checked else 'unchecked'}"
            )


if __name__ == "__main__":
    main()
