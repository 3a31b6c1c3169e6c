#ifndef AG_THREAD_STATE_H
#define AG_THREAD_STATE_H

#include <stdbool.h>
#include <stdint.h>

// What is true of the calling thread. A C thread-local costs one load on the per-operation path.
typedef struct {
  bool recording;          // operations on tracked arrays keep their history
  bool training;           // dropout drops, batch normalisation uses batch statistics
  bool failed;             // a failure is waiting to be thrown by the innermost `recovering`
  int32_t recovering;      // depth of `recovering` scopes
  int32_t tracing;         // depth of functions being traced: arrays without a value may be about
  int64_t immediate_limit; // arrays up to this many elements are computed at once
  int64_t pending_nodes;   // created since the last evaluation
  int64_t pending_bytes;   // pinned by pending nodes since the last evaluation
  void *_Nullable numbers; // the arrays of numbers used last
  void *_Nullable observer; // who is told of each operation; `immediate_limit` is -1 meanwhile
  int64_t observed_limit;   // what `immediate_limit` is without the observer
  const void *_Nullable recording_scope; // the innermost `record`, for messages
} ag_thread_state;

extern _Thread_local ag_thread_state ag_state_storage;

static inline ag_thread_state *_Nonnull ag_state(void) { return &ag_state_storage; }

// Sets `numbers` of the calling thread; when it ends, `destroy` gets them.
void ag_keep_numbers(void *_Nonnull numbers, void (*_Nonnull destroy)(void *_Nonnull));

#endif
