import Autograd

/// The mean of what was added so far.
///
/// ```swift
/// var loss = RunningMean()
/// loss.add(0.5, count: 30)
/// loss.add(0.25, count: 10)
/// loss.value  // 0.4375
/// ```
public struct RunningMean: Sendable, Equatable {
  private(set) var sum = 0.0
  /// How many values were added.
  public private(set) var count = 0

  public init() {}

  /// Adds a value that stands for `count`, such as the mean loss of a batch.
  public mutating func add(_ value: Double, count: Int = 1) {
    sum += value * Double(count)
    self.count += count
  }

  /// Adds all elements of an array.
  public mutating func add(_ values: NDArray) {
    add(values.mean().item(), count: values.elementCount)
  }

  /// The mean; NaN before anything was added.
  public var value: Double { sum / Double(count) }
}

extension RunningMean {
  /// The exact state as a text, for files.
  var text: String { "\(sum) \(count)" }

  init?(text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let sum = Double(parts[0]), let count = Int(parts[1]) else { return nil }
    (self.sum, self.count) = (sum, count)
  }
}

/// The share of rows whose largest score is that of the label: scores (..., classes), labels (...).
///
/// ```swift
/// accuracy(NDArray([[0.1, 0.9], [0.8, 0.2]]), NDArray([1, 1], dtype: .int64))  // 0.5
/// ```
public func accuracy(_ scores: NDArray, _ labels: NDArray) -> Double {
  guard scores.rank > 0, Shape(scores.shape.dropLast()) == labels.shape else {
    mistake(
      .shape, "accuracy: scores \(scores.shape), labels \(labels.shape); expected (..., classes) and (...)")
    return 0
  }
  return pause { (scores.argmax(axis: -1) .== labels).mean().item() }
}
