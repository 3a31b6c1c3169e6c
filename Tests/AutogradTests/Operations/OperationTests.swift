import Testing

@testable import Autograd

@Suite struct OperationTests {
  @Test(arguments: operationCases) func gradients(_ operation: OperationCase) {
    seed(7)
    let (first, second) = GradientCheck(function: operation.function, inputs: operation.inputs()).worstErrors()
    #expect(first < 1e-6, "first derivative of \(operation.name)")
    #expect(second < 1e-5, "second derivative of \(operation.name)")
  }

  @Test(arguments: operationCases) func layouts(_ operation: OperationCase) {
    seed(8)
    for dtype in [DType.float32, .float64] {
      let inputs = operation.inputs(dtype)
      let expected = unfused { operation.function(inputs) }
      for (i, input) in inputs.enumerated() {
        for (name, array) in Layouts.all(of: input) {
          var changed = inputs
          changed[i] = array
          #expect(isClose(unfused { operation.function(changed) }, expected), "\(operation.name), \(name)")
          #expect(isClose(fused { operation.function(changed) }, expected), "\(operation.name) fused, \(name)")
        }
      }
    }
  }

  @Test(arguments: operationCases) func fusedGradients(_ operation: OperationCase) {
    seed(9)
    let inputs = operation.inputs(.float64)
    func gradients() -> [NDArray] {
      let variables = inputs.map { $0.attachingGrad() }
      let y = record { operation.function(variables) }
      backward([y])
      return [y] + variables.map(\.grad)
    }
    let expected = unfused(gradients)
    let found = fused(gradients)
    for (a, b) in zip(found, expected) { #expect(isClose(a, b, relative: 1e-10, absolute: 1e-12)) }
  }

  @Test(arguments: operationCases) func emptyArrays(_ operation: OperationCase) {
    guard operation.shapes.allSatisfy({ $0 == [2, 3] }), !["max", "min"].contains(operation.name) else { return }
    let inputs = operation.shapes.map { _ in NDArray.zeros([0, 3]).attachingGrad() }
    guard let y = try? recovering({ record { operation.function(inputs) } }) else { return }
    backward([y])
    #expect(inputs.allSatisfy { $0.grad.shape == [0, 3] })
  }
}
