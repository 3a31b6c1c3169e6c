/// (x - mean) / sqrt(variance + eps) * gamma + beta along an axis; `gamma` and `beta` have one element for each along it.
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
  let distance = x - x.mean(axis: Axes(axis), keepDims: true)
  let variance = square(distance).mean(axis: Axes(axis), keepDims: true)
  let scale = gamma.along(axis, of: x.rank)
  return distance / sqrt(variance + eps) * scale + beta.along(axis, of: x.rank)
}

/// Batch normalisation over all axes but the channels, axis 1.
///
/// In training it uses the batch's mean and population variance, and returns new running statistics:
/// `momentum` · old + (1 - `momentum`) · batch. In prediction mode it uses the given ones and returns them.
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
  let axes = Axes((0..<x.rank).filter { $0 != 1 })
  func normalized(_ mean: NDArray, _ variance: NDArray) -> NDArray {
    (x - mean) / sqrt(variance + eps) * gamma.along(1, of: x.rank) + beta.along(1, of: x.rank)
  }
  guard isTraining else {
    return (normalized(mean.along(1, of: x.rank), variance.along(1, of: x.rank)), mean, variance)
  }
  let batchMean = x.mean(axis: axes, keepDims: true)
  let batchVariance = square(x - batchMean).mean(axis: axes, keepDims: true)
  func running(_ old: NDArray, _ batch: NDArray) -> NDArray {
    pause(trainMode: true) { momentum * old.detached() + (1 - momentum) * batch.detached().reshaped(to: old.shape) }
  }
  return (normalized(batchMean, batchVariance), running(mean, batchMean), running(variance, batchVariance))
}

extension NDArray {
  /// A vector along one axis of an array of `rank` axes.
  fileprivate func along(_ axis: Int, of rank: Int) -> NDArray {
    reshaped(to: Shape((0..<rank).map { $0 == axis ? elementCount : 1 }))
  }
}
