// How Python calls the kernels of a source, which comes after this.
#pragma once
#pragma clang attribute push(__attribute__((no_sanitize("array-bounds", "integer-divide-by-zero"))), apply_to = function)

namespace gpu {

// A parameter's type, for argument checks: kind is p pointer, i u f number, b bool, s structure.
struct Parameter { unsigned kind, size, pointee_kind, pointee_size; };

template <class T> struct Bare { typedef T type; };
template <class T> struct Bare<const T> { typedef T type; };
template <class T> struct Bare<volatile T> { typedef T type; };
template <class T> struct Bare<const volatile T> { typedef T type; };
template <class T> constexpr unsigned kind_of() {
  if (__is_same(T, bool)) return 'b';
  if (__is_same(T, __half)) return 'f';
  if (__is_floating_point(T)) return 'f';
  if constexpr (__is_integral(T)) return (T)-1 < (T)1 ? 'i' : 'u';
  if (__is_same(T, float2) || __is_same(T, float3) || __is_same(T, float4)) return 'F';
  if (__is_same(T, double2)) return 'D';
  if (__is_same(T, int2) || __is_same(T, int3) || __is_same(T, int4)) return 'I';
  return 's';
}
template <class T> struct Describe {
  static constexpr Parameter value = {kind_of<typename Bare<T>::type>(), sizeof(T), 0, 0};
};
template <class T> struct Describe<T*> {
  static constexpr Parameter value = {'p', sizeof(T*), kind_of<typename Bare<T>::type>(), sizeof(T)};
};
template <> struct Describe<void*> { static constexpr Parameter value = {'p', 8, 's', 1}; };
template <> struct Describe<const void*> { static constexpr Parameter value = {'p', 8, 's', 1}; };

template <size_t... I> struct Sequence {};
template <size_t N, size_t... I> struct Count : Count<N - 1, N - 1, I...> {};
template <size_t... I> struct Count<0, I...> { typedef Sequence<I...> type; };

template <auto function> struct Kernel;
template <class... P, void (*function)(P...)> struct Kernel<function> {
  template <size_t... I> static inline void apply(void** a, Sequence<I...>) {
    function(*(typename Bare<P>::type*)a[I]...);
    (void)a;
  }
  static void call(void** a) { apply(a, typename Count<sizeof...(P)>::type{}); }
  static constexpr Parameter parameters[sizeof...(P) + 1] = {Describe<typename Bare<P>::type>::value..., {}};
  static constexpr unsigned count = sizeof...(P);
};

struct Entry { void (*call)(void**); const Parameter* parameters; unsigned count; };
struct Symbol { void* address; size_t size; };
static void (*chosen)(void**);
static void run_kernel() { chosen(launch->arguments); }
}  // namespace gpu

#define GPU_KERNEL(...) {gpu::Kernel<(__VA_ARGS__)>::call, gpu::Kernel<(__VA_ARGS__)>::parameters, gpu::Kernel<(__VA_ARGS__)>::count},
#define GPU_SYMBOL_ENTRY(name) {(void*)&name, sizeof(name)},

extern "C" const gpu::Entry gpu_kernels[];
extern "C" const gpu::Symbol gpu_symbols[];
GPU_EXPORT const void* gpu_kernel(unsigned k) { return &gpu_kernels[k]; }
GPU_EXPORT const void* gpu_symbol(unsigned k) { return &gpu_symbols[k]; }
GPU_EXPORT void* gpu_dynamic_memory() { return gpu_dynamic_shared; }

// Run the blocks of a launch; stops at the first failure, or when the access budget is spent.
GPU_EXPORT void gpu_run(gpu::Launch* to_run) {
  using namespace gpu;
  launch = to_run;
  launch->report.failure = OK;
  launch->blocks_done = launch->accesses = 0;
  grid_size = {launch->grid[0], launch->grid[1], launch->grid[2]};
  block_size = {launch->block[0], launch->block[1], launch->block[2]};
  thread_count = block_size.x * block_size.y * block_size.z;
  chosen = gpu_kernels[launch->kernel].call;
  unsigned t = 0;
  for (unsigned z = 0; z < block_size.z; z++)
    for (unsigned y = 0; y < block_size.y; y++)
      for (unsigned x = 0; x < block_size.x; x++, t++) {
        threads[t].index = {x, y, z};
        threads[t].number = t;
      }
  fibers_made = free_count = queue_head = 0;
  begin_block();
  self = &threads[started++];
  thread_index = self->index;
  gpu_switch(&launcher_stack, idle_fiber());
  launch = nullptr;
}

// Called by the operating system, on a stack of its own, when the kernel did what cannot be done
// (signals.py), or takes too long, or was interrupted.
GPU_EXPORT void gpu_fault(int signal, void*, void*) {
  using namespace gpu;
  if (!launch) return;
  const size_t here = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)launch->trap_stack;
  if (here >= launch->trap_stack_bytes) return;  // another thread's
  failed(CRASH).detail = signal;
  stop();
}

#ifdef GPU_CHECKED
namespace gpu { struct Extent { void* address; size_t size; }; }
extern "C" const gpu::Extent gpu_variables[];
GPU_EXPORT const void* gpu_variable(unsigned k) { return &gpu_variables[k]; }
#endif

#ifdef _WIN32
extern "C" {
int _DllMainCRTStartup(void*, unsigned, void*) { return 1; }
int DllMainCRTStartup(void*, unsigned, void*) { return 1; }
int _fltused = 0;
}
#endif
#pragma clang attribute pop
