import Testing

@testable import Autograd

/// Operations on float16: nearly what they give in float32 of the same elements, rounded; fused or not the same bits.
@Suite struct HalfOperationTests {
  private static let cases =
    elementwiseCases + operationCases + indexCases + shapeCases + furtherCases + matmulCases + numPyCases

  /// Cases that have an array of float32 in them.
  private static let withFloat32 = ["oneHot as weights", "oneHot times a table", "interp", "histogram"]

  @Test(arguments: cases) func operations(_ operation: OperationCase) {
    let inputs = operation.inputs(.float16)
    let found = results(operation, inputs)
    let expected = results(operation, inputs.map { $0.astype(.float32) })
    let isHalf = expected[0].dtype == .float32 && !Self.withFloat32.contains(operation.name)
    #expect(found[0].dtype == (isHalf ? .float16 : expected[0].dtype))
    #expect(found.dropFirst().allSatisfy { $0.dtype == .float16 }, "a gradient has the type of its input")
    for (y, exact) in zip(found, expected) {
      let size = Swift.max(1, abs(exact).max().item())
      #expect(allClose(y.astype(.float32), exact, relative: 4e-3, absolute: 4e-3 * size))
    }
    for (y, fused) in zip(found, fused { results(operation, inputs) }) {
      #expect((y .== fused).all().item(as: Bool.self) || isnan(y).any().item(as: Bool.self))
    }
  }

  /// The value, and the gradients.
  private func results(_ operation: OperationCase, _ inputs: [NDArray]) -> [NDArray] {
    let variables = inputs.map { $0.attachingGrad() }
    let y = record { operation.function(variables) }
    y.backward()
    return [y.detached()] + variables.map(\.grad)
  }
}
