#include "pool.h"

#include <string.h>

#include "buffer_pool.h"
#include "map_loops.h"

// The pixels from `first` to before `end` of one side of window `i` that are inside the image.
typedef struct {
  int64_t first, end;
} span;

static inline span inside(const ag_pool *p, int side, int64_t i, int64_t extent) {
  int64_t first = i * p->stride[side] - p->pad[side], end = first + p->kernel[side];
  return (span){first < 0 ? 0 : first, end > extent ? extent : end};
}

// Of the columns that a row of windows is on: the image's with the padding.
static size_t line_bytes(const ag_pool *p) {
  return (size_t)(p->width + 2 * p->pad[1]) * (p->doubles ? 8 : 4);
}

// Windows of 2 x 2 side by side have loops of their own, which become vector code: ten times as fast.
static inline bool is_pairs(const ag_pool *p) {
  return p->kernel[0] == 2 && p->kernel[1] == 2 && p->stride[0] == 2 && p->stride[1] == 2 && p->pad[0] == 0 &&
         p->pad[1] == 0;
}

// Whether a key is to be preferred to the largest so far.
#define EXCEEDS(key, best) ((!((key) <= (best))) & ((best) == (best)))

#define T float
#define NAME(x) x##_f32
#include "pool_loops.h"
#undef T
#undef NAME
#define T double
#define NAME(x) x##_f64
#include "pool_loops.h"
#undef T
#undef NAME

void ag_pool_select(const ag_pool *p, int64_t planes, const void *keys, const void *values, void *result) {
  if (p->doubles) select_f64(p, planes, keys, values, result);
  else select_f32(p, planes, keys, values, result);
}

void ag_pool_return(const ag_pool *p, int64_t planes, const void *keys, const void *values, void *result) {
  if (p->doubles) return_f64(p, planes, keys, values, result);
  else return_f32(p, planes, keys, values, result);
}

void ag_pool_sum(const ag_pool *p, int64_t planes, const void *x, void *result) {
  void *line = ag_buffer_acquire(line_bytes(p));
  if (p->doubles) sum_f64(p, planes, x, line, result);
  else sum_f32(p, planes, x, line, result);
  ag_buffer_release(line, line_bytes(p));
}

void ag_pool_spread(const ag_pool *p, int64_t planes, const void *values, void *result) {
  void *line = ag_buffer_acquire(line_bytes(p));
  if (p->doubles) spread_f64(p, planes, values, line, result);
  else spread_f32(p, planes, values, line, result);
  ag_buffer_release(line, line_bytes(p));
}
