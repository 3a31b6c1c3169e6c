import Testing

@testable import Autograd

/// Forward mode against reverse mode, for every operation: u · (J v) = (Jᵀ u) · v.
@Suite struct ForwardModeTests {
  @Test(arguments: operationCases) func agreesWithReverseMode(_ operation: OperationCase) {
    seed(11)
    let variables = operation.inputs().map { $0.attachingGrad() }
    let y = record { operation.function(variables) }
    let u = NDArray.uniform(y.shape, low: 0.5, high: 1.5, dtype: y.dtype)
    let v = variables.map { NDArray.uniform($0.shape, low: 0.5, high: 1.5, dtype: $0.dtype) }
    let application = Application(of: { [operation.function($0)] }, at: variables, "test")
    let tangent = application.tangents("test", v)[0]
    let gradients = application.gradients("test", [u])
    let expected = zip(gradients, v).reduce(0.0) { $0 + ($1.0 * $1.1).sum().item() }
    #expect(tangent.shape == y.shape && tangent.dtype == y.dtype)
    #expect(Swift.abs((tangent * u).sum().item() - expected) <= 1e-10 * (1 + Swift.abs(expected)))
  }

  /// One pass along many directions is as many passes along one, and as many backwards.
  @Test(arguments: operationCases) func manyDirectionsAtOnce(_ operation: OperationCase) {
    seed(12)
    for limit in [1, Int.max] {
      Execution.withImmediateLimit(limit) {
        let x = operation.inputs()
        func of(_ first: NDArray) -> NDArray { operation.function([first] + x.dropFirst()) }
        let v = NDArray.uniform(x[0].shape.after(3), dtype: .float64)
        let y = of(x[0])
        let u = NDArray.uniform(y.shape.after(3), dtype: y.dtype)
        let forward = vmap { jvp(at: x[0], along: $0, of).tangent }(v)
        let backward = vmap { vjp(at: x[0], of).pullback($0) }(u)
        for k in 0..<3 {
          #expect(isClose(forward[k], jvp(at: x[0], along: v[k], of).tangent, relative: 1e-10, absolute: 1e-12))
          #expect(isClose(backward[k], vjp(at: x[0], of).pullback(u[k]), relative: 1e-10, absolute: 1e-12))
        }
      }
    }
  }

  @Test(arguments: operationCases) func jacobiansForwardAndBackward(_ operation: OperationCase) {
    seed(13)
    let x = operation.inputs()
    // One output, or many copies: the Jacobian is found backward, or forward.
    func one(_ first: NDArray) -> NDArray { operation.function([first] + x.dropFirst()).sum() }
    func many(_ first: NDArray) -> NDArray { one(first).broadcast(to: [50]) * NDArray.ones([50], dtype: .float64) }
    let row = jacobian(one)(x[0])
    let rows = jacobian(many)(x[0])
    #expect(row.shape == x[0].shape && rows.shape == x[0].shape.after(50))
    #expect(isClose(rows[0], row, relative: 1e-10, absolute: 1e-12))
    #expect(isClose(row, grad(one)(x[0]), relative: 1e-10, absolute: 1e-12))
    let curvature = hessian(one)(x[0]).reshaped([x[0].elementCount, x[0].elementCount])
    #expect(isClose(curvature, curvature.T, relative: 1e-9, absolute: 1e-11), "the Hessian is symmetric")
    let direction = NDArray.uniform(x[0].shape, dtype: .float64)
    let product = matmul(curvature, direction.reshaped([-1]))
    #expect(isClose(hvp(at: x[0], along: direction, one).reshaped([-1]), product, relative: 1e-9, absolute: 1e-10))
  }

  @Test func nothingMovesAConstant() {
    #expect(jvp(at: [1, 2], along: [1, 1]) { floor($0) }.tangent == NDArray.zeros([2]))
    #expect(jvp(at: [1, 2], along: [1, 1]) { _ in NDArray(3) }.tangent == NDArray(0))
    #expect(jacobian { $0.detached() }([1, 2]) == NDArray.zeros([2, 2]))
  }

  @Test func theFunctionIsRunOnce() {
    var count = 0
    let (value, differential) = linearize(at: NDArray([1, 2])) { x -> NDArray in
      count += 1
      return x * x * x
    }
    #expect(value == NDArray([1, 8]))
    #expect(differential([1, 0]) == NDArray([3, 0]))
    #expect(differential([0, 1]) == NDArray([0, 12]))
    #expect(count == 1)
  }
}
