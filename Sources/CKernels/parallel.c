#define _GNU_SOURCE
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

enum { MAX_WORKERS = 255, SPINS = 2000 };

typedef struct {
  void *context;
  ag_body body;
  int64_t count;
  _Atomic int64_t next; // the next index to take
} job;

static struct {
  pthread_mutex_t submit;    // held while a job runs; a second submitter runs its job alone
  pthread_mutex_t lock;      // guards generation for sleeping workers
  pthread_cond_t wake;
  _Atomic uint64_t generation;
  _Atomic int active;        // workers still inside the current job
  _Atomic int limit;         // workers that take part
  int started;
  job *current;
  _Atomic int threads;
  uint64_t first_seen[MAX_WORKERS]; // the generation at which each worker was started
} team = {.submit = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void take_part(job *job) {
  int64_t i;
  while ((i = atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed)) < job->count) {
    job->body(job->context, i);
  }
}

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static uint64_t wait_for_job(uint64_t seen) {
  for (int spin = 0; spin < SPINS; spin++) {
    uint64_t now = atomic_load_explicit(&team.generation, memory_order_acquire);
    if (now != seen) return now;
    relax();
  }
  pthread_mutex_lock(&team.lock);
  uint64_t now;
  while ((now = atomic_load_explicit(&team.generation, memory_order_acquire)) == seen) {
    pthread_cond_wait(&team.wake, &team.lock);
  }
  pthread_mutex_unlock(&team.lock);
  return now;
}

static void *worker(void *argument) {
  int id = (int)(intptr_t)argument;
  uint64_t seen = team.first_seen[id];
  for (;;) {
    seen = wait_for_job(seen);
    if (id < atomic_load_explicit(&team.limit, memory_order_acquire)) take_part(team.current);
    atomic_fetch_sub_explicit(&team.active, 1, memory_order_release);
  }
  return NULL;
}

static int available_processors(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count > 0 ? (int)count : 1;
}

int ag_threads(void) {
  int count = atomic_load_explicit(&team.threads, memory_order_relaxed);
  if (count == 0) {
    count = available_processors();
    atomic_store_explicit(&team.threads, count, memory_order_relaxed);
  }
  return count;
}

void ag_set_threads(int count) {
  if (count < 1) count = 1;
  if (count > MAX_WORKERS + 1) count = MAX_WORKERS + 1;
  atomic_store_explicit(&team.threads, count, memory_order_relaxed);
}

static void start_workers(int wanted) {
  while (team.started < wanted) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    team.first_seen[team.started] = atomic_load_explicit(&team.generation, memory_order_relaxed);
    bool ok = pthread_create(&thread, &attributes, worker, (void *)(intptr_t)team.started) == 0;
    pthread_attr_destroy(&attributes);
    if (!ok) return;
    team.started += 1;
  }
}

void ag_parallel(int64_t count, void *context, ag_body body) {
  job job = {.context = context, .body = body, .count = count, .next = 0};
  int helpers = ag_threads() - 1;
  if (helpers > count - 1) helpers = (int)(count - 1);
  if (helpers <= 0 || pthread_mutex_trylock(&team.submit) != 0) {
    for (int64_t i = 0; i < count; i++) body(context, i);
    return;
  }
  start_workers(helpers);
  team.current = &job;
  atomic_store_explicit(&team.limit, helpers, memory_order_relaxed);
  atomic_store_explicit(&team.active, team.started, memory_order_relaxed);
  pthread_mutex_lock(&team.lock);
  atomic_fetch_add_explicit(&team.generation, 1, memory_order_release);
  pthread_cond_broadcast(&team.wake);
  pthread_mutex_unlock(&team.lock);
  take_part(&job);
  for (int spin = 0; atomic_load_explicit(&team.active, memory_order_acquire) > 0; spin++) {
    if (spin < 10 * SPINS) relax(); else sched_yield();
  }
  pthread_mutex_unlock(&team.submit);
}
