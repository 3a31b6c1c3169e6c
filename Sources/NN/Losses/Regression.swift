import Autograd

/// The mean of |prediction - target|; both have one shape.
///
/// ```swift
/// l1Loss(NDArray([1, 5]), NDArray([2, 2]))  // array(2.)
/// ```
public func l1Loss(_ prediction: NDArray, _ target: NDArray, reduction: Reduction = .mean) -> NDArray {
  loss(prediction, target, "l1Loss", reduction) { abs($0 - $1) }
}

/// The mean of (prediction - target)², the L2 loss; both have one shape.
///
/// ```swift
/// mseLoss(NDArray([1, 5]), NDArray([2, 2]))  // array(5.)
/// ```
public func mseLoss(_ prediction: NDArray, _ target: NDArray, reduction: Reduction = .mean) -> NDArray {
  loss(prediction, target, "mseLoss", reduction) { square($0 - $1) }
}

/// The mean of d² / 2 where d = |prediction - target| is at most `delta`, of `delta` · (d - `delta` / 2) beyond it.
public func huberLoss(
  _ prediction: NDArray, _ target: NDArray, delta: Double = 1, reduction: Reduction = .mean
) -> NDArray {
  loss(prediction, target, "huberLoss", reduction) { prediction, target in
    let distance = abs(prediction - target)
    let near = minimum(distance, delta)
    return near * (distance - 0.5 * near)
  }
}

/// The Kullback-Leibler divergence: the sum of q · (log q - log p) over the last axis, with log p given; then the mean.
///
/// - Parameters:
///   - logProbabilities: The logarithms of what is predicted, as `logSoftmax` gives them.
///   - target: Probabilities of the same shape. A probability of 0 contributes 0.
///   - reduction: What is made of the sums.
public func klDivLoss(_ logProbabilities: NDArray, _ target: NDArray, reduction: Reduction = .mean) -> NDArray {
  loss(logProbabilities, target, "klDivLoss", reduction) { logP, q in
    which(q .> 0, q * (log(q) - logP), 0).sum(axis: -1)
  }
}
