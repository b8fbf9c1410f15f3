"""What `gpu.inspect` found is drawn as it was recorded."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

from llmbook_utils import gpu
from llmbook_utils.figures import style
from llmbook_utils.figures.kernel_report import draw_access, plot_costs
from llmbook_utils.gpu.ladder import NAIVE, TILED

pytestmark = pytest.mark.usefixtures("book_style")
xp = gpu.xp


def matmul(source, name, n, grid, block):
    a, b, c = (xp.ones((n, n), np.float32) for _ in range(3))
    args = (a, b, c, np.int32(n), np.int32(n), np.int32(n))
    return gpu.inspect(gpu.RawKernel(source, name), grid, block, args)


@pytest.fixture(scope="module")
def naive():
    return matmul(NAIVE, "matmul_naive", 64, (2, 8), (32, 8))


@pytest.fixture(scope="module")
def tiled():
    return matmul(TILED, "matmul_tiled", 64, (2, 2), (32, 32))


def bars(ax):
    """For each report, access → length of its bar."""
    names = [label.get_text() for label in ax.get_yticklabels()]
    return [
        {names[round(bar.get_y() + bar.get_height() / 2)]: bar.get_width() for bar in container}
        for container in ax.containers
    ]


def test_a_bar_for_each_access_and_kernel(naive, tiled):
    ax = plot_costs({"naive": naive, "tiled": tiled})
    assert bars(ax) == [
        {"read A": 32, "read B": 1, "write C": 32},
        {"read A": 4, "read B": 4, "write C": 4},
    ]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["naive", "tiled"]
    assert [t.get_text() for t in ax.texts] == ["32", "1", "32", "4", "4", "4"]
    assert ax.get_xlabel() == "32-byte sectors per request"


def test_wavefronts_and_bytes(naive, tiled):
    _, ax = plt.subplots()
    assert plot_costs({"naive": naive, "tiled": tiled}, "wavefronts", ax=ax) is ax
    assert bars(ax) == [{}, {f"{k} {n}s": 1 for k in ("read", "write") for n in "AB"}]
    moved = bars(plot_costs({"naive": naive, "tiled": tiled}, "bytes"))
    assert moved[0]["read A"] == 64**3 * 32 / 1024
    assert moved[1]["read A"] == 2 * 64 * 64 * 4 / 1024
    with pytest.raises(ValueError, match="one of sectors, wavefronts, bytes, got 'time'"):
        plot_costs({"naive": naive}, "time")


def test_bytes_of_a_sample_are_refused():
    sample = matmul(TILED, "matmul_tiled", 256, (8, 8), (32, 32))
    assert sample.sampled
    with pytest.raises(ValueError, match=r"a sample of \d+ of 64 blocks for 'tiled'"):
        plot_costs({"tiled": sample}, "bytes")


def orange(ax):
    return [
        p
        for p in ax.patches
        if type(p) is Rectangle and same_color(p.get_facecolor(), style.ORANGE)
    ]


def test_an_access_to_global_memory_shows_its_sectors(naive, tiled):
    for report, name, sectors in ((naive, "A", 32), (naive, "B", 1), (tiled, "B", 4)):
        ax = draw_access(report.access(name))
        assert len(orange(ax)) == sectors
        assert ax.texts[-1].get_text().startswith(f"{sectors} sector")


BANKS = r"""
extern "C" __global__ void banks(float* y) {
  __shared__ float s[1024];
  __shared__ __align__(16) float4 wide[64];
  s[threadIdx.x * 4] = 1.0f;
  wide[threadIdx.x * 2] = make_float4(1, 2, 3, 4);
  if (threadIdx.x < 8) s[threadIdx.x * 32 + 1] = 2.0f;
}
"""


@pytest.mark.parametrize(
    ("index", "cells", "text"),
    [(0, 32, "4 wavefronts"), (1, 32, "2 wavefronts"), (2, 8, "8 wavefronts")],
)
def test_an_access_to_shared_memory_shows_its_banks(index, cells, text):
    report = gpu.inspect(gpu.RawKernel(BANKS, "banks"), (1,), (32,), (xp.zeros(32, np.float32),))
    ax = draw_access(report.accesses[index])
    assert len([p for p in ax.patches if type(p) is Rectangle]) == cells
    assert text in [t.get_text() for t in ax.texts]
