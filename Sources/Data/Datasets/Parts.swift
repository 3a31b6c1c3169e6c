import Autograd

/// Some samples of a dataset.
public struct Subset<Base: Dataset>: Dataset {
  private let base: Base
  private let indices: [Int]

  init(_ base: Base, _ indices: [Int]) { (self.base, self.indices) = (base, indices) }

  public var count: Int { indices.count }
  public subscript(index: Int) -> Base.Sample { base[indices[index]] }
  public func batch(_ indices: [Int]) -> Base.Sample { base.batch(indices.map { self.indices[$0] }) }
}

extension Dataset {
  /// The samples with these numbers, in this order.
  ///
  /// ```swift
  /// let all = ArrayDataset(NDArray.arange(10), NDArray.arange(10))
  /// all.subset(stride(from: 0, to: 10, by: 2)).batch([0, 1, 2]).0  // array([0., 2., 4.])
  /// ```
  public func subset(_ indices: some Sequence<Int>) -> Subset<Self> {
    let indices = Array(indices)
    if let wrong = indices.first(where: { !(0..<count).contains($0) }) {
      mistake(.index, "subset: there is no sample \(wrong) among \(count)")
      return Subset(self, [])
    }
    return Subset(self, indices)
  }

  /// Two parts: this share of the samples, and the rest; dealt at random, the same way for the same seed, unless
  /// `shuffled` is false.
  ///
  /// ```swift
  /// let (training, test) = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100])).split(0.8, seed: 1)
  /// (training.count, test.count)  // (80, 20)
  /// ```
  public func split(_ share: Double, shuffled: Bool = true, seed: Int = 0) -> (Subset<Self>, Subset<Self>) {
    guard (0...1).contains(share) else {
      mistake(.value, "split: the share is \(share); expected a number from 0 to 1")
      return (Subset(self, []), Subset(self, []))
    }
    let order = shuffled ? permutation(count, RandomState(seed: UInt64(bitPattern: Int64(seed)), stream: 0)) : nil
    let cut = Int((Double(count) * share).rounded())
    let indices = order ?? Array(0..<count)
    return (Subset(self, Array(indices[..<cut])), Subset(self, Array(indices[cut...])))
  }
}

/// The numbers 0 ..< `count` in an order that depends on the state alone.
func permutation(_ count: Int, _ state: RandomState) -> [Int] {
  withRandomState(state) { NDArray.permutation(count).scalars(as: Int.self) }
}

/// The samples of a dataset, each changed by a function when it is asked for.
public struct MappedDataset<Base: Dataset, Sample: Sendable>: Dataset {
  private let base: Base
  private let transform: @Sendable (Base.Sample) -> Sample
  private let stack: @Sendable ([Sample]) -> Sample

  init(
    _ base: Base, _ transform: @escaping @Sendable (Base.Sample) -> Sample,
    _ stack: @escaping @Sendable ([Sample]) -> Sample
  ) {
    (self.base, self.transform, self.stack) = (base, transform, stack)
  }

  public var count: Int { base.count }
  public subscript(index: Int) -> Sample { transform(base[index]) }
  public func batch(_ indices: [Int]) -> Sample { stack(indices.map { self[$0] }) }
}

extension Dataset {
  /// The samples changed one by one, to pairs of arrays. A `transform` of a `DataLoader` changes whole batches, which
  /// is faster where it is possible.
  ///
  /// ```swift
  /// let scaled = ArrayDataset(NDArray([[0, 255]]), NDArray([1])).map { x, y in (x / 255, y) }
  /// scaled[0].0  // array([0., 1.])
  /// ```
  public func map(
    _ transform: @escaping @Sendable (Sample) -> (NDArray, NDArray)
  ) -> MappedDataset<Self, (NDArray, NDArray)> {
    MappedDataset(self, transform) { stacked($0) }
  }

  /// The samples changed one by one, to arrays.
  public func map(_ transform: @escaping @Sendable (Sample) -> NDArray) -> MappedDataset<Self, NDArray> {
    MappedDataset(self, transform) { Autograd.stack($0) }
  }

  /// The samples changed one by one, to a type of your own, of which `stack` makes a batch.
  public func map<Other: Sendable>(
    _ transform: @escaping @Sendable (Sample) -> Other, stack: @escaping @Sendable ([Other]) -> Other
  ) -> MappedDataset<Self, Other> {
    MappedDataset(self, transform, stack)
  }
}
