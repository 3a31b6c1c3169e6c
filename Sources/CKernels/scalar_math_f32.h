#ifndef AG_SCALAR_MATH_F32_H
#define AG_SCALAR_MATH_F32_H

#include "scalar_math_f64.h"
#include "scalar_trig_f64.h"

// Branch-free functions of floats, for vector loops, within 2 ulp over the whole range; the less common ones are
// computed as doubles instead. Polynomials are minimax fits (Remez).

AG_INLINE uint32_t bits_f32(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits;
}

AG_INLINE float from_bits_f32(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

// Adding this rounds a number below 2^22 to an integer, which is then in the low bits.
#define AG_ROUNDER_F32 0x1.8p23f
AG_INLINE float round_f32(float x) { return (x + AG_ROUNDER_F32) - AG_ROUNDER_F32; }

// Written so that NaN stays.
AG_INLINE float clamp_f32(float x, float low, float high) {
  x = x > high ? high : x;
  return x < low ? low : x;
}

// x 2^n for an integer |n| <= 250, rounded once: in two factors, since 2^n alone may overflow.
AG_INLINE float scale_f32(float x, float n) {
  uint32_t biased = bits_f32(n + (AG_ROUNDER_F32 + 250)) & 0xfff, half = biased >> 1;
  return x * from_bits_f32((half + 2) << 23) * from_bits_f32((biased - half + 2) << 23);
}

// -- Exponentials ----------------------------------------------------------------------------------------

// x = n ln 2 + r, |r| <= ln 2 / 2.
typedef struct {
  float n, r;
} ag_reduced_f32;

AG_INLINE ag_reduced_f32 reduce_ln2_f32(float x) {
  float n = AG_FMA(x, 0x1.715476p+0f, AG_ROUNDER_F32) - AG_ROUNDER_F32;
  float r = AG_FMA(n, -0x1.62e43p-1f, x);
  return (ag_reduced_f32){n, AG_FMA(n, 0x1.05c61p-29f, r)};
}

// e^r - 1 for |r| <= ln 2 / 2.
AG_INLINE float expm1_small_f32(float r) {
  float q = AG_P5(r, 0x1.fffffcp-2f, 0x1.55549p-3f, 0x1.5558f4p-5f, 0x1.123a6cp-7f, 0x1.6a2352p-10f);
  return AG_FMA(r * r, q, r);
}

AG_INLINE float exp_f32(float x) {
  ag_reduced_f32 d = reduce_ln2_f32(clamp_f32(x, -104, 89));
  return scale_f32(1 + expm1_small_f32(d.r), d.n);
}

AG_INLINE float exp2_f32(float x) {
  x = clamp_f32(x, -151, 129);
  float n = round_f32(x), r = x - n;
  float q = AG_P6(r, 0x1.62e43p-1f, 0x1.ebfbep-3f, 0x1.c6aedp-5f, 0x1.3b29aap-7f, 0x1.5f47dep-10f, 0x1.448fe4p-13f);
  return scale_f32(AG_FMA(r, q, 1.0f), n);
}

// (e^x - 1) / 2 for -20 <= x <= 89: 2^n (e^r - 1) + (2^n - 1), halved since 2^128 overflows.
AG_INLINE float half_expm1_f32(float x) {
  ag_reduced_f32 d = reduce_ln2_f32(x);
  float power = from_bits_f32((bits_f32(d.n + (AG_ROUNDER_F32 + 126)) & 0x1ff) << 23);
  return AG_FMA(power, expm1_small_f32(d.r), power - 0.5f);
}

AG_INLINE float expm1_f32(float x) { return __builtin_copysignf(2 * half_expm1_f32(clamp_f32(x, -20, 89)), x); }

// y = h / (h + 1) with h = (e^2|x| - 1) / 2; where h is small, less rounding is in h - h y.
AG_INLINE float tanh_f32(float x) {
  float h = half_expm1_f32(clamp_f32(2 * __builtin_fabsf(x), 0, 20)), y = h / (h + 1);
  return __builtin_copysignf(h < 0.5f ? AG_FMA(-h, y, h) : y, x);
}

AG_INLINE float sigmoid_f32(float x) {
  float e = exp_f32(-__builtin_fabsf(x)), y = e / (1 + e);
  return x < 0 ? AG_FMA(-e, y, e) : 1 - y;
}

// -- Logarithm -------------------------------------------------------------------------------------------

// log(x) + correction, for normal x. x = 2^exponent (1 + f), sqrt(1/2) <= 1 + f < sqrt(2).
AG_INLINE float log_corrected_f32(float x, float exponent, float correction) {
  uint32_t bits = bits_f32(x) + (0x3f800000 - 0x3f3504f3);
  exponent += (float)(int32_t)(bits >> 23);
  float f = from_bits_f32((bits & 0x007fffff) + 0x3f3504f3) - 1, z = f * f;
  float p = AG_P9(f, 0x1.555548p-2f, -0x1.000006p-2f, 0x1.99a4d6p-3f, -0x1.555c8cp-3f, 0x1.2334ccp-3f,
                  -0x1.fc14fp-4f, 0x1.e70c6cp-4f, -0x1.de9dfp-4f, 0x1.1490f8p-4f);
  float rest = AG_FMA(z * f, p, AG_FMA(exponent, 0x1.7f7d1cp-20f, correction));
  return AG_FMA(exponent, 0x1.62e4p-1f, f + AG_FMA(z, -0.5f, rest));
}

// What a logarithm of x is where x is not a positive finite number.
AG_INLINE float log_domain_f32(float x, float result) {
  float outside = x == 0 ? -INFINITY : NAN;
  return x > 0 ? (x < INFINITY ? result : x) : outside;
}

AG_INLINE float log_f32(float x) {
  bool tiny = x < 0x1p-126f;
  return log_domain_f32(x, log_corrected_f32(tiny ? x * 0x1p24f : x, tiny ? -151.0f : -127.0f, 0));
}

// The rounding error of 1 + x is given back.
AG_INLINE float log1p_f32(float x) {
  float u = 1 + x, lost = x < 1 ? x - (u - 1) : 1 - (u - x);
  float result = log_domain_f32(u, log_corrected_f32(u, -127, lost / u));
  return x == 0 ? x : result;
}

// -- Trigonometric ---------------------------------------------------------------------------------------

// sin(x - q pi), where q is near x / pi. Of all fits, one that gives 1 at pi / 2: for cos 0.
AG_INLINE float sin_without_turns_f32(float x, float q) {
  float r = AG_FMA(q, -0x1.921fb6p+1f, x);
  r = AG_FMA(q, 0x1.777a5cp-24f, r);
  r = AG_FMA(q, 0x1.ee59dap-49f, r);
  float s = r * r;
  float p = AG_P4(s, -0x1.555548p-3f, 0x1.110e7cp-7f, -0x1.9f6194p-13f, 0x1.5ce558p-19f);
  return AG_FMA(r * s, p, r);
}

// For |x| <= AG_TURNS_F32; beyond, too little is left of x - q pi.
#define AG_TURNS_F32 0x1p17f

AG_INLINE float sin_f32(float x) {
  float size = __builtin_fabsf(x), shifted = AG_FMA(size, 0x1.45f306p-2f, AG_ROUNDER_F32);
  float y = sin_without_turns_f32(size, shifted - AG_ROUNDER_F32);
  return from_bits_f32(bits_f32(y) ^ (bits_f32(shifted) << 31) ^ (bits_f32(x) & 0x80000000));
}

// cos(r + (n + 1/2) pi) = -(-1)^n sin r
AG_INLINE float cos_f32(float x) {
  float size = __builtin_fabsf(x), shifted = AG_FMA(size, 0x1.45f306p-2f, -0.5f) + AG_ROUNDER_F32;
  float y = sin_without_turns_f32(size, shifted - AG_ROUNDER_F32 + 0.5f);
  return from_bits_f32(bits_f32(y) ^ (bits_f32(shifted) << 31) ^ 0x80000000);
}

// -- Others ----------------------------------------------------------------------------------------------

// A polynomial in x^2 near zero, 1 - erfc(x) = 1 - e^(-x p(x)) elsewhere.
AG_INLINE float erf_f32(float x) {
  float size = clamp_f32(__builtin_fabsf(x), 0, 4), z = size * size;
  float p = AG_P7(z, 0x1.06eba8p-3f, -0x1.812742p-2f, 0x1.ce2df2p-4f, -0x1.b80c8ep-6f, 0x1.54b476p-8f,
                  -0x1.a99262p-11f, 0x1.5a99fap-14f);
  float q = AG_P7(size, 0x1.20ef7cp+0f, 0x1.452f82p-1f, 0x1.b34d9ep-4f, -0x1.85db8p-6f, 0x1.df767cp-9f,
                  -0x1.567d3p-12f, 0x1.85a532p-17f);
  float outer = -2 * half_expm1_f32(-size * q);
  return __builtin_copysignf(size < 0.9375f ? AG_FMA(size, p, size) : outer, x);
}

// A guess with a third of the exponent, one step of Halley's method and one of Newton's.
AG_INLINE float cbrt_f32(float x) {
  float size = __builtin_fabsf(x);
  bool tiny = size < 0x1p-120f; // scaled by cubes, away from subnormals and from overflow
  float a = size * (tiny ? 0x1p24f : 0x1p-3f);
  float t = from_bits_f32(bits_f32(a) / 3 + 709958130), cube = t * t * t;
  t = t * (AG_FMA(2.0f, a, cube) / AG_FMA(2.0f, cube, a));
  t = t - AG_FMA(t * t, t, -a) / (3 * t * t);
  t *= tiny ? 0x1p-8f : 2.0f;
  return ((size > 0) & (size < INFINITY)) ? __builtin_copysignf(t, x) : x;
}

AG_INLINE float hypot_f32(float a, float b) {
  double x = a, y = b;
  float size = (float)__builtin_elementwise_sqrt(AG_FMA(x, x, y * y));
  return ((__builtin_fabsf(a) == INFINITY) | (__builtin_fabsf(b) == INFINITY)) ? INFINITY : size;
}

// 2^(y log2 |x|), with the special cases of C's pow. Rounded to 41 bits first, so that it is exact where it can be, and
// a tie is one: of 3^2, and of 1061.75^2.
AG_INLINE float power_f32(float x, float y) {
  double size = __builtin_fabsf(x), half = y * 0.5;
  uint64_t bits = bits_f64(exp2_f64(y * log2_f64(size)));
  float r = (float)from_bits_f64((bits + 0x800) & ~(uint64_t)0xfff);
  r = ((y == 0) | ((size == 1) & ((y == y) | (x > 0)))) ? 1 : r;
  bool whole = __builtin_elementwise_floor(y) == y, odd = whole & (__builtin_elementwise_floor(half) != half);
  r = ((x < 0) & (x > -INFINITY) & !whole) ? NAN : r;
  return odd ? __builtin_copysignf(r, x) : r;
}

#endif
