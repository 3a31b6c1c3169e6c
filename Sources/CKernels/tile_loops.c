#include "tile.h"

#include <string.h>

#include "clones.h"

// SPREAD writes whole groups of 16 and lets the next row overwrite the excess: short rows need no loop of their own.
// PLANAR and PUT walk the shorter stride of the operand innermost, to use a cache line while it is there.
#define COPY_LOOPS(S, T)                                                                                        \
  AG_CLONES static void strided_##S(int64_t n, int64_t stride, const T *restrict s, T *restrict d) {            \
    for (int64_t i = 0; i < n; i++) d[i] = s[i * stride];                                                       \
  }                                                                                                             \
  AG_CLONES static void spread_##S(int64_t rows, int64_t width, int64_t stride, const T *restrict s,            \
                                   T *restrict d) {                                                             \
    const T *end = d + rows * width;                                                                            \
    int64_t groups = (width + 15) / 16 * 16;                                                                    \
    for (int64_t r = 0; r < rows; r++, d += width) {                                                            \
      T value = s[r * stride];                                                                                  \
      if (end - d >= groups) {                                                                                  \
        for (int64_t j = 0; j < groups; j += 16) {                                                              \
          for (int k = 0; k < 16; k++) d[j + k] = value;                                                        \
        }                                                                                                       \
      } else {                                                                                                  \
        for (int64_t j = 0; j < width; j++) d[j] = value;                                                       \
      }                                                                                                         \
    }                                                                                                           \
  }                                                                                                             \
  AG_CLONES static void planar_##S(int64_t rows, int64_t width, int64_t rs, int64_t cs, const T *restrict s,    \
                                   T *restrict d) {                                                             \
    if (rs * rs < cs * cs) {                                                                                    \
      for (int64_t c = 0; c < width; c++) {                                                                     \
        for (int64_t r = 0; r < rows; r++) d[r * width + c] = s[r * rs + c * cs];                               \
      }                                                                                                         \
    } else {                                                                                                    \
      for (int64_t r = 0; r < rows; r++) {                                                                      \
        for (int64_t c = 0; c < width; c++) d[r * width + c] = s[r * rs + c * cs];                              \
      }                                                                                                         \
    }                                                                                                           \
  }                                                                                                             \
  AG_CLONES static void put_##S(int64_t rows, int64_t width, int64_t rs, int64_t cs, const T *restrict s,       \
                                T *restrict d) {                                                                \
    if (rs * rs < cs * cs) {                                                                                    \
      for (int64_t c = 0; c < width; c++) {                                                                     \
        for (int64_t r = 0; r < rows; r++) d[r * rs + c * cs] = s[r * width + c];                               \
      }                                                                                                         \
    } else {                                                                                                    \
      for (int64_t r = 0; r < rows; r++) {                                                                      \
        for (int64_t c = 0; c < width; c++) d[r * rs + c * cs] = s[r * width + c];                              \
      }                                                                                                         \
    }                                                                                                           \
  }

COPY_LOOPS(1, uint8_t)
COPY_LOOPS(2, uint16_t)
COPY_LOOPS(4, uint32_t)
COPY_LOOPS(8, uint64_t)

#define BY_ITEM(LOOP, FROM, TO, ...)                                                    \
  switch (item) {                                                                       \
    case 1: LOOP##_1(__VA_ARGS__, (const uint8_t *)(FROM), (uint8_t *)(TO)); break;     \
    case 2: LOOP##_2(__VA_ARGS__, (const uint16_t *)(FROM), (uint16_t *)(TO)); break;   \
    case 4: LOOP##_4(__VA_ARGS__, (const uint32_t *)(FROM), (uint32_t *)(TO)); break;   \
    default: LOOP##_8(__VA_ARGS__, (const uint64_t *)(FROM), (uint64_t *)(TO)); break;  \
  }

static void gather_row(int item, int64_t n, int64_t stride, const char *source, char *tile) {
  if (stride == 1) {
    memcpy(tile, source, (size_t)(n * item));
  } else if (stride == 0) {
    BY_ITEM(spread, source, tile, 1, n, 0)
  } else {
    BY_ITEM(strided, source, tile, n, stride)
  }
}

// The first `filled` bytes, over and over: what is there doubles with each copy.
static void repeat(char *tile, int64_t filled, int64_t total) {
  while (filled < total) {
    int64_t bytes = total - filled < filled ? total - filled : filled;
    memcpy(tile + filled, tile, (size_t)bytes);
    filled += bytes;
  }
}

void ag_tile_gather(int item, int64_t rows, int64_t width, int64_t row_stride, int64_t column_stride,
                    const char *source, char *tile) {
  if (width == 1) {
    gather_row(item, rows, row_stride, source, tile);
  } else if (rows == 1 || row_stride == width * column_stride) {
    gather_row(item, rows * width, column_stride, source, tile);
  } else if (row_stride == 0) {
    gather_row(item, width, column_stride, source, tile);
    repeat(tile, width * item, rows * width * item);
  } else if (column_stride == 0) {
    BY_ITEM(spread, source, tile, rows, width, row_stride)
  } else if (column_stride == 1) {
    for (int64_t r = 0; r < rows; r++) {
      memcpy(tile + r * width * item, source + r * row_stride * item, (size_t)(width * item));
    }
  } else {
    BY_ITEM(planar, source, tile, rows, width, row_stride, column_stride)
  }
}

