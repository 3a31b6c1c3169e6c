#ifndef AG_POSITION_H
#define AG_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "scalar_ops.h"

// The positions, over the second axis of an array of shape (outer, count, inner), of the largest or smallest elements:
// of equal ones the first, and the first NaN.
void ag_extreme_positions(bool largest, ag_dtype dtype, int64_t outer, int64_t count, int64_t inner,
                          const void *_Nonnull x, int64_t *_Nonnull positions);

#endif
