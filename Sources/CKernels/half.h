#ifndef AG_HALF_H
#define AG_HALF_H

#include "scalar_math_f32.h"

// IEEE half precision, for vector loops on any processor.

// Rounded once, half to even. Below the normal numbers, adding 1/2 leaves the rounded significand in the low bits.
AG_INLINE uint16_t half_from_f32(float x) {
  uint32_t sign = bits_f32(x) >> 16 & 0x8000, bits = bits_f32(x) & 0x7fffffff;
  uint32_t normal = (bits + 0xfff + (bits >> 13 & 1) - (112 << 23)) >> 13;
  uint32_t tiny = bits_f32(from_bits_f32(bits) + 0.5f) - 0x3f000000;
  uint32_t beyond = bits > 0x7f800000 ? 0x7e00 : 0x7c00;
  return (uint16_t)(sign | (bits >= 0x477ff000 ? beyond : bits < 0x38800000 ? tiny : normal));
}

// By way of the float whose last bit tells that something was cut off: the second rounding then is the only one.
AG_INLINE uint16_t half_from_f64(double x) {
  float rounded = (float)x;
  uint32_t bits = bits_f32(rounded);
  bool inexact = rounded != x && x == x && __builtin_fabs(x) < INFINITY, above = __builtin_fabs(rounded) > __builtin_fabs(x);
  uint32_t cut = (bits - (above ? 1 : 0)) | 1;
  return half_from_f32(from_bits_f32(inexact ? cut : bits));
}

AG_INLINE float f32_from_half(uint16_t half) {
  uint32_t size = (uint32_t)(half & 0x7fff) << 13, sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t finite = bits_f32(from_bits_f32(size) * 0x1p112f);
  return from_bits_f32(sign | (size >= 0x0f800000 ? size | 0x7f800000 : finite));
}

#endif
