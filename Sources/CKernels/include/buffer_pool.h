#ifndef AG_BUFFER_POOL_H
#define AG_BUFFER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Recycles the buffers of arrays, so that a training step asks nothing of the system:
// first touch of fresh pages costs ten times a warm write.
void *_Nonnull ag_buffer_acquire(size_t bytes);              // 64-byte aligned; aborts when memory is exhausted
void ag_buffer_release(void *_Nonnull buffer, size_t bytes); // the byte count given to acquire
void *_Nonnull ag_buffer_reserve(size_t bytes);              // for good, and not counted as live
void ag_buffer_trim(void);                                   // gives pooled buffers back to the system

// Whether a buffer may be acquired without exceeding the limit; gives pooled buffers back if that is what it takes.
bool ag_buffer_admits(size_t bytes);
void ag_buffer_set_limit(int64_t bytes);
int64_t ag_buffer_limit(void); // INT64_MAX without one

typedef struct {
  int64_t live, pooled, peak; // bytes
  int64_t system_allocations; // how often the system was asked for memory
} ag_buffer_statistics;

// With the blocks of small arrays.
ag_buffer_statistics ag_buffer_get_statistics(void);
void ag_buffer_reset_peak(void);
void ag_buffer_note_blocks(int64_t live); // what blocks have live now, for the peak

#endif
