// Pooling of elements of type T; pool.c includes this once for each type.

// -- One row of windows of 2 x 2: `a` is the row of pixels above, `b` the one below ------------------------

AG_CLONES static void NAME(select_pairs)(int64_t n, const T *a, const T *b, const T *va, const T *vb, T *result) {
  AG_VECTOR for (int64_t j = 0; j < n; j++) {
    T best = a[2 * j], value = va[2 * j];
    bool better = EXCEEDS(a[2 * j + 1], best);
    best = better ? a[2 * j + 1] : best;
    value = better ? va[2 * j + 1] : value;
    better = EXCEEDS(b[2 * j], best);
    best = better ? b[2 * j] : best;
    value = better ? vb[2 * j] : value;
    better = EXCEEDS(b[2 * j + 1], best);
    result[j] = better ? vb[2 * j + 1] : value;
  }
}

AG_CLONES static void NAME(return_pairs)(int64_t n, const T *a, const T *b, const T *values, T *ra, T *rb) {
  AG_VECTOR for (int64_t j = 0; j < n; j++) {
    T best = a[2 * j], g = values[j];
    bool second = EXCEEDS(a[2 * j + 1], best);
    best = second ? a[2 * j + 1] : best;
    bool third = EXCEEDS(b[2 * j], best);
    best = third ? b[2 * j] : best;
    bool fourth = EXCEEDS(b[2 * j + 1], best);
    ra[2 * j] = (second | third | fourth) ? 0 : g;
    ra[2 * j + 1] = (second & !third & !fourth) ? g : 0;
    rb[2 * j] = (third & !fourth) ? g : 0;
    rb[2 * j + 1] = fourth ? g : 0;
  }
}

AG_CLONES static void NAME(sum_pairs)(int64_t n, const T *a, const T *b, T *result) {
  AG_VECTOR for (int64_t j = 0; j < n; j++) result[j] = a[2 * j] + a[2 * j + 1] + b[2 * j] + b[2 * j + 1];
}

AG_CLONES static void NAME(spread_pairs)(int64_t n, const T *values, T *ra, T *rb) {
  AG_VECTOR for (int64_t j = 0; j < n; j++) {
    ra[2 * j] = ra[2 * j + 1] = values[j];
    rb[2 * j] = rb[2 * j + 1] = values[j];
  }
}

// -- Windows of any size ---------------------------------------------------------------------------------

// Where a window's largest key is; -1 if all of it is padding.
static int64_t NAME(largest)(const ag_pool *p, const T *keys, int64_t row, int64_t column) {
  span v = inside(p, 0, row, p->height), h = inside(p, 1, column, p->width);
  int64_t best = -1;
  for (int64_t y = v.first; y < v.end; y++) {
    for (int64_t x = h.first; x < h.end; x++) {
      int64_t at = y * p->width + x;
      if (best < 0 || EXCEEDS(keys[at], keys[best])) best = at;
    }
  }
  return best;
}

static void NAME(select)(const ag_pool *p, int64_t planes, const T *keys, const T *values, T *result) {
  int64_t area = p->height * p->width;
  for (int64_t n = 0; n < planes; n++, keys += area, values += area) {
    for (int64_t row = 0; row < p->rows; row++, result += p->columns) {
      if (is_pairs(p)) {
        int64_t a = 2 * row * p->width, b = a + p->width;
        NAME(select_pairs)(p->columns, keys + a, keys + b, values + a, values + b, result);
        continue;
      }
      for (int64_t column = 0; column < p->columns; column++) {
        int64_t at = NAME(largest)(p, keys, row, column);
        result[column] = at < 0 ? 0 : values[at];
      }
    }
  }
}

static void NAME(return)(const ag_pool *p, int64_t planes, const T *keys, const T *values, T *result) {
  int64_t area = p->height * p->width;
  if (!is_pairs(p) || p->rows * 2 < p->height || p->columns * 2 < p->width) {
    memset(result, 0, (size_t)(planes * area) * sizeof(T));
  }
  for (int64_t n = 0; n < planes; n++, keys += area, result += area) {
    for (int64_t row = 0; row < p->rows; row++, values += p->columns) {
      if (is_pairs(p)) {
        int64_t a = 2 * row * p->width, b = a + p->width;
        NAME(return_pairs)(p->columns, keys + a, keys + b, values, result + a, result + b);
        continue;
      }
      for (int64_t column = 0; column < p->columns; column++) {
        int64_t at = NAME(largest)(p, keys, row, column);
        if (at >= 0) result[at] += values[column];
      }
    }
  }
}

