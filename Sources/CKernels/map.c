#include "map_loops.h"

// The loops are in map_arithmetic.c, map_division.c and map_float.c.
#define FLOATS(EACH, NAME) EACH(NAME, f32, Float32) EACH(NAME, f64, Float64)
#define NUMBERS(EACH, NAME) FLOATS(EACH, NAME) EACH(NAME, i32, Int32) EACH(NAME, i64, Int64) EACH(NAME, u8, UInt8)
#define ALL(EACH, NAME) NUMBERS(EACH, NAME) EACH(NAME, b8, Bool)

#define DECLARE(NAME, SUFFIX, DTYPE) void ag_##NAME##_##SUFFIX AG_MAP_PARAMETERS;
#define SCALAR_OP(OP, NAME, OPERANDS, COST, TYPES, RESULT) TYPES(DECLARE, NAME)
AG_LOOPS_BEGIN
#include "scalar_ops.def"
AG_LOOPS_END
#undef SCALAR_OP

typedef struct {
  const char *name;
  int16_t operands, cost;
  bool gives_bool;
  ag_map_fn loops[DTypeBool + 1];
} ag_op;

enum { VALUE, TRUTH };

#define ENTRY(NAME, SUFFIX, DTYPE) [DType##DTYPE] = ag_##NAME##_##SUFFIX,
static const ag_op ops[] = {
#define SCALAR_OP(OP, NAME, OPERANDS, COST, TYPES, RESULT) {#NAME, OPERANDS, COST, RESULT, {TYPES(ENTRY, NAME)}},
#include "scalar_ops.def"
#undef SCALAR_OP
};

// Operations with loops for an operand that is one element: those of normalisations, scaling and rectifiers.
#define ONE_OPS(EACH)                                                                                     \
  EACH(Add, add) EACH(Subtract, subtract) EACH(Multiply, multiply) EACH(Divide, divide)                   \
  EACH(MaskedMultiply, maskedMultiply) EACH(Maximum, maximum) EACH(Minimum, minimum) EACH(Less, less)     \
  EACH(Greater, greater)

#define DECLARE_ONE(NAME, SUFFIX, DTYPE) \
  void ag_##NAME##_##SUFFIX##_one_a AG_MAP_PARAMETERS; void ag_##NAME##_##SUFFIX##_one_b AG_MAP_PARAMETERS;
#define DECLARE_BOTH(OP, NAME) FLOATS(DECLARE_ONE, NAME)
AG_LOOPS_BEGIN
ONE_OPS(DECLARE_BOTH)
AG_LOOPS_END

#define ENTRY_ONE(NAME, SUFFIX, DTYPE) \
  [DType##DTYPE] = {ag_##NAME##_##SUFFIX##_one_a, ag_##NAME##_##SUFFIX##_one_b},
#define ENTRY_BOTH(OP, NAME) [ScalarOp##OP] = {FLOATS(ENTRY_ONE, NAME)},
static const ag_map_fn one_loops[sizeof ops / sizeof *ops][DTypeBool + 1][2] = {ONE_OPS(ENTRY_BOTH)};

ag_map_fn ag_map_one(ScalarOp op, ag_dtype dtype, int operand) { return one_loops[op][dtype][operand]; }
ag_map_fn ag_map(ScalarOp op, ag_dtype dtype) { return ops[op].loops[dtype]; }
const char *ag_op_name(ScalarOp op) { return ops[op].name; }
int ag_op_arity(ScalarOp op) { return ops[op].operands; }
int ag_op_cost(ScalarOp op) { return ops[op].cost; }
bool ag_op_gives_bool(ScalarOp op) { return ops[op].gives_bool; }
