#include "nonfinite.h"

#include "clones.h"

// By the bits: all exponent bits are set, and of a NaN some below them.
#define COUNT(NAME, T, EXPONENT)                                                                 \
  AG_CLONES static int64_t odd_##NAME(int64_t count, const T *bits) {                            \
    int64_t odd = 0;                                                                             \
    for (int64_t i = 0; i < count; i++) odd += (bits[i] & (T)EXPONENT) == (T)EXPONENT;           \
    return odd;                                                                                  \
  }                                                                                              \
  static ag_nonfinite count_##NAME(int64_t count, const T *bits) {                               \
    ag_nonfinite found = {.first = -1};                                                          \
    if (odd_##NAME(count, bits) == 0) return found;                                              \
    for (int64_t i = 0; i < count; i++) {                                                        \
      if ((bits[i] & (T)EXPONENT) != (T)EXPONENT) continue;                                      \
      if (found.first < 0) found.first = i;                                                      \
      bool isInfinite = (T)(bits[i] << 1) == (T)((T)EXPONENT << 1);                              \
      found.infinities += isInfinite;                                                            \
      found.nans += !isInfinite;                                                                 \
    }                                                                                            \
    return found;                                                                                \
  }

COUNT(f16, uint16_t, 0x7C00)
COUNT(f32, uint32_t, 0x7F800000)
COUNT(f64, uint64_t, 0x7FF0000000000000)

ag_nonfinite ag_count_nonfinite(ag_dtype dtype, int64_t count, const void *values) {
  switch (dtype) {
    case DTypeFloat16: return count_f16(count, values);
    case DTypeFloat32: return count_f32(count, values);
    case DTypeFloat64: return count_f64(count, values);
    default: return (ag_nonfinite){.first = -1};
  }
}
