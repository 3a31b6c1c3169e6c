#include "block_cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "buffer_pool.h"

// Sizes are powers of two from 32 on.
enum { SMALLEST_LOG = 5, CLASSES = 9, SLAB = 1 << 16 };

// A free block. Some of one size make a magazine, which moves between threads as a whole.
typedef struct block {
  struct block *next;
  struct block *next_magazine; // of the first block in a magazine: the rest of a stack of magazines
} block;

typedef struct {
  block *first;
  int32_t count;
} magazine;

// Blocks come from `active` and go to it. `spare` is full or empty: a thread that takes and gives by turns at the
// border of a magazine need not turn to the others each time.
typedef struct {
  magazine active, spare;
} class_cache;

typedef struct thread_cache {
  class_cache classes[CLASSES];
  struct thread_cache *next; // the list of those that hold blocks
  bool registered;
} thread_cache;

static _Thread_local thread_cache cache;

static struct {
  pthread_mutex_t lock;
  block *full[CLASSES];      // stacks of full magazines that no thread holds
  magazine partial[CLASSES]; // what threads left behind
  thread_cache *threads;
  int64_t carved; // bytes of all slabs
  int64_t free;   // bytes in `full` and `partial`
  pthread_once_t once;
  pthread_key_t key; // its destructor runs when a thread ends
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT};

static inline int class_of(size_t bytes) {
  return bytes <= 1u << SMALLEST_LOG ? 0 : 64 - SMALLEST_LOG - __builtin_clzll(bytes - 1);
}

static inline size_t class_bytes(int class) { return (size_t)1 << (class + SMALLEST_LOG); }

// Blocks in a magazine: at most one slab.
static inline int32_t capacity(int class) {
  int32_t count = SLAB >> (class + SMALLEST_LOG);
  return count < 256 ? count : 256;
}

static void push_full(int class, block *first) {
  first->next_magazine = shared.full[class];
  shared.full[class] = first;
}

// A thread changes its magazines while others count them.
static inline void set_count(magazine *m, int32_t count) { __atomic_store_n(&m->count, count, __ATOMIC_RELAXED); }

static void put(magazine *place, magazine m) {
  place->first = m.first;
  set_count(place, m.count);
}

// Another thread may be changing the count meanwhile: it then counts as it was, or as it will be.
static int64_t free_bytes(const class_cache *c, int class) {
  int32_t active = __atomic_load_n(&c->active.count, __ATOMIC_RELAXED);
  int32_t spare = __atomic_load_n(&c->spare.count, __ATOMIC_RELAXED);
  return (int64_t)class_bytes(class) * (active + spare);
}

// What is not free is live: so the fast paths need not count.
static ag_block_statistics count_locked(void) {
  int64_t free = shared.free;
  for (const thread_cache *t = shared.threads; t; t = t->next) {
    for (int class = 0; class < CLASSES; class++) free += free_bytes(&t->classes[class], class);
  }
  return (ag_block_statistics){.live = shared.carved - free, .free = free};
}

ag_block_statistics ag_block_get_statistics(void) {
  pthread_mutex_lock(&shared.lock);
  ag_block_statistics counted = count_locked();
  pthread_mutex_unlock(&shared.lock);
  return counted;
}

static void give(int class, magazine full) {
  pthread_mutex_lock(&shared.lock);
  push_full(class, full.first);
  shared.free += (int64_t)class_bytes(class) * full.count;
  pthread_mutex_unlock(&shared.lock);
}

static magazine take(int class) {
  pthread_mutex_lock(&shared.lock);
  magazine taken = {.first = shared.full[class], .count = capacity(class)};
  if (taken.first) {
    shared.full[class] = taken.first->next_magazine;
  } else {
    taken = shared.partial[class];
    shared.partial[class] = (magazine){0};
  }
  shared.free -= (int64_t)class_bytes(class) * taken.count;
  int64_t live = count_locked().live;
  pthread_mutex_unlock(&shared.lock);
  ag_buffer_note_blocks(live); // all blocks of the thread are taken: a peak, if there is one
  return taken;
}

static magazine carve(int class) {
  size_t bytes = class_bytes(class);
  magazine fresh = {.first = NULL, .count = capacity(class)};
  char *slab = ag_buffer_reserve(bytes * (size_t)fresh.count); // for good: its blocks go to many arrays
  pthread_mutex_lock(&shared.lock);
  shared.carved += (int64_t)bytes * fresh.count;
  pthread_mutex_unlock(&shared.lock);
  for (int32_t i = fresh.count - 1; i >= 0; i--) {
    block *b = (block *)(slab + bytes * (size_t)i);
    b->next = fresh.first;
    fresh.first = b;
  }
  return fresh;
}

// The blocks of a thread that ends go to the others.
static void leave(int class, magazine rest) {
  magazine *partial = &shared.partial[class];
  shared.free += (int64_t)class_bytes(class) * rest.count;
  while (rest.first) {
    block *moved = rest.first;
    rest.first = moved->next;
    moved->next = partial->first;
    *partial = (magazine){.first = moved, .count = partial->count + 1};
    if (partial->count < capacity(class)) continue;
    push_full(class, moved);
    *partial = (magazine){0};
  }
}

static void end_thread(void *unused) {
  (void)unused;
  pthread_mutex_lock(&shared.lock);
  for (int class = 0; class < CLASSES; class++) {
    leave(class, cache.classes[class].active);
    leave(class, cache.classes[class].spare);
    cache.classes[class] = (class_cache){0};
  }
  thread_cache **link = &shared.threads;
  while (*link != &cache) link = &(*link)->next;
  *link = cache.next;
  pthread_mutex_unlock(&shared.lock);
  cache.registered = false;
}

static void create_key(void) { pthread_key_create(&shared.key, end_thread); }

static void register_thread(void) {
  if (cache.registered) return;
  cache.registered = true;
  pthread_once(&shared.once, create_key);
  pthread_setspecific(shared.key, &cache);
  pthread_mutex_lock(&shared.lock);
  cache.next = shared.threads;
  shared.threads = &cache;
  pthread_mutex_unlock(&shared.lock);
}

static __attribute__((noinline)) void refill(int class) {
  class_cache *c = &cache.classes[class];
  register_thread();
  put(&c->active, c->spare.count > 0 ? c->spare : take(class));
  put(&c->spare, (magazine){0});
  if (c->active.count == 0) put(&c->active, carve(class));
}

static __attribute__((noinline)) void make_room(int class) {
  class_cache *c = &cache.classes[class];
  register_thread();
  if (c->active.count == 0) return;
  if (c->spare.count > 0) give(class, c->spare);
  put(&c->spare, c->active);
  put(&c->active, (magazine){0});
}

void *ag_block_acquire(size_t bytes) {
  int class = class_of(bytes);
  magazine *active = &cache.classes[class].active;
  if (active->count == 0) refill(class);
  block *taken = active->first;
  active->first = taken->next;
  set_count(active, active->count - 1);
  return taken;
}

void ag_block_release(void *memory, size_t bytes) {
  int class = class_of(bytes);
  magazine *active = &cache.classes[class].active;
  if (active->count == 0 || active->count == capacity(class)) make_room(class);
  block *given = memory;
  given->next = active->first;
  active->first = given;
  set_count(active, active->count + 1);
}
