import CKernels

/// The largest element of each window; at a tie the gradient goes to the first. Padding never is the largest, and is at
/// most half of the kernel.
public func maxPool2d(
  _ x: NDArray, kernel: (Int, Int), stride: (Int, Int)? = nil, pad: (Int, Int) = (0, 0)
) -> NDArray {
  guard let windows = Windows(pooling: x, kernel, stride ?? kernel, pad, "maxPool2d") else { return x }
  let x = x.converted(to: x.floatingType)
  return PoolLargest(windows: windows).callAsFunction(x, keys: x)
}

/// The mean of each window; the padding counts as zeros, or not at all, and is at most half of the kernel.
public func avgPool2d(
  _ x: NDArray, kernel: (Int, Int), stride: (Int, Int)? = nil, pad: (Int, Int) = (0, 0), countIncludePad: Bool = true
) -> NDArray {
  guard let windows = Windows(pooling: x, kernel, stride ?? kernel, pad, "avgPool2d") else { return x }
  let sum = PoolSum(windows: windows)
  return x.inFloats { x in
    if countIncludePad || pad == (0, 0) { return sum(x) * (1 / Double(kernel.0 * kernel.1)) }
    return sum(x) / sum(.ones([1, 1, windows.height, windows.width], dtype: x.dtype))
  }
}

/// Of each window the value where the largest key is: linear in the values, constant in the keys. For the maximum the
/// keys are the values. Inputs: values, keys.
///
/// Not `maximum` of slices, which takes three times the time for windows of 2 × 2.
private struct PoolLargest: Custom {
  let windows: Windows

  func callAsFunction(_ x: NDArray, keys: NDArray) -> NDArray {
    apply(self, Inputs(x.node, keys.node), shape: windows.results(like: x.shape), dtype: x.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? PoolReturn(windows: windows).callAsFunction(g, keys: x[1]) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    windows.forEachChunk(output) { pool, images, results, count in
      ag_pool_select(&pool, count, inputs[1].base + images, inputs[0].base + images, output.base + results)
    }
  }
}

/// The adjoint: each value back to where its window's largest key is. Inputs: values, keys.
private struct PoolReturn: Custom {
  let windows: Windows

  func callAsFunction(_ g: NDArray, keys: NDArray) -> NDArray {
    apply(self, Inputs(g.node, keys.node), shape: keys.shape, dtype: g.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    i == 0 ? PoolLargest(windows: windows).callAsFunction(g, keys: x[1]) : nil
  }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    windows.forEachChunk(inputs[0]) { pool, images, results, count in
      ag_pool_return(&pool, count, inputs[1].base + images, inputs[0].base + results, output.base + images)
    }
  }
}

/// The sum of each window; the padding counts as zeros.
///
/// Not `conv2d` with equal kernels, which takes five times the time for windows of 2 × 2.
private struct PoolSum: Custom {
  let windows: Windows

  func callAsFunction(_ x: NDArray) -> NDArray {
    apply(self, Inputs(x.node), shape: windows.results(like: x.shape), dtype: x.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { PoolSpread(windows: windows)(g) }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    windows.forEachChunk(output) { pool, images, results, count in
      ag_pool_sum(&pool, count, inputs[0].base + images, output.base + results)
    }
  }
}

/// The adjoint: to each pixel the sum of the windows that it is in.
private struct PoolSpread: Custom {
  let windows: Windows

  func callAsFunction(_ g: NDArray) -> NDArray {
    apply(self, Inputs(g.node), shape: [g.shape[0], g.shape[1], windows.height, windows.width], dtype: g.dtype)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? { PoolSum(windows: windows)(g) }
  var linearity: Linearity { .jointly(0..<1) }
  func batched(_ x: Batch) -> NDArray? { x.mergedIntoFirstAxis(self) }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    windows.forEachChunk(inputs[0]) { pool, images, results, count in
      ag_pool_spread(&pool, count, inputs[0].base + results, output.base + images)
    }
  }
}

extension Windows {
  /// Windows that all have a part of the image; an error where they do not.
  fileprivate init?(pooling x: NDArray, _ kernel: (Int, Int), _ stride: (Int, Int), _ pad: (Int, Int), _ name: String) {
    self.init(on: x, kernel, stride, pad, (1, 1), name)
    guard pad.0 <= kernel.0 / 2, pad.1 <= kernel.1 / 2 else {
      report(.value("\(name): the padding \(pad) is more than half of the kernel \(kernel)"))
      return nil
    }
  }

  /// The shape of one result for each window.
  func results(like shape: Shape) -> Shape { [shape[0], shape[1], rows, columns] }

  /// Calls `body` for some planes at a time: where they start in the images and in the results, in bytes, and how many
  /// there are.
  fileprivate func forEachChunk(
    _ results: ArrayView, _ body: (inout ag_pool, _ images: Int, _ results: Int, _ count: Int64) -> Void
  ) {
    let (image, result) = (height * width, rows * columns)
    let size = results.dtype.size
    let pool = ag_pool(
      height: Int64(height), width: Int64(width), rows: Int64(rows), columns: Int64(columns),
      kernel: (Int64(kernel[0]), Int64(kernel[1])), stride: (Int64(stride[0]), Int64(stride[1])),
      pad: (Int64(pad[0]), Int64(pad[1])), doubles: results.dtype == .float64)
    Parallel.forEachChunk(results.shape[0] * results.shape[1], of: max(1, 32768 / max(image, 1))) { planes in
      var pool = pool
      body(
        &pool, planes.lowerBound * image * size, planes.lowerBound * result * size, Int64(planes.count))
    }
  }
}
