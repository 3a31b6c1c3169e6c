#include "reduce.h"

#include <math.h>

#include "clones.h"

static bool is_float(ag_dtype dtype) { return dtype == DTypeFloat32 || dtype == DTypeFloat64; }

// The largest and smallest values of each integer type, as identities of minimum and maximum.
static int64_t integer_limit(ag_dtype dtype, bool largest) {
  switch (dtype) {
    case DTypeInt32: return largest ? INT32_MAX : INT32_MIN;
    case DTypeInt64: return largest ? INT64_MAX : INT64_MIN;
    case DTypeUInt8: return largest ? UINT8_MAX : 0;
    default: return largest ? 1 : 0;
  }
}

ag_partial ag_reduce_identity(Reduction reduction, ag_dtype dtype) {
  bool real = is_float(dtype);
  switch (reduction) {
    case ReductionSum: return real ? (ag_partial){.f = 0} : (ag_partial){.i = 0};
    case ReductionProduct: return real ? (ag_partial){.f = 1} : (ag_partial){.i = 1};
    case ReductionMaximum:
      return real ? (ag_partial){.f = -INFINITY} : (ag_partial){.i = integer_limit(dtype, false)};
    case ReductionMinimum:
      return real ? (ag_partial){.f = INFINITY} : (ag_partial){.i = integer_limit(dtype, true)};
  }
}

// NaN wins.
static inline double larger(double a, double b) { return (a > b || a != a) ? a : b; }
static inline double smaller(double a, double b) { return (a < b || a != a) ? a : b; }

ag_partial ag_reduce_combine(Reduction reduction, ag_dtype dtype, ag_partial a, ag_partial b) {
  if (is_float(dtype)) {
    switch (reduction) {
      case ReductionSum: return (ag_partial){.f = a.f + b.f};
      case ReductionProduct: return (ag_partial){.f = a.f * b.f};
      case ReductionMaximum: return (ag_partial){.f = larger(a.f, b.f)};
      default: return (ag_partial){.f = smaller(a.f, b.f)};
    }
  }
  switch (reduction) { // integers wrap, as NumPy's do
    case ReductionSum: return (ag_partial){.i = (int64_t)((uint64_t)a.i + (uint64_t)b.i)};
    case ReductionProduct: return (ag_partial){.i = (int64_t)((uint64_t)a.i * (uint64_t)b.i)};
    case ReductionMaximum: return (ag_partial){.i = a.i > b.i ? a.i : b.i};
    default: return (ag_partial){.i = a.i < b.i ? a.i : b.i};
  }
}

// Tiles are folded on LANES lanes, then the lanes in halves: the same bits on every processor.
enum { LANES = 32, AG_FOLD = 512 };

#define FLOAT_FOLD(NAME, T, JOINED, IDENTITY, STEP)                                                      \
  AG_CLONES static double NAME(int64_t n, const T *restrict x) {                                         \
    T lane[LANES];                                                                                       \
    for (int j = 0; j < LANES; j++) lane[j] = (T)(IDENTITY);                                             \
    int64_t i = 0;                                                                                       \
    for (; i + LANES <= n; i += LANES) {                                                                 \
      for (int j = 0; j < LANES; j++) { T a = lane[j], b = x[i + j]; lane[j] = STEP; }                   \
    }                                                                                                    \
    for (int64_t j = 0; i + j < n; j++) { T a = lane[j], b = x[i + j]; lane[j] = STEP; }                 \
    JOINED joined[LANES];                                                                                \
    for (int j = 0; j < LANES; j++) joined[j] = lane[j];                                                 \
    for (int half = LANES / 2; half > 0; half /= 2) {                                                    \
      for (int j = 0; j < half; j++) { JOINED a = joined[j], b = joined[j + half]; joined[j] = STEP; }   \
    }                                                                                                    \
    return joined[0];                                                                                    \
  }

#define LARGER ((a > b || a != a) ? a : b)
#define SMALLER ((a < b || a != a) ? a : b)

FLOAT_FOLD(sum_f32, float, double, 0, a + b)
FLOAT_FOLD(sum_f64, double, double, 0, a + b)
FLOAT_FOLD(max_f32, float, float, -INFINITY, LARGER)
FLOAT_FOLD(max_f64, double, double, -INFINITY, LARGER)
FLOAT_FOLD(min_f32, float, float, INFINITY, SMALLER)
FLOAT_FOLD(min_f64, double, double, INFINITY, SMALLER)

// One loop for each reduction over the elements x[i]; P is the partial that takes element i.
#define LOOP(BODY) for (int64_t i = 0; i < n; i++) { BODY; } return

