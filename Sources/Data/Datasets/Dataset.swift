import Autograd

/// Samples by their number, to learn from.
///
/// A sample is mostly a pair of arrays, the input and its label, or one array. A batch is of the same type: each array
/// has one more axis in front. A type of your own says what a sample is; where that is a pair or an array, no more is
/// needed.
///
/// ```swift
/// struct Squares: Dataset {
///   let count = 100
///   subscript(index: Int) -> (NDArray, NDArray) { (NDArray(Float(index)), NDArray(Float(index * index))) }
/// }
/// Squares().batch([2, 3]).1  // array([4., 9.])
/// ```
public protocol Dataset<Sample>: Sendable {
  associatedtype Sample: Sendable

  /// How many samples there are.
  var count: Int { get }

  /// The sample with this number, from 0. It is read from several threads.
  subscript(index: Int) -> Sample { get }

  /// The samples with these numbers as one.
  func batch(_ indices: [Int]) -> Sample
}

extension Dataset where Sample == NDArray {
  public func batch(_ indices: [Int]) -> NDArray { stack(indices.map { self[$0] }) }
}

extension Dataset where Sample == (NDArray, NDArray) {
  public func batch(_ indices: [Int]) -> (NDArray, NDArray) { stacked(indices.map { self[$0] }) }
}

/// Pairs of arrays as a pair of larger ones.
func stacked(_ pairs: [(NDArray, NDArray)]) -> (NDArray, NDArray) { (stack(pairs.map(\.0)), stack(pairs.map(\.1))) }

/// Inputs and labels that are in memory: samples along the first axes.
///
/// ```swift
/// let data = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100]))
/// data[7].0.shape  // (3,)
/// data.batch([1, 2]).0.shape  // (2, 3)
/// data[80...].count  // 20
/// ```
public struct ArrayDataset: Dataset {
  /// Shape (count, ...).
  public let inputs: NDArray
  /// Shape (count, ...).
  public let labels: NDArray

  /// The first axes must agree.
  public init(_ inputs: NDArray, _ labels: NDArray) {
    if inputs.rank < 1 || labels.rank < 1 || inputs.shape[0] != labels.shape[0] {
      mistake(
        .shape,
        "ArrayDataset: inputs of shape \(inputs.shape), labels of shape \(labels.shape); expected (count, ...) twice")
    }
    (self.inputs, self.labels) = (inputs, labels)
  }

  public var count: Int { inputs.shape.first ?? 0 }

  public subscript(index: Int) -> (NDArray, NDArray) { (inputs[index], labels[index]) }

  /// Some samples that follow one another, without a copy.
  public subscript(range: some RangeExpression<Int> & Sendable) -> ArrayDataset {
    let range = range.relative(to: 0..<count)
    return ArrayDataset(inputs[range], labels[range])
  }

  public func batch(_ indices: [Int]) -> (NDArray, NDArray) {
    let indices = NDArray(indices)
    return (inputs.take(indices, axis: 0), labels.take(indices, axis: 0))
  }
}
