#include "place.h"

#include "map_loops.h"
#include "tile.h"

// A row of n elements. Where both sides are dense the loops become vector code.
#define PLACE_ROW(NAME, T, ASSIGN)                                                                  \
  AG_CLONES static void NAME(int64_t n, const void *source, int64_t df, void *target, int64_t dt) { \
    const T *from = source;                                                                         \
    T *to = target;                                                                                 \
    if (df == 1 && dt == 1) {                                                                       \
      AG_VECTOR for (int64_t i = 0; i < n; i++) to[i] ASSIGN from[i];                               \
    } else {                                                                                        \
      for (int64_t i = 0; i < n; i++) to[i * dt] ASSIGN from[i * df];                               \
    }                                                                                               \
  }

PLACE_ROW(write_1, uint8_t, =)
PLACE_ROW(write_2, uint16_t, =)
PLACE_ROW(write_4, uint32_t, =)
PLACE_ROW(write_8, uint64_t, =)
PLACE_ROW(add_f32, float, +=)
PLACE_ROW(add_f64, double, +=)
PLACE_ROW(add_i32, uint32_t, +=)
PLACE_ROW(add_i64, uint64_t, +=)
PLACE_ROW(add_u8, uint8_t, +=)

typedef void (*row_fn)(int64_t n, const void *from, int64_t df, void *to, int64_t dt);

static row_fn row_function(ag_dtype dtype, bool adds) {
  switch (dtype) {
    case DTypeFloat32: return adds ? add_f32 : write_4;
    case DTypeFloat64: return adds ? add_f64 : write_8;
    case DTypeInt32: return adds ? add_i32 : write_4;
    case DTypeInt64: return adds ? add_i64 : write_8;
    case DTypeFloat16:
    case DTypeInt16: return write_2; // nothing is added in types that only store
    default: return adds ? add_u8 : write_1;
  }
}

typedef struct {
  int64_t extent, from, to;
} axis;

// Neighbouring axes that are one axis on both sides become one; axes of extent 1 go.
static int collapse(int rank, const int64_t *extents, const int64_t *from, const int64_t *to, axis *axes) {
  int count = 0;
  for (int i = 0; i < rank; i++) {
    if (extents[i] == 1) continue;
    axis next = {extents[i], from[i], to[i]}, *last = &axes[count - 1];
    if (count > 0 && last->from == next.from * next.extent && last->to == next.to * next.extent) {
      *last = (axis){last->extent * next.extent, next.from, next.to};
    } else {
      axes[count++] = next;
    }
  }
  if (count == 0) axes[count++] = (axis){1, 1, 1};
  return count;
}

void ag_place(int rank, const int64_t *extents, const int64_t *from, const int64_t *to, ag_dtype dtype, bool adds,
              const void *source, void *destination) {
  int64_t total = 1;
  for (int i = 0; i < rank; i++) total *= extents[i];
  if (total == 0) return;
  axis axes[9];
  int count = collapse(rank, extents, from, to, axes);
  axis row = axes[count - 1];
  int64_t index[9] = {0}, size = ag_item_bytes(dtype);
  row_fn run = row_function(dtype, adds);
  const char *s = source;
  char *d = destination;
  for (; total > 0; total -= row.extent) {
    run(row.extent, s, row.from, d, row.to);
    for (int k = count - 2; k >= 0; k--) {
      s += axes[k].from * size;
      d += axes[k].to * size;
      if (++index[k] < axes[k].extent) break;
      s -= axes[k].from * axes[k].extent * size;
      d -= axes[k].to * axes[k].extent * size;
      index[k] = 0;
    }
  }
}
