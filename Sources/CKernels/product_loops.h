// Products of elements of type T in vectors of LANES; product.c includes this once for each type.

typedef T NAME(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

enum { NAME(PANEL) = VECTORS * LANES };

typedef struct {
  const T *base;
  int64_t row, column; // strides
} NAME(factor);

// A tile of the result, and where it goes.
typedef struct {
  T *base;
  int64_t row, column; // strides
  int64_t width;       // columns that are stored
  bool adding;
} NAME(target);

// -- Storing a tile --------------------------------------------------------------------------------------------

TARGET static void NAME(put)(int rows, int vectors, const NAME(vector) *sums, const NAME(target) *c) {
  T tile[ROWS * NAME(PANEL)];
  memcpy(tile, sums, (size_t)(rows * vectors) * sizeof *sums);
  for (int r = 0; r < rows; r++) {
    const T *from = tile + r * vectors * LANES;
    T *to = c->base + r * c->row;
    for (int64_t j = 0; j < c->width; j++) to[j * c->column] = from[j] + (c->adding ? to[j * c->column] : 0);
  }
}

// -- The loop: R rows of the left factor by a panel of V vectors -----------------------------------------------

#define TILE(R, V)                                                                                             \
  TARGET static void NAME(tile_##R##_##V)(int64_t inner, const NAME(factor) *a, const T *b, int64_t b_row,     \
                                          const NAME(target) *c) {                                             \
    NAME(vector) sums[R][V] = {0};                                                                             \
    const T *left = a->base;                                                                                   \
    int64_t row = a->row, column = a->column;                                                                  \
    for (int64_t k = 0; k < inner; k++, left += column, b += b_row) {                                          \
      NAME(vector) x[V];                                                                                       \
      _Pragma("unroll") for (int v = 0; v < V; v++) x[v] = *(const NAME(vector) *)(b + v * LANES);             \
      _Pragma("unroll") for (int r = 0; r < R; r++) {                                                          \
        T factor = left[r * row];                                                                              \
        _Pragma("unroll") for (int v = 0; v < V; v++) sums[r][v] += factor * x[v];                             \
      }                                                                                                        \
    }                                                                                                          \
    if (c->column != 1 || c->width != V * LANES) return NAME(put)(R, V, &sums[0][0], c);                       \
    _Pragma("unroll") for (int r = 0; r < R; r++) {                                                            \
      _Pragma("unroll") for (int v = 0; v < V; v++) {                                                          \
        NAME(vector) *to = (NAME(vector) *)(c->base + r * c->row + v * LANES);                                 \
        *to = c->adding ? *to + sums[r][v] : sums[r][v];                                                       \
      }                                                                                                        \
    }                                                                                                          \
  }

#define TILES(R) TILE(R, 1) TILE(R, 2) TILE(R, 3) TILE(R, 4)
TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)

typedef void (*NAME(tile))(int64_t inner, const NAME(factor) *a, const T *b, int64_t b_row, const NAME(target) *c);

#define LINE(R) {NAME(tile_##R##_1), NAME(tile_##R##_2), NAME(tile_##R##_3), NAME(tile_##R##_4)}
static const NAME(tile) NAME(tiles)[ROWS][VECTORS] = {LINE(1), LINE(2), LINE(3), LINE(4), LINE(5), LINE(6)};
#undef TILE
#undef TILES
#undef LINE

// -- Copies ----------------------------------------------------------------------------------------------------

// LANES columns of LANES elements as rows: each step interleaves the first half of the vectors with the second.
TARGET static void NAME(transpose_block)(const T *from, int64_t stride, T *to, int64_t pitch) {
  NAME(vector) x[LANES], y[LANES];
  _Pragma("unroll") for (int i = 0; i < LANES; i++) x[i] = *(const NAME(vector) *)(from + i * stride);
  _Pragma("unroll") for (int step = 1; step < LANES; step *= 2) {
    _Pragma("unroll") for (int i = 0; i < LANES / 2; i++) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], LOW);
      y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], HIGH);
    }
    _Pragma("unroll") for (int i = 0; i < LANES; i++) x[i] = y[i];
  }
  _Pragma("unroll") for (int i = 0; i < LANES; i++) *(NAME(vector) *)(to + i * pitch) = x[i];
}

// Rows of `pitch` elements of which `width` are the matrix's and the rest 0.
TARGET static void NAME(copy)(NAME(factor) b, int64_t inner, int64_t width, T *to, int64_t pitch) {
  int64_t blocks = 0;
  if (b.column == 1) {
    for (int64_t k = 0; k < inner; k++) memcpy(to + k * pitch, b.base + k * b.row, (size_t)width * sizeof(T));
    blocks = width;
  } else if (b.row == 1) {
    for (; blocks + LANES <= width; blocks += LANES) {
      int64_t k = 0;
      for (; k + LANES <= inner; k += LANES) {
        NAME(transpose_block)(b.base + blocks * b.column + k, b.column, to + k * pitch + blocks, pitch);
      }
      for (; k < inner; k++) {
        for (int64_t j = blocks; j < blocks + LANES; j++) to[k * pitch + j] = b.base[k + j * b.column];
      }
    }
  }
  for (int64_t j = blocks; j < width; j++) {
    for (int64_t k = 0; k < inner; k++) to[k * pitch + j] = b.base[k * b.row + j * b.column];
  }
  if (width == pitch) return;
  for (int64_t k = 0; k < inner; k++) memset(to + k * pitch + width, 0, (size_t)(pitch - width) * sizeof(T));
}

