import Foundation
import Testing

protocol Operation {
  func number(_ x: [Double]) -> Double
  /// The gradients of the inputs: `g` is the incoming gradient, `x` the inputs, `y` the result.
  func vjp(_ g: Value, _ x: [Value], _ y: Value) -> [Value]
}

struct Constant: Operation {
  let known: Double
  func number(_ x: [Double]) -> Double { known }
  func vjp(_ g: Value, _ x: [Value], _ y: Value) -> [Value] { [] }
}

struct Add: Operation {
  func number(_ x: [Double]) -> Double { x[0] + x[1] }
  func vjp(_ g: Value, _ x: [Value], _ y: Value) -> [Value] { [g, g] }
}

struct Multiply: Operation {
  func number(_ x: [Double]) -> Double { x[0] * x[1] }
  func vjp(_ g: Value, _ x: [Value], _ y: Value) -> [Value] { [g * x[1], g * x[0]] }
}

struct Exponential: Operation {
  func number(_ x: [Double]) -> Double { Foundation.exp(x[0]) }
  func vjp(_ g: Value, _ x: [Value], _ y: Value) -> [Value] { [g * y] }
}

final class Value {
  let operation: any Operation
  let inputs: [Value]
  private var known: Double?

  init(_ operation: any Operation, _ inputs: Value...) {
    self.operation = operation
    self.inputs = inputs
  }

  /// The nodes that lead here, each after its inputs.
  var history: [Value] {
    var order: [Value] = []
    var seen: Set = [ObjectIdentifier(self)]
    var path = [(node: self, next: 0)]
    while let (node, next) = path.popLast() {
      guard next < node.inputs.count else {
        order.append(node)
        continue
      }
      path.append((node, next + 1))
      let input = node.inputs[next]
      if seen.insert(ObjectIdentifier(input)).inserted { path.append((input, 0)) }
    }
    return order
  }

  /// Computes what is pending.
  func evaluate() -> Double {
    for node in history where node.known == nil {
      node.known = node.operation.number(node.inputs.map { $0.known! })
    }
    return known!
  }
}

func + (a: Value, b: Value) -> Value { Value(Add(), a, b) }
func * (a: Value, b: Value) -> Value { Value(Multiply(), a, b) }
func exponential(_ x: Value) -> Value { Value(Exponential(), x) }

func grad(of y: Value, wrt x: Value) -> Value {
  var gradients = [ObjectIdentifier(y): Value(Constant(known: 1))]
  for node in y.history.reversed() {
    guard let g = gradients[ObjectIdentifier(node)] else { continue }
    for (input, part) in zip(node.inputs, node.operation.vjp(g, node.inputs, node)) {
      let key = ObjectIdentifier(input)
      gradients[key] = gradients[key].map { $0 + part } ?? part
    }
  }
  return gradients[ObjectIdentifier(x)] ?? Value(Constant(known: 0))
}

/// The examples of `Architecture.md`; the model stands above.
@Suite struct ArchitectureExamples: Examples {
  @Test func theModel() {
    let x = Value(Constant(known: 0))
    let y = exponential(x) * x
    let slope = grad(of: y, wrt: x)
    let curvature = grad(of: slope, wrt: x)
    print(slope.evaluate(), curvature.evaluate())  // 1.0 2.0
    print(grad(of: curvature, wrt: x).evaluate())  // 3.0
  }
}
