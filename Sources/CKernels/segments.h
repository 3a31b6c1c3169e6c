#ifndef AG_SEGMENTS_H
#define AG_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>

// Large buffers are parts of segments: memory of the system's that is split as buffers need it, and joined again as
// they are released. So what one array leaves serves for arrays of other sizes, and little is touched for the first
// time. The caller holds the lock of the pool.
typedef struct {
  void *memory; // 64-byte aligned; NULL if there is none
  size_t bytes; // all that it takes of the segment
} ag_part;

// How large a segment for one buffer of so many bytes is.
size_t ag_segment_bytes(size_t bytes);
// Adds a segment, as one free part.
void ag_segment_add(void *memory, size_t bytes);
// Takes the smallest free part that is large enough, or what is needed of it.
ag_part ag_segment_take(size_t bytes);
// Whether there is such a part.
bool ag_segment_has(size_t bytes);
// Makes the part of a buffer free; returns its bytes.
size_t ag_segment_give(void *memory);
// Removes the segment that has been free as a whole for the longest time.
ag_part ag_segment_remove(void);

#endif
