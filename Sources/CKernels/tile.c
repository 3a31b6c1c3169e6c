#include "tile.h"

#include <stddef.h>

static int64_t dot(int32_t axes, const int64_t *index, const int64_t *strides) {
  int64_t sum = 0;
  for (int32_t k = 0; k < axes; k++) sum += index[k] * strides[k];
  return sum;
}

static void locate_operands(ag_tile *t) {
  for (int64_t i = 0; i < t->operands; i++) {
    const ag_operand *o = &t->program->operands[i];
    t->origins[i] = o->base + o->item_size * dot(t->last_axis + 1, t->index, o->row_strides);
  }
}

void ag_tile_seek(ag_tile *t, int64_t row) {
  for (int32_t k = AG_MAX_AXES - 1; k >= 0; k--) t->index[k] = 0;
  for (int32_t k = t->last_axis; k >= 0 && row > 0; k--) {
    t->index[k] = row % t->program->outer[k];
    row /= t->program->outer[k];
  }
  locate_operands(t);
}

void ag_tile_advance(ag_tile *t, int64_t rows) {
  int32_t k = t->last_axis;
  if (k < 0) return;
  t->index[k] += rows;
  if (t->index[k] < t->program->outer[k]) {
    for (int64_t i = 0; i < t->operands; i++) {
      const ag_operand *o = &t->program->operands[i];
      t->origins[i] += rows * o->row_strides[k] * o->item_size;
    }
    return;
  }
  for (; k > 0 && t->index[k] >= t->program->outer[k]; k--) {
    t->index[k - 1] += t->index[k] / t->program->outer[k];
    t->index[k] %= t->program->outer[k];
  }
  locate_operands(t);
}

// Rows of a tile that follow each other on the last outer axis: one stride leads from each to the next.
typedef struct {
  int64_t index[AG_MAX_AXES];
  int64_t row, rows; // first row within the tile, and how many
  int64_t offset;    // of the first row, in strides
} row_run;

static int64_t run_length(const ag_tile *t, const row_run *run) {
  int64_t here = t->program->outer[t->last_axis] - run->index[t->last_axis], left = t->rows - run->row;
  return here < left ? here : left;
}

static row_run first_run(const ag_tile *t, int64_t offset) {
  row_run run = {.row = 0, .offset = offset};
  for (int32_t k = 0; k <= t->last_axis; k++) run.index[k] = t->index[k];
  run.rows = t->last_axis < 0 ? t->rows : run_length(t, &run);
  return run;
}

static bool next_run(const ag_tile *t, const int64_t *strides, row_run *run) {
  run->row += run->rows;
  if (run->row >= t->rows) return false;
  int32_t k = t->last_axis;
  run->offset -= run->index[k] * strides[k];
  run->index[k--] = 0;
  for (; k >= 0; k--) {
    run->offset += strides[k];
    if (++run->index[k] < t->program->outer[k]) break;
    run->offset -= run->index[k] * strides[k];
    run->index[k] = 0;
  }
  run->rows = run_length(t, run);
  return true;
}

static int64_t last_stride(const ag_tile *t, const int64_t *strides) {
  return t->last_axis < 0 ? 0 : strides[t->last_axis];
}

static bool contiguous(const ag_tile *t, const ag_operand *o) {
  if (t->rows == 1) return o->column_stride == 1 || t->width == 1;
  return o->dense && t->columns == t->program->columns;
}

static char *tile_address(const ag_tile *t, int32_t operand) {
  const ag_operand *o = &t->program->operands[operand];
  return t->origins[operand] + t->column * o->column_stride * o->item_size;
}

static char *own_buffer(const ag_tile *t, int32_t slot) { return t->slot_memory + slot * t->slot_pitch; }

static void gather(ag_tile *t, const ag_operand *o, int64_t width, const char *from, char *to) {
  int64_t stride = last_stride(t, o->row_strides);
  if (t->one_run) return ag_tile_gather(o->item_size, t->rows, width, stride, o->column_stride, from, to);
  row_run run = first_run(t, 0);
  do {
    ag_tile_gather(o->item_size, run.rows, width, stride, o->column_stride, from + run.offset * o->item_size,
                   to + run.row * width * o->item_size);
  } while (next_run(t, o->row_strides, &run));
}

static void scatter(ag_tile *t, const ag_operand *o, int64_t width, const char *from, char *to) {
  int64_t stride = last_stride(t, o->row_strides);
  if (t->one_run) return ag_tile_scatter(o->item_size, t->rows, width, stride, o->column_stride, from, to);
  row_run run = first_run(t, 0);
  do {
    ag_tile_scatter(o->item_size, run.rows, width, stride, o->column_stride,
                    from + run.row * width * o->item_size, to + run.offset * o->item_size);
  } while (next_run(t, o->row_strides, &run));
}

// The next tile begins on another page, where the processor does not read ahead by itself.
static inline void prefetch_next(const char *from, int64_t bytes) {
  for (int64_t at = bytes; at < 2 * bytes; at += 64) __builtin_prefetch(from + at, 0, 2);
}

