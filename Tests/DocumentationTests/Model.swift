import Foundation

// The small model of the Architecture page.

final class Value {
  enum Rule { case leaf, add, multiply, sine, cosine }
  let rule: Rule
  let inputs: [Value]
  private var known: Double?

  init(_ rule: Rule, _ inputs: [Value], _ known: Double? = nil) {
    self.rule = rule
    self.inputs = inputs
    self.known = known
  }

  /// Computes pending work.
  var number: Double {
    if let known { return known }
    let x = inputs.map(\.number)
    let result =
      switch rule {
      case .leaf: 0.0
      case .add: x[0] + x[1]
      case .multiply: x[0] * x[1]
      case .sine: Foundation.sin(x[0])
      case .cosine: Foundation.cos(x[0])
      }
    known = result
    return result
  }

  /// The gradient for each input, from that of the result: written with the operations themselves.
  func gradients(_ g: Value) -> [Value] {
    switch rule {
    case .leaf: []
    case .add: [g, g]
    case .multiply: [g * inputs[1], g * inputs[0]]
    case .sine: [g * Value(.cosine, inputs)]
    case .cosine: [g * Value(.leaf, [], -1) * Value(.sine, inputs)]
    }
  }
}

func * (a: Value, b: Value) -> Value { Value(.multiply, [a, b]) }
func + (a: Value, b: Value) -> Value { Value(.add, [a, b]) }

/// Reverse mode: each node after all that use it, handing its gradient to its inputs.
func derivative(of y: Value, by x: Value) -> Value {
  var order: [Value] = []
  func visit(_ node: Value) {
    guard !order.contains(where: { $0 === node }) else { return }
    node.inputs.forEach(visit)
    order.append(node)
  }
  visit(y)
  var gradients = [ObjectIdentifier(y): Value(.leaf, [], 1)]
  for node in order.reversed() {
    guard let g = gradients[ObjectIdentifier(node)] else { continue }
    for (input, part) in zip(node.inputs, node.gradients(g)) {
      gradients[ObjectIdentifier(input)] = gradients[ObjectIdentifier(input)].map { $0 + part } ?? part
    }
  }
  return gradients[ObjectIdentifier(x)] ?? Value(.leaf, [], 0)
}
