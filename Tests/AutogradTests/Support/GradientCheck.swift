@testable import Autograd

/// Derivatives of a function of arrays to any order, and what finite differences say of them.
///
/// The derivative of order 1 is the gradient of the sum of the results, each with a weight; that of order k + 1 is the
/// gradient of the derivative of order k in a fixed direction.
struct GradientCheck {
  private let function: ([NDArray]) -> NDArray
  private let inputs: [NDArray]
  private let order: Int

  init(_ function: @escaping ([NDArray]) -> NDArray, at inputs: [NDArray], order: Int = 2) {
    self.function = function
    self.inputs = inputs
    self.order = order
  }

  /// The gradients of each order with respect to each input.
  func gradients() -> [[NDArray]] { slopes(at: inputs, order).gradients }

  /// The largest error of the derivatives of each order, relative to 1 plus their size.
  func worstErrors() -> [Double] {
    gradients().enumerated().map { k, gradients in
      let errors = gradients.enumerated().map { i, gradient in
        gradient.scalars(as: Double.self).enumerated().map { element, found in
          let error = Swift.abs(found - difference(k, i, element)) / (1 + Swift.abs(found))
          return error.isNaN ? .infinity : error
        }
      }
      return errors.joined().max() ?? 0
    }
  }

  /// The weighted sum of the results, and its derivatives: as functions, and along the fixed direction as numbers.
  private func slopes(at inputs: [NDArray], _ order: Int) -> (gradients: [[NDArray]], last: NDArray) {
    let x = inputs.map { $0.attachingGrad() }
    var last = record { weighted(function(x)) }
    var gradients: [[NDArray]] = []
    for _ in 0..<order {
      gradients.append(grad(of: [last], wrt: x, createGraph: true))
      last = record { gradients.last!.map(weighted).reduce(NDArray(0, as: x[0].dtype), +) }
    }
    return (gradients, last)
  }

  /// The sum with weights from 0.5 to 1.5, no two of them equal.
  private func weighted(_ x: NDArray) -> NDArray {
    (x * NDArray(x.shape, dtype: x.dtype) { 1.5 - (Double($0) * 0.618034).truncatingRemainder(dividingBy: 1) }).sum()
  }

  /// The symmetric difference quotient of the derivative of order `k` by one element of input `i`.
  private func difference(_ k: Int, _ i: Int, _ element: Int) -> Double {
    let h = 1e-5
    func moved(_ step: Double) -> Double {
      var values = inputs[i].scalars(as: Double.self)
      values[element] += step
      var inputs = inputs
      inputs[i] = NDArray(values, shape: inputs[i].shape)
      return slopes(at: inputs, k).last.item()
    }
    return (moved(h) - moved(-h)) / (2 * h)
  }
}
