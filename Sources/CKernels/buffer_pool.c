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
#include "segments.h"

// Size classes: eight to a power of two, so at most 1/8 of a buffer is unused. Buffers from LARGE on are parts of
// segments instead: there are few of them, and a program that no longer asks for their size should not keep them.
enum { MIN_LOG = 9, LARGE_LOG = 21, CLASSES = 8 * (LARGE_LOG - MIN_LOG) + 1, LARGE = 1 << LARGE_LOG };
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

static void *acquire_large(size_t bytes) {
  pthread_mutex_lock(&pool.lock);
  ag_part part = ag_segment_take(bytes);
  while (!part.memory) {
    pthread_mutex_unlock(&pool.lock);
    size_t segment = ag_segment_bytes(bytes);
    void *memory = allocate(segment);
    pthread_mutex_lock(&pool.lock);
    ag_segment_add(memory, segment);
    pool.statistics.pooled += (int64_t)segment;
    pool.statistics.system_allocations += 1;
    part = ag_segment_take(bytes); // another thread may have been faster
  }
  pool.statistics.pooled -= (int64_t)part.bytes;
  pool.statistics.live += (int64_t)part.bytes;
  note_peak();
  pthread_mutex_unlock(&pool.lock);
  return part.memory;
}

static void *acquire_small(size_t bytes) {
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

void *ag_buffer_acquire(size_t bytes) { return bytes < LARGE ? acquire_small(bytes) : acquire_large(bytes); }

void *ag_buffer_reserve(size_t bytes) {
  pthread_mutex_lock(&pool.lock);
  pool.statistics.system_allocations += 1;
  pthread_mutex_unlock(&pool.lock);
  return allocate(bytes);
}

// What more has to come from the system for a buffer.
static int64_t missing(size_t bytes) {
  if (bytes >= LARGE) return ag_segment_has(bytes) ? 0 : (int64_t)ag_segment_bytes(bytes);
  size_t rounded;
  return pool.free[size_class(bytes, &rounded)] ? 0 : (int64_t)rounded;
}

static bool fits(size_t bytes, int64_t limit) {
  ag_block_statistics blocks = ag_block_get_statistics();
  pthread_mutex_lock(&pool.lock);
  int64_t held = pool.statistics.live + pool.statistics.pooled + blocks.live + blocks.free + missing(bytes);
  pthread_mutex_unlock(&pool.lock);
  return held <= limit;
}

bool ag_buffer_admits(size_t bytes) {
  int64_t limit = ag_buffer_limit();
  if (limit == INT64_MAX || fits(bytes, limit)) return true;
  ag_buffer_trim();
  return fits(bytes, limit);
}

int64_t ag_buffer_limit(void) { return atomic_load_explicit(&pool.limit, memory_order_relaxed); }

void ag_buffer_set_limit(int64_t bytes) { atomic_store_explicit(&pool.limit, bytes, memory_order_relaxed); }

// Buffers kept for reuse are bounded by what was once live at the same time, and half of that for parts between others.
static int64_t budget(void) { return pool.statistics.peak + pool.statistics.peak / 2 + (16 << 20); }

// Takes memory out of the pool: a segment, or a buffer of the sizes in turn, so that what the program no longer asks
// for goes first.
static void *evict(void) {
  ag_part segment = ag_segment_remove();
  pool.statistics.pooled -= (int64_t)segment.bytes;
  for (int tries = 0; !segment.memory && tries < CLASSES; tries++) {
    pool.next_evicted = (pool.next_evicted + 1) % CLASSES;
    free_buffer *buffer = pool.free[pool.next_evicted];
    if (!buffer) continue;
    pool.free[pool.next_evicted] = buffer->next;
    pool.statistics.pooled -= (int64_t)class_bytes(pool.next_evicted);
    return buffer;
  }
  return segment.memory;
}

static int64_t give_small(void *buffer, size_t bytes) {
  size_t rounded;
  int class = size_class(bytes, &rounded);
  free_buffer *entry = buffer;
  entry->next = pool.free[class];
  pool.free[class] = entry;
  return (int64_t)rounded;
}

void ag_buffer_release(void *buffer, size_t bytes) {
  pthread_mutex_lock(&pool.lock);
  int64_t given = bytes < LARGE ? give_small(buffer, bytes) : (int64_t)ag_segment_give(buffer);
  pool.statistics.live -= given;
  pool.statistics.pooled += given;
  void *evicted = pool.statistics.live + pool.statistics.pooled > budget() ? evict() : NULL;
  pthread_mutex_unlock(&pool.lock);
  free(evicted);
}

void ag_buffer_trim(void) {
  pthread_mutex_lock(&pool.lock);
  for (void *memory = evict(); memory; memory = evict()) free(memory);
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
