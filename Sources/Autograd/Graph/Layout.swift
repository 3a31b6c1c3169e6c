/// Where the elements of an array are in its storage: strides and offset, in elements.
struct Layout: Sendable, Hashable {
  var strides: InlineInts
  var offset: Int
  /// Row-major without gaps.
  var isContiguous: Bool

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
    var i = 0  // axis of shape
    var j = 0  // axis of target
    while i < shape.rank || j < target.rank {
      // The smallest groups of axes with equal products.
      var from = i
      var product = 1
      var targetProduct = 1
      let firstTarget = j
      if i < shape.rank { product = shape[i]; i += 1 }
      if j < target.rank { targetProduct = target[j]; j += 1 }
      while product != targetProduct {
        if product < targetProduct {
          guard i < shape.rank else { return nil }
          product *= shape[i]
          i += 1
        } else {
          guard j < target.rank else { return nil }
          targetProduct *= target[j]
          j += 1
        }
      }
      // Within the group the old axes must follow one another without gaps.
      while from < i, shape[from] == 1 { from += 1 }
      var last = from
      var next = from + 1
      while next < i {
        if shape[next] != 1 {
          guard self.strides[last] == self.strides[next] * shape[next] else { return nil }
          last = next
        }
        next += 1
      }
      var step = from < i ? self.strides[last] : 0
      var axis = j - 1
      while axis >= firstTarget {
        strides[axis] = step
        step *= target[axis]
        axis -= 1
      }
    }
    return Layout(strides: strides, offset: offset, shape: target)
  }
}
