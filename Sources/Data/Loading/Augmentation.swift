import Autograd

// Images of a batch, changed at random: for the transform of a `DataLoader`, where the random numbers depend on its
// seed.

extension NDArray {
  /// The images, of shape (batch, channels, height, width), each mirrored left to right with this probability.
  ///
  /// ```swift
  /// NDArray([[[[1, 2, 3]]]]).randomlyFlipped(p: 1)  // array([[[[3., 2., 1.]]]])
  /// ```
  public func randomlyFlipped(p: Double = 0.5) -> NDArray {
    guard isBatchOfImages("randomlyFlipped") else { return self }
    return which(NDArray.uniform([shape[0], 1, 1, 1]) .< p, flipped(axis: -1), self)
  }

  /// The images, of shape (batch, channels, height, width), each moved by up to `pad` pixels up or down and left or
  /// right; what comes in from outside is zero.
  ///
  /// ```swift
  /// NDArray.ones([8, 3, 32, 32]).randomlyShifted(by: 4).shape  // (8, 3, 32, 32)
  /// ```
  public func randomlyShifted(by pad: Int) -> NDArray {
    guard isBatchOfImages("randomlyShifted") else { return self }
    guard pad >= 0 else {
      mistake(.value, "randomlyShifted: by \(pad) pixels; expected at least 0")
      return self
    }
    let (count, height, width) = (shape[0], shape[2], shape[3])
    func positions(_ extent: Int) -> NDArray {
      NDArray.randint(0, 2 * pad + 1, [count, 1]) + NDArray.arange(extent, dtype: .int64)
    }
    return padded([(0, 0), (0, 0), (pad, pad), (pad, pad)])
      .takeAlongAxis(positions(height).reshaped([count, 1, height, 1]), axis: 2)
      .takeAlongAxis(positions(width).reshaped([count, 1, 1, width]), axis: 3)
  }

  private func isBatchOfImages(_ name: String) -> Bool {
    if rank == 4 { return true }
    mistake(.shape, "\(name): an array of shape \(shape); expected (batch, channels, height, width)")
    return false
  }
}
