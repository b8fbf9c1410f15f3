// Half precision: arithmetic is done in float and rounded to 16 bits, as CUDA does on a CPU.
#pragma once

namespace gpu {
#if defined(__F16C__) || defined(__aarch64__)
static inline unsigned short float_to_half(float x) {
  const _Float16 h = (_Float16)x;
  unsigned short bits;
  __builtin_memcpy(&bits, &h, 2);
  return bits;
}
static inline float half_to_float(unsigned short bits) {
  _Float16 h;
  __builtin_memcpy(&h, &bits, 2);
  return (float)h;
}
#else
// a processor without the instruction (x64 before 2012)
static inline unsigned short float_to_half(float x) {
  unsigned f;
  __builtin_memcpy(&f, &x, 4);
  const unsigned sign = f >> 16 & 0x8000u, size = f & 0x7fffffffu;
  if (size > 0x7f800000u) return (unsigned short)(sign | 0x7e00u);   // NaN
  if (size >= 0x477ff000u) return (unsigned short)(sign | 0x7c00u);  // rounds to infinity
  if (size < 0x38800000u) {  // subnormal: let the adder round at the right place
    float magnitude;
    __builtin_memcpy(&magnitude, &size, 4);
    magnitude += 0.5f;
    unsigned shifted;
    __builtin_memcpy(&shifted, &magnitude, 4);
    return (unsigned short)(sign | (shifted - 0x3f000000u));
  }
  const unsigned odd = size >> 13 & 1;  // round to nearest, ties to even
  return (unsigned short)(sign | ((size - 0x38000000u + 0xfffu + odd) >> 13));
}
static inline float half_to_float(unsigned short bits) {
  const unsigned sign = (bits & 0x8000u) << 16, rest = bits & 0x7fffu;
  unsigned f;
  float x;
  if (rest >= 0x7c00u) f = 0x7f800000u | (rest & 0x3ffu) << 13;
  else if (rest >= 0x400u) f = (rest << 13) + 0x38000000u;
  else {
    x = (float)rest * 5.9604644775390625e-8f;  // 2^-24
    __builtin_memcpy(&f, &x, 4);
  }
  f |= sign;
  __builtin_memcpy(&x, &f, 4);
  return x;
}
#endif
}  // namespace gpu

struct __half {
  unsigned short bits;
  __half() = default;
  __half(float x) : bits(gpu::float_to_half(x)) {}
  __half(double x) : bits(gpu::float_to_half((float)x)) {}
  __half(int x) : bits(gpu::float_to_half((float)x)) {}
  operator float() const { return gpu::half_to_float(bits); }
  __half& operator+=(__half o) { return *this = __half((float)*this + (float)o); }
  __half& operator-=(__half o) { return *this = __half((float)*this - (float)o); }
  __half& operator*=(__half o) { return *this = __half((float)*this * (float)o); }
  __half& operator/=(__half o) { return *this = __half((float)*this / (float)o); }
};
typedef __half half;
static inline __half operator+(__half a, __half b) { return __half((float)a + (float)b); }
static inline __half operator-(__half a, __half b) { return __half((float)a - (float)b); }
static inline __half operator*(__half a, __half b) { return __half((float)a * (float)b); }
static inline __half operator/(__half a, __half b) { return __half((float)a / (float)b); }
struct alignas(4) __half2 { __half x, y; };
typedef __half2 half2;
static inline __half __float2half(float x) { return __half(x); }
static inline __half __float2half_rn(float x) { return __half(x); }
static inline float __half2float(__half x) { return (float)x; }
static inline __half2 __floats2half2_rn(float x, float y) { return {__half(x), __half(y)}; }
static inline __half2 __halves2half2(__half x, __half y) { return {x, y}; }
static inline float2 __half22float2(__half2 v) { return {(float)v.x, (float)v.y}; }
static inline __half __hadd(__half a, __half b) { return a + b; }
static inline __half __hsub(__half a, __half b) { return a - b; }
static inline __half __hmul(__half a, __half b) { return a * b; }
static inline __half __hdiv(__half a, __half b) { return a / b; }
static inline __half __hfma(__half a, __half b, __half c) { return __half(fmaf((float)a, (float)b, (float)c)); }
static inline __half __hmax(__half a, __half b) { return __half(fmaxf((float)a, (float)b)); }
static inline __half __hmin(__half a, __half b) { return __half(fminf((float)a, (float)b)); }
static inline bool __hgt(__half a, __half b) { return (float)a > (float)b; }
static inline bool __hlt(__half a, __half b) { return (float)a < (float)b; }
