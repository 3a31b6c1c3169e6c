import Autograd

private struct Input: Decodable {
  let x: [Double]
}

extension Module {
  /// log Σ exp(x), from its parts.
  static let logSumExp = Module(
    name: "lse",
    functions: [
      "primal": .number(prepare: vector, compute: objective),
      "gradient": .vector(prepare: vector) { x in
        record { objective(x) }.backward()
        return x.grad
      },
    ])

  private static func vector(_ input: Input) -> NDArray { NDArray(input.x).attachingGrad() }

  private static func objective(_ x: NDArray) -> NDArray {
    let largest = x.max()
    return log(exp(x - largest).sum()) + largest
  }
}
