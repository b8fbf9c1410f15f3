"""Every kernel of the book is real CUDA C: NVIDIA's own compiler takes it.

NVRTC comes as a wheel for Linux (nvidia-cuda-nvrtc) and needs neither a driver nor a GPU. Kernels
are found where they stand, as string literals with a `__global__` function in them: in the ladder,
in the code cells of the chapters and of the solutions, and in the tests.
"""

import ast
import ctypes
import importlib.util
import json
import re
import sys
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KERNEL = re.compile(r"\b__global__\b[^;{}]*\{")
ARCHITECTURE = "-arch=compute_75"  # the oldest that CUDA 13 compiles for
STANDARD = "-std=c++14"  # cupy's default
# tests whose kernels do not all compile, which is what they are about
WRONG_ON_PURPOSE = {"test_gpu_compiler.py", "test_gpu_diagnosis.py", "test_nvrtc.py"}


@dataclass(frozen=True)
class Kernel:
    """A string literal that holds kernels, and what its file says about compiling it."""

    place: str  # file:line, or file:cell:line
    source: str
    options: tuple[str, ...] = ()
    expressions: tuple[str, ...] = ()  # instances of its templates
    open_names: tuple[str, ...] = ()  # macros that get their values when the code runs


# Finding -----------------------------------------------------------------------------------------


def kernels_of(cells: dict[str, str]) -> list[Kernel]:
    """The kernels in Python code, given as place → code; magics of a notebook may be in it."""
    texts, found = [], []
    for place, code in cells.items():
        if code.startswith("%%"):
            continue
        tree = ast.parse(re.sub(r"^([ \t]*)[%!?].*$", r"\1pass", code, flags=re.MULTILINE))
        formatted = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        pieces = {id(part) for node in formatted for part in node.values}
        texts += [str(node.values[0].value) for node in formatted if _is_text(node.values[:1])]
        for node in ast.walk(tree):
            if not _is_text([node]) or id(node) in pieces:
                continue
            if KERNEL.search(node.value):
                found.append((f"{place}:{node.lineno}", textwrap.dedent(node.value)))
            else:
                texts.append(node.value)
    return [with_options(place, source, texts) for place, source in found]


def _is_text(nodes: list[ast.AST]) -> bool:
    return any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in nodes)


def with_options(place: str, source: str, texts: list[str]) -> Kernel:
    """A kernel with what concerns it among the other strings of its file.

    `"-DPAD=1"` is an option; the first one counts. The beginning of `f"-DTILE={tile}"`, or a name
    alone as in `source.replace("LAST_LINE", …)`, leaves open what the name stands for.
    """
    words = set(re.findall(r"\w+", source))
    words -= set(re.findall(r"^\s*#\s*define\s+(\w+)", source, re.MULTILINE))
    templates = re.findall(r"template\s*<[^;{}]*?__global__\s+void\s+(\w+)", source)
    options: dict[str, str] = {}
    open_names, expressions = [], []
    for text in dict.fromkeys(texts):
        if option := re.fullmatch(r"-D(\w+)(=.+)?", text):
            if option[1] in words:
                options.setdefault(option[1], text)
        elif re.fullmatch(r"-std=c\+\+\d\d", text):
            options.setdefault("-std", text)
        elif (name := re.fullmatch(r"(?:-D)?([A-Z][A-Z0-9_]*)=?", text)) and name[1] in words:
            open_names.append(name[1])
        elif (instance := re.fullmatch(r"(\w+)<[^<>;{}]+>", text)) and instance[1] in templates:
            expressions.append(text)
    open_names = [name for name in dict.fromkeys(open_names) if name not in options]
    options.setdefault("-std", STANDARD)
    return Kernel(place, source, tuple(options.values()), tuple(expressions), tuple(open_names))


def python_kernels(path: Path) -> list[Kernel]:
    return kernels_of({path.name: path.read_text(encoding="utf-8")})


def notebook_kernels(path: Path) -> list[Kernel]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return kernels_of(
        {
            f"{path.parent.name}/{path.name}:{cell.get('id', i)}": "".join(cell["source"])
            for i, cell in enumerate(cells)
            if cell["cell_type"] == "code"
        }
    )


