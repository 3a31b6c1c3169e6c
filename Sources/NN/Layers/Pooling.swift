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

/// The largest element of each window of a sequence of shape (batch, channels, length).
public struct MaxPool1D: Layer, Sendable {
  private let kernel, stride, pad: Int

  /// Windows as far apart as they are wide, unless a stride is given.
  public init(_ kernel: Int, stride: Int? = nil, pad: Int = 0) {
    (self.kernel, self.stride, self.pad) = (kernel, stride ?? kernel, pad)
  }

  public func callAsFunction(_ x: NDArray) -> NDArray { maxPool1d(x, kernel: kernel, stride: stride, pad: pad) }
}

/// The mean of each window of a sequence of shape (batch, channels, length).
public struct AvgPool1D: Layer, Sendable {
  private let kernel, stride, pad: Int
  private let countIncludePad: Bool

  /// Windows as far apart as they are wide, unless a stride is given; the padding counts as zeros, or not at all.
  public init(_ kernel: Int, stride: Int? = nil, pad: Int = 0, countIncludePad: Bool = true) {
    (self.kernel, self.stride, self.pad) = (kernel, stride ?? kernel, pad)
    self.countIncludePad = countIncludePad
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    avgPool1d(x, kernel: kernel, stride: stride, pad: pad, countIncludePad: countIncludePad)
  }
}

/// The means of windows of an image that make a result of this size, whatever the size of the image.
///
/// ```swift
/// AdaptiveAvgPool2D([3, 2])(NDArray.ones([1, 8, 7, 5])).shape  // (1, 8, 3, 2)
/// ```
public struct AdaptiveAvgPool2D: Layer, Sendable {
  private let size: IntOrPair
  public init(_ size: IntOrPair) { self.size = size }
  public func callAsFunction(_ x: NDArray) -> NDArray { adaptiveAvgPool2d(x, size: size.values) }
}

/// The largest elements of windows of an image that make a result of this size.
public struct AdaptiveMaxPool2D: Layer, Sendable {
  private let size: IntOrPair
  public init(_ size: IntOrPair) { self.size = size }
  public func callAsFunction(_ x: NDArray) -> NDArray { adaptiveMaxPool2d(x, size: size.values) }
}

/// The means of windows of a sequence that make a result of this length.
public struct AdaptiveAvgPool1D: Layer, Sendable {
  private let size: Int
  public init(_ size: Int) { self.size = size }
  public func callAsFunction(_ x: NDArray) -> NDArray { adaptiveAvgPool1d(x, size: size) }
}

/// The largest elements of windows of a sequence that make a result of this length.
public struct AdaptiveMaxPool1D: Layer, Sendable {
  private let size: Int
  public init(_ size: Int) { self.size = size }
  public func callAsFunction(_ x: NDArray) -> NDArray { adaptiveMaxPool1d(x, size: size) }
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
