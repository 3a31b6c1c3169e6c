#ifndef AG_PRODUCT_H
#define AG_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

// A matrix in memory; strides in elements.
typedef struct {
  void *_Nonnull base;
  int64_t row_stride, column_stride;
} ag_matrix;

// Whether this processor has loops of its own here: AVX-512. They are 5 to 30 % faster than OpenBLAS, most where there
// are few rows, since what lies row by row is not copied first.
bool ag_product_is_fast(void);

// c = a b, or c + a b when adding, of shapes (rows, inner), (inner, columns) and (rows, columns). One stride of each
// factor is 1; c is row-major. `doubles`: float64, else float32. Not to be called where it is not fast.
void ag_product(bool doubles, int64_t rows, int64_t columns, int64_t inner, const ag_matrix *_Nonnull a,
                const ag_matrix *_Nonnull b, const ag_matrix *_Nonnull c, bool adding);

#endif
