#ifndef AG_SCALAR_OPS_H
#define AG_SCALAR_OPS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum __attribute__((enum_extensibility(closed))) : uint8_t {
  DTypeFloat16, DTypeFloat32, DTypeFloat64, DTypeInt8, DTypeInt16, DTypeInt32, DTypeInt64, DTypeUInt8, DTypeBool
} ag_dtype;

static inline int64_t ag_item_bytes(ag_dtype dtype) {
  static const uint8_t bytes[] = {2, 4, 8, 1, 2, 4, 8, 1, 1};
  return bytes[dtype];
}

typedef enum __attribute__((enum_extensibility(closed))) : uint16_t {
#define SCALAR_OP(OP, NAME, OPERANDS, COST, TYPES, RESULT) ScalarOp##OP,
#include "../scalar_ops.def"
#undef SCALAR_OP
} ScalarOp;

// A loop over n elements. `out` may be one of the operands, if their items are of one size, but not overlap them
// otherwise. Bools are bytes, 0 or 1. What an element becomes depends on its value alone, and except for functions
// taken from the system's math library it is the same on every processor.
typedef void (*ag_map_fn)(int64_t n, const void *a, const void *b, const void *c, void *out);

// The loop of an operation on operands of a type, NULL if there is none: float16, int8 and int16 have none.
// For Select, the type of b and c; a is bool.
ag_map_fn ag_map(ScalarOp op, ag_dtype dtype);

// The loop for when the first operand (0) or the second (1) is one element, which all elements of the other meet. NULL
// if there is none: the element must be repeated.
ag_map_fn ag_map_one(ScalarOp op, ag_dtype dtype, int operand);

// The loop converting between two types. Floats are truncated towards zero to an integer and saturate, NaN becomes 0;
// to uint8 by way of int32. Integers wrap. To bool: whether x != 0. Of float16, int8 and int16, which only store, there
// are loops from and to float32 and int32, and from float64; NULL for other types.
ag_map_fn ag_cast(ag_dtype from, ag_dtype to);

// One float16, as its bits.
uint16_t ag_half_from_double(double x);
double ag_half_as_double(uint16_t half);

const char *ag_op_name(ScalarOp op);
int ag_op_arity(ScalarOp op);
int ag_op_cost(ScalarOp op); // of one element, relative to an addition
bool ag_op_gives_bool(ScalarOp op);

#endif
