#ifndef AG_POOL_H
#define AG_POOL_H

#include <stdbool.h>
#include <stdint.h>

// Windows on planes (height, width), and a result for each: planes (rows, columns). Vertical before horizontal.
typedef struct {
  int64_t height, width, rows, columns;
  int64_t kernel[2], stride[2], pad[2];
  bool doubles; // float64, else float32
} ag_pool;

// For each window the value where its largest key is, the first of equal ones; NaN is the largest of all.
void ag_pool_select(const ag_pool *_Nonnull p, int64_t planes, const void *_Nonnull keys, const void *_Nonnull values,
                    void *_Nonnull result);
// The adjoint: each window's value goes to where its largest key is, and is added up there.
void ag_pool_return(const ag_pool *_Nonnull p, int64_t planes, const void *_Nonnull keys, const void *_Nonnull values,
                    void *_Nonnull result);

// The sum of each window; the padding counts as zeros.
void ag_pool_sum(const ag_pool *_Nonnull p, int64_t planes, const void *_Nonnull x, void *_Nonnull result);
// The adjoint: each pixel gets the sum of the values of the windows that it is in.
void ag_pool_spread(const ag_pool *_Nonnull p, int64_t planes, const void *_Nonnull values, void *_Nonnull result);

#endif
