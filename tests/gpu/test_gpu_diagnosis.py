"""Each diagnosis: a planted bug is named with all a learner needs, correct code is left alone.

The runner for the CPU is imported by its own name, so these tests also run on a machine with a GPU.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import llmbook_utils
from llmbook_utils import gpu
from llmbook_utils.gpu.kernel import RawKernel, RawModule
from llmbook_utils.gpu.memory import xp


def launch(source, grid, block, args, *, name="k", checked=True, options=(), **more):
    kernel = RawKernel(source, name, options=options)
    kernel.checked = checked
    kernel(grid, block, args, **more)


def failure(error, *launch_args, **more):
    """The message of the expected error."""
    with pytest.raises(error) as caught:
        launch(*launch_args, **more)
    message = str(caught.value)
    assert isinstance(caught.value, gpu.KernelError)
    return message


def floats(*shape):
    return xp.asarray(np.arange(np.prod(shape), dtype=np.float32).reshape(shape))


def says(message, *parts):
    for part in parts:
        assert part in message, f"{part!r} is not in\n{message}"


# out of bounds

GUARD = r"""
extern "C" __global__ void k(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  IF y[i] = 2 * x[i];
}
"""


def test_missing_guard():
    x, y = floats(100), floats(100)
    source = GUARD.replace("IF", "")
    message = failure(gpu.OutOfBounds, source, (2,), (64,), (x, y, 100))
    says(message, "reads x[100]", "100 elements", "thread (36, 0, 0) of block (1, 0, 0)")
    says(message, "line 4: y[i] = 2 * x[i];", "guard")
    launch(GUARD.replace("IF", "if (i < n)"), (2,), (64,), (x, y, 100))
    np.testing.assert_array_equal(y, 2 * x)


def test_a_write_out_of_bounds_does_not_happen():
    memory = floats(300)
    y = memory[:100]
    x = floats(128)
    message = failure(gpu.OutOfBounds, GUARD.replace("IF", ""), (2,), (64,), (x, y, 100))
    says(message, "writes y[100]", "thread (36, 0, 0) of block (1, 0, 0)")
    np.testing.assert_array_equal(memory[100:], np.arange(100, 300))


def test_negative_index_and_atomic():
    source = r"""extern "C" __global__ void k(int* x) { atomicAdd(&x[(int)threadIdx.x - 1], 1); }"""
    message = failure(gpu.OutOfBounds, source, (1,), (4,), (xp.zeros(4, np.int32),))
    says(message, "updates (atomically) x[-1]", "thread (0, 0, 0)", "line 1")


def test_an_access_that_lands_in_another_array_is_out_of_bounds():
    """The pointer says which array is meant, whatever lies at the address."""
    both = floats(2, 64)
    source = r"""extern "C" __global__ void k(const float* a, float* b) {
  float v = a[threadIdx.x + 1];
  b[threadIdx.x] = v;
}"""
    message = failure(gpu.OutOfBounds, source, (1,), (64,), (both[0], both[1]))
    says(message, "reads a[64]", "thread (63, 0, 0)", "line 2: float v = a[threadIdx.x + 1];")


def test_row_and_column_swapped():
    source = r"""
