import Autograd

extension Workload {
  /// One layer each: normalisation, loss, matrix product, lookup.
  static let kernels = [rowNorm, softmaxCrossEntropy, matrixProduct, lookup]

  private static let rowNorm = Workload("rownorm", needs: .elements(3 * 4096 * 1024)) {
    let x = Inputs.uniform([4096, 1024], seed: 1, scale: 2).attachingGrad()
    let g = Inputs.uniform([1024], seed: 2, scale: 0.1, offset: 1).attachingGrad()
    let b = Inputs.uniform([1024], seed: 3, scale: 0.1).attachingGrad()
    let w = Inputs.uniform([4096, 1024], seed: 4)
    return gradients(of: [x, g, b]) {
      let d = x - x.mean(axis: 1, keepDims: true)
      let v = (d * d).mean(axis: 1, keepDims: true)
      let y = d / sqrt(v + 1e-5) * g + b
      return (y * y * w).sum()
    }
  }

  private static let softmaxCrossEntropy = Workload("softmax_xent", needs: .elements(2 * 1024 * 10000)) {
    let z = Inputs.uniform([1024, 10000], seed: 1, scale: 3).attachingGrad()
    let labels = Inputs.ids(1024, seed: 2, below: 10000)
    return gradients(of: [z]) { crossEntropy(z, labels) }
  }

  private static let matrixProduct = Workload("matmul_1024", needs: .products(3 * 1024 * 1024 * 1024)) {
    let a = Inputs.uniform([1024, 1024], seed: 1).attachingGrad()
    let b = Inputs.uniform([1024, 1024], seed: 2).attachingGrad()
    let w = Inputs.uniform([1024, 1024], seed: 3)
    return gradients(of: [a, b]) { (matmul(a, b) * w).sum() }
  }

  private static let lookup = Workload("embedding", needs: .elements(50000 * 64 + 3 * 4096 * 64)) {
    let table = Inputs.uniform([50000, 64], seed: 1).attachingGrad()
    let ids = Inputs.ids(4096, seed: 2, below: 50000)
    let w = Inputs.uniform([4096, 64], seed: 3)
    return gradients(of: [table]) { (embedding(ids, table) * w).sum() }
  }
}
