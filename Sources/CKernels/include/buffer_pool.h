#ifndef AG_BUFFER_POOL_H
#define AG_BUFFER_POOL_H

#include <stddef.h>
#include <stdint.h>

// Recycles the buffers of arrays, so that a training step asks nothing of the system:
// first touch of fresh pages costs ten times a warm write.
void *_Nonnull ag_buffer_acquire(size_t bytes);           // 64-byte aligned; aborts when memory is exhausted
void ag_buffer_release(void *_Nonnull buffer, size_t bytes); // the byte count given to acquire
void ag_buffer_trim(void);                       // gives pooled buffers back to the system

typedef struct {
  int64_t live, pooled, peak; // bytes
  int64_t system_allocations; // how often the pool had to ask the system
} ag_buffer_statistics;

ag_buffer_statistics ag_buffer_get_statistics(void);
void ag_buffer_reset_peak(void);

#endif
