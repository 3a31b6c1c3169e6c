import Autograd

/// The batches of a dataset, one pass after the other, prepared on a thread of their own while the loop computes.
///
/// ```swift
/// let data = ArrayDataset(NDArray.ones([100, 3]), NDArray.zeros([100]))
/// let loader = DataLoader(data, batchSize: 32, shuffle: true, seed: 1)
/// for epoch in 0..<2 {
///   for (x, y) in loader { train(x, y, epoch) }  // shapes (32, 3) and (32)
/// }
/// loader.count  // 4
/// ```
///
/// Each pass shuffles anew. Order and random transforms depend on the seed, the pass and the number of the batch alone:
/// not on how many batches are prepared in advance, nor on what else draws random numbers. A pass that is left early is
/// over; its thread stops.
///
/// `state` is where the loader is; a run that was interrupted goes on from there:
///
/// ```swift
/// let saved = "\(loader.state)"
/// loader.state = DataLoaderState(saved)!
/// ```
public final class DataLoader<Source: Dataset>: Sequence {
  public let dataset: Source
  /// How many samples a batch has; the last may have fewer.
  public let batchSize: Int
  private let shuffle: Bool
  private let dropLast: Bool
  private let prefetch: Int
  private let transform: (@Sendable (Source.Sample) -> Source.Sample)?
  private var position: DataLoaderState
  /// Whether the next pass starts at `position`, and not with the pass after it.
  private var isBetweenPasses = true

  /// - Parameters:
  ///   - dataset: Where the samples are.
  ///   - batchSize: How many samples a batch has.
  ///   - shuffle: Whether the samples come in another order in each pass.
  ///   - dropLast: Whether a last batch that would be smaller than the others is left out.
  ///   - seed: What order and random transforms depend on; drawn from the random numbers of the program if missing.
  ///   - prefetch: How many batches are prepared in advance; 0 for none, on the thread of the loop.
  ///   - transform: What is done with each batch, on the other thread; its random numbers depend on `seed`.
  public init(
    _ dataset: Source, batchSize: Int = 1, shuffle: Bool = false, dropLast: Bool = false, seed: Int? = nil,
    prefetch: Int = 2, transform: (@Sendable (Source.Sample) -> Source.Sample)? = nil
  ) {
    if batchSize < 1 || prefetch < 0 {
      mistake(.value, "DataLoader: batches of \(batchSize), \(prefetch) in advance; expected at least 1 and at least 0")
    }
    self.dataset = dataset
    self.batchSize = Swift.max(1, batchSize)
    (self.shuffle, self.dropLast, self.transform) = (shuffle, dropLast, transform)
    self.prefetch = Swift.max(0, prefetch)
    position = DataLoaderState(seed: seed ?? NDArray.randint(0, .max).item(as: Int.self), epoch: 0, batch: 0)
  }

  /// The number of batches of a pass.
  public var count: Int { (dataset.count + (dropLast ? 0 : batchSize - 1)) / batchSize }

  /// The position: in a pass the batch that is next, between passes the start of the next one. The next pass starts at
  /// a position that is set.
  public var state: DataLoaderState {
    get { position }
    set { (position, isBetweenPasses) = (newValue, true) }
  }

  /// Starts a pass.
  public func makeIterator() -> Iterator {
    if !isBetweenPasses { position = position.nextEpoch }
    isBetweenPasses = false
    return Iterator(self)
  }

  /// The batches of one pass.
  public struct Iterator: IteratorProtocol {
    private let loader: DataLoader
    private let epoch: Int
    private var number: Int
    private let batches: Prefetcher<Source.Sample>

    fileprivate init(_ loader: DataLoader) {
      self.loader = loader
      (epoch, number) = (loader.position.epoch, loader.position.batch)
      let range = Swift.min(number, loader.count)..<loader.count
      batches = Prefetcher(range, ahead: loader.prefetch, loader.batches(loader.position))
    }

    /// The next batch; the loader's state is then the position behind it.
    public mutating func next() -> Source.Sample? {
      guard let batch = batches.next() else {
        advance(to: nil)
        return nil
      }
      number += 1
      advance(to: number)
      return batch
    }

    /// Only the latest pass moves the loader.
    private func advance(to batch: Int?) {
      guard loader.position.epoch == epoch, !loader.isBetweenPasses else { return }
      if let batch { loader.position.batch = batch } else { loader.state = loader.position.nextEpoch }
    }
  }

  /// The function that makes the batches of a pass by their numbers; it does not need the loader.
  private func batches(_ state: DataLoaderState) -> @Sendable (Int) -> Source.Sample {
    let (dataset, batchSize, transform) = (dataset, batchSize, transform)
    let order = shuffle ? permutation(dataset.count, state.random(forBatch: -1)) : nil
    return { number in
      let range = (number * batchSize)..<Swift.min((number + 1) * batchSize, dataset.count)
      return withRandomState(state.random(forBatch: number)) {
        let batch = dataset.batch(order.map { Array($0[range]) } ?? Array(range))
        return transform?(batch) ?? batch
      }
    }
  }
}

/// Where a `DataLoader` is: seed, pass, and batch of that pass. As text it fits into the notes of a checkpoint.
public struct DataLoaderState: Sendable, Hashable, Codable, LosslessStringConvertible {
  public var seed: Int
  public var epoch: Int
  public var batch: Int

  public init(seed: Int, epoch: Int, batch: Int) { (self.seed, self.epoch, self.batch) = (seed, epoch, batch) }

  public var description: String { "\(seed) \(epoch) \(batch)" }

  public init?(_ description: String) {
    let numbers = description.split(separator: " ").map { Int($0) }
    guard numbers.count == 3, let seed = numbers[0], let epoch = numbers[1], let batch = numbers[2], epoch >= 0,
      batch >= 0
    else { return nil }
    self.init(seed: seed, epoch: epoch, batch: batch)
  }

  var nextEpoch: Self { Self(seed: seed, epoch: epoch + 1, batch: 0) }

  /// The random numbers of a batch, or of the order of the pass: far from those of the others.
  func random(forBatch batch: Int) -> RandomState {
    let stream = UInt64(truncatingIfNeeded: epoch) << 40 | UInt64(truncatingIfNeeded: batch + 1) << 16
    return RandomState(seed: UInt64(bitPattern: Int64(seed)), stream: stream)
  }
}
