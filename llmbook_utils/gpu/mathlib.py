"""The mathematical functions of Python's own C library, as a table for runtime/math.h."""

import ctypes
import os
import re
import sys
from functools import lru_cache

from llmbook_utils.gpu.toolchain import RUNTIME


def _library() -> ctypes.CDLL:
    if os.name == "nt":
        return ctypes.CDLL("ucrtbase")
    if sys.platform == "darwin":
        return ctypes.CDLL("/usr/lib/libSystem.B.dylib")
    for name in ("libm.so.6", "libm.so"):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return ctypes.CDLL(None)  # musl: everything is in the program itself


@lru_cache(maxsize=1)
def math_table() -> ctypes.Array[ctypes.c_void_p]:
    """Addresses in the order of `gpu::Math`: float and double version of each name."""
    text = (RUNTIME / "math.h").read_text()
    lists = re.findall(r"#define GPU_MATH_[123]\(X\)((?:.*\\\n)*.*)", text)
    names = [name for part in lists for name in re.findall(r"X\((\w+)\)", part)]
    library = _library()
    both = [f"{name}{suffix}" for name in names for suffix in ("f", "")]
    table = (ctypes.c_void_p * len(both))()
    for i, name in enumerate(both):
        table[i] = ctypes.cast(getattr(library, name), ctypes.c_void_p)
    return table
