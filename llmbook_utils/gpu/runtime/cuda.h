// CUDA C on a CPU: everything a kernel may use. A kernel's source is compiled as C++ between this
// header and kernels.h. One operating-system thread runs one block at a time; each CUDA thread that
// has to wait for another one is a fiber (fiber.h, scheduler.h).
//
// Two builds of each kernel are made from it: a plain one, and a checked one (GPU_CHECKED) in whose
// intermediate code instrument.py has put a call before each memory access (checks.h).
// Freestanding: no header of the C or C++ library is used, which keeps compiling fast.
#pragma once

// our own code is neither checked nor counted, only the kernel's is
#pragma clang attribute push(__attribute__((no_sanitize("array-bounds", "integer-divide-by-zero"))), apply_to = function)

#ifdef _WIN32
#define GPU_EXPORT extern "C" __declspec(dllexport)
#else
#define GPU_EXPORT extern "C" __attribute__((visibility("default")))
#endif

#define __global__ __attribute__((used))
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)
#define __restrict__ __restrict
#define __align__(n) __attribute__((aligned(n)))
// Blocks run one after the other, so a block's shared memory can be a static variable. The sections
// tell instrument.py which variables are shared and which constant.
#ifdef __APPLE__
#define GPU_SECTION(name) section("__DATA," name)
#define GPU_SYMBOL(name) "_" name
#else
#define GPU_SECTION(name) section(name)
#define GPU_SYMBOL(name) name
#endif
#define __shared__ __attribute__((GPU_SECTION("gpu_shared"), used)) static
#define __constant__ __attribute__((GPU_SECTION("gpu_constant"), used))
// source.py turns `extern __shared__ T name[];` into `extern T name[] GPU_DYNAMIC_SHARED;`
#define GPU_DYNAMIC_SHARED __asm__(GPU_SYMBOL("gpu_dynamic_shared"))

#include "types.h"
#include "memory.h"
#include "state.h"
#include "fiber.h"
#include "scheduler.h"
#include "checks.h"
#include "warp.h"
#include "math.h"
#include "half.h"
#include "atomics.h"
#include "print.h"
#pragma clang attribute pop
