"""`gpu.xp` where there is no GPU: the array calls of cupy that the course uses, on NumPy.

Arrays are of a class of their own, so that a kernel can refuse a plain NumPy array, as it would on
a GPU, whose memory is another one than the host's. They begin at multiples of 256 bytes, as
cudaMalloc's do, so that counts of memory sectors are a device's.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

ALIGNMENT = 256


class DeviceArray(np.ndarray):
    """An array that kernels take; ``.get()`` gives a NumPy copy, as in cupy."""

    def get(self) -> np.ndarray:
        """A copy in host memory."""
        return np.array(self, subok=False)

    def set(self, values: np.ndarray) -> None:
        """Copy from host memory: same shape and dtype."""
        values = np.asarray(values)
        if values.shape != self.shape or values.dtype != self.dtype:
            raise ValueError(
                f"expected an array of shape {self.shape} and dtype {self.dtype}, "
                f"got {values.shape} and {values.dtype}"
            )
        self[...] = values


def empty(shape: int | tuple[int, ...], dtype: Any = np.float64, order: str = "C") -> DeviceArray:
    """An uninitialised array that begins at a multiple of 256 bytes."""
    dtype = np.dtype(dtype)
    shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
    count = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    # a gap of at least 256 bytes behind each array keeps neighbours apart
    raw = np.empty(count + 2 * ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    flat = raw[start : start + count].view(dtype)
    return flat.reshape(shape, order=order).view(DeviceArray)


def array(values: Any, dtype: Any = None, copy: bool = True, order: str = "C") -> DeviceArray:
    """A copy of ``values`` (array, list, number) for kernels."""
    values = np.asarray(values, dtype=dtype)
    result = empty(values.shape, values.dtype, "F" if order == "F" else "C")
    result[...] = values
    return result


def asarray(values: Any, dtype: Any = None) -> DeviceArray:
    """Like `array`, but an array of ours that fits is returned as it is."""
    if isinstance(values, DeviceArray) and (dtype is None or values.dtype == dtype):
        return values
    return array(values, dtype)


def asnumpy(values: Any) -> np.ndarray:
    """A copy in host memory."""
    return np.array(values, subok=False)


def zeros(shape: int | tuple[int, ...], dtype: Any = np.float64) -> DeviceArray:
    return full(shape, 0, dtype)


def ones(shape: int | tuple[int, ...], dtype: Any = np.float64) -> DeviceArray:
    return full(shape, 1, dtype)


def full(shape: int | tuple[int, ...], value: Any, dtype: Any = None) -> DeviceArray:
    result = empty(shape, np.asarray(value).dtype if dtype is None else dtype)
    result[...] = value
    return result


def empty_like(values: Any, dtype: Any = None) -> DeviceArray:
    return empty(np.shape(values), values.dtype if dtype is None else dtype)


def zeros_like(values: Any, dtype: Any = None) -> DeviceArray:
    return zeros(np.shape(values), values.dtype if dtype is None else dtype)


def ones_like(values: Any, dtype: Any = None) -> DeviceArray:
    return ones(np.shape(values), values.dtype if dtype is None else dtype)


def full_like(values: Any, value: Any, dtype: Any = None) -> DeviceArray:
    return full(np.shape(values), value, values.dtype if dtype is None else dtype)


def arange(*limits: Any, dtype: Any = None) -> DeviceArray:
    return array(np.arange(*limits, dtype=dtype))


def ascontiguousarray(values: Any, dtype: Any = None) -> DeviceArray:
    values = asarray(values, dtype)
    return values if values.flags.c_contiguous else array(values)


class _Namespace(SimpleNamespace):
    """The functions above; whatever else is asked for is NumPy's, with arrays made ours."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        if not callable(found) or isinstance(found, type):
            return found

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = found(*args, **kwargs)
            return array(result) if isinstance(result, np.ndarray) else result

        return wrapped


xp = _Namespace(
    ndarray=DeviceArray, empty=empty, array=array, asarray=asarray, asnumpy=asnumpy, zeros=zeros,
    ones=ones, full=full, empty_like=empty_like, zeros_like=zeros_like, ones_like=ones_like,
    full_like=full_like, arange=arange, ascontiguousarray=ascontiguousarray,
)  # fmt: skip
