#include "map_loops.h"

// Arithmetic, comparisons, logic and selection: the same expression for each type of operand. Integers are computed
// as U, which wraps.
typedef uint8_t ag_byte;

#define FLOATS(EACH, ...) EACH(f32, float, float, __VA_ARGS__) EACH(f64, double, double, __VA_ARGS__)
#define INTEGERS(EACH, ...)                      \
  EACH(i32, int32_t, uint32_t, __VA_ARGS__)      \
  EACH(i64, int64_t, uint64_t, __VA_ARGS__)      \
  EACH(u8, uint8_t, uint32_t, __VA_ARGS__)
#define NUMBERS(EACH, ...) FLOATS(EACH, __VA_ARGS__) INTEGERS(EACH, __VA_ARGS__)
#define BOOLS(EACH, ...) EACH(b8, ag_byte, uint32_t, __VA_ARGS__)
#define ALL(EACH, ...) NUMBERS(EACH, __VA_ARGS__) BOOLS(EACH, __VA_ARGS__)

// The operands of arithmetic are of type U, of comparisons and choices of type T.
#define UNARY(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP1(NAME##_##SUFFIX, T, T, EXPRESSION)
#define BINARY(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP2(NAME##_##SUFFIX, T, T, EXPRESSION)
#define BINARY_ONE(SUFFIX, T, U, NAME, EXPRESSION) \
  BINARY(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP2_ONE(NAME##_##SUFFIX, T, T, EXPRESSION)
#define TEST1(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP1(NAME##_##SUFFIX, T, ag_byte, EXPRESSION)
#define TEST2(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP2(NAME##_##SUFFIX, T, ag_byte, EXPRESSION)
#define TEST2_ONE(SUFFIX, T, U, NAME, EXPRESSION) \
  TEST2(SUFFIX, T, U, NAME, EXPRESSION) AG_MAP2_ONE(NAME##_##SUFFIX, T, ag_byte, EXPRESSION)
#define ARITHMETIC1(SUFFIX, T, U, NAME, OPERATOR) AG_MAP1(NAME##_##SUFFIX, T, T, OPERATOR(U) a)
#define ARITHMETIC2(SUFFIX, T, U, NAME, OPERATOR) AG_MAP2(NAME##_##SUFFIX, T, T, (U)a OPERATOR(U) b)
#define SQUARE(SUFFIX, T, U, NAME) AG_MAP1(NAME##_##SUFFIX, T, T, (U)a *(U)a)
#define SELECT(SUFFIX, T, U, NAME) AG_MAP3(NAME##_##SUFFIX, ag_byte, T, T, a ? b : c)

AG_LOOPS_BEGIN

ALL(UNARY, copy, a)
NUMBERS(ARITHMETIC1, negative, -)
NUMBERS(SQUARE, square)
FLOATS(BINARY_ONE, add, a + b)
FLOATS(BINARY_ONE, subtract, a - b)
FLOATS(BINARY_ONE, multiply, a *b)
INTEGERS(ARITHMETIC2, add, +)
INTEGERS(ARITHMETIC2, subtract, -)
INTEGERS(ARITHMETIC2, multiply, *)
BOOLS(BINARY, add, a | b)
BOOLS(BINARY, multiply, a & b)

AG_MAP1(abs_f32, float, float, __builtin_fabsf(a))
AG_MAP1(abs_f64, double, double, __builtin_fabs(a))
AG_MAP1(abs_i32, int32_t, int32_t, a < 0 ? -(uint32_t)a : (uint32_t)a)
AG_MAP1(abs_i64, int64_t, int64_t, a < 0 ? -(uint64_t)a : (uint64_t)a)
AG_MAP1(abs_u8, uint8_t, uint8_t, a)

FLOATS(UNARY, sign, a != a ? a : (a > 0) - (a < 0))
INTEGERS(UNARY, sign, (a > 0) - (a < 0))

FLOATS(BINARY_ONE, divide, a / b)
FLOATS(UNARY, reciprocal, 1 / a)
FLOATS(UNARY, sqrt, __builtin_elementwise_sqrt(a))
FLOATS(UNARY, floor, __builtin_elementwise_floor(a))
FLOATS(UNARY, ceil, __builtin_elementwise_ceil(a))
FLOATS(UNARY, rint, __builtin_elementwise_rint(a))
FLOATS(UNARY, trunc, __builtin_elementwise_trunc(a))

// NaN wins.
FLOATS(BINARY_ONE, maximum, ((a > b) | (a != a)) ? a : b)
FLOATS(BINARY_ONE, minimum, ((a < b) | (a != a)) ? a : b)
INTEGERS(BINARY, maximum, a > b ? a : b)
INTEGERS(BINARY, minimum, a < b ? a : b)
BOOLS(BINARY, maximum, a | b)
BOOLS(BINARY, minimum, a & b)

ALL(TEST2, equal, a == b)
ALL(TEST2, notEqual, a != b)
FLOATS(TEST2_ONE, less, a < b)
INTEGERS(TEST2, less, a < b)
BOOLS(TEST2, less, a < b)
ALL(TEST2, lessEqual, a <= b)
FLOATS(TEST2_ONE, greater, a > b)
INTEGERS(TEST2, greater, a > b)
BOOLS(TEST2, greater, a > b)
ALL(TEST2, greaterEqual, a >= b)
ALL(TEST2, logicalAnd, (a != 0) & (b != 0))
ALL(TEST2, logicalOr, (a != 0) | (b != 0))
ALL(TEST2, logicalXor, (a != 0) ^ (b != 0))
ALL(TEST1, logicalNot, a == 0)

// The difference is NaN of infinities and NaN, 0 otherwise.
ALL(TEST1, isNaN, a != a)
ALL(TEST1, isInf, (a - a != 0) & (a == a))
ALL(TEST1, isFinite, a - a == 0)

ALL(SELECT, select)
AG_MAP3(multiplyAdd_f32, float, float, float, a *b + c)
AG_MAP3(multiplyAdd_f64, double, double, double, a *b + c)

// A zero gradient stays zero even times infinity or NaN.
FLOATS(BINARY_ONE, maskedMultiply, ((a != 0) & (b != 0)) ? a * b : 0)

AG_LOOPS_END
