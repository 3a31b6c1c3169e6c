import Testing

@testable import Autograd

@Suite(.serialized) struct CheckpointTests {
  /// A layer with products, maps, reductions, random numbers and small operations.
  private func layer(_ x: NDArray, _ w: NDArray, _ b: NDArray) -> NDArray {
    let h = tanh(matmul(x, w) + b)
    let scale = (b * b).sum() + 1
    return dropout(softmax(h * h), p: 0.3) * scale - h
  }

  private func gradients(_ size: Int, checkpointed: Bool, sharing: Bool = false) -> [NDArray] {
    let variables = withSeed(3) {
      (0..<4).flatMap { _ in [NDArray.normal([size, size], std: 0.1), .normal([size])] }.map { $0.attachingGrad() }
    }
    return withSeed(5) {
      let y = record { () -> NDArray in
        var x = variables[0]
        for k in 1...3 {
          let (w, b) = sharing ? (variables[2], variables[3]) : (variables[2 * k], variables[2 * k + 1])
          x = checkpointed ? checkpoint { layer(x, w, b) } : layer(x, w, b)
        }
        return (x * x).sum()
      }
      y.backward()
      return [y] + variables.map(\.grad)
    }
  }

  /// Small arrays, which are computed at once, and large ones, which wait.
  @Test(arguments: [4, 64]) func resultsHaveTheSameBits(_ size: Int) {
    #expect(gradients(size, checkpointed: true) == gradients(size, checkpointed: false))
    let (found, expected) = (
      gradients(size, checkpointed: true, sharing: true), gradients(size, checkpointed: false, sharing: true)
    )
    for (a, b) in zip(found, expected) { #expect(isClose(a, b, relative: 1e-3, absolute: 1e-3)) }
  }

  @Test func higherOrders() {
    let x = NDArray([0.5, -1, 2], dtype: .float64)
    func plain(_ x: NDArray) -> NDArray { sin(x * x) * exp(x) + x }
    func f(_ x: NDArray) -> NDArray { checkpoint { plain(x) } }
    #expect(checkGradients(of: f, at: x, order: 3).passes)
    let (found, expected) = (hessian { f($0).sum() }(x), hessian { plain($0).sum() }(x))
    #expect(found == expected)
    #expect(isClose(jvp(at: x, along: x, f).tangent, jvp(at: x, along: x, plain).tangent, relative: 1e-12))
    #expect(vmap(f)(x) == plain(x))
  }

  @Test func nestedAndWithControlFlow() {
    let x = NDArray([0.5, 2]).attachingGrad()
    func growing(_ x: NDArray, _ step: (NDArray) -> NDArray) -> NDArray {
      var y = x
      while y.sum() < 20 { y = step(y) }
      return x.sum() > 0 ? y : -y
    }
    record { checkpoint { growing(x) { y in checkpoint { y * y + 1 } } } }.backward()
    let found = x.grad
    record { growing(x) { $0 * $0 + 1 } }.backward()
    #expect(found == x.grad)
  }

  /// What a result does not depend on is no part of it, and constants stay constants.
  @Test func edges() {
    let x = NDArray([1, 2]).attachingGrad()
    #expect(record { checkpoint { x } }.node === x.node)
    #expect(!record { checkpoint { NDArray([1, 2]) * 2 } }.node.isTracked)
    #expect(!checkpoint { x * 2 }.node.isTracked)
    let y = record { checkpoint { x * (x * 2).detached() } }
    y.backward(retainGraph: true)
    #expect(x.grad == 2 * x)
    y.backward()
    #expect(x.grad == 2 * x)
    #expect(throws: NDArrayError.self) { try recovering { y.backward() } }
    #expect(throws: NDArrayError.self) { try recovering { record { checkpoint { x + NDArray.ones([3]) } }.backward() } }
  }

  /// Of a long chain only the boundaries stay, and the backward needs the inside of one segment at a time.
  @Test func memoryFalls() {
    let w = (NDArray.normal([256, 256], std: 0.05)).attachingGrad()
    func step(_ checkpointed: Bool) -> (kept: Int, peak: Int) {
      let start = Memory.statistics.live
      var y = record { () -> NDArray in
        var x = NDArray.ones([256, 256])
        for _ in 0..<16 {
          func segment() -> NDArray {
            var x = x
            for _ in 0..<4 { x = tanh(matmul(x, w)) }
            return x
          }
          x = checkpointed ? checkpoint(segment) : segment()
        }
        return x.sum()
      }
      y.evaluate()
      let kept = Memory.statistics.live - start
      Memory.resetPeak()
      y.backward()
      y = NDArray(0)
      return (kept, Memory.statistics.peak - start)
    }
    _ = step(false)
    let (plain, frugal) = (step(false), step(true))
    #expect(frugal.kept * 3 < plain.kept, "\(frugal.kept), not \(plain.kept)")
    #expect(frugal.peak * 2 < plain.peak, "\(frugal.peak), not \(plain.peak)")
  }
}
