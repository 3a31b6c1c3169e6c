#ifndef AG_SCALAR_MATH_F64_H
#define AG_SCALAR_MATH_F64_H

#include <math.h>

#include "map_loops.h"

// Branch-free functions of doubles, for vector loops. Polynomials are minimax fits (Remez); ulps are of float64.

#define AG_FMA __builtin_elementwise_fma

// c0 + c1 x + c2 x^2 + ..., for the number of coefficients in the name.
#define AG_P1(x, a) (a)
#define AG_P2(x, a, ...) AG_FMA(AG_P1(x, __VA_ARGS__), x, a)
#define AG_P3(x, a, ...) AG_FMA(AG_P2(x, __VA_ARGS__), x, a)
#define AG_P4(x, a, ...) AG_FMA(AG_P3(x, __VA_ARGS__), x, a)
#define AG_P5(x, a, ...) AG_FMA(AG_P4(x, __VA_ARGS__), x, a)
#define AG_P6(x, a, ...) AG_FMA(AG_P5(x, __VA_ARGS__), x, a)
#define AG_P7(x, a, ...) AG_FMA(AG_P6(x, __VA_ARGS__), x, a)
#define AG_P8(x, a, ...) AG_FMA(AG_P7(x, __VA_ARGS__), x, a)
#define AG_P9(x, a, ...) AG_FMA(AG_P8(x, __VA_ARGS__), x, a)
#define AG_P10(x, a, ...) AG_FMA(AG_P9(x, __VA_ARGS__), x, a)
#define AG_P11(x, a, ...) AG_FMA(AG_P10(x, __VA_ARGS__), x, a)
#define AG_P12(x, a, ...) AG_FMA(AG_P11(x, __VA_ARGS__), x, a)