// Strips of ROWS rows: for each inner index their elements side by side. A few inner indices at a time, so that the
// lines of a factor that lies column by column are still in the first-level cache for the next strip: 5 % of a product.
TARGET static void NAME(copy_strips)(NAME(factor) a, int64_t rows, int64_t inner, T *strips) {
  for (int64_t first = 0; first < inner; first += LINES) {
    int64_t count = smaller(LINES, inner - first);
    for (int64_t i = 0; i < rows; i += ROWS) {
      int64_t height = smaller(ROWS, rows - i);
      const T *from = a.base + i * a.row + first * a.column;
      T *to = strips + i * inner + first * ROWS;
      for (int64_t k = 0; k < count; k++, to += ROWS, from += a.column) {
        if (a.row == 1 && height == ROWS) {
          memcpy(to, from, ROWS * sizeof(T));
        } else {
          for (int64_t r = 0; r < height; r++) to[r] = from[r * a.row];
        }
      }
    }
  }
}

// -- The product -----------------------------------------------------------------------------------------------

// The columns of one panel, for all rows; strips: the left factor is copied to strips. Tiles are told of the factors by
// address: a copy of `a` on the stack would be read while the last tile is still on its way to memory, and wait for it,
// which took 5 to 10 % of a product.
static void NAME(panel)(int64_t rows, int64_t inner, NAME(factor) a, bool strips, const T *b, int64_t b_row,
                        NAME(target) c) {
  int64_t vectors = (c.width + LANES - 1) / LANES;
  for (int64_t i = 0; i < rows; i += ROWS) {
    int64_t height = smaller(ROWS, rows - i);
    NAME(tiles)[height - 1][vectors - 1](inner, &a, b, b_row, &c);
    a.base += strips ? inner * ROWS : ROWS * a.row;
    c.base += ROWS * c.row;
  }
}

static void NAME(block)(int64_t rows, int64_t columns, int64_t inner, NAME(factor) a, NAME(factor) b,
                        NAME(target) c) {
  const int64_t panel = NAME(PANEL);
  bool strips = a.column > NEAR && columns > panel;
  bool copies = b.column != 1 || rows > FEW_ROWS;
  T own[OWN_BYTES / sizeof(T)];
  int64_t strip_count = strips ? (rows + ROWS - 1) / ROWS * ROWS * inner : 0;
  size_t bytes = (size_t)(strip_count + inner * panel) * sizeof(T);
  bool needs = strips || copies || columns % LANES != 0;
  T *memory = bytes <= sizeof own || !needs ? own : ag_buffer_acquire(bytes), *packed = memory + strip_count;
  if (strips) {
    NAME(copy_strips)(a, rows, inner, memory);
    a = (NAME(factor)){.base = memory, .row = 1, .column = ROWS};
  }
  for (int64_t j = 0; j < columns; j += panel) {
    NAME(target) part = c;
    part.base += j * c.column;
    part.width = smaller(panel, columns - j);
    NAME(factor) right = {.base = b.base + j * b.column, .row = b.row, .column = b.column};
    if (copies || part.width % LANES != 0) {
      int64_t pitch = (part.width + LANES - 1) / LANES * LANES;
      NAME(copy)(right, inner, part.width, packed, pitch);
      right = (NAME(factor)){.base = packed, .row = pitch, .column = 1};
    }
    NAME(panel)(rows, inner, a, strips, right.base, right.row, part);
  }
  if (memory != own) ag_buffer_release(memory, bytes);
}

static void NAME(product)(int64_t rows, int64_t columns, int64_t inner, const ag_matrix *x, const ag_matrix *y,
                          const ag_matrix *z, bool adding) {
  NAME(factor) a = {.base = x->base, .row = x->row_stride, .column = x->column_stride};
  NAME(factor) b = {.base = y->base, .row = y->row_stride, .column = y->column_stride};
  NAME(target) c = {.base = z->base, .row = z->row_stride, .column = z->column_stride, .adding = adding};
  if (b.column != 1 && (a.row == 1 || rows <= FEW_COLUMNS)) { // (a b)' = b' a'
    NAME(factor) left = {.base = b.base, .row = b.column, .column = b.row};
    b = (NAME(factor)){.base = a.base, .row = a.column, .column = a.row};
    a = left;
    int64_t n = rows, row = c.row;
    rows = columns, columns = n, c.row = c.column, c.column = row;
  }
  for (int64_t k = 0; k < inner; k += DEPTH) {
    NAME(block)(rows, columns, smaller(DEPTH, inner - k), a, b, c);
    a.base += DEPTH * a.column;
    b.base += DEPTH * b.row;
    c.adding = true;
  }
}