extern "C" __global__ void k(const float* a, float* out, int rows, int cols) {
  int c = threadIdx.x, r = threadIdx.y;
  if (c < cols && r < rows) out[r * cols + c] = a[INDEX];
}"""
    a, out = floats(3, 8), floats(3, 8)
    wrong = source.replace("INDEX", "c * cols + r")
    message = failure(gpu.OutOfBounds, wrong, (1,), (8, 4), (a, out, 3, 8))
    says(message, "reads a[24]", "(shape (3, 8))", "thread (3, 0, 0)")
    launch(source.replace("INDEX", "r * cols + c"), (1,), (8, 4), (a, out, 3, 8))


def test_null_pointer():
    message = failure(
        gpu.OutOfBounds, GUARD.replace("IF", "if (i < n)"), (1,), (4,), (None, floats(4), 4)
    )
    says(message, "through `x`", "null pointer", "line 4")


STATIC = r"""
extern "C" __global__ void k(float* y, int shift) {
  __shared__ float tile[4][8];
  __shared__ float other[8];
  float* flat = &tile[0][0];
  other[threadIdx.x] = 1.0f;
  tile[threadIdx.x / 4][threadIdx.x % 4] = 2.0f;
  WRITE
  __syncthreads();
  y[threadIdx.x] = other[threadIdx.x];
}
"""


def test_out_of_bounds_in_static_shared_memory():
    y = floats(8)
    by_index = STATIC.replace("WRITE", "tile[threadIdx.x / 4][threadIdx.x % 4 + 4 + shift] = 1.0f;")
    message = failure(gpu.OutOfBounds, by_index, (1,), (8,), (y, 1))
    says(
        message,
        "index 8 in `tile`",
        "float[8]",
        "valid: 0 to 7",
        "thread (3, 0, 0)",
        "line 8: tile[",
    )
    by_pointer = STATIC.replace("WRITE", "flat[16 + 3 * threadIdx.x + shift] = 1.0f;")
    message = failure(gpu.OutOfBounds, by_pointer, (1,), (8,), (y, 0))
    says(
        message,
        "writes tile[4][2]",
        "thread (6, 0, 0)",
        "tile[4][8] is in shared memory",
        "line 8: flat",
    )
    launch(STATIC.replace("WRITE", ""), (1,), (8,), (y, 0))


DYNAMIC = r"""
extern "C" __global__ void k(float* y) {
  extern __shared__ float buffer[];
  buffer[threadIdx.x] = threadIdx.x;
  __syncthreads();
  y[threadIdx.x] = buffer[blockDim.x - 1 - threadIdx.x];
}
"""


def test_out_of_bounds_in_dynamic_shared_memory():
    y = floats(64)
    message = failure(gpu.OutOfBounds, DYNAMIC, (1,), (64,), (y,), shared_mem=63 * 4)
    says(message, "writes buffer[63]", "thread (63, 0, 0)", "shared_mem = 252 bytes", "line 4")
    launch(DYNAMIC, (1,), (64,), (y,), shared_mem=64 * 4)
    np.testing.assert_array_equal(y, np.arange(64)[::-1])


def test_local_array():
    source = r"""
extern "C" __global__ void k(float* y, int n) {
  float local[4];
  for (int i = 0; i < n; ++i) local[i] = i;
  y[threadIdx.x] = local[threadIdx.x];
}"""
    message = failure(gpu.OutOfBounds, source, (1,), (2,), (floats(2), 5))
    says(message, "index 4 in `local`", "float[4]", "line 4")
    launch(source, (1,), (4,), (floats(4), 4))


def test_constant_memory_cannot_be_written():
    source = r"""
__constant__ float w[2];
extern "C" __global__ void k(float* y) {
  float* p = (float*)w;
  p[threadIdx.x] = y[threadIdx.x];
}"""
    says(
        failure(gpu.OutOfBounds, source, (1,), (2,), (floats(2),)), "w[0]", "__constant__", "line 5"
    )


# shared memory: uninitialised, races


def test_uninitialised_shared_memory():
    source = r"""
extern "C" __global__ void k(float* y, int n) {
  __shared__ float s[32];
  if (threadIdx.x < n) s[threadIdx.x] = 1.0f;
  __syncthreads();
  y[threadIdx.x] = s[threadIdx.x];
}"""
    y = floats(32)
    message = failure(gpu.UninitialisedRead, source, (1,), (32,), (y, 30))
    says(message, "reads s[30]", "thread (30, 0, 0)", "line 6: y[threadIdx.x] = s[threadIdx.x];")
    launch(source, (1,), (32,), (y, 32))


def test_shared_memory_does_not_survive_its_block():
    source = r"""
