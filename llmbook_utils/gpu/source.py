"""A kernel's source as text: its kernels and their parameters, and what is refused.

The source is compiled as it stands, but for two things that C++ has no word for: `extern
__shared__` arrays get the name of the runner's dynamic shared memory, and the #include lines of
CUDA's own headers are blanked, because everything in them is built in. Both keep every line where
it was.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from llmbook_utils.gpu.errors import CompileError, UnsupportedFeature

KNOWN_HEADERS = {
    "assert.h", "cassert", "cfloat", "climits", "cmath", "cstdint", "cstdio", "cuda.h",
    "cuda_fp16.h", "cuda_runtime.h", "cuda_runtime_api.h", "device_launch_parameters.h",
    "float.h", "limits.h", "math.h", "math_constants.h", "stdint.h", "stdio.h", "vector_types.h",
}  # fmt: skip

C_HEADERS = {
    "cfloat", "climits", "cmath", "cstdint", "float.h", "limits.h", "math.h", "math_constants.h",
    "stdint.h",
}  # fmt: skip

REFUSED = (
    (r"\b(?:asm|__asm__|asm\s+volatile)\s*(?:volatile\s*)?\(", "inline assembly (PTX)"),
    (r"<<<",
     "launching a kernel from a kernel or with <<< >>>: call the kernel from Python instead"),
    (r"\bcooperative_groups\b|#\s*include\s*<cooperative_groups", "cooperative groups"),
    (r"\bwmma\b|\bnvcuda\b|#\s*include\s*[<\"]mma\.h", "tensor cores (wmma)"),
    (r"\btex(?:1D|2D|3D|1Dfetch|2DLayered)?\s*<|\btex[123]D\w*\s*\(|\bcudaTextureObject_t\b|"
     r"\bsurf[123]D\w*|\bcudaSurfaceObject_t\b|\btexture\s*<", "textures and surfaces"),
    (r"\b__nanosleep\b|\bcuda::|\bcub::|\bthrust::", "the CUDA C++ library (cuda::, cub, thrust)"),
    (r"\b__cluster_dims__\b|\bcluster_group\b", "thread block clusters"),
    (r"\b__managed__\b", "managed memory"),
    (r"\b__attribute__\b(?!\s*\(\(\s*(?:__)?(?:aligned|always_inline|noinline|unused|packed)"
     r"(?:__)?\s*(?:\(\s*\w+\s*\)\s*)?\)\))|\[\[\s*(?:gnu|clang)\b",
     "attributes that only compilers for the CPU know"),
    (r"#\s*pragma\s+(?!unroll\b|nounroll\b|once\b|nv_|diag_)"
     r"|\b_Pragma\b(?!\s*\(\s*\"(?:no)?unroll)", "pragmas other than unroll"),
    (r"\bcudaMalloc\w*|\bcudaMemcpy\w*|\bcudaDeviceSynchronize\b",
     "host calls of the CUDA runtime"),
)  # fmt: skip


@dataclass(frozen=True)
class Signature:
    """A kernel as its source declares it."""

    name: str
    parameters: tuple[tuple[str, str], ...]  # (type, name)
    line: int
    template: bool
    extern_c: bool

    @property
    def declaration(self) -> str:
        """The signature on one line, for messages."""
        inside = ", ".join(f"{kind} {name}" for kind, name in self.parameters)
        return f"{self.name}({inside})"


def _blank(match: re.Match[str]) -> str:
    text = match[0]
    if text[0] in "\"'":
        return text[0] + " " * (len(text) - 2) + text[-1]
    return re.sub(r"[^\n]", " ", text)


@lru_cache(maxsize=256)
def without_comments(source: str) -> str:
    """The source with comments and the text of strings blanked; every character keeps its place."""
    pattern = r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, _blank, source, flags=re.DOTALL)


def line_of(source: str, position: int) -> int:
    return source.count("\n", 0, position) + 1


def quote(source: str, line: int) -> str:
    """A line of the source as messages show it."""
    lines = source.split("\n")
    return (
        f"  line {line}: {lines[line - 1].strip()}" if 0 < line <= len(lines) else f"  line {line}"
    )


def refuse_unsupported(source: str) -> None:
    """Raise UnsupportedFeature where the source uses something that is not covered."""
    code = without_comments(source)
    for pattern, what in REFUSED:
        found = re.search(pattern, code)
        if found:
            line = line_of(code, found.start())
            raise UnsupportedFeature(
                f"this runner does not cover {what}.\n{quote(source, line)}\n"
                "  It needs a real device; the guide on CUDA kernels lists what is covered."
            )
    for found in re.finditer(
        r"^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"\n]*)[>\"]", source, re.MULTILINE
    ):
        if found[1] not in KNOWN_HEADERS:
            line = line_of(source, found.start())
            raise UnsupportedFeature(
                f"expected only CUDA's own headers in #include (their contents are built in), "
                f"got <{found[1]}>.\n{quote(source, line)}"
            )


def prepared(source: str) -> str:
    """The text that is compiled; see the module's docstring."""
    source = source.replace("\r\n", "\n")
    names = "|".join(re.escape(name) for name in sorted(KNOWN_HEADERS))
    # what C's headers define is there only for those who ask for it, as on a device
    c_headers = "|".join(re.escape(name) for name in sorted(C_HEADERS))
    source = re.sub(
        rf"^[ \t]*#[ \t]*include[ \t]*[<\"](?:{c_headers})[>\"][^\n]*",
        '#include "constants.h"',
        source,
        flags=re.MULTILINE,
    )
    source = re.sub(
        rf"^[ \t]*#[ \t]*include[ \t]*[<\"](?:{names})[>\"][^\n]*", "", source, flags=re.MULTILINE
    )
    return re.sub(
        r"\bextern(\s+)__shared__\b([^;{}()]*(?:\([^()]*\)[^;{}()]*)?\])(\s*;)",
        r"extern\1\2 GPU_DYNAMIC_SHARED\3",
        source,
    )


