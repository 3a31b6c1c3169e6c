import Autograd

/// The connectionist temporal classification loss: -log of the probability that the outputs spell the labels, when
/// repeated classes count once and blanks not at all. The mean over the batch, unless told otherwise.
///
/// - Parameters:
///   - logits: Shape (batch, time, classes).
///   - labels: Integers of shape (batch, longest): classes other than the blank, padded with any of them.
///   - logitLengths: How many times count in each sequence; all if missing.
///   - labelLengths: How many labels count in each sequence; all if missing.
///   - blank: The class that stands for no label.
///   - reduction: What is made of the losses of the batch.
public func ctcLoss(
  _ logits: NDArray, _ labels: NDArray, logitLengths: [Int]? = nil, labelLengths: [Int]? = nil, blank: Int = 0,
  reduction: Reduction = .mean
) -> NDArray {
  guard logits.rank == 3, labels.rank == 2, labels.shape[0] == logits.shape[0], logits.shape[1] > 0,
    (0..<logits.shape[2]).contains(blank)
  else {
    mistake(
      .shape,
      "ctcLoss: logits \(logits.shape), labels \(labels.shape), blank \(blank); expected (batch, time, classes), "
        + "(batch, longest) and a class")
    return logits.sum()
  }
  let (batch, times, longest) = (logits.shape[0], logits.shape[1], labels.shape[1])
  let ends = (logitLengths ?? Array(repeating: times, count: batch))
  let counts = (labelLengths ?? Array(repeating: longest, count: batch))
  guard ends.count == batch, counts.count == batch, ends.allSatisfy((1...times).contains),
    counts.allSatisfy((0...longest).contains), labels.areIndices(below: logits.shape[2], "ctcLoss")
  else {
    mistake(.value, "ctcLoss: lengths \(ends) and \(counts) for logits \(logits.shape) and labels \(labels.shape)")
    return logits.sum()
  }
  let path = CTCPath(labels.astype(.int64), blank: blank)
  return reduction(path.losses(logSoftmax(logits), ends: NDArray(ends), counts: NDArray(counts)))
}

/// The labels with blanks around each, and the ways through them.
private struct CTCPath {
  /// Shape (batch, 2 · longest + 1).
  private let states: NDArray
  /// Whether a state may follow the one two before it: different labels need no blank between them.
  private let canSkip: NDArray

  /// Takes the place of log 0, so that no difference is NaN.
  private static let impossible = -1e30

  init(_ labels: NDArray, blank: Int) {
    let (batch, longest) = (labels.shape[0], labels.shape[1])
    let blanks = NDArray.full([batch, longest], blank, dtype: .int64)
    let pairs = stack([blanks, labels], axis: 2).reshaped([batch, 2 * longest])
    states = concatenate([pairs, NDArray.full([batch, 1], blank, dtype: .int64)], axis: 1)
    let before = Self.shifted(states, 2, filling: Double(blank))
    let (isLabel, differs) = (states .!= blank, states .!= before)
    canSkip = logicalAnd(isLabel, differs)
  }

  private static func shifted(_ x: NDArray, _ count: Int, filling value: Double) -> NDArray {
    x.padded([(0, 0), (count, 0)], value: value)[0..., 0..<x.shape[1]]
  }

  /// log p is summed over all paths by going through the times: the probability of being in each state.
  func losses(_ logP: NDArray, ends: NDArray, counts: NDArray) -> NDArray {
    let emitted = logP.takeAlongAxis(states.expandedDims(1), axis: 2)
    let position = NDArray.arange(states.shape[1], dtype: .int64)
    let none = Self.impossible
    var reached = which(position .< 2, emitted[0..., 0], none)
    for t in 1..<max(1, logP.shape[1]) {
      let skipped = which(canSkip, Self.shifted(reached, 2, filling: none), none)
      let moved = logaddexp(logaddexp(reached, Self.shifted(reached, 1, filling: none)), skipped)
      reached = which((ends .> t).expandedDims(1), moved + emitted[0..., t], reached)
    }
    let last = (2 * counts).expandedDims(1)
    let isEnd = (position .== last) .| (position .== last - 1)
    return -which(isEnd, reached, none).logsumexp(axis: 1)
  }
}
