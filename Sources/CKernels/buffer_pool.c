#define _GNU_SOURCE
#include "buffer_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "block_cache.h"

// Size classes: eight to a power of two, so at most 1/8 of a buffer is unused.
enum { MIN_LOG = 9, CLASSES = 8 * 48 };
static const size_t HUGE_PAGE = 2u << 20;

typedef struct free_buffer {
  struct free_buffer *next;
} free_buffer;

static struct {
  pthread_mutex_t lock;
  free_buffer *free[CLASSES];
  int next_evicted;
  ag_buffer_statistics statistics; // of buffers; the peak is that of buffers and blocks together
  int64_t blocks;                  // bytes of blocks that were live when last counted
  _Atomic int64_t limit;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .limit = INT64_MAX};

static int size_class(size_t bytes, size_t *rounded) {
  if (bytes < (1u << MIN_LOG)) bytes = 1u << MIN_LOG;
  int log = 63 - __builtin_clzll(bytes);
  size_t step = (size_t)1 << (log - 3);
  size_t eighths = (bytes - ((size_t)1 << log) + step - 1) / step;
  *rounded = ((size_t)1 << log) + eighths * step;
  return (log - MIN_LOG) * 8 + (int)eighths; // eighths == 8 is the first class of the next power
}

static size_t class_bytes(int class) {
  size_t power = (size_t)1 << (class / 8 + MIN_LOG);
  return power + (size_t)(class % 8) * (power >> 3);
}

static void *system_allocate(size_t bytes) {
  size_t alignment = bytes >= HUGE_PAGE ? HUGE_PAGE : 64;
  void *memory = NULL;
  if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
#if defined(__linux__)
  if (bytes >= HUGE_PAGE) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

static void note_peak(void) {
  int64_t live = pool.statistics.live + pool.blocks;
  if (live > pool.statistics.peak) pool.statistics.peak = live;
}

// Memory of the system's. Pooled buffers of other sizes may be what is missing.
static void *allocate(size_t bytes) {
  void *memory = system_allocate(bytes);
  if (!memory) {
    ag_buffer_trim();
    memory = system_allocate(bytes);
  }
  if (!memory) {
    fprintf(stderr, "Autograd: out of memory: an array of %zu bytes cannot be allocated\n", bytes);
    abort();
  }
  return memory;
}

void *ag_buffer_acquire(size_t bytes) {
  size_t rounded;
  int class = size_class(bytes, &rounded);
  pthread_mutex_lock(&pool.lock);
  free_buffer *found = pool.free[class];
  if (found) {
    pool.free[class] = found->next;
    pool.statistics.pooled -= (int64_t)rounded;
  } else {
    pool.statistics.system_allocations += 1;
  }
  pool.statistics.live += (int64_t)rounded;
  note_peak();
  pthread_mutex_unlock(&pool.lock);
  return found ? found : allocate(rounded);
}

void *ag_buffer_reserve(size_t bytes) {
  pthread_mutex_lock(&pool.lock);
  pool.statistics.system_allocations += 1;
  pthread_mutex_unlock(&pool.lock);
  return allocate(bytes);
}

bool ag_buffer_admits(size_t bytes) {
  int64_t limit = ag_buffer_limit();
  if (limit == INT64_MAX) return true;
  size_t rounded;
  int class = size_class(bytes, &rounded);
  ag_block_statistics blocks = ag_block_get_statistics();
  pthread_mutex_lock(&pool.lock);
  int64_t held = pool.statistics.live + blocks.live + blocks.free, pooled = pool.statistics.pooled;
  bool reuses = pool.free[class] != NULL;
  pthread_mutex_unlock(&pool.lock);
  if (held + pooled + (reuses ? 0 : (int64_t)rounded) <= limit) return true;
  ag_buffer_trim();
  return held + (int64_t)rounded <= limit;
}

int64_t ag_buffer_limit(void) { return atomic_load_explicit(&pool.limit, memory_order_relaxed); }

void ag_buffer_set_limit(int64_t bytes) { atomic_store_explicit(&pool.limit, bytes, memory_order_relaxed); }

// Buffers kept for reuse are bounded by what was once live at the same time, and a little more.
static int64_t budget(void) { return pool.statistics.peak + pool.statistics.peak / 4 + (16 << 20); }

// Takes a buffer of another size out of the pool, the sizes in turn: what the program no longer asks for goes first.
static free_buffer *evict(int kept) {
  for (int tries = 0; tries < CLASSES; tries++) {
    pool.next_evicted = (pool.next_evicted + 1) % CLASSES;
    free_buffer *buffer = pool.free[pool.next_evicted];
    if (!buffer || pool.next_evicted == kept) continue;
    pool.free[pool.next_evicted] = buffer->next;
    pool.statistics.pooled -= (int64_t)class_bytes(pool.next_evicted);
    return buffer;
  }
  return NULL;
}

void ag_buffer_release(void *buffer, size_t bytes) {
  size_t rounded;
  int class = size_class(bytes, &rounded);
  free_buffer *entry = buffer, *evicted = NULL;
  pthread_mutex_lock(&pool.lock);
  pool.statistics.live -= (int64_t)rounded;
  pool.statistics.pooled += (int64_t)rounded;
  entry->next = pool.free[class];
  pool.free[class] = entry;
  if (pool.statistics.live + pool.statistics.pooled > budget()) evicted = evict(class);
  pthread_mutex_unlock(&pool.lock);
  free(evicted);
}

void ag_buffer_trim(void) {
  pthread_mutex_lock(&pool.lock);
  for (int class = 0; class < CLASSES; class++) {
    while (pool.free[class]) {
      free_buffer *next = pool.free[class]->next;
      free(pool.free[class]);
      pool.free[class] = next;
    }
  }
  pool.statistics.pooled = 0;
  pthread_mutex_unlock(&pool.lock);
}

void ag_buffer_note_blocks(int64_t live) {
  pthread_mutex_lock(&pool.lock);
  pool.blocks = live;
  note_peak();
  pthread_mutex_unlock(&pool.lock);
}

ag_buffer_statistics ag_buffer_get_statistics(void) {
  ag_block_statistics blocks = ag_block_get_statistics();
  ag_buffer_note_blocks(blocks.live);
  pthread_mutex_lock(&pool.lock);
  ag_buffer_statistics all = pool.statistics;
  pthread_mutex_unlock(&pool.lock);
  all.live += blocks.live;
  all.pooled += blocks.free;
  return all;
}

void ag_buffer_reset_peak(void) {
  ag_block_statistics blocks = ag_block_get_statistics();
  pthread_mutex_lock(&pool.lock);
  pool.blocks = blocks.live;
  pool.statistics.peak = pool.statistics.live + blocks.live;
  pthread_mutex_unlock(&pool.lock);
}
