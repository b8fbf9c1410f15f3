// Atomic functions. One operating-system thread runs everything, so plain code is atomic.
// Each returns the old value, as CUDA's do.
#pragma once

namespace gpu {
template <class T> struct Exactly { typedef T type; };  // stops deduction
template <class T, class... Choice> constexpr bool one_of = (__is_same(T, Choice) || ...);
}  // namespace gpu

#define GPU_ATOMIC(name, result, ...)                                                       \
  template <class T>                                                                        \
  __attribute__((noinline)) static T name(T* address, typename gpu::Exactly<T>::type value) { \
    static_assert(gpu::one_of<T, __VA_ARGS__>, "CUDA has no " #name " for this type"); \
    const T old = *address;                                                                 \
    *address = result;                                                                      \
    return old;                                                                             \
  }                                                                                         \
  template <class T>                                                                        \
  static inline T name##_block(T* address, typename gpu::Exactly<T>::type value) { return name(address, value); }
#define GPU_WORDS int, unsigned int, unsigned long long
GPU_ATOMIC(atomicAdd, old + value, GPU_WORDS, float, double, __half)
GPU_ATOMIC(atomicSub, old - value, int, unsigned int)
GPU_ATOMIC(atomicExch, value, GPU_WORDS, float)
GPU_ATOMIC(atomicMin, value < old ? value : old, GPU_WORDS, long long)
GPU_ATOMIC(atomicMax, value > old ? value : old, GPU_WORDS, long long)
GPU_ATOMIC(atomicInc, old >= value ? 0 : old + 1, unsigned int)
GPU_ATOMIC(atomicDec, old == 0 || old > value ? value : old - 1, unsigned int)
GPU_ATOMIC(atomicAnd, old & value, GPU_WORDS)
GPU_ATOMIC(atomicOr, old | value, GPU_WORDS)
GPU_ATOMIC(atomicXor, old ^ value, GPU_WORDS)
#undef GPU_ATOMIC

template <class T>
__attribute__((noinline)) static T atomicCAS(T* address, typename gpu::Exactly<T>::type expected,
                                             typename gpu::Exactly<T>::type value) {
  static_assert(gpu::one_of<T, GPU_WORDS, unsigned short>, "CUDA has no atomicCAS for this type; cast its bits");
  const T old = *address;
  if (old == expected) *address = value;
  return old;
}