void ag_tile_scatter(int item, int64_t rows, int64_t width, int64_t row_stride, int64_t column_stride,
                     const char *tile, char *destination) {
  if (width == 1 || rows == 1 || row_stride == width * column_stride) { // one axis is enough
    int64_t stride = width == 1 ? row_stride : column_stride, n = rows * width;
    if (stride == 1 || n == 1) {
      memcpy(destination, tile, (size_t)(n * item));
    } else {
      BY_ITEM(put, tile, destination, 1, n, 0, stride)
    }
  } else if (column_stride == 1) {
    for (int64_t r = 0; r < rows; r++) {
      memcpy(destination + r * row_stride * item, tile + r * width * item, (size_t)(width * item));
    }
  } else {
    BY_ITEM(put, tile, destination, rows, width, row_stride, column_stride)
  }
}

// Rows too short for the lanes of ag_reduce_tile: neighbouring rows overlap in the processor instead.
enum { SHORT_ROW = 48 };

#define SHORT_ROWS(NAME, X, FIELD, T, STEP)                                                                     \
  AG_CLONES static void NAME(int64_t rows, int64_t width, const void *tile, ag_partial *restrict p,             \
                             int64_t stride) {                                                                  \
    const X *x = tile;                                                                                          \
    for (int64_t r = 0; r < rows; r++, x += width) {                                                            \
      T a = (T)p[r * stride].FIELD;                                                                             \
      for (int64_t c = 0; c < width; c++) { T b = x[c]; a = STEP; }                                             \
      p[r * stride].FIELD = a;                                                                                  \
    }                                                                                                           \
  }

#define LARGER ((a > b || a != a) ? a : b)
#define SMALLER ((a < b || a != a) ? a : b)

SHORT_ROWS(sum_rows_f32, float, f, double, a + b)
SHORT_ROWS(max_rows_f32, float, f, float, LARGER)
SHORT_ROWS(min_rows_f32, float, f, float, SMALLER)
SHORT_ROWS(sum_rows_f64, double, f, double, a + b)
SHORT_ROWS(max_rows_f64, double, f, double, LARGER)
SHORT_ROWS(min_rows_f64, double, f, double, SMALLER)
SHORT_ROWS(min_rows_i64, int64_t, i, int64_t, a < b ? a : b)

typedef void (*short_rows)(int64_t rows, int64_t width, const void *x, ag_partial *p, int64_t stride);

static short_rows short_rows_of(Reduction reduction, ag_dtype dtype) {
  if (dtype == DTypeInt64) return reduction == ReductionMinimum ? min_rows_i64 : NULL;
  bool single = dtype == DTypeFloat32;
  if (!single && dtype != DTypeFloat64) return NULL;
  switch (reduction) {
    case ReductionSum: return single ? sum_rows_f32 : sum_rows_f64;
    case ReductionMaximum: return single ? max_rows_f32 : max_rows_f64;
    case ReductionMinimum: return single ? min_rows_f32 : min_rows_f64;
    default: return NULL;
  }
}

void ag_tile_reduce_rows(Reduction reduction, ag_dtype dtype, int64_t rows, int64_t width, const char *tile,
                         ag_partial *partials, int64_t stride) {
  short_rows loop = width <= SHORT_ROW && rows > 1 ? short_rows_of(reduction, dtype) : NULL;
  if (loop) return loop(rows, width, tile, partials, stride);
  int64_t bytes = width * ag_item_bytes(dtype);
  for (int64_t r = 0; r < rows; r++) {
    ag_partial row = ag_reduce_tile(reduction, dtype, width, tile + r * bytes);
    partials[r * stride] = ag_reduce_combine(reduction, dtype, partials[r * stride], row);
  }
}

// Eight columns at a time stay in registers while the rows go by; the order of additions is that of the rows.
AG_CLONES static void sum_columns(int64_t rows, int64_t width, const float *restrict x, ag_partial *restrict p) {
  int64_t c = 0;
  for (; c + 8 <= width; c += 8) {
    double sum[8];
    for (int k = 0; k < 8; k++) sum[k] = p[c + k].f;
    for (int64_t r = 0; r < rows; r++) {
      for (int k = 0; k < 8; k++) sum[k] += x[r * width + c + k];
    }
    for (int k = 0; k < 8; k++) p[c + k].f = sum[k];
  }
  for (; c < width; c++) {
    double sum = p[c].f;
    for (int64_t r = 0; r < rows; r++) sum += x[r * width + c];
    p[c].f = sum;
  }
}

void ag_tile_reduce_columns(Reduction reduction, ag_dtype dtype, int64_t rows, int64_t width, const char *tile,
                            ag_partial *partials, int64_t stride) {
  if (reduction == ReductionSum && dtype == DTypeFloat32 && stride == 0 && rows > 1) {
    return sum_columns(rows, width, (const float *)tile, partials);
  }
  int64_t bytes = width * ag_item_bytes(dtype);
  for (int64_t r = 0; r < rows; r++) {
    ag_reduce_lanes(reduction, dtype, width, tile + r * bytes, partials + r * stride);
  }
}

void ag_partials_fill(int64_t count, ag_partial value, ag_partial *partials) {
  for (int64_t i = 0; i < count; i++) partials[i] = value;
}

void ag_partials_store(ag_dtype dtype, ag_dtype result_dtype, int64_t count, const ag_partial *partials, void *result) {
  if (dtype == DTypeFloat32 && result_dtype == DTypeFloat32) {
    for (int64_t i = 0; i < count; i++) ((float *)result)[i] = (float)partials[i].f;
    return;
  }
  for (int64_t i = 0; i < count; i++) ag_reduce_store(dtype, result_dtype, partials[i], result, i);
}
