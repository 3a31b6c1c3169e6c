import Autograd

extension Workload {
  /// Long chains of elementwise operations on few and on many elements.
  static let chains = [
    tinyChain, scalarLoop,
    elementwiseChain("ew_chain_1e4", count: 10_000),
    elementwiseChain("ew_chain_1e6", count: 1_000_000),
    elementwiseChain("ew_chain_1e7", count: 10_000_000),
  ]

  private static let tinyChain = Workload("tiny_chain") {
    let x = Inputs.uniform([4], seed: 1, scale: 0.5).attachingGrad()
    return gradients(of: [x]) {
      var y = x
      for _ in 0..<1000 { y = y * 1.0001 + x }
      return y.sum()
    }
  }

  private static let scalarLoop = Workload("scalar_loop") {
    let a = NDArray((1...4).map { 1e-3 * Double($0) }, shape: [4], dtype: .float32).attachingGrad()
    return gradients(of: [a]) {
      var b = a * 2
      while abs(b).sum() < 1000 { b = b * 2 }
      let c = b.sum() > 0 ? b : 100 * b
      return c.sum()
    }
  }

  /// Sine, cosine, exponential and tanh take about 20 operations each, the rest as many together.
  private static func elementwiseChain(_ name: String, count: Int) -> Workload {
    Workload(name, needs: .operations(100 * Double(count))) {
      let x = Inputs.uniform([count], seed: 1, scale: 2).attachingGrad()
      return gradients(of: [x]) { (sin(x) * exp(-x * x) + tanh(x) * x).sum() }
    }
  }
}
