import CKernels

/// An operation that applies one scalar function to each element; its inputs broadcast.
protocol Elementwise: Operation {
  var body: ScalarOp { get }
  var typing: Typing { get }
}

/// The types an elementwise operation works on and gives.
enum Typing {
  /// The promoted type of the operands; int32 for bools.
  case arithmetic
  /// The promoted type, made floating-point.
  case floating
  /// The promoted type.
  case any
  /// The promoted type; the result is bool.
  case predicate

  @inline(__always)
  func operand(_ dtype: DType) -> DType {
    switch self {
    case .arithmetic: dtype == .bool ? .int32 : dtype
    case .floating: dtype.isFloatingPoint ? dtype : .float32
    case .any, .predicate: dtype
    }
  }

  @inline(__always)
  func result(_ operand: DType) -> DType { self == .predicate ? .bool : operand }
}

extension Elementwise {
  var kernel: Kernel { .map(body) }
  var typing: Typing { .floating }

  func callAsFunction(_ x: NDArray) -> NDArray {
    let dtype = typing.operand(x.dtype)
    guard x.dtype == dtype else { return self(x.astype(dtype)) }
    return map(self, body, x.node, shape: x.shape, dtype: typing.result(dtype))
  }

  func callAsFunction(_ x: NDArray, _ y: NDArray) -> NDArray {
    let dtype = typing.operand(.promoted(x.dtype, y.dtype))
    guard x.dtype == dtype, y.dtype == dtype else { return self(x.converted(to: dtype), y.converted(to: dtype)) }
    guard let shape = Shape.broadcast(x.shape, y.shape) else { return mismatch(x, y) }
    return map(self, body, x.node, y.node, shape: shape, dtype: typing.result(dtype))
  }

  /// A Swift number takes the array's type, unless it is of a richer kind: an integer array times 1.5 is float32.
  func callAsFunction<S: NDArrayScalar>(_ x: NDArray, _ y: S) -> NDArray {
    self(x, NDArray(weak: y, beside: x.dtype, typing))
  }

  func callAsFunction<S: NDArrayScalar>(_ x: S, _ y: NDArray) -> NDArray {
    self(NDArray(weak: x, beside: y.dtype, typing), y)
  }

  private func mismatch(_ x: NDArray, _ y: NDArray) -> NDArray {
    report(
      .shape(
        "\(name): the shapes \(x.shape) and \(y.shape) do not broadcast: aligned at the last axis, extents must be "
          + "equal or 1. Reshape one of them, or insert an axis with expandedDims(_:)."))
    return .placeholder(x.elementCount >= y.elementCount ? x.shape : y.shape, typing.result(x.dtype))
  }
}

extension NDArray {
  /// What `body` makes of the elements in the floating-point type of the result with others, so that nothing is rounded
  /// to less on the way: float16 is computed with in float32, so that sums do not overflow, and rounded once.
  func inFloats(with others: [NDArray] = [], _ body: (NDArray) -> NDArray) -> NDArray {
    let dtype = others.reduce(floatingType) { .promoted($0, $1.dtype) }
    return body(converted(to: dtype.computing)).converted(to: dtype)
  }

  /// What a failed operation returns inside `recovering`.
  static func placeholder(_ shape: Shape, _ dtype: DType) -> NDArray {
    zeros(shape, dtype: dtype)
  }

  init<S: NDArrayScalar>(weak scalar: S, beside dtype: DType, _ typing: Typing) {
    let kind = S.dtype
    let joint = dtype.absorbsScalar(ofKind: kind) ? dtype : kind.isFloatingPoint ? .float32 : .int32
    self.init(Numbers.node(scalar, as: typing.operand(joint)))
  }
}
