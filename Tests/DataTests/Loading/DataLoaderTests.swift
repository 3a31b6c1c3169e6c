import Autograd
import Foundation
import Synchronization
import Testing

@testable import Data

@Suite struct DataLoaderTests {
  private let data = ArrayDataset(NDArray.arange(10), NDArray.arange(10))

  private func labels(_ loader: DataLoader<ArrayDataset>) -> [[Int]] { loader.map { $0.1.scalars(as: Int.self) } }

  @Test func batchesInOrder() {
    #expect(labels(DataLoader(data, batchSize: 4)) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    let full = DataLoader(data, batchSize: 4, dropLast: true)
    #expect(labels(full) == [[0, 1, 2, 3], [4, 5, 6, 7]] && full.count == 2)
    #expect(labels(DataLoader(data[..<0], batchSize: 4)) == [])
  }

  @Test(arguments: [0, 1, 3, 100]) func shufflingDependsOnSeedAndPassAlone(_ prefetch: Int) {
    let loader = DataLoader(data, batchSize: 3, shuffle: true, seed: 7, prefetch: prefetch)
    let (first, second) = (labels(loader), labels(loader))
    #expect(first.flatMap { $0 }.sorted() == Array(0..<10) && first != second)
    let other = DataLoader(data, batchSize: 3, shuffle: true, seed: 7)
    _ = NDArray.normal([3])
    #expect(labels(other) == first && labels(other) == second)
    #expect(labels(DataLoader(data, batchSize: 3, shuffle: true, seed: 8)) != first)
  }

  @Test func theProgramsSeedDecidesIfThereIsNoOther() {
    func state(_ seed: UInt64) -> DataLoaderState {
      withRandomState(RandomState(seed: seed, stream: 0)) { DataLoader(data, shuffle: true).state }
    }
    #expect(state(1) == state(1) && state(1) != state(2))
  }

  @Test func randomTransformsAreRepeatable() {
    func noise(_ prefetch: Int) -> [[Float]] {
      DataLoader(data, batchSize: 2, shuffle: true, seed: 1, prefetch: prefetch) { x, y in
        (x + NDArray.normal(x.shape), y)
      }.map { $0.0.scalars() }
    }
    withRandomState(RandomState(seed: 1, stream: 0)) {
      let before = randomState
      #expect(noise(0) == noise(4) && randomState == before)
    }
    #expect(Set(noise(0).flatMap { $0 }).count == 10)
  }

  @Test func anInterruptedRunGoesOn() {
    let (loader, other) = (
      DataLoader(data, batchSize: 3, shuffle: true, seed: 5), DataLoader(data, batchSize: 3, shuffle: true, seed: 5)
    )
    let whole = (0..<3).flatMap { _ in labels(loader) }
    for stop in 0..<12 {
      var seen = 0
      other.state = DataLoaderState(seed: 5, epoch: 0, batch: 0)
      var saved = other.state
      run: for _ in 0..<3 {
        for _ in other {
          if seen == stop { break run }
          seen += 1
          saved = other.state
        }
      }
      let resumed = DataLoader(data, batchSize: 3, shuffle: true, seed: 99)
      resumed.state = DataLoaderState("\(saved)")!
      var rest: [[Int]] = []
      while rest.count < 12 - stop { rest += labels(resumed) }
      #expect(rest == Array(whole[stop...]), "\(stop)")
    }
  }

  @Test func aPassThatIsLeftIsOver() {
    let loader = DataLoader(data, batchSize: 3, seed: 5)
    for _ in loader { break }
    #expect(loader.state == DataLoaderState(seed: 5, epoch: 0, batch: 1))
    #expect(labels(loader).count == 4 && loader.state == DataLoaderState(seed: 5, epoch: 2, batch: 0))
  }

  @Test func theThreadStopsWithTheIterator() async throws {
    weak var work: AnyObject?
    do {
      let batches = Prefetcher(0..<1_000_000, ahead: 2) { NDArray.full([1], Double($0)) }
      #expect(batches.next()!.item() == 0)
      work = batches.shared
    }
    for _ in 0..<1000 where work != nil { try await Task.sleep(for: .milliseconds(5)) }
    #expect(work == nil)
  }

  @Test func nothingIsPreparedTooEarly() throws {
    let made = Mutex(0)
    let batches = Prefetcher(0..<100, ahead: 3) { number in
      made.withLock { $0 += 1 }
      return NDArray.full([1], Double(number))
    }
    for i in 0..<50 {
      #expect(batches.next()!.item() == Double(i))
      #expect(made.withLock { $0 } <= i + 5)
    }
  }

  @Test func mistakesOnTheThreadAreReportedHere() {
    let loader = DataLoader(data, batchSize: 2, prefetch: 2) { x, y in (matmul(x, NDArray.ones([3])), y) }
    let error = #expect(throws: NDArrayError.self) { try recovering { for _ in loader {} } }
    #expect(error!.message.hasPrefix("matmul"))
  }
}
