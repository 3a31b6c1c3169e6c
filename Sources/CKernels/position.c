#include "position.h"

#include "clones.h"
#include "integers.h"

enum { LANES = 32, BLOCK = 64, SHORT_ROW = 128, COLUMNS = 256 };

// Whether b takes the place of a, the best so far.
#define BETTER(a, b, OP, IS_NAN) (!(((a) OP (b)) | ((a) == (b)) | IS_NAN(a)))

// Of a long row, the extreme is found on lanes, then its position by blocks: both loops are vector code, which one loop
// for both would not be. Of short rows, and of columns beside one another, both are found at once.
#define POSITION(NAME, T, OP, IS_NAN)                                                              \
  AG_CLONES static int64_t NAME##_long(int64_t n, const T *x) {                                    \
    T lane[LANES];                                                                                 \
    for (int j = 0; j < LANES; j++) lane[j] = x[0];                                                \
    int64_t i = 0;                                                                                 \
    for (; i + LANES <= n; i += LANES) {                                                           \
      for (int j = 0; j < LANES; j++) {                                                            \
        T a = lane[j], b = x[i + j];                                                               \
        lane[j] = ((a OP b) | IS_NAN(a)) ? a : b;                                                  \
      }                                                                                            \
    }                                                                                              \
    for (; i < n; i++) lane[0] = ((lane[0] OP x[i]) | IS_NAN(lane[0])) ? lane[0] : x[i];           \
    T best = lane[0];                                                                              \
    for (int j = 1; j < LANES; j++) best = ((best OP lane[j]) | IS_NAN(best)) ? best : lane[j];    \
    for (i = 0; i + BLOCK <= n; i += BLOCK) {                                                      \
      bool found = false;                                                                          \
      for (int j = 0; j < BLOCK; j++) found |= (x[i + j] == best) | IS_NAN(x[i + j]);              \
      if (found) break;                                                                            \
    }                                                                                              \
    while (!((x[i] == best) | IS_NAN(x[i]))) i++;                                                  \
    return i;                                                                                      \
  }                                                                                                \
  static inline int64_t NAME##_short(int64_t n, const T *x) {                                      \
    int64_t at = 0;                                                                                \
    T best = x[0];                                                                                 \
    for (int64_t i = 1; i < n; i++) {                                                              \
      bool better = BETTER(best, x[i], OP, IS_NAN);                                                \
      best = better ? x[i] : best;                                                                 \
      at = better ? i : at;                                                                        \
    }                                                                                              \
    return at;                                                                                     \
  }                                                                                                \
  AG_CLONES static void NAME##_columns(int64_t n, int64_t width, int64_t row, const T *x,          \
                                       int64_t *restrict at) {                                     \
    T best[COLUMNS];                                                                               \
    for (int64_t j = 0; j < width; j++) best[j] = x[j], at[j] = 0;                                 \
    for (int64_t i = 1; i < n; i++) {                                                              \
      const T *restrict b = x + i * row;                                                           \
      for (int64_t j = 0; j < width; j++) {                                                        \
        bool better = BETTER(best[j], b[j], OP, IS_NAN);                                           \
        best[j] = better ? b[j] : best[j];                                                         \
        at[j] = better ? i : at[j];                                                                \
      }                                                                                            \
    }                                                                                              \
  }                                                                                                \
  static void NAME(int64_t outer, int64_t n, int64_t inner, const T *x, int64_t *at) {             \
    for (int64_t o = 0; o < outer; o++, x += n * inner, at += inner) {                             \
      if (inner == 1) {                                                                            \
        *at = n > SHORT_ROW ? NAME##_long(n, x) : NAME##_short(n, x);                              \
        continue;                                                                                  \
      }                                                                                            \
      for (int64_t j = 0; j < inner; j += COLUMNS) {                                               \
        NAME##_columns(n, smaller(COLUMNS, inner - j), inner, x + j, at + j);                      \
      }                                                                                            \
    }                                                                                              \
  }

#define REAL_NAN(a) ((a) != (a))
#define NO_NAN(a) false

#define POSITIONS(S, T, IS_NAN)         \
  POSITION(largest_##S, T, >, IS_NAN)   \
  POSITION(smallest_##S, T, <, IS_NAN)

POSITIONS(f32, float, REAL_NAN)
POSITIONS(f64, double, REAL_NAN)
POSITIONS(i32, int32_t, NO_NAN)
POSITIONS(i64, int64_t, NO_NAN)
POSITIONS(u8, uint8_t, NO_NAN)

#define CALL(S)                                              \
  if (largest) largest_##S(outer, count, inner, x, positions); \
  else smallest_##S(outer, count, inner, x, positions);       \
  return

void ag_extreme_positions(bool largest, ag_dtype dtype, int64_t outer, int64_t count, int64_t inner, const void *x,
                          int64_t *positions) {
  switch (dtype) {
    case DTypeFloat32: CALL(f32);
    case DTypeFloat64: CALL(f64);
    case DTypeInt32: CALL(i32);
    case DTypeInt64: CALL(i64);
    default: CALL(u8);
  }
}
