#include "program.h"

#include <stdlib.h>
#include <string.h>

#include "buffer_pool.h"
#include "parallel.h"
#include "tile.h"

// What one thread needs to run a block; kept from block to block.
typedef struct {
  char *memory;
  size_t capacity;
  char **slots;            // where each slot is now
  char **own;              // its own buffer
  char **scratch;          // rows kept from sweep to sweep
  ag_partial *rows;        // row accumulators, `tile` of each
  ag_partial **partials;   // of the block, for each output accumulator
} workspace;

static _Thread_local workspace thread_workspace;

typedef struct {
  const ag_program *program;
  int64_t column_blocks;
  ag_partial **partials; // for each accumulator; for each block unless the blocks are disjoint
} run;

static int64_t at_least_one(int64_t n) { return n > 0 ? n : 1; }
static size_t rounded(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

// Slots are not a multiple of a page apart: they would all compete for the same part of the cache.
static size_t slot_bytes(const ag_program *p) { return rounded((size_t)p->tile * (size_t)p->slot_item_size) + 192; }

static size_t scratch_bytes(const ag_program *p) {
  int64_t width = p->columns_per_block > p->tile ? p->columns_per_block : p->tile;
  return rounded((size_t)width * (size_t)p->slot_item_size) + 192;
}

static size_t pointer_bytes(int64_t count) { return rounded((size_t)(count + 1) * sizeof(void *)); }

static void prepare(workspace *w, const ag_program *p) {
  size_t row_bytes = rounded((size_t)p->tile * sizeof(ag_partial)) * (size_t)p->row_accumulators;
  size_t need = 2 * pointer_bytes(p->slots) + pointer_bytes(p->scratch_buffers) + pointer_bytes(p->accumulator_count)
                + row_bytes + (size_t)p->slots * slot_bytes(p) + (size_t)p->scratch_buffers * scratch_bytes(p);
  if (need > w->capacity) {
    if (w->memory) ag_buffer_release(w->memory, w->capacity);
    w->capacity = need;
    w->memory = ag_buffer_acquire(need);
  }
  char *next = w->memory;
  w->slots = (char **)next, next += pointer_bytes(p->slots);
  w->own = (char **)next, next += pointer_bytes(p->slots);
  w->scratch = (char **)next, next += pointer_bytes(p->scratch_buffers);
  w->partials = (ag_partial **)next, next += pointer_bytes(p->accumulator_count);
  w->rows = (ag_partial *)next, next += row_bytes;
  for (int i = 0; i < p->slots; i++, next += slot_bytes(p)) w->slots[i] = w->own[i] = next;
  for (int i = 0; i < p->scratch_buffers; i++, next += scratch_bytes(p)) w->scratch[i] = next;
}

static ag_partial *row_partials(const workspace *w, const ag_program *p, int32_t index) {
  return (ag_partial *)((char *)w->rows + (size_t)index * rounded((size_t)p->tile * sizeof(ag_partial)));
}

static const int item_sizes[] = {4, 8, 4, 8, 1, 1};

// MARK: Instructions on elements

static void reduce_row(const workspace *w, const ag_program *p, const ag_instruction *i, const ag_tile *t) {
  ag_partial *rows = row_partials(w, p, i->index);
  const char *tile = w->slots[i->a];
  int64_t width = t->columns * item_sizes[i->dtype];
  for (int64_t r = 0; r < t->rows; r++, tile += width) {
    rows[r] = ag_reduce_combine(i->reduction, i->dtype, rows[r],
                                ag_reduce_tile(i->reduction, i->dtype, t->columns, tile));
  }
}

static bool is_single_slot(const ag_program *p, const ag_accumulator *a) {
  for (int k = 0; k < p->outer_rank; k++) {
    if (a->kept_strides[k] != 0) return false;
  }
  return true;
}

static void accumulate(const workspace *w, const ag_program *p, const ag_instruction *i, const ag_tile *t) {
  const ag_accumulator *a = &p->accumulators[i->index];
  ag_partial *partials = w->partials[i->index];
  const char *tile = w->slots[i->a];
  int64_t width = t->columns * item_sizes[i->dtype];
  if (!a->keeps_columns && is_single_slot(p, a)) {
    ag_partial part = ag_reduce_tile(a->reduction, i->dtype, t->rows * t->columns, tile);
    partials[0] = ag_reduce_combine(a->reduction, i->dtype, partials[0], part);
    return;
  }
  ag_walk walk = ag_walk_start(p, a->kept_strides, t);
  for (int64_t r = 0; r < t->rows; r++, tile += width, ag_walk_next(p, a->kept_strides, &walk)) {
    if (a->keeps_columns) {
      ag_reduce_lanes(a->reduction, i->dtype, t->columns, tile, partials + walk.offset * p->columns + t->column);
    } else {
      ag_partial part = ag_reduce_tile(a->reduction, i->dtype, t->columns, tile);
      partials[walk.offset] = ag_reduce_combine(a->reduction, i->dtype, partials[walk.offset], part);
    }
  }
}

static inline char *slot(const workspace *w, int16_t index) { return index >= 0 ? w->slots[index] : NULL; }

static void run_element(const workspace *w, const ag_program *p, const ag_instruction *i, const ag_tile *t,
                        int64_t first_column) {
  const ag_operand *o = &p->operands[i->index];
  switch (i->kind) {
    case AgInstructionMap:
      i->map(t->rows * t->columns, slot(w, i->a), slot(w, i->b), slot(w, i->c), w->slots[i->dst]);
      return;
    case AgInstructionLoad:
      if (ag_is_contiguous(o, t)) {
        w->slots[i->dst] = ag_tile_address(p, o, t);
      } else {
        w->slots[i->dst] = w->own[i->dst];
        ag_gather_tile(p, o, t, w->slots[i->dst]);
      }
      return;
    case AgInstructionBindStore:
      w->slots[i->dst] = ag_is_contiguous(o, t) ? ag_tile_address(p, o, t) : w->own[i->dst];
      return;
    case AgInstructionBindScratch:
      w->slots[i->dst] = w->scratch[i->index] + (t->column - first_column) * p->slot_item_size;
      return;
    case AgInstructionExpand: ag_expand(item_sizes[i->dtype], t, w->slots[i->a], w->slots[i->dst]); return;
    case AgInstructionReduceRow: reduce_row(w, p, i, t); return;
    case AgInstructionAccumulate: accumulate(w, p, i, t); return;
    case AgInstructionStore:
      if (ag_is_contiguous(o, t) && w->slots[i->a] == ag_tile_address(p, o, t)) return;
      ag_scatter_tile(p, o, t, w->slots[i->a]);
      return;
    default: return;
  }
}

// MARK: Instructions on rows

static void run_row(const workspace *w, const ag_program *p, const ag_instruction *i, const ag_tile *t) {
  switch (i->kind) {
    case AgInstructionRowLoad: ag_gather_rows(p, &p->operands[i->index], t, w->slots[i->dst]); return;
    case AgInstructionRowMap:
      i->map(t->rows, slot(w, i->a), slot(w, i->b), slot(w, i->c), w->slots[i->dst]);
      return;
    case AgInstructionRowFinish: {
      const ag_partial *rows = row_partials(w, p, i->index);
      for (int64_t r = 0; r < t->rows; r++) ag_reduce_store(i->dtype, i->result_dtype, rows[r], w->slots[i->dst], r);
      return;
    }
    case AgInstructionRowAccumulate: {
      const ag_accumulator *a = &p->accumulators[i->index];
      ag_partial *partials = w->partials[i->index];
      const char *value = w->slots[i->a];
      ag_walk walk = ag_walk_start(p, a->kept_strides, t);
      for (int64_t r = 0; r < t->rows; r++, value += item_sizes[i->dtype]) {
        ag_partial part = ag_reduce_tile(a->reduction, i->dtype, 1, value);
        partials[walk.offset] = ag_reduce_combine(a->reduction, i->dtype, partials[walk.offset], part);
        ag_walk_next(p, a->kept_strides, &walk);
      }
      return;
    }
    case AgInstructionRowStore: ag_scatter_rows(p, &p->operands[i->index], t, w->slots[i->a]); return;
    default: return;
  }
}

// MARK: Tiles and blocks

static void reset_rows(const workspace *w, const ag_program *p, int64_t rows) {
  for (int s = 0; s < p->sweep_count; s++) {
    const ag_instruction *i = p->instructions + p->sweeps[s].first;
    for (int k = 0; k < p->sweeps[s].elements; k++, i++) {
      if (i->kind != AgInstructionReduceRow) continue;
      ag_partial *partials = row_partials(w, p, i->index);
      ag_partial identity = ag_reduce_identity(i->reduction, i->dtype);
      for (int64_t r = 0; r < rows; r++) partials[r] = identity;
    }
  }
}

static void run_rows(const workspace *w, const ag_program *p, ag_tile *t, int64_t first, int64_t end) {
  if (p->row_accumulators > 0) reset_rows(w, p, t->rows);
  for (int s = 0; s < p->sweep_count; s++) {
    const ag_sweep *sweep = &p->sweeps[s];
    const ag_instruction *elements = p->instructions + sweep->first;
    for (int64_t column = first; column < end && sweep->elements > 0; column += p->tile) {
      t->column = column;
      t->columns = end - column < p->tile ? end - column : p->tile;
      for (int k = 0; k < sweep->elements; k++) run_element(w, p, elements + k, t, first);
    }
    t->column = first;
    t->columns = end - first;
    for (int k = 0; k < sweep->rows; k++) run_row(w, p, elements + sweep->elements + k, t);
  }
}

static void set_index(const ag_program *p, ag_tile *t) {
  int64_t rest = t->row;
  for (int k = p->outer_rank - 1; k >= 0; k--) {
    t->index[k] = rest % p->outer[k];
    rest /= p->outer[k];
  }
}

static ag_partial *new_partials(const ag_accumulator *a) {
  // A cache line of its own, so that threads do not share one.
  size_t bytes = rounded((size_t)at_least_one(a->slots) * sizeof(ag_partial));
  ag_partial *partials = ag_buffer_acquire(bytes);
  ag_partial identity = ag_reduce_identity(a->reduction, a->dtype);
  for (int64_t s = 0; s < a->slots; s++) partials[s] = identity;
  return partials;
}

static void free_partials(const ag_accumulator *a, ag_partial *partials) {
  ag_buffer_release(partials, rounded((size_t)at_least_one(a->slots) * sizeof(ag_partial)));
}

static void run_block(void *context, int64_t block) {
  const run *r = context;
  const ag_program *p = r->program;
  workspace *w = &thread_workspace;
  prepare(w, p);
  for (int a = 0; a < p->accumulator_count; a++) {
    ag_partial **partials = &r->partials[p->disjoint ? a : block * p->accumulator_count + a];
    if (!*partials) *partials = new_partials(&p->accumulators[a]);
    w->partials[a] = *partials;
  }
  for (int k = 0; k < p->uniforms; k++) {
    const ag_instruction *i = &p->instructions[k];
    ag_fill(p->operands[i->index].item_size, p->tile, p->operands[i->index].base, w->slots[i->dst]);
  }
  int64_t first_row = block / r->column_blocks * p->rows_per_block;
  int64_t end_row = first_row + p->rows_per_block < p->rows ? first_row + p->rows_per_block : p->rows;
  int64_t first = block % r->column_blocks * p->columns_per_block;
  int64_t end = first + p->columns_per_block < p->columns ? first + p->columns_per_block : p->columns;
  int64_t width = end - first;
  int64_t rows_per_tile = width == 0 ? p->tile : at_least_one(p->tile / width);
  ag_tile t = {.whole_rows = width == p->columns};
  for (t.row = first_row; t.row < end_row; t.row += rows_per_tile) {
    t.rows = end_row - t.row < rows_per_tile ? end_row - t.row : rows_per_tile;
    set_index(p, &t);
    run_rows(w, p, &t, first, end);
  }
}

// MARK: Results

enum { STORE_CHUNK = 1 << 14 };

typedef struct {
  const ag_accumulator *accumulator;
  ag_partial **partials;
  int64_t blocks, step;
} finish;

// The parts of the blocks are combined in the order of the blocks.
static void store_chunk(void *context, int64_t chunk) {
  const finish *f = context;
  const ag_accumulator *a = f->accumulator;
  int64_t end = (chunk + 1) * STORE_CHUNK < a->slots ? (chunk + 1) * STORE_CHUNK : a->slots;
  for (int64_t s = chunk * STORE_CHUNK; s < end; s++) {
    ag_partial total = f->partials[0][s];
    for (int64_t b = 1; b < f->blocks; b++) {
      total = ag_reduce_combine(a->reduction, a->dtype, total, f->partials[b * f->step][s]);
    }
    ag_reduce_store(a->dtype, a->result_dtype, total, a->result, s);
  }
}

static void store_results(const ag_program *p, ag_partial **partials, int64_t blocks) {
  for (int a = 0; a < p->accumulator_count; a++) {
    finish f = {&p->accumulators[a], partials + a, blocks, p->accumulator_count};
    ag_parallel((f.accumulator->slots + STORE_CHUNK - 1) / STORE_CHUNK, &f, store_chunk);
    for (int64_t b = 0; b < blocks; b++) free_partials(f.accumulator, partials[b * p->accumulator_count + a]);
  }
}

void ag_program_run(const ag_program *p) {
  int64_t row_blocks = (p->rows + p->rows_per_block - 1) / p->rows_per_block;
  int64_t column_blocks = at_least_one((p->columns + p->columns_per_block - 1) / p->columns_per_block);
  int64_t blocks = row_blocks * column_blocks;
  int64_t parts = p->disjoint ? 1 : at_least_one(blocks);
  ag_partial *few[64] = {0};
  size_t count = (size_t)(parts * p->accumulator_count);
  ag_partial **partials = count <= 64 ? few : calloc(count, sizeof *partials);
  bool is_shared = p->disjoint || blocks == 0;
  for (int a = 0; a < p->accumulator_count && is_shared; a++) partials[a] = new_partials(&p->accumulators[a]);
  run r = {p, column_blocks, partials};
  ag_parallel(blocks, &r, run_block);
  store_results(p, partials, parts);
  if (partials != few) free(partials);
}
