// CUDA's built-in vector types, and the few types that need no header.
#pragma once
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __UINTPTR_TYPE__ uintptr_t;  // for the runner itself

#ifndef NULL
#define NULL nullptr
#endif

// The alignment is the device's: a float4 is read in one 16-byte access and must be aligned to it.
#define GPU_VECTORS(type, name, align2, align4)                                          \
  struct name##1 { type x; };                                                            \
  struct alignas(align2) name##2 { type x, y; };                                         \
  struct name##3 { type x, y, z; };                                                      \
  struct alignas(align4) name##4 { type x, y, z, w; };                                   \
  static inline name##1 make_##name##1(type x) { return {x}; }                           \
  static inline name##2 make_##name##2(type x, type y) { return {x, y}; }                \
  static inline name##3 make_##name##3(type x, type y, type z) { return {x, y, z}; }     \
  static inline name##4 make_##name##4(type x, type y, type z, type w) { return {x, y, z, w}; }
GPU_VECTORS(signed char, char, 2, 4)
GPU_VECTORS(unsigned char, uchar, 2, 4)
GPU_VECTORS(short, short, 4, 8)
GPU_VECTORS(unsigned short, ushort, 4, 8)
GPU_VECTORS(int, int, 8, 16)
GPU_VECTORS(unsigned int, uint, 8, 16)
GPU_VECTORS(long long, longlong, 16, 16)
GPU_VECTORS(unsigned long long, ulonglong, 16, 16)
GPU_VECTORS(float, float, 8, 16)
GPU_VECTORS(double, double, 16, 16)
#undef GPU_VECTORS

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
};
