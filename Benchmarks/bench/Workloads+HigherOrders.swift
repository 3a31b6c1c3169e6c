import Autograd

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension Workload {
  /// Second derivatives, and the objective of ADBench.
  static let higherOrders = [hessian, hessianProduct, gaussianMixture]

  /// Rosenbrock's function.
  private static let hessian = Workload("hessian") {
    let x = Inputs.uniform([64], seed: 1, scale: 0.1, offset: 1).attachingGrad()
    return {
      let f = record {
        let (a, b) = (x[..<63], x[1...])
        return (100 * square(b - a * a) + square(1 - a)).sum()
      }
      return Products(loss: f, gradients: [Autograd.hessian(of: f, wrt: x)])
    }
  }

  /// The Hessian of the loss of `mlp_train` times a vector.
  /// Directional derivatives of all products, forward and backward, and of those of the first layer half.
  private static let hessianProduct = Workload(
    "hvp", needs: .products(8 * Perceptron.wide.products - 5 * Perceptron.wide.firstProduct)
  ) {
    let model = Perceptron.wide
    let (x, labels) = model.data()
    let (parameters, direction) = (model.parameters(), model.direction())
    return {
      Products(gradients: hvp(at: parameters, along: direction) { Perceptron.loss(x, labels, $0) })
    }
  }

  private static let gaussianMixture = Workload("gmm", needs: .products(2 * 3 * 1000 * 25 * 55)) {
    let model = GaussianMixture()
    return gradients(of: [model.alpha, model.means, model.factors], model.objective)
  }
}

/// The likelihood of a mixture of 25 Gaussians in 10 dimensions for 1000 points, with a Wishart prior.
private struct GaussianMixture {
  private static let (d, k, n) = (10, 25, 1000)

  let alpha = Inputs.uniform([k], seed: 1, dtype: .float64).attachingGrad()
  let means = Inputs.uniform([k, d], seed: 2, scale: 0.5, offset: 0.5, dtype: .float64).attachingGrad()
  /// The logarithms of the diagonals of the inverse covariance factors, then their lower triangles by column.
  let factors = Inputs.uniform([k, d + d * (d - 1) / 2], seed: 3, dtype: .float64).attachingGrad()

  private let x = Inputs.uniform([n, d], seed: 4, scale: 2, dtype: .float64).expandedDims(1)
  private let rows: NDArray
  private let columns: NDArray

  init() {
    let lower = (0..<Self.d).flatMap { column in (column + 1..<Self.d).map { (row: $0, column: column) } }
    rows = NDArray(lower.map(\.row), shape: [lower.count])
    columns = NDArray(lower.map(\.column), shape: [lower.count])
  }

  func objective() -> NDArray {
    let (q, l) = (factors[0..., ..<Self.d], factors[0..., Self.d...])
    let diagonal = exp(q)
    var lower = NDArray.zeros([Self.k, Self.d, Self.d], dtype: .float64)
    lower[0..., rows, columns] = l
    let distance = x - means
    let scaled = diagonal * distance + einsum("kij,nkj->nki", lower, distance)
    let inner = alpha + q.sum(axis: 1) - 0.5 * square(scaled).sum(axis: 2)
    let likelihood = inner.logsumexp(axis: 1).sum() - Double(Self.n) * alpha.logsumexp()
    return Self.constant + likelihood - 0.5 * (square(diagonal).sum() + square(l).sum())
  }

  /// The part that depends on no variable, for gamma = 1 and m = 0.
  private static let constant: Double = {
    let degrees = Double(d + 1)
    let gammas = (1...d).reduce(0.25 * Double(d * (d - 1)) * log(Double.pi)) {
      $0 + lgamma(0.5 * (degrees + 1 - Double($1)))
    }
    let prior = Double(k) * (degrees * Double(d) * log(0.5.squareRoot()) - gammas)
    return prior - Double(n * d) * 0.5 * log(2 * Double.pi)
  }()
}
