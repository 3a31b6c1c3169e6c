#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer_pool.h"
#include "integers.h"
#include "parallel.h"
#include "tile.h"

enum { PADDING = 192, CHUNK = 512, PARALLEL_SLOTS = 1 << 15 };

// Where the blocks add up one output accumulator: an array for each block, or for each row of blocks where columns
// are kept (blocks side by side then share no slot), or a single one where no two blocks share a slot.
typedef struct {
  char *memory;
  int64_t pitch, arrays; // bytes from array to array: whole cache lines, as different threads write them
} partial_set;

typedef struct {
  const ag_program *program;
  int64_t rows_per_block, columns_per_block, row_blocks, column_blocks;
  int64_t operands;
  int32_t last_axis;
  partial_set *sets;
  ag_row_reduction *row_reductions;
  bool *one_slot;
  int64_t slot_pitch, scratch_pitch;
  int64_t origins_at, partials_at, row_partials_at, slots_at, scratch_at, arena_bytes; // the arena of a thread
} plan;

static int64_t round_up(int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Buffers a multiple of a page apart would compete for the same cache sets.
static int64_t buffer_pitch(int64_t bytes) {
  int64_t pitch = round_up(bytes + PADDING);
  return pitch % 4096 == 0 ? pitch + 64 : pitch;
}

static bool uses_operand(AgInstruction kind) {
  return kind == AgInstructionUniform || kind == AgInstructionLoad || kind == AgInstructionPoint ||
         kind == AgInstructionBindStore || kind == AgInstructionStore || kind == AgInstructionRowLoad ||
         kind == AgInstructionRowStore;
}

static void inspect(plan *plan, int64_t first, int64_t count) {
  for (int64_t i = first; i < first + count; i++) {
    const ag_instruction *in = &plan->program->instructions[i];
    if (uses_operand(in->kind) && in->index >= plan->operands) plan->operands = in->index + 1;
    if (in->kind == AgInstructionReduceRow) {
      plan->row_reductions[in->index] = (ag_row_reduction){
        .reduction = in->reduction, .dtype = in->dtype, .identity = ag_reduce_identity(in->reduction, in->dtype)};
    }
  }
}

static void inspect_instructions(plan *plan) {
  const ag_program *p = plan->program;
  memset(plan->row_reductions, 0, sizeof *plan->row_reductions * (size_t)(p->row_accumulators + 1));
  inspect(plan, 0, p->uniforms);
  for (int32_t k = 0; k < p->sweep_count; k++) {
    inspect(plan, p->sweeps[k].first, (int64_t)p->sweeps[k].elements + p->sweeps[k].rows);
  }
}

static void split(plan *plan) {
  const ag_program *p = plan->program;
  plan->rows_per_block = p->rows_per_block > 0 ? p->rows_per_block : 1;
  plan->columns_per_block = p->columns_per_block > 0 ? p->columns_per_block : 1;
  plan->row_blocks = (p->rows + plan->rows_per_block - 1) / plan->rows_per_block;
  plan->column_blocks = (p->columns + plan->columns_per_block - 1) / plan->columns_per_block;
  if (p->columns == 0) plan->column_blocks = 1; // row instructions run all the same
  plan->last_axis = p->outer_rank - 1;
  while (plan->last_axis >= 0 && p->outer[plan->last_axis] == 1) plan->last_axis -= 1;
  for (int32_t i = 0; i < p->accumulator_count; i++) {
    plan->one_slot[i] = !p->accumulators[i].keeps_columns;
    for (int32_t k = 0; k <= plan->last_axis; k++) plan->one_slot[i] &= p->accumulators[i].kept_strides[k] == 0;
  }
}

static void lay_out_arena(plan *plan) {
  const ag_program *p = plan->program;
  int64_t longest = smaller(plan->columns_per_block, p->columns);
  if (longest < p->tile) longest = p->tile;
  plan->slot_pitch = buffer_pitch((int64_t)p->tile * p->slot_item_size);
  plan->scratch_pitch = buffer_pitch(longest * p->slot_item_size);
  plan->origins_at = round_up(p->slots * (int64_t)sizeof(char *));
  plan->partials_at = round_up(plan->origins_at + plan->operands * (int64_t)sizeof(char *));
  plan->row_partials_at = round_up(plan->partials_at + p->accumulator_count * (int64_t)sizeof(ag_partial *));
  plan->slots_at = round_up(plan->row_partials_at + (int64_t)p->row_accumulators * p->tile * 8);
  plan->scratch_at = plan->slots_at + p->slots * plan->slot_pitch;
  plan->arena_bytes = plan->scratch_at + p->scratch_buffers * plan->scratch_pitch;
}

// The memory of a thread for tiles is kept from program to program.
static char *thread_arena(int64_t bytes) {
  static _Thread_local char *memory;
  static _Thread_local int64_t capacity;
  if (bytes > capacity) {
    free(memory);
    void *fresh = NULL;
    if (posix_memalign(&fresh, 64, (size_t)bytes) != 0) {
      fprintf(stderr, "Autograd: out of memory: %lld bytes for tiles cannot be allocated\n", (long long)bytes);
      abort();
    }
    memory = fresh;
    capacity = bytes;
  }
  return memory;
}

static ag_partial *partial_array(const partial_set *set, int64_t array) {
  return (ag_partial *)(set->memory + array * set->pitch);
}

// The block's partials, those it owns set to identities.
static ag_partial *block_partials(const plan *plan, const ag_tile *t, int32_t index, int64_t block) {
  const ag_program *p = plan->program;
  const ag_accumulator *acc = &p->accumulators[index];
  if (p->disjoint) return partial_array(&plan->sets[index], 0);
  ag_partial identity = ag_reduce_identity(acc->reduction, acc->dtype);
  if (!acc->keeps_columns) {
    ag_partial *partials = partial_array(&plan->sets[index], block);
    ag_partials_fill(acc->slots, identity, partials);
    return partials;
  }
  ag_partial *partials = partial_array(&plan->sets[index], block / plan->column_blocks);
  for (int64_t slot = 0; slot < acc->slots; slot += p->columns) {
    ag_partials_fill(t->columns, identity, partials + slot + t->first_column);
  }
  return partials;
}

static ag_tile begin_block(const plan *plan, int64_t block) {
  const ag_program *p = plan->program;
  char *arena = thread_arena(plan->arena_bytes);
  int64_t column = block % plan->column_blocks * plan->columns_per_block;
  ag_tile t = {
    .program = p, .row_reductions = plan->row_reductions, .one_slot = plan->one_slot,
    .slots = (char **)arena, .origins = (char **)(arena + plan->origins_at), .operands = plan->operands,
    .slot_memory = arena + plan->slots_at, .slot_pitch = plan->slot_pitch,
    .scratch_memory = arena + plan->scratch_at, .scratch_pitch = plan->scratch_pitch,
    .row_partials = (ag_partial *)(arena + plan->row_partials_at),
    .partials = (ag_partial **)(arena + plan->partials_at),
    .last_axis = plan->last_axis, .first_column = column,
    .columns = smaller(plan->columns_per_block, p->columns - column),
  };
  for (int32_t i = 0; i < p->slots; i++) t.slots[i] = t.slot_memory + i * t.slot_pitch;
  for (int32_t i = 0; i < p->accumulator_count; i++) t.partials[i] = block_partials(plan, &t, i, block);
  return t;
}

static void begin_rows(const plan *plan, ag_tile *t, int64_t rows) {
  const ag_program *p = plan->program;
  t->rows = rows;
  t->one_run = t->last_axis < 0 || p->outer[t->last_axis] - t->index[t->last_axis] >= rows;
  for (int32_t i = 0; i < p->row_accumulators; i++) {
    ag_partials_fill(rows, plan->row_reductions[i].identity, t->row_partials + (int64_t)i * p->tile);
  }
}

static void run_sweep(ag_tile *t, const ag_sweep *sweep) {
  const ag_instruction *instructions = t->program->instructions + sweep->first;
  int64_t end = t->first_column + t->columns;
  if (sweep->elements > 0) {
    for (int64_t column = t->first_column; column < end; column += t->width) {
      t->column = column;
      t->width = smaller(t->program->tile, end - column);
      ag_tile_execute(t, instructions, sweep->elements);
    }
  }
  ag_tile_execute(t, instructions + sweep->elements, sweep->rows);
}

static int64_t rows_per_tile(const plan *plan) {
  int64_t columns = smaller(plan->columns_per_block, plan->program->columns), tile = plan->program->tile;
  if (columns == 0) return tile;
  return columns < tile ? tile / columns : 1;
}

static void run_block(void *context, int64_t block) {
  const plan *plan = context;
  const ag_program *p = plan->program;
  ag_tile t = begin_block(plan, block);
  ag_tile_execute(&t, p->instructions, p->uniforms);
  int64_t row = block / plan->column_blocks * plan->rows_per_block;
  int64_t end = row + smaller(plan->rows_per_block, p->rows - row), step = rows_per_tile(plan);
  ag_tile_seek(&t, row);
  while (row < end) {
    begin_rows(plan, &t, smaller(step, end - row));
    for (int32_t k = 0; k < p->sweep_count; k++) run_sweep(&t, &p->sweeps[k]);
    row += t.rows;
    if (row < end) ag_tile_advance(&t, t.rows);
  }
}

static void acquire_partials(const plan *plan, int32_t index) {
  const ag_program *p = plan->program;
  const ag_accumulator *acc = &p->accumulators[index];
  partial_set *set = &plan->sets[index];
  set->pitch = round_up(acc->slots * (int64_t)sizeof(ag_partial));
  set->arrays = p->disjoint ? 1 : plan->row_blocks * (acc->keeps_columns ? 1 : plan->column_blocks);
  set->memory = ag_buffer_acquire((size_t)(set->arrays * set->pitch));
  if (!p->disjoint) return;
  ag_partials_fill(acc->slots, ag_reduce_identity(acc->reduction, acc->dtype), partial_array(set, 0));
}

typedef struct {
  const ag_accumulator *accumulator;
  const partial_set *set;
} finish;

// Adds up some slots over all blocks, in the order of the blocks, and converts them.
static void finish_chunk(void *context, int64_t chunk) {
  const finish *f = context;
  const ag_accumulator *acc = f->accumulator;
  int64_t first = chunk * CHUNK, count = smaller(CHUNK, acc->slots - first);
  bool real = acc->dtype == DTypeFloat32 || acc->dtype == DTypeFloat64;
  ag_partial total[CHUNK];
  ag_partials_fill(count, ag_reduce_identity(acc->reduction, acc->dtype), total);
  for (int64_t i = 0; i < f->set->arrays; i++) { // partials are doubles or int64
    ag_reduce_lanes(acc->reduction, real ? DTypeFloat64 : DTypeInt64, count, partial_array(f->set, i) + first, total);
  }
  char *result = (char *)acc->result + first * ag_item_bytes(acc->result_dtype);
  ag_partials_store(acc->dtype, acc->result_dtype, count, total, result);
}

static void finish_accumulator(const ag_accumulator *acc, const partial_set *set) {
  finish context = {.accumulator = acc, .set = set};
  int64_t chunks = (acc->slots + CHUNK - 1) / CHUNK;
  if (acc->slots * (set->arrays + 1) >= PARALLEL_SLOTS && chunks > 1) {
    ag_parallel(chunks, &context, finish_chunk);
  } else {
    for (int64_t i = 0; i < chunks; i++) finish_chunk(&context, i);
  }
}

void ag_program_run(const ag_program *program) {
  partial_set sets[program->accumulator_count + 1];
  ag_row_reduction row_reductions[program->row_accumulators + 1];
  bool one_slot[program->accumulator_count + 1];
  plan plan = {.program = program, .sets = sets, .row_reductions = row_reductions, .one_slot = one_slot};
  inspect_instructions(&plan);
  split(&plan);
  lay_out_arena(&plan);
  for (int32_t i = 0; i < program->accumulator_count; i++) acquire_partials(&plan, i);
  int64_t blocks = plan.row_blocks * plan.column_blocks;
  if (blocks == 1) {
    run_block(&plan, 0);
  } else if (blocks > 1) {
    ag_parallel(blocks, &plan, run_block);
  }
  for (int32_t i = 0; i < program->accumulator_count; i++) {
    finish_accumulator(&program->accumulators[i], &sets[i]);
    ag_buffer_release(sets[i].memory, (size_t)(sets[i].arrays * sets[i].pitch));
  }
}
