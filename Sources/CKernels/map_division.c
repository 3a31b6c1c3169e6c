#include <math.h>
#include <string.h>

#include "map_loops.h"

// Quotients rounded down, remainders with the sign of the divisor, as in Python; and integer powers.

AG_LOOPS_BEGIN

#define BINARY(NAME, T, EXPRESSION) AG_MAP2(NAME, T, T, EXPRESSION)

// -- Integers --------------------------------------------------------------------------------------------

// Division by zero gives 0. The quotient of two 32-bit integers as doubles is never rounded up to an integer.
AG_INLINE int64_t floor_quotient_i32(int32_t a, int32_t b) {
  double quotient = __builtin_elementwise_floor((double)a / (b == 0 ? 1 : b));
  return b == 0 ? 0 : (int64_t)quotient;
}

AG_INLINE int32_t floor_divide_i32(int32_t a, int32_t b) { return (int32_t)(uint32_t)floor_quotient_i32(a, b); }
AG_INLINE int32_t mod_i32(int32_t a, int32_t b) {
  return b == 0 ? 0 : (int32_t)((uint32_t)a - (uint32_t)floor_divide_i32(a, b) * (uint32_t)b);
}

AG_INLINE uint8_t floor_divide_u8(uint8_t a, uint8_t b) {
  return b == 0 ? 0 : (uint8_t)(int32_t)((float)a / (b == 0 ? 1 : b));
}
AG_INLINE uint8_t mod_u8(uint8_t a, uint8_t b) { return b == 0 ? 0 : (uint8_t)(a - floor_divide_u8(a, b) * b); }

// Dividing by -1 negates, and wraps where the processor would trap.
AG_INLINE int64_t floor_divide_i64(int64_t a, int64_t b) {
  if (b == 0) return 0;
  if (b == -1) return (int64_t)-(uint64_t)a;
  return a / b - ((a % b != 0) & ((a < 0) != (b < 0)));
}

AG_INLINE int64_t mod_i64(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  int64_t remainder = a % b;
  return remainder + (((remainder != 0) & ((remainder < 0) != (b < 0))) ? b : 0);
}

BINARY(floorDivide_i32, int32_t, floor_divide_i32(a, b))
BINARY(floorDivide_u8, uint8_t, floor_divide_u8(a, b))
BINARY(mod_i32, int32_t, mod_i32(a, b))
BINARY(mod_u8, uint8_t, mod_u8(a, b))
AG_MAP2_LOOP(, AG_SCALAR, floorDivide_i64, int64_t, int64_t, floor_divide_i64(a, b))
AG_MAP2_LOOP(, AG_SCALAR, mod_i64, int64_t, int64_t, mod_i64(a, b))

// By squaring; wraps. Of negative powers only those of 1 and -1 are integers, others give 0.
AG_INLINE uint64_t integer_power(uint64_t base, int64_t exponent) {
  if (exponent < 0) {
    if (base + 1 > 2 || base == 0) return 0;
    exponent &= 1;
  }
  uint64_t power = 1;
  for (uint64_t left = (uint64_t)exponent; left != 0; left >>= 1) {
    if (left & 1) power *= base;
    base *= base;
  }
  return power;
}

AG_MAP2_LOOP(, AG_SCALAR, power_i32, int32_t, int32_t, integer_power((uint64_t)(int64_t)a, b))
AG_MAP2_LOOP(, AG_SCALAR, power_i64, int64_t, int64_t, integer_power((uint64_t)a, b))
AG_MAP2_LOOP(, AG_SCALAR, power_u8, uint8_t, uint8_t, integer_power(a, b))

// -- Floats ----------------------------------------------------------------------------------------------

// A zero remainder has the sign of the divisor.
static double library_mod(double a, double b) {
  double remainder = fmod(a, b);
  if (remainder == 0) return copysign(remainder, b);
  return (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

static double library_floor_divide(double a, double b) {
  if (b == 0) return a / b;
  double remainder = fmod(a, b), quotient = (a - remainder) / b; // nearly an integer
  if (remainder != 0 && (remainder < 0) != (b < 0)) quotient -= 1;
  return quotient == 0 ? copysign(0, a / b) : rint(quotient);
}

// The same where a / b is finite, not too large and so off by less than 1, and b is finite. The fused multiply-add
// gives the exact remainder, of the wrong sign if the ratio was rounded up to an integer.
#define FLOAT_DIVISION(SUFFIX, T)                                                                \
  typedef struct {                                                                               \
    T quotient, remainder;                                                                       \
  } ag_division_##SUFFIX;                                                                        \
  AG_INLINE ag_division_##SUFFIX divide_##SUFFIX(T a, T b) {                                     \
    T ratio = a / b, quotient = __builtin_elementwise_trunc(ratio);                              \
    T remainder = __builtin_elementwise_fma(-quotient, b, a);                                    \
    bool past = (remainder != 0) & ((remainder < 0) != (a < 0));                                 \
    remainder += past ? ((a < 0) == (b < 0) ? b : -b) : 0;                                       \
    quotient -= past ? ((a < 0) == (b < 0) ? 1 : -1) : 0;                                        \
    bool below = (remainder != 0) & ((remainder < 0) != (b < 0));                                \
    quotient -= below ? 1 : 0;                                                                   \
    remainder += below ? b : 0;                                                                  \
    return (ag_division_##SUFFIX){quotient == 0 ? __builtin_elementwise_copysign((T)0, ratio) : quotient, \
                                  remainder == 0 ? __builtin_elementwise_copysign((T)0, b) : remainder};  \
  }
FLOAT_DIVISION(f32, float)
FLOAT_DIVISION(f64, double)

// Elements with |a / b| >= LIMIT or an infinite b are done again by the math library.
enum { CHUNK = 256 };
#define BEYOND(a, b, LIMIT) \
  (!(__builtin_elementwise_abs((a) / (b)) < LIMIT) | !(__builtin_elementwise_abs(b) < INFINITY))
#define DIVISION_LOOP(NAME, SUFFIX, T, LIMIT, PART, LIBRARY)                                     \
  AG_CLONES void ag_##NAME##_##SUFFIX AG_MAP_PARAMETERS {                                        \
    T fast[CHUNK];                                                                               \
    for (int64_t start = 0; start < n; start += CHUNK) {                                         \
      const T *as = (const T *)pa + start, *bs = (const T *)pb + start;                          \
      T *out = (T *)result + start;                                                              \
      int64_t count = n - start < CHUNK ? n - start : CHUNK;                                     \
      int beyond = 0;                                                                            \
      for (int64_t i = 0; i < count; i++) {                                                      \
        fast[i] = divide_##SUFFIX(as[i], bs[i]).PART;                                            \
        beyond |= BEYOND(as[i], bs[i], LIMIT);                                                   \
      }                                                                                          \
      if (beyond) {                                                                              \
        for (int64_t i = 0; i < count; i++)                                                      \
          if (BEYOND(as[i], bs[i], LIMIT)) fast[i] = (T)LIBRARY(as[i], bs[i]);                   \
      }                                                                                          \
      memcpy(out, fast, (size_t)count * sizeof(T));                                              \
    }                                                                                            \
  }
DIVISION_LOOP(mod, f32, float, 0x1p22f, remainder, library_mod)
DIVISION_LOOP(mod, f64, double, 0x1p51, remainder, library_mod)
DIVISION_LOOP(floorDivide, f32, float, 0x1p22f, quotient, library_floor_divide)
DIVISION_LOOP(floorDivide, f64, double, 0x1p51, quotient, library_floor_divide)

AG_LOOPS_END
