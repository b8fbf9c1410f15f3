"""The C structures of runtime/state.h, field by field."""

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_uint, c_uint64, c_void_p
from enum import IntEnum
from typing import ClassVar

import numpy as np


class Failure(IntEnum):
    """Why a launch stopped."""

    OK = 0
    OUT_OF_BOUNDS = 1
    UNINITIALISED = 2
    RACE = 3
    DIVERGENT_BARRIER = 4
    EARLY_EXIT = 5
    DIVERGENT_WARP = 6
    BAD_MASK = 7
    RUNAWAY_LOOP = 8
    MISALIGNED = 9
    DIVISION_BY_ZERO = 10
    STACK_OVERFLOW = 11
    ASSERTION = 12
    CONSTANT_WRITE = 13
    ARRAY_INDEX = 14
    CRASH = 15


GLOBAL, SHARED, CONSTANT, DEVICE = range(4)
SPACES = ("global", "shared", "constant", "device")
Three = c_uint * 3


class Report(ctypes.Structure):
    """`gpu::Report`."""

    _fields_: ClassVar = [
        *((name, c_uint) for name in (
            "failure", "site", "other_site", "line", "column", "size", "write", "other_write")),
        ("block", Three), ("thread", Three), ("other_block", Three), ("other_thread", Three),
        *((name, c_uint) for name in ("waiting", "exited", "elsewhere", "other_line")),
        ("region", c_int), ("detail", c_int),
        ("address", c_uint64), ("base", c_uint64), ("text", c_char_p),
    ]  # fmt: skip


class Region(ctypes.Structure):
    """`gpu::Region`."""

    _fields_: ClassVar = [
        ("low", c_void_p), ("high", c_void_p), ("shadow", c_void_p),
        ("space", c_uint), ("granule", c_uint),
    ]  # fmt: skip


class Launch(ctypes.Structure):
    """`gpu::Launch`."""

    _fields_: ClassVar = [
        ("kernel", c_uint), ("grid", Three), ("block", Three), ("dynamic_shared", c_uint),
        *((name, c_uint64) for name in (
            "first_block", "blocks_done", "access_budget", "accesses", "step_limit")),
        ("arguments", POINTER(c_void_p)), ("stacks", c_void_p), ("stack_bytes", c_uint64),
        ("regions", POINTER(Region)), ("shared_shadow", c_void_p), ("trace", c_void_p),
        ("print_buffer", c_void_p),
        *((name, c_uint64) for name in (
            "trace_capacity", "trace_length", "print_capacity", "print_length", "print_dropped")),
        *((name, c_uint) for name in (
            "region_count", "last_block_first", "ignore_block_races", "cas_idiom",
            "serial")),
        ("trap_stack", c_void_p), ("trap_stack_bytes", c_uint64), ("report", Report),
    ]  # fmt: skip


SHADOW_BYTES = 4 * 20 + 8  # sizeof(gpu::Shadow)
ACCESS = np.dtype(
    [
        ("address", "u8"),
        ("path", "u8"),
        ("block", "u4"),
        ("thread", "u4"),
        ("site", "u4"),
        ("size", "u4"),
    ]
)
