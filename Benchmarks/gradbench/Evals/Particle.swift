import Autograd

private struct Input: Decodable {
  let w: Double
}

/// The square of where a charged particle crosses the axis, when a charge that repels it is at height 10 - w.
private func crossing(_ w: NDArray, _ mode: Differentiation) -> NDArray {
  let fixed = NDArray([10.0, 0])
  let movable = concatenate([NDArray([10.0]), 10 - w])
  func potential(_ x: NDArray) -> NDArray {
    reciprocal((x - movable).norm()) + reciprocal((x - fixed).norm())
  }
  let slope = mode.gradient(of: potential)
  let step = 0.1
  var position = NDArray([0.0, 8])
  var velocity = NDArray([0.75, 0])
  while true {
    let next = position + step * velocity
    guard next[1] > 0 else { break }
    (position, velocity) = (next, velocity - step * slope(position))
  }
  let rest = -position[1] / velocity[1]
  return square(position[0] + rest * velocity[0])
}

extension Module {
  /// The control of a particle's path, by gradient descent through a simulation that takes gradients itself.
  static let particle = nested("particle") { outer, inner in
    .number(prepare: { (input: Input) in NDArray([input.w]) }) { start in
      argmin({ crossing($0, inner) }, from: start, by: outer)
    }
  }
}
