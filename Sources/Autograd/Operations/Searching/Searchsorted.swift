/// On which side of equal elements a value belongs.
public enum SearchSide: Sendable {
  /// Before them.
  case left
  /// After them.
  case right
}

/// The positions of values among sorted elements, by halving; NaN is after all others.
///
/// Not comparing all with all and counting, which takes the product of the lengths.
struct Searchsorted: ElementKernel {
  let side: SearchSide

  /// Among the same sorted elements the values of all examples are so many more.
  func batched(_ x: Batch) -> NDArray? { x.isBatched[0] ? nil : x.apply(self, x.inputs) }

  func run<T: KernelElement>(_ inputs: [ArrayView], into output: ArrayView, _ type: T.Type) {
    let (sorted, values) = (inputs[0].pointer(T.self), inputs[1].pointer(T.self))
    let (count, positions) = (inputs[0].shape.elementCount, output.pointer(Int64.self))
    Parallel.forEachChunk(output.shape.elementCount, of: 1 << 14) { range in
      for i in range {
        var (low, high) = (0, count)
        while low < high {
          let middle = (low + high) / 2
          let isBefore =
            side == .left ? T.precedes(sorted[middle], values[i]) : !T.precedes(values[i], sorted[middle])
          if isBefore { low = middle + 1 } else { high = middle }
        }
        positions[i] = Int64(low)
      }
    }
  }
}

/// The positions at which values would be inserted into a vector in ascending order; int64, with the shape of `values`.
///
/// ```swift
/// searchsorted(NDArray([1, 2, 2, 3]), NDArray([2, 5]))  // array([1, 4], dtype=int64)
/// searchsorted(NDArray([1, 2, 2, 3]), NDArray([2, 5]), side: .right)  // array([3, 4], dtype=int64)
/// ```
public func searchsorted(_ sorted: NDArray, _ values: NDArray, side: SearchSide = .left) -> NDArray {
  guard sorted.rank == 1 else {
    report(.rank("searchsorted: the sorted array has the shape \(sorted.shape); expected a vector"))
    return .placeholder(values.shape, .int64)
  }
  let promoted = DType.promoted(sorted.dtype, values.dtype)
  // float32 does not hold all integers.
  let dtype = sorted.dtype.isFloatingPoint == values.dtype.isFloatingPoint ? promoted : .float64
  return pause(trainMode: isTraining) {
    let (a, v) = (sorted.detached().converted(to: dtype), values.detached().converted(to: dtype))
    return apply(Searchsorted(side: side), Inputs(a.node, v.node), shape: v.shape, dtype: .int64)
  }
}

/// Whether each element of `x` is one of those of `values`; NaN is none of any.
///
/// ```swift
/// isin(NDArray([1, 2, 3]), NDArray([3, 1]))  // array([ True, False,  True])
/// ```
public func isin(_ x: NDArray, _ values: NDArray) -> NDArray {
  guard values.elementCount > 0 else { return .zeros(x.shape, dtype: .bool) }
  return pause(trainMode: isTraining) {
    let sorted = values.detached().reshaped([values.elementCount]).sorted()
    let position = minimum(searchsorted(sorted, x), values.elementCount - 1)
    return sorted.take(position) .== x
  }
}
