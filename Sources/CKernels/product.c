#include "product.h"

#include <string.h>

#include "buffer_pool.h"
#include "integers.h"

// Products of matrices. A tile of the result, ROWS x (VECTORS vectors), stays in registers over the whole inner extent.
// The right factor is read in panels of as many columns: in place where its rows are contiguous, else from a copy. The
// elements of the left factor are read one by one, and each meets a row of the panel.
//
// A right factor that lies column by column need not be copied if the left one has few rows: (a b)' = b' a' has its
// columns as rows, and the copy is that of a.

#if defined(__x86_64__)

enum {
  ROWS = 6,
  VECTORS = 4,
  DEPTH = 1024,          // rows of a panel: 256 KB, which stay in the second-level cache
  FEW_ROWS = 256,        // up to here, a panel is not read often enough to copy it to where its rows are neighbours
  FEW_COLUMNS = 64,      // up to here, a result is fast to write column by column
  NEAR = 128,            // elements from row to row of the left factor up to which it is read in place
  LINES = 8,             // of one set of the first-level cache, as rows a power of 2 apart are
  OWN_BYTES = 16 << 10,  // small copies are made on the stack
};

#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define T float
#define LANES 16
#define NAME(x) x##_f32
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#include "product_loops.h"
#undef T
#undef LANES
#undef NAME
#undef LOW
#undef HIGH
#define T double
#define LANES 8
#define NAME(x) x##_f64
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#include "product_loops.h"

bool ag_product_is_fast(void) { return __builtin_cpu_supports("x86-64-v4"); }

void ag_product(bool doubles, int64_t rows, int64_t columns, int64_t inner, const ag_matrix *a, const ag_matrix *b,
                const ag_matrix *c, bool adding) {
  if (doubles) product_f64(rows, columns, inner, a, b, c, adding);
  else product_f32(rows, columns, inner, a, b, c, adding);
}

#else

bool ag_product_is_fast(void) { return false; }

void ag_product(bool doubles, int64_t rows, int64_t columns, int64_t inner, const ag_matrix *a, const ag_matrix *b,
                const ag_matrix *c, bool adding) {
  __builtin_trap();
}

#endif
