/// The transposed convolution: what `conv2d` with the same kernels passes back to its images, as in a decoder that makes
/// them larger.
///
/// `x` has the shape (batch, inputs, height, width), `w` (inputs, outputs / groups, height, width) and `bias` (outputs).
/// An extent n becomes (n - 1) stride - 2 pad + dilation (kernel - 1) + 1 + outputPad: `outputPad`, less than the stride,
/// chooses among the extents of which the convolution makes n.
///
/// ```swift
/// convTranspose2d(NDArray.ones([1, 2, 4, 4]), NDArray.ones([2, 3, 2, 2]), stride: (2, 2)).shape  // (1, 3, 8, 8)
/// ```
public func convTranspose2d(
  _ x: NDArray, _ w: NDArray, _ bias: NDArray? = nil, stride: (Int, Int) = (1, 1), pad: (Int, Int) = (0, 0),
  outputPad: (Int, Int) = (0, 0), dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> NDArray {
  guard x.rank == 4, w.rank == 4, groups > 0, x.shape[1] == w.shape[0], w.shape[0] % groups == 0 else {
    report(
      .shape(
        "convTranspose2d: images of shape \(x.shape), kernels \(w.shape), \(groups) groups; expected (batch, inputs, "
          + "height, width) and (inputs, outputs / groups, height, width)"))
    return x
  }
  let axes = [
    TransposedAxis(x.shape[2], kernel: w.shape[2], stride.0, pad.0, outputPad.0, dilation.0),
    TransposedAxis(x.shape[3], kernel: w.shape[3], stride.1, pad.1, outputPad.1, dilation.1),
  ]
  guard axes.allSatisfy(\.isValid) else {
    report(
      .value(
        "convTranspose2d: images of shape \(x.shape), kernels \(w.shape), stride \(stride), pad \(pad), outputPad "
          + "\(outputPad), dilation \(dilation); expected a positive stride and dilation, an outputPad from 0 to below "
          + "the stride, and a pad of at least 0 that leaves a result"))
    return x
  }
  // The images, with zeros between the pixels and around them, meet the kernels from the other side.
  let slice = Slice(starts: InlineInts([0, 0] + axes.map(\.margin)), steps: [1, 1, stride.0, stride.1])
  let spaced = x.placed(in: Shape([x.shape[0], x.shape[1]] + axes.map(\.spacedExtent)), slice)
  let parts = w.reshaped(to: Shape([groups, w.shape[0] / groups] + w.shape.dropFirst()))
  let kernels = parts.swappedAxes(1, 2).reshaped(
    to: [groups * w.shape[1], w.shape[0] / groups, w.shape[2], w.shape[3]])
  let y = conv2d(spaced, kernels.flipped(axis: [2, 3]), bias, dilation: dilation, groups: groups)
  return y[.ellipsis, axes[0].kept, axes[1].kept]
}

/// The transposed convolution of sequences (batch, inputs, length), as `convTranspose2d`.
public func convTranspose1d(
  _ x: NDArray, _ w: NDArray, _ bias: NDArray? = nil, stride: Int = 1, pad: Int = 0, outputPad: Int = 0,
  dilation: Int = 1, groups: Int = 1
) -> NDArray {
  onImages("convTranspose1d", x, w) { x, w in
    convTranspose2d(
      x, w, bias, stride: (1, stride), pad: (0, pad), outputPad: (0, outputPad), dilation: (1, dilation),
      groups: groups)
  }
}

/// Extents along one axis.
private struct TransposedAxis {
  private let extent, kernel, stride, pad, outputPad, dilation: Int

  init(_ extent: Int, kernel: Int, _ stride: Int, _ pad: Int, _ outputPad: Int, _ dilation: Int) {
    (self.extent, self.kernel, self.stride) = (extent, kernel, stride)
    (self.pad, self.outputPad, self.dilation) = (pad, outputPad, dilation)
  }

  /// How far a kernel reaches.
  var margin: Int { dilation * (kernel - 1) }
  var spacedExtent: Int { (extent - 1) * stride + 1 + 2 * margin + outputPad }
  private var result: Int { spacedExtent - margin - 2 * pad }
  var kept: Range<Int> { pad..<(pad + result) }
  var isValid: Bool {
    extent > 0 && kernel > 0 && stride > 0 && dilation > 0 && pad >= 0 && (0..<stride).contains(outputPad) && result > 0
  }
}
