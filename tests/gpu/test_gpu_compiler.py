"""Compiling: messages, refusals, options, the cache, and machines where little is allowed."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

import llmbook_utils
from llmbook_utils import gpu
from llmbook_utils.gpu import compiler
from llmbook_utils.gpu.compiler import CHECKED, PLAIN, SUFFIX, Build
from llmbook_utils.gpu.instrument import source_name
from llmbook_utils.gpu.kernel import RawKernel
from llmbook_utils.gpu.memory import xp
from llmbook_utils.gpu.source import dynamic_names, module_variables, prepared, signatures

ROOT = Path(llmbook_utils.__file__).parents[1]
FILL = 'extern "C" __global__ void fill(float* x) { x[threadIdx.x] = VALUE; }'


def fill(value):
    x = xp.zeros(2, np.float32)
    RawKernel(FILL, "fill", options=(f"-DVALUE={value}",))((1,), (2,), (x,))
    return x.tolist()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, and nothing remembered in the process."""
    monkeypatch.setenv("LLMBOOK_GPU_CACHE", str(tmp_path / "cache"))
    compiler.load.cache_clear()
    yield tmp_path / "cache"
    compiler.load.cache_clear()


def test_syntax_errors_name_the_kernels_own_line():
    source = 'extern "C" __global__ void k(float* x) {\n  int i = threadIdx.x\n  x[i] = 1.0f;\n}'
    with pytest.raises(gpu.CompileError) as caught:
        RawKernel(source, "k")((1,), (1,), (xp.zeros(1, np.float32),))
    message = str(caught.value)
    assert "line 2: expected ';' at end of declaration" in message
    assert "  int i = threadIdx.x\n" in message


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("y[0] = 1;", ["line 2: use of undeclared identifier 'y'", "y[0] = 1;"]),
        ("x[0] = sin(x);", ["line 2: no matching function for call to 'sin'"]),
        ("x[0] = 1; }", ["line 3: this closing brace has no opening one"]),
        ("x[0] = INFINITY;", ["'INFINITY'", "compiler does not know INFINITY either: write __int"]),
        ("int n = x[0]; float a[n]; x[0] = a[0];", ["line 2: variable length arrays"]),
        ("atomicMin(x, 1.0f);", ["line 2: CUDA has no atomicMin for this type"]),
        ("const float* p = x; p[0] = 1;", ["line 2:", "const"]),
        ("if (x[0] > 1) {", ["line 1:", "the brace that opens here is never closed"]),
    ],
)
def test_other_errors(body, parts):
    source = f'extern "C" __global__ void k(float* x) {{\n  {body}\n}}'
    with pytest.raises(gpu.CompileError) as caught:
        RawKernel(source, "k")((1,), (1,), (xp.zeros(1, np.float32),))
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ('asm volatile("bar.sync 0;");', "inline assembly"),
        ("k<<<1, 1>>>(x);", "launching a kernel from a kernel"),
        ("namespace cg = cooperative_groups;", "cooperative groups"),
        ("nvcuda::wmma::fragment<int> f;", "tensor cores"),
        ("cudaTextureObject_t t; float v = tex2D<float>(t, 0, 0);", "textures"),
        ("cudaDeviceSynchronize();", "host calls"),
        ("thrust::plus<int> p;", "C\\+\\+ library"),
    ],
)
def test_what_is_not_covered_is_refused(code, what):
    source = f'extern "C" __global__ void k(float* x) {{\n  {code}\n}}'
    with pytest.raises(gpu.UnsupportedFeature, match=f"does not cover.*{what}(.|\n)*line 2"):
        RawKernel(source, "k")((1,), (1,), (xp.zeros(1, np.float32),))
    # … but may be spoken of
    commented = (
        f'extern "C" __global__ void k(float* x) {{\n  // {code}\n  printf("{code[:3]}");\n}}'
    )
    RawKernel(commented, "k").compile()


def test_includes():
    source = '#include <cuda_runtime.h>\n#include "math.h"\n' + FILL.replace("VALUE", "sqrtf(4.0f)")
    x = xp.zeros(2, np.float32)
    RawKernel(source, "fill")((1,), (2,), (x,))
    assert x.tolist() == [2, 2]
    with pytest.raises(
        gpu.UnsupportedFeature, match=r"got <vector>(.|\n)*line 1: #include <vector>"
    ):
        RawKernel("#include <vector>\n" + FILL, "fill").compile()


def test_options():
    source = 'extern "C" __global__ void fill(float* x) { x[threadIdx.x] = A + B(3); }'
    x = xp.zeros(1, np.float32)
    options = ("-DA=2", "-D B(x)=x*x", "-std=c++17", "--use_fast_math")
    RawKernel(source, "fill", options=options)((1,), (1,), (x,))
    assert x[0] == 11
    with pytest.raises(gpu.UnsupportedFeature, match=r"got '-I/tmp'"):
        RawKernel(source, "fill", options=("-I/tmp",))


