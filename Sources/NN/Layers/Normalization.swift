import Autograd

/// Batch normalisation over all axes but the channels, axis 1.
///
/// In training mode it uses the statistics of the batch, and moves the running ones towards them:
/// `momentum` · old + (1 - `momentum`) · batch. In prediction mode it uses the running ones.
///
/// ```swift
/// let norm = BatchNorm()
/// _ = trainMode { norm(NDArray.full([4, 2], 5)) }
/// norm.runningMean.value  // array([0.5, 0.5])
/// ```
public final class BatchNorm: Module, Layer {
  public let weight = Parameter(.ones)
  public let bias = Parameter(.zeros)
  public let runningMean = Buffer(filledWith: 0)
  public let runningVar = Buffer(filledWith: 1)
  private let momentum: Double
  private let eps: Double

  public init(momentum: Double = 0.9, eps: Double = 1e-5) { (self.momentum, self.eps) = (momentum, eps) }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard x.rank >= 2 else {
      mistake(.shape, "BatchNorm: the input has the shape \(x.shape); expected (batch, channels, ...)")
      return x
    }
    let shape: Shape = [x.shape[1]]
    let result = batchNorm(
      x, weight.value(shape, for: x, in: "BatchNorm"), bias.value(shape, for: x, in: "BatchNorm"),
      mean: runningMean.value(shape, for: x), variance: runningVar.value(shape, for: x), eps: eps, momentum: momentum)
    if isTraining { (runningMean.value, runningVar.value) = (result.mean, result.variance) }
    return result.output
  }
}

/// Layer normalisation: the last axis gets mean 0 and variance 1, then a scale and a shift for each position.
public final class LayerNorm: Module, Layer {
  public let weight = Parameter(.ones)
  public let bias = Parameter(.zeros)
  private let eps: Double

  public init(eps: Double = 1e-5) { self.eps = eps }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard let extent = x.shape.last else {
      mistake(.shape, "LayerNorm: the input is a scalar; expected at least one axis")
      return x
    }
    return layerNorm(
      x, weight.value([extent], for: x, in: "LayerNorm"), bias.value([extent], for: x, in: "LayerNorm"), eps: eps)
  }
}

/// Root mean square normalisation: the last axis gets mean square 1, then a scale for each position.
public final class RMSNorm: Module, Layer {
  public let weight = Parameter(.ones)
  private let eps: Double

  public init(eps: Double = 1e-5) { self.eps = eps }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard let extent = x.shape.last else {
      mistake(.shape, "RMSNorm: the input is a scalar; expected at least one axis")
      return x
    }
    return rmsNorm(x, weight.value([extent], for: x, in: "RMSNorm"), eps: eps)
  }
}

/// Group normalisation: each group of channels, axis 1, of each element of the batch gets mean 0 and variance 1, then a
/// scale and a shift for each channel.
///
/// ```swift
/// GroupNorm(groups: 4)(NDArray.ones([2, 8, 5, 5])).shape  // (2, 8, 5, 5)
/// ```
public final class GroupNorm: Module, Layer {
  public let weight = Parameter(.ones)
  public let bias = Parameter(.zeros)
  private let groups: Int
  private let eps: Double

  public init(groups: Int, eps: Double = 1e-5) { (self.groups, self.eps) = (groups, eps) }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard x.rank >= 2, groups > 0, x.shape[1] % groups == 0 else {
      mistake(
        .shape,
        "GroupNorm: an input of shape \(x.shape) in \(groups) groups; expected (batch, channels, ...) and groups that "
          + "divide the channels")
      return x
    }
    let shape: Shape = [x.shape[1]]
    return groupNorm(
      x, groups: groups, weight.value(shape, for: x, in: "GroupNorm"), bias.value(shape, for: x, in: "GroupNorm"),
      eps: eps)
  }
}

/// Instance normalisation: each channel, axis 1, of each element of the batch gets mean 0 and variance 1; then, with
/// `affine`, a scale and a shift for each channel.
public final class InstanceNorm: Module, Layer {
  public let weight: Parameter?
  public let bias: Parameter?
  private let eps: Double

  public init(affine: Bool = false, eps: Double = 1e-5) {
    weight = affine ? Parameter(.ones) : nil
    bias = affine ? Parameter(.zeros) : nil
    self.eps = eps
  }

  public func callAsFunction(_ x: NDArray) -> NDArray {
    guard x.rank >= 3 else {
      mistake(.shape, "InstanceNorm: the input has the shape \(x.shape); expected (batch, channels, ...)")
      return x
    }
    let shape: Shape = [x.shape[1]]
    return instanceNorm(
      x, weight?.value(shape, for: x, in: "InstanceNorm") ?? .ones(shape, dtype: x.dtype),
      bias?.value(shape, for: x, in: "InstanceNorm") ?? .zeros(shape, dtype: x.dtype), eps: eps)
  }
}
