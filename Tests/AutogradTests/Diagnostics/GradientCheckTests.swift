import Testing

@testable import Autograd

@Suite struct GradientCheckTests {
  private let x = NDArray([[0.5, -1, 2], [3, 0.25, 1.5]])

  /// The square, with a gradient that is wrong in one element of the second row.
  private func wrongSquare(_ x: NDArray) -> NDArray {
    let factors = NDArray([[2, 2, 2], [2, 2, 3]])
    return customGradient([x], { $0[0] * $0[0] }, backward: { g, x, _ in [g * factors * x[0]] })
  }

  @Test func rightDerivativesPass() {
    let check = checkGradients(of: { sin($0) * exp($0) }, at: x, order: 3)
    #expect(check.passes && check.parts.map(\.order) == [1, 2, 3])
    #expect(check.description.hasPrefix("checkGradients: all 3 right\n  order 1, input 0 of shape (2, 3): right; "))
    #expect(checkGradients(of: { sin($0) }, at: x, dtype: .float32).passes)
  }

  @Test func theWorstElementIsNamed() throws {
    let check = checkGradients(of: { $0[0] + wrongSquare($0[1]) }, at: [x, x])
    #expect(!check.passes && check.parts[0].wrongCount == 0)
    let part = try #require(check.parts.last)
    #expect(part.worst == [1, 2] && part.wrongCount == 1)
    #expect(Swift.abs(part.analytic / part.numeric - 1.5) < 1e-6)
    #expect(check.description.contains("input 1 of shape (2, 3): 1 of 6 elements wrong; the worst at [1, 2] is"))
  }

  /// A derivative can be right to first order, and wrong to second.
  @Test func wrongSecondDerivativesAreFound() {
    func square(_ x: NDArray) -> NDArray {
      customGradient([x], { $0[0] * $0[0] }, backward: { g, x, _ in [g * 2 * x[0].detached()] })
    }
    let check = checkGradients(of: square, at: x, order: 2)
    #expect(check.parts.map { $0.wrongCount } == [0, 6])
  }

  @Test func integersEmptyArraysAndUnusedInputs() {
    let rows = NDArray([1, 0, 1], dtype: .int64)
    #expect(checkGradients(of: { $0[0][rows] * $0[2].sum() }, at: [x, rows, x]).parts.map(\.input) == [0, 2])
    #expect(checkGradients(of: { $0[0] * 2 }, at: [x, x], order: 2).passes)
    #expect(checkGradients(of: { $0 * 2 }, at: .zeros([0, 3])).description.hasSuffix("shape (0, 3): empty"))
    #expect(throws: NDArrayError.self) { try recovering { checkGradients(of: { $0 }, at: x, order: 0) } }
  }

  /// What is drawn inside is the same in each run.
  @Test func randomFunctionsAreChecked() {
    #expect(checkGradients(of: { dropout($0 * $0) }, at: x, order: 2).passes)
  }

  @Test func wrongGradientsOfWrongSizeAreErrors() {
    func broken(_ parts: @escaping @Sendable (NDArray) -> [NDArray?]) -> String {
      do {
        try recovering {
          record { customGradient([x.attachingGrad()], { $0[0] }, backward: { g, _, _ in parts(g) }) }.backward()
        }
      } catch { return "\(error)" }
      return ""
    }
    #expect(broken { _ in [] }.contains("returned 0 gradients for 1 inputs"))
    #expect(broken { [$0.sum()] }.contains("of shape () for input 0 of shape (2, 3)"))
  }

  /// A function in C, with its derivative in C, is differentiated again through array operations.
  @Test func foreignFunctions() {
    func cube(_ x: NDArray) -> NDArray {
      customGradient([x]) { inputs in
        NDArray.computed(inputs[0].shape, from: inputs, as: Double.self) { inputs, output in
          for i in output.indices { output[i] = inputs[0][i] * inputs[0][i] * inputs[0][i] }
        }
      } backward: { g, inputs, _ in
        [3 * g * inputs[0] * inputs[0]]
      }
    }
    #expect(checkGradients(of: { cube($0.T) }, at: x, order: 3).passes)
    #expect(NDArray.computed([2], as: Int32.self) { $1.initialize(repeating: 7) }.dtype == .int32)
  }
}