def test_cache_is_keyed_by_all_that_matters():
    base = Build(FILL, ("fill",), ("-DVALUE=1",), PLAIN)
    others = [
        Build(FILL + " ", ("fill",), ("-DVALUE=1",), PLAIN),
        Build(FILL, (), ("-DVALUE=1",), PLAIN),
        Build(FILL, ("fill",), ("-DVALUE=2",), PLAIN),
        Build(FILL, ("fill",), ("-DVALUE=1",), CHECKED),
    ]
    assert len({base.key, *(b.key for b in others)}) == 5
    assert base.key == Build(FILL, ("fill",), ("-DVALUE=1",), PLAIN).key


def test_a_second_process_finds_what_the_first_compiled(cache, monkeypatch):
    assert fill(3) == [3, 3]
    compiler.load.cache_clear()
    monkeypatch.setattr(compiler, "run_compiler", None)  # must not be needed
    start = time.perf_counter()
    assert fill(3) == [3, 3]
    assert (
        time.perf_counter() - start < 0.5
    )  # a compiler run costs more; loading takes milliseconds


@pytest.mark.parametrize("damage", ["truncate", "overwrite", "no table", "bad table"])
def test_a_damaged_cache_is_rebuilt(cache, damage):
    fill(4)
    library = next(cache.glob(f"*{SUFFIX}"))
    table = library.with_suffix(".json")
    # the loaded library keeps its pages: put another file in its place
    content = library.read_bytes()
    library.unlink()
    library.write_bytes(content[:1000] if damage == "truncate" else content)
    if damage == "overwrite":
        library.write_bytes(bytes(len(content)))
    if damage == "no table":
        table.unlink()
    if damage == "bad table":
        table.write_text("{")
    compiler.load.cache_clear()
    assert fill(4) == [4, 4]
    compiler.load.cache_clear()
    assert next(cache.glob(f"*{SUFFIX}")).stat().st_size == len(content)


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    monkeypatch.setenv("LLMBOOK_GPU_CACHE", str(blocked / "cache"))
    compiler.load.cache_clear()
    assert fill(5) == [5, 5]
    compiler.load.cache_clear()


def test_nothing_is_left_behind(cache):
    fill(6)
    with pytest.raises(gpu.CompileError):
        fill("oops")
    assert {p.suffix for p in cache.iterdir()} == {SUFFIX, ".json"}


