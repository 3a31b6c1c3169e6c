#ifndef AG_SCALAR_TRIG_F64_H
#define AG_SCALAR_TRIG_F64_H

#include "scalar_math_f64.h"

#define AG_PI_F64 0x1.921fb54442d18p+1
#define AG_PI_MIDDLE_F64 0x1.1a62633145c07p-53
#define AG_PI_LOW_F64 -0x1.f1976b7ed8fbcp-109
#define AG_INVERSE_PI_F64 0x1.45f306dc9c883p-2

// x - q pi, where q is near x / pi.
AG_INLINE double subtract_pi_f64(double x, double q) {
  double r = AG_FMA(q, -AG_PI_F64, x);
  r = AG_FMA(q, -AG_PI_MIDDLE_F64, r);
  return AG_FMA(q, -AG_PI_LOW_F64, r);
}

// sin r for |r| <= pi / 2.
AG_INLINE double sin_half_turn_f64(double r) {
  double s = r * r;
  double p = AG_P8(s, -0x1.5555555555555p-3, 0x1.11111111110cp-7, -0x1.a01a01a014834p-13, 0x1.71de3a5284064p-19,
                   -0x1.ae6454c993ff3p-26, 0x1.6123cab4e114dp-33, -0x1.ae42feb349c4ep-41, 0x1.882650cc07acep-49);
  return AG_FMA(r * s, p, r);
}

// Within 2 ulp for |x| <= AG_TURNS_F64; beyond, too little is left of x - n pi.
#define AG_TURNS_F64 0x1p24

AG_INLINE double sin_f64(double x) {
  double size = __builtin_fabs(x), shifted = AG_FMA(size, AG_INVERSE_PI_F64, AG_ROUNDER_F64);
  double y = sin_half_turn_f64(subtract_pi_f64(size, shifted - AG_ROUNDER_F64));
  return from_bits_f64(bits_f64(y) ^ (bits_f64(shifted) << 63) ^ (bits_f64(x) & 0x8000000000000000));
}

// cos(r + (n + 1/2) pi) = -(-1)^n sin r
AG_INLINE double cos_f64(double x) {
  double size = __builtin_fabs(x), shifted = AG_FMA(size, AG_INVERSE_PI_F64, -0.5) + AG_ROUNDER_F64;
  double y = sin_half_turn_f64(subtract_pi_f64(size, shifted - AG_ROUNDER_F64 + 0.5));
  return from_bits_f64(bits_f64(y) ^ (bits_f64(shifted) << 63) ^ 0x8000000000000000);
}

// sin / cos or -cos / sin of the distance to a multiple of pi / 2.
AG_INLINE double tan_f64(double x) {
  double size = __builtin_fabs(x), shifted = AG_FMA(size, 2 * AG_INVERSE_PI_F64, AG_ROUNDER_F64);
  double r = subtract_pi_f64(size, (shifted - AG_ROUNDER_F64) * 0.5), s = r * r;
  double p = AG_P6(s, -0x1.5555555555548p-3, 0x1.111111110f78fp-7, -0x1.a01a019bf577ep-13, 0x1.71de35603a39p-19,
                   -0x1.ae5e546e6dbdcp-26, 0x1.5d8dfd0d7bfb1p-33);
  double q = AG_P6(s, 0x1.555555555554cp-5, -0x1.6c16c16c1514p-10, 0x1.a01a019cab737p-16, -0x1.27e4f80533423p-22,
                   0x1.1ee9e8906b877p-29, -0x1.8facd132d83c7p-37);
  double sine = AG_FMA(r * s, p, r), cosine = AG_FMA(s * s, q, AG_FMA(s, -0.5, 1.0));
  bool odd = bits_f64(shifted) & 1;
  double y = (odd ? -cosine : sine) / (odd ? sine : cosine);
  return from_bits_f64(bits_f64(y) ^ (bits_f64(x) & 0x8000000000000000));
}

// -- Inverses --------------------------------------------------------------------------------------------

// The angle of (x, y), both positive, up to pi / 2. With t = tan(pi / 8), slopes up to t are taken as they are, up to
// 1 / t from the diagonal, others from the vertical.
AG_INLINE double angle_f64(double y, double x) {
  bool low = y < 0.41421356237309503 * x, high = y > 2.414213562373095 * x;
  double rise = low ? y : high ? -x : y - x, run = low ? x : high ? y : y + x;
  double t = rise / run, z = t * t;
  double p = AG_P11(z, -0x1.555555555553dp-2, 0x1.99999999958ep-3, -0x1.24924922b0d46p-3, 0x1.c71c70e78331ap-4,
                    -0x1.745cf9077a1f9p-4, 0x1.3b111c21d1edap-4, -0x1.10ebda90a3dfap-4, 0x1.df1139d03b321p-5,
                    -0x1.9cdb53b6a990dp-5, 0x1.37eb1b05dc51ap-5, -0x1.25987babc7e95p-6);
  double base = low ? 0 : high ? AG_PI_F64 / 2 : AG_PI_F64 / 4;
  double base_low = low ? 0 : high ? AG_PI_MIDDLE_F64 / 2 : AG_PI_MIDDLE_F64 / 4;
  return base + (t + AG_FMA(t * z, p, base_low));
}

