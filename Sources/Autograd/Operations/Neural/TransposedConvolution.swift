/// The transposed convolution: what `conv2d` with the same kernels passes back to its images, as in a decoder that
/// makes them larger.
///
/// `x` has the shape (batch, inputs, height, width), `w` (inputs, outputs / groups, height, width) and `bias`
/// (outputs). An extent n becomes (n - 1) stride - 2 pad + dilation (kernel - 1) + 1 + outputPad: `outputPad`, less
/// than the stride, chooses among the extents of which the convolution makes n.
///
/// ```swift
/// convTranspose2d(NDArray.ones([1, 2, 4, 4]), NDArray.ones([2, 3, 2, 2]), stride: (2, 2)).shape  // (1, 3, 8, 8)
/// ```
public func convTranspose2d(
  _ x: NDArray, _ w: NDArray, _ bias: NDArray? = nil, stride: (Int, Int) = (1, 1), pad: (Int, Int) = (0, 0),
  outputPad: (Int, Int) = (0, 0), dilation: (Int, Int) = (1, 1), groups: Int = 1
) -> NDArray {
  guard x.rank == 4, w.rank == 4, groups > 0, x.shape[1] == w.shape[0], w.shape[0] % groups == 0,
    bias.map({ $0.shape == Shape([w.shape[1] * groups]) }) ?? true
  else {
    report(
      .shape(
        "convTranspose2d: images of shape \(x.shape), kernels \(w.shape), "
          + "bias \(bias.map { "\($0.shape)" } ?? "none"), \(groups) groups; "
          + "expected (batch, inputs, height, width), (inputs, outputs / groups, height, width) and "
          + "(outputs,)"))
    return x
  }
  let images = Windows(
    height: extent(x.shape[2], w.shape[2], stride.0, pad.0, outputPad.0, dilation.0),
    width: extent(x.shape[3], w.shape[3], stride.1, pad.1, outputPad.1, dilation.1),
    kernel: [w.shape[2], w.shape[3]], stride: [stride.0, stride.1], pad: [pad.0, pad.1],
    dilation: [dilation.0, dilation.1])
  guard images.height > 0, images.width > 0 else {
    report(
      .value(
        "convTranspose2d: images of shape \(x.shape), kernels \(w.shape), stride \(stride), pad \(pad), outputPad "
          + "\(outputPad), dilation \(dilation); expected a positive stride and dilation, an outputPad from 0 to below "
          + "the stride, and a pad of at least 0 that leaves a result"))
    return x
  }
  return x.inFloats(with: [w, bias].compactMap { $0 }) { results in
    let y = Convolution(windows: images, groups: groups, part: .images)(results, w.converted(to: results.dtype))
    return bias.map { y + $0.reshaped(to: [y.shape[1], 1, 1]) } ?? y
  }
}

/// The extent of the images of which a convolution makes `count` results along an axis; 0 if there is none.
private func extent(_ count: Int, _ kernel: Int, _ stride: Int, _ pad: Int, _ outputPad: Int, _ dilation: Int) -> Int {
  let isValid = count > 0 && kernel > 0 && stride > 0 && dilation > 0 && pad >= 0 && (0..<stride).contains(outputPad)
  return isValid ? max(0, (count - 1) * stride - 2 * pad + dilation * (kernel - 1) + 1 + outputPad) : 0
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
