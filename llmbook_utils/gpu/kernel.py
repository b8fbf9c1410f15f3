"""`RawKernel` and `RawModule` for a machine without a GPU, with cupy's calling convention.

A launch is checked as far as it is cheap: blocks run in the checked build, the last one first (its
threads are the ones that stick out of the data), until about three million memory accesses have
been checked; the blocks that are left, if any, run in the plain build. So small launches are
checked in full, and large ones at their edge. ``kernel.checked = True`` (or
`with gpu.checked(True)`) checks everything, ``False`` nothing.
"""

import contextlib
import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from llmbook_utils.gpu import compiler
from llmbook_utils.gpu.arguments import pack
from llmbook_utils.gpu.compiler import CHECKED, PLAIN, TRACE, Build, Library
from llmbook_utils.gpu.errors import ArgumentError, CompileError, UnsupportedFeature
from llmbook_utils.gpu.launcher import EVERYTHING, Shape, check_static_shared, run, shape_of
from llmbook_utils.gpu.memory import DeviceArray
from llmbook_utils.gpu.source import Signature, refuse_unsupported, signatures, without_comments

CHECKED_ACCESSES = 3_000_000
TIME_LIMIT = 120.0  # seconds for the unchecked part of a launch

_setting: list[bool | None] = [None]


@contextlib.contextmanager
def checked(value: bool | None) -> Iterator[None]:
    """Within the context, check every launch (True), none (False), or as is cheap (None)."""
    _setting.append(value)
    try:
        yield
    finally:
        _setting.pop()


class RawModule:
    """Kernels of one source, as `cupy.RawModule`: ``code``, ``options``, ``name_expressions``."""

    def __init__(
        self,
        code: Any = None,
        *,
        options: Sequence[str] = (),
        name_expressions: Sequence[str] | None = None,
        backend: str = "nvrtc",
        **_cupy_only: Any,
    ) -> None:
        if not isinstance(code, str):
            raise ArgumentError(f"expected CUDA C source as a string, got {type(code).__name__}")
        self.code = code
        self.backend = backend
        self.options = (options,) if isinstance(options, str) else tuple(options)
        self.name_expressions = tuple(name_expressions or ())
        self._defines = compiler.option_defines(self.options)
        self._loaded: dict[str, Library] = {}

    def get_function(self, name: str) -> "RawKernel":
        """The kernel ``name``: an extern "C" one, or one of the name expressions."""
        return RawKernel._of(self, name)

    def get_global(self, name: str) -> DeviceArray:
        """The memory of a __constant__ or __device__ variable, as bytes.

        As with cupy, make an array of it to read or write the variable:
        ``gpu.xp.ndarray((4,), gpu.xp.float32, module.get_global("w"))``. Raises ArgumentError.
        """
        library = self.library(CHECKED)
        if name not in library.symbols:
            known = ", ".join(library.symbols) or "none"
            raise ArgumentError(
                f"expected a __constant__ or __device__ variable ({known}), got {name!r}"
            )
        return _view(*library.symbol(library.symbols.index(name)))

    @property
    def kernels(self) -> tuple[str, ...]:
        """The C++ names of the kernels that are compiled."""
        plain = [s.name for s in signatures(self.code).values() if s.extern_c and not s.template]
        return tuple(dict.fromkeys([*plain, *self.name_expressions]))

    def library(self, mode: str) -> Library:
        """The build of this module for a mode, loaded. Raises CompileError."""
        if mode not in self._loaded:
            refuse_unsupported(self.code)
            self._loaded[mode] = compiler.load(Build(self.code, self.kernels, self._defines, mode))
        return self._loaded[mode]

    def compile(self, log_stream: Any = None) -> None:
        """Compile now rather than at the first launch."""
        self.library(CHECKED)

    @contextlib.contextmanager
    def sharing_variables(self, library: Library) -> Iterator[None]:
        """Let another build work on the variables of the checked one, which are the module's."""
        if not library.symbols or library.build.mode == CHECKED:
            yield
            return
        ours = self.library(CHECKED)
        pairs = [
            (_view(*ours.symbol(i)), _view(*library.symbol(i))) for i in range(len(ours.symbols))
        ]
        for mine, theirs in pairs:
            theirs[...] = mine
        try:
            yield
        finally:
            for mine, theirs in pairs:
                mine[...] = theirs


