import Testing

@testable import Autograd

@Suite struct ShufflingTests {
  @Test func permutations() {
    let x = NDArray.permutation(1000)
    #expect(x != .arange(1000, dtype: .int64) && x.sorted() == .arange(1000, dtype: .int64))
    #expect(NDArray.permutation(0).shape == [0] && NDArray.permutation(1).item() == 0)
    // Each place is taken by each element equally often.
    let first = withSeed(1) { stack((0..<6000).map { _ in NDArray.permutation(3) }) }
    for column in 0..<3 {
      #expect(isClose(bincount(first[0..., column]), .full([3], 2000), absolute: 220))
    }
    #expect(isRepeatable { .permutation(5000) })
  }

  @Test func shuffledArrays() {
    let x = NDArray.arange(600).reshaped([200, 3])
    let y = x.shuffled()
    #expect(y != x && y.sorted(axis: 0) == x && y[0..., 1] == y[0..., 0] + 1)
    let columns = x.T.shuffled(axis: -1)
    #expect(columns.sorted(axis: 1) == x.T && columns[1] == columns[0] + 1)
    #expect(NDArray.zeros([0, 2]).shuffled().shape == [0, 2])
    let v = NDArray.arange(4).attachingGrad()
    record { square(v.shuffled()) }.backward()
    #expect(v.grad == 2 * v)
  }

  @Test func choices() {
    let x = NDArray([10, 20, 30, 40])
    let free = withSeed(2) { x.choice([8000]) }
    #expect(isClose((free.expandedDims(1) .== x).mean(axis: 0), .full([4], 0.25), absolute: 0.035))
    let p = NDArray([0.1, 0, 0.6, 0.3])
    let weighted = withSeed(3) { x.choice([100, 80], probabilities: p) }
    #expect(weighted.shape == [100, 80])
    #expect(isClose((weighted.reshaped([8000, 1]) .== x).mean(axis: 0), p, absolute: 0.035))
    #expect(x.choice([4], replace: false).sorted() == x)
    #expect(x.choice([3], replace: false, probabilities: p).sorted() == NDArray([10, 30, 40]))
    // The first of two without replacement has the probabilities themselves, the second what is left of them.
    let pairs = withSeed(4) { stack((0..<6000).map { _ in x.choice([2], replace: false, probabilities: p) }) }
    #expect(isClose((pairs[0..., 0].expandedDims(1) .== x).mean(axis: 0), p, absolute: 0.04))
    let second = 0.1 * (0.6 / 0.9) + 0.3 * (0.6 / 0.7)
    #expect(Swift.abs((pairs[0..., 1] .== 30).mean().item() - second) < 0.04)
    #expect(x.choice().shape == [] && x.reshaped([2, 2]).choice([3], axis: 1).shape == [2, 3])
    #expect(NDArray.zeros([0]).choice([0]).shape == [0])
    #expect(isRepeatable { x.choice([5000], probabilities: p) })
    #expect(isRepeatable { NDArray.arange(5000).choice([50, 2], replace: false) })
  }

  @Test func mistakesAreErrors() {
    let x = NDArray.arange(3)
    #expect(errorKind { .permutation(-1) } == .value)
    #expect(errorKind { x.shuffled(axis: 1) } == .axis)
    #expect(errorKind { x.choice([4], replace: false) } == .value)
    #expect(errorKind { x.choice([2], replace: false, probabilities: NDArray([0, 1, 0])) } == .value)
    #expect(errorKind { x.choice(probabilities: NDArray([0.5, 0.5])) } == .shape)
    #expect(errorKind { x.choice(probabilities: NDArray([0.5, 0.6, -0.1])) } == .value)
    #expect(errorKind { NDArray.zeros([0]).choice() } == .shape)
    #expect(errorKind { NDArray(1.0).choice() } == .axis)
  }
}
