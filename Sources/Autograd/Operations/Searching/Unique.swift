extension NDArray {
  /// The different elements in ascending order; for each the position of its first occurrence in the flattened array,
  /// and its number of occurrences; and for each element of this array its position among the different ones.
  ///
  /// All NaN count as one. The values are differentiable, the other arrays int64.
  ///
  /// ```swift
  /// let (values, indices, inverse, counts) = NDArray([3, 1, 3]).unique()
  /// values  // array([1., 3.])
  /// indices  // array([1, 0], dtype=int64)
  /// inverse  // array([1, 0, 1], dtype=int64)
  /// counts  // array([1, 2], dtype=int64)
  /// ```
  public func unique() -> (values: NDArray, indices: NDArray, inverse: NDArray, counts: NDArray) {
    let flat = reshaped([elementCount])
    let (indices, inverse, counts) = pause(trainMode: isTraining) { flat.detached().groups() }
    return (flat.take(indices), indices, inverse.reshaped(to: shape), counts)
  }

  /// The groups of equal elements of a vector, in ascending order.
  private func groups() -> (first: NDArray, ofEach: NDArray, counts: NDArray) {
    let order = argsorted()
    let sorted = take(order)
    let (before, after) = (sorted[..<Swift.max(elementCount - 1, 0)], sorted[1...])
    let isSame = (before .== after) .| (isnan(before) .& isnan(after))
    let isFirst = concatenate([NDArray.ones([Swift.min(elementCount, 1)], dtype: .bool), .!isSame])
    let starts = isFirst.nonzero()[0]
    let counts = concatenate([starts, .full([1], elementCount, dtype: .int64)]).diff()
    let groups = (isFirst.cumsum() - 1).reshaped([elementCount, 1]).scatterAdded(at: order, rows: elementCount)
    return (order.take(starts), groups.reshaped([elementCount]), counts)
  }
}
