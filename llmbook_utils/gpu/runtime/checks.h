// What the checked build does at each memory access, loop iteration and call of the kernel.
//
// instrument.py puts calls of the gpu_hook functions below into the kernel's code. `base` is the
// pointer from which the address was computed: an access must stay inside the array or variable that
// its base points to, even where it would land in another one.
//
// Races: two accesses of one word by different threads, one of them a write, with no barrier between
// them. Each word of shared and (while small) global memory has a Shadow that names the last write
// and the last reads. Threads of one warp are also ordered by a warp function in which both took
// part since. Different blocks are never ordered within a launch. No races are: two atomics; two
// writes of the same value; anything between blocks in a module that uses memory fences.
#pragma once

namespace gpu {

struct Touch {
  unsigned block, thread;  // block + 1; 0: nobody
  unsigned epoch, syncs, site;
};

struct Shadow {
  Touch write;
  Touch read, twin, foreign;  // last read; one by another thread of its warp; one from another warp
  unsigned serial, atomic;    // launch (or block, for shared memory) for which this holds
};
}  // namespace gpu

#ifdef GPU_CHECKED

namespace gpu {
extern "C" unsigned gpu_region_cache[];  // per instruction: the region that it used last

static inline int region_of(uintptr_t address, unsigned site) {
  unsigned& cached = gpu_region_cache[site];
  const Region* regions = launch->regions;
  if (address - regions[cached].low < regions[cached].high - regions[cached].low) return (int)cached;
  for (unsigned r = 0; r < launch->region_count; r++)
    if (address - regions[r].low < regions[r].high - regions[r].low) { cached = r; return (int)r; }
  return -1;
}

[[noreturn]] static __attribute__((noinline)) void bad_access(Failure failure, uintptr_t address, uintptr_t base,
                                                             unsigned size, unsigned site, bool write, int region) {
  Report& r = failed(failure);
  r.address = address; r.base = base; r.size = size; r.site = site; r.write = write; r.region = region;
  stop();
}

static inline bool ordered(const Touch& t, bool shared) {
  if (!t.block) return true;
  if (!shared && t.block != (unsigned)block_number + 1) return launch->ignore_block_races;
  if (t.thread == self->number || t.epoch != epoch) return true;
  return t.thread / 32 == self->number / 32 && self->synced > t.syncs && threads[t.thread].synced > t.syncs;
}

[[noreturn]] static __attribute__((noinline)) void race(const Touch& t, bool other_writes, uintptr_t address,
                                                        unsigned size, unsigned site, bool write, int region) {
  Report& r = failed(RACE);
  r.address = address; r.size = size; r.site = site; r.write = write; r.region = region;
  r.other_site = t.site;
  r.other_write = other_writes;
  const unsigned long long b = t.block - 1;
  r.other_block[0] = (unsigned)(b % grid_size.x);
  r.other_block[1] = (unsigned)(b / grid_size.x % grid_size.y);
  r.other_block[2] = (unsigned)(b / grid_size.x / grid_size.y);
  r.other_thread[0] = threads[t.thread].index.x;
  r.other_thread[1] = threads[t.thread].index.y;
  r.other_thread[2] = threads[t.thread].index.z;
  stop();
}

enum Mode { READ, WRITE, ATOMIC };

static __attribute__((noinline)) void check_word(Mode mode, Shadow& s, bool shared, uintptr_t address, unsigned size,
                                                 unsigned site, int region, bool same_value) {
  const unsigned now = shared ? (unsigned)(launch->serial + block_number) : launch->serial;
  if (s.serial != now) {
    if (shared && mode != WRITE) bad_access(UNINITIALISED, address, address, size, site, mode == ATOMIC, region);
    __builtin_memset(&s, 0, sizeof s);
    s.serial = now;
  }
  const Touch me = {(unsigned)block_number + 1, self->number, epoch, warps[self->number / 32].syncs, site};
  if (mode == READ) {
    if (!ordered(s.write, shared)) {
      // a plain read that only steers a compare-and-swap, or looks at another block's flag, is an idiom
      const bool idiom = s.atomic && (launch->cas_idiom || s.write.block != me.block);
      if (!idiom) race(s.write, true, address, size, site, false, region);
    }
    Touch& last = s.read;
    if (last.block == me.block && last.thread == me.thread) { last = me; return; }
    if (last.block == me.block && last.thread / 32 == me.thread / 32) s.twin = last;
    else if (last.block) s.foreign = last;
    last = me;
    return;
  }
  if (!ordered(s.write, shared) && !(mode == ATOMIC && s.atomic) && !same_value)
    race(s.write, true, address, size, site, true, region);
  const bool idiom = mode == ATOMIC && launch->cas_idiom;
  const Touch* const reads[] = {&s.read, &s.twin, &s.foreign};
  for (const Touch* r : reads)
    if (!ordered(*r, shared) && !idiom && !same_value && !(mode == ATOMIC && r->block != me.block))
      race(*r, false, address, size, site, true, region);
  s.write = me;
  s.atomic = mode == ATOMIC;
}

static inline bool holds(uintptr_t address, unsigned size, unsigned long long value) {
  switch (size) {
    case 1: return *(const unsigned char*)address == (unsigned char)value;
    case 2: return *(const unsigned short*)address == (unsigned short)value;
    case 4: return *(const unsigned*)address == (unsigned)value;
    case 8: return *(const unsigned long long*)address == value;
    default: return false;
  }
}

static __attribute__((noinline)) void access(Mode mode, uintptr_t address, uintptr_t base, unsigned size,
                                             unsigned site, unsigned long long value) {
  const size_t depth = address - (uintptr_t)self->stack;
  if (depth < launch->stack_bytes) return;  // the thread's own local memory
  int region = region_of(base, site);
  if (region < 0) region = region_of(address, site);
  if (region < 0) bad_access(OUT_OF_BOUNDS, address, base, size, site, mode != READ, -1);
  const Region& r = launch->regions[region];
  if (address < r.low || address + size > r.high)
    bad_access(OUT_OF_BOUNDS, address, base, size, site, mode != READ, region);
  if (size <= 16 && (address & (size - 1)) && !(size & (size - 1)))
    bad_access(MISALIGNED, address, base, size, site, mode != READ, region);
  if (mode != READ && r.space == CONSTANT) bad_access(CONSTANT_WRITE, address, base, size, site, true, region);
  launch->accesses++;
#ifdef GPU_TRACE
  if (r.space != CONSTANT || mode == READ) {
    if (launch->trace_length < launch->trace_capacity)
      launch->trace[launch->trace_length] = {address, path, (unsigned)block_number, self->number, site, size};
    launch->trace_length++;
  }
#endif
  if (!r.shadow) return;
  const bool same = mode == WRITE && holds(address, size, value);
  if (r.granule == 2 && size < 4) return;
  const size_t first = (address - r.low) >> r.granule, last = (address + size - 1 - r.low) >> r.granule;
  for (size_t word = first; word <= last; word++)
    check_word(mode, r.shadow[word], r.space == SHARED, address, size, site, region, same);
}
}  // namespace gpu

