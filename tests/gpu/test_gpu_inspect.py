"""`gpu.inspect` counts what a device would: the textbook cases, and any addresses by brute force.

The launches that are inspected run on the CPU, on a machine with a GPU too.
"""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from properties import given, settings, st

from llmbook_utils import gpu
from llmbook_utils.gpu.ladder import COALESCED, NAIVE, TILED
from llmbook_utils.gpu.toolchain import compiler

inspector = pytest.importorskip("llmbook_utils.gpu.inspector")
_bounds = inspector._bounds
pytestmark = pytest.mark.skipif(
    compiler() is None, reason="inspecting runs on the CPU and needs the compiler in ziglang"
)
xp = gpu.xp
lane = np.arange(32)
few = settings(max_examples=25, deadline=None)


def matmul(source, name, n, grid, block, options=()):
    a, b = xp.ones((n, n), np.float32), xp.ones((n, n), np.float32)
    args = (a, b, xp.zeros((n, n), np.float32), np.int32(n), np.int32(n), np.int32(n))
    return gpu.inspect(gpu.RawKernel(source, name, options=options), grid, block, args)


# Matrix product ---------------------------------------------------------------------------------


def test_neighbours_in_a_column_need_a_sector_each():
    report = matmul(NAIVE, "matmul_naive", 64, (2, 8), (32, 8))
    assert report.sectors_per_request("A") == 32
    assert report.sectors_per_request("B") == 1
    assert report.sectors_per_request("C") == 32
    assert report.lines_per_request("A") == 32
    assert report.efficiency("A") == 1 / 8
    assert report.requests("A") == 64 * 64 * 64 / 32
    assert report.bytes_requested("A") == 64**3 * 4
    assert report.bytes_moved("A") == 64**3 * 32
    assert report.bytes_moved() == sum(map(report.bytes_moved, "ABC"))


def test_neighbours_in_a_row_share_sectors():
    report = matmul(COALESCED, "matmul_coalesced", 64, (2, 8), (32, 8))
    assert report.sectors_per_request("A") == 1
    assert report.sectors_per_request("B") == 4
    assert report.sectors_per_request("C") == 4
    assert report.lines_per_request("B") == 1
    assert report.efficiency("C", "write") == 1
    # half a row of a 16 × 16 block: two pieces of 64 bytes
    small = matmul(COALESCED, "matmul_coalesced", 64, (4, 4), (16, 16))
    assert small.sectors_per_request("A") == 2
    assert small.sectors_per_request("B") == 2
    assert small.lines_per_request("C") == 2


def test_tiles_read_each_element_once_a_block_and_without_conflicts():
    report = matmul(TILED, "matmul_tiled", 64, (2, 2), (32, 32))
    for name in "ABC":
        assert report.sectors_per_request(name) == 4
        assert report.efficiency(name) == 1
    assert report.bytes_moved("A", "read") == 64 * 64 * 4 * (64 / 32)
    assert report.wavefronts_per_request("As") == 1
    assert report.wavefronts_per_request("Bs", "read") == 1
    assert not report.sampled


def test_warps_at_the_edge_count_their_active_lanes_only():
    report = matmul(COALESCED, "matmul_coalesced", 40, (2, 5), (32, 8))
    # of each row, a warp with 32 lanes and one with 8
    assert report.lanes_per_request("C") == (32 + 8) / 2
    assert report.sectors_per_request("C") == (4 + 1) / 2
    assert report.requests("C") == 80


# Transpose --------------------------------------------------------------------------------------

TRANSPOSE = r"""
extern "C" __global__ void transpose(const float* in, float* out, int n) {
  __shared__ float tile[32][32 + PAD];
  int x = blockIdx.x * 32 + threadIdx.x, y = blockIdx.y * 32 + threadIdx.y;
  tile[threadIdx.y][threadIdx.x] = in[y * n + x];
  __syncthreads();
  x = blockIdx.y * 32 + threadIdx.x, y = blockIdx.x * 32 + threadIdx.y;
  out[y * n + x] = tile[threadIdx.x][threadIdx.y];
}
"""


