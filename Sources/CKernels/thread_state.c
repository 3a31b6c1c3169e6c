#include "thread_state.h"

#include <pthread.h>

_Thread_local ag_thread_state ag_state_storage = {.immediate_limit = 2048};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static void (*destroy_numbers)(void *);

static void end_thread(void *numbers) {
  ag_state_storage.numbers = NULL;
  destroy_numbers(numbers);
}

static void create_key(void) { pthread_key_create(&key, end_thread); }

void ag_keep_numbers(void *numbers, void (*destroy)(void *)) {
  destroy_numbers = destroy;
  pthread_once(&once, create_key);
  pthread_setspecific(key, numbers);
  ag_state_storage.numbers = numbers;
}
