#ifndef AG_PROGRAM_H
#define AG_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "scalar_ops.h"

// A fused loop: elementwise operations and reductions over a space of rows x columns, run tile by tile so that
// intermediate values stay in the first-level cache. The scheduler writes programs; `ag_program_run` runs them.
//
// Values live in slots. A slot holds one value for each element of a tile, or one for each row of it. Columns are the
// trailing axes; what a row was reduced to can be spread over it again, which takes several sweeps over the row:
// sweep k may use what sweep k-1 reduced. A tile is a part of one row, or several whole rows, as many as fit.
enum { AG_MAX_AXES = 8, AG_MAX_TILE = 2048 };

typedef enum __attribute__((enum_extensibility(closed))) : uint8_t {
  ReductionSum, ReductionProduct, ReductionMaximum, ReductionMinimum
} Reduction;

// An array as the loop walks over it; strides in elements.
typedef struct {
  char *base;
  int64_t column_stride;
  int64_t row_strides[AG_MAX_AXES]; // one for each outer axis
  int32_t item_size;
  bool dense; // element (row, column) is at row * columns + column
} ag_operand;

// Each slot owns a buffer of a tile; Load, BindStore and BindScratch may point the slot at other memory instead.
typedef enum __attribute__((enum_extensibility(closed))) : uint8_t {
  AgInstructionUniform,     // dst <- the operand's only element, on all lanes
  AgInstructionLoad,        // dst <- the operand's tile, without a copy where that is contiguous
  AgInstructionPoint,       // dst points to the operand's one element for the row; only for maps that take one
  AgInstructionBindStore,   // dst becomes the operand's memory where that is contiguous
  AgInstructionBindScratch, // dst becomes part of a row-long scratch buffer, kept from sweep to sweep
  AgInstructionMap,         // dst <- map(a, b, c), element by element
  AgInstructionExpand,      // dst <- the row values of a, each spread over its row
  AgInstructionReduceRow,   // row accumulator <- itself with the tile a
  AgInstructionAccumulate,  // output accumulator <- itself with the tile a
  AgInstructionStore,       // operand <- a, unless a is bound to it
  AgInstructionRowLoad,     // the same on row values:
  AgInstructionRowMap,
  AgInstructionRowFinish,   // dst <- row accumulator
  AgInstructionRowAccumulate,
  AgInstructionRowStore,
} AgInstruction;

typedef struct {
  AgInstruction kind;
  Reduction reduction;
  ag_dtype dtype;        // of the slot read
  ag_dtype result_dtype; // of RowFinish
  int16_t dst, a, b, c;  // slots
  int32_t index;         // operand, scratch buffer, row accumulator or output accumulator
  ag_map_fn map;
} ag_instruction;

// First element instructions, for every tile of a row; then row instructions, once.
typedef struct {
  int32_t first, elements, rows;
} ag_sweep;

// A reduction that leaves the loop: over columns and outer axes, or over outer axes alone.
typedef struct {
  Reduction reduction;
  ag_dtype dtype, result_dtype;
  bool keeps_columns;
  int64_t kept_strides[AG_MAX_AXES]; // slot strides of the outer axes, 0 where reduced
  int64_t slots;                     // outer slots, times columns if those are kept
  void *result;                      // contiguous
} ag_accumulator;

typedef struct {
  int64_t rows, columns;
  int64_t outer[AG_MAX_AXES]; // extents of the outer axes; their product is `rows`
  int32_t outer_rank;
  int32_t tile;               // elements of a tile, at most AG_MAX_TILE
  int32_t slot_item_size;     // of the widest value in a slot
  int32_t slots, row_accumulators, scratch_buffers;
  int64_t rows_per_block, columns_per_block; // a fixed split, whatever the number of threads
  bool disjoint;                             // no two blocks add to the same slot of an accumulator
  const ag_operand *operands;
  const ag_instruction *instructions;
  const ag_sweep *sweeps;
  ag_accumulator *accumulators;
  int32_t uniforms; // the first instructions, run once a block
  int32_t sweep_count, accumulator_count;
} ag_program;

void ag_program_run(const ag_program *program);

// All of a contiguous array into one element of the reduction's result type.
void ag_reduce_contiguous(Reduction reduction, ag_dtype dtype, ag_dtype result_dtype, int64_t count,
                          const void *data, void *result);

#endif