@pytest.mark.parametrize(("pad", "wavefronts"), [(0, 32), (1, 1), (2, 2), (4, 4), (16, 16)])
def test_padding_takes_conflicts_out_of_a_column(pad, wavefronts):
    kernel = gpu.RawKernel(TRANSPOSE, "transpose", options=(f"-DPAD={pad}",))
    args = (xp.zeros((64, 64), np.float32), xp.zeros((64, 64), np.float32), np.int32(64))
    report = gpu.inspect(kernel, (2, 2), (32, 32), args)
    assert report.wavefronts_per_request("tile", "read") == wavefronts
    assert report.wavefronts_per_request("tile", "write") == 1
    assert report.wavefronts_per_request("tile") == (wavefronts + 1) / 2
    assert report.sectors_per_request("in") == report.sectors_per_request("out") == 4


# Patterns in global memory ----------------------------------------------------------------------

PATTERN = r"""
extern "C" __global__ void pattern(const float* x, float* y, int stride, int offset) {
  y[threadIdx.x] = x[threadIdx.x * stride + offset];
}
"""


@pytest.mark.parametrize(
    ("stride", "offset", "sectors", "lines"),
    [(1, 0, 4, 1), (1, 1, 5, 2), (1, 8, 4, 2), (2, 0, 8, 2), (4, 0, 16, 4), (8, 0, 32, 8),
     (32, 0, 32, 32), (0, 5, 1, 1)],
)  # fmt: skip
def test_strides_and_offsets(stride, offset, sectors, lines):
    args = (
        xp.zeros(2000, np.float32),
        xp.zeros(32, np.float32),
        np.int32(stride),
        np.int32(offset),
    )
    report = gpu.inspect(gpu.RawKernel(PATTERN, "pattern"), (1,), (32,), args)
    assert report.sectors_per_request("x") == sectors
    assert report.lines_per_request("x") == lines


def test_a_view_begins_where_it_lies_and_other_arrays_at_a_line():
    kernel = gpu.RawKernel(PATTERN, "pattern")
    x, y = xp.zeros(64, np.float32), xp.zeros(32, np.float32)
    rest = (y, np.int32(1), np.int32(0))
    assert gpu.inspect(kernel, (1,), (32,), (x[1:], *rest)).sectors_per_request("x") == 5
    assert gpu.inspect(kernel, (1,), (32,), (x[8:], *rest)).sectors_per_request("x") == 4
    # NumPy's own allocations begin at multiples of 16
    for copy in (x.copy(), x + 1, x[3:40].copy()):
        assert gpu.inspect(kernel, (1,), (32,), (copy, *rest)).sectors_per_request("x") == 4


VECTORS = r"""
extern "C" __global__ void vectors(const float2* two, const float4* four, const double* d,
                                   const unsigned char* bytes, float* out) {
  int i = threadIdx.x;
  float2 a = two[i];
  float4 b = four[i];
  out[i] = a.x + b.w + d[i] + bytes[i];
}
"""


def test_wide_and_narrow_elements():
    arrays = (xp.zeros(64, np.float32), xp.zeros(128, np.float32), xp.zeros(32, np.float64))
    args = (*arrays, xp.zeros(32, np.uint8), xp.zeros(32, np.float32))
    report = gpu.inspect(gpu.RawKernel(VECTORS, "vectors"), (1,), (32,), args)
    found = {name: report.sectors_per_request(name) for name in report.names}
    assert found == {"two": 8, "four": 16, "d": 8, "bytes": 1, "out": 4}
    assert report.requests("four") == 1
    assert report.bytes_requested("four") == report.bytes_moved("four") == 512


GATHER = r"""
extern "C" __global__ void gather(const float* one, const float2* two, const float4* four,
                                  const double* wide, const int* at, float* y) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (at[i] >= 0) y[i] = one[at[i]] + two[at[i]].x + four[at[i]].y + wide[at[i]];
}
"""


# of each element's bytes, those that are read
GATHERED = {"one": (4, 0, 4), "two": (8, 0, 4), "four": (16, 4, 8), "wide": (8, 0, 8)}


