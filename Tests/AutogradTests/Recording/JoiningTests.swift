import Testing

@testable import Autograd

/// Gradients that meet at an array and are added up by one operation: those of slices, of lookups and of products.
@Suite(.serialized) struct JoiningTests {
  private typealias Part = @Sendable (NDArray) -> NDArray

  private static let slices: [Part] = [
    { $0[0] }, { $0[1...] * 2 }, { $0[0..., ..<2] }, { $0[0..., .slice(nil, nil, step: -2)] }, { $0[0] * $0[0] },
    { $0[-1, 1] }, { $0[1..., 1...] },
  ]
  private static let lookups: [Part] = [
    { $0.take(NDArray([2, 0, 2], dtype: .int64), axis: 0) }, { embedding(NDArray([1, 1], dtype: .int64), $0) * 3 },
    { $0[NDArray([-1, 0], dtype: .int64)] }, { square($0.take(NDArray([3], dtype: .int64), axis: 0)) },
  ]
  private static let products: [Part] = (1...4).map { k in
    let factor = NDArray.normal([k, 4], dtype: .float64)
    return { matmul(factor, $0) }
  }

  private let x: NDArray = {
    seed(31)
    return NDArray.normal([4, 5], dtype: .float64).attachingGrad()
  }()

  /// The gradients of the parts, one after the other.
  private func sumOfSlopes(_ parts: [Part]) -> NDArray {
    parts.map { part in grad(of: record { part(x).sum() }, wrt: x) }.reduce(x.zerosLike(), +)
  }

  private func total(_ parts: [Part]) -> NDArray { parts.map { $0(x).sum() }.reduce(0 * x.sum(), +) }

  /// The operation that computes a gradient, with everything waiting.
  private func operation(_ parts: [Part]) -> (any Operation, inputs: Int) {
    Execution.withImmediateLimit(0) {
      let slope = grad(of: record { parts.map { $0(x).sum() }.reduce(NDArray(0, dtype: .float64), +) }, wrt: x)
      return (slope.node.operation, slope.node.inputs.count)
    }
  }

  @Test func slicesMeetInOnePlace() {
    let (sum, count) = operation(Self.slices)
    #expect(sum is Place && count == 8)
  }

  @Test func lookupsMeetInOneScatter() {
    let (sum, count) = operation(Self.lookups)
    #expect(sum is ScatterAddRows && count == 8)  // each with its positions
  }

  @Test func productsMeetInOneProduct() {
    let (sum, count) = operation(Self.products)
    #expect(sum is MatrixProduct && count == 8)  // pairs of factors
  }

  /// The sum is that of the terms: alike or mixed, waiting or computed at once, to second order.
  @Test(arguments: [0, 1 << 20]) func sumsAreThoseOfTheTerms(_ limit: Int) {
    let mixed: [Part] = [
      Self.slices[1], Self.products[0], Self.lookups[0], { exp($0) }, Self.slices[3], Self.products[2],
    ]
    Execution.withImmediateLimit(limit) {
      for parts in [Self.slices, Self.lookups, Self.products, mixed, mixed + mixed, [Self.slices[2]]] {
        let expected = sumOfSlopes(parts)
        let slope = grad(of: record { total(parts) }, wrt: x, createGraph: true)
        #expect(isClose(slope, expected, relative: 1e-12))
        #expect(isClose(grad(of: record { total(parts) }, wrt: x), expected, relative: 1e-12))
        let bent = grad(of: record { square(slope).sum() }, wrt: x)
        let again = hvp(at: x.detached(), along: 2 * expected) { x in parts.map { $0(x).sum() }.reduce(0 * x.sum(), +) }
        #expect(isClose(bent, again, relative: 1e-10, absolute: 1e-12))
      }
    }
  }

  /// Parts that overlap are added in their order, and every term of a type that another has.
  @Test func onlyWhatIsAlikeIsJoined() {
    let narrow = NDArray.ones([3, 2]).attachingGrad()
    Execution.withImmediateLimit(0) {
      let y = record { narrow[0].sum() + narrow.astype(.float64)[1].sum() + narrow[0..<2].sum().astype(.float64) }
      y.backward()
    }
    #expect(narrow.grad == NDArray([[2, 2], [2, 2], [0, 0]]))
    #expect(narrow.grad.dtype == .float32)
  }

  @Test func emptyPartsAddNothing() {
    Execution.withImmediateLimit(0) {
      let none = NDArray.zeros([0], dtype: .int64)
      let parts: [Part] = [
        { $0[2..<2] }, { $0.take(none, axis: 0) }, { matmul(NDArray.zeros([0, 4], dtype: .float64), $0) },
      ]
      for part in parts {
        #expect(grad(of: record { part(x).sum() + part(x).sum() }, wrt: x) == x.zerosLike())
      }
    }
  }

  /// Products that are shared out, and parts that are written in blocks, have the same bits on any number of threads.
  @Test func anyNumberOfThreadsGivesTheSameBits() {
    let threads = Execution.threads
    defer { Execution.threads = threads }
    seed(32)
    let (a, b) = (NDArray.normal([300, 200]), NDArray.normal([200, 500]).attachingGrad())
    let stack = NDArray.normal([40, 60, 50])
    let wide = NDArray.normal([700, 400]).attachingGrad()
    let ids = NDArray.randint(0, 700, [2000])
    func results() -> [NDArray] {
      let products = record { matmul(a, b).sum() + square(matmul(a[..<100], b)).sum() + matmul(b.T, a.T)[3].sum() }
      let parts = record {
        square(wide[..<600]).sum() + (wide[100...] * wide[..<600]).sum() + sin(wide.T[..<300]).sum()
          + square(wide.take(ids, axis: 0)).sum()
      }
      return [
        matmul(a, b), matmul(stack, stack.swappedAxes(1, 2)), matmul(a[0], b),
        dot(wide.reshaped([-1]), wide.reshaped([-1])),
        einsum("ijk,ilk->jl", stack, stack), grad(of: products, wrt: b), grad(of: parts, wrt: wide),
      ]
    }
    func bits(_ count: Int) -> [[Float]] {
      Execution.threads = count
      return results().map { $0.scalars(as: Float.self) }
    }
    let one = bits(1)
    for count in [2, 3, 4] { #expect(zip(bits(count), one).allSatisfy { $0 == $1 }, "\(count) threads") }
  }
}