extern "C" __global__ void k(float* y) {
  __shared__ float s[1];
  if (blockIdx.x == 0) s[0] = 5.0f;
  y[blockIdx.x] = s[0];
}"""
    message = failure(gpu.UninitialisedRead, source, (2,), (1,), (floats(2),))
    says(message, "s[0]", "block (1, 0, 0)")


BARRIERS = r"""
extern "C" __global__ void k(const float* x, float* y, int n) {
  __shared__ float s[64];
  for (int round = 0; round < 2; ++round) {
    s[threadIdx.x] = x[threadIdx.x] + round;
    FIRST
    y[threadIdx.x] = s[63 - threadIdx.x];
    SECOND
  }
}
"""


@pytest.mark.parametrize(("missing", "lines"), [("FIRST", (5, 7)), ("SECOND", (5, 7))])
def test_missing_barrier(missing, lines):
    source = BARRIERS.replace(missing, "")
    for name in ("FIRST", "SECOND"):
        source = source.replace(name, "__syncthreads();")
    with pytest.raises(gpu.KernelError) as caught:
        launch(source, (1,), (64,), (floats(64), floats(64), 64))
    # without the first one, the memory is also read before it was written at all
    assert isinstance(caught.value, gpu.Race | gpu.UninitialisedRead)
    message = str(caught.value)
    if missing == "SECOND":
        assert isinstance(caught.value, gpu.Race)
        says(message, "a race on s[", *(f"line {number}:" for number in lines), "__syncthreads()")
    else:
        says(message, "s[63]", "thread (0, 0, 0)", "line 7")


def test_both_barriers_are_enough():
    source = BARRIERS.replace("FIRST", "__syncthreads();").replace("SECOND", "__syncthreads();")
    y = floats(64)
    launch(source, (1,), (64,), (floats(64), y, 64))
    np.testing.assert_array_equal(y, np.arange(64)[::-1] + 1)


def test_read_before_the_barrier_is_a_race():
    source = r"""
extern "C" __global__ void k(float* y) {
  __shared__ int s[64];
  s[threadIdx.x] = 0;
  __syncthreads();
  s[threadIdx.x] = threadIdx.x;
  BARRIER
  y[threadIdx.x] = s[(threadIdx.x + 63) % 64];
}"""
    message = failure(gpu.Race, source.replace("BARRIER", ""), (1,), (64,), (floats(64),))
    says(message, "a race on s[", "line 6: s[threadIdx.x] = threadIdx.x;", "line 8:")
    launch(source.replace("BARRIER", "__syncthreads();"), (1,), (64,), (floats(64),))


def test_two_threads_write_one_element():
    source = r"""
extern "C" __global__ void k(float* y) {
  __shared__ float s[1];
  s[0] = VALUE;
  __syncthreads();
  y[threadIdx.x] = s[0];
}"""
    message = failure(gpu.Race, source.replace("VALUE", "threadIdx.x"), (1,), (40,), (floats(40),))
    says(message, "a race on s[0]", "thread (1, 0, 0)", "thread (0, 0, 0) wrote it", "line 4")
    launch(source.replace("VALUE", "7.0f"), (1,), (40,), (floats(40),))  # all write the same


WARP = r"""
extern "C" __global__ void k(float* y) {
  __shared__ float s[64];
  int t = threadIdx.x;
  s[t] = t;
  SYNC
  float v = s[t ^ 1];
  SYNC
  s[t] = v;
  y[t] = v;
}
"""


@pytest.mark.parametrize("sync", ["__syncwarp();", "t += __shfl_sync(0xffffffff, 0, 0);"])
def test_lanes_of_a_warp_are_ordered_by_warp_functions(sync):
    launch(WARP.replace("SYNC", sync), (1,), (64,), (floats(64),))


def test_lanes_of_a_warp_are_not_ordered_by_nothing():
    with pytest.raises((gpu.Race, gpu.UninitialisedRead), match=r"s\[1\]"):
        launch(WARP.replace("SYNC", ""), (1,), (64,), (floats(64),))


def test_one_lane_overwrites_what_others_have_read():
    source = r"""