static void load(ag_tile *t, const ag_instruction *in) {
  const ag_operand *o = &t->program->operands[in->index];
  char *from = tile_address(t, in->index);
  if (contiguous(t, o)) {
    t->slots[in->dst] = from;
    prefetch_next(from, t->rows * t->width * o->item_size);
  } else {
    t->slots[in->dst] = own_buffer(t, in->dst);
    gather(t, o, t->width, from, t->slots[in->dst]);
  }
}

static void store(ag_tile *t, const ag_instruction *in) {
  const ag_operand *o = &t->program->operands[in->index];
  char *to = tile_address(t, in->index);
  if (t->slots[in->a] == to && contiguous(t, o)) return;
  if (contiguous(t, o)) {
    ag_tile_scatter(o->item_size, 1, t->rows * t->width, 0, 1, t->slots[in->a], to);
  } else {
    scatter(t, o, t->width, t->slots[in->a], to);
  }
}

static void accumulate_run(ag_tile *t, const ag_instruction *in, int64_t width, const row_run *run, int64_t stride) {
  const ag_accumulator *acc = &t->program->accumulators[in->index];
  const char *tile = t->slots[in->a] + run->row * width * ag_item_bytes(in->dtype);
  ag_partial *partials = t->partials[in->index];
  if (acc->keeps_columns) {
    int64_t columns = t->program->columns;
    ag_tile_reduce_columns(acc->reduction, in->dtype, run->rows, width, tile,
                           partials + run->offset * columns + t->column, stride * columns);
  } else if (stride == 0) {
    ag_partial *partial = partials + run->offset;
    ag_partial value = ag_reduce_tile(acc->reduction, in->dtype, run->rows * width, tile);
    *partial = ag_reduce_combine(acc->reduction, in->dtype, *partial, value);
  } else {
    ag_tile_reduce_rows(acc->reduction, in->dtype, run->rows, width, tile, partials + run->offset, stride);
  }
}

static void accumulate(ag_tile *t, const ag_instruction *in, int64_t width) {
  const ag_accumulator *acc = &t->program->accumulators[in->index];
  if (t->one_slot[in->index]) {
    row_run all = {.row = 0, .rows = t->rows, .offset = 0};
    return accumulate_run(t, in, width, &all, 0);
  }
  row_run run = first_run(t, dot(t->last_axis + 1, t->index, acc->kept_strides));
  int64_t stride = last_stride(t, acc->kept_strides);
  do {
    accumulate_run(t, in, width, &run, stride);
  } while (next_run(t, acc->kept_strides, &run));
}

static ag_partial *row_partials(const ag_tile *t, int32_t index) { return t->row_partials + index * t->program->tile; }

static void finish_rows(ag_tile *t, const ag_instruction *in) {
  const ag_row_reduction *row = &t->row_reductions[in->index];
  ag_partials_store(in->dtype, in->result_dtype, t->rows, row_partials(t, in->index), t->slots[in->dst]);
}

static inline void map(ag_tile *t, const ag_instruction *in, int64_t n) {
  const char *a = in->a < 0 ? NULL : t->slots[in->a];
  const char *b = in->b < 0 ? NULL : t->slots[in->b];
  const char *c = in->c < 0 ? NULL : t->slots[in->c];
  in->map(n, a, b, c, t->slots[in->dst]);
}

static void execute_one(ag_tile *t, const ag_instruction *in) {
  const ag_operand *operands = t->program->operands;
  switch (in->kind) {
    case AgInstructionUniform:
      return ag_tile_gather(operands[in->index].item_size, 1, t->program->tile, 0, 0, operands[in->index].base,
                            t->slots[in->dst]);
    case AgInstructionLoad: return load(t, in);
    case AgInstructionPoint: t->slots[in->dst] = tile_address(t, in->index); return;
    case AgInstructionBindStore:
      t->slots[in->dst] = contiguous(t, &operands[in->index]) ? tile_address(t, in->index) : own_buffer(t, in->dst);
      return;
    case AgInstructionBindScratch:
      t->slots[in->dst] = t->scratch_memory + in->index * t->scratch_pitch +
                          (t->column - t->first_column) * t->program->slot_item_size;
      return;
    case AgInstructionMap: return map(t, in, t->rows * t->width);
    case AgInstructionExpand:
      return ag_tile_gather((int)ag_item_bytes(in->dtype), t->rows, t->width, 1, 0, t->slots[in->a],
                            t->slots[in->dst]);
    case AgInstructionReduceRow:
      return ag_tile_reduce_rows(in->reduction, in->dtype, t->rows, t->width, t->slots[in->a],
                                 row_partials(t, in->index), 1);
    case AgInstructionAccumulate: return accumulate(t, in, t->width);
    case AgInstructionStore: return store(t, in);
    case AgInstructionRowLoad: return gather(t, &operands[in->index], 1, t->origins[in->index], t->slots[in->dst]);
    case AgInstructionRowMap: return map(t, in, t->rows);
    case AgInstructionRowFinish: return finish_rows(t, in);
    case AgInstructionRowAccumulate: return accumulate(t, in, 1);
    case AgInstructionRowStore: return scatter(t, &operands[in->index], 1, t->slots[in->a], t->origins[in->index]);
  }
}

void ag_tile_execute(ag_tile *t, const ag_instruction *instructions, int64_t count) {
  for (int64_t i = 0; i < count; i++) execute_one(t, &instructions[i]);
}
