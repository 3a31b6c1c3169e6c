#ifndef AG_PACK_H
#define AG_PACK_H

#include <stdint.h>

// Copies the elements of a strided array (strides in elements, `source` its first element) to contiguous memory.
void ag_pack(int rank, const int64_t *_Nonnull extents, const int64_t *_Nonnull strides, int item_size,
             const void *_Nonnull source, void *_Nonnull destination);

// Writes one element to each of `count` places.
void ag_fill(int item_size, int64_t count, const void *_Nonnull value, void *_Nonnull destination);

// Memory of the calling thread for the operands of one small operation; valid until its next use of the same index.
enum { AG_SMALL_BYTES = 16384 };
void *_Nonnull ag_small_scratch(int index); // 0, 1 or 2

#endif
