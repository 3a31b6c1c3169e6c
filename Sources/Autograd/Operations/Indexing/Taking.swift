extension NDArray {
  /// The elements at the positions along an axis, or of the flattened array; negative ones count from the end.
  ///
  /// ```swift
  /// NDArray([5, 6, 7]).take(NDArray([2, 0], dtype: .int64))  // array([7., 5.])
  /// ```
  public func take(_ positions: NDArray, axis: Int? = nil) -> NDArray {
    guard let axis else { return reshaped([elementCount]).take(positions, axis: 0) }
    guard let axis = resolve(axis, rank: rank, "take") else { return self }
    guard let positions = positions.asPositions(extent: shape[axis], axis, "take") else { return self }
    let items = (0..<rank).map { $0 == axis ? IndexItem.array(positions) : .slice(start: nil, stop: nil, step: 1) }
    return self[items as [any ArrayIndex]]
  }

  /// For each position along an axis the element there: the shapes agree on the other axes, or broadcast.
  public func takeAlongAxis(_ positions: NDArray, axis: Int) -> NDArray {
    guard let axis = resolve(axis, rank: rank, "takeAlongAxis") else { return self }
    guard positions.rank == rank else {
      report(
        .shape(
          "takeAlongAxis: the positions have the shape \(positions.shape), the array \(shape); expected equal ranks"))
      return self
    }
    guard let along = positions.asPositions(extent: shape[axis], axis, "takeAlongAxis") else { return self }
    let items = (0..<rank).map { k in
      IndexItem.array(k == axis ? along : .positions(shape[k], along: k, of: rank))
    }
    return self[items as [any ArrayIndex]]
  }

  /// 0, 1, 2 ... along one axis.
  private static func positions(_ count: Int, along axis: Int, of rank: Int) -> NDArray {
    NDArray.arange(count, dtype: .int64).reshaped(to: Shape((0..<rank).map { $0 == axis ? count : 1 }))
  }
}

/// For each label a row of zeros with a one at the label; float32.
public func oneHot(_ labels: NDArray, depth: Int) -> NDArray {
  guard labels.areIndices(below: depth, "oneHot") else {
    return .placeholder(Shape(Array(labels.shape) + [Swift.max(depth, 0)]), .float32)
  }
  return (labels.expandedDims(-1) .== NDArray.arange(depth, dtype: labels.dtype)).astype(.float32)
}

/// The rows of a table, of shape (count, width), at the ids: shape (..., width).
public func embedding(_ ids: NDArray, _ table: NDArray) -> NDArray {
  guard table.rank == 2 else {
    report(.shape("embedding: the table has the shape \(table.shape); expected (count, width)"))
    return table
  }
  guard ids.areIndices(below: table.shape[0], "embedding") else { return table }
  return table.take(ids, axis: 0)
}
