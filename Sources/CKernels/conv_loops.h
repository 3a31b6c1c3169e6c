// The convolution of elements of type T; conv.c includes this once for each type.

// Whether the pixels of a row are side by side in the layout, between pads.
static inline bool NAME(is_dense)(const ag_conv *c, const layout *l) {
  return l->phases == 1 && c->spacing[0] == 1 && c->spacing[1] == 1 && c->pad[0] >= 0 && c->pad[1] >= 0 &&
         c->pad[0] + c->height <= l->rows && c->pad[1] + c->width <= l->row;
}

// Copies planes of which every pixel is used: what is not copied is set to 0, and nothing is written twice.
static void NAME(spread_dense)(const ag_conv *c, const layout *l, const T *image, T *target) {
  int64_t gap = l->row - c->width; // from the end of a row of pixels to the next
  T *end = target + l->image;
  for (int64_t p = 0; p < c->channels; p++) {
    T *plane = target + p * l->plane, *to = plane + c->pad[0] * l->row + c->pad[1];
    memset(plane, 0, (size_t)(to - plane) * sizeof(T));
    for (int64_t y = 0; y < c->height; y++, to += l->row, image += c->width) {
      memcpy(to, image, (size_t)c->width * sizeof(T));
      memset(to + c->width, 0, (size_t)smaller(gap, end - to - c->width) * sizeof(T));
    }
    T *rest = to - l->row + c->width, *next = plane + l->plane;
    if (next > rest) memset(rest, 0, (size_t)(next - rest) * sizeof(T));
  }
}

// Copies an image's planes into the layout, with zeros around and between the pixels.
static void NAME(spread)(const ag_conv *c, const layout *l, const T *image, T *target) {
  if (NAME(is_dense)(c, l)) return NAME(spread_dense)(c, l, image, target);
  memset(target, 0, (size_t)l->image * sizeof(T));
  for (int64_t p = 0; p < c->channels; p++) {
    for (int64_t y = 0; y < c->height; y++) {
      int64_t r = y * c->spacing[0] + c->pad[0];
      if (r < 0 || r >= l->rows) continue;
      const T *from = image + (p * c->height + y) * c->width;
      T *to = target + p * l->plane + r * l->row;
      int64_t first = c->pad[1] < 0 ? (-c->pad[1] + c->spacing[1] - 1) / c->spacing[1] : 0;
      int64_t room = l->row - 1 - c->pad[1];
      int64_t end = room < 0 ? 0 : room / c->spacing[1] + 1;
      if (end > c->width) end = c->width;
      if (first >= end) continue;
      if (l->phases == 1 && c->spacing[1] == 1) {
        memcpy(to + first + c->pad[1], from + first, (size_t)(end - first) * sizeof(T));
        continue;
      }
      for (int64_t x = first; x < end; x++) {
        int64_t column = x * c->spacing[1] + c->pad[1];
        to[column % l->phases * l->phase + column / l->phases] = from[x];
      }
    }
  }
}

// Kernels as blocks of outputs: for each kernel element the weights of the block's outputs.
static void NAME(pack)(const ag_conv *c, bool flipped, const T *kernels, T *packed) {
  int64_t count = kernel_elements(c), area = c->kernel[0] * c->kernel[1];
  for (int64_t first = 0; first < c->outputs; first += OUTPUT_BLOCK) {
    for (int64_t k = 0; k < count; k++) {
      for (int64_t o = first; o < first + OUTPUT_BLOCK; o++) {
        int64_t from = flipped ? (k / area * c->outputs + o) * area + area - 1 - k % area : o * count + k;
        *packed++ = o < c->outputs ? kernels[from] : 0;
      }
    }
  }
}

#if defined(__x86_64__)
#define TARGET __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#define ARCH(x) NAME(x##_v4)
#define LANES (64 / (int)sizeof(T))
#define VECTORS 3
#define COLUMNS 6
#include "conv_kernels.h"
#undef TARGET
#undef ARCH
#undef LANES
#undef VECTORS
#undef COLUMNS
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define ARCH(x) NAME(x##_v3)
#define LANES (32 / (int)sizeof(T))
#define VECTORS 1
#define COLUMNS 2
#include "conv_kernels.h"
#undef TARGET
#undef ARCH
#undef LANES
#undef VECTORS
#undef COLUMNS
#define CHOOSE(x) \
  (__builtin_cpu_supports("x86-64-v4") ? NAME(x##_v4) : __builtin_cpu_supports("x86-64-v3") ? NAME(x##_v3) : NAME(x##_v2))
#else
#define CHOOSE(x) NAME(x##_v2)
#endif
#define TARGET
#define ARCH(x) NAME(x##_v2)
#define LANES (16 / (int)sizeof(T))
#define VECTORS 1
#define COLUMNS 2
#include "conv_kernels.h"
#undef TARGET
#undef ARCH
#undef LANES
#undef VECTORS
#undef COLUMNS

static T *NAME(offsets)(const ag_conv *c, const layout *l, void *scratch) {
  int64_t *offsets = scratch, count = kernel_elements(c);
  for (int64_t k = 0; k < count + ELEMENT_COLUMNS; k++) {
    offsets[k] = element_offset(c, l, k < count ? k : count - 1);
  }
  return (T *)(offsets + count + ELEMENT_COLUMNS);
}

static void NAME(image)(const ag_conv *c, const T *image, const T *packed, void *scratch, T *result) {
  layout l = layout_of(c);
  T *planes = NAME(offsets)(c, &l, scratch);
  NAME(spread)(c, &l, image, planes);
  memset(planes + l.image, 0, SLACK * sizeof(T));
  CHOOSE(image)(c, &l, planes, packed, scratch, result);
}

static void NAME(kernels)(const ag_conv *c, int64_t images, const T *image, int64_t image_step, const T *g,
                          int64_t g_step, void *scratch, T *gradient) {
  layout l = layout_of(c);
  T *planes = NAME(offsets)(c, &l, scratch), *gs = planes + images * l.image + SLACK;
  int64_t g_row = round_up(c->columns, MOST_LANES), lines = c->outputs * c->rows;
  bool in_place = g_row == c->columns && (images == 1 || g_step == lines * g_row);
  for (int64_t i = 0; i < images; i++) {
    NAME(spread)(c, &l, image + i * image_step, planes + i * l.image);
    if (in_place) continue;
    for (int64_t line = 0; line < lines; line++) {
      T *to = gs + (i * lines + line) * g_row;
      memcpy(to, g + i * g_step + line * c->columns, (size_t)c->columns * sizeof(T));
      memset(to + c->columns, 0, (size_t)(g_row - c->columns) * sizeof(T));
    }
  }
  memset(planes + images * l.image, 0, SLACK * sizeof(T));
  CHOOSE(kernels)(c, &l, images, planes, in_place ? g : gs, g_row, scratch, gradient);
}

#undef CHOOSE
