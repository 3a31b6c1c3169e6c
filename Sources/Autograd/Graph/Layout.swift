/// Where the elements of an array are in its storage: strides and offset, in elements.
struct Layout: Sendable, Hashable {
  var strides: InlineInts
  var offset: Int
  /// Row-major without gaps.
  var isContiguous: Bool

  /// Of an array without a value.
  init() {
    strides = InlineInts()
    offset = 0
    isContiguous = false
  }

  init(contiguous shape: Shape, offset: Int = 0) {
    strides = shape.contiguousStrides
    self.offset = offset
    isContiguous = true
  }

  init(strides: InlineInts, offset: Int, shape: Shape) {
    self.strides = strides
    self.offset = offset
    isContiguous = Self.isContiguous(strides, shape)
  }

  private static func isContiguous(_ strides: InlineInts, _ shape: Shape) -> Bool {
    var step = 1
    var i = shape.rank - 1
    while i >= 0 {
      if shape[i] != 1 {
        if strides[i] != step { return shape.elementCount == 0 }
        step *= shape[i]
      }
      i -= 1
    }
    return true
  }

  /// The strides with which an array of `shape` is read as one of `target`, which it broadcasts to.
  func broadcastStrides(from shape: Shape, to target: Shape) -> InlineInts {
    var result = InlineInts(repeating: 0, count: target.rank)
    let lead = target.rank - shape.rank
    for i in 0..<shape.rank where shape[i] != 1 { result[lead + i] = strides[i] }
    return result
  }

  /// The layout of the same elements as an array of another shape, in row-major order;
  /// `nil` if they cannot be read so without a copy.
  func reshaped(from shape: Shape, to target: Shape) -> Layout? {
    if isContiguous { return Layout(contiguous: target, offset: offset) }
    var strides = InlineInts(repeating: 0, count: target.rank)
    for (old, new) in Self.matchingGroups(shape, target) {
      guard var step = commonStride(of: old, shape) else { return nil }
      for axis in new.reversed() {
        strides[axis] = step
        step *= target[axis]
      }
    }
    return Layout(strides: strides, offset: offset, shape: target)
  }

  /// The smallest groups of neighbouring axes of two shapes that hold equally many elements.
  private static func matchingGroups(_ shape: Shape, _ target: Shape) -> [(old: Range<Int>, new: Range<Int>)] {
    var groups: [(old: Range<Int>, new: Range<Int>)] = []
    var (i, j) = (0, 0)
    while i < shape.rank, j < target.rank {
      let (firstOld, firstNew) = (i, j)
      var (oldCount, newCount) = (shape[i], target[j])
      (i, j) = (i + 1, j + 1)
      while oldCount != newCount {
        if oldCount < newCount {
          oldCount *= shape[i]
          i += 1
        } else {
          newCount *= target[j]
          j += 1
        }
      }
      groups.append((firstOld..<i, firstNew..<j))
    }
    groups.append((i..<shape.rank, j..<target.rank))  // what is left has extent 1
    return groups
  }

  /// The stride of some axes read as one; `nil` if they do not follow one another without gaps.
  private func commonStride(of axes: Range<Int>, _ shape: Shape) -> Int? {
    var inner: Int?
    var expected = 0
    for axis in axes.reversed() where shape[axis] != 1 {
      if inner != nil, strides[axis] != expected { return nil }
      inner = inner ?? strides[axis]
      expected = strides[axis] * shape[axis]
    }
    return inner ?? 0
  }
}
