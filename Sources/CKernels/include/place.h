#ifndef AG_PLACE_H
#define AG_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "program.h"

// Writes the elements of one strided array (strides in elements) over those of another, or adds them to them.
void ag_place(int rank, const int64_t *_Nonnull extents, const int64_t *_Nonnull from, const int64_t *_Nonnull to,
              ag_dtype dtype, bool adds, const void *_Nonnull source, void *_Nonnull destination);

#endif
