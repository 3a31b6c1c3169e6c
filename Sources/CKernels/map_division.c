#include <math.h>

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
AG_INLINE double python_mod(double a, double b) {
  double remainder = fmod(a, b);
  if (remainder == 0) return copysign(remainder, b);
  return (remainder < 0) != (b < 0) ? remainder + b : remainder;
}

// The quotient is rounded off what the remainder leaves of a, which is near a multiple of b.
AG_INLINE double python_floor_divide(double a, double b) {
  if (b == 0) return a / b;
  double remainder = fmod(a, b), quotient = (a - remainder) / b;
  if (remainder != 0 && (remainder < 0) != (b < 0)) quotient -= 1;
  if (quotient == 0) return copysign(0, a / b);
  double floored = floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

AG_MAP2_LOOP(, AG_SCALAR, mod_f32, float, float, python_mod(a, b))
AG_MAP2_LOOP(, AG_SCALAR, mod_f64, double, double, python_mod(a, b))
AG_MAP2_LOOP(, AG_SCALAR, floorDivide_f32, float, float, python_floor_divide(a, b))
AG_MAP2_LOOP(, AG_SCALAR, floorDivide_f64, double, double, python_floor_divide(a, b))

AG_LOOPS_END
