/// The means of windows of images (batch, channels, height, width) that make a result of this height and width.
///
/// Of n elements along an axis the i-th of m windows holds those from ⌊i n / m⌋ to below ⌈(i + 1) n / m⌉: equally many
/// if m divides n. A size of (1, 1) is the mean of each channel.
///
/// ```swift
/// adaptiveAvgPool2d(NDArray.ones([2, 8, 7, 5]), size: (3, 3)).shape  // (2, 8, 3, 3)
/// ```
public func adaptiveAvgPool2d(_ x: NDArray, size: (Int, Int)) -> NDArray {
  adaptivePool("adaptiveAvgPool2d", x, rank: 4, [size.0, size.1]) { $0.means }
}

/// The largest elements of windows of images, as in `adaptiveAvgPool2d`; at a tie the gradient goes to the first.
public func adaptiveMaxPool2d(_ x: NDArray, size: (Int, Int)) -> NDArray {
  adaptivePool("adaptiveMaxPool2d", x, rank: 4, [size.0, size.1]) { $0.largest }
}

/// The means of windows of sequences (batch, channels, length), as in `adaptiveAvgPool2d`.
public func adaptiveAvgPool1d(_ x: NDArray, size: Int) -> NDArray {
  adaptivePool("adaptiveAvgPool1d", x, rank: 3, [size]) { $0.means }
}

/// The largest elements of windows of sequences (batch, channels, length), as in `adaptiveMaxPool2d`.
public func adaptiveMaxPool1d(_ x: NDArray, size: Int) -> NDArray {
  adaptivePool("adaptiveMaxPool1d", x, rank: 3, [size]) { $0.largest }
}

/// Pools the last axes one after the other.
private func adaptivePool(
  _ operation: String, _ x: NDArray, rank: Int, _ sizes: [Int], _ pool: (AdaptiveWindows) -> NDArray
) -> NDArray {
  guard x.rank == rank, zip(x.shape.suffix(sizes.count), sizes).allSatisfy({ $0 > 0 && $1 > 0 }) else {
    report(
      .shape(
        "\(operation): a result of \(sizes) of an array of shape \(x.shape); expected \(rank) axes, of which the last "
          + "and their results are not empty"))
    return x
  }
  let first = rank - sizes.count
  return x.inFloats { x in
    sizes.indices.reduce(x) { y, k in pool(AdaptiveWindows(of: y, axis: first + k, count: sizes[k])) }
  }
}

/// Windows along an axis, which becomes two: the windows, and the elements of each.
private struct AdaptiveWindows {
  private let elements: NDArray
  private let axis: Int
  private let extents: [Int]

  init(of x: NDArray, axis: Int, count: Int) {
    let extent = x.shape[axis]
    let starts = (0..<count).map { $0 * extent / count }
    let extents = (0..<count).map { (($0 + 1) * extent + count - 1) / count - starts[$0] }
    let longest = extents.max()!
    // Shorter windows repeat their last element.
    let positions = NDArray([count, longest], dtype: .int64) { i in
      starts[i / longest] + Swift.min(i % longest, extents[i / longest] - 1)
    }
    elements = x.take(positions, axis: axis)
    self.axis = axis
    self.extents = extents
  }

  var means: NDArray {
    let after = Array(repeating: 1, count: elements.rank - axis - 2)
    let longest = elements.shape[axis + 1]
    let isOwn = NDArray(Shape([extents.count, longest] + after), dtype: .bool) { i in
      let (window, element) = (i / longest, i % longest)
      return element < extents[window]
    }
    let counts = NDArray(Shape([extents.count] + after), dtype: elements.dtype) { extents[$0] }
    return which(isOwn, elements, 0).sum(axis: Axes(axis + 1)) / counts
  }

  var largest: NDArray {
    let positions = elements.argmax(axis: axis + 1, keepDims: true)
    return elements.takeAlongAxis(positions, axis: axis + 1).squeezed(axis: Axes(axis + 1))
  }
}
