"""Python arguments into the bytes that a kernel's parameters are made of.

Types are as strict as a device is. There, an argument's bytes are copied to the parameter's place
whatever they mean, so a Python float (8 bytes) given to a `float` parameter (4 bytes) is a silent
wrong number. Here it is an error that says what to write instead.
"""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from llmbook_utils.gpu.errors import ArgumentError
from llmbook_utils.gpu.memory import DeviceArray
from llmbook_utils.gpu.source import Signature

# pointee kinds of kernels.h: vectors are arrays of their elements
ELEMENTS = {"F": ("f", 4), "D": ("f", 8), "I": ("i", 4)}
WORDS = {"i": "int", "u": "uint", "f": "float", "b": "bool"}
Kind = tuple[str, int, str, int]


@dataclass
class Packed:
    """Arguments ready for a launch."""

    pointers: Any  # array of addresses of the values
    arrays: list[tuple[str, np.ndarray]] = field(default_factory=list)  # (parameter, array)
    keep: list[Any] = field(default_factory=list)


def pack(kernel: str, signature: Signature | None, kinds: Sequence[Kind], args: Any) -> Packed:
    """Check and pack the arguments. Raises ArgumentError."""
    if not isinstance(args, (tuple, list)):
        raise ArgumentError(
            f"expected the arguments of {kernel} as one tuple, got {type(args).__name__}; "
            "for a single argument write (x,)"
        )
    names = [name for _, name in signature.parameters] if signature else []
    types = [kind for kind, _ in signature.parameters] if signature else []
    if len(args) != len(kinds):
        shown = f"\n  {signature.declaration}" if signature else ""
        raise ArgumentError(f"{kernel} takes {len(kinds)} arguments, got {len(args)}.{shown}")
    packed = Packed((ctypes.c_void_p * max(len(args), 1))())
    for i, (kind, value) in enumerate(zip(kinds, args, strict=True)):
        name = names[i] if i < len(names) else f"argument {i}"
        text = types[i] if i < len(types) else ""
        where = (
            f"argument {i} of {kernel}, `{text} {name}`" if text else f"argument {i} of {kernel}"
        )
        raw = (
            _array(where, name, kind, value, packed)
            if kind[0] == "p"
            else _scalar(where, kind, value)
        )
        packed.keep.append((raw, value))
        packed.pointers[i] = ctypes.addressof(raw)
    return packed


def _array(where: str, name: str, kind: Kind, value: Any, packed: Packed) -> Any:
    if value is None:
        return ctypes.c_void_p(0)
    if not isinstance(value, DeviceArray):
        if isinstance(value, np.ndarray):
            raise ArgumentError(
                f"{where}: expected an array in device memory, got a NumPy array, which is in the "
                "host's: copy it there with gpu.xp.asarray(…)"
            )
        raise ArgumentError(f"{where}: expected an array (gpu.xp), got {_shown(value)}")
    wanted = _dtype(kind[2], kind[3])
    if wanted is not None and value.dtype != wanted and not _same_bits(value.dtype, wanted):
        raise ArgumentError(
            f"{where}: expected an array of {wanted}, got {value.dtype}: the kernel would take "
            "its bytes "
            f"for something else; convert it with .astype(gpu.xp.{wanted})"
        )
    if not (value.flags.c_contiguous or value.flags.f_contiguous):
        raise ArgumentError(
            f"{where}: expected a contiguous array, got one of shape {value.shape} with strides "
            f"{value.strides}: a kernel sees only the address of its first element; "
            "copy it with gpu.xp.ascontiguousarray(…)"
        )
    packed.arrays.append((name, value))
    return ctypes.c_void_p(value.ctypes.data)


def _dtype(kind: str, size: int) -> np.dtype | None:
    kind, size = ELEMENTS.get(kind, (kind, size))
    if kind not in WORDS:
        return None
    return np.dtype(bool) if kind == "b" else np.dtype(f"{kind}{size}")


def _same_bits(came: np.dtype, wanted: np.dtype) -> bool:
    """Signed and unsigned integers of one size, and bytes, may stand for each other."""
    return came.itemsize == wanted.itemsize and came.kind in "iub" and wanted.kind in "iub"


def _scalar(where: str, kind: Kind, value: Any) -> Any:
    letter, size = kind[0], kind[1]
    if isinstance(value, np.ndarray) and value.ndim:
        raise ArgumentError(f"{where}: expected a number, got an array of shape {value.shape}")
    wanted = _dtype(letter, size)
    if wanted is None:
        raw = np.asarray(value)
        if raw.nbytes != size:
            raise ArgumentError(
                f"{where}: expected a structure of {size} bytes, got {_shown(value)}"
            )
        return (ctypes.c_ubyte * size).from_buffer_copy(raw.tobytes())
    fits = False
    if isinstance(value, np.generic | np.ndarray):
        fits = value.dtype == wanted or (_same_bits(value.dtype, wanted) and int(value) >= 0)
    elif isinstance(value, bool):
        fits = letter == "b"
    elif isinstance(value, int):
        # cupy sends a Python int as eight bytes, of which the parameter takes the lower ones
        fits = letter in "iu"
        if fits and not np.iinfo(wanted).min <= value <= np.iinfo(wanted).max:
            raise ArgumentError(f"{where}: {value} does not fit into {wanted}")
    elif isinstance(value, float):
        fits = letter == "f" and size == 8  # cupy sends a Python float as a double
    if not fits:
        plain = value.item() if isinstance(value, np.generic) else value
        advice = f": write np.{wanted}({plain!r})" if isinstance(plain, int | float) else ""
        raise ArgumentError(f"{where}: expected a {wanted}, got {_shown(value)}{advice}")
    return (ctypes.c_ubyte * size).from_buffer_copy(np.asarray(value, wanted).tobytes())


def _shown(value: Any) -> str:
    if isinstance(value, np.generic):
        return f"{type(value).__name__}({value})"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) < 40 else text[:37] + '…'}"