// -- Sums of windows of any size: first of their rows, then along the line that gives -----------------------

// Each of n results is the sum of `count` neighbours on the line, at a distance of `stride` from the last result's.
AG_INLINE void NAME(gather_line)(int64_t n, int64_t stride, int64_t count, const T *line, T *result) {
  AG_VECTOR for (int64_t j = 0; j < n; j++) result[j] = line[j * stride];
  for (int64_t k = 1; k < count; k++) {
    AG_VECTOR for (int64_t j = 0; j < n; j++) result[j] += line[j * stride + k];
  }
}

AG_INLINE void NAME(scatter_line)(int64_t n, int64_t stride, int64_t count, const T *values, T *line) {
  for (int64_t k = 0; k < count; k++) {
    AG_VECTOR for (int64_t j = 0; j < n; j++) line[j * stride + k] += values[j];
  }
}

AG_CLONES static void NAME(add_row)(int64_t n, const T *row, T *sum) {
  AG_VECTOR for (int64_t i = 0; i < n; i++) sum[i] += row[i];
}

// A stride that the compiler knows makes vector code.
AG_CLONES static void NAME(sum_along)(const ag_pool *p, const T *line, T *result) {
  int64_t n = p->columns, stride = p->stride[1], count = p->kernel[1];
  if (stride == 1) NAME(gather_line)(n, 1, count, line, result);
  else if (stride == 2) NAME(gather_line)(n, 2, count, line, result);
  else NAME(gather_line)(n, stride, count, line, result);
}

AG_CLONES static void NAME(spread_along)(const ag_pool *p, const T *values, T *line) {
  int64_t n = p->columns, stride = p->stride[1], count = p->kernel[1];
  if (stride == 1) NAME(scatter_line)(n, 1, count, values, line);
  else if (stride == 2) NAME(scatter_line)(n, 2, count, values, line);
  else NAME(scatter_line)(n, stride, count, values, line);
}

static void NAME(sum_windows)(const ag_pool *p, int64_t row, const T *x, T *line, T *result) {
  span v = inside(p, 0, row, p->height);
  memset(line, 0, line_bytes(p));
  for (int64_t y = v.first; y < v.end; y++) NAME(add_row)(p->width, x + y * p->width, line + p->pad[1]);
  NAME(sum_along)(p, line, result);
}

static void NAME(spread_windows)(const ag_pool *p, int64_t row, const T *values, T *line, T *result) {
  span v = inside(p, 0, row, p->height);
  memset(line, 0, line_bytes(p));
  NAME(spread_along)(p, values, line);
  for (int64_t y = v.first; y < v.end; y++) NAME(add_row)(p->width, line + p->pad[1], result + y * p->width);
}

static void NAME(sum)(const ag_pool *p, int64_t planes, const T *x, T *line, T *result) {
  for (int64_t n = 0; n < planes; n++, x += p->height * p->width) {
    for (int64_t row = 0; row < p->rows; row++, result += p->columns) {
      if (is_pairs(p)) {
        NAME(sum_pairs)(p->columns, x + 2 * row * p->width, x + (2 * row + 1) * p->width, result);
      } else {
        NAME(sum_windows)(p, row, x, line, result);
      }
    }
  }
}

static void NAME(spread)(const ag_pool *p, int64_t planes, const T *values, T *line, T *result) {
  int64_t area = p->height * p->width;
  if (!is_pairs(p) || p->rows * 2 < p->height || p->columns * 2 < p->width) {
    memset(result, 0, (size_t)(planes * area) * sizeof(T));
  }
  for (int64_t n = 0; n < planes; n++, result += area) {
    for (int64_t row = 0; row < p->rows; row++, values += p->columns) {
      if (is_pairs(p)) {
        NAME(spread_pairs)(p->columns, values, result + 2 * row * p->width, result + (2 * row + 1) * p->width);
      } else {
        NAME(spread_windows)(p, row, values, line, result);
      }
    }
  }
}
