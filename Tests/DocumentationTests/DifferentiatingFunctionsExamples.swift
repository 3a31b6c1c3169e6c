import Autograd
import Testing

/// The examples of `DifferentiatingFunctions.md`.
@Suite struct DifferentiatingFunctionsExamples: Examples {
  @Test func differentiatingFunctions() {
    func energy(_ x: NDArray) -> NDArray { (cos(x) * x).sum() }
    let slope = grad(energy)
    print(slope(NDArray([0, .pi])))  // [ 1. -1.]
    let (value, gradient) = valueAndGrad(energy)(NDArray([0, .pi]))
    print(value.item() < -3, gradient.shape)  // true (2,)
    print(grad { slope($0).sum() }(NDArray([0])))  // [0.]

    print(grad { x in x * grad { y in x + y }(x) }(NDArray(3)))  // 1.0

    let x = NDArray([1, 2])
    let (direction, head) = (NDArray([1, -1]), NDArray([3, 5]))
    let pulled = vjp(at: x) { exp($0) * $0 }.pullback(head)
    let pushed = jvp(at: x, along: direction) { exp($0) * $0 }.tangent
    print(abs((pulled * direction).sum() - (pushed * head).sum()) < 1e-4)  // true

    print(jacobian { $0 * $0 }(NDArray([1, 2])))
    // [[2. 0.]
    //  [0. 4.]]
    print(hessian { ($0 * $0 * $0).sum() }(NDArray([1, 2])))
    // [[ 6.  0.]
    //  [ 0. 12.]]
    print(hvp(at: x, along: direction) { ($0 * $0 * $0).sum() })  // [  6. -12.]

    let (a, b) = (NDArray([1, 2]).attachingGrad(), NDArray(3).attachingGrad())
    let y = record { () -> NDArray in
      var y = a * b
      while y.sum() < 100 { y = y * a }
      return y
    }
    print(jacobian(of: y, wrt: a))
    // [[ 18.   0.]
    //  [  0. 576.]]
    print(jvp(of: y, wrt: [a, b], along: [NDArray([0, 0]), NDArray(1)]))  // [ 1. 64.]
    print(hvp(of: record { y.sum() }, wrt: a, along: NDArray([1, 0])))  // [90.  0.]

    let points = NDArray([[1, 2], [3, 4], [5, 6]])
    print(vmap { dot($0, $0) }(points))  // [ 5. 25. 61.]
    let weights = NDArray([1, 1])
    print(perExampleGrad(wrt: [weights], over: [points]) { square(dot($0[0], $1[0])) }[0])
    // [[  6.  12.]
    //  [ 42.  56.]
    //  [110. 132.]]

    let u = NDArray([0.5, 1]).attachingGrad()
    record { checkpoint { sin(u * u) * u }.sum() }.backward()
    let frugal = u.grad
    record { (sin(u * u) * u).sum() }.backward()
    print(frugal == u.grad)  // true
  }
}
