#ifndef AG_REDUCE_H
#define AG_REDUCE_H

#include "program.h"

// A partial result: float sums are kept in double, so that 2e7 ones add up to 2e7; integers in int64.
typedef union {
  double f;
  int64_t i;
} ag_partial;

ag_partial ag_reduce_identity(Reduction reduction, ag_dtype dtype);
ag_partial ag_reduce_combine(Reduction reduction, ag_dtype dtype, ag_partial a, ag_partial b);
ag_partial ag_reduce_tile(Reduction reduction, ag_dtype dtype, int64_t n, const void *tile);
// partials[j] <- partials[j] with tile[j]
void ag_reduce_lanes(Reduction reduction, ag_dtype dtype, int64_t n, const void *tile, ag_partial *partials);
void ag_reduce_store(ag_dtype dtype, ag_dtype result_dtype, ag_partial value, void *result, int64_t index);

#endif
