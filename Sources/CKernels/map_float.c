#include "scalar_math_f32.h"

#define F32(NAME, EXPRESSION) AG_MAP1(NAME##_f32, float, float, EXPRESSION)
#define F64(NAME, EXPRESSION) AG_MAP1(NAME##_f64, double, double, EXPRESSION)
#define F32_F32(NAME, EXPRESSION) AG_MAP2(NAME##_f32, float, float, EXPRESSION)
#define F64_F64(NAME, EXPRESSION) AG_MAP2(NAME##_f64, double, double, EXPRESSION)

// By calls to the math library, an element at a time.
#define LIBRARY1(NAME, T, EXPRESSION) AG_MAP1_LOOP(, AG_SCALAR, NAME, T, T, EXPRESSION)
#define LIBRARY2(NAME, T, EXPRESSION) AG_MAP2_LOOP(, AG_SCALAR, NAME, T, T, EXPRESSION)

// FAST where |a| <= LIMIT, a call to the math library elsewhere.
enum { CHUNK = 512 };
#define BEYOND(a, LIMIT) (__builtin_elementwise_abs(a) > LIMIT)
#define BOUNDED(NAME, T, LIMIT, FAST, LIBRARY)                                               \
  AG_CLONES void ag_##NAME AG_MAP_PARAMETERS {                                               \
    const T *as = pa;                                                                        \
    T *out = result;                                                                         \
    for (int64_t start = 0; start < n; start += CHUNK) {                                     \
      int64_t end = n - start < CHUNK ? n : start + CHUNK;                                   \
      int beyond = 0;                                                                        \
      for (int64_t i = start; i < end; i++) beyond |= BEYOND(as[i], LIMIT);                  \
      if (!beyond) {                                                                         \
        AG_VECTOR for (int64_t i = start; i < end; i++) out[i] = (T)FAST(as[i]);             \
      } else {                                                                               \
        for (int64_t i = start; i < end; i++) {                                              \
          const T a = as[i];                                                                 \
          out[i] = (T)(BEYOND(a, LIMIT) ? LIBRARY((double)a) : FAST(a));                     \
        }                                                                                    \
      }                                                                                      \
    }                                                                                        \
  }

AG_LOOPS_BEGIN

F32(exp, exp_f32(a))
F32(exp2, exp2_f32(a))
F32(expm1, expm1_f32(a))
F32(log, log_f32(a))
F32(log2, log2_f64(a))
F32(log10, log10_f64(a))
F32(log1p, log1p_f32(a))
F32(cbrt, cbrt_f32(a))
BOUNDED(sin_f32, float, AG_TURNS_F32, sin_f32, sin)
BOUNDED(cos_f32, float, AG_TURNS_F32, cos_f32, cos)
BOUNDED(tan_f32, float, AG_TURNS_F64, tan_f64, tan)
F32(arcsin, arcsin_f64(a))
F32(arccos, arccos_f64(a))
F32(arctan, arctan_f64(a))
F32(sinh, sinh_f64(a))
F32(cosh, cosh_f64(a))
F32(tanh, tanh_f32(a))
F32(arcsinh, arcsinh_f64(a))
F32(arccosh, arccosh_f64(a))
F32(arctanh, arctanh_f64(a))
F32(erf, erf_f32(a))
F32(sigmoid, sigmoid_f32(a))
F32_F32(power, power_f32(a, b))
F32_F32(arctan2, arctan2_f64(a, b))
F32_F32(hypot, hypot_f32(a, b))
F32_F32(logaddexp, logaddexp_f64(a, b))

F64(exp, exp_f64(a))
F64(exp2, exp2_f64(a))
F64(expm1, expm1_f64(a))
F64(log, log_f64(a))
F64(log2, log2_f64(a))
F64(log10, log10_f64(a))
F64(log1p, log1p_f64(a))
F64(cbrt, cbrt_f64(a))
BOUNDED(sin_f64, double, AG_TURNS_F64, sin_f64, sin)
BOUNDED(cos_f64, double, AG_TURNS_F64, cos_f64, cos)
LIBRARY1(tan_f64, double, tan(a))
LIBRARY1(arcsin_f64, double, asin(a))
F64(arccos, arccos_f64(a))
F64(arctan, arctan_f64(a))
LIBRARY1(sinh_f64, double, sinh(a))
BOUNDED(cosh_f64, double, 700, cosh_f64, cosh)
F64(tanh, tanh_f64(a))
BOUNDED(arcsinh_f64, double, 0x1p500, arcsinh_f64, asinh)
LIBRARY1(arccosh_f64, double, acosh(a))
F64(arctanh, arctanh_f64(a))
LIBRARY1(erf_f64, double, erf(a))
F64(sigmoid, sigmoid_f64(a))
LIBRARY2(power_f64, double, pow(a, b))
F64_F64(arctan2, arctan2_f64(a, b))
LIBRARY2(hypot_f64, double, hypot(a, b))
F64_F64(logaddexp, logaddexp_f64(a, b))

// lgamma leaves the sign of gamma in a global variable; lgamma_r does not.
static double log_gamma(double x) {
  int sign;
  return lgamma_r(x, &sign);
}