AG_INLINE double arctan_f64(double x) { return __builtin_copysign(angle_f64(__builtin_fabs(x), 1), x); }

// Infinities count as 1 beside finite numbers, which then count as 0.
AG_INLINE double arctan2_f64(double y, double x) {
  double height = __builtin_fabs(y), width = __builtin_fabs(x);
  bool infinite = (height == INFINITY) | (width == INFINITY);
  double shrink = ((height > 0x1p1000) | (width > 0x1p1000)) ? 0x1p-10 : 1; // their sum must not overflow
  double rise = infinite ? (height == INFINITY ? 1 : 0) : height * shrink;
  double run = infinite ? (width == INFINITY ? 1 : 0) : width * shrink;
  double angle = angle_f64(rise, rise == 0 ? 1 : run);
  angle = bits_f64(x) >> 63 ? AG_PI_F64 - angle : angle;
  return __builtin_copysign(((x != x) | (y != y)) ? NAN : angle, y);
}

// (arcsin(x) - x) / x for z = x^2 <= 1/4.
AG_INLINE double arcsin_tail_f64(double z) {
  return z * AG_P12(z, 0x1.5555555555387p-3, 0x1.333333336f8d6p-4, 0x1.6db6db41d160bp-5, 0x1.f1c72c6df75dbp-6,
                    0x1.6e89ef6c89db6p-6, 0x1.1c6c286a21cd7p-6, 0x1.c6f8724583f8ap-7, 0x1.8ee4e849124fbp-7,
                    0x1.aab1b76fdc333p-8, 0x1.40b31181de8c7p-6, -0x1.0af67fbcebd12p-6, 0x1.05cedd7692392p-5);
}

// Beyond 1/2, arccos(x) = 2 arcsin(sqrt((1 - x) / 2)).
AG_INLINE double arcsin_f64(double x) {
  double size = __builtin_fabs(x);
  bool inner = size <= 0.5;
  double z = inner ? x * x : (1 - size) * 0.5;
  double side = inner ? size : __builtin_elementwise_sqrt(z);
  double angle = AG_FMA(side, arcsin_tail_f64(z), side);
  return __builtin_copysign(inner ? angle : AG_FMA(-2.0, angle, AG_PI_F64 / 2), x);
}

AG_INLINE double arccos_f64(double x) {
  double size = __builtin_fabs(x);
  bool inner = size <= 0.5;
  double z = inner ? x * x : (1 - size) * 0.5;
  double side = inner ? x : __builtin_elementwise_sqrt(z);
  double angle = AG_FMA(side, arcsin_tail_f64(z), side);
  return inner ? AG_PI_F64 / 2 - (angle - AG_PI_MIDDLE_F64 / 2) : x < 0 ? AG_PI_F64 - 2 * angle : 2 * angle;
}

// -- Hyperbolic ------------------------------------------------------------------------------------------

// Inexact beyond 700, where floats are long infinite.
AG_INLINE double sinh_f64(double x) {
  double e = expm1_f64(clamp_f64(__builtin_fabs(x), 0, 700));
  return __builtin_copysign(0.5 * (e + e / (e + 1)), x);
}

AG_INLINE double cosh_f64(double x) {
  double e = exp_f64(__builtin_fabs(x));
  return 0.5 * (e + 1 / e);
}

// log(|x| + sqrt(x^2 + 1)); |x| < 1e150.
AG_INLINE double arcsinh_f64(double x) {
  double size = __builtin_fabs(x), square = x * x;
  double y = log1p_f64(size + square / (1 + __builtin_elementwise_sqrt(1 + square)));
  return __builtin_copysign(size < INFINITY ? y : size, x);
}

AG_INLINE double arccosh_f64(double x) {
  double t = x - 1;
  double y = log1p_f64(t + __builtin_elementwise_sqrt(t * (2 + t)));
  return x >= 1 ? y : NAN;
}

AG_INLINE double arctanh_f64(double x) {
  double size = __builtin_fabs(x);
  return __builtin_copysign(0.5 * log1p_f64(2 * size / (1 - size)), x);
}

#endif
