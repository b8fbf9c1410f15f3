"""All rungs of the matmul ladder against NumPy, checked in full and unchecked."""

import numpy as np
import pytest
from properties import given, settings, st

from llmbook_utils import gpu
from llmbook_utils.gpu.ladder import LADDER, TILED, Rung

NAMES = [rung.kernel for rung in LADDER]


def product(rung, m, n, k, options=()):
    """Largest error of a rung, relative to the bound for any order of sums (Higham 2002, 3.5)."""
    rng = np.random.default_rng(m * 10007 + n * 101 + k)
    a, b = (rng.standard_normal(shape).astype(np.float32) for shape in ((m, k), (k, n)))
    c = gpu.xp.full((m, n), np.nan, np.float32)
    grid, block = rung.launch(m, n, k)
    kernel = gpu.RawKernel(rung.source, rung.kernel, options=options)
    arguments = (gpu.xp.asarray(a), gpu.xp.asarray(b), c, np.int32(m), np.int32(n), np.int32(k))
    kernel(grid, block, arguments)
    a, b = a.astype(np.float64), b.astype(np.float64)
    bound = (k + 1) * 2.0**-24 * (np.abs(a) @ np.abs(b))
    return np.max(np.abs(gpu.xp.asnumpy(c) - a @ b) / bound)


@pytest.mark.parametrize("rung", LADDER, ids=NAMES)
@pytest.mark.parametrize("checked", [True, False], ids=["checked", "unchecked"])
def test_each_rung(rung, checked):
    with gpu.checked(checked):
        assert product(rung, 128, 256, 24) <= 1


@pytest.mark.parametrize("rung", LADDER[:3], ids=NAMES[:3])
@settings(max_examples=12, deadline=None)
@given(m=st.integers(1, 70), n=st.integers(1, 70), k=st.integers(1, 70))
def test_guarded_rungs_take_any_shape(rung, m, n, k):
    with gpu.checked(True):
        assert product(rung, m, n, k) <= 1


@pytest.mark.parametrize("tile", [4, 8, 16])
def test_tile_size_is_an_option(tile):
    rung = Rung("", "matmul_tiled", TILED, (tile, tile), (tile, tile))
    assert product(rung, 37, 50, 29, options=(f"-DTILE={tile}",)) <= 1


def test_a_size_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="M to be a multiple of 64, got 100"):
        LADDER[3].launch(100, 64, 8)