// Down to 1 <= x <= 2 by psi(x + 1) = psi(x) + 1 / x, where psi has a zero, a factor of the polynomial. Large x by the
// asymptotic series, negative x by reflection.
AG_CLONES static double digamma(double x) {
  if (x == 0) return copysign(INFINITY, -x);
  if (x < 0) {
    double r = x - rint(x); // tan(pi x) with the turns taken off first
    return r == 0 || x == -INFINITY ? NAN : digamma(1 - x) - M_PI / tan(M_PI * r);
  }
  if (x >= 10) {
    double z = 1 / (x * x);
    double series = AG_P8(z, 0x1.5555555555555p-4, -0x1.1111111111111p-7, 0x1.0410410410410p-8, -0x1.1111111111111p-8,
                          0x1.f07c1f07c1f08p-8, -0x1.5995995995996p-6, 0x1.5555555555555p-4, -0x1.c5e5e5e5e5e5ep-2);
    return log(x) - 0.5 / x - z * series;
  }
  double sum = 0;
  for (; x > 2; sum += 1 / x) x -= 1;
  if (x < 1) {
    sum = -1 / x;
    x += 1;
  }
  double root = 0x1.762d86356be3fp+0, root_low = 0x1.b86a722197829p-54, t = x - 1.5;
  double low = AG_P11(t, 0x1.e6f0cbb873616p-1, -0x1.b1cb63005ee5bp-2, 0x1.eca189b8e6e1ep-3, -0x1.2feeeb98b04a9p-3,
                      0x1.8512e590550cdp-4, -0x1.fb44201e55762p-5, 0x1.4de9aa090d128p-5, -0x1.b9f8b4c408a3bp-6,
                      0x1.2564753d8ed39p-6, -0x1.8634c49437edp-7, 0x1.03c01ba869ed4p-7);
  double high = AG_P10(t, -0x1.5a16f544d63e5p-8, 0x1.cd3b770a73c9bp-9, -0x1.3261ef8d61734p-9, 0x1.982f4c0636238p-10,
                       -0x1.1a8bf35859681p-10, 0x1.7a64b869b8363p-11, -0x1.73b1d9f37db57p-12, 0x1.e2dc109662989p-13,
                       -0x1.8d06a92dd054bp-12, 0x1.0dc512dc1d188p-12);
  double power = t * t;
  power = power * power * t;
  return sum + ((x - root) - root_low) * AG_FMA(power * power * t, high, low);
}

// The sum of (x + k)^-s over all k >= 0, for s > 1: twelve terms, and the rest by Euler and Maclaurin's formula.
static double hurwitz_zeta(double s, double x) {
  static const double coefficients[] = { // Bernoulli numbers over factorials, B(2j) / (2j)!
    0x1.5555555555555p-4, -0x1.6c16c16c16c17p-10, 0x1.1566abc011567p-15, -0x1.bbd779334ef0bp-21,
    0x1.66a8f2bf70ebep-26, -0x1.22805d644267fp-31, 0x1.d6db2c4e09162p-37, -0x1.7da4e1f79955cp-42,
    0x1.355871d652e9ep-47, -0x1.f57d968caacf1p-53};
  double sum = 0;
  for (int k = 0; k < 12; k++, x += 1) sum += pow(x, -s);
  double power = pow(x, -s), rest = power * (x / (s - 1) + 0.5), factor = power * s / x;
  for (int j = 0; j < 10; j++) {
    rest += coefficients[j] * factor;
    factor *= (s + 2 * j + 1) / x * ((s + 2 * j + 2) / x);
  }
  return sum + rest;
}

// The derivative of order n of digamma, (-1)^(n + 1) n! times the sum of (x + k)^-(n + 1). For negative x, that sum is
// the one over all integers k without those below 0.
static double polygamma(double n, double x) {
  if (n == 0) return digamma(x);
  if (!(n > 0) || n != floor(n)) return NAN;
  double s = n + 1, sign = fmod(n, 2) == 0 ? -1 : 1, r = x - rint(x);
  if (x < 0 && r == 0) return sign > 0 ? INFINITY : NAN;
  if (x == INFINITY) return sign * 0.0;
  double sum = x < 0 ? hurwitz_zeta(s, 1 + r) + pow(r, -s) + sign * (hurwitz_zeta(s, 1 - r) - hurwitz_zeta(s, 1 - x))
                     : hurwitz_zeta(s, x);
  return sign * tgamma(s) * sum;
}

// A guess within 0.2 %, and three steps of Halley's method. Where |x| is near 1, less rounding is in 1 - |x|.
static double erfinv(double x) {
  double size = fabs(x), rest = 1 - size, l = -log1p(-size * size), c = 4.33 - l / 2;
  if (size >= 1) return size == 1 ? copysign(INFINITY, x) : NAN;
  double y = sqrt(6.8 * l / (sqrt(c * c + 6.8 * l) + c));
  for (int step = 0; step < 3; step++) {
    double excess = size < 0.5 ? erf(y) - size : rest - erfc(y);
    double newton = excess * exp(y * y) / M_2_SQRTPI;
    y -= newton / (1 + y * newton);
  }
  return copysign(y, x);
}

LIBRARY1(erfinv_f32, float, erfinv(a))
LIBRARY1(erfinv_f64, double, erfinv(a))
LIBRARY1(lgamma_f32, float, log_gamma(a))
LIBRARY1(lgamma_f64, double, log_gamma(a))
LIBRARY2(polygamma_f32, float, polygamma(a, b))
LIBRARY2(polygamma_f64, double, polygamma(a, b))

AG_LOOPS_END
