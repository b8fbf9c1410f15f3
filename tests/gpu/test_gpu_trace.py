"""Traces: every access once, and lanes put together as a warp would."""

import numpy as np
import pytest
from properties import given, settings, st

from llmbook_utils import gpu
from llmbook_utils.gpu.kernel import RawKernel, RawModule
from llmbook_utils.gpu.memory import xp
from llmbook_utils.gpu.trace import SPACES, trace


def requests(found, site):
    """The records of a site as a list of warp requests, in the order in which they began."""
    records = found.records[found.records["site"] == site]
    groups = {}
    for record in records:
        key = (record["block"], record["thread"] // 32, record["path"])
        groups.setdefault(key, []).append(record)
    return [np.array(group) for group in groups.values()]


def site_of(found, text, kind, name=None):
    """Number of the only site on lines that contain ``text``."""
    hits = [
        i
        for i, s in enumerate(found.sites)
        if text in s.text and s.kind == kind and (name is None or s.name == name)
    ]
    assert len(hits) == 1, [found.sites[i] for i in hits]
    return hits[0]


STRIDED = r"""
extern "C" __global__ void copy(const float* x, float* y, int stride) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  y[i] = x[i * stride];
}
"""


@settings(max_examples=5, deadline=None)
@given(stride=st.integers(1, 9), blocks=st.integers(1, 3))
def test_each_access_is_recorded_once(stride, blocks):
    n = 48 * blocks
    x, y = xp.zeros(n * stride, np.float32), xp.zeros(n, np.float32)
    found = trace(RawKernel(STRIDED, "copy"), (blocks,), (48,), (x, y, stride))
    assert found.complete
    assert found.total == len(found.records) == 2 * n
    reads = found.records[~found.records["write"]]
    i = reads["block"] * 48 + reads["thread"]
    np.testing.assert_array_equal(reads["offset"], 4 * stride * i)
    np.testing.assert_array_equal(reads["address"], x.ctypes.data + reads["offset"])
    assert {found.objects[o].name for o in reads["object"]} == {"x"}
    assert {SPACES[s] for s in reads["space"]} == {"global"}
    read = site_of(found, "y[i] = x", "read")
    assert (found.sites[read].line, found.sites[read].name, found.sites[read].size) == (4, "x", 4)
    assert sorted(len(g) for g in requests(found, read)) == sorted([32, 16] * blocks)


DIVERGENT = r"""
extern "C" __global__ void skip(const float* x, float* out) {
  float sum = 0.0f;
  for (int i = 0; i < 4; ++i) {
    if (i % 2 == 0 && threadIdx.x % 2 == 0) continue;
    sum += x[100 * i + threadIdx.x];
  }
  out[threadIdx.x] = sum;
}
__device__ float get(const float* p, int i) {
  return p[i];
}
extern "C" __global__ void calls(const float* x, float* out) {
  float v = 0.0f;
  if (threadIdx.x < 8) v = get(x, threadIdx.x);
  v += get(x, 64 + threadIdx.x);
  out[threadIdx.x] = v;
}
extern "C" __global__ void triangle(const float* x, float* out) {
  float sum = 0.0f;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j <= threadIdx.x; ++j) sum += x[j];
  out[threadIdx.x] = sum;
}
"""


def test_lanes_meet_in_the_same_iteration_not_at_the_same_count():
    """Even lanes skip iterations 0 and 2: their first read belongs to the odd lanes' second."""
    x, out = xp.zeros(432, np.float32), xp.zeros(32, np.float32)
    found = trace(RawModule(code=DIVERGENT).get_function("skip"), (1,), (32,), (x, out))
    groups = requests(found, site_of(found, "sum += x[100", "read"))
    by_iteration = {int(g["offset"][0]) // 400: len(g) for g in groups}
    assert by_iteration == {0: 16, 1: 32, 2: 16, 3: 32}
    for group in groups:
        assert len({offset // 400 for offset in group["offset"]}) == 1


def test_calls_from_two_places_are_two_requests():
    x, out = xp.zeros(96, np.float32), xp.zeros(32, np.float32)
    found = trace(RawModule(code=DIVERGENT).get_function("calls"), (1,), (32,), (x, out))
    groups = requests(found, site_of(found, "return p[i]", "read"))
    assert sorted((int(g["offset"].min()) // 4, len(g)) for g in groups) == [(0, 8), (64, 32)]


def test_nested_loops_of_different_length():
    x, out = xp.zeros(32, np.float32), xp.zeros(32, np.float32)
    found = trace(RawModule(code=DIVERGENT).get_function("triangle"), (1,), (32,), (x, out))
    groups = requests(found, site_of(found, "sum += x[j]", "read"))
    # iteration j of the inner loop is run by the 32 - j lanes from j on, once for each i
    assert sorted((int(g["offset"][0]) // 4, len(g)) for g in groups) == sorted(
        (j, 32 - j) for j in range(32) for _ in range(2)
    )


SHARED = r"""
__constant__ float w[2] = {1.0f, 2.0f};
extern "C" __global__ void k(const float4* in, float* out) {
  __shared__ float tile[32][33];
  extern __shared__ float more[];
  tile[threadIdx.x][1] = in[threadIdx.x].x;
  float4 v = in[threadIdx.x];
  more[threadIdx.x] = v.y * w[1];
  __syncthreads();
  atomicAdd(&out[0], tile[31 - threadIdx.x][1] + more[threadIdx.x]);
}
"""


def test_spaces_sizes_and_bank_offsets():
    source, out = xp.ones(128, np.float32), xp.zeros(1, np.float32)
    found = trace(RawKernel(SHARED, "k"), (1,), (32,), (source, out), 128)
    assert out[0] == 32 * 3
    store = requests(found, site_of(found, "tile[threadIdx.x][1] =", "write"))[0]
    np.testing.assert_array_equal(store["offset"], 4 * (33 * np.arange(32) + 1))
    assert len(set(store["address"] // 4 % 32)) == 32  # the padding avoids conflicts
    vector = requests(found, site_of(found, "float4 v =", "read"))[0]
    assert set(vector["size"]) == {16}
    assert set(vector["address"] % 16) == {0}
    scalar = requests(found, site_of(found, "= in[threadIdx.x].x", "read"))[0]
    assert set(scalar["size"]) == {4}
    spaces = {o.name: o.space for o in found.objects}
    assert spaces == {
        "in": "global",
        "out": "global",
        "w": "constant",
        "tile": "shared",
        "more": "shared",
    }
    assert {o.name: o.shape for o in found.objects}["tile"] == (32, 33)
    atomic = found.records[found.records["atomic"]]
    assert len(atomic) == 32
    assert atomic["write"].all()
    constant = found.records[found.records["space"] == SPACES.index("constant")]
    assert set(constant["offset"]) == {4}


def test_the_limit_bounds_what_is_kept():
    x, y = xp.zeros(1000, np.float32), xp.zeros(1000, np.float32)
    found = trace(RawKernel(STRIDED, "copy"), (10,), (100,), (x, y, 1), limit=450)
    assert len(found.records) == 450
    assert not found.complete
    assert found.total == 600  # three blocks were begun
    later = trace(RawKernel(STRIDED, "copy"), (10,), (100,), (x, y, 1), first_block=9)
    assert set(later.records["block"]) == {9}
    assert later.complete


def test_a_trace_is_a_checked_launch():
    with pytest.raises(gpu.OutOfBounds, match=r"y\[90\]"):
        trace(
            RawKernel(STRIDED, "copy"),
            (1,),
            (100,),
            (xp.zeros(100, np.float32), xp.zeros(90, np.float32), 1),
        )
