// Sequences are images of height 1.

/// The convolution (cross-correlation) of sequences with kernels.
///
/// `x` has the shape (batch, channels, length), `w` (outputs, channels / groups, length) and `bias` (outputs).
///
/// ```swift
/// conv1d(NDArray([[[1, 2, 4, 8]]]), NDArray([[[-1, 1]]]))  // array([[[1., 2., 4.]]])
/// ```
public func conv1d(
  _ x: NDArray, _ w: NDArray, _ bias: NDArray? = nil, stride: Int = 1, pad: Int = 0, dilation: Int = 1, groups: Int = 1
) -> NDArray {
  onImages("conv1d", x, w) { x, w in
    conv2d(x, w, bias, stride: (1, stride), pad: (0, pad), dilation: (1, dilation), groups: groups)
  }
}

/// The largest element of each window of sequences (batch, channels, length); at a tie the gradient goes to the first.
public func maxPool1d(_ x: NDArray, kernel: Int, stride: Int? = nil, pad: Int = 0) -> NDArray {
  onImages("maxPool1d", x, x) { x, _ in
    maxPool2d(x, kernel: (1, kernel), stride: (1, stride ?? kernel), pad: (0, pad))
  }
}

/// The mean of each window of sequences (batch, channels, length); the padding counts as zeros, or not at all.
public func avgPool1d(
  _ x: NDArray, kernel: Int, stride: Int? = nil, pad: Int = 0, countIncludePad: Bool = true
) -> NDArray {
  onImages("avgPool1d", x, x) { x, _ in
    avgPool2d(
      x, kernel: (1, kernel), stride: (1, stride ?? kernel), pad: (0, pad), countIncludePad: countIncludePad)
  }
}

/// Calls `body` with sequences, and kernels for them, as images of height 1.
func onImages(_ operation: String, _ x: NDArray, _ w: NDArray, _ body: (NDArray, NDArray) -> NDArray) -> NDArray {
  guard x.rank == 3, w.rank == 3 else {
    report(
      .shape(
        "\(operation): the shapes are \(x.shape) and \(w.shape); expected sequences (batch, channels, length), and "
          + "kernels of three axes where there are any"))
    return x
  }
  let y = body(x.expandedDims(2), w.expandedDims(2))
  return y.rank == 4 ? y.squeezed(axis: 2) : y
}
