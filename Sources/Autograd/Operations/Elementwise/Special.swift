import CKernels

struct Lgamma: Elementwise {
  var body: ScalarOp { .lgamma }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* digamma(x[0]) }
}

/// Inputs: the order, in which there is no derivative, and the argument.
struct Polygamma: Elementwise {
  var body: ScalarOp { .polygamma }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 1 ? g .* Polygamma()(x[0] + 1, x[1]) : nil
  }
}

/// log |Γ(x)|, the logarithm of the gamma function: of an integer n, log (n - 1)!.
///
/// ```swift
/// lgamma(NDArray([1, 3, 5]))  // array([0.       , 0.6931472, 3.1780539])
/// ```
public func lgamma(_ x: NDArray) -> NDArray { Lgamma()(x) }

/// The derivative of ``lgamma(_:)``; NaN at negative integers.
public func digamma(_ x: NDArray) -> NDArray { polygamma(0, x) }

/// The derivative of order `n` of ``digamma(_:)``; a negative order is an error.
///
/// ```swift
/// polygamma(1, NDArray([1, 2]))  // array([1.644934  , 0.64493406])
/// ```
public func polygamma(_ n: Int, _ x: NDArray) -> NDArray {
  guard n >= 0 else {
    report(.value("polygamma: the order \(n) is negative; it is 0 for digamma, 1 for its derivative"))
    return .placeholder(x.shape, x.floatingType)
  }
  return Polygamma()(Double(n), x)
}

/// sin(πx) / (πx), and 1 at 0.
///
/// Near 0 it is computed by a series, which has the right derivatives of orders up to 24 there.
///
/// ```swift
/// sinc(NDArray([0, 0.5]))  // array([1.        , 0.63661975])
/// ```
public func sinc(_ x: NDArray) -> NDArray {
  let angle = Double.pi * x
  let z = square(angle)
  let series = stride(from: 24, to: 0, by: -2).reduce(1 + 0 * z) { 1 - z * $0 / Double($1 * ($1 + 1)) }
  let isSmall = abs(angle) .< 1
  let large = which(isSmall, 1, angle)
  return which(isSmall, series, sin(large) / large)
}

/// x · log(y), and 0 where x is 0, unless y is NaN.
///
/// ```swift
/// xlogy(NDArray([0, 2]), NDArray([0, 1]))  // array([0., 0.])
/// ```
public func xlogy(_ x: NDArray, _ y: NDArray) -> NDArray { which(isnan(y), y, x .* log(y)) }

/// log(x / (1 - x)), the inverse of ``sigmoid(_:)``.
public func logit(_ x: NDArray) -> NDArray { log(x) - log1p(-x) }

struct Erfinv: Elementwise {
  var body: ScalarOp { .erfinv }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    g .* (0.886226925452758 * exp(square(y)))  // sqrt(pi) / 2
  }
}

/// The inverse of ``erf(_:)``: infinite at -1 and 1, NaN beyond.
public func erfinv(_ x: NDArray) -> NDArray { Erfinv()(x) }
