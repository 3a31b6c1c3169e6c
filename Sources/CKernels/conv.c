#include "conv.h"

#include <string.h>

#include "integers.h"

// Direct convolution. The planes are copied with their padding into scratch memory, the columns that a stride skips
// apart, so that what one kernel element reads for neighbouring results is contiguous: no matrix of patches is needed.
//
//   forward     a block of outputs by a few vectors of pixels stays in registers, over all kernel elements
//   kernels     a block of outputs by a block of kernel elements stays in registers, over all pixels
//
// The gradient of the images is a convolution with the kernels flipped.

// How planes lie in the scratch memory: row r, column x of plane p is at
// (p * rows + r) * row + (x % phases) * phase + x / phases.
typedef struct {
  int64_t rows, phases, phase, row, plane, image;
} layout;

static const int64_t SLACK = 64; // elements that vectors may read beyond the end

static layout layout_of(const ag_conv *c) {
  layout l;
  l.rows = (c->rows - 1) * c->stride[0] + (c->kernel[0] - 1) * c->dilation[0] + 1;
  int64_t columns = (c->columns - 1) * c->stride[1] + (c->kernel[1] - 1) * c->dilation[1] + 1;
  l.phases = c->stride[1];
  l.phase = (columns + l.phases - 1) / l.phases;
  l.row = l.phase * l.phases;
  l.plane = l.rows * l.row;
  l.image = l.plane * c->channels;
  return l;
}

static inline int64_t element_offset(const ag_conv *c, const layout *l, int64_t k) {
  int64_t j = k % c->kernel[1], i = k / c->kernel[1] % c->kernel[0], plane = k / (c->kernel[1] * c->kernel[0]);
  int64_t column = j * c->dilation[1];
  return plane * l->plane + i * c->dilation[0] * l->row + column % l->phases * l->phase + column / l->phases;
}

static inline int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

static inline int64_t kernel_elements(const ag_conv *c) { return c->channels * c->kernel[0] * c->kernel[1]; }

// Results of columns beyond the last are computed where a vector is not full.
enum { MOST_LANES = 16, OUTPUT_BLOCK = 8, PIXEL_VECTORS = 3, OUTPUT_ROWS = 4, ELEMENT_COLUMNS = 6 };

int64_t ag_conv_packed_bytes(const ag_conv *c) {
  return round_up(c->outputs, OUTPUT_BLOCK) * kernel_elements(c) * (c->doubles ? 8 : 4);
}

int64_t ag_conv_scratch_bytes(const ag_conv *c, int64_t images) {
  layout l = layout_of(c);
  int64_t gradients = c->outputs * c->rows * round_up(c->columns, MOST_LANES);
  int64_t offsets = 8 * (kernel_elements(c) + ELEMENT_COLUMNS);
  return offsets + (images * (l.image + gradients) + 2 * SLACK) * (c->doubles ? 8 : 4);
}

#define T float
#define NAME(x) x##_f32
#include "conv_loops.h"
#undef T
#undef NAME
#define T double
#define NAME(x) x##_f64
#include "conv_loops.h"
#undef T
#undef NAME

void ag_conv_pack(const ag_conv *c, bool flipped, const void *kernels, void *packed) {
  if (c->doubles) pack_f64(c, flipped, kernels, packed);
  else pack_f32(c, flipped, kernels, packed);
}

void ag_conv_image(const ag_conv *c, const void *image, const void *packed, void *scratch, void *result) {
  if (c->doubles) image_f64(c, image, packed, scratch, result);
  else image_f32(c, image, packed, scratch, result);
}

void ag_conv_kernels(const ag_conv *c, int64_t images, const void *image, int64_t image_step, const void *g,
                     int64_t g_step, void *scratch, void *gradient) {
  if (c->doubles) kernels_f64(c, images, image, image_step, g, g_step, scratch, gradient);
  else kernels_f32(c, images, image, image_step, g, g_step, scratch, gradient);
}
