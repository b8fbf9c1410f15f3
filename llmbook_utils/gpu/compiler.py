"""Source in, loaded library out: two kinds of build, and a cache of what was built.

A plain build is one run of the compiler. A checked build (and one for traces) is two: source to
LLVM IR, in which `instrument.py` puts the checks, and that to a library. Libraries are kept in the
user's cache folder by the hash of all that goes into them; a file that is damaged, or whose place
cannot be written, costs a new build and nothing else.
"""

import contextlib
import ctypes
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from llmbook_utils.gpu.compile_errors import explain
from llmbook_utils.gpu.errors import CompileError, UnsupportedFeature
from llmbook_utils.gpu.instrument import Site, Variable, instrument
from llmbook_utils.gpu.ir import KERNEL_FILE
from llmbook_utils.gpu.mathlib import math_table
from llmbook_utils.gpu.source import dynamic_names, module_variables, prepared
from llmbook_utils.gpu.toolchain import (
    FRONT,
    LINK,
    RUNTIME,
    STRICT,
    compiler_version,
    run_compiler,
    runtime_hash,
)

PLAIN, CHECKED, TRACE = "plain", "checked", "trace"
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


@dataclass(frozen=True)
class Build:
    """What is compiled: everything that the result depends on, but for the runner itself."""

    source: str
    expressions: tuple[str, ...]  # kernels, as C++ names: "saxpy", "tile<16>"
    defines: tuple[str, ...]
    mode: str

    @property
    def key(self) -> str:
        text = json.dumps([asdict(self), runtime_hash()])
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def unit(self) -> str:
        """The text of the translation unit."""
        kernels = "\n".join(f"GPU_KERNEL({expression})" for expression in self.expressions)
        symbols = "\n".join(f"GPU_SYMBOL_ENTRY({name})" for name in module_variables(self.source))
        # our own headers come first: no macro of the kernel's, or of its options, reaches them
        return (
            f'#include "cuda.h"\n#include "kernels.h"\n{_macros(self.defines)}'
            f'#line 1 "{KERNEL_FILE}"\n{prepared(self.source)}\n#line 1 "launch"\n'
            f'extern "C" const gpu::Entry gpu_kernels[] = {{\n{kernels}\n}};\n'
            f'extern "C" const gpu::Symbol gpu_symbols[] = {{\n{symbols}\n{{nullptr, 0}}}};\n'
        )


def _macros(options: tuple[str, ...]) -> str:
    """-DNAME=VALUE and -UNAME as the preprocessor's lines."""
    lines = []
    for option in options:
        name, _, value = option[2:].strip().partition("=")
        defined = f"#define {name} {value if '=' in option else 1}"
        lines.append(defined if option.startswith("-D") else f"#undef {name}")
    return "".join(f"{line}\n" for line in lines)


class Library:
    """A loaded build."""

    def __init__(self, path: Path, build: Build, tables: dict[str, Any]) -> None:
        self.build = build
        self.handle = ctypes.CDLL(str(path))
        for name in ("gpu_kernel", "gpu_symbol", "gpu_variable", "gpu_dynamic_memory"):
            with contextlib.suppress(AttributeError):  # gpu_variable: only in checked builds
                getattr(self.handle, name).restype = ctypes.c_void_p
        self.handle.gpu_set_math(math_table())
        self.run = self.handle.gpu_run
        self.run.argtypes, self.run.restype = [ctypes.c_void_p], None
        self.sites = [Site(*row) for row in tables.get("sites", [])]
        self.variables = [Variable(n, s, tuple(e), i) for n, s, e, i in tables.get("variables", [])]
        self.shared_bytes: list[int] = tables.get("shared_bytes", [])
        self.symbols = module_variables(build.source)

    def symbol(self, index: int) -> tuple[int, int]:
        """Address and bytes of a __constant__ or __device__ variable."""
        address, size = (ctypes.c_size_t * 2).from_address(self.handle.gpu_symbol(index))
        return address, size

    def extents(self) -> list[tuple[int, int]]:
        """Address and bytes of each of `variables`."""
        if not self.variables:
            return []
        pairs = (ctypes.c_size_t * (2 * len(self.variables))).from_address(
            self.handle.gpu_variable(0)
        )
        return list(zip(pairs[::2], pairs[1::2], strict=True))

    def parameters(self, kernel: int) -> list[tuple[str, int, str, int]]:
        """(kind, bytes, pointee's kind, pointee's bytes) of each parameter; see kernels.h."""
        entry = (ctypes.c_size_t * 3).from_address(self.handle.gpu_kernel(kernel))
        count = entry[2] & 0xFFFFFFFF
        rows = (ctypes.c_uint * (4 * count)).from_address(entry[1])
        return [
            (chr(rows[4 * i]), rows[4 * i + 1], chr(rows[4 * i + 2]), rows[4 * i + 3])
            for i in range(count)
        ]


def default_cache() -> Path | None:
    """The per-user folder of compiled kernels; None where there is no home."""
    if chosen := os.environ.get("LLMBOOK_GPU_CACHE"):
        return Path(chosen)
    with contextlib.suppress(RuntimeError):
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library/Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        return base / "llmbook" / "gpu"
    return None


@lru_cache(maxsize=1)
def _temporary_cache() -> Path:
    """A folder of this process alone, removed at its end."""
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="llmbook-gpu-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cache_folders() -> Iterator[Path]:
    """Where to build, best first; the last is made when the one before it could not be used."""
    chosen = default_cache()
    if chosen is not None:
        yield chosen
    yield _temporary_cache()