AG_INLINE uint64_t bits_f64(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

AG_INLINE double from_bits_f64(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

// Adding this rounds a number below 2^51 to an integer, which is then in the low bits.
#define AG_ROUNDER_F64 0x1.8p52
AG_INLINE double round_f64(double x) { return (x + AG_ROUNDER_F64) - AG_ROUNDER_F64; }

// x 2^n for an integer |n| <= 2000, rounded once: in two factors, since 2^n alone may overflow.
AG_INLINE double scale_f64(double x, double n) {
  uint64_t biased = bits_f64(n + (AG_ROUNDER_F64 + 2000)) & 0xffff, half = biased >> 1;
  return x * from_bits_f64((half + 23) << 52) * from_bits_f64((biased - half + 23) << 52);
}

// -- Exponentials ----------------------------------------------------------------------------------------

#define AG_LN2_F64 0x1.62e42fefa39efp-1
#define AG_LN2_LOW_F64 0x1.abc9e3b39803fp-56
#define AG_LOG2E_F64 0x1.71547652b82fep+0
#define AG_LOG2E_LOW_F64 0x1.777d0ffda0d24p-56

// x = n ln 2 + r, |r| <= ln 2 / 2.
typedef struct {
  double n, r;
} ag_reduced_f64;

AG_INLINE ag_reduced_f64 reduce_ln2_f64(double x) {
  double n = round_f64(x * AG_LOG2E_F64);
  double r = AG_FMA(n, -AG_LN2_F64, x);
  return (ag_reduced_f64){n, AG_FMA(n, -AG_LN2_LOW_F64, r)};
}

// e^r - 1 - r for |r| <= ln 2 / 2.
AG_INLINE double exp_tail_f64(double r) {
  double q = AG_P10(r, 0x1.000000000000ap-1, 0x1.55555555554f9p-3, 0x1.55555555507f1p-5, 0x1.1111111127e81p-7,
                    0x1.6c16c1844b042p-10, 0x1.a01a0129b4884p-13, 0x1.a01999adc5491p-16, 0x1.71df262c9d6f8p-19,
                    0x1.28adce77e7a77p-22, 0x1.ad7f01499f4c4p-26);
  return r * r * q;
}

// Written so that NaN stays.
AG_INLINE double clamp_f64(double x, double low, double high) {
  x = x > high ? high : x;
  return x < low ? low : x;
}

// Within 1 ulp.
AG_INLINE double exp_f64(double x) {
  ag_reduced_f64 d = reduce_ln2_f64(clamp_f64(x, -746, 710));
  return scale_f64(1 + (d.r + exp_tail_f64(d.r)), d.n);
}

AG_INLINE double exp2_f64(double x) {
  x = clamp_f64(x, -1076, 1025);
  double n = round_f64(x), r = x - n;
  double q = AG_P11(r, 0x1.62e42fefa39efp-1, 0x1.ebfbdff82c5a5p-3, 0x1.c6b08d704a0d7p-5, 0x1.3b2ab6fb9ff34p-7,
                    0x1.5d87fe78a0e2p-10, 0x1.4309130f36d0dp-13, 0x1.ffcbfc7c4b5d5p-17, 0x1.62bfc6b941101p-20,
                    0x1.b524cde1c4145p-24, 0x1.e61ccbc518bf1p-28, 0x1.ea18542bbaa65p-32);
  return scale_f64(AG_FMA(r, q, 1.0), n);
}

// 2^n (e^r - 1) + (2^n - 1), all halved since 2^1024 overflows.
AG_INLINE double expm1_f64(double x) {
  ag_reduced_f64 d = reduce_ln2_f64(clamp_f64(x, -40, 710));
  double power = from_bits_f64((bits_f64(d.n + (AG_ROUNDER_F64 + 1022)) & 0xfff) << 52);
  double leading = AG_FMA(power, d.r, power - 0.5);
  return __builtin_copysign(2 * AG_FMA(power, exp_tail_f64(d.r), leading), x);
}

// y = h / (h + 1) with h = (e^2|x| - 1) / 2; where h is small, less rounding is in h - h y.
AG_INLINE double tanh_f64(double x) {
  double h = 0.5 * expm1_f64(clamp_f64(2 * __builtin_fabs(x), 0, 44)), y = h / (h + 1);
  return __builtin_copysign(h < 0.5 ? AG_FMA(-h, y, h) : y, x);
}

AG_INLINE double sigmoid_f64(double x) {
  double e = exp_f64(-__builtin_fabs(x)), y = e / (1 + e);
  return x < 0 ? AG_FMA(-e, y, e) : 1 - y;
}

// -- Logarithms ------------------------------------------------------------------------------------------

// x = 2^exponent (1 + f), sqrt(1/2) <= 1 + f < sqrt(2), and log(1 + f) = f - rest.
typedef struct {
  double exponent, f, rest;
} ag_logarithm_f64;

// log(1 + f) is 2 artanh(s) with s = f / (2 + f), rearranged so that the leading term f is exact.
AG_INLINE ag_logarithm_f64 logarithm_f64(double x) {
  bool tiny = x < 0x1p-1022;
  uint64_t offset = 0x3ff0000000000000 - 0x3fe6a09e667f3bcd; // 1 - sqrt(1/2), as bits
  uint64_t bits = bits_f64(tiny ? x * 0x1p54 : x) + offset;
  double biased = from_bits_f64(0x4330000000000000 | bits >> 52) - 0x1p52;
  double f = from_bits_f64((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd) - 1;
  double s = f / (2 + f), z = s * s, half_square = 0.5 * f * f;
  double tail = z * AG_P7(z, 0x1.5555555555593p-1, 0x1.999999997f8a7p-2, 0x1.249249423e541p-2, 0x1.c71c51c66d406p-3,
                          0x1.74664d7669379p-3, 0x1.39a02eea112cfp-3, 0x1.2f15bb7c5e52cp-3);
  return (ag_logarithm_f64){biased - (tiny ? 1077.0 : 1023.0), f, half_square - s * (half_square + tail)};
}

// What a logarithm of x is where x is not a positive finite number.
AG_INLINE double log_domain_f64(double x, double result) {
  double outside = x == 0 ? -INFINITY : NAN;
  return x > 0 ? (x < INFINITY ? result : x) : outside;
}

// log(x) + correction, within 1 ulp. The high part of ln 2 has trailing zeros, for exact products.
AG_INLINE double log_corrected_f64(double x, double correction) {
  ag_logarithm_f64 l = logarithm_f64(x);
  return l.exponent * 0x1.62e42fefa38p-1 - (l.rest - AG_FMA(l.exponent, 0x1.ef35793c7673p-45, correction) - l.f);
}

AG_INLINE double log_f64(double x) { return log_domain_f64(x, log_corrected_f64(x, 0)); }

// The rounding error of 1 + x is given back.
AG_INLINE double log1p_f64(double x) {
  double u = 1 + x, lost = x < 1 ? x - (u - 1) : 1 - (u - x);
  double result = log_domain_f64(u, log_corrected_f64(u, lost / u));
  return x == 0 ? x : result;
}

AG_INLINE double log2_f64(double x) {
  ag_logarithm_f64 l = logarithm_f64(x);
  return log_domain_f64(x, AG_FMA(l.f - l.rest, AG_LOG2E_F64, l.exponent));
}

AG_INLINE double log10_f64(double x) {
  ag_logarithm_f64 l = logarithm_f64(x);
  double low = AG_FMA(l.f - l.rest, 0x1.bcb7b1526e50ep-2, l.exponent * -0x1.9dc1da994fd21p-59);
  return log_domain_f64(x, AG_FMA(l.exponent, 0x1.34413509f79ffp-2, low));
}

// log(e^a + e^b)
AG_INLINE double logaddexp_f64(double a, double b) {
  double larger = a > b ? a : b, distance = a == b ? 0 : __builtin_fabs(a - b); // not inf - inf
  return larger + log1p_f64(exp_f64(-distance));
}

// -- Others ----------------------------------------------------------------------------------------------

// A guess with a third of the exponent, two steps of Halley's method and one of Newton's.
AG_INLINE double cbrt_f64(double x) {
  double size = __builtin_fabs(x);
  bool tiny = size < 0x1p-1000; // scaled by cubes, away from subnormals and from overflow
  double a = size * (tiny ? 0x1p54 : 0x1p-3);
  // The bits as a number, to spare a division of 64-bit integers; only the upper half matters.
  double third = (from_bits_f64(0x4330000000000000 | bits_f64(a) >> 32) - 0x1p52) / 3;
  double t = from_bits_f64(bits_f64(third + (0x1p52 + 715094163)) << 32);
  for (int step = 0; step < 2; step++) {
    double cube = t * t * t;
    t = t * (AG_FMA(2.0, a, cube) / AG_FMA(2.0, cube, a));
  }
  t = t - AG_FMA(t * t, t, -a) / (3 * t * t);
  t *= tiny ? 0x1p-18 : 2.0;
  return ((size > 0) & (size < INFINITY)) ? __builtin_copysign(t, x) : x;
}

#endif