// Products are taken in the type of the partial.
#define REAL_LOOPS(P)                                                                    \
  switch (reduction) {                                                                   \
    case ReductionSum: LOOP((P).f += x[i]);                                              \
    case ReductionProduct: LOOP((P).f *= x[i]);                                          \
    case ReductionMaximum: LOOP(double b = x[i]; double a = (P).f; (P).f = LARGER);      \
    case ReductionMinimum: LOOP(double b = x[i]; double a = (P).f; (P).f = SMALLER);     \
  }

// Integers wrap, as NumPy's do.
#define INTEGER_LOOPS(P)                                                                 \
  switch (reduction) {                                                                   \
    case ReductionSum: LOOP((P).i = (int64_t)((uint64_t)(P).i + (uint64_t)x[i]));        \
    case ReductionProduct: LOOP((P).i = (int64_t)((uint64_t)(P).i * (uint64_t)x[i]));    \
    case ReductionMaximum: LOOP((P).i = x[i] > (P).i ? x[i] : (P).i);                    \
    case ReductionMinimum: LOOP((P).i = x[i] < (P).i ? x[i] : (P).i);                    \
  }

#define REDUCTIONS(S, T, LOOPS)                                                                                 \
  AG_CLONES static void fold_##S(Reduction reduction, int64_t n, const T *restrict x, ag_partial *restrict p) { \
    LOOPS(p[0])                                                                                                 \
  }                                                                                                             \
  AG_CLONES static void lanes_##S(Reduction reduction, int64_t n, const T *restrict x, ag_partial *restrict p) { \
    LOOPS(p[i])                                                                                                 \
  }

REDUCTIONS(f32, float, REAL_LOOPS)
REDUCTIONS(f64, double, REAL_LOOPS)
REDUCTIONS(i32, int32_t, INTEGER_LOOPS)
REDUCTIONS(i64, int64_t, INTEGER_LOOPS)
REDUCTIONS(u8, uint8_t, INTEGER_LOOPS)

#define BY_DTYPE(NAME, X, P)                                        \
  switch (dtype) {                                                  \
    case DTypeFloat32: NAME##_f32(reduction, n, X, P); break;       \
    case DTypeFloat64: NAME##_f64(reduction, n, X, P); break;       \
    case DTypeInt32: NAME##_i32(reduction, n, X, P); break;         \
    case DTypeInt64: NAME##_i64(reduction, n, X, P); break;         \
    default: NAME##_u8(reduction, n, X, P); break;                  \
  }

ag_partial ag_reduce_tile(Reduction reduction, ag_dtype dtype, int64_t n, const void *tile) {
  if (dtype == DTypeFloat32) {
    if (reduction == ReductionSum) return (ag_partial){.f = sum_f32(n, tile)};
    if (reduction == ReductionMaximum) return (ag_partial){.f = max_f32(n, tile)};
    if (reduction == ReductionMinimum) return (ag_partial){.f = min_f32(n, tile)};
  } else if (dtype == DTypeFloat64) {
    if (reduction == ReductionSum) return (ag_partial){.f = sum_f64(n, tile)};
    if (reduction == ReductionMaximum) return (ag_partial){.f = max_f64(n, tile)};
    if (reduction == ReductionMinimum) return (ag_partial){.f = min_f64(n, tile)};
  }
  ag_partial total = ag_reduce_identity(reduction, dtype);
  BY_DTYPE(fold, tile, &total)
  return total;
}

void ag_reduce_lanes(Reduction reduction, ag_dtype dtype, int64_t n, const void *tile, ag_partial *partials) {
  BY_DTYPE(lanes, tile, partials)
}

void ag_reduce_store(ag_dtype dtype, ag_dtype result_dtype, ag_partial value, void *result, int64_t index) {
  bool real = is_float(dtype);
  switch (result_dtype) {
    case DTypeFloat32: ((float *)result)[index] = real ? (float)value.f : (float)value.i; return;
    case DTypeFloat64: ((double *)result)[index] = real ? value.f : (double)value.i; return;
    case DTypeInt32: ((int32_t *)result)[index] = real ? (int32_t)value.f : (int32_t)value.i; return;
    case DTypeInt64: ((int64_t *)result)[index] = real ? (int64_t)value.f : value.i; return;
    default: ((uint8_t *)result)[index] = (uint8_t)value.i; return;
  }
}

void ag_reduce_contiguous(Reduction reduction, ag_dtype dtype, ag_dtype result_dtype, int64_t count,
                          const void *data, void *result) {
  ag_partial total = ag_reduce_identity(reduction, dtype);
  for (int64_t i = 0; i < count; i += AG_FOLD) {
    int64_t n = count - i < AG_FOLD ? count - i : AG_FOLD;
    const char *tile = (const char *)data + i * ag_item_bytes(dtype);
    total = ag_reduce_combine(reduction, dtype, total, ag_reduce_tile(reduction, dtype, n, tile));
  }
  ag_reduce_store(dtype, result_dtype, total, result, 0);
}