extern "C" __global__ void k(float* y) {
  __shared__ float s[1];
  int t = threadIdx.x;
  if (t == 0) s[0] = 1.0f;
  __syncthreads();
  y[t] = s[0];
  SYNC
  if (t == LANE) s[0] = 2.0f;
}"""
    for lane in ("0", "31"):
        wrong = source.replace("LANE", lane).replace("SYNC", "")
        says(
            failure(gpu.Race, wrong, (1,), (32,), (floats(32),)),
            "a race on s[0]",
            "line 9",
            "line 7",
        )
        launch(
            source.replace("LANE", lane).replace("SYNC", "__syncwarp();"),
            (1,),
            (32,),
            (floats(32),),
        )
    # __syncwarp is no barrier for another warp
    wrong = source.replace("LANE", "0").replace("SYNC", "__syncwarp();")
    failure(gpu.Race, wrong, (1,), (64,), (floats(64),))


def test_atomics_are_no_race_but_a_plain_read_beside_them_is():
    source = r"""
extern "C" __global__ void k(int* out) {
  __shared__ int count;
  if (threadIdx.x == 0) count = 0;
  __syncthreads();
  atomicAdd(&count, 1);
  SYNC
  out[threadIdx.x] = count;
}"""
    out = xp.zeros(64, np.int32)
    launch(source.replace("SYNC", "__syncthreads();"), (1,), (64,), (out,))
    assert set(out.tolist()) == {64}
    message = failure(gpu.Race, source.replace("SYNC", ""), (1,), (64,), (out,))
    says(message, "a race on count", "updates", "line 6")


def test_bytes_beside_each_other_are_no_race():
    source = r"""
extern "C" __global__ void k(unsigned char* y) {
  __shared__ unsigned char s[64];
  s[threadIdx.x] = threadIdx.x;
  __syncthreads();
  y[threadIdx.x] = s[63 - threadIdx.x];
}"""
    y = xp.zeros(64, np.uint8)
    launch(source, (1,), (64,), (y,))
    np.testing.assert_array_equal(y, np.arange(64)[::-1])


# global memory


def test_race_between_blocks():
    source = r"""
extern "C" __global__ void k(float* total, const float* x) {
  UPDATE
}"""
    wrong = source.replace("UPDATE", "total[0] += x[blockIdx.x * blockDim.x + threadIdx.x];")
    message = failure(gpu.Race, wrong, (4,), (1,), (xp.zeros(1, np.float32), floats(4)))
    says(message, "a race on total[0]", "of block (0, 0, 0)", "line 3", "atomic")
    right = source.replace("UPDATE", "atomicAdd(total, x[blockIdx.x * blockDim.x + threadIdx.x]);")
    total = xp.zeros(1, np.float32)
    launch(right, (4,), (1,), (total, floats(4)))
    assert total[0] == 6


def test_race_in_global_memory_within_a_block():
    source = r"""
extern "C" __global__ void k(float* x, int n) {
  int i = threadIdx.x;
  if (i > 0 && i < n) x[i] = x[i - 1];
}"""
    says(failure(gpu.Race, source, (1,), (8,), (floats(8), 8)), "a race on x[", "line 4")


def test_blocks_that_only_read_the_same_are_no_race():
    source = r"""
extern "C" __global__ void k(const float* x, float* y) {
  y[blockIdx.x * blockDim.x + threadIdx.x] = x[threadIdx.x] + x[0];
}"""
    launch(source, (8,), (8,), (floats(8), floats(64)))


# barriers


def test_barrier_in_a_branch():
    source = r"""
