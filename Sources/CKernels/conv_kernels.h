// The inner loops of a convolution for vectors of LANES elements; conv_loops.h includes this once for each processor.
// VECTORS of pixels, and COLUMNS of kernel elements, are as many as there are registers for.

typedef T ARCH(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

// The results of `vectors` vectors of pixels from the first on, in rows of `per_row` vectors.
TARGET static inline __attribute__((always_inline)) void ARCH(pixels)(
    const ag_conv *c, const layout *l, int64_t tile, int vectors, int64_t per_row, const T *planes, const T *packed,
    const int64_t *offsets, T *result) {
  int64_t count = kernel_elements(c);
  const T *from[VECTORS];
  T *to[VECTORS];
  int64_t width[VECTORS]; // how many results of the vector there are
  for (int v = 0; v < vectors; v++) {
    int64_t y = (tile + v) / per_row, x = (tile + v) % per_row * LANES;
    from[v] = planes + y * c->stride[0] * l->row + x;
    to[v] = result + y * c->columns + x;
    width[v] = c->columns - x < LANES ? c->columns - x : LANES;
  }
  for (int64_t first = 0; first < c->outputs; first += OUTPUT_BLOCK) {
    const T *weights = packed + first * count;
    ARCH(vector) sums[OUTPUT_BLOCK][VECTORS] = {0};
    for (int64_t k = 0; k < count; k++, weights += OUTPUT_BLOCK) {
      ARCH(vector) x[VECTORS];
      _Pragma("unroll") for (int v = 0; v < vectors; v++) x[v] = *(const ARCH(vector) *)(from[v] + offsets[k]);
      _Pragma("unroll") for (int o = 0; o < OUTPUT_BLOCK; o++) {
        _Pragma("unroll") for (int v = 0; v < vectors; v++) sums[o][v] += weights[o] * x[v];
      }
    }
    int64_t rest = c->outputs - first;
    _Pragma("unroll") for (int o = 0; o < OUTPUT_BLOCK; o++) {
      if (o >= rest) break;
      int64_t plane = (first + o) * c->rows * c->columns;
      _Pragma("unroll") for (int v = 0; v < vectors; v++) {
        if (width[v] == LANES) *(ARCH(vector) *)(to[v] + plane) = sums[o][v];
        else memcpy(to[v] + plane, &sums[o][v], (size_t)width[v] * sizeof(T));
      }
    }
  }
}

// The results of one image. The last vectors come one by one: idle ones took 2 % of cnn_bn_train, 4 % of lenet_train.
TARGET static void ARCH(image)(const ag_conv *c, const layout *l, const T *planes, const T *packed,
                               const int64_t *offsets, T *result) {
  int64_t per_row = (c->columns + LANES - 1) / LANES, tiles = c->rows * per_row, tile = 0;
  for (; tile + VECTORS <= tiles; tile += VECTORS) {
    ARCH(pixels)(c, l, tile, VECTORS, per_row, planes, packed, offsets, result);
  }
  for (; tile < tiles; tile++) ARCH(pixels)(c, l, tile, 1, per_row, planes, packed, offsets, result);
}

// The lanes added up, in halves.
TARGET static inline T ARCH(total)(ARCH(vector) v) {
  T lanes[LANES];
  memcpy(lanes, &v, sizeof lanes);
  _Pragma("unroll") for (int half = LANES / 2; half > 0; half /= 2) {
    _Pragma("unroll") for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}

// Adds up, over the pixels of some images, the products of a block of gradients `g` (rows of g_row) with what a block
// of kernel elements read. One loop for all rows, which are short: a loop for each, and lanes added
// up one by one, took 1.2 times the time.
TARGET static void ARCH(kernels)(const ag_conv *c, const layout *l, int64_t images, const T *planes, const T *g,
                                 int64_t g_row, const int64_t *offsets, T *gradient) {
  int64_t count = kernel_elements(c), g_plane = g_row * c->rows;
  int64_t next_row = c->stride[0] * l->row - (g_row - LANES); // from the last vector of a row
  for (int64_t first = 0; first < c->outputs; first += OUTPUT_ROWS) {
    int64_t g_offsets[OUTPUT_ROWS];
    for (int o = 0; o < OUTPUT_ROWS; o++) {
      g_offsets[o] = (first + o < c->outputs ? first + o : c->outputs - 1) * g_plane;
    }
    for (int64_t k = 0; k < count; k += COLUMNS) {
      ARCH(vector) sums[OUTPUT_ROWS][COLUMNS] = {0};
      for (int64_t image = 0; image < images; image++) {
        const T *from[COLUMNS], *gs[OUTPUT_ROWS];
        for (int j = 0; j < COLUMNS; j++) from[j] = planes + image * l->image + offsets[k + j];
        for (int o = 0; o < OUTPUT_ROWS; o++) gs[o] = g + image * c->outputs * g_plane + g_offsets[o];
        int64_t x = 0, left = g_row;
        for (int64_t pixel = 0; pixel < g_plane; pixel += LANES) {
          ARCH(vector) xs[COLUMNS];
          _Pragma("unroll") for (int j = 0; j < COLUMNS; j++) xs[j] = *(const ARCH(vector) *)(from[j] + x);
          _Pragma("unroll") for (int o = 0; o < OUTPUT_ROWS; o++) {
            ARCH(vector) factor = *(const ARCH(vector) *)(gs[o] + pixel);
            _Pragma("unroll") for (int j = 0; j < COLUMNS; j++) sums[o][j] += factor * xs[j];
          }
          left -= LANES;
          x += left > 0 ? LANES : next_row;
          left = left > 0 ? left : g_row;
        }
      }
      _Pragma("unroll") for (int o = 0; o < OUTPUT_ROWS; o++) {
        _Pragma("unroll") for (int j = 0; j < COLUMNS; j++) {
          if (first + o >= c->outputs || k + j >= count) continue;
          gradient[(first + o) * count + k + j] += ARCH(total)(sums[o][j]);
        }
      }
    }
  }
}
