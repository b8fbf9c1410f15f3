"""The C++ compiler: the `ziglang` wheel, called so that it needs no network, home or set-up."""

import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from llmbook_utils.gpu.errors import KernelError

RUNTIME = Path(__file__).with_name("runtime")
FRONT = (
    "-std=c++17", "-ffreestanding", "-fno-exceptions", "-fno-rtti", "-fno-strict-aliasing",
    "-fno-math-errno", "-fno-stack-protector", "-fno-threadsafe-statics",
    "-fno-asynchronous-unwind-tables",
    "-ffp-contract=fast",  # as nvcc does: a * b + c is one multiply-add where the processor has it
    "-fvisibility=hidden", "-fPIC", "-fno-sanitize=all", "-fno-finite-loops",
    "-fno-color-diagnostics", "-fno-caret-diagnostics", "-ferror-limit=5", "-Wno-everything",
    "-Werror=vla-extension",  # CUDA has no arrays of variable length
    "-Werror=global-constructors",  # nor code that runs when a module is loaded
)  # fmt: skip
LINK = ("-shared", "-nostdlib")
# a kernel calls nothing of the host; the linkers of macOS and Windows see to it by themselves
STRICT = ("-Wl,-z,defs",) if sys.platform == "linux" else ()


@lru_cache(maxsize=1)
def compiler() -> str | None:
    """Path of the zig executable, or None when the wheel is not installed."""
    spec = importlib.util.find_spec("ziglang")
    if spec is None or not spec.submodule_search_locations:
        return None
    name = "zig.exe" if os.name == "nt" else "zig"
    path = Path(next(iter(spec.submodule_search_locations))) / name
    return str(path) if path.is_file() else None


@lru_cache(maxsize=1)
def compiler_version() -> str:
    """The version of the wheel, from the name of its folder (importlib.metadata takes 20 ms)."""
    zig = compiler()
    if zig is None:
        return ""
    folders = Path(zig).parents[1].glob("ziglang-*.dist-info")
    return ", ".join(sorted(folder.name.split("-")[1].removesuffix(".dist") for folder in folders))


@lru_cache(maxsize=1)
def processor() -> str:
    """What distinguishes this processor: a library built for it may not run on an older one."""
    text = f"{platform.system()} {platform.machine()}"
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("flags", "Features")):
                return f"{text} {line.partition(':')[2]}"
    except OSError:
        pass
    return f"{text} {platform.processor()}"  # starts a program on some systems


@lru_cache(maxsize=1)
def runtime_hash() -> str:
    """A digest of everything but the kernel that a compiled library depends on."""
    digest = hashlib.sha256(f"{compiler_version()} {processor()} {FRONT} {sys.byteorder}".encode())
    ours = [
        Path(__file__).with_name(f"{name}.py")
        for name in ("compiler", "instrument", "ir", "dynamic_path")
    ]
    for header in sorted([*RUNTIME.glob("*.h"), *ours]):
        digest.update(header.read_bytes())
    return digest.hexdigest()


def run_compiler(
    arguments: list[str], folder: Path, timeout: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """Run `zig c++ …` in `folder`, where it also keeps its scratch files."""
    zig = compiler()
    if zig is None:
        raise KernelError(
            "running kernels on the CPU needs the compiler in the package ziglang: "
            "pip install ziglang==0.17.1"
        )
    scratch = str(folder / "zig")
    environment = {
        **os.environ,
        "ZIG_GLOBAL_CACHE_DIR": scratch,
        "ZIG_LOCAL_CACHE_DIR": scratch,
        "HOME": os.environ.get("HOME", scratch),
        "TMPDIR": str(folder),
    }
    return subprocess.run(
        [zig, "c++", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False,
        stdin=subprocess.DEVNULL, errors="replace",
    )  # fmt: skip