extern "C" __global__ void k(float* y, int n) {
  if (threadIdx.x < n) {
    y[threadIdx.x] = 1.0f;
    __syncthreads();
  }
  y[threadIdx.x] = 2.0f;
}"""
    message = failure(gpu.DivergentBarrier, source, (1,), (64,), (floats(64), 40))
    says(
        message,
        "40 threads (such as (0, 0, 0)) of block (0, 0, 0) wait",
        "line 5: __syncthreads();",
    )
    says(message, "24 threads have already ended (such as (40, 0, 0))")
    launch(source, (1,), (64,), (floats(64), 64))


def test_barrier_skipped_by_an_early_return():
    source = r"""
extern "C" __global__ void k(float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  __syncthreads();
  y[i] = 1.0f;
}"""
    message = failure(gpu.DivergentBarrier, source, (2,), (64,), (floats(100), 100))
    says(
        message,
        "36 threads",
        "of block (1, 0, 0)",
        "28 threads have already ended",
        "line 5",
        "return",
    )
    launch(source, (2,), (64,), (floats(128), 128))


def test_different_barriers():
    source = r"""
extern "C" __global__ void k(float* y) {
  if (threadIdx.x % 2) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  y[threadIdx.x] = 1.0f;
}"""
    message = failure(gpu.DivergentBarrier, source, (1,), (32,), (floats(32),))
    says(message, "line 4", "line 6")


def test_barrier_in_a_loop_of_different_length():
    source = r"""
extern "C" __global__ void k(float* y, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x) {
    y[i] = 1.0f;
    __syncthreads();
  }
}"""
    says(
        failure(gpu.DivergentBarrier, source, (1,), (32,), (floats(100), 100)),
        "line 5",
        "already ended",
    )
    launch(source, (1,), (32,), (floats(96), 96))


@pytest.mark.parametrize("checked", [True, False])
def test_a_stuck_block_is_reported_unchecked_too(checked):
    source = r"""
extern "C" __global__ void k(float* y) {
  if (threadIdx.x < 16) __syncthreads();
  else __shfl_sync(0xffffffff, 1, 0);
  y[threadIdx.x] = 1.0f;
}"""
    message = failure(gpu.DivergentBarrier, source, (1,), (32,), (floats(32),), checked=checked)
    says(message, "line 3", "line 4")


def test_warp_function_that_a_lane_of_the_mask_does_not_reach():
    source = r"""
extern "C" __global__ void k(int* y) {
  if (threadIdx.x < 16) y[threadIdx.x] = __shfl_sync(MASK, threadIdx.x, 0);
  __syncthreads();
}"""
    y = xp.zeros(32, np.int32)
    message = failure(
        gpu.DivergentBarrier, source.replace("MASK", "0xffffffffu"), (1,), (32,), (y,)
    )
    says(message, "line 3")
    message = failure(gpu.DivergentBarrier, source.replace("MASK", "0xffu"), (1,), (32,), (y,))
    says(message, "thread (8, 0, 0)", "lane 8", "0x000000ff", "line 3")
    launch(source.replace("MASK", "0xffffu"), (1,), (32,), (y,))


# control: loops, stack, division, assert


@pytest.mark.parametrize(
    "body", ["while (i >= 0) i = (i + 1) % 7;", "while (true) {}", "do { y[0] = i; } while (n);"]
)
def test_runaway_loop(body):
    source = (
        'extern "C" __global__ void k(float* y, int n) {\n  int i = threadIdx.x;\n  ' + body + "\n}"
    )
    message = failure(gpu.RunawayLoop, source, (1,), (1,), (floats(4), 1))
    says(message, "thread (0, 0, 0)", "line 3", body.strip())


def test_runaway_loop_unchecked():
    kernel = RawKernel(
        r"""extern "C" __global__ void k(volatile float* y, int n) { while (n) y[0] += 1; }""", "k"
    )
    kernel.checked, kernel.time_limit = False, 0.2
    with pytest.raises(gpu.RunawayLoop, match=r"not done after 0\.2 seconds"):
        kernel((1,), (1,), (floats(4), 1))


def test_a_lock_that_another_thread_holds_never_opens():
    source = r"""
