/// exp(x) / sum(exp(x)) along an axis, without overflow.
public func softmax(_ x: NDArray, axis: Int = -1) -> NDArray {
  guard let axis = resolve(axis, rank: x.rank, "softmax") else { return x }
  let set = AxisSet([axis])
  return x.inFloats { x in
    let e = exp(x - x.shift(set))
    return e / Sum.keepingDims(e, set)
  }
}

/// log(softmax(x)) along an axis, accurate where the softmax is near 0.
public func logSoftmax(_ x: NDArray, axis: Int = -1) -> NDArray {
  guard let axis = resolve(axis, rank: x.rank, "logSoftmax") else { return x }
  let set = AxisSet([axis])
  return x.inFloats { x in
    let shifted = x - x.shift(set)
    return shifted - log(Sum.keepingDims(exp(shifted), set))
  }
}

/// The mean over the batch of -log(softmax(logits)) at the labels.
///
/// - Parameters:
///   - logits: Shape (batch, classes).
///   - labels: Integers of shape (batch), from 0 to below the number of classes; or probabilities of the shape of the
///     logits.
public func crossEntropy(_ logits: NDArray, _ labels: NDArray) -> NDArray {
  if labels.dtype.isFloatingPoint, labels.shape == logits.shape, logits.rank > 0 {
    return logits.inFloats(with: [labels]) { -(logSoftmax($0) * labels).sum(axis: -1).mean() }
  }
  guard logits.rank == 2, labels.shape == Shape([logits.shape[0]]) else {
    report(
      .shape(
        "crossEntropy: the logits have the shape \(logits.shape), the labels \(labels.shape); expected (batch, "
          + "classes) and (batch,)"))
    return .placeholder(.scalar, logits.floatingType)
  }
  let classes = logits.shape[1]
  guard labels.areIndices(below: classes, "crossEntropy") else { return .placeholder(.scalar, logits.floatingType) }
  // Comparing with all classes, instead of gathering, is part of the same pass over the logits.
  // Narrow integers, which they all fit, make that a third of the time.
  let isLabel = labels.expandedDims(1).astype(.int32) .== NDArray.arange(classes, dtype: .int32)
  return logits.inFloats { -which(isLabel, logSoftmax($0), 0).sum(axis: 1).mean() }
}

extension NDArray {
  /// Whether all elements are integers from 0 to below `count`; else an error.
  package func areIndices(below count: Int, _ operation: String) -> Bool {
    guard !dtype.isFloatingPoint, dtype != .bool else {
      report(.dtype("\(operation): indices must be integers, not \(dtype). Convert them with astype(.int64)."))
      return false
    }
    guard elementCount > 0 else { return true }
    let (least, most) = pause { (overAllExamples.min(), overAllExamples.max()) }
    let (low, high) = (least.item(as: Int.self), most.item(as: Int.self))
    guard low >= 0, high < count else {
      report(.index("\(operation): index \(low < 0 ? low : high) is out of range 0..<\(count)"))
      return false
    }
    return true
  }
}
