import CKernels

struct Exp: Elementwise {
  var body: ScalarOp { .exp }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* y }
}

/// Not `exp(x * log(2))`, which is 66 ulp off, instead of 0.9, and inexact at whole numbers.
struct Exp2: Elementwise {
  var body: ScalarOp { .exp2 }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (y * 0.6931471805599453) }
}

/// Not `exp(x) - 1`, which is 2000 ulp off near 0, instead of 1.4.
struct Expm1: Elementwise {
  var body: ScalarOp { .expm1 }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (y + 1) }
}

struct Log: Elementwise {
  var body: ScalarOp { .log }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* reciprocal(x[0]) }
}

/// Not `log(x) / log(2)`, which is 1.6 ulp off, instead of 0.5, and inexact at powers of 2.
struct Log2: Elementwise {
  var body: ScalarOp { .log2 }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (1.4426950408889634 / x[0]) }
}

/// Not `log(x) / log(10)`, which is 1.8 ulp off, instead of 0.5, and inexact at powers of 10.
struct Log10: Elementwise {
  var body: ScalarOp { .log10 }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (0.4342944819032518 / x[0]) }
}

/// Not `log(1 + x)`, which has no right digit near 0.
struct Log1p: Elementwise {
  var body: ScalarOp { .log1p }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* reciprocal(1 + x[0]) }
}

/// Not the maximum and `log1p` of the rest, which is 1700 ulp off where the two cancel, instead of 0.5.
struct Logaddexp: Elementwise {
  var body: ScalarOp { .logaddexp }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    // The difference of equal infinities is no number.
    g .* which(isinf(y), 0, exp(x[i] - y))
  }
}

/// Not `power(x, 0.5)`, which takes eleven times the time.
struct Sqrt: Elementwise {
  var body: ScalarOp { .sqrt }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (0.5 / y) }
}

/// The square root of a sum of squares: as a norm, its gradient at 0 is 0.
///
/// Not `sqrt` between two of `which`, which takes 1.2 times the time, and 1.4 times that of a small one.
struct RootOfSquares: Elementwise {
  var body: ScalarOp { .sqrt }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* which(y .== 0, 0, 0.5 / y)
  }
}

/// Not `power(x, 1 / 3)`, which is 1.5 ulp off, instead of 0.7, and takes seven times the time.
struct Cbrt: Elementwise {
  var body: ScalarOp { .cbrt }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* reciprocal(3 * square(y)) }
}

/// Not `exp(y * log(x))`, which is 117 ulp off, instead of 0.5.
struct Power: Elementwise {
  var body: ScalarOp { .power }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    // x ** 0 is constant: the first factor is 0 there. So is 0 ** p for p that are not negative.
    i == 0
      ? g .* (x[1] .* power(x[0], x[1] - 1))
      : g .* (y .* log(which((x[0] .== 0) .& (x[1] .>= 0), 1, x[0])))
  }
}

/// Not `sqrt(square(x) + square(y))`, which is infinite from 2e19 on in float32.
struct Hypot: Elementwise {
  var body: ScalarOp { .hypot }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* which(y .== 0, 0, x[i] / y) }
}

/// e to the power of each element.
public func exp(_ x: NDArray) -> NDArray { Exp()(x) }

/// 2 to the power of each element.
public func exp2(_ x: NDArray) -> NDArray { Exp2()(x) }

/// exp(x) - 1, accurate near 0.
public func expm1(_ x: NDArray) -> NDArray { Expm1()(x) }

/// The natural logarithm.
public func log(_ x: NDArray) -> NDArray { Log()(x) }

/// The logarithm to base 2.
public func log2(_ x: NDArray) -> NDArray { Log2()(x) }

/// The logarithm to base 10.
public func log10(_ x: NDArray) -> NDArray { Log10()(x) }

/// log(1 + x), accurate near 0.
public func log1p(_ x: NDArray) -> NDArray { Log1p()(x) }

/// log(exp(x) + exp(y)) without overflow.
public func logaddexp(_ x: NDArray, _ y: NDArray) -> NDArray { Logaddexp()(x, y) }
public func logaddexp(_ x: NDArray, _ y: some NDArrayScalar) -> NDArray { Logaddexp()(x, y) }
public func logaddexp(_ x: some NDArrayScalar, _ y: NDArray) -> NDArray { Logaddexp()(x, y) }

/// The square root. The gradient at 0 is infinite, unless the incoming gradient is 0.
public func sqrt(_ x: NDArray) -> NDArray { Sqrt()(x) }

/// The cube root.
public func cbrt(_ x: NDArray) -> NDArray { Cbrt()(x) }

/// x to the power y, elementwise; integers stay integers. The gradient of `x ** 0` is 0, at 0 too.
public func power(_ x: NDArray, _ y: NDArray) -> NDArray { Power()(x, y) }
public func power(_ x: NDArray, _ y: some NDArrayScalar) -> NDArray {
  // A square takes a tenth of the time, with the gradient.
  let isSquare = y.elementAsDouble == 2 && (x.dtype.isFloatingPoint || !type(of: y).dtype.isFloatingPoint)
  return isSquare ? square(x) : Power()(x, y)
}
public func power(_ x: some NDArrayScalar, _ y: NDArray) -> NDArray { Power()(x, y) }

/// sqrt(x² + y²) without overflow. The gradient at (0, 0) is 0.
public func hypot(_ x: NDArray, _ y: NDArray) -> NDArray { Hypot()(x, y) }
public func hypot(_ x: NDArray, _ y: some NDArrayScalar) -> NDArray { Hypot()(x, y) }
public func hypot(_ x: some NDArrayScalar, _ y: NDArray) -> NDArray { Hypot()(x, y) }