extern "C" __global__ void k(int* lock) {
  while (atomicCAS(lock, 0, 1) != 0) {}
}"""
    says(
        failure(gpu.RunawayLoop, source, (1,), (2,), (xp.zeros(1, np.int32),)),
        "thread (1, 0, 0)",
        "line 3",
    )


RECURSION = r"""
__device__ int down(int n) {
  volatile int here[16];
  here[n % 16] = n;
  return n <= 0 ? 0 : 1 + down(n - STEP) + here[n % 16] * 0;
}
extern "C" __global__ void k(int* y) { y[0] = down(20); }
"""


@pytest.mark.parametrize("checked", [True, False])
def test_recursion_without_end(checked):
    y = xp.zeros(1, np.int32)
    endless = RECURSION.replace("STEP", "0")
    kind = gpu.StackOverflow if checked else gpu.KernelCrash
    message = failure(kind, endless, (1,), (1,), (y,), checked=checked)
    if checked:
        says(message, "down", "line 2")
    launch(RECURSION.replace("STEP", "1"), (1,), (1,), (y,), checked=checked)
    assert y[0] == 20


@pytest.mark.parametrize("operation", ["/", "%"])
def test_integer_division_by_zero(operation):
    source = f"""
extern "C" __global__ void k(int* y, int n) {{
  y[threadIdx.x] = 7 {operation} (n - (int)threadIdx.x);
}}"""
    message = failure(gpu.DivisionByZero, source, (1,), (4,), (xp.zeros(4, np.int32), 2))
    says(message, "thread (2, 0, 0)", "line 3")
    launch(source, (1,), (4,), (xp.zeros(4, np.int32), 9))


def test_assertion():
    source = r"""
extern "C" __global__ void k(int n) {
  assert(threadIdx.x < n);
}"""
    says(
        failure(gpu.AssertionFailed, source, (1,), (4,), (3,)),
        "threadIdx.x < n",
        "thread (3, 0, 0)",
        "line 3",
    )
    launch(source, (1,), (4,), (4,))


def test_misaligned_float4():
    source = r"""
extern "C" __global__ void k(const float* x, float4* y, int shift) {
  y[0] = *reinterpret_cast<const float4*>(x + shift);
}"""
    message = failure(gpu.MisalignedAccess, source, (1,), (1,), (floats(16), floats(16), 3))
    says(message, "16 bytes", "x[3]", "multiple of 4", "line 3")
    launch(source, (1,), (1,), (floats(16), floats(16), 4))


@pytest.mark.parametrize("address", ["(float*)64", "y + (1ll << 45)"])
def test_a_wild_pointer_unchecked(address):
    source = 'extern "C" __global__ void k(float* y) {\n  *(volatile float*)(ADDRESS) = 1.0f;\n}'
    source = source.replace("ADDRESS", address)
    says(failure(gpu.KernelCrash, source, (1,), (1,), (floats(4),), checked=False), "gpu.checked")
    says(failure(gpu.OutOfBounds, source, (1,), (1,), (floats(4),)), "line 2")


def test_division_by_zero_unchecked_survives():
    source = 'extern "C" __global__ void k(volatile int* y) { y[0] = 7 / y[1]; }'
    kernel = RawKernel(source, "k")
    kernel.checked = False
    y = xp.zeros(2, np.int32)
    try:
        kernel((1,), (1,), (y,))  # an arm64 processor gives 0
    except gpu.DivisionByZero as error:
        says(str(error), "divides an integer by zero")


# by default, small launches are checked, and large ones at their edge


def test_the_default_finds_the_missing_guard_of_a_large_launch():
    n = 2_000_000
    x, y = xp.zeros(n, np.float32), xp.zeros(n, np.float32)
    message = failure(
        gpu.OutOfBounds, GUARD.replace("IF", ""), (-(-n // 256),), (256,), (x, y, n), checked=None
    )
    says(message, f"[{n}]", "line 4")


def test_the_default_gives_the_numbers_of_a_checked_launch():
    n = 1_900_001
    x, y = xp.asarray(np.random.default_rng(0).random(n, dtype=np.float32)), xp.zeros(n, np.float32)
    launch(GUARD.replace("IF", "if (i < n)"), (-(-n // 256),), (256,), (x, y, n), checked=None)
    np.testing.assert_array_equal(y, 2 * x)


def test_the_context_sets_what_the_kernel_does_not():
    kernel = RawKernel(GUARD.replace("IF", "if (i < 101)"), "k")
    x, y = floats(300)[:100], floats(300)[:100]  # the 101st element exists, but is not the array's
    with gpu.checked(False):
        kernel((2,), (64,), (x, y, 100))
    with gpu.checked(True), pytest.raises(gpu.OutOfBounds):
        kernel((2,), (64,), (x, y, 100))


def test_variables_of_the_module_live_through_checked_and_unchecked_launches():
    module = RawModule(
        code=r"""
