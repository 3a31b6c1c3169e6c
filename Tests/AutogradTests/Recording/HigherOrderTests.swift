import Testing

@testable import Autograd

@Suite struct HigherOrderTests {
  /// A constant derivative is one of the variables all the same: its derivatives are zeros.
  @Test func derivativesOfLinearFunctionsAreZero() {
    for limit in [1, Int.max] {
      Execution.withImmediateLimit(limit) {
        let x = NDArray([[1, 2, 3], [4, 5, 6]]).attachingGrad()
        let b = NDArray([1, 2, 3]).attachingGrad()
        let y = record { (2 * x + b).sum() }
        let slopes = grad(of: y, wrt: [x, b], createGraph: true)
        let s = record { slopes[0].sum() + slopes[1].sum() }
        let second = grad(of: s, wrt: [x, b])
        #expect(second[0] == x.zerosLike())
        #expect(second[1] == b.zerosLike())
      }
    }
  }

  @Test func hessianOfAQuadraticForm() {
    let a = NDArray([[2, 1], [1, 3]], dtype: .float64)
    let x = NDArray([1, -1], dtype: .float64).attachingGrad()
    let slope = grad(of: record { dot(x, matmul(a, x)) }, wrt: x, createGraph: true)
    let rows = (0..<2).map { i in grad(of: record { slope[i] }, wrt: x, retainGraph: true) }
    #expect(stack(rows) == 2 * a)
  }

  @Test func customFunctionsAreDifferentiatedAgain() {
    let x = NDArray([0.5, 2], dtype: .float64).attachingGrad()
    func cube(_ x: NDArray) -> NDArray {
      customGradient([x], { $0[0] * $0[0] * $0[0] }, backward: { g, x, _ in [g * 3 * x[0] * x[0]] })
    }
    let slope = grad(of: record { cube(x) }, wrt: x, createGraph: true)
    #expect(slope == 3 * x * x)
    #expect(grad(of: slope, wrt: x) == 6 * x)
  }
}
