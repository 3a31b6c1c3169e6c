import Testing

@testable import Autograd

extension OperationCase {
  /// All that must hold of a differentiable operation: its derivatives up to the order are those of finite
  /// differences; they and its values are the same in every layout, fused and unfused, and nearly the same in float32;
  /// empty arrays give empty gradients.
  func check(order: Int = 2) {
    checkFiniteDifferences(order)
    checkLayouts(order)
    checkSinglePrecision(order)
    checkEmptyArrays()
  }

  private func checkFiniteDifferences(_ order: Int) {
    let tolerances = [1e-6, 1e-5, 1e-4]
    for part in checkGradients(of: function, at: inputs(), order: order).parts {
      #expect(part.error < tolerances[part.order - 1], "\(name): \(part)")
    }
  }

  private func checkLayouts(_ order: Int) {
    let inputs = inputs()
    for (i, input) in inputs.enumerated() {
      for (layout, array) in Layouts.all(of: input) + Layouts.repeated(input) {
        var changed = inputs
        changed[i] = array.copyOfValues()
        let expected = unfused { results(of: changed, order) }
        changed[i] = array
        expect(unfused { results(of: changed, order) }, expected, 1e-9, "input \(i) \(layout)")
        expect(fused { results(of: changed, order) }, expected, 1e-9, "input \(i) \(layout), fused")
      }
    }
  }

  private func checkSinglePrecision(_ order: Int) {
    let expected = results(of: inputs(), order)
    let found = results(of: inputs(.float32), order)
    expect(found, expected, 2e-3, "float32")
    expect(Array(found.prefix(1)), Array(expected.prefix(1)), 1e-5, "float32")
    expect(fused { results(of: inputs(.float32), order) }, found, 2e-3, "float32, fused")
    #expect(found.dropFirst().allSatisfy { $0.dtype == .float32 }, "\(name): a gradient has the type of its input")
  }

  /// Where all inputs have one shape; what cannot be empty is a clear error.
  private func checkEmptyArrays() {
    guard let shape = shapes.first, shapes.allSatisfy({ $0 == shape }) else { return }
    for axis in 0..<shape.rank {
      var extents = Array(shape)
      extents[axis] = 0
      let variables = shapes.map { _ in NDArray.zeros(Shape(extents)).attachingGrad() }
      guard let y = try? recovering({ record { function(variables) } }) else { continue }
      y.backward()
      #expect(variables.allSatisfy { $0.grad.shape == Shape(extents) }, "\(name), axis \(axis) empty")
    }
  }

  /// The value, then the gradients of each order.
  private func results(of inputs: [NDArray], _ order: Int) -> [NDArray] {
    [function(inputs)] + DerivativeCheck(function, at: inputs, order: order).gradients().flatMap { $0 }
  }

  private func expect(_ found: [NDArray], _ expected: [NDArray], _ tolerance: Double, _ what: String) {
    #expect(found.count == expected.count)
    for (k, (a, b)) in zip(found, expected).enumerated() {
      let part = k == 0 ? "value" : "gradient \(k - 1)"
      let size = Swift.max(1, b.elementCount > 0 ? Autograd.abs(b).max().item() : 1)
      #expect(isClose(a, b, relative: tolerance, absolute: tolerance * size), "\(name), \(what): \(part)")
    }
  }
}
