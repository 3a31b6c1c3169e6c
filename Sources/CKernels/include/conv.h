#ifndef AG_CONV_H
#define AG_CONV_H

#include <stdbool.h>
#include <stdint.h>

// Convolutions of planes (height, width), vertical before horizontal where there are two numbers. An image has
// `channels` planes, the result `outputs` planes of (rows, columns); kernels are (outputs, channels, height, width).
typedef struct {
  int64_t channels, height, width;
  int64_t outputs, rows, columns;
  int64_t kernel[2], stride[2], pad[2], dilation[2];
  int64_t spacing[2]; // the image's pixels are this far apart, with zeros between them
  bool doubles;       // float64, else float32
} ag_conv;

// Bytes of the kernels in the order in which `ag_conv_images` reads them, and the function that brings them there.
// `flipped`: the given kernels are (channels, outputs, height, width), and are read backwards in height and width.
int64_t ag_conv_packed_bytes(const ag_conv *_Nonnull c);
void ag_conv_pack(const ag_conv *_Nonnull c, bool flipped, const void *_Nonnull kernels, void *_Nonnull packed);

// Bytes of working memory for `images` images at a time, for each of the functions below.
int64_t ag_conv_scratch_bytes(const ag_conv *_Nonnull c, int64_t images);

// The result planes of one image.
void ag_conv_image(const ag_conv *_Nonnull c, const void *_Nonnull image, const void *_Nonnull packed,
                   void *_Nonnull scratch, void *_Nonnull result);

// Adds to the gradient of the kernels what `images` images give, whose results have the gradients `g`; from one image
// to the next are `image_step` and `g_step` elements.
void ag_conv_kernels(const ag_conv *_Nonnull c, int64_t images, const void *_Nonnull image, int64_t image_step,
                     const void *_Nonnull g, int64_t g_step, void *_Nonnull scratch, void *_Nonnull gradient);

#endif
