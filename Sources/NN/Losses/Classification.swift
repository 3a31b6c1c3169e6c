import Autograd

/// -log(softmax(logits)) at the labels, over the last axis.
///
/// ```swift
/// let logits = NDArray([[2, 0], [0, 2]])
/// softmaxCrossEntropy(logits, NDArray([0, 1], dtype: .int64))  // array(0.12692805)
/// ```
///
/// - Parameters:
///   - logits: Shape (..., classes).
///   - labels: Integers of shape (...) below the number of classes; or probabilities of the shape of the logits.
///   - smoothing: The share of each label that is spread evenly over all classes.
///   - ignored: A label that counts for nothing, neither in the sum nor in the number of the mean.
///   - reduction: What is made of the losses.
public func softmaxCrossEntropy(
  _ logits: NDArray, _ labels: NDArray, smoothing: Double = 0, ignoring ignored: Int? = nil,
  reduction: Reduction = .mean
) -> NDArray {
  guard let classes = logits.shape.last, labels.shape == logits.shape || labels.shape == Shape(logits.shape.dropLast())
  else {
    mistake(
      .shape,
      "softmaxCrossEntropy: the logits have the shape \(logits.shape), the labels \(labels.shape); expected "
        + "(..., classes) and (...), or one shape for labels that are probabilities")
    return logits.sum()
  }
  let logP = logSoftmax(logits)
  func smoothed(_ losses: NDArray) -> NDArray {
    smoothing == 0 ? losses : (1 - smoothing) * losses - smoothing * logP.mean(axis: -1)
  }
  if labels.dtype.isFloatingPoint, labels.shape == logits.shape {
    return reduction(smoothed(-(logP * labels).sum(axis: -1)))
  }
  let counts = ignored.map { labels .!= $0 }
  let known = counts.map { which($0, labels, 0) } ?? labels
  guard known.areIndices(below: classes, "softmaxCrossEntropy") else { return logits.sum() }
  // Comparing with all classes, instead of gathering, is part of the same pass over the logits.
  let isLabel = known.expandedDims(-1) .== NDArray.arange(classes, dtype: known.dtype)
  let losses = smoothed(-which(isLabel, logP, 0).sum(axis: -1))
  guard let counts else { return reduction(losses) }
  let kept = which(counts, losses, 0)
  guard case .mean = reduction else { return reduction(kept) }
  return kept.sum() / maximum(counts.astype(losses.dtype).sum(), 1)
}

/// -(t log p + (1 - t) log(1 - p)) for p = sigmoid(logit): exact for logits of any size. Both arrays have one shape.
///
/// ```swift
/// binaryCrossEntropy(logits: NDArray([1, 200]), NDArray([1, 0]))  // array(100.15663)
/// ```
public func binaryCrossEntropy(
  logits: NDArray, _ targets: NDArray, reduction: Reduction = .mean
) -> NDArray {
  loss(logits, targets, "binaryCrossEntropy", reduction) { softplus($0) - $0 * $1 }
}
