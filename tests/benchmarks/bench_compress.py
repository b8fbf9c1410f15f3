"""When does int8 pay? Float products against whole numbers, layer by layer and for the whole GPT.

    .venv/bin/python tests/benchmarks/bench_compress.py

One thread; the fastest of several calls, in processor seconds. What comes out depends on the
processor: with instructions for products of bytes (VNNI, AMX) whole numbers are several times
faster, without them they can be slower. The layer's time includes quantising its input.
"""

import platform
from functools import partial
from pathlib import Path

import torch
from torch import nn

from llmbook_utils.compress import Int8Linear, int8, seconds, size_in_bytes
from llmbook_utils.gpt import GPT, GPTConfig

SHAPES = [(1, 64, 256), (640, 64, 256), (640, 256, 1024), (1, 1024, 4096), (640, 1024, 4096)]
WIDTHS = [64, 256, 512]


def flags() -> str:
    """Which instructions for products of bytes the processor has, where Linux tells."""
    try:
        words = set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return "unknown"
    return ", ".join(sorted(words & {"avx512_vnni", "avx_vnni", "amx_int8", "i8mm"})) or "none"


def main() -> None:
    torch.set_num_threads(1)
    print(f"{platform.processor() or platform.machine()}, int8 instructions: {flags()}")
    print(f"{'rows × in × out':>20}{'float ms':>10}{'product ms':>12}{'layer ms':>10}")
    for rows, inputs, outputs in SHAPES:
        torch.manual_seed(0)
        layer, x = nn.Linear(inputs, outputs, bias=False), torch.randn(rows, inputs)
        small = Int8Linear(layer)
        q = torch.randint(-127, 128, (rows, inputs), dtype=torch.int8)
        runs = (partial(layer, x), partial(torch._int_mm, q, small.q.t()), partial(small, x))
        times = [1000 * seconds(run, 20) for run in runs]
        name = f"{rows} × {inputs} × {outputs}"
        print(f"{name:>20}{times[0]:10.3f}{times[1]:12.3f}{times[2]:10.3f}")
    print(f"\n{'GPT of width':>20}{'float ms':>10}{'int8 ms':>12}{'float KB':>10}{'int8 KB':>9}")
    for width in WIDTHS:
        model = GPT(GPTConfig(704, context=80, layers=2, heads=4, width=width))
        small_model, ids = int8(model), torch.randint(704, (16, 80))
        times = [1000 * seconds(partial(m, ids)) for m in (model, small_model)]
        sizes = [size_in_bytes(m) / 1000 for m in (model, small_model)]
        print(f"{width:>20}{times[0]:10.2f}{times[1]:12.2f}{sizes[0]:10.0f}{sizes[1]:9.0f}")


if __name__ == "__main__":
    main()
