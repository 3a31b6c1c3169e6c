import Autograd

private struct Input: Decodable {
  let x: [Double]
  let s: Int
}

/// Runge and Kutta's method for y₀' = x₀, yᵢ' = xᵢ yᵢ₋₁ from 0 to 2.
private struct Equation {
  let x: NDArray
  private let steps: Int
  private let one = NDArray.ones([1], dtype: .float64)

  init(_ input: Input) {
    x = NDArray(input.x).attachingGrad()
    steps = input.s
  }

  func solution() -> NDArray {
    let h = 2 / Double(steps)
    var y = x.zerosLike()
    for _ in 0..<steps {
      let k1 = slope(y)
      let k2 = slope(y + (h / 2) * k1)
      let k3 = slope(y + (h / 2) * k2)
      let k4 = slope(y + h * k3)
      y = y + (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    }
    return y
  }

  private func slope(_ y: NDArray) -> NDArray { x * concatenate([one, y[..<(-1)]]) }
}

extension Module {
  /// The solution of a differential equation, and the gradient of its last component.
  static let ode = Module(
    name: "ode",
    functions: [
      "primal": .vector(prepare: Equation.init) { $0.solution() },
      "gradient": .vector(prepare: Equation.init) { equation in
        record { equation.solution()[-1] }.backward()
        return equation.x.grad
      },
    ])
}