def all_kernels() -> list[Kernel]:
    tests = [p for p in ROOT.glob("tests/**/test_*.py") if p.name not in WRONG_ON_PURPOSE]
    modules = [*sorted(ROOT.glob("llmbook_utils/gpu/*.py")), *sorted(tests)]
    notebooks = sorted([*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("solutions/*/*.ipynb")])
    found = [k for p in modules if "__global__" in p.read_text("utf-8") for k in python_kernels(p)]
    return found + [k for path in notebooks for k in notebook_kernels(path)]


# Compiling ---------------------------------------------------------------------------------------


def wheel_folder() -> Path | None:
    """site-packages/nvidia/cu13, where NVIDIA's wheels put their files."""
    if not sys.platform.startswith("linux"):
        return None
    spec = importlib.util.find_spec("nvidia")
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / "cu13"
        if list(folder.glob("lib/libnvrtc.so.*")):
            return folder
    return None


FOLDER = wheel_folder()
needs_nvrtc = pytest.mark.skipif(
    FOLDER is None,
    reason="NVRTC's wheel is for Linux: pip install nvidia-cuda-nvrtc"
    if sys.platform.startswith("linux")
    else "NVRTC is tried on Linux only",
)


@pytest.fixture(scope="module")
def nvrtc() -> ctypes.CDLL:
    assert FOLDER is not None
    # which NVRTC opens by its bare name: it is found when it is loaded already
    ctypes.CDLL(str(next(FOLDER.glob("lib/libnvrtc-builtins.so.*"))))
    return ctypes.CDLL(str(next(FOLDER.glob("lib/libnvrtc.so.*"))))


def complaint(nvrtc: ctypes.CDLL, kernel: Kernel) -> str:
    """The compiler's errors, or "" when there are none.

    Open names that it misses are tried as a number, a type and a statement: one has to fit.
    """
    errors = compile_once(nvrtc, kernel)
    undefined = re.findall(r'identifier "(\w+)" is undefined', errors)
    names = [name for name in kernel.open_names if name in undefined]
    for value in ("8", "float", ";") if names else ():
        more = tuple(f"-D{name}={value}" for name in names)
        errors = compile_once(nvrtc, replace(kernel, options=kernel.options + more))
        if not errors:
            break
    return errors


def compile_once(nvrtc: ctypes.CDLL, kernel: Kernel) -> str:
    """Compile to PTX."""
    program = ctypes.c_void_p()
    text = kernel.source.encode()
    made = nvrtc.nvrtcCreateProgram(ctypes.byref(program), text, b"kernel.cu", 0, None, None)
    assert made == 0, f"nvrtcCreateProgram gave {made}"
    try:
        for expression in kernel.expressions:
            nvrtc.nvrtcAddNameExpression(program, expression.encode())
        options = [ARCHITECTURE, *kernel.options, f"-I{FOLDER}/include"]
        raw = (ctypes.c_char_p * len(options))(*(option.encode() for option in options))
        if nvrtc.nvrtcCompileProgram(program, len(options), raw) == 0:
            return ""
        size = ctypes.c_size_t()
        nvrtc.nvrtcGetProgramLogSize(program, ctypes.byref(size))
        log = ctypes.create_string_buffer(size.value)
        nvrtc.nvrtcGetProgramLog(program, log)
        return log.value.decode(errors="replace").strip() or "no message"
    finally:
        nvrtc.nvrtcDestroyProgram(ctypes.byref(program))


# Tests -------------------------------------------------------------------------------------------

KERNELS = all_kernels()


@needs_nvrtc
@pytest.mark.parametrize("kernel", KERNELS, ids=[k.place for k in KERNELS])
def test_nvrtc_compiles(nvrtc: ctypes.CDLL, kernel: Kernel) -> None:
    assert FOLDER is not None
    for header in re.findall(r"^\s*#\s*include\s*<(\w+\.h)>", kernel.source, re.MULTILINE):
        if not (FOLDER / "include" / header).exists():
            pytest.skip(f"{header} is not here: pip install nvidia-cuda-runtime")
    errors = complaint(nvrtc, kernel)
    assert not errors, f"{kernel.place}, compiled with {kernel.options}:\n{errors}"


