#include <stdbool.h>

#include "random.h"
#include "scalar_math_f64.h"

// Distributions that are drawn by rejection: each element has as many random numbers as it needs, from a counter of its
// own. Logarithms and exponentials are those of the library, which are the same on every processor.

// -- The random numbers of one element -------------------------------------------------------------------

typedef struct {
  uint32_t counter[4], key[2], words[4];
  int used;
} ag_source;

// The blocks of an element are 2^44 apart, which leaves room for 2^20 of them.
static ag_source source_of(uint64_t seed, uint64_t stream, uint64_t element) {
  return (ag_source){{(uint32_t)element, (uint32_t)(element >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)},
                     {(uint32_t)seed, (uint32_t)(seed >> 32)},
                     {0},
                     4};
}

// Between 0 and 1, without both.
static double next_uniform(ag_source *source) {
  if (source->used == 4) {
    ag_philox4x32(source->counter, source->key, source->words);
    source->counter[1] += 1 << 12;
    source->used = 0;
  }
  uint64_t low = source->words[source->used], high = source->words[source->used + 1];
  source->used += 2;
  return ((double)((high << 32 | low) >> 12) + 0.5) * 0x1p-52;
}

// Marsaglia's polar method.
static double next_normal(ag_source *source) {
  for (;;) {
    double x = 2 * next_uniform(source) - 1, y = 2 * next_uniform(source) - 1, s = x * x + y * y;
    if (s < 1 && s > 0) return x * __builtin_sqrt(-2 * log_f64(s) / s);
  }
}

// -- Gamma -----------------------------------------------------------------------------------------------

// Marsaglia and Tsang, "A simple method for generating gamma variables"; shape >= 1.
static double next_log_gamma(ag_source *source, double shape) {
  double d = shape - 1.0 / 3, c = 1 / __builtin_sqrt(9 * d);
  for (;;) {
    double x = next_normal(source), root = 1 + c * x;
    if (root <= 0) continue;
    double v = root * root * root, log_v = log_f64(v);
    if (log_f64(next_uniform(source)) < 0.5 * x * x + d * (1 - v + log_v)) return log_f64(d) + log_v;
  }
}

void ag_random_log_gamma_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                             ag_parameter shape, double *out) {
  for (int64_t i = 0; i < n; i++) {
    ag_source source = source_of(seed, stream, (uint64_t)(offset + i));
    double a = shape.values[(offset + i) * shape.step];
    out[i] = a < 1 ? next_log_gamma(&source, a + 1) + log_f64(next_uniform(&source)) / a : next_log_gamma(&source, a);
  }
}

// -- Counts ----------------------------------------------------------------------------------------------

// What Stirling's formula for log(k!) lacks.
static double stirling_rest(double k) {
  static const double rests[] = {0,
                                 0.08106146679532726,
                                 0.04134069595540929,
                                 0.02767792568499834,
                                 0.02079067210376509,
                                 0.01664469118982119,
                                 0.01387612882307075,
                                 0.01189670994589177,
                                 0.01041126526197210,
                                 0.009255462182712733};
  if (k < 10) return rests[(int)k];
  double z = 1 / (k * k);
  return (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z / 1680))) / k;
}

// k log(k / mean) + mean - k, without cancellation.
static double deviance(double k, double mean) {
  double d = (mean - k) / k;
  return k * (d - log1p_f64(d));
}

#define AG_LOG_2PI 1.8378770664093455

// The logarithm of the probability of k.
static double log_poisson(double k, double rate) {
  if (k == 0) return -rate;
  return -deviance(k, rate) - stirling_rest(k) - 0.5 * (AG_LOG_2PI + log_f64(k));
}

static double log_binomial(double k, double n, double p) {
  if (k == 0) return n * log1p_f64(-p);
  if (k == n) return n * log_f64(p);
  return stirling_rest(n) - stirling_rest(k) - stirling_rest(n - k) - deviance(k, n * p) -
         deviance(n - k, n * (1 - p)) + 0.5 * (log_f64(n / k / (n - k)) - AG_LOG_2PI);
}

// Transformed rejection, as both of W. Hörmann's: "The transformed rejection method for generating Poisson random
// variables" and "The generation of binomial random variates". The hat is made from a pair of uniform numbers.
typedef struct {
  double a, b, center, accepted;
} ag_hat;

typedef struct {
  double k, height;
  bool is_accepted;
} ag_candidate;

static ag_candidate next_candidate(ag_source *source, ag_hat hat) {
  double u = next_uniform(source) - 0.5, v = next_uniform(source), us = 0.5 - __builtin_fabs(u);
  double k = __builtin_floor((2 * hat.a / us + hat.b) * u + hat.center);
  return (ag_candidate){k, log_f64(v / (hat.a / (us * us) + hat.b)), us >= 0.07 && v <= hat.accepted};
}

static double next_poisson(ag_source *source, double rate) {
  if (rate < 10) {
    double k = 0, limit = exp_f64(-rate);
    for (double product = next_uniform(source); product > limit; product *= next_uniform(source)) k++;
    return k;
  }
  double b = 0.931 + 2.53 * __builtin_sqrt(rate), scale = log_f64(1.1239 + 1.1328 / (b - 3.4));
  ag_hat hat = {-0.059 + 0.02483 * b, b, rate + 0.43, 0.9277 - 3.6224 / (b - 2)};
  for (;;) {
    ag_candidate x = next_candidate(source, hat);
    if (x.k >= 0 && (x.is_accepted || x.height + scale <= log_poisson(x.k, rate))) return x.k;
  }
}

// Of a probability of at most 1/2.
static double next_binomial(ag_source *source, double n, double p) {
  if (p == 0) return 0;
  if (n * p < 10) {
    // Jumps from success to success.
    double k = 0, factor = 1 / log1p_f64(-p);
    for (double trial = 0;; k++) {
      trial += __builtin_floor(log_f64(next_uniform(source)) * factor) + 1;
      if (trial > n) return k;
    }
  }
  double deviation = __builtin_sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * deviation;
  ag_hat hat = {-0.0873 + 0.0248 * b + 0.01 * p, b, n * p + 0.5, 0.92 - 4.2 / b};
  double scale = log_f64((2.83 + 5.1 / b) * deviation) + log_binomial(__builtin_floor((n + 1) * p), n, p);
  for (;;) {
    ag_candidate x = next_candidate(source, hat);
    if (x.k >= 0 && x.k <= n && (x.is_accepted || x.height + scale <= log_binomial(x.k, n, p))) return x.k;
  }
}

void ag_random_poisson_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           ag_parameter rate, int64_t *out) {
  for (int64_t i = 0; i < n; i++) {
    ag_source source = source_of(seed, stream, (uint64_t)(offset + i));
    out[i] = (int64_t)next_poisson(&source, rate.values[(offset + i) * rate.step]);
  }
}

void ag_random_binomial_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                            ag_parameter trials, ag_parameter probability, int64_t *out) {
  for (int64_t i = 0; i < n; i++) {
    ag_source source = source_of(seed, stream, (uint64_t)(offset + i));
    double count = trials.values[(offset + i) * trials.step];
    double p = probability.values[(offset + i) * probability.step];
    out[i] = (int64_t)(p > 0.5 ? count - next_binomial(&source, count, 1 - p) : next_binomial(&source, count, p));
  }
}
