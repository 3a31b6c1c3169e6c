#include "random.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "clones.h"

// Fused multiply-adds would round differently on processors that have them.
#pragma clang fp contract(off)

// -- Bits ------------------------------------------------------------------------------------------------

// A block of four words. Each sits in the low half of 64 bits, where vector units multiply 32 by 32 bits;
// the high halves are left dirty between rounds.
typedef struct {
  uint64_t a, b, c, d;
} ag_block;

#define AG_INLINE static inline __attribute__((always_inline))

AG_INLINE ag_block philox_round(ag_block x, uint32_t key0, uint32_t key1) {
  uint64_t product0 = (uint64_t)(uint32_t)x.a * 0xD2511F53;
  uint64_t product1 = (uint64_t)(uint32_t)x.c * 0xCD9E8D57;
  return (ag_block){(product1 >> 32) ^ x.b ^ key0, product1, (product0 >> 32) ^ x.d ^ key1, product0};
}

AG_INLINE ag_block philox(uint64_t block, uint64_t stream, uint64_t seed) {
  ag_block x = {block, block >> 32, stream, stream >> 32};
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
    x = philox_round(x, key0, key1);
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return x;
}

void ag_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  ag_block x = philox(counter[0] | (uint64_t)counter[1] << 32, counter[2] | (uint64_t)counter[3] << 32,
                      key[0] | (uint64_t)key[1] << 32);
  out[0] = (uint32_t)x.a;
  out[1] = (uint32_t)x.b;
  out[2] = (uint32_t)x.c;
  out[3] = (uint32_t)x.d;
}

// Pairs of words, the first in the low half.
AG_CLONES static void fill_pairs(uint64_t seed, uint64_t stream, uint64_t block, int64_t blocks,
                                 uint64_t *restrict pairs) {
  for (int64_t i = 0; i < blocks; i++) {
    ag_block x = philox(block + (uint64_t)i, stream, seed);
    pairs[2 * i] = (uint32_t)x.a | x.b << 32;
    pairs[2 * i + 1] = (uint32_t)x.c | x.d << 32;
  }
}

// -- Draws -----------------------------------------------------------------------------------------------

// What a distribution does with its random bits.
typedef struct {
  int words_per_element;
  int element_size;
  // Makes `count` elements, a multiple of four.
  void (*convert)(int64_t count, const uint64_t *pairs, const void *parameters, void *out);
  const void *parameters;
} ag_distribution;

enum { TILE_PAIRS = 512 };

// Whole blocks are drawn, starting at a multiple of four elements; elements outside the range are dropped.
static void draw(ag_distribution d, uint64_t seed, uint64_t stream, int64_t offset, int64_t n, void *out) {
  uint64_t pairs[TILE_PAIRS];
  union {
    float f32[2 * TILE_PAIRS];
    double f64[TILE_PAIRS];
    int64_t i64[TILE_PAIRS];
    uint32_t u32[2 * TILE_PAIRS];
  } elements;
  const int64_t tile = 2 * TILE_PAIRS / d.words_per_element;
  const int64_t end = offset + n;
  if (n <= 0) return;
  char *target = out;
  for (int64_t start = offset & ~INT64_C(3); start < end; start += tile) {
    int64_t left = end - start;
    int64_t count = left < tile ? (left + 3) & ~INT64_C(3) : tile;
    int64_t first = start < offset ? offset - start : 0;
    int64_t kept = (left < count ? left : count) - first;
    fill_pairs(seed, stream, (uint64_t)(start / 4) * (uint64_t)d.words_per_element,
               count / 4 * d.words_per_element, pairs);
    bool direct = kept == count;
    d.convert(count, pairs, d.parameters, direct ? (void *)target : &elements);
    if (!direct) memcpy(target, (char *)&elements + first * d.element_size, (size_t)(kept * d.element_size));
    target += kept * d.element_size;
  }
}

static void convert_bits(int64_t count, const uint64_t *pairs, const void *parameters, void *out) {
  uint32_t *words = out;
  for (int64_t i = 0; i < count / 2; i++) {
    words[2 * i] = (uint32_t)pairs[i];
    words[2 * i + 1] = (uint32_t)(pairs[i] >> 32);
  }
}

void ag_random_bits(uint64_t seed, uint64_t stream, int64_t offset, int64_t n, uint32_t *out) {
  draw((ag_distribution){1, 4, convert_bits, NULL}, seed, stream, offset, n, out);
}

// -- Integers --------------------------------------------------------------------------------------------

typedef struct {
  uint64_t low, range;
} ag_interval;

