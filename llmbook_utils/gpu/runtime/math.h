// Mathematical functions and intrinsics. What a processor does in one instruction comes from the
// compiler; the rest from Python's own C library, through a table that mathlib.py fills.
#pragma once

#define GPU_MATH_1(X) \
  X(exp) X(exp2) X(expm1) X(log) X(log2) X(log10) X(log1p) X(sin) X(cos) X(tan) X(asin) X(acos) X(atan) X(sinh) \
  X(cosh) X(tanh) X(asinh) X(acosh) X(atanh) X(cbrt) X(erf) X(erfc) X(tgamma) X(lgamma) X(rint) X(round) \
  X(floor) X(ceil) X(trunc)
#define GPU_MATH_2(X) X(pow) X(atan2) X(fmod) X(remainder) X(hypot)
#define GPU_MATH_3(X) X(fma)

namespace gpu {
struct Math {
#define X(name) float (*name##f)(float); double (*name)(double);
  GPU_MATH_1(X)
#undef X
#define X(name) float (*name##f)(float, float); double (*name)(double, double);
  GPU_MATH_2(X)
#undef X
#define X(name) float (*name##f)(float, float, float); double (*name)(double, double, double);
  GPU_MATH_3(X)
#undef X
};
static Math math;
GPU_EXPORT void gpu_set_math(const Math* table) { math = *table; }
}  // namespace gpu

