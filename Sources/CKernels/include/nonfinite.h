#ifndef AG_NONFINITE_H
#define AG_NONFINITE_H

#include "scalar_ops.h"

// How many of the contiguous numbers are NaN, how many infinite, and the index of the first of either, or -1.
typedef struct {
  int64_t nans, infinities, first;
} ag_nonfinite;

ag_nonfinite ag_count_nonfinite(ag_dtype dtype, int64_t count, const void *_Nonnull values);

#endif
