import Autograd

extension Module {
  /// The square of a number, and its derivative.
  static let hello = Module(
    name: "hello",
    functions: [
      "square": .number(prepare: number) { square($0) },
      "double": .number(prepare: number) { x in
        record { square(x) }.backward()
        return x.grad
      },
    ])

  private static func number(_ x: Double) -> NDArray { NDArray(x).attachingGrad() }
}
