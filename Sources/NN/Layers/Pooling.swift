import Autograd

/// The largest element of each window of an image of shape (batch, channels, height, width).
///
/// ```swift
/// MaxPool2D(2)(NDArray.ones([1, 3, 8, 8])).shape  // (1, 3, 4, 4)
/// ```
public struct MaxPool2D: Layer, Sendable {
  private let kernel, stride, pad: IntOrPair

  /// Windows as far apart as they are wide, unless a stride is given.
  public init(_ kernel: IntOrPair, stride: IntOrPair? = nil, pad: IntOrPair = 0) {
    (self.kernel, self.stride, self.pad) = (kernel, stride ?? kernel, pad)
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    maxPool2d(x, kernel: kernel.values, stride: stride.values, pad: pad.values)
  }
}

/// The mean of each window of an image of shape (batch, channels, height, width).
public struct AvgPool2D: Layer, Sendable {
  private let kernel, stride, pad: IntOrPair
  private let countIncludePad: Bool

  /// Windows as far apart as they are wide, unless a stride is given; the padding counts as zeros, or not at all.
  public init(_ kernel: IntOrPair, stride: IntOrPair? = nil, pad: IntOrPair = 0, countIncludePad: Bool = true) {
    (self.kernel, self.stride, self.pad) = (kernel, stride ?? kernel, pad)
    self.countIncludePad = countIncludePad
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    avgPool2d(
      x, kernel: kernel.values, stride: stride.values, pad: pad.values, countIncludePad: countIncludePad)
  }
}

/// The mean of each channel: (batch, channels, ...) becomes (batch, channels).
public struct GlobalAvgPool: Layer, Sendable {
  public init() {}
  public func callAsFunction(_ x: NDArray) -> NDArray { channels(of: x, "GlobalAvgPool")?.mean(axis: 2) ?? x }
}

/// The largest element of each channel: (batch, channels, ...) becomes (batch, channels).
public struct GlobalMaxPool: Layer, Sendable {
  public init() {}
  public func callAsFunction(_ x: NDArray) -> NDArray { channels(of: x, "GlobalMaxPool")?.max(axis: 2) ?? x }
}

private func channels(of x: NDArray, _ name: String) -> NDArray? {
  guard x.rank >= 3, !x.shape.contains(0) else {
    mistake(.shape, "\(name): the input has the shape \(x.shape); expected (batch, channels, ...), none of them 0")
    return nil
  }
  return x.reshaped([x.shape[0], x.shape[1], -1])
}
