// Which thread runs next.
//
// A block's threads start one after the other on one fiber; a thread that never waits simply runs to
// its end and the next one begins, at the cost of a loop. Only a thread that waits (barrier, warp
// function) keeps its fiber, and the next thread starts on another one. Waiting threads that may go
// on stand in a queue. When nobody can run and somebody waits, the block is stuck, which is reported.
#pragma once

namespace gpu {

enum State : unsigned char { UNSTARTED, RUNNING, AT_BARRIER, AT_WARP, AT_ACTIVE, EXITED };

struct Thread {
  void* stack_pointer;   // where it stopped
  unsigned char* stack;  // lowest address of its stack
  unsigned long long steps;
  uint3 index;
  unsigned number, line, mask, synced;  // synced: its warp's sync count when it last took part in one
  State state;
};

struct Warp {
  unsigned waiting, active, alive, syncs;  // lane masks; how many warp functions have completed
  unsigned long long posted[32], published[32];
};

static Thread threads[MAX_THREADS];
static Warp warps[MAX_THREADS / 32];
static Thread* self;
static unsigned short queue[MAX_THREADS];
static unsigned queue_head, queue_length;
static unsigned thread_count, started, exited, arrived, fibers_made, free_count;
static void* free_fibers[MAX_THREADS];
static void* launcher_stack;  // the caller of gpu_run
static unsigned epoch;        // counts barriers; what two threads do in different epochs is ordered
static unsigned barrier_votes[2], barrier_counts[2], barrier_line;

#ifdef GPU_TRACE
static unsigned long long path;  // which dynamic instance of the surrounding loops and calls runs
#endif

static void fiber_main();
static void run_kernel();

// End the launch from wherever we are. The fibers are simply abandoned.
[[noreturn]] static __attribute__((noinline)) void stop() {
  void* abandoned;
  gpu_switch(&abandoned, launcher_stack);
  __builtin_unreachable();
}

static Report& failed(Failure failure) {
  Report& r = launch->report;
  r.failure = failure;
  r.block[0] = block_index.x; r.block[1] = block_index.y; r.block[2] = block_index.z;
  r.thread[0] = thread_index.x; r.thread[1] = thread_index.y; r.thread[2] = thread_index.z;
  return r;
}

static void name_other(Report& r, const Thread& other) {
  r.other_thread[0] = other.index.x; r.other_thread[1] = other.index.y; r.other_thread[2] = other.index.z;
  r.other_line = other.line;
}

// Nobody can run. Tell a barrier that some threads do not reach from a warp function.
[[noreturn]] static __attribute__((noinline)) void stuck(Failure failure) {
  const Thread* waits = nullptr;
  for (unsigned t = 0; t < thread_count; t++)
    if (threads[t].state == AT_BARRIER || (threads[t].state == AT_WARP && !waits)) {
      waits = &threads[t];
      if (waits->state == AT_BARRIER) break;
    }
  thread_index = waits->index;
  if (failure == OK) failure = waits->state == AT_BARRIER ? DIVERGENT_BARRIER : DIVERGENT_WARP;
  Report& r = failed(failure);
  r.line = waits->line;
  r.detail = (int)waits->mask;
  r.waiting = r.exited = r.elsewhere = 0;
  const Thread* other = nullptr;
  unsigned first = 0, last = thread_count;
  if (waits->state == AT_WARP) {
    first = waits->number & ~31u;
    last = first + 32 < thread_count ? first + 32 : thread_count;
  }
  for (unsigned t = first; t < last; t++) {
    const Thread& thread = threads[t];
    const bool same = thread.state == waits->state && thread.line == waits->line && thread.mask == waits->mask;
    if (same) { r.waiting++; continue; }
    if (thread.state == EXITED) r.exited++; else r.elsewhere++;
    if (!other || (other->state == EXITED && thread.state != EXITED)) other = &thread;
  }
  if (other) name_other(r, *other);
  stop();
}

// Thread t may go on.
static inline void enqueue(unsigned t) {
  threads[t].state = RUNNING;
  queue[(queue_head + queue_length++) & (MAX_THREADS - 1)] = (unsigned short)t;
}

static inline void resume(void** save, Thread* next) {
  self = next;
  thread_index = next->index;
  gpu_switch(save, next->stack_pointer);
}

static inline Thread* dequeue() {
  Thread* next = &threads[queue[queue_head]];
  queue_head = (queue_head + 1) & (MAX_THREADS - 1);
  queue_length--;
  return next;
}

static inline void* idle_fiber() {
  if (free_count) return free_fibers[--free_count];
  // stacks are staggered by 192 bytes, else all their tops would share one set of cache lines
  unsigned char* low = launch->stacks + fibers_made * launch->stack_bytes;
  size_t bytes = launch->stack_bytes - 192 * (fibers_made % 64);
  fibers_made++;
  return new_fiber(low, bytes, fiber_main);
}

// __activemask: once no lane of the warp can run on, the lanes that stand at the same call are it.
static __attribute__((noinline)) void resolve_active(Warp& warp, unsigned first) {
  unsigned lanes = warp.active, line = 0, mask = 0;
  for (unsigned l = 0; l < 32; l++) {
    if (!(warp.alive >> l & 1)) continue;
    const State s = threads[first + l].state;
    if (s == UNSTARTED || s == RUNNING) return;
  }
  for (unsigned l = 0; l < 32; l++) {
    if (!(lanes >> l & 1)) continue;
    if (!mask) line = threads[first + l].line;
    if (threads[first + l].line == line) mask |= 1u << l;
  }
  warp.active &= ~mask;
  for (unsigned l = 0; l < 32; l++)
    if (mask >> l & 1) {
      threads[first + l].mask = mask;
      enqueue(first + l);
    }
}

// The running thread waits (its state says for what); come back when it may go on.
static __attribute__((noinline)) void wait() {
  Thread* me = self;
#ifdef GPU_TRACE
  const unsigned long long my_path = path;
#endif
  Warp& warp = warps[me->number / 32];
  if (warp.active) resolve_active(warp, me->number & ~31u);
  if (queue_length) {
    Thread* next = dequeue();
    if (next != me) resume(&me->stack_pointer, next);
  } else if (started < thread_count) {
    self = &threads[started++];
    thread_index = self->index;
    gpu_switch(&me->stack_pointer, idle_fiber());
  } else {
    stuck(OK);
  }
#ifdef GPU_TRACE
  path = my_path;
#endif
}

static inline void release_barrier() {
  epoch++;
  const unsigned now = epoch & 1;
  barrier_votes[now ^ 1] = ~0u;  // becomes the next barrier's
  barrier_counts[now ^ 1] = 0;
  arrived = 0;
  for (unsigned t = 0; t < thread_count; t++)
    if (threads[t].state == AT_BARRIER) enqueue(t);
}

static inline void begin_block() {
  const unsigned long long count = (unsigned long long)grid_size.x * grid_size.y * grid_size.z;
  block_number = launch->first_block + launch->blocks_done;
  if (launch->last_block_first) block_number = block_number ? block_number - 1 : count - 1;
  block_index.x = (unsigned)(block_number % grid_size.x);
  block_index.y = (unsigned)(block_number / grid_size.x % grid_size.y);
  block_index.z = (unsigned)(block_number / grid_size.x / grid_size.y);
  started = exited = arrived = queue_length = 0;
  epoch++;
  barrier_votes[0] = barrier_votes[1] = ~0u;
  barrier_counts[0] = barrier_counts[1] = 0;
  for (unsigned t = 0; t < thread_count; t++) threads[t].state = UNSTARTED;
  for (unsigned w = 0; w * 32 < thread_count; w++) {
    const unsigned lanes = thread_count - w * 32;
    warps[w].waiting = warps[w].active = 0;
    warps[w].alive = lanes >= 32 ? ~0u : (1u << lanes) - 1;
  }
}

static void warp_lane_exited(Warp& warp, unsigned first);

// A fiber's life: run threads, one after the other, until the launch is over.
static void fiber_main() {
  unsigned char* const stack = launch->stacks + (fibers_made - 1) * launch->stack_bytes;
  for (;;) {
    self->stack = stack;
    self->state = RUNNING;
    self->steps = 0;
    self->line = 0;
    self->synced = 0;
#ifdef GPU_TRACE
    path = 0;
#endif
    run_kernel();
    Thread* me = self;
    me->state = EXITED;
    exited++;
    Warp& warp = warps[me->number / 32];
    warp.alive &= ~(1u << (me->number & 31));
    if (warp.waiting) warp_lane_exited(warp, me->number & ~31u);
    if (warp.active) resolve_active(warp, me->number & ~31u);
    if (arrived && arrived == thread_count - exited) {
#ifdef GPU_CHECKED
      stuck(EARLY_EXIT);
#else
      release_barrier();  // as on a device: threads that have left do not count
#endif
    }
    if (queue_length) {
      Thread* next = dequeue();
      // this fiber is idle: whoever starts a thread on it returns from this switch
      resume(&free_fibers[free_count++], next);
    } else if (started < thread_count) {
      self = &threads[started++];
      thread_index = self->index;
    } else if (exited < thread_count) {
      stuck(OK);
    } else {
      const unsigned long long count = (unsigned long long)grid_size.x * grid_size.y * grid_size.z;
      launch->blocks_done++;
      if (launch->first_block + launch->blocks_done == count || launch->accesses > launch->access_budget) stop();
      begin_block();
      self = &threads[started++];
      thread_index = self->index;
    }
  }
}
}  // namespace gpu
