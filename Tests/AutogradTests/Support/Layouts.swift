@testable import Autograd

/// The same values in every layout that an array can have.
enum Layouts {
  static func all(of x: NDArray) -> [(name: String, array: NDArray)] {
    var result = [("contiguous", x)]
    if x.rank >= 2 { result.append(("transposed", transposed(x))) }
    if x.rank >= 1 {
      result.append(("reversed", reversed(x)))
      result.append(("strided", strided(x, from: 0, step: 2)))
      result.append(("offset", strided(x, from: 1, step: 1)))
    }
    return result
  }

  /// The first part along each axis, in the place of all others: elements that are stored once and read many times.
  static func repeated(_ x: NDArray) -> [(name: String, array: NDArray)] {
    (0..<x.rank).map { axis in
      ("repeated along axis \(axis)", x.split(at: [1], axis: axis)[0].broadcast(to: x.shape))
    }
  }

  /// Stored with the axes in reverse order.
  private static func transposed(_ x: NDArray) -> NDArray {
    NDArray(x.transposed().scalars(as: Double.self), shape: x.transposed().shape).astype(x.dtype).transposed()
  }

  /// Stored from the last element to the first.
  private static func reversed(_ x: NDArray) -> NDArray {
    let stored = NDArray(Array(x.scalars(as: Double.self).reversed()), shape: x.shape).astype(x.dtype)
    let starts = InlineInts(x.shape.map { Swift.max(0, $0 - 1) })
    return stored.sliced(Slice(starts: starts, steps: InlineInts(repeating: -1, count: x.rank)), shape: x.shape)
  }

  /// Every `step`-th element of a larger array along each axis.
  private static func strided(_ x: NDArray, from start: Int, step: Int) -> NDArray {
    let slice = Slice(
      starts: InlineInts(repeating: start, count: x.rank), steps: InlineInts(repeating: step, count: x.rank))
    return x.placed(in: Shape(x.shape.map { start + step * $0 }), slice).sliced(slice, shape: x.shape)
  }
}

extension NDArray {
  /// The same values, row-major in memory of their own.
  func copyOfValues() -> NDArray { NDArray(scalars(as: Double.self), shape: shape, dtype: dtype) }
}

/// Runs `body` with all but single elements lazy, so that it is scheduled and fused.
func fused<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Execution.withImmediateLimit(1, body)
}

/// Runs `body` one operation at a time.
func unfused<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Execution.withImmediateLimit(.max, body)
}

/// Whether shapes are equal and all elements within the tolerance, NaN equalling NaN.
func isClose(_ a: NDArray, _ b: NDArray, relative: Double = 1e-5, absolute: Double = 1e-6) -> Bool {
  guard a.shape == b.shape else { return false }
  return zip(a.scalars(as: Double.self), b.scalars(as: Double.self)).allSatisfy { x, y in
    x == y || (x.isNaN && y.isNaN) || Swift.abs(x - y) <= absolute + relative * Swift.abs(y)
  }
}
