#include "half.h"

typedef uint8_t ag_byte;

// Conversion is undefined outside the bounds, and NaN is outside any.
#define SATURATED(T, BOUND, LOWEST, HIGHEST, a) \
  ((a) >= BOUND ? HIGHEST : (a) >= -BOUND ? (T)(a) : (a) == (a) ? LOWEST : 0)
#define TO_INT32(a) SATURATED(int32_t, 0x1p31f, INT32_MIN, INT32_MAX, a)
#define TO_INT64(a) SATURATED(int64_t, 0x1p63f, INT64_MIN, INT64_MAX, a)

#define CAST(FROM, TO, F, T, EXPRESSION) AG_MAP1(cast_##FROM##_##TO, F, T, EXPRESSION)

#define FROM_FLOAT(FROM, F)                   \
  CAST(FROM, i32, F, int32_t, TO_INT32(a))    \
  CAST(FROM, i64, F, int64_t, TO_INT64(a))    \
  CAST(FROM, u8, F, uint8_t, TO_INT32(a))     \
  CAST(FROM, b8, F, ag_byte, a != 0)
AG_LOOPS_BEGIN
FROM_FLOAT(f32, float)
FROM_FLOAT(f64, double)
CAST(f32, f64, float, double, a)
CAST(f64, f32, double, float, a)

#define FROM_INTEGER(FROM, F)         \
  CAST(FROM, f32, F, float, a)        \
  CAST(FROM, f64, F, double, a)       \
  CAST(FROM, b8, F, ag_byte, a != 0)
FROM_INTEGER(i32, int32_t)
FROM_INTEGER(i64, int64_t)
FROM_INTEGER(u8, uint8_t)
CAST(i32, i64, int32_t, int64_t, a)
CAST(i32, u8, int32_t, uint8_t, a)
CAST(i64, i32, int64_t, int32_t, a)
CAST(i64, u8, int64_t, uint8_t, a)
CAST(u8, i32, uint8_t, int32_t, a)
CAST(u8, i64, uint8_t, int64_t, a)

CAST(f16, f32, uint16_t, float, f32_from_half(a))
CAST(f32, f16, float, uint16_t, half_from_f32(a))
CAST(f64, f16, double, uint16_t, half_from_f64(a))
CAST(i8, i32, int8_t, int32_t, a)
CAST(i32, i8, int32_t, int8_t, a)
CAST(i16, i32, int16_t, int32_t, a)
CAST(i32, i16, int32_t, int16_t, a)

// A type to itself is a copy; a bool is the byte 0 or 1, as of uint8.
#define DECLARE(SUFFIX) void ag_copy_##SUFFIX AG_MAP_PARAMETERS;
DECLARE(f32) DECLARE(f64) DECLARE(i32) DECLARE(i64) DECLARE(u8)
AG_LOOPS_END

#define C(FROM, TO, DTYPE) [DType##DTYPE] = ag_cast_##FROM##_##TO
#define SAME(S, DTYPE) [DType##DTYPE] = ag_copy_##S
#define FROM_U8 C(u8, f32, Float32), C(u8, f64, Float64), C(u8, i32, Int32), C(u8, i64, Int64), SAME(u8, UInt8)
static const ag_map_fn casts[DTypeBool + 1][DTypeBool + 1] = {
  [DTypeFloat16] = {C(f16, f32, Float32)},
  [DTypeFloat32] = {C(f32, f16, Float16), SAME(f32, Float32), C(f32, f64, Float64), C(f32, i32, Int32),
                    C(f32, i64, Int64), C(f32, u8, UInt8), C(f32, b8, Bool)},
  [DTypeFloat64] = {C(f64, f16, Float16), C(f64, f32, Float32), SAME(f64, Float64), C(f64, i32, Int32),
                    C(f64, i64, Int64), C(f64, u8, UInt8), C(f64, b8, Bool)},
  [DTypeInt8] = {C(i8, i32, Int32)},
  [DTypeInt16] = {C(i16, i32, Int32)},
  [DTypeInt32] = {C(i32, f32, Float32), C(i32, f64, Float64), C(i32, i8, Int8), C(i32, i16, Int16), SAME(i32, Int32),
                  C(i32, i64, Int64), C(i32, u8, UInt8), C(i32, b8, Bool)},
  [DTypeInt64] = {C(i64, f32, Float32), C(i64, f64, Float64), C(i64, i32, Int32), SAME(i64, Int64), C(i64, u8, UInt8),
                  C(i64, b8, Bool)},
  [DTypeUInt8] = {FROM_U8, C(u8, b8, Bool)},
  [DTypeBool] = {FROM_U8, SAME(u8, Bool)},
};

ag_map_fn ag_cast(ag_dtype from, ag_dtype to) { return casts[from][to]; }
uint16_t ag_half_from_double(double x) { return half_from_f64(x); }
double ag_half_as_double(uint16_t half) { return f32_from_half(half); }
