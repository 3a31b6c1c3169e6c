@testable import Autograd

/// Compares derivatives with finite differences, to the second order, with random cotangents.
struct GradientCheck {
  let function: ([NDArray]) -> NDArray
  let inputs: [NDArray]

  /// The largest error of a first derivative, and of a second one, relative to 1 plus its size.
  func worstErrors() -> (first: Double, second: Double) {
    let variables = inputs.map { $0.astype(.float64).attachingGrad() }
    let cotangent = NDArray.uniform(function(variables).shape, low: 0.5, high: 1.5, dtype: .float64)
    let directions = variables.map { NDArray.uniform($0.shape, low: 0.5, high: 1.5, dtype: .float64) }
    func value(_ x: [NDArray]) -> NDArray { (function(x) * cotangent).sum() }
    func slope(_ x: [NDArray]) -> NDArray? {
      let parts = record { () -> [NDArray] in
        let gradients = grad(of: [value(x)], wrt: x, createGraph: true)
        return zip(gradients, directions).map { ($0 * $1).sum() }
      }
      return record { parts.dropFirst().reduce(parts[0], +) }
    }
    let first = grad(of: [record { value(variables) }], wrt: variables)
    let firstError = worst(first, of: { value($0).item() }, at: variables)
    guard let s = slope(variables), s.node.isTracked, let second = try? recovering({ grad(of: [s], wrt: variables) })
    else { return (firstError, 0) }
    return (firstError, worst(second, of: { slope($0.map { $0.attachingGrad() })!.item() }, at: variables))
  }

  private func worst(_ gradients: [NDArray], of f: ([NDArray]) -> Double, at x: [NDArray]) -> Double {
    var result = 0.0
    for (i, gradient) in gradients.enumerated() {
      let expected = gradient.scalars(as: Double.self)
      for element in 0..<x[i].elementCount {
        let error = Swift.abs(expected[element] - difference(f, x, i, element)) / (1 + Swift.abs(expected[element]))
        result = error.isNaN ? .infinity : Swift.max(result, error)
      }
    }
    return result
  }

  private func difference(_ f: ([NDArray]) -> Double, _ x: [NDArray], _ i: Int, _ element: Int) -> Double {
    let h = 1e-5
    func moved(_ step: Double) -> Double {
      var values = x[i].scalars(as: Double.self)
      values[element] += step
      var inputs = x.map { $0.detached() }
      inputs[i] = NDArray(values, shape: x[i].shape)
      return f(inputs.map { $0.attachingGrad() })
    }
    return (moved(h) - moved(-h)) / (2 * h)
  }
}
