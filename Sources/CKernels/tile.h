#ifndef AG_TILE_H
#define AG_TILE_H

#include "program.h"
#include "reduce.h"

// What a row accumulator collects, known from the instruction that feeds it.
typedef struct {
  Reduction reduction;
  ag_dtype dtype;
  ag_partial identity;
} ag_row_reduction;

// The interpreter's position and memory within one block. Offsets into operands move along with the position,
// so that an instruction finds its data without a division.
typedef struct {
  const ag_program *program;
  const ag_row_reduction *row_reductions;
  const bool *one_slot;         // of each output accumulator: no outer axis is kept
  char **slots;                 // where the values of each slot are now
  char **origins;               // each operand's element at the tile's first row, column 0
  int64_t operands;
  char *slot_memory, *scratch_memory;
  int64_t slot_pitch, scratch_pitch; // bytes
  ag_partial *row_partials;     // a tile of them for each row accumulator
  ag_partial **partials;        // of each output accumulator, for this block
  int64_t index[AG_MAX_AXES];   // of the tile's first row
  int32_t last_axis;            // the innermost outer axis of more than one index
  bool one_run;                 // the rows of the tile follow each other on the last axis
  int64_t first_column, columns; // of the block
  int64_t rows, column, width;  // of the tile
} ag_tile;

void ag_tile_seek(ag_tile *tile, int64_t row);     // to a row, anywhere
void ag_tile_advance(ag_tile *tile, int64_t rows); // to a later row
void ag_tile_execute(ag_tile *tile, const ag_instruction *instructions, int64_t count);

// Loops over a tile of rows x width items; strides in items, the tile itself is row-major.
void ag_tile_gather(int item, int64_t rows, int64_t width, int64_t row_stride, int64_t column_stride,
                    const char *source, char *tile);
void ag_tile_scatter(int item, int64_t rows, int64_t width, int64_t row_stride, int64_t column_stride,
                     const char *tile, char *destination);
// partials[row * stride] <- itself with the row
void ag_tile_reduce_rows(Reduction reduction, ag_dtype dtype, int64_t rows, int64_t width, const char *tile,
                         ag_partial *partials, int64_t stride);
// partials[row * stride + column] <- itself with the element
void ag_tile_reduce_columns(Reduction reduction, ag_dtype dtype, int64_t rows, int64_t width, const char *tile,
                            ag_partial *partials, int64_t stride);
void ag_partials_fill(int64_t count, ag_partial value, ag_partial *partials);
void ag_partials_store(ag_dtype dtype, ag_dtype result_dtype, int64_t count, const ag_partial *partials, void *result);

#endif