#define GPU_HOOK extern "C" __attribute__((used)) inline
GPU_HOOK void gpu_hook_read(void* p, void* base, unsigned size, unsigned site) {
  gpu::access(gpu::READ, (uintptr_t)p, (uintptr_t)base, size, site, 0);
}
GPU_HOOK void gpu_hook_write(void* p, void* base, unsigned size, unsigned site, unsigned long long value) {
  gpu::access(gpu::WRITE, (uintptr_t)p, (uintptr_t)base, size, site, value);
}
GPU_HOOK void gpu_hook_atomic(void* p, void* base, unsigned size, unsigned site) {
  gpu::access(gpu::ATOMIC, (uintptr_t)p, (uintptr_t)base, size, site, 0);
}
// each iteration of a loop
GPU_HOOK void gpu_hook_loop(unsigned site) {
  if (++gpu::self->steps <= gpu::launch->step_limit) return;
  gpu::failed(gpu::RUNAWAY_LOOP).site = site;
  gpu::stop();
}
// the entry of each function of the kernel's source
GPU_HOOK void gpu_hook_enter(unsigned site) {
  const uintptr_t left = (uintptr_t)__builtin_frame_address(0) - (uintptr_t)gpu::self->stack;
  if (left > 8192) return;
  gpu::failed(gpu::STACK_OVERFLOW).site = site;
  gpu::stop();
}

// clang's own checks (-fsanitize=array-bounds,integer-divide-by-zero) call these
namespace gpu {
struct Place { const char* file; unsigned line, column; };
struct Bounds { Place place; const char* array; const char* index; };
static void at(Report& r, const Place& place) { r.line = place.line; r.column = place.column; }
}  // namespace gpu
GPU_HOOK void __ubsan_handle_out_of_bounds(gpu::Bounds* data, uintptr_t index) {
  gpu::Report& r = gpu::failed(gpu::ARRAY_INDEX);
  gpu::at(r, data->place);
  r.address = index;
  r.text = data->array + 4;  // after two 16-bit numbers comes the type's name
  gpu::stop();
}
GPU_HOOK void __ubsan_handle_divrem_overflow(gpu::Bounds* data, uintptr_t, uintptr_t divisor) {
  if (divisor) return;
  gpu::at(gpu::failed(gpu::DIVISION_BY_ZERO), data->place);
  gpu::stop();
}
#ifdef GPU_TRACE
GPU_HOOK unsigned long long gpu_hook_path() { return gpu::path; }
GPU_HOOK void gpu_hook_set_path(unsigned long long p) { gpu::path = p; }
// one step of a 64-bit mix (the finaliser of splitmix64)
GPU_HOOK unsigned long long gpu_hook_mix(unsigned long long p, unsigned site, unsigned count) {
  unsigned long long x = p + 0x9e3779b97f4a7c15ull * (((unsigned long long)site << 32 | count) + 1);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}
#endif
#endif

// assert and __trap work in both builds
namespace gpu {
[[noreturn]] static __attribute__((noinline)) void assertion_failed(const char* text, unsigned line) {
  Report& r = failed(ASSERTION);
  r.text = text;
  r.line = line;
  stop();
}
}  // namespace gpu
#define assert(condition) ((condition) ? (void)0 : gpu::assertion_failed(#condition, __LINE__))
#define __trap() gpu::assertion_failed("__trap()", __LINE__)