@few
@given(
    at=st.lists(st.integers(-100, 511), min_size=192, max_size=192),
    threads=st.sampled_from([32, 48, 96]),
)
def test_any_gather_moves_the_sectors_that_are_touched(at, threads):
    at = np.array(at, np.int32)
    arrays = [xp.zeros(512 * width, np.float32) for width in (1, 2, 4)]
    args = (*arrays, xp.zeros(512, np.float64), xp.asarray(at), xp.zeros(192, np.float32))
    report = gpu.inspect(gpu.RawKernel(GATHER, "gather"), (192 // threads,), (threads,), args)
    warps = [
        w for block in at.reshape(-1, threads) for w in np.split(block, range(32, threads, 32))
    ]
    warps = [warp[warp >= 0].tolist() for warp in warps if (warp >= 0).any()]
    for name, (width, low, high) in GATHERED.items() if warps else ():
        touched = [{i * width + b for i in warp for b in range(low, high)} for warp in warps]
        sectors = [len({b // 32 for b in bytes_}) for bytes_ in touched]
        assert report.requests(name) == len(warps)
        assert report.sectors_per_request(name) == np.mean(sectors)
        assert report.lines_per_request(name) == np.mean(
            [len({b // 128 for b in t}) for t in touched]
        )
        assert report.lanes_per_request(name) == np.mean([len(warp) for warp in warps])
        assert report.efficiency(name) == sum(map(len, touched)) / (32 * sum(sectors))


# Banks ------------------------------------------------------------------------------------------

BANKS = r"""
extern "C" __global__ void banks(const int* at, float* y) {
  __shared__ float one[1024];
  __shared__ float2 two[512];
  __shared__ float4 four[256];
  int t = threadIdx.x;
  for (int i = t; i < 1024; i += 32) one[i] = 0.0f;
  for (int i = t; i < 512; i += 32) two[i] = make_float2(0.0f, 0.0f);
  for (int i = t; i < 256; i += 32) four[i] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
  __syncthreads();
  float2 u = two[at[t] % 512];
  float4 v = four[at[t] % 256];
  y[t] = one[at[t]] + u.x + u.y + v.x + v.w;
}
"""
NAMES = {1: "one", 2: "two", 4: "four"}


def banks(at):
    args = (xp.asarray(np.asarray(at, np.int32)), xp.zeros(32, np.float32))
    report = gpu.inspect(gpu.RawKernel(BANKS, "banks"), (1,), (32,), args)
    return {wide: report.wavefronts_per_request(name, "read") for wide, name in NAMES.items()}


@pytest.mark.parametrize(
    ("at", "wide", "wavefronts"),
    [
        (lane, 1, 1),
        (lane * 2, 1, 2),
        (lane * 3, 1, 1),
        (lane * 32, 1, 32),
        (lane * 0, 1, 1),  # one word for all: a broadcast
        (lane % 2 * 32, 1, 2),  # two words of one bank
        (lane // 2, 1, 1),  # two lanes a word
        (lane, 2, 2),
        (lane, 4, 4),
        (lane * 2, 4, 8),
        (lane * 8, 4, 32),
        (lane * 0, 4, 4),
    ],
)
def test_the_fullest_bank_decides(at, wide, wavefronts):
    assert banks(at)[wide] == wavefronts


@few
@given(at=st.lists(st.integers(0, 1023), min_size=32, max_size=32))
def test_any_pattern_of_banks(at):
    expected = {}
    for wide in NAMES:
        expected[wide] = 0
        for part in np.split(np.array(at) % (1024 // wide), wide):
            words = {int(i) * wide + k for i in part for k in range(wide)}
            expected[wide] += max(sum(word % 32 == bank for word in words) for bank in range(32))
    assert banks(at) == expected


ATOMIC = r"""
extern "C" __global__ void atomic(int* out, int spread) {
  __shared__ int s[32];
  s[threadIdx.x] = 0;
  __syncthreads();
  atomicAdd(&s[threadIdx.x * spread / 32], 1);
  __syncthreads();
  atomicAdd(&out[threadIdx.x], s[threadIdx.x]);
}
"""


@pytest.mark.parametrize(("spread", "wavefronts"), [(1, 32), (2, 16), (32, 1)])
def test_atomics_on_one_word_take_turns(spread, wavefronts):
    args = (xp.zeros(32, np.int32), np.int32(spread))
    report = gpu.inspect(gpu.RawKernel(ATOMIC, "atomic"), (1,), (32,), args)
    assert report.wavefronts_per_request("s", "atomic") == wavefronts
    assert report.wavefronts_per_request("s", "write") == 1
    assert report.sectors_per_request("out", "atomic") == 4


CONSTANT = r"""
__constant__ float weights[64];
extern "C" __global__ void constant(float* out, int stride) {
  out[threadIdx.x] = weights[threadIdx.x * stride];
}
"""


@pytest.mark.parametrize(("stride", "turns"), [(0, 1), (1, 32)])
def test_constant_memory_gives_one_address_at_a_time(stride, turns):
    args = (xp.zeros(32, np.float32), np.int32(stride))
    report = gpu.inspect(gpu.RawKernel(CONSTANT, "constant"), (1,), (32,), args)
    assert report.wavefronts_per_request("weights") == turns


# Divergence and loops ---------------------------------------------------------------------------

DIVERGENT = r"""
extern "C" __global__ void divergent(float* x, float* y, int n) {
  int i = threadIdx.x;
  if (i % 2) x[i] = 1.0f; else y[i] = 2.0f;
  for (int k = 0; k < i % 4; k++) y[64 + 64 * k + i] = k;
}
"""


def test_lanes_are_aligned_by_branch_and_iteration():
    args = (xp.zeros(64, np.float32), xp.zeros(256, np.float32), np.int32(3))
    report = gpu.inspect(gpu.RawKernel(DIVERGENT, "divergent"), (1,), (64,), args)
    branch, other, loop = report.accesses
    assert (branch.name, branch.requests, branch.lanes_per_request) == ("x", 2, 16)
    assert (other.name, other.requests, other.lanes_per_request) == ("y", 2, 16)
    assert branch.example_lanes == tuple(range(1, 32, 2))
    # three iterations with 24, 16 and 8 lanes, for each of two warps
    assert (loop.requests, loop.lanes) == (6, 2 * (24 + 16 + 8))
    assert loop.sectors == 6 * 4


# The report -------------------------------------------------------------------------------------


ALIAS = r"""
extern "C" __global__ void alias(int* x, const int* y, int* seen) {
  int t = threadIdx.x;
  x[t] = 1;
  if (y[t] == 1) seen[t] = 1;
}
"""


def test_arrays_keep_their_contents_and_share_memory_as_before():
    x, y, seen = (xp.zeros(64, np.int32) for _ in range(3))
    kernel = gpu.RawKernel(ALIAS, "alias")
    assert "seen" not in gpu.inspect(kernel, (1,), (32,), (x, y, seen)).names
    assert "seen" in gpu.inspect(kernel, (1,), (32,), (x[:32], x, seen)).names
    assert not x.any()
    assert not seen.any()


def test_a_wrong_launch_raises_as_it_does_without_inspect():
    kernel = gpu.RawKernel(PATTERN, "pattern")
    x, y = xp.zeros(32, np.float32), xp.zeros(32, np.float32)
    with pytest.raises(gpu.OutOfBounds, match=r"x\[32\]"):
        gpu.inspect(kernel, (1,), (32,), (x, y, np.int32(1), np.int32(1)))
    with pytest.raises(gpu.ArgumentError, match="takes 4 arguments, got 1"):
        gpu.inspect(kernel, (1,), (32,), (x,))
    with pytest.raises(gpu.ArgumentError, match="one tuple"):
        gpu.inspect(kernel, (1,), (32,), x)
    with pytest.raises(TypeError, match=r"expected a gpu.RawKernel, got str"):
        gpu.inspect(PATTERN, (1,), (32,), (x, y, np.int32(1), np.int32(1)))


SAXPY = r"""
extern "C" __global__ void saxpy(float a, const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i + SHIFT] + y[i];
}
"""


def saxpy(n, shift=0):
    kernel = gpu.RawKernel(SAXPY, "saxpy", options=(f"-DSHIFT={shift}",))
    args = (np.float32(2), xp.zeros(n + shift, np.float32), xp.zeros(n, np.float32), np.int32(n))
    return gpu.inspect(kernel, (-(-n // 128),), (128,), args)


def test_a_large_launch_is_sampled_and_says_so():
    whole, sample = saxpy(12_800, shift=1), saxpy(1_280_001, shift=1)
    assert not whole.sampled
    assert whole.blocks_run == whole.blocks == 100
    assert "all of them" in str(whole)
    assert sample.sampled
    assert sample.blocks == 10_001
    assert 1000 < sample.blocks_run < 4000
    assert f"{sample.blocks_run:,} of them, a sample" in str(sample)
    assert whole.sectors_per_request("x") == 5
    # the last block, with one thread at work, is in the sample
    full = 4 * (sample.blocks_run - 1)
    assert sample.requests("y", "write") == full + 1
    assert sample.sectors_per_request("x") == (5 * full + 1) / (full + 1)


def test_a_block_too_large_to_record_is_refused(monkeypatch):
    monkeypatch.setattr(inspector, "LIMIT", 100)
    monkeypatch.setattr(inspector, "MOST", 200)
    with pytest.raises(ValueError, match=r"at most 200 memory accesses.*a smaller problem"):
        saxpy(1000)
    monkeypatch.setattr(inspector, "MOST", 400)
    report = saxpy(1000)
    assert report.blocks_run == 3
    assert report.requests("x") == 4 + 4 + 4  # two blocks, and the last one, of 104 threads


def test_numbers_are_asked_for_by_name():
    report = matmul(TILED, "matmul_tiled", 32, (1, 1), (32, 32))
    assert report.names == ("A", "As", "B", "Bs", "C")
    assert type(report.sectors_per_request("A")) is float
    assert type(report.wavefronts_per_request("As")) is float
    assert type(report.bytes_moved("A")) is int
    with pytest.raises(
        ValueError, match=r"accesses of 'D' in matmul_tiled, which accesses A, As, B"
    ):
        report.sectors_per_request("D")
    with pytest.raises(ValueError, match="a write of 'A'"):
        report.sectors_per_request("A", "write")
    with pytest.raises(ValueError, match="'As', which is in shared memory: ask for its wavefronts"):
        report.sectors_per_request("As")
    with pytest.raises(ValueError, match="'A', which is in global memory: ask for its sectors"):
        report.wavefronts_per_request("A")
    with pytest.raises(ValueError, match="kind to be read, write or atomic, got 'load'"):
        report.requests("A", "load")


def test_as_dict_is_plain_data():
    report = matmul(TILED, "matmul_tiled", 32, (1, 1), (32, 32))
    data = report.as_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["blocks"] == data["blocks_run"] == 1
    store = data["accesses"][-1]
    assert (store["name"], store["kind"], store["line"]) == ("C", "write", 19)
    assert (store["requests"], store["sectors"], store["lines"]) == (32, 128, 32)
    assert store["example_lanes"] == lane.tolist()
    assert store["example_addresses"] == (4 * lane).tolist()


def test_the_table_quotes_the_source_and_is_safe_in_a_page():
    report = matmul(COALESCED, "matmul_coalesced", 32, (1, 4), (32, 8))
    text, page = str(report), report._repr_html_()
    rows = [line.split() for line in text.split("\n")]
    assert ["read", "B", "1,024", "32", "4", "1", "100%"] in rows
    assert ["C", "global", "32", "4,096", "4,096", "100%"] in rows
    assert "   9  C[row * N + col] = sum;" in text
    assert "matmul_coalesced: 1 × 4 blocks (all of them) of 32 × 8 threads" in text
    assert "for (int k = 0; k &lt; K; ++k)" in page
    assert "k < K" not in page
    assert page.count("<tr>") == 2 + 2 + 3 + 3  # heads, lines, accesses, arrays
    markup = gpu.inspect(
        gpu.RawKernel('extern "C" __global__ void f(int* x) { x[0] = 1; } // <script>', "f"),
        (1,), (1,), (xp.zeros(1, np.int32),),
    )  # fmt: skip
    assert "<script>" not in markup._repr_html_()


def test_a_kernel_without_accesses_has_an_empty_report():
    report = gpu.inspect(gpu.RawKernel('extern "C" __global__ void f() {}', "f"), (4,), (64,), ())
    assert report.accesses == report.names == ()
    assert report.bytes_moved() == 0
    assert "f: 4 blocks" in str(report)


def test_an_instance_of_a_template_is_inspected():
    code = "template <int N> __global__ void every(float* x) { x[threadIdx.x * N] = N; }"
    for n in (2, 4):
        module = gpu.RawModule(code=code, name_expressions=[f"every<{n}>"])
        kernel = module.get_function(f"every<{n}>")
        report = gpu.inspect(kernel, (1,), (32,), (xp.zeros(128, np.float32),))
        assert report.sectors_per_request("x") == 4 * n


class CupyKernel:
    """What `inspect` needs of cupy's RawKernel."""

    backend = "nvrtc"

    def __init__(self, code, name, options=(), name_expressions=None):
        self.state = {"code": code, "name": name, "options": options}
        self.state["name_expressions"] = name_expressions

    def __getstate__(self):
        return self.state


class CupyArray:
    """… and of its arrays: here one that begins ``offset`` bytes into its memory."""

    __cuda_array_interface__ = ()
    memories = 0

    def __init__(self, values, offset=0, memory=None):
        if memory is None:  # one of its own
            CupyArray.memories += 1
            memory = 2**40 + 2**20 * CupyArray.memories
        self.values, self.offset, self.memory = values, offset, memory
        self.shape, self.dtype, self.strides = values.shape, values.dtype, values.strides
        self.size = values.size
        self.data = SimpleNamespace(ptr=memory + offset, mem=SimpleNamespace(ptr=memory))

    def __getitem__(self, where):
        view = self.values[where]
        moved = view.ctypes.data - self.values.ctypes.data
        return CupyArray(view, self.offset + moved, self.memory)

    def get(self):
        return self.values.copy()


def test_cupys_kernels_and_arrays_are_taken_to_the_cpu():
    values = np.arange(40, dtype=np.float32)
    rest = (CupyArray(np.zeros(32, np.float32)), np.int32(1), np.int32(0))
    kernel = CupyKernel(PATTERN, "pattern")
    assert (
        gpu.inspect(kernel, (1,), (32,), (CupyArray(values), *rest)).sectors_per_request("x") == 4
    )
    shifted = gpu.inspect(kernel, (1,), (32,), (CupyArray(values, 260), *rest))
    assert shifted.sectors_per_request("x") == 5
    code = "template <int N> __global__ void every(float* x) { x[threadIdx.x * N] = N; }"
    template = CupyKernel(code, "_Z5everyILi2EEvPf", name_expressions=("every<2>",))
    report = gpu.inspect(template, (1,), (32,), (CupyArray(np.zeros(64, np.float32)),))
    assert report.sectors_per_request("x") == 8
    alias = CupyKernel(ALIAS, "alias")
    x, y, seen = (CupyArray(np.zeros(64, np.int32)) for _ in range(3))
    assert "seen" not in gpu.inspect(alias, (1,), (32,), (x, y, seen)).names
    for one, other in [(x[:32], x), (x, x[:32]), (x[16:], x[16:])]:
        assert "seen" in gpu.inspect(alias, (1,), (32,), (one, other, seen)).names
    assert "seen" not in gpu.inspect(alias, (1,), (32,), (x[32:], x[:32], seen)).names
    assert not x.values.any()
    assert _bounds(x[40:8:-2]) == (x.data.ptr + 4 * 10, x.data.ptr + 4 * 41)
    assert _bounds(x[:0]) == (x.data.ptr, x.data.ptr)
    ambiguous = CupyKernel(code, "_Z5everyILi2EEvPf", name_expressions=("every<2>", "every<4>"))
    with pytest.raises(ValueError, match="one name expression, got every<2>, every<4>"):
        gpu.inspect(ambiguous, (1,), (32,), (CupyArray(values),))