@pytest.mark.skipif(os.name != "posix", reason="resource limits are POSIX's")
def test_in_a_bare_environment_with_limits(tmp_path):
    """No HOME, no PATH, a read-only working directory, limits on memory, time and file size."""
    script = textwrap.dedent(f"""
        import resource, sys
        sys.path[:] = {[str(ROOT), *sys.path]!r}
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
        resource.setrlimit(resource.RLIMIT_FSIZE, (50 << 20, 50 << 20))
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        from llmbook_utils.gpu.kernel import RawKernel
        from llmbook_utils.gpu.memory import xp
        x = xp.zeros(2, "f")
        RawKernel({FILL.replace("VALUE", "9")!r}, "fill")((1,), (2,), (x,))
        print(x.tolist())
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd="/",
        env={"TMPDIR": str(tmp_path), "HOME": "/nonexistent"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "[9.0, 9.0]\n", done.stderr
    assert list(tmp_path.iterdir()) == []  # the private folder is gone


def test_importing_is_light():
    heavy = ("torch", "cupy", "ziglang", "matplotlib")
    script = f"import sys, llmbook_utils.gpu; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_backend_says_which_path_and_why():
    found = gpu.backend()
    assert found.usable
    assert found.name in ("cpu", "cupy")
    if found.name == "cpu":
        assert "on the CPU, compiled by ziglang" in found.reason
        assert "cupy" in found.reason


def test_printf(capsys):
    source = r"""
extern "C" __global__ void say(int n, unsigned long long big) {
  if (threadIdx.x < n)
    printf("[%d] %5.2f|%-4d|%04x %s %c %u %llu %lld %%\n", threadIdx.x,
           1.5f * threadIdx.x, n, 255u, "text", 'z', 4294967295u, big, -1ll);
}"""
    for checked in (True, False):
        kernel = RawKernel(source, "say")
        kernel.checked = checked
        kernel((2,), (4,), (2, np.uint64(2**63)))
        out = capsys.readouterr().out
        one = "[{}] {:5.2f}|2   |00ff text z 4294967295 9223372036854775808 -1 %\n"
        assert out == (one.format(0, 0.0) + one.format(1, 1.5)) * 2


def test_printf_before_a_failure_is_shown(capsys):
    source = r"""
extern "C" __global__ void k(float* x) {
  printf("at %d\n", threadIdx.x);
  x[threadIdx.x] = 1;
}"""
    with pytest.raises(gpu.OutOfBounds):
        RawKernel(source, "k")((1,), (4,), (xp.zeros(2, np.float32),))
    assert capsys.readouterr().out == "at 0\nat 1\nat 2\n"


def test_printf_says_when_its_buffer_is_full(capsys):
    source = 'extern "C" __global__ void k() { for (int i = 0; i < 1000; ++i) printf("%d\\n", i); }'
    RawKernel(source, "k")((1,), (64,), ())
    out = capsys.readouterr().out
    assert out.startswith("0\n1\n2\n")
    assert "more printf calls: the buffer of 1 MiB was full" in out


def test_signatures():
    source = r"""
// __global__ void not_me(int x);
template <int N, class T>
__global__ void __launch_bounds__(N * 2)
first(const T* __restrict__ a, T *b, unsigned long long int n = 3) {}
extern "C" __launch_bounds__(256) __global__ void second(float const x[], float (&y)) {}
extern "C" {
__global__ static void third(void) {}
}"""
    found = signatures(source)
    assert list(found) == ["first", "second", "third"]
    first = found["first"]
    assert first.template
    assert not first.extern_c
    assert first.line == 4
    assert first.parameters == (("const T*", "a"), ("T*", "b"), ("unsigned long long int", "n"))
    assert found["second"].extern_c
    assert found["second"].parameters[0] == ("float const*", "x")
    assert found["third"].parameters == ()
    assert found["third"].extern_c


def test_names_in_the_source():
    source = r"""
__constant__ float w[3][2] = {{1}};
__device__ unsigned long long total;
static __device__ const int table[] = {1, 2};
__device__ float f(float x) { return x; }
extern "C" __global__ void k() { extern __shared__ __align__(16) unsigned char buffer[];
  __shared__ int s; }
"""
    assert module_variables(source) == ["w", "total", "table"]
    assert dynamic_names(source) == ["buffer"]
    assert prepared(source).count("\n") == source.count("\n")
    for symbol, name in [
        ("_ZZ6kernelE4tile", "tile"), ("_ZZ4bodyILi64ELi8EEvPKfE2As", "As"), ("_ZZ1kE1s_0", "s"),
        ("weights", "weights"), ("_ZL5table", "table"), ("_ZN5space4nameE", "name"),
        ("_ZZ1kE3a12", "a12"),
    ]:  # fmt: skip
        assert source_name(symbol) == name


def test_macros_of_a_kernel_do_not_reach_the_runner() -> None:
    """`-DT=float` is common, and so are `T` and `N` in anybody's headers."""
    names = ("T", "N", "F", "P", "I", "block", "launch", "threads", "values")
    sums = "".join(f"  {name} v{i} = {i}; *x += v{i};\n" for i, name in enumerate(names))
    body = f'extern "C" __global__ void f(T* x) {{\n{sums}}}'
    defined = "".join(f"#define {name} float\n" for name in names)
    for source, options in ((body, [f"-D{name}=float" for name in names]), (defined + body, ())):
        x = xp.zeros(1, np.float32)
        RawKernel(source, "f", tuple(options))((1,), (1,), (x,))
        assert x.get().tolist() == [36.0]  # 0 + 1 + … + 8: each name is a type


@pytest.mark.parametrize(
    "source",
    [
        "__device__ int f() { int* p = nullptr; return *p; }\n__device__ int g = f();",
        "struct S { int a; __device__ S() { a = *(volatile int*)0; } };\n__device__ S s;",
        "__attribute__((constructor)) void f() { *(volatile int*)0 = 1; }",
        "[[gnu::constructor]] static void f() { *(volatile int*)0 = 1; }",
        'void f() {}\n__attribute__((section(".init_array"))) void (*p)() = f;',
        'void f() {}\n#pragma clang section data=".init_array"\nvoid (*p)() = f;',
        "static void f() { *(volatile int*)0 = 1; }\n#define CAT(a, b) a##b\n"
        'CAT(__attri, bute__)((CAT(sec, tion)(".init_array"))) void (*p)() = f;',
    ],
    ids=["variable", "object", "attribute", "C++ attribute", "section", "pragma", "hidden"],
)
def test_nothing_runs_when_a_kernel_is_loaded(source: str) -> None:
    """CUDA allows no such code, and here it would run before any check."""
    text = f'{source}\nextern "C" __global__ void k(int* x) {{ x[0] = 1; }}'
    kernel = RawKernel(text, "k")
    kernel.checked = True
    with pytest.raises((gpu.CompileError, gpu.UnsupportedFeature)):
        kernel((1,), (1,), (xp.zeros(1, np.int32),))


def test_attributes_that_cuda_code_uses_are_welcome() -> None:
    source = """struct __attribute__((aligned(16))) Pair { float a, b; };
    __attribute__((noinline)) __device__ float twice(float x) { return 2 * x; }
    extern "C" __global__ void k(float* x) {
      Pair p;
      #pragma unroll
      for (int i = 0; i < 2; i++) p.a = twice(x[0]);
      x[0] = p.a + sizeof(Pair);
    }"""
    x = xp.ones(1, np.float32)
    RawKernel(source, "k")((1,), (1,), (x,))
    assert x.tolist() == [18.0]


@pytest.mark.parametrize("checked", [True, False])
def test_a_kernel_calls_nothing_of_the_host(checked: bool) -> None:
    source = """extern "C" int system(const char*);
    extern "C" __global__ void k(int* x) { x[0] = system("true"); }"""
    kernel = RawKernel(source, "k")
    kernel.checked = checked
    with pytest.raises(gpu.CompileError, match=r"uses `_?system`"):
        kernel((1,), (1,), (xp.zeros(1, np.int32),))