@lru_cache(maxsize=256)
def dynamic_names(source: str) -> list[str]:
    """The names under which the source speaks of dynamic shared memory."""
    found = re.findall(
        r"\bextern\s+__shared__\b[^;]*?(\w+)\s*\[\s*\]\s*;", without_comments(source)
    )
    return list(dict.fromkeys(found))


@lru_cache(maxsize=256)
def module_variables(source: str) -> list[str]:
    """Names of the file's __constant__ and __device__ variables."""
    code = without_comments(source)
    qualifiers = r"(?:const\s+|volatile\s+|static\s+|__align__\(\d+\)\s*)*"
    kind = r"(?:unsigned\s+|signed\s+|long\s+)*\w+[\s*]+"
    pattern = (
        rf"^[ \t]*(?:static\s+)?(?:__constant__|__device__)\s+{qualifiers}{kind}"
        r"(\w+)\s*(?:\[[^;=]*\])*\s*(?:=[^;]*)?;"
    )
    return list(dict.fromkeys(re.findall(pattern, code, re.MULTILINE)))


def _split(text: str) -> list[str]:
    """Split at the commas that stand outside all brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "(<[{") - (character in ")>]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _parameter(text: str) -> tuple[str, str]:
    text = re.sub(r"\b(?:__restrict__|__restrict|restrict)\b", " ", text.split("=")[0])
    found = re.match(r"(.*?)(\w+)\s*((?:\[[^\]]*\])*)$", text.strip(), re.DOTALL)
    if not found or not found[1].strip():
        return text.strip(), "?"
    kind = re.sub(r"\s*\*\s*", "*", " ".join(found[1].split()))
    return kind + ("*" if found[3] else ""), found[2]


@lru_cache(maxsize=256)
def signatures(source: str) -> dict[str, Signature]:
    """The kernels of a source, by name, in the order in which they stand."""
    code = without_comments(source)
    extern_blocks = [m.start() for m in re.finditer(r'\bextern\s*"[^"]*"\s*\{', code)]
    found: dict[str, Signature] = {}
    for start in re.finditer(r"\b__global__\b", code):
        rest = code[start.end() :]
        head = re.match(r"(?:[\w\s]|__launch_bounds__\s*\([^)]*\))*?\bvoid\b", rest)
        body = re.match(
            r"\s*(?:__launch_bounds__\s*\((?:[^()]|\([^()]*\))*\)\s*)?(\w+)\s*\(",
            rest[head.end() :]
        ) if head else None  # fmt: skip
        if not head or not body:
            line = line_of(code, start.start())
            raise CompileError(
                f"expected `__global__ void name(parameters)`.\n{quote(source, line)}"
            )
        opening = head.end() + body.end()
        depth, position = 1, opening
        while depth and position < len(rest):
            depth += (rest[position] == "(") - (rest[position] == ")")
            position += 1
        inside = rest[opening : position - 1]
        before = re.split(r"[;}]", code[: start.start()])[-1]
        parameters = tuple(_parameter(p) for p in _split(inside) if p != "void")
        inside_block = any(
            code[b : start.start()].count("{") > code[b : start.start()].count("}")
            for b in extern_blocks
        )
        signature = Signature(
            name=body[1],
            parameters=parameters,
            line=line_of(code, start.start()),
            template=bool(re.search(r"\btemplate\s*<", before)),
            extern_c=bool(re.search(r'\bextern\s*"[^"]*"\s*$|\bextern\s*"[^"]*"', before))
            or inside_block,
        )
        found.setdefault(signature.name, signature)
    return found
