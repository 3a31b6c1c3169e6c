/// Derivatives of a function of arrays to any order, and what finite differences say of them.
///
/// The derivative of order 1 is the gradient of the sum of the results, each with a weight; that of order k + 1 is the
/// gradient of the derivative of order k in a fixed direction.
struct DerivativeCheck {
  private let function: ([NDArray]) -> NDArray
  private let inputs: [NDArray]
  private let order: Int
  /// Which inputs can have a gradient; the others stay as they are.
  let variables: [Int]
  /// Each run draws the same random numbers.
  private let randomStart = randomState

  init(_ function: @escaping ([NDArray]) -> NDArray, at inputs: [NDArray], order: Int = 2) {
    self.function = function
    self.inputs = inputs
    self.order = order
    variables = inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }
  }

  /// The gradients of each order with respect to each variable.
  func gradients() -> [[NDArray]] { slopes(at: inputs, order).gradients }

  /// For each order and variable, what the derivative is and what differences say, element by element.
  func comparisons() -> [[[(found: Double, difference: Double)]]] {
    gradients().enumerated().map { k, gradients in
      zip(variables, gradients).map { i, gradient in
        gradient.scalars(as: Double.self).enumerated().map { element, found in (found, difference(k, i, element)) }
      }
    }
  }

  /// The weighted sum of the results, and its derivatives: as functions, and along the fixed direction as numbers.
  private func slopes(at inputs: [NDArray], _ order: Int) -> (gradients: [[NDArray]], last: NDArray) {
    RandomSource.$shared.withValue(RandomSource(at: randomStart)) { seededSlopes(at: inputs, order) }
  }

  private func seededSlopes(at inputs: [NDArray], _ order: Int) -> (gradients: [[NDArray]], last: NDArray) {
    let x = inputs.map { $0.dtype.isFloatingPoint ? $0.attachingGrad() : $0 }
    let attached = variables.map { x[$0] }
    var last = record { weighted(function(x)) }
    if order > 0 { last = Derivative.of(attached, last) }
    var gradients: [[NDArray]] = []
    for _ in 0..<order {
      gradients.append(grad(of: [last], wrt: attached, createGraph: true))
      last = record { gradients.last!.map(weighted).reduce(NDArray(0, as: last.dtype), +) }
    }
    return (gradients, last)
  }

  /// The sum with weights from 1 to 2, no two of them equal; the first is 1, so that a single result stays what it is.
  private func weighted(_ x: NDArray) -> NDArray {
    (x * NDArray(x.shape, dtype: x.dtype) { 1 + (Double($0) * 0.618034).truncatingRemainder(dividingBy: 1) }).sum()
  }

  /// The symmetric difference quotient of the derivative of order `k` by one element of input `i`.
  private func difference(_ k: Int, _ i: Int, _ element: Int) -> Double {
    var values = inputs[i].scalars(as: Double.self)
    let center = values[element]
    let step = (inputs[i].dtype == .float64 ? 1e-5 : 1e-2) * Swift.max(1, Swift.abs(center))
    func moved(_ step: Double) -> Double {
      values[element] = center + step
      var inputs = inputs
      inputs[i] = NDArray(values, shape: inputs[i].shape, dtype: inputs[i].dtype)
      return slopes(at: inputs, k).last.item()
    }
    return (moved(step) - moved(-step)) / (2 * step)
  }
}
