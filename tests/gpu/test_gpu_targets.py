"""The machines that tests do not run on: everything compiles for them, arm64 runs in qemu."""

import platform
import shutil
import subprocess

import pytest

from llmbook_utils.gpu import compiler
from llmbook_utils.gpu.compiler import CHECKED, PLAIN, TRACE, Build, to_ir
from llmbook_utils.gpu.instrument import instrument
from llmbook_utils.gpu.toolchain import FRONT, LINK, RUNTIME, run_compiler

TARGETS = [
    "x86_64-windows-gnu",
    "aarch64-macos",
    "x86_64-macos",
    "aarch64-linux-gnu",
    "x86_64-linux-musl",
]

EVERYTHING = r"""
#include <cuda_fp16.h>
__constant__ float w[4] = {1, 2, 3, 4};
__device__ int total;
template <int N> __device__ float twice(float v) {
  __shared__ float t[N];
  t[threadIdx.x % N] = v;
  return N * v;
}
extern "C" __global__ void all(const float* x, float4* y, double* z, int n) {
  __shared__ float s[64];
  extern __shared__ float d[];
  int i = threadIdx.x;
  float v = i < n ? x[i] : 0.0f;
  s[i] = expf(v) + floorf(v) + rintf(v) + fmaf(v, v, v) + sqrtf(v)
       + fmodf(v, 2.0f) + roundf(v) + powf(v, 2.0f);
  d[i] = __half2float(__float2half(v)) + fma((double)v, 2.0, 1.0) + floor((double)v)
       + ceilf(v) + truncf(v);
  __syncthreads();
  v = s[63 - i] + d[i] + w[i % 4];
  for (int o = 16; o > 0; o /= 2) v += __shfl_xor_sync(0xffffffffu, v, o);
  if (i < n)
    y[i] = make_float4(v / (n % 7 ? n % 7 : 1), twice<2>(v), __popc(i),
                       __ballot_sync(__activemask(), v > 0));
  atomicAdd(z, (double)v);
  atomicAdd(&total, 1);
  float4 q[9] = {};
  q[i % 9].x = v;
  float4 copy[9];
  for (int k = 0; k < 9; k++) copy[k] = q[k];
  y[0].x += copy[i % 8].y;
  if (n < 0) printf("%d %f %s\n", i, v, "text");
}
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("mode", [PLAIN, CHECKED, TRACE])
def test_compiles_and_links(target, mode, tmp_path):
    build = Build(EVERYTHING, ("all",), (), mode)
    (tmp_path / "unit.cpp").write_text(build.unit)
    chosen = (f"--target={target}",)
    # an undefined symbol would only be noticed on the machine itself
    strict = ("-Wl,-z,defs",) if "linux" in target else ()
    if mode == PLAIN:
        arguments = [
            *FRONT,
            *chosen,
            "-I",
            str(RUNTIME),
            "-O2",
            *LINK,
            *strict,
            "unit.cpp",
            "-o",
            "out",
        ]
    else:
        result = instrument(to_ir(build, tmp_path, chosen), trace=mode == TRACE, dynamic_name="d")
        assert {v.name: v.space for v in result.variables}["s"] == "shared"
        assert {s.name for s in result.sites if s.kind == "write"} >= {"s", "d", "y"}
        assert result.shared_bytes == (256 + 8,)
        (tmp_path / "checked.ll").write_text(result.text)
        arguments = [
            "-fPIC",
            "-w",
            "-fno-sanitize=all",
            *chosen,
            "-O1",
            *LINK,
            *strict,
            "checked.ll",
            "-o",
            "out",
        ]
    done = run_compiler(arguments, tmp_path)
    assert done.returncode == 0, done.stderr[:2000]
    magic = (tmp_path / "out").read_bytes()[:4]
    assert magic[:2] == b"MZ" if "windows" in target else magic in (b"\x7fELF", b"\xcf\xfa\xed\xfe")


# A program without any library: it launches a kernel whose threads all wait at barriers and keep
# twelve floating-point values in registers meanwhile, and exits with the number of wrong results.
PROGRAM = r"""
extern "C" __global__ void turn(const float* in, float* out, int n) {
  __shared__ float s[96];
  float a[12];
  for (int k = 0; k < 12; ++k) a[k] = in[threadIdx.x] + k;
  for (int round = 0; round < n; ++round) {
    s[threadIdx.x] = a[0];
    __syncthreads();
    float other = s[(threadIdx.x + 1) % 96];
    __syncthreads();
    for (int k = 0; k < 12; ++k) a[k] += other * (k + 1);
    other = __shfl_xor_sync(0xffffffffu, other, 1);
    a[11] += other;
  }
  float sum = 0.0f;
  for (int k = 0; k < 12; ++k) sum += a[k] * (k + 1);
  out[blockIdx.x * 96 + threadIdx.x] = sum;
}
"""
START = r"""
static unsigned char stacks_[128 * 65536];
static float in_[96], out_[192];
static int check() {
  gpu::Launch l = {};
  float *in = in_, *out = out_;
  int n = 3;
  void* arguments[] = {&in, &out, &n};
  l.grid[0] = 2; l.grid[1] = l.grid[2] = 1;
  l.block[0] = 96; l.block[1] = l.block[2] = 1;
  l.arguments = arguments;
  l.stacks = stacks_;
  l.stack_bytes = 65536;
  l.access_budget = ~0ull;
  for (int i = 0; i < 96; ++i) in_[i] = i % 5;
  gpu_run(&l);
  if (l.report.failure || l.blocks_done != 2) return 99;
  float a[96][12], s[96];
  for (int t = 0; t < 96; ++t) for (int k = 0; k < 12; ++k) a[t][k] = in_[t] + k;
  for (int round = 0; round < n; ++round) {
    for (int t = 0; t < 96; ++t) s[t] = a[t][0];
    for (int t = 0; t < 96; ++t) {
      for (int k = 0; k < 12; ++k) a[t][k] += s[(t + 1) % 96] * (k + 1);
      a[t][11] += s[((t ^ 1) + 1) % 96];
    }
  }
  int wrong = 0;
  for (int t = 0; t < 96; ++t) {
    float sum = 0.0f;
    for (int k = 0; k < 12; ++k) sum += a[t][k] * (k + 1);
    wrong += out_[t] != sum;
    wrong += out_[96 + t] != sum;
  }
  return wrong > 98 ? 98 : wrong;
}
#ifdef __x86_64__
extern "C" __attribute__((force_align_arg_pointer, visibility("default"))) void _start() {
  long code = check();
  __asm__ volatile("syscall" ::"a"(60), "D"(code));
}
#else
extern "C" __attribute__((visibility("default"))) void _start() {
  register long x0 __asm__("x0") = check();
  register long x8 __asm__("x8") = 93;
  __asm__ volatile("svc 0" ::"r"(x0), "r"(x8));
}
#endif
"""


@pytest.mark.skipif(platform.system() != "Linux", reason="the program makes Linux system calls")
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_fibers_run(machine, tmp_path):
    emulator = [] if platform.machine() == machine else [shutil.which(f"qemu-{machine}")]
    if emulator == [None]:
        pytest.skip(f"no qemu-{machine} here to run {machine} programs")
    unit = Build(PROGRAM, ("turn",), (), PLAIN).unit + START
    (tmp_path / "unit.cpp").write_text(unit)
    done = run_compiler(
        [*FRONT, f"--target={machine}-linux-musl", "-I", str(RUNTIME), "-O2",
         "-ffp-contract=off", "-static", "-nostdlib", "unit.cpp", "-o", "program"],
        tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[:2000]
    ran = subprocess.run([*emulator, tmp_path / "program"], timeout=60, check=False)
    assert ran.returncode == 0, f"{ran.returncode} wrong results (99: the launch failed)"


def test_the_library_suffix_is_this_systems():
    assert compiler.SUFFIX in (".so", ".dylib", ".dll")
