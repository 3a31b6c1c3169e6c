import Testing

@testable import Autograd

/// Which work is computed by the same steps.
@Suite struct StructureTests {
  private func structure(_ arrays: NDArray...) -> Structure {
    let nodes = arrays.map(\.node)
    return graphLock.withLock { Structure(Traversal(toCompute: nodes), nodes) }
  }

  private func step(_ x: NDArray, _ factor: Double, _ y: NDArray) -> NDArray { (exp(x * factor) + y).sum(axis: 1) }

  @Test func valuesNumbersAndOffsetsAreNoMatter() {
    let (x, y, z) = (NDArray.uniform([100, 50]), NDArray.uniform([100, 50]), NDArray.uniform([3, 100, 50]))
    #expect(structure(step(x, 2, y)) == structure(step(y, 3, x)))
    #expect(structure(exp(z)[1] * 2) == structure(exp(z)[2] * 2))
    #expect(structure(z[1] * 2) == structure(z[2] * 2))
  }

  @Test func whatChangesTheStepsMatters() {
    let (x, y) = (NDArray.uniform([100, 100]), NDArray.uniform([100, 100]))
    let one = structure(step(x, 2, y))
    #expect(one != structure(step(x, 2, x)))
    #expect(one != structure(step(x.T, 2, y)))
    #expect(one != structure(step(x.astype(.float64), 2, y)))
    #expect(one != structure((sin(x * 2) + y).sum(axis: 1)))
    #expect(one != structure((exp(x * 2) + y).sum(axis: 0)))
    #expect(one != structure((exp(x * 2) + y).max(axis: 1)))
    #expect(one != structure(step(NDArray.uniform([100, 101]), 2, NDArray.uniform([100, 101]))))
    let inner = exp(x * 2)
    #expect(structure(inner + y) != structure(inner + y, inner))
    #expect(structure(exp(x).T + 1) != structure(exp(x).reshaped([100, 100]) + 1))
    #expect(structure(exp(x)[..<50] + 1) != structure(exp(x)[.slice(nil, nil, step: 2)] + 1))
  }

  @Test func stepsUsedAgainGiveTheSameBits() {
    func network(_ x: NDArray, _ w: NDArray, _ offset: Int) -> [NDArray] {
      let w = w.attachingGrad()
      let loss = record { softmax(matmul(tanh(x), w)[offset...]).logsumexp(axis: 1).sum() }
      loss.backward()
      return [loss, w.grad]
    }
    for round in 0..<4 {
      let x = NDArray.uniform([64, 96], low: Double(round), high: 5)
      let w = NDArray.uniform([96, 80])
      let apart = Execution.withImmediateLimit(0) { network(x, w, round) }
      let again = Execution.withImmediateLimit(0) { network(x, w, round) }
      #expect(apart[0] == again[0])
      #expect(apart[1] == again[1])
      let atOnce = Execution.withImmediateLimit(.max) { network(x, w, round) }
      #expect(allClose(apart[1], atOnce[1], relative: 1e-3, absolute: 1e-5))
    }
  }

  @Test func memoryIsUsedAgainByStepsUsedAgain() {
    var x = NDArray.uniform([50_000])
    for _ in 0..<3 {
      x = exp(-x)
      x.evaluate()
      let before = x.node.base
      x = x * 2
      x.evaluate()
      #expect(x.node.base == before)
    }
  }
}
