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
          + "\(groups) groups; expected (batch, channels, height, width), (outputs, channels / groups, height, width) and "
          + "(outputs,)"))
    return x
  }
  let kernel = (w.shape[2], w.shape[3])
  guard let windows = Windows(on: x, kernel, stride, pad, dilation, "conv2d") else { return x }
  let (batch, outputs) = (x.shape[0], w.shape[0])
  let inner = w.shape[1] * kernel.0 * kernel.1
  let dtype = DType.promoted(x.floatingType, w.floatingType)
  let images = x.converted(to: dtype).reshaped(to: [batch * x.shape[1], x.shape[2], x.shape[3]])
  let patches = Unfold.apply(images, windows).reshaped(to: [batch, groups, inner, windows.rows * windows.columns])
  let kernels = w.converted(to: dtype).reshaped(to: [groups, outputs / groups, inner])
  let y = matmul(kernels, patches).reshaped(to: [batch, outputs, windows.rows, windows.columns])
  return bias.map { y + $0.reshaped(to: [outputs, 1, 1]) } ?? y
}

/// The largest element of each window; at a tie the gradient goes to the first. Padding never is the largest.
public func maxPool2d(
  _ x: NDArray, kernel: (Int, Int), stride: (Int, Int)? = nil, pad: (Int, Int) = (0, 0)
) -> NDArray {
  guard let windows = Windows(on: x, kernel, stride ?? kernel, pad, (1, 1), "maxPool2d") else { return x }
  let patches = windows.patches(of: x)
  let isInside = windows.patches(of: x.onesLike())
  let positions = pause(trainMode: isTraining) {
    which(isInside .> 0, patches, -Double.infinity).argmax(axis: 1, keepDims: true)
  }
  return windows.images(patches.takeAlongAxis(positions, axis: 1), like: x)
}

/// The mean of each window; the padding counts as zeros, or not at all.
public func avgPool2d(
  _ x: NDArray, kernel: (Int, Int), stride: (Int, Int)? = nil, pad: (Int, Int) = (0, 0), countIncludePad: Bool = true
) -> NDArray {
  guard let windows = Windows(on: x, kernel, stride ?? kernel, pad, (1, 1), "avgPool2d") else { return x }
  let sum = windows.patches(of: x).sum(axis: 1, keepDims: true)
  let count = countIncludePad ? nil : windows.patches(of: x.onesLike()).sum(axis: 1, keepDims: true)
  return windows.images(count.map { sum / $0 } ?? sum / Double(kernel.0 * kernel.1), like: x)
}

extension Windows {
  /// The windows on images (batch, channels, height, width); an error where there are none.
  fileprivate init?(
    on x: NDArray, _ kernel: (Int, Int), _ stride: (Int, Int), _ pad: (Int, Int), _ dilation: (Int, Int), _ name: String
  ) {
    guard x.rank == 4 else {
      report(.shape("\(name): the images have the shape \(x.shape); expected (batch, channels, height, width)"))
      return nil
    }
    let positive = [kernel.0, kernel.1, stride.0, stride.1, dilation.0, dilation.1]
    guard positive.allSatisfy({ $0 > 0 }), pad.0 >= 0, pad.1 >= 0 else {
      report(
        .value(
          "\(name): kernel \(kernel), stride \(stride) and dilation \(dilation) must be positive, pad \(pad) not negative"
        ))
      return nil
    }
    self.init(
      height: x.shape[2], width: x.shape[3], kernel: [kernel.0, kernel.1], stride: [stride.0, stride.1],
      pad: [pad.0, pad.1], dilation: [dilation.0, dilation.1])
    guard rows > 0, columns > 0 else {
      report(.shape("\(name): a window of \(kernel) does not fit images of shape \(x.shape) with padding \(pad)"))
      return nil
    }
  }

  /// The windows of each channel: (batch * channels, elements, windows).
  fileprivate func patches(of x: NDArray) -> NDArray {
    Unfold.apply(x.converted(to: x.floatingType).reshaped(to: [x.shape[0] * x.shape[1], height, width]), self)
  }

  fileprivate func images(_ pooled: NDArray, like x: NDArray) -> NDArray {
    pooled.reshaped(to: [x.shape[0], x.shape[1], rows, columns])
  }
}