__device__ int total = 3;
__constant__ int step[2] = {10, 20};
extern "C" __global__ void k(int which) { atomicAdd(&total, step[which]); }"""
    )
    kernel = module.get_function("k")
    for checked, which in ((True, 0), (False, 1), (None, 0)):
        with gpu.checked(checked):
            kernel((1,), (2,), (which,))
    total = xp.ndarray((1,), np.int32, module.get_global("total"))
    assert total[0] == 3 + 2 * (10 + 20 + 10)
    step = xp.ndarray((2,), np.int32, module.get_global("step"))
    step[...] = 1
    with gpu.checked(False):
        kernel((1,), (2,), (1,))
    assert total[0] == 3 + 2 * 40 + 2


CONSTANT_INDEX = r"""
struct Pair { float first, second; };
extern "C" __global__ void k(float* y, int n) {
  __shared__ float s[4];
  __shared__ Pair p[2];
  extern __shared__ float d[];
  if (threadIdx.x == 0) {
    s[2] = 1.0f;
    d[1] = 2.0f;
    p[1] = Pair{};
    y[1] = s[2] + d[1] + p[1].second;
  }
  SYNC
  if (threadIdx.x == 1) y[2] = s[INDEX] + d[1];
}
"""


def test_constant_indices():
    source = CONSTANT_INDEX.replace("INDEX", "2")
    y = floats(4)
    launch(source.replace("SYNC", "__syncthreads();"), (1,), (2,), (y, 0), shared_mem=8)
    assert y.tolist() == [0, 3, 3, 3]
    says(
        failure(gpu.Race, source.replace("SYNC", ""), (1,), (2,), (y, 0), shared_mem=8),
        "s[2]",
        "line 14",
    )
    uninitialised = CONSTANT_INDEX.replace("INDEX", "3").replace("SYNC", "__syncthreads();")
    says(failure(gpu.UninitialisedRead, uninitialised, (1,), (2,), (y, 0), shared_mem=8), "s[3]")
    short = source.replace("SYNC", "__syncthreads();")
    says(failure(gpu.OutOfBounds, short, (1,), (2,), (y, 0), shared_mem=4), "writes d[1]", "line 9")


def test_ctrl_c_ends_an_unchecked_launch():
    """Only a process of its own can be interrupted without the test runner noticing."""
    script = r"""
import os, signal, threading
from llmbook_utils.gpu.kernel import RawKernel
from llmbook_utils.gpu.memory import xp
k = RawKernel('extern "C" __global__ void k(volatile int* x) { while (x[0] == 0) x[1] += 1; }', "k")
k.checked = False
x = xp.zeros(2, "i4")
k.compile(); k.library("plain")
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    k((1,), (1,), (x,))
except KeyboardInterrupt:
    print("interrupted", x[1] > 0)
x[0] = 1
k((1,), (1,), (x,))
print("alive")
"""
    if os.name != "posix":
        pytest.skip("there is no fault handler on Windows")
    root = Path(llmbook_utils.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "interrupted True\nalive\n", done.stderr
