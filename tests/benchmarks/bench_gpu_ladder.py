"""How fast are the kernels of the matmul ladder on a GPU, beside cuBLAS?

    .venv/bin/python tests/benchmarks/bench_gpu_ladder.py [SIZE ...]

For each rung and size: GFLOP/s and percent of cuBLAS (cupy.matmul in float32 without TF32), the
median over launches that are timed on the device, after the result was compared with cuBLAS's.
gpu_clock.py says what it needs and where the table is written. Without a GPU that runs a probe
kernel it says so and does nothing.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from gpu_clock import cupy_or_leave, device, keep, milliseconds

from llmbook_utils.gpu.ladder import LADDER

SIZES = (1024, 2048, 4096)
UNIT_ROUNDOFF = 2.0**-24  # of float32


def measure(cupy: Any, n: int) -> dict[str, float]:
    """GFLOP/s of cuBLAS and of each rung for an n³ product. Raises ValueError for a wrong one."""
    rng = np.random.default_rng(n)
    a, b = (cupy.asarray(rng.standard_normal((n, n), dtype=np.float32)) for _ in range(2))
    c = cupy.empty((n, n), cupy.float32)
    expected = a.astype(cupy.float64) @ b.astype(cupy.float64)
    # the error of any order of summation (Higham 2002, 3.5)
    bound = (n + 1) * UNIT_ROUNDOFF * (abs(a).astype(cupy.float64) @ abs(b).astype(cupy.float64))
    runs: dict[str, Callable[[], None]] = {"cuBLAS": lambda: cupy.matmul(a, b, out=c)}
    for rung in LADDER:
        kernel = cupy.RawKernel(rung.source, rung.kernel)
        grid, block = rung.launch(n, n, n)
        arguments = (a, b, c, np.int32(n), np.int32(n), np.int32(n))
        runs[rung.title] = lambda k=kernel, g=grid, t=block, x=arguments: k(g, t, x)
    speeds = {}
    for title, run in runs.items():
        c.fill(cupy.nan)
        run()
        # a comparison with nan is false
        if not bool((abs(c - expected) <= bound).all()):
            worst = float(cupy.nanmax(abs(c - expected) / bound))
            raise ValueError(
                f"expected {title} at {n}³ within rounding of the product in float64, got an error "
                f"of {worst:.3g} times the bound, or values that were not written"
            )
        speeds[title] = 2 * n**3 / milliseconds(cupy, run) / 1e6
    return speeds


def main() -> None:
    """Measure, print and write."""
    cupy = cupy_or_leave()
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    found = device(cupy)
    print(f"{found['device']}, cupy {found['cupy']}: GFLOP/s (percent of cuBLAS, float32)")
    print(f"{'':<20}" + "".join(f"{f'{n}³':>18}" for n in sizes))
    table = {n: measure(cupy, n) for n in sizes}
    for title in ["cuBLAS", *(rung.title for rung in LADDER)]:
        cells = [
            f"{table[n][title]:>10,.0f} {table[n][title] / table[n]['cuBLAS']:>6.1%}" for n in sizes
        ]
        print(f"{title:<20}" + "".join(f"{cell:>18}" for cell in cells))
    found["gflops"] = {str(n): {k: round(v, 1) for k, v in row.items()} for n, row in table.items()}
    keep("ladder", found)


if __name__ == "__main__":
    main()
