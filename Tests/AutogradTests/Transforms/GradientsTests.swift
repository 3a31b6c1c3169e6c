import Foundation
import Testing

@testable import Autograd

@Suite struct GradientsTests {
  @Test func valuesAndGradients() {
    let (value, slope) = valueAndGrad { ($0 * $0).sum() }([1, 2, 3])
    #expect(value.item() == 14)
    #expect(slope == NDArray([2, 4, 6]))
    #expect(!slope.node.isTracked && !value.node.isTracked)
    let (product, slopes) = valueAndGrad { $0[0] * $0[1] }([NDArray(3), NDArray(4)])
    #expect(product.item() == 12)
    #expect(slopes == [NDArray(4), NDArray(3)])
  }

  @Test func derivativesNest() {
    let x = NDArray(0.5, dtype: .float64)
    var f: (NDArray) -> NDArray = { sin($0) }
    for expected in [Foundation.cos(0.5), -Foundation.sin(0.5), -Foundation.cos(0.5), Foundation.sin(0.5)] {
      f = grad(f)
      #expect(Swift.abs(f(x).item() - expected) < 1e-12)
    }
  }

  /// d/dx [x · d/dy (x + y)] is 1, not 2; and so on: an inner variable is never taken for an outer one.
  @Test func levelsAreNotConfused() {
    func derivative(_ f: @escaping (NDArray) -> NDArray, _ x: NDArray) -> NDArray { grad(f)(x) }
    func tangent(_ f: @escaping (NDArray) -> NDArray, _ x: NDArray) -> NDArray {
      jvp(at: x, along: x.onesLike(), f).tangent
    }
    let x = NDArray(1, dtype: .float64)
    for outer in [derivative, tangent] {
      for inner in [derivative, tangent] {
        #expect(outer({ x in x * inner({ y in x + y }, NDArray(1, dtype: .float64)) }, x).item() == 1)
        #expect(outer({ x in x * inner({ y in x + y }, x) }, x).item() == 1)
        #expect(outer({ x in x * inner({ y in x * y * y }, x) }, x * 3).item() == 54)
        #expect(outer({ x in inner({ y in x * y }, 2 * x) }, x).item() == 1)
        #expect(outer({ x in inner({ y in inner({ z in x * y * z }, y) * y }, x) }, x * 2).item() == 8)
        #expect(outer({ x in inner({ _ in x * x }, x) + x }, x).item() == 1)
        #expect(
          outer({ x in vmap { y in inner({ $0 * x * y }, x) }(NDArray([1, 2], dtype: .float64)).sum() }, x).item() == 3)
        #expect(
          vmap { x in outer({ y in inner({ $0 * x * y }, y) }, x) }(NDArray([5, 7], dtype: .float64))
            == NDArray([5, 7], dtype: .float64))
      }
    }
  }

  /// Transforms inside recorded code, and recorded code inside transforms.
  @Test func mixesWithRecording() {
    let w = NDArray([1, 2]).attachingGrad()
    let y = record { () -> NDArray in
      let slope = grad { ($0 * $0 * w).sum() }(w)
      return (slope * slope).sum()
    }
    y.backward()
    #expect(w.grad == NDArray([16, 128]))
    let z = record { vmap { $0 * $0 }(w).sum() + jacobian { $0 * $0 }(w).sum() }
    z.backward()
    #expect(w.grad == 2 * w + 2)
    let inner = grad { x -> NDArray in
      let v = NDArray([1, 1]).attachingGrad()
      record { v * v * x.detached() }.backward()
      return (v.grad * x).sum()
    }([3, 4])
    #expect(inner == NDArray([6, 8]))
    #expect(w.grad == 2 * w + 2)
  }

  @Test func pullbacksCanBeCalledAgain() {
    let (y, pullback) = vjp(at: NDArray([1, 2])) { $0 * $0 }
    #expect(y == NDArray([1, 4]))
    #expect(pullback([1, 0]) == NDArray([2, 0]))
    #expect(pullback([0, 1]) == NDArray([0, 4]))
  }

  @Test func constantsHaveZeroGradients() {
    #expect(grad { _ in NDArray(1) }([1, 2]) == NDArray([0, 0]))
    #expect(grad { grad { 3 * $0 }($0).sum() }([1, 2]) == NDArray([0, 0]))
    #expect(hessian { $0.sum() }([1, 2]) == NDArray.zeros([2, 2]))
    let x = NDArray([1, 2]).attachingGrad()
    record { grad { 3 * $0 }(x) }.backward()
    #expect(x.grad == NDArray([0, 0]))
  }

  @Test func mistakes() {
    func message(_ body: () -> Void) -> String {
      do { try recovering(body) } catch { return "\(error)" }
      return ""
    }
    #expect(message { _ = grad { $0 * 2 }(NDArray([1], dtype: .int32)) }.contains("astype"))
    #expect(message { _ = grad { $0 .> 0 }([1, 2]) }.contains("bool"))
    #expect(message { _ = jvp(at: [1, 2], along: [1]) { $0 } }.contains("(1,)"))
    #expect(message { _ = vjp(at: [1, 2]) { $0 }.pullback([1]) }.contains("(1,)"))
    #expect(message { _ = jacobian { $0 }(NDArray.ones([1, 1, 1, 1, 1])) }.contains("8"))
    #expect(message { _ = jacobian(of: NDArray([1]), wrt: NDArray([1])) }.contains("record"))
    let x = NDArray([1, 2]).attachingGrad()
    let other = NDArray([1]).attachingGrad()
    #expect(message { _ = jacobian(of: record { x * 2 }, wrt: other) }.contains("unreachable"))
  }

  @Test func perExampleGradients() {
    let w = NDArray([1, 1])
    let x = NDArray([[1, 2], [3, 4]])
    let gradients = perExampleGrad(wrt: [w], over: [x]) { square(dot($0[0], $1[0])) }
    #expect(gradients == [NDArray([[6, 12], [42, 56]])])
  }
}
