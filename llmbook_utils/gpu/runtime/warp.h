// Barriers and warp functions: __syncthreads, __syncwarp, shuffles, votes.
#pragma once

namespace gpu {

static inline unsigned lane() { return self->number & 31; }

static __attribute__((noinline)) void barrier(unsigned line) {
  self->state = AT_BARRIER;
  self->line = line;
  __asm__ volatile("" ::: "memory");
#ifdef GPU_CHECKED
  // every thread of the block has to come to the same barrier
  if (arrived == 0) barrier_line = line;
  else if (line != barrier_line) stuck(DIVERGENT_BARRIER);
  if (exited) { arrived++; if (arrived == thread_count - exited) stuck(EARLY_EXIT); wait(); return; }
#endif
  arrived++;
  if (arrived == thread_count - exited) release_barrier();
  wait();
  __asm__ volatile("" ::: "memory");
}

static inline int barrier_vote(bool predicate, unsigned line, int kind) {
  const unsigned slot = (epoch + 1) & 1;
  if (predicate) barrier_counts[slot]++; else barrier_votes[slot] = 0;
  barrier(line);
  const unsigned done = epoch & 1;
  return kind == 0 ? (int)barrier_counts[done] : kind == 1 ? barrier_votes[done] != 0 : barrier_counts[done] != 0;
}

// Let the lanes of `mask` go on once all of them that have not exited stand here with this mask.
static inline bool complete(Warp& warp, unsigned first, unsigned mask) {
  const unsigned needed = mask & warp.alive;
  if (needed & ~warp.waiting) return false;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1 && threads[first + l].mask != mask) return false;
  warp.waiting &= ~needed;
  warp.syncs++;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1) {
      warp.published[l] = warp.posted[l];
      threads[first + l].synced = warp.syncs;
      enqueue(first + l);
    }
  return true;
}

static void warp_lane_exited(Warp& warp, unsigned first) {
  for (unsigned l = 0; l < 32; l++)
    if (warp.waiting >> l & 1) complete(warp, first, threads[first + l].mask);
}

// All lanes of `mask` meet here; afterwards warp.published holds what each of them posted.
static __attribute__((noinline)) Warp& exchange(unsigned mask, unsigned long long value, unsigned line) {
  Warp& warp = warps[self->number / 32];
  const unsigned me = lane(), first = self->number & ~31u;
  self->line = line;
  self->mask = mask;
#ifdef GPU_CHECKED
  if (!(mask >> me & 1)) {
    Report& r = failed(BAD_MASK);
    r.line = line;
    r.detail = (int)mask;
    stop();
  }
#endif
  self->state = AT_WARP;
  warp.posted[me] = value;
  warp.waiting |= 1u << me;
  __asm__ volatile("" ::: "memory");
  complete(warp, first, mask);
  wait();
  __asm__ volatile("" ::: "memory");
  return warp;
}

template <class T> static inline unsigned long long to_bits(T v) {
  static_assert(sizeof(T) <= 8, "shuffles move at most 8 bytes");
  unsigned long long raw = 0;
  __builtin_memcpy(&raw, &v, sizeof v);
  return raw;
}
template <class T> static inline T from_bits(unsigned long long raw) {
  T v;
  __builtin_memcpy(&v, &raw, sizeof v);
  return v;
}

