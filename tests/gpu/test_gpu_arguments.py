"""What a launch accepts and refuses: arguments, grid, block, shared memory."""

import numpy as np
import pytest

from llmbook_utils import gpu
from llmbook_utils.gpu.kernel import RawKernel, RawModule
from llmbook_utils.gpu.memory import DeviceArray, xp

SOURCE = r"""
template <typename T> __global__ void fill(T* x, T value) { x[threadIdx.x] = value; }
extern "C" __global__ void k(float a, const float* __restrict__ x, float* y, int n, double d,
                             bool flag) {
  if (threadIdx.x < n) y[threadIdx.x] = flag ? a * x[threadIdx.x] + d : 0;
}
extern "C" __global__ void one(unsigned int n, unsigned int* out) { out[0] = n; }
extern "C" __global__ void nothing() {}
"""


def kernel(name="k"):
    return RawModule(code=SOURCE).get_function(name)


def good():
    """Arguments that fit."""
    x, y = xp.ones(4, np.float32), xp.zeros(4, np.float32)
    return [np.float32(2), x, y, np.int32(4), 1.5, True]


def refused(position, value):
    args = good()
    args[position] = value
    with pytest.raises(gpu.ArgumentError) as caught:
        kernel()((1,), (4,), tuple(args))
    assert isinstance(caught.value, TypeError)
    return str(caught.value)


def test_arguments_that_fit():
    for n in (np.int32(4), 4, np.uint32(4)):
        args = good()
        args[3] = n
        kernel()((1,), (4,), tuple(args))
        assert args[2].tolist() == [3.5] * 4
    kernel("nothing")((1,), (1,))
    kernel("nothing")((1,), (1,), ())


@pytest.mark.parametrize(
    ("position", "value", "parts"),
    [
        (
            0,
            2.0,
            [
                "argument 0 of k, `float a`",
                "expected a float32, got float 2.0",
                "write np.float32(2.0)",
            ],
        ),
        (0, np.float64(2), ["expected a float32, got float64(2.0)", "np.float32(2.0)"]),
        (0, 2, ["expected a float32, got int 2", "np.float32(2)"]),
        (3, 4.0, ["argument 3 of k, `int n`", "expected a int32, got float 4.0"]),
        (3, np.int64(4), ["expected a int32, got int64(4)", "np.int32(4)"]),
        (3, 2**40, ["does not fit into int32"]),
        (4, np.float32(1), ["`double d`", "expected a float64, got float32(1.0)"]),
        (5, 1, ["`bool flag`", "expected a bool, got int 1"]),
        (3, "4", ["expected a int32, got str '4'"]),
        (3, np.arange(3), ["expected a number, got an array of shape (3,)"]),
        (1, np.ones(4, np.float32), ["`const float* x`", "a NumPy array", "gpu.xp.asarray"]),
        (1, [1.0], ["expected an array (gpu.xp), got list [1.0]"]),
        (2, 7, ["expected an array (gpu.xp), got int 7"]),
        (1, xp.ones(4), ["expected an array of float32, got float64", ".astype(gpu.xp.float32)"]),
        (1, xp.ones(4, np.int32), ["expected an array of float32, got int32"]),
        (1, xp.ones(8, np.float32)[::2], ["contiguous", "strides (8,)", "ascontiguousarray"]),
    ],
)
def test_arguments_that_do_not_fit(position, value, parts):
    message = refused(position, value)
    for part in parts:
        assert part in message


def test_too_few_and_too_many():
    with pytest.raises(
        gpu.ArgumentError, match=r"k takes 6 arguments, got 5(.|\n)*k\(float a, const float\* x"
    ):
        kernel()((1,), (4,), tuple(good()[:5]))
    with pytest.raises(gpu.ArgumentError, match="takes 6 arguments, got 7"):
        kernel()((1,), (4,), (*good(), 1))
    with pytest.raises(
        gpu.ArgumentError, match=r"as one tuple, got DeviceArray(.|\n)*write \(x,\)"
    ):
        kernel()((1,), (4,), xp.ones(4))


def test_a_template_knows_its_types():
    fill = RawModule(code=SOURCE, name_expressions=["fill<double>"]).get_function("fill<double>")
    x = xp.zeros(3)
    fill((1,), (3,), (x, 2.5))
    assert x.tolist() == [2.5] * 3
    with pytest.raises(gpu.ArgumentError, match="expected an array of float64, got float32"):
        fill((1,), (3,), (xp.zeros(3, np.float32), 2.5))


def test_unsigned():
    out = xp.zeros(1, np.uint32)
    kernel("one")((1,), (1,), (2**32 - 1, out))
    assert out[0] == 2**32 - 1
    with pytest.raises(gpu.ArgumentError, match="-1 does not fit into uint32"):
        kernel("one")((1,), (1,), (-1, out))


