import Autograd
import Testing

/// The examples of the comments in `Sources/Autograd/Transforms`.
@Suite struct TransformExamples: Examples {
  @Test func gradients() {
    let (value, slope) = valueAndGrad { ($0 * $0).sum() }(NDArray([1, 2]))
    show(value)  // array(5.)
    show(slope)  // array([2., 4.])

    show(grad(grad(sin))(NDArray(0.5)))  // array(-0.47942555)
    show(grad { $0[0] * $0[1] }([NDArray(3), NDArray(4)]))  // [array(4.), array(3.)]
  }

  @Test func pullbacksAndDifferentials() {
    let (y, pullback) = vjp(at: NDArray([1, 2])) { $0 * $0 }
    show(pullback(NDArray([1, 10])))  // array([ 2., 40.])
    show(y)  // array([1., 4.])

    let moved = jvp(at: NDArray([1, 2]), along: NDArray([1, 0])) { $0 * $0 }
    show(moved.tangent)  // array([2., 0.])
  }

  @Test func linearizing() {
    let (y, differential) = linearize(at: NDArray([1, 2])) { $0 * $0 }
    show(differential(NDArray([0, 1])))  // array([0., 4.])
    show(y)  // array([1., 4.])

    show(hvp(at: NDArray([1, 2]), along: NDArray([1, 0])) { ($0 * $0 * $0).sum() })  // array([6., 0.])
    let along = [NDArray(1), NDArray(0)]
    show(hvp(at: [NDArray(3), NDArray(4)], along: along) { $0[0] * $0[0] * $0[1] })  // [array(8.), array(6.)]
  }

  @Test func jacobians() {
    let x = NDArray([1, 2, 3]).attachingGrad()
    let y = record { x * x }
    show(jacobian(of: y, wrt: x))  // array([[2., 0., 0.], [0., 4., 0.], [0., 0., 6.]])

    show(jacobian { $0 * $0 }(NDArray([1, 2])))  // array([[2., 0.], [0., 4.]])
    show(hessian { ($0 * $0 * $0).sum() }(NDArray([1, 2])))  // array([[ 6.,  0.], [ 0., 12.]])
  }

  @Test func hessians() {
    let x = NDArray([1, 2]).attachingGrad()
    let y = record { (x * x * x).sum() }
    show(hessian(of: y, wrt: x))  // array([[ 6.,  0.], [ 0., 12.]])
  }

  @Test func recordedArrays() {
    do {
      let x = NDArray([1, 2]).attachingGrad()
      let y = record { x * x }
      show(jvp(of: y, wrt: x, along: NDArray([1, 0])))  // array([2., 0.])
    }
    do {
      let x = NDArray([1, 2]).attachingGrad()
      let y = record { (x * x * x).sum() }
      show(hvp(of: y, wrt: x, along: NDArray([1, 0])))  // array([6., 0.])
    }
    let (a, b) = (NDArray(3).attachingGrad(), NDArray([1, 2]).attachingGrad())
    show(jacobian(of: record { a * b }, wrt: [a, b]))  // [array([1., 2.]), array([[3., 0.], [0., 3.]])]
    show(jacobian { $0[0] * $0[1] }([NDArray(3), NDArray([1, 2])]))  // [array([1., 2.]), array([[3., 0.], [0., 3.]])]
  }

  @Test func secondDerivativesOfSeveralVariables() {
    let (a, b) = (NDArray(3).attachingGrad(), NDArray(2).attachingGrad())
    show(hessian(of: record { a * a * b }, wrt: [a, b]))  // [[array(4.), array(6.)], [array(6.), array(0.)]]
  }

  @Test func checkpoints() {
    let x = NDArray([1, 2]).attachingGrad()
    record { checkpoint { sin(x * x) * x }.sum() }.backward()
    show(x.grad)  // array([ 1.9220755, -5.9859514])
  }

  @Test func manyExamples() {
    let x = NDArray([[1, 2], [3, 4], [5, 6]])
    show(vmap { dot($0, $0) }(x))  // array([ 5., 25., 61.])

    let rows = vmap(inAxes: [0, nil]) { [$0[0] + $0[1]] }
    show(rows([NDArray([1, 2]), NDArray([10, 20])])[0])  // array([[11., 21.], [12., 22.]])
  }

  @Test func perExample() {
    let w = NDArray([1, 1])
    let x = NDArray([[1, 2], [3, 4]])
    show(perExampleGrad(wrt: [w], over: [x]) { square(dot($0[0], $1[0])) }[0])  // array([[ 6., 12.], [42., 56.]])
  }
}