// A lane that is not in the mask, or has left, gives an undefined value: all bits set, a NaN.
template <class T> static inline T shuffle(unsigned mask, T value, unsigned source, unsigned line) {
  const unsigned alive = warps[self->number / 32].alive;
  Warp& warp = exchange(mask, to_bits(value), line);
  return from_bits<T>(mask >> source & alive >> source & 1 ? warp.published[source] : ~0ull);
}
static inline unsigned ballot(unsigned mask, bool predicate, unsigned line) {
  const unsigned needed = mask & warps[self->number / 32].alive;
  Warp& warp = exchange(mask, predicate, line);
  unsigned votes = 0;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1 && warp.published[l]) votes |= 1u << l;
  return votes;
}
static inline bool all(unsigned mask, bool predicate, unsigned line) {
  const unsigned needed = mask & warps[self->number / 32].alive;
  return ballot(mask, predicate, line) == needed;
}
template <class T> static inline T shuffle_index(unsigned mask, T v, int source, int width, unsigned line) {
  return shuffle(mask, v, (lane() & ~(unsigned)(width - 1)) | ((unsigned)source & (unsigned)(width - 1)), line);
}
template <class T> static inline T shuffle_up(unsigned mask, T v, unsigned delta, int width, unsigned line) {
  const unsigned me = lane(), within = me & (unsigned)(width - 1);
  return shuffle(mask, v, within >= delta ? me - delta : me, line);
}
template <class T> static inline T shuffle_down(unsigned mask, T v, unsigned delta, int width, unsigned line) {
  const unsigned me = lane(), within = me & (unsigned)(width - 1);
  return shuffle(mask, v, within + delta < (unsigned)width ? me + delta : me, line);
}
template <class T> static inline T shuffle_xor(unsigned mask, T v, int bits, int width, unsigned line) {
  const unsigned me = lane(), source = me ^ (unsigned)bits;
  return shuffle(mask, v, (source & ~(unsigned)(width - 1)) <= (me & ~(unsigned)(width - 1)) ? source : me, line);
}
template <class T, class F> static inline T reduce(unsigned mask, T v, F combine, unsigned line) {
  const unsigned needed = mask & warps[self->number / 32].alive;
  Warp& warp = exchange(mask, to_bits(v), line);
  bool any = false;
  T total = v;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1) {
      const T other = from_bits<T>(warp.published[l]);
      total = any ? combine(total, other) : other;
      any = true;
    }
  return total;
}
template <class T> static inline unsigned match_any(unsigned mask, T v, unsigned line) {
  const unsigned needed = mask & warps[self->number / 32].alive;
  const unsigned long long mine = to_bits(v);
  Warp& warp = exchange(mask, mine, line);
  unsigned same = 0;
  for (unsigned l = 0; l < 32; l++)
    if (needed >> l & 1 && warp.published[l] == mine) same |= 1u << l;
  return same;
}
static __attribute__((noinline)) unsigned active_mask(unsigned line) {
  self->state = AT_ACTIVE;
  self->line = line;
  warps[self->number / 32].active |= 1u << lane();
  wait();
  return self->mask;
}

// the optional last argument of CUDA's functions
struct Shuffle {
  unsigned line;
  template <class T> T index(unsigned m, T v, int s, int w = 32) const { return shuffle_index(m, v, s, w, line); }
  template <class T> T up(unsigned m, T v, unsigned d, int w = 32) const { return shuffle_up(m, v, d, w, line); }
  template <class T> T down(unsigned m, T v, unsigned d, int w = 32) const { return shuffle_down(m, v, d, w, line); }
  template <class T> T bitwise(unsigned m, T v, int b, int w = 32) const { return shuffle_xor(m, v, b, w, line); }
  void sync(unsigned m = ~0u) const { exchange(m, 0, line); }
};
}  // namespace gpu

// macros, because a message has to name the line of the call
#define __syncthreads() gpu::barrier(__LINE__)
#define __syncthreads_count(p) gpu::barrier_vote(p, __LINE__, 0)
#define __syncthreads_and(p) gpu::barrier_vote(p, __LINE__, 1)
#define __syncthreads_or(p) gpu::barrier_vote(p, __LINE__, 2)
#define __syncwarp(...) gpu::Shuffle{__LINE__}.sync(__VA_ARGS__)
#define __shfl_sync(...) gpu::Shuffle{__LINE__}.index(__VA_ARGS__)
#define __shfl_up_sync(...) gpu::Shuffle{__LINE__}.up(__VA_ARGS__)
#define __shfl_down_sync(...) gpu::Shuffle{__LINE__}.down(__VA_ARGS__)
#define __shfl_xor_sync(...) gpu::Shuffle{__LINE__}.bitwise(__VA_ARGS__)
#define __ballot_sync(mask, p) gpu::ballot(mask, p, __LINE__)
#define __any_sync(mask, p) ((int)(gpu::ballot(mask, p, __LINE__) != 0))
#define __all_sync(mask, p) ((int)gpu::all(mask, p, __LINE__))
#define __activemask() gpu::active_mask(__LINE__)
#define __match_any_sync(mask, v) gpu::match_any(mask, v, __LINE__)
#define __reduce_add_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return a + b; }, __LINE__)
#define __reduce_min_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return b < a ? b : a; }, __LINE__)
#define __reduce_max_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return b > a ? b : a; }, __LINE__)
#define __reduce_and_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return a & b; }, __LINE__)
#define __reduce_or_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return a | b; }, __LINE__)
#define __reduce_xor_sync(mask, v) gpu::reduce(mask, v, [](auto a, auto b) { return a ^ b; }, __LINE__)

static inline void __threadfence() { __asm__ volatile("" ::: "memory"); }
static inline void __threadfence_block() { __asm__ volatile("" ::: "memory"); }
static inline void __threadfence_system() { __asm__ volatile("" ::: "memory"); }