@needs_nvrtc
@pytest.mark.parametrize(
    "body",
    [
        "x[threadIdx.x] = 1",  # no semicolon
        "x[threadIdx.w] = 1;",
        "__syncthread();",
        "float y = x;",
    ],
)
def test_nvrtc_refuses_what_is_not_cuda(nvrtc: ctypes.CDLL, body: str) -> None:
    source = f'extern "C" __global__ void k(float* x) {{\n  {body}\n}}'
    assert "kernel.cu(2): error" in complaint(nvrtc, Kernel("here", source, (STANDARD,))).replace(
        "(3)", "(2)"
    )


@needs_nvrtc
@pytest.mark.parametrize(
    ("use", "fits"), [("x[N] = 0;", True), ("N y = 0;", True), ("N", True), ("x[N]", False)]
)
def test_an_open_name_is_a_number_a_type_or_a_statement(
    nvrtc: ctypes.CDLL, use: str, fits: bool
) -> None:
    source = f'extern "C" __global__ void k(float* x) {{\n  {use}\n}}'
    assert (complaint(nvrtc, Kernel("here", source, (), (), ("N",))) == "") is fits


@needs_nvrtc
def test_a_template_is_compiled_for_its_expressions(nvrtc: ctypes.CDLL) -> None:
    source = "template <int N> __global__ void k(float* x) { static_assert(N < 4); x[N] = N; }"
    small = Kernel("here", source, ("-std=c++17",), ("k<3>",))
    assert complaint(nvrtc, small) == ""
    large = Kernel("here", source, ("-std=c++17",), ("k<5>",))
    assert "static assertion failed" in complaint(nvrtc, large)


def test_the_ladder_and_the_tests_are_among_what_is_compiled() -> None:
    places = [found.place.split(":")[0] for found in KERNELS]
    assert places.count("ladder.py") == 7
    assert places.count("test_gpu_kernels.py") >= 10


def test_kernels_are_found_wherever_they_stand_in_the_code() -> None:
    code = r'''
    %matplotlib inline
    !nvidia-smi
    """A docstring that speaks of __global__ functions."""
    FIRST = r"""
    extern "C" __global__ void first(float* x) { x[N] = TILE; LAST_LINE }
    """
    def make(tile):
        second = """template <int K>
        __global__ void second(float* x) { x[0] = INFINITY; }"""
        return gpu.RawModule(code=second, name_expressions=["second<3>", "other<3>"])
    source = FIRST.replace("LAST_LINE", "return;")
    gpu.RawKernel(source, "first", options=("-DN=4", "-DN=5", f"-DTILE={tile}", "-DOTHER"))
    print(f"{x} __global__ void third() {{")
    '''
    first, second = kernels_of({"here": textwrap.dedent(code), "magic": "%%bash\nls ("})
    assert first.place == "here:5"
    assert first.options == ("-DN=4", STANDARD)
    assert set(first.open_names) == {"TILE", "LAST_LINE"}
    assert first.expressions == ()
    assert second.place == "here:9"
    assert second.options == (STANDARD,)
    assert second.open_names == ()
    assert second.expressions == ("second<3>",)


def test_kernels_are_found_in_notebooks(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "id": "prose", "source": ["`__global__ void k() {}`"]},
        {"cell_type": "code", "id": "kernel", "source": ["K = '__global__ void k() {PAD}'\n", "K"]},
        {"cell_type": "code", "id": "run", "source": ["gpu.RawKernel(K, 'k', ('-DPAD=1',))"]},
    ]
    path = tmp_path / "chapter.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (found,) = notebook_kernels(path)
    assert found.place == f"{tmp_path.name}/chapter.ipynb:kernel:1"
    assert found.source == "__global__ void k() {PAD}"
    assert found.options == ("-DPAD=1", STANDARD)
