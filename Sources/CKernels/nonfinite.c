#include "nonfinite.h"

#include <math.h>

#include "clones.h"

// By the bits: all exponent bits are set.
AG_CLONES static int64_t odd_f32(int64_t count, const uint32_t *bits) {
  int64_t odd = 0;
  for (int64_t i = 0; i < count; i++) odd += (bits[i] & 0x7F800000u) == 0x7F800000u;
  return odd;
}

AG_CLONES static int64_t odd_f64(int64_t count, const uint64_t *bits) {
  const uint64_t exponent = 0x7FF0000000000000u;
  int64_t odd = 0;
  for (int64_t i = 0; i < count; i++) odd += (bits[i] & exponent) == exponent;
  return odd;
}

ag_nonfinite ag_count_nonfinite(bool doubles, int64_t count, const void *values) {
  ag_nonfinite found = {.first = -1};
  if ((doubles ? odd_f64(count, values) : odd_f32(count, values)) == 0) return found;
  for (int64_t i = 0; i < count; i++) {
    double value = doubles ? ((const double *)values)[i] : ((const float *)values)[i];
    if (isfinite(value)) continue;
    if (found.first < 0) found.first = i;
    found.nans += isnan(value) != 0;
    found.infinities += isinf(value) != 0;
  }
  return found;
}
