#ifndef AG_MAP_LOOPS_H
#define AG_MAP_LOOPS_H

#include <stdbool.h>
#include <stdint.h>

#include "clones.h"
#include "scalar_ops.h"

// Fused multiply-adds are written out where they are wanted: left to the compiler, an element's value would depend on
// the processor, and on whether it falls in the vector loop or the remainder.
#pragma clang fp contract(off)

#define AG_INLINE static inline __attribute__((always_inline))

// Vector loops need not test for overlap: `out` is an operand at the same index or shares nothing with it.
#define AG_VECTOR _Pragma("clang loop vectorize(assume_safety)")
#define AG_SCALAR

// Loops are hidden from outside the library: were they exported by a shared library, the choice among the clones of a
// function would be made before the addresses of the clones are known.
#define AG_LOOPS_BEGIN _Pragma("GCC visibility push(hidden)")
#define AG_LOOPS_END _Pragma("GCC visibility pop")

#define AG_MAP_PARAMETERS (int64_t n, const void *pa, const void *pb, const void *pc, void *result)

// void ag_NAME: R result = EXPRESSION of a, then b and c, of types A, B, C. LOOP is AG_VECTOR or AG_SCALAR, the latter
// for calls to the math library, which would only be copied for every processor otherwise.
#define AG_MAP1(NAME, A, R, EXPRESSION) AG_MAP1_LOOP(AG_CLONES, AG_VECTOR, NAME, A, R, EXPRESSION)
#define AG_MAP2(NAME, A, R, EXPRESSION) AG_MAP2_LOOP(AG_CLONES, AG_VECTOR, NAME, A, R, EXPRESSION)

#define AG_MAP1_LOOP(CLONES, LOOP, NAME, A, R, EXPRESSION) \
  CLONES void ag_##NAME AG_MAP_PARAMETERS {                \
    const A *as = pa;                                      \
    R *out = result;                                       \
    LOOP for (int64_t i = 0; i < n; i++) {                 \
      const A a = as[i];                                   \
      out[i] = (R)(EXPRESSION);                            \
    }                                                      \
  }

#define AG_MAP2_LOOP(CLONES, LOOP, NAME, A, R, EXPRESSION) \
  CLONES void ag_##NAME AG_MAP_PARAMETERS {                \
    const A *as = pa, *bs = pb;                            \
    R *out = result;                                       \
    LOOP for (int64_t i = 0; i < n; i++) {                 \
      const A a = as[i], b = bs[i];                        \
      out[i] = (R)(EXPRESSION);                            \
    }                                                      \
  }

// Where one operand has the same value for all elements: that stays in a register.
#define AG_MAP2_ONE(NAME, A, R, EXPRESSION)                \
  AG_CLONES void ag_##NAME##_one_a AG_MAP_PARAMETERS {     \
    const A a = *(const A *)pa, *bs = pb;                  \
    R *out = result;                                       \
    AG_VECTOR for (int64_t i = 0; i < n; i++) {            \
      const A b = bs[i];                                   \
      out[i] = (R)(EXPRESSION);                            \
    }                                                      \
  }                                                        \
  AG_CLONES void ag_##NAME##_one_b AG_MAP_PARAMETERS {     \
    const A *as = pa, b = *(const A *)pb;                  \
    R *out = result;                                       \
    AG_VECTOR for (int64_t i = 0; i < n; i++) {            \
      const A a = as[i];                                   \
      out[i] = (R)(EXPRESSION);                            \
    }                                                      \
  }

#define AG_MAP3(NAME, A, B, R, EXPRESSION)                 \
  AG_CLONES void ag_##NAME AG_MAP_PARAMETERS {             \
    const A *as = pa;                                      \
    const B *bs = pb, *cs = pc;                            \
    R *out = result;                                       \
    AG_VECTOR for (int64_t i = 0; i < n; i++) {            \
      const A a = as[i];                                   \
      const B b = bs[i], c = cs[i];                        \
      out[i] = (R)(EXPRESSION);                            \
    }                                                      \
  }

#endif