@pytest.mark.parametrize(
    ("grid", "block", "parts"),
    [
        ((1,), (1025,), ["1 to 1,024 threads along x, got 1,025"]),
        ((1,), (64, 32), ["at most 1024 threads, got 2048 in the block (64, 32, 1)"]),
        ((1,), (1, 1, 65), ["1 to 64 threads along z, got 65"]),
        ((0,), (32,), ["blocks along x, got 0", "nothing would run"]),
        ((1, 65536), (32,), ["1 to 65,535 blocks along y, got 65,536"]),
        ((1,), (0,), ["threads along x, got 0"]),
        ((-1,), (1,), ["got -1"]),
        ((1.5,), (1,), ["tuple of one to three integers, got (1.5,)"]),
        ((1, 1, 1, 1), (1,), ["tuple of one to three integers"]),
        ("1", (1,), ["tuple of one to three integers, got '1'"]),
    ],
)
def test_bad_shapes(grid, block, parts):
    with pytest.raises(gpu.LaunchError) as caught:
        kernel("nothing")(grid, block, ())
    for part in parts:
        assert part in str(caught.value)


SHARED = r"""
extern "C" __global__ void k(float* y) {
  __shared__ float s[SIZE];
  extern __shared__ float d[];
  s[threadIdx.x] = d[threadIdx.x] = 1;
  __syncthreads();
  y[threadIdx.x] = s[threadIdx.x] + d[threadIdx.x];
}
extern "C" __global__ void lean(float* y) { y[threadIdx.x] = 1; }
"""


def shared(size, dynamic, name="k", most=None):
    one = RawModule(code=SHARED, options=(f"-DSIZE={size}",)).get_function(name)
    if most is not None:
        one.max_dynamic_shared_size_bytes = most
    y = xp.zeros(4, np.float32)
    one((1,), (4,), (y,), shared_mem=dynamic)
    return y


def test_shared_memory_has_limits():
    assert shared(12288 - 4, 16).tolist() == [2] * 4
    with pytest.raises(
        gpu.LaunchError, match=r"at most 49,152 bytes of static shared memory.*got 49,156"
    ):
        shared(12289, 16)
    assert (
        shared(12289, 16, name="lean").tolist() == [1] * 4
    )  # only what a kernel itself uses counts
    with pytest.raises(gpu.LaunchError, match="got 49,136 static and 20 dynamic"):
        shared(12288 - 4, 20)
    with pytest.raises(
        gpu.LaunchError, match=r"0 to 49,152 bytes of dynamic.*max_dynamic_shared_size_bytes"
    ):
        shared(4, 50_000)
    assert shared(4, 100_000, most=100_000).tolist() == [2] * 4
    with pytest.raises(gpu.LaunchError, match="0 to 100,000 bytes"):
        shared(4, 100_001, most=100_000)


def test_arrays_are_aligned_and_kept_apart():
    for shape in ((1,), (3, 5), (1000,), 7, ()):
        a = xp.empty(shape, np.float32)
        assert isinstance(a, DeviceArray)
        assert a.ctypes.data % 256 == 0
    assert xp.asarray(np.arange(6).reshape(2, 3).T).ctypes.data % 256 == 0


def test_arrays_of_device_memory():
    a = xp.asarray([[1.0, 2.0]], dtype=np.float32)
    assert xp.asarray(a) is a
    assert a.dtype == np.float32
    host = a.get()
    assert type(host) is np.ndarray
    host[:] = 0
    assert a.tolist() == [[1, 2]]
    a.set(np.array([[3, 4]], np.float32))
    assert xp.asnumpy(a).tolist() == [[3, 4]]
    with pytest.raises(ValueError, match=r"expected an array of shape \(1, 2\)"):
        a.set(np.zeros(2, np.float32))
    assert isinstance(xp.linspace(0, 1, 3), DeviceArray)
    assert isinstance(a + 1, DeviceArray)
    assert xp.float32 is np.float32


def test_names():
    with pytest.raises(
        gpu.CompileError,
        match="a kernel named 'nope', got a source whose kernels are: fill, k, one",
    ):
        RawKernel(SOURCE, "nope")((1,), (1,), ())
    with pytest.raises(gpu.CompileError, match=r'without extern "C"(.|\n)*line 1'):
        RawKernel("__global__ void cpp() {}", "cpp")((1,), (1,), ())
    with pytest.raises(gpu.CompileError, match="fill is a template"):
        kernel("fill")((1,), (1,), ())
    with pytest.raises(gpu.ArgumentError, match=r"variable \(none\), got 'w'"):
        RawModule(code=SOURCE).get_global("w")
    with pytest.raises(gpu.ArgumentError, match="source as a string, got int"):
        RawKernel(7, "k")
    RawKernel('extern "C" { __global__ void inside() {} }', "inside")((1,), (1,), ())
