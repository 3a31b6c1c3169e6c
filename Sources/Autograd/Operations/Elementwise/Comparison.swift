import CKernels

/// Comparisons and tests give bools and have no derivative.
struct Comparison: Elementwise {
  let body: ScalarOp
  var name: String { String(cString: ag_op_name(body)) }
  var typing: Typing { .predicate }
}

infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence
infix operator .^ : LogicalDisjunctionPrecedence
prefix operator .!

extension NDArray {
  /// Elementwise equality.
  public static func .== (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .equal)(x, y) }
  public static func .== (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .equal)(x, y) }

  /// Elementwise inequality.
  public static func .!= (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .notEqual)(x, y) }
  public static func .!= (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .notEqual)(x, y) }

  /// Elementwise order.
  public static func .< (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .less)(x, y) }
  public static func .< (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .less)(x, y) }
  public static func .<= (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .lessEqual)(x, y) }
  public static func .<= (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .lessEqual)(x, y) }
  public static func .> (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .greater)(x, y) }
  public static func .> (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .greater)(x, y) }
  public static func .>= (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .greaterEqual)(x, y) }
  public static func .>= (x: NDArray, y: some NDArrayScalar) -> NDArray { Comparison(body: .greaterEqual)(x, y) }

  /// Elementwise logic; an element is true unless it is 0.
  public static func .& (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .logicalAnd)(x, y) }
  public static func .| (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .logicalOr)(x, y) }
  public static func .^ (x: NDArray, y: NDArray) -> NDArray { Comparison(body: .logicalXor)(x, y) }
  public static prefix func .! (x: NDArray) -> NDArray { Comparison(body: .logicalNot)(x) }
}

/// Elementwise logic by name: the functions of `.&`, `.|`, `.^` and `.!`.
public func logicalAnd(_ x: NDArray, _ y: NDArray) -> NDArray { x .& y }
public func logicalOr(_ x: NDArray, _ y: NDArray) -> NDArray { x .| y }
public func logicalXor(_ x: NDArray, _ y: NDArray) -> NDArray { x .^ y }
public func logicalNot(_ x: NDArray) -> NDArray { .!x }

/// Whether each element is NaN.
public func isnan(_ x: NDArray) -> NDArray { Comparison(body: .isNaN)(x) }

/// Whether each element is infinite.
public func isinf(_ x: NDArray) -> NDArray { Comparison(body: .isInf)(x) }

/// Whether each element is neither infinite nor NaN.
public func isfinite(_ x: NDArray) -> NDArray { Comparison(body: .isFinite)(x) }

// Comparing single elements gives a Bool, so that `while abs(b).sum() < 1000` reads as written.
extension NDArray {
  /// Whether the single element of `x` is less than that of `y`; arrays of more elements are an error.
  public static func < (x: NDArray, y: NDArray) -> Bool { decide(x, y, "<") { $0 < $1 } }
  public static func < (x: NDArray, y: some NDArrayScalar) -> Bool { x < NDArray(y, as: .float64) }
  public static func <= (x: NDArray, y: NDArray) -> Bool { decide(x, y, "<=") { $0 <= $1 } }
  public static func <= (x: NDArray, y: some NDArrayScalar) -> Bool { x <= NDArray(y, as: .float64) }
  public static func > (x: NDArray, y: NDArray) -> Bool { decide(x, y, ">") { $0 > $1 } }
  public static func > (x: NDArray, y: some NDArrayScalar) -> Bool { x > NDArray(y, as: .float64) }
  public static func >= (x: NDArray, y: NDArray) -> Bool { decide(x, y, ">=") { $0 >= $1 } }
  public static func >= (x: NDArray, y: some NDArrayScalar) -> Bool { x >= NDArray(y, as: .float64) }

  private static func decide(
    _ x: NDArray, _ y: NDArray, _ name: String, _ compare: (Double, Double) -> Bool
  ) -> Bool {
    guard x.elementCount == 1, y.elementCount == 1 else {
      report(
        .shape(
          "\(name): the shapes \(x.shape) and \(y.shape) have no single truth value. "
            + "Compare elementwise with .\(name) and reduce with any() or all()."))
      return false
    }
    return !hasFailed && compare(x.item(), y.item())
  }
}

extension NDArray: Equatable {
  /// Whether shapes and all elements are equal; NaN equals nothing.
  public static func == (x: NDArray, y: NDArray) -> Bool {
    guard x.shape == y.shape, !hasFailed else { return false }
    return pause { (x .== y).all() }.item(as: Bool.self)
  }
}