@lru_cache(maxsize=512)
def load(build: Build) -> Library:
    """The library of a build, from the cache or made now. Raises CompileError."""
    chosen = default_cache()
    if chosen is not None:
        found = _cached(chosen, build)
        if found:
            return found
    for folder in cache_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix="build-", dir=folder))
        except OSError:
            continue
        try:
            return _make(folder, work, build)
        except OSError:
            continue
        finally:
            shutil.rmtree(work, ignore_errors=True)
    raise CompileError(
        "expected a folder to compile in: neither the cache nor a temporary one can be written"
    )


def _cached(folder: Path, build: Build) -> Library | None:
    library, tables = (folder / (build.key + suffix) for suffix in (SUFFIX, ".json"))
    try:
        content = json.loads(tables.read_text(encoding="utf-8"))
        if hashlib.sha256(library.read_bytes()).hexdigest() != content["digest"]:
            return None
        return Library(library, build, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _make(folder: Path, work: Path, build: Build) -> Library:
    unit, made = work / "unit.cpp", work / f"made{SUFFIX}"
    unit.write_text(build.unit, encoding="utf-8")
    includes = ["-I", str(RUNTIME)]
    tables: dict[str, object] = {}
    if build.mode == PLAIN:
        _compile(
            [*FRONT, *includes, "-O2", "-mcpu=native", *LINK, *STRICT, "unit.cpp", "-o", made.name],
            work,
            build,
        )
    else:
        text = to_ir(build, work)
        result = instrument(
            text,
            trace=build.mode == TRACE,
            dynamic_name=next(iter(dynamic_names(build.source)), ""),
        )
        (work / "checked.ll").write_text(result.text, encoding="utf-8")
        _compile(
            [
                "-fPIC",
                "-fno-sanitize=all",
                "-w",
                "-O1",
                "-mcpu=native",
                *LINK,
                *STRICT,
                "checked.ll",
                "-o",
                made.name,
            ],
            work,
            build,
        )
        tables = {
            "sites": [list(asdict(site).values()) for site in result.sites],
            "variables": [list(asdict(variable).values()) for variable in result.variables],
            "shared_bytes": result.shared_bytes,
        }
    tables["digest"] = hashlib.sha256(made.read_bytes()).hexdigest()
    (work / "made.json").write_text(json.dumps(tables), encoding="utf-8")
    library = folder / (build.key + SUFFIX)
    os.replace(made, library)
    os.replace(work / "made.json", library.with_suffix(".json"))
    return Library(library, build, json.loads(json.dumps(tables)))


# variables in sections of their own, other than ours (cuda.h), could be code that runs at load
_AT_LOAD = r'^@.*(?:llvm\.global_[cd]tors|section "(?!(?:__DATA,)?gpu_|llvm\.metadata"))'


def to_ir(build: Build, work: Path, target: tuple[str, ...] = ("-mcpu=native",)) -> str:
    """The unoptimised IR of a checked build; leaves unit.cpp's result in ``work``."""
    defines = ["-DGPU_CHECKED", *(["-DGPU_TRACE"] if build.mode == TRACE else [])]
    _compile(
        ["-S", "-emit-llvm", "-O1", "-Xclang", "-disable-llvm-passes", "-gline-tables-only",
         "-fno-discard-value-names", *FRONT, *target,
         "-fsanitize=array-bounds,integer-divide-by-zero", "-fno-sanitize-trap=all", "-I",
         str(RUNTIME), *defines, "unit.cpp", "-o", "unit.ll"],
        work, build,
    )  # fmt: skip
    text = (work / "unit.ll").read_text(encoding="utf-8")
    if re.search(
        r'^@.*(?:llvm\.global_[cd]tors|section "(?!(?:__DATA,)?gpu_|llvm\.metadata"))',
        text,
        re.MULTILINE,
    ):
        raise UnsupportedFeature("expected a kernel alone, got code that runs when it is loaded")
    return text


def _compile(arguments: list[str], work: Path, build: Build) -> None:
    try:
        done = run_compiler(arguments, work)
    except subprocess.TimeoutExpired as error:
        raise CompileError(f"the compiler was not done after {error.timeout:g} seconds") from error
    if done.returncode:
        raise CompileError(explain(done.stderr, build.source))


def option_defines(options: tuple[str, ...]) -> tuple[str, ...]:
    """Of the options that NVRTC knows, those that matter here. Raises UnsupportedFeature."""
    kept = []
    for option in options:
        if re.fullmatch(
            r"(-D|--define-macro=)\s*[A-Za-z_]\w*(\([\w, ]*\))?(=.*)?", option, re.DOTALL
        ):
            kept.append("-D" + re.sub(r"^(-D|--define-macro=)\s*", "", option))
        elif re.fullmatch(r"-U\s*\w+", option):
            kept.append(option)
        elif not re.fullmatch(
            r"-{1,2}(std=c\+\+(11|14|17|20)|use_fast_math|lineinfo|generate-line-info|restrict|"
            r"fmad=(true|false)|ftz=(true|false)|maxrregcount=\d+|O[0-3]|w|default-device|"
            r"(arch|gpu-architecture)=\S+)", option,
        ):  # fmt: skip
            raise UnsupportedFeature(
                f"expected options such as -DTILE=16, got {option!r}, which is not known here"
            )
    return tuple(kept)


def version_line() -> str:
    return f"ziglang {compiler_version()}"
