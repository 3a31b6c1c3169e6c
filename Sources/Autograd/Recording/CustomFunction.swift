import Synchronization

/// A user's function with a user's derivative. Inputs: the value, then the function's arguments.
struct CustomFunction: View {
  typealias Rule = @Sendable (_ g: NDArray, _ inputs: [NDArray], _ output: NDArray) -> [NDArray?]

  private let identity: Int
  private let rule: Rule
  private static let count = Atomic<Int>(0)

  init(_ rule: @escaping Rule) {
    identity = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
    self.rule = rule
  }

  static func == (a: CustomFunction, b: CustomFunction) -> Bool { a.identity == b.identity }
  func hash(into hasher: inout Hasher) { hasher.combine(identity) }

  func layout(_ input: Layout, from shape: Shape, to result: Shape) -> Layout? { input }
  var linearity: Linearity { .unknown }

  /// The rule for a batch is that for one example, for all of them.
  func batched(_ x: Batch) -> NDArray? {
    let rule = self.rule
    let all = CustomFunction { g, inputs, y in
      let arguments = [g, y] + inputs
      return vmapped(arguments, arguments) { rule($0[0], Array($0[2...]), $0[1]) }
    }
    return x.apply(all, x.spread)
  }

  func vjp(_ g: NDArray, _ x: Operands, _ y: NDArray, wrt i: Int) -> NDArray? {
    guard i > 0 else { return nil }
    let arguments = (1..<x.count).map { x[$0] }
    let parts = rule(g, arguments, y)
    guard parts.count == arguments.count else {
      report(
        .gradient(
          "customGradient: backward returned \(parts.count) gradients for \(arguments.count) inputs. Return "
            + "one for each, nil for none."
        ))
      return nil
    }
    guard let part = parts[i - 1] else { return nil }
    guard part.shape == arguments[i - 1].shape else {
      report(
        .gradient(
          "customGradient: backward returned a gradient of shape \(part.shape) for input \(i - 1) of shape "
            + "\(arguments[i - 1].shape)"))
      return nil
    }
    return part
  }
}

/// A function with a derivative of your own.
///
/// `forward` is computed without recording. `backward` gets the incoming gradient, the inputs and the output, and
/// returns the gradient of each input, `nil` for none. Written with array operations it can itself be differentiated.
///
/// ```swift
/// func clippedExp(_ x: NDArray) -> NDArray {
///   customGradient([x], { exp($0[0]) }, backward: { g, _, y in [g * minimum(y, 10)] })
/// }
/// ```
public func customGradient(
  _ inputs: [NDArray], _ forward: ([NDArray]) -> NDArray,
  backward rule: @escaping @Sendable (_ g: NDArray, _ inputs: [NDArray], _ output: NDArray) -> [NDArray?]
) -> NDArray {
  let value = pause(trainMode: isTraining) { forward(inputs.map { $0.detached() }) }
  return apply(
    CustomFunction(rule), Inputs([value.node] + inputs.map(\.node)), shape: value.shape, dtype: value.dtype)
}