def _view(address: int, size: int) -> DeviceArray:
    return np.ctypeslib.as_array((ctypes.c_ubyte * size).from_address(address)).view(DeviceArray)


class RawKernel:
    """A kernel, as `cupy.RawKernel`: ``kernel(grid, block, args, shared_mem=0)``."""

    def __init__(
        self,
        code: Any,
        name: Any,
        options: Sequence[str] = (),
        backend: str = "nvrtc",
        **_cupy_only: Any,
    ) -> None:
        if not isinstance(name, str):
            raise ArgumentError(
                f"expected the kernel's name as a string, got {type(name).__name__}"
            )
        self._set(RawModule(code=code, options=options, backend=backend), name)

    @classmethod
    def _of(cls, module: RawModule, name: str) -> "RawKernel":
        kernel = cls.__new__(cls)
        kernel._set(module, name)
        return kernel

    def _set(self, module: RawModule, name: str) -> None:
        self.module, self.name = module, name
        self.checked: bool | None = None
        self.time_limit: float | None = TIME_LIMIT
        self.max_dynamic_shared_size_bytes: int | None = None

    @property
    def code(self) -> str:
        return self.module.code

    @property
    def options(self) -> tuple[str, ...]:
        return self.module.options

    @property
    def signature(self) -> Signature | None:
        """The kernel as its source declares it; None where a macro hides it."""
        return signatures(self.code).get(self.name.split("<")[0].split("::")[-1].strip())

    @property
    def index(self) -> int:
        """The kernel's number in its module. Raises CompileError when there is no such kernel."""
        if self.name in self.module.kernels:
            return self.module.kernels.index(self.name)
        found = self.signature
        if found is None:
            names = ", ".join(signatures(self.code)) or "none"
            raise CompileError(
                f"expected a kernel named {self.name!r}, got a source whose kernels are: {names}"
            )
        if found.template:
            raise CompileError(
                f"{found.name} is a template: use RawModule(code=…, name_expressions="
                f'["{found.name}<…>"]) '
                "and get_function with the same expression"
            )
        raise CompileError(
            f'expected `extern "C" __global__ void {found.name}(…)`, got it without '
            'extern "C": C++ gives '
            f"the compiled kernel another name, under which it is not found (line {found.line})"
        )

    def compile(self, log_stream: Any = None) -> None:
        """Compile now rather than at the first launch."""
        _ = self.index
        self.module.compile()

    def __call__(
        self, grid: Any, block: Any, args: Any = (), *, shared_mem: Any = 0,
        enable_cooperative_groups: bool = False, stream: Any = None,
    ) -> None:  # fmt: skip
        """Launch ``grid`` blocks of ``block`` threads and wait for the end. Raises KernelError."""
        if enable_cooperative_groups:
            raise UnsupportedFeature("this runner does not cover cooperative groups")
        wish = self.checked if self.checked is not None else _setting[-1]
        index = self.index
        shape = self.shape(grid, block, shared_mem)
        library = self.module.library(PLAIN if wish is False else CHECKED)
        packed = pack(self.name, self.signature, library.parameters(index), args)
        first = 0
        # output in the order of the blocks is easier to read
        last_first = wish is None and "printf" not in without_comments(self.code)
        if wish is not False:
            check_static_shared(
                library, index, self.name, shape, self.max_dynamic_shared_size_bytes is not None
            )
            budget = EVERYTHING if wish else CHECKED_ACCESSES
            first = run(
                library, index, shape, packed, budget=budget, last_block_first=last_first
            ).blocks_done
        if first < shape.blocks:
            plain = self.module.library(PLAIN)
            with self.module.sharing_variables(plain):
                run(
                    plain,
                    index,
                    shape,
                    packed,
                    first_block=first,
                    last_block_first=last_first,
                    seconds=self.time_limit,
                )

    def shape(self, grid: Any, block: Any, shared_mem: int) -> Shape:
        """The launch's shape, within a device's limits. Raises LaunchError."""
        return shape_of(self.name, grid, block, shared_mem, self.max_dynamic_shared_size_bytes)

    def library(self, mode: str) -> Library:
        """The build of its module; ``mode`` is one of compiler.PLAIN, CHECKED and TRACE."""
        return self.module.library(mode)

    def __repr__(self) -> str:
        return f"<RawKernel {self.name} on the CPU>"


__all__ = ["TRACE", "RawKernel", "RawModule", "checked"]
