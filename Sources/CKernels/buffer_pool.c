#define _GNU_SOURCE
#include "buffer_pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

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
  ag_buffer_statistics statistics;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

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
  if (pool.statistics.live > pool.statistics.peak) pool.statistics.peak = pool.statistics.live;
  pthread_mutex_unlock(&pool.lock);
  if (found) return found;

  void *memory = system_allocate(rounded);
  if (!memory) { // pooled buffers of other sizes may be what is missing
    ag_buffer_trim();
    memory = system_allocate(rounded);
  }
  if (!memory) {
    fprintf(stderr, "Autograd: out of memory: an array of %zu bytes cannot be allocated\n", bytes);
    abort();
  }
  return memory;
}

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

ag_buffer_statistics ag_buffer_get_statistics(void) {
  pthread_mutex_lock(&pool.lock);
  ag_buffer_statistics copy = pool.statistics;
  pthread_mutex_unlock(&pool.lock);
  return copy;
}

void ag_buffer_reset_peak(void) {
  pthread_mutex_lock(&pool.lock);
  pool.statistics.peak = pool.statistics.live;
  pthread_mutex_unlock(&pool.lock);
}
