/// (x - mean) / sqrt(variance + eps) * gamma + beta along an axis; `gamma` and `beta` have one element for each along
/// it.
public func layerNorm(
  _ x: NDArray, _ gamma: NDArray, _ beta: NDArray, axis: Int = -1, eps: Double = 1e-5
) -> NDArray {
  guard let axis = resolve(axis, rank: x.rank, "layerNorm") else { return x }
  let extent = Shape([x.shape[axis]])
  guard gamma.shape == extent, beta.shape == extent else {
    report(
      .shape("layerNorm: gamma has the shape \(gamma.shape), beta \(beta.shape); expected \(extent) for \(x.shape)"))
    return x
  }
  return x.inFloats(with: [gamma, beta]) { x in
    let distance = x - x.mean(axis: Axes(axis), keepDims: true)
    let variance = Variance.of(x, distance, AxisSet([axis]), count: x.shape[axis])
    let scale = gamma.along(axis, of: x.rank)
    return distance / sqrt(variance + eps) * scale + beta.along(axis, of: x.rank)
  }
}

/// x / sqrt(mean(x²) + eps) * gamma along an axis; `gamma` has one element for each along it.
///
/// ```swift
/// rmsNorm(NDArray([3, -3]), NDArray([1, 2]), eps: 0)  // array([ 1., -2.])
/// ```
public func rmsNorm(_ x: NDArray, _ gamma: NDArray, axis: Int = -1, eps: Double = 1e-5) -> NDArray {
  guard let axis = resolve(axis, rank: x.rank, "rmsNorm") else { return x }
  guard gamma.shape == Shape([x.shape[axis]]) else {
    report(.shape("rmsNorm: gamma has the shape \(gamma.shape); expected (\(x.shape[axis]),) for \(x.shape)"))
    return x
  }
  return x.inFloats(with: [gamma]) { x in
    x / sqrt(square(x).mean(axis: Axes(axis), keepDims: true) + eps) * gamma.along(axis, of: x.rank)
  }
}

/// Each group of channels, axis 1, of each element of the batch gets mean 0 and population variance 1, then a scale
/// `gamma` and a shift `beta` for each channel.
public func groupNorm(_ x: NDArray, groups: Int, _ gamma: NDArray, _ beta: NDArray, eps: Double = 1e-5) -> NDArray {
  guard x.rank >= 2, groups > 0, x.shape[1] % groups == 0,
    [gamma, beta].allSatisfy({ $0.shape == Shape([x.shape[1]]) })
  else {
    report(
      .shape(
        "groupNorm: an array of shape \(x.shape) with gamma \(gamma.shape), beta \(beta.shape) and \(groups) groups; "
          + "expected (batch, channels, ...), gamma and beta (channels,), and groups that divide the channels"))
    return x
  }
  let rest = x.shape.dropFirst(2).reduce(x.shape[1] / groups, *)
  return x.inFloats(with: [gamma, beta]) { x in
    let grouped = x.reshaped(to: [x.shape[0], groups, rest])
    let distance = grouped - grouped.mean(axis: -1, keepDims: true)
    let variance = square(distance).mean(axis: -1, keepDims: true)
    let normalized = (distance / sqrt(variance + eps)).reshaped(to: x.shape)
    return normalized * gamma.along(1, of: x.rank) + beta.along(1, of: x.rank)
  }
}

/// Each channel, axis 1, of each element of the batch gets mean 0 and population variance 1, then a scale `gamma` and a
/// shift `beta`: `groupNorm` with one channel in a group.
public func instanceNorm(_ x: NDArray, _ gamma: NDArray, _ beta: NDArray, eps: Double = 1e-5) -> NDArray {
  groupNorm(x, groups: x.rank > 1 ? Swift.max(1, x.shape[1]) : 1, gamma, beta, eps: eps)
}

/// Batch normalisation over all axes but the channels, axis 1.
///
/// In training it uses the batch's mean and population variance, and returns new running statistics:
/// `momentum` · old + (1 - `momentum`) · batch, of the type of the old ones. In prediction mode it uses the given ones
/// and returns them.
public func batchNorm(
  _ x: NDArray, _ gamma: NDArray, _ beta: NDArray, mean: NDArray, variance: NDArray, eps: Double = 1e-5,
  momentum: Double = 0.9
) -> (output: NDArray, mean: NDArray, variance: NDArray) {
  guard x.rank >= 2, [gamma, beta, mean, variance].allSatisfy({ $0.shape == Shape([x.shape[1]]) }) else {
    report(
      .shape(
        "batchNorm: an array of shape \(x.shape) needs at least two axes, and gamma, beta, mean and variance of the "
          + "extent of axis 1; their shapes are \(gamma.shape), \(beta.shape), \(mean.shape) and \(variance.shape)"))
    return (x, mean, variance)
  }
  var running = (mean: mean, variance: variance)
  let output = x.inFloats(with: [gamma, beta, mean, variance]) { x in
    func normalized(_ distance: NDArray, _ variance: NDArray) -> NDArray {
      distance * (gamma.along(1, of: x.rank) / sqrt(variance + eps)) + beta.along(1, of: x.rank)
    }
    guard isTraining else { return normalized(x - mean.along(1, of: x.rank), variance.along(1, of: x.rank)) }
    let set = AxisSet((0..<x.rank).filter { $0 != 1 })
    let batchMean = x.mean(set, keepDims: true)
    let distance = x - batchMean
    let batchVariance = Variance.of(x, distance, set, count: x.elementCount / x.shape[1])
    running = (mean.moved(to: batchMean, momentum), variance.moved(to: batchVariance, momentum))
    return normalized(distance, batchVariance)
  }
  return (output, running.mean, running.variance)
}

extension NDArray {
  /// A running statistic after a batch with this one.
  fileprivate func moved(to batch: NDArray, _ momentum: Double) -> NDArray {
    pause(trainMode: true) {
      let new = momentum * detached() + (1 - momentum) * batch.detached().reshaped(to: shape)
      return new.converted(to: floatingType)
    }
  }

  /// A vector along one axis of an array of `rank` axes.
  fileprivate func along(_ axis: Int, of rank: Int) -> NDArray {
    reshaped(to: Shape((0..<rank).map { $0 == axis ? elementCount : 1 }))
  }
}
