"""How fast is the scalar engine of chapter 1, beside a peer and beside torch?

    .venv/bin/python tests/benchmarks/bench_autograd.py

The work: forward and backward pass of a 2-16-16-1 network with relu on 32 points. Peers: micrograd
(`pip install micrograd`; left out when it is not installed) and torch, which works on whole arrays.
Ratios are the result; seconds depend on the machine.
"""

import itertools
import random
import statistics
import time
from collections.abc import Callable

import torch

from llmbook_utils.autograd import Value

WIDTHS = (2, 16, 16, 1)
POINTS = 32


def scalar_pass(number: type) -> Callable[[], None]:
    """One forward and backward pass in which every number is a `number` with relu()."""
    draw = random.Random(1)
    layers = [
        [[number(draw.gauss(0, 0.5)) for _ in range(fan_in)] for _ in range(fan_out)]
        for fan_in, fan_out in itertools.pairwise(WIDTHS)
    ]
    points = [[draw.gauss(0, 1) for _ in range(WIDTHS[0])] for _ in range(POINTS)]

    def run() -> None:
        loss = number(0.0)
        for h in points:
            for layer in layers:
                h = [
                    sum((w * x for w, x in zip(row, h, strict=True)), number(0.0)) for row in layer
                ]
                h = [u.relu() for u in h]
            loss = loss + h[0] * h[0]
        loss.backward()

    return run


def torch_pass() -> Callable[[], None]:
    """The same network in torch, on the whole batch at once."""
    torch.manual_seed(1)
    layers = [torch.randn(a, b, requires_grad=True) for a, b in itertools.pairwise(WIDTHS)]
    points = torch.randn(POINTS, WIDTHS[0])

    def run() -> None:
        h = points
        for w in layers:
            h = torch.relu(h @ w)
        (h * h).sum().backward()

    return run


def seconds(run: Callable[[], None], repeats: int = 7) -> float:
    """The median of several runs, after one to warm up."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print seconds and ratios, ours as 1."""
    torch.set_num_threads(1)
    measured = {"llmbook_utils.autograd": seconds(scalar_pass(Value))}
    try:
        from micrograd.engine import Value as MicrogradValue

        measured["micrograd"] = seconds(scalar_pass(MicrogradValue))
    except ImportError:
        print("micrograd is not installed: left out")
    measured["torch, one thread"] = seconds(torch_pass())
    ours = measured["llmbook_utils.autograd"]
    for name, duration in measured.items():
        print(f"{name:<24}{duration * 1e3:>10.2f} ms{ours / duration:>10.2f} × our speed")


if __name__ == "__main__":
    main()
