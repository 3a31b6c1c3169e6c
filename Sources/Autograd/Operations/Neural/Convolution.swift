import CKernels

/// The convolution (cross-correlation) of images with kernels, over height and width.
///
/// `x` has the shape (batch, channels, height, width), `w` (outputs, channels / groups, height, width) and `bias`
/// (outputs); the extents of kernels, strides, pads and dilations are (vertical, horizontal).
///
/// ```swift
/// conv2d(NDArray.ones([1, 1, 4, 4]), NDArray.ones([2, 1, 3, 3])).shape  // (1, 2, 2, 2)
/// ```
public func conv2d(
  _ x: NDArray, _ w: NDArray, _ bias: NDArray? = nil, stride: (Int, Int) = (1, 1), pad: (Int, Int) = (0, 0),
  dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> NDArray {
  guard x.rank == 4, w.rank == 4, groups > 0, x.shape[1] == w.shape[1] * groups, w.shape[0] % groups == 0,
    bias.map({ $0.shape == Shape([w.shape[0]]) }) ?? true
  else {
    report(
      .shape(
        "conv2d: images of shape \(x.shape), kernels \(w.shape), bias \(bias.map { "\($0.shape)" } ?? "none"), "
          + "\(groups) groups; expected (batch, channels, height, width), (outputs, channels / groups, height, width) "
          + "and (outputs,)"))
    return x
  }
  guard let windows = Windows(on: x, (w.shape[2], w.shape[3]), stride, pad, dilation, "conv2d") else { return x }
  return x.inFloats(with: [w, bias].compactMap { $0 }) { images in
    let convolution = Convolution(windows: windows, groups: groups, part: .results)
    let y = convolution(images, w.converted(to: images.dtype))
    return bias.map { y + $0.reshaped(to: [w.shape[0], 1, 1]) } ?? y
  }
}

/// One part of the sum of results · images · kernels, which is linear in each: what it is multiplied by to give the
/// sum.
///
/// So the results are the convolution, the images and the kernels what it passes back to them, and the derivatives of
/// any part are the other two. The inputs are the two others, in the order results, images, kernels.
struct Convolution: Custom {
  enum Part { case results, images, kernels }

  let windows: Windows
  let groups: Int
  let part: Part

  func callAsFunction(_ a: NDArray, _ b: NDArray) -> NDArray {
    apply(self, Inputs(a.node, b.node), shape: shape(a.shape, b.shape), dtype: a.dtype)
  }

  private func shape(_ a: Shape, _ b: Shape) -> Shape {
    switch part {
    case .results: [a[0], b[0], windows.rows, windows.columns]
    case .images: [a[0], b[1] * groups, windows.height, windows.width]
    case .kernels: [a[1], b[1] / groups, windows.kernel[0], windows.kernel[1]]
    }
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    switch (part, i) {
    case (.results, 0): other(.images)(g, x[1])
    case (.results, _): other(.kernels)(g, x[0])
    case (.images, 0): other(.results)(g, x[1])
    case (.images, _): other(.kernels)(x[0], g)
    case (.kernels, 0): other(.results)(x[1], g)
    case (.kernels, _): other(.images)(x[0], g)
    }
  }

  var linearity: Linearity { .separately }
  func batched(_ x: Batch) -> NDArray? {
    // With the same kernels for all, the examples make a larger batch of images.
    guard part != .kernels, !x.isBatched[1] else { return nil }
    return self(x.inputs[0].mergingFirstAxes, x.inputs[1]).reshaped(to: x.batchShape)
  }

  private func other(_ part: Part) -> Convolution { Convolution(windows: windows, groups: groups, part: part) }

  /// Each part multiplies each result, of one image, with all kernels of its output channel.
  func arithmetic(_ inputs: Inputs, _ shape: Shape) -> Int {
    let kernels = part == .kernels ? shape : inputs[1].shape
    let images = (part == .kernels ? inputs[1].shape : shape)[0]
    return 2 * images * windows.rows * windows.columns * kernels.elementCount
  }

  func execute(_ inputs: [ArrayView], into output: ArrayView) {
    guard output.shape.elementCount > 0 else { return }
    guard inputs.allSatisfy({ $0.shape.elementCount > 0 }) else { return output.fillWithZeros() }
    switch part {
    case .results: convolve(inputs[0], inputs[1], forward(inputs[0], inputs[1], output.dtype), output)
    case .images: convolve(inputs[0], inputs[1], backward(inputs[0], inputs[1], output.dtype), output, flipped: true)
    case .kernels: sumKernels(inputs[0], inputs[1], output)
    }
  }
}

// How the kernels in C are called. A matrix of patches and a matrix product took twice as long, most of it for writing
// and reading the patches.
extension Convolution {
  private func forward(_ x: ArrayView, _ w: ArrayView, _ dtype: DType) -> ag_conv {
    ag_conv(
      channels: Int64(w.shape[1]), height: Int64(windows.height), width: Int64(windows.width),
      outputs: Int64(w.shape[0] / groups), rows: Int64(windows.rows), columns: Int64(windows.columns),
      kernel: pair(windows.kernel), stride: pair(windows.stride), pad: pair(windows.pad),
      dilation: pair(windows.dilation), spacing: (1, 1), doubles: dtype == .float64)
  }

  /// The images from the results: these lie `stride` apart, and the kernels are flipped.
  private func backward(_ g: ArrayView, _ w: ArrayView, _ dtype: DType) -> ag_conv {
    let pad = (0..<2).map { windows.dilation[$0] * (windows.kernel[$0] - 1) - windows.pad[$0] }
    return ag_conv(
      channels: Int64(w.shape[0] / groups), height: Int64(windows.rows), width: Int64(windows.columns),
      outputs: Int64(w.shape[1]), rows: Int64(windows.height), columns: Int64(windows.width),
      kernel: pair(windows.kernel), stride: (1, 1), pad: pair(pad), dilation: pair(windows.dilation),
      spacing: pair(windows.stride), doubles: dtype == .float64)
  }

  private func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values[1])) }

  /// One image of one group at a time.
  private func convolve(
    _ x: ArrayView, _ w: ArrayView, _ c: ag_conv, _ output: ArrayView, flipped: Bool = false
  ) {
    var c = c
    let size = output.dtype.size
    let kernels = w.shape.elementCount / groups * size
    let packedBytes = Int(ag_conv_packed_bytes(&c))
    let packed = Storage.allocate(byteCount: groups * packedBytes)
    for group in 0..<groups {
      ag_conv_pack(&c, flipped, w.base + group * kernels, packed.address + group * packedBytes)
    }
    let count = x.shape[0] * groups
    let (image, result) = (x.shape.elementCount / count * size, output.shape.elementCount / count * size)
    withExtendedLifetime(packed) {
      Parallel.forEachChunk(count, of: max(1, min(count / 16, (1 << 20) / max(1, image + result)))) { range in
        var c = c
        let scratch = Storage.allocate(byteCount: Int(ag_conv_scratch_bytes(&c, 1)))
        for n in range {
          ag_conv_image(
            &c, x.base + n * image, packed.address + n % groups * packedBytes, scratch.address,
            output.base + n * result)
        }
        withExtendedLifetime(scratch) {}
      }
    }
  }

  /// A fixed number of parts of the batch, which are then added up in order.
  private func sumKernels(_ g: ArrayView, _ x: ArrayView, _ output: ArrayView) {
    var c = forward(x, output, output.dtype)
    let (size, batch) = (output.dtype.size, x.shape[0])
    let kernels = output.shape.elementCount / groups
    let parts = max(1, min(16, batch, (1 << 22) / (groups * kernels)))
    let partials = Storage.allocate(byteCount: parts * groups * kernels * size)
    // As many images at a time as stay in the second-level cache.
    let together = max(1, (512 << 10) / Int(ag_conv_scratch_bytes(&c, 1)))
    let (image, result) = (x.shape.elementCount / batch, g.shape.elementCount / batch)
    Parallel.forEach(parts * groups) { task in
      var c = c
      let (part, group) = (task / groups, task % groups)
      let partial = partials.address + task * kernels * size
      partial.initializeMemory(as: UInt8.self, repeating: 0, count: kernels * size)
      let scratch = Storage.allocate(byteCount: Int(ag_conv_scratch_bytes(&c, Int64(together))))
      let range = batch * part / parts..<batch * (part + 1) / parts
      for first in stride(from: range.lowerBound, to: range.upperBound, by: together) {
        ag_conv_kernels(
          &c, Int64(min(together, range.upperBound - first)),
          x.base + (first * image + group * image / groups) * size, Int64(image),
          g.base + (first * result + group * result / groups) * size, Int64(result), scratch.address, partial)
      }
      withExtendedLifetime(scratch) {}
    }
    withExtendedLifetime(partials) {
      for part in 0..<parts {
        output.write(
          ArrayView(
            base: partials.address + part * groups * kernels * size, shape: output.shape, strides: output.strides,
            dtype: output.dtype), adding: part > 0)
      }
    }
  }
}
