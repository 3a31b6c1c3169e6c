#ifndef AG_BLOCK_CACHE_H
#define AG_BLOCK_CACHE_H

#include <stddef.h>
#include <stdint.h>

// The bytes of small arrays. Each thread keeps free blocks of its own, so that to take one or to give one back is ten
// instructions, where malloc and free are 200.
enum { AG_LARGEST_BLOCK = 8192 };

void *_Nonnull ag_block_acquire(size_t bytes);               // up to AG_LARGEST_BLOCK; aligned to its size, at most 64
void ag_block_release(void *_Nonnull block, size_t bytes);   // by any thread; the byte count given to acquire

typedef struct {
  int64_t live, free; // bytes of blocks that arrays hold, and of the rest
} ag_block_statistics;

ag_block_statistics ag_block_get_statistics(void);

#endif
