#ifndef AG_RANDOM_H
#define AG_RANDOM_H

#include <stdint.h>

// Random numbers from Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3").
// Element i of a draw is a function of (seed, stream, i) alone. Each call writes the elements from
// `offset` to `offset + n`, so that a draw can be split over threads in any way; the bits are the same
// on every processor. Different kinds of draws with the same seed and stream share their random bits.

// In [low, high), with 24 and 53 random bits. low where the interval is empty; high - low must be finite.
void ag_random_uniform_f32(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           float low, float high, float *out);
void ag_random_uniform_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           double low, double high, double *out);

// The normal distribution, out to 6.6 and 8.5 standard deviations.
void ag_random_normal_f32(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                          float mean, float std, float *out);
void ag_random_normal_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                          double mean, double std, double *out);

// Integers of [low, high). No value is more likely than another by more than (high - low) / 2^64 of its
// probability. low where the interval is empty.
void ag_random_int_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                       int64_t low, int64_t high, int64_t *out);

// A parameter of a distribution: one value for each element (step 1) or one for all (step 0).
typedef struct {
  const double *values;
  int64_t step;
} ag_parameter;

// Logarithms of numbers of the gamma distribution with scale 1. The shapes must be positive and finite.
void ag_random_log_gamma_f64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                             ag_parameter shape, double *out);

// Counts of the Poisson distribution; the rates must be in 0 ... 1e18.
void ag_random_poisson_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                           ag_parameter rate, int64_t *out);

// Numbers of successes; the trials must be whole numbers in 0 ... 2^53, the probabilities in 0 ... 1.
void ag_random_binomial_i64(uint64_t seed, uint64_t stream, int64_t offset, int64_t n,
                            ag_parameter trials, ag_parameter probability, int64_t *out);

// The words the other draws are made from.
void ag_random_bits(uint64_t seed, uint64_t stream, int64_t offset, int64_t n, uint32_t *out);

// One block of the generator, as in the published test vectors.
void ag_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
