"""CUDA C kernels on any machine: on an NVIDIA GPU through cupy, elsewhere on the CPU.

    k = gpu.RawKernel(source, "saxpy", options=("-DN=4",))
    x = gpu.xp.asarray(values)
    k((blocks,), (threads,), (np.float32(2), x, y, np.int32(n)), shared_mem=0)

With a GPU on which a probe kernel runs, `RawKernel`, `RawModule` and `xp` are cupy's own. Without
one, the same source is compiled as C++ by the ziglang wheel and run on one processor core, and
small launches are checked: accesses out of bounds, races, barriers that not all threads reach and
more become a `KernelError` that names array, index, thread, block and line. Times measured there
say nothing about a GPU.

`runtime/` holds the C++ side; source.py, compiler.py, launcher.py and kernel.py are the way of a
launch; instrument.py and diagnosis.py are the checks; trace.py records accesses for the inspector.
The GPU is looked for at the first use of one of the three names, not at import.
"""

from typing import TYPE_CHECKING, Any

from llmbook_utils.gpu.backend import Backend, backend, gpu_problem
from llmbook_utils.gpu.errors import (
    ArgumentError,
    AssertionFailed,
    CompileError,
    DivergentBarrier,
    DivisionByZero,
    KernelCrash,
    KernelError,
    LaunchError,
    MisalignedAccess,
    OutOfBounds,
    Race,
    RunawayLoop,
    StackOverflow,
    UninitialisedRead,
    UnsupportedFeature,
)
from llmbook_utils.gpu.kernel import checked

if TYPE_CHECKING:
    from llmbook_utils.gpu.inspector import inspect
    from llmbook_utils.gpu.kernel import RawKernel, RawModule
    from llmbook_utils.gpu.memory import xp

__all__ = [
    "ArgumentError", "AssertionFailed", "Backend", "CompileError", "DivergentBarrier",
    "DivisionByZero", "KernelCrash", "KernelError", "LaunchError", "MisalignedAccess",
    "OutOfBounds", "Race", "RawKernel", "RawModule", "RunawayLoop", "StackOverflow",
    "UninitialisedRead", "UnsupportedFeature", "backend", "checked", "inspect", "xp",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "inspect":
        from llmbook_utils.gpu.inspector import inspect

        return inspect
    if name not in ("RawKernel", "RawModule", "xp"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    cupy, _ = gpu_problem()
    if cupy is not None:
        return cupy if name == "xp" else getattr(cupy, name)
    from llmbook_utils.gpu import kernel, memory

    return memory.xp if name == "xp" else getattr(kernel, name)
