#include "pack.h"

#include <string.h>

#include "clones.h"

#define COPY_ROW(NAME, T)                                                                              \
  AG_CLONES static void NAME(int64_t n, int64_t stride, const T *source, T *destination) {             \
    for (int64_t i = 0; i < n; i++) destination[i] = source[i * stride];                               \
  }

COPY_ROW(copy_row_1, uint8_t)
COPY_ROW(copy_row_2, uint16_t)
COPY_ROW(copy_row_4, uint32_t)
COPY_ROW(copy_row_8, uint64_t)

static void copy_row(int64_t n, int64_t stride, int item_size, const char *source, char *destination) {
  if (stride == 1) {
    memcpy(destination, source, (size_t)(n * item_size));
  } else if (item_size == 2) {
    copy_row_2(n, stride, (const uint16_t *)source, (uint16_t *)destination);
  } else if (item_size == 4) {
    copy_row_4(n, stride, (const uint32_t *)source, (uint32_t *)destination);
  } else if (item_size == 8) {
    copy_row_8(n, stride, (const uint64_t *)source, (uint64_t *)destination);
  } else {
    copy_row_1(n, stride, (const uint8_t *)source, (uint8_t *)destination);
  }
}

// Adjacent axes that are one axis in memory become one; axes of extent 1 go.
static int collapse(int rank, const int64_t *extents, const int64_t *strides, int64_t *e, int64_t *s) {
  int count = 0;
  for (int i = 0; i < rank; i++) {
    if (extents[i] == 1) continue;
    if (count > 0 && s[count - 1] == strides[i] * extents[i]) {
      e[count - 1] *= extents[i];
      s[count - 1] = strides[i];
    } else {
      e[count] = extents[i];
      s[count++] = strides[i];
    }
  }
  return count;
}

void ag_pack(int rank, const int64_t *extents, const int64_t *strides, int item_size, const void *source,
             void *destination) {
  int64_t e[8], s[8], index[8] = {0};
  int64_t total = 1;
  for (int i = 0; i < rank; i++) total *= extents[i];
  if (total == 0) return;
  int count = collapse(rank, extents, strides, e, s);
  if (count == 0) { e[0] = 1; s[0] = 1; count = 1; }
  int64_t row = e[count - 1];
  const char *from = source;
  for (char *to = destination; total > 0; total -= row, to += row * item_size) {
    copy_row(row, s[count - 1], item_size, from, to);
    for (int axis = count - 2; axis >= 0; axis--) {
      from += s[axis] * item_size;
      if (++index[axis] < e[axis]) break;
      from -= s[axis] * e[axis] * item_size;
      index[axis] = 0;
    }
  }
}

#define FILL(NAME, T)                                                                                  \
  AG_CLONES static void NAME(int64_t n, T value, T *destination) {                                     \
    for (int64_t i = 0; i < n; i++) destination[i] = value;                                            \
  }

FILL(fill_1, uint8_t)
FILL(fill_2, uint16_t)
FILL(fill_4, uint32_t)
FILL(fill_8, uint64_t)

void ag_fill(int item_size, int64_t count, const void *value, void *destination) {
  if (item_size == 4) {
    fill_4(count, *(const uint32_t *)value, destination);
  } else if (item_size == 8) {
    fill_8(count, *(const uint64_t *)value, destination);
  } else if (item_size == 2) {
    fill_2(count, *(const uint16_t *)value, destination);
  } else {
    fill_1(count, *(const uint8_t *)value, destination);
  }
}

static _Thread_local _Alignas(64) char small_scratch[3][AG_SMALL_BYTES];

void *ag_small_scratch(int index) { return small_scratch[index]; }
