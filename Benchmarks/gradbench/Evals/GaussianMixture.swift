import Autograd
import Foundation

private struct Input: Decodable {
  let d: Int
  let k: Int
  let n: Int
  let x: [[Double]]
  let m: Int
  let gamma: Double
  let alpha: [Double]
  let mu: [[Double]]
  let q: [[Double]]
  let l: [[Double]]
}

/// The logarithm of the posterior probability of a Gaussian mixture with a Wishart prior on its precision matrices.
private struct Mixture {
  let alpha: NDArray
  let mu: NDArray
  let q: NDArray
  let l: NDArray
  private let x: NDArray
  private let prior: (m: Double, gamma: Double)
  /// Where the elements of `l` are in the triangular factors: column by column.
  private let lower: (rows: NDArray, columns: NDArray)
  private let diagonal: NDArray

  init(_ input: Input) {
    alpha = NDArray(input.alpha).attachingGrad()
    mu = NDArray(input.mu).attachingGrad()
    q = NDArray(input.q).attachingGrad()
    l = NDArray(input.l.flatMap { $0 }, shape: [input.k, input.d * (input.d - 1) / 2]).attachingGrad()
    x = NDArray(input.x)
    prior = (Double(input.m), input.gamma)
    let cells = (0..<input.d).flatMap { column in (column + 1..<input.d).map { (row: $0, column: column) } }
    lower = (NDArray(cells.map(\.row), shape: [cells.count]), NDArray(cells.map(\.column), shape: [cells.count]))
    diagonal = NDArray(Array(0..<input.d), shape: [input.d])
  }

  func objective() -> NDArray {
    var factors = NDArray.zeros([q.shape[0], q.shape[1], q.shape[1]], dtype: .float64)
    factors[0..., lower.rows, lower.columns] = l
    factors[0..., diagonal, diagonal] = exp(q)
    let scaled = einsum("kij,nj->nki", factors, x) - einsum("kij,kj->ki", factors, mu)
    let beta = alpha - 0.5 * square(scaled).sum(axis: 2) + q.sum(axis: 1)
    let likelihood = beta.logsumexp(axis: 1).sum() - Double(x.shape[0]) * alpha.logsumexp()
    let penalty = 0.5 * prior.gamma * prior.gamma * square(factors).sum() - prior.m * q.sum()
    return likelihood - penalty + constant
  }

  /// The part that depends on no variable.
  private var constant: Double {
    let (d, k, n) = (Double(q.shape[1]), Double(q.shape[0]), Double(x.shape[0]))
    let degrees = d + prior.m + 1
    let logGamma = (1...q.shape[1]).reduce(0.25 * d * (d - 1) * Foundation.log(.pi)) {
      $0 + lgamma(0.5 * (degrees + 1 - Double($1)))
    }
    return k * (degrees * d * Foundation.log(prior.gamma / 2.0.squareRoot()) - logGamma)
      - 0.5 * n * d * Foundation.log(2 * .pi)
  }
}

private struct Gradient: Encodable {
  let alpha: [Double]
  let mu: [[Double]]
  let q: [[Double]]
  let l: [[Double]]
}

extension Module {
  /// Fitting a mixture of Gaussians.
  static let gaussianMixture = Module(
    name: "gmm",
    functions: [
      "objective": .number(prepare: Mixture.init) { $0.objective() },
      "jacobian": Function(prepare: Mixture.init) { mixture in
        record { mixture.objective() }.backward()
        return [mixture.alpha.grad, mixture.mu.grad, mixture.q.grad, mixture.l.grad]
      } output: {
        Gradient(alpha: $0[0].scalars(as: Double.self), mu: $0[1].rows, q: $0[2].rows, l: $0[3].rows)
      },
    ])
}