static void convert_int(int64_t count, const uint64_t *pairs, const void *parameters, void *out) {
  const ag_interval interval = *(const ag_interval *)parameters;
  int64_t *result = out;
  for (int64_t i = 0; i < count; i++) {
    uint64_t value = (uint64_t)(((unsigned __int128)pairs[i] * interval.range) >> 64);
    result[i] = (int64_t)(interval.low + value);
  }
}

void ag_random_int_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                       int64_t low, int64_t high, int64_t *out) {
  ag_interval interval = {(uint64_t)low, high > low ? (uint64_t)high - (uint64_t)low : 0};
  draw((ag_distribution){2, 8, convert_int, &interval}, seed, stream, offset, n, out);
}

// -- Uniform ---------------------------------------------------------------------------------------------

// `last` is the largest number below the end of the interval, which rounding would reach otherwise.
typedef struct {
  float low, length, last;
} ag_uniform_f32;

typedef struct {
  double low, length, last;
} ag_uniform_f64;

AG_INLINE float uniform_f32(uint32_t word, ag_uniform_f32 u) {
  float value = u.low + (float)(int32_t)(word >> 8) * 0x1p-24f * u.length;
  return value < u.last ? value : u.last;
}

AG_CLONES static void convert_uniform_f32(int64_t count, const uint64_t *restrict pairs,
                                          const void *restrict parameters, void *restrict out) {
  const ag_uniform_f32 u = *(const ag_uniform_f32 *)parameters;
  float *result = out;
  for (int64_t i = 0; i < count / 2; i++) {
    result[2 * i] = uniform_f32((uint32_t)pairs[i], u);
    result[2 * i + 1] = uniform_f32((uint32_t)(pairs[i] >> 32), u);
  }
}

AG_CLONES static void convert_uniform_f64(int64_t count, const uint64_t *restrict pairs,
                                          const void *restrict parameters, void *restrict out) {
  const ag_uniform_f64 u = *(const ag_uniform_f64 *)parameters;
  double *result = out;
  for (int64_t i = 0; i < count; i++) {
    double value = u.low + (double)(pairs[i] >> 11) * 0x1p-53 * u.length;
    result[i] = value < u.last ? value : u.last;
  }
}

void ag_random_uniform_f32(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           float low, float high, float *out) {
  ag_uniform_f32 u = {low, 0, low};
  if (high > low) u = (ag_uniform_f32){low, high - low, nextafterf(high, low)};
  draw((ag_distribution){1, 4, convert_uniform_f32, &u}, seed, stream, offset, n, out);
}

void ag_random_uniform_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           double low, double high, double *out) {
  ag_uniform_f64 u = {low, 0, low};
  if (high > low) u = (ag_uniform_f64){low, high - low, nextafter(high, low)};
  draw((ag_distribution){2, 8, convert_uniform_f64, &u}, seed, stream, offset, n, out);
}

// -- Normal ----------------------------------------------------------------------------------------------

// Box and Muller's transform: a pair of normal variates is a point whose squared radius is exponential and whose
// angle is uniform. Logarithm, sine and cosine are power series, because those of the C libraries differ.

typedef struct {
  float mean, std;
} ag_normal_f32;

typedef struct {
  double mean, std;
} ag_normal_f64;

// sqrt(-2 log u). With u = 2^e m, m in [1/sqrt(2), sqrt(2)), log m is 2 atanh((m - 1) / (m + 1)).
AG_INLINE float radius_f32(float u) {
  uint32_t bits;
  memcpy(&bits, &u, sizeof bits);
  int32_t shifted = (int32_t)(bits - 0x3F3504F3);
  uint32_t mantissa = (uint32_t)(shifted & 0x7FFFFF) + 0x3F3504F3;
  float m;
  memcpy(&m, &mantissa, sizeof m);
  float s = (m - 1) / (m + 1), z = s * s;
  float series = 1 + z * (1.0f / 3 + z * (1.0f / 5 + z * (1.0f / 7 + z * (1.0f / 9))));
  float log = (float)(shifted >> 23) * 0x1.62e430p-1f + 2 * s * series;
  return __builtin_elementwise_sqrt(-2 * log);
}

