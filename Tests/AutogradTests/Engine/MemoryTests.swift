import Testing

@testable import Autograd

/// What the statistics say, and the limit.
@Suite(.serialized) struct MemoryTests {
  private let megabyte = 1 << 20

  @Test func liveBytesAreThoseOfArrays() {
    let before = Memory.statistics.live
    var large: NDArray? = NDArray.normal([64, 1 << 20])
    let held = Memory.statistics.live - before
    // A thread of another test that ends meanwhile gives back its numbers.
    #expect(abs(held - 256 * megabyte) < megabyte)
    large = nil
    #expect(large == nil && Memory.statistics.live - before < 40 * megabyte)
    #expect(Memory.statistics.pooled >= 256 * megabyte)
    Memory.trim()
    #expect(Memory.statistics.pooled < 256 * megabyte)
  }

  /// Memory is split and joined again.
  @Test func whatOneArrayLeavesServesForOthersOfAnySize() {
    let x = NDArray.arange(5 << 20)
    func step() {
      let parts = [5, 1, 3, 2].map { x[..<($0 << 20)] + Double($0) }
      for part in parts { part.evaluate() }
      withExtendedLifetime(parts) { #expect(Memory.statistics.live >= 64 * megabyte) }
      for (part, first) in zip(parts, [5.0, 1, 3, 2]) { #expect(part[..<2] == NDArray([first, first + 1])) }
    }
    step()
    Memory.trim()
    do { NDArray.normal([1 << 24]).evaluate() }
    let before = Memory.statistics
    for _ in 0..<3 { step() }
    do { NDArray.normal([1 << 24]).evaluate() }
    #expect(Memory.statistics.systemAllocations == before.systemAllocations)
    #expect(Memory.statistics.pooled == before.pooled)
  }

  @Test func smallArraysCountWhileTheyLive() {
    let before = Memory.statistics.live
    var arrays = (0..<100_000).map { NDArray.arange(16) + Double($0) }
    // The optimiser may end the arrays before they are counted.
    let held = withExtendedLifetime(arrays) {
      Memory.resetPeak()
      return Memory.statistics.live - before
    }
    #expect(held >= 64 * 100_000 && held < 2 * 64 * 100_000)
    arrays.removeAll()
    #expect(arrays.isEmpty && Memory.statistics.live - before < 64 * 50_000)
    #expect(Memory.statistics.peak - before >= 64 * 100_000)
  }

  @Test func peakIsOfLargeAndSmallTogether() {
    Memory.resetPeak()
    let before = Memory.statistics.live
    do {
      let arrays = (0..<100_000).map { NDArray.arange(16) + Double($0) }
      let large = NDArray.normal([1 << 22])
      #expect(large.shape.elementCount > arrays.count)
    }
    let peak = Memory.statistics.peak - before
    #expect(peak >= 64 * 100_000 + 16 * megabyte - 65536)  // as documented
    #expect(peak < 64 * 100_000 + 40 * megabyte)
  }

  @Test func whatExceedsTheLimitIsAnError() throws {
    let x = NDArray.normal([1 << 20])
    x.evaluate()
    Memory.trim()
    let now = Memory.statistics
    Memory.limit = now.live + now.pooled + 64 * megabyte
    defer { Memory.limit = nil }
    #expect(Memory.limit == now.live + now.pooled + 64 * megabyte)
    (x * 2).evaluate()
    let error = #expect(throws: NDArrayError.self) {
      try recovering {
        let y = x.reshaped([1, 1 << 20]) * NDArray.ones([256, 1]) + 1
        y.evaluate()
        #expect(y.shape == [256, 1 << 20])
      }
    }
    #expect(error?.kind == .memory)
    let message = try #require(error?.message)
    #expect(message.contains("add") && message.contains("(256, 1048576)") && message.contains("1073741824 bytes"))
    #expect((x + x).sum().item() == 2 * x.sum().item())
  }

  @Test func operationsWithCodeOfTheirOwnKeepTheLimitToo() {
    let x = NDArray.normal([2000, 1])
    Memory.trim()
    let now = Memory.statistics
    Memory.limit = now.live + now.pooled + 4 * megabyte
    defer { Memory.limit = nil }
    #expect(throws: NDArrayError.self) { try recovering { matmul(x, x.T).evaluate() } }
    #expect(throws: NDArrayError.self) { try recovering { NDArray.uniform([1 << 24]) } }
    #expect(throws: NDArrayError.self) { try recovering { NDArray(Array(repeating: 1.5, count: 1 << 23)) } }
  }

  @Test func pooledMemoryIsGivenBackBeforeTheLimitIsReached() {
    Memory.trim()
    do { NDArray.normal([1 << 24]).evaluate() }
    let now = Memory.statistics
    #expect(now.pooled >= 64 * megabyte)
    Memory.limit = now.live + now.pooled + 8 * megabyte
    defer { Memory.limit = nil }
    let other = NDArray.normal([3 << 22])  // of another size than what is pooled
    #expect(other.shape == [3 << 22])
    #expect(Memory.statistics.pooled < now.pooled)
  }
}
