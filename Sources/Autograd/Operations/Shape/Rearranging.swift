extension NDArray {
  /// The elements in reverse order along the axes, all of them without an argument.
  public func flipped(axis axes: Axes? = nil) -> NDArray {
    guard let set = resolve(axes, rank: rank, "flipped") else { return self }
    var starts = InlineInts(repeating: 0, count: rank)
    var steps = InlineInts(repeating: 1, count: rank)
    for axis in set { (starts[axis], steps[axis]) = (Swift.max(shape[axis] - 1, 0), -1) }
    return sliced(Slice(starts: starts, steps: steps), shape: shape)
  }

  /// The array turned by `times` right angles in the plane of two axes, from the first axis towards the second.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]]).rotated90()  // array([[2., 4.], [1., 3.]])
  /// ```
  public func rotated90(_ times: Int = 1, axes: (Int, Int) = (0, 1)) -> NDArray {
    guard let set = resolve(Axes([axes.0, axes.1]), rank: rank, "rotated90"), set.count == 2 else { return self }
    switch (times % 4 + 4) % 4 {
    case 1: return flipped(axis: Axes(axes.1)).swappedAxes(axes.0, axes.1)
    case 2: return flipped(axis: [axes.0, axes.1])
    case 3: return swappedAxes(axes.0, axes.1).flipped(axis: Axes(axes.1))
    default: return unchanged
    }
  }

  /// The elements moved on by `shift` along an axis, or in the flattened array; those that fall off come in again.
  public func rolled(_ shift: Int, axis: Int? = nil) -> NDArray {
    guard let axis else { return reshaped([elementCount]).rolled(shift, axis: 0).reshaped(to: shape) }
    guard let axis = resolve(axis, rank: rank, "rolled"), shape[axis] > 0 else { return self }
    let cut = (shape[axis] - shift % shape[axis]) % shape[axis]
    return cut == 0 ? unchanged : concatenate(split(at: [cut], axis: axis).reversed(), axis: axis)
  }

  /// The array repeated as a whole, `reps[k]` times along axis `k`; more counts than axes add leading axes.
  public func tiled(_ reps: [Int]) -> NDArray {
    let count = Swift.max(reps.count, rank)
    guard reps.allSatisfy({ $0 >= 0 }), 2 * count <= InlineInts.capacity || count == rank else {
      report(.value("tiled: the counts \(reps) must not be negative, nor make more than \(InlineInts.capacity) axes"))
      return self
    }
    let padded = Array(repeating: 1, count: count - rank) + Array(shape)
    let counts = Array(repeating: 1, count: count - reps.count) + reps
    return counts.indices.reduce(reshaped(padded)) { $1 < counts.count ? $0.repeatedAsWhole(counts[$1], axis: $1) : $0 }
  }

  private func repeatedAsWhole(_ times: Int, axis: Int) -> NDArray {
    times == 1 ? self : spread(times, axis: axis, newAxis: axis)
  }

  /// Each element repeated `times` times along an axis, or in the flattened array.
  public func repeated(_ times: Int, axis: Int? = nil) -> NDArray {
    guard times >= 0 else {
      report(.value("repeated: the count is \(times); it must not be negative"))
      return self
    }
    guard let axis else { return reshaped([elementCount]).repeated(times, axis: 0) }
    guard let axis = resolve(axis, rank: rank, "repeated") else { return self }
    return spread(times, axis: axis, newAxis: axis + 1)
  }

  /// Broadcasts along a new axis and joins it with `axis`.
  private func spread(_ times: Int, axis: Int, newAxis: Int) -> NDArray {
    // Other axes are joined meanwhile, so that there is room for the new one.
    let before = shape[..<axis].reduce(1, *)
    let after = shape[(axis + 1)...].reduce(1, *)
    let isWhole = newAxis == axis
    let matrix = reshaped(isWhole ? [before, 1, shape[axis], after] : [before, shape[axis], 1, after])
    let wide = matrix.broadcast(
      unchecked: isWhole ? [before, times, shape[axis], after] : [before, shape[axis], times, after])
    var extents = Array(shape)
    extents[axis] *= times
    return wide.reshaped(extents)
  }

  /// The array with `widths[k]` elements of `value` before and after along axis `k`.
  public func padded(_ widths: [(Int, Int)], value: Double = 0) -> NDArray {
    guard widths.count == rank, widths.allSatisfy({ $0.0 >= 0 && $0.1 >= 0 }) else {
      report(.value("padded: the widths \(widths) must be one pair of non-negative counts for each axis of \(shape)"))
      return self
    }
    let slice = Slice(starts: InlineInts(widths.map(\.0)), steps: InlineInts(repeating: 1, count: rank))
    let shape = Shape(zip(self.shape, widths).map { $0 + $1.0 + $1.1 })
    if value == 0 { return placed(in: shape, slice) }
    return Overwrite(slice: slice)(.full(shape, value, dtype: dtype), self)
  }

  /// The elements on and below the `k`-th diagonal of the last two axes, zeros above.
  public func tril(_ k: Int = 0) -> NDArray { triangle("tril") { $0 .>= $1 - k } }

  /// The elements on and above the `k`-th diagonal of the last two axes, zeros below.
  public func triu(_ k: Int = 0) -> NDArray { triangle("triu") { $0 .<= $1 - k } }

  private func triangle(_ name: String, _ isKept: (NDArray, NDArray) -> NDArray) -> NDArray {
    guard rank >= 2 else {
      report(.rank("\(name): an array of shape \(shape) is no matrix"))
      return self
    }
    let rows = NDArray.arange(shape[rank - 2], dtype: .int64).expandedDims(1)
    return which(isKept(rows, NDArray.arange(shape[rank - 1], dtype: .int64)), self, NDArray(0, as: dtype))
  }

  /// The `k`-th diagonal of a matrix, or the matrix with this vector on its `k`-th diagonal.
  public func diag(_ k: Int = 0) -> NDArray {
    switch rank {
    case 1:
      let size = elementCount + Swift.abs(k)
      return placed(in: [size * size], Self.diagonal(k, columns: size)).reshaped([size, size])
    case 2: return diagonal(k)
    default:
      report(.rank("diag: an array of shape \(shape) is neither a vector nor a matrix"))
      return self
    }
  }

  /// The sum of the `offset`-th diagonal of the first two axes.
  public func trace(offset: Int = 0) -> NDArray {
    guard rank >= 2 else {
      report(.rank("trace: an array of shape \(shape) is no matrix"))
      return .placeholder(.scalar, dtype)
    }
    return diagonal(offset).sum(axis: 0)
  }

  /// The `k`-th diagonal of the first two axes, as the first axis.
  func diagonal(_ k: Int) -> NDArray {
    let (rows, columns) = (shape[0], shape[1])
    let count = Swift.max(0, Swift.min(rows + Swift.min(k, 0), columns - Swift.max(k, 0)))
    let rest = Array(shape[2...])
    let inner = rest.reduce(1, *)
    let line = Self.diagonal(k, columns: columns)
    let slice = Slice(starts: [line.starts[0], 0], steps: [line.steps[0], 1])
    return reshaped([rows * columns, inner]).sliced(slice, shape: [count, inner]).reshaped([count] + rest)
  }

  /// A diagonal as a slice of the flattened matrix.
  private static func diagonal(_ k: Int, columns: Int) -> Slice {
    Slice(starts: [k >= 0 ? k : -k * columns], steps: [columns + 1])
  }
}