AG_INLINE double radius_f64(double u) {
  uint64_t bits;
  memcpy(&bits, &u, sizeof bits);
  int64_t shifted = (int64_t)(bits - 0x3FE6A09E667F3BCD);
  uint64_t mantissa = (uint64_t)(shifted & 0xFFFFFFFFFFFFF) + 0x3FE6A09E667F3BCD;
  double m;
  memcpy(&m, &mantissa, sizeof m);
  double s = (m - 1) / (m + 1), z = s * s;
  double series = 1.0 / 13 + z * (1.0 / 15 + z * (1.0 / 17 + z * (1.0 / 19 + z * (1.0 / 21))));
  series = 1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z * series));
  series = 1 + z * (1.0 / 3 + z * (1.0 / 5 + z * series));
  double log = (double)(int32_t)(shifted >> 52) * 0x1.62e42fefa39efp-1 + 2 * s * series;
  return __builtin_elementwise_sqrt(-2 * log);
}

typedef struct {
  float x, y;
} ag_point_f32;

typedef struct {
  double x, y;
} ag_point_f64;

// The point at a fraction of the full circle. The nearest multiple of a right angle is taken off first.
AG_INLINE ag_point_f32 direction_f32(uint32_t turn) {
  uint32_t quadrant = (turn + 0x20000000) >> 30;
  float a = (float)(int32_t)(turn << 2) * 0x1.921fb6p-32f, z = a * a;
  float sine = a * (1 + z * (-1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)))));
  float cosine = 1 + z * (-1.0f / 2 + z * (1.0f / 24 + z * (-1.0f / 720 + z * (1.0f / 40320 + z * (-1.0f / 3628800)))));
  float x = quadrant & 1 ? sine : cosine, y = quadrant & 1 ? cosine : sine;
  return (ag_point_f32){(quadrant + 1) & 2 ? -x : x, quadrant & 2 ? -y : y};
}

AG_INLINE ag_point_f64 direction_f64(uint64_t turn) {
  uint64_t quadrant = (turn + (UINT64_C(1) << 61)) >> 62;
  // Vector units convert unsigned numbers faster, and 53 bits exactly.
  uint64_t shifted = (turn << 2 ^ UINT64_C(1) << 63) >> 11;
  double a = ((double)shifted - 0x1p52) * 0x1.921fb54442d18p-53, z = a * a;
  double sine = 1.0 / 362880 + z * (-1.0 / 39916800 + z * (1.0 / 6227020800 + z * (-1.0 / 1307674368000)));
  sine = a * (1 + z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * sine))));
  double cosine = 1.0 / 479001600 + z * (-1.0 / 87178291200 + z * (1.0 / 20922789888000));
  cosine = 1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * cosine)));
  cosine = 1 + z * (-1.0 / 2 + z * cosine);
  double x = quadrant & 1 ? sine : cosine, y = quadrant & 1 ? cosine : sine;
  return (ag_point_f64){(quadrant + 1) & 2 ? -x : x, quadrant & 2 ? -y : y};
}

AG_CLONES static void convert_normal_f32(int64_t count, const uint64_t *restrict pairs,
                                         const void *restrict parameters, void *restrict out) {
  const ag_normal_f32 p = *(const ag_normal_f32 *)parameters;
  float *result = out;
  for (int64_t i = 0; i < count / 2; i++) {
    // The half keeps the logarithm finite.
    float radius = radius_f32(((float)(int32_t)((uint32_t)pairs[i] >> 1) + 0.5f) * 0x1p-31f);
    ag_point_f32 point = direction_f32((uint32_t)(pairs[i] >> 32));
    result[2 * i] = p.mean + p.std * (radius * point.x);
    result[2 * i + 1] = p.mean + p.std * (radius * point.y);
  }
}

AG_CLONES static void convert_normal_f64(int64_t count, const uint64_t *restrict pairs,
                                         const void *restrict parameters, void *restrict out) {
  const ag_normal_f64 p = *(const ag_normal_f64 *)parameters;
  double *result = out;
  for (int64_t i = 0; i < count / 2; i++) {
    double radius = radius_f64((double)((pairs[2 * i] >> 11) + 1) * 0x1p-53);
    ag_point_f64 point = direction_f64(pairs[2 * i + 1]);
    result[2 * i] = p.mean + p.std * (radius * point.x);
    result[2 * i + 1] = p.mean + p.std * (radius * point.y);
  }
}

void ag_random_normal_f32(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                          float mean, float std, float *out) {
  ag_normal_f32 p = {mean, std};
  draw((ag_distribution){1, 4, convert_normal_f32, &p}, seed, stream, offset, n, out);
}

void ag_random_normal_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                          double mean, double std, double *out) {
  ag_normal_f64 p = {mean, std};
  draw((ag_distribution){2, 8, convert_normal_f64, &p}, seed, stream, offset, n, out);
}
