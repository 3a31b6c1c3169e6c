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
    case ReductionAny: return (ag_partial){.i = 0};
    case ReductionAll: return (ag_partial){.i = 1};
  }
}

// NaN wins.
static inline double larger(double a, double b) { return (a > b || a != a) ? a : b; }
static inline double smaller(double a, double b) { return (a < b || a != a) ? a : b; }

ag_partial ag_reduce_combine(Reduction reduction, ag_dtype dtype, ag_partial a, ag_partial b) {
  if (reduction == ReductionAny) return (ag_partial){.i = a.i | b.i};
  if (reduction == ReductionAll) return (ag_partial){.i = a.i & b.i};
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

// Tiles are folded on LANES lanes, then the lanes in order: the same bits on every processor.
enum { LANES = 32, AG_FOLD = 512 };

#define FLOAT_FOLD(NAME, T, IDENTITY, STEP, JOIN)                                   \
  AG_CLONES static double NAME(int64_t n, const T *restrict x) {                    \
    T lane[LANES];                                                                  \
    for (int j = 0; j < LANES; j++) lane[j] = (T)(IDENTITY);                        \
    int64_t i = 0;                                                                  \
    for (; i + LANES <= n; i += LANES) {                                            \
      for (int j = 0; j < LANES; j++) { T a = lane[j], b = x[i + j]; lane[j] = STEP; } \
    }                                                                               \
    for (; i < n; i++) { T a = lane[i % LANES], b = x[i]; lane[i % LANES] = STEP; } \
    double result = lane[0];                                                        \
    for (int j = 1; j < LANES; j++) { double a = result, b = lane[j]; result = JOIN; } \
    return result;                                                                  \
  }

FLOAT_FOLD(sum_f32, float, 0, a + b, a + b)
FLOAT_FOLD(sum_f64, double, 0, a + b, a + b)
FLOAT_FOLD(max_f32, float, -INFINITY, (a > b || a != a) ? a : b, larger(a, b))
FLOAT_FOLD(max_f64, double, -INFINITY, (a > b || a != a) ? a : b, larger(a, b))
FLOAT_FOLD(min_f32, float, INFINITY, (a < b || a != a) ? a : b, smaller(a, b))
FLOAT_FOLD(min_f64, double, INFINITY, (a < b || a != a) ? a : b, smaller(a, b))

static ag_partial element(ag_dtype dtype, const void *data, int64_t i) {
  switch (dtype) {
    case DTypeFloat32: return (ag_partial){.f = ((const float *)data)[i]};
    case DTypeFloat64: return (ag_partial){.f = ((const double *)data)[i]};
    case DTypeInt32: return (ag_partial){.i = ((const int32_t *)data)[i]};
    case DTypeInt64: return (ag_partial){.i = ((const int64_t *)data)[i]};
    default: return (ag_partial){.i = ((const uint8_t *)data)[i]};
  }
}

// Any and all look at truth, whatever the type.
static ag_partial operand(Reduction reduction, ag_dtype dtype, const void *data, int64_t i) {
  ag_partial value = element(dtype, data, i);
  if (reduction != ReductionAny && reduction != ReductionAll) return value;
  return (ag_partial){.i = is_float(dtype) ? value.f != 0 : value.i != 0};
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
  for (int64_t i = 0; i < n; i++) {
    total = ag_reduce_combine(reduction, dtype, total, operand(reduction, dtype, tile, i));
  }
  return total;
}

AG_CLONES static void add_lanes_f32(int64_t n, const float *restrict tile, ag_partial *restrict partials) {
  for (int64_t j = 0; j < n; j++) partials[j].f += tile[j];
}

AG_CLONES static void add_lanes_f64(int64_t n, const double *restrict tile, ag_partial *restrict partials) {
  for (int64_t j = 0; j < n; j++) partials[j].f += tile[j];
}

void ag_reduce_lanes(Reduction reduction, ag_dtype dtype, int64_t n, const void *tile, ag_partial *partials) {
  if (reduction == ReductionSum && dtype == DTypeFloat32) return add_lanes_f32(n, tile, partials);
  if (reduction == ReductionSum && dtype == DTypeFloat64) return add_lanes_f64(n, tile, partials);
  for (int64_t j = 0; j < n; j++) {
    partials[j] = ag_reduce_combine(reduction, dtype, partials[j], operand(reduction, dtype, tile, j));
  }
}

void ag_reduce_store(ag_dtype dtype, ag_dtype result_dtype, ag_partial value, void *result, int64_t index) {
  bool real = is_float(dtype);
  switch (result_dtype) {
    case DTypeFloat32: ((float *)result)[index] = real ? (float)value.f : (float)value.i; return;
    case DTypeFloat64: ((double *)result)[index] = real ? value.f : (double)value.i; return;
    case DTypeInt32: ((int32_t *)result)[index] = (int32_t)value.i; return;
    case DTypeInt64: ((int64_t *)result)[index] = value.i; return;
    default: ((uint8_t *)result)[index] = (uint8_t)value.i; return;
  }
}

void ag_reduce_contiguous(Reduction reduction, ag_dtype dtype, ag_dtype result_dtype, int64_t count,
                          const void *data, void *result) {
  static const int sizes[] = {4, 8, 4, 8, 1, 1};
  ag_partial total = ag_reduce_identity(reduction, dtype);
  for (int64_t i = 0; i < count; i += AG_FOLD) {
    int64_t n = count - i < AG_FOLD ? count - i : AG_FOLD;
    const char *tile = (const char *)data + i * sizes[dtype];
    total = ag_reduce_combine(reduction, dtype, total, ag_reduce_tile(reduction, dtype, n, tile));
  }
  ag_reduce_store(dtype, result_dtype, total, result, 0);
}
