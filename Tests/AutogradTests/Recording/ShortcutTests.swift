import Testing

@testable import Autograd

/// Work that gradients of sums are spared: operations on many elements that may as well be done on few, or not at all.
@Suite(.serialized) struct ShortcutTests {
  private let x = NDArray.normal([64, 32], dtype: .float64).attachingGrad()
  private let s = NDArray.uniform([64, 1], low: 1, high: 2, dtype: .float64).attachingGrad()
  private let w = NDArray.normal([64, 32], dtype: .float64)

  @Test func aSignStaysOutsideOfASum() {
    fused {
      let slope = grad(of: record { ((x - s) * w).sum() }, wrt: s)
      #expect(slope.node.operation is Negative && slope.node.inputs[0].operation is Sum)
      #expect(isClose(slope, -w.sum(axis: 1, keepDims: true), relative: 1e-12, absolute: 1e-12))
    }
  }

  @Test func aFactorThatAllTermsShareStaysOutside() {
    fused {
      let slope = grad(of: record { (x / s * w).sum() }, wrt: s)
      let product = slope.node.inputs[0]
      #expect(slope.node.operation is Negative && product.operation is MaskedMultiply)
      #expect(product.inputs[0].operation is Sum && product.inputs[1].shape == [64, 1])
      let expected = -(x * w).sum(axis: 1, keepDims: true) / square(s)
      #expect(isClose(slope, expected.detached(), relative: 1e-12, absolute: 1e-12))
    }
  }

  @Test func aFactorWithARowOfItsOwnStaysInside() {
    fused {
      let slope = grad(of: record { (x * (s * w)).sum() }, wrt: s)
      #expect(slope.node.operation is Sum)
    }
  }

  @Test func theGradientOfASumOfProductsIsTheOtherFactor() {
    var factor = w
    let slope = grad(of: record { (x * factor).sum() }, wrt: x)
    #expect(slope.node === factor.node)
    factor[0, 0] = NDArray(100)
    #expect(slope == w)
  }

  @Test func itIsAConstantThough() {
    let y = NDArray.normal([64, 32], dtype: .float64).attachingGrad()
    record { (x * y).sum() }.backward()
    #expect(x.grad == y && !x.grad.node.isTracked)
    let slope = grad(of: record { (x * y).sum() }, wrt: x, createGraph: true)
    #expect(grad(of: record { square(slope).sum() }, wrt: y) == 2 * y)
  }

  @Test func otherOnesAreNotTaken() {
    let head = NDArray.ones([64, 32], dtype: .float64).attachingGrad()
    let slope = grad(of: record { x * w }, wrt: x, head: head, createGraph: true)
    #expect(grad(of: record { slope.sum() }, wrt: head) == w)
    var changed = NDArray.ones([64, 32], dtype: .float64)
    changed[3] = NDArray(2)
    #expect(grad(of: record { x * w }, wrt: x, head: changed) == changed * w)
  }
}
