extension NDArray {
  /// The positions of the elements that are not 0, in row-major order: for each axis a vector; int64.
  ///
  /// ```swift
  /// NDArray([[0, 5], [7, 0]]).nonzero()[1]  // array([1, 0], dtype=int64)
  /// ```
  public func nonzero() -> [NDArray] {
    guard rank > 0 else {
      report(.rank("nonzero: a scalar has no axis. Use reshaped([1]) first."))
      return []
    }
    return detached().converted(to: .bool).positionsOfTrue()
  }

  /// The positions of the elements that are not 0, each as a row of a matrix; int64.
  ///
  /// ```swift
  /// NDArray([[0, 5], [7, 0]]).argwhere()  // array([[0, 1], [1, 0]], dtype=int64)
  /// ```
  public func argwhere() -> NDArray {
    let positions = nonzero()
    return positions.isEmpty ? .placeholder([0, 0], .int64) : stack(positions, axis: 1)
  }

  /// How many elements over the axes are not 0; int64.
  ///
  /// ```swift
  /// NDArray([[0, 5], [7, 1]]).countNonzero(axis: 1)  // array([1, 2], dtype=int64)
  /// ```
  public func countNonzero(axis: Axes? = nil, keepDims: Bool = false) -> NDArray {
    (detached() .!= 0).sum(axis: axis, keepDims: keepDims)
  }
}

/// How often each of 0, 1, 2 ... stands in a vector of integers, up to the largest, or for `minLength` numbers if these
/// are more; int64. With weights the sum of those of each number, differentiable.
///
/// ```swift
/// bincount(NDArray([0, 2, 2], dtype: .int64))  // array([1, 0, 2], dtype=int64)
/// ```
public func bincount(_ x: NDArray, weights: NDArray? = nil, minLength: Int = 0) -> NDArray {
  let dtype = weights?.floatingType ?? .int64
  guard x.rank == 1, weights.map({ $0.shape == x.shape }) ?? true, minLength >= 0 else {
    report(
      .shape(
        "bincount: the numbers have the shape \(x.shape)\(weights.map { ", the weights \($0.shape)" } ?? ""), "
          + "minLength is \(minLength); expected a vector, weights of its shape, and a length that is not negative"))
    return .placeholder([Swift.max(minLength, 0)], dtype)
  }
  let largest = pause { x.elementCount == 0 ? -1 : x.max().item(as: Int.self) }
  let length = Swift.max(minLength, largest + 1)
  guard x.areIndices(below: length, "bincount") else { return .placeholder([length], dtype) }
  return total(at: x, of: weights, length)
}

/// The weights, 1 without them, summed up at their positions, which are in range; in double precision.
private func total(at positions: NDArray, of weights: NDArray?, _ length: Int) -> NDArray {
  let count = positions.elementCount
  let rows = weights?.converted(to: .float64).reshaped([count, 1]) ?? .ones([count, 1], dtype: .int64)
  let sums = rows.scatterAdded(at: positions.astype(.int64), rows: length).reshaped([length])
  return weights.map { sums.converted(to: $0.floatingType) } ?? sums
}

/// How many elements lie in each of `bins` equal intervals of a range, from the least to the largest unless told
/// otherwise; and the edges of the intervals. The last interval contains both its edges.
///
/// The counts are int64; with weights, their sums, differentiable; with `density` such that the integral over the range
/// is 1. Elements outside the range do not count.
///
/// ```swift
/// let (counts, edges) = histogram(NDArray([0, 1, 1, 4]), bins: 2)
/// counts  // array([3, 1], dtype=int64)
/// edges  // array([0., 2., 4.])
/// ```
public func histogram(
  _ x: NDArray, bins: Int = 10, range: ClosedRange<Double>? = nil, weights: NDArray? = nil, density: Bool = false
) -> (counts: NDArray, edges: NDArray) {
  let dtype = x.floatingType
  guard bins > 0 else {
    report(.value("histogram: \(bins) bins; there must be at least one"))
    return (.placeholder([1], .int64), .placeholder([2], dtype))
  }
  let (low, high) = range.map { ($0.lowerBound, $0.upperBound) } ?? pause { x.extremes }
  guard (high - low).isFinite else {
    report(.value("histogram: the range from \(low) to \(high) is not finite. Give a range."))
    return (.placeholder([bins], .int64), .placeholder([bins + 1], dtype))
  }
  let margin = low == high ? 0.5 : 0
  let edges = NDArray.linspace(low - margin, high + margin, count: bins + 1, dtype: dtype)
  return histogram(x, edges: edges, weights: weights, density: density)
}

/// How many elements lie in the intervals between `edges`, which ascend.
public func histogram(
  _ x: NDArray, edges: NDArray, weights: NDArray? = nil, density: Bool = false
) -> (counts: NDArray, edges: NDArray) {
  let bins = edges.elementCount - 1
  guard edges.rank == 1, bins > 0, weights.map({ $0.shape == x.shape }) ?? true else {
    report(
      .shape(
        "histogram: the array has the shape \(x.shape), the edges \(edges.shape)"
          + "\(weights.map { ", the weights \($0.shape)" } ?? ""); expected a vector of two edges or more, and weights "
          + "of the array's shape"))
    return (.placeholder([Swift.max(bins, 1)], .int64), edges)
  }
  guard pause({ (edges[1...] .>= edges[..<bins]).all() }).item(as: Bool.self) else {
    report(.value("histogram: the edges \(edges) do not ascend"))
    return (.placeholder([bins], .int64), edges)
  }
  let (flat, isInside) = pause(trainMode: isTraining) {
    let flat = x.detached().reshaped([x.elementCount])
    return (flat, (flat .>= edges[0]) .& (flat .<= edges[bins]))
  }
  let positions = minimum(searchsorted(edges, flat[isInside], side: .right) - 1, bins - 1)
  let kept = weights.map { $0.reshaped([x.elementCount])[isInside] }
  let counts = total(at: positions, of: kept, bins)
  return (density ? counts / counts.sum() / edges.diff() : counts, edges)
}

extension NDArray {
  /// The least and the largest element; 0 and 1 of none.
  fileprivate var extremes: (Double, Double) {
    elementCount == 0 ? (0, 1) : (self.min().item(), self.max().item())
  }
}
