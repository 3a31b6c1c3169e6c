import Testing

@testable import Autograd

@Suite(.serialized) struct ExecutionTests {
  /// Programs over shapes that are no multiples of a tile, checked against one operation at a time.
  @Test(arguments: [
    [1], [7], [513], [5, 3], [3, 700], [2, 3000], [700, 3], [2, 3, 5], [3, 1, 600], [40, 2, 3, 4],
  ])
  func fusedEqualsUnfused(_ extents: [Int]) {
    seed(extents.count)
    let x = NDArray.uniform(Shape(extents), low: -1, high: 1, dtype: .float64)
    let row = NDArray.uniform([extents.last!], dtype: .float64)
    func results() -> [NDArray] {
      let e = exp(x - x.max(axis: -1, keepDims: true))
      let s = e / e.sum(axis: -1, keepDims: true)
      let y = sin(x) * row + s
      return [
        s, y, y.sum(), y.sum(axis: 0), y.mean(axis: -1), y.max(axis: 0), (y .> 0).sum(axis: -1), (y * s).prod(),
        y.T + 1, s.variance(axis: -1), (y .> 0).any(axis: 0), (x * 10).astype(.int32).sum(axis: 0),
      ]
    }
    for (i, (a, b)) in zip(fused(results), unfused(results)).enumerated() {
      #expect(isClose(a, b, relative: 1e-12, absolute: 1e-13), "result \(i) of \(extents)")
      #expect(a.dtype == b.dtype)
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() {
    let x = NDArray.normal([1000, 777])
    let w = NDArray.normal([777])
    func results() -> [NDArray] {
      let y = tanh(x) * w
      return [y.sum(), y.sum(axis: 0), y.sum(axis: 1), softmaxOfRows(y)]
    }
    let threads = Execution.threads
    defer { Execution.threads = threads }
    Execution.threads = 1
    let one = results().map { $0.scalars(as: Float.self) }
    Execution.threads = 4
    let four = results().map { $0.scalars(as: Float.self) }
    #expect(one == four)
  }

  private func softmaxOfRows(_ x: NDArray) -> NDArray {
    let e = exp(x - x.max(axis: 1, keepDims: true))
    return e / e.sum(axis: 1, keepDims: true)
  }

  @Test func sumsAreAccurate() {
    #expect(NDArray.ones([20_000_000]).sum().item() == 20_000_000)
    #expect(Swift.abs(NDArray.full([20_000_000], 0.1).sum().item() - 2_000_000) < 1)
  }

  @Test func aMillionRecordedOperations() {
    let x = NDArray([1.0]).attachingGrad()
    let y = record { () -> NDArray in
      var y = x
      for _ in 0..<1_000_000 { y = y + x }
      return y
    }
    y.backward()
    #expect(x.grad.item() == 1_000_001)
  }

  @Test func aLongPendingChainIsBounded() {
    let x = NDArray.ones([5000])
    var y = x
    for _ in 0..<20_000 { y = y + x }
    #expect(y.max().item() == 20_001)
  }

  @Test func stepsTakeNothingFromTheSystem() {
    var w = NDArray.normal([200, 100]).attachingGrad()
    let x = NDArray.normal([100])
    func step() {
      let loss = record { (square(w * x)).mean() }
      loss.backward()
      w -= 0.1 * w.grad
      w.evaluate()
    }
    for _ in 0..<20 { step() }
    let before = Memory.statistics
    for _ in 0..<200 { step() }
    #expect(Memory.statistics.systemAllocations == before.systemAllocations)
    #expect(Memory.statistics.live <= before.live)
  }
}

@Suite(.serialized) struct MemoryReuseTests {
  /// An update is done in place when nothing else needs the old value.
  @Test func deadInputsBecomeOutputs() {
    var w = NDArray.normal([100_000])
    let g = NDArray.normal([100_000])
    let expected = zip(w.scalars(as: Float.self), g.scalars(as: Float.self)).map { $0 - $1 * 0.5 }
    let address = w.node.base
    w -= 0.5 * g
    w.evaluate()
    #expect(w.node.base == address)
    #expect(isClose(w, NDArray(expected)))
  }

  @Test func deadInputsBecomeOutputsOfAnotherShape() {
    var w = NDArray.normal([1000, 100])
    let expected = w.scalars(as: Float.self).map { 2 * $0 }
    let address = w.node.base
    w = (2 * w).reshaped([50, 2000])
    w.evaluate()
    #expect(w.node.base == address && w.shape == [50, 2000])
    #expect(w.scalars(as: Float.self) == expected)
  }

  @Test func valuesThatAreHeldStay() {
    var w = NDArray.normal([100_000])
    let old = w
    let copy = w.scalars(as: Float.self)
    w = sin(w) + w * w
    w.evaluate()
    #expect(old.scalars(as: Float.self) == copy)
    #expect(w.node.base != old.node.base)
  }

  @Test func smallPartsOfLargePendingArraysAreTakenAtOnce() {
    let x = NDArray.ones([2000, 100]) * 2
    #expect(!x.node.isReady)
    let row = x[7]
    #expect(x.node.isReady && row.node.isReady)
    let half = (x * 3)[..<1000]
    #expect(!half.node.isReady)
  }
}
