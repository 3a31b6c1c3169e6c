#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension NDArray {
  /// An array of one value with the shape and type of this array.
  public func fullLike(_ value: some NDArrayScalar) -> NDArray { .full(shape, value, dtype: dtype) }

  /// `count` powers of `base`, their exponents at equal distances from `start` to `stop`, both included.
  ///
  /// ```swift
  /// NDArray.logspace(0, 3, count: 4)  // array([   1.,   10.,  100., 1000.])
  /// ```
  public static func logspace(
    _ start: Double, _ stop: Double, count: Int, base: Double = 10, dtype: DType = .float32
  ) -> NDArray {
    guard count >= 0 else {
      report(.value("logspace: count is \(count); it must not be negative"))
      return .zeros([0], dtype: dtype)
    }
    let exponents = linspace(start, stop, count: count, dtype: .float64).scalars(as: Double.self)
    return NDArray(exponents.map { pow(base, $0) }, shape: [count], dtype: dtype)
  }

  /// `count` numbers with equal quotients from `start` to `stop`, both included, which must have one sign.
  ///
  /// ```swift
  /// NDArray.geomspace(1, 8, count: 4)  // array([1., 2., 4., 8.])
  /// ```
  public static func geomspace(_ start: Double, _ stop: Double, count: Int, dtype: DType = .float32) -> NDArray {
    guard count >= 0, start * stop > 0 || (start / stop).isFinite && start / stop > 0 else {
      report(
        .value(
          "geomspace: \(count) numbers from \(start) to \(stop); the count must not be negative, and the ends must "
            + "both be positive or both negative"))
      return .zeros([Swift.max(count, 0)], dtype: dtype)
    }
    let exponents = linspace(log2(start.magnitude), log2(stop.magnitude), count: count, dtype: .float64)
    var elements = exponents.scalars(as: Double.self).map { start < 0 ? -exp2($0) : exp2($0) }
    // The ends are exact.
    if count > 0 { elements[0] = start }
    if count > 1 { elements[count - 1] = stop }
    return NDArray(elements, shape: [count], dtype: dtype)
  }
}

/// The order of the axes of a ``meshgrid(_:indexing:)``.
public enum GridIndexing: Sendable {
  /// The first array runs along the columns, the second along the rows, as on a drawing of x and y.
  case xy
  /// Array `k` runs along axis `k`.
  case ij
}

/// The coordinates of the points of a grid: for each array one with the shape of the grid, in which its elements run
/// along its axis.
///
/// ```swift
/// let grid = meshgrid([NDArray.arange(3), NDArray.arange(2)])
/// grid[0]  // array([[0., 1., 2.], [0., 1., 2.]])
/// grid[1]  // array([[0., 0., 0.], [1., 1., 1.]])
/// ```
public func meshgrid(_ arrays: [NDArray], indexing: GridIndexing = .xy) -> [NDArray] {
  let rank = arrays.count
  guard rank <= InlineInts.capacity else {
    report(.rank("meshgrid: \(rank) arrays make as many axes; at most \(InlineInts.capacity) are possible"))
    return arrays
  }
  let axes = arrays.indices.map { indexing == .xy && rank > 1 && $0 < 2 ? 1 - $0 : $0 }
  let shape = Shape(axes.map { arrays[$0].elementCount })
  return zip(arrays, axes).map { array, axis in
    array.reshaped(axes.indices.map { $0 == axis ? array.elementCount : 1 }).broadcast(unchecked: shape)
  }
}
