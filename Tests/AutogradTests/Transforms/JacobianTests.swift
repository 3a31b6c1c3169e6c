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

@Suite struct RecordedTransformTests {
  private let a = NDArray([1, 2, 3], dtype: .float64).attachingGrad()
  private let b = NDArray([[1, -1], [0.5, 2], [3, 1]], dtype: .float64).attachingGrad()

  private var recorded: NDArray { record { exp(matmul(a, b)) * a.sum() } }

  @Test func jacobiansOfSeveralVariables() {
    let y = recorded
    let found = jacobian(of: y, wrt: [a, b])
    #expect(found.map(\.shape) == [[2, 3], [2, 3, 2]])
    let rows = (0..<2).map { i in grad(of: record { y[i] }, wrt: [a, b], retainGraph: true) }
    for k in 0..<2 { #expect(isClose(found[k], stack(rows.map { $0[k] }), relative: 1e-12)) }
    let functional = jacobian { exp(matmul($0[0], $0[1])) * $0[0].sum() }([a, b])
    for k in 0..<2 { #expect(isClose(found[k], functional[k], relative: 1e-12)) }
  }

  @Test func jvpIsTheTransposeOfVjp() {
    let (v, w) = (NDArray([1, 0, -1], dtype: .float64), NDArray([[1, 2], [3, 4], [5, 6]], dtype: .float64))
    let y = recorded
    let moved = jvp(of: y, wrt: [a, b], along: [v, w])
    let jacobians = jacobian(of: y, wrt: [a, b])
    let expected = matmul(jacobians[0], v) + tensordot(jacobians[1], w, axes: 2)
    #expect(isClose(moved, expected, relative: 1e-12))
    #expect(isClose(jvp(of: y, wrt: a, along: v), matmul(jacobians[0], v), relative: 1e-12))
    let head = NDArray([2, -3], dtype: .float64)
    let pulled = grad(of: y, wrt: a, head: head, retainGraph: true)
    let pushed = jvp(of: y, wrt: a, along: v)
    #expect(isClose((pushed * head).sum(), (pulled * v).sum(), relative: 1e-12))
  }

  @Test func hessiansOfSeveralVariables() {
    let y = record { recorded.sum() }
    let blocks = hessian(of: y, wrt: [a, b])
    #expect(blocks[0][1].shape == [3, 3, 2] && blocks[1][0].shape == [3, 2, 3])
    #expect(isClose(blocks[0][0], hessian(of: y, wrt: a), relative: 1e-12))
    #expect(isClose(blocks[0][1], blocks[1][0].movedAxis(from: -1, to: 0), relative: 1e-12))
    let v = NDArray([1, 0, -1], dtype: .float64)
    #expect(isClose(hvp(of: y, wrt: a, along: v), matmul(blocks[0][0], v), relative: 1e-12))
    let third = hvp(of: y, wrt: a, along: v, createGraph: true)
    #expect(jvp(of: third, wrt: a, along: v).shape == [3])
  }

  @Test func mistakes() {
    let y = recorded
    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return ""
    }
    #expect(message { _ = jvp(of: y, wrt: a, along: NDArray([1])) }.contains("jvp: the directions have the shapes"))
    #expect(message { _ = jvp(of: y, wrt: NDArray([1]), along: NDArray([1])) }.contains("jvp: variable 0"))
    #expect(message { _ = hvp(of: y, wrt: a, along: NDArray([1])) }.contains("hvp: the directions"))
  }
}
