// What a launch is told by Python (launcher.py mirrors these structures field by field), and the
// state of the block that is running.
#pragma once

namespace gpu {

constexpr unsigned MAX_THREADS = 1024;          // a block's limit on every device since 2010
constexpr unsigned MAX_DYNAMIC = 227 * 1024;    // the most a block of an H100 can ask for

enum Failure : unsigned {
  OK, OUT_OF_BOUNDS, UNINITIALISED, RACE, DIVERGENT_BARRIER, EARLY_EXIT, DIVERGENT_WARP, BAD_MASK,
  RUNAWAY_LOOP, MISALIGNED, DIVISION_BY_ZERO, STACK_OVERFLOW, ASSERTION, CONSTANT_WRITE,
  ARRAY_INDEX, CRASH
};

// Why a launch stopped. `site` and `other_site` are instruction numbers of instrument.py's table.
struct Report {
  unsigned failure, site, other_site, line, column, size, write, other_write;
  unsigned block[3], thread[3], other_block[3], other_thread[3];
  unsigned waiting, exited, elsewhere, other_line;  // threads, at a barrier that cannot complete
  int region, detail;
  unsigned long long address, base;
  const char* text;
};

enum Space : unsigned { GLOBAL, SHARED, CONSTANT, DEVICE };

struct Shadow;

// A piece of memory that a kernel may use: an array argument or a variable of the module.
struct Region {
  uintptr_t low, high;
  Shadow* shadow;        // who touched it last; null: races are not looked for
  unsigned space, granule;  // log2 of the bytes that one shadow entry stands for
};

// One recorded access (trace.py).
struct Access {
  unsigned long long address, path;
  unsigned block, thread, site, size;
};

struct Launch {
  unsigned kernel, grid[3], block[3], dynamic_shared;
  unsigned long long first_block, blocks_done, access_budget, accesses, step_limit;
  void** arguments;
  unsigned char* stacks;  // MAX_THREADS stacks of stack_bytes each
  unsigned long long stack_bytes;
  Region* regions;
  Shadow* shared_shadow;
  Access* trace;
  unsigned char* print_buffer;
  unsigned long long trace_capacity, trace_length, print_capacity, print_length, print_dropped;
  unsigned region_count, last_block_first, ignore_block_races, cas_idiom, serial;
  unsigned char* trap_stack;  // where the fault handler runs
  unsigned long long trap_stack_bytes;
  Report report;
};

static Launch* launch;
static uint3 thread_index, block_index, block_size, grid_size;
static unsigned long long block_number;
}  // namespace gpu

#define threadIdx gpu::thread_index
#define blockIdx gpu::block_index
#define blockDim gpu::block_size
#define gridDim gpu::grid_size
static constexpr int warpSize = 32;

extern "C" {
alignas(128) __attribute__((visibility("hidden"), used)) unsigned char gpu_dynamic_shared[gpu::MAX_DYNAMIC + 128];
}
