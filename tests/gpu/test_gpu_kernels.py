"""Kernels of every kind that is covered, against NumPy, checked in full and unchecked.

These tests go through the public names only, so on a machine with a GPU they run on it.
"""

import numpy as np
import pytest
from properties import given, settings, st

from llmbook_utils import gpu

xp = gpu.xp
few = settings(max_examples=10, deadline=None)
sizes = st.integers(1, 700)


@pytest.fixture(params=[True, False], ids=["checked", "unchecked"], autouse=True, scope="module")
def mode(request):
    with gpu.checked(request.param):
        yield


def run(source, name, grid, block, args, **launch):
    gpu.RawKernel(source, name)(grid, block, args, **launch)


def random(*shape, dtype=np.float32, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


SAXPY = r"""
extern "C" __global__ void saxpy(float a, const float* __restrict__ x, float* __restrict__ y,
                                 int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
}
"""


@few
@given(n=sizes, threads=st.integers(1, 300))
def test_saxpy(n, threads):
    x, y = random(n), random(n, seed=1)
    out = xp.asarray(y)
    run(
        SAXPY,
        "saxpy",
        (-(-n // threads),),
        (threads,),
        (np.float32(2.5), xp.asarray(x), out, np.int32(n)),
    )
    np.testing.assert_allclose(xp.asnumpy(out), 2.5 * x.astype(float) + y, rtol=1e-6, atol=1e-6)


INDEX_3D = r"""
extern "C" __global__ void index3d(int* out, int nx, int ny, int nz) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  int z = blockIdx.z * blockDim.z + threadIdx.z;
  if (x < nx && y < ny && z < nz)
    out[(z * ny + y) * nx + x] = x + 100 * y + 10000 * z + 1000000 * gridDim.y;
}
"""


@few
@given(nx=st.integers(1, 20), ny=st.integers(1, 20), nz=st.integers(1, 9))
def test_three_dimensions(nx, ny, nz):
    out = xp.full((nz, ny, nx), -1, np.int32)
    grid = (-(-nx // 4), -(-ny // 3), -(-nz // 2))
    run(INDEX_3D, "index3d", grid, (4, 3, 2), (out, np.int32(nx), np.int32(ny), np.int32(nz)))
    z, y, x = np.mgrid[:nz, :ny, :nx]
    np.testing.assert_array_equal(xp.asnumpy(out), x + 100 * y + 10000 * z + 1000000 * grid[1])


TRANSPOSE = r"""
#define TILE 16
extern "C" __global__ void transpose(const float* in, float* out, int rows, int cols) {
  __shared__ float tile[TILE][TILE + 1];
  int x = blockIdx.x * TILE + threadIdx.x, y = blockIdx.y * TILE + threadIdx.y;
  if (x < cols && y < rows) tile[threadIdx.y][threadIdx.x] = in[y * cols + x];
  __syncthreads();
  int ox = blockIdx.y * TILE + threadIdx.x, oy = blockIdx.x * TILE + threadIdx.y;
  if (ox < rows && oy < cols) out[oy * rows + ox] = tile[threadIdx.x][threadIdx.y];
}
"""


@few
@given(rows=st.integers(1, 50), cols=st.integers(1, 50))
def test_transpose(rows, cols):
    a = random(rows, cols)
    out = xp.zeros((cols, rows), np.float32)
    grid = (-(-cols // 16), -(-rows // 16))
    run(
        TRANSPOSE, "transpose", grid, (16, 16), (xp.asarray(a), out, np.int32(rows), np.int32(cols))
    )
    np.testing.assert_array_equal(xp.asnumpy(out), a.T)


REDUCTIONS = r"""
extern "C" __global__ void sum_atomic(const float* x, float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) atomicAdd(out, x[i]);
}
extern "C" __global__ void sum_shared(const float* x, float* out, int n) {
  extern __shared__ float s[];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  s[threadIdx.x] = i < n ? x[i] : 0.0f;
  __syncthreads();
  for (int o = blockDim.x / 2; o > 0; o >>= 1) {
    if (threadIdx.x < o) s[threadIdx.x] += s[threadIdx.x + o];
    __syncthreads();
  }
  if (threadIdx.x == 0) atomicAdd(out, s[0]);
}
__device__ float warp_sum(float v) {
  for (int o = 16; o > 0; o >>= 1) v += __shfl_down_sync(0xffffffff, v, o);
  return v;
}
extern "C" __global__ void sum_shuffle(const float* x, float* out, int n) {
  __shared__ float s[32];
  float v = 0.0f;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) v += x[i];
  v = warp_sum(v);
  if (threadIdx.x % 32 == 0) s[threadIdx.x / 32] = v;
  __syncthreads();
  if (threadIdx.x < 32) {
    v = threadIdx.x < blockDim.x / 32 ? s[threadIdx.x] : 0.0f;
    v = warp_sum(v);
    if (threadIdx.x == 0) atomicAdd(out, v);
  }
}
extern "C" __global__ void sum_warp_shared(const float* x, float* out, int n) {
  __shared__ float s[128];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  s[t] = i < n ? x[i] : 0.0f;
  __syncthreads();
  if (t < 64) s[t] += s[t + 64];
  __syncthreads();
  if (t < 32) {
    float v = s[t] + s[t + 32];
    __syncwarp();
    for (int o = 16; o > 0; o >>= 1) {
      s[t] = v;
      __syncwarp();
      if (t < o) v += s[t + o];
      __syncwarp();
    }
    if (t == 0) atomicAdd(out, v);
  }
}
"""


@pytest.mark.parametrize("name", ["sum_atomic", "sum_shared", "sum_shuffle", "sum_warp_shared"])
@few
@given(n=st.integers(1, 1000))
def test_sums(name, n):
    x = np.random.default_rng(n).integers(-9, 9, n).astype(np.float32)
    out = xp.zeros(1, np.float32)
    run(
        REDUCTIONS, name, (-(-n // 128),), (128,), (xp.asarray(x), out, np.int32(n)), shared_mem=512
    )
    assert float(out[0]) == x.sum()  # small integers: exact in any order


SCAN = r"""
extern "C" __global__ void scan(const int* x, int* y, int n) {
  // inclusive; Hillis and Steele (1986)
  __shared__ int s[2][256];
  int t = threadIdx.x, from = 0;
  s[0][t] = t < n ? x[t] : 0;
  __syncthreads();
  for (int o = 1; o < blockDim.x; o *= 2) {
    s[1 - from][t] = s[from][t] + (t >= o ? s[from][t - o] : 0);
    from = 1 - from;
    __syncthreads();
  }
  if (t < n) y[t] = s[from][t];
}
extern "C" __global__ void warp_scan(const int* x, int* y) {
  int v = x[threadIdx.x], lane = threadIdx.x % warpSize;
  #pragma unroll
  for (int o = 1; o < 32; o *= 2) {
    int w = __shfl_up_sync(0xffffffffu, v, o);
    if (lane >= o) v += w;
  }
  y[threadIdx.x] = v;
}
"""


@few
@given(n=st.integers(1, 256))
def test_scan(n):
    x = np.random.default_rng(n).integers(-50, 50, n).astype(np.int32)
    y = xp.zeros(n, np.int32)
    run(SCAN, "scan", (1,), (256,), (xp.asarray(x), y, np.int32(n)))
    np.testing.assert_array_equal(xp.asnumpy(y), np.cumsum(x))


def test_warp_scan():
    x = np.arange(96, dtype=np.int32)
    y = xp.zeros(96, np.int32)
    run(SCAN, "warp_scan", (1,), (96,), (xp.asarray(x), y))
    np.testing.assert_array_equal(xp.asnumpy(y), np.cumsum(x.reshape(3, 32), axis=1).ravel())


SOFTMAX = r"""
extern "C" __global__ void softmax(const float* x, float* y, int cols) {  // one block for each row
  __shared__ float s[64];
  const float* row = x + blockIdx.x * cols;
  float most = __int_as_float(0xff800000), total = 0.0f;
  for (int c = threadIdx.x; c < cols; c += 64) most = fmaxf(most, row[c]);
  s[threadIdx.x] = most;
  __syncthreads();
  for (int o = 32; o > 0; o /= 2) {
    if (threadIdx.x < o) s[threadIdx.x] = fmaxf(s[threadIdx.x], s[threadIdx.x + o]);
    __syncthreads();
  }
  most = s[0];
  __syncthreads();
  for (int c = threadIdx.x; c < cols; c += 64) total += expf(row[c] - most);
  s[threadIdx.x] = total;
  __syncthreads();
  for (int o = 32; o > 0; o /= 2) {
    if (threadIdx.x < o) s[threadIdx.x] += s[threadIdx.x + o];
    __syncthreads();
  }
  for (int c = threadIdx.x; c < cols; c += 64)
    y[blockIdx.x * cols + c] = __expf(row[c] - most) / s[0];
}
"""


@few
@given(rows=st.integers(1, 5), cols=st.integers(1, 200))
def test_softmax(rows, cols):
    x = 5 * random(rows, cols)
    y = xp.zeros_like(xp.asarray(x))
    run(SOFTMAX, "softmax", (rows,), (64,), (xp.asarray(x), y, np.int32(cols)))
    e = np.exp(x.astype(float) - x.max(1, keepdims=True))
    np.testing.assert_allclose(xp.asnumpy(y), e / e.sum(1, keepdims=True), rtol=1e-5, atol=1e-7)


HISTOGRAM = r"""
extern "C" __global__ void histogram(const unsigned char* x, unsigned int* counts, int n) {
  __shared__ unsigned int local[256];
  local[threadIdx.x] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    atomicAdd(&local[x[i]], 1u);
  __syncthreads();
  atomicAdd(&counts[threadIdx.x], local[threadIdx.x]);
}
"""


@few
@given(n=st.integers(1, 3000))
def test_histogram(n):
    x = np.random.default_rng(n).integers(0, 256, n).astype(np.uint8)
    counts = xp.zeros(256, np.uint32)
    run(HISTOGRAM, "histogram", (3,), (256,), (xp.asarray(x), counts, np.int32(n)))
    np.testing.assert_array_equal(xp.asnumpy(counts), np.bincount(x, minlength=256))


TEMPLATES = r"""
template <int N, typename T>
__global__ void scale(T* x, int n) {
  int i = threadIdx.x;
  if (i < n) x[i] *= N;
}
__constant__ float weights[4];
__device__ int calls = 5;
extern "C" __global__ void weigh(float* x) {
  x[threadIdx.x] *= weights[threadIdx.x % 4];
  atomicAdd(&calls, 1);
}
"""


def test_templates_by_name_expression():
    module = gpu.RawModule(
        code=TEMPLATES,
        options=("-std=c++17",),
        name_expressions=["scale<3, float>", "scale<5, int>"],
    )
    x, y = xp.arange(8, dtype=np.float32), xp.arange(8, dtype=np.int32)
    module.get_function("scale<3, float>")((1,), (8,), (x, np.int32(6)))
    module.get_function("scale<5, int>")((1,), (8,), (y, np.int32(6)))
    assert xp.asnumpy(x).tolist() == [0, 3, 6, 9, 12, 15, 6, 7]
    assert xp.asnumpy(y).tolist() == [0, 5, 10, 15, 20, 25, 6, 7]


def test_constant_memory_and_device_variables():
    module = gpu.RawModule(code=TEMPLATES)
    weights = xp.ndarray((4,), np.float32, module.get_global("weights"))
    weights[...] = xp.asarray(np.array([1, 10, 100, 1000], np.float32))
    calls = xp.ndarray((1,), np.int32, module.get_global("calls"))
    before = int(calls[0])
    x = xp.ones(8, np.float32)
    module.get_function("weigh")((1,), (8,), (x,))
    assert xp.asnumpy(x).tolist() == [1, 10, 100, 1000] * 2
    assert int(calls[0]) == before + 8


TEMPLATE_SHARED = r"""
template <int N, typename T>
__device__ T block_sum(T v) {
  __shared__ T s[N];
  s[threadIdx.x] = v;
  __syncthreads();
  for (int o = N / 2; o > 0; o /= 2) {
    if (threadIdx.x < o) s[threadIdx.x] += s[threadIdx.x + o];
    __syncthreads();
  }
  T total = s[0];
  __syncthreads();
  return total;
}
template <int N>
__global__ void sums(const float* x, float* f, int* i) {
  __shared__ int last[N][2];
  last[threadIdx.x][1] = threadIdx.x;
  f[threadIdx.x] = block_sum<N>(x[threadIdx.x]) + block_sum<N>(1.0f);
  i[threadIdx.x] = block_sum<N>((int)threadIdx.x) + last[threadIdx.x][1];
}
"""


def test_shared_memory_in_templates():
    names = ["sums<32>", "sums<64>"]
    module = gpu.RawModule(code=TEMPLATE_SHARED, name_expressions=names)
    for n, name in zip((32, 64), names, strict=True):
        x, f, i = xp.arange(n, dtype=np.float32), xp.zeros(n, np.float32), xp.zeros(n, np.int32)
        module.get_function(name)((2,), (n,), (x, f, i))
        t = np.arange(n)
        assert set(xp.asnumpy(f).tolist()) == {t.sum() + n}
        np.testing.assert_array_equal(xp.asnumpy(i), t.sum() + t)


VECTORS = r"""
struct Pair { float first; int second; };
extern "C" __global__ void vectors(const float4* in, float4* out, float2* halves, int n) {
  int i = threadIdx.x;
  if (i >= n) return;
  float4 v = in[i];
  v.x += 1.0f;
  out[i] = make_float4(v.w, v.z, v.y, v.x);
  float2 h = make_float2(v.x + v.y, v.z + v.w);
  halves[i] = h;
  Pair p = {v.x, i};
  halves[i].y += p.second;
}
"""


def test_vector_types():
    x = np.arange(20, dtype=np.float32)
    out, halves = xp.zeros(20, np.float32), xp.zeros(10, np.float32)
    run(VECTORS, "vectors", (1,), (8,), (xp.asarray(x), out, halves, np.int32(5)))
    v = x.reshape(5, 4) + np.array([1, 0, 0, 0])
    np.testing.assert_array_equal(xp.asnumpy(out).reshape(5, 4), v[:, ::-1])
    expected = np.stack([v[:, 0] + v[:, 1], v[:, 2] + v[:, 3] + np.arange(5)], axis=1)
    np.testing.assert_array_equal(xp.asnumpy(halves).reshape(5, 2), expected)


ATOMICS = r"""
extern "C" __global__ void atomics(int* i, unsigned int* u, unsigned long long* l, float* f,
                                   double* d) {
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(&i[0], t);
  atomicSub(&i[1], 1);
  atomicMin(&i[2], -t);
  atomicMax(&i[3], t);
  atomicOr(&i[4], 1 << (t % 31));
  atomicAnd(&i[5], ~(1 << (t % 5)));
  atomicXor(&i[6], t);
  atomicExch(&i[7], 42);
  atomicInc(&u[0], 9u);
  atomicMax(&u[1], (unsigned)t);
  atomicAdd(&l[0], 10000000000ull);
  atomicAdd(f, 0.5f);
  atomicAdd(d, 0.25);
  int old = i[8], assumed;  // the CUDA guide's way to make any atomic
  do {
    assumed = old;
    old = atomicCAS(&i[8], assumed, assumed + 2);
  } while (assumed != old);
}
"""


def test_atomics():
    n = 96
    i = xp.asarray(np.array([0, 0, 0, 0, 0, -1, 0, 0, 0], np.int32))
    u, large = xp.zeros(2, np.uint32), xp.zeros(1, np.uint64)
    f, d = xp.zeros(1, np.float32), xp.zeros(1, np.float64)
    run(ATOMICS, "atomics", (3,), (32,), (i, u, large, f, d))
    t = np.arange(n)
    assert xp.asnumpy(i).tolist() == [
        t.sum(), -n, -(n - 1), n - 1, 2**31 - 1, ~31, int(np.bitwise_xor.reduce(t)), 42, 2 * n,
    ]  # fmt: skip
    assert xp.asnumpy(u).tolist() == [n % 10, n - 1]
    assert int(large[0]) == n * 10**10
    assert (float(f[0]), float(d[0])) == (n / 2, n / 4)


VOTES = r"""
extern "C" __global__ void votes(int* out) {
  int t = threadIdx.x, lane = t % 32;
  int* o = out + 8 * t;
  o[0] = __ballot_sync(0xffffffff, lane % 3 == 0);
  o[1] = __any_sync(0xffffffff, lane == 40);
  o[2] = __all_sync(0xffffffff, lane < 32);
  o[3] = __shfl_sync(0xffffffff, t, 5, 8);
  o[4] = __shfl_xor_sync(0xffffffff, t, 1);
  o[5] = __syncthreads_count(lane < 3);
  o[6] = __syncthreads_and(t >= 0) + 2 * __syncthreads_or(t == 63);
  if (lane % 2) {
    unsigned mask = 0xaaaaaaaau;  // the odd lanes
    o[7] = __shfl_sync(mask, t, 7);
  } else {
    unsigned mask = __activemask();
    __syncwarp(mask);
    o[7] = __popc(mask);
  }
}
"""


def test_votes_and_partial_masks():
    out = xp.zeros((64, 8), np.int32)
    run(VOTES, "votes", (1,), (64,), (out,))
    t = np.arange(64)
    o = xp.asnumpy(out)
    assert set(o[:, 0]) == {sum(1 << lane for lane in range(0, 32, 3))}
    assert set(o[:, 1]) == {0}
    assert set(o[:, 2]) == {1}
    np.testing.assert_array_equal(o[:, 3], t // 8 * 8 + 5)
    np.testing.assert_array_equal(o[:, 4], t ^ 1)
    assert set(o[:, 5]) == {6}
    assert set(o[:, 6]) == {3}
    np.testing.assert_array_equal(o[:, 7], np.where(t % 2, t // 32 * 32 + 7, 16))


PARTIAL = r"""
extern "C" __global__ void tail(const int* x, int* out, int n) {  // the last warp is not full
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned mask = __ballot_sync(0xffffffff, i < n);
  if (i < n) {
    int v = x[i];
    for (int o = 16; o > 0; o /= 2) {
      int w = __shfl_down_sync(mask, v, o);
      if (i % 32 + o < 32 && i + o < n) v += w;
    }
    if (i % 32 == 0) atomicAdd(out, v);
  }
}
"""


@few
@given(n=st.integers(1, 200), threads=st.sampled_from([32, 64, 96]))
def test_a_reduction_over_part_of_a_warp(n, threads):
    x = np.random.default_rng(n).integers(-99, 99, n).astype(np.int32)
    out = xp.zeros(1, np.int32)
    run(PARTIAL, "tail", (-(-n // threads),), (threads,), (xp.asarray(x), out, np.int32(n)))
    assert int(out[0]) == x.sum()


MATH = r"""
#include <cuda_fp16.h>
extern "C" __global__ void math(const float* x, float* y, double* z, int* i) {
  float v = x[threadIdx.x];
  float* o = y + 16 * threadIdx.x;
  o[0] = expf(v); o[1] = logf(fabsf(v) + 1); o[2] = sinf(v); o[3] = tanhf(v);
  o[4] = powf(fabsf(v), 1.5f); o[5] = rsqrtf(v * v + 1);
  o[6] = fmaf(v, v, 1.0f); o[7] = fminf(v, 0.25f);
  o[8] = erff(v); o[9] = floorf(v); o[10] = rintf(v); o[11] = atan2f(v, 2.0f);
  o[12] = __fdividef(v, 3.0f); o[13] = max(v, 0.0f); o[14] = sqrtf(fabsf(v));
  o[15] = __half2float(__float2half(v));
  z[threadIdx.x] = exp((double)v) + sqrt(2.0);
  int* k = i + 6 * threadIdx.x;
  int n = threadIdx.x * 12345;
  k[0] = __popc(n); k[1] = __clz(n); k[2] = __ffs(n); k[3] = __brev(n); k[4] = __mulhi(n, 1 << 20);
  k[5] = __float_as_int(v);
}
"""


def test_mathematics():
    x = random(32) * 2
    y, z, i = xp.zeros((32, 16), np.float32), xp.zeros(32, np.float64), xp.zeros((32, 6), np.int32)
    run(MATH, "math", (1,), (32,), (xp.asarray(x), y, z, i))
    v = x.astype(np.float64)
    erf = np.vectorize(__import__("math").erf)
    expected = [
        np.exp(v), np.log(np.abs(v) + 1), np.sin(v), np.tanh(v), np.abs(v) ** 1.5,
        1 / np.sqrt(v * v + 1),
        v * v + 1, np.minimum(v, 0.25), erf(v), np.floor(v), np.rint(v), np.arctan2(v, 2), v / 3,
        np.maximum(v, 0), np.sqrt(np.abs(v)), x.astype(np.float16),
    ]  # fmt: skip
    np.testing.assert_allclose(xp.asnumpy(y), np.stack(expected, 1), rtol=2e-6, atol=2e-7)
    np.testing.assert_allclose(xp.asnumpy(z), np.exp(v) + np.sqrt(2), rtol=1e-12)
    n = np.arange(32) * 12345
    bits = [f"{value:032b}" for value in n]
    k = xp.asnumpy(i)
    assert k[:, 0].tolist() == [b.count("1") for b in bits]
    assert k[:, 1].tolist() == [32 - len(b.lstrip("0")) for b in bits]
    assert k[:, 2].tolist() == [0 if "1" not in b else len(b) - b.rindex("1") for b in bits]
    assert k[:, 3].view(np.uint32).tolist() == [int(b[::-1], 2) for b in bits]
    np.testing.assert_array_equal(k[:, 4], n * 2**20 >> 32)
    np.testing.assert_array_equal(k[:, 5], x.view(np.int32))


FENCE = r"""
__device__ unsigned int ticket = 0;
extern "C" __global__ void last_block(const float* x, float* partial, float* out, int n) {
  // the last block to finish adds up what the others have left
  __shared__ float s[64];
  __shared__ bool last;
  int i = blockIdx.x * 64 + threadIdx.x;
  s[threadIdx.x] = i < n ? x[i] : 0.0f;
  __syncthreads();
  for (int o = 32; o > 0; o /= 2) {
    if (threadIdx.x < o) s[threadIdx.x] += s[threadIdx.x + o];
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    partial[blockIdx.x] = s[0];
    __threadfence();
    last = atomicInc(&ticket, gridDim.x - 1) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && threadIdx.x == 0) {
    float total = 0.0f;
    for (int b = 0; b < gridDim.x; ++b) total += partial[b];
    *out = total;
  }
}
"""


def test_blocks_that_talk_through_a_fence():
    x = np.arange(300, dtype=np.float32)
    partial, out = xp.zeros(5, np.float32), xp.zeros(1, np.float32)
    kernel = gpu.RawKernel(FENCE, "last_block")
    for _ in range(2):  # the ticket starts again at 0
        kernel((5,), (64,), (xp.asarray(x), partial, out, np.int32(300)))
        assert float(out[0]) == x.sum()


HALVES = r"""
#include <cuda_fp16.h>
extern "C" __global__ void widen(const half* h, float* f) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  f[i] = __half2float(h[i]);
}
extern "C" __global__ void narrow(const float* f, half* h) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  h[i] = __float2half(f[i]);
}
"""


@pytest.mark.parametrize("options", [(), ("-U__F16C__",)], ids=["as here", "in software"])
def test_half_precision(options):
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    wide = xp.zeros(2**16, np.float32)
    gpu.RawKernel(HALVES, "widen", options=options)((256,), (256,), (xp.asarray(every), wide))
    np.testing.assert_array_equal(xp.asnumpy(wide), every.astype(np.float32))
    bits = np.random.default_rng(0).integers(0, 2**32, 2**16, dtype=np.uint32)
    near = np.nextafter(every[np.isfinite(every)].astype(np.float32), np.float32(0))
    near = np.append(near, np.zeros(2**16 - near.size, np.float32))  # roundings at every boundary
    with np.errstate(over="ignore", invalid="ignore"):
        middle = (every[:-1].astype(np.float32) + every[1:].astype(np.float32)) / 2
        for floats in (bits.view(np.float32), near, np.append(middle, np.float32(0))):
            narrow = xp.zeros(2**16, np.float16)
            gpu.RawKernel(HALVES, "narrow", options=options)(
                (256,), (256,), (xp.asarray(floats), narrow)
            )
            np.testing.assert_array_equal(xp.asnumpy(narrow), floats.astype(np.float16))
