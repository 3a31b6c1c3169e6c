import CKernels

struct Add: Elementwise {
  var body: ScalarOp { .add }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g }
}

/// Not `x + (-y)`, which takes 1.2 times the time of a small one.
struct Subtract: Elementwise {
  var body: ScalarOp { .subtract }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { i == 0 ? g : -g }
}

struct Multiply: Elementwise {
  var body: ScalarOp { .multiply }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* x[1 - i] }
}

/// Not `x * reciprocal(y)`, which is 1.4 ulp off, instead of 0.5.
struct Divide: Elementwise {
  var body: ScalarOp { .divide }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i == 1 else { return g .* reciprocal(x[1]) }
    // A divisor of several elements is left outside of their sum.
    return -(x[1].elementCount < y.elementCount ? g .* y .* reciprocal(x[1]) : g .* (y / x[1]))
  }
}

/// Not `-1 * x`, which takes 1.2 times the time.
struct Negative: Elementwise {
  var body: ScalarOp { .negative }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { -g }
}

/// Floor division has no derivative: it is constant almost everywhere.
///
/// Not `floor(x / y)`, which of 1 and 0.1 is 10, and not 9, and rounds large integers.
struct FloorDivide: Elementwise {
  var body: ScalarOp { .floorDivide }
  var typing: Typing { .arithmetic }
}

/// Not `x - floorDivide(x, y) * y`, which is rounded twice; this is exact.
struct Mod: Elementwise {
  var body: ScalarOp { .mod }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? g : -(g .* floorDivide(x[0], x[1]))
  }
}

/// The product of an incoming gradient and a local derivative: 0 where either is 0, even if the other is infinite or
/// NaN. It is what keeps NaN out of the gradients of masked branches, of every order.
///
/// Not `which(g .== 0, 0, g * x)`, which takes 1.4 times the time of a small one, and 1.2 times that of a large one.
struct MaskedMultiply: Elementwise {
  var name: String { "multiply" }
  var body: ScalarOp { .maskedMultiply }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* x[1 - i] }
}

infix operator .* : MultiplicationPrecedence

extension NDArray {
  static func .* (gradient: NDArray, derivative: NDArray) -> NDArray {
    gradient.keeps(derivative) ? derivative : MaskedMultiply()(gradient, derivative)
  }

  /// Whether the product with this gradient changes nothing, as with the ones that a sum begins with: a pass over
  /// memory less. To find that out of a small array would take as long as the product.
  private func keeps(_ derivative: NDArray) -> Bool {
    derivative.elementCount >= 1024 && shape == derivative.shape && dtype == derivative.dtype && isOnes
      && !derivative.node.isTracked && !derivative.node.isFreed
  }
}

/// Not `maximum(x, -x)`, which takes 1.5 times the time.
struct Abs: Elementwise {
  var body: ScalarOp { .abs }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* sign(x[0]) }
}

/// Not two of `which`, which take three times the time.
struct Sign: Elementwise {
  var body: ScalarOp { .sign }
  var typing: Typing { .arithmetic }
}

/// Not `x * x`, which takes 1.2 times the time.
struct Square: Elementwise {
  var body: ScalarOp { .square }
  var typing: Typing { .arithmetic }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { g .* (2 * x[0]) }
}

/// Not `1 / x`, which takes 1.2 times the time.
struct Reciprocal: Elementwise {
  var body: ScalarOp { .reciprocal }
  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { -(g .* square(y)) }
}

extension NDArray {
  /// The elementwise sum, with broadcasting.
  public static func + (x: NDArray, y: NDArray) -> NDArray { Add()(x, y) }
  public static func + (x: NDArray, y: some NDArrayScalar) -> NDArray { Add()(x, y) }
  public static func + (x: some NDArrayScalar, y: NDArray) -> NDArray { Add()(x, y) }

  /// The elementwise difference, with broadcasting.
  public static func - (x: NDArray, y: NDArray) -> NDArray { Subtract()(x, y) }
  public static func - (x: NDArray, y: some NDArrayScalar) -> NDArray { Subtract()(x, y) }
  public static func - (x: some NDArrayScalar, y: NDArray) -> NDArray { Subtract()(x, y) }

  /// The elementwise product, with broadcasting.
  public static func * (x: NDArray, y: NDArray) -> NDArray { Multiply()(x, y) }
  public static func * (x: NDArray, y: some NDArrayScalar) -> NDArray { Multiply()(x, y) }
  public static func * (x: some NDArrayScalar, y: NDArray) -> NDArray { Multiply()(x, y) }

  /// The elementwise quotient, with broadcasting; of integers float32.
  public static func / (x: NDArray, y: NDArray) -> NDArray { Divide()(x, y) }
  public static func / (x: NDArray, y: some NDArrayScalar) -> NDArray { Divide()(x, y) }
  public static func / (x: some NDArrayScalar, y: NDArray) -> NDArray { Divide()(x, y) }

  /// The elementwise remainder with the sign of the divisor, as in Python.
  public static func % (x: NDArray, y: NDArray) -> NDArray { Mod()(x, y) }
  public static func % (x: NDArray, y: some NDArrayScalar) -> NDArray { Mod()(x, y) }
  public static func % (x: some NDArrayScalar, y: NDArray) -> NDArray { Mod()(x, y) }

  /// The negated elements.
  public static prefix func - (x: NDArray) -> NDArray { Negative()(x) }
  public static prefix func + (x: NDArray) -> NDArray { x }
}

/// The elementwise quotient rounded down, as Python's `//`.
public func floorDivide(_ x: NDArray, _ y: NDArray) -> NDArray { FloorDivide()(x, y) }
public func floorDivide(_ x: NDArray, _ y: some NDArrayScalar) -> NDArray { FloorDivide()(x, y) }
public func floorDivide(_ x: some NDArrayScalar, _ y: NDArray) -> NDArray { FloorDivide()(x, y) }

/// The elementwise remainder with the sign of the divisor: the function of the operator `%`.
public func mod(_ x: NDArray, _ y: NDArray) -> NDArray { Mod()(x, y) }
public func mod(_ x: NDArray, _ y: some NDArrayScalar) -> NDArray { Mod()(x, y) }
public func mod(_ x: some NDArrayScalar, _ y: NDArray) -> NDArray { Mod()(x, y) }

/// The absolute values. The gradient at 0 is 0.
public func abs(_ x: NDArray) -> NDArray { Abs()(x) }

/// -1, 0 or 1 by the sign of each element; NaN for NaN.
public func sign(_ x: NDArray) -> NDArray { Sign()(x) }

/// The elementwise square.
public func square(_ x: NDArray) -> NDArray { Square()(x) }

/// 1 / x, elementwise.
public func reciprocal(_ x: NDArray) -> NDArray { Reciprocal()(x) }
