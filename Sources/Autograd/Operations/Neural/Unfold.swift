/// Where the windows of a convolution or of a pooling lie on images of (height, width).
struct Windows: Hashable, Sendable {
  let height: Int
  let width: Int
  let kernel: [Int]
  let stride: [Int]
  let pad: [Int]
  let dilation: [Int]

  var rows: Int { count(height, 0) }
  var columns: Int { count(width, 1) }

  private func count(_ extent: Int, _ k: Int) -> Int {
    let span = extent + 2 * pad[k] - dilation[k] * (kernel[k] - 1) - 1
    return span < 0 ? 0 : span / stride[k] + 1
  }

  /// Calls `body` with each row of a window's elements: where it starts in the image, and the range of windows that
  /// have it inside.
  func forEachLine(
    _ body: (_ element: Int, _ row: Int, _ imageRow: Int, _ imageColumn: Int, _ inside: Range<Int>) -> Void
  ) {
    for i in 0..<kernel[0] {
      for j in 0..<kernel[1] {
        let offset = j * dilation[1] - pad[1]
        let first = offset >= 0 ? 0 : (-offset + stride[1] - 1) / stride[1]
        let end = offset >= width ? 0 : min(columns, (width - 1 - offset) / stride[1] + 1)
        for row in 0..<rows {
          let imageRow = row * stride[0] + i * dilation[0] - pad[0]
          let inside = imageRow >= 0 && imageRow < height && first < end ? first..<end : 0..<0
          body(i * kernel[1] + j, row, imageRow, offset, inside)
        }
      }
    }
  }
}

/// Each window of each image as a column: (images, height, width) to (images, elements, windows); 0 outside.
struct Unfold: Custom {
  let windows: Windows

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { Fold.apply(g, windows) }

  static func apply(_ x: NDArray, _ w: Windows) -> NDArray {
    let shape: Shape = [x.shape[0], w.kernel[0] * w.kernel[1], w.rows * w.columns]
    return Autograd.apply(Unfold(windows: w), Inputs(x.node), shape: shape, dtype: x.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    if output.dtype == .float64 { run(inputs[0], output, Double.self) } else { run(inputs[0], output, Float.self) }
  }

  private func run<T: BinaryFloatingPoint>(_ x: ArrayView, _ output: ArrayView, _ type: T.Type) {
    let w = windows
    let (source, target) = (x.pointer(T.self), output.pointer(T.self))
    let (image, unfolded) = (w.height * w.width, output.shape[1] * output.shape[2])
    Parallel.forEachChunk(x.shape[0], of: max(1, 65536 / max(1, unfolded))) { range in
      for n in range {
        w.forEachLine { element, row, imageRow, offset, inside in
          let line = target + n * unfolded + element * w.rows * w.columns + row * w.columns
          line.update(repeating: 0, count: w.columns)
          let from = source + n * image + imageRow * w.width + offset
          for k in inside { line[k] = from[k * w.stride[1]] }
        }
      }
    }
  }
}

/// The adjoint of `Unfold`: each pixel is the sum of the elements that were read from it.
struct Fold: Custom {
  let windows: Windows

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { Unfold.apply(g, windows) }

  static func apply(_ x: NDArray, _ w: Windows) -> NDArray {
    Autograd.apply(Fold(windows: w), Inputs(x.node), shape: [x.shape[0], w.height, w.width], dtype: x.dtype)
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    if output.dtype == .float64 { run(inputs[0], output, Double.self) } else { run(inputs[0], output, Float.self) }
  }

  private func run<T: BinaryFloatingPoint>(_ x: ArrayView, _ output: ArrayView, _ type: T.Type) {
    let w = windows
    let (source, target) = (x.pointer(T.self), output.pointer(T.self))
    let (image, unfolded) = (w.height * w.width, x.shape[1] * x.shape[2])
    Parallel.forEachChunk(x.shape[0], of: max(1, 65536 / max(1, unfolded))) { range in
      (target + range.lowerBound * image).update(repeating: 0, count: range.count * image)
      for n in range {
        w.forEachLine { element, row, imageRow, offset, inside in
          let line = source + n * unfolded + element * w.rows * w.columns + row * w.columns
          let to = target + n * image + imageRow * w.width + offset
          for k in inside { to[k * w.stride[1]] += line[k] }
        }
      }
    }
  }
}
