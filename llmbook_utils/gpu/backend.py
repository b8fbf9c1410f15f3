"""Which path kernels take on this machine, and why."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llmbook_utils.gpu.toolchain import compiler, compiler_version

PROBE = r"""
extern "C" __global__ void probe(int* x) { x[threadIdx.x] = 7 * threadIdx.x; }
"""


@dataclass(frozen=True)
class Backend:
    """The path in use: ``name`` is "cupy", "cpu" or "none"."""

    name: str
    device: str  # the GPU's or compiler's name
    reason: str  # one line, for `llmbook doctor`

    @property
    def usable(self) -> bool:
        return self.name != "none"


@lru_cache(maxsize=1)
def gpu_problem() -> tuple[Any, str]:
    """(cupy, "") when a probe kernel gave the right numbers on a GPU, else (None, why not)."""
    try:
        import cupy  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None, "cupy is not installed"
    try:
        # an import proves nothing: cupy imports without a driver
        values = cupy.zeros(4, cupy.int32)
        cupy.RawKernel(PROBE, "probe")((1,), (4,), (values,))
        if values.get().tolist() != [0, 7, 14, 21]:
            return None, "a probe kernel gave wrong numbers on the GPU"
    except Exception as error:
        first = (str(error).strip() or type(error).__name__).split("\n")[0]
        return None, f"cupy is installed, but a probe kernel does not run: {first}"
    return cupy, ""


@lru_cache(maxsize=1)
def backend() -> Backend:
    """What `gpu.RawKernel` is here."""
    cupy, problem = gpu_problem()
    if cupy is not None:
        properties = cupy.cuda.runtime.getDeviceProperties(cupy.cuda.Device().id)
        device = properties["name"].decode()
        return Backend("cupy", device, f"kernels run on {device} through cupy {cupy.__version__}")
    if compiler() is None:
        return Backend(
            "none",
            "",
            f"kernels cannot run: {problem}, and so is not ziglang (pip install ziglang==0.17.1)",
        )
    device = f"ziglang {compiler_version()}"
    return Backend("cpu", device, f"kernels run on the CPU, compiled by {device}: {problem}")
