import Testing

@testable import Autograd

/// Jacobians and Hessians of recorded arrays.
@Suite struct JacobianTests {
  @Test func ofRecordedArrays() {
    let x = NDArray([1, 2, 3]).attachingGrad()
    let y = record { x * x }
    #expect(jacobian(of: y, wrt: x) == NDArray([[2, 0, 0], [0, 4, 0], [0, 0, 6]]))
    let total = record { y.sum() }
    #expect(jacobian(of: total, wrt: x) == 2 * x)
    #expect(hessian(of: total, wrt: x) == 2 * NDArray.eye(3))
    // The graph is still there, and `grad` is as it was.
    #expect(x.grad == NDArray.zeros([3]))
    total.backward()
    #expect(x.grad == 2 * x)
  }

  @Test func withRespectToAnIntermediate() {
    let x = NDArray([1, 2]).attachingGrad()
    let (u, y) = record { () -> (NDArray, NDArray) in
      let u = x * x
      return (u, u * u)
    }
    #expect(jacobian(of: y, wrt: u) == NDArray([[2, 0], [0, 8]]))
    #expect(jacobian(of: y, wrt: x) == NDArray([[4, 0], [0, 32]]))
  }

  @Test func shapes() {
    let x = NDArray.uniform([2, 3]).attachingGrad()
    let w = NDArray.uniform([3, 4]).attachingGrad()
    let y = record { tanh(matmul(x, w)) }
    #expect(jacobian(of: y, wrt: x).shape == [2, 4, 2, 3])
    #expect(jacobian(of: y, wrt: w).shape == [2, 4, 3, 4])
    #expect(jacobian(of: y, wrt: w)[1, 2, 0..., 2] == grad(of: record { y[1, 2] }, wrt: w, retainGraph: true)[0..., 2])
    #expect(hessian(of: record { y.sum() }, wrt: x).shape == [2, 3, 2, 3])
  }

  /// Against JAX 0.10.2: jax.hessian and jax.jacobian in float64.
  @Test func rosenbrock() {
    func f(_ x: NDArray) -> NDArray {
      let (a, b) = (x[..<3], x[1...])
      return (100 * square(b - a * a) + square(1 - a)).sum()
    }
    let x = NDArray([1, 0.5, -0.25, 2], dtype: .float64)
    let expected = NDArray(
      [[1002, -400, 0, 0], [-400, 602, -200, 0], [0, -200, -523, 100], [0, 0, 100, 200]], dtype: .float64)
    #expect(isClose(hessian(f)(x), expected))
    let v = x.attachingGrad()
    #expect(isClose(hessian(of: record { f(v) }, wrt: v), expected))
  }

  @Test func createGraph() {
    let x = NDArray([1, 2], dtype: .float64).attachingGrad()
    let third = record { () -> NDArray in
      let h = hessian(of: (x * x * x * x).sum(), wrt: x, createGraph: true)
      return h.sum()
    }
    #expect(grad(of: third, wrt: x) == 24 * x)
  }
}