#define X(name)                                                             \
  static inline float name##f(float x) { return gpu::math.name##f(x); }     \
  static inline double name(double x) { return gpu::math.name(x); }         \
  static inline float name(float x) { return gpu::math.name##f(x); }
GPU_MATH_1(X)
#undef X
#define X(name)                                                                       \
  static inline float name##f(float x, float y) { return gpu::math.name##f(x, y); }   \
  static inline double name(double x, double y) { return gpu::math.name(x, y); }      \
  static inline double name(float x, double y) { return gpu::math.name(x, y); }       \
  static inline double name(double x, float y) { return gpu::math.name(x, y); }       \
  static inline float name(float x, float y) { return gpu::math.name##f(x, y); }
GPU_MATH_2(X)
#undef X
static inline float powf(float x, int n) { return gpu::math.powf(x, (float)n); }
static inline double pow(double x, int n) { return gpu::math.pow(x, n); }
static inline float pow(float x, int n) { return gpu::math.powf(x, (float)n); }

#define X(name)                                                             \
  static inline float name##f(float x) { return __builtin_##name##f(x); }   \
  static inline double name(double x) { return __builtin_##name(x); }       \
  static inline float name(float x) { return __builtin_##name##f(x); }
X(sqrt) X(fabs)
#undef X
static inline float rsqrtf(float x) { return 1.0f / __builtin_sqrtf(x); }
static inline double rsqrt(double x) { return 1.0 / __builtin_sqrt(x); }
static inline float rsqrt(float x) { return rsqrtf(x); }
static inline float rcbrtf(float x) { return 1.0f / cbrtf(x); }
static inline float exp10f(float x) { return powf(10.0f, x); }
static inline int __float2int_rn(float x) { return (int)rintf(x); }
static inline int __float2int_rz(float x) { return (int)x; }
static inline int __float2int_rd(float x) { return (int)floorf(x); }
static inline int __float2int_ru(float x) { return (int)ceilf(x); }
static inline unsigned __float2uint_rn(float x) { return (unsigned)rintf(x); }
static inline unsigned __float2uint_rz(float x) { return (unsigned)x; }
static inline long long __float2ll_rn(float x) { return (long long)rintf(x); }
static inline int __double2int_rn(double x) { return (int)rint(x); }
static inline float __double2float_rn(double x) { return (float)x; }
static inline float __uint2float_rn(unsigned x) { return (float)x; }
static inline float __int2float_rn(int x) { return (float)x; }
static inline long lrintf(float x) { return (long)rintf(x); }
static inline long lroundf(float x) { return (long)roundf(x); }
static inline float nearbyintf(float x) { return rintf(x); }
// one instruction where the processor has it (x64 since 2013)
#if defined(__FMA__) || defined(__aarch64__)
static inline float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
#else
static inline float fmaf(float a, float b, float c) { return gpu::math.fmaf(a, b, c); }
static inline double fma(double a, double b, double c) { return gpu::math.fma(a, b, c); }
#endif
static inline float fma(float a, float b, float c) { return fmaf(a, b, c); }
// a NaN loses against a number
static inline float fmaxf(float a, float b) { return a > b || b != b ? a : b; }
static inline float fminf(float a, float b) { return a < b || b != b ? a : b; }
static inline double fmax(double a, double b) { return a > b || b != b ? a : b; }
static inline double fmin(double a, double b) { return a < b || b != b ? a : b; }
static inline float fmax(float a, float b) { return fmaxf(a, b); }
static inline float fmin(float a, float b) { return fminf(a, b); }
static inline float fdividef(float a, float b) { return a / b; }
static inline float fdimf(float a, float b) { return a > b ? a - b : 0.0f; }
static inline float copysignf(float a, float b) { return __builtin_copysignf(a, b); }
static inline double copysign(double a, double b) { return __builtin_copysign(a, b); }
static inline float __saturatef(float x) { return fminf(fmaxf(x, 0.0f), 1.0f); }
static inline float norm3df(float a, float b, float c) { return __builtin_sqrtf(a * a + b * b + c * c); }
static inline float normcdff(float x) { return 0.5f * erfcf(x * -0.70710678118654752f); }
static inline void sincosf(float x, float* s, float* c) { *s = sinf(x); *c = cosf(x); }
static inline void sincos(double x, double* s, double* c) { *s = sin(x); *c = cos(x); }
template <class T> static inline bool isnan(T x) { return __builtin_isnan(x); }
template <class T> static inline bool isinf(T x) { return __builtin_isinf(x); }
template <class T> static inline bool isfinite(T x) { return __builtin_isfinite(x); }
template <class T> static inline bool signbit(T x) { return __builtin_signbit(x); }

// the fast versions are as exact as the others here
static inline float __expf(float x) { return expf(x); }
static inline float __exp10f(float x) { return exp10f(x); }
static inline float __logf(float x) { return logf(x); }
static inline float __log2f(float x) { return log2f(x); }
static inline float __log10f(float x) { return log10f(x); }
static inline float __sinf(float x) { return sinf(x); }
static inline float __cosf(float x) { return cosf(x); }
static inline float __tanf(float x) { return tanf(x); }
static inline float __tanhf(float x) { return tanhf(x); }
static inline float __powf(float x, float y) { return powf(x, y); }
static inline float __fdividef(float a, float b) { return a / b; }
static inline float __frcp_rn(float x) { return 1.0f / x; }
static inline float __fsqrt_rn(float x) { return __builtin_sqrtf(x); }
static inline float __frsqrt_rn(float x) { return rsqrtf(x); }
static inline float __fdiv_rn(float a, float b) { return a / b; }
static inline float __fmaf_rn(float a, float b, float c) { return fmaf(a, b, c); }
// these are never fused into a multiply-add
static inline float __fadd_rn(float a, float b) {
#pragma clang fp contract(off)
  return a + b;
}
static inline float __fmul_rn(float a, float b) {
#pragma clang fp contract(off)
  return a * b;
}
static inline float __fsub_rn(float a, float b) {
#pragma clang fp contract(off)
  return a - b;
}
static inline double __dadd_rn(double a, double b) {
#pragma clang fp contract(off)
  return a + b;
}
static inline double __dmul_rn(double a, double b) {
#pragma clang fp contract(off)
  return a * b;
}
static inline double __fma_rn(double a, double b, double c) { return fma(a, b, c); }
static inline float sinpif(float x) { return (float)sin(3.14159265358979323846 * x); }
static inline float cospif(float x) { return (float)cos(3.14159265358979323846 * x); }
static inline float ldexpf(float x, int n) { return (float)(x * exp2((double)n)); }
static inline void __sincosf(float x, float* s, float* c) { sincosf(x, s, c); }

static inline int abs(int x) { return x < 0 ? -x : x; }
static inline long long abs(long long x) { return x < 0 ? -x : x; }
static inline long long llabs(long long x) { return abs(x); }
static inline float abs(float x) { return __builtin_fabsf(x); }
static inline double abs(double x) { return __builtin_fabs(x); }
#define GPU_MIN_MAX(type)                                             \
  static inline type min(type a, type b) { return b < a ? b : a; }    \
  static inline type max(type a, type b) { return a < b ? b : a; }
GPU_MIN_MAX(int) GPU_MIN_MAX(unsigned) GPU_MIN_MAX(long) GPU_MIN_MAX(unsigned long)
GPU_MIN_MAX(long long) GPU_MIN_MAX(unsigned long long)
#undef GPU_MIN_MAX
static inline unsigned min(int a, unsigned b) { return min((unsigned)a, b); }
static inline unsigned min(unsigned a, int b) { return min(a, (unsigned)b); }
static inline unsigned max(int a, unsigned b) { return max((unsigned)a, b); }
static inline unsigned max(unsigned a, int b) { return max(a, (unsigned)b); }
static inline float min(float a, float b) { return fminf(a, b); }
static inline float max(float a, float b) { return fmaxf(a, b); }
static inline double min(double a, double b) { return fmin(a, b); }
static inline double max(double a, double b) { return fmax(a, b); }
static inline double min(float a, double b) { return fmin((double)a, b); }
static inline double max(float a, double b) { return fmax((double)a, b); }
static inline double min(double a, float b) { return fmin(a, (double)b); }
static inline double max(double a, float b) { return fmax(a, (double)b); }

static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
static inline int __clz(int x) { return x ? __builtin_clz((unsigned)x) : 32; }
static inline int __clzll(long long x) { return x ? __builtin_clzll((unsigned long long)x) : 64; }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __ffsll(long long x) { return __builtin_ffsll(x); }
static inline unsigned __brev(unsigned x) { return __builtin_bitreverse32(x); }
static inline unsigned long long __brevll(unsigned long long x) { return __builtin_bitreverse64(x); }
static inline int __mul24(int a, int b) { return a * b; }
static inline int __mulhi(int a, int b) { return (int)((long long)a * b >> 32); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)((unsigned long long)a * b >> 32); }
static inline unsigned __funnelshift_l(unsigned low, unsigned high, unsigned by) {
  return (unsigned)((((unsigned long long)high << 32 | low) << (by & 31)) >> 32);
}
static inline unsigned __funnelshift_r(unsigned low, unsigned high, unsigned by) {
  return (unsigned)(((unsigned long long)high << 32 | low) >> (by & 31));
}
static inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
  const unsigned long long bytes = (unsigned long long)y << 32 | x;
  unsigned result = 0;
  for (int i = 0; i < 4; i++) result |= (unsigned)(bytes >> 8 * (selector >> 4 * i & 7) & 255) << 8 * i;
  return result;
}
static inline int __float_as_int(float x) { int r; __builtin_memcpy(&r, &x, 4); return r; }
static inline unsigned __float_as_uint(float x) { unsigned r; __builtin_memcpy(&r, &x, 4); return r; }
static inline float __int_as_float(int x) { float r; __builtin_memcpy(&r, &x, 4); return r; }
static inline float __uint_as_float(unsigned x) { float r; __builtin_memcpy(&r, &x, 4); return r; }
static inline long long __double_as_longlong(double x) { long long r; __builtin_memcpy(&r, &x, 8); return r; }
static inline double __longlong_as_double(long long x) { double r; __builtin_memcpy(&r, &x, 8); return r; }
#define __ldg(pointer) (*(pointer))
#define __ldcs(pointer) (*(pointer))
#define __ldcg(pointer) (*(pointer))
#define __stcs(pointer, value) (*(pointer) = (value))

// a clock that only ever moves on: cycles have no meaning here
static inline long long clock64() { return (long long)__builtin_readcyclecounter(); }
static inline int clock() { return (int)clock64(); }
